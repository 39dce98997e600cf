//! WHY and BILL: what happened to a reminder, and what a month cost.

use chrono::{DateTime, Utc};

use super::Texts;
use crate::gsm;
use crate::ledger::Period;
use crate::money::Micros;
use crate::occurrence::Why;
use crate::tale::{Bill, Deed, Tale};

/// Characters of the matter in a story.
const MATTER_CHARS: usize = 40;

/// In place of deeds that a text has no room for.
const LEFT_OUT: &str = "...";

impl Texts {
    /// The story of a reminder, as much of its beginning and end as two parts have room for.
    #[must_use]
    pub fn why(&self, tale: &Tale) -> String {
        let matter = self.matter(&tale.about, MATTER_CHARS);
        let steps = self.steps(&tale.deeds);
        let told = |steps: &[String]| {
            gsm::fit(&self.say(
                "why",
                [
                    ("n", tale.id.reminder.n.into()),
                    ("matter", (&matter).into()),
                    ("story", steps.join("; ").into()),
                ],
            ))
        };
        let without = |left_out: usize| {
            // How it began and how it ended matter most.
            let kept = steps.len() - left_out;
            let (first, last) = (kept.div_ceil(2), kept / 2);
            let mut some = steps[..first].to_vec();
            some.push(LEFT_OUT.to_owned());
            some.extend_from_slice(&steps[steps.len() - last..]);
            told(&some)
        };
        let whole = Some(told(&steps)).filter(|text| self.fits(text));
        let shorter = || (1..=steps.len()).map(without).find(|text| self.fits(text));
        whole.or_else(shorter).unwrap_or_default()
    }

    /// WHY named no reminder that there was.
    #[must_use]
    pub fn nothing_to_tell(&self, n: Option<u32>) -> String {
        match n {
            Some(n) => self.fit("nothing-to-tell", [("n", n.into())]),
            None => self.which_one(&self.words().word("why-word")),
        }
    }

    /// What one month cost; only the sum, where two parts have no room for its items.
    #[must_use]
    pub fn bill(&self, bill: &Bill) -> String {
        let whole = gsm::fit(&self.bill_in_full(bill));
        if self.fits(&whole) {
            return whole;
        }
        let (month, total) = (self.month_of_year(bill.period), bill.total().display(bill.currency));
        self.fit("bill-only-total", [("month", month.into()), ("total", total.into())])
    }

    /// The same, however long, in all letters of the language.
    pub(super) fn bill_in_full(&self, bill: &Bill) -> String {
        let less = |amount: Micros| Micros::ZERO.checked_sub(amount).unwrap_or_default();
        // At list price, with what was taken off: then it adds up before the reader's eyes.
        let items = [
            ("bill-texts", bill.texts.count, bill.texts.list),
            ("bill-calls", bill.calls.count, bill.calls.list),
            ("bill-allowance", u64::from(bill.allowance != Micros::ZERO), less(bill.allowance)),
            ("bill-cap", u64::from(bill.cap() != Micros::ZERO), less(bill.cap())),
            ("bill-credits", bill.credits.count, bill.credits.amount),
        ];
        let item = |(id, count, amount): (&str, u64, Micros)| {
            let amount = amount.display(bill.currency);
            self.say(id, [("count", count.into()), ("amount", amount.into())])
        };
        let items = items.into_iter().filter(|(_, count, _)| *count > 0).map(item);
        let items = items.collect::<Vec<_>>().join(", ");
        let total = bill.total().display(bill.currency);
        let month = self.month_of_year(bill.period);
        self.say(
            "bill",
            [("month", month.into()), ("items", items.into()), ("total", total.into())],
        )
    }

    /// A month without charges.
    #[must_use]
    pub fn nothing_charged(&self, month: Period) -> String {
        gsm::fit(&self.nothing_charged_in_full(month))
    }

    /// The same, in all letters of the language.
    pub(super) fn nothing_charged_in_full(&self, month: Period) -> String {
        self.say("nothing-charged", [("month", self.month_of_year(month).into())])
    }

    /// The deeds in words, each with its time where that is news; what became of a call stands beside it.
    fn steps(&self, deeds: &[(DateTime<Utc>, Deed)]) -> Vec<String> {
        let mut steps: Vec<String> = Vec::new();
        let mut day = None;
        let mut after_call = false;
        for (at, deed) in deeds {
            let wall = when::zone::wall(self.zone, *at);
            let wall = chrono::Timelike::with_second(&wall, 0).unwrap_or(wall);
            let same_day = day == Some(wall.date());
            let time = if same_day { self.clock(wall) } else { self.time(wall) };
            let (id, timed) = message(*deed);
            if timed {
                day = Some(wall.date());
            }
            let amount = match deed {
                Deed::Charged(amount, currency) => amount.display(*currency),
                _ => String::new(),
            };
            let text = self.say(id, [("time", time.into()), ("amount", amount.into())]);
            match steps.last_mut() {
                Some(call) if after_call && is_outcome(*deed) => {
                    call.push_str(", ");
                    call.push_str(&text);
                }
                _ => steps.push(text),
            }
            after_call = matches!(deed, Deed::Rang | Deed::Called);
        }
        steps
    }
}

/// What becomes of a call.
fn is_outcome(deed: Deed) -> bool {
    matches!(deed, Deed::NoAnswer | Deed::Busy | Deed::Failed | Deed::Answered)
}

/// The message of a deed, and whether it says when.
fn message(deed: Deed) -> (&'static str, bool) {
    match deed {
        Deed::Accepted => ("deed-accepted", true),
        Deed::Changed => ("deed-changed", true),
        Deed::Rang => ("deed-rang", true),
        Deed::Called => ("deed-called", true),
        Deed::NoAnswer => ("deed-no-answer", false),
        Deed::Busy => ("deed-busy", false),
        Deed::Failed => ("deed-failed", false),
        Deed::Answered => ("deed-answered", false),
        Deed::Charged(..) => ("deed-charged", false),
        Deed::GaveUp(Why::NoAnswer) => ("deed-gave-up-no-answer", false),
        Deed::GaveUp(Why::TooLate) => ("deed-gave-up-too-late", false),
        Deed::GaveUp(Why::DailyLimit) => ("deed-gave-up-daily-limit", false),
        Deed::GaveUp(Why::OverCap) => ("deed-gave-up-over-cap", false),
        Deed::GaveUp(Why::SpendLimit) => ("deed-gave-up-spend-limit", false),
        Deed::GaveUp(Why::Blocked) => ("deed-gave-up-blocked", false),
        Deed::Told => ("deed-told", true),
        Deed::Forgotten => ("deed-forgotten", true),
        Deed::Skipped => ("deed-skipped", true),
        Deed::OptedOut => ("deed-opted-out", false),
    }
}
