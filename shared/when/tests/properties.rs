//! What holds for every text, sender and instant.

mod promise;

use chrono::{DateTime, NaiveDate, TimeDelta, Timelike, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use promise::{check, check_answer};
use proptest::prelude::*;
use when::{Misread, Region, Sender, When, read, zone};

/// Pieces of texts about time, so that random texts reach every corner of the grammar.
const PIECES: &[&str] = &[
    "remind",
    "me",
    "to",
    "about",
    "that",
    "for",
    "please",
    "thanks",
    "in",
    "at",
    "on",
    "by",
    "after",
    "before",
    "from",
    "of",
    "the",
    "a",
    "an",
    "and",
    "or",
    "next",
    "this",
    "last",
    "every",
    "other",
    "weekdays",
    "mondays",
    "until",
    "starting",
    "for 5 days",
    "5 times",
    "except",
    "twice a",
    "and",
    "last day of",
    "end of",
    "mornings",
    "business day",
    "christmas",
    "now",
    "ago",
    "later",
    "half",
    "quarter",
    "past",
    "couple",
    "few",
    "today",
    "tomorrow",
    "yesterday",
    "tonight",
    "day",
    "week",
    "weeks",
    "month",
    "hours",
    "min",
    "seconds",
    "years",
    "fortnight",
    "friday",
    "sun",
    "wed",
    "june",
    "may",
    "feb",
    "noon",
    "midnight",
    "morning",
    "night",
    "evening",
    "am",
    "pm",
    "p.m.",
    "o'clock",
    "first",
    "second",
    "twenty",
    "five",
    "30",
    "31",
    "29",
    "0",
    "00",
    "5",
    "12",
    "24",
    "25",
    "99",
    "2027",
    "1730",
    "0900",
    "20270621",
    "99999999999999999999",
    "st",
    "th",
    "5pm",
    "17:30",
    "17.30",
    "25:00",
    "2027-06-21",
    "2027-06-21T17:30:00Z",
    "+02:00",
    "-05:00",
    "31/02/2027",
    "6/21",
    "21/6",
    "UTC",
    "IST",
    "weekend",
    "eod",
    "daily",
    "@",
    "/",
    "-",
    ":",
    ".",
    ",",
    "+",
    "(",
    ")",
    "'",
    "½",
    "½",
    "h",
    "T",
    "Z",
    "💊",
    "call",
    "mom",
    "the talk",
    "$",
    "€",
    "\u{0}",
    "\u{200b}",
    "\u{2019}",
    "नमस्ते",
];

/// Words of everyday matters and numbers: none of them is a time, in any order.
const MATTERS: &[&str] = &[
    "buy",
    "milk",
    "eggs",
    "call",
    "mom",
    "dad",
    "the",
    "doctor",
    "dentist",
    "pay",
    "rent",
    "invoice",
    "for",
    "about",
    "to",
    "that",
    "with",
    "and",
    "my",
    "our",
    "her",
    "car",
    "tyres",
    "water",
    "plants",
    "feed",
    "cat",
    "dog",
    "walk",
    "tickets",
    "show",
    "movie",
    "school",
    "kids",
    "homework",
    "book",
    "hotel",
    "flight",
    "passport",
    "renew",
    "send",
    "email",
    "report",
    "meeting",
    "talk",
    "party",
    "cake",
    "gift",
    "office",
    "boss",
    "gas",
    "bill",
    "phone",
    "pills",
    "take",
    "out",
    "trash",
    "bins",
    "check",
    "oven",
    "pizza",
    "bread",
    "2",
    "5",
    "12",
    "17",
    "30",
    "100",
    "1984",
    "2000",
    "5551234567",
    "$5",
    "20%",
    "B2B",
    "Q1",
    "5kg",
    "1:1",
    "3.5",
    "#7",
    "!",
    ",",
    "?",
    "tom",
    "summer",
    "sunshine",
    "mayor",
    "marching",
    "seconds-hand",
    "Sunday's",
    "today's",
    "of",
    "a",
    "is",
    "it",
    "I",
    "you",
    "please",
    "new",
];

fn soup() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(PIECES);
    let gap = prop::sample::select(&[" ", " ", " ", "", "\n"][..]);
    prop::collection::vec((piece, gap), 0..14)
        .prop_map(|pieces| pieces.into_iter().flat_map(|(piece, gap)| [piece, gap]).collect())
}

fn senders() -> impl Strategy<Value = Sender> {
    let regions = prop::sample::select(&["US", "GB", "IN", "DE", "JP", "ZZ"][..]);
    (instants(), prop::sample::select(&TZ_VARIANTS[..]), regions).prop_map(|(now, zone, region)| {
        Sender { now, zone, region: Region::parse(region).expect("two letters"), usual: None }
    })
}

/// Any instant of this century up to where zones are known.
fn instants() -> impl Strategy<Value = DateTime<Utc>> {
    (946_684_800_i64..4_102_444_800, 0_u32..1_000_000_000)
        .prop_map(|(seconds, nanos)| DateTime::from_timestamp(seconds, nanos).expect("in range"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_or_refused(text in "(?s:.{0,1600})", sender in senders()) {
        check(&text, &sender);
    }

    #[test]
    fn any_text_of_words_of_time_is_read_or_refused(text in soup(), sender in senders()) {
        check(&text, &sender);
    }

    #[test]
    fn everyday_words_and_numbers_are_no_time(
        words in prop::collection::vec(prop::sample::select(MATTERS), 0..9),
        sender in senders(),
    ) {
        for text in [format!("buy {}", words.join(" ")), format!("remind me to {}", words.join(" "))] {
            prop_assert_eq!(read(&text, &sender), Err(Misread::NoTime), "{}", text);
        }
    }

    #[test]
    fn any_characters_may_stand_around_a_time(
        before in any::<String>(),
        after in any::<String>(),
        sender in senders(),
    ) {
        check(&format!("{before}tomorrow 5pm{after}"), &sender);
        check(&format!("remind me tomorrow 5pm {after}"), &sender);
    }

    #[test]
    fn an_iso_date_time_is_read_as_it_was_written(
        sender in senders(),
        ahead in 1_i64..9 * 365 * 24 * 60 * 60,
    ) {
        let at = sender.now + TimeDelta::seconds(ahead);
        let at = DateTime::from_timestamp(at.timestamp(), 0).expect("in range");
        let wall = zone::wall(sender.zone, at);
        prop_assume!(zone::instant(sender.zone, wall) == at && at > sender.now);
        for format in ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y%m%dT%H%M%S"] {
            let text = format!("Remind {} about the talk", wall.format(format));
            prop_assert_eq!(once(&text, &sender), Some(at), "{}", text);
        }
        let utc = format!("Remind {} about the talk", at.format("%Y-%m-%dT%H:%M:%SZ"));
        prop_assert_eq!(once(&utc, &sender), Some(at), "{}", utc);
        let offset = at.with_timezone(&sender.zone).to_rfc3339();
        prop_assert_eq!(once(&format!("{offset} talk"), &sender), Some(at), "{}", offset);
    }

    #[test]
    fn a_full_date_is_read_in_the_order_of_the_region(
        sender in senders(),
        days in 2_i64..3000,
        hour in 0_u32..24,
        minute in 0_u32..60,
    ) {
        let date = zone::wall(sender.zone, sender.now).date() + TimeDelta::days(days);
        let Some(wall) = date.and_hms_opt(hour, minute, 0) else { return Ok(()) };
        let expected = zone::instant(sender.zone, wall);
        let month_first = ["US", "JP"].contains(&sender.region.code());
        let order = if month_first { "%m/%d/%Y" } else { "%d/%m/%Y" };
        for format in [order, "%-d %B %Y", "%B %-d, %Y", "%d-%b-%Y", "%Y/%m/%d", "%d.%m.%Y"] {
            let text = format!("Remind {} {} about x", wall.format(format), wall.format("%-I:%M%P"));
            prop_assert_eq!(once(&text, &sender), Some(expected), "{}", text);
        }
    }

    #[test]
    fn wall_and_instant_undo_each_other(at in instants(), index in 0..TZ_VARIANTS.len()) {
        let zone_of: Tz = TZ_VARIANTS[index];
        let wall = zone::wall(zone_of, at);
        let again = zone::instant(zone_of, wall);
        prop_assert!(again <= at, "of two instants the earlier");
        prop_assert_eq!(zone::wall(zone_of, again), wall);
    }
}

/// The formats in which the same wall time is written back, and what is added to them.
const FORMATS: &[&str] = &[
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d at %-I:%M %p",
    "%d.%m.%Y %H:%M",
    "%a %-d %b %Y %-I:%M%P",
    "%A, %B %-d, %Y at %-I:%M %p",
    "%-d %B %Y, %H:%M",
    "at %H:%M on %-d %b %Y",
    "%-I:%M%P %A %-d %B %Y",
    "%Y%m%dT%H%M",
];

#[test]
fn what_is_written_in_any_zone_and_year_is_read_as_the_same_instant() {
    let region = Region::parse("US").expect("two letters");
    let mut read_back = 0;
    for (number, zone_of) in (0_i64..).zip(TZ_VARIANTS) {
        for year in 2000..2100 {
            // Each zone and year has a sender and a time of its own in the nine years after it.
            let mixed = (number * 7919 + year * 104_729).wrapping_mul(2_654_435_761) >> 7;
            let start = NaiveDate::from_yo_opt(i32::try_from(year).expect("small"), 1);
            let start = start.and_then(|day| day.and_hms_opt(0, 0, 0)).expect("a time").and_utc();
            let now = start + TimeDelta::minutes(mixed.rem_euclid(365 * 24 * 60));
            let at = now + TimeDelta::minutes(1 + mixed.rem_euclid(9 * 365 * 24 * 60));
            let wall = zone::wall(zone_of, at);
            let format = FORMATS[usize::try_from(mixed.rem_euclid(10)).expect("small")];
            let Some(wall) = wall.with_second(0) else { continue };
            let expected = zone::instant(zone_of, wall);
            if expected <= now {
                continue;
            }
            let text = format!("Remind {} about the talk", wall.format(format));
            let sender = Sender { now, zone: zone_of, region, usual: None };
            assert_eq!(once(&text, &sender), Some(expected), "{text} in {zone_of}, now {now}");
            read_back += 1;
        }
    }
    assert!(read_back > 50_000, "only {read_back}");
}

fn once(text: &str, sender: &Sender) -> Option<DateTime<Utc>> {
    match read(text, sender).ok()?.when {
        When::Once(moment) => Some(moment.at),
        When::Repeating(_) => None,
    }
}

#[test]
fn long_texts_of_one_kind_of_word_are_read_or_refused() {
    let now = NaiveDate::from_ymd_opt(2026, 3, 4).and_then(|day| day.and_hms_opt(18, 40, 0));
    let sender = Sender {
        now: now.expect("a time").and_utc(),
        zone: Tz::America__New_York,
        region: Region::parse("US").expect("two letters"),
        usual: None,
    };
    for piece in PIECES.iter().copied().chain([
        "tomorrow ",
        "5pm ",
        "in 2 hours ",
        "1h",
        "1 hour and ",
        "5 to ",
        "a1",
        "1/",
        "at at ",
        "(",
        "every 2 ",
        "every day until ",
        "the first friday and ",
        "every monday and ",
        "the monday before ",
        "third tuesday after ",
        "the day after third tuesday after ",
        "2 mondays after ",
        "daily at 8 and 9 ",
        "the 5th of ",
        "the day after ",
        "the night of ",
    ]) {
        check(&piece.repeat(1600), &sender);
        check(&format!("remind me {}", piece.repeat(1600)), &sender);
    }
}

#[test]
fn a_refusal_fits_one_sms_however_long_its_words() {
    for words in [
        "x".repeat(2000),
        "é".repeat(50),
        "नमस्ते".repeat(50),
        "^{}[]~|\\€\u{0}".repeat(9),
        String::new(),
    ] {
        for misread in [
            Misread::NoTime,
            Misread::Past { what: words.clone() },
            Misread::Impossible { what: words.clone() },
            Misread::Contradiction { one: words.clone(), other: words.clone() },
            Misread::TooFar { what: words.clone() },
            Misread::Series { what: words.clone() },
            Misread::Several { what: words.clone() },
            Misread::HowOften { what: words.clone(), days: false },
            Misread::HowOften { what: words.clone(), days: true },
        ] {
            check_answer(&misread);
        }
    }
}

#[test]
fn a_refusal_says_what_to_send_instead() {
    let what = || "31/02/2027".to_owned();
    let answers = [
        (
            Misread::NoTime,
            "When should I call you? Please add a time. Example: Remind tomorrow 5pm about the talk",
        ),
        (
            Misread::Impossible { what: what() },
            "There is no \"31/02/2027\". Please check the date and time. Example: Remind tomorrow 5pm about the talk",
        ),
        (
            Misread::Past { what: "today at 5pm".to_owned() },
            "\"today at 5pm\" has passed. Please send a time to come. Example: Remind tomorrow 5pm about the talk",
        ),
        (
            Misread::Contradiction { one: "tomorrow".to_owned(), other: "on friday".to_owned() },
            "\"tomorrow\" and \"on friday\" do not agree. Please send one time. Example: Remind tomorrow 5pm about the talk",
        ),
        (
            Misread::TooFar { what: "in 11 years".to_owned() },
            "\"in 11 years\" is over 10 years away, too far for me. Example: Remind tomorrow 5pm about the talk",
        ),
        (
            Misread::Series { what: "every full moon".to_owned() },
            "How often is \"every full moon\"? Example: Remind every mon and thu 9am about the talk",
        ),
        (
            Misread::HowOften { what: "twice a day".to_owned(), days: false },
            "At which times is \"twice a day\"? Example: Remind every day at 9am and 6pm about the talk",
        ),
        (
            Misread::HowOften { what: "3 times a week".to_owned(), days: true },
            "On which days is \"3 times a week\"? Example: Remind every mon and thu 9am about the talk",
        ),
        (
            Misread::Several { what: "tomorrow and friday".to_owned() },
            "\"tomorrow and friday\" is more than one. Please send each by itself. Example: Remind tomorrow 5pm about the talk",
        ),
    ];
    for (misread, answer) in answers {
        assert_eq!(misread.to_string(), answer);
    }
}
