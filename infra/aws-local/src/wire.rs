//! One AWS request and one response, whatever door they came through; and AWS errors.

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};

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
    pub detail: serde_json::Map<String, serde_json::Value>,
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
        Self { code: code.into(), message: message.into(), status, detail: serde_json::Map::new() }
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
