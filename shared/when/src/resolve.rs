//! Turns what a phrase says into an instant: the nearest one after now, or the reason why there is
//! none.

mod series;

use chrono::{
    DateTime, Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike,
    Utc, Weekday,
};
use chrono_tz::Tz;

use crate::{
    grammar::{Amount, Clock, Day, Place, Slots, Steps, Which},
    phrase::Phrase,
    reading::{Basis, Misread, Moment, Sender, When},
    taken::Taken,
    words::Part,
    work, zone,
};

/// How far ahead a reminder can be set, in years; more is a slip of the thumb, and Lambda will be
/// gone by then.
pub const FAR_YEARS: u32 = 10;

const HOUR: u32 = 60 * 60;
const DAY: u32 = 24 * HOUR;

/// When a day is named without a time of day: early in the day, and nobody is asleep.
const DEFAULT_TIME: u32 = 9 * HOUR;

/// A lone hour without a day means the next one in waking hours.
const WAKING: std::ops::Range<u32> = 7 * HOUR..23 * HOUR;

/// A lone hour on a named day is in the afternoon up to this one, in the morning from the next on.
const AFTERNOON_HOUR_MAX: u32 = 6;

/// Lone hours that people say both for the morning and for the evening: the reply says which was
/// taken.
const EITHER_HALF: std::ops::RangeInclusive<u32> = 5..=10;

/// Said of today when its usual hour has passed: this much later than now.
const SLACK: TimeDelta = TimeDelta::hours(1);

/// 29 February comes within eight years, whatever the century.
const YEARS_TO_LEAP_DAY: i32 = 8;

/// Turns a phrase into an instant after `sender.now`, with what was taken for granted on the way.
///
/// # Errors
/// Past, impossible, contradictory, too far, or a series that is not clear.
pub fn resolve(phrase: &Phrase<'_>, sender: &Sender) -> Result<(When, Vec<Taken>), Misread> {
    work::step();
    let slots = &phrase.slots;
    let what = || phrase.words();
    if slots.impossible {
        return Err(Misread::Impossible { what: phrase.words_of(|slots| slots.impossible) });
    }
    if slots.day == Some(Day::Gone) || slots.amount.is_some_and(|amount| amount.past) {
        return Err(Misread::Past { what: what() });
    }
    let desk = Desk::new(slots, sender);
    let mut taken = Vec::new();
    if let Some(series) = slots.series.as_deref().filter(|_| slots.repeats()) {
        let recurrence = series::resolve(&desk, series, phrase, &mut taken)?;
        return Ok((When::Repeating(recurrence), taken));
    }
    let moment = match slots.amount {
        Some(amount) => desk.after(amount, slots, phrase)?,
        None => desk.on_calendar(slots, phrase, &mut taken)?,
    };
    let moment = match slots.ahead {
        Some(ahead) => {
            desk.ahead_of(&moment, ahead).ok_or_else(|| Misread::Past { what: what() })?
        }
        None => moment,
    };
    if moment.wall.date() > desk.last_date() {
        return Err(Misread::TooFar { what: what() });
    }
    Ok((When::Once(moment), taken))
}

/// The instant itself if it is a whole second, else the next one.
fn up_to_second(at: DateTime<Utc>) -> DateTime<Utc> {
    let down = at.with_nanosecond(0).unwrap_or(at);
    if down == at { at } else { down + TimeDelta::seconds(1) }
}

/// What a wall of whole seconds shows: up to the next one, so that nothing on it has passed already, but for the last
/// second of a day, which is of that day: a text from then means the next one by `tomorrow`.
fn whole_second(
    now: DateTime<Utc>,
    wall: impl Fn(DateTime<Utc>) -> NaiveDateTime,
) -> NaiveDateTime {
    let (up, down) = (wall(up_to_second(now)), wall(now.with_nanosecond(0).unwrap_or(now)));
    if up.date() == down.date() { up } else { down }
}

/// Now, here: what every expression is measured from.
struct Desk<'a> {
    sender: &'a Sender,
    place: Option<Place>,
    /// What the sender's wall shows now: `tomorrow` is the sender's.
    here: NaiveDateTime,
    /// What the wall shows now where the phrase means its time: `5pm EST` is the next one there.
    there: NaiveDateTime,
}

impl<'a> Desk<'a> {
    fn new(slots: &Slots, sender: &'a Sender) -> Self {
        let here = whole_second(sender.now, |now| zone::wall(sender.zone, now));
        let there = match slots.place {
            Some(Place::Offset(east)) => whole_second(sender.now, |now| {
                now.naive_utc()
                    .checked_add_signed(TimeDelta::seconds(east.into()))
                    .unwrap_or_else(|| now.naive_utc())
            }),
            Some(Place::Zone { zone, .. }) => whole_second(sender.now, |now| zone::wall(zone, now)),
            None => here,
        };
        Self { sender, place: slots.place, here, there }
    }

    /// The sender's own time of day for what is said of a day alone, in seconds after midnight.
    fn usual(&self) -> Option<u32> {
        self.sender.usual.map(|usual| usual.num_seconds_from_midnight())
    }

    fn last_date(&self) -> NaiveDate {
        let months = Months::new(FAR_YEARS * 12);
        self.here.date().checked_add_months(months).unwrap_or(NaiveDate::MAX)
    }

    /// The moment at which the wall shows `wall`, if it is still to come.
    fn moment(&self, wall: NaiveDateTime) -> Option<Moment> {
        let (zone, basis) = match self.place {
            None => (self.sender.zone, Basis::Wall),
            Some(Place::Zone { zone, .. }) => (zone, Basis::WallElsewhere),
            Some(Place::Offset(east)) => {
                let at = wall.checked_sub_signed(TimeDelta::seconds(east.into()))?.and_utc();
                return self.elapsed(at);
            }
        };
        let at = zone::instant(zone, wall);
        if at > self.sender.now {
            // In the spring gap the wall shows something else than what was said.
            return Some(Moment { at, wall: zone::wall(zone, at), zone, basis });
        }
        // Asked in the second pass of the autumn hour for a time later in that hour: the wall
        // cannot say which pass is meant, the instant can.
        let again = second_pass(zone, wall)?;
        (again > self.sender.now).then_some(Moment { at: again, wall, zone, basis: Basis::Elapsed })
    }

    /// The moment of an instant, if it is still to come.
    fn elapsed(&self, at: DateTime<Utc>) -> Option<Moment> {
        let zone = self.sender.zone;
        let wall = zone::wall(zone, at);
        (at > self.sender.now).then_some(Moment { at, wall, zone, basis: Basis::Elapsed })
    }

    /// `in 2 hours`, `in 3 days`, `in 3 days at 5pm`: days on the wall, hours elapsed.
    fn after(&self, amount: Amount, slots: &Slots, phrase: &Phrase<'_>) -> Result<Moment, Misread> {
        let too_far = || Misread::TooFar { what: phrase.words() };
        let past = || Misread::Past { what: phrase.words() };
        let day = shifted(self.here.date(), amount).ok_or_else(too_far)?;
        if slots.clock.is_some() || slots.part.is_some() {
            let walls = self.walls(slots, day, phrase)?;
            return walls.into_iter().find_map(|wall| self.moment(wall)).ok_or_else(past);
        }
        let wall = day.and_time(self.here.time());
        if amount.is_whole_days() {
            let usual = self.sender.usual.map(|usual| day.and_time(usual));
            return self.moment(usual.unwrap_or(wall)).ok_or_else(past);
        }
        // Elapsed time counts from the very instant of asking: up to the next second would be late
        // by as much as a second, down to this one early.
        let from = if amount.months == 0 && amount.days == 0 {
            self.sender.now
        } else {
            zone::instant(self.sender.zone, wall)
        };
        let seconds = TimeDelta::try_seconds(amount.seconds).ok_or_else(too_far)?;
        let at = from.checked_add_signed(seconds).ok_or_else(too_far)?;
        self.elapsed(at).ok_or_else(past)
    }

    /// `10 minutes before` an event, if that is still to come.
    fn ahead_of(&self, event: &Moment, ahead: Amount) -> Option<Moment> {
        let months = Months::new(u32::try_from(ahead.months).ok()?);
        let days = Days::new(u64::try_from(ahead.days).ok()?);
        let wall = event.wall.checked_sub_months(months)?.checked_sub_days(days)?;
        let from = if wall == event.wall { event.at } else { zone::instant(event.zone, wall) };
        let at = from.checked_sub_signed(TimeDelta::try_seconds(ahead.seconds)?)?;
        let moment = Moment { at, wall: zone::wall(event.zone, at), ..event.clone() };
        (at > self.sender.now).then_some(moment)
    }

    /// A day and a time of day: the first of the possible ones that is still to come.
    fn on_calendar(
        &self,
        slots: &Slots,
        phrase: &Phrase<'_>,
        taken: &mut Vec<Taken>,
    ) -> Result<Moment, Misread> {
        let dates = self.dates(slots, phrase)?;
        for date in &dates {
            for wall in self.walls(slots, *date, phrase)? {
                if let Some(moment) = self.moment(wall) {
                    taken.extend(self.taken(slots, wall));
                    return Ok(moment);
                }
            }
        }
        if dates.contains(&self.here.date())
            && self.is_today(slots)
            && let Some(moment) = self.slack(slots)
        {
            taken.push(Taken::UsualHourPassed);
            return Ok(moment);
        }
        Err(Misread::Past { what: phrase.words() })
    }

    /// The day is today and nothing else: it cannot roll on.
    fn is_today(&self, slots: &Slots) -> bool {
        match slots.day {
            Some(Day::Relative(0)) => true,
            Some(Day::Date(date)) => date == self.here.date(),
            _ => false,
        }
    }

    /// `today` at ten, when nine has passed: in an hour, but still within what was said.
    fn slack(&self, slots: &Slots) -> Option<Moment> {
        if slots.clock.is_some() {
            return None;
        }
        let end = match slots.part {
            None => DAY,
            Some(Part::Morning) => 12 * HOUR,
            Some(Part::Afternoon) => 18 * HOUR,
            Some(Part::Evening) => 23 * HOUR,
            Some(Part::Night) => DAY + 4 * HOUR,
        };
        let last = on_date(self.here.date(), end)?.checked_sub_signed(TimeDelta::minutes(1))?;
        let later = self.here.with_second(0)?.checked_add_signed(SLACK)?;
        self.moment(later.min(last))
    }

    /// The dates that the phrase can mean, nearest first, none before today unless it says so.
    fn dates(&self, slots: &Slots, phrase: &Phrase<'_>) -> Result<Vec<NaiveDate>, Misread> {
        let mut dates = self.dates_of_day(slots);
        if let Some((_, weekday)) = slots.weekday
            && slots.day.is_some()
        {
            if dates.is_empty() {
                return Err(Misread::Impossible { what: phrase.words() });
            }
            // `thu 15th`: the first date where both hold, but not in years.
            let year = self.here.date().checked_add_months(Months::new(12));
            let near = |date: &NaiveDate| is_fixed(slots) || year.is_none_or(|year| *date <= year);
            dates.retain(|date| date.weekday() == weekday && near(date));
            if dates.is_empty() {
                let one = |slots: &Slots| slots.weekday.is_some();
                return Err(phrase.contradiction(one, |slots| slots.day.is_some()));
            }
        }
        if let Some(steps) = slots.steps {
            let base = dates.first().copied();
            let date = base.and_then(|date| stepped(date, steps));
            return Ok(vec![date.ok_or_else(|| Misread::TooFar { what: phrase.words() })?]);
        }
        if let Some(shift) = slots.shift {
            let base = dates.first().copied();
            let date = base.and_then(|date| shifted(date, shift));
            return Ok(vec![date.ok_or_else(|| Misread::TooFar { what: phrase.words() })?]);
        }
        if dates.is_empty() {
            return Err(Misread::Impossible { what: phrase.words() });
        }
        Ok(dates)
    }

    fn dates_of_day(&self, slots: &Slots) -> Vec<NaiveDate> {
        let today = self.here.date();
        let Some(day) = slots.day else {
            return match slots.weekday {
                Some((which, weekday)) => self.weekdays(which, weekday, slots),
                None => {
                    let there = self.there.date();
                    [0, 1, 2].into_iter().filter_map(|days| plus(there, days)).collect()
                }
            };
        };
        let years = today.year()..=today.year() + YEARS_TO_LEAP_DAY;
        let one = |date: Option<NaiveDate>| date.into_iter().collect::<Vec<_>>();
        let next_month = first_of_month(today, 1);
        match day {
            Day::Date(date) => vec![date],
            Day::Relative(days) => one(plus(today, days)),
            Day::Gone => Vec::new(),
            Day::Yearless { month, day } => years
                .filter_map(|year| NaiveDate::from_ymd_opt(year, month, day))
                .filter(|date| *date >= today)
                .collect(),
            Day::OfMonth { day, ahead } => {
                let months = ahead.map_or(0..=12, |ahead| ahead..=ahead);
                months
                    .filter_map(|months| first_of_month(today, months)?.with_day(day))
                    .filter(|date| *date >= today || ahead.is_some())
                    .collect()
            }
            Day::Month { month, year } => year
                .map_or(years, |year| year..=year)
                .filter_map(|year| NaiveDate::from_ymd_opt(year, month, 1))
                .filter(|date| *date >= today || year.is_some())
                .collect(),
            Day::Nth { nth, weekday, month, year } => year
                .map_or(years, |year| year..=year)
                .filter_map(|year| nth_weekday(year, month, weekday, nth))
                .filter(|date| *date >= today || year.is_some())
                .collect(),
            Day::Easter { days, year } => year
                .map_or(years, |year| year..=year)
                .filter_map(|year| plus(easter(year)?, days))
                .filter(|date| *date >= today || year.is_some())
                .collect(),
            Day::NextYearOn { month, day } => {
                one(NaiveDate::from_ymd_opt(today.year() + 1, month, day))
            }
            Day::NthOf { .. } | Day::MonthEnd { .. } => self.dates_in_months(day),
            Day::NextWeek => {
                let weekday = slots.weekday.map_or(Weekday::Mon, |(_, weekday)| weekday);
                one(self.in_week(1, weekday))
            }
            Day::NextMonth => one(next_month),
            Day::NextYear => one(NaiveDate::from_ymd_opt(today.year() + 1, 1, 1)),
            Day::Weekend { next } => {
                let weeks = i64::from(next);
                let days = [Weekday::Sat, Weekday::Sun].map(|day| self.in_week(weeks, day));
                let asked = usize::from(slots.weekday.is_some()) + 1;
                days.into_iter().flatten().filter(|date| *date >= today).take(asked).collect()
            }
        }
    }

    /// The days that are found within a month: its second monday, its end.
    fn dates_in_months(&self, day: Day) -> Vec<NaiveDate> {
        let today = self.here.date();
        let (Day::NthOf { ahead, .. } | Day::MonthEnd { ahead, .. }) = day else {
            return Vec::new();
        };
        let date = |months: u32| match day {
            Day::NthOf { nth, weekday, .. } => {
                let first = first_of_month(today, months)?;
                nth_weekday(first.year(), first.month(), weekday, nth)
            }
            Day::MonthEnd { month, .. } => {
                let last = first_of_month(today, months + 1)?.pred_opt()?;
                month.is_none_or(|month| month == last.month()).then_some(last)
            }
            _ => None,
        };
        let months = ahead.map_or(0..=12, |ahead| ahead..=ahead);
        months.filter_map(date).filter(|date| *date >= today || ahead.is_some()).collect()
    }

    /// The days of the week that can be meant, nearest first.
    fn weekdays(&self, which: Which, weekday: Weekday, slots: &Slots) -> Vec<NaiveDate> {
        let today = self.here.date();
        let ahead = i64::from(weekday.days_since(today.weekday()));
        let timed = slots.clock.is_some() || slots.part.is_some();
        // A plain day cannot be today: people say "today".
        let coming = if ahead == 0 && !timed { 7 } else { ahead };
        let days = match which {
            Which::Coming => vec![plus(today, coming), plus(today, coming + 7)],
            Which::Next => vec![self.in_week(1, weekday)],
            Which::AfterNext => vec![plus(today, if ahead == 0 { 14 } else { ahead + 7 })],
        };
        days.into_iter().flatten().collect()
    }

    /// A day of this week (0) or a later one; weeks start on Monday.
    fn in_week(&self, weeks: i64, weekday: Weekday) -> Option<NaiveDate> {
        let today = self.here.date();
        let monday = -i64::from(today.weekday().num_days_from_monday());
        plus(today, monday + 7 * weeks + i64::from(weekday.num_days_from_monday()))
    }

    /// The wall times that the phrase can mean on a date, the preferred one first.
    fn walls(
        &self,
        slots: &Slots,
        date: NaiveDate,
        phrase: &Phrase<'_>,
    ) -> Result<Vec<NaiveDateTime>, Misread> {
        let named = slots.day.is_some() || slots.weekday.is_some() || slots.amount.is_some();
        let today = slots.day == Some(Day::Relative(0));
        let seconds: Vec<u32> = match (slots.clock, slots.part) {
            (None, None) => vec![self.usual().unwrap_or(DEFAULT_TIME)],
            (None, Some(part)) => vec![part.usual_seconds()],
            (Some(Clock::Midnight), part) if today || (named && part == Some(Part::Night)) => {
                vec![DAY]
            }
            (Some(Clock::Midnight), _) => vec![0],
            (Some(Clock::AsNow), None) => vec![self.here.num_seconds_from_midnight()],
            (Some(Clock::Bare(at)), None) if named => {
                let preferred = daytime(at);
                // `today at 9`, asked in the afternoon.
                if today { vec![preferred, at % (DAY / 2) + DAY / 2] } else { vec![preferred] }
            }
            (Some(Clock::Bare(at)), None) => {
                let morning = at % (DAY / 2);
                [morning, morning + DAY / 2].into_iter().filter(|at| WAKING.contains(at)).collect()
            }
            (Some(Clock::Exact(at) | Clock::Written(at)), None) => vec![at],
            (Some(clock), Some(part)) => {
                let at = clock.within(part).ok_or_else(|| {
                    let one = |slots: &Slots| slots.clock.is_some();
                    phrase.contradiction(one, |slots| slots.part.is_some())
                })?;
                // After midnight, a night is that of the day before; asked for at that hour, it is
                // this one.
                match (at >= DAY, named, today) {
                    (true, false, _) => vec![at - DAY],
                    (true, true, true) => vec![at - DAY, at],
                    _ => vec![at],
                }
            }
        };
        Ok(seconds.into_iter().filter_map(|seconds| on_date(date, seconds)).collect())
    }

    /// What was taken for granted where people differ.
    fn taken(&self, slots: &Slots, wall: NaiveDateTime) -> Vec<Taken> {
        let mut taken = Vec::new();
        if let Some((Which::Next, weekday)) = slots.weekday {
            let ahead = i64::from(weekday.days_since(self.here.weekday()));
            let nearest = plus(self.here.date(), if ahead == 0 { 7 } else { ahead });
            if let Some(nearest) = nearest.filter(|nearest| *nearest < wall.date()) {
                taken.push(Taken::NotNearest { meant: wall.date(), nearest });
            }
        }
        if let (Some(Clock::Bare(at)), None) = (slots.clock, slots.part)
            && EITHER_HALF.contains(&(at / HOUR))
        {
            taken.push(Taken::Half(wall.time()));
        }
        let day = slots.day.is_some() || slots.weekday.is_some();
        if slots.clock == Some(Clock::Midnight) && day && slots.day != Some(Day::Relative(0)) {
            taken.push(Taken::StartOf(wall.weekday()));
        }
        if let Some(Place::Zone { zone, guessed: true }) = self.place {
            taken.push(Taken::ZoneOf(zone));
        }
        taken
    }
}

/// The day names one date and no other.
fn is_fixed(slots: &Slots) -> bool {
    !matches!(slots.day, Some(Day::Yearless { .. } | Day::OfMonth { .. } | Day::Nth { .. }))
}

/// The instant of the second pass, if the clock shows `wall` twice.
fn second_pass(zone: Tz, wall: NaiveDateTime) -> Option<DateTime<Utc>> {
    use chrono::{LocalResult, TimeZone};
    match zone.from_local_datetime(&wall) {
        LocalResult::Ambiguous(_, later) => Some(later.to_utc()),
        _ => None,
    }
}

/// A lone hour on a named day, in daytime: 1 to 6 in the afternoon, 7 to 11 in the morning, 12 at
/// noon.
fn daytime(at: u32) -> u32 {
    if at / HOUR <= AFTERNOON_HOUR_MAX { at + DAY / 2 } else { at }
}

/// So many seconds after the midnight that starts `date`, on the wall.
fn on_date(date: NaiveDate, seconds: u32) -> Option<NaiveDateTime> {
    let date = date.checked_add_days(Days::new((seconds / DAY).into()))?;
    let time = NaiveTime::from_num_seconds_from_midnight_opt(seconds % DAY, 0)?;
    Some(date.and_time(time))
}

fn plus(date: NaiveDate, days: i64) -> Option<NaiveDate> {
    date.checked_add_signed(TimeDelta::try_days(days)?)
}

/// The date after an amount's months, clamped to the end of the month, and its days.
fn shifted(date: NaiveDate, amount: Amount) -> Option<NaiveDate> {
    let months = Months::new(u32::try_from(amount.months).ok()?);
    plus(date.checked_add_months(months)?, amount.days)
}

/// The day that steps over days of one kind lead to.
fn stepped(date: NaiveDate, steps: Steps) -> Option<NaiveDate> {
    match steps {
        Steps::Weekdays(count, weekday) => {
            let ahead = i64::from(weekday.days_since(date.weekday()));
            let behind = i64::from(date.weekday().days_since(weekday));
            let whole = 7 * i64::from(count);
            let back = if behind == 0 { 0 } else { 7 - behind };
            let on = if ahead == 0 { 0 } else { ahead - 7 };
            plus(date, if count > 0 { whole + on } else { whole + back })
        }
        Steps::Workdays(count) => {
            let weekend = |date: &NaiveDate| date.weekday().number_from_monday() > 5;
            let days = date.iter_days().skip(1).filter(|date| !weekend(date));
            days.take(usize::try_from(count).ok()?).last()
        }
    }
}

/// Easter Sunday of the western churches, by the Gregorian computus: the Sunday after the first
/// full moon from 21 March on, as the tables have it.
fn easter(year: i32) -> Option<NaiveDate> {
    let golden = year.rem_euclid(19);
    let century = year.div_euclid(100);
    // How far the moon of the tables is behind that of the year's place in its cycle, in days.
    let skipped = century - century.div_euclid(4) - (8 * century + 13).div_euclid(25);
    let moon = (19 * golden + skipped + 15).rem_euclid(30);
    // The tables never let two years of a cycle share the latest moon.
    let late = moon == 29 || (moon == 28 && golden > 10);
    let full_moon = plus(NaiveDate::from_ymd_opt(year, 3, 21)?, i64::from(moon) - i64::from(late))?;
    let to_sunday = 7 - i64::from(full_moon.weekday().num_days_from_sunday());
    plus(full_moon, to_sunday)
}

fn first_of_month(today: NaiveDate, months: u32) -> Option<NaiveDate> {
    today.with_day(1)?.checked_add_months(Months::new(months))
}

fn nth_weekday(year: i32, month: u32, weekday: Weekday, nth: i8) -> Option<NaiveDate> {
    match u8::try_from(nth) {
        Ok(nth) => NaiveDate::from_weekday_of_month_opt(year, month, weekday, nth),
        Err(_) => {
            let next =
                NaiveDate::from_ymd_opt(year, month, 1)?.checked_add_months(Months::new(1))?;
            let first =
                NaiveDate::from_weekday_of_month_opt(next.year(), next.month(), weekday, 1)?;
            plus(first, 7 * i64::from(nth)).filter(|date| date.month() == month)
        }
    }
}
