//! A stack that serves HTTP on a port of the system's choice, and SDK clients for it.

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_local::server::{Handle, serve};
use aws_local::{Aws, Data, Settings};
use aws_sdk_sqs::config::retry::RetryConfig;
use aws_sdk_sqs::config::{BehaviorVersion, Region};
use aws_smithy_http_client::Builder;
use axum::Router;
use tokio::net::TcpListener;

/// A stack in memory; it goes with the test's runtime.
pub struct Stack {
    pub handle: Handle,
    pub endpoint: String,
}

impl Stack {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let settings = Settings { endpoint: endpoint.clone(), ..Settings::default() };
        let handle = Handle::new(Aws::open(&Data::Memory, settings, None).unwrap());
        tokio::spawn(handle.clone().run_clock());
        tokio::spawn(serve(listener, handle.clone(), Router::new()));
        Self { handle, endpoint }
    }

    pub fn sqs(&self) -> aws_sdk_sqs::Client {
        sqs(&self.endpoint)
    }

    pub fn sns(&self) -> aws_sdk_sns::Client {
        aws_sdk_sns::Client::from_conf(
            aws_sdk_sns::Config::builder()
                .behavior_version(BehaviorVersion::v2026_01_12())
                .credentials_provider(anybody())
                .endpoint_url(&self.endpoint)
                .http_client(Builder::new().build_http())
                .region(Region::new("us-east-1"))
                .retry_config(RetryConfig::disabled())
                .build(),
        )
    }

    pub fn eventbridge(&self) -> aws_sdk_eventbridge::Client {
        let shared = aws_types::SdkConfig::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .credentials_provider(SharedCredentialsProvider::new(anybody()))
            .endpoint_url(&self.endpoint)
            .http_client(Builder::new().build_http())
            .region(Region::new("us-east-1"));
        aws_sdk_eventbridge::Client::new(&shared.build())
    }

    pub fn s3(&self) -> aws_sdk_s3::Client {
        aws_sdk_s3::Client::from_conf(
            aws_sdk_s3::Config::builder()
                .behavior_version(BehaviorVersion::v2026_01_12())
                .credentials_provider(anybody())
                .endpoint_url(&self.endpoint)
                .force_path_style(true)
                .http_client(Builder::new().build_http())
                .region(Region::new("us-east-1"))
                .retry_config(RetryConfig::disabled())
                .build(),
        )
    }

    pub fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        dynamodb(&self.endpoint)
    }

    /// The URL of a queue, and its ARN.
    pub async fn queue(&self, name: &str) -> (String, String) {
        let created = self.sqs().create_queue().queue_name(name).send().await.unwrap();
        (created.queue_url.unwrap(), format!("arn:aws:sqs:us-east-1:000000000000:{name}"))
    }
}

pub fn sqs(endpoint: &str) -> aws_sdk_sqs::Client {
    aws_sdk_sqs::Client::from_conf(
        aws_sdk_sqs::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .credentials_provider(anybody())
            .endpoint_url(endpoint)
            .http_client(Builder::new().build_http())
            .region(Region::new("us-east-1"))
            .retry_config(RetryConfig::disabled())
            .build(),
    )
}

pub fn dynamodb(endpoint: &str) -> aws_sdk_dynamodb::Client {
    aws_sdk_dynamodb::Client::from_conf(
        aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .credentials_provider(anybody())
            .endpoint_url(endpoint)
            .http_client(Builder::new().build_http())
            .region(Region::new("us-east-1"))
            .retry_config(RetryConfig::disabled())
            .build(),
    )
}

/// Nobody checks who is calling.
fn anybody() -> Credentials {
    Credentials::new("anybody", "anything", None, None, "test")
}
