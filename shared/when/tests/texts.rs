//! Whole texts, as people send them: when they ring and what they are about.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use when::{Basis, Misread, Moment, Reading, Region, Sender, Taken, When, read};

/// Wednesday evening in New York.
const NEW_YORK: (&str, &str, &str) = ("2026-03-04T18:40:00-05:00", "America/New_York", "US");
/// Thursday morning in India.
const KOLKATA: (&str, &str, &str) = ("2019-06-20T10:15:00+05:30", "Asia/Kolkata", "IN");
/// Monday at dawn in London.
const LONDON: (&str, &str, &str) = ("2025-11-24T07:05:00+00:00", "Europe/London", "GB");
/// Monday in Berlin.
const BERLIN: (&str, &str, &str) = ("2026-06-15T12:00:00+02:00", "Europe/Berlin", "DE");

fn sender((now, zone, region): (&str, &str, &str)) -> Sender {
    let now: DateTime<Utc> = now.parse().expect("an instant");
    let zone: Tz = zone.parse().expect("a zone");
    Sender { now, zone, region: Region::parse(region).expect("a region"), usual: None }
}

fn once(reading: &Reading) -> &Moment {
    match &reading.when {
        When::Once(moment) => moment,
        When::Repeating(series) => panic!("a series: {}", series.rule),
    }
}

/// Each text rings when the wall shows this, and is about that.
fn check(from: (&str, &str, &str), texts: &[(&str, &str, &str)]) {
    let sender = sender(from);
    let mut wrong = Vec::new();
    for (text, wall, about) in texts {
        let found = match read(text, &sender) {
            Ok(reading) => {
                let moment = once(&reading);
                assert!(moment.at > sender.now, "{text}: not in the future");
                (moment.wall.format("%Y-%m-%d %H:%M:%S").to_string(), reading.about)
            }
            Err(misread) => (format!("{misread:?}"), String::new()),
        };
        let seconds = if wall.len() == 16 { ":00" } else { "" };
        if found != (format!("{wall}{seconds}"), (*about).to_owned()) {
            wrong.push(format!(
                "{text}\n   wanted {wall} | {about}\n   found  {} | {}",
                found.0, found.1
            ));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), texts.len(), wrong.join("\n"));
}

#[test]
fn elapsed_time_counts_from_the_instant_of_asking() {
    let sender = sender(("2026-03-04T18:40:07.480-05:00", "America/New_York", "US"));
    for (text, seconds) in
        [("Remind in 3 seconds about tea", 3), ("in 20 min tea", 1_200), ("in 1h30m tea", 5_400)]
    {
        let reading = read(text, &sender).expect(text);
        assert_eq!(once(&reading).at, sender.now + TimeDelta::seconds(seconds), "{text}");
    }
}

#[test]
fn the_last_second_of_a_day_is_of_that_day() {
    let late = ("2027-10-02T23:59:59.018+05:30", "Asia/Kolkata", "IN");
    check(
        late,
        &[
            ("remind me to call mom tomorrow at 1:40pm", "2027-10-03 13:40", "call mom"),
            ("call mom sunday 9am", "2027-10-03 09:00", "call mom"),
            ("kal 9 baje call mom", "2027-10-03 09:00", "call mom"),
            ("in 2 days at 9am call mom", "2027-10-04 09:00", "call mom"),
            ("23:59:59 call mom", "2027-10-03 23:59:59", "call mom"),
        ],
    );
    // Where the wall shows another day than the sender's.
    let there = ("2027-01-02T23:59:59.018+00:00", "Europe/London", "GB");
    check(there, &[("tomorrow 9am EST call mom", "2027-01-03 09:00", "call mom")]);
}

/// No text has a time.
fn check_no_time(texts: &[&str]) {
    for from in [NEW_YORK, KOLKATA, LONDON, BERLIN] {
        let sender = sender(from);
        let found: Vec<String> = texts
            .iter()
            .filter_map(|text| match read(text, &sender) {
                Err(Misread::NoTime) => None,
                other => Some(format!("{text}: {other:?}")),
            })
            .collect();
        assert!(found.is_empty(), "{} in {}:\n{}", found.len(), from.1, found.join("\n"));
    }
}

fn check_misread(from: (&str, &str, &str), texts: &[(&str, Misread)]) {
    let sender = sender(from);
    for (text, misread) in texts {
        assert_eq!(read(text, &sender).as_ref(), Err(misread), "{text}");
    }
}

fn check_taken(from: (&str, &str, &str), texts: &[(&str, Option<&str>)]) {
    let sender = sender(from);
    for (text, taken) in texts {
        let reading = read(text, &sender).unwrap_or_else(|misread| panic!("{text}: {misread:?}"));
        let clauses = |taken: Vec<Taken>| taken.iter().map(ToString::to_string).collect::<Vec<_>>();
        let found = reading.taken.map(|taken| clauses(taken).join("; "));
        assert_eq!(found.as_deref(), *taken, "{text}");
    }
}

fn what(words: &str) -> String {
    words.to_owned()
}

#[test]
fn a_part_of_the_country_says_its_zone() {
    let sender = sender(NEW_YORK);
    for (text, zone) in [
        ("remind me tomorrow 5pm Pacific to call Jo", Tz::America__Los_Angeles),
        ("call Jo tomorrow at 5pm Central", Tz::America__Chicago),
        ("call Jo tomorrow at 5pm Eastern time", Tz::America__New_York),
        ("tomorrow 5pm Mountain: call Jo", Tz::America__Denver),
    ] {
        let reading = read(text, &sender).expect(text);
        assert_eq!((once(&reading).zone, reading.about.as_str()), (zone, "call Jo"), "{text}");
    }
}

#[test]
fn what_counts_or_measures_is_no_time() {
    check_no_time(&[
        "9/10 would recommend",
        "at 5 km the road turns",
        "mon wed at 6 gym",
        "we lost 10 to 8",
        "5 to 10 people come",
    ]);
    let sender = sender(NEW_YORK);
    assert_eq!(read("divide by 5. May called", &sender), Err(Misread::NoTime));
}

#[test]
fn times_are_counted_from_others() {
    check(
        NEW_YORK,
        &[
            ("two hours after noon call", "2026-03-05 14:00", "call"),
            ("10 to 8 bus", "2026-03-04 19:50", "bus"),
            ("20 past 5 bus", "2026-03-05 17:20", "bus"),
            ("fortnight from now dentist", "2026-03-18 18:40", "dentist"),
            ("3 days before christmas shop", "2026-12-22 09:00", "shop"),
            ("today in 2 hours call", "2026-03-04 20:40", "call"),
            ("call mom 10, tonight", "2026-03-04 22:00", "call mom"),
            ("take 2 tonight", "2026-03-04 20:00", "take 2"),
            ("remind me 2 call mum at 6", "2026-03-05 18:00", "call mum"),
            ("remind me 2 tablets at 6", "2026-03-05 18:00", "2 tablets"),
            ("30 mins b4 5pm call mom", "2026-03-05 16:30", "call mom"),
        ],
    );
    check(LONDON, &[("friday week dentist", "2025-12-05 09:00", "dentist")]);
}

#[test]
fn the_time_stands_before_the_matter() {
    check(
        NEW_YORK,
        &[
            ("Remind tomorrow 5pm about the talk", "2026-03-05 17:00", "the talk"),
            ("Remind 06/21/2027 17:30 about the talk", "2027-06-21 17:30", "the talk"),
            ("Remind 21/06/2027 17:30 about the talk", "2027-06-21 17:30", "the talk"),
            ("Remind in 2 minutes about tea", "2026-03-04 18:42", "tea"),
            ("Remind in 90 seconds about x", "2026-03-04 18:41:30", "x"),
            ("in 20 min tea", "2026-03-04 19:00", "tea"),
            ("tomorrow 5pm dentist", "2026-03-05 17:00", "dentist"),
            ("remind me at 8pm to call mom", "2026-03-04 20:00", "call mom"),
            ("remind me tomorrow that the rent is due", "2026-03-05 09:00", "the rent is due"),
            ("remind me on friday for the party", "2026-03-06 09:00", "the party"),
            (
                "Please remind me tomorrow at 11am about the 1:1 with Sam, thanks",
                "2026-03-05 11:00",
                "the 1:1 with Sam",
            ),
            ("hey, can you remind me at 8pm: call mom", "2026-03-04 20:00", "call mom"),
            ("set a reminder for tomorrow 5pm to call mom", "2026-03-05 17:00", "call mom"),
            ("Reminder: tomorrow 5pm - dentist", "2026-03-05 17:00", "dentist"),
            ("remind me @ 8pm, take out the bins", "2026-03-04 20:00", "take out the bins"),
            ("tmrw@5 call mom", "2026-03-05 17:00", "call mom"),
            ("remind me tomorrow evening buy milk", "2026-03-05 18:00", "buy milk"),
            ("remind me sat 14th buy milk", "2026-03-14 09:00", "buy milk"),
            ("remind me 5p mon buy milk", "2026-03-09 17:00", "buy milk"),
            ("remind me next wed. at 5pm buy milk", "2026-03-11 17:00", "buy milk"),
            ("remind me wed take pills", "2026-03-11 09:00", "take pills"),
            ("remind me 9.30 take pills", "2026-03-04 21:30", "take pills"),
            ("Remind 21/06/2027 1730 the talk", "2027-06-21 17:30", "the talk"),
            ("Remind 21/06/2027 1730hrs the talk", "2027-06-21 17:30", "the talk"),
            ("remind me tomorrow by 5 to pay", "2026-03-05 17:00", "pay"),
            ("remind me later today to pay", "2026-03-04 19:40", "pay"),
            ("Tomorrow. 5pm. Dentist.", "2026-03-05 17:00", "Dentist."),
            ("remind me at 6 call mom", "2026-03-05 18:00", "call mom"),
            ("remind me about 8pm to call", "2026-03-04 20:00", "call"),
            ("remind me tomorrow at 5 to-do list", "2026-03-05 17:00", "to-do list"),
            ("remind 8pm", "2026-03-04 20:00", ""),
            ("tomorrow", "2026-03-05 09:00", ""),
            ("tomorrow week to call Jo", "2026-03-12 09:00", "call Jo"),
            ("tomorrow 5pm Central Park", "2026-03-05 17:00", "Central Park"),
            ("remind me 30 mins b4 8pm", "2026-03-04 19:30", ""),
        ],
    );
}

#[test]
fn the_time_stands_after_the_matter() {
    check(
        NEW_YORK,
        &[
            ("Remind me to call mom at 6", "2026-03-05 18:00", "call mom"),
            ("remind me about the 5pm meeting at 4:30", "2026-03-05 16:30", "the 5pm meeting"),
            ("Remind me to call mom tomorrow at 5pm", "2026-03-05 17:00", "call mom"),
            (
                "Remind me to renew the domain on April 2, 2026 at 9:00 AM.",
                "2026-04-02 09:00",
                "renew the domain",
            ),
            ("Remind me to check the mail in 3 hours", "2026-03-04 21:40", "check the mail"),
            ("call mom at 8 please", "2026-03-04 20:00", "call mom"),
            (
                "remind me to take out the trash tonight at 10pm",
                "2026-03-04 22:00",
                "take out the trash",
            ),
            ("dentist friday 3pm!", "2026-03-06 15:00", "dentist"),
            ("remind me to take the pills 8pm tomorrow 💊", "2026-03-05 20:00", "take the pills"),
            ("call mom (tomorrow, 5pm)", "2026-03-05 17:00", "call mom"),
            ("buy milk tomorrow 5", "2026-03-05 17:00", "buy milk"),
            ("remind mom to take her pills at 8pm", "2026-03-04 20:00", "mom to take her pills"),
        ],
    );
}

#[test]
fn the_time_stands_in_the_middle() {
    check(
        NEW_YORK,
        &[
            (
                "remind me to call mom tomorrow about the car",
                "2026-03-05 09:00",
                "call mom about the car",
            ),
            (
                "remind me to call mom at 8pm about the party on friday",
                "2026-03-04 20:00",
                "call mom about the party on friday",
            ),
            (
                "remind me to buy tickets tomorrow for the show on friday",
                "2026-03-05 09:00",
                "buy tickets for the show on friday",
            ),
            ("meet Bob at 5 in the office tomorrow", "2026-03-05 17:00", "meet Bob in the office"),
            ("call mom tomorrow quickly", "2026-03-05 09:00", "call mom quickly"),
        ],
    );
}

#[test]
fn words_of_time_in_the_matter_stay_there() {
    check(
        NEW_YORK,
        &[
            ("Remind tomorrow 5pm about the 6pm dinner", "2026-03-05 17:00", "the 6pm dinner"),
            ("remind me at 8pm about the 9pm meeting", "2026-03-04 20:00", "the 9pm meeting"),
            (
                "remind me on Saturday at 4pm about the 5pm movie",
                "2026-03-07 16:00",
                "the 5pm movie",
            ),
            ("Remind tomorrow 9am about May's invoice", "2026-03-05 09:00", "May's invoice"),
            (
                "remind me tomorrow 9am to buy 2 tickets for Sunday's show",
                "2026-03-05 09:00",
                "buy 2 tickets for Sunday's show",
            ),
            ("remind 8pm about June rent", "2026-03-04 20:00", "June rent"),
            ("remind me on Monday morning to email Dr. May", "2026-03-09 09:00", "email Dr. May"),
            ("remind me at 8pm about the bins on Monday", "2026-03-04 20:00", "the bins on Monday"),
            ("remind me tomorrow about the dinner at 8pm", "2026-03-05 09:00", "the dinner at 8pm"),
            (
                "remind me friday that the flight leaves at 6am",
                "2026-03-06 09:00",
                "the flight leaves at 6am",
            ),
            ("remind me to log on at 9pm", "2026-03-04 21:00", "log on"),
            ("remind me to check in at 9pm", "2026-03-04 21:00", "check in"),
            (
                "remind me to turn the heating on tomorrow",
                "2026-03-05 09:00",
                "turn the heating on",
            ),
            ("remind me to call June at 9pm", "2026-03-04 21:00", "call June"),
            ("remind me to call Jan tomorrow", "2026-03-05 09:00", "call Jan"),
            ("remind me to say good night at 9pm", "2026-03-04 21:00", "say good night"),
            (
                "remind me to watch Friday Night Lights at 9pm",
                "2026-03-04 21:00",
                "watch Friday Night Lights",
            ),
            ("tell them we won 3-2 at 9pm", "2026-03-04 21:00", "tell them we won 3-2"),
            ("remind me to feed the cat 3 days at 9pm", "2026-03-04 21:00", "feed the cat 3 days"),
            ("pay rent 1000 tomorrow", "2026-03-05 09:00", "pay rent 1000"),
            (
                "remind me to catch the 5:30 train tomorrow",
                "2026-03-05 09:00",
                "catch the 5:30 train",
            ),
            ("remind me in 2 days back pain pills", "2026-03-06 18:40", "back pain pills"),
            ("remind me at 8pm about the daily standup", "2026-03-04 20:00", "the daily standup"),
            (
                "remind me about friday prayers tomorrow at 1pm",
                "2026-03-05 13:00",
                "friday prayers",
            ),
            ("remind me to read 1984 at 9pm", "2026-03-04 21:00", "read 1984"),
            ("remind me tomorrow 5 eggs", "2026-03-05 09:00", "5 eggs"),
            ("remind me tomorrow 2pm to pay $5", "2026-03-05 14:00", "pay $5"),
            (
                "remind me in 2 hours to bake for 20 minutes",
                "2026-03-04 20:40",
                "bake for 20 minutes",
            ),
            (
                "remind me about the meeting on friday tomorrow at 5",
                "2026-03-05 17:00",
                "the meeting on friday",
            ),
        ],
    );
}

#[test]
fn a_day_at_the_head_takes_its_hour_from_the_end() {
    check(
        NEW_YORK,
        &[
            ("remind me tomorrow to call mom at 5pm", "2026-03-05 17:00", "call mom"),
            ("tomorrow call mom at 5", "2026-03-05 17:00", "call mom"),
            ("5pm call mom tomorrow", "2026-03-05 17:00", "call mom"),
            // Early is better than late.
            ("remind me at 8pm to call mom tomorrow", "2026-03-04 20:00", "call mom tomorrow"),
        ],
    );
    check_taken(
        NEW_YORK,
        &[
            ("remind me tomorrow to call mom at 5pm", Some("\"at 5pm\" is taken as its time")),
            ("remind me at 8pm to call mom tomorrow", Some("\"tomorrow\" stays in the text")),
        ],
    );
}

#[test]
fn the_asking_stands_after_the_matter() {
    check(
        NEW_YORK,
        &[
            ("call mom 5pm remind me", "2026-03-05 17:00", "call mom"),
            ("call mom at 8pm, remind me please!", "2026-03-04 20:00", "call mom"),
            (
                "dinner tomorrow at 7pm, remind me at 6pm",
                "2026-03-05 18:00",
                "dinner tomorrow at 7pm",
            ),
            ("dinner at 9pm so please remind me at 8:30pm", "2026-03-04 20:30", "dinner at 9pm"),
            (
                "dinner sat 7:30pm, remind me 2 hours before",
                "2026-03-07 17:30",
                "dinner sat 7:30pm",
            ),
            (
                "meet Bob remind me to buy wine at 8pm",
                "2026-03-04 20:00",
                "meet Bob remind me to buy wine",
            ),
        ],
    );
}

#[test]
fn iso_dates_and_date_times_are_read() {
    check(
        NEW_YORK,
        &[
            ("Remind 2027-06-21 17:30 about the talk", "2027-06-21 17:30", "the talk"),
            ("Remind 2027-06-21 about the talk", "2027-06-21 09:00", "the talk"),
            ("Remind 2027/06/21 17:30 about the talk", "2027-06-21 17:30", "the talk"),
            ("Remind 2027.06.21 17:30 about the talk", "2027-06-21 17:30", "the talk"),
            ("2027-06-21T05:30 talk", "2027-06-21 05:30", "talk"),
            ("2027-06-21T17:30:15 talk", "2027-06-21 17:30:15", "talk"),
            ("20270621T1730 talk", "2027-06-21 17:30", "talk"),
            // On the wall in UTC.
            ("20270621T173000Z talk", "2027-06-21 17:30", "talk"),
            ("2027-06-21T17:30:00+02:00 talk", "2027-06-21 11:30", "talk"),
            ("2027-06-21T17:30:00.250-0700 talk", "2027-06-21 20:30", "talk"),
            ("2027-06-21 17:30:00-07:00 talk", "2027-06-21 20:30", "talk"),
            ("2027-06-21T24:00 talk", "2027-06-22 00:00", "talk"),
        ],
    );
}

#[test]
fn an_offset_fixes_the_instant_and_a_named_zone_the_wall() {
    for (text, at, basis) in [
        ("2027-06-21T17:30:00+02:00 talk", "2027-06-21T15:30:00Z", Basis::Elapsed),
        ("2027-06-21T17:30:00Z talk", "2027-06-21T17:30:00Z", Basis::WallElsewhere),
        ("remind me at 5pm EST about x", "2026-03-05T22:00:00Z", Basis::WallElsewhere),
        ("remind me tomorrow at 5pm pst about x", "2026-03-06T01:00:00Z", Basis::WallElsewhere),
        ("remind me at 9am London time about x", "2026-03-05T09:00:00Z", Basis::WallElsewhere),
        ("remind me 9am hong kong time about x", "2026-03-05T01:00:00Z", Basis::WallElsewhere),
        ("remind me tomorrow 17:00 UTC about x", "2026-03-05T17:00:00Z", Basis::WallElsewhere),
        ("remind me tomorrow 17:00 UTC+2 about x", "2026-03-05T15:00:00Z", Basis::Elapsed),
        ("remind me tomorrow 5pm about x", "2026-03-05T22:00:00Z", Basis::Wall),
        ("remind me in 2 hours about x", "2026-03-05T01:40:00Z", Basis::Elapsed),
        ("remind me in 2 days about x", "2026-03-06T23:40:00Z", Basis::Wall),
    ] {
        let reading = read(text, &sender(NEW_YORK)).unwrap_or_else(|m| panic!("{text}: {m:?}"));
        let moment = once(&reading);
        assert_eq!((moment.at, moment.basis), (at.parse().expect("an instant"), basis), "{text}");
        assert_eq!(when::zone::wall(moment.zone, moment.at), moment.wall, "{text}");
    }
}

#[test]
fn the_region_decides_the_order_of_day_and_month() {
    check(
        NEW_YORK,
        &[
            ("Remind 5/8/2026 10:00 about x", "2026-05-08 10:00", "x"),
            ("Remind 5-8-2026 10:00 about x", "2026-05-08 10:00", "x"),
            ("Remind 5/8/26 10:00 about x", "2026-05-08 10:00", "x"),
            ("Remind 5/8 10:00 about x", "2026-05-08 10:00", "x"),
            ("Remind 25/8 10:00 about x", "2026-08-25 10:00", "x"),
            ("remind me on 3/9 at 7am to renew my permit", "2026-03-09 07:00", "renew my permit"),
            ("pay rent 3/9", "2026-03-09 09:00", "pay rent"),
            // Three dotted parts are day first everywhere.
            ("Remind 5.8.2026 10:00 about x", "2026-08-05 10:00", "x"),
        ],
    );
    check(
        LONDON,
        &[
            ("Remind 5/8/2026 10:00 about x", "2026-08-05 10:00", "x"),
            ("Remind 5-8-2026 10:00 about x", "2026-08-05 10:00", "x"),
            ("Remind 5/8 10:00 about x", "2026-08-05 10:00", "x"),
            ("Remind 8/25 10:00 about x", "2026-08-25 10:00", "x"),
            ("Remind 2026-08-05 10:00 about x", "2026-08-05 10:00", "x"),
        ],
    );
    check(
        BERLIN,
        &[
            ("Remind 5.8. 10:00 about x", "2026-08-05 10:00", "x"),
            ("Remind on 5.8 about x", "2026-08-05 09:00", "x"),
            ("Remind 5.8.26 10:00 about x", "2026-08-05 10:00", "x"),
        ],
    );
}

#[test]
fn quotation_marks_and_brackets_around_a_time_are_no_matter() {
    check(
        NEW_YORK,
        &[
            (
                "remind me \u{201c}tomorrow\u{201d} at 5pm to call mom",
                "2026-03-05 17:00",
                "call mom",
            ),
            ("remind me \u{201c}tomorrow at 5pm\u{201d} call mom", "2026-03-05 17:00", "call mom"),
            ("call mom [5pm]", "2026-03-05 17:00", "call mom"),
            ("remindme tomorrow 5pm about tea", "2026-03-05 17:00", "tea"),
            (
                "remind me at 5pm to read \u{201c}Emma\u{201d}",
                "2026-03-05 17:00",
                "read \u{201c}Emma\u{201d}",
            ),
        ],
    );
}

#[test]
fn days_are_found_from_others() {
    check(
        NEW_YORK,
        &[
            ("end of month x", "2026-03-31 09:00", "x"),
            ("at the end of the month to pay", "2026-03-31 09:00", "pay"),
            ("eom x", "2026-03-31 09:00", "x"),
            ("last day of next month x", "2026-04-30 09:00", "x"),
            ("last day of february x", "2027-02-28 09:00", "x"),
            ("end of june x", "2026-06-30 09:00", "x"),
            ("end of the year x", "2026-12-31 09:00", "x"),
            ("beginning of next month x", "2026-04-01 09:00", "x"),
            ("the second monday of next month x", "2026-04-13 09:00", "x"),
            ("first monday of the month x", "2026-04-06 09:00", "x"),
            ("last friday of this month x", "2026-03-27 09:00", "x"),
            ("4 tuesdays from now x", "2026-03-31 09:00", "x"),
            ("4 wednesdays from today x", "2026-04-01 09:00", "x"),
            ("3 mondays after May 25 x", "2026-06-15 09:00", "x"),
            ("the monday before May 25 x", "2026-05-18 09:00", "x"),
            ("first friday after 1 june x", "2026-06-05 09:00", "x"),
            ("in 3 business days x", "2026-03-09 09:00", "x"),
            ("next business day x", "2026-03-05 09:00", "x"),
            ("next weekday at 10 x", "2026-03-05 10:00", "x"),
            ("week after next x", "2026-03-16 09:00", "x"),
            ("next month on the 5th x", "2026-04-05 09:00", "x"),
            ("next year on march 3 x", "2027-03-03 09:00", "x"),
            ("on christmas at 8am x", "2026-12-25 08:00", "x"),
            ("new year's eve x", "2026-12-31 09:00", "x"),
            ("st patrick's day x", "2026-03-17 09:00", "x"),
            ("3 days before christmas to shop", "2026-12-22 09:00", "shop"),
            ("late tonight x", "2026-03-04 20:00", "x"),
            ("tomorrow at lunch x", "2026-03-05 12:00", "x"),
            ("3 in the am x", "2026-03-05 03:00", "x"),
            ("3ish pm x", "2026-03-05 15:00", "x"),
            ("twenty after 3pm x", "2026-03-05 15:20", "x"),
            ("quarter after five to x", "2026-03-05 17:15", "x"),
            ("in 1:30 to x", "2026-03-04 20:10", "x"),
            ("after 5:30 to x", "2026-03-05 17:30", "x"),
            ("same time tomorrow x", "2026-03-05 18:40", "x"),
            ("at the same time tomorrow to x", "2026-03-05 18:40", "x"),
            ("a week on friday x", "2026-03-13 09:00", "x"),
            ("2 weeks tomorrow x", "2026-03-19 09:00", "x"),
            ("last day of october 2027 x", "2027-10-31 09:00", "x"),
            ("third tuesday after christmas x", "2027-01-12 09:00", "x"),
            ("remind me to call mom the 15th", "2026-03-15 09:00", "call mom"),
        ],
    );
    check_no_time(&[
        "remind me to buy christmas presents",
        "remind me to say happy new year",
        "remind me about the boxing class",
        "remind me to work 3 business days",
        "remind me to start the car",
        "remind me to lie in the sun",
        "remind me to reply to the 15th",
        "remind me to book lunch",
        "remind me about the end of the world",
        "remind me about the last day of school",
    ]);
}

#[test]
fn months_are_read_by_name() {
    check(
        NEW_YORK,
        &[
            ("Remind 21 June 2027 17:30 about x", "2027-06-21 17:30", "x"),
            ("Remind June 21st, 2027 at 17:30 about x", "2027-06-21 17:30", "x"),
            ("Remind 21st of june about x", "2026-06-21 09:00", "x"),
            ("Remind June 21 about x", "2026-06-21 09:00", "x"),
            ("Remind jun. 21 5pm about x", "2026-06-21 17:00", "x"),
            ("Remind 21-Jun-2027 11 AM about x", "2027-06-21 11:00", "x"),
            ("Remind 2027 June 21 about x", "2027-06-21 09:00", "x"),
            ("Remind 21June about x", "2026-06-21 09:00", "x"),
            ("Remind 1 July 2026 at 10:30 am about June rent", "2026-07-01 10:30", "June rent"),
            ("remind me on the 21st of June at 8 about x", "2026-06-21 08:00", "x"),
            ("remind me on the fourth of july about x", "2026-07-04 09:00", "x"),
            ("remind me on june twenty first about x", "2026-06-21 09:00", "x"),
            ("Mon, 21 Jun 2027 17:30 talk", "2027-06-21 17:30", "talk"),
            ("remind me in may about taxes", "2026-05-01 09:00", "taxes"),
            ("remind me in june 2027 about x", "2027-06-01 09:00", "x"),
            ("remind me june 21 27 about x", "2027-06-21 09:00", "x"),
            ("remind me june 21 10 about x", "2026-06-21 10:00", "x"),
            // Gone by this year.
            ("Remind March 3 about x", "2027-03-03 09:00", "x"),
            ("Remind March 4 at 8pm about x", "2026-03-04 20:00", "x"),
            ("Remind 29 February about x", "2028-02-29 09:00", "x"),
        ],
    );
}

#[test]
fn days_of_the_month_are_the_next_ones() {
    check(
        NEW_YORK,
        &[
            (
                "remind me on the 1st at 9am that the rent is due",
                "2026-04-01 09:00",
                "the rent is due",
            ),
            ("remind me on the 31st about x", "2026-03-31 09:00", "x"),
            ("pay rent on the 15th", "2026-03-15 09:00", "pay rent"),
            ("remind me on the 20th of next month about x", "2026-04-20 09:00", "x"),
            (
                "third tuesday of september at 2pm board meeting",
                "2026-09-15 14:00",
                "board meeting",
            ),
            ("last friday of march at 4pm timesheets", "2026-03-27 16:00", "timesheets"),
        ],
    );
}

#[test]
fn times_of_day_are_read_in_every_usual_writing() {
    check(
        NEW_YORK,
        &[
            ("remind 17:45 about x", "2026-03-05 17:45", "x"),
            ("remind 19:45 about x", "2026-03-04 19:45", "x"),
            ("remind 5pm about x", "2026-03-05 17:00", "x"),
            ("remind 5 pm about x", "2026-03-05 17:00", "x"),
            ("remind 5PM about x", "2026-03-05 17:00", "x"),
            ("remind 5:30 p.m. about x", "2026-03-05 17:30", "x"),
            ("remind 5.30pm about x", "2026-03-05 17:30", "x"),
            ("remind 17.30 about x", "2026-03-05 17:30", "x"),
            ("remind at 0900 about x", "2026-03-05 09:00", "x"),
            ("remind 0900h about x", "2026-03-05 09:00", "x"),
            ("remind at 1900 hrs about x", "2026-03-04 19:00", "x"),
            ("remind noon-ish about x", "2026-03-05 12:00", "x"),
            ("remind at 930pm about x", "2026-03-04 21:30", "x"),
            ("remind at 17h30 about x", "2026-03-05 17:30", "x"),
            ("remind at noon about x", "2026-03-05 12:00", "x"),
            ("remind tomorrow noon about x", "2026-03-05 12:00", "x"),
            ("remind at midnight about x", "2026-03-05 00:00", "x"),
            ("remind 12am about x", "2026-03-05 00:00", "x"),
            ("remind 12pm about x", "2026-03-05 12:00", "x"),
            ("remind at 12 about x", "2026-03-05 12:00", "x"),
            ("remind 12:30 about x", "2026-03-05 12:30", "x"),
            ("remind 00:30 about x", "2026-03-05 00:30", "x"),
            ("remind 5 o'clock about x", "2026-03-05 17:00", "x"),
            ("remind at half past six about x", "2026-03-05 18:30", "x"),
            ("remind at quarter to nine about x", "2026-03-04 20:45", "x"),
            ("remind 8ish about x", "2026-03-04 20:00", "x"),
            ("remind at five pm about x", "2026-03-05 17:00", "x"),
            ("remind at 17:30:15 about x", "2026-03-05 17:30:15", "x"),
            ("remind by 5pm about x", "2026-03-05 17:00", "x"),
            ("remind 5-6pm about x", "2026-03-05 17:00", "x"),
            ("remind 5 to 6pm about x", "2026-03-05 17:00", "x"),
            ("remind 10 to 6pm about x", "2026-03-05 17:50", "x"),
            ("remind at 10 to 8 about x", "2026-03-04 19:50", "x"),
            ("remind between 5 and 6pm about x", "2026-03-05 17:00", "x"),
            ("remind from 17:00 to 18:00 about x", "2026-03-05 17:00", "x"),
            ("remind after 5pm about x", "2026-03-05 17:00", "x"),
            ("remind tomorrow 17:30-18:30 about x", "2026-03-05 17:30", "x"),
        ],
    );
}

#[test]
fn a_lone_hour_is_the_next_one_in_waking_hours() {
    check(
        NEW_YORK,
        &[
            ("remind at 9 about x", "2026-03-04 21:00", "x"),
            ("remind 7:30 about x", "2026-03-04 19:30", "x"),
            ("remind at 5 about x", "2026-03-05 17:00", "x"),
            ("remind at 11 about x", "2026-03-05 11:00", "x"),
            ("remind at 05:00 about x", "2026-03-05 05:00", "x"),
            ("remind at 23 about x", "2026-03-04 23:00", "x"),
        ],
    );
    check(
        LONDON,
        &[
            ("remind at 7 about x", "2025-11-24 19:00", "x"),
            ("remind at 8 about x", "2025-11-24 08:00", "x"),
        ],
    );
    check_taken(
        NEW_YORK,
        &[
            ("remind at 9 about x", Some("9pm, not 9am")),
            ("remind tomorrow at 5:30 about x", Some("5:30pm, not 5:30am")),
            ("remind at 9pm about x", None),
            ("remind at 12 about x", None),
            ("remind at 3 about x", None),
            ("remind tomorrow 17:30 about x", None),
        ],
    );
}

#[test]
fn a_lone_hour_on_a_day_is_in_daytime() {
    check(
        NEW_YORK,
        &[
            ("remind tomorrow at 5 about x", "2026-03-05 17:00", "x"),
            ("remind tomorrow at 6 about x", "2026-03-05 18:00", "x"),
            ("remind tomorrow at 7 about x", "2026-03-05 07:00", "x"),
            ("remind friday at 11 about x", "2026-03-06 11:00", "x"),
            ("remind friday at 12 about x", "2026-03-06 12:00", "x"),
            ("remind tomorrow at 05:00 about x", "2026-03-05 05:00", "x"),
            ("remind 9 tomorrow about x", "2026-03-05 09:00", "x"),
            ("remind today at 9 about x", "2026-03-04 21:00", "x"),
        ],
    );
}

#[test]
fn parts_of_the_day_choose_the_hour() {
    check(
        NEW_YORK,
        &[
            ("remind me tonight about x", "2026-03-04 20:00", "x"),
            ("remind me tonight at 9 about x", "2026-03-04 21:00", "x"),
            ("remind me tonight at midnight about x", "2026-03-05 00:00", "x"),
            ("remind me tonight at 1 about x", "2026-03-05 01:00", "x"),
            ("remind me today at midnight about x", "2026-03-05 00:00", "x"),
            ("remind me tomorrow at midnight about x", "2026-03-05 00:00", "x"),
            ("remind me tomorrow morning about x", "2026-03-05 09:00", "x"),
            ("remind me tomorrow afternoon about x", "2026-03-05 15:00", "x"),
            ("remind me tomorrow evening about x", "2026-03-05 18:00", "x"),
            ("remind me tomorrow night about x", "2026-03-05 20:00", "x"),
            ("remind me tomorrow evening at 7 about x", "2026-03-05 19:00", "x"),
            ("remind me at 9 in the night about x", "2026-03-04 21:00", "x"),
            ("remind me at half past 4 in the afternoon about x", "2026-03-05 16:30", "x"),
            ("remind me 8 in the morning about x", "2026-03-05 08:00", "x"),
            ("remind me in the morning about x", "2026-03-05 09:00", "x"),
            ("remind me this evening about x", "2026-03-04 19:40", "x"),
            ("friday 11 at night call mom", "2026-03-06 23:00", "call mom"),
        ],
    );
    check_taken(
        NEW_YORK,
        &[
            ("remind me tomorrow at midnight about x", Some("the midnight that starts Thursday")),
            ("remind me tonight at midnight about x", None),
            ("remind me this evening about x", Some("the usual hour has passed")),
        ],
    );
}

#[test]
fn days_without_an_hour_ring_in_the_morning() {
    check(
        NEW_YORK,
        &[
            ("remind me tomorrow about x", "2026-03-05 09:00", "x"),
            ("remind me day after tomorrow about x", "2026-03-06 09:00", "x"),
            ("remind me the day after tomorrow at 6 am about x", "2026-03-06 06:00", "x"),
            ("remind me today about x", "2026-03-04 19:40", "x"),
            ("remind me next week about x", "2026-03-09 09:00", "x"),
            ("remind me next month about x", "2026-04-01 09:00", "x"),
            ("remind me next year about x", "2027-01-01 09:00", "x"),
            ("remind me this weekend about x", "2026-03-07 09:00", "x"),
        ],
    );
    check(LONDON, &[("remind me today about x", "2025-11-24 09:00", "x")]);
}

#[test]
fn weekdays_are_the_nearest_ones_to_come() {
    check(
        NEW_YORK,
        &[
            ("remind me friday about x", "2026-03-06 09:00", "x"),
            ("remind me on fri about x", "2026-03-06 09:00", "x"),
            ("remind me wednesday about x", "2026-03-11 09:00", "x"),
            ("remind me wednesday at 9pm about x", "2026-03-04 21:00", "x"),
            ("remind me wednesday at 9am about x", "2026-03-11 09:00", "x"),
            ("remind me next friday about x", "2026-03-13 09:00", "x"),
            ("remind me next wednesday about x", "2026-03-11 09:00", "x"),
            ("remind me this monday about x", "2026-03-09 09:00", "x"),
            ("remind me this coming friday about x", "2026-03-06 09:00", "x"),
            ("remind me tuesday next week about x", "2026-03-10 09:00", "x"),
            ("remind me friday week about x", "2026-03-13 09:00", "x"),
            ("remind me on friday the 13th about x", "2026-03-13 09:00", "x"),
            ("remind me friday after next about x", "2026-03-13 09:00", "x"),
            ("remind me a week from friday about x", "2026-03-13 09:00", "x"),
            ("remind me friday 20 about x", "2026-03-20 09:00", "x"),
            ("pay 50 friday", "2026-03-06 09:00", "pay 50"),
            ("remind me Thu 5 March 5pm about x", "2026-03-05 17:00", "x"),
            ("remind me thu 16th about x", "2026-04-16 09:00", "x"),
            ("remind me sun 5pm about x", "2026-03-08 17:00", "x"),
        ],
    );
    check_taken(
        NEW_YORK,
        &[
            ("remind me next friday about x", Some("13 Mar, not 6 Mar")),
            ("remind me next wednesday about x", None),
            ("remind me friday about x", None),
        ],
    );
}

#[test]
fn amounts_of_time_count_from_now() {
    check(
        NEW_YORK,
        &[
            ("in 1 second x", "2026-03-04 18:40:01", "x"),
            ("in 5 minutes x", "2026-03-04 18:45", "x"),
            ("in five mins x", "2026-03-04 18:45", "x"),
            ("in 5m x", "2026-03-04 18:45", "x"),
            ("in an hour x", "2026-03-04 19:40", "x"),
            ("in half an hour x", "2026-03-04 19:10", "x"),
            ("in a quarter of an hour x", "2026-03-04 18:55", "x"),
            ("in an hour and a half x", "2026-03-04 20:10", "x"),
            ("in one and a half hours x", "2026-03-04 20:10", "x"),
            ("in 1 and a half hours x", "2026-03-04 20:10", "x"),
            ("in 2.5 hours x", "2026-03-04 21:10", "x"),
            ("in 1 week's time x", "2026-03-11 18:40", "x"),
            ("in two or three hours x", "2026-03-04 20:40", "x"),
            ("in 2½ hours x", "2026-03-04 21:10", "x"),
            ("in 1h30m x", "2026-03-04 20:10", "x"),
            ("in 1h30 x", "2026-03-04 20:10", "x"),
            ("in 1 1/2 hours x", "2026-03-04 20:10", "x"),
            ("in 1 hr 30 to x", "2026-03-04 20:10", "x"),
            ("in 1 hour 30 min x", "2026-03-04 20:10", "x"),
            ("in 1 hour and 30 minutes x", "2026-03-04 20:10", "x"),
            ("in a couple of hours x", "2026-03-04 20:40", "x"),
            ("in a few hours x", "2026-03-04 21:40", "x"),
            ("in twenty-five minutes x", "2026-03-04 19:05", "x"),
            ("in 5 to 10 minutes x", "2026-03-04 18:45", "x"),
            ("in an hour or two x", "2026-03-04 19:40", "x"),
            ("in about 2 hours x", "2026-03-04 20:40", "x"),
            ("2 hours from now x", "2026-03-04 20:40", "x"),
            ("after 10 days x", "2026-03-14 18:40", "x"),
            ("in 3 days x", "2026-03-07 18:40", "x"),
            ("in 3 days at 9am x", "2026-03-07 09:00", "x"),
            ("in a week x", "2026-03-11 18:40", "x"),
            ("in a fortnight x", "2026-03-18 18:40", "x"),
            ("in 2 weeks' time x", "2026-03-18 18:40", "x"),
            ("2 weeks from today x", "2026-03-18 18:40", "x"),
            ("in 2 months x", "2026-05-04 18:40", "x"),
            ("in a year x", "2027-03-04 18:40", "x"),
            ("in 1 year 2 months 3 days x", "2027-05-07 18:40", "x"),
            ("in 24 hours x", "2026-03-05 18:40", "x"),
            ("in 3 days, 5pm x", "2026-03-07 17:00", "x"),
            ("a week after tomorrow x", "2026-03-12 09:00", "x"),
            ("remind in 10 mins", "2026-03-04 18:50", ""),
        ],
    );
}

#[test]
fn an_amount_before_an_event_counts_back_from_it() {
    check(
        NEW_YORK,
        &[
            ("remind me 10 minutes before the 9pm meeting", "2026-03-04 20:50", "the 9pm meeting"),
            (
                "remind me 10 minutes before the meeting at 9pm",
                "2026-03-04 20:50",
                "the meeting at 9pm",
            ),
            (
                "remind me an hour before the match tomorrow at 5pm",
                "2026-03-05 16:00",
                "the match tomorrow at 5pm",
            ),
            ("remind me the day before 21 June about x", "2026-06-20 09:00", "x"),
            ("remind me the night before 21 June to pack", "2026-06-20 20:00", "pack"),
            ("remind me the day after 21 June about x", "2026-06-22 09:00", "x"),
            ("remind me on the morning of 21 June to pack", "2026-06-21 09:00", "pack"),
            ("call mom 10 minutes before 9pm", "2026-03-04 20:50", "call mom"),
        ],
    );
    check_no_time(&[
        "remind me 10 minutes before the meeting",
        "remind me the day before my birthday",
        "the morning after the party",
        "10 minutes before we leave",
    ]);
}

#[test]
fn days_are_on_the_wall_and_hours_elapsed_across_daylight_saving() {
    let before_spring = ("2026-03-07T21:30:00-08:00", "America/Los_Angeles", "US");
    check(
        before_spring,
        &[
            ("in 24 hours sourdough", "2026-03-08 22:30", "sourdough"),
            ("in 1 day sourdough", "2026-03-08 21:30", "sourdough"),
            ("in 5 hours x", "2026-03-08 03:30", "x"),
            // 2:30 is never shown.
            ("tomorrow 2:30am x", "2026-03-08 03:00", "x"),
        ],
    );
    let autumn = ("2026-11-01T01:10:00-07:00", "America/Los_Angeles", "US");
    let reading = read("at 1:30am x", &sender(autumn)).expect("a time");
    assert_eq!(once(&reading).at.to_rfc3339(), "2026-11-01T08:30:00+00:00", "the first of the two");
    let second_pass = ("2026-11-01T01:10:00-08:00", "America/Los_Angeles", "US");
    let reading = read("at 1:30am x", &sender(second_pass)).expect("a time");
    assert_eq!(once(&reading).at.to_rfc3339(), "2026-11-01T09:30:00+00:00", "the first has passed");
}

#[test]
fn months_end_where_they_end() {
    check(
        ("2026-01-31T10:00:00Z", "UTC", "GB"),
        &[
            ("in a month x", "2026-02-28 10:00", "x"),
            ("in 25 months x", "2028-02-29 10:00", "x"),
            ("in 2 months x", "2026-03-31 10:00", "x"),
            ("on the 30th x", "2026-03-30 09:00", "x"),
        ],
    );
}

#[test]
fn typing_as_it_is_on_phones() {
    check(
        NEW_YORK,
        &[
            (
                "REMIND ME TOMORROW AT 7PM ABOUT THE GAS CYLINDER",
                "2026-03-05 19:00",
                "THE GAS CYLINDER",
            ),
            ("pls remind me 2moro at 8 am about milk", "2026-03-05 08:00", "milk"),
            ("remind   me\ttomorrow\n5pm\nabout  the talk", "2026-03-05 17:00", "the talk"),
            ("remind\u{a0}me\u{a0}tomorrow\u{a0}5pm about tea", "2026-03-05 17:00", "tea"),
            ("\u{feff}Remind tomorrow 5pm about tea\u{200b}", "2026-03-05 17:00", "tea"),
            ("⏰ remind me tmrw 5pm 📞 mom", "2026-03-05 17:00", "📞 mom"),
            (
                "remind me at 5 o\u{2019}clock about mom\u{2019}s cake",
                "2026-03-05 17:00",
                "mom\u{2019}s cake",
            ),
            ("remind me at 5pm,call mom", "2026-03-05 17:00", "call mom"),
            ("remind me weds 5pm: call mom", "2026-03-11 17:00", "call mom"),
            (
                "Remind tomorrow 5pm about \u{201c}the talk\u{201d}",
                "2026-03-05 17:00",
                "\u{201c}the talk\u{201d}",
            ),
            ("remind me tomorrow 5pm re: invoice", "2026-03-05 17:00", "invoice"),
        ],
    );
}

#[test]
fn what_has_passed_is_refused() {
    let past = |words: &str| Misread::Past { what: what(words) };
    check_misread(
        NEW_YORK,
        &[
            ("remind me yesterday about x", past("yesterday")),
            ("remind me 2 days ago to call mom", past("2 days ago")),
            ("remind me today at 5pm about x", past("today at 5pm")),
            ("remind 03/03/2026 about x", past("03/03/2026")),
            ("remind 2026-03-04 18:40 about x", past("2026-03-04 18:40")),
            ("remind 21 June 2019 about x", past("21 June 2019")),
            ("remind me last friday about x", past("last friday")),
            ("remind me this morning about x", past("this morning")),
            ("remind me in 0 minutes about x", past("in 0 minutes")),
            ("remind me yesterday at 9pm about x", past("yesterday at 9pm")),
        ],
    );
}

#[test]
fn what_does_not_exist_is_refused() {
    let impossible = |words: &str| Misread::Impossible { what: what(words) };
    check_misread(
        KOLKATA,
        &[
            ("Remind 31/02/2020 about leap", impossible("31/02/2020")),
            ("Remind 32/12/2019 10:00 about tea", impossible("32/12/2019")),
            ("Remind 29 Feb 2021 about tea", impossible("29 Feb 2021")),
            ("Remind 30 feb about tea", impossible("30 feb")),
            ("Remind 2020-13-01 about tea", impossible("2020-13-01")),
            ("Remind tomorrow 25:00 about tea", impossible("25:00")),
            ("Remind tomorrow 17:65 about tea", impossible("17:65")),
            ("Remind on the 32nd about tea", impossible("on the 32nd")),
            ("Remind tomorrow at 15am about tea", impossible("at 15am")),
            ("2027-06-21T25:00 tea", impossible("2027-06-21T25:00")),
        ],
    );
}

#[test]
fn times_that_contradict_each_other_are_refused() {
    let contradiction =
        |one: &str, other: &str| Misread::Contradiction { one: what(one), other: what(other) };
    check_misread(
        NEW_YORK,
        &[
            ("remind me tomorrow on friday about x", contradiction("tomorrow", "on friday")),
            ("remind me 5pm 6pm about x", contradiction("5pm", "6pm")),
            ("remind me friday 21 June 2027 about x", contradiction("friday", "21 June 2027")),
            ("remind me tomorrow morning at 5pm about x", contradiction("morning", "at 5pm")),
            ("remind me in 2 hours at 9pm about x", contradiction("in 2 hours", "at 9pm")),
            ("remind me tomorrow in 3 days about x", contradiction("tomorrow", "in 3 days")),
            ("remind me tomorrow or friday about x", contradiction("tomorrow", "friday")),
            ("remind me at 5 or 6 about x", contradiction("at 5", "6")),
        ],
    );
    check(
        NEW_YORK,
        &[
            ("remind me Mon 21 June 2027 about x", "2027-06-21 09:00", "x"),
            ("remind me tomorrow thursday at 5 about x", "2026-03-05 17:00", "x"),
            ("remind me tomorrow 5pm 6pm dinner", "2026-03-05 17:00", "6pm dinner"),
        ],
    );
}

#[test]
fn what_is_too_far_is_refused() {
    let far = |words: &str| Misread::TooFar { what: what(words) };
    check_misread(
        NEW_YORK,
        &[
            ("remind 21/06/2037 about x", far("21/06/2037")),
            ("in 11 years x", far("in 11 years")),
            ("in 99999999999999999999 minutes x", far("in 99999999999999999999 minutes")),
            ("in 999999999999 years x", far("in 999999999999 years")),
            ("in 99999999999 seconds x", far("in 99999999999 seconds")),
        ],
    );
    check(NEW_YORK, &[("in 10 years x", "2036-03-04 18:40", "x")]);
}

#[test]
fn words_of_series_in_the_matter_make_none() {
    check(
        NEW_YORK,
        &[
            ("remind me at 8pm to check every door", "2026-03-04 20:00", "check every door"),
            ("remind me tomorrow about the weekly report", "2026-03-05 09:00", "the weekly report"),
            ("remind me to check everything tomorrow", "2026-03-05 09:00", "check everything"),
            ("remind me tomorrow to stay until friday", "2026-03-05 09:00", "stay until friday"),
            ("remind me at 9pm to pay for 5 days", "2026-03-04 21:00", "pay for 5 days"),
            ("tomorrow 5pm start the car", "2026-03-05 17:00", "start the car"),
        ],
    );
}

#[test]
fn a_text_without_a_time_has_none() {
    check_no_time(&[
        "",
        " ",
        "Remind",
        "Remind me",
        "Remind me about the talk",
        "remind me to call mom",
        "remind me to buy 2 tickets for the 7th row",
        "remind me to buy 2 tickets for Sunday's show",
        "remind me about May's invoice",
        "remind me about the 5pm meeting",
        "remind me about the Monday meeting",
        "remind me about my 9am class",
        "remind me to pay June rent",
        "remind me about friday",
        "remind me to book a table for friday at 8pm",
        "remind me to buy bread for tomorrow",
        "remind me to buy 5 eggs",
        "remind me to look at 3 houses",
        "remind me to read 1984",
        "remind me to pay 2000 rupees",
        "remind me to pay $5",
        "remind me to pay 17.30",
        "remind me to pay \u{20ac}17.30",
        "remind me to pay 500",
        "remind me to call 5551234567",
        "remind me to call +1 555 123 4567",
        "remind me to call 020 7946 0018",
        "remind me to bake for 20 minutes",
        "remind me to run 5k",
        "remind me to mix 1/2 cup",
        "remind me to be nice 24/7",
        "remind me about the 1:1 with Sam",
        "remind me about chapter 3.14",
        "remind me about version 2.0.1",
        "remind me about flight BA117",
        "remind me about room 1730",
        "remind me about B2B sales",
        "remind me about the 2nd-hand shop",
        "remind me to sit in the sun",
        "remind me that tom sat down",
        "remind me to march",
        "remind me that I may be wrong",
        "May not be correct",
        "This may or may not be right.",
        "some stupid nonsense",
        "knowledge",
        "do I have the money",
        "at 6.5 kilograms",
        "12.53%",
        "laughing out loud",
        "at a couple of",
        "Pay ABC 2000",
        "palm",
        "this is the one",
        "There are 10 students.",
        "I have twenty-one coins in my pocket",
        "Sunday's dinner was great",
        "see you later",
        "not now",
        "one of these days",
        "the second hand",
        "give me a second opinion",
        "drink 8 glasses of water",
        "good morning",
        "morning run",
        "the night manager",
        "10 downing street",
        "http://example.com/2027-06-21",
        "order #1730",
        "call me on 5551234",
        "score was 3-2",
        "2 + 2 = 4",
        "70% off",
        "iPhone 17",
        "\u{1f44d}",
        "\u{0}\u{1}\u{2}",
        "\u{928}\u{92e}\u{938}\u{94d}\u{924}\u{947}",
        "remind me before 5pm to call",
        "remind me until friday",
        "in 15",
        "remind 6 about tea",
        "remind me in a while",
        "remind me every once in a while",
        "remind me to hug every child",
        "what time is it",
        "how much is a reminder",
        "half of it",
        "a quarter",
        "from monday",
        "since yesterday",
        "remind me to wed in style",
        "remind me to set the alarm",
        "remind me to check in 24 hours before the flight",
        "remind me 2 days after the party",
        "remind me a week from the deadline",
        "remind me from 5pm about tea",
        "remind me about my second year exam",
        "remind me to take 2 tablets",
        "remind me to add 1 hour to the invoice",
        "remind me to buy a 2 hour ticket",
        "remind me to watch the 10 o'clock news",
        "remind me to book a 3 day trip",
        "remind me about the next meeting",
        "remind me to say good night",
        "remind me to pay the 15th invoice",
        "remind me of the last day",
        "remind me to call the morning shift",
    ]);
}
