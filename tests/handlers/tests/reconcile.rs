//! The repair loop: what it does for each kind of row, and what one row's trouble does to the others.

#![expect(clippy::unwrap_used, reason = "a broken world should stop its test")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use cloud::items::{Item, NumberAdmission, attempt_key, outgoing_key, user_key};
use domain::admission::Admission;
use domain::attempt::Attempt;
use domain::ids::UserId;
use domain::message::Message;
use domain::occurrence::{Occurrence, State, Why};
use domain::outgoing::{self, Cause, Outgoing};
use futures::FutureExt;
use handlers::{Hooked, SHARDS, World, refusal};
use reconcile::{Repair, Report};
use serde_json::{Value, json};

/// Runs once, after some minutes.
async fn run(world: &World, minutes: i64) -> Report {
    world.pass(TimeDelta::minutes(minutes)).await;
    reconcile::handle(world.cloud.clone()).await.unwrap()
}

#[track_caller]
fn repaired(report: &Report, kinds: &[(Repair, u32)]) {
    assert_eq!(report.repairs, kinds.iter().copied().collect(), "{report:?}");
}

/// A reminder of the `n`th user that is due now and in another state.
async fn reminder_in(world: &World, n: u32, state: State) -> Occurrence {
    let row = Occurrence { state, ..world.scheduled(n, 0).await };
    world.put(row.clone()).await;
    row
}

/// A text of the `n`th user that owes its charge.
async fn text(world: &World, n: u32) -> Message {
    world.text_owing_its_charge(n, &format!("text-of-{n}")).await
}

/// An item in the index, in the shard of the `n`th user, that is not the reminder that its key says.
fn broken(world: &World, n: u32, check_at: DateTime<Utc>) {
    let user = UserId::from_random(n.into());
    world.put_item(&json!({
        "pk": { "S": format!("USER#{user}") },
        "sk": { "S": format!("OCCURRENCE#{n:010}#0000000001") },
        "v": { "N": "1" },
        "rev": { "N": "1" },
        "open": { "S": format!("OPEN#{}", user.shard(SHARDS)) },
        "check_at": { "N": check_at.timestamp_millis().to_string() },
    }));
}

#[tokio::test(start_paused = true)]
async fn a_reminder_whose_schedule_was_lost_is_sent_again() {
    let world = World::new();
    let row = world.scheduled(1, 10).await;
    assert_eq!(run(&world, 10).await.looked_at, 0, "half a minute is left to whoever is late");
    let report = run(&world, 1).await;
    repaired(&report, &[(Repair::LostSchedule, 1)]);
    assert_eq!((report.oldest_due_unrung_s, report.oldest_overdue_s), (60, 30));
    assert_eq!(world.bodies("due-callbacks")[0]["occurrence"], row.id.to_string());
}

#[tokio::test(start_paused = true)]
async fn what_a_row_owes_is_asked_for_again() {
    let world = World::new();
    let mut owing = world.scheduled(1, 100).await;
    owing.done.clear();
    world.put(owing).await;
    let mut answered = reminder_in(&world, 2, State::Answered).await;
    answered.answered = Some(1);
    world.put(answered).await;
    text(&world, 3).await;
    let user = world.user(4).await.id;
    for cause in ["reply#m", &format!("gave_up#{user}-1-1")] {
        let cause = cause.parse::<Cause>().unwrap();
        world.put(Outgoing::owed(cause, user.clone(), "hello".into(), world.now())).await;
    }
    let report = run(&world, 3).await;
    let kinds = [
        Repair::OwedSchedule,
        Repair::OwedCharge,
        Repair::OwedMessageCharge,
        Repair::SmsOwed,
        Repair::Farewell,
    ];
    repaired(&report, &kinds.map(|kind| (kind, 1)));
    assert_eq!(world.bodies("schedule-reminder").len(), 1);
    assert_eq!(world.bodies("charges").len(), 2);
    assert_eq!(world.bodies("outbound-sms").len(), 2);
    assert_eq!(run(&world, 1).await.looked_at, 0, "a repair has its time to take effect");
}

#[tokio::test(start_paused = true)]
async fn an_sms_whose_outcome_did_not_come_is_repeated_only_if_it_replaces_a_call() {
    let world = World::new();
    let user = world.user(1).await.id;
    let causes = ["reply#m".to_owned(), format!("gave_up#{user}-1-1")];
    let causes = causes.map(|cause| cause.parse::<Cause>().unwrap());
    for cause in causes.clone() {
        let sms = Outgoing::owed(cause, user.clone(), "hello".into(), world.now());
        let ask = outgoing::Event::Ask { opted_out: false };
        world.put(outgoing::step(sms, &ask, world.now())).await;
    }
    repaired(&run(&world, 6).await, &[(Repair::SmsNoOutcome, 2)]);
    repaired(&run(&world, 0).await, &[(Repair::FarewellAgain, 1)]);
    let reply: Outgoing = world.row(&outgoing_key(&user, &causes[0])).await;
    let farewell: Outgoing = world.row(&outgoing_key(&user, &causes[1])).await;
    assert_eq!((reply.state, farewell.state), (outgoing::State::Unknown, outgoing::State::Owed));
}

#[tokio::test(start_paused = true)]
async fn a_call_without_news_goes_on_to_its_next_attempt_and_frees_the_phone() {
    let world = World::new();
    let mut row = reminder_in(&world, 1, State::Calling).await;
    (row.attempt, row.tries) = (1, 1);
    world.put(row.clone()).await;
    let id = row.id.attempt(1);
    world.put(Attempt::claimed(id.clone(), world.now())).await;
    let mut user = world.user(1).await;
    user.called(id.clone(), world.now(), TimeDelta::minutes(60));
    world.put(user).await;
    repaired(&run(&world, 5).await, &[(Repair::NoNews, 1)]);
    let row = world.reminder(&row.id).await;
    assert_eq!((row.state, row.attempt), (State::Waiting, 1));
    assert_eq!(world.user(1).await.call, None);
    let attempt: Attempt = world.row(&attempt_key(&id)).await;
    assert_eq!(attempt.story.lines().last().unwrap().what, "no_news");
}

#[tokio::test(start_paused = true)]
async fn at_most_half_of_a_minutes_calls_go_to_those_that_were_held_the_oldest_first() {
    let world = World::new();
    let mut held = Vec::new();
    for n in 1..=15 {
        held.push(reminder_in(&world, n, State::Held).await.id);
        world.pass(TimeDelta::milliseconds(10)).await;
    }
    // The places of the minute are all taken, and the first of the next is near.
    let log = (0..20).map(|i| world.now() + TimeDelta::milliseconds(1_200 * i)).collect();
    let origination = world.cloud.config.carrier.origination.clone();
    let admission = Admission { log, closed_until: None };
    world.put(NumberAdmission { origination, admission }).await;
    repaired(&run(&world, 1).await, &[(Repair::HeldReleased, 10)]);
    world.pass(TimeDelta::seconds(30)).await;
    let sent: Vec<_> =
        world.bodies("due-callbacks").iter().map(|due| due["occurrence"].clone()).collect();
    assert_eq!(sent, held[..10].iter().map(|id| json!(id.to_string())).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn held_reminders_are_called_at_every_other_place_and_of_one_phone_one_at_a_time() {
    let world = World::new();
    for n in [1, 2, 3, 3] {
        reminder_in(&world, n, State::Held).await;
    }
    repaired(&run(&world, 1).await, &[(Repair::HeldReleased, 3)]);
    let mut visible = Vec::new();
    for _ in 0..6 {
        visible.push(world.visible("due-callbacks"));
        world.pass(TimeDelta::seconds(1)).await;
    }
    assert_eq!(visible, [1, 1, 2, 2, 3, 3]);
}

#[tokio::test(start_paused = true)]
async fn without_a_place_the_held_wait_and_cost_nothing_but_their_reading() {
    let world = World::new();
    for n in 1..=30 {
        reminder_in(&world, n, State::Held).await;
    }
    let log = (0..20).map(|i| world.now() + TimeDelta::seconds(120 + i)).collect();
    let origination = world.cloud.config.carrier.origination.clone();
    let admission = Admission { log, closed_until: None };
    world.put(NumberAdmission { origination, admission }).await;
    let (reads, writes) = (world.asked("BatchGetItem"), world.asked("PutItem"));
    let report = run(&world, 1).await;
    repaired(&report, &[]);
    assert_eq!((report.looked_at, report.failed, report.finished), (30, 0, true));
    assert_eq!(world.asked("BatchGetItem") - reads, 2, "all rows, and the log once");
    assert_eq!(world.asked("PutItem"), writes);
}

#[tokio::test(start_paused = true)]
async fn a_held_reminder_ends_when_it_can_not_be_called() {
    let world = World::new();
    let barred = reminder_in(&world, 1, State::Held).await;
    let mut user = world.user(1).await;
    user.calls = vec![world.now(); 5];
    world.put(user).await;
    let stopped = reminder_in(&world, 2, State::Held).await;
    let mut user = world.user(2).await;
    user.opt_out(world.now());
    world.put(user).await;
    let report = run(&world, 1).await;
    repaired(&report, &[(Repair::HeldBarred, 1), (Repair::HeldOptedOut, 1)]);
    assert_eq!(world.reminder(&barred.id).await.state, State::GaveUp(Why::DailyLimit));
    assert_eq!(world.reminder(&stopped.id).await.state, State::OptedOut);
    assert_eq!(world.bodies("outbound-sms").len(), 1, "one SMS says so, to who wants it");
}

#[tokio::test(start_paused = true)]
async fn what_nobody_called_in_time_is_told_though_nobody_calls() {
    let world = World::new();
    let mut rows = Vec::new();
    for (n, state) in (1..).zip([State::Accepted, State::Held, State::Waiting]) {
        rows.push(reminder_in(&world, n, state).await.id);
    }
    let mut user = world.user(3).await;
    user.opt_out(world.now());
    world.put(user).await;
    repaired(&run(&world, 16).await, &[(Repair::TooLate, 3)]);
    let ends = [State::GaveUp(Why::TooLate), State::GaveUp(Why::TooLate), State::OptedOut];
    for (id, end) in rows.iter().zip(ends) {
        assert_eq!(world.reminder(id).await.state, end);
    }
    let told = outgoing_key(rows[0].user(), &Cause::GaveUp(rows[0].clone()));
    assert_eq!(world.row::<Outgoing>(&told).await.state, outgoing::State::Owed);
    assert_eq!(world.bodies("outbound-sms").len(), 2);
}

#[tokio::test(start_paused = true)]
async fn rows_that_cannot_be_read_keep_no_other_from_being_repaired() {
    let world = World::new();
    let long_ago = world.now() - TimeDelta::days(1);
    // More than a page in every shard, all of them older than the one that can be repaired.
    for n in 1..=400 {
        broken(&world, n, long_ago);
    }
    text(&world, 1).await;
    let report = run(&world, 3).await;
    assert_eq!((report.looked_at, report.failed, report.finished), (401, 400, true));
    repaired(&report, &[(Repair::OwedMessageCharge, 1)]);
    assert_eq!(report.oldest_overdue_s, 86_400 + 180);
    assert_eq!(run(&world, 1).await.looked_at, 0, "they are not the first of every run to come");
    assert_eq!(run(&world, 15).await.failed, 400, "but they are not forgotten");
}

#[tokio::test(start_paused = true)]
async fn a_row_that_fails_goes_behind_those_that_wait() {
    let world = World::new();
    let first = text(&world, 1).await;
    world.pass(TimeDelta::seconds(1)).await;
    text(&world, 2).await;
    world.hook(move |operation, body| match operation {
        "PutItem" if body.contains("text-of-1") => Hooked::Answer(refusal("AccessDeniedException")),
        _ => Hooked::Pass,
    });
    let report = run(&world, 3).await;
    assert_eq!((report.looked_at, report.failed, report.repaired), (2, 1, 1));
    let check_at = world.attribute(&first.key(), "check_at");
    let check_at: i64 = check_at["N"].as_str().unwrap().parse().unwrap();
    assert!((world.now().timestamp_millis() - check_at).abs() < 1_000, "{check_at}");
    assert_eq!(world.row::<Message>(&first.key()).await, first, "the row itself was not touched");
}

#[tokio::test(start_paused = true)]
async fn a_reminder_without_a_user_is_not_looked_at_every_minute() {
    let world = World::new();
    let row = reminder_in(&world, 1, State::Held).await;
    world.delete_item(&user_key(row.id.user()));
    assert_eq!(run(&world, 1).await.failed, 1);
    assert_eq!(run(&world, 1).await.looked_at, 0);
}

#[tokio::test(start_paused = true)]
async fn a_shard_that_cannot_be_read_keeps_no_other_from_being_looked_at() {
    let world = World::new();
    // More than a page in every shard, so that the others are read on after the failure.
    let texts = 1..=250_u32;
    for n in texts.clone() {
        text(&world, n).await;
    }
    let in_first = texts.filter(|n| UserId::from_random((*n).into()).shard(SHARDS) == 0).count();
    let others = 250 - u32::try_from(in_first).unwrap();
    assert!(in_first > 50 && others > 3 * 50, "{in_first}");
    world.hook(|operation, body| match operation {
        "Query" if body.contains("OPEN#0") => Hooked::Answer(refusal("AccessDeniedException")),
        _ => Hooked::Pass,
    });
    let report = run(&world, 3).await;
    assert_eq!((report.looked_at, report.repaired), (others, others));
    assert_eq!((report.shards_unread, report.finished), (1, false));
}

#[tokio::test(start_paused = true)]
async fn a_run_that_could_read_nothing_fails_and_is_measured() {
    let world = World::new();
    world.hook(|operation, _| match operation {
        "Query" => Hooked::Answer(refusal("AccessDeniedException")),
        _ => Hooked::Pass,
    });
    assert!(reconcile::handle(world.cloud.clone()).await.is_err());
    let metrics = world.metrics();
    assert_eq!((&metrics[0]["runs"], &metrics[0]["runs_unfinished"]), (&json!(1), &json!(1)));
}

#[tokio::test(start_paused = true)]
async fn the_oldest_come_first_over_all_shards() {
    let world = World::new();
    let mut texts = Vec::new();
    for n in 1..=250 {
        texts.push(text(&world, n).await.id.to_string());
        world.pass(TimeDelta::milliseconds(3)).await;
    }
    let order = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&order);
    world.hook(move |operation, body| {
        if operation == "PutItem" {
            let body: Value = serde_json::from_str(body).unwrap();
            seen.lock().unwrap().push(body["Item"]["id"]["S"].as_str().unwrap().to_owned());
        }
        Hooked::Pass
    });
    let report = run(&world, 3).await;
    assert_eq!((report.repaired, report.finished), (250, true));
    assert_eq!(*order.lock().unwrap(), texts);
}

#[tokio::test(start_paused = true)]
async fn a_run_ends_in_time_and_says_that_it_left_something() {
    let world = World::new();
    for n in 1..=12 {
        text(&world, n).await;
    }
    // A table that has become slow, without an error.
    world.hook(|operation, _| {
        if operation == "PutItem" {
            let _ = tokio::time::advance(Duration::from_secs(5)).now_or_never();
        }
        Hooked::Pass
    });
    world.pass(TimeDelta::minutes(3)).await;
    let began = world.now();
    let report = reconcile::handle(world.cloud.clone()).await.unwrap();
    assert!(world.now() - began < TimeDelta::seconds(50), "{}", world.now() - began);
    assert!(!report.finished && (5..12).contains(&report.looked_at), "{report:?}");
}

/// The run after a restore that has ended now.
async fn restored(world: &World) -> reconcile::restore::Restored {
    reconcile::restore::restore(world.cloud.clone(), world.now()).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn after_a_restore_what_was_due_is_told_and_all_else_is_scheduled_again() {
    let world = World::new();
    let due = world.scheduled(1, 5).await;
    let held = reminder_in(&world, 2, State::Held).await;
    let stopped = world.scheduled(3, 5).await;
    world.services.stop_by(&world.user(3).await);
    let mut tried = reminder_in(&world, 4, State::Waiting).await;
    tried.not_before = world.now() + TimeDelta::minutes(30);
    tried.rang = true;
    world.put(tried.clone()).await;
    let later = world.scheduled(5, 300).await;
    world.pass(TimeDelta::minutes(10)).await;
    let run = restored(&world).await;
    assert_eq!((run.told, run.scheduled, run.finished), (4, 1, true), "{run:?}");
    for told in [&due, &held, &tried] {
        assert_eq!(world.reminder(&told.id).await.state, State::GaveUp(Why::TooLate));
    }
    assert_eq!(world.reminder(&stopped.id).await.state, State::OptedOut);
    assert_eq!(world.bodies("outbound-sms").len(), 3, "who has opted out is told nothing");
    assert_eq!(world.bodies("schedule-reminder")[0]["occurrence"], later.id.to_string());
    assert!(world.bodies("due-callbacks").is_empty(), "nothing rings");
    // Its schedule is owed again, so it is made although it was made once.
    let row = world.reminder(&later.id).await;
    assert!(
        domain::occurrence::owed(&row)
            .contains(&domain::occurrence::Effect::Schedule { version: 1, attempt: 1 })
    );
    let again = restored(&world).await;
    assert_eq!(
        (again.told, again.scheduled, again.finished),
        (0, 1, true),
        "a repetition changes nothing"
    );
}

#[tokio::test(start_paused = true)]
async fn a_call_that_was_in_progress_at_the_moment_of_a_copy_is_not_tried_again_after_its_restore()
{
    let world = World::new();
    let mut row = reminder_in(&world, 1, State::Calling).await;
    (row.attempt, row.tries) = (1, 1);
    world.put(row.clone()).await;
    world.put(Attempt::claimed(row.id.attempt(1), world.now())).await;
    let run = restored(&world).await;
    assert_eq!((run.calling, run.finished), (1, false), "news may still come");
    world.pass(TimeDelta::minutes(6)).await;
    assert_eq!(restored(&world).await.calling, 1);
    let run = restored(&world).await;
    assert_eq!((run.told, run.calling, run.finished), (1, 0, true), "{run:?}");
    assert_eq!(world.reminder(&row.id).await.state, State::GaveUp(Why::TooLate));
}
