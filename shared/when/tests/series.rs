//! Series: the rule and the first occurrence that a text gives, and the occurrences of a rule.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Utc, Weekday};
use chrono_tz::{TZ_VARIANTS, Tz};
use proptest::prelude::*;
use when::{
    Basis, Misread, Recurrence, Region, Sender, When, read,
    series::{ByDay, End, Frequency, INTERVAL_MAX, Rule},
    zone,
};

/// Wednesday evening, 18:40 in New York.
fn sender() -> Sender {
    Sender {
        now: "2026-03-04T18:40:00-05:00".parse().expect("an instant"),
        zone: Tz::America__New_York,
        region: Region::parse("US").expect("two letters"),
        usual: None,
    }
}

fn series(text: &str, sender: &Sender) -> Result<(Recurrence, String, Option<String>), Misread> {
    let reading = read(text, sender)?;
    let taken =
        reading.taken.map(|taken| taken.iter().map(ToString::to_string).collect::<Vec<_>>());
    match reading.when {
        When::Repeating(series) => Ok((series, reading.about, taken.map(|taken| taken.join("; ")))),
        When::Once(moment) => panic!("{text}: once, {}", moment.wall),
    }
}

/// Each text gives this rule, rings first when the wall shows this, and is about that.
fn check(texts: &[(&str, &str, &str, &str)]) {
    let sender = sender();
    let mut wrong = Vec::new();
    for (text, rule, first, about) in texts {
        let found = match series(text, &sender) {
            Ok((series, about, _)) => {
                let first = series.first().expect("a first occurrence").wall;
                (series.rule.to_string(), first.format("%Y-%m-%d %H:%M").to_string(), about)
            }
            Err(misread) => (format!("{misread:?}"), String::new(), String::new()),
        };
        if (found.0.as_str(), found.1.as_str(), found.2.as_str()) != (*rule, *first, *about) {
            wrong
                .push(format!("{text}\n   wanted {rule} | {first} | {about}\n   found  {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), texts.len(), wrong.join("\n"));
}

fn check_taken(texts: &[(&str, Option<&str>)]) {
    for (text, taken) in texts {
        let found = series(text, &sender()).unwrap_or_else(|why| panic!("{text}: {why:?}"));
        assert_eq!(found.2.as_deref(), *taken, "{text}");
    }
}

fn check_misread(texts: &[(&str, Misread)]) {
    for (text, misread) in texts {
        assert_eq!(read(text, &sender()).as_ref(), Err(misread), "{text}");
    }
}

#[test]
fn days_and_weeks() {
    check(&[
        ("mon wed fri at 6 gym", "FREQ=WEEKLY;BYDAY=MO,WE,FR", "2026-03-06 18:00", "gym"),
        ("remind me every day at 9 to stretch", "FREQ=DAILY", "2026-03-05 09:00", "stretch"),
        (
            "remind me at 8pm to take my pills every day",
            "FREQ=DAILY",
            "2026-03-04 20:00",
            "take my pills",
        ),
        (
            "remind me every day to take my pills at 8pm",
            "FREQ=DAILY",
            "2026-03-04 20:00",
            "take my pills",
        ),
        ("daily at 22:30 sleep", "FREQ=DAILY", "2026-03-04 22:30", "sleep"),
        ("each and every day at 9 x", "FREQ=DAILY", "2026-03-05 09:00", "x"),
        ("every 3 days at 8pm x", "FREQ=DAILY;INTERVAL=3", "2026-03-04 20:00", "x"),
        ("every 3 days x", "FREQ=DAILY;INTERVAL=3", "2026-03-07 09:00", "x"),
        ("every other day to water it", "FREQ=DAILY;INTERVAL=2", "2026-03-06 09:00", "water it"),
        ("take the pills every morning at 8", "FREQ=DAILY", "2026-03-05 08:00", "take the pills"),
        ("every night at 1am x", "FREQ=DAILY", "2026-03-05 01:00", "x"),
        ("nightly lock up", "FREQ=DAILY", "2026-03-04 20:00", "lock up"),
        ("every midnight x", "FREQ=DAILY", "2026-03-05 00:00", "x"),
        (
            "remind me on mondays about the bins",
            "FREQ=WEEKLY;BYDAY=MO",
            "2026-03-09 09:00",
            "the bins",
        ),
        ("every mon wed and fri 8am gym", "FREQ=WEEKLY;BYDAY=MO,WE,FR", "2026-03-06 08:00", "gym"),
        ("every mon,wed,fri 7pm gym", "FREQ=WEEKLY;BYDAY=MO,WE,FR", "2026-03-04 19:00", "gym"),
        ("tuesday and thursdays at 5 x", "FREQ=WEEKLY;BYDAY=TU,TH", "2026-03-05 17:00", "x"),
        (
            "every monday and every friday at 9 x",
            "FREQ=WEEKLY;BYDAY=MO,FR",
            "2026-03-06 09:00",
            "x",
        ),
        ("weekdays at 7 run", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "2026-03-05 07:00", "run"),
        ("run mon-fri at 7", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "2026-03-05 07:00", "run"),
        (
            "from monday to friday at 9 x",
            "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
            "2026-03-05 09:00",
            "x",
        ),
        (
            "every business day at 6pm x",
            "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
            "2026-03-05 18:00",
            "x",
        ),
        ("every weekend at 10am x", "FREQ=WEEKLY;BYDAY=SA,SU", "2026-03-07 10:00", "x"),
        ("friday nights at 1am x", "FREQ=WEEKLY;BYDAY=SA", "2026-03-07 01:00", "x"),
        (
            "every other Wednesday at 9am about x",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE",
            "2026-03-11 09:00",
            "x",
        ),
        ("every second tuesday x", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "2026-03-10 09:00", "x"),
        (
            "tuesdays every 2 weeks at 9 x",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU",
            "2026-03-10 09:00",
            "x",
        ),
        (
            "every 3 weeks on mon and fri x",
            "FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,FR",
            "2026-03-06 09:00",
            "x",
        ),
        ("fortnightly on fri x", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "2026-03-06 09:00", "x"),
        ("weekly x", "FREQ=WEEKLY", "2026-03-11 09:00", "x"),
        ("once a week on sunday x", "FREQ=WEEKLY;BYDAY=SU", "2026-03-08 09:00", "x"),
    ]);
}

#[test]
fn months_and_years() {
    check(&[
        (
            "remind me on the 1st of every month at 10am about rent",
            "FREQ=MONTHLY;BYMONTHDAY=1",
            "2026-04-01 10:00",
            "rent",
        ),
        (
            "every 2nd of the month pay rent",
            "FREQ=MONTHLY;BYMONTHDAY=2",
            "2026-04-02 09:00",
            "pay rent",
        ),
        ("every 1st and 15th x", "FREQ=MONTHLY;BYMONTHDAY=1,15", "2026-03-15 09:00", "x"),
        ("monthly on the 15th x", "FREQ=MONTHLY;BYMONTHDAY=15", "2026-03-15 09:00", "x"),
        ("on the 5th every month x", "FREQ=MONTHLY;BYMONTHDAY=5", "2026-03-05 09:00", "x"),
        ("every month x", "FREQ=MONTHLY", "2026-04-04 09:00", "x"),
        ("last day of every month x", "FREQ=MONTHLY;BYMONTHDAY=-1", "2026-03-31 09:00", "x"),
        ("at the end of each month x", "FREQ=MONTHLY;BYMONTHDAY=-1", "2026-03-31 09:00", "x"),
        ("last Friday of each month at 4pm x", "FREQ=MONTHLY;BYDAY=-1FR", "2026-03-27 16:00", "x"),
        (
            "first and third friday and second tuesday of each month x",
            "FREQ=MONTHLY;BYDAY=1FR,3FR,2TU",
            "2026-03-06 09:00",
            "x",
        ),
        ("every 3rd friday of the month x", "FREQ=MONTHLY;BYDAY=3FR", "2026-03-20 09:00", "x"),
        (
            "the 4th of every 3 months x",
            "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=4",
            "2026-04-04 09:00",
            "x",
        ),
        ("quarterly x", "FREQ=MONTHLY;INTERVAL=3", "2026-06-04 09:00", "x"),
        ("every year on 5 May x", "FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=5", "2026-05-05 09:00", "x"),
        (
            "every 25th of december at 8am x",
            "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25",
            "2026-12-25 08:00",
            "x",
        ),
        (
            "on dec 25 every year at 7am x",
            "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25",
            "2026-12-25 07:00",
            "x",
        ),
        ("each 4/15 taxes", "FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=15", "2026-04-15 09:00", "taxes"),
        (
            "every fourth thursday in november x",
            "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH",
            "2026-11-26 09:00",
            "x",
        ),
        ("every feb 29 x", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2028-02-29 09:00", "x"),
    ]);
}

#[test]
fn hours_and_several_times_a_day() {
    check(&[
        ("remind me every 3 hours to drink", "FREQ=HOURLY;INTERVAL=3", "2026-03-04 21:40", "drink"),
        ("every other hour x", "FREQ=HOURLY;INTERVAL=2", "2026-03-04 20:40", "x"),
        ("every half hour x", "FREQ=MINUTELY;INTERVAL=30", "2026-03-04 19:10", "x"),
        ("every hour and a half x", "FREQ=MINUTELY;INTERVAL=90", "2026-03-04 20:10", "x"),
        ("twice an hour x", "FREQ=MINUTELY;INTERVAL=30", "2026-03-04 19:10", "x"),
        ("every 3 hours starting at 9pm x", "FREQ=HOURLY;INTERVAL=3", "2026-03-04 21:00", "x"),
        ("every 24 hours at 9pm x", "FREQ=DAILY", "2026-03-04 21:00", "x"),
        ("every 2 hours from 9 to 5 x", "FREQ=DAILY;BYHOUR=9,11,13,15,17", "2026-03-05 09:00", "x"),
        ("every day at 9am and 5pm x", "FREQ=DAILY;BYHOUR=9,17", "2026-03-05 09:00", "x"),
        ("every day at 8, 2 and 8pm x", "FREQ=DAILY;BYHOUR=8,14,20", "2026-03-04 20:00", "x"),
        ("twice a day at 9am and 5pm x", "FREQ=DAILY;BYHOUR=9,17", "2026-03-05 09:00", "x"),
        ("every morning and evening x", "FREQ=DAILY;BYHOUR=9,18", "2026-03-05 09:00", "x"),
    ]);
}

#[test]
fn bounds_and_exceptions() {
    check(&[
        (
            "every day at 9 until 1 June x",
            "FREQ=DAILY;UNTIL=20260601T235959",
            "2026-03-05 09:00",
            "x",
        ),
        (
            "every friday until november x",
            "FREQ=WEEKLY;BYDAY=FR;UNTIL=20261031T235959",
            "2026-03-06 09:00",
            "x",
        ),
        (
            "every friday through june x",
            "FREQ=WEEKLY;BYDAY=FR;UNTIL=20260630T235959",
            "2026-03-06 09:00",
            "x",
        ),
        (
            "every day at 9 for 5 days x",
            "FREQ=DAILY;UNTIL=20260309T235959",
            "2026-03-05 09:00",
            "x",
        ),
        (
            "every day for the next 3 weeks x",
            "FREQ=DAILY;UNTIL=20260325T235959",
            "2026-03-05 09:00",
            "x",
        ),
        ("every day 5 times x", "FREQ=DAILY;COUNT=5", "2026-03-05 09:00", "x"),
        ("every hour for 5 hours x", "FREQ=HOURLY;UNTIL=20260305T044000", "2026-03-04 19:40", "x"),
        ("starting monday every day at 9 x", "FREQ=DAILY", "2026-03-09 09:00", "x"),
        ("every day from tomorrow at 7pm x", "FREQ=DAILY", "2026-03-05 19:00", "x"),
        (
            "mondays and thursdays from mar 10 to april 25th x",
            "FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20260425T235959",
            "2026-03-12 09:00",
            "x",
        ),
        (
            "every day at 9 except sundays x",
            "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA",
            "2026-03-05 09:00",
            "x",
        ),
        (
            "every weekday but not on friday x",
            "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH",
            "2026-03-05 09:00",
            "x",
        ),
        (
            "daily except in June x",
            "FREQ=DAILY;BYMONTH=1,2,3,4,5,7,8,9,10,11,12",
            "2026-03-05 09:00",
            "x",
        ),
        (
            "remind me every day at 9 to take the pills for 5 days",
            "FREQ=DAILY;UNTIL=20260309T235959",
            "2026-03-05 09:00",
            "take the pills",
        ),
        // A bound of the matter stays there.
        (
            "every day at 5 to read for 30 minutes",
            "FREQ=DAILY",
            "2026-03-05 17:00",
            "read for 30 minutes",
        ),
    ]);
}

#[test]
fn what_others_could_take_differently_is_said() {
    check_taken(&[
        ("every monday at 8pm x", None),
        ("every third friday x", Some("every 3 weeks")),
        ("biweekly x", Some("every 2 weeks, not twice a week")),
        ("every month on the 31st x", Some("months without a 31st are left out")),
        ("every friday at midnight x", Some("the midnight that starts the day")),
        ("every day at 9 x", Some("9am, not 9pm")),
    ]);
}

#[test]
fn what_leaves_something_open_or_does_not_go_together_is_refused() {
    let contradiction = |one: &str, other: &str| Misread::Contradiction {
        one: one.to_owned(),
        other: other.to_owned(),
    };
    let several = |what: &str| Misread::Several { what: what.to_owned() };
    check_misread(&[
        ("twice a day x", Misread::HowOften { what: "twice a day".to_owned(), days: false }),
        (
            "dos veces al día tomar la pastilla",
            Misread::HowOften { what: "dos veces al día".to_owned(), days: false },
        ),
        (
            "deux fois par jour prendre le médicament",
            Misread::HowOften { what: "deux fois par jour".to_owned(), days: false },
        ),
        (
            "duas vezes por dia tomar o remédio",
            Misread::HowOften { what: "duas vezes por dia".to_owned(), days: false },
        ),
        ("3 times a week x", Misread::HowOften { what: "3 times a week".to_owned(), days: true }),
        ("every day in june x", contradiction("every day", "in june")),
        ("every day tomorrow x", contradiction("every day", "tomorrow")),
        ("every month on friday x", contradiction("every month", "on friday")),
        ("every friday until tomorrow x", contradiction("every friday", "until tomorrow")),
        ("every day at 9 and mondays at 5 x", several("every day at 9 and mondays")),
        ("every day at 9am and 5:30pm x", several("at 9am and 5:30pm")),
        ("every feb 30 x", Misread::Impossible { what: "every feb 30".to_owned() }),
        ("every day starting yesterday x", Misread::Past { what: "starting yesterday".to_owned() }),
        ("every 9999 days x", Misread::TooFar { what: "every 9999 days".to_owned() }),
    ]);
}

fn recurrence(rule: &str, start: &str, zone: Tz) -> Recurrence {
    let rule: Rule = rule.parse().expect("a rule");
    let elapsed = rule.frequency < Frequency::Daily;
    let basis = if elapsed { Basis::Elapsed } else { Basis::Wall };
    Recurrence { rule, start: start.parse().expect("a wall time"), zone, basis }
}

/// The wall times of all occurrences, at most this many.
fn occurrences(series: &Recurrence, most: usize) -> Vec<DateTime<Utc>> {
    let next = |at: &DateTime<Utc>| series.next(*at).map(|moment| moment.at);
    std::iter::successors(series.first().map(|moment| moment.at), next).take(most).collect()
}

fn check_occurrences(series: &Recurrence, expected: &[&str]) {
    let zone = series.zone;
    let found = occurrences(series, expected.len());
    let shown: Vec<String> = found
        .iter()
        .map(|at| at.with_timezone(&zone).format("%Y-%m-%dT%H:%M%:z").to_string())
        .collect();
    assert_eq!(shown, expected, "{} from {}", series.rule, series.start);
}

#[test]
fn the_wall_time_stays_across_daylight_saving() {
    let daily = recurrence("FREQ=DAILY", "2026-03-07T02:30:00", Tz::America__New_York);
    // 2:30 is never shown on the 8th; the day after it is again.
    check_occurrences(
        &daily,
        &["2026-03-07T02:30-05:00", "2026-03-08T03:00-04:00", "2026-03-09T02:30-04:00"],
    );
    let daily = recurrence("FREQ=DAILY", "2026-10-31T01:30:00", Tz::America__New_York);
    // 1:30 is shown twice on the 1st; it rings once, the first time.
    check_occurrences(
        &daily,
        &["2026-10-31T01:30-04:00", "2026-11-01T01:30-04:00", "2026-11-02T01:30-05:00"],
    );
    // A day that never was rings with the day after it, once.
    let daily = recurrence("FREQ=DAILY", "2011-12-29T12:00:00", Tz::Pacific__Apia);
    check_occurrences(
        &daily,
        &["2011-12-29T12:00-10:00", "2011-12-31T00:00+14:00", "2011-12-31T12:00+14:00"],
    );
}

#[test]
fn hours_are_elapsed_across_daylight_saving() {
    let hourly = recurrence("FREQ=HOURLY;INTERVAL=3", "2026-03-08T04:00:00", Tz::America__New_York);
    check_occurrences(
        &hourly,
        &["2026-03-07T23:00-05:00", "2026-03-08T03:00-04:00", "2026-03-08T06:00-04:00"],
    );
}

#[test]
fn a_date_that_a_month_does_not_have_is_left_out() {
    let utc = Tz::UTC;
    check_occurrences(
        &recurrence("FREQ=MONTHLY;BYMONTHDAY=31", "2026-01-31T09:00:00", utc),
        &["2026-01-31T09:00+00:00", "2026-03-31T09:00+00:00", "2026-05-31T09:00+00:00"],
    );
    check_occurrences(
        &recurrence("FREQ=MONTHLY", "2026-01-30T09:00:00", utc),
        &["2026-01-30T09:00+00:00", "2026-03-30T09:00+00:00"],
    );
    check_occurrences(
        &recurrence("FREQ=MONTHLY;BYMONTHDAY=-1", "2026-01-31T09:00:00", utc),
        &["2026-01-31T09:00+00:00", "2026-02-28T09:00+00:00", "2026-03-31T09:00+00:00"],
    );
    // No leap day in 2100.
    check_occurrences(
        &recurrence("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2096-02-29T09:00:00", utc),
        &["2096-02-29T09:00+00:00", "2104-02-29T09:00+00:00"],
    );
    check_occurrences(
        &recurrence("FREQ=MONTHLY;BYDAY=5FR", "2026-01-30T09:00:00", utc),
        &["2026-01-30T09:00+00:00", "2026-05-29T09:00+00:00", "2026-07-31T09:00+00:00"],
    );
}

#[test]
fn steps_are_counted_from_the_first_occurrence() {
    check_occurrences(
        &recurrence("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR", "2026-03-06T08:00:00", Tz::UTC),
        &[
            "2026-03-06T08:00+00:00",
            "2026-03-16T08:00+00:00",
            "2026-03-20T08:00+00:00",
            "2026-03-30T08:00+00:00",
        ],
    );
    check_occurrences(
        &recurrence("FREQ=DAILY;BYHOUR=9,17", "2026-03-04T17:30:00", Tz::UTC),
        &["2026-03-04T17:30+00:00", "2026-03-05T09:30+00:00", "2026-03-05T17:30+00:00"],
    );
}

#[test]
fn a_series_ends_when_it_said() {
    let until = recurrence("FREQ=DAILY;UNTIL=20260306T235959", "2026-03-05T09:00:00", Tz::UTC);
    assert_eq!(occurrences(&until, 9).len(), 2);
    let counted = recurrence("FREQ=WEEKLY;BYDAY=MO,TU;COUNT=5", "2026-03-03T09:00:00", Tz::UTC);
    let all = occurrences(&counted, 9);
    assert_eq!(all.len(), 5);
    assert_eq!(counted.next(all[4]), None);
    let hours = recurrence("FREQ=HOURLY;COUNT=3", "2026-03-03T09:00:00", Tz::UTC);
    assert_eq!(occurrences(&hours, 9).len(), 3);
}

#[test]
fn a_rule_beside_its_zone_ends_in_utc() {
    let rule = "FREQ=DAILY;UNTIL=20260601T235959";
    let series = recurrence(rule, "2026-03-05T09:00:00", Tz::America__New_York);
    assert_eq!(series.rrule(), "FREQ=DAILY;UNTIL=20260602T035959Z");
    assert_eq!(series.rule.to_string(), rule);
    let moved = series.moved(Tz::Asia__Kolkata);
    assert_eq!(moved.first().expect("one").at.to_rfc3339(), "2026-03-05T03:30:00+00:00");
}

#[test]
fn a_text_that_is_no_rule_is_refused() {
    let long = format!("FREQ=MONTHLY;BYMONTHDAY={}", "1,".repeat(400));
    for text in [
        "",
        "FREQ=SECONDLY",
        "freq=daily",
        "FREQ=DAILY;",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=99999999999",
        "FREQ=DAILY;INTERVAL=2;INTERVAL=3",
        "FREQ=DAILY;BYMONTH=13",
        "FREQ=DAILY;BYMONTHDAY=1",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=MONTHLY;BYDAY=6FR",
        "FREQ=WEEKLY;BYDAY=1FR",
        "FREQ=YEARLY;BYDAY=1FR",
        "FREQ=DAILY;BYHOUR=17,9",
        "FREQ=DAILY;COUNT=3;UNTIL=20260306T235959",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;UNTIL=tomorrow",
        "FREQ=HOURLY;BYDAY=MO",
        "FREQ=WEEKLY;BYDAY=\u{e9}",
        "FREQ=DAILY;WKST=SU",
        &long,
    ] {
        assert!(text.parse::<Rule>().is_err(), "{text}");
    }
}

fn rules() -> impl Strategy<Value = Rule> {
    let frequencies = [
        Frequency::Minutely,
        Frequency::Hourly,
        Frequency::Daily,
        Frequency::Weekly,
        Frequency::Monthly,
        Frequency::Yearly,
    ];
    let weekday = (0_u8..7).prop_map(|day| Weekday::try_from(day).expect("a weekday"));
    let nth = prop::option::of(prop::sample::select(vec![-2, -1, 1, 2, 3, 4, 5]));
    let days = prop::collection::vec((nth, weekday), 0..4);
    let month_days = prop::collection::vec(prop::sample::select(vec![-1, 1, 15, 29, 30, 31]), 0..3);
    let months = prop::collection::btree_set(1_u32..13, 0..4);
    let hours = prop::collection::btree_set(0_u32..24, 0..3);
    let end = prop_oneof![
        Just(None),
        (1_u32..40).prop_map(|count| Some(End::Count(count))),
        (0_i64..2000).prop_map(|days| Some(End::Until(wall(days * 86_399)))),
    ];
    let parts = (days, month_days, months, hours, end);
    (prop::sample::select(frequencies.to_vec()), 1_u32..5, parts)
        .prop_map(|(frequency, interval, (days, month_days, months, hours, end))| {
            let nths = days.iter().all(|(nth, _)| nth.is_some());
            let by_day = days.iter().map(|(nth, weekday)| {
                let nth = nth.filter(|_| frequency >= Frequency::Monthly);
                ByDay { nth, weekday: *weekday }
            });
            let by_month_day =
                if nths || frequency < Frequency::Monthly { vec![] } else { month_days };
            Rule {
                by_month: months.into_iter().collect(),
                by_month_day,
                by_day: by_day.collect(),
                by_hour: hours.into_iter().collect(),
                end,
                ..Rule::every(interval, frequency)
            }
        })
        .prop_filter("goes together", |rule| rule.to_string().parse::<Rule>().is_ok())
}

/// So many seconds after the start of 2026.
fn wall(seconds: i64) -> NaiveDateTime {
    let start = NaiveDate::from_ymd_opt(2026, 1, 1).and_then(|day| day.and_hms_opt(0, 0, 0));
    start.expect("a day") + TimeDelta::seconds(seconds)
}

/// Whether a date belongs to a rule, asked of the date alone and not stepped to.
fn fits(rule: &Rule, start: NaiveDate, date: NaiveDate) -> bool {
    let month_length = i32::from(date.num_days_in_month());
    let day = i32::try_from(date.day()).expect("small");
    let monday =
        |date: NaiveDate| date - TimeDelta::days(date.weekday().num_days_from_monday().into());
    let months = |date: NaiveDate| date.year() * 12 + i32::try_from(date.month0()).expect("small");
    let step = match rule.frequency {
        Frequency::Weekly => (monday(date) - monday(start)).num_days() / 7,
        Frequency::Monthly => i64::from(months(date) - months(start)),
        Frequency::Yearly => i64::from(date.year() - start.year()),
        _ => (date - start).num_days(),
    };
    let month_day = rule.by_month_day.iter().any(|by| *by == day || *by == day - month_length - 1);
    let weekday = rule.by_day.iter().any(|by| {
        let nth = (day - 1) / 7 + 1;
        let from_end = -((month_length - day) / 7 + 1);
        by.weekday == date.weekday() && by.nth.is_none_or(|by| by == nth || by == from_end)
    });
    let free = rule.by_day.is_empty() && rule.by_month_day.is_empty();
    let of_start = match rule.frequency {
        Frequency::Weekly => date.weekday() == start.weekday(),
        Frequency::Monthly => date.day() == start.day(),
        Frequency::Yearly => {
            date.day() == start.day()
                && (date.month() == start.month() || !rule.by_month.is_empty())
        }
        _ => true,
    };
    step >= 0
        && step % i64::from(rule.interval) == 0
        && (rule.by_month.is_empty() || rule.by_month.contains(&date.month()))
        && (rule.by_month_day.is_empty() || month_day)
        && (rule.by_day.is_empty() || weekday)
        && (!free || of_start)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_rule_is_read_back_from_its_text(rule in rules()) {
        prop_assert_eq!(rule.to_string().parse::<Rule>(), Ok(rule.clone()));
        let row = serde_json::to_string(&rule).expect("JSON");
        prop_assert_eq!(serde_json::from_str::<Rule>(&row).expect("JSON"), rule);
    }

    #[test]
    fn the_next_occurrence_is_the_nearest_date_that_fits(
        rule in rules().prop_filter("of days", |rule| {
            rule.frequency >= Frequency::Daily && !matches!(rule.end, Some(End::Count(_)))
        }),
        start in 0_i64..1000 * 86_400,
        since in -10_i64..400,
        index in 0..TZ_VARIANTS.len(),
    ) {
        let (start, zone) = (wall(start), TZ_VARIANTS[index]);
        let series = Recurrence { rule: rule.clone(), start, zone, basis: Basis::Wall };
        let after = zone::instant(zone, start) + TimeDelta::days(since);
        let hours: Vec<u32> = match rule.by_hour.as_slice() {
            [] => vec![chrono::Timelike::hour(&start)],
            hours => hours.to_vec(),
        };
        let walls = (0..900).map(|days| start.date() + TimeDelta::days(days)).flat_map(|date| {
            let fits = fits(&rule, start.date(), date);
            let times = hours.iter().filter_map(|hour| chrono::Timelike::with_hour(&start.time(), *hour));
            times.filter(move |_| fits).map(move |time| date.and_time(time)).collect::<Vec<_>>()
        });
        let last = match rule.end { Some(End::Until(last)) => last, _ => NaiveDateTime::MAX };
        let expected = walls
            .filter(|wall| *wall >= start && *wall <= last)
            .map(|wall| zone::instant(zone, wall))
            .find(|at| *at > after);
        let found = series.next(after).map(|moment| moment.at);
        // Rare dates may be further ahead than was looked.
        let far = found.is_some_and(|at| at > zone::instant(zone, start + TimeDelta::days(898)));
        prop_assert!(found == expected || (far && expected.is_none()), "{:?} {:?}", found, expected);
    }

    #[test]
    fn any_series_and_any_instant_have_an_answer(
        rule in rules(),
        interval in 1..=INTERVAL_MAX,
        start in any::<i64>(),
        after in any::<i64>(),
        index in 0..TZ_VARIANTS.len(),
    ) {
        let range = DateTime::<Utc>::MIN_UTC.timestamp()..DateTime::<Utc>::MAX_UTC.timestamp();
        let at = |seconds: i64| {
            let seconds = range.start + seconds.rem_euclid(range.end - range.start);
            DateTime::from_timestamp(seconds, 0).expect("in range")
        };
        let basis = if rule.frequency < Frequency::Daily { Basis::Elapsed } else { Basis::Wall };
        let series = Recurrence {
            rule: Rule { interval, ..rule },
            start: at(start).naive_utc(),
            zone: TZ_VARIANTS[index],
            basis,
        };
        for after in [at(after), DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
            if let Some(moment) = series.next(after) {
                prop_assert!(moment.at > after);
            }
        }
    }
}
