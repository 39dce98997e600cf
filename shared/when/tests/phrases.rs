//! A table of texts in all languages, mostly bare times in the ways that people write them: what
//! each means.
//!
//! `@ NOW ZONE REGION` begins the texts of one sender. A row is `TEXT | WHEN | ABOUT`: `WHEN` is the
//! sender's wall time of the (first) call, after the rule of a series; or `none`, if the text is to
//! be refused. Without `ABOUT` the text is about nothing.

use chrono::DateTime;
use when::{Reading, Region, Sender, When, read};

const TABLE: &str = include_str!("phrases.txt");

fn sender(line: &str) -> Sender {
    let mut parts = line.split(' ');
    let mut next = || parts.next().unwrap_or_else(|| panic!("three parts: {line}"));
    Sender {
        now: DateTime::parse_from_rfc3339(next()).expect("an instant").to_utc(),
        zone: next().parse().expect("a zone"),
        region: Region::parse(next()).expect("a region"),
        usual: None,
    }
}

/// What is read, as a row says it.
fn row(text: &str, sender: &Sender) -> String {
    let Ok(Reading { when, about, .. }) = read(text, sender) else { return "none".to_owned() };
    let (moment, rule) = match when {
        When::Once(moment) => (moment, String::new()),
        When::Repeating(series) => {
            (series.first().expect("a first call"), format!("{} ", series.rrule()))
        }
    };
    let wall = moment.at.with_timezone(&sender.zone).format("%Y-%m-%d %H:%M");
    let about = if about.is_empty() { about } else { format!(" | {about}") };
    format!("{rule}{wall}{about}")
}

#[test]
fn each_text_means_what_its_row_says() {
    let mut from = None;
    let mut wrong = Vec::new();
    for line in TABLE.lines() {
        if let Some(line) = line.strip_prefix("@ ") {
            from = Some(sender(line));
            continue;
        }
        let (text, expected) = line.split_once(" | ").unwrap_or_else(|| panic!("a row: {line}"));
        let found = row(text, from.as_ref().expect("a sender comes first"));
        if found != expected {
            wrong.push(format!("{text}\n   wanted {expected}\n   found  {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}
