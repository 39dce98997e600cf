//! Series: one occurrence after the other, whatever happens to the functions in between.

#![expect(clippy::unwrap_used, reason = "a broken world should stop its test")]

use chrono::{DateTime, TimeDelta, Utc};
use cloud::items::occurrence_key;
use domain::ids::OccurrenceId;
use domain::occurrence::{Effect, Occurrence, State, owed};
use handlers::{Hooked, World, broken};
use serde_json::json;
use stack::functions::Function;
use stack::provision::queue;

mod road;

use road::{PHONE, context, feed, run, tell, text};

/// A series that rings every day, first ten minutes from now; its first occurrence.
async fn series(world: &World) -> OccurrenceId {
    text(world, "zone", "ZONE UTC").await;
    let at = (world.now() + TimeDelta::minutes(10)).format("%H:%M:%S");
    text(world, "series", &format!("every day at {at} pills")).await;
    let user = world.user_of(PHONE).await;
    format!("{user}-1-1").parse().unwrap()
}

fn next(id: &OccurrenceId) -> OccurrenceId {
    OccurrenceId { k: id.k + 1, ..id.clone() }
}

fn owes_its_schedule(row: &Occurrence) -> bool {
    owed(row).iter().any(|effect| matches!(effect, Effect::Schedule { .. }))
}

async fn exists(world: &World, id: &OccurrenceId) -> bool {
    world.cloud.get::<Occurrence>(&occurrence_key(id)).await.unwrap().is_some()
}

async fn fed(world: &World, row: &Occurrence) {
    let mut due = serde_json::to_value(cloud::queues::Due::of(row)).unwrap();
    due["v"] = json!(1);
    feed(world, queue::DUE_CALLBACKS, &due.to_string()).await;
}

/// Its time comes, and its message with it.
async fn is_due(world: &World, id: &OccurrenceId) -> DateTime<Utc> {
    let row = world.reminder(id).await;
    world.pass(row.due - world.now()).await;
    fed(world, &row).await;
    row.due
}

#[tokio::test(start_paused = true)]
async fn the_call_makes_the_next_one_and_has_it_scheduled() {
    let world = World::new();
    let first = series(&world).await;
    let due = is_due(&world, &first).await;
    run(&world, Function::PlaceCallback).await;
    assert_eq!(world.reminder(&first).await.state, State::Calling);
    let made = world.reminder(&next(&first)).await;
    assert_eq!((made.state, made.due), (State::Accepted, due + TimeDelta::days(1)));
    run(&world, Function::ScheduleReminder).await;
    let scheduled = world.reminder(&next(&first)).await;
    assert!(!owes_its_schedule(&scheduled), "{scheduled:?}");
    tell(&world, "VOICE_ANSWERED", context(&first, 1), "").await;
    assert_eq!(world.reminder(&first).await.state, State::Answered);
}

#[tokio::test(start_paused = true)]
async fn a_due_message_that_comes_twice_makes_one_next_one() {
    let world = World::new();
    let first = series(&world).await;
    is_due(&world, &first).await;
    let row = world.reminder(&first).await;
    fed(&world, &row).await;
    run(&world, Function::PlaceCallback).await;
    let made = world.reminder(&next(&first)).await;
    tell(&world, "VOICE_NO_ANSWER", context(&first, 1), "").await;
    is_due_again(&world, &first).await;
    assert_eq!(world.reminder(&first).await.attempt, 2);
    assert_eq!(world.reminder(&next(&first)).await.id, made.id);
    assert!(!exists(&world, &next(&next(&first))).await);
}

async fn is_due_again(world: &World, id: &OccurrenceId) {
    let row = world.reminder(id).await;
    world.pass(row.not_before - world.now()).await;
    fed(world, &row).await;
    run(world, Function::PlaceCallback).await;
}

#[tokio::test(start_paused = true)]
async fn a_next_one_whose_schedule_was_never_asked_for_is_repaired() {
    let world = World::new();
    let first = series(&world).await;
    is_due(&world, &first).await;
    world.hook(|operation, body| match operation {
        "SendMessage" if body.contains("schedule-reminder") => Hooked::Answer(broken()),
        _ => Hooked::Pass,
    });
    let batch = world.batch(queue::DUE_CALLBACKS);
    place_callback::handle(world.cloud_of(Function::PlaceCallback), batch).await;
    world.hook(|_, _| Hooked::Pass);
    assert_eq!(world.reminder(&first).await.state, State::Calling, "the phone rang all the same");
    world.pass(TimeDelta::minutes(4)).await;
    run(&world, Function::Reconcile).await;
    run(&world, Function::ScheduleReminder).await;
    let scheduled = world.reminder(&next(&first)).await;
    assert!(!owes_its_schedule(&scheduled), "{scheduled:?}");
}

#[tokio::test(start_paused = true)]
async fn a_series_goes_on_silently_while_its_user_has_opted_out() {
    let world = World::new();
    let first = series(&world).await;
    text(&world, "stop", "STOP").await;
    is_due(&world, &first).await;
    run(&world, Function::PlaceCallback).await;
    assert_eq!(world.reminder(&first).await.state, State::OptedOut);
    run(&world, Function::ScheduleReminder).await;
    text(&world, "start", "START").await;
    is_due(&world, &next(&first)).await;
    run(&world, Function::PlaceCallback).await;
    assert_eq!(world.reminder(&next(&first)).await.state, State::Calling);
}

#[tokio::test(start_paused = true)]
async fn one_that_was_missed_is_told_and_not_made_up_for() {
    let world = World::new();
    let first = series(&world).await;
    let due = world.reminder(&first).await.due;
    world.pass(due - world.now() + TimeDelta::hours(50)).await;
    run(&world, Function::Reconcile).await;
    assert!(matches!(world.reminder(&first).await.state, State::GaveUp(_)));
    let made = world.reminder(&next(&first)).await;
    assert_eq!(made.due, due + TimeDelta::days(3));
    assert!(!exists(&world, &next(&next(&first))).await);
}
