//! A stack in memory for tests of services, whose clock is moved by hand.

use chrono::{DateTime, TimeDelta};

use crate::wire::AwsError;
use crate::{Ctx, Data, Now, Settings, Store};

/// A store, the present, and settings.
pub(crate) struct World {
    pub store: Store,
    pub now: Now,
    pub settings: Settings,
}

impl World {
    /// At a quarter past midnight on 21 June 2027, with a seed.
    pub fn new() -> Self {
        let now = DateTime::parse_from_rfc3339("2027-06-21T00:15:00.123Z").unwrap().to_utc();
        let store = Store::open(&Data::Memory, Some(1)).unwrap();
        Self { store, now, settings: Settings::default() }
    }

    /// Runs `f` in a transaction at the present.
    pub fn run<T>(&mut self, f: impl FnOnce(&Ctx) -> Result<T, AwsError>) -> Result<T, AwsError> {
        let (now, settings) = (self.now, &self.settings);
        self.store.transaction(|db, ids| f(&Ctx { db, ids, now, settings }))
    }

    /// Lets time pass.
    pub fn pass_s(&mut self, seconds: i64) {
        self.now += TimeDelta::seconds(seconds);
    }
}
