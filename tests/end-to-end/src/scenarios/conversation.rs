//! What a person does with reminders by texting: correct, put off, skip, ask why, see the bill.

use chrono::{TimeDelta, Utc};

use crate::World;

/// Corrected before it rings, put off after it has rung, asked about, billed.
pub async fn a_reminder_is_corrected_put_off_explained_and_billed(world: &World) {
    let phone = world.phone();
    world.ask(&phone, "Remind tomorrow 5pm about tea").await;
    world.ask(&phone, "No, in 5 seconds").await;
    let call = world.ring(&phone, 1).await;
    assert!(call["text"].as_str().is_some_and(|words| words.starts_with("tea")), "{call}");
    world.pick(&call, "answer").await;
    world.ask(&phone, "snooze 4 seconds").await;
    let call = world.ring(&phone, 2).await;
    world.pick(&call, "answer").await;
    // Four texts and two answers.
    let charges = world.charged(&phone, 5).await;
    assert_eq!(charges.iter().filter(|id| id.starts_with("call#")).count(), 2, "{charges:?}");
    let why = world.ask(&phone, "WHY 1").await;
    assert!(why.contains("tea") && why.contains("answered") && why.contains("charged"), "{why}");
    world.charged(&phone, 6).await;
    let bill = world.ask(&phone, "BILL").await;
    let sum: i64 = world.thread(&phone).await["charges"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|charge| charge["kind"] == "answered_call")
        .map(|charge| charge["amount_micros"].as_i64().unwrap())
        .sum();
    let calls = format!("${}.{:02}", sum / 1_000_000, sum % 1_000_000 / 10_000);
    assert!(bill.contains(&calls), "{bill} has {calls}");
}

/// A series rings, goes on to the next day, is put off without being moved, skipped, changed and dropped.
pub async fn a_series_rings_and_goes_on_whatever_is_done_with_one_of_it(world: &World) {
    let phone = world.phone();
    world.ask(&phone, "ZONE UTC").await;
    let first = Utc::now() + TimeDelta::seconds(12);
    world.ask(&phone, &format!("every day at {} pills", first.format("%H:%M:%S"))).await;
    let call = world.ring(&phone, 1).await;
    world.pick(&call, "answer").await;
    let day = |days: i64| (first + TimeDelta::days(days)).format("%-d %b").to_string();
    world.ask(&phone, "snooze 4 seconds").await;
    let call = world.ring(&phone, 2).await;
    world.pick(&call, "answer").await;
    let skipped = world.ask(&phone, "SKIP 1").await;
    assert!(skipped.contains(&day(1)) && skipped.contains(&day(2)), "{skipped}");
    let changed = world.ask(&phone, "CHANGE 1 to 8am").await;
    assert!(changed.contains("8am") && changed.contains(&day(2)), "{changed}");
    world.ask(&phone, "FORGET 1").await;
    let list = world.ask(&phone, "LIST").await;
    assert!(!list.contains("pills"), "{list}");
}

/// Everything goes, after one question.
pub async fn all_reminders_are_dropped_once_that_is_confirmed(world: &World) {
    let phone = world.phone();
    for about in ["tea", "cake", "pie"] {
        world.ask(&phone, &format!("Remind tomorrow 5pm about {about}")).await;
    }
    world.ask(&phone, "FORGET ALL").await;
    let list = world.ask(&phone, "LIST").await;
    assert!(["tea", "cake", "pie"].iter().all(|about| list.contains(about)), "{list}");
    world.ask(&phone, "yes").await;
    let list = world.ask(&phone, "LIST").await;
    assert!(!["tea", "cake", "pie"].iter().any(|about| list.contains(about)), "{list}");
}

/// A person is answered in the language in which they write.
pub async fn the_answer_is_in_the_language_of_the_text(world: &World) {
    let phone = world.phone();
    let german = world.ask(&phone, "erinnere mich morgen um 17 Uhr an die Miete").await;
    assert!(german.contains("17:00") && german.contains("Miete"), "{german}");
    let spanish = world.ask(&phone, "recuérdame mañana a las 5 pm llamar a Ana").await;
    assert!(spanish.contains("17:00") && spanish.contains("Ana"), "{spanish}");
    world.ask(&phone, "LANGUAGE en").await;
    let english = world.ask(&phone, "erinnere mich morgen um 18 Uhr an die Post").await;
    assert!(english.starts_with("OK, ") && english.contains("6pm"), "{english}");
}
