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
    request(base, "GET", path, Bytes::new()).await
}

/// `POST` of JSON; otherwise as [`get`].
///
/// # Errors
/// As [`get`].
pub async fn post(base: &str, path: &str, body: &Value) -> Result<(u16, Value), Error> {
    request(base, "POST", path, Bytes::from(body.to_string())).await
}

async fn request(base: &str, method: &str, path: &str, body: Bytes) -> Result<(u16, Value), Error> {
    let request = http::Request::builder()
        .method(method)
        .uri(format!("{base}{path}"))
        .header("content-type", "application/json")
        .body(Full::new(body))
        .unwrap();
    let client = Client::builder(TokioExecutor::new()).build_http();
    let response = client.request(request).await?;
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    Ok((status, serde_json::from_slice(&body).unwrap_or(Value::Null)))
}
