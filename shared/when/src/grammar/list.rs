//! Lists of days in a series: `mon wed and fri`, `monday to friday`, `first and third friday`.

use chrono::Weekday;

use super::{Reader, series::Ordinals};
use crate::words::{Sense, Unit};

/// `mon, tue, wed, thu, fri, sat and sun` and `the 1st, 10th, 20th and last`: who says more means
/// something else. A bound, too, for texts made to take long.
const ITEMS_MAX: usize = 7;

impl Reader<'_> {
    /// `mon wed and fri`, `monday to friday`, `weekdays`, `weekends`, one day; and the token after.
    pub(super) fn weekday_list(&self, at: usize) -> Option<(Vec<Weekday>, usize)> {
        let mut days = Vec::new();
        let mut add = |from: Weekday, count: u32| {
            let before = days.len();
            for day in week_from(from).take(count as usize) {
                if !days.contains(&day) {
                    days.push(day);
                }
            }
            days.len() > before
        };
        let (mut first, count, mut to) = self.weekday_item(at)?;
        add(first, count);
        for _ in 1..ITEMS_MAX {
            let range = self.is_run(to);
            if range && let Some((last, 1, end)) = self.weekday_item(to + 1) {
                add(first, last.days_since(first) + 1);
                (first, to) = (last, end);
                continue;
            }
            let mut next = to + usize::from(self.mark(to, ',') || self.mark(to, '/'));
            if self.has(next, Sense::And) {
                // `every monday and every friday`, `on mondays and on fridays`
                let lead = self.has(next + 1, Sense::Every) || self.has(next + 1, Sense::On);
                next += 1 + usize::from(lead);
            }
            let Some((more, count, end)) = self.weekday_item(next) else { break };
            // A day that is said again begins another list: no list is read on for ever.
            if !add(more, count) {
                break;
            }
            (first, to) = (more, end);
        }
        Some((days, to))
    }

    /// A day of the week, or a run of them: the first, how many, and the token after.
    fn weekday_item(&self, at: usize) -> Option<(Weekday, u32, usize)> {
        if let Some(day) = self.plural_weekday(at).or_else(|| self.weekday(at)) {
            return Some((day, 1, self.after_dot(at + 1)));
        }
        if self.has(at, Sense::Workday) || self.has(at, Sense::Workdays) {
            return Some((Weekday::Mon, 5, at + 1));
        }
        if self.has(at, Sense::Business) && self.unit(at + 1) == Some(Unit::Day) {
            return Some((Weekday::Mon, 5, at + 2));
        }
        let weekend = self.has(at, Sense::Weekend) || self.has(at, Sense::Weekends);
        weekend.then_some((Weekday::Sat, 2, at + 1))
    }

    /// Three days of the week or more, each said by itself.
    pub(super) fn is_list(&self, at: usize, to: usize) -> bool {
        (at..to).filter(|at| self.weekday(*at).is_some()).count() > 2
    }

    pub(super) fn plural_weekday(&self, at: usize) -> Option<Weekday> {
        self.find(at, |sense| if let Sense::Weekdays(day) = sense { Some(day) } else { None })
    }

    /// `june and july`, and the token after it.
    pub(super) fn months(&self, at: usize) -> Option<(Vec<u32>, usize)> {
        let (mut months, mut to) = (vec![self.month(at)?], at + 1);
        for _ in 1..12 {
            let comma = to + usize::from(self.mark(to, ','));
            let next = comma + usize::from(self.has(comma, Sense::And));
            let Some(month) = self.month(next).filter(|_| next > to) else { break };
            months.push(month);
            to = next + 1;
        }
        months.sort_unstable();
        months.dedup();
        Some((months, to))
    }

    pub(super) fn names_month(&self, at: usize) -> bool {
        (self.has(at, Sense::Of) || self.has(at, Sense::In)) && self.month(at + 1).is_some()
    }

    /// `first and third friday and second tuesday`, `2nd and last fri`, `1st and 15th`, `last day`.
    pub(super) fn ordinals(&self, at: usize) -> Option<(Ordinals, usize)> {
        let mut found = Ordinals { sure: true, ..Ordinals::default() };
        let mut pending: Vec<i32> = Vec::new();
        let (mut to, mut next) = (at, at);
        for _ in 0..ITEMS_MAX {
            let Some((nth, after, suffixed)) = self.nth(next) else { break };
            found.sure &= suffixed;
            pending.push(nth);
            to = after;
            if let Some(day) = self.weekday(to).filter(|_| nth.abs() <= 5) {
                found.weekdays.extend(pending.drain(..).map(|nth| (Some(nth), day)));
                found.sure = true;
                to = self.after_dot(to + 1);
            } else if self.unit(to) == Some(Unit::Day) {
                found.month_days.append(&mut pending);
                found.sure = true;
                to += 1;
            }
            let comma = to + usize::from(self.mark(to, ','));
            next = comma + usize::from(self.has(comma, Sense::And));
            if next == to {
                break;
            }
            next += usize::from(self.has(next, Sense::On));
            next += usize::from(self.has(next, Sense::The));
        }
        found.month_days.append(&mut pending);
        let mixed = !found.weekdays.is_empty() && !found.month_days.is_empty();
        let in_range = found.month_days.iter().all(|day| (1..=31).contains(&day.abs()));
        (to > at && !mixed && in_range).then_some((found, to))
    }

    /// `2nd`, `second`, `last`, `second to last`, `2nd last`; a word may also be a number.
    fn nth(&self, at: usize) -> Option<(i32, usize, bool)> {
        if self.has(at, Sense::Last) {
            return Some((-1, at + 1, false));
        }
        let (nth, to) = self.ordinal(at)?;
        let nth = i32::try_from(nth).ok().filter(|nth| (1..=31).contains(nth))?;
        let last = to + usize::from(self.has(to, Sense::To));
        if self.has(last, Sense::Last) {
            return Some((-nth, last + 1, true));
        }
        Some((nth, to, self.number(at).is_some()))
    }
}

/// The seven days of a week, from any of them.
fn week_from(day: Weekday) -> impl Iterator<Item = Weekday> {
    std::iter::successors(Some(day), |day| Some(day.succ())).take(7)
}
