//! The Lambda Runtime API (version 2018-06-01), which the processes of functions speak over HTTP.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>. Each environment has
//! an address of its own, `/<function>/<environment>/2018-06-01/…`: nothing else tells processes
//! apart.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use super::pool::{Assignment, Pool, RuntimeError};
use super::{InvokeError, PAYLOAD_BYTES_MAX};

/// What the handlers share.
#[derive(Clone)]
struct Api {
    pools: Arc<BTreeMap<String, Arc<Pool>>>,
    /// What ARNs start with, up to the function's name.
    arn_prefix: Arc<str>,
}

type Reply = http::Response<Body>;

/// The API of all environments of these pools. `arn_prefix` ends before a function's name.
pub(super) fn router(pools: Arc<BTreeMap<String, Arc<Pool>>>, arn_prefix: Arc<str>) -> Router {
    const BASE: &str = "/{function}/{environment}/2018-06-01/runtime";
    Router::new()
        .route(&format!("{BASE}/invocation/next"), get(next))
        .route(&format!("{BASE}/invocation/{{request}}/response"), post(response))
        .route(&format!("{BASE}/invocation/{{request}}/error"), post(error))
        .route(&format!("{BASE}/init/error"), post(init_error))
        .with_state(Api { pools, arn_prefix })
}

/// Waits for the next invocation, as long as it takes.
async fn next(
    State(api): State<Api>,
    Path((function, environment)): Path<(String, String)>,
) -> Reply {
    let Some(pool) = api.pools.get(&function) else {
        return refuse(&RuntimeError::UnknownEnvironment);
    };
    match pool.next(&environment).await {
        Ok(assignment) => hand_over(&assignment, &format!("{}{function}", api.arn_prefix)),
        Err(error) => refuse(&error),
    }
}

/// The function's response to an invocation.
async fn response(
    State(api): State<Api>,
    Path((function, environment, request)): Path<(String, String, String)>,
    body: Body,
) -> Reply {
    let Some(pool) = api.pools.get(&function) else {
        return refuse(&RuntimeError::UnknownEnvironment);
    };
    let (answer, too_large) = match axum::body::to_bytes(body, PAYLOAD_BYTES_MAX).await {
        Ok(body) => (Ok(body), false),
        Err(_) => {
            let error_type = "Function.ResponseSizeTooLarge";
            let message = format!("the response is larger than {PAYLOAD_BYTES_MAX} bytes");
            (Err(failed(&function, error_type, &message)), true)
        }
    };
    match pool.answer(&environment, &request, answer) {
        Ok(()) if too_large => {
            let message = format!("a response has at most {PAYLOAD_BYTES_MAX} bytes");
            error_reply(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge", &message)
        }
        Ok(()) => accepted(),
        Err(error) => refuse(&error),
    }
}

/// The function's error in an invocation.
async fn error(
    State(api): State<Api>,
    Path((function, environment, request)): Path<(String, String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Reply {
    let Some(pool) = api.pools.get(&function) else {
        return refuse(&RuntimeError::UnknownEnvironment);
    };
    match pool.answer(&environment, &request, Err(report(&function, &headers, &body))) {
        Ok(()) => accepted(),
        Err(error) => refuse(&error),
    }
}

/// The function cannot start.
async fn init_error(
    State(api): State<Api>,
    Path((function, environment)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Reply {
    let Some(pool) = api.pools.get(&function) else {
        return refuse(&RuntimeError::UnknownEnvironment);
    };
    let why = match report(&function, &headers, &body) {
        InvokeError::Failed { message, error_type, .. } => format!("{message} ({error_type})"),
        other => other.to_string(),
    };
    match pool.init_failed(&environment, why) {
        Ok(()) => accepted(),
        Err(error) => refuse(&error),
    }
}

/// The invocation, as the answer to `next`.
fn hand_over(assignment: &Assignment, arn: &str) -> Reply {
    let deadline_ms = assignment.deadline.timestamp_millis();
    let mut reply = Reply::new(Body::from(assignment.payload.clone()));
    let headers = reply.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert("lambda-runtime-deadline-ms", HeaderValue::from(deadline_ms));
    let texts = [
        ("lambda-runtime-aws-request-id", &*assignment.request_id),
        ("lambda-runtime-invoked-function-arn", arn),
        ("lambda-runtime-trace-id", &*assignment.trace),
    ];
    for (name, text) in texts {
        // All of them are ASCII, unless somebody sent a trace header that is not; then it goes
        // without.
        if let Ok(value) = HeaderValue::from_str(text) {
            headers.insert(name, value);
        }
    }
    reply
}

/// A function's report of an error: JSON with `errorType` and `errorMessage`, if it keeps to the
/// form.
fn report(function: &str, headers: &HeaderMap, body: &[u8]) -> InvokeError {
    let payload: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
    let text = |name: &str| payload.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
    let header = headers.get("lambda-runtime-function-error-type");
    let header = header.and_then(|value| value.to_str().ok()).map(ToOwned::to_owned);
    let error_type = text("errorType").or(header).unwrap_or_else(|| "Unhandled".into());
    let message =
        text("errorMessage").unwrap_or_else(|| String::from_utf8_lossy(body).into_owned());
    if payload.is_null() {
        return failed(function, &error_type, &message);
    }
    InvokeError::Failed { function: function.into(), error_type, message, payload }
}

/// An error that the function did not word itself.
pub(super) fn failed(function: &str, error_type: &str, message: &str) -> InvokeError {
    InvokeError::Failed {
        function: function.into(),
        error_type: error_type.into(),
        message: message.into(),
        payload: json!({ "errorType": error_type, "errorMessage": message }),
    }
}

fn accepted() -> Reply {
    json_reply(StatusCode::ACCEPTED, &json!({ "status": "OK" }))
}

fn refuse(error: &RuntimeError) -> Reply {
    let (status, error_type) = match error {
        RuntimeError::UnknownEnvironment => (StatusCode::FORBIDDEN, "InvalidEnvironment"),
        RuntimeError::UnknownInvocation(_) => (StatusCode::BAD_REQUEST, "InvalidRequestID"),
    };
    error_reply(status, error_type, &error.to_string())
}

fn error_reply(status: StatusCode, error_type: &str, message: &str) -> Reply {
    json_reply(status, &json!({ "errorType": error_type, "errorMessage": message }))
}

fn json_reply(status: StatusCode, body: &Value) -> Reply {
    let mut reply = Reply::new(Body::from(body.to_string()));
    *reply.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    reply.headers_mut().insert(header::CONTENT_TYPE, json);
    reply
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invocation_carries_the_documented_headers() {
        let assignment = Assignment {
            request_id: "8476a536".into(),
            payload: Bytes::from_static(b"{}"),
            trace: "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700".into(),
            deadline: crate::Now::from_timestamp_millis(1_542_409_706_888).unwrap(),
        };
        let reply = hand_over(&assignment, "arn:aws:lambda:us-east-1:000000000000:function:f");
        let expected = [
            ("lambda-runtime-aws-request-id", "8476a536"),
            ("lambda-runtime-deadline-ms", "1542409706888"),
            (
                "lambda-runtime-invoked-function-arn",
                "arn:aws:lambda:us-east-1:000000000000:function:f",
            ),
            ("lambda-runtime-trace-id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700"),
        ];
        for (name, value) in expected {
            assert_eq!(reply.headers()[name], value);
        }
    }

    #[test]
    fn a_report_that_keeps_to_no_form_is_still_an_error_with_words() {
        let of = |headers: &HeaderMap, body: &str| match report("f", headers, body.as_bytes()) {
            InvokeError::Failed { error_type, message, payload, .. } => {
                assert_eq!(payload["errorType"].as_str(), Some(&*error_type), "{body}");
                (error_type, message)
            }
            other => panic!("{other}"),
        };
        let none = HeaderMap::new();
        let named = HeaderMap::from_iter([(
            "lambda-runtime-function-error-type".parse().unwrap(),
            HeaderValue::from_static("Extension.Oops"),
        )]);
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        let whole = r#"{"errorType":"Parse","errorMessage":"no date"}"#;
        assert_eq!(of(&named, whole), pair("Parse", "no date"));
        assert_eq!(of(&none, "boom"), pair("Unhandled", "boom"));
        assert_eq!(of(&named, "boom"), pair("Extension.Oops", "boom"));
    }
}
