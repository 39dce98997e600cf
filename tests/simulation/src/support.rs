//! Somebody in support, who now and then gives back what was charged.
//!
//! By the product's own code, as `ringback credit` does, over the same network as all others. A command that failed is
//! given again in the same words; some are given again for no reason, or by two people at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use cloud::ledger::{CreditError, credit};
use domain::ledger::credit::Asked;
use domain::money::Micros;
use serde_json::Value;
use stack::provision;

use crate::dice::Dice;
use crate::world::World;

/// In so many worlds somebody is in support.
const IN_SUPPORT: f64 = 0.5;

/// How often somebody wants to give back, at most.
const WISHES_MAX: i64 = 6;

/// So many wishes are about the charge of the one before, of which there may be nothing left.
const SAME_AGAIN: f64 = 0.4;

/// A person who got no answer waits so long before the next try, and then twice as long, up to the longest.
const TRIES_AGAIN_AFTER: Duration = Duration::from_secs(20);
const TRIES_AGAIN_AFTER_MAX: Duration = Duration::from_secs(600);

/// What is to be given back, and what came of it.
#[derive(Debug, Clone)]
pub struct Wish {
    /// The charge.
    pub charge: String,
    /// How much of it; all that is left if nothing is said.
    pub amount: Option<i64>,
    /// Why: no other wish has these words.
    pub reason: String,
    /// How many commands have ended with the answer that it is given.
    pub given: usize,
    /// How many have ended with a refusal.
    pub refused: usize,
    /// How many have not ended.
    pub open: usize,
}

/// Somebody in support, if there is anybody.
pub struct Support {
    dice: Dice,
    /// When a wish comes up, the next one last.
    times: Vec<DateTime<Utc>>,
    /// The charge that was given back last, or a part of it, and what was charged.
    last: Option<(String, i64)>,
    /// Commands that run.
    running: Arc<AtomicUsize>,
}

impl Support {
    /// Of this world.
    #[must_use]
    pub fn new(world: &World) -> Self {
        let mut dice = Dice::new(world.settings.seed, "support");
        let (from, to) = world.span;
        let length = (to - from).num_milliseconds();
        // What was given back in a time that is lost, people would have to give again from a list of their own.
        let is_restored = world.has_to_restore();
        let in_support = dice.chance(IN_SUPPORT) && !is_restored;
        let count = if in_support { dice.between(2, WISHES_MAX) } else { 0 };
        let mut times: Vec<DateTime<Utc>> = (0..count)
            .map(|_| from + TimeDelta::milliseconds(dice.between(length / 8, length)))
            .collect();
        times.sort_unstable_by(|a, b| b.cmp(a));
        Self { dice, times, last: None, running: Arc::default() }
    }

    /// When the next wish comes up.
    #[must_use]
    pub fn next_at(&self) -> Option<DateTime<Utc>> {
        self.times.last().copied()
    }

    /// Whether nothing is wanted any more, and no command runs.
    #[must_use]
    pub fn is_at_rest(&self) -> bool {
        self.times.is_empty() && self.running.load(Ordering::Relaxed) == 0
    }

    /// Has wishes that have come up given.
    pub fn act(&mut self, world: &Arc<World>, now: DateTime<Utc>) {
        while self.times.pop_if(|at| *at <= now).is_some() {
            let charges = charges(world);
            let same = self.last.take().filter(|_| self.dice.chance(SAME_AGAIN));
            let Some(picked) = same.or_else(|| self.dice.pick(&charges).cloned()) else { continue };
            let (charge, most) = self.last.insert(picked).clone();
            let amount = self.dice.chance(0.5).then(|| self.dice.between(1, most));
            let (in_turn, at_once) =
                *self.dice.pick(&[(1, 1), (2, 1), (1, 2), (2, 2)]).unwrap_or(&(1, 1));
            let index = world.record(|record| {
                let reason = format!("wish {}", record.wishes.len());
                let open = in_turn * at_once;
                let wish = Wish { charge, amount, reason, given: 0, refused: 0, open };
                record.wishes.push(wish);
                record.wishes.len() - 1
            });
            for _ in 0..at_once {
                self.running.fetch_add(1, Ordering::Relaxed);
                let (world, running) = (Arc::clone(world), Arc::clone(&self.running));
                tokio::spawn(async move {
                    for _ in 0..in_turn {
                        give(&world, index).await;
                    }
                    running.fetch_sub(1, Ordering::Relaxed);
                    world.stir_always();
                });
            }
        }
    }
}

/// Gives the command of a wish, until there is an answer.
async fn give(world: &Arc<World>, index: usize) {
    let wish = world.record(|record| record.wishes[index].clone());
    let words = |text: &str| text.parse().expect("words");
    let amount = wish.amount.map(Micros);
    let asked = Asked { amount, by: words("ada"), reason: words(&wish.reason) };
    let cloud = world.support();
    let mut wait = TRIES_AGAIN_AFTER;
    let is_given = loop {
        match credit(&cloud, &wish.charge, &asked).await {
            Ok(_) => break true,
            Err(CreditError::Cloud(_)) => {
                tokio::time::sleep(wait).await;
                wait = (wait * 2).min(TRIES_AGAIN_AFTER_MAX);
            }
            Err(_) => break false,
        }
    };
    world.record(|record| {
        let wish = &mut record.wishes[index];
        wish.open -= 1;
        let what = match (is_given, wish.given) {
            (true, 0) => None,
            (true, _) => Some("given back before"),
            (false, _) => Some("not given back"),
        };
        *(if is_given { &mut wish.given } else { &mut wish.refused }) += 1;
        if let Some(what) = what {
            *record.money.entry(what).or_default() += 1;
        }
    });
}

/// Charges of which something can be given back, each with what was charged.
fn charges(world: &World) -> Vec<(String, i64)> {
    let rows = world.rows(provision::BILLING_TABLE).into_iter();
    let of = |row: Value| {
        let amount: i64 = row["amount_micros"]["N"].as_str()?.parse().ok()?;
        let id = row["charge_id"]["S"].as_str()?.to_owned();
        (amount > 0).then_some((id, amount))
    };
    rows.filter_map(of).collect()
}
