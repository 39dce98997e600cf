//! Where a time of day is meant: `EST`, `UTC+2`, `London time`, `+05:30`.

use chrono_tz::Tz;

use super::{
    Place, Reader,
    clock::{HOUR, MINUTE},
};
use crate::words::{self, Sense};

/// The westernmost and easternmost offsets are 12 h and 14 h; more is no offset.
const OFFSET_HOURS_MAX: u32 = 14;

impl Reader<'_> {
    /// A zone after a time of day: `EST`, `UTC+2`, `Z`, `+05:30`.
    pub(super) fn place(&self, at: usize, seconds: bool) -> Option<(Place, usize)> {
        let zones = |sense| if let Sense::Zone(zones) = sense { Some(zones) } else { None };
        if let Some(zones) = self.find(at, zones) {
            if let Some((offset, to)) = self.offset(at + 1).filter(|_| self.glued(at + 1)) {
                return Some((Place::Offset(offset), to));
            }
            let here = zones.iter().find(|(region, _)| *region == self.region.code());
            let (_, zone) = here.or(zones.first())?;
            let guessed = here.is_none() && zones.len() > 1;
            return Some((Place::Zone { zone: *zone, guessed }, at + 1));
        }
        if let Some((zone, to)) = self.city(at).or_else(|| self.area(at)) {
            return Some((Place::Zone { zone, guessed: false }, to));
        }
        // `17:30-18:30` is a range; only with seconds is it RFC 3339.
        let touching = self.glued(at) && (self.mark(at, '+') || seconds);
        // `17:30 +0200`
        let whole = self.number(at + 1).is_some_and(|number| number.digits == 4);
        let (offset, to) = self.offset(at).filter(|_| touching || whole)?;
        Some((Place::Offset(offset), to))
    }

    /// `London time`, `New York time`, and the token after it.
    fn city(&self, at: usize) -> Option<(Tz, usize)> {
        let words = (1..=2).find(|words| self.has(at + words, Sense::Time))?;
        let last = at + words - 1;
        let known = self.find(last, |s| if let Sense::City(zone) = s { Some(zone) } else { None });
        let known = known.filter(|_| last == at || self.has(at, Sense::CityFirst));
        let place = [self.word(at), self.word(last)];
        let zone = known.or_else(|| words::zone_of(&place[..words]))?;
        Some((zone, last + 2))
    }

    /// `Eastern`; `5pm Central Park` is a place.
    fn area(&self, at: usize) -> Option<(Tz, usize)> {
        let zone = self.find(at, |s| if let Sense::City(zone) = s { Some(zone) } else { None })?;
        // `5pm Eastern call mom`, but not `5pm Central Park` or `5pm pacific grill`.
        let capital = |at| self.word(at).starts_with(char::is_uppercase);
        let apart = self.closes(at + 1) || (capital(at) && !capital(at + 1));
        (self.has(at, Sense::Area) && apart).then_some((zone, at + 1))
    }

    /// `+2`, `+02:00`, `-0530`, in seconds, and the token after it.
    pub(super) fn offset(&self, at: usize) -> Option<(i32, usize)> {
        let west = self.mark(at, '-') || self.mark(at, '\u{2212}');
        if !west && !self.mark(at, '+') || !self.glued(at + 1) {
            return None;
        }
        let number = self.number(at + 1)?;
        let value = self.short(at + 1, 4)?;
        let (hours, minutes, to) = if number.digits > 2 {
            (value / 100, value % 100, at + 2)
        } else if self.inner(at + 2, ':') {
            (value, self.short(at + 3, 2)?, at + 4)
        } else {
            (value, 0, at + 2)
        };
        if hours > OFFSET_HOURS_MAX || minutes > 59 {
            return None;
        }
        let seconds = i32::try_from(hours * HOUR + minutes * MINUTE).ok()?;
        Some((if west { -seconds } else { seconds }, to))
    }
}
