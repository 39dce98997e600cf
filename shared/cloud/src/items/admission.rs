//! `CARRIER#<origination> / ADMISSION`: the sliding log of calls of one carrier number.

use domain::admission::Admission;
use serde::{Deserialize, Serialize};

use super::{Item, Key, Stored};
use crate::connection::Cloud;
use crate::error::Error;
use crate::table::Rows;

fn admission_key(origination: &str) -> Key {
    Key::reminders(format!("CARRIER#{origination}"), "ADMISSION")
}

impl Cloud {
    /// Where the log of our number is.
    #[must_use]
    pub fn admission_key(&self) -> Key {
        admission_key(&self.config.carrier.origination)
    }

    /// The log of our number among rows that were read; an empty one before the first call.
    ///
    /// # Errors
    /// [`Error`] if the row cannot be read.
    pub fn admission_in(&self, rows: &Rows) -> Result<Stored<NumberAdmission>, Error> {
        let origination = self.config.carrier.origination.clone();
        let stored = rows.take(&admission_key(&origination))?;
        Ok(stored.unwrap_or_else(|| {
            Stored::new(NumberAdmission { origination, admission: Admission::default() })
        }))
    }
}

/// The log with the number that it is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberAdmission {
    /// What requests name as their origin.
    pub origination: String,
    /// The log.
    pub admission: Admission,
}

impl Item for NumberAdmission {
    fn key(&self) -> Key {
        admission_key(&self.origination)
    }
}
