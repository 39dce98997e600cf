//! A sender from bytes: any instant of this century, any zone, a region of each habit.

use chrono::DateTime;
use chrono_tz::TZ_VARIANTS;
use when::{Region, Sender};

const REGIONS: &[&str] = &["US", "GB", "IN", "DE", "ES", "FR", "BR", "JP", "ZZ"];

/// The bytes that choose a sender.
const BYTES: usize = 10;

/// 1 January 2000 and 2100.
const CENTURY: std::ops::Range<u64> = 946_684_800..4_102_444_800;

/// The sender that the first bytes choose, and the other bytes; `None` if there are too few.
pub fn of(data: &[u8]) -> Option<(Sender, &[u8])> {
    let (head, rest) = data.split_at_checked(BYTES)?;
    let number = head[..6].iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    let seconds = CENTURY.start + number % (CENTURY.end - CENTURY.start);
    let nanos = u32::from(head[6]) * 3_906_250;
    let zone = usize::from(u16::from_le_bytes([head[7], head[8]])) % TZ_VARIANTS.len();
    let region = usize::from(head[9]) % REGIONS.len();
    let sender = Sender {
        now: DateTime::from_timestamp(seconds.try_into().ok()?, nanos)?,
        zone: TZ_VARIANTS[zone],
        region: Region::parse(REGIONS[region])?, usual: None };
    Some((sender, rest))
}
