//! One handler at a time against AWS in memory: for what happens between two lines of it.
//!
//! Nothing runs by itself here. A test delivers a queue's messages to a handler, and a hook sees every request before
//! AWS does: it may answer in its place, or do what others do in that very moment. Time is tokio's, paused.

#![expect(clippy::unwrap_used, reason = "a broken world should stop its test")]

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use aws_lambda_events::event::sqs::SqsEvent;
use aws_local::wire::{Request, Response};
use aws_local::{Aws, Data, Settings, carrier, sns, sqs};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use chrono::{DateTime, TimeDelta, Utc};
use cloud::config::{Config, Prices};
use cloud::items::{Item, Key, PhoneOwner, Stored, Table, occurrence_key, user_key};
use cloud::metrics::Metrics;
use cloud::{Clock, Cloud};
use domain::ids::{OccurrenceId, UserId};
use domain::lifecycle::News;
use domain::message::Message;
use domain::occurrence::{Effect, Occurrence};
use domain::phone::Phone;
use domain::price::PriceBook;
use domain::story::Story;
use domain::user::User;
use serde_json::{Value, json};
use stack::functions::Function;
use stack::{functions, provision};
use tokio::time::Instant;
use when::{Basis, Moment};

/// The present when a test begins: a Monday, so that no test depends on the day on which it runs.
const BEGIN: &str = "2026-11-23T09:00:00Z";

/// Shards of the index of open rows: few, so that tests meet more than one and need not fill sixteen.
pub const SHARDS: u32 = 4;

/// The pauses between attempts.
const RETRY_AFTER_S: &str = "120,600";

/// What a hook does with a request before AWS sees it.
pub enum Hooked {
    /// AWS answers.
    Pass,
    /// AWS never sees it; this is the answer.
    Answer(Response),
    /// AWS is asked with this body instead.
    Ask(String),
    /// AWS does it, but the answer is lost on its way: this comes instead.
    Lose(Response),
}

/// Puts a name into the place of a key's id, so that a request says which function it is of.
const CREDENTIAL: &str = "Credential=";

type Hook = Box<dyn FnMut(&str, &str) -> Hooked + Send>;

/// AWS in memory, the clients that the functions use, and what they asked for.
pub struct World {
    /// What handlers reach the world through.
    pub cloud: Arc<Cloud>,
    /// AWS itself.
    pub services: Services,
    door: Door,
    settings: Settings,
    environment: BTreeMap<String, String>,
}

/// AWS, for those who ask it past the hook: a hook itself, or what others do meanwhile.
#[derive(Clone)]
pub struct Services {
    aws: Arc<Mutex<Aws>>,
    clock: Clock,
}

/// The way from the SDK to AWS.
#[derive(Clone)]
struct Door {
    services: Services,
    hook: Arc<Mutex<Option<Hook>>>,
    gives_way: Arc<AtomicBool>,
    asked: Arc<Mutex<BTreeMap<String, usize>>>,
    calls: Arc<Mutex<Vec<Call>>>,
}

/// A request as AWS saw it.
#[derive(Debug, Clone)]
pub struct Call {
    /// The id of the key that signed it: for [`World::cloud_of`] the function's name.
    pub caller: String,
    /// The request.
    pub request: Request,
}

impl World {
    /// A deployment without users, whose carrier takes one SMS a second.
    #[must_use]
    pub fn new() -> Self {
        Self::with(&[])
    }

    /// The same with other variables in the functions' environment.
    #[must_use]
    pub fn with(variables: &[(&str, &str)]) -> Self {
        fastrand::seed(1);
        let mut settings = Settings::default();
        settings.carrier = carrier::CarrierSettings {
            number: provision::SERVICE_NUMBER.into(),
            two_way_topic_arn: sns::arn(&settings, provision::queue::INBOUND_SMS),
            configuration_set: provision::CONFIGURATION_SET.into(),
            event_topic_arn: sns::arn(&settings, provision::queue::CALL_EVENTS),
            ..carrier::CarrierSettings::default()
        };
        let clock = Clock::Simulated { wall: BEGIN.parse().unwrap(), start: Instant::now() };
        let mut aws = Aws::open(&Data::Memory, settings.clone(), Some(1)).unwrap();
        provision::provision(&mut aws, clock.now()).unwrap();
        let mut environment = functions::environment(&settings, RETRY_AFTER_S);
        environment.insert("OPEN_SHARDS".into(), SHARDS.to_string());
        let own = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        environment.extend(own);
        let config = Config::from_lookup(|name| environment.get(name).cloned()).unwrap();
        let services = Services { aws: Arc::new(Mutex::new(aws)), clock };
        let door = Door {
            services: services.clone(),
            hook: Arc::default(),
            gives_way: Arc::default(),
            asked: Arc::default(),
            calls: Arc::default(),
        };
        Self { cloud: Arc::new(door.cloud(config)), services, door, settings, environment }
    }

    /// What a release with another price book reaches the world through.
    #[must_use]
    pub fn cloud_priced(&self, book: &str) -> Arc<Cloud> {
        let book = Box::leak(Box::new(PriceBook::parse(book).unwrap()));
        let config = Config { prices: Prices::Own(book), ..self.cloud.config.clone() };
        Arc::new(self.door.cloud(config))
    }

    /// What one function reaches the world through: with the variables that it has, and a key of its own.
    #[must_use]
    pub fn cloud_of(&self, function: Function) -> Arc<Cloud> {
        let program = std::path::Path::new("/bootstrap");
        let env = function.settings(program, &self.settings, &self.environment).env;
        let config = Config::from_lookup(|name| env.get(name).cloned()).unwrap();
        Arc::new(self.door.cloud(config))
    }

    /// All requests so far, oldest first.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        lock(&self.door.calls).clone()
    }

    /// The present.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.cloud.clock.now()
    }

    /// Moves time on.
    pub async fn pass(&self, time: TimeDelta) {
        tokio::time::advance(time.to_std().unwrap()).await;
        // What a handler waits for in milliseconds is only reached by sleeping.
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }

    /// From now on others have their turn before an answer is there, so that runs side by side get in each other's way.
    /// Otherwise a run waits for nothing but time.
    pub fn give_way(&self) {
        self.door.gives_way.store(true, Ordering::Relaxed);
    }

    /// From now on `hook` sees every request: its operation, such as `PutItem`, and its body.
    pub fn hook(&self, hook: impl FnMut(&str, &str) -> Hooked + Send + 'static) {
        *lock(&self.door.hook) = Some(Box::new(hook));
    }

    /// How often an operation was asked for.
    #[must_use]
    pub fn asked(&self, operation: &str) -> usize {
        lock(&self.door.asked).get(operation).copied().unwrap_or(0)
    }

    /// Takes what a queue has to give now, as a batch for a handler.
    #[must_use]
    pub fn batch(&self, queue: &str) -> SqsEvent {
        let url = sqs::url(&self.settings, queue);
        let body = json!({
            "QueueUrl": url,
            "MaxNumberOfMessages": 10,
            "MessageSystemAttributeNames": ["All"],
            "MessageAttributeNames": ["All"],
        });
        let answer = self.request("AmazonSQS", "ReceiveMessage", &body);
        let messages = answer["Messages"].as_array().into_iter().flatten();
        let source = sqs::arn(&self.settings, queue);
        let records: Vec<Value> = messages.map(|it| record(&source, it)).collect();
        serde_json::from_value(json!({ "Records": records })).unwrap()
    }

    /// How many messages a queue would give now.
    #[must_use]
    pub fn visible(&self, queue: &str) -> usize {
        let url = sqs::url(&self.settings, queue);
        let body = json!({ "QueueUrl": url, "AttributeNames": ["ApproximateNumberOfMessages"] });
        let answer = self.request("AmazonSQS", "GetQueueAttributes", &body);
        answer["Attributes"]["ApproximateNumberOfMessages"].as_str().unwrap().parse().unwrap()
    }

    /// The messages that a queue has to give now, read as JSON.
    #[must_use]
    pub fn bodies(&self, queue: &str) -> Vec<Value> {
        let records = self.batch(queue).records;
        records.iter().map(|r| serde_json::from_str(r.body.as_deref().unwrap()).unwrap()).collect()
    }

    /// As [`Services::request`].
    ///
    /// # Panics
    /// If the service refuses.
    #[must_use]
    pub fn request(&self, service: &str, operation: &str, body: &Value) -> Value {
        self.services.request(service, operation, body)
    }

    /// Puts an item into the table of reminders, as it stands there.
    pub fn put_item(&self, item: &Value) {
        let body = json!({ "TableName": provision::REMINDERS_TABLE, "Item": item });
        let _ = self.request("DynamoDB_20120810", "PutItem", &body);
    }

    /// Removes an item from its table.
    pub fn delete_item(&self, key: &Key) {
        let table = match key.table {
            Table::Reminders => provision::REMINDERS_TABLE,
            Table::Billing => provision::BILLING_TABLE,
        };
        let key = json!({ "pk": { "S": key.pk }, "sk": { "S": key.sk } });
        let body = json!({ "TableName": table, "Key": key });
        let _ = self.request("DynamoDB_20120810", "DeleteItem", &body);
    }

    /// An attribute of an item in the table of reminders, as DynamoDB writes it.
    #[must_use]
    pub fn attribute(&self, key: &Key, name: &str) -> Value {
        let key = json!({ "pk": { "S": key.pk }, "sk": { "S": key.sk } });
        let body = json!({ "TableName": provision::REMINDERS_TABLE, "Key": key });
        self.request("DynamoDB_20120810", "GetItem", &body)["Item"][name].take()
    }

    /// Writes rows that do not exist yet, or over what is there.
    pub async fn put<T: Item>(&self, row: T) {
        let before = self.cloud.get::<T>(&row.key()).await.unwrap();
        let stored = Stored { row, rev: before.map_or(0, |stored| stored.rev) };
        self.cloud.write(self.now()).put(&stored).unwrap().commit().await.unwrap();
    }

    /// A row that is there.
    pub async fn row<T: Item>(&self, key: &Key) -> T {
        self.cloud.get::<T>(key).await.unwrap().expect("the row is there").row
    }

    /// A reminder that is there.
    pub async fn reminder(&self, id: &OccurrenceId) -> Occurrence {
        self.row(&occurrence_key(id)).await
    }

    /// The `n`th user, made where missing.
    pub async fn user(&self, n: u32) -> User {
        let id = UserId::from_random(u128::from(n));
        let key = user_key(&id);
        if let Some(stored) = self.cloud.get::<User>(&key).await.unwrap() {
            return stored.row;
        }
        let phone = Phone::parse(&format!("+1206555{n:04}")).unwrap();
        self.put(PhoneOwner { phone: phone.clone(), user: id.clone() }).await;
        // Who has texted twice is known to want our calls.
        let zone = "America/Los_Angeles".parse().unwrap();
        let user = User { texts: 2, ..User::new(id, phone, zone, self.now()) };
        self.put(user.clone()).await;
        user
    }

    /// Who texts from a number.
    pub async fn user_of(&self, phone: &str) -> UserId {
        let phone = Phone::parse(phone).unwrap();
        self.row::<PhoneOwner>(&PhoneOwner::key_of(&phone)).await.user
    }

    /// A reminder of the `n`th user, due in some minutes; its schedule is made.
    pub async fn scheduled(&self, n: u32, minutes: i64) -> Occurrence {
        let mut user = self.user(n).await;
        let id = user.next_reminder();
        self.put(user).await;
        let at = self.now() + TimeDelta::minutes(minutes);
        let (wall, zone) = (at.naive_utc(), chrono_tz::Tz::UTC);
        let moment = Moment { at, wall, zone, basis: Basis::Wall };
        let mut row = Occurrence::accepted(id, "tea".into(), moment, self.now());
        row.clear(Effect::Schedule { version: 1, attempt: 1 });
        self.put(row.clone()).await;
        row
    }

    /// A text of the `n`th user that owes its charge.
    pub async fn text_owing_its_charge(&self, n: u32, id: &str) -> Message {
        let message = Message {
            id: id.parse().unwrap(),
            user: self.user(n).await.id,
            text: "LIST".into(),
            sent_at: self.now(),
            decided_at: self.now(),
            reminders: Vec::new(),
            charged: true,
            in_ledger: false,
            news: News::default(),
            nudges: 0,
            story: Story::default(),
        };
        self.put(message.clone()).await;
        message
    }

    /// The lines of metrics that were written so far, as JSON.
    #[must_use]
    pub fn metrics(&self) -> Vec<Value> {
        let lines = self.cloud.metrics.lines();
        lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

impl Services {
    /// Asks a service, past the hook; returns its answer as JSON.
    ///
    /// # Panics
    /// If the service refuses.
    #[must_use]
    pub fn request(&self, service: &str, operation: &str, body: &Value) -> Value {
        let target = format!("{service}.{operation}");
        let headers =
            [("x-amz-target", target.as_str()), ("content-type", "application/x-amz-json-1.0")];
        let headers = headers.map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        let request = Request {
            method: http::Method::POST,
            uri: "/".into(),
            headers: http::HeaderMap::from_iter(headers),
            body: body.to_string().into(),
        };
        let answer = lock(&self.aws).handle(&request, self.clock.now());
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        assert!(answer.status.is_success(), "{target}: {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// Takes an item out of the ledger's table; [`Services::give`] puts it back.
    ///
    /// # Panics
    /// If it is not there.
    #[must_use]
    pub fn take(&self, key: &Key) -> Value {
        let key = json!({ "pk": { "S": key.pk }, "sk": { "S": key.sk } });
        let body = json!({
            "TableName": provision::BILLING_TABLE, "Key": key, "ReturnValues": "ALL_OLD",
        });
        let taken = self.request("DynamoDB_20120810", "DeleteItem", &body)["Attributes"].take();
        assert!(taken.is_object(), "there is no such item");
        taken
    }

    /// Puts an item into the ledger's table.
    pub fn give(&self, item: &Value) {
        let body = json!({ "TableName": provision::BILLING_TABLE, "Item": item });
        let _ = self.request("DynamoDB_20120810", "PutItem", &body);
    }

    /// What the bucket of exports holds, by key.
    ///
    /// # Panics
    /// If S3 refuses.
    #[must_use]
    pub fn exports(&self) -> BTreeMap<String, bytes::Bytes> {
        let get = |path: &str| {
            let signed = "AWS4-HMAC-SHA256 Credential=local/20261123/us-east-1/s3/aws4_request";
            let signed = (http::header::AUTHORIZATION, signed.parse().unwrap());
            let request = Request {
                method: http::Method::GET,
                uri: format!("/{}{path}", provision::EXPORTS_BUCKET),
                headers: http::HeaderMap::from_iter([signed]),
                body: bytes::Bytes::new(),
            };
            let answer = lock(&self.aws).handle(&request, self.clock.now());
            assert!(answer.status.is_success(), "{path}: {answer:?}");
            answer.body
        };
        let list = String::from_utf8(get("?list-type=2").to_vec()).unwrap();
        let keys = list.split("<Key>").skip(1).map(|part| part.split_once('<').unwrap().0);
        keys.map(|key| (key.to_owned(), get(&format!("/{key}")))).collect()
    }

    /// Writes a row as it is once more, as whoever moves it would.
    pub fn touch(&self, key: &Key) {
        self.set(key, &[]);
    }

    /// Writes the user's STOP, as inbound-sms would.
    pub fn stop_by(&self, user: &User) {
        let at = self.clock.now().to_rfc3339();
        self.set(&user_key(&user.id), &[("opted_out_at", json!({ "S": at }))]);
    }

    /// Writes the user's START of now, as inbound-sms would.
    pub fn start_by(&self, user: &User) {
        let at = self.clock.now().to_rfc3339();
        self.set(&user_key(&user.id), &[("opted_in_at", json!({ "S": at }))]);
    }

    /// Moves a row: these attributes, as DynamoDB writes them, are new.
    pub fn set(&self, key: &Key, attributes: &[(&str, Value)]) {
        let mut update = "SET rev = rev + :one".to_owned();
        let mut names = serde_json::Map::new();
        let mut values = json!({ ":one": { "N": "1" } });
        for (index, (name, value)) in attributes.iter().enumerate() {
            update.push_str(&format!(", #a{index} = :a{index}"));
            names.insert(format!("#a{index}"), (*name).into());
            values[format!(":a{index}")] = value.clone();
        }
        let table = match key.table {
            Table::Reminders => provision::REMINDERS_TABLE,
            Table::Billing => provision::BILLING_TABLE,
        };
        let mut body = json!({
            "TableName": table,
            "Key": { "pk": { "S": key.pk }, "sk": { "S": key.sk } },
            "UpdateExpression": update,
            "ExpressionAttributeValues": values,
        });
        if !names.is_empty() {
            body["ExpressionAttributeNames"] = names.into();
        }
        let _ = self.request("DynamoDB_20120810", "UpdateItem", &body);
    }
}

/// An answer as DynamoDB gives it to a transaction that meets another one at its first row.
#[must_use]
pub fn conflict(rows: usize) -> Response {
    let mut answer = refusal("TransactionCanceledException");
    let mut body: Value = serde_json::from_slice(&answer.body).unwrap();
    let reasons = (0..rows).map(|row| match row {
        0 => json!({ "Code": "TransactionConflict", "Message": "Transaction is ongoing" }),
        _ => json!({ "Code": "None" }),
    });
    body["CancellationReasons"] = reasons.collect();
    answer.body = body.to_string().into();
    answer
}

/// An answer as DynamoDB gives it when something broke in it.
#[must_use]
pub fn broken() -> Response {
    Response { status: http::StatusCode::INTERNAL_SERVER_ERROR, ..refusal("InternalServerError") }
}

/// An answer as DynamoDB gives it when it refuses.
#[must_use]
pub fn refusal(code: &str) -> Response {
    let body = json!({ "__type": format!("com.amazonaws.dynamodb.v20120810#{code}") });
    let media_type = http::HeaderValue::from_static("application/x-amz-json-1.0");
    Response::json(http::StatusCode::BAD_REQUEST, media_type, &body)
}

/// What the carrier says to whom it knows to be opted out.
pub fn opted_out() -> Response {
    let mut response = refusal("ConflictException");
    let reason = "DESTINATION_PHONE_NUMBER_OPTED_OUT";
    let body = json!({ "__type": "ConflictException", "Reason": reason });
    response.body = body.to_string().into();
    response
}

/// A message as Lambda hands it to a function.
fn record(source: &str, message: &Value) -> Value {
    let attributes: BTreeMap<&String, Value> = message["MessageAttributes"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| {
            let value = json!({ "stringValue": value["StringValue"], "dataType": "String" });
            (name, value)
        })
        .collect();
    json!({
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message["Attributes"],
        "messageAttributes": attributes,
        "eventSource": "aws:sqs",
        "eventSourceARN": source,
    })
}

/// The id of the key that a request is signed with.
fn caller(request: &Request) -> String {
    let signature = request.headers.get(http::header::AUTHORIZATION);
    let signature = signature.and_then(|value| value.to_str().ok()).unwrap_or_default();
    let credential = signature.split_once(CREDENTIAL).map_or("", |(_, credential)| credential);
    credential.split('/').next().unwrap_or_default().to_owned()
}

impl Door {
    /// Clients that go through here.
    fn cloud(&self, config: Config) -> Cloud {
        let connector = SharedHttpConnector::new(self.clone());
        let clock = self.services.clock;
        let sdk = cloud::connection::sdk_config(&config)
            .http_client(http_client_fn(move |_, _| connector.clone()))
            .time_source(clock)
            .build();
        let mut cloud = Cloud::with(config, &sdk, clock, None);
        cloud.metrics = Metrics::kept();
        cloud
    }

    fn answer(&self, request: &HttpRequest) -> Response {
        let headers = request.headers().iter().map(|(name, value)| {
            (name.parse::<http::HeaderName>().unwrap(), value.parse().unwrap())
        });
        let wire = Request {
            method: request.method().parse().unwrap(),
            uri: request.uri().parse::<http::Uri>().unwrap().path_and_query().unwrap().to_string(),
            headers: http::HeaderMap::from_iter(headers),
            body: bytes::Bytes::copy_from_slice(request.body().bytes().unwrap_or_default()),
        };
        let operation = wire.target().map(|(_, operation)| operation.to_owned());
        let operation = operation.unwrap_or_else(|| wire.uri.clone());
        *lock(&self.asked).entry(operation.clone()).or_default() += 1;
        lock(&self.calls).push(Call { caller: caller(&wire), request: wire.clone() });
        // Taken out while it runs, so that what it asks of AWS itself passes.
        let hook = lock(&self.hook).take();
        let hooked = match hook {
            None => Hooked::Pass,
            Some(mut hook) => {
                let hooked = hook(&operation, &String::from_utf8_lossy(&wire.body));
                lock(&self.hook).get_or_insert(hook);
                hooked
            }
        };
        let services = &self.services;
        let ask = |wire: &Request| lock(&services.aws).handle(wire, services.clock.now());
        let handle = || ask(&wire);
        match hooked {
            Hooked::Pass => handle(),
            Hooked::Ask(body) => ask(&Request { body: body.into(), ..wire.clone() }),
            Hooked::Answer(answer) => answer,
            Hooked::Lose(instead) => {
                handle();
                instead
            }
        }
    }
}

impl HttpConnector for Door {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let answer = self.answer(&request);
        let status = answer.status.as_u16().try_into().unwrap();
        let mut response = HttpResponse::new(status, SdkBody::from(answer.body));
        for (name, value) in &answer.headers {
            let value = value.to_str().unwrap().to_owned();
            response.headers_mut().insert(name.as_str().to_owned(), value);
        }
        if !self.gives_way.load(Ordering::Relaxed) {
            return HttpConnectorFuture::ready(Ok(response));
        }
        HttpConnectorFuture::new(async move {
            tokio::task::yield_now().await;
            Ok(response)
        })
    }
}

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Door")
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
