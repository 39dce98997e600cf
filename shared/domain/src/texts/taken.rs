//! Which of two readings was taken, where others could take the other.

use chrono::{Datelike, NaiveDate, NaiveTime};
use when::Taken;

use super::Texts;
use super::time::place;

/// Characters of the user's words that are quoted.
const QUOTE_CHARS: usize = 24;

impl Texts {
    /// A short clause: `6pm, not 6am`.
    pub(super) fn taken(&self, taken: &Taken) -> String {
        let quoting = |id: &str, words: &str| {
            self.say(id, [("what", self.quoted(words, QUOTE_CHARS).into())])
        };
        let counting = |id: &str, count: u32| self.say(id, [("count", count.into())]);
        match taken {
            Taken::NotNearest { meant, nearest } => self.not(self.day(*meant), self.day(*nearest)),
            Taken::Half(time) => self.not(self.hour(*time), self.hour(Taken::other_half(*time))),
            Taken::StartOf(day) => {
                let day = self.words().nth("weekdays-alone", day.num_days_from_monday());
                self.say("taken-start-of", [("weekday", day.into())])
            }
            Taken::StartOfDay => self.words().word("taken-start-of-day"),
            Taken::ZoneOf(zone) => self.say("taken-zone", [("place", place(*zone).into())]),
            Taken::UsualHourPassed => self.words().word("taken-hour-passed"),
            Taken::EveryWeeks(step) => self.say("every-weeks", [("step", (*step).into())]),
            Taken::NotTwiceAWeek(step) => counting("taken-not-twice-a-week", *step),
            Taken::NotTwiceAMonth(step) => counting("taken-not-twice-a-month", *step),
            Taken::MonthsLeftOut(day) => counting("taken-months-left-out", *day),
            Taken::IsTime(words) => quoting("taken-is-time", words),
            Taken::IsEnd(words) => quoting("taken-is-end", words),
            Taken::StaysInText(words) => quoting("taken-stays", words),
        }
    }

    fn not(&self, meant: String, other: String) -> String {
        self.say("taken-not", [("meant", meant.into()), ("other", other.into())])
    }

    fn day(&self, date: NaiveDate) -> String {
        let month = self.month(date.month());
        self.say("day-month", [("day", date.day().into()), ("month", month.into())])
    }

    fn hour(&self, time: NaiveTime) -> String {
        self.clock(self.wall().date().and_time(time))
    }
}
