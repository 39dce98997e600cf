//! The interface of the phones over carrier and deployment: the local stack's own, on other services.

use std::net::Ipv4Addr;
use std::sync::Arc;

use aws_local::lambda::Dispatcher;
use cloud::Cloud;
use ringback::local::api::{self, Api};
use tokio::net::TcpListener;

use crate::carrier::Carrier;
use crate::deployment::Deployment;

/// Serves it; returns its address.
pub async fn serve(carrier: &Carrier, deployment: &Deployment) -> String {
    let cloud = Cloud::new(deployment.config().await);
    // The functions are the emulator's.
    let dispatcher = Dispatcher::start(carrier.handle.clone(), vec![], vec![], None).await.unwrap();
    let api = Api::new(carrier.handle.clone(), cloud, dispatcher, deployment.describe());
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async { axum::serve(listener, api::router(Arc::new(api))).await });
    format!("http://{address}")
}
