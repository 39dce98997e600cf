//! What a world costs: the prices that people are told, and in most worlds a month that is partly free and has a small
//! maximum, so that both are met within a day.

use std::sync::LazyLock;

use domain::price::PriceBook;

use crate::dice::Dice;

/// What people are told that it costs, in millionths: a text, and an answered reminder.
pub const TEXT_COSTS: i64 = 20_000;
/// The same of an answered reminder.
pub const ANSWER_COSTS: i64 = 40_000;
/// In which currency.
pub const CURRENCY: &str = "USD";

/// The most that a month costs, and what is free of it, in millionths. The first is met by nobody.
const MONTHS: [Month; 5] = [
    Month { cap: 20_000_000, allowance: 0 },
    Month { cap: 120_000, allowance: 30_000 },
    Month { cap: 80_000, allowance: 50_000 },
    Month { cap: 100_000, allowance: 0 },
    Month { cap: 20_000_000, allowance: 70_000 },
];

/// Of so many worlds of ten the months are those of the first kind.
const ORDINARY: f64 = 0.5;

/// What bounds the sum of a month, in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Month {
    /// The most that it comes to.
    pub cap: i64,
    /// How much of its list price is free.
    pub allowance: i64,
}

impl Month {
    /// What a month comes to whose things cost so much by the price list, in any order.
    #[must_use]
    pub fn comes_to(self, list: i64) -> i64 {
        (list - self.allowance).clamp(0, self.cap)
    }

    fn book(self) -> PriceBook {
        let amount = |micros: i64| format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000);
        let book = format!(
            "version = \"world\"\ncurrency = \"{CURRENCY}\"\nmonthly_cap = \"{}\"\nmonthly_allowance = \"{}\"\n\
             [[rule]]\ncountries = [\"*\"]\nfrom = \"2000-01-01\"\nsms = \"{}\"\nanswered_call = \"{}\"\n\
             max_sms = \"1.00\"\nmax_call_per_minute = \"5.00\"\n",
            amount(self.cap),
            amount(self.allowance),
            amount(TEXT_COSTS),
            amount(ANSWER_COSTS)
        );
        PriceBook::parse(&book).expect("a book of ours")
    }
}

/// The months of a world, and the price book that says so.
#[must_use]
pub fn draw(dice: &mut Dice) -> (Month, &'static PriceBook) {
    static BOOKS: LazyLock<[PriceBook; MONTHS.len()]> = LazyLock::new(|| MONTHS.map(Month::book));
    let ordinary = dice.chance(ORDINARY);
    let other = dice.between(1, MONTHS.len() as i64 - 1);
    let which = if ordinary { 0 } else { usize::try_from(other).unwrap_or(0) };
    (MONTHS[which], &BOOKS[which])
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[test]
    fn a_book_says_what_its_month_does() {
        for month in MONTHS {
            let region = "US".to_owned().try_into().unwrap();
            let at = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
            let limits = month.book().limits(region, at).unwrap();
            assert_eq!(limits.monthly_cap.0, month.cap);
            assert_eq!(limits.monthly_allowance.0, month.allowance);
        }
        assert_eq!(
            [0, 30_000, 90_000, 9_000_000].map(|list| MONTHS[1].comes_to(list)),
            [0, 0, 60_000, 120_000]
        );
    }
}
