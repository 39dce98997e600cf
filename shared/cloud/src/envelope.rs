//! What comes from outside: the SNS envelope, the carrier's texts and the carrier's events. Decoded here and nowhere else.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use chrono::{DateTime, Datelike, Utc};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::batch::Failure;
use crate::error::without_content;

/// Years in which a text may have been sent. Everything after it is counted from there, and must not leave what dates
/// can be.
const YEARS: Range<i32> = 2000..3000;

/// An SNS notification as SQS delivers it (raw delivery off: the timestamp is needed).
///
/// Source: Amazon SNS developer guide, "Parsing message formats".
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Envelope {
    message: String,
    timestamp: DateTime<Utc>,
}

/// A text as the carrier hands it over.
///
/// Source: AWS End User Messaging SMS user guide, "Two-way SMS message payload". `messageKeyword` and
/// `previousPublishedMessageId` are not read.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InboundText {
    /// The sender's number.
    pub origination_number: String,
    /// Our number.
    #[serde(default)]
    pub destination_number: Option<String>,
    /// The words.
    pub message_body: String,
    /// The carrier's id of the text.
    pub inbound_message_id: String,
}

/// What the carrier tells of a call. Everything but the type is optional: the documentation promises no more.
///
/// Source: AWS End User Messaging SMS user guide, "Event format".
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CarrierEvent {
    /// Such as `VOICE_ANSWERED`.
    pub event_type: String,
    /// The carrier's id of the call.
    #[serde(default)]
    pub message_id: Option<String>,
    /// What our request carried.
    #[serde(default)]
    pub context: Option<BTreeMap<String, serde_json::Value>>,
}

impl CarrierEvent {
    /// A value of our own context.
    #[must_use]
    pub fn context(&self, name: &str) -> Option<&str> {
        self.context.as_ref()?.get(name)?.as_str()
    }
}

/// Opens an SNS envelope; returns its content and when it was published.
///
/// # Errors
/// [`Failure::Permanent`] if it is no envelope, or its content not of the wanted shape.
pub fn open<T: DeserializeOwned>(body: &str) -> Result<(T, DateTime<Utc>), Failure> {
    let refuse = |reason| move |error| Failure::permanent(reason, without_content(&error));
    let envelope: Envelope =
        serde_json::from_str(&mend_surrogates(body)).map_err(refuse("not_an_sns_notification"))?;
    if !YEARS.contains(&envelope.timestamp.year()) {
        return Err(Failure::permanent("not_an_sns_notification", "its time is not of our days"));
    }
    let content = serde_json::from_str(&mend_surrogates(&envelope.message))
        .map_err(refuse("malformed_payload"))?;
    Ok((content, envelope.timestamp))
}

/// Replaces escapes of surrogates that stand alone, such as `\ud83d` cut from an emoji, by U+FFFD.
///
/// They are no characters, so a strict reader refuses the whole document for one of them: a text would be lost for
/// half an emoji.
#[must_use]
pub fn mend_surrogates(json: &str) -> Cow<'_, str> {
    if !json.contains("\\u") {
        return Cow::Borrowed(json);
    }
    let mut mended = String::new();
    let mut copied = 0;
    let mut at = 0;
    let bytes = json.as_bytes();
    while at < bytes.len() {
        if bytes[at] != b'\\' {
            at += 1;
            continue;
        }
        let Some(unit) = escaped_unit(bytes, at) else {
            at += 2;
            continue;
        };
        let low_follows =
            escaped_unit(bytes, at + 6).is_some_and(|low| (0xdc00..0xe000).contains(&low));
        match unit {
            0xd800..0xdc00 if low_follows => at += 12,
            0xd800..0xe000 => {
                mended.push_str(&json[copied..at]);
                mended.push_str("\\ufffd");
                at += 6;
                copied = at;
            }
            _ => at += 6,
        }
    }
    if copied == 0 {
        return Cow::Borrowed(json);
    }
    mended.push_str(&json[copied..]);
    Cow::Owned(mended)
}

/// The UTF-16 unit of a `\uXXXX` escape at `at`.
fn escaped_unit(bytes: &[u8], at: usize) -> Option<u32> {
    let escape = bytes.get(at..at + 6)?;
    let digits = escape.strip_prefix(b"\\u")?;
    let hex = std::str::from_utf8(digits).ok()?;
    hex.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u32::from_str_radix(hex, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn envelope(message: &str) -> String {
        serde_json::json!({
            "Type": "Notification",
            "MessageId": "5c0f",
            "TopicArn": "arn:aws:sns:us-east-1:000000000000:inbound-sms",
            "Message": message,
            "Timestamp": "2026-11-23T04:49:49.123Z",
        })
        .to_string()
    }

    #[test]
    fn a_text_is_opened_with_the_time_at_which_it_was_sent() {
        let payload = r#"{"originationNumber":"+12065550123","destinationNumber":"+12065550100",
            "messageKeyword":"KEYWORD","messageBody":"Remind","inboundMessageId":"m1"}"#;
        let (text, sent_at) = open::<InboundText>(&envelope(payload)).unwrap();
        assert_eq!(text.message_body, "Remind");
        assert_eq!(sent_at.timestamp_subsec_millis(), 123);
    }

    #[test]
    fn half_an_emoji_does_not_lose_a_text() {
        let payload = r#"{"originationNumber":"+1","messageBody":"tea \ud83d at 5 \udc00 \ud83c\udf75 \\ud800","inboundMessageId":"m"}"#;
        let (text, _) = open::<InboundText>(&envelope(payload)).unwrap();
        assert_eq!(text.message_body, "tea \u{fffd} at 5 \u{fffd} \u{1f375} \\ud800");
    }

    #[test]
    fn what_is_no_text_is_refused_with_a_reason() {
        let missing = r#"{"originationNumber":"+1","inboundMessageId":"m"}"#;
        let wrong = r#"{"originationNumber":1,"messageBody":"x","inboundMessageId":"m"}"#;
        for (body, expected) in [
            ("".to_owned(), "not_an_sns_notification"),
            ("{}".to_owned(), "not_an_sns_notification"),
            ("\u{7f}\u{0}".to_owned(), "not_an_sns_notification"),
            (envelope("{}").replace("2026-", "+262142-"), "not_an_sns_notification"),
            (envelope("not json"), "malformed_payload"),
            (envelope("[]"), "malformed_payload"),
            (envelope(missing), "malformed_payload"),
            (envelope(wrong), "malformed_payload"),
        ] {
            match open::<InboundText>(&body) {
                Err(Failure::Permanent { reason, .. }) => assert_eq!(reason, expected, "{body}"),
                other => panic!("{body}: {other:?}"),
            }
        }
    }

    #[test]
    fn an_event_needs_no_more_than_its_type() {
        let (event, _) =
            open::<CarrierEvent>(&envelope(r#"{"eventType":"VOICE_INITIATED"}"#)).unwrap();
        assert_eq!(event.context("attempt"), None);
        let odd = r#"{"eventType":"VOICE_RINGING","messageId":"c","context":{"attempt":7},"isFinal":"?"}"#;
        assert_eq!(open::<CarrierEvent>(&envelope(odd)).unwrap().0.context("attempt"), None);
    }
}
