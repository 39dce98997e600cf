//! What every decoder of foreign bytes promises, for the tests beside it and for the fuzz targets in `tests/fuzz`.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use aws_lambda_events::event::sqs::SqsEvent;
use chrono::Datelike;
use cloud::batch::{Delivery, Failure};
use cloud::envelope::{self, CarrierEvent, InboundText};
use cloud::queues::{self, ChargeWanted, Due, NewsWanted, ScheduleWanted, SmsWanted};
use domain::attempt::Fact;
use domain::ids::{AttemptId, MessageId, OccurrenceId, ReminderId, UserId};
use domain::occurrence::Effect;
use domain::outgoing::Cause;
use domain::phone::Phone;
use domain::{command, spoken};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A notification of SNS, and what the carrier says in it.
pub fn notifications(bytes: &[u8]) {
    let body = String::from_utf8_lossy(bytes);
    if let Ok((text, sent_at)) = envelope::open::<InboundText>(&body) {
        assert!((2000..3000).contains(&sent_at.year()));
        identities(&text.inbound_message_id);
        words(&text.message_body);
        phones(&text.origination_number);
    } else if let Err(failure) = envelope::open::<InboundText>(&body) {
        says_why(&failure, &["not_an_sns_notification", "malformed_payload"]);
    }
    match envelope::open::<CarrierEvent>(&body) {
        Ok((event, _)) => {
            let _ = Fact::of_event_type(&event.event_type);
            if let Some(attempt) = event.context("attempt") {
                identities(attempt);
            }
        }
        Err(failure) => says_why(&failure, &["not_an_sns_notification", "malformed_payload"]),
    }
}

/// What the carrier says, in a notification that is as it should be.
pub fn payloads(bytes: &[u8]) {
    let message = String::from_utf8_lossy(bytes);
    let body = serde_json::json!({ "Message": message, "Timestamp": "2026-11-23T04:49:49.123Z" });
    notifications(body.to_string().as_bytes());
    let mended = envelope::mend_surrogates(&message);
    assert_eq!(envelope::mend_surrogates(&mended), mended, "what is mended stays as it is");
}

/// A batch of SQS, and the messages of our own queues in it.
pub fn messages(bytes: &[u8]) {
    if let Ok(batch) = serde_json::from_slice::<SqsEvent>(bytes) {
        for message in batch.records {
            message_of_ours(&Delivery::of(message).body);
        }
    }
    message_of_ours(&String::from_utf8_lossy(bytes));
}

fn message_of_ours(body: &str) {
    decodes::<Due>(body);
    decodes::<ScheduleWanted>(body);
    decodes::<SmsWanted>(body);
    decodes::<ChargeWanted>(body);
    decodes::<NewsWanted>(body);
}

/// A message that can be read says the same when it is written again.
fn decodes<T: DeserializeOwned + Serialize + PartialEq + Debug>(body: &str) {
    match queues::decode::<T>(body) {
        Ok(message) => {
            let mut again = serde_json::to_value(&message).expect("it was read from JSON");
            again["v"] = 1.into();
            let again = queues::decode::<T>(&again.to_string()).expect("it was written by us");
            assert_eq!(again, message);
        }
        Err(Failure::Transient(_)) => assert!(body.contains('v'), "only a newer version waits"),
        Err(failure) => says_why(&failure, &["malformed_message"]),
    }
}

/// Refused for good, for a reason of these, with a sentence that says what is wrong.
fn says_why(failure: &Failure, reasons: &[&str]) {
    match failure {
        Failure::Permanent { reason, detail } => {
            assert!(reasons.contains(reason), "{reason}");
            assert!(!detail.is_empty());
        }
        Failure::Transient(error) => panic!("it would come again and again: {error}"),
    }
}

/// A text as one of our identities. Each has one spelling.
pub fn identities(text: &str) {
    has_one_spelling::<UserId>(text);
    has_one_spelling::<ReminderId>(text);
    has_one_spelling::<OccurrenceId>(text);
    has_one_spelling::<AttemptId>(text);
    has_one_spelling::<MessageId>(text);
    has_one_spelling::<Cause>(text);
    if let Ok(effect) = text.parse::<Effect>() {
        assert_eq!(effect.to_string().parse(), Ok(effect));
    }
}

fn has_one_spelling<T: FromStr<Err: Display> + Display>(text: &str) {
    match text.parse::<T>() {
        Ok(id) => assert_eq!(id.to_string(), text),
        Err(why) => assert!(why.to_string().chars().count() < 200, "{why}"),
    }
}

/// A text as a phone number, which is read into the one form that reads back as itself.
pub fn phones(text: &str) {
    match Phone::parse(text) {
        Ok(phone) => {
            assert_eq!(Phone::parse(phone.as_str()).as_ref(), Ok(&phone));
            assert!(!format!("{phone:?}").contains(phone.as_str()), "it is masked");
            let _ = phone.country();
        }
        Err(why) => assert!(!why.to_string().is_empty()),
    }
    let _ = Phone::try_from(text.to_owned());
}

/// The words of a text, as a command and as what a call says.
pub fn words(text: &str) {
    let _ = command::parse(text);
    for language in when::Language::ALL {
        let ssml = spoken::ssml(text, language);
        assert!(ssml.starts_with("<speak>") && ssml.ends_with("</speak>"), "{ssml}");
    }
}
