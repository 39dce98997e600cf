//! What a dead letter says of itself, whoever buried it: a function, SQS, SNS, the scheduler or Lambda.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use aws_sdk_sqs::types::{Message, MessageAttributeValue, MessageSystemAttributeName as System};
use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::mask::{masked, masked_words};

/// Attributes that say why a letter is dead. They stay behind: the next failure has reasons of its own.
const EPITAPHS: [&str; 13] = [
    "reason",
    "detail",
    "function",
    "first_seen",
    "ERROR_CODE",
    "ERROR_MESSAGE",
    "EXECUTION_ID",
    "EXHAUSTED_RETRY_CONDITION",
    "IS_PAYLOAD_TRUNCATED",
    "RETRY_ATTEMPTS",
    "SCHEDULED_TIME",
    "SCHEDULE_ARN",
    "TARGET_ARN",
];

/// One dead letter.
#[derive(Debug, Clone, Serialize)]
pub struct Letter {
    /// The id of the message.
    pub id: String,
    /// When somebody first tried to handle it, or it was sent.
    pub first_seen: DateTime<Utc>,
    /// Why it is here, in one word; none if SQS or SNS brought it.
    pub reason: Option<String>,
    /// Who gave it up.
    pub function: Option<String>,
    /// The particulars.
    pub detail: Option<String>,
    /// How often it has been received here, this time included.
    pub receives: u32,
    /// The message as it was. Shown masked only.
    #[serde(serialize_with = "body_masked")]
    pub body: String,
    /// What it is answered by.
    #[serde(skip)]
    pub receipt: String,
    #[serde(skip)]
    attributes: BTreeMap<String, MessageAttributeValue>,
}

fn body_masked<S: Serializer>(body: &str, serializer: S) -> Result<S::Ok, S::Error> {
    masked(body).serialize(serializer)
}

impl Letter {
    /// Reads a message that was received at about `now`.
    #[must_use]
    pub fn of(message: Message, now: DateTime<Utc>) -> Self {
        let system = message.attributes.unwrap_or_default();
        let number = |name| system.get(&name).and_then(|text: &String| text.parse::<i64>().ok());
        let sent = number(System::SentTimestamp).and_then(DateTime::from_timestamp_millis);
        let receives = number(System::ApproximateReceiveCount).and_then(|n| u32::try_from(n).ok());
        let mut letter = Self {
            id: message.message_id.unwrap_or_default(),
            first_seen: sent.unwrap_or(now),
            reason: None,
            function: None,
            detail: None,
            receives: receives.unwrap_or(1),
            body: message.body.unwrap_or_default(),
            receipt: message.receipt_handle.unwrap_or_default(),
            attributes: message.message_attributes.unwrap_or_default().into_iter().collect(),
        };
        let seen = letter.attribute("first_seen").and_then(|text| text.parse().ok());
        letter.first_seen = seen.unwrap_or(letter.first_seen);
        // A function's own words; the scheduler's; a destination's record of an invocation.
        let own = |name: &str| letter.attribute(name).map(str::to_owned);
        let record: Value = serde_json::from_str(&letter.body).unwrap_or_default();
        let told = |path: &str| record.pointer(path).and_then(Value::as_str).map(str::to_owned);
        let reason = own("reason").or(own("ERROR_CODE")).or(told("/requestContext/condition"));
        let detail =
            own("detail").or(own("ERROR_MESSAGE")).or(told("/responsePayload/errorMessage"));
        let function =
            own("function").or(own("SCHEDULE_ARN")).or(told("/requestContext/functionArn"));
        letter.reason = reason;
        letter.detail = detail.map(|detail| masked_words(&detail));
        letter.function = function;
        letter
    }

    /// An attribute's text.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name)?.string_value()
    }

    /// What goes along when it is sent back: all but what says why it died.
    #[must_use]
    pub fn attributes_to_keep(&self) -> BTreeMap<String, MessageAttributeValue> {
        let kept = self.attributes.iter().filter(|(name, _)| !EPITAPHS.contains(&name.as_str()));
        kept.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// A few lines for a person.
    #[must_use]
    pub fn told(&self) -> String {
        let unknown = || "-".to_owned();
        let mut text = format!(
            "\n{at}  {reason}  {function}  {id}\n",
            at = self.first_seen.format("%Y-%m-%d %H:%M:%SZ"),
            reason = self.reason.clone().unwrap_or_else(unknown),
            function = self.function.clone().unwrap_or_else(unknown),
            id = self.id,
        );
        if let Some(detail) = &self.detail {
            let line: String =
                detail.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            let _ = writeln!(text, "    {line}");
        }
        let _ = writeln!(text, "    {}", masked(&self.body));
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-11-23T09:00:00Z".parse().expect("RFC 3339")
    }

    fn letter(body: &str, attributes: &[(&str, &str)]) -> Letter {
        let mut message = Message::builder().message_id("m").receipt_handle("r").body(body);
        for (name, value) in attributes {
            let value = MessageAttributeValue::builder().data_type("String").string_value(*value);
            message = message.message_attributes(*name, value.build().expect("complete"));
        }
        let message = message.attributes(System::SentTimestamp, "1790000000000");
        Letter::of(message.build(), now())
    }

    #[test]
    fn whoever_buried_it_a_letter_says_why() {
        let of_function = letter(
            "x",
            &[
                ("reason", "no_price"),
                ("function", "record-charge"),
                ("first_seen", "2026-11-20T08:00:00+00:00"),
            ],
        );
        assert_eq!(of_function.reason.as_deref(), Some("no_price"));
        assert_eq!(of_function.function.as_deref(), Some("record-charge"));
        assert_eq!(of_function.first_seen.to_rfc3339(), "2026-11-20T08:00:00+00:00");
        let of_scheduler = letter("{}", &[("ERROR_CODE", "AccessDenied"), ("ERROR_MESSAGE", "no")]);
        assert_eq!(of_scheduler.reason.as_deref(), Some("AccessDenied"));
        let record = r#"{"requestContext":{"condition":"RetriesExhausted"},"responsePayload":{"errorMessage":"a"}}"#;
        assert_eq!(letter(record, &[]).reason.as_deref(), Some("RetriesExhausted"));
        let of_sqs = letter("x", &[]);
        assert_eq!((of_sqs.reason, of_sqs.first_seen.timestamp()), (None, 1_790_000_000));
    }

    #[test]
    fn what_says_why_it_died_stays_behind() {
        let letter =
            letter("x", &[("reason", "r"), ("waited", "2"), ("ERROR_CODE", "e"), ("trace", "t")]);
        let kept: Vec<String> = letter.attributes_to_keep().into_keys().collect();
        assert_eq!(kept, ["trace", "waited"]);
    }
}
