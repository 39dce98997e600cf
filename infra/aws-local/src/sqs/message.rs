//! What a message is made of, the bounds it keeps, and its MD5 sums.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{DELAY_S_MAX, invalid_value};
use crate::wire::AwsError;

/// Most attributes of one message.
const ATTRIBUTES_MAX: usize = 10;

/// Longest name or type of an attribute.
const NAME_MAX: usize = 256;

/// Most digits of a number.
const DIGITS_MAX: usize = 38;

/// A message on its way into a queue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outgoing {
    /// The text, 1 byte to 1 MiB.
    pub body: String,
    /// At most ten, counted into the size.
    pub attributes: BTreeMap<String, MessageAttribute>,
    /// `AWSTraceHeader` and `MessageGroupId` are what a sender may say here; not counted into the
    /// size.
    pub system: BTreeMap<String, String>,
    /// How long nobody sees it; the queue's own delay if `None`.
    pub delay_s: Option<u32>,
}

impl Outgoing {
    /// A message of a text alone.
    #[must_use]
    pub fn text(body: impl Into<String>) -> Self {
        Self { body: body.into(), ..Self::default() }
    }

    /// The size that counts against the limits: body and attributes in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let attributes = self
            .attributes
            .iter()
            .map(|(name, value)| name.len() + value.data_type.len() + value.value_bytes().len());
        self.body.len() + attributes.sum::<usize>()
    }
}

/// A message attribute, written in JSON as the service writes it (`DataType`, `StringValue`,
/// `BinaryValue`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct MessageAttribute {
    /// `String`, `Number` or `Binary`, perhaps with a label of the sender's own after a dot.
    pub data_type: String,
    /// The value, unless it is binary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub string_value: Option<String>,
    /// The value, if it is binary; base64 in JSON.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "write_base64",
        deserialize_with = "read_base64"
    )]
    pub binary_value: Option<Vec<u8>>,
}

impl MessageAttribute {
    /// An attribute of type `String`.
    #[must_use]
    pub fn string(value: impl Into<String>) -> Self {
        Self { data_type: "String".into(), string_value: Some(value.into()), binary_value: None }
    }

    fn is_binary(&self) -> bool {
        self.base_type() == "Binary"
    }

    /// The type without its label.
    fn base_type(&self) -> &str {
        self.data_type.split('.').next().unwrap_or_default()
    }

    fn value_bytes(&self) -> &[u8] {
        match (&self.string_value, &self.binary_value) {
            (Some(text), _) => text.as_bytes(),
            (None, Some(bytes)) => bytes,
            (None, None) => &[],
        }
    }
}

/// A message as its receiver gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The id that `send` returned.
    pub message_id: String,
    /// What deletes it, or changes its visibility; another one at each receive.
    pub receipt_handle: String,
    /// The text.
    pub body: String,
    /// The MD5 of the text, in hexadecimal.
    pub md5_of_body: String,
    /// What the sender attached.
    pub attributes: BTreeMap<String, MessageAttribute>,
    /// `ApproximateReceiveCount`, `SentTimestamp`, `SenderId`, `ApproximateFirstReceiveTimestamp`,
    /// and where it applies `DeadLetterQueueSourceArn`, `AWSTraceHeader`, `MessageGroupId`.
    pub system: BTreeMap<String, String>,
}

/// Holds a message against all bounds: text, attributes, delay, and the queue's
/// `MaximumMessageSize`.
pub(super) fn check(message: &Outgoing, max_bytes: u32) -> Result<(), AwsError> {
    if message.body.is_empty() {
        return Err(AwsError::bad_request(
            "MissingParameter",
            "The request must contain the parameter MessageBody.",
        ));
    }
    check_delay(message.delay_s)?;
    check_characters(&message.body)?;
    if message.attributes.len() > ATTRIBUTES_MAX {
        return Err(AwsError::bad_request(
            "InvalidParameterValue",
            format!(
                "Number of message attributes [{}] exceeds the allowed maximum [{ATTRIBUTES_MAX}].",
                message.attributes.len()
            ),
        ));
    }
    for (name, attribute) in &message.attributes {
        check_attribute(name, attribute)?;
    }
    if message.bytes() > usize::try_from(max_bytes).unwrap_or(usize::MAX) {
        return Err(AwsError::bad_request(
            "InvalidParameterValue",
            format!(
                "One or more parameters are invalid. Reason: Message must be shorter than \
                 {max_bytes} bytes."
            ),
        ));
    }
    Ok(())
}

fn check_delay(delay_s: Option<u32>) -> Result<(), AwsError> {
    match delay_s {
        Some(delay_s) if delay_s > DELAY_S_MAX => {
            Err(invalid_value(delay_s, "DelaySeconds", "DelaySeconds must be >= 0 and <= 900."))
        }
        _ => Ok(()),
    }
}

/// The characters that the documentation allows: those of XML 1.0.
fn check_characters(text: &str) -> Result<(), AwsError> {
    let white = |c: char| matches!(c, '\t' | '\n' | '\r');
    let allowed = |c: char| white(c) || (c >= '\u{20}' && !matches!(c, '\u{FFFE}' | '\u{FFFF}'));
    match text.chars().find(|&c| !allowed(c)) {
        None => Ok(()),
        Some(character) => Err(AwsError::bad_request(
            "InvalidMessageContents",
            format!(
                "Invalid binary character '#x{:x}' was found in the message body, the set of \
                 allowed characters is \
                 #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF",
                u32::from(character)
            ),
        )),
    }
}

fn check_attribute(name: &str, attribute: &MessageAttribute) -> Result<(), AwsError> {
    let refuse = |reason: String| Err(AwsError::bad_request("InvalidParameterValue", reason));
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let lower = name.to_ascii_lowercase();
    if name.is_empty()
        || name.len() > NAME_MAX
        || !name.chars().all(plain)
        || name.starts_with('.')
        || name.ends_with('.')
        || name.contains("..")
    {
        return refuse(format!(
            "The message attribute name '{name}' is invalid. Attribute name can contain A-Z, \
             a-z, 0-9, underscore (_), hyphen (-), and period (.) characters."
        ));
    }
    if lower.starts_with("aws.") || lower.starts_with("amazon.") {
        return refuse(format!("The message attribute name '{name}' is reserved for use by AWS."));
    }
    let label_is_good =
        attribute.data_type.chars().all(plain) && attribute.data_type.len() <= NAME_MAX;
    if !matches!(attribute.base_type(), "String" | "Number" | "Binary") || !label_is_good {
        return refuse(format!(
            "The message attribute '{name}' has an invalid message attribute type, the set of \
             supported type prefixes is Binary, Number, and String."
        ));
    }
    let right_member = match attribute.is_binary() {
        true => attribute.string_value.is_none(),
        false => attribute.binary_value.is_none(),
    };
    if !right_member || attribute.value_bytes().is_empty() {
        return refuse(format!(
            "The message attribute '{name}' must contain a non-empty message attribute value for \
             its type '{}'.",
            attribute.data_type
        ));
    }
    if let Some(text) = &attribute.string_value {
        check_characters(text)?;
        if attribute.base_type() == "Number" && !is_number(text) {
            return refuse(format!(
                "Can't cast the value of message (user) attribute '{name}' to a number."
            ));
        }
    }
    Ok(())
}

fn is_number(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let looks =
        text.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E'));
    looks && (1..=DIGITS_MAX).contains(&digits) && text.parse::<f64>().is_ok()
}

/// The MD5 of a body in hexadecimal, which SDKs compare with their own.
pub(super) fn md5_of_body(body: &str) -> String {
    format!("{:x}", md5::compute(body))
}

/// The MD5 of attributes by the algorithm in the developer guide: in the order of their names,
/// length and bytes of name and type, one byte that says text (1) or binary (2), length and bytes
/// of the value. `None` if there are none.
pub(super) fn md5_of_attributes(attributes: &BTreeMap<String, MessageAttribute>) -> Option<String> {
    if attributes.is_empty() {
        return None;
    }
    let mut context = md5::Context::new();
    let mut part = |kind: Option<u8>, bytes: &[u8]| {
        context.consume(kind.as_slice());
        context.consume(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
        context.consume(bytes);
    };
    for (name, attribute) in attributes {
        part(None, name.as_bytes());
        part(None, attribute.data_type.as_bytes());
        part(Some(if attribute.is_binary() { 2 } else { 1 }), attribute.value_bytes());
    }
    Some(format!("{:x}", context.compute()))
}

fn write_base64<S: Serializer>(bytes: &Option<Vec<u8>>, serializer: S) -> Result<S::Ok, S::Error> {
    bytes.as_ref().map(|bytes| BASE64.encode(bytes)).serialize(serializer)
}

fn read_base64<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<u8>>, D::Error> {
    let text: Option<String> = Option::deserialize(deserializer)?;
    text.map(|text| BASE64.decode(text)).transpose().map_err(serde::de::Error::custom)
}
