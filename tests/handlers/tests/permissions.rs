//! Least privilege: what the functions do, on the road of reminders and off it, is what their roles allow, and nothing
//! that they are allowed is never done.
//!
//! Every request says by the key that signed it which function it is of. What a request needs in IAM is told by
//! [`needed`]; what Lambda itself does as the role follows from what feeds the function. What no run on one machine can
//! show stands in [`EXCEPTIONS`], each with its reason.

#![expect(clippy::unwrap_used, reason = "a broken world should stop its test")]

use std::collections::{BTreeMap, BTreeSet};

use architecture::permissions::{self, Permission};
use chrono::TimeDelta;
use cloud::items::{NumberAdmission, attempt_key, occurrence_key, total_key, user_key};
use cloud::queues::Due;
use domain::attempt::Attempt;
use domain::ids::OccurrenceId;
use domain::ledger::{Period, Total};
use domain::money::{Currency, Micros};
use domain::occurrence::{Occurrence, State};
use domain::user::User;
use handlers::{Hooked, World, broken};
use serde_json::{Value, json};
use stack::functions::{ALL, Function};
use stack::provision::queue;

mod needs;
mod road;

use needs::needed;
use road::{PHONE, context, failures, feed, publish, run, tell, text};

/// What roles allow though no run here can show that it is needed: action, resource, and why.
const EXCEPTIONS: [(&str, &str, &str); 4] = [
    ("logs:", "", "Lambda writes the log of a function as its role; here it is a file"),
    ("sms-voice:", "Number", "the same as phone-number/*, where the number is made with the stack"),
    ("sms-voice:", "pool/*", "an operator may send from a pool of numbers"),
    ("kms:", "Key", "queues and tables are read through the key; here nothing is encrypted"),
];

/// A reminder that is due now, with its message on its way.
async fn due(world: &World, n: u32) -> OccurrenceId {
    let row = world.scheduled(n, 0).await;
    feed(world, queue::DUE_CALLBACKS, &due_message(&row)).await;
    row.id
}

fn due_message(row: &Occurrence) -> String {
    let mut due = serde_json::to_value(Due::of(row)).unwrap();
    due["v"] = json!(1);
    due.to_string()
}

/// The road that most reminders take, and texts of other kinds.
async fn the_road(world: &World) {
    text(world, "far", "Remind in 3 hours about tea").await;
    text(world, "near", "Remind in 2 minutes about cake").await;
    text(world, "list", "LIST").await;
    for function in ALL {
        if let Some(mapping) = function.mapping() {
            feed(world, &mapping.queue, "garbage").await;
            run(world, function).await;
        }
    }
    let id = due(world, 1).await;
    run(world, Function::PlaceCallback).await;
    tell(world, "VOICE_ANSWERED", context(&id, 1), "").await;
    run(world, Function::RecordCharge).await;
    world.pass(TimeDelta::seconds(6)).await;
    run(world, Function::PublishEvent).await;
}

/// Calls that nobody answers, that have to wait, that are told of before our own rows know them.
async fn calls_that_go_wrong(world: &World) {
    // One that comes early; one that can not ring any more; two at once, of which the second takes the next place.
    world.pass(TimeDelta::seconds(2)).await;
    let early = world.scheduled(2, 1).await;
    feed(world, queue::DUE_CALLBACKS, &due_message(&early)).await;
    let late = world.scheduled(3, -16).await;
    feed(world, queue::DUE_CALLBACKS, &due_message(&late)).await;
    let first = due(world, 4).await;
    let second = due(world, 5).await;
    run(world, Function::PlaceCallback).await;
    run(world, Function::ScheduleReminder).await;
    let states = [world.reminder(&first).await.state, world.reminder(&second).await.state];
    assert!(states.contains(&State::Calling) && states.contains(&State::Waiting), "{states:?}");
    tell(world, "VOICE_RINGING", Value::Null, "nobody-knows-me").await;

    // Another of the same phone waits for the end of the first, which nobody answers.
    let (busy, other) = if states[0] == State::Calling { (first, 4) } else { (second, 5) };
    world.pass(TimeDelta::seconds(2)).await;
    let waits = due(world, other).await;
    run(world, Function::PlaceCallback).await;
    assert_eq!(world.reminder(&waits).await.state, State::Held);
    tell(world, "VOICE_BUSY", context(&busy, 1), "").await;
    assert_eq!(world.reminder(&busy).await.state, State::Waiting);

    // The last attempt at one: an SMS takes its place.
    let mut last = world.scheduled(6, 0).await;
    (last.state, last.attempt, last.tries) = (State::Calling, 3, 3);
    world.put(last.clone()).await;
    world.put(Attempt::claimed(last.id.attempt(3), world.now())).await;
    tell(world, "VOICE_NO_ANSWER", context(&last.id, 3), "").await;
    run(world, Function::SendSms).await;
}

/// Two at the same row at the same moment, and a carrier that takes nothing.
async fn others_and_a_carrier_that_interfere(world: &World) {
    for _ in 0..3 {
        world.pass(TimeDelta::minutes(1)).await;
        run(world, Function::PlaceCallback).await;
        run(world, Function::SendSms).await;
    }
    world.pass(TimeDelta::seconds(2)).await;
    // News of the call is quicker than the carrier's answer.
    let id = due(world, 7).await;
    let (services, key) = (world.services.clone(), attempt_key(&id.attempt(1)));
    let its = id.to_string();
    world.hook(move |operation, body| {
        if operation == "SendVoiceMessage" && body.contains(&its) {
            services.touch(&key);
        }
        Hooked::Pass
    });
    run(world, Function::PlaceCallback).await;

    // The carrier refuses a call, and yet tells that it was answered.
    world.pass(TimeDelta::minutes(2)).await;
    let id = due(world, 8).await;
    let (services, key) = (world.services.clone(), occurrence_key(&id));
    let its = id.to_string();
    world.hook(move |operation, body| {
        if operation != "SendVoiceMessage" || !body.contains(&its) {
            return Hooked::Pass;
        }
        services
            .set(&key, &[("state", json!({ "S": "answered" })), ("answered", json!({ "N": "1" }))]);
        let mut refused = handlers::refusal("ThrottlingException");
        refused.body = json!({ "__type": "ThrottlingException" }).to_string().into();
        Hooked::Answer(refused)
    });
    run(world, Function::PlaceCallback).await;
    let row = world.reminder(&id).await;
    assert_eq!((row.state, row.answered), (State::Answered, Some(1)));

    // An SMS is not taken now; of another the outcome is written by somebody else first.
    text_in_spite_of(world, "slow", true).await;
    text_in_spite_of(world, "moved", false).await;
    world.hook(|_, _| Hooked::Pass);
}

/// A text whose reply the carrier does not take now, or takes while somebody else moves its row.
async fn text_in_spite_of(world: &World, id: &str, refused: bool) {
    let services = world.services.clone();
    let user = world.user_of(PHONE).await;
    let key = cloud::items::outgoing_key(&user, &format!("reply#{id}").parse().unwrap());
    world.hook(move |operation, _| match operation {
        "SendTextMessage" if refused => {
            let mut refused = handlers::refusal("ThrottlingException");
            refused.body = json!({ "__type": "ThrottlingException" }).to_string().into();
            Hooked::Answer(refused)
        }
        "SendTextMessage" => {
            services.touch(&key);
            Hooked::Pass
        }
        _ => Hooked::Pass,
    });
    text(world, id, "LIST").await;
}

/// All that the repair loop mends.
async fn repairs(world: &World) {
    let mut answered = world.scheduled(9, 0).await;
    (answered.state, answered.answered) = (State::Answered, Some(1));
    world.put(answered).await;
    let mut owing = world.scheduled(10, 100).await;
    owing.done.clear();
    world.put(owing).await;
    // Due soon, and nobody comes for it; one for which it is too late already.
    world.scheduled(11, 2).await;
    world.scheduled(12, -16).await;
    world.pass(TimeDelta::minutes(3)).await;
    let broken_row = world.scheduled(13, 0).await;
    world.hook(move |operation, body| match operation {
        "PutItem" if body.contains(&broken_row.id.reminder.to_string()) => Hooked::Answer(broken()),
        _ => Hooked::Pass,
    });
    world.pass(TimeDelta::minutes(1)).await;
    run(world, Function::Reconcile).await;
    world.hook(|_, _| Hooked::Pass);
}

/// A month that comes to the most that it costs.
async fn the_cap(world: &World) {
    let user = world.user_of(PHONE).await;
    let month = Period::of(world.now()).to_string();
    let mut total: Total = world.row(&total_key(&user, &month, "USD")).await;
    total.amount_micros = Micros(19_990_000);
    world.put(total).await;
    text(world, "cap", "LIST").await;
    let user: User = world.row(&user_key(&user)).await;
    assert!(user.is_capped(world.now()));
}

/// What a person asks about.
async fn questions(world: &World) {
    text(world, "why", "WHY 1").await;
    text(world, "bill", "BILL").await;
}

/// A month that is open, one that is closed, which is asked for again, and one that cannot be proved; exported, and
/// held against what happened.
async fn exports(world: &World) {
    let lost = Total {
        user_id: world.user(1).await.id,
        period: "2026-09".into(),
        currency: Currency::USD,
        entries: 1,
        amount_micros: Micros(20_000),
        allowance_micros: Micros::ZERO,
        by_kind: BTreeMap::new(),
    };
    world.put(lost).await;
    for month in ["open", "closed", "closed", "2026-09"] {
        let wanted = json!({ "v": 1, "month": month }).to_string();
        for (queue, function) in [
            (queue::EXPORT_BILLING, Function::ExportBilling),
            (queue::RECONCILE_BILLING, Function::ReconcileBilling),
        ] {
            feed(world, queue, &wanted).await;
            run(world, function).await;
        }
    }
    // In the first days of a month there are two to be looked at.
    world.pass(TimeDelta::days(9)).await;
    feed(world, queue::RECONCILE_BILLING, &json!({ "v": 1, "month": "open" }).to_string()).await;
    run(world, Function::ReconcileBilling).await;
}

/// Messages that cannot be handled now: of a release that is newer, and what is said while the tables are broken.
async fn an_outage(world: &World) {
    let text =
        json!({ "originationNumber": PHONE, "messageBody": "LIST", "inboundMessageId": "outage" });
    let news = json!({ "eventType": "VOICE_BUSY", "messageId": "outage" });
    world.hook(|operation, _| match operation {
        "GetItem" | "BatchGetItem" | "Query" | "TransactWriteItems" => Hooked::Answer(broken()),
        _ => Hooked::Pass,
    });
    for function in ALL {
        let Some(mapping) = function.mapping() else { continue };
        match &*mapping.queue {
            queue::INBOUND_SMS => publish(world, queue::INBOUND_SMS, text.clone()).await,
            queue::CALL_EVENTS => publish(world, queue::CALL_EVENTS, news.clone()).await,
            own => feed(world, own, r#"{"v":99}"#).await,
        }
        assert_ne!(failures(world, function).await, 0, "{function:?}");
    }
    world.hook(|_, _| Hooked::Pass);
}

/// What Lambda itself does as a function's role: it reads the queue of the mapping, and tells of what failed for good.
fn of_lambda(function: Function, queues: &BTreeMap<String, String>) -> Vec<Permission> {
    match function.mapping() {
        Some(mapping) => ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"]
            .map(|action| Permission::new(format!("sqs:{action}"), &queues[&mapping.queue]))
            .into(),
        None => {
            let settings = aws_local::Settings::default();
            let function = function.settings("/bootstrap".as_ref(), &settings, &BTreeMap::new());
            let on_failure = function.on_failure.into_iter();
            on_failure.map(|name| Permission::new("sqs:SendMessage", &queues[&name])).collect()
        }
    }
}

fn is_excepted(permission: &Permission) -> Option<usize> {
    EXCEPTIONS.iter().position(|(action, resource, _why)| {
        permission.action.starts_with(action)
            && (resource.is_empty() || permission.resource == *resource)
    })
}

#[tokio::test(start_paused = true)]
async fn a_role_allows_what_its_function_does_and_nothing_else() {
    let world = World::new();
    the_road(&world).await;
    calls_that_go_wrong(&world).await;
    others_and_a_carrier_that_interfere(&world).await;
    repairs(&world).await;
    questions(&world).await;
    the_cap(&world).await;
    exports(&world).await;
    an_outage(&world).await;
    let _: NumberAdmission = world.row(&world.cloud.admission_key()).await;

    let template = permissions::template();
    let queues = permissions::queues(&template);
    let mut done: BTreeMap<String, BTreeSet<Permission>> = BTreeMap::new();
    for call in world.calls().iter().filter(|call| call.caller != "local") {
        done.entry(call.caller.clone()).or_default().extend(needed(call, &queues));
    }
    for function in ALL {
        let own = done.entry(function.name().into()).or_default();
        own.extend(of_lambda(function, &queues));
    }
    let allowed = permissions::of_functions(&template);
    assert_eq!(allowed.keys().collect::<Vec<_>>(), done.keys().collect::<Vec<_>>());
    let (mut problems, mut excepted) = (Vec::new(), BTreeSet::new());
    for (function, allowed) in &allowed {
        let done = &done[function];
        for Permission { action, resource } in done.difference(allowed) {
            problems.push(format!("{function} calls {action} on {resource} and may not"));
        }
        for unused in allowed.difference(done) {
            match is_excepted(unused) {
                Some(exception) => _ = excepted.insert(exception),
                None => problems.push(format!(
                    "{function} may {} on {} and does not",
                    unused.action, unused.resource
                )),
            }
        }
    }
    excepted.extend(permissions::shared(&template).iter().map(|shared| {
        is_excepted(shared).unwrap_or_else(|| panic!("all functions share {shared:?}"))
    }));
    let idle = (0..EXCEPTIONS.len()).filter(|exception| !excepted.contains(exception));
    problems.extend(idle.map(|exception| format!("{:?} excepts nothing", EXCEPTIONS[exception])));
    assert!(problems.is_empty(), "\n  {}\n", problems.join("\n  "));
}
