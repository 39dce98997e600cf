//! AWS on one machine: the services that Ringback's functions speak to, as state machines over
//! SQLite.
//!
//! # Layout
//! - [`store`]: the SQLite file (or memory) that every service but DynamoDB keeps its state in, and
//!   its lock
//! - [`copy`](mod@copy): copies of the data at one moment
//! - [`wire`]: one AWS request and one response, whatever door they came through; AWS errors
//! - [`sqs`], [`sns`], [`scheduler`], [`events`] (EventBridge), [`carrier`] (SMS and voice), [`s3`],
//!   [`dynamodb`]: the services; no I/O but SQLite, and the present is always an argument (`now`), so a simulator can drive them
//! - [`lambda`]: asynchronous invocations, the Lambda Runtime API, event source mappings, processes
//! - [`faults`]: what a person breaks on purpose
//! - [`server`]: the HTTP door on loopback, and the ticker that moves time on
//!
//! Services call each other in one direction only: carrier → sns → sqs ← scheduler → lambda, and
//! events → sqs. All
//! calls of one request happen in one SQLite transaction, so that a kill -9 leaves either all of
//! its effects or none.

pub mod carrier;
mod checks;
pub mod copy;
pub mod dynamodb;
pub mod events;
pub mod faults;
pub mod lambda;
pub mod s3;
pub mod scheduler;
pub mod server;
pub mod sns;
pub mod sqs;
pub mod store;
#[cfg(test)]
mod testing;
pub mod wire;

use chrono::{DateTime, TimeDelta, Utc};
use http::{HeaderValue, header};
use rusqlite::Connection;

pub use store::{Data, Ids, OpenError, Store};

use dynamodb::DynamoDb;
use wire::{AwsError, JSON_1_0, Request, Response};

/// The account that owns everything here, unless the settings say otherwise.
pub const ACCOUNT: &str = "000000000000";

/// The region that everything here is in, unless the settings say otherwise.
pub const REGION: &str = "us-east-1";

/// Where the endpoint listens, unless the settings say otherwise.
pub const ENDPOINT: &str = "http://127.0.0.1:4566";

/// How often what is past its time is removed to give its room back. Nobody sees when it happens.
pub const SWEEP_EVERY: TimeDelta = TimeDelta::minutes(10);

/// The media type of the query protocol.
const FORM: &str = "application/x-www-form-urlencoded";

/// An instant in UTC. Always an argument in this crate; only [`server`] asks the clock.
pub type Now = DateTime<Utc>;

/// What every service function gets: one open transaction, the present, and the facts of the stack.
#[derive(Clone, Copy)]
pub struct Ctx<'a> {
    /// The open transaction. What is written here is kept if and only if the request succeeds.
    pub db: &'a Connection,
    /// Where new ids come from.
    pub ids: &'a Ids,
    /// The present, the same during the whole request.
    pub now: Now,
    /// What does not change while the stack runs.
    pub settings: &'a Settings,
}

/// What is fixed for one stack as long as it runs.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Twelve digits; part of every ARN and queue URL.
    pub account: String,
    /// Part of every ARN.
    pub region: String,
    /// Scheme, host and port that queue URLs start with, without a final slash.
    pub endpoint: String,
    /// How the carrier of texts and calls behaves.
    pub carrier: carrier::CarrierSettings,
    /// How late schedules fire.
    pub scheduler: scheduler::SchedulerSettings,
    /// What is broken on purpose.
    pub faults: faults::Faults,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            account: ACCOUNT.into(),
            region: REGION.into(),
            endpoint: ENDPOINT.into(),
            carrier: carrier::CarrierSettings::default(),
            scheduler: scheduler::SchedulerSettings::default(),
            faults: faults::Faults::default(),
        }
    }
}

/// All services of one stack: what stands behind every door.
///
/// It does nothing on its own. A door brings requests and moves time on with [`Aws::advance`].
pub struct Aws {
    store: Store,
    dynamodb: DynamoDb,
    settings: Settings,
    swept_at: Option<Now>,
}

impl Aws {
    /// Opens the state, creating what is missing. With a `seed` all ids follow from it.
    ///
    /// # Errors
    /// A sentence a person understands: another stack has the directory, it cannot be written, the
    /// disk is full, a file is of a newer version or damaged.
    pub fn open(data: &Data, settings: Settings, seed: Option<u64>) -> Result<Self, OpenError> {
        // The store first: its lock is the whole directory's.
        let store = Store::open(data, seed)?;
        let dynamodb = DynamoDb::open(data)?;
        Ok(Self { store, dynamodb, settings, swept_at: None })
    }

    /// Answers one request at once. A receive that would wait is told that there is nothing.
    pub fn handle(&mut self, request: &Request, now: Now) -> Response {
        match self.answer(request, now) {
            Answer::Now(response) | Answer::Later { response, .. } => response,
        }
    }

    /// As [`Self::handle`], for doors that wait on a receive's behalf: they ask again when
    /// something has changed, and give the empty answer when the time is up.
    pub fn answer(&mut self, request: &Request, now: Now) -> Answer {
        let service = match Service::of(request) {
            Ok(Service::DynamoDb(operation)) => {
                return Answer::Now(self.dynamodb.handle(operation, &request.body, now));
            }
            Ok(service) => service,
            Err(response) => return Answer::Now(*response),
        };
        let settings = &self.settings;
        let answered = self.store.transaction(|db, ids| {
            let ctx = Ctx { db, ids, now, settings };
            let response = service.handle(&ctx, request);
            if !response.status.is_success() {
                return Err(Unkept::Refused(Box::new(response)));
            }
            let poll = match service {
                Service::Sqs(operation) => sqs::poll(&ctx, operation, &request.body, &response),
                _ => None,
            };
            Ok(match poll {
                Some(poll) => Answer::Later { response, poll },
                None => Answer::Now(response),
            })
        });
        answered.unwrap_or_else(|unkept| match unkept {
            Unkept::Refused(response) => Answer::Now(*response),
            Unkept::Failed(error) => Answer::Now(service.failure(&error.into())),
        })
    }

    /// When a receive that was told to wait is worth answering again, as far as is known now.
    #[must_use]
    pub fn worth_another_look_at(&self, poll: &sqs::Poll, now: Now) -> Option<Now> {
        // A store that cannot be read is for `answer` to report.
        self.worth_receiving_at(&poll.queue, now)
    }

    /// When a receive from this queue is worth trying: when something becomes visible, or at once if that cannot be
    /// known. Cheap enough to be asked at every change.
    #[must_use]
    pub fn worth_receiving_at(&self, queue: &str, now: Now) -> Option<Now> {
        self.store.look(|db, _| sqs::worth_receiving_at(db, queue, now)).unwrap_or(Some(now))
    }

    /// Tells `see` every queue that holds something, with when a receive from it is worth trying.
    ///
    /// # Errors
    /// That the store cannot be read.
    pub fn holding(&self, see: impl FnMut(&str, Now)) -> Result<(), AwsError> {
        Ok(self.store.look(|db, _| sqs::holding(db, see))?)
    }

    /// Runs `f` in one transaction: kept if it returns `Ok`, as if never begun otherwise.
    ///
    /// # Errors
    /// What `f` returned, or that the store cannot be read or written.
    pub fn with<T>(
        &mut self,
        now: Now,
        f: impl FnOnce(&Ctx) -> Result<T, AwsError>,
    ) -> Result<T, AwsError> {
        let settings = &self.settings;
        self.store.transaction(|db, ids| f(&Ctx { db, ids, now, settings }))
    }

    /// Does everything that is due now: schedules fire, calls ring and end, old messages go.
    ///
    /// # Errors
    /// That the store cannot be read or written; what was due then still is.
    pub fn advance(&mut self, now: Now) -> Result<(), AwsError> {
        let scheduled = self.with(now, scheduler::advance);
        // Calls ring and end whatever is wrong with a schedule.
        let carried = self.with(now, carrier::advance);
        scheduled.and(carried)?;
        if self.swept_at.is_none_or(|at| now - at >= SWEEP_EVERY || now < at) {
            self.with(now, sqs::sweep)?;
            self.swept_at = Some(now);
        }
        Ok(())
    }

    /// When [`Self::advance`] will next have something to do, if nothing else happens before.
    /// Sweeping does not count.
    ///
    /// # Errors
    /// That the store cannot be read.
    pub fn next_due(&self, now: Now) -> Result<Option<Now>, AwsError> {
        let settings = &self.settings;
        self.store.look(|db, ids| {
            let ctx = Ctx { db, ids, now, settings };
            let due = [scheduler::next_due(&ctx)?, carrier::next_due(&ctx)?];
            Ok(due.into_iter().flatten().min())
        })
    }

    /// The tables. They have a lock of their own: a clone can be used beside the rest.
    #[must_use]
    pub fn dynamodb(&self) -> &DynamoDb {
        &self.dynamodb
    }

    /// What does not change while the stack runs.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Differs before and after a call exactly if the call changed something, DynamoDB left out.
    #[must_use]
    pub fn changes(&self) -> u64 {
        self.store.changes()
    }
}

/// What a door does with a request.
#[derive(Debug, Clone)]
pub enum Answer {
    /// Gives this answer.
    Now(Response),
    /// A receive that found nothing, and may wait.
    Later {
        /// The answer when its time is up.
        response: Response,
        /// What it waits for, and how long.
        poll: sqs::Poll,
    },
}

/// Which service a request is for, with the operation where the protocol names it outside the body.
#[derive(Clone, Copy)]
enum Service<'a> {
    Sqs(&'a str),
    Sns,
    DynamoDb(&'a str),
    Carrier(&'a str),
    Events(&'a str),
    Scheduler,
    S3,
}

impl<'a> Service<'a> {
    /// Finds the service, or says that there is none.
    fn of(request: &'a Request) -> Result<Self, Box<Response>> {
        let unknown = |what: &str| {
            let error = AwsError::unknown_operation(what);
            Err(Box::new(Response::json_error(JSON_1_0, "com.amazon.coral.service#", &error)))
        };
        if let Some((service, operation)) = request.target() {
            return match service {
                "AmazonSQS" => Ok(Self::Sqs(operation)),
                "DynamoDB_20120810" | "DynamoDBStreams_20120810" => Ok(Self::DynamoDb(operation)),
                "PinpointSMSVoiceV2" => Ok(Self::Carrier(operation)),
                "AWSEvents" => Ok(Self::Events(operation)),
                _ => unknown(&format!("{service}.{operation}")),
            };
        }
        if s3::is_for(request) {
            return Ok(Self::S3);
        }
        let path = request.uri.split('?').next().unwrap_or_default();
        let scheduled = ["/schedules", "/schedule-groups", "/tags"];
        if scheduled.iter().any(|it| path == *it || path.starts_with(&format!("{it}/"))) {
            return Ok(Self::Scheduler);
        }
        let media_type = request.headers.get(header::CONTENT_TYPE);
        let media_type = media_type.and_then(|value| value.to_str().ok()).unwrap_or_default();
        if media_type.starts_with(FORM) {
            return Self::of_form(&request.body);
        }
        unknown(&format!("{} {path}", request.method))
    }

    /// The services of the query protocol say in their version which one they are.
    fn of_form(body: &[u8]) -> Result<Self, Box<Response>> {
        let version = form_urlencoded::parse(body).find(|(name, _)| name == "Version");
        let refuse = |message: &str| {
            Err(Box::new(sns::failure(&AwsError::bad_request("InvalidAction", message))))
        };
        match version.as_ref().map(|(_, version)| &**version) {
            Some("2010-03-31") | None => Ok(Self::Sns),
            Some("2012-11-05") => refuse(
                "aws-local speaks SQS in the JSON protocol only: use an SDK of 2024 or later",
            ),
            Some(other) => refuse(&format!("aws-local has no service of version {other}")),
        }
    }

    fn handle(self, ctx: &Ctx, request: &Request) -> Response {
        match self {
            Self::Sqs(operation) => sqs::handle(ctx, operation, &request.body),
            Self::Sns => sns::handle(ctx, &request.body),
            Self::Carrier(operation) => carrier::handle(ctx, operation, &request.body),
            Self::Events(operation) => events::handle(ctx, operation, &request.body),
            Self::Scheduler => scheduler::handle(ctx, request),
            Self::S3 => s3::handle(ctx, request),
            // It has no part in transactions of the store: `Aws::answer` asks it directly.
            Self::DynamoDb(operation) => {
                self.failure(&AwsError::unknown_operation(&format!("DynamoDB {operation}")))
            }
        }
    }

    /// An error in the protocol of the service.
    fn failure(self, error: &AwsError) -> Response {
        match self {
            Self::Sqs(_) => sqs::failure(error),
            Self::Sns => sns::failure(error),
            Self::DynamoDb(_) | Self::Carrier(_) => Response::json_error(JSON_1_0, "", error),
            Self::Events(_) => events::failure(error),
            Self::S3 => s3::failure(error),
            Self::Scheduler => {
                let json = HeaderValue::from_static("application/json");
                let mut response = Response::json_error(json, "", error);
                if let Ok(code) = HeaderValue::from_str(&error.code) {
                    response.headers.insert("x-amzn-errortype", code);
                }
                response
            }
        }
    }
}

/// Why a transaction is not kept.
enum Unkept {
    /// The service refused the request, and with it all that it had begun.
    Refused(Box<Response>),
    /// The store failed.
    Failed(rusqlite::Error),
}

impl From<rusqlite::Error> for Unkept {
    fn from(error: rusqlite::Error) -> Self {
        Self::Failed(error)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use http::{HeaderMap, Method};
    use serde_json::{Value, json};
    use tempfile::TempDir;

    use super::*;

    const TOPIC: &str = "arn:aws:sns:us-east-1:000000000000:t";

    fn request(header: (&'static str, &str), body: &str) -> Request {
        let value = HeaderValue::from_str(header.1).unwrap();
        let headers = HeaderMap::from_iter([(header.0.parse().unwrap(), value)]);
        Request { method: Method::POST, uri: "/".into(), headers, body: body.to_owned().into() }
    }

    fn sqs(operation: &str, body: &Value) -> Request {
        let target = format!("AmazonSQS.{operation}");
        request(("x-amz-target", &target), &body.to_string())
    }

    fn publish(message: &str) -> Request {
        let fields = [("Action", "Publish"), ("TopicArn", TOPIC), ("Message", message)];
        let mut form = form_urlencoded::Serializer::new(String::new());
        request(("content-type", FORM), &form.extend_pairs(fields).finish())
    }

    fn now() -> Now {
        testing::World::new().now
    }

    /// A stack on a directory with a queue and a topic that it is subscribed to.
    fn stack(directory: &TempDir) -> Aws {
        let data = Data::Directory(directory.path().into());
        let mut aws = Aws::open(&data, Settings::default(), Some(1)).unwrap();
        let set_up = |ctx: &Ctx| {
            sqs::create_queue(ctx, "q", &BTreeMap::new())?;
            sns::create_topic(ctx, "t")?;
            sns::subscribe_queue(ctx, TOPIC, &sqs::arn(ctx.settings, "q"), &BTreeMap::new())
        };
        aws.with(now(), set_up).unwrap();
        aws
    }

    #[test]
    fn a_full_disk_is_told_in_every_protocol_and_forgotten_when_there_is_room() {
        let directory = TempDir::new().unwrap();
        let mut aws = stack(&directory);
        aws.store.leave_pages(4);
        let long = "x".repeat(100_000);
        let body = json!({ "QueueUrl": "http://x/0/q", "MessageBody": long });
        let (send, publish) = (sqs("SendMessage", &body), publish(&long));
        let full = "the disk is full: nothing was changed, try again when there is room";
        for request in [&send, &publish] {
            let answer = aws.handle(request, now());
            assert_eq!((answer.status.as_u16(), answer.message().as_deref()), (500, Some(full)));
        }
        let header = &aws.handle(&send, now()).headers["x-amzn-query-error"];
        assert_eq!(header, "InternalError;Receiver");
        aws.store.leave_pages(100_000);
        for request in [&send, &publish] {
            assert_eq!(aws.handle(request, now()).status, 200);
        }
        let receive = json!({ "QueueUrl": "http://x/0/q", "MaxNumberOfMessages": 10 });
        let answer = aws.handle(&sqs("ReceiveMessage", &receive), now());
        let answer: Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(answer["Messages"].as_array().unwrap().len(), 2, "what failed left nothing");
    }

    #[test]
    fn a_receive_is_answered_at_once_and_a_door_is_told_that_it_may_wait() {
        let directory = TempDir::new().unwrap();
        let mut aws = stack(&directory);
        let receive = json!({ "QueueUrl": "http://x/0/q", "WaitTimeSeconds": 5 });
        let receive = sqs("ReceiveMessage", &receive);
        assert_eq!(&*aws.handle(&receive, now()).body, b"{}");
        let Answer::Later { poll, .. } = aws.answer(&receive, now()) else {
            panic!("there is nothing to receive")
        };
        assert_eq!(aws.worth_another_look_at(&poll, now()), None);
        let later = now() + TimeDelta::seconds(3);
        let delayed = sqs::Outgoing { delay_s: Some(3), ..sqs::Outgoing::text("tea") };
        aws.with(now(), |ctx| sqs::send(ctx, "q", delayed)).unwrap();
        assert_eq!(aws.worth_another_look_at(&poll, now()), Some(later));
        assert!(matches!(aws.answer(&receive, later), Answer::Now(_)));
        aws.with(now(), |ctx| sqs::delete_queue(ctx, "q")).unwrap();
        let worth = aws.worth_another_look_at(&poll, now());
        assert_eq!(worth, Some(now()), "to be told that the queue is gone");
    }

    #[test]
    fn the_same_seed_and_requests_give_the_same_bytes() {
        let run = || {
            let directory = TempDir::new().unwrap();
            let mut aws = stack(&directory);
            let send = json!({ "QueueUrl": "http://x/0/q", "MessageBody": "tea" });
            let receive = json!({ "QueueUrl": "http://x/0/q", "MaxNumberOfMessages": 9 });
            let requests =
                [sqs("SendMessage", &send), publish("cake"), sqs("ReceiveMessage", &receive)];
            requests.map(|request| aws.handle(&request, now()).body)
        };
        assert_eq!(run(), run());
    }
}
