//! What the SMS and voice SDK sees, and what the phone at the other end does.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_local::carrier::{self, CallState};
use aws_local::{Aws, Data, Now, Settings, sns};
use aws_sdk_pinpointsmsvoicev2::Client;
use aws_sdk_pinpointsmsvoicev2::config::retry::RetryConfig;
use aws_sdk_pinpointsmsvoicev2::config::{BehaviorVersion, Region};
use aws_sdk_pinpointsmsvoicev2::operation::send_voice_message::SendVoiceMessageError;
use aws_sdk_pinpointsmsvoicev2::types::{
    ConflictExceptionReason, MessageType, ServiceQuotaExceededExceptionReason,
    ValidationExceptionReason, VoiceId, VoiceMessageBodyTextType,
};
use aws_smithy_http_client::Builder;
use serde_json::Value;

use crate::stack::Stack;

const SERVICE: &str = "+12065550100";
const ASHA: &str = "+919876543210";

fn client(stack: &Stack) -> Client {
    Client::from_conf(
        aws_sdk_pinpointsmsvoicev2::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .credentials_provider(Credentials::new("anybody", "anything", None, None, "test"))
            .endpoint_url(&stack.endpoint)
            .http_client(Builder::new().build_http())
            .region(Region::new("us-east-1"))
            .retry_config(RetryConfig::disabled())
            .build(),
    )
}

/// A queue behind one of the carrier's topics, which gets the bare messages.
async fn listen(stack: &Stack, topic: &str) -> String {
    let (url, arn) = stack.queue(topic).await;
    let raw = BTreeMap::from([("RawMessageDelivery".to_owned(), "true".to_owned())]);
    let subscribed = stack.handle.with(|ctx| {
        let topic = sns::create_topic(ctx, topic)?;
        sns::subscribe_queue(ctx, &topic, &arn, &raw)
    });
    subscribed.await.unwrap();
    url
}

/// The next message of a queue.
async fn next(stack: &Stack, url: &str) -> Value {
    let receive = stack.sqs().receive_message().queue_url(url).wait_time_seconds(10);
    let message = receive.send().await.unwrap().messages.unwrap_or_default().remove(0);
    let delete = stack.sqs().delete_message().queue_url(url);
    delete.receipt_handle(message.receipt_handle.unwrap()).send().await.unwrap();
    serde_json::from_str(&message.body.unwrap()).unwrap()
}

#[tokio::test]
async fn a_call_rings_is_answered_and_is_told_of() {
    let stack = Stack::start().await;
    let (client, events) = (client(&stack), listen(&stack, "call-events").await);
    let id = client
        .send_voice_message()
        .destination_phone_number(ASHA)
        .origination_identity(SERVICE)
        .message_body("<speak>Your reminder: <break time=\"1s\"/>tea.</speak>")
        .message_body_text_type(VoiceMessageBodyTextType::Ssml)
        .voice_id(VoiceId::Raveena)
        .configuration_set_name("ringback")
        .max_price_per_minute("0.50")
        .time_to_live(60)
        .context("attempt", "u-1-1-1")
        .send()
        .await
        .unwrap()
        .message_id
        .unwrap();
    for (kind, is_final) in [("VOICE_INITIATED", false), ("VOICE_RINGING", false)] {
        let event = next(&stack, &events).await;
        assert_eq!((&event["eventType"], &event["isFinal"]), (&kind.into(), &is_final.into()));
        assert_eq!(event["messageId"], *id);
    }
    let thread = stack.handle.with(|ctx| carrier::thread(ctx, ASHA)).await.unwrap();
    assert_eq!(thread.calls[0].state, CallState::Ringing);
    assert_eq!(thread.calls[0].text, "Your reminder: tea.");
    stack.handle.with(|ctx| Ok(carrier::answer(ctx, &id)?)).await.unwrap();
    let answered = next(&stack, &events).await;
    assert_eq!(answered["eventType"], "VOICE_ANSWERED");
    assert_eq!(answered["context"]["attempt"], "u-1-1-1");
    let completed = next(&stack, &events).await;
    assert_eq!(completed["eventType"], "VOICE_COMPLETED");
    assert_eq!(completed["callDurationInSeconds"], 2);
    let again = stack.handle.with(|ctx| Ok(carrier::answer(ctx, &id)?)).await.unwrap_err();
    assert_eq!(again.status.as_u16(), 409);
}

#[tokio::test]
async fn texts_go_both_ways() {
    let stack = Stack::start().await;
    let (client, inbound) = (client(&stack), listen(&stack, "inbound-sms").await);
    let sent = stack.handle.with(|ctx| carrier::text(ctx, ASHA, "Remind in 2 minutes about tea"));
    let sent = sent.await.unwrap();
    let message = next(&stack, &inbound).await;
    assert_eq!(message["inboundMessageId"], *sent);
    assert_eq!(message["originationNumber"], ASHA);
    client
        .send_text_message()
        .destination_phone_number(ASHA)
        .origination_identity(SERVICE)
        .message_body("OK, 1: tea in 2 minutes.")
        .message_type(MessageType::Transactional)
        .max_price("0.10")
        .send()
        .await
        .unwrap();
    let thread = stack.handle.with(|ctx| carrier::thread(ctx, ASHA)).await.unwrap();
    let texts: Vec<&str> = thread.messages.iter().map(|message| message.text.as_str()).collect();
    assert_eq!(texts, ["Remind in 2 minutes about tea", "OK, 1: tea in 2 minutes."]);
    assert_eq!(stack.handle.with(carrier::phones).await.unwrap(), [ASHA]);
}

#[tokio::test]
async fn refusals_carry_their_reasons() {
    let stack = Stack::start().await;
    let client = client(&stack);
    let call = || {
        let call = client.send_voice_message().destination_phone_number(ASHA);
        call.origination_identity(SERVICE).message_body("Tea.")
    };
    let broken = call().time_to_live(1).send().await;
    match broken.unwrap_err().into_service_error() {
        SendVoiceMessageError::ValidationException(error) => {
            assert_eq!(error.reason(), Some(&ValidationExceptionReason::FieldValidationFailed));
            assert_eq!(error.fields()[0].name(), "timeToLive");
            assert!(error.message().unwrap().contains("greater than or equal to 5"));
        }
        other => panic!("{other:?}"),
    }
    let nowhere = call().configuration_set_name("none").send().await;
    match nowhere.unwrap_err().into_service_error() {
        SendVoiceMessageError::ResourceNotFoundException(error) => {
            assert_eq!(error.resource_id(), Some("none"));
        }
        other => panic!("{other:?}"),
    }
    let list = client.put_opted_out_number().opt_out_list_name("Default").opted_out_number(ASHA);
    list.send().await.unwrap();
    match call().send().await.unwrap_err().into_service_error() {
        SendVoiceMessageError::ConflictException(error) => {
            let expected = ConflictExceptionReason::DestinationPhoneNumberOptedOut;
            assert_eq!(error.reason(), Some(&expected));
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_second_call_within_the_second_is_throttled() {
    let stack = Stack::start().await;
    let client = client(&stack);
    let call = |phone: &str| {
        let call = client.send_voice_message().destination_phone_number(phone);
        call.origination_identity(SERVICE).message_body("Tea.").send()
    };
    call(ASHA).await.unwrap();
    let throttled = call("+12065550123").await.unwrap_err().into_service_error();
    assert!(matches!(throttled, SendVoiceMessageError::ThrottlingException(_)), "{throttled:?}");
    for _ in 0..4 {
        tokio::time::sleep(Duration::from_millis(1_010)).await;
        call(ASHA).await.unwrap();
    }
    tokio::time::sleep(Duration::from_millis(1_010)).await;
    match call(ASHA).await.unwrap_err().into_service_error() {
        SendVoiceMessageError::ServiceQuotaExceededException(error) => {
            let expected = ServiceQuotaExceededExceptionReason::DailyDestinationCallLimit;
            assert_eq!(error.reason(), Some(&expected));
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_there_is_can_be_described() {
    let stack = Stack::start().await;
    let client = client(&stack);
    let numbers = client.describe_phone_numbers().send().await.unwrap();
    assert_eq!(numbers.phone_numbers()[0].phone_number(), SERVICE);
    let sets = client.describe_configuration_sets().send().await.unwrap();
    assert_eq!(sets.configuration_sets()[0].configuration_set_name(), "ringback");
    client.describe_opt_out_lists().send().await.unwrap();
    client.describe_account_attributes().send().await.unwrap();
    client.describe_account_limits().send().await.unwrap();
    let list = client.describe_opted_out_numbers().opt_out_list_name("Default");
    assert!(list.send().await.unwrap().opted_out_numbers().is_empty());
    let unknown = client.describe_pools().send().await.unwrap_err();
    assert_eq!(unknown.into_service_error().meta().code(), Some("UnknownOperationException"));
}

#[test]
fn a_ringing_phone_rings_on_after_the_stack_has_died() {
    let directory = tempfile::tempdir().unwrap();
    let open = || {
        let data = Data::Directory(directory.path().to_owned());
        Aws::open(&data, Settings::default(), None).unwrap()
    };
    let asked: Now = "2026-11-23T04:49:49Z".parse().unwrap();
    let after = |ms: i64| asked + chrono::Duration::milliseconds(ms);
    let body = serde_json::json!({
        "DestinationPhoneNumber": ASHA, "OriginationIdentity": SERVICE, "MessageBody": "Tea.",
    });
    let body = body.to_string();
    let mut aws = open();
    let accepted = aws.with(asked, |ctx| {
        Ok(carrier::handle(ctx, "SendVoiceMessage", body.as_bytes()).status.is_success())
    });
    assert!(accepted.unwrap());
    drop(aws);

    let mut aws = open();
    assert_eq!(aws.next_due(asked).unwrap(), Some(after(50)));
    aws.advance(after(50)).unwrap();
    aws.advance(after(150)).unwrap();
    drop(aws);

    let mut aws = open();
    let call = aws.with(after(900), |ctx| carrier::thread(ctx, ASHA)).unwrap().calls.remove(0);
    assert_eq!((call.state, call.rang_at), (CallState::Ringing, Some(after(150))));
    aws.with(after(900), |ctx| Ok(carrier::answer(ctx, &call.id)?)).unwrap();
    drop(aws);

    let mut aws = open();
    aws.advance(after(60_000)).unwrap();
    let call = aws.with(after(60_000), |ctx| carrier::thread(ctx, ASHA)).unwrap().calls.remove(0);
    assert_eq!((call.state, call.ended_at), (CallState::Answered, Some(after(2_900))));
}
