//! A reading tells which words were taken as the time and which rules chose.

use when::{Region, Sender, explain, read};

fn sender() -> Sender {
    Sender {
        now: "2026-03-04T18:40:00-05:00".parse().expect("an instant"),
        zone: "America/New_York".parse().expect("a zone"),
        region: Region::parse("US").expect("two letters"),
        usual: None,
    }
}

/// The words of the time, the matter, and something that each rule says.
fn check(text: &str, said: &str, about: &str, why: &[&str]) {
    let explained = explain(text, &sender()).unwrap_or_else(|why| panic!("{text}: {why:?}"));
    assert_eq!(explained.said, said, "{text}");
    assert_eq!(explained.reading.about, about, "{text}");
    assert_eq!(explained.why.len(), why.len(), "{text}: {:?}", explained.why);
    for (rule, part) in explained.why.iter().zip(why) {
        assert!(rule.contains(part), "{text}: {rule:?} does not say {part:?}");
    }
    assert_eq!(Ok(explained.reading), read(text, &sender()), "{text}");
}

#[test]
fn what_is_said_plainly_needs_no_rule() {
    check("Remind tomorrow 5pm about the talk", "tomorrow 5pm", "the talk", &[]);
    check("remind me to call mom 2027-06-21 17:30", "2027-06-21 17:30", "call mom", &[]);
}

#[test]
fn the_words_of_a_time_in_two_places_are_both_named() {
    check("Remind tomorrow to call mom at 5pm", "tomorrow at 5pm", "call mom", &[]);
    check("dinner tomorrow at 7, remind me at 6pm", "tomorrow at 6pm", "dinner tomorrow at 7", &[]);
}

#[test]
fn a_lone_hour_says_why_it_is_in_this_half_of_the_day() {
    check(
        "remind me to call mom at 6",
        "at 6",
        "call mom",
        &["has passed", "between 7am and 11pm"],
    );
    check("remind me tomorrow at 9 tea", "tomorrow at 9", "tea", &["named day"]);
    check("tea at 9 tonight", "at 9 tonight", "tea", &["part of the day"]);
}

#[test]
fn a_day_without_an_hour_says_its_hour() {
    check("remind me tomorrow about rent", "tomorrow", "rent", &["9am"]);
    check("tomorrow evening tea", "tomorrow evening", "tea", &["6pm"]);
    check("next friday rent", "next friday", "rent", &["weeks start on Monday", "9am"]);
    check("rent on friday 5pm", "on friday 5pm", "rent", &["nearest"]);
}

#[test]
fn a_date_says_how_its_numbers_were_ordered_and_which_year_it_is_in() {
    check("Remind 6/7 5pm rent", "6/7 5pm", "rent", &["without its year", "region"]);
    check("Remind 6/7/2027 5pm rent", "6/7/2027 5pm", "rent", &["region"]);
}

#[test]
fn an_amount_says_from_when_it_counts() {
    check("in 20 min tea", "in 20 min", "tea", &["counted from the moment"]);
    check("in 3 days rent", "in 3 days", "rent", &["keep the time of day"]);
    check("in 3 days at 5pm rent", "in 3 days at 5pm", "rent", &["on the calendar"]);
}

#[test]
fn a_zone_that_is_named_or_guessed_is_told() {
    check("Remind tomorrow 5pm UTC about x", "tomorrow 5pm UTC", "x", &["names the zone"]);
    check("Remind tomorrow 5pm IST about x", "tomorrow 5pm IST", "x", &["elsewhere"]);
}

#[test]
fn a_series_says_its_hour() {
    check("remind me every day to call mom", "every day", "call mom", &["9am"]);
    check("every 3 hours drink water", "every 3 hours", "drink water", &[]);
}
