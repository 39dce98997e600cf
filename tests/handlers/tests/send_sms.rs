//! Sending SMS: what may happen between the claim of one and the answer of the carrier.

#![expect(clippy::unwrap_used, reason = "a broken world should stop its test")]

use std::time::Duration;

use chrono::TimeDelta;
use cloud::items::outgoing_key;
use domain::outgoing::{Cause, Outgoing, State};
use domain::user::User;
use handlers::{Hooked, World, broken};
use tokio::time::timeout;

/// The number may send one SMS a second, of which this process takes the half: one in two seconds.
const SLOW: &[(&str, &str)] = &[("SMS_PER_SECOND", "1")];

/// The `i`th reply to the only user, with the message that asks for it.
async fn owed(world: &World, i: usize) -> Cause {
    let user = world.user(1).await.id;
    let cause: Cause = format!("reply#m{i}").parse().unwrap();
    world.put(Outgoing::owed(cause.clone(), user.clone(), "hello".into(), world.now())).await;
    world.cloud.send_sms_wanted(&user, &cause).await.unwrap();
    cause
}

async fn states(world: &World, causes: &[Cause]) -> Vec<State> {
    let user = world.user(1).await.id;
    let mut states = Vec::new();
    for cause in causes {
        states.push(world.row::<Outgoing>(&outgoing_key(&user, cause)).await.state);
    }
    states
}

async fn send(world: &World) {
    let response = send_sms::handle(world.cloud.clone(), world.batch("outbound-sms")).await;
    assert!(response.batch_item_failures.is_empty());
}

fn is_sent(state: &State) -> bool {
    matches!(state, State::Sent(_))
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_after_a_stop_that_comes_while_an_sms_waits_for_its_turn() {
    let world = World::with(SLOW);
    let causes = [owed(&world, 0).await, owed(&world, 1).await, owed(&world, 2).await];
    let stop = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let mut user = world.user(1).await;
        user.opt_out(world.now());
        world.put(user).await;
    };
    tokio::join!(send(&world), stop);
    let states = states(&world, &causes).await;
    assert_eq!(states.iter().filter(|state| is_sent(state)).count(), 1, "{states:?}");
    let refused = State::Refused("opted_out".into());
    assert_eq!(states.iter().filter(|state| **state == refused).count(), 2, "{states:?}");
    assert_eq!(world.asked("SendTextMessage"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_stop_that_comes_between_reading_and_claiming_wins() {
    let world = World::new();
    let causes = [owed(&world, 0).await];
    let services = world.services.clone();
    let user = world.user(1).await;
    let mut came = false;
    world.hook(move |operation, body| {
        if !came && body.contains("sending") && operation.ends_with("Items") {
            came = true;
            services.stop_by(&user);
        }
        Hooked::Pass
    });
    send(&world).await;
    assert!(world.row::<User>(&cloud::items::user_key(&world.user(1).await.id)).await.opted_out());
    assert_eq!(states(&world, &causes).await, [State::Refused("opted_out".into())]);
    assert_eq!(world.asked("SendTextMessage"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_start_that_is_sent_while_the_carrier_still_knows_of_a_stop_holds() {
    let world = World::new();
    let causes = [owed(&world, 0).await];
    let (services, user) = (world.services.clone(), world.user(1).await);
    let mut writes = 0;
    world.hook(move |operation, _| match operation {
        "SendTextMessage" => Hooked::Answer(handlers::opted_out()),
        // What the carrier said takes a while to be written down, and meanwhile the START comes.
        "PutItem" => {
            writes += 1;
            if writes == 2 {
                services.start_by(&user);
            }
            if writes < 3 { Hooked::Answer(broken()) } else { Hooked::Pass }
        }
        _ => Hooked::Pass,
    });
    send(&world).await;
    assert_eq!(states(&world, &causes).await, [State::Refused("opted_out".into())]);
    assert!(!world.user(1).await.opted_out());
}

#[tokio::test(start_paused = true)]
async fn what_has_not_had_its_turn_when_the_function_dies_is_still_owed() {
    let world = World::with(SLOW);
    let causes = [owed(&world, 0).await, owed(&world, 1).await, owed(&world, 2).await];
    timeout(Duration::from_secs(1), send(&world)).await.unwrap_err();
    let states = states(&world, &causes).await;
    assert_eq!(states.iter().filter(|state| is_sent(state)).count(), 1, "{states:?}");
    assert_eq!(states.iter().filter(|state| **state == State::Owed).count(), 2, "{states:?}");
}

#[tokio::test(start_paused = true)]
async fn a_claim_whose_answer_was_lost_is_not_taken_for_somebody_elses() {
    let world = World::new();
    let causes = [owed(&world, 0).await];
    let mut lost = false;
    world.hook(move |_, body| {
        if !lost && body.contains("sending") {
            lost = true;
            return Hooked::Lose(broken());
        }
        Hooked::Pass
    });
    send(&world).await;
    assert!(states(&world, &causes).await.iter().all(is_sent));
    assert_eq!(world.asked("SendTextMessage"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_claim_that_has_grown_old_is_given_back_unasked() {
    let world = World::new();
    let causes = [owed(&world, 0).await];
    // The environment is frozen for ten minutes with the claim just written.
    world.hook(|_, body| {
        if body.contains("sending") {
            let time = Duration::from_secs(600);
            let _ = futures::FutureExt::now_or_never(tokio::time::advance(time));
        }
        Hooked::Pass
    });
    send(&world).await;
    assert_eq!(states(&world, &causes).await, [State::Owed]);
    assert_eq!(world.asked("SendTextMessage"), 0);
    world.hook(|_, _| Hooked::Pass);
    world.pass(TimeDelta::seconds(3)).await;
    send(&world).await;
    assert!(states(&world, &causes).await.iter().all(is_sent), "its message came again");
}

#[tokio::test(start_paused = true)]
async fn the_same_message_twice_sends_once() {
    let world = World::new();
    let causes = [owed(&world, 0).await];
    let user = world.user(1).await.id;
    world.cloud.send_sms_wanted(&user, &causes[0]).await.unwrap();
    send(&world).await;
    assert!(states(&world, &causes).await.iter().all(is_sent));
    assert_eq!(world.asked("SendTextMessage"), 1);
}
