//! A stack in memory without processes: AWS on a port of its own, and the router of the phones.

use std::net::Ipv4Addr;
use std::sync::Arc;

use aws_local::lambda::Dispatcher;
use aws_local::server::Handle;
use aws_local::{Aws, Data, wire};
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode};
use chrono::{DateTime, Utc};
use clap::Parser as _;
use cloud::{Cloud, Config};
use http_body_util::BodyExt as _;
use ringback::cli::Cli;
use ringback::local;
use ringback::local::api::{self, Api};
use serde_json::{Value, json};
use stack::{functions, provision};
use tokio::net::TcpListener;
use tower::ServiceExt as _;

/// An instant to make things at.
pub fn now() -> DateTime<Utc> {
    "2026-11-23T09:00:00Z".parse().expect("RFC 3339")
}

/// The router of a stack that has no functions.
pub struct Phones {
    pub router: Router,
    pub handle: Handle,
}

impl Phones {
    pub async fn new() -> Self {
        let door = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let args = Cli::parse_from(["ringback"]).local;
        let settings = local::settings(&args, door.local_addr().expect("an address"));
        let mut aws = Aws::open(&Data::Memory, settings.clone(), Some(1)).expect("memory opens");
        // In the present, in which its clock runs: otherwise the schedules of all nights between would be due at once.
        #[expect(clippy::disallowed_methods, reason = "the test's own clock")]
        provision::provision(&mut aws, Utc::now()).expect("provisioned");
        let handle = Handle::new(aws);
        let served = handle.router();
        tokio::spawn(async { axum::serve(door, served).await });
        tokio::spawn(handle.clone().run_clock());
        let shared = functions::environment(&settings, &args.retry_after.to_string());
        let config = Config::from_lookup(|name| shared.get(name).cloned()).expect("configured");
        let dispatcher =
            Dispatcher::start(handle.clone(), vec![], vec![], None).await.expect("nothing starts");
        let stack = local::describe(&settings);
        let api = Api::new(handle.clone(), Cloud::new(config), dispatcher, stack);
        Self { router: api::router(Arc::new(api)), handle }
    }

    /// Sends a request as a browser at the page would, but for what `request` says otherwise.
    pub async fn ask(&self, request: Request<Body>) -> (StatusCode, Value) {
        let response = self.router.clone().oneshot(request).await.expect("infallible");
        let status = response.status();
        let body = response.into_body().collect().await.expect("a body").to_bytes();
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }

    /// The service calls a phone; returns when it rings.
    pub async fn ring(&self, phone: &str) -> Value {
        let call = json!({
            "DestinationPhoneNumber": phone,
            "OriginationIdentity": provision::SERVICE_NUMBER,
            "MessageBody": "<speak>Tea &amp; biscuits</speak>",
            "MessageBodyTextType": "SSML",
        });
        let target = HeaderValue::from_static("PinpointSMSVoiceV2.SendVoiceMessage");
        let request = wire::Request {
            method: Method::POST,
            uri: "/".into(),
            headers: HeaderMap::from_iter([(HeaderName::from_static("x-amz-target"), target)]),
            body: call.to_string().into(),
        };
        let answer = self.handle.answer(&request).await;
        let placed: Value = serde_json::from_slice(&answer.body).expect("JSON");
        for _ in 0..500 {
            let (_, seen) = self.get(&format!("/api/phones/{phone}")).await;
            let calls = seen["calls"].as_array().expect("calls").iter();
            if let Some(call) = calls.into_iter().find(|call| call["id"] == placed["MessageId"]) {
                return call.clone();
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("it does not ring: {placed}");
    }

    pub async fn get(&self, path: &str) -> (StatusCode, Value) {
        self.ask(request("GET", path, Body::empty())).await
    }

    pub async fn post(&self, path: &str, body: impl Into<Body>) -> (StatusCode, Value) {
        self.ask(request("POST", path, body)).await
    }
}

pub fn request(method: &str, path: &str, body: impl Into<Body>) -> Request<Body> {
    let request = Request::builder().method(method).uri(path).header("host", "127.0.0.1:3000");
    request.body(body.into()).expect("a request")
}
