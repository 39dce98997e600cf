//! Times and dates, as people write them in each language.
//!
//! What is told can be sent back: `when::read` takes it for the same instant. So hours of two halves of a day are
//! never told without saying which, and a time of another year is told with its year.

use chrono::{Datelike, NaiveDateTime, Timelike};
use chrono_tz::Tz;
use when::{Basis, Moment};

use super::Texts;
use crate::ledger::Period;

impl Texts {
    /// `Fri 21 Jun 5:30pm`; with the year when it is not the present one.
    pub(super) fn time(&self, wall: NaiveDateTime) -> String {
        self.say("time", [("date", self.date(wall).into()), ("clock", self.clock(wall).into())])
    }

    /// `Fri 21 Jun`; with the year when it is not the present one.
    pub(super) fn date(&self, wall: NaiveDateTime) -> String {
        let weekday = self.words().nth("weekdays", wall.weekday().num_days_from_monday());
        let id = if wall.year() == self.wall().year() { "date" } else { "date-year" };
        self.say(
            id,
            [
                ("weekday", weekday.into()),
                ("day", wall.day().into()),
                ("month", self.month(wall.month()).into()),
                ("year", wall.year().into()),
            ],
        )
    }

    /// `21 Jun`; with the year when it is not the present one.
    pub(super) fn day_month(&self, wall: NaiveDateTime) -> String {
        let id = if wall.year() == self.wall().year() { "day-month" } else { "day-month-year" };
        self.say(
            id,
            [
                ("day", wall.day().into()),
                ("month", self.month(wall.month()).into()),
                ("year", wall.year().into()),
            ],
        )
    }

    /// `5pm`, `5:30pm`, `5:30:15pm`: no more than the time needs.
    pub(super) fn clock(&self, wall: NaiveDateTime) -> String {
        let id = match (wall.minute(), wall.second()) {
            (0, 0) => "clock-hour",
            (_, 0) => "clock",
            _ => "clock-second",
        };
        let (after_noon, hour12) = wall.hour12();
        self.say(
            id,
            [
                ("part", part(wall.hour()).into()),
                ("hour12", hour12.into()),
                ("hour24", wall.format("%H").to_string().into()),
                ("minute", wall.format("%M").to_string().into()),
                ("second", wall.format("%S").to_string().into()),
                ("half", if after_noon { "pm" } else { "am" }.into()),
            ],
        )
    }

    /// A time of day beside others.
    pub(super) fn clock_of_several(&self, wall: NaiveDateTime) -> String {
        self.say(
            "clock-several",
            [
                ("clock", self.clock(wall).into()),
                ("hour24", wall.format("%H").to_string().into()),
                ("minute", wall.format("%M").to_string().into()),
            ],
        )
    }

    /// The time of day without its seconds.
    pub(super) fn clock_minute(&self, wall: NaiveDateTime) -> String {
        self.clock(wall.with_second(0).unwrap_or(wall))
    }

    /// The time of a reminder in the user's zone, and in the zone that its text named where that is another.
    pub(super) fn moment(&self, moment: &Moment) -> String {
        let text = self.time(when::zone::wall(self.zone, moment.at));
        if moment.basis != Basis::WallElsewhere || moment.zone == self.zone {
            return text;
        }
        let clock = self.clock(moment.wall);
        let place = place(moment.zone);
        self.say(
            "time-elsewhere",
            [("time", text.into()), ("clock", clock.into()), ("place", place.into())],
        )
    }

    /// What the user's wall shows now.
    pub(super) fn wall(&self) -> NaiveDateTime {
        when::zone::wall(self.zone, self.now)
    }

    /// A month as a date has it, 1 to 12.
    pub(super) fn month(&self, month: u32) -> String {
        self.words().nth("months", month.saturating_sub(1))
    }

    /// `November 2026`.
    pub(super) fn month_of_year(&self, period: Period) -> String {
        let first = period.first();
        let month = self.words().nth("months-alone", first.month0());
        self.say("month-of-year", [("month", month.into()), ("year", first.year().into())])
    }
}

/// The part of the day in which an hour lies, where a language names it.
fn part(hour: u32) -> &'static str {
    match hour {
        0..4 => "night",
        4..12 => "morning",
        12..16 => "noon",
        16..20 => "evening",
        _ => "late",
    }
}

/// The zone as people say it: `New York` for `America/New_York`.
pub(super) fn place(zone: Tz) -> String {
    let name = zone.name();
    name.rsplit('/').next().unwrap_or(name).replace('_', " ")
}

#[cfg(test)]
mod laws {
    use chrono::{DateTime, TimeDelta, Utc};
    use proptest::prelude::*;
    use when::{Language, Region, Sender, When, read};

    use super::*;

    fn read_back(text: &str, sender: &Sender) -> Option<DateTime<Utc>> {
        match read(text, sender).ok()?.when {
            When::Once(moment) => Some(moment.at),
            When::Repeating(_) => None,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn a_time_that_is_told_can_be_sent_back(
            language in prop::sample::select(&Language::ALL[..]),
            (zone, region) in prop::sample::select(vec![
                (Tz::America__New_York, "US"),
                (Tz::Europe__Berlin, "DE"),
                (Tz::Europe__Paris, "FR"),
                (Tz::Europe__Madrid, "ES"),
                (Tz::America__Sao_Paulo, "BR"),
                (Tz::Asia__Kolkata, "IN"),
            ]),
            now_s in 1_770_000_000_i64..1_900_000_000,
            ahead_s in prop_oneof![1..172_800_i64, 1..70_000_000_i64],
            precision_s in prop::sample::select(vec![1_i64, 60, 300, 3_600]),
        ) {
            let now = DateTime::from_timestamp(now_s, 0).expect("an instant");
            let at_s = (now_s + ahead_s + precision_s - 1) / precision_s * precision_s;
            let at = DateTime::from_timestamp(at_s, 0).expect("an instant");
            let sender = Sender { now, zone, region: Region::parse(region).expect("two letters"), usual: None };
            let wall = when::zone::wall(zone, at);
            // Of an hour that the clock shows twice only the first is told apart from nothing.
            prop_assume!(when::zone::instant(zone, wall) == at);
            prop_assume!(at - now > TimeDelta::zero());
            let text = Texts { language, zone, now, after: 0 }.time(wall);
            prop_assert_eq!(read_back(&text, &sender), Some(at), "{} at {}", text, now);
        }
    }
}
