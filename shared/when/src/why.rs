//! Tells a person how a text was read: which words were taken as the time, and by which rules they
//! mean what they mean.

use crate::{
    grammar::{Clock, Day, Place, Slots, Which},
    reading::{Basis, Moment, Reading, Sender, When},
    words::Part,
    zone,
};

/// A reading with the reasons for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// What the text means.
    pub reading: Reading,
    /// The sender's words that were taken as the time; what is neither these nor asking is the
    /// matter.
    pub said: String,
    /// The rules that chose where the words leave a choice, each as a sentence without its stop.
    pub why: Vec<&'static str>,
}

/// The rules that chose this reading of what the words say.
pub fn rules(slots: &Slots, said: &str, reading: &Reading, sender: &Sender) -> Vec<&'static str> {
    let mut rules = Vec::new();
    if let When::Once(moment) = &reading.when {
        rules.extend(day(slots, moment, sender));
        rules.extend(order(slots, said));
    }
    rules.extend(hour(slots, &reading.when));
    rules.extend(match slots.place {
        Some(Place::Zone { guessed: true, .. }) => {
            Some("the letters of the zone mean others elsewhere; the usual one was taken")
        }
        Some(_) => Some("the text names the zone of its time; a change of your own moves nothing"),
        None => None,
    });
    rules
}

/// Why this day.
fn day(slots: &Slots, moment: &Moment, sender: &Sender) -> Option<&'static str> {
    if slots.amount.is_some() {
        return Some(if moment.basis == Basis::Elapsed {
            "an amount of time with hours or less is counted from the moment at which the text was sent"
        } else if slots.clock.is_some() || slots.part.is_some() {
            "days, weeks, months and years are counted on the calendar"
        } else {
            "days, weeks, months and years are counted on the calendar and keep the time of day"
        });
    }
    match (slots.day, slots.weekday) {
        (Some(Day::Yearless { .. }), _) => Some("a date without its year is the next one to come"),
        (Some(Day::OfMonth { ahead: None, .. }), _) => {
            Some("a day without its month is the next one to come")
        }
        (Some(Day::Month { .. }), _) => Some("a month without a day is its first day"),
        (Some(Day::NextWeek), None) => Some("next week without a day is its Monday"),
        (Some(Day::NextMonth | Day::NextYear), _) => {
            Some("next month and next year without a day are their first day")
        }
        (Some(Day::Weekend { .. }), None) => Some("a weekend without a day is its Saturday"),
        (None, Some((Which::Next, _))) => {
            Some("a weekday with next is the one of next week, and weeks start on Monday")
        }
        (None, Some((Which::Coming, _))) => Some("a weekday is the nearest one to come"),
        (None, Some((Which::AfterNext, _))) => Some("it is the one after the nearest to come"),
        (None, None) if moment.wall.date() > zone::wall(moment.zone, sender.now).date() => {
            Some("no day is said, and today this time has passed")
        }
        _ => None,
    }
}

/// Why the numbers of a date stand for day and month as they do.
fn order(slots: &Slots, said: &str) -> Option<&'static str> {
    let dated = matches!(slots.day, Some(Day::Date(_) | Day::Yearless { .. }));
    (dated && said.contains('/'))
        .then_some("of two numbers the region says which is the day, where both could be the month")
}

/// Why this time of day.
fn hour(slots: &Slots, when: &When) -> Option<&'static str> {
    let series = slots.series.is_some();
    let named = slots.day.is_some() || slots.weekday.is_some() || slots.amount.is_some() || series;
    match (slots.clock, slots.part) {
        (None, None) if slots.amount.is_some() || slots.counts_elapsed() => None,
        (None, None) => Some("no time of day is said: 9am, or an hour from now if that has passed"),
        (None, Some(part)) => Some(match part {
            Part::Morning => "a morning without an hour is at 9am",
            Part::Afternoon => "an afternoon without an hour is at 3pm",
            Part::Evening => "an evening without an hour is at 6pm",
            Part::Night => "a night without an hour is at 8pm",
        }),
        (Some(Clock::Bare(_)), Some(_)) => Some("the part of the day says which half it is"),
        (Some(Clock::Bare(_)), None) if named => Some(
            "an hour without am or pm on a named day is in daytime: 1 to 6 in the afternoon, \
             7 to 11 in the morning, 12 at noon",
        ),
        (Some(Clock::Bare(_)), None) => {
            Some("an hour without am or pm is the next one between 7am and 11pm")
        }
        (Some(Clock::Midnight), None) if named && matches!(when, When::Once(_)) => {
            Some("midnight is the start of a named day, and the end of today")
        }
        _ => None,
    }
}
