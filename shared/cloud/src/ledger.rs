//! Reading the ledger of one number.

use domain::ledger::Entry;
use domain::phone::Phone;

use crate::connection::Cloud;
use crate::error::Error;
use crate::items::{PhoneOwner, entry_prefix};

/// All entries of a number's user, oldest first.
///
/// # Errors
/// [`Error`] if the tables cannot be read.
pub async fn charges_of(cloud: &Cloud, phone: &Phone) -> Result<Vec<Entry>, Error> {
    let Some(owner) = cloud.get::<PhoneOwner>(&PhoneOwner::key_of(phone)).await? else {
        return Ok(Vec::new());
    };
    let entries = cloud.query::<Entry>(&entry_prefix(&owner.row.user)).await?;
    let mut entries: Vec<Entry> = entries.into_iter().map(|stored| stored.row).collect();
    entries.sort_by(|a, b| (a.at, &a.charge_id).cmp(&(b.at, &b.charge_id)));
    Ok(entries)
}
