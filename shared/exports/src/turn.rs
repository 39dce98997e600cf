//! Whose turn it is: a job's checkpoint, which one run at a time moves on.
//!
//! A queue may hand the same message to two runs at once. Both would write files of the same names, with other
//! contents where the month is still open, and the manifest of one would be beside parts of the other. So a run claims
//! the job before it writes anything, by a conditional write of the checkpoint, and each write of it afterwards is
//! conditional on the one before: who was overtaken learns it there, and stops.

use std::marker::PhantomData;

use chrono::{DateTime, TimeDelta, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::destination::{Contents, Destination, Version};
use crate::error::Error;

/// For how long a function claims a job: longer than it may run, by a minute for clocks that differ and for requests
/// that were still on their way when it was ended.
pub const CLAIMED: TimeDelta = TimeDelta::seconds(180);

/// Seconds after which to ask again for a job that another run has until `until`: 1 at least, and no more than a claim
/// is long.
#[must_use]
pub fn ask_again_after_s(until: DateTime<Utc>, now: DateTime<Utc>) -> i32 {
    let after_s = (until - now).num_seconds().clamp(1, CLAIMED.num_seconds());
    i32::try_from(after_s).unwrap_or(1)
}

/// A run of a job.
#[derive(Debug, Clone, Copy)]
pub struct Run<F> {
    /// When it began.
    pub started: DateTime<Utc>,
    /// For how long it claims the job: [`CLAIMED`], or nothing where nobody else can be at it.
    pub claims: TimeDelta,
    /// Whether there is time for more.
    pub has_time: F,
}

impl Run<fn() -> bool> {
    /// One that claims nothing and has time for everything.
    #[must_use]
    pub fn unlimited(started: DateTime<Utc>) -> Self {
        Self { started, claims: TimeDelta::zero(), has_time: || true }
    }
}

/// A checkpoint as it is stored.
#[derive(Debug, Serialize, Deserialize)]
struct Stored<T> {
    /// Until when a run has the job; nothing once it has left it to the next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    claimed_until: Option<DateTime<Utc>>,
    /// How far the job has come; nothing before the first run has come anywhere.
    #[serde(default = "Option::default", skip_serializing_if = "Option::is_none")]
    state: Option<T>,
}

/// A job's checkpoint as it was found.
#[derive(Debug)]
pub struct Seen<T> {
    /// How far the job has come, if a release that this one understands has said so.
    pub state: Option<T>,
    claimed_until: Option<DateTime<Utc>>,
    version: Option<Version>,
}

impl<T: Serialize + DeserializeOwned> Seen<T> {
    /// Looks at the checkpoint of this name.
    ///
    /// # Errors
    /// [`Error`] if the destination fails.
    pub async fn look(destination: &impl Destination, name: &str) -> Result<Self, Error> {
        let Some(found) = destination.get(name).await? else {
            return Ok(Self { state: None, claimed_until: None, version: None });
        };
        // One that cannot be read is begun anew; whose it is remains to be seen by its version.
        let stored = serde_json::from_slice(&found.bytes).ok();
        let Stored { claimed_until, state } =
            stored.unwrap_or(Stored { claimed_until: None, state: None });
        Ok(Self { state, claimed_until, version: Some(found.version) })
    }

    /// Claims the job for a run.
    ///
    /// # Errors
    /// [`Error::Busy`] if another run has it; [`Error`] if the destination fails.
    pub async fn claim<'a, D: Destination, F>(
        self,
        destination: &'a D,
        name: String,
        run: &Run<F>,
    ) -> Result<(Turn<'a, D, T>, Option<T>), Error> {
        if let Some(until) = self.claimed_until.filter(|until| *until > run.started) {
            return Err(Error::Busy { until });
        }
        let mut turn = Turn {
            destination,
            name,
            until: run.started + run.claims,
            version: self.version,
            of: PhantomData,
        };
        if run.claims > TimeDelta::zero() {
            turn.write(&Stored { claimed_until: Some(turn.until), state: self.state.as_ref() })
                .await?;
        }
        Ok((turn, self.state))
    }
}

/// A job that is this run's.
#[derive(Debug)]
pub struct Turn<'a, D, T> {
    destination: &'a D,
    name: String,
    until: DateTime<Utc>,
    version: Option<Version>,
    of: PhantomData<T>,
}

impl<D: Destination, T: Serialize> Turn<'_, D, T> {
    /// Keeps how far the job has come; it stays this run's.
    ///
    /// # Errors
    /// [`Error::Busy`] if another run has taken it over; [`Error`] if the destination fails.
    pub async fn keep(&mut self, state: &T) -> Result<(), Error> {
        self.write(&Stored { claimed_until: Some(self.until), state: Some(state) }).await
    }

    /// As [`Turn::keep`], and leaves the job to whoever comes next.
    ///
    /// # Errors
    /// As [`Turn::keep`].
    pub async fn leave(mut self, state: &T) -> Result<(), Error> {
        self.write(&Stored { claimed_until: None, state: Some(state) }).await
    }

    async fn write(&mut self, stored: &Stored<&T>) -> Result<(), Error> {
        let file = Contents::of(serde_json::to_vec(stored)?);
        let written = self.destination.replace(&self.name, self.version.as_ref(), file).await?;
        // The SDK's own repetition of a write whose answer was lost ends here as well; the claim is waited out then.
        self.version = Some(written.ok_or(Error::Busy { until: self.until })?);
        Ok(())
    }
}
