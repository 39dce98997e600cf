//! What of a message may be shown: its shape, its ids and its times. Numbers and texts of people are masked.
//!
//! By the names of what may be shown, not of what may not: what a message holds that nobody here has heard of is masked.

use serde_json::Value;

/// Members whose values are ids, kinds or times.
const SHOWN: [&str; 29] = [
    "SignatureVersion",
    "Timestamp",
    "Type",
    "attempt",
    "cause",
    "condition",
    "eventTimestamp",
    "eventType",
    "eventVersion",
    "functionArn",
    "inboundMessageId",
    "isFinal",
    "isoCountryCode",
    "MessageId",
    "message",
    "messageId",
    "messageRequestTimestamp",
    "messageStatus",
    "not_before",
    "occurrence",
    "reminder",
    "requestId",
    "TopicArn",
    "as_of",
    "month",
    "unproved",
    "user",
    "v",
    "version",
];

/// The longest id, kind or time there is.
const SHOWN_MAX: usize = 128;

/// Digits that may be a phone number; years and versions have fewer.
const PHONE_DIGITS: usize = 7;

/// A body that may be shown. What is no JSON shows its length alone.
#[must_use]
pub fn masked(body: &str) -> Value {
    match serde_json::from_str::<Value>(body) {
        Ok(document @ (Value::Object(_) | Value::Array(_))) => shown(None, document),
        _ => hidden(body),
    }
}

/// Words that were written for people who operate: phone numbers in them are masked all the same.
#[must_use]
pub fn masked_words(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('+') {
        let (before, from) = rest.split_at(at);
        masked.push_str(before);
        let digits = from[1..].bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = from.split_at(1 + digits);
        match digits >= PHONE_DIGITS {
            true => masked.push_str(&phone(number)),
            false => masked.push_str(number),
        }
        rest = after;
    }
    masked + rest
}

fn shown(name: Option<&str>, value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let member = |(name, value): (String, Value)| {
                let value = shown(Some(&name), value);
                // A name from outside may be anything as well.
                (if is_plain(&name) { name } else { "…".to_owned() }, value)
            };
            Value::Object(members.into_iter().map(member).collect())
        }
        Value::Array(items) => {
            Value::Array(items.into_iter().map(|item| shown(name, item)).collect())
        }
        Value::String(text) => match serde_json::from_str::<Value>(&text) {
            // What SNS carries is a document in a document.
            Ok(inner @ (Value::Object(_) | Value::Array(_))) => shown(name, inner),
            _ if name.is_some_and(|name| SHOWN.contains(&name)) && is_plain(&text) => {
                Value::String(text)
            }
            _ => hidden(&text),
        },
        Value::Number(number) => match name.is_some_and(|name| SHOWN.contains(&name)) {
            true => Value::Number(number),
            false => hidden(&number.to_string()),
        },
        Value::Bool(_) | Value::Null => value,
    }
}

/// Characters of ids and times only, and no phone number.
fn is_plain(text: &str) -> bool {
    let known = |c: char| c.is_ascii_alphanumeric() || "-_.:#/".contains(c);
    text.len() <= SHOWN_MAX && text.chars().all(known) && !is_phone(text)
}

fn is_phone(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    (PHONE_DIGITS..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn hidden(text: &str) -> Value {
    match is_phone(text) {
        true => Value::String(phone(text)),
        false => Value::String(format!("({} characters)", text.chars().count())),
    }
}

/// The last two digits, as everywhere where a number has to be told from another.
#[must_use]
pub fn phone(number: &str) -> String {
    format!("+…{}", &number[number.len() - 2..])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_text_shows_who_as_two_digits_and_what_as_its_length() {
        let text = json!({
            "originationNumber": "+12065550123",
            "destinationNumber": "12065550100",
            "messageBody": "Remind tomorrow about +442079460000",
            "inboundMessageId": "0b7f-1",
        });
        let envelope = json!({
            "Type": "Notification",
            "Message": text.to_string(),
            "Timestamp": "2026-11-23T09:00:00.000Z",
            "Signature": "abc",
        });
        let expected = json!({
            "Type": "Notification",
            "Message": {
                "originationNumber": "+…23",
                "destinationNumber": "+…00",
                "messageBody": "(35 characters)",
                "inboundMessageId": "0b7f-1",
            },
            "Timestamp": "2026-11-23T09:00:00.000Z",
            "Signature": "(3 characters)",
        });
        assert_eq!(masked(&envelope.to_string()), expected);
    }

    #[test]
    fn our_own_messages_are_shown_as_they_are() {
        let due = json!({"v": 1, "occurrence": "0123456789abcdef-1-1", "version": 2, "attempt": 1,
                         "not_before": "2027-06-21T15:30:00Z"});
        assert_eq!(masked(&due.to_string()), due);
        let charge = json!({"v": 1, "call": {"occurrence": "0123456789abcdef-1-1"}});
        assert_eq!(masked(&charge.to_string()), charge);
    }

    #[test]
    fn nothing_that_a_person_wrote_gets_through() {
        let secret = "call me on 12065550123";
        let bodies = [
            secret.to_owned(),
            json!(secret).to_string(),
            json!([secret]).to_string(),
            json!({"messageId": secret}).to_string(),
            json!({"messageId": "12065550123"}).to_string(),
            json!({"messageId": "+12065550123"}).to_string(),
            json!({"number": 12_065_550_123_u64}).to_string(),
            json!({secret: 1}).to_string(),
            json!({"context": {"note": secret}}).to_string(),
            json!({"Message": json!({"x": [secret]}).to_string()}).to_string(),
            json!("\u{1b}[31m").to_string(),
        ];
        for body in bodies {
            let shown = masked(&body).to_string();
            assert!(!shown.contains("2065550") && !shown.contains("call"), "{body}: {shown}");
            assert!(!shown.contains('\u{1b}'), "{shown:?}");
        }
    }

    #[test]
    fn words_for_operators_keep_all_but_numbers() {
        assert_eq!(
            masked_words("the number +12065550123 and 1+1, +12"),
            "the number +…23 and 1+1, +12"
        );
        assert_eq!(masked_words("+1206555012é"), "+…12é");
    }
}
