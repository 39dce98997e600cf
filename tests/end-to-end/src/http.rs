//! JSON over HTTP.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::{Client, Error};
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

/// `GET`; the status and the JSON, which is null if there is none.
///
/// # Errors
/// Nobody answers at `base` (`http://127.0.0.1:3000`).
pub async fn get(base: &str, path: &str) -> Result<(u16, Value), Error> {
    json(request(base, "GET", path, "", Bytes::new()).await)
}

/// `POST` of JSON; otherwise as [`get`].
///
/// # Errors
/// As [`get`].
pub async fn post(base: &str, path: &str, body: &Value) -> Result<(u16, Value), Error> {
    json(request(base, "POST", path, "", Bytes::from(body.to_string())).await)
}

fn json(answer: Result<(u16, Bytes), Error>) -> Result<(u16, Value), Error> {
    answer.map(|(status, body)| (status, serde_json::from_slice(&body).unwrap_or(Value::Null)))
}

/// Any request; without an `authorization` that header is left out.
///
/// # Errors
/// As [`get`].
pub async fn request(
    base: &str,
    method: &str,
    path: &str,
    authorization: &str,
    body: Bytes,
) -> Result<(u16, Bytes), Error> {
    let mut request = http::Request::builder()
        .method(method)
        .uri(format!("{base}{path}"))
        .header("content-type", "application/json");
    if !authorization.is_empty() {
        request = request.header("authorization", authorization);
    }
    let request = request.body(Full::new(body)).unwrap();
    let client = Client::builder(TokioExecutor::new()).build_http();
    let response = client.request(request).await?;
    let status = response.status().as_u16();
    Ok((status, response.into_body().collect().await.unwrap().to_bytes()))
}
