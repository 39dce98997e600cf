//! One AWS request and one response, whatever door they came through; and AWS errors.

use std::fmt::Write as _;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use serde_json::{Map, Value};

use crate::store;

/// The media type of SQS and of SMS and voice; DynamoDB has the same with this number.
pub const JSON_1_0: HeaderValue = HeaderValue::from_static("application/x-amz-json-1.0");

/// The media type of the query protocol's answers.
pub const XML: HeaderValue = HeaderValue::from_static("text/xml");

/// An AWS request as it arrived, decoded no further than HTTP.
#[derive(Debug, Clone)]
pub struct Request {
    /// The HTTP method; all but Scheduler's are POST.
    pub method: Method,
    /// Path and query, as sent (`/schedules/x?groupName=y`).
    pub uri: String,
    /// Headers; `x-amz-target` names the operation in the JSON protocols.
    pub headers: HeaderMap,
    /// The body, whole.
    pub body: Bytes,
}

impl Request {
    /// Service and operation as the JSON protocols name them: `AmazonSQS.SendMessage` is
    /// `("AmazonSQS", "SendMessage")`.
    #[must_use]
    pub fn target(&self) -> Option<(&str, &str)> {
        self.headers.get("x-amz-target")?.to_str().ok()?.split_once('.')
    }
}

/// An AWS response, ready for any door.
#[derive(Debug, Clone)]
pub struct Response {
    /// The HTTP status.
    pub status: StatusCode,
    /// Headers, `content-type` among them.
    pub headers: HeaderMap,
    /// The body, whole.
    pub body: Bytes,
}

impl Response {
    /// An answer with a body of this media type.
    #[must_use]
    pub fn new(status: StatusCode, media_type: HeaderValue, body: impl Into<Bytes>) -> Self {
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, media_type)]);
        Self { status, headers, body: body.into() }
    }

    /// A JSON answer in this media type (see [`JSON_1_0`]).
    #[must_use]
    pub fn json(status: StatusCode, media_type: HeaderValue, body: &Value) -> Self {
        Self::new(status, media_type, body.to_string())
    }

    /// An error in the JSON protocols: `__type` is `prefix` and the code, such as
    /// `com.amazonaws.sqs#QueueDoesNotExist`, and `message` and the error's further members follow.
    #[must_use]
    pub fn json_error(media_type: HeaderValue, prefix: &str, error: &AwsError) -> Self {
        let mut body = error.detail.clone();
        body.insert("__type".into(), format!("{prefix}{}", error.code).into());
        body.insert("message".into(), error.message.clone().into());
        Self::json(error.status, media_type, &Value::Object(body))
    }

    /// The message in an error's body, in JSON or XML.
    #[must_use]
    pub fn message(&self) -> Option<String> {
        let text = std::str::from_utf8(&self.body).ok()?;
        if let Ok(body) = serde_json::from_str::<Value>(text) {
            let message = body.get("message").or_else(|| body.get("Message"))?;
            return Some(message.as_str()?.to_owned());
        }
        let (_, rest) = text.split_once("<Message>")?;
        Some(rest.split_once("</Message>")?.0.to_owned())
    }
}

/// Writes XML of the kind that the query protocol answers with: elements and text, no attributes
/// but the name space of the root.
#[derive(Debug, Default)]
pub struct Xml(String);

impl Xml {
    /// An element whose content `inside` writes.
    #[must_use]
    pub fn element(mut self, name: &str, inside: impl FnOnce(Self) -> Self) -> Self {
        let _infallible = write!(self.0, "<{name}>");
        self = inside(self);
        let _infallible = write!(self.0, "</{name}>");
        self
    }

    /// As [`Self::element`], for the root, which names its name space.
    #[must_use]
    pub fn root(mut self, name: &str, namespace: &str, inside: impl FnOnce(Self) -> Self) -> Self {
        let _infallible = write!(self.0, r#"<{name} xmlns="{namespace}">"#);
        self = inside(self);
        let _infallible = write!(self.0, "</{name}>");
        self
    }

    /// An element that holds this text. Characters that XML 1.0 cannot carry become U+FFFD.
    #[must_use]
    pub fn text(self, name: &str, text: &str) -> Self {
        self.element(name, |mut xml| {
            for character in text.chars() {
                match character {
                    '&' => xml.0.push_str("&amp;"),
                    '<' => xml.0.push_str("&lt;"),
                    '>' => xml.0.push_str("&gt;"),
                    // A bare carriage return would be read back as a line feed.
                    '\r' => xml.0.push_str("&#xD;"),
                    '\t' | '\n' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' => {
                        xml.0.push(character);
                    }
                    '\u{10000}'.. => xml.0.push(character),
                    _ => xml.0.push(char::REPLACEMENT_CHARACTER),
                }
            }
            xml
        })
    }

    /// The document.
    #[must_use]
    pub fn into_response(self, status: StatusCode) -> Response {
        Response::new(status, XML, self.0)
    }
}

/// An error as AWS reports it: a documented code, a message a person understands, the HTTP status.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct AwsError {
    /// The shape name in the service's model, such as `ConflictException`.
    pub code: String,
    /// What was wrong.
    pub message: String,
    /// The HTTP status that the service sends with it.
    pub status: StatusCode,
    /// Further members of the error shape (`Reason`, `ResourceType`), as JSON.
    pub detail: Map<String, Value>,
}

impl AwsError {
    /// An error of the caller's making (status 400).
    #[must_use]
    pub fn bad_request(code: &str, message: impl Into<String>) -> Self {
        Self::with_status(StatusCode::BAD_REQUEST, code, message)
    }

    /// An error with a status of its own.
    #[must_use]
    pub fn with_status(status: StatusCode, code: &str, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into(), status, detail: Map::new() }
    }

    /// Something went wrong here (status 500); SDKs try such a request again.
    #[must_use]
    pub fn internal(message: impl Into<String>) -> Self {
        Self::with_status(StatusCode::INTERNAL_SERVER_ERROR, "InternalError", message)
    }

    /// Whether the caller, not this stack, has to change something.
    #[must_use]
    pub fn is_callers(&self) -> bool {
        self.status.is_client_error()
    }

    /// The service or operation is not one that this emulator has.
    #[must_use]
    pub fn unknown_operation(operation: &str) -> Self {
        Self::bad_request(
            "UnknownOperationException",
            format!("aws-local does not implement {operation}"),
        )
    }
}

/// A store that cannot be read or written: status 500, in words a person understands.
impl From<rusqlite::Error> for AwsError {
    fn from(error: rusqlite::Error) -> Self {
        Self::internal(store::in_words(&error))
    }
}
