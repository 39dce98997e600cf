//! The clients: one of each service, made once and shared.

use std::sync::OnceLock;
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_dynamodb::config::retry::RetryPartition;
use aws_sdk_dynamodb::config::{BehaviorVersion, StalledStreamProtectionConfig};
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_http_client::tls::{self, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::region::Region;
use tokio::sync::Mutex;

use crate::carrier::Pacer;
use crate::clock::Clock;
use crate::config::Config;
use crate::metrics::Metrics;

/// The certificate authorities that AWS's endpoints are signed by.
///
/// Trusting these five, rather than the some 150 of the system, halves the start of a function: nothing else is
/// ever connected to. Source: Amazon Trust Services, "Root CAs".
const AMAZON_ROOTS: [&[u8]; 5] = [
    include_bytes!("../certificates/Amazon_Root_CA_1.pem"),
    include_bytes!("../certificates/Amazon_Root_CA_2.pem"),
    include_bytes!("../certificates/Amazon_Root_CA_3.pem"),
    include_bytes!("../certificates/Amazon_Root_CA_4.pem"),
    include_bytes!("../certificates/Starfield_Services_Root_Certificate_Authority_-_G2.pem"),
];

/// One try at a call of DynamoDB, SQS or Scheduler; an answer usually takes 10 ms.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(3);

/// All tries together: well inside the 30 s that a function has.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(8);

/// The one try at asking the carrier.
const CARRIER_TIMEOUT: Duration = Duration::from_secs(8);

/// Everything a handler reaches the world through.
#[derive(Debug)]
pub struct Cloud {
    /// What was configured.
    pub config: Config,
    /// The present.
    pub clock: Clock,
    pub(crate) dynamodb: aws_sdk_dynamodb::Client,
    pub(crate) sqs: aws_sdk_sqs::Client,
    pub(crate) scheduler: aws_sdk_scheduler::Client,
    pub(crate) voice: aws_sdk_pinpointsmsvoicev2::Client,
    /// Made on first use: one function alone speaks to EventBridge, and the others do not even hold its code.
    pub(crate) events: OnceLock<aws_sdk_eventbridge::Client>,
    pub(crate) sdk: SdkConfig,
    pub(crate) retries: Option<RetryPartition>,
    /// Held while a call is claimed: within one process claims of the same admission log take turns.
    pub claiming: Mutex<()>,
    pub(crate) pacer: Pacer,
    /// Where metrics go.
    pub metrics: Metrics,
}

impl Cloud {
    /// Clients over HTTPS, or over plain HTTP where the configured endpoint is.
    #[must_use]
    pub fn new(config: Config) -> Self {
        let http = http_client(&config);
        let sdk = sdk_config(&config).http_client(http).time_source(Clock::System).build();
        Self::with(config, &sdk, Clock::System, None)
    }

    /// Clients with a configuration of one's own: a simulator brings its connector, time and sleep.
    ///
    /// `retries` is the store of retries that all clients share; without one it is the process's, which a second run
    /// in the same process would find as the first one left it. With one, `sdk` may prefer not to sign: a tenth of all
    /// time, where nobody looks at signatures.
    #[must_use]
    pub fn with(
        config: Config,
        sdk: &SdkConfig,
        clock: Clock,
        retries: Option<RetryPartition>,
    ) -> Self {
        // The carrier has no idempotency token: a repeated request could ring twice. It is asked once.
        let mut carrier = sdk
            .to_builder()
            .retry_config(RetryConfig::disabled())
            .timeout_config(timeouts(CARRIER_TIMEOUT, CARRIER_TIMEOUT));
        if let Some(endpoint) = &config.voice_endpoint {
            carrier = carrier.endpoint_url(endpoint);
        }
        let dynamodb = aws_sdk_dynamodb::config::Builder::from(sdk);
        let sqs = aws_sdk_sqs::config::Builder::from(sdk);
        let scheduler = aws_sdk_scheduler::config::Builder::from(sdk);
        let voice = aws_sdk_pinpointsmsvoicev2::config::Builder::from(&carrier.build());
        let (dynamodb, sqs, scheduler, voice) = match retries.clone() {
            None => (dynamodb, sqs, scheduler, voice),
            Some(retries) => (
                dynamodb.retry_partition(retries.clone()).allow_no_auth(),
                sqs.retry_partition(retries.clone()).allow_no_auth(),
                scheduler.retry_partition(retries).allow_no_auth(),
                voice.allow_no_auth(),
            ),
        };
        Self {
            clock,
            dynamodb: aws_sdk_dynamodb::Client::from_conf(dynamodb.build()),
            sqs: aws_sdk_sqs::Client::from_conf(sqs.build()),
            scheduler: aws_sdk_scheduler::Client::from_conf(scheduler.build()),
            voice: aws_sdk_pinpointsmsvoicev2::Client::from_conf(voice.build()),
            events: OnceLock::new(),
            sdk: sdk.clone(),
            retries,
            claiming: Mutex::new(()),
            pacer: Pacer::new(config.carrier.sms_per_second),
            metrics: Metrics::to(config.metrics_namespace.as_deref()),
            config,
        }
    }

    /// What all clients share: for the client of a service that one function alone speaks to, in its own crate.
    #[must_use]
    pub fn sdk(&self) -> &SdkConfig {
        &self.sdk
    }
}

/// What all clients share, but for the connection itself.
#[must_use]
pub fn sdk_config(config: &Config) -> aws_types::sdk_config::Builder {
    let keys = &config.credentials;
    let credentials = Credentials::new(
        &keys.access_key_id,
        &keys.secret_access_key,
        keys.session_token.clone(),
        None,
        "environment",
    );
    let mut builder = SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new(config.region.clone()))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .retry_config(RetryConfig::standard().with_max_attempts(3))
        .timeout_config(timeouts(ATTEMPT_TIMEOUT, OPERATION_TIMEOUT))
        // No answer is a stream, and an attempt that stalls is over in seconds.
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .sleep_impl(TokioSleep::new());
    if let Some(endpoint) = &config.endpoint {
        builder = builder.endpoint_url(endpoint);
    }
    builder
}

fn timeouts(attempt: Duration, operation: Duration) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(2))
        .operation_attempt_timeout(attempt)
        .operation_timeout(operation)
        .build()
}

/// The connection of all clients: HTTPS to AWS, plain HTTP where the configured endpoint is.
#[must_use]
pub fn http_client(config: &Config) -> SharedHttpClient {
    let plain = |endpoint: &Option<String>| {
        endpoint.as_deref().is_some_and(|endpoint| endpoint.starts_with("http://"))
    };
    let builder = aws_smithy_http_client::Builder::new();
    if plain(&config.endpoint) && (config.voice_endpoint.is_none() || plain(&config.voice_endpoint))
    {
        return builder.build_http();
    }
    let roots = AMAZON_ROOTS
        .iter()
        .fold(TrustStore::empty(), |roots, pem| roots.with_pem_certificate(*pem));
    let context = TlsContext::builder()
        .with_trust_store(roots)
        .build()
        .expect("a trust store of certificates that are compiled in");
    builder
        .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring))
        .tls_context(context)
        .build_https()
}
