//! The wire between the functions and AWS: the SDK's connector, where requests are counted, delayed, lost and refused.
//!
//! All of a request's chance is drawn before anything else happens to it, so that what it draws does not depend on
//! what others do meanwhile.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aws_local::wire::{AwsError, JSON_1_0, Request, Response};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{HeaderValue, StatusCode};
use serde_json::{Value, json};
use stack::functions::Function;

use crate::fault::Fault;
use crate::record::Ask;
use crate::sabotage::Sabotage;
use crate::tables;
use crate::tables::call::{Call, Item};
use crate::world::World;

/// How long a request is on its way, in milliseconds, and its answer.
const ONE_WAY_MS: (i64, i64) = (2, 12);

/// How much slower everything is while [`Fault::LatencyTenfold`] lasts.
const TENFOLD: i32 = 10;

/// How often a message is sent by [`Sabotage::MessagesMultiplied`].
const MULTIPLIED: usize = 12;

/// A service, as the wire tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    DynamoDb,
    Sqs,
    Scheduler,
    Carrier,
    Events,
}

const SERVICES: [Service; 5] =
    [Service::DynamoDb, Service::Sqs, Service::Scheduler, Service::Carrier, Service::Events];

/// The service, and the function, that a fault is about.
fn hit_by(of: u64) -> (Service, Function) {
    // Nobody asks for a month while a world lasts: a fault of these two would be none.
    let of_months =
        |it: &Function| matches!(it, Function::ExportBilling | Function::ReconcileBilling);
    let functions = stack::functions::ALL.into_iter().filter(|it| !of_months(it));
    let functions: Vec<Function> = functions.collect();
    let of = usize::try_from(of).unwrap_or(0);
    (SERVICES[of % SERVICES.len()], functions[of / SERVICES.len() % functions.len()])
}

/// The way of one execution environment to AWS.
#[derive(Clone)]
pub(crate) struct Door {
    pub(crate) world: Arc<World>,
    pub(crate) function: Function,
    /// For whoever only looks: nothing is counted, and nothing goes wrong.
    pub(crate) is_free: bool,
}

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Door({})", self.function.name())
    }
}

impl HttpConnector for Door {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let door = self.clone();
        HttpConnectorFuture::new(async move { door.carry(request).await })
    }
}

/// What becomes of one request.
struct Fate {
    there: Duration,
    back: Duration,
    /// Lost before it had an effect.
    lost: bool,
    /// Its answer is lost.
    unanswered: bool,
    /// A loss is an error at once, rather than silence.
    reset: bool,
    /// Refused without an effect.
    refused: Option<Response>,
    /// The carrier fails once it has done what was asked.
    fails_after: bool,
    /// Answered from an index that is behind.
    stale: bool,
    /// DynamoDB has forgotten the token of a transaction.
    token_forgotten: bool,
}

impl Door {
    async fn carry(&self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let request = decode(request)?;
        let (service, operation) = target(&request);
        if self.is_free {
            let mut response = match service {
                Service::DynamoDb => self.world.look(&operation, &request.body),
                _ => self.world.aws(|aws| aws.handle(&request, self.world.now())),
            };
            if self.world.dials.has(Fault::CorrectnessTwoVersions) {
                rewrite(&mut response.body, "2", "1");
            }
            return encode(response);
        }
        let sent_at = self.world.now();
        let mut parcel = Parcel { request, service, operation, ask: None };
        let fate = self.world.draw_fate(self.function, &parcel, sent_at);
        self.count(&parcel, sent_at);
        self.note_ask(&mut parcel, sent_at);
        tokio::time::sleep(fate.there).await;
        if fate.lost {
            return gone(fate.reset).await;
        }
        let mut response = match fate.refused {
            Some(refusal) => refusal,
            None => self.world.effect(self.function, &mut parcel, fate.stale, fate.token_forgotten),
        };
        self.heard(&parcel, &response);
        if self.world.sabotage == Some(Sabotage::RetryCall)
            && fate.unanswered
            && parcel.operation == "SendVoiceMessage"
        {
            tokio::time::sleep(Duration::from_millis(1_500)).await;
            let at = self.world.now();
            self.note_ask(&mut parcel, at);
            response = self.world.effect(self.function, &mut parcel, false, false);
            self.heard(&parcel, &response);
        }
        self.world.stir(&parcel);
        tokio::time::sleep(fate.back).await;
        if fate.fails_after && !fate.unanswered {
            return encode(internal_error(parcel.service));
        }
        if fate.unanswered {
            return gone(fate.reset).await;
        }
        if let Some(ask) = parcel.ask {
            self.world.record(|record| ask.of(record).answered = true);
        }
        // The SDK draws from this thread's generator, even for a log line: seeded anew, it draws the same again.
        self.world.seed_the_thread();
        encode(response)
    }

    fn count(&self, parcel: &Parcel, now: DateTime<Utc>) {
        let idle = self.function == Function::Reconcile && parcel.operation == "Query";
        // Nor is a person's command work for a reminder.
        let idle = idle || self.function == Function::ReconcileBilling;
        // Work that an outage of hours makes is bounded by its length, not by the number of reminders.
        let idle = idle || self.world.lasts(Fault::DegradationOutage, now, |_| true);
        let canonical = self.world.keeps_log().then(|| canonical(&parcel.request.body));
        self.world.record(|record| {
            record.requests += u64::from(!idle);
            let line = format!("request {} {} ", self.function.name(), parcel.operation);
            record.line(now, &(line + canonical.as_deref().unwrap_or_default()));
        });
    }

    /// Writes a request to the carrier down before anything can happen to it.
    fn note_ask(&self, parcel: &mut Parcel, sent_at: DateTime<Utc>) {
        let is_call = parcel.operation == "SendVoiceMessage";
        if !is_call && parcel.operation != "SendTextMessage" {
            return;
        }
        let body: Value = serde_json::from_slice(&parcel.request.body).unwrap_or_default();
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        let ask = Ask {
            sent_at,
            heard_at: None,
            phone: text("DestinationPhoneNumber"),
            words: text("MessageBody"),
            voice: body["VoiceId"].as_str().map(str::to_owned),
            time_to_live_s: body["TimeToLive"].as_i64(),
            attempt: body["Context"]["attempt"].as_str().map(str::to_owned),
            taken_as: None,
            refused: None,
            answered: false,
        };
        parcel.ask = Some(self.world.record(|record| {
            let asks = if is_call { &mut record.calls } else { &mut record.texts };
            asks.push(ask);
            AskAt { is_call, index: asks.len() - 1 }
        }));
    }

    /// Writes down what the carrier made of a request.
    fn heard(&self, parcel: &Parcel, response: &Response) {
        let now = self.world.now();
        let status = response.status.as_u16();
        self.world.record(|record| {
            record.line(
                now,
                &format!("answer {} {} {status}", self.function.name(), parcel.operation),
            );
        });
        let Some(at) = parcel.ask else { return };
        let body: Value = serde_json::from_slice(&response.body).unwrap_or_default();
        let taken_as = body["MessageId"].as_str().map(str::to_owned);
        let reason = body["Reason"].as_str().or(body["__type"].as_str()).unwrap_or("error");
        let ask = self.world.record(|record| {
            let ask = at.of(record);
            ask.heard_at = Some(now);
            ask.refused = taken_as.is_none().then(|| reason.to_owned());
            ask.taken_as = taken_as;
            let ask = ask.clone();
            if !at.is_call && ask.taken_as.is_some() {
                record.delivered.push(at.index);
            }
            ask
        });
        if let Some(id) = ask.taken_as.as_deref().filter(|_| at.is_call) {
            self.world.call_taken_on(id);
        }
    }
}

/// A request with what is known of it.
pub(crate) struct Parcel {
    pub(crate) request: Request,
    pub(crate) service: Service,
    pub(crate) operation: String,
    ask: Option<AskAt>,
}

/// Where in the record a request to the carrier stands.
#[derive(Clone, Copy)]
struct AskAt {
    is_call: bool,
    index: usize,
}

impl AskAt {
    fn of(self, record: &mut crate::record::Record) -> &mut Ask {
        let asks = if self.is_call { &mut record.calls } else { &mut record.texts };
        &mut asks[self.index]
    }
}

impl Parcel {
    fn is_write(&self) -> bool {
        !matches!(self.operation.as_str(), "GetItem" | "BatchGetItem" | "Query")
    }
}

impl World {
    /// Draws everything that will happen to a request.
    fn draw_fate(&self, function: Function, parcel: &Parcel, now: DateTime<Utc>) -> Fate {
        let slow = self.lasts(Fault::LatencyTenfold, now, |_| true);
        let mut dice = self.chance();
        let mut way = || {
            let way = dice.milliseconds(ONE_WAY_MS.0, ONE_WAY_MS.1).to_std().unwrap_or_default();
            if slow { way * u32::try_from(TENFOLD).unwrap_or(1) } else { way }
        };
        let (there, back) = (way(), way());
        drop(dice);
        if slow {
            self.happened(Fault::LatencyTenfold, now, "");
        }
        let detail = parcel.operation.as_str();
        let mut reset = false;
        let mut lost = self.strikes(Fault::NetworkRequestLost, now, detail);
        let unanswered = self.strikes(Fault::NetworkAnswerLost, now, detail);
        if lost || unanswered {
            reset = self.chance().chance(0.5);
        }
        let parted = |of: u64| hit_by(of) == (parcel.service, function);
        if self.lasts(Fault::NetworkPartition, now, parted) {
            self.happened(Fault::NetworkPartition, now, detail);
            lost = true;
        }
        let refused = self.draw_refusal(parcel, now);
        let fails_after = parcel.service == Service::Carrier
            && refused.is_none()
            && self.strikes(Fault::CarrierInternalError, now, detail);
        let is_index = parcel.operation == "Query" && function == Function::Reconcile;
        // Behind by seconds: what the look after a restore is for has stood there for an hour.
        let may_be_behind = is_index && !self.is_looked_through();
        let stale = may_be_behind && self.strikes(Fault::CorrectnessStaleIndex, now, "");
        let is_transaction = parcel.operation == "TransactWriteItems";
        let token_forgotten =
            is_transaction && self.strikes(Fault::CorrectnessTokenForgotten, now, "");
        Fate { there, back, lost, unanswered, reset, refused, fails_after, stale, token_forgotten }
    }

    fn draw_refusal(&self, parcel: &Parcel, now: DateTime<Utc>) -> Option<Response> {
        let is_service = |of: u64| hit_by(of).0 == parcel.service;
        let detail = parcel.operation.as_str();
        if parcel.is_write() && self.lasts(Fault::DiskFull, now, is_service) {
            self.happened(Fault::DiskFull, now, detail);
            return Some(internal_error(parcel.service));
        }
        if self.lasts(Fault::DegradationOutage, now, is_service) && self.chance().chance(0.9) {
            self.happened(Fault::DegradationOutage, now, detail);
            return Some(internal_error(parcel.service));
        }
        if parcel.is_write() && self.strikes(Fault::DiskWriteRefused, now, detail) {
            return Some(internal_error(parcel.service));
        }
        if parcel.service == Service::Carrier {
            return self.draw_carriers_refusal(parcel, now);
        }
        if self.strikes(Fault::Throttled, now, detail) {
            return Some(throttled(parcel.service));
        }
        let conflicts = matches!(detail, "TransactWriteItems" | "PutItem");
        if conflicts && self.strikes(Fault::CorrectnessConflict, now, detail) {
            return Some(conflict(parcel));
        }
        None
    }

    fn draw_carriers_refusal(&self, parcel: &Parcel, now: DateTime<Utc>) -> Option<Response> {
        let detail = parcel.operation.as_str();
        if self.strikes(Fault::CarrierInternalError, now, detail) {
            return Some(internal_error(Service::Carrier));
        }
        if self.strikes(Fault::CarrierThrottled, now, detail) {
            return Some(throttled(Service::Carrier));
        }
        if parcel.operation == "SendVoiceMessage" {
            if self.lasts(Fault::CarrierSpendLimit, now, |_| true) {
                self.happened(Fault::CarrierSpendLimit, now, detail);
                let reason = "MONTHLY_SPEND_LIMIT_REACHED_FOR_VOICE";
                return Some(carriers("ServiceQuotaExceededException", reason));
            }
            if self.strikes(Fault::CarrierBlocked, now, detail) {
                let reason = "DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION";
                return Some(carriers("ConflictException", reason));
            }
        }
        None
    }

    /// Lets a request have its effect.
    fn effect(
        &self,
        function: Function,
        parcel: &mut Parcel,
        stale: bool,
        token_forgotten: bool,
    ) -> Response {
        if stale {
            return Response::json(
                StatusCode::OK,
                JSON_1_0,
                &json!({"Items": [], "Count": 0, "ScannedCount": 0}),
            );
        }
        if parcel.service == Service::DynamoDb {
            return self.table_effect(function, parcel, token_forgotten);
        }
        if let Some(response) = self.sabotage_request(function, parcel) {
            return response;
        }
        if parcel.operation == "CreateSchedule" {
            let now = self.now();
            if self.strikes(Fault::FreshnessLostSchedule, now, "") {
                let arn = json!({"ScheduleArn": "arn:aws:scheduler:::schedule/lost"});
                return Response::json(StatusCode::OK, JSON_1_0, &arn);
            }
            if self.dials.has(Fault::FreshnessLateSchedule) {
                self.happened(Fault::FreshnessLateSchedule, now, "");
            }
        }
        if parcel.operation == "SendMessage" && self.strikes(Fault::DiskMessageLost, self.now(), "")
        {
            return sent();
        }
        if parcel.operation == "SendMessage" && self.is_new_code() {
            rewrite(&mut parcel.request.body, "1", "2");
        }
        let response = self.aws(|aws| aws.handle(&parcel.request, self.now()));
        let rings = parcel.operation == "SendVoiceMessage" && response.status.is_success();
        if rings && self.strikes(Fault::CarrierRingsTwice, self.now(), "") {
            let again = self.aws(|aws| aws.handle(&parcel.request, self.now()));
            let id = |response: &Response| {
                let body: Value = serde_json::from_slice(&response.body).unwrap_or_default();
                body["MessageId"].as_str().map(str::to_owned)
            };
            if let (Some(first), Some(second)) = (id(&response), id(&again)) {
                self.record(|record| record.twins.insert(second, first));
            }
        }
        if parcel.operation == "PutEvents" {
            self.see_events(parcel, &response);
        }
        response
    }

    /// Sees which events others were told.
    fn see_events(&self, parcel: &Parcel, response: &Response) {
        let asked = json_of(&parcel.request);
        let answer: Value = serde_json::from_slice(&response.body).unwrap_or_default();
        let taken = answer["Entries"].as_array().into_iter().flatten();
        let asked = asked["Entries"].as_array().into_iter().flatten();
        for (event, _) in asked.zip(taken).filter(|(_, taken)| taken["EventId"].is_string()) {
            let detail = event["Detail"].as_str().unwrap_or_default();
            let id = serde_json::from_str::<Value>(detail).unwrap_or_default()["id"].take();
            let id = id.as_str().unwrap_or_default().to_owned();
            self.record(|record| {
                record.events.insert(id, detail.to_owned());
            });
        }
    }

    /// The same, of a request to DynamoDB.
    fn table_effect(&self, function: Function, parcel: &Parcel, token_forgotten: bool) -> Response {
        let mut body = parcel.request.body.clone();
        if let Some(sabotage) = self.sabotage {
            let mut changed = json_of(&parcel.request);
            // A request that is not changed stays as it was sent: a look at a member that is not there makes it null.
            if sabotage.request(function, &parcel.operation, &mut changed) {
                forget_nulls(&mut changed);
                body = Bytes::from(changed.to_string());
            }
        }
        if parcel.is_write() && self.is_new_code() {
            rewrite(&mut body, "1", "2");
        }
        let mut call = match Call::read(&body) {
            Ok(call) => call,
            Err(said) => return tables::unread(said),
        };
        // The token is taken out: the engine would keep it by the machine's own clock.
        let token = call.client_request_token.take();
        if let Some(response) = token.as_deref().and_then(|token| self.answered_before(token)) {
            return response;
        }
        let now = self.now();
        // What a write means for opt-outs and for the ways of reminders.
        let mut seen = |row: &Item| self.record(|record| record.row_written(now, row));
        let mut response = self.dynamodb(&parcel.operation, call, &mut seen);
        if let Some(token) = token.filter(|_| response.status.is_success() && !token_forgotten) {
            self.remember_answer(token, &response);
        }
        if self.dials.has(Fault::CorrectnessTwoVersions) && !self.is_old_code() {
            rewrite(&mut response.body, "2", "1");
        }
        if let Some(sabotage) = self.sabotage {
            let mut body: Value = serde_json::from_slice(&response.body).unwrap_or_default();
            if sabotage.response(function, &parcel.operation, &mut body) {
                response.body = Bytes::from(body.to_string());
            }
        }
        response
    }

    /// Changes a request as the sabotage says; or answers it in the service's place.
    fn sabotage_request(&self, function: Function, parcel: &mut Parcel) -> Option<Response> {
        let sabotage = self.sabotage?;
        let mut body: Value = serde_json::from_slice(&parcel.request.body).unwrap_or_default();
        if sabotage.request(function, &parcel.operation, &mut body) {
            parcel.request.body = Bytes::from(body.to_string());
        }
        if parcel.operation != "SendMessage" {
            return None;
        }
        let queue = body["QueueUrl"].as_str().unwrap_or_default();
        if sabotage == Sabotage::LoseCharges && queue.ends_with("/charges") {
            return Some(sent());
        }
        if sabotage == Sabotage::MessagesMultiplied {
            let now = self.now();
            for _ in 1..MULTIPLIED {
                let _again = self.aws(|aws| aws.handle(&parcel.request, now));
            }
        }
        None
    }

    /// Whether a release is being rolled out, and the one who writes now has it already.
    fn is_new_code(&self) -> bool {
        let now = self.now();
        let rolling = self.lasts(Fault::CorrectnessTwoVersions, now, |_| true);
        let new = rolling && self.chance().chance(0.5);
        if new {
            self.happened(Fault::CorrectnessTwoVersions, now, "");
        }
        new
    }

    /// The same of one who reads and has it not yet.
    fn is_old_code(&self) -> bool {
        self.lasts(Fault::CorrectnessTwoVersions, self.now(), |_| true) && self.chance().chance(0.5)
    }

    /// Messages as the code of this environment understands them.
    pub(crate) fn as_understood(&self, payload: String) -> String {
        if !self.dials.has(Fault::CorrectnessTwoVersions) || self.is_old_code() {
            return payload;
        }
        let mut body = Bytes::from(payload);
        rewrite(&mut body, "2", "1");
        String::from_utf8_lossy(&body).into_owned()
    }
}

/// A request whose answer does not come: an error at once, or nothing until the SDK loses patience.
async fn gone(reset: bool) -> Result<HttpResponse, ConnectorError> {
    if reset {
        return Err(ConnectorError::io("the connection was reset".into()));
    }
    std::future::pending().await
}

/// Takes out members that are null. No request has one: an attribute that is nothing says so in another way.
fn forget_nulls(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|_, member| !member.is_null());
            members.values_mut().for_each(forget_nulls);
        }
        Value::Array(elements) => elements.iter_mut().for_each(forget_nulls),
        _ => {}
    }
}

/// What SQS says to a message that it has taken.
fn sent() -> Response {
    let sent = json!({"MessageId": "lost", "MD5OfMessageBody": ""});
    Response::json(StatusCode::OK, JSON_1_0, &sent)
}

/// Gives what is in a body another version, if it is JSON and has something of the one version.
fn rewrite(body: &mut Bytes, from: &str, to: &str) {
    // Nearly none has, and to read one takes as long as all the rest.
    let (row, message) = (format!(r#""v":{{"N":"{from}"}}"#), format!(r#"\"v\":{from}"#));
    let has_some = str::from_utf8(body).is_ok_and(|it| it.contains(&row) || it.contains(&message));
    if !has_some {
        return;
    }
    let Ok(mut value) = serde_json::from_slice(body) else { return };
    if versions(&mut value, from, to) {
        *body = Bytes::from(value.to_string());
    }
}

/// Gives rows and messages of one version another one, wherever in a body they are. True if there was one.
fn versions(body: &mut Value, from: &str, to: &str) -> bool {
    match body {
        Value::Object(members) => {
            let row = members.contains_key("sk") && members.contains_key("pk");
            if let Some(version) = members.get_mut("v").filter(|v| row && v["N"] == from) {
                *version = json!({"N": to});
                return true;
            }
            let mut changed = false;
            for (name, member) in members {
                // A message is JSON within JSON, as the sender and as SQS call it.
                changed |= match (name.as_str(), member.as_str()) {
                    ("MessageBody" | "body", Some(text)) => {
                        let (old, new) = (format!("\"v\":{from}"), format!("\"v\":{to}"));
                        let other = text.replacen(&old, &new, 1);
                        let is_other = other != text;
                        *member = Value::String(other);
                        is_other
                    }
                    _ => versions(member, from, to),
                };
            }
            changed
        }
        Value::Array(items) => {
            items.iter_mut().fold(false, |changed, item| versions(item, from, to) | changed)
        }
        _ => false,
    }
}

/// The body of a request; null if it is no JSON.
fn json_of(request: &Request) -> Value {
    serde_json::from_slice(&request.body).unwrap_or_default()
}

fn decode(request: HttpRequest) -> Result<Request, ConnectorError> {
    let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
    let (parts, body) = request.into_parts();
    let body = Bytes::copy_from_slice(body.bytes().unwrap_or_default());
    let uri = parts.uri.path_and_query().map_or("/", |it| it.as_str()).to_owned();
    Ok(Request { method: parts.method, uri, headers: parts.headers, body })
}

fn encode(response: Response) -> Result<HttpResponse, ConnectorError> {
    let mut http = http::Response::new(SdkBody::from(response.body));
    *http.status_mut() = response.status;
    *http.headers_mut() = response.headers;
    HttpResponse::try_from(http).map_err(|error| ConnectorError::other(error.into(), None))
}

fn target(request: &Request) -> (Service, String) {
    match request.target() {
        Some(("AmazonSQS", operation)) => (Service::Sqs, operation.to_owned()),
        Some(("PinpointSMSVoiceV2", operation)) => (Service::Carrier, operation.to_owned()),
        Some(("AWSEvents", operation)) => (Service::Events, operation.to_owned()),
        Some((_, operation)) => (Service::DynamoDb, operation.to_owned()),
        None if request.method == http::Method::POST => {
            (Service::Scheduler, "CreateSchedule".into())
        }
        None => (Service::Scheduler, request.method.to_string()),
    }
}

/// A body with its members in order: the SDK writes maps as they come.
fn canonical(body: &[u8]) -> String {
    match serde_json::from_slice::<Value>(body) {
        Ok(mut body) => {
            if let Some(members) = body.as_object_mut() {
                // The SDK's own random tokens are as the seed says, but they say nothing.
                members.remove("ClientRequestToken");
            }
            body.to_string()
        }
        Err(_) => String::from_utf8_lossy(body).into_owned(),
    }
}

fn refusal(service: Service, status: u16, code: &str, members: &[(&str, Value)]) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    let mut error = AwsError::with_status(status, code, "as the simulation wills");
    error.detail.extend(members.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    let prefix = match service {
        Service::DynamoDb => "com.amazonaws.dynamodb.v20120810#",
        Service::Sqs => "com.amazonaws.sqs#",
        Service::Scheduler | Service::Carrier | Service::Events => "",
    };
    let mut response = Response::json_error(JSON_1_0, prefix, &error);
    if let (Service::Scheduler, Ok(code)) = (service, HeaderValue::from_str(code)) {
        response.headers.insert("x-amzn-errortype", code);
    }
    response
}

fn internal_error(service: Service) -> Response {
    let code = match service {
        Service::DynamoDb => "InternalServerError",
        Service::Sqs => "InternalError",
        Service::Scheduler | Service::Carrier => "InternalServerException",
        Service::Events => "InternalException",
    };
    refusal(service, 500, code, &[])
}

fn throttled(service: Service) -> Response {
    match service {
        Service::DynamoDb => refusal(service, 400, "ProvisionedThroughputExceededException", &[]),
        Service::Sqs => refusal(service, 400, "RequestThrottled", &[]),
        Service::Scheduler => refusal(service, 429, "ThrottlingException", &[]),
        Service::Carrier | Service::Events => refusal(service, 400, "ThrottlingException", &[]),
    }
}

fn carriers(code: &str, reason: &str) -> Response {
    refusal(Service::Carrier, 400, code, &[("Reason", json!(reason))])
}

/// Another transaction is at the same rows.
fn conflict(parcel: &Parcel) -> Response {
    if parcel.operation == "PutItem" {
        return refusal(parcel.service, 400, "TransactionConflictException", &[]);
    }
    let body: Value = serde_json::from_slice(&parcel.request.body).unwrap_or_default();
    let items = body["TransactItems"].as_array().map_or(1, Vec::len);
    let reasons: Vec<Value> = (0..items)
        .map(|index| json!({"Code": if index == 0 { "TransactionConflict" } else { "None" }}))
        .collect();
    let members = [("CancellationReasons", Value::from(reasons))];
    refusal(parcel.service, 400, "TransactionCanceledException", &members)
}
