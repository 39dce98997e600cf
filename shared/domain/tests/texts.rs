//! Every text of the product in every language: as its reader sees it, and how many SMS it takes.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use domain::gsm;
use domain::ids::{OccurrenceId, ReminderId, UserId};
use domain::ledger::Period;
use domain::money::{Currency, Micros};
use domain::occurrence::{Occurrence, Why};
use domain::place::{ZoneError, zone_named};
use domain::price::Price;
use domain::tale::{Bill, Deed, Item, Tale};
use domain::texts::Texts;
use domain::user::Capped;
use when::{Basis, Language, Moment, Region, Sender, Taken, When, read};

/// A Wednesday, 18:40 in New York.
const NOW: &str = "2026-03-04T23:40:00Z";

fn now() -> DateTime<Utc> {
    NOW.parse().expect("an instant")
}

fn texts(language: Language) -> Texts {
    Texts { language, zone: Tz::America__New_York, now: now(), after: 0 }
}

fn sender() -> Sender {
    let region = Region::parse("US").expect("two letters");
    Sender { now: now(), zone: Tz::America__New_York, region, usual: None }
}

/// The reminder of an English text.
fn row(n: u32, text: &str) -> Occurrence {
    let reading = read(text, &sender()).unwrap_or_else(|why| panic!("{text}: {why}"));
    let id = OccurrenceId { reminder: ReminderId { user: UserId::from_random(1), n }, k: 1 };
    let (moment, series) = match reading.when {
        When::Once(moment) => (moment, None),
        When::Repeating(series) => (series.first().expect("a first time"), Some(series)),
    };
    let mut row = Occurrence::accepted(id, reading.about, moment, now());
    row.series = series;
    row
}

fn price(micros: i64, currency: &str) -> Price {
    Price {
        amount: Micros(micros),
        currency: Currency::parse(currency).expect("three letters"),
        version: String::new(),
        rule: String::new(),
        max_sms: Micros(1),
        max_call_per_minute: Micros(1),
    }
}

fn capped(micros: i64, currency: &str) -> Capped {
    Capped {
        period: Period::of(now()),
        cap: Micros(micros),
        currency: Currency::parse(currency).expect("three letters"),
    }
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

fn tale(deeds: &[(&str, Deed)]) -> Tale {
    Tale {
        id: row(3, "tomorrow 2pm rent").id,
        about: "rent".into(),
        due: at("2026-03-04T19:00:00Z"),
        deeds: deeds.iter().map(|(when, deed)| (at(when), *deed)).collect(),
    }
}

/// The reminders that the texts are about: one today, one this year, one in another year, one in a zone that its text
/// named, and series.
fn rows() -> Vec<Occurrence> {
    [
        "tonight 11:30pm rent",
        "friday 5:30pm call mom",
        "21 June 2027 8am the passport",
        "tomorrow 9am London time the call",
        "in 90 seconds the eggs",
        "every other friday 9am rent",
        "every day at 9am and 5pm pills",
        "every 3 hours drink",
    ]
    .iter()
    .zip(1..)
    .map(|(text, n)| row(n, text))
    .collect()
}

/// The texts that do not depend on a reminder.
fn plain(say: &Texts) -> Vec<(&'static str, String)> {
    let (text, call) = (price(20_000, "USD"), price(40_000, "USD"));
    let mut said = vec![
        ("welcome", say.welcome(&text, &call, true)),
        ("welcome", say.welcome(&text, &call, false)),
        ("welcome", say.welcome_in_short(&text, &call)),
        ("one_a_day", say.one_a_day()),
        ("help", say.help(&text, &call)),
        ("list", say.list(&[])),
        ("nothing_to_forget", say.nothing_to_forget(Some(3))),
        ("nothing_to_forget", say.nothing_to_forget(None)),
        ("nothing_to_confirm", say.nothing_to_confirm()),
        ("nothing_to_change", say.nothing_to_change(Some(3))),
        ("nothing_to_change", say.nothing_to_change(None)),
        ("nothing_to_snooze", say.nothing_to_snooze()),
        ("which_one", say.which_one("skip")),
        ("nothing_to_tell", say.nothing_to_tell(Some(3))),
        ("nothing_to_tell", say.nothing_to_tell(None)),
        ("language_set", say.language_set()),
        ("language_unknown", say.language_unknown()),
        ("stopped", say.stopped()),
        ("empty", say.empty()),
        ("too_many_open", say.too_many_open()),
        ("slow_down", say.slow_down()),
        ("nothing_charged", say.nothing_charged(Period::of(now()))),
        ("cap_reached", say.cap_reached(&capped(20_000_000, "USD"))),
    ];
    for count in [0, 1, 2, 7] {
        said.push(("started", say.started(count)));
        said.push(("forgot_all", say.forgot_all(count)));
        said.push(("zone_set", say.zone_set(count)));
        if count > 0 {
            said.push(("forget_all_asked", say.forget_all_asked(count)));
            said.push(("too_often", say.too_often(count)));
        }
    }
    for words in ["", "Atlantis", "USA", "spain", "-3:30"] {
        let error = zone_named(words, Region::parse("US").expect("two letters"));
        said.push(("zone_refused", say.zone_refused(&error.expect_err("no zone"))));
    }
    said
}

/// The texts about a reminder.
fn about(say: &Texts, row: &Occurrence) -> Vec<(&'static str, String)> {
    let mut tried = row.clone();
    tried.tries = 3;
    let mut said = vec![
        ("accepted", say.accepted(row, None)),
        ("forgotten", say.forgotten(row)),
        ("changed", say.changed(row)),
        ("changed_once", say.changed_once(row)),
        ("cannot_change_now", say.cannot_change_now(row)),
        ("snoozed", say.snoozed(row)),
        ("skipped", say.skipped(row, None)),
        ("skipped", say.skipped(row, Some(row))),
        ("rings_once", say.rings_once(row)),
        ("arrived_too_late", say.arrived_too_late(row)),
        ("spelled", say.spelled(row)),
        ("gave_up", say.gave_up(&tried, Why::NoAnswer)),
    ];
    tried.tries = 1;
    let whys =
        [Why::NoAnswer, Why::TooLate, Why::DailyLimit, Why::OverCap, Why::SpendLimit, Why::Blocked];
    for why in whys {
        said.push(("gave_up", say.gave_up(&tried, why)));
    }
    said
}

/// So many, at their list price.
fn item(count: u64, micros: i64) -> Item {
    Item { count, amount: Micros(micros), list: Micros(micros) }
}

/// WHY and BILL.
fn stories(say: &Texts) -> Vec<(&'static str, String)> {
    let (cents, dollars) = (Micros(40_000), Currency::parse("USD").expect("three letters"));
    let answered = tale(&[
        ("2026-03-04T14:02:10Z", Deed::Accepted),
        ("2026-03-04T19:00:01Z", Deed::Rang),
        ("2026-03-04T19:00:41Z", Deed::NoAnswer),
        ("2026-03-04T19:05:02Z", Deed::Rang),
        ("2026-03-04T19:05:12Z", Deed::Answered),
        ("2026-03-04T19:05:13Z", Deed::Charged(cents, dollars)),
    ]);
    let gave_up = tale(&[
        ("2026-03-03T14:02:10Z", Deed::Accepted),
        ("2026-03-03T14:04:10Z", Deed::Changed),
        ("2026-03-04T19:00:01Z", Deed::Called),
        ("2026-03-04T19:00:41Z", Deed::Failed),
        ("2026-03-04T19:02:01Z", Deed::Rang),
        ("2026-03-04T19:02:41Z", Deed::Busy),
        ("2026-03-04T19:12:41Z", Deed::GaveUp(Why::NoAnswer)),
        ("2026-03-04T19:12:51Z", Deed::Told),
    ]);
    let others = tale(&[
        ("2026-03-03T14:02:10Z", Deed::Accepted),
        ("2026-03-03T14:04:10Z", Deed::Skipped),
        ("2026-03-03T15:04:10Z", Deed::Forgotten),
        ("2026-03-03T15:05:10Z", Deed::OptedOut),
        ("2026-03-03T15:05:10Z", Deed::GaveUp(Why::TooLate)),
    ]);
    let limits = tale(&[
        ("2026-03-03T14:02:10Z", Deed::Accepted),
        ("2026-03-03T15:05:10Z", Deed::GaveUp(Why::DailyLimit)),
        ("2026-03-03T15:05:10Z", Deed::GaveUp(Why::OverCap)),
        ("2026-03-03T15:05:10Z", Deed::GaveUp(Why::SpendLimit)),
        ("2026-03-03T15:05:10Z", Deed::GaveUp(Why::Blocked)),
    ]);
    let bill = |texts, calls, credits| Bill {
        period: Period::of(now()),
        currency: dollars,
        texts,
        calls,
        credits,
        allowance: Micros::ZERO,
    };
    let reduced = Bill {
        texts: Item { amount: Micros(140_000), ..item(12, 240_000) },
        calls: Item { amount: Micros(80_000), ..item(7, 280_000) },
        allowance: Micros(100_000),
        ..bill(item(0, 0), item(0, 0), item(1, -40_000))
    };
    vec![
        ("why", say.why(&answered)),
        ("why", say.why(&gave_up)),
        ("why", say.why(&others)),
        ("why", say.why(&limits)),
        ("bill", say.bill(&bill(item(1, 20_000), item(0, 0), item(0, 0)))),
        ("bill", say.bill(&bill(item(3, 60_000), item(1, 40_000), item(0, 0)))),
        ("bill", say.bill(&bill(item(12, 240_000), item(7, 280_000), item(1, -40_000)))),
        ("bill", say.bill(&reduced)),
    ]
}

/// Every kind of choice between two readings.
fn choices() -> Vec<Taken> {
    let date = |text: &str| text.parse().expect("a date");
    vec![
        Taken::NotNearest { meant: date("2026-03-13"), nearest: date("2026-03-06") },
        Taken::Half("18:30:00".parse().expect("a time")),
        Taken::StartOf(chrono::Weekday::Fri),
        Taken::StartOfDay,
        Taken::ZoneOf(Tz::Asia__Kolkata),
        Taken::UsualHourPassed,
        Taken::EveryWeeks(3),
        Taken::NotTwiceAWeek(2),
        Taken::NotTwiceAMonth(2),
        Taken::MonthsLeftOut(31),
        Taken::IsTime("at 5pm".into()),
        Taken::IsEnd("for 5 days and not a single day more".into()),
        Taken::StaysInText("friday".into()),
    ]
}

fn lines(said: &[(&'static str, String)]) -> String {
    let mut text = String::new();
    for (name, words) in said {
        text.push_str(&format!("{name}\n    {}\n", words.replace('\n', "\n    ")));
    }
    text
}

/// Each text as its reader sees it.
fn everything(language: Language) -> String {
    let say = texts(language);
    let mut said = plain(&say);
    said.push(("list", say.list(&rows())));
    said.extend(rows().iter().map(|row| ("accepted", say.accepted(row, None))));
    said.extend(about(&say, &rows()[1]));
    said.extend(rows().iter().map(|row| ("snoozed", say.snoozed(row))).take(3));
    said.extend(about(&say, &rows()[5]).into_iter().take(8));
    let taken = |taken: &Taken| say.accepted(&rows()[1], Some(std::slice::from_ref(taken)));
    said.extend(choices().iter().map(|choice| ("taken", taken(choice))));
    let nameless = Occurrence { about: String::new(), ..rows()[1].clone() };
    said.push(("accepted", say.accepted(&nameless, None)));
    said.extend(stories(&say));
    lines(&said)
}

#[test]
fn every_text_reads_well() {
    for language in Language::ALL {
        insta::assert_snapshot!(format!("texts-{}", language.code()), everything(language));
    }
}

/// Rules that people ask for.
const RULES: [&str; 34] = [
    "every day 9am",
    "every 3 days 8pm",
    "every other day 9am",
    "every week 9am",
    "every monday 7:30am",
    "every saturday 7:30am",
    "every other friday 9am",
    "every 3 weeks on mon and fri 9am",
    "mon wed fri 6pm",
    "weekdays 7am",
    "every weekend 10am",
    "every day except sundays 9am",
    "every month 9am",
    "every 3 months 9am",
    "on the 1st of every month 10am",
    "every 1st and 15th 9am",
    "every month on the 22nd 9am",
    "every month on the 3rd 9am",
    "the 4th of every 3 months 9am",
    "last day of every month 9am",
    "last friday of each month 4pm",
    "first and third friday and second tuesday of each month 9am",
    "every year on 5 may 9am",
    "every fourth thursday in november 9am",
    "every minute",
    "every 30 minutes",
    "every hour",
    "every 3 hours",
    "every day at 9am and 5pm",
    "every 2 hours from 9 to 5",
    "every day at 9am until 1 june",
    "every friday 9am until 1 june 2027",
    "every day 9am 5 times",
    "every day 9am london time",
];

#[test]
fn every_rule_reads_well() {
    for language in Language::ALL {
        let say = texts(language);
        let said = RULES.map(|text| say.list(&[row(1, &format!("{text} x"))]));
        let mut lines: Vec<String> = said
            .iter()
            .zip(RULES)
            .map(|(line, text)| format!("{text} > {}", line.trim_start_matches("1 ")))
            .collect();
        lines.push(say.list(&[row(1, "daily except in June 9am x")]));
        lines.push(say.list(&[row(1, "every hour for 5 hours x")]));
        insta::assert_snapshot!(format!("rules-{}", language.code()), lines.join("\n"));
    }
}

/// The reminders with the longest words: a long matter, a zone with a long name, a long rule.
fn longest() -> Vec<Occurrence> {
    let zone = Tz::America__Argentina__ComodRivadavia;
    let matters = [
        "the quarterly numbers, and then everything else that was left over from last week "
            .repeat(4),
        "मकान मालिक को किराया देना और बिजली का बिल भरना और पानी का बिल भरना और फ़ोन करना ".repeat(4),
        "🎂".repeat(150),
    ];
    let elsewhere = |row: &Occurrence| {
        let mut row = row.clone();
        row.moment = Moment { zone, basis: Basis::WallElsewhere, ..row.moment };
        row.moment.wall = when::zone::wall(zone, row.moment.at);
        if let Some(series) = &mut row.series
            && series.basis == Basis::Wall
        {
            (series.zone, series.basis) = (zone, Basis::WallElsewhere);
        }
        row
    };
    let rules = [
        "21 september 2035 12:34:56",
        "first and third wednesday and second thursday and last friday of each month 10:45pm",
        "every day except sundays 12:34 until 23 september 2028",
        "every 3 weeks on wednesday, thursday and saturday 10:45pm",
        "every 2 hours from 8 to 22",
        "daily except in June 10:45pm",
        "every fourth wednesday in september 10:45pm",
        "every 10 minutes for 5 hours",
    ];
    let rows = rules.iter().flat_map(|rule| {
        matters.iter().map(move |matter| Occurrence {
            about: matter.clone(),
            ..row(4_294_967, &format!("{rule} x"))
        })
    });
    rows.map(|row| elsewhere(&row)).collect()
}

#[test]
fn every_text_takes_two_parts_at_most() {
    let dear = price(99_999_999, "EUR");
    let mut wrong = Vec::new();
    for language in Language::ALL {
        let say = texts(language);
        let far = Texts { zone: Tz::America__Argentina__ComodRivadavia, ..say };
        let mut said = [plain(&say), plain(&far), stories(&say)].concat();
        said.push(("help", far.help(&dear, &dear)));
        said.push(("welcome", far.welcome(&dear, &dear, false)));
        said.push(("cap_reached", far.cap_reached(&capped(1_234_567_890, "INR"))));
        said.push(("bill", far.bill(&long_bill())));
        let rows = longest();
        for row in &rows {
            said.extend(about(&say, row));
            said.push(("taken", say.accepted(row, Some(&choices()[2..4]))));
        }
        said.push(("list", say.list(&[&rows[..], &rows[..], &rows[..2]].concat())));
        said.push(("zone_set", far.zone_set(50)));
        said.push(("which_one", say.which_one(&"w".repeat(400))));
        for words in ["x".repeat(300), "é".repeat(300), "ह".repeat(300)] {
            let zone = zone_named(&words, Region::parse("US").expect("two letters"));
            said.push(("zone_refused", say.zone_refused(&zone.expect_err("no zone"))));
        }
        let zones = vec![Tz::America__Argentina__ComodRivadavia; 9];
        let several = ZoneError::Several { words: "x".repeat(40), zones };
        said.push(("zone_refused", say.zone_refused(&several)));
        said.push(("why", say.why(&long_tale())));
        for (name, text) in said {
            let parts = gsm::parts(&text);
            assert!(!text.is_empty(), "{name} in {language:?}");
            if parts.parts > 2 {
                wrong.push(format!("{name} in {language:?}: {parts:?} {text}"));
            }
            assert_eq!(gsm::fit(&text), text, "{name}");
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

/// A bill with all that can stand on one, of a dear month.
fn long_bill() -> Bill {
    let of = |count, micros| Item { amount: Micros(micros / 2), ..item(count, micros) };
    Bill {
        period: Period::of(now()),
        currency: Currency::parse("INR").expect("three letters"),
        texts: of(12_345, 12_345_678_901),
        calls: of(12_345, 12_345_678_901),
        credits: item(12, -12_345_678_901),
        allowance: Micros(1_234_567_890),
    }
}

/// A reminder that was changed and called for years.
fn long_tale() -> Tale {
    let mut tale = tale(&[("2026-03-03T14:02:10Z", Deed::Accepted)]);
    for step in 0..40 {
        let day = now() - TimeDelta::days(365 - step);
        tale.deeds.push((day, Deed::Changed));
        tale.deeds.push((day, Deed::Called));
        tale.deeds.push((day, Deed::NoAnswer));
    }
    tale.about = "मकान मालिक को किराया ".repeat(9);
    tale
}

#[test]
fn the_middle_of_a_long_story_is_left_out() {
    let text = texts(Language::English).why(&Tale { about: "rent".into(), ..long_tale() });
    assert!(text.starts_with("3 rent: accepted Tue 3 Mar 9:02am; "), "{text}");
    assert!(text.contains("; ...; "), "{text}");
    assert!(text.ends_with("no answer."), "{text}");
}

#[test]
fn what_a_text_says_to_send_can_be_sent() {
    for language in Language::ALL {
        let say = texts(language);
        for (text, repeats) in [
            (say.list(&[]), false),
            (say.started(0), false),
            (say.empty(), false),
            (say.nothing_to_snooze(), false),
            (say.too_often(1), true),
            (say.too_often(5), true),
        ] {
            let (_, example) = text.rsplit_once(": ").expect("an example");
            let reading = read(example.trim_end_matches('.'), &sender());
            let reading = reading.unwrap_or_else(|why| panic!("{example}: {why}"));
            assert_eq!(matches!(reading.when, When::Repeating(_)), repeats, "{example}");
            let about = reading.about.split_whitespace().count();
            assert!((1..=4).contains(&about), "{example}: {}", reading.about);
            // A language is told by the words of its examples, so that the answer to one is in it.
            assert_eq!(reading.language, Some(language), "{example}");
        }
    }
}
