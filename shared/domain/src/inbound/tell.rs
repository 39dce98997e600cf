//! What the sender asks about: the story of a reminder, and the month's charges.

use super::{Command, Desk, Verdict};
use crate::ids::OccurrenceId;
use crate::ledger::Period;
use crate::occurrence::Occurrence;
use crate::tale::{Bill, Tale};
use crate::user::User;

/// The reminder that a WHY is about: of the one that it names, the last that had its turn, else the one to come.
/// Without a number the one that was called last, else the one that was set last.
#[must_use]
pub fn tale_wanted(
    command: &Command,
    user: &User,
    reminders: &[Occurrence],
) -> Option<OccurrenceId> {
    let Command::Why(n) = command else { return None };
    let n = match (n, &user.last_called) {
        (Some(n), _) => *n,
        (None, Some(called)) => called.reminder.n,
        (None, None) => user.last_set?,
    };
    let of_n = || reminders.iter().filter(|row| row.id.reminder.n == n);
    let had_its_turn = of_n().filter(|row| row.attempt > 0 || !row.is_open());
    let told = had_its_turn.max_by_key(|row| row.id.k).or(of_n().min_by_key(|row| row.id.k));
    told.map(|row| row.id.clone())
}

impl Desk<'_> {
    pub(super) fn why(&self, n: Option<u32>) -> Verdict {
        let wanted = tale_wanted(&Command::Why(n), &self.user, &self.seen.reminders);
        let row = wanted.and_then(|id| self.seen.reminders.iter().find(|row| row.id == id));
        let Some(row) = row else {
            return Verdict::free("refused", self.say().nothing_to_tell(n));
        };
        let tale = Tale::of(row, &self.seen.tale);
        Verdict::charged("told_why", self.say().why(&tale)).about(row.id.to_string())
    }

    pub(super) fn bill(&self) -> Verdict {
        let month = Period::of(self.inbound.sent_at);
        let reply = match &self.seen.total {
            Some(total) => self.say().bill(&Bill::of_total(month, total)),
            None => self.say().nothing_charged(month),
        };
        Verdict::charged("billed", reply).about(month.to_string())
    }
}
