//! The road of one reminder: text, ring, bill; and what may happen on the way.

use crate::{World, instant};
use chrono::{TimeDelta, Utc};

pub(super) async fn a_text_is_answered_rings_at_the_second_and_is_charged(world: &World) {
    let phone = world.phone();
    #[expect(clippy::disallowed_methods, reason = "the test's own clock")]
    let sent = Utc::now();
    let reply = world.ask(&phone, "Remind in 4 seconds about tea").await;
    assert!(reply.starts_with("OK, ") && reply.contains(": tea."), "{reply}");
    assert!(reply.contains("STOP"), "the first reply states how to stop: {reply}");
    let call = world.ring(&phone, 1).await;
    let late = instant(&call["rang_at"]) - (sent + TimeDelta::seconds(4));
    assert!(late > -world.early_max && late < world.late_max, "late by {late}");
    assert!(call["text"].as_str().unwrap().starts_with("tea"), "{call}");
    world.pick(&call, "answer").await;
    world.charged(&phone, 2).await;
    let ledger = world.ledger(&phone).await;
    let kinds: Vec<_> = ledger.iter().map(|entry| entry["kind"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"sms") && kinds.contains(&"answered_call"), "{kinds:?}");
    assert!(ledger.iter().all(|entry| entry["amount_micros"].as_i64().unwrap() > 0));
    let story = world.story(&phone).await;
    for what in ["text", "accepted", "sent", "calling", "ringing", "answered", "charged"] {
        assert!(story.iter().any(|line| line == what), "{what} is missing in {story:?}");
    }
}

pub(super) async fn a_phone_that_nobody_answers_rings_three_times_and_gets_an_sms(world: &World) {
    let phone = world.phone();
    world.ask(&phone, "Remind in 1 second about the oven").await;
    let told = world
        .until("the SMS that replaces the call", || async {
            world.replies(&phone).await.get(1).cloned()
        })
        .await;
    assert!(told.contains("the oven") && told.contains("3 times"), "{told}");
    let calls = world.calls(&phone).await;
    assert_eq!(calls.len(), 3, "{calls:?}");
    assert!(calls.iter().all(|call| call["state"] == "no_answer"), "{calls:?}");
    assert_eq!(world.charged(&phone, 1).await.len(), 1, "only the text is charged");
}

pub(super) async fn a_declined_call_comes_again_and_a_voicemail_counts_as_an_answer(world: &World) {
    let phone = world.phone();
    world.ask(&phone, "in 1 second about rent").await;
    let first = world.ring(&phone, 1).await;
    world.pick(&first, "decline").await;
    let second = world.ring(&phone, 2).await;
    world.pick(&second, "voicemail").await;
    let charges = world.charged(&phone, 2).await;
    assert!(charges[0].starts_with("call#") && charges[1].starts_with("sms#"), "{charges:?}");
    assert_eq!(world.calls(&phone).await.len(), 2);
}

pub(super) async fn stop_silences_what_is_pending_and_start_brings_back_what_is_ahead(
    world: &World,
) {
    let phone = world.phone();
    world.ask(&phone, "Remind in 12 seconds about one").await;
    world.ask(&phone, "Remind in 25 seconds about two").await;
    let stopped = world.ask(&phone, "Stop!").await;
    assert!(stopped.contains("START"), "{stopped}");
    world.text(&phone, "LIST").await;
    let silenced = || async {
        let story = world.story(&phone).await;
        story.iter().any(|what| what == "opted_out").then_some(())
    };
    world.until("the first reminder's end", silenced).await;
    assert!(world.calls(&phone).await.is_empty(), "nothing rings after STOP");
    assert_eq!(world.replies(&phone).await.len(), 3, "nothing is sent after STOP's confirmation");
    let started = world.ask(&phone, "start").await;
    assert!(started.starts_with("Welcome back"), "{started}");
    let call = world.ring(&phone, 1).await;
    assert!(call["text"].as_str().unwrap().starts_with("two"), "{call}");
    world.pick(&call, "answer").await;
    assert_eq!(world.charged(&phone, 3).await.len(), 3, "two texts and one answer");
}

pub(super) async fn reminders_are_listed_dropped_and_moved_by_text(world: &World) {
    let phone = world.phone();
    world.ask(&phone, "Remind tomorrow 5pm about the talk").await;
    world.ask(&phone, "Remind me in 3 hours to water the plants").await;
    let list = world.ask(&phone, "list").await;
    assert!(list.starts_with("2 ") && list.contains("\n1 "), "the nearest first: {list}");
    let zone = world.ask(&phone, "ZONE Mumbai").await;
    assert!(zone.contains("1 open reminder moved"), "{zone}");
    let dropped = world.ask(&phone, "Forget #1").await;
    assert!(dropped.contains("the talk"), "{dropped}");
    let again = world.ask(&phone, "FORGET 1").await;
    assert!(again.contains("no open reminder 1"), "{again}");
    let list = world.ask(&phone, "LIST").await;
    assert!(list.starts_with("2 ") && !list.contains('\n'), "{list}");
    let help = world.ask(&phone, "help").await;
    assert!(help.contains("FORGET"), "{help}");
    // Two reminders, two lists, a zone and a FORGET; HELP and what was refused cost nothing.
    world.charged(&phone, 6).await;
}

pub(super) async fn the_sixth_call_of_a_day_becomes_an_sms(world: &World) {
    let phone = world.phone();
    for n in 1..=5 {
        world.ask(&phone, &format!("Remind in 1 second about thing {n}")).await;
        let call = world.ring(&phone, n).await;
        world.pick(&call, "answer").await;
        world.charged(&phone, 2 * n).await;
        // One call at a time: what is said, twice, takes some four seconds, and news of its end a moment.
        tokio::time::sleep(std::time::Duration::from_secs(6)).await;
    }
    world.ask(&phone, "Remind in 1 second about thing 6").await;
    let told = world
        .until("the SMS that replaces the sixth call", || async {
            world.replies(&phone).await.get(6).cloned()
        })
        .await;
    assert!(told.contains("thing 6") && told.contains("5 calls a day"), "{told}");
    assert_eq!(world.calls(&phone).await.len(), 5);
    world.charged(&phone, 11).await;
}
