//! The carrier of `aws-local`, whose news go to the topics of the deployment.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::time::Duration;

use aws_local::carrier::CarrierSettings;
use aws_local::server::{self, Handle};
use aws_local::{Aws, Data, Settings, sns, sqs};
use aws_sdk_sns::Client;
use axum::Router;
use stack::provision;
use tokio::net::TcpListener;
use tokio::time::sleep;

use crate::deployment::{Deployment, STACK};
use crate::emulator;

/// How long a phone rings when nobody answers, in seconds; as on the local stack of the end-to-end tests.
const RING_FOR_S: u32 = 3;

/// Before what could not be passed on is tried again.
const PAUSE: Duration = Duration::from_secs(1);

/// The running carrier.
pub struct Carrier {
    /// Where the functions reach it.
    pub endpoint: String,
    /// The phones' end of it.
    pub handle: Handle,
}

impl Carrier {
    /// Starts it on a port of the system's choice, with a queue of its own behind each of its topics.
    pub async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let carrier = CarrierSettings {
            number: provision::SERVICE_NUMBER.into(),
            configuration_set: provision::CONFIGURATION_SET.into(),
            limits: false,
            ring_for_s: RING_FOR_S,
            ..CarrierSettings::default()
        };
        let account = emulator::ACCOUNT.to_owned();
        let settings =
            Settings { endpoint: endpoint.clone(), carrier, account, ..Settings::default() };
        let handle = Handle::new(Aws::open(&Data::Memory, settings, None).unwrap());
        let raw = BTreeMap::from([("RawMessageDelivery".to_owned(), "true".to_owned())]);
        let made = handle.with(|ctx| {
            for name in provision::TOPICS {
                sqs::create_queue(ctx, name, &BTreeMap::new())?;
                // Its own, and those of the deployment once the doctor has told it of them.
                for topic in [name.to_owned(), format!("{STACK}-{name}")] {
                    let topic = sns::create_topic(ctx, &topic)?;
                    sns::subscribe_queue(ctx, &topic, &sqs::arn(ctx.settings, name), &raw)?;
                }
            }
            Ok(())
        });
        made.await.unwrap();
        tokio::spawn(server::serve(listener, handle.clone(), Router::new()));
        tokio::spawn(handle.clone().run_clock());
        Self { endpoint, handle }
    }

    /// Publishes to the deployment's topics, from now on, what the carrier publishes to its own.
    pub fn publish_to(&self, deployment: &Deployment, sns: &Client) {
        let topics = deployment.describe().topics;
        for (name, topic) in
            provision::TOPICS.into_iter().zip([topics.inbound_sms, topics.call_events])
        {
            tokio::spawn(pass_on(self.handle.clone(), name, topic, sns.clone()));
        }
    }
}

/// Passes on what is in `queue`, one message at a time and in its order, for as long as the process lives.
async fn pass_on(carrier: Handle, queue: &'static str, topic: String, sns: Client) {
    loop {
        let changed = carrier.changed();
        let received = carrier.with(|ctx| sqs::receive(ctx, queue, 1, None)).await.unwrap();
        let Some(message) = received.into_iter().next() else {
            changed.await;
            continue;
        };
        while let Err(error) = sns.publish().topic_arn(&topic).message(&message.body).send().await {
            eprintln!("{topic} does not take the carrier's news: {error:?}");
            sleep(PAUSE).await;
        }
        let deleted = carrier.with(|ctx| sqs::delete(ctx, queue, &message.receipt_handle));
        deleted.await.unwrap();
    }
}
