//! The scheduler from its outside: requests in, messages in queues out, with the present as an
//! argument.

use std::collections::BTreeMap;

use http::{HeaderMap, Method};
use serde_json::{Value, json};

use super::*;
use crate::sqs::{self, Received};
use crate::{Data, Settings, Store, lambda};

/// When the tests begin: a Monday.
const START: &str = "2026-11-23T04:49:49Z";

const QUEUE: &str = "arn:aws:sqs:us-east-1:000000000000:due-callbacks";
const DEAD_LETTERS: &str = "arn:aws:sqs:us-east-1:000000000000:due-callbacks-dead";
const FUNCTION: &str = "arn:aws:lambda:us-east-1:000000000000:function:reconcile";
const ROLE: &str = "arn:aws:iam::000000000000:role/scheduler";

/// A stack with two queues, and the present.
struct World {
    store: Store,
    settings: Settings,
    now: Now,
}

impl World {
    fn new() -> Self {
        let store = Store::open(&Data::Memory, Some(1)).expect("memory is there");
        let now = START.parse().expect("an instant");
        let mut world = Self { store, settings: Settings::default(), now };
        for queue in ["due-callbacks", "due-callbacks-dead"] {
            world.with(|ctx| sqs::create_queue(ctx, queue, &BTreeMap::new()).expect("a new queue"));
        }
        world
    }

    fn with<T>(&mut self, f: impl FnOnce(&Ctx) -> T) -> T {
        let (settings, now) = (&self.settings, self.now);
        self.store
            .transaction(|db, ids| Ok::<_, AwsError>(f(&Ctx { db, ids, now, settings })))
            .expect("memory does not fail")
    }

    /// Sends a request; the answer is its body, or status, code and message of the error.
    fn send(
        &mut self,
        method: &str,
        uri: &str,
        body: &Value,
    ) -> Result<Value, (u16, String, String)> {
        let method = method.parse::<Method>().expect("a method");
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let request =
            Request { method, uri: uri.into(), headers: HeaderMap::new(), body: body.into() };
        let response = self.with(|ctx| handle(ctx, &request));
        let answer: Value = serde_json::from_slice(&response.body).expect("JSON");
        if response.status == StatusCode::OK {
            return Ok(answer);
        }
        let code = response.headers["x-amzn-errortype"].to_str().expect("ASCII").to_owned();
        let message = answer["Message"].as_str().expect("a message").to_owned();
        Err((response.status.as_u16(), code, message))
    }

    /// Creates a schedule of this name.
    fn create(&mut self, name: &str, body: &Value) {
        self.send("POST", &format!("/schedules/{name}"), body).expect(name);
    }

    /// The status, code and message with which a schedule is refused.
    fn refused(&mut self, body: &Value) -> (u16, String, String) {
        self.send("POST", "/schedules/refused", body).expect_err("refused")
    }

    /// Lets time pass to this instant, with the scheduler looking whenever it has something to do.
    fn run_to(&mut self, until: &str) {
        let until: Now = until.parse().expect("an instant");
        while let Some(due) = self.with(next_due_of).filter(|due| *due <= until) {
            self.now = self.now.max(due);
            self.with(|ctx| advance(ctx).expect("no failure"));
        }
        self.now = until;
    }

    /// Lets time pass with the stack switched off, and switches it on again.
    fn sleep_to(&mut self, until: &str) {
        self.now = until.parse().expect("an instant");
        self.with(|ctx| advance(ctx).expect("no failure"));
    }

    /// All messages that a queue holds, taken out.
    fn drain(&mut self, queue: &str) -> Vec<Received> {
        self.with(|ctx| {
            let mut all = Vec::new();
            loop {
                let batch = sqs::receive(ctx, queue, 10, Some(3600)).expect("the queue is there");
                if batch.is_empty() {
                    return all;
                }
                for message in &batch {
                    sqs::delete(ctx, queue, &message.receipt_handle).expect("just received");
                }
                all.extend(batch);
            }
        })
    }

    /// When messages came into the queue, in order.
    fn arrivals(&mut self) -> Vec<String> {
        let mut times: Vec<i64> = self
            .drain("due-callbacks")
            .iter()
            .map(|message| message.system["SentTimestamp"].parse().expect("milliseconds"))
            .collect();
        times.sort_unstable();
        times.into_iter().map(|ms| from_ms(ms).format("%dT%H:%M:%S").to_string()).collect()
    }

    /// How many schedules there are.
    fn names(&mut self) -> Vec<String> {
        let answer = self.send("GET", "/schedules", &Value::Null).expect("a list");
        let all = answer["Schedules"].as_array().expect("a list").clone();
        all.iter().map(|schedule| schedule["Name"].as_str().expect("a name").into()).collect()
    }
}

fn next_due_of(ctx: &Ctx) -> Option<Now> {
    next_due(ctx).expect("the store can be read")
}

/// The body of a schedule with the queue as its target, with members replaced.
fn body(expression: &str, changes: &Value) -> Value {
    let mut body = json!({
        "ScheduleExpression": expression,
        "FlexibleTimeWindow": { "Mode": "OFF" },
        "ClientToken": "2f1c0f54-3a92-4b6f-8f0e-9d1a3b5c7e11",
        "Target": { "Arn": QUEUE, "RoleArn": ROLE, "Input": "ring" },
    });
    merge(&mut body, changes);
    body
}

fn merge(into: &mut Value, changes: &Value) {
    match (into, changes) {
        (Value::Object(into), Value::Object(changes)) => {
            for (name, value) in changes {
                if value.is_null() {
                    into.remove(name);
                } else {
                    merge(into.entry(name.clone()).or_insert(Value::Null), value);
                }
            }
        }
        (into, value) => *into = value.clone(),
    }
}

fn at(expression: &str) -> Value {
    body(expression, &json!({}))
}

#[test]
fn a_one_time_schedule_fires_once_at_its_second_and_stays() {
    let mut world = World::new();
    world.create("r1", &at("at(2026-11-23T06:00:00)"));
    world.run_to("2026-11-24T00:00:00Z");
    assert_eq!(world.arrivals(), ["23T06:00:00"]);
    assert_eq!(world.names(), ["r1"]);
    assert_eq!(world.with(next_due_of), None);
}

#[test]
fn a_schedule_can_be_deleted_after_completion() {
    let mut world = World::new();
    world.create(
        "r1",
        &body("at(2026-11-23T06:00:00)", &json!({"ActionAfterCompletion": "DELETE"})),
    );
    let series = json!({
        "ActionAfterCompletion": "DELETE", "EndDate": 1_795_417_200.0, // 2026-11-23T07:00:00Z
    });
    world.create("r2", &body("cron(0/20 * * * ? *)", &series));
    world.run_to("2026-11-24T00:00:00Z");
    let expected = ["05:00", "05:20", "05:40", "06:00", "06:00", "06:20", "06:40"];
    assert_eq!(world.arrivals(), expected.map(|time| format!("23T{time}:00")));
    assert_eq!(world.names(), Vec::<String>::new());
}

#[test]
fn the_zone_is_that_of_the_expression() {
    let mut world = World::new();
    let zone = json!({"ScheduleExpressionTimezone": "Asia/Kolkata"});
    world.create("r1", &body("at(2026-11-23T11:30:00)", &zone));
    world.run_to("2026-11-24T00:00:00Z");
    assert_eq!(world.arrivals(), ["23T06:00:00"]);
    let nowhere = json!({"ScheduleExpressionTimezone": "Mars/Olympus"});
    let (status, code, message) = world.refused(&body("at(2026-11-23T11:30:00)", &nowhere));
    assert_eq!((status, code.as_str()), (400, "ValidationException"));
    assert!(message.contains("Mars/Olympus"), "{message}");
}

#[test]
fn an_at_time_in_the_past_fires_at_once() {
    let mut world = World::new();
    world.create("r1", &at("at(2020-01-01T00:00:00)"));
    assert_eq!(world.with(next_due_of), Some(world.now));
    world.run_to("2026-11-23T04:50:00Z");
    assert_eq!(world.arrivals(), ["23T04:49:49"]);
}

#[test]
fn an_at_time_with_a_fraction_or_a_zone_is_refused() {
    let mut world = World::new();
    for expression in ["at(2026-11-23T06:00:00Z)", "at(2026-11-23T06:00:00.000)", "at(tomorrow)"] {
        let (status, code, message) = world.refused(&at(expression));
        assert_eq!((status, code.as_str()), (400, "ValidationException"));
        assert!(message.starts_with("Invalid Schedule Expression at("), "{message}");
    }
}

#[test]
fn the_same_name_again_is_a_conflict_and_changes_nothing() {
    let mut world = World::new();
    world.create("r1", &at("at(2026-11-23T06:00:00)"));
    for other in [at("at(2026-11-23T06:00:00)"), at("at(2026-11-23T09:00:00)")] {
        let (status, code, _) = world.send("POST", "/schedules/r1", &other).expect_err("conflict");
        assert_eq!((status, code.as_str()), (409, "ConflictException"));
    }
    // The same name in another group is another schedule.
    world.send("POST", "/schedule-groups/ringback", &json!({})).expect("a new group");
    world.create("r1", &body("at(2026-11-23T08:00:00)", &json!({"GroupName": "ringback"})));
    world.run_to("2026-11-24T00:00:00Z");
    assert_eq!(world.arrivals(), ["23T06:00:00", "23T08:00:00"]);
}

#[test]
fn a_rate_starts_at_once_and_goes_on() {
    let mut world = World::new();
    world.create("r1", &at("rate(2 hours)"));
    world.run_to("2026-11-23T09:00:00Z");
    assert_eq!(world.arrivals(), ["23T04:49:49", "23T06:49:49", "23T08:49:49"]);
}

#[test]
fn start_and_end_bound_a_recurring_schedule() {
    let mut world = World::new();
    let dates = json!({"StartDate": 1_795_413_600.0, "EndDate": 1_795_420_800.0}); // 06:00, 08:00
    world.create("r1", &body("rate(1 hour)", &dates));
    world.run_to("2026-11-24T00:00:00Z");
    assert_eq!(world.arrivals(), ["23T06:00:00", "23T07:00:00"]);
    for (dates, expected) in [
        (json!({"StartDate": 1_795_400_000.0}), "earlier than 5 minutes ago"),
        (json!({"EndDate": 1_795_400_000.0}), "in the future"),
        (json!({"StartDate": 1_895_400_000.0, "EndDate": 1_895_400_000.0}), "later than"),
        (json!({"StartDate": -1.0}), "out of range"),
    ] {
        let (_, code, message) = world.refused(&body("rate(1 hour)", &dates));
        assert_eq!(code, "ValidationException");
        assert!(message.contains(expected), "{message}");
    }
    // One-time schedules ignore both.
    world.create("r2", &body("at(2026-11-25T00:00:00)", &json!({"EndDate": 1_795_400_000.0})));
    world.run_to("2026-11-26T00:00:00Z");
    assert_eq!(world.arrivals(), ["25T00:00:00"]);
}

#[test]
fn a_flexible_window_is_kept() {
    let mut world = World::new();
    let window = json!({"FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15}});
    for n in 0..20 {
        world.create(&format!("r{n}"), &body("at(2026-11-23T06:00:00)", &window));
    }
    world.run_to("2026-11-23T06:15:00Z");
    let arrivals = world.arrivals();
    assert_eq!(arrivals.len(), 20);
    assert!(arrivals.iter().all(|at| at.as_str() >= "23T06:00:00"));
    assert!(arrivals.first() != arrivals.last(), "spread over the window");
    for window in [
        json!({"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 0}),
        json!({"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 1441}),
        json!({"Mode": "FLEXIBLE"}),
        json!({"Mode": "OFF", "MaximumWindowInMinutes": 5}),
        json!({"Mode": "SOMETIMES"}),
        json!({"MaximumWindowInMinutes": 5}),
        Value::Null,
    ] {
        let mut wanted = at("at(2026-11-23T06:00:00)");
        wanted["FlexibleTimeWindow"] = window;
        assert_eq!(world.refused(&wanted).1, "ValidationException", "{wanted}");
    }
}

#[test]
fn jitter_makes_a_schedule_late_but_never_early() {
    let mut world = World::new();
    world.settings.scheduler.fire_jitter_s = 10..=59;
    for n in 0..20 {
        world.create(&format!("r{n}"), &at("at(2026-11-23T06:00:00)"));
    }
    world.run_to("2026-11-24T00:00:00Z");
    let arrivals = world.arrivals();
    assert_eq!(arrivals.len(), 20);
    assert!(arrivals.iter().all(|at| ("23T06:00:10".."23T06:01:00").contains(&at.as_str())));
}

#[test]
fn a_disabled_schedule_waits_until_it_is_enabled() {
    let mut world = World::new();
    world.create("r1", &body("at(2026-11-23T06:00:00)", &json!({"State": "DISABLED"})));
    world.run_to("2026-11-23T07:00:00Z");
    assert_eq!(world.arrivals(), Vec::<String>::new());
    world.send("PUT", "/schedules/r1", &at("at(2026-11-23T06:00:00)")).expect("an update");
    world.run_to("2026-11-23T08:00:00Z");
    assert_eq!(world.arrivals(), ["23T07:00:00"]);
}

#[test]
fn an_update_replaces_everything() {
    let mut world = World::new();
    let first = json!({"Description": "a talk", "ScheduleExpressionTimezone": "Asia/Kolkata"});
    world.create("r1", &body("at(2026-11-23T12:00:00)", &first));
    world.run_to("2026-11-23T05:00:00Z");
    let second = json!({"Target": {"Input": "ring twice"}});
    world
        .send("PUT", "/schedules/r1", &body("at(2026-11-23T12:00:00)", &second))
        .expect("an update");
    let got = world.send("GET", "/schedules/r1", &Value::Null).expect("a schedule");
    assert_eq!(got["Description"], Value::Null);
    assert_eq!(got["ScheduleExpressionTimezone"], "UTC");
    world.run_to("2026-11-24T00:00:00Z");
    let messages = world.drain("due-callbacks");
    assert_eq!(messages.len(), 1);
    assert_eq!(messages[0].body, "ring twice");
    let (status, code, _) =
        world.send("PUT", "/schedules/r2", &at("rate(1 day)")).expect_err("no such schedule");
    assert_eq!((status, code.as_str()), (404, "ResourceNotFoundException"));
}

#[test]
fn an_update_that_leaves_the_times_alone_repeats_nothing() {
    let mut world = World::new();
    world.create("once", &at("at(2026-11-23T05:00:00)"));
    world.create("often", &at("rate(1 hour)"));
    world.run_to("2026-11-23T05:10:00Z");
    assert_eq!(world.arrivals(), ["23T04:49:49", "23T05:00:00"]);
    let described = json!({"Description": "new words only"});
    world.send("PUT", "/schedules/once", &body("at(2026-11-23T05:00:00)", &described)).expect("ok");
    world.send("PUT", "/schedules/often", &body("rate(1 hour)", &described)).expect("ok");
    world.run_to("2026-11-23T06:00:00Z");
    assert_eq!(world.arrivals(), ["23T05:49:49"]);
}

#[test]
fn a_schedule_can_be_read_back_with_its_defaults() {
    let mut world = World::new();
    let arn = world.send("POST", "/schedules/r1", &at("at(2026-11-23T06:00:00)")).expect("created");
    assert_eq!(arn["ScheduleArn"], "arn:aws:scheduler:us-east-1:000000000000:schedule/default/r1");
    let got = world.send("GET", "/schedules/r1?groupName=default", &Value::Null).expect("read");
    assert_eq!(
        got,
        json!({
            "Arn": "arn:aws:scheduler:us-east-1:000000000000:schedule/default/r1",
            "Name": "r1",
            "GroupName": "default",
            "CreationDate": 1_795_409_389.0,
            "LastModificationDate": 1_795_409_389.0,
            "ScheduleExpression": "at(2026-11-23T06:00:00)",
            "ScheduleExpressionTimezone": "UTC",
            "State": "ENABLED",
            "ActionAfterCompletion": "NONE",
            "FlexibleTimeWindow": { "Mode": "OFF" },
            "Target": {
                "Arn": QUEUE,
                "RoleArn": ROLE,
                "Input": "ring",
                "RetryPolicy": { "MaximumRetryAttempts": 185, "MaximumEventAgeInSeconds": 86_400 },
            },
        })
    );
    world.send("DELETE", "/schedules/r1?clientToken=x", &Value::Null).expect("deleted");
    for method in ["GET", "DELETE"] {
        let (status, code, message) =
            world.send(method, "/schedules/r1", &Value::Null).expect_err("gone");
        assert_eq!((status, code.as_str()), (404, "ResourceNotFoundException"));
        assert_eq!(message, "Schedule r1 does not exist.");
    }
    world.run_to("2026-11-24T00:00:00Z");
    assert_eq!(world.arrivals(), Vec::<String>::new());
}

#[test]
fn a_failing_target_is_tried_again_until_it_is_there() {
    let mut world = World::new();
    world.create("r1", &at("at(2026-11-23T06:00:00)"));
    world.with(|ctx| sqs::delete_queue(ctx, "due-callbacks").expect("was there"));
    world.run_to("2026-11-23T06:00:05Z");
    world.with(|ctx| sqs::create_queue(ctx, "due-callbacks", &BTreeMap::new()).expect("new"));
    world.run_to("2026-11-23T07:00:00Z");
    // Retries wait 1, 2, 4 seconds.
    assert_eq!(world.arrivals(), ["23T06:00:07"]);
    assert_eq!(world.with(next_due_of), None);
}

#[test]
fn what_cannot_be_delivered_ends_in_the_dead_letter_queue_with_the_reason() {
    let mut world = World::new();
    let target = json!({"Target": {
        "Arn": "arn:aws:sqs:us-east-1:000000000000:gone",
        "Input": "{\"attempt\":\"<aws.scheduler.attempt-number>\"}",
        "DeadLetterConfig": {"Arn": DEAD_LETTERS},
        "RetryPolicy": {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 60},
    }});
    world.create("r1", &body("at(2026-11-23T06:00:00)", &target));
    world.run_to("2026-11-23T07:00:00Z");
    let dead = world.drain("due-callbacks-dead");
    assert_eq!(dead.len(), 1);
    assert_eq!(dead[0].body, "{\"attempt\":\"3\"}");
    let attributes: BTreeMap<&str, &str> = dead[0]
        .attributes
        .iter()
        .map(|(name, value)| (name.as_str(), value.string_value.as_deref().expect("a string")))
        .collect();
    assert_eq!(attributes["ERROR_CODE"], "QueueDoesNotExist");
    assert!(!attributes["ERROR_MESSAGE"].is_empty());
    assert!(!attributes["EXECUTION_ID"].is_empty());
    assert_eq!(attributes["EXHAUSTED_RETRY_CONDITION"], "MaximumRetryAttempts");
    assert_eq!(attributes["IS_PAYLOAD_TRUNCATED"], "false");
    assert_eq!(attributes["RETRY_ATTEMPTS"], "2");
    assert_eq!(attributes["SCHEDULED_TIME"], "2026-11-23T06:00:00Z");
    assert_eq!(
        attributes["SCHEDULE_ARN"],
        "arn:aws:scheduler:us-east-1:000000000000:schedule/default/r1"
    );
    assert_eq!(attributes["TARGET_ARN"], "arn:aws:sqs:us-east-1:000000000000:gone");
}

#[test]
fn retries_end_when_the_event_is_too_old() {
    let mut world = World::new();
    let target = json!({"Target": {
        "Arn": "arn:aws:sqs:us-east-1:000000000000:gone",
        "DeadLetterConfig": {"Arn": DEAD_LETTERS},
        "RetryPolicy": {"MaximumEventAgeInSeconds": 60},
    }});
    world.create("r1", &body("at(2026-11-23T06:00:00)", &target));
    world.run_to("2026-11-23T06:01:00Z");
    let dead = world.drain("due-callbacks-dead");
    assert_eq!(dead.len(), 1);
    let text = |name: &str| dead[0].attributes[name].string_value.clone().expect("a string");
    assert_eq!(text("EXHAUSTED_RETRY_CONDITION"), "MaximumEventAgeInSeconds");
    // After 1, 3, 7, 15 and 31 seconds; the next would be after 63.
    assert_eq!(text("RETRY_ATTEMPTS"), "5");
}

#[test]
fn without_a_dead_letter_queue_the_event_is_dropped_and_nothing_else_is_held_up() {
    let mut world = World::new();
    let gone = json!({"Target": {
        "Arn": "arn:aws:sqs:us-east-1:000000000000:gone",
        "RetryPolicy": {"MaximumRetryAttempts": 0},
    }});
    world.create("r1", &body("at(2026-11-23T06:00:00)", &gone));
    let both_gone = json!({"Target": {
        "Arn": "arn:aws:sqs:us-east-1:000000000000:gone",
        "DeadLetterConfig": {"Arn": "arn:aws:sqs:us-east-1:000000000000:gone-too"},
        "RetryPolicy": {"MaximumRetryAttempts": 0},
    }});
    world.create("r2", &body("at(2026-11-23T06:00:00)", &both_gone));
    world.create("r3", &at("at(2026-11-23T06:00:00)"));
    world.run_to("2026-11-23T06:00:00Z");
    assert_eq!(world.arrivals(), ["23T06:00:00"]);
    assert_eq!(world.with(next_due_of), None);
}

#[test]
fn a_one_time_schedule_that_passed_while_the_stack_was_down_fires_once() {
    let mut world = World::new();
    world.create("r1", &at("at(2026-11-23T06:00:00)"));
    world.sleep_to("2026-11-23T09:30:00Z");
    world.run_to("2026-11-24T00:00:00Z");
    assert_eq!(world.arrivals(), ["23T09:30:00"]);
}

#[test]
fn one_that_is_too_old_by_then_is_a_dead_letter() {
    let mut world = World::new();
    let target = json!({"Target": {
        "DeadLetterConfig": {"Arn": DEAD_LETTERS},
        "RetryPolicy": {"MaximumEventAgeInSeconds": 900},
    }});
    world.create("r1", &body("at(2026-11-23T06:00:00)", &target));
    world.sleep_to("2026-11-23T06:15:01Z");
    assert_eq!(world.arrivals(), Vec::<String>::new());
    let dead = world.drain("due-callbacks-dead");
    assert_eq!(dead.len(), 1);
    assert_eq!(dead[0].body, "ring");
    let text = |name: &str| dead[0].attributes[name].string_value.clone().expect("a string");
    assert_eq!(text("EXHAUSTED_RETRY_CONDITION"), "MaximumEventAgeInSeconds");
    assert_eq!(text("RETRY_ATTEMPTS"), "0");
}

#[test]
fn a_recurring_schedule_makes_up_for_a_night_off_once() {
    let mut world = World::new();
    let input = json!({"Target": {"Input": "<aws.scheduler.scheduled-time>"}});
    world.create("minutely", &body("rate(1 minute)", &input));
    world.create("daily", &body("cron(0 9 * * ? *)", &input));
    world.sleep_to("2026-11-26T06:00:20Z");
    let mut bodies: Vec<String> =
        world.drain("due-callbacks").into_iter().map(|message| message.body).collect();
    bodies.sort();
    assert_eq!(bodies, ["2026-11-25T09:00:00Z", "2026-11-26T05:59:49Z"]);
    world.run_to("2026-11-26T06:02:00Z");
    assert_eq!(world.arrivals(), ["26T06:00:49", "26T06:01:49"]);
}

#[test]
fn context_attributes_are_filled_in() {
    let mut world = World::new();
    let input = "<aws.scheduler.schedule-arn> <aws.scheduler.scheduled-time> \
                 <aws.scheduler.attempt-number> <aws.scheduler.execution-id> <aws.scheduler.other>";
    world.create("r1", &body("at(2026-11-23T06:00:00)", &json!({"Target": {"Input": input}})));
    world.run_to("2026-11-23T06:00:00Z");
    let messages = world.drain("due-callbacks");
    let words: Vec<&str> = messages[0].body.split(' ').collect();
    assert_eq!(words[0], "arn:aws:scheduler:us-east-1:000000000000:schedule/default/r1");
    assert_eq!(words[1..3], ["2026-11-23T06:00:00Z", "1"]);
    assert!(words[3].len() == 16 && words[3].bytes().all(|byte| byte.is_ascii_hexdigit()));
    assert_eq!(words[4], "<aws.scheduler.other>");
}

#[test]
fn without_an_input_the_target_gets_the_default_notification() {
    let mut world = World::new();
    let mut wanted = at("at(2026-11-23T06:00:00)");
    wanted["Target"] = json!({"Arn": QUEUE, "RoleArn": ROLE});
    world.create("r1", &wanted);
    world.run_to("2026-11-23T06:00:00Z");
    let event: Value =
        serde_json::from_str(&world.drain("due-callbacks")[0].body).expect("a notification");
    assert_eq!(event["source"], "aws.scheduler");
    assert_eq!(event["time"], "2026-11-23T06:00:00Z");
    assert_eq!(event["resources"][0].as_str().map(|arn| arn.ends_with("default/r1")), Some(true));
}

#[test]
fn a_function_can_be_a_target() {
    let mut world = World::new();
    let target = json!({"Target": {"Arn": FUNCTION, "Input": "{\"tick\":true}"}});
    world.create("reconcile", &body("rate(1 minute)", &target));
    world.run_to("2026-11-23T04:51:00Z");
    let count = |ctx: &Ctx| -> i64 {
        let sql = "SELECT count(*) FROM lambda_asynchronous \
                   WHERE function = 'reconcile' AND payload = '{\"tick\":true}'";
        ctx.db.query_row(sql, [], |row| row.get(0)).expect("a number")
    };
    assert_eq!(world.with(count), 2);
    let target = json!({"Target": {"Arn": FUNCTION, "Input": "not JSON"}});
    assert_eq!(world.refused(&body("rate(1 minute)", &target)).1, "ValidationException");
}

#[test]
fn a_function_that_is_gone_is_tried_again_and_ends_as_a_dead_letter() {
    let mut world = World::new();
    let target = json!({"Target": {
        "Arn": FUNCTION,
        "Input": "{}",
        "DeadLetterConfig": {"Arn": DEAD_LETTERS},
        "RetryPolicy": {"MaximumRetryAttempts": 1},
    }});
    world.create("r1", &body("at(2026-11-23T06:00:00)", &target));
    world.with(|ctx| lambda::asynchronous::register(ctx, ["another"]).expect("registered"));
    world.run_to("2026-11-23T07:00:00Z");
    let dead = world.drain("due-callbacks-dead");
    let text = |name: &str| dead[0].attributes[name].string_value.clone().expect("a string");
    assert_eq!(text("ERROR_CODE"), "ResourceNotFoundException");
    assert_eq!(text("RETRY_ATTEMPTS"), "1");
}

#[test]
fn what_breaks_the_model_is_refused_with_the_reason() {
    let mut world = World::new();
    let long = "x".repeat(513);
    let many = "x".repeat(256 * 1024 + 1);
    for (changes, expected) in [
        (json!({"ScheduleExpression": null}), "scheduleExpression"),
        (json!({"ScheduleExpression": "rate(1 minutes)"}), "Invalid Schedule Expression"),
        (json!({"ScheduleExpression": "cron(0 9 * * * *)"}), "Invalid Schedule Expression"),
        (json!({"Target": null}), "target"),
        (json!({"Target": {"Arn": null}}), "target.arn"),
        (json!({"Target": {"RoleArn": null}}), "target.roleArn"),
        (json!({"Target": {"RoleArn": "scheduler"}}), "target.roleArn"),
        (json!({"Target": {"Arn": "arn:aws:sns:us-east-1:000000000000:topic"}}), "SQS queues"),
        (json!({"Target": {"Arn": "arn:aws:scheduler:::aws-sdk:sqs:sendMessage"}}), "SQS queues"),
        (json!({"Target": {"Arn": format!("{QUEUE}.fifo")}}), "no FIFO queues"),
        (json!({"Target": {"EcsParameters": {"TaskCount": 1}}}), "EcsParameters"),
        (json!({"Target": {"Arn": FUNCTION, "Input": "{}", "SqsParameters": {}}}), "SqsParameters"),
        (json!({"Target": {"Input": ""}}), "target.input"),
        (json!({"Target": {"Input": many}}), "target.input"),
        (json!({"Target": {"DeadLetterConfig": {"Arn": "dead"}}}), "deadLetterConfig"),
        (json!({"Target": {"DeadLetterConfig": {"Arn": format!("{QUEUE}.fifo")}}}), "deadLetter"),
        (json!({"Target": {"RetryPolicy": {"MaximumRetryAttempts": 186}}}), "185"),
        (json!({"Target": {"RetryPolicy": {"MaximumRetryAttempts": -1}}}), "equal to 0"),
        (json!({"Target": {"RetryPolicy": {"MaximumEventAgeInSeconds": 59}}}), "60"),
        (json!({"Target": {"RetryPolicy": {"MaximumEventAgeInSeconds": 86401}}}), "86400"),
        (json!({"State": "ON"}), "state"),
        (json!({"ActionAfterCompletion": "KEEP"}), "actionAfterCompletion"),
        (json!({"Description": long}), "description"),
        (json!({"ClientToken": "a b"}), "clientToken"),
        (json!({"GroupName": "a b"}), "groupName"),
    ] {
        let (status, code, message) = world.refused(&body("at(2026-11-23T06:00:00)", &changes));
        assert_eq!((status, code.as_str()), (400, "ValidationException"), "{changes}");
        assert!(message.contains(expected), "{message}");
    }
    for changes in [json!({"ScheduleExpression": 5}), json!({"Target": "queue"})] {
        let (status, code, _) = world.refused(&body("at(2026-11-23T06:00:00)", &changes));
        assert_eq!((status, code.as_str()), (400, "SerializationException"));
    }
    for name in ["a%20b", &"x".repeat(65), "%FF", "a%2", "%C3%A9"] {
        let created = world.send("POST", &format!("/schedules/{name}"), &at("rate(1 day)"));
        assert_eq!(created.expect_err(name).1, "ValidationException");
    }
    assert_eq!(world.names(), Vec::<String>::new());
}

#[test]
fn a_list_comes_in_pages_and_can_be_narrowed() {
    let mut world = World::new();
    world.send("POST", "/schedule-groups/g", &json!({})).expect("a new group");
    for n in 0..5 {
        world.create(&format!("a{n}"), &at("at(2026-12-23T06:00:00)"));
    }
    world.create("b", &body("rate(1 day)", &json!({"GroupName": "g", "State": "DISABLED"})));
    let mut found = Vec::new();
    let mut uri = "/schedules?MaxResults=2".to_owned();
    loop {
        let page = world.send("GET", &uri, &Value::Null).expect("a page");
        for schedule in page["Schedules"].as_array().expect("a list") {
            found.push(schedule["Name"].as_str().expect("a name").to_owned());
        }
        let Some(token) = page["NextToken"].as_str() else { break };
        uri = format!("/schedules?MaxResults=2&NextToken={}", token.replace('/', "%2F"));
    }
    assert_eq!(found, ["a0", "a1", "a2", "a3", "a4", "b"]);
    let mut names = |query: &str| {
        let page = world.send("GET", &format!("/schedules?{query}"), &Value::Null).expect(query);
        let all = page["Schedules"].as_array().expect("a list").clone();
        all.iter().map(|s| s["Name"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names("ScheduleGroup=g"), ["b"]);
    assert_eq!(names("State=DISABLED"), ["b"]);
    assert_eq!(names("State=ENABLED&NamePrefix=a4"), ["a4"]);
    assert_eq!(names("NamePrefix=A"), Vec::<String>::new());
    for query in ["MaxResults=0", "MaxResults=101", "State=ON", "NextToken=%20", "NextToken=a"] {
        let refused = world.send("GET", &format!("/schedules?{query}"), &Value::Null);
        assert_eq!(refused.expect_err(query).1, "ValidationException");
    }
    let missing = world.send("GET", "/schedules?ScheduleGroup=none", &Value::Null);
    assert_eq!(missing.expect_err("no such group").1, "ResourceNotFoundException");
}

#[test]
fn a_group_goes_with_its_schedules() {
    let mut world = World::new();
    let tags = json!({"Tags": [{"Key": "app", "Value": "ringback"}]});
    let made = world.send("POST", "/schedule-groups/g", &tags).expect("a new group");
    let arn = "arn:aws:scheduler:us-east-1:000000000000:schedule-group/g";
    assert_eq!(made["ScheduleGroupArn"], arn);
    let again = world.send("POST", "/schedule-groups/g", &json!({})).expect_err("is there");
    assert_eq!((again.0, again.1.as_str()), (409, "ConflictException"));
    let got = world.send("GET", "/schedule-groups/g", &Value::Null).expect("a group");
    assert_eq!((&got["Name"], &got["State"]), (&json!("g"), &json!("ACTIVE")));
    let all = world.send("GET", "/schedule-groups", &Value::Null).expect("a list");
    assert_eq!(all["ScheduleGroups"][0]["Name"], "default");
    assert_eq!(all["ScheduleGroups"][1]["Name"], "g");

    let tags_uri = format!("/tags/{}", arn.replace('/', "%2F"));
    let more = json!({"Tags": [{"Key": "stage", "Value": "test"}]});
    world.send("POST", &tags_uri, &more).expect("tagged");
    world.send("DELETE", &format!("{tags_uri}?TagKeys=app"), &Value::Null).expect("untagged");
    let tags = world.send("GET", &tags_uri, &Value::Null).expect("tags");
    assert_eq!(tags, json!({"Tags": [{"Key": "stage", "Value": "test"}]}));

    world.create("r1", &body("at(2026-11-23T06:00:00)", &json!({"GroupName": "g"})));
    world.send("DELETE", "/schedule-groups/g", &Value::Null).expect("deleted");
    world.run_to("2026-11-24T00:00:00Z");
    assert_eq!(world.arrivals(), Vec::<String>::new());
    for uri in ["/schedule-groups/g", "/schedules/r1?groupName=g"] {
        assert_eq!(world.send("GET", uri, &Value::Null).expect_err(uri).0, 404);
    }
    let in_no_group = body("rate(1 day)", &json!({"GroupName": "g"}));
    assert_eq!(world.refused(&in_no_group).1, "ResourceNotFoundException");
    let default = world.send("DELETE", "/schedule-groups/default", &Value::Null);
    assert_eq!(default.expect_err("is always there").1, "ValidationException");
}

#[test]
fn what_is_not_an_operation_is_said_to_be_none() {
    let mut world = World::new();
    let unknown = world.send("PATCH", "/schedules/r1", &Value::Null).expect_err("none");
    assert_eq!(unknown.1, "UnknownOperationException");
}
