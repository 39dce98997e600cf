//! The HTTP interface of the phones: what a person does with one, and what can be seen of it.

use std::sync::Arc;

use aws_local::lambda::Dispatcher;
use aws_local::server::Handle;
use aws_local::wire::AwsError;
use aws_local::{Now, carrier};
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use cloud::Cloud;
use cloud::items::{PhoneOwner, user_key};
use cloud::story::Line;
use domain::phone::Phone;
use domain::user::User;
use serde::Serialize;
use serde_json::{Value, json};

use super::{Stack, events, faults, machine, page, road};

/// The longest text that a phone sends: ten SMS parts, what the carrier takes for one message.
const TEXT_CHARS_MAX: usize = 1600;
/// A body is JSON around such a text; in escapes a character is at most twelve bytes.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// What the handlers reach.
pub struct Api {
    /// The services of this machine, without a network between.
    pub handle: Handle,
    /// The tables, as the functions see them.
    pub cloud: Cloud,
    /// The functions' processes.
    pub dispatcher: Dispatcher,
    /// What `/api/stack` says.
    pub stack: Stack,
    /// What was broken on purpose.
    pub(super) switches: faults::Switches,
}

/// The interface, the page, and what guards both.
pub fn router(api: Arc<Api>) -> Router {
    Router::new()
        .route("/api/stack", get(stack))
        .route("/api/phones", get(phones))
        .route("/api/phones/{e164}", get(phone))
        .route("/api/phones/{e164}/sms", post(text))
        .route("/api/phones/{e164}/story", get(story))
        .route("/api/phones/{e164}/road", get(road::road))
        .route("/api/calls/{id}/answer", post(answer))
        .route("/api/calls/{id}/decline", post(decline))
        .route("/api/calls/{id}/voicemail", post(voicemail))
        .route("/api/functions/{name}/kill", post(kill))
        .route("/api/machine", get(machine::machine))
        .route("/api/faults", get(faults::list))
        .route("/api/faults/{name}", put(faults::set).post(faults::set))
        .route("/api/events", get(events::events))
        .with_state(api)
        .merge(page::router())
        .fallback(async || ApiError::NoSuchPath)
        .method_not_allowed_fallback(async || ApiError::Method)
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(middleware::from_fn(guard))
}

/// A phone number as it stands in a path: `+` and 3 to 15 digits.
///
/// No more than that: a number that the product does not serve may text all the same, and is refused by the
/// product.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number(String);

impl Number {
    /// Reads a number.
    ///
    /// # Errors
    /// [`ApiError::NotAPhone`].
    pub fn parse(text: &str) -> Result<Self, ApiError> {
        let digits = text.strip_prefix('+').unwrap_or_default();
        if (3..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(Self(text.to_owned()));
        }
        Err(ApiError::NotAPhone)
    }

    /// The number.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is to be seen of a phone.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Seen {
    messages: Vec<Message>,
    calls: Vec<Call>,
    charges: Vec<Charge>,
    /// The country of the number, as two letters; `None` for one that is not served.
    country: Option<String>,
    /// The zone in which its owner's times are meant, or that the number suggests; `None` if nothing is known.
    zone: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Message {
    from: String,
    to: String,
    text: String,
    at: Now,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Call {
    id: String,
    text: String,
    language: &'static str,
    state: &'static str,
    rang_at: Option<Now>,
    answered_at: Option<Now>,
    ended_at: Option<Now>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Charge {
    charge_id: String,
    kind: &'static str,
    amount_micros: i64,
    currency: String,
    at: Now,
}

/// A phone that the carrier knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Known {
    number: String,
    ringing: bool,
}

impl Api {
    /// The interface of a stack on which nothing is broken yet.
    #[must_use]
    pub fn new(handle: Handle, cloud: Cloud, dispatcher: Dispatcher, stack: Stack) -> Self {
        Self { handle, cloud, dispatcher, stack, switches: faults::Switches::default() }
    }

    /// Messages, calls and charges of a phone, each oldest first.
    ///
    /// # Errors
    /// The store or the tables cannot be read.
    pub async fn seen(&self, number: &Number) -> Result<Seen, ApiError> {
        let thread = self.handle.with(|ctx| carrier::thread(ctx, number.as_str())).await?;
        let phone = Phone::parse(number.as_str()).ok();
        let (charges, zone) = match &phone {
            Some(phone) => {
                (cloud::ledger::charges_of(&self.cloud, phone).await?, self.zone(phone).await?)
            }
            // Not served, and so never charged.
            None => (Vec::new(), None),
        };
        let message =
            |m: carrier::Message| Message { from: m.from, to: m.to, text: m.text, at: m.at };
        let call = |c: carrier::Call| Call {
            id: c.id,
            text: c.text,
            language: c.language,
            state: c.state.name(),
            rang_at: c.rang_at,
            answered_at: c.answered_at,
            ended_at: c.ended_at,
        };
        let charge = |entry: domain::ledger::Entry| Charge {
            charge_id: entry.charge_id,
            kind: entry.kind.as_str(),
            amount_micros: entry.amount_micros.0,
            currency: entry.currency.code().to_owned(),
            at: entry.at,
        };
        Ok(Seen {
            messages: thread.messages.into_iter().map(message).collect(),
            calls: thread.calls.into_iter().map(call).collect(),
            charges: charges.into_iter().map(charge).collect(),
            country: phone.map(|phone| phone.country().code().to_owned()),
            zone,
        })
    }

    /// The zone of a phone's owner; before the first text, what the number suggests.
    async fn zone(&self, phone: &Phone) -> Result<Option<String>, ApiError> {
        let owner = self.cloud.get::<PhoneOwner>(&PhoneOwner::key_of(phone)).await?;
        let user = match owner {
            Some(owner) => self.cloud.get::<User>(&user_key(&owner.row.user)).await?,
            None => None,
        };
        let guessed = || domain::place::zones(phone).into_iter().next();
        Ok(user.map(|user| user.row.zone).or_else(guessed).map(|zone| zone.name().to_owned()))
    }

    /// What happened to the requests of a phone, oldest first.
    ///
    /// # Errors
    /// The tables cannot be read.
    pub async fn story(&self, number: &Number) -> Result<Vec<Line>, ApiError> {
        match Phone::parse(number.as_str()) {
            Ok(phone) => Ok(cloud::story::of(&self.cloud, &phone).await?),
            Err(_) => Ok(Vec::new()),
        }
    }

    /// All phones that ever texted or were called, the most recent first.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn known(&self) -> Result<Vec<Known>, ApiError> {
        let known = self.handle.with(|ctx| {
            let ringing = carrier::ringing_phones(ctx)?;
            let numbers = carrier::phones(ctx)?.into_iter();
            Ok(numbers.map(|number| Known { ringing: ringing.contains(&number), number }).collect())
        });
        Ok(known.await?)
    }

    async fn press(&self, id: &str, what: Press) -> Result<Json<Value>, ApiError> {
        let pressed = self.handle.with(|ctx| {
            Ok(match what {
                Press::Answer => carrier::answer(ctx, id),
                Press::Decline => carrier::decline(ctx, id),
                Press::Voicemail => carrier::voicemail(ctx, id),
            })
        });
        pressed.await??;
        let state = match what {
            Press::Answer => "answered",
            Press::Decline => "declined",
            Press::Voicemail => "voicemail",
        };
        Ok(Json(json!({"id": id, "state": state})))
    }
}

/// What the person holding a phone that rings can do.
#[derive(Debug, Clone, Copy)]
enum Press {
    Answer,
    Decline,
    Voicemail,
}

type Shared = State<Arc<Api>>;

/// What `/api/stack` says: where everything is, and what time it is there.
#[derive(Serialize)]
struct Here {
    #[serde(flatten)]
    stack: Stack,
    now: Now,
}

async fn stack(State(api): Shared) -> Json<Here> {
    Json(Here { stack: api.stack.clone(), now: super::now() })
}

async fn phones(State(api): Shared) -> Result<Json<Vec<Known>>, ApiError> {
    Ok(Json(api.known().await?))
}

async fn phone(State(api): Shared, Path(e164): Path<String>) -> Result<Json<Seen>, ApiError> {
    Ok(Json(api.seen(&Number::parse(&e164)?).await?))
}

async fn story(State(api): Shared, Path(e164): Path<String>) -> Result<Json<Vec<Line>>, ApiError> {
    Ok(Json(api.story(&Number::parse(&e164)?).await?))
}

async fn text(
    State(api): Shared,
    Path(e164): Path<String>,
    body: Result<Bytes, BytesRejection>,
) -> Result<impl IntoResponse, ApiError> {
    let number = Number::parse(&e164)?;
    let text = text_of(&body?)?;
    let sent = api.handle.with(|ctx| carrier::text(ctx, number.as_str(), &text));
    let message_id = sent.await?;
    Ok((StatusCode::ACCEPTED, Json(json!({"message_id": message_id}))))
}

/// The text in a body. Its media type does not matter: whoever may send at all was checked before.
fn text_of(body: &[u8]) -> Result<String, ApiError> {
    let value: Value = serde_json::from_slice(body).map_err(ApiError::NotJson)?;
    let text = value.get("text").ok_or(ApiError::TextMissing)?;
    let text = text.as_str().ok_or(ApiError::TextNotAString)?;
    let chars = text.chars().count();
    if chars > TEXT_CHARS_MAX {
        return Err(ApiError::TextTooLong { chars });
    }
    Ok(text.to_owned())
}

async fn answer(State(api): Shared, Path(id): Path<String>) -> Result<Json<Value>, ApiError> {
    api.press(&id, Press::Answer).await
}

async fn decline(State(api): Shared, Path(id): Path<String>) -> Result<Json<Value>, ApiError> {
    api.press(&id, Press::Decline).await
}

async fn voicemail(State(api): Shared, Path(id): Path<String>) -> Result<Json<Value>, ApiError> {
    api.press(&id, Press::Voicemail).await
}

async fn kill(State(api): Shared, Path(name): Path<String>) -> Result<Json<Value>, ApiError> {
    let killed = api.dispatcher.kill(&name).await.map_err(|_| ApiError::NoSuchFunction)?;
    Ok(Json(json!({"function": name, "killed": killed})))
}

/// Keeps other pages out: a browser sends its user's requests to any address that a page names.
///
/// `Host` shows under which name the browser knows us; a name that is not this machine's own was pointed at it
/// by somebody. `Origin` shows which page wants to change something here.
async fn guard(request: Request, next: Next) -> Response {
    match check(request.method(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    }
}

fn check(method: &Method, headers: &HeaderMap) -> Result<(), ApiError> {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let host = header(header::HOST).and_then(Loopback::parse).ok_or(ApiError::Host)?;
    let changes = ![Method::GET, Method::HEAD, Method::OPTIONS].contains(method);
    if !changes || !headers.contains_key(header::ORIGIN) {
        return Ok(());
    }
    let origin = header(header::ORIGIN).and_then(|origin| origin.strip_prefix("http://"));
    // Another port is another page, even if it is this machine's.
    if origin.and_then(Loopback::parse) != Some(host) {
        return Err(ApiError::Origin);
    }
    Ok(())
}

/// A name of this machine for itself, with a port; names are alike, ports are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Loopback {
    port: u16,
}

impl Loopback {
    fn parse(authority: &str) -> Option<Self> {
        let rest = ["127.0.0.1", "[::1]"].iter().find_map(|name| authority.strip_prefix(name));
        let rest = rest.or_else(|| {
            let (name, rest) = authority.split_at_checked("localhost".len())?;
            name.eq_ignore_ascii_case("localhost").then_some(rest)
        })?;
        let port = match rest.strip_prefix(':') {
            None => rest.is_empty().then_some(80),
            Some(port) => port.parse().ok(),
        };
        Some(Self { port: port? })
    }
}

/// Why a request was not done. Its `Display` is the sentence in the answer.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// The path holds no phone number.
    #[error("a phone is `+` and 3 to 15 digits, such as +12065550123")]
    NotAPhone,
    /// The body cannot be read at all.
    #[error("the body cannot be read: {0}")]
    Body(#[from] BytesRejection),
    /// The body is no JSON, or holds what is no text, such as half of a surrogate pair.
    #[error("the body must be JSON such as {{\"text\":\"Remind in 2 minutes about tea\"}}: {0}")]
    NotJson(serde_json::Error),
    /// No text.
    #[error("the body has no `text`")]
    TextMissing,
    /// A text that is something else.
    #[error("`text` must be a string")]
    TextNotAString,
    /// A text that no phone sends.
    #[error("a text has at most {TEXT_CHARS_MAX} characters, and this one has {chars}")]
    TextTooLong {
        /// How many it has.
        chars: usize,
    },
    /// Nobody was ever called so.
    #[error("there is no such call")]
    NoSuchCall,
    /// It cannot be answered any more.
    #[error("this call does not ring any more: it is `{state}`")]
    NotRinging {
        /// What it is.
        state: &'static str,
    },
    /// No such function.
    #[error("there is no such function")]
    NoSuchFunction,
    /// Nothing of this name can be broken.
    #[error("there is no such fault: GET /api/faults lists them")]
    NoSuchFault,
    /// It is not for this function or queue.
    #[error("`target` must be {}", if targets.is_empty() { "left out" } else { targets })]
    NoSuchTarget {
        /// What it can be for.
        targets: String,
    },
    /// Nobody would remember it.
    #[error("a fault lasts from 1 to {} seconds", faults::SECONDS_MAX)]
    TooLong,
    /// The body does not say what to do.
    #[error(
        "the body must be JSON such as {{\"on\":true,\"target\":\"send-sms\",\"seconds\":60}}: {0}"
    )]
    NotAWish(serde_json::Error),
    /// Another page, or a name that is not this machine's.
    #[error("this is served to 127.0.0.1, localhost and [::1] only: the Host header names another")]
    Host,
    /// Another page wants to change something.
    #[error("another page may not change anything here: the Origin header names it")]
    Origin,
    /// Nothing is there.
    #[error("there is nothing at this path")]
    NoSuchPath,
    /// Something is there, but not for this method.
    #[error("this path does not take this method")]
    Method,
    /// The local services refused or failed.
    #[error("{}", .0.message)]
    Aws(#[from] AwsError),
    /// The tables cannot be read.
    #[error("the tables cannot be read: {}", crate::cli::chain(.0))]
    Cloud(#[from] cloud::Error),
}

impl From<carrier::PhoneError> for ApiError {
    fn from(error: carrier::PhoneError) -> Self {
        match error {
            carrier::PhoneError::NoSuchCall { .. } => Self::NoSuchCall,
            carrier::PhoneError::NotRinging { state } => Self::NotRinging { state: state.name() },
            carrier::PhoneError::Aws(error) => Self::Aws(error),
        }
    }
}

impl ApiError {
    fn status(&self) -> StatusCode {
        match self {
            Self::Body(rejection) => rejection.status(),
            Self::NotAPhone
            | Self::NotJson(_)
            | Self::TextMissing
            | Self::TextNotAString
            | Self::NoSuchTarget { .. }
            | Self::TooLong
            | Self::NotAWish(_) => StatusCode::BAD_REQUEST,
            Self::TextTooLong { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NoSuchCall | Self::NoSuchFunction | Self::NoSuchFault | Self::NoSuchPath => {
                StatusCode::NOT_FOUND
            }
            Self::NotRinging { .. } => StatusCode::CONFLICT,
            Self::Host | Self::Origin => StatusCode::FORBIDDEN,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Aws(error) if error.is_callers() => StatusCode::BAD_REQUEST,
            Self::Aws(_) | Self::Cloud(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = self.status();
        if status.is_server_error() {
            // The services have said it already, once a minute and not once a request.
            tracing::debug!(error = %self, "a request of the phone page failed");
        }
        (status, Json(json!({"error": self.to_string()}))).into_response()
    }
}
