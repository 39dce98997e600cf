//! A stack as its users meet it.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_dynamodb::config::BehaviorVersion;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_types::SdkConfig;
use aws_types::region::Region;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::http;

/// A running stack: its phones, over the HTTP interface of the phones; its queues, topics and tables, with the AWS SDK.
pub struct World {
    pub(crate) page: String,
    /// What `GET /api/stack` says.
    pub stack: Value,
    /// Where the logs are, for a failed test.
    pub logs: PathBuf,
    /// How long anything may take that should take a second.
    pub patience: Duration,
    /// How early a phone may seem to ring: the text is sent by another clock's reading than the test's.
    pub early_max: TimeDelta,
    /// How late a phone may ring.
    pub late_max: TimeDelta,
}

/// A phone number that no other test uses.
pub struct Phone(pub String);

impl World {
    /// The stack whose phones are at `page`; `None` as long as it does not answer.
    ///
    /// It is as patient as two cores want it that build and test at once.
    pub async fn at(page: &str, logs: PathBuf) -> Option<Self> {
        let page = page.trim_end_matches('/').to_owned();
        let (status, stack) = http::get(&page, "/api/stack").await.ok()?;
        let patience = Duration::from_secs(30);
        let (early_max, late_max) = (TimeDelta::milliseconds(200), TimeDelta::seconds(2));
        (status == 200).then_some(Self { page, stack, logs, patience, early_max, late_max })
    }

    /// Where its page is.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.page
    }

    /// A number in the United States that no other test of this process uses.
    pub fn phone(&self) -> Phone {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        Phone(format!("+1206555{:04}", 1_000 + NEXT.fetch_add(1, Ordering::Relaxed)))
    }

    /// Texts as a person does. Returns the carrier's id of the text.
    pub async fn text(&self, phone: &Phone, text: &str) -> String {
        let path = format!("/api/phones/{}/sms", phone.0);
        let (status, body) = self.post(&path, &json!({ "text": text })).await;
        assert_eq!(status, 202, "{body}");
        body["message_id"].as_str().unwrap().to_owned()
    }

    /// Texts and waits for the answer to it.
    pub async fn ask(&self, phone: &Phone, text: &str) -> String {
        let before = self.replies(phone).await.len();
        self.text(phone, text).await;
        let what = format!("an answer to {text:?}");
        self.until(&what, || async { self.replies(phone).await.get(before).cloned() }).await
    }

    /// The SMS that a phone has got, oldest first.
    pub async fn replies(&self, phone: &Phone) -> Vec<String> {
        let thread = self.thread(phone).await;
        thread["messages"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|message| message["to"] == phone.0.as_str())
            .map(|message| message["text"].as_str().unwrap().to_owned())
            .collect()
    }

    /// What `GET /api/phones/{e164}` says.
    pub async fn thread(&self, phone: &Phone) -> Value {
        let (status, body) = self.get(&format!("/api/phones/{}", phone.0)).await;
        assert_eq!(status, 200, "{body}");
        body
    }

    /// The calls that a phone has got, oldest first.
    pub async fn calls(&self, phone: &Phone) -> Vec<Value> {
        self.thread(phone).await["calls"].as_array().unwrap().clone()
    }

    /// Waits until the phone rings for the `n`th time; returns the call.
    pub async fn ring(&self, phone: &Phone, n: usize) -> Value {
        let what = format!("ring number {n} of {}", phone.0);
        self.until(&what, || async {
            let calls = self.calls(phone).await;
            calls.get(n - 1).filter(|call| call["state"] == "ringing").cloned()
        })
        .await
    }

    /// Answers, declines or sends to voicemail.
    pub async fn pick(&self, call: &Value, what: &str) {
        let path = format!("/api/calls/{}/{what}", call["id"].as_str().unwrap());
        let (status, body) = self.post(&path, &json!({})).await;
        assert!(status < 300, "{status} {body}");
    }

    /// The ids of a phone's charges, sorted.
    pub async fn charges(&self, phone: &Phone) -> Vec<String> {
        let mut ids: Vec<String> = self.thread(phone).await["charges"]
            .as_array()
            .unwrap()
            .iter()
            .map(|charge| charge["charge_id"].as_str().unwrap().to_owned())
            .collect();
        ids.sort();
        ids
    }

    /// Waits until a phone has exactly this many charges.
    pub async fn charged(&self, phone: &Phone, count: usize) -> Vec<String> {
        let what = format!("{count} charges of {}", phone.0);
        let ids = self
            .until(&what, || async {
                let ids = self.charges(phone).await;
                (ids.len() >= count).then_some(ids)
            })
            .await;
        assert_eq!(ids.len(), count, "{ids:?}");
        ids
    }

    /// The words of a phone's story, in order.
    pub async fn story(&self, phone: &Phone) -> Vec<String> {
        let (status, body) = self.get(&format!("/api/phones/{}/story", phone.0)).await;
        assert_eq!(status, 200, "{body}");
        let lines = body.as_array().unwrap();
        lines.iter().map(|line| line["what"].as_str().unwrap().to_owned()).collect()
    }

    /// The items of the ledger's table that are charges, read as finance does.
    pub async fn ledger(&self, phone: &Phone) -> Vec<Value> {
        let dynamodb = aws_sdk_dynamodb::Client::new(&self.sdk());
        let table = self.stack["tables"]["billing"].as_str().unwrap();
        let items = dynamodb
            .scan()
            .table_name(table)
            .filter_expression("attribute_exists(charge_id) AND phone = :phone")
            .expression_attribute_values(
                ":phone",
                aws_sdk_dynamodb::types::AttributeValue::S(phone.0.clone()),
            )
            .send()
            .await
            .unwrap()
            .items
            .unwrap_or_default();
        items
            .iter()
            .map(|item| {
                json!({
                    "charge_id": item["charge_id"].as_s().unwrap(),
                    "kind": item["kind"].as_s().unwrap(),
                    "amount_micros": item["amount_micros"].as_n().unwrap().parse::<i64>().unwrap(),
                    "currency": item["currency"].as_s().unwrap(),
                    "at": item["at"].as_s().unwrap(),
                    "user_id": item["user_id"].as_s().unwrap(),
                })
            })
            .collect()
    }

    /// Publishes to a topic, as the carrier does.
    pub async fn publish(&self, topic: &str, message: &str) {
        let sns = aws_sdk_sns::Client::new(&self.sdk());
        let arn = self.stack["topics"][topic].as_str().unwrap();
        sns.publish().topic_arn(arn).message(message).send().await.unwrap();
    }

    /// Publishes a text with an id of one's own, as the carrier does.
    pub async fn publish_text(&self, phone: &Phone, id: &str, text: &str) {
        let payload = json!({
            "originationNumber": phone.0,
            "destinationNumber": self.stack["number"],
            "messageKeyword": "KEYWORD_1",
            "messageBody": text,
            "inboundMessageId": id,
        });
        self.publish("inbound_sms", &payload.to_string()).await;
    }

    /// Publishes an event of a call, as the carrier does.
    pub async fn publish_event(&self, event_type: &str, message_id: &str, attempt: Option<&str>) {
        let mut event = json!({
            "eventType": event_type,
            "eventVersion": "1.0",
            "eventTimestamp": Utc::now().timestamp_millis(),
            "isFinal": true,
            "messageId": message_id,
        });
        if let Some(attempt) = attempt {
            event["context"] = json!({ "attempt": attempt });
        }
        self.publish("call_events", &event.to_string()).await;
    }

    /// What `GET /api/stack` said.
    pub fn stack(&self) -> &Value {
        &self.stack
    }

    /// Puts a message into a queue.
    pub async fn enqueue(&self, queue: &str, body: &str) {
        let sqs = aws_sdk_sqs::Client::new(&self.sdk());
        let url = self.stack["queues"][queue].as_str().unwrap();
        sqs.send_message().queue_url(url).message_body(body).send().await.unwrap();
    }

    /// Waits for a dead letter whose body contains `part`; returns its reason.
    pub async fn dead_letter(&self, queue: &str, part: &str) -> String {
        let sqs = aws_sdk_sqs::Client::new(&self.sdk());
        let url = self.stack["queues"][format!("{queue}-dead-letters")].as_str().unwrap();
        let what = format!("a dead letter of {queue} with {part:?}");
        self.until(&what, || async {
            let received = sqs
                .receive_message()
                .queue_url(url)
                .max_number_of_messages(10)
                .visibility_timeout(0)
                .message_attribute_names("All")
                .send()
                .await
                .unwrap();
            received.messages().iter().find_map(|message| {
                message.body()?.contains(part).then(|| {
                    let attributes = message.message_attributes().unwrap();
                    for name in ["reason", "first_seen", "function"] {
                        assert!(attributes.contains_key(name), "{name} is missing");
                    }
                    attributes["reason"].string_value().unwrap().to_owned()
                })
            })
        })
        .await
    }

    /// The id of the only attempt number `a` at the phone's reminder `n`, as the carrier's context names it.
    pub async fn attempt_id(&self, phone: &Phone, n: u32, a: u32) -> String {
        let dynamodb = aws_sdk_dynamodb::Client::new(&self.sdk());
        let table = self.stack["tables"]["billing"].as_str().unwrap();
        let items = dynamodb.scan().table_name(table).send().await.unwrap().items.unwrap();
        let user = items
            .iter()
            .find(|item| item.get("phone").is_some_and(|of| of.as_s().unwrap() == &phone.0))
            .map(|item| item["user_id"].as_s().unwrap().clone())
            .expect("the phone has been charged for a text");
        format!("{user}-{n}-1-{a}")
    }

    /// How many reminders have a schedule.
    pub async fn schedules(&self) -> usize {
        let scheduler = aws_sdk_scheduler::Client::new(&self.sdk());
        let listed =
            scheduler.list_schedules().group_name("ringback-reminders").send().await.unwrap();
        listed.schedules().len()
    }

    /// Waits for `probe` to return something; fails with `what` after [`World::patience`].
    pub async fn until<T, F: Future<Output = Option<T>>>(
        &self,
        what: &str,
        probe: impl Fn() -> F,
    ) -> T {
        let started = Instant::now();
        loop {
            if let Some(found) = probe().await {
                return found;
            }
            if started.elapsed() >= self.patience {
                self.show_logs();
                panic!("waited {} s for {what}", self.patience.as_secs());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Shows the last lines of the functions' logs, for a failed test.
    fn show_logs(&self) {
        let Ok(logs) = std::fs::read_dir(&self.logs) else { return };
        for log in logs.flatten() {
            let text = std::fs::read_to_string(log.path()).unwrap_or_default();
            let tail: Vec<&str> = text.lines().rev().take(25).collect();
            eprintln!("--- {}", log.file_name().to_string_lossy());
            tail.iter().rev().for_each(|line| eprintln!("{line}"));
        }
    }

    /// Makes what a function took, and lost, come again after `seconds`.
    pub async fn shorten_visibility(&self, seconds: u32) {
        let sqs = aws_sdk_sqs::Client::new(&self.sdk());
        for (name, url) in self.stack["queues"].as_object().unwrap() {
            if !name.ends_with("-dead-letters") {
                sqs.set_queue_attributes()
                    .queue_url(url.as_str().unwrap())
                    .attributes(
                        aws_sdk_sqs::types::QueueAttributeName::VisibilityTimeout,
                        seconds.to_string(),
                    )
                    .send()
                    .await
                    .unwrap();
            }
        }
    }

    /// Configuration of the AWS SDK against this stack, as the owner of its account.
    pub fn sdk(&self) -> SdkConfig {
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new(self.stack["region"].as_str().unwrap().to_owned()))
            .endpoint_url(self.stack["aws_endpoint"].as_str().unwrap())
            .credentials_provider(SharedCredentialsProvider::new(Credentials::new(
                "test", "test", None, None, "test",
            )))
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .sleep_impl(TokioSleep::new())
            .build()
    }

    /// `GET`; the status and the JSON.
    pub async fn get(&self, path: &str) -> (u16, Value) {
        http::get(&self.page, path).await.unwrap()
    }

    /// `POST` of JSON; the status and the JSON.
    pub async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        http::post(&self.page, path, body).await.unwrap()
    }
}

/// The instant of an RFC 3339 text.
pub fn instant(value: &Value) -> DateTime<Utc> {
    value.as_str().unwrap().parse().unwrap()
}
