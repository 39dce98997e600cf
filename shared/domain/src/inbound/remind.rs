//! A new reminder: once, or a series.

use when::{Misread, When};

use super::{Desk, Verdict};
use crate::admission::CallLimits;
use crate::lifecycle::Milestone;
use crate::limits;
use crate::occurrence::Occurrence;
use crate::series;
use crate::texts::Texts;

impl Desk<'_> {
    pub(super) fn remind(&mut self) -> Verdict {
        if !self.text.chars().any(char::is_alphanumeric) {
            let reply = self.say().empty();
            return self.misunderstood(reply);
        }
        let reading = match when::read(&self.text, &self.sender()) {
            Ok(reading) => reading,
            Err(why) => return self.misread(&why),
        };
        self.user.wrote_in(reading.language);
        if self.has_no_room() {
            return Verdict::free("refused", self.say().too_many_open());
        }
        let about = cut(&reading.about);
        let id = self.user.next_reminder();
        let row = match reading.when {
            When::Once(moment) => {
                let row = Occurrence::accepted(id, about, moment, self.now);
                if self.came_too_late(&row) {
                    self.user.next = self.before.next;
                    return Verdict::free("arrived_too_late", self.say().arrived_too_late(&row));
                }
                row
            }
            When::Repeating(series) => {
                if let Some(refusal) = self.too_often(&series) {
                    self.user.next = self.before.next;
                    return refusal;
                }
                match Occurrence::first_of(id, about, series, self.now) {
                    Some(row) => row,
                    None => {
                        self.user.next = self.before.next;
                        return self.misread(&Misread::Past { what: self.text.clone() });
                    }
                }
            }
        };
        let taken = reading.taken.as_deref();
        let limited = self.user.texts == 0 && self.rings_often(&row);
        let limit = if limited { self.say().one_a_day() } else { String::new() };
        let say = self.say();
        let say = Texts { after: say.after + limit.chars().count(), ..say };
        let reply = say.accepted(&row, taken) + &limit;
        self.set(row, "accepted", reply)
    }

    /// Whether as many reminders are open as may be.
    pub(super) fn has_no_room(&self) -> bool {
        self.by_reminder().len() >= limits::OPEN_REMINDERS
    }

    /// Whether the time of a reminder passed while its text was on its way.
    pub(super) fn came_too_late(&self, row: &Occurrence) -> bool {
        self.now > row.due + limits::ARRIVAL_GRACE
    }

    /// The answer to a series that rings more often than a phone may be called.
    pub(super) fn too_often(&self, series: &when::Recurrence) -> Option<Verdict> {
        let most = CallLimits::default().per_phone_and_day;
        let rings = series::rings_a_day(series, self.now, limits::RINGS_COUNTED);
        (rings > most).then(|| Verdict::free("refused", self.say().too_often(rings)))
    }

    /// Whether it is one of a series that rings several times a day.
    fn rings_often(&self, row: &Occurrence) -> bool {
        let rings = |series| series::rings_a_day(series, self.now, limits::RINGS_COUNTED);
        row.series.as_ref().is_some_and(|series| rings(series) > 1)
    }

    /// A new reminder, with its answer.
    pub(super) fn set(
        &mut self,
        mut row: Occurrence,
        what: &'static str,
        reply: String,
    ) -> Verdict {
        row.texted_at = Some(self.inbound.sent_at);
        row.passes(Milestone::Accepted, self.now, self.policy);
        self.user.last_set = Some(row.id.reminder.n);
        let detail = row.id.to_string();
        Verdict::charged(what, reply).with(vec![row]).about(detail)
    }
}

/// The matter, no longer than a call says.
pub(super) fn cut(about: &str) -> String {
    about.chars().take(limits::ABOUT_CHARS).collect()
}
