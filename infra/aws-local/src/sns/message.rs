//! A publication: its bounds, and what a queue gets of it.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::SecondsFormat;
use serde::Serialize;

use super::{Subscription, invalid, to_json};
use crate::Ctx;
use crate::sqs::{MessageAttribute, Outgoing};
use crate::wire::AwsError;

/// Most bytes of a message and its attributes: 256 KiB.
const BYTES_MAX: usize = 262_144;

/// A subject has fewer characters than this.
const SUBJECT_CHARS: usize = 100;

/// Nothing is signed here. This is what stands where a signature does: base64 of `not signed`.
const SIGNATURE: &str = "bm90IHNpZ25lZA==";

/// What was published.
pub(super) struct Publication<'a> {
    pub id: &'a str,
    pub topic_arn: &'a str,
    pub message: &'a str,
    pub subject: Option<&'a str>,
    pub attributes: &'a BTreeMap<String, MessageAttribute>,
}

/// What a queue gets unless delivery is raw, in the documented order.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Envelope<'a> {
    r#type: &'static str,
    message_id: &'a str,
    topic_arn: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
    message: &'a str,
    /// As in `2026-11-23T04:49:49.123Z`.
    timestamp: String,
    signature_version: &'static str,
    signature: &'static str,
    #[serde(rename = "SigningCertURL")]
    signing_cert_url: String,
    #[serde(rename = "UnsubscribeURL")]
    unsubscribe_url: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    message_attributes: BTreeMap<&'a str, EnvelopeAttribute<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct EnvelopeAttribute<'a> {
    r#type: &'a str,
    value: String,
}

impl Publication<'_> {
    /// Holds it against the documented bounds.
    pub fn check(&self) -> Result<(), AwsError> {
        if self.message.is_empty() {
            return Err(invalid("Empty message"));
        }
        if let Some(subject) = self.subject {
            let plain = !subject.chars().any(char::is_control);
            if subject.is_empty() || subject.chars().count() >= SUBJECT_CHARS || !plain {
                return Err(invalid("Subject"));
            }
        }
        for (name, attribute) in self.attributes {
            check_attribute(name, attribute)?;
        }
        let size = Outgoing { attributes: self.attributes.clone(), ..Outgoing::text(self.message) }
            .bytes();
        if size > BYTES_MAX {
            return Err(invalid("Message too long"));
        }
        Ok(())
    }

    /// What the queue of this subscription gets.
    pub fn for_subscription(
        &self,
        ctx: &Ctx,
        subscription: &Subscription,
    ) -> Result<Outgoing, AwsError> {
        if subscription.is_raw() {
            let attributes = self.attributes.clone();
            return Ok(Outgoing { attributes, ..Outgoing::text(self.message) });
        }
        let endpoint = &ctx.settings.endpoint;
        let attribute = |(name, attribute): (&'_ String, &'_ MessageAttribute)| {
            let binary = attribute.binary_value.as_ref().map(|bytes| BASE64.encode(bytes));
            let value = binary.or_else(|| attribute.string_value.clone()).unwrap_or_default();
            (name.clone(), attribute.data_type.clone(), value)
        };
        let attributes: Vec<_> = self.attributes.iter().map(attribute).collect();
        let envelope = Envelope {
            r#type: "Notification",
            message_id: self.id,
            topic_arn: self.topic_arn,
            subject: self.subject,
            message: self.message,
            timestamp: ctx.now.to_rfc3339_opts(SecondsFormat::Millis, true),
            signature_version: "1",
            signature: SIGNATURE,
            signing_cert_url: format!("{endpoint}/SimpleNotificationService.pem"),
            unsubscribe_url: format!(
                "{endpoint}/?Action=Unsubscribe&SubscriptionArn={}",
                subscription.arn
            ),
            message_attributes: attributes
                .iter()
                .map(|(name, kind, value)| {
                    (name.as_str(), EnvelopeAttribute { r#type: kind, value: value.clone() })
                })
                .collect(),
        };
        Ok(Outgoing::text(to_json(&envelope)?))
    }
}

fn check_attribute(name: &str, attribute: &MessageAttribute) -> Result<(), AwsError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let known =
        matches!(attribute.data_type.split('.').next(), Some("String" | "Number" | "Binary"));
    let binary = attribute.data_type.starts_with("Binary");
    let value = match binary {
        true => attribute.binary_value.as_ref().map(Vec::len),
        false => attribute.string_value.as_ref().map(String::len),
    };
    if name.is_empty()
        || !name.chars().all(plain)
        || !known
        || value.is_none_or(|length| length == 0)
    {
        return Err(AwsError::bad_request(
            "InvalidParameterValue",
            format!(
                "The message attribute '{name}' is invalid: it needs a plain name, the type \
                 String, Number, String.Array or Binary, and a value of that type."
            ),
        ));
    }
    Ok(())
}
