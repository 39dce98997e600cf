//! What an entry comes to in its month: first what is free each month is used up, then no sum goes over the cap.
//!
//! Both are of the rule that prices the entry, and count in the month in which it is booked: one that comes after its
//! own month has closed uses the allowance of the month that takes it, and fills its cap. Rules may change within a
//! month. What was given free before stays given, and a sum over a cap that is lower now stays as it is. Where a rule
//! changes the currency, the month has two sums, each with limits of its own; nothing is converted.

use super::{Entry, Item, Overflow, Reduction, Total};
use crate::money::Micros;
use crate::price::Limits;

/// An entry as its month takes it, and the month's sums with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booked {
    /// The entry, with what is charged.
    pub entry: Entry,
    /// The sums, with the entry in them.
    pub total: Total,
}

/// Books a charge at its list price less what is left of the month's allowance, and cut to what is left to the cap.
///
/// Without credits between them, entries of one month may come in any order: the sum is the same. A credit makes room
/// under the cap for what comes after it.
///
/// # Errors
/// [`Overflow`] if a sum leaves 64 bits.
pub fn book(total: Option<Total>, entry: Entry, limits: &Limits) -> Result<Booked, Overflow> {
    let total = total.unwrap_or_else(|| Total::before(&entry));
    let list = entry.list_micros.unwrap_or(entry.amount_micros);
    let free = list.min(left(limits.monthly_allowance, total.allowance_micros));
    let price = left(list, free);
    let amount = price.min(left(limits.monthly_cap, total.amount_micros));
    let reduced_by = match (amount < price, free > Micros::ZERO) {
        (true, _) => Some(Reduction::Cap),
        (false, true) => Some(Reduction::Allowance),
        (false, false) => None,
    };
    let entry = Entry { amount_micros: amount, reduced_by, ..entry };
    let total = add(Some(total), &entry)?;
    let allowance_micros = checked(total.allowance_micros.checked_add(free), &entry)?;
    Ok(Booked { total: Total { allowance_micros, ..total }, entry })
}

/// What is left of `all` after `used`: never less than nothing.
fn left(all: Micros, used: Micros) -> Micros {
    all.checked_sub(used).unwrap_or(Micros::ZERO).max(Micros::ZERO)
}

/// The sums with one more entry in them, at the amount that it has; where there are none yet, with it alone.
///
/// # Errors
/// [`Overflow`] if a sum leaves 64 bits.
pub fn add(total: Option<Total>, entry: &Entry) -> Result<Total, Overflow> {
    let total = total.unwrap_or_else(|| Total::before(entry));
    let sum = |one: Micros, other| checked(one.checked_add(other), entry);
    let amount_micros = sum(total.amount_micros, entry.amount_micros)?;
    let mut by_kind = total.by_kind.clone();
    let of_kind = by_kind.entry(entry.kind).or_default();
    *of_kind = Item {
        count: of_kind.count + 1,
        amount: sum(of_kind.amount, entry.amount_micros)?,
        list: sum(of_kind.list, entry.list_micros.unwrap_or_default())?,
    };
    Ok(Total { entries: total.entries + 1, amount_micros, by_kind, ..total })
}

fn checked(sum: Option<Micros>, entry: &Entry) -> Result<Micros, Overflow> {
    sum.ok_or_else(|| Overflow { period: entry.period.clone() })
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use chrono_tz::Tz;
    use proptest::prelude::*;

    use super::*;
    use crate::ids::UserId;
    use crate::ledger::{Subject, entry};
    use crate::money::Currency;
    use crate::phone::Phone;
    use crate::price::Price;
    use crate::user::User;

    fn limits(cap: i64, allowance: i64) -> Limits {
        Limits {
            monthly_cap: Micros(cap),
            monthly_allowance: Micros(allowance),
            currency: Currency::USD,
        }
    }

    /// The `n`th text, at its list price.
    fn text(n: usize, list: i64) -> Entry {
        let now = DateTime::UNIX_EPOCH;
        let phone = Phone::try_from("+12065550101".to_owned()).unwrap();
        let user = User::new(UserId::from_random(1), phone, Tz::UTC, now);
        let price = Price {
            amount: Micros(list),
            currency: Currency::USD,
            version: "v".into(),
            rule: "r".into(),
            max_sms: Micros(1),
            max_call_per_minute: Micros(1),
        };
        entry(&Subject::Sms(format!("m{n}").parse().unwrap()), &user, &price, now, now)
    }

    /// Gives an amount back, as a credit does.
    fn given_back(total: Total, amount: i64) -> Total {
        let entry = Entry { amount_micros: Micros(-amount), list_micros: None, ..text(0, 0) };
        add(Some(total), &entry).unwrap()
    }

    /// Books prices one after the other; returns what was charged for each, and why less.
    fn charged(prices: &[i64], limits: &Limits) -> Vec<(i64, Option<Reduction>)> {
        let mut total = None;
        let booked = prices.iter().enumerate().map(|(n, list)| {
            let booked = book(total.take(), text(n, *list), limits).unwrap();
            total = Some(booked.total);
            (booked.entry.amount_micros.0, booked.entry.reduced_by)
        });
        booked.collect()
    }

    #[test]
    fn what_is_free_is_used_up_first_and_the_cap_cuts_the_last_to_what_is_left() {
        use Reduction::{Allowance, Cap};
        let limits = limits(50, 30);
        assert_eq!(
            charged(&[20, 20, 20, 20, 20, 20], &limits),
            [
                (0, Some(Allowance)),
                (10, Some(Allowance)),
                (20, None),
                (20, None),
                (0, Some(Cap)),
                (0, Some(Cap))
            ]
        );
        assert_eq!(charged(&[80, 1], &limits), [(50, Some(Allowance)), (0, Some(Cap))]);
        assert_eq!(charged(&[81], &limits), [(50, Some(Cap))]);
    }

    #[test]
    fn a_credit_makes_room_under_the_cap_and_no_allowance() {
        let limits = limits(50, 10);
        let full = book(None, text(1, 60), &limits).unwrap().total;
        assert!(full.is_at(limits.monthly_cap));
        let lifted = given_back(full, 25);
        assert!(!lifted.is_at(limits.monthly_cap));
        let again = book(Some(lifted), text(2, 30), &limits).unwrap();
        assert_eq!(again.entry.amount_micros, Micros(25));
        assert!(again.total.is_at(limits.monthly_cap));
        assert_eq!(again.total.allowance_micros, Micros(10));
    }

    #[test]
    fn limits_that_change_within_a_month_take_nothing_back() {
        let spent = book(None, text(1, 60), &limits(100, 20)).unwrap().total;
        let lower = book(Some(spent.clone()), text(2, 20), &limits(30, 5)).unwrap();
        assert_eq!(lower.entry.amount_micros, Micros::ZERO);
        assert_eq!(
            (lower.total.amount_micros, lower.total.allowance_micros),
            (Micros(40), Micros(20))
        );
        let higher = book(Some(spent), text(2, 20), &limits(200, 30)).unwrap();
        assert_eq!(
            (higher.entry.amount_micros, higher.total.allowance_micros),
            (Micros(10), Micros(30))
        );
    }

    fn prices() -> impl Strategy<Value = Vec<i64>> {
        proptest::collection::vec(1..100_i64, 0..30)
    }

    proptest! {
        #[test]
        fn a_months_sum_is_its_list_less_what_is_free_and_never_over_the_cap_in_any_order(
            (prices, shuffled) in prices()
                .prop_flat_map(|prices| (Just(prices.clone()), Just(prices).prop_shuffle())),
            cap in 0..1_500_i64,
            allowance in 0..500_i64,
        ) {
            let limits = limits(cap, allowance);
            let list: i64 = prices.iter().sum();
            for prices in [prices, shuffled] {
                let sum: i64 = charged(&prices, &limits).iter().map(|(amount, _)| amount).sum();
                prop_assert_eq!(sum, (list - allowance).clamp(0, cap));
            }
        }

        #[test]
        fn totals_are_the_sums_of_their_entries_whatever_is_given_back_and_however_limits_change(
            steps in proptest::collection::vec(
                (1..100_i64, 0..300_i64, 0..100_i64, 0..60_i64, any::<bool>()), 0..30
            ),
        ) {
            let mut total = Total::before(&text(0, 0));
            let (mut sum, mut list, mut free, mut cap_max, mut free_max) = (0, 0, 0, 0, 0);
            for (n, (price, cap, allowance, back, is_credit)) in steps.into_iter().enumerate() {
                if is_credit {
                    total = given_back(total, back.min(sum));
                    sum -= back.min(sum);
                    continue;
                }
                let booked = book(Some(total.clone()), text(n, price), &limits(cap, allowance)).unwrap();
                let amount = booked.entry.amount_micros.0;
                let given = booked.total.allowance_micros.0 - free;
                prop_assert!((0..=price).contains(&amount), "between nothing and the list price");
                prop_assert_eq!(booked.entry.list_micros, Some(Micros(price)));
                prop_assert_eq!(booked.entry.reduced_by.is_some(), amount < price);
                prop_assert!((0..=price - amount).contains(&given), "the rest is the cap's");
                prop_assert!(amount == 0 || booked.total.amount_micros.0 <= cap);
                (sum, list, free) = (sum + amount, list + price, free + given);
                (cap_max, free_max) = (cap.max(cap_max), allowance.max(free_max));
                total = booked.total;
                prop_assert_eq!(total.amount_micros, Micros(sum));
                prop_assert_eq!(total.list_micros(), Micros(list));
                prop_assert!(sum <= cap_max && free <= free_max);
            }
        }

        #[test]
        fn a_sum_is_cut_rather_than_wrapped(
            amount in 0..i64::MAX, sum in 0..i64::MAX
        ) {
            let before = Total { amount_micros: Micros(sum), ..Total::before(&text(0, 0)) };
            let booked = book(Some(before), text(1, amount), &limits(i64::MAX, 0));
            let expected = Micros(sum.saturating_add(amount));
            prop_assert_eq!(booked.map(|it| it.total.amount_micros), Ok(expected));
        }
    }

    #[test]
    fn a_list_sum_beyond_64_bits_is_refused() {
        let limits = limits(10, 0);
        let full = book(None, text(1, i64::MAX), &limits).unwrap().total;
        assert!(book(Some(full), text(2, 1), &limits).is_err());
    }
}
