//! What a reminder costs in requests to AWS, when nothing goes wrong.

#![expect(clippy::unwrap_used, reason = "a broken world should stop its test")]

use chrono::TimeDelta;
use domain::occurrence::State;
use handlers::World;
use stack::functions::Function;

mod road;

use road::{PHONE, context, run, tell, text};

/// As many as the simulator lets a reminder make, and how many more where others are told: four rounds of a message, a
/// reading, a publication and a mark.
const REQUESTS_MAX: usize = 40;
const TELLING_MAX: usize = 16;

/// From the text to the answer and its charge: the requests that the functions make.
async fn requests_of_a_reminder(world: &World) -> usize {
    text(world, "m1", "Remind in 2 minutes about tea").await;
    let id = format!("{}-1-1", world.user_of(PHONE).await).parse().unwrap();
    run_after(world, 6, Function::PublishEvent).await;
    run_after(world, 120, Function::PlaceCallback).await;
    for event in ["VOICE_INITIATED", "VOICE_RINGING"] {
        tell(world, event, context(&id, 1), "").await;
    }
    run_after(world, 6, Function::PublishEvent).await;
    tell(world, "VOICE_ANSWERED", context(&id, 1), "").await;
    run(world, Function::RecordCharge).await;
    tell(world, "VOICE_COMPLETED", context(&id, 1), "").await;
    run_after(world, 6, Function::PublishEvent).await;
    let row = world.reminder(&id).await;
    assert_eq!(row.state, State::Answered);
    assert_eq!(domain::occurrence::owed(&row), [].into());
    world.calls().iter().filter(|call| call.caller != "local").count()
}

async fn run_after(world: &World, seconds: i64, function: Function) {
    world.pass(TimeDelta::seconds(seconds)).await;
    run(world, function).await;
}

#[tokio::test(start_paused = true)]
async fn a_reminder_makes_few_requests_and_fewer_where_nobody_is_told() {
    let told = requests_of_a_reminder(&World::new()).await;
    let off = World::with(&[("LIFECYCLE_EVENTS_QUEUE_URL", ""), ("EVENT_BUS", "")]);
    let untold = requests_of_a_reminder(&off).await;
    println!("requests of a reminder: {untold}, and {told} where others are told");
    assert!(untold <= REQUESTS_MAX && told <= untold + TELLING_MAX, "{untold}, {told}");
    assert_eq!((off.asked("PutEvents"), off.bodies("lifecycle-events").len()), (0, 0));
}
