//! `credited-once`: what support gave back stands once, was not refused, and is no more than was charged.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Case;
use super::money::{micros, text};
use crate::promise::Promise;
use crate::support::Wish;

impl Case<'_> {
    pub(super) fn credited_once(&mut self) {
        let credits: Vec<&Value> = self.credits().collect();
        let wishes = &self.record.wishes;
        let mut wrong: Vec<String> =
            wishes.iter().filter_map(|wish| unfulfilled(wish, &credits)).collect();
        let of_nobody = credits
            .iter()
            .filter(|credit| !wishes.iter().any(|wish| wish.reason == text(credit, "reason")));
        wrong.extend(of_nobody.map(|credit| format!("nobody wanted the credit {credit}")));
        let mut back: BTreeMap<&str, i64> = BTreeMap::new();
        for credit in &credits {
            *back.entry(text(credit, "corrects")).or_default() -= micros(credit, "amount_micros");
        }
        for (id, back) in back {
            let charge = self.entries().find(|row| text(row, "charge_id") == id);
            let charged = charge.map_or(0, |row| micros(row, "amount_micros"));
            if back > charged {
                wrong.push(format!("of {id} {charged} was charged, and {back} given back"));
            }
        }
        let untold = credits.iter().map(|it| format!("credited#{}", text(it, "charge_id")));
        let untold = untold.filter(|id| !self.record.events.contains_key(id));
        if self.world.config.policy.tells {
            wrong.extend(untold.map(|id| format!("nobody was told of {id}")));
        }
        for what in wrong {
            self.breaks(Promise::CreditedOnce, what);
        }
    }
}

/// What is wrong with what came of a wish.
fn unfulfilled(wish: &Wish, credits: &[&Value]) -> Option<String> {
    let own: Vec<&&Value> =
        credits.iter().filter(|credit| text(credit, "reason") == wish.reason).collect();
    let what = match own.as_slice() {
        // Whether a command that has not ended has written something is not known.
        _ if wish.open > 0 => return None,
        [] if wish.given > 0 => "is not there".to_owned(),
        [] => return None,
        [_] if wish.given == 0 => "was refused, and is there".to_owned(),
        [one] => {
            let (amount, of) = (micros(one, "amount_micros"), text(one, "corrects"));
            let is_it = wish.amount.map_or(amount < 0, |wanted| amount == -wanted);
            if is_it && of == wish.charge {
                return None;
            }
            format!("is another: {one}")
        }
        several => format!("is there {} times", several.len()),
    };
    Some(format!("the credit of {} for \"{}\" {what}", wish.charge, wish.reason))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_wish_is_given_once_or_refused() {
        let wish = |given, refused| Wish {
            charge: "sms#m".into(),
            amount: Some(5),
            reason: "wish 0".into(),
            given,
            refused,
            open: 0,
        };
        let credit = |amount: i64, of: &str| {
            json!({"reason": {"S": "wish 0"}, "corrects": {"S": of},
                   "amount_micros": {"N": amount.to_string()}})
        };
        let (right, dear, strange) = (credit(-5, "sms#m"), credit(-6, "sms#m"), credit(-5, "x"));
        let said = |wish: Wish, credits: &[&Value]| unfulfilled(&wish, credits).is_some();
        assert!(!said(wish(2, 0), &[&right]) && !said(wish(0, 1), &[]));
        assert!(said(wish(1, 0), &[]) && said(wish(0, 1), &[&right]));
        assert!(said(wish(2, 0), &[&right, &right]));
        assert!(said(wish(1, 0), &[&dear]) && said(wish(1, 0), &[&strange]));
        assert!(!said(Wish { open: 1, ..wish(0, 0) }, &[&right]), "who knows");
    }
}
