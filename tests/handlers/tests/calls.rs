//! Calls to one phone: one at a time, and the next as soon as the last is over.

#![expect(clippy::unwrap_used, reason = "a broken world should stop its test")]

use chrono::{TimeDelta, Timelike};
use chrono_tz::Tz;
use cloud::carrier;
use cloud::items::{CarrierMessage, NumberAdmission, attempt_key, occurrence_key, outgoing_key};
use cloud::queues::Due;
use domain::admission::Admission;
use domain::attempt::{Attempt, Outcome};
use domain::ids::{AttemptId, OccurrenceId};
use domain::limits;
use domain::occurrence::{Event, Occurrence, Policy, State, Why, step};
use domain::outgoing::{self, Cause, Outgoing};
use domain::user::User;
use handlers::{Hooked, World};
use reconcile::Repair;
use serde_json::json;
use when::Language;

/// A reminder of the only user that is due now, with its message in the queue.
async fn due_now(world: &World) -> OccurrenceId {
    let row = world.scheduled(1, 0).await;
    world.cloud.send(&world.cloud.config.queues.due_callbacks, &Due::of(&row), 0).await.unwrap();
    row.id
}

/// Calls what is due; what a queue keeps back for a few seconds is waited for.
async fn call(world: &World) {
    for _ in 0..3 {
        let batch = world.batch("schedule-reminder");
        let response = schedule_reminder::handle(world.cloud.clone(), batch).await;
        assert!(response.batch_item_failures.is_empty());
        let batch = world.batch("due-callbacks");
        let response = place_callback::handle(world.cloud.clone(), batch).await;
        assert!(response.batch_item_failures.is_empty());
        world.pass(TimeDelta::seconds(1)).await;
    }
}

/// The carrier tells of a reminder's first call.
async fn tell(world: &World, id: &OccurrenceId, event_type: &str) {
    tell_of(world, &id.attempt(1), event_type).await;
}

async fn tell_of(world: &World, attempt: &AttemptId, event_type: &str) {
    let event = json!({
        "eventType": event_type,
        "context": { "attempt": attempt.to_string() },
    });
    let body = json!({ "Message": event.to_string(), "Timestamp": world.now() }).to_string();
    let record = json!({ "messageId": "1", "body": body });
    let batch = serde_json::from_value(json!({ "Records": [record] })).unwrap();
    let response = record_call::handle(world.cloud.clone(), batch).await;
    assert!(response.batch_item_failures.is_empty());
}

async fn states(world: &World, ids: &[OccurrenceId]) -> Vec<State> {
    let mut states = Vec::new();
    for id in ids {
        states.push(world.reminder(id).await.state);
    }
    states
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_the_end_of_a_call_rings_when_it_is_over() {
    let world = World::new();
    let first = due_now(&world).await;
    call(&world).await;
    let others = [due_now(&world).await, due_now(&world).await];
    call(&world).await;
    let ids = [first, others[0].clone(), others[1].clone()];
    assert_eq!(states(&world, &ids).await, [State::Calling, State::Held, State::Held]);

    tell(&world, &ids[0], "VOICE_ANSWERED").await;
    call(&world).await;
    assert_eq!(states(&world, &ids).await, [State::Answered, State::Held, State::Held]);

    tell(&world, &ids[0], "VOICE_COMPLETED").await;
    call(&world).await;
    assert_eq!(states(&world, &ids).await, [State::Answered, State::Calling, State::Held]);

    tell(&world, &ids[1], "VOICE_COMPLETED").await;
    call(&world).await;
    assert_eq!(states(&world, &ids).await, [State::Answered, State::Answered, State::Calling]);
    assert!(world.user(1).await.held.is_empty());
    assert_eq!(world.asked("SendVoiceMessage"), 3);
}

#[tokio::test(start_paused = true)]
async fn one_that_was_dropped_while_it_waited_does_not_keep_the_next_waiting() {
    let world = World::new();
    let first = due_now(&world).await;
    call(&world).await;
    let others = [due_now(&world).await, due_now(&world).await];
    call(&world).await;
    let row = world.reminder(&others[0]).await;
    world.put(step(row, &Event::Forget, world.now(), &Policy::default())).await;
    tell(&world, &first, "VOICE_BUSY").await;
    call(&world).await;
    let states = states(&world, &others).await;
    assert_eq!(states, [State::Forgotten, State::Calling]);
}

#[tokio::test(start_paused = true)]
async fn news_of_a_call_from_before_a_restore_says_nothing_of_one_of_the_same_name() {
    let world = World::new();
    let id = due_now(&world).await;
    call(&world).await;
    let attempt: Attempt = world.row(&attempt_key(&id.attempt(1))).await;
    let before = attempt.placed_at - TimeDelta::hours(1);
    // This function has no dead letters here: what is of nobody goes back to the queue.
    let other = (before, State::Calling, 1);
    let this = (attempt.placed_at, State::Answered, 0);
    for (placed_at, state, failed) in [other, this] {
        let context = json!({
            "attempt": attempt.id.to_string(),
            "placed_at": carrier::placed_at(&Attempt { placed_at, ..attempt.clone() }),
        });
        let event = json!({ "eventType": "VOICE_ANSWERED", "context": context });
        let body = json!({ "Message": event.to_string(), "Timestamp": world.now() }).to_string();
        let batch = json!({ "Records": [{ "messageId": "1", "body": body }] });
        let batch = serde_json::from_value(batch).unwrap();
        let response = record_call::handle(world.cloud.clone(), batch).await;
        assert_eq!(response.batch_item_failures.len(), failed);
        assert_eq!(world.reminder(&id).await.state, state);
    }
}

/// Hands in what waits among the carrier's events; returns how many went back to the queue.
async fn record(world: &World) -> usize {
    let batch = world.batch("call-events");
    assert_eq!(batch.records.len(), 1);
    record_call::handle(world.cloud.clone(), batch).await.batch_item_failures.len()
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_told_of_without_its_context_is_found_by_its_id_however_late_that_is_written()
 {
    let world = World::new();
    let id = due_now(&world).await;
    call(&world).await;
    let attempt: Attempt = world.row(&attempt_key(&id.attempt(1))).await;
    let Outcome::Placed(message_id) = attempt.outcome else { panic!("{attempt:?}") };
    let key = CarrierMessage::key_of(&message_id);
    let pointer: CarrierMessage = world.row(&key).await;
    world.delete_item(&key);

    let tell = async || {
        let event = json!({ "eventType": "VOICE_ANSWERED", "messageId": message_id });
        let body = json!({ "Message": event.to_string(), "Timestamp": world.now() });
        world.cloud.send(&world.cloud.config.queues.call_events, &body, 0).await.unwrap();
        for wait_s in [5, 30] {
            assert_eq!(record(&world).await, 0);
            world.pass(TimeDelta::seconds(wait_s - 1)).await;
            assert_eq!(world.visible("call-events"), 0, "it waits for {wait_s} s");
            world.pass(TimeDelta::seconds(1)).await;
        }
    };
    tell().await;
    // This function has no dead letters here: what is of nobody goes back to the queue.
    assert_eq!(record(&world).await, 1);
    assert_eq!(world.reminder(&id).await.state, State::Calling);

    tell().await;
    world.put(pointer).await;
    assert_eq!(record(&world).await, 0);
    assert_eq!(world.reminder(&id).await.state, State::Answered);
}

/// The places among the carrier's calls that were taken so far.
async fn places(world: &World) -> usize {
    let log = world.cloud.get::<NumberAdmission>(&world.cloud.admission_key()).await.unwrap();
    log.map_or(0, |log| log.row.admission.log.len())
}

#[tokio::test(start_paused = true)]
async fn a_phone_that_has_a_place_takes_no_second_one() {
    let world = World::new();
    // Others were called just now, and the next place is a while ahead.
    let log = (1..4).map(|s| world.now() + TimeDelta::seconds(s)).collect();
    let admission = Admission { log, closed_until: None };
    let origination = world.cloud.config.carrier.origination.clone();
    world.put(NumberAdmission { origination, admission }).await;
    let ids = [due_now(&world).await, due_now(&world).await, due_now(&world).await];
    let batch = world.batch("due-callbacks");
    place_callback::handle(world.cloud.clone(), batch).await;
    assert_eq!(states(&world, &ids).await, [State::Waiting, State::Held, State::Held]);
    assert_eq!(places(&world).await, 4, "one place is taken, not three");

    for _ in 0..3 {
        call(&world).await;
    }
    assert_eq!(states(&world, &ids).await, [State::Calling, State::Held, State::Held]);
    tell(&world, &ids[0], "VOICE_COMPLETED").await;
    call(&world).await;
    assert_eq!(states(&world, &ids).await, [State::Answered, State::Calling, State::Held]);
}

#[tokio::test(start_paused = true)]
async fn a_place_that_was_not_taken_keeps_the_others_waiting_no_longer() {
    let world = World::new();
    let ids = [due_now(&world).await, due_now(&world).await];
    let mut user = world.user(1).await;
    user.will_be_called(&ids[1], world.now() - TimeDelta::minutes(1));
    world.put(user).await;
    call(&world).await;
    let states = states(&world, &ids).await;
    assert_eq!(states, [State::Calling, State::Held]);
}

#[tokio::test(start_paused = true)]
async fn a_reminder_that_is_too_late_takes_no_place_among_the_calls() {
    let world = World::new();
    let id = due_now(&world).await;
    world.pass(TimeDelta::minutes(16)).await;
    call(&world).await;
    assert_eq!(world.reminder(&id).await.state, State::GaveUp(Why::TooLate));
    assert_eq!(places(&world).await, 0, "a place was used up");
    assert!(world.cloud.get::<Attempt>(&attempt_key(&id.attempt(1))).await.unwrap().is_none());
    let _: Occurrence = world.row(&occurrence_key(&id)).await;
}

#[tokio::test(start_paused = true)]
async fn a_matter_that_no_voice_speaks_comes_by_sms_as_well() {
    let world = World::new();
    let id = due_now(&world).await;
    let user = cloud::items::user_key(id.user());
    let mut user: User = world.row(&user).await;
    user.language = Language::Hindi;
    world.put(user).await;
    call(&world).await;
    let row = world.reminder(&id).await;
    let spelled = Cause::Spelled(id);
    let sms: Outgoing = world.row(&outgoing_key(row.id.user(), &spelled)).await;
    assert!(sms.text.contains(&row.about), "{}", sms.text);
    let wanted = world.batch("outbound-sms");
    let bodies: Vec<String> = wanted.records.into_iter().filter_map(|it| it.body).collect();
    assert!(bodies.iter().any(|body| body.contains(&spelled.to_string())), "{bodies:?}");
}

#[tokio::test(start_paused = true)]
async fn an_unconfirmed_number_gets_one_reminder_a_day_until_a_call_is_answered() {
    let world = World::new();
    world.put(User { texts: 1, ..world.user(1).await }).await;
    let first = due_now(&world).await;
    call(&world).await;
    tell(&world, &first, "VOICE_BUSY").await;
    let second = due_now(&world).await;
    call(&world).await;
    assert_eq!(states(&world, &[first.clone(), second]).await, [State::Waiting, State::Skipped]);
    assert_eq!(world.asked("SendVoiceMessage"), 1);
    assert!(world.bodies("outbound-sms").is_empty(), "an SMS in its place is not wanted either");

    world.pass(TimeDelta::minutes(2)).await;
    call(&world).await;
    assert_eq!(world.reminder(&first).await.attempt, 2, "the attempts of one are one reminder");

    tell_of(&world, &first.attempt(2), "VOICE_ANSWERED").await;
    tell_of(&world, &first.attempt(2), "VOICE_COMPLETED").await;
    let third = due_now(&world).await;
    call(&world).await;
    assert_eq!(world.reminder(&third).await.state, State::Calling);
}

#[tokio::test(start_paused = true)]
async fn news_of_a_reminder_that_comes_hours_later_waits_for_the_morning() {
    let world = World::new();
    // Somewhere it is after nine in the evening.
    let evening = |zone: &&Tz| world.now().with_timezone(*zone).hour() == 21;
    let zone = *chrono_tz::TZ_VARIANTS.iter().find(evening).unwrap();
    world.put(User { zone, ..world.user(1).await }).await;
    let id = due_now(&world).await;
    world.pass(TimeDelta::hours(2)).await;
    call(&world).await;
    let send = async || {
        let batch = world.batch("outbound-sms");
        assert!(!batch.records.is_empty());
        let response = send_sms::handle(world.cloud.clone(), batch).await;
        assert!(response.batch_item_failures.is_empty());
        world.asked("SendTextMessage")
    };
    assert_eq!(send().await, 0);
    let row: Outgoing = world.row(&outgoing_key(id.user(), &Cause::GaveUp(id.clone()))).await;
    assert_eq!(row.state, outgoing::State::Owed);
    let morning = row.not_before.unwrap();
    assert_eq!(morning.with_timezone(&zone).format("%H:%M").to_string(), "08:00");

    let sent_on = async || {
        let report = reconcile::handle(world.cloud.clone()).await.unwrap();
        report.repairs.contains_key(&Repair::Farewell)
    };
    world.pass(morning - world.now() - TimeDelta::minutes(1)).await;
    assert!(!sent_on().await, "the night is not over");
    world.pass(TimeDelta::minutes(1)).await;
    assert!(sent_on().await);
    assert_eq!(send().await, 1);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_came_too_fast_is_asked_for_again_at_once_and_is_held_in_the_end() {
    let world = World::new();
    world.hook(|operation, _| match operation {
        "SendVoiceMessage" => Hooked::Answer(handlers::refusal("ThrottlingException")),
        _ => Hooked::Pass,
    });
    let id = due_now(&world).await;
    let mut asked = Vec::new();
    for _ in 0..8 {
        call(&world).await;
        asked.push(world.asked("SendVoiceMessage"));
    }
    // After 2, 4 and 8 seconds, and then no more.
    assert_eq!(asked, [2, 2, 3, 3, 4, 4, 4, 4]);
    let row = world.reminder(&id).await;
    assert_eq!((row.state, row.tries, row.attempt), (State::Held, 0, 4));
    assert!(world.user(1).await.calls.is_empty(), "none counts for the day");
}

#[tokio::test(start_paused = true)]
async fn a_start_that_is_sent_while_the_carrier_still_knows_of_a_stop_holds() {
    let world = World::new();
    let id = due_now(&world).await;
    let (services, user) = (world.services.clone(), world.user(1).await);
    let (mut asked, mut writes) = (false, 0);
    world.hook(move |operation, _| match operation {
        "SendVoiceMessage" => {
            asked = true;
            Hooked::Answer(handlers::opted_out())
        }
        // What the carrier said takes a while to be written down, and meanwhile the START comes.
        "TransactWriteItems" if asked => {
            writes += 1;
            if writes == 2 {
                services.start_by(&user);
            }
            if writes < 3 { Hooked::Answer(handlers::broken()) } else { Hooked::Pass }
        }
        _ => Hooked::Pass,
    });
    call(&world).await;
    assert_eq!(states(&world, &[id]).await, [State::OptedOut]);
    assert!(!world.user(1).await.opted_out());
}

#[tokio::test(start_paused = true)]
async fn one_that_ends_instead_of_taking_a_place_keeps_no_other_waiting() {
    let world = World::new();
    let late = world.scheduled(1, 0).await;
    world.pass(limits::LATE_MAX + TimeDelta::minutes(1)).await;
    // Others were called just now, so that there would be a place in a while.
    let log = (1..4).map(|s| world.now() + TimeDelta::seconds(s)).collect();
    let admission = Admission { log, closed_until: None };
    let origination = world.cloud.config.carrier.origination.clone();
    world.put(NumberAdmission { origination, admission }).await;
    let queue = &world.cloud.config.queues.due_callbacks;
    world.cloud.send(queue, &Due::of(&late), 0).await.unwrap();
    let batch = world.batch("due-callbacks");
    place_callback::handle(world.cloud.clone(), batch).await;
    assert_eq!(states(&world, &[late.id]).await, [State::GaveUp(Why::TooLate)]);
    assert_eq!(world.user(1).await.expects, None);
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_a_phone_goes_on_when_its_call_is_refused_for_good() {
    let world = World::new();
    let first = due_now(&world).await;
    // Of the other there is no message: it waits for the end of a call, as the user's row says.
    let second = Occurrence { state: State::Held, ..world.scheduled(1, 0).await };
    world.put(second.clone()).await;
    let mut user = world.user(1).await;
    user.held.insert(second.id.clone());
    world.put(user).await;
    let mut calls = 0;
    world.hook(move |operation, _| match operation {
        "SendVoiceMessage" if calls == 0 => {
            calls += 1;
            let mut refused = handlers::refusal("ConflictException");
            refused.body = json!({
                "__type": "ConflictException",
                "Reason": "DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION",
            })
            .to_string()
            .into();
            Hooked::Answer(refused)
        }
        _ => Hooked::Pass,
    });
    call(&world).await;
    let states = states(&world, &[first, second.id]).await;
    assert_eq!(states, [State::GaveUp(Why::Blocked), State::Calling]);
}
