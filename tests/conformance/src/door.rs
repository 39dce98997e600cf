//! The address at which the functions know the emulator: it marks what they ask as having come over TLS.
//!
//! ministack checks who may do what as AWS does, and the queues' policies refuse everything that is not TLS. The functions
//! trust Amazon's certificates only, so that TLS itself cannot be played; ministack takes a proxy's word for it.

use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::net::TcpListener;

struct Behind {
    authority: String,
    client: Client<HttpConnector, Body>,
}

/// Serves `127.0.0.1:port` under an address of its own, which it returns.
pub async fn open(port: u16) -> String {
    let client = Client::builder(TokioExecutor::new()).build_http();
    let behind = Behind { authority: format!("127.0.0.1:{port}"), client };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().fallback(pass).with_state(Arc::new(behind));
    tokio::spawn(async { axum::serve(listener, router).await });
    format!("http://{address}")
}

/// Passes a request on as it is, `Host` included: it is part of what was signed.
async fn pass(State(behind): State<Arc<Behind>>, mut request: Request) -> Response {
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    *request.uri_mut() = format!("http://{}{path}", behind.authority).parse::<Uri>().unwrap();
    request.headers_mut().insert("x-forwarded-proto", HeaderValue::from_static("https"));
    match behind.client.request(request).await {
        Ok(response) => response.map(Body::new),
        Err(error) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
    }
}
