//! Every limit of the product, each with its reason. Those that a user meets stand in README as well.

use chrono::TimeDelta;

/// Open reminders of one user. More than a person keeps in mind; bounds every list and transaction.
pub const OPEN_REMINDERS: usize = 50;

/// Texts of one sender in one minute of the carrier's clock. A fast typist sends a few; a robot hundreds.
pub const TEXTS_PER_MINUTE: u32 = 20;

/// "Not understood" answers to one sender in any hour: two robots must not talk for ever.
pub const MISUNDERSTOOD_PER_HOUR: usize = 3;

/// Answers to one sender in any hour that say why not: a robot's words may have a time, one that has passed.
pub const REFUSED_PER_HOUR: usize = 10;

/// Characters of a text that are read. Ten joined SMS hold about 1,530; the carrier's field takes 1,600.
pub const TEXT_CHARS: usize = 1_600;

/// Characters of the matter that are kept; what is spoken and shown is cut further.
pub const ABOUT_CHARS: usize = 300;

/// Characters of the matter that an SMS repeats, so that a reply stays within two parts.
pub const ABOUT_CHARS_IN_SMS: usize = 80;

/// Attempts at one reminder: the first and two more.
pub const ATTEMPTS: u32 = 3;

/// How late a reminder may still ring. Past it a call would mislead: an SMS says so instead.
pub const LATE_MAX: TimeDelta = TimeDelta::minutes(15);

/// A text whose time passed while it was on its way still rings if it is no later than this.
pub const ARRIVAL_GRACE: TimeDelta = TimeDelta::seconds(60);

/// How long a question of ours waits for its YES.
pub const ANSWER_WAIT: TimeDelta = TimeDelta::minutes(10);

/// How long SNOOZE without a time puts a reminder off.
pub const SNOOZE: TimeDelta = TimeDelta::minutes(10);

/// How long after its last call a reminder can be put off: later, nobody knows which one is meant.
pub const SNOOZE_WITHIN: TimeDelta = TimeDelta::hours(12);

/// Reminders that the answer to FORGET names, where it drops several: with the longest matters, two SMS.
pub const FORGOTTEN_TOLD: usize = 2;

/// Attempts, the last ones, that the answer to WHY tells of.
pub const ATTEMPTS_TOLD: u32 = 10;

/// Rings of one day that are counted for the answer to a series that rings too often.
pub const RINGS_COUNTED: usize = 1_000;

/// Reminders that one text changes at most: the transaction that writes them has room for a hundred rows.
pub const CHANGED_AT_ONCE: usize = 90;

/// Nobody at a number that may be somebody else's is called about two reminders within this time: a day, less what the
/// attempts of the day before take and an hour by which clocks are switched.
pub const UNCONFIRMED_WAIT: TimeDelta = TimeDelta::hours(22);

/// Schedules fire this long before due, because EventBridge Scheduler promises only the minute.
pub const SCHEDULE_LEAD: TimeDelta = TimeDelta::seconds(90);

/// Nearer than this no schedule is made: `DelaySeconds` reaches 15 minutes.
pub const QUEUE_REACH: TimeDelta = TimeDelta::seconds(900);

/// The carrier is asked within this time of the claim, or not at all: the row may say otherwise by then.
pub const CLAIM_FRESH: TimeDelta = TimeDelta::seconds(5);

/// How long the carrier may hold a call back before it rings (`TimeToLive`); its own least is 5 s.
pub const CALL_TIME_TO_LIVE: TimeDelta = TimeDelta::seconds(60);

/// How far ahead a place among the carrier's calls is taken; beyond it a reminder is held instead.
pub const RESERVE_AHEAD: TimeDelta = TimeDelta::seconds(60);

/// A place among the carrier's calls that is not this very moment lies at least this far ahead: the way there leads
/// over two queues, and whoever comes later than their place is near the next one.
pub const PLACE_AHEAD: TimeDelta = TimeDelta::seconds(1);

/// How often a reminder whose call the carrier throttled is called again of itself, before that is left to the repairs.
pub const THROTTLED_AGAIN: u32 = 3;

/// The pause before the first of them; it doubles.
pub const THROTTLED_WAIT: TimeDelta = TimeDelta::seconds(2);

/// How long a row that owes something is left alone before `reconcile` sends it again.
pub const OWED_WAIT: TimeDelta = TimeDelta::seconds(120);

/// How long news waits before others are told.
///
/// What happens within seconds is told together: an answer and its charge take one request. And the row is not written
/// while somebody else still decides on it.
pub const NEWS_DELAY: TimeDelta = TimeDelta::seconds(5);

/// How long after its time a reminder that has not moved is taken for lost.
pub const DUE_WAIT: TimeDelta = TimeDelta::seconds(30);

/// The longest pause between two repairs of the same row; it doubles from [`OWED_WAIT`].
pub const OWED_WAIT_MAX: TimeDelta = TimeDelta::minutes(15);

/// A request to the SMS service without an outcome counts as unknown after this.
pub const SENDING_WAIT: TimeDelta = TimeDelta::minutes(5);

/// Replies older than this are not sent: an answer an hour late confuses.
pub const REPLY_MAX_AGE: TimeDelta = TimeDelta::hours(1);

/// How long the SMS that replaces a call stays worth sending.
pub const TOLD_MAX_AGE: TimeDelta = TimeDelta::hours(24);

/// Nothing of our own goes out from this hour of the evening where its receiver is …
pub const QUIET_FROM_HOUR: u32 = 21;

/// … to this one of the morning. The usual hours of telemarketing laws, which bind stricter messages than ours.
pub const QUIET_TO_HOUR: u32 = 8;

/// A ring of a reminder, or its news, within this time of its due was asked for at that hour; later than that the news is
/// our own message, and nothing rings.
pub const ASKED_FOR: TimeDelta = TimeDelta::hours(1);

/// Sends of an SMS that replaces a call: once more when the first outcome stayed unknown.
pub const TELLS: u32 = 2;

/// Lines of a row's story; a row that needs more is in a loop that should be seen elsewhere.
pub const STORY_LINES: usize = 64;

/// How long rows stay after their end: longer than SNS retries (23 days), queues (4) and dead letters (14) together.
pub const KEPT_AFTER_END: TimeDelta = TimeDelta::days(60);

/// How long after its end a month takes entries: the carrier's events may come 72 hours late.
pub const MONTH_CLOSES_AFTER: TimeDelta = TimeDelta::hours(96);

/// How long after a month has closed its entries may still be on their way into the table.
///
/// record-charge decides on the month before it writes, and has half a minute for both; clocks differ, and an index
/// follows its table.
pub const MONTH_SETTLES_AFTER: TimeDelta = TimeDelta::minutes(15);

/// How long calling stops after the carrier said that the month's money is spent.
pub const SPEND_PAUSE: TimeDelta = TimeDelta::hours(1);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::price::PriceBook;

    /// The value in the row of README's table of limits that begins with `name`.
    fn in_readme(name: &str) -> &'static str {
        let readme = include_str!("../../../README.md");
        let row = readme.lines().find(|line| line.starts_with(&format!("| {name}")));
        row.and_then(|row| row.trim_end_matches('|').rsplit('|').next()).expect(name).trim()
    }

    #[test]
    fn readme_states_the_limits_that_a_user_meets() {
        assert_eq!(in_readme("open reminders"), OPEN_REMINDERS.to_string());
        assert_eq!(in_readme("texts of one number"), TEXTS_PER_MINUTE.to_string());
        assert_eq!(in_readme("\"not understood\""), MISUNDERSTOOD_PER_HOUR.to_string());
        assert_eq!(in_readme("answers in any hour that"), REFUSED_PER_HOUR.to_string());
        assert_eq!(in_readme("attempts"), ATTEMPTS.to_string());
        let (book, home) = (PriceBook::embedded(), "US".to_owned().try_into().unwrap());
        let at = "2026-11-23T09:00:00Z".parse().unwrap();
        let month = book.limits(home, at).unwrap();
        assert_eq!(in_readme("what a month costs"), month.monthly_cap.display(month.currency));
        assert_eq!(in_readme("how late"), format!("{} minutes", LATE_MAX.num_minutes()));
        assert_eq!(in_readme("how long after"), format!("{} minutes", ASKED_FOR.num_minutes()));
        assert_eq!(in_readme("how far ahead"), format!("{} years", when::FAR_YEARS));
        assert_eq!(in_readme("what a call says"), format!("{ABOUT_CHARS} characters"));
        assert_eq!(
            in_readme("hours in which"),
            format!("{QUIET_FROM_HOUR}:00 to {QUIET_TO_HOUR}:00")
        );
        assert_eq!(
            in_readme("calls to one phone"),
            crate::admission::CallLimits::default().per_phone_and_day.to_string()
        );
    }
}
