//! The carrier from its outside: requests and what the phone's owner does in; events, inbound texts
//! and what the phone shows out; the present is an argument.

mod account;

use std::collections::BTreeMap;

use chrono::{Duration, SecondsFormat};
use serde_json::{Value, json};

use super::book::{CallState, TextState};
use super::*;
use crate::testing::World;
use crate::{sns, sqs};

const SERVICE: &str = "+12065550100";
const ASHA: &str = "+919876543210";
const BEN: &str = "+12065550123";

/// A stack with the carrier's topics, each with a queue behind it, and no quotas.
struct Network(World);

impl Network {
    fn new() -> Self {
        let mut world = World::new();
        world.now = "2026-11-23T04:49:49Z".parse().unwrap();
        world.settings.carrier.limits = false;
        let mut network = Self(world);
        for name in ["inbound-sms", "call-events"] {
            network.with(|ctx| {
                let topic = sns::create_topic(ctx, name).unwrap();
                sqs::create_queue(ctx, name, &BTreeMap::new()).unwrap();
                let raw = BTreeMap::from([("RawMessageDelivery".to_owned(), "true".to_owned())]);
                let queue = sqs::arn(ctx.settings, name);
                sns::subscribe_queue(ctx, &topic, &queue, &raw).unwrap();
            });
        }
        network
    }

    fn with<T>(&mut self, f: impl FnOnce(&Ctx) -> T) -> T {
        self.0.run(|ctx| Ok(f(ctx))).unwrap()
    }

    /// Sends a request; the answer is its body, or the body of the error.
    fn send(&mut self, operation: &str, body: &Value) -> Result<Value, Value> {
        let response = self.with(|ctx| handle(ctx, operation, body.to_string().as_bytes()));
        let answer = serde_json::from_slice(&response.body).unwrap();
        if response.status == StatusCode::OK { Ok(answer) } else { Err(answer) }
    }

    /// Calls a phone; the id of the call.
    fn call(&mut self, phone: &str) -> String {
        id(&self.send("SendVoiceMessage", &voice(phone, &json!({}))).unwrap())
    }

    /// Texts a phone; the id of the text.
    fn text(&mut self, phone: &str, body: &str) -> String {
        id(&self.send("SendTextMessage", &sms(phone, &json!({"MessageBody": body}))).unwrap())
    }

    /// Lets time pass, with the network doing what is due whenever it is due.
    fn pass_ms(&mut self, ms: i64) {
        let until = self.0.now + Duration::milliseconds(ms);
        while let Some(due) = self.with(|ctx| next_due(ctx).unwrap()).filter(|due| *due <= until) {
            self.0.now = self.0.now.max(due);
            self.with(|ctx| advance(ctx).unwrap());
        }
        self.0.now = until;
    }

    fn pass_s(&mut self, seconds: i64) {
        self.pass_ms(seconds * 1000);
    }

    /// What a queue has got since the last time, in order.
    fn drain(&mut self, queue: &str) -> Vec<Value> {
        self.with(|ctx| {
            let mut all = Vec::new();
            loop {
                let batch = sqs::receive(ctx, queue, 10, None).unwrap();
                if batch.is_empty() {
                    return all;
                }
                for message in batch {
                    sqs::delete(ctx, queue, &message.receipt_handle).unwrap();
                    all.push(serde_json::from_str(&message.body).unwrap());
                }
            }
        })
    }

    /// The events published since the last time, in the order of their time.
    fn events(&mut self) -> Vec<Value> {
        let mut events = self.drain("call-events");
        events.sort_by_key(|event| event["eventTimestamp"].as_i64());
        events
    }

    /// The same, their types only.
    fn event_types(&mut self) -> Vec<String> {
        let name = |event: &Value| event["eventType"].as_str().unwrap().to_owned();
        self.events().iter().map(name).collect()
    }

    fn thread(&mut self, phone: &str) -> Thread {
        self.with(|ctx| thread(ctx, phone).unwrap())
    }

    /// The states of a phone's calls.
    fn states(&mut self, phone: &str) -> Vec<&'static str> {
        self.thread(phone).calls.iter().map(|call| call.state.name()).collect()
    }
}

fn id(answer: &Value) -> String {
    answer["MessageId"].as_str().unwrap().to_owned()
}

/// A request to call a phone, with members replaced.
fn voice(phone: &str, changes: &Value) -> Value {
    let body = json!({
        "DestinationPhoneNumber": phone,
        "OriginationIdentity": SERVICE,
        "MessageBody": "Your reminder: tea.",
        "ConfigurationSetName": "ringback",
        "TimeToLive": 60,
        "Context": { "attempt": "u-1-1-1" },
    });
    changed(body, changes)
}

/// A request to text a phone, with members replaced.
fn sms(phone: &str, changes: &Value) -> Value {
    let body = json!({
        "DestinationPhoneNumber": phone,
        "OriginationIdentity": SERVICE,
        "MessageBody": "Reminder 1: tea.",
    });
    changed(body, changes)
}

fn changed(mut body: Value, changes: &Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => drop(body.as_object_mut().unwrap().remove(name)),
            value => body[name] = value.clone(),
        }
    }
    body
}

#[test]
fn a_call_rings_within_a_fifth_of_a_second_and_rings_out() {
    let mut network = Network::new();
    let id = network.call(ASHA);
    assert_eq!(network.states(ASHA), Vec::<&str>::new());
    network.pass_ms(200);
    assert_eq!(network.states(ASHA), ["ringing"]);
    assert_eq!(network.event_types(), ["VOICE_INITIATED", "VOICE_RINGING"]);
    network.pass_ms(29_900);
    assert_eq!(network.states(ASHA), ["ringing"]);
    network.pass_ms(100);
    let call = network.thread(ASHA).calls[0].clone();
    assert_eq!((call.id, call.state, call.answered_at), (id, CallState::NoAnswer, None));
    assert_eq!(call.ended_at.unwrap() - call.rang_at.unwrap(), Duration::seconds(30));
    assert_eq!(network.event_types(), ["VOICE_NO_ANSWER"]);
    assert_eq!(network.with(|ctx| next_due(ctx).unwrap()), None);
}

#[test]
fn an_answered_call_is_completed_when_all_has_been_said() {
    let mut network = Network::new();
    let id = network.call(ASHA);
    network.pass_s(5);
    network.with(|ctx| answer(ctx, &id).unwrap());
    assert_eq!(network.states(ASHA), ["answered"]);
    network.pass_s(60);
    let call = network.thread(ASHA).calls[0].clone();
    assert_eq!(call.state, CallState::Answered);
    assert_eq!(call.text, "Your reminder: tea.");
    assert_eq!(call.ended_at.unwrap() - call.answered_at.unwrap(), Duration::seconds(2));
    let expected = ["VOICE_INITIATED", "VOICE_RINGING", "VOICE_ANSWERED", "VOICE_COMPLETED"];
    assert_eq!(network.event_types(), expected);
}

#[test]
fn events_say_what_the_documentation_says() {
    let mut network = Network::new();
    let asked_ms = network.0.now.timestamp_millis();
    let long = "word ".repeat(300);
    let id =
        id(&network.send("SendVoiceMessage", &voice(ASHA, &json!({"MessageBody": long}))).unwrap());
    network.pass_s(10);
    network.with(|ctx| answer(ctx, &id).unwrap());
    network.pass_s(60);
    let event = |kind: &str, at_ms: i64| {
        json!({
            "eventType": format!("VOICE_{kind}"), "eventVersion": "1.0",
            "eventTimestamp": asked_ms + at_ms, "isFinal": false,
            "originationPhoneNumber": SERVICE, "isoCountryCode": "IN",
            "messageId": id, "messageRequestTimestamp": asked_ms, "messageStatus": kind,
        })
    };
    let to = json!({"destinationPhoneNumber": ASHA, "context": {"attempt": "u-1-1-1"}});
    let end = json!({
        "destinationPhoneNumber": ASHA, "context": {"attempt": "u-1-1-1"}, "isFinal": true,
        "callDurationInSeconds": 60, "totalDurationInMinutes": 1, "totalMessagePrice": 0.013,
    });
    let expected = [
        event("INITIATED", 50),
        changed(event("RINGING", 150), &to),
        changed(event("ANSWERED", 10_000), &to),
        changed(event("COMPLETED", 70_000), &end),
    ];
    assert_eq!(network.events(), expected);
}

#[test]
fn a_declined_call_is_busy() {
    let mut network = Network::new();
    let id = network.call(ASHA);
    network.pass_s(3);
    network.with(|ctx| decline(ctx, &id).unwrap());
    network.pass_s(60);
    assert_eq!(network.states(ASHA), ["declined"]);
    assert_eq!(network.event_types(), ["VOICE_INITIATED", "VOICE_RINGING", "VOICE_BUSY"]);
}

#[test]
fn a_voicemail_looks_like_an_answer() {
    let mut network = Network::new();
    let id = network.call(ASHA);
    network.pass_s(3);
    network.with(|ctx| voicemail(ctx, &id).unwrap());
    network.pass_s(60);
    assert_eq!(network.states(ASHA), ["voicemail"]);
    assert_eq!(network.event_types()[2..], ["VOICE_ANSWERED", "VOICE_COMPLETED"]);
}

#[test]
fn a_call_that_the_network_loses_never_rings_and_nothing_is_told() {
    let mut network = Network::new();
    let call = network.call(ASHA);
    assert!(network.with(|ctx| lose(ctx, &call).unwrap()));
    network.pass_s(3_600);
    assert_eq!(network.states(ASHA), Vec::<&str>::new());
    assert_eq!(network.event_types(), Vec::<String>::new());
    assert!(!network.with(|ctx| lose(ctx, "nobody's").unwrap()));
}

#[test]
fn a_phone_that_rings_or_is_in_a_call_is_busy() {
    let mut network = Network::new();
    let first = network.call(ASHA);
    network.pass_s(1);
    network.call(ASHA);
    network.pass_s(1);
    network.with(|ctx| answer(ctx, &first).unwrap());
    network.call(ASHA);
    network.pass_s(1);
    network.call(BEN);
    network.pass_s(10);
    network.call(ASHA);
    network.pass_s(1);
    assert_eq!(network.states(ASHA), ["answered", "busy", "busy", "ringing"]);
    assert_eq!(network.states(BEN), ["ringing"]);
    let busy = network.events().into_iter().filter(|event| event["eventType"] == "VOICE_BUSY");
    assert_eq!(busy.map(|event| event["isFinal"] == true).collect::<Vec<_>>(), [true, true]);
}

#[test]
fn a_call_that_does_not_ring_cannot_be_answered() {
    let mut network = Network::new();
    let missing = network.with(|ctx| answer(ctx, "none").unwrap_err());
    assert_eq!(missing, PhoneError::NoSuchCall { id: "none".into() });
    assert_eq!(AwsError::from(missing).status, StatusCode::NOT_FOUND);
    let id = network.call(ASHA);
    let early = network.with(|ctx| answer(ctx, &id).unwrap_err());
    assert_eq!(early, PhoneError::NotRinging { state: CallState::Queued });
    network.pass_s(1);
    network.with(|ctx| decline(ctx, &id).unwrap());
    for act in [answer, decline, voicemail] {
        let late = network.with(|ctx| act(ctx, &id).unwrap_err());
        assert_eq!(late, PhoneError::NotRinging { state: CallState::Declined });
        assert_eq!(AwsError::from(late).status, StatusCode::CONFLICT);
    }
    // Rung out while nobody looked: the network tells it later, the person is late all the same.
    let id = network.call(BEN);
    network.pass_s(1);
    network.0.pass_s(40);
    assert!(network.with(|ctx| answer(ctx, &id).is_err()));
}

#[test]
fn somebody_always_answers_or_nobody_ever_does() {
    let mut network = Network::new();
    network.0.settings.carrier.answer = Answering::Always;
    network.call(ASHA);
    network.pass_ms(1_200);
    assert_eq!(network.states(ASHA), ["answered"]);
    network.0.settings.carrier.answer = Answering::Never;
    network.0.settings.carrier.ring_for_s = 5;
    network.call(BEN);
    network.pass_s(6);
    assert_eq!(network.states(BEN), ["no_answer"]);
}

#[test]
fn a_call_that_is_not_begun_within_its_time_to_live_is_never_made() {
    let mut network = Network::new();
    network.call(ASHA);
    // The stack was down for two minutes.
    network.0.pass_s(120);
    network.pass_s(1);
    assert_eq!(network.event_types(), ["VOICE_TTL_EXPIRED"]);
    let call = network.thread(ASHA).calls[0].clone();
    assert_eq!((call.state, call.rang_at), (CallState::Failed, None));
}

#[test]
fn a_call_goes_on_while_the_stack_is_down() {
    let mut network = Network::new();
    let id = network.call(ASHA);
    network.pass_s(3);
    network.with(|ctx| answer(ctx, &id).unwrap());
    let answered = network.0.now;
    network.0.pass_s(600);
    network.with(|ctx| advance(ctx).unwrap());
    let call = network.thread(ASHA).calls[0].clone();
    assert_eq!(call.ended_at, Some(answered + Duration::seconds(2)));
    let last = network.events().pop().unwrap();
    assert_eq!(last["callDurationInSeconds"], 2);
    assert_eq!(last["eventTimestamp"], (answered + Duration::seconds(600)).timestamp_millis());
}

#[test]
fn without_a_configuration_set_no_events_are_published_but_the_book_has_them() {
    let mut network = Network::new();
    let silent = voice(ASHA, &json!({"ConfigurationSetName": null}));
    network.send("SendVoiceMessage", &silent).unwrap();
    network.pass_s(60);
    assert_eq!(network.events(), Vec::<Value>::new());
    let book = network.with(|ctx| book(ctx).unwrap());
    let types: Vec<&str> = book.events.iter().map(|event| event.event_type.as_str()).collect();
    assert_eq!(types, ["VOICE_INITIATED", "VOICE_RINGING", "VOICE_NO_ANSWER"]);
    assert!(book.events.iter().all(|event| event.published_as.is_none()));
    let by_arn = "arn:aws:sms-voice:us-east-1:000000000000:configuration-set/ringback";
    let loud = voice(BEN, &json!({"ConfigurationSetName": by_arn}));
    network.send("SendVoiceMessage", &loud).unwrap();
    network.pass_s(60);
    assert_eq!(network.events().len(), 3);
}

#[test]
fn a_topic_that_is_gone_holds_up_no_call() {
    let mut network = Network::new();
    let topic = network.0.settings.carrier.event_topic_arn.clone();
    network.with(|ctx| sns::delete_topic(ctx, &topic).unwrap());
    network.call(ASHA);
    network.pass_s(60);
    assert_eq!(network.states(ASHA), ["no_answer"]);
    let book = network.with(|ctx| book(ctx).unwrap());
    assert!(book.events.iter().all(|event| event.published_as.is_none()));
}

#[test]
fn a_text_from_a_phone_is_published_as_documented() {
    let mut network = Network::new();
    let sent = network.with(|ctx| text(ctx, ASHA, "Remind in 2 minutes about tea").unwrap());
    assert_eq!(
        network.drain("inbound-sms"),
        [json!({
            "originationNumber": ASHA,
            "destinationNumber": SERVICE,
            "messageKeyword": "keyword_000000000000",
            "messageBody": "Remind in 2 minutes about tea",
            "inboundMessageId": sent,
        })]
    );
    network.pass_s(1);
    let reply = network.text(ASHA, "OK, 1: tea in 2 minutes.");
    network.pass_s(1);
    network.with(|ctx| text(ctx, ASHA, "stop").unwrap());
    let stop = network.drain("inbound-sms").pop().unwrap();
    assert_eq!(stop["messageKeyword"], "STOP");
    assert_eq!(stop["previousPublishedMessageId"], json!(reply));
    let shown: Vec<(String, String, String)> = network
        .thread(ASHA)
        .messages
        .into_iter()
        .map(|m| (m.from, m.text, m.at.to_rfc3339_opts(SecondsFormat::Secs, true)))
        .collect();
    let line = |from: &str, text: &str, second: u32| {
        (from.to_owned(), text.to_owned(), format!("2026-11-23T04:49:{second}Z"))
    };
    assert_eq!(
        shown,
        [
            line(ASHA, "Remind in 2 minutes about tea", 49),
            line(SERVICE, "OK, 1: tea in 2 minutes.", 50),
            line(ASHA, "stop", 51),
        ]
    );
}

#[test]
fn odd_texts_are_published_as_they_are_and_impossible_ones_refused() {
    let mut network = Network::new();
    for odd in ["", "\u{0}\u{7}\u{1b}[2J", "\u{fffd}", "🍵\u{200b}\u{202e}", &"x".repeat(1_600)] {
        network.with(|ctx| text(ctx, BEN, odd).unwrap());
        assert_eq!(network.drain("inbound-sms")[0]["messageBody"], odd);
    }
    for (from, body) in [
        ("BANK", "x"),
        ("", "x"),
        ("+12", "x"),
        ("12065550123", "x"),
        (SERVICE, "x"),
        (BEN, &"x".repeat(1_601)),
    ] {
        let refused = network.with(|ctx| text(ctx, from, body).unwrap_err());
        assert_eq!(refused.code, "ValidationException", "{from}");
    }
    assert_eq!(network.thread(BEN).messages.len(), 5);
}

#[test]
fn without_its_topic_a_text_is_refused() {
    let mut network = Network::new();
    let topic = network.0.settings.carrier.two_way_topic_arn.clone();
    network.with(|ctx| sns::delete_topic(ctx, &topic).unwrap());
    assert_eq!(network.0.run(|ctx| text(ctx, BEN, "hello")).unwrap_err().code, "NotFound");
    assert_eq!(network.thread(BEN).messages, []);
}

#[test]
fn phones_are_listed_by_their_latest_activity() {
    let mut network = Network::new();
    network.with(|ctx| text(ctx, ASHA, "hello").unwrap());
    network.pass_s(1);
    network.text(BEN, "hello");
    network.pass_s(1);
    assert_eq!(network.with(|ctx| phones(ctx).unwrap()), [BEN, ASHA]);
    network.call(ASHA);
    network.pass_s(1);
    assert_eq!(network.with(|ctx| phones(ctx).unwrap()), [ASHA, BEN]);
    assert_eq!(network.thread("+442079460000"), Thread { messages: vec![], calls: vec![] });
    assert!(network.with(|ctx| thread(ctx, "me").is_err()));
}

#[test]
fn quotas_of_calls_hold_when_they_are_on() {
    let mut network = Network::new();
    network.0.settings.carrier.limits = true;
    network.0.settings.carrier.ring_for_s = 1;
    let refused = |network: &mut Network, phone: &str| {
        let error = network.send("SendVoiceMessage", &voice(phone, &json!({}))).unwrap_err();
        (error["__type"].as_str().unwrap().to_owned(), error["Reason"].clone())
    };
    network.call(ASHA);
    network.pass_ms(999);
    assert_eq!(refused(&mut network, BEN), ("ThrottlingException".into(), Value::Null));
    for _ in 0..4 {
        network.pass_s(1);
        network.call(ASHA);
    }
    network.pass_s(1);
    let daily = ("ServiceQuotaExceededException".into(), json!("DAILY_DESTINATION_CALL_LIMIT"));
    assert_eq!(refused(&mut network, ASHA), daily);
    for n in 0..15 {
        network.call(&format!("+1206555{n:04}"));
        network.pass_s(1);
    }
    assert_eq!(refused(&mut network, BEN), ("ThrottlingException".into(), Value::Null));
    // The minute since the first call is over.
    network.pass_s(40);
    network.call(BEN);
    // The day since the first call is over, but not since the second.
    network.pass_s(24 * 60 * 60 - 60);
    network.call(ASHA);
    network.pass_ms(999);
    assert_eq!(refused(&mut network, BEN).0, "ThrottlingException");
}

#[test]
fn without_quotas_anything_goes() {
    let mut network = Network::new();
    for n in 0..100 {
        network.call(&format!("+1206555{n:04}"));
        network.text(BEN, "hello");
    }
    assert_eq!(network.thread(BEN).messages.len(), 100);
}

#[test]
fn texts_are_throttled_by_the_second_and_a_phone_gets_one_a_second() {
    let mut network = Network::new();
    network.0.settings.carrier.limits = true;
    network.0.settings.carrier.sms_per_s = 3;
    for body in ["one", "two", "three"] {
        network.text(BEN, body);
    }
    let error = network.send("SendTextMessage", &sms(BEN, &json!({}))).unwrap_err();
    assert_eq!(error["__type"], "ThrottlingException");
    assert_eq!(network.thread(BEN).messages.len(), 1);
    network.pass_ms(1_000);
    assert_eq!(network.thread(BEN).messages.len(), 2);
    // Its time to live ends before its turn comes.
    let mut short = |body: &str| {
        let body = json!({"MessageBody": body, "TimeToLive": 5});
        id(&network.send("SendTextMessage", &sms(BEN, &body)).unwrap())
    };
    let lost: Vec<String> = (0..3).map(|n| short(&format!("short {n}"))).collect();
    network.pass_ms(1_000);
    network.text(BEN, "four");
    network.text(BEN, "five");
    let late = json!({"MessageBody": "too late", "TimeToLive": 5});
    let late = id(&network.send("SendTextMessage", &sms(BEN, &late)).unwrap());
    network.pass_s(60);
    let thread: Vec<String> = network.thread(BEN).messages.into_iter().map(|m| m.text).collect();
    let all = ["one", "two", "three", "short 0", "short 1", "short 2", "four", "five"];
    assert_eq!(thread, all);
    let book = network.with(|ctx| book(ctx).unwrap());
    let state = |id: &str| book.texts.iter().find(|text| text.id == id).unwrap().state;
    assert_eq!(state(&lost[2]), TextState::Delivered);
    assert_eq!(state(&late), TextState::Expired);
}

#[test]
fn events_of_texts_are_published_only_when_the_set_matches_them() {
    let mut network = Network::new();
    let named = sms(ASHA, &json!({"ConfigurationSetName": "ringback", "Context": {"out": "7"}}));
    network.send("SendTextMessage", &named).unwrap();
    assert_eq!(network.events(), Vec::<Value>::new());
    network.0.settings.carrier.text_events = true;
    network.text(ASHA, "no set, no event");
    let sent = id(&network.send("SendTextMessage", &named).unwrap());
    let now_ms = network.0.now.timestamp_millis();
    assert_eq!(
        network.events(),
        [json!({
            "eventType": "TEXT_DELIVERED", "eventVersion": "1.0", "eventTimestamp": now_ms,
            "isFinal": true, "originationPhoneNumber": SERVICE, "destinationPhoneNumber": ASHA,
            "isInternationalSend": true, "isoCountryCode": "IN", "messageId": sent,
            "messageRequestTimestamp": now_ms, "messageEncoding": "GSM",
            "messageType": "TRANSACTIONAL", "messageStatus": "DELIVERED",
            "messageStatusDescription": "Message has been accepted by phone",
            "context": {"out": "7"}, "totalMessageParts": 1, "totalMessagePrice": 0.00581,
            "totalCarrierFee": 0.00302,
        })]
    );
}

#[test]
fn a_dry_run_is_checked_and_does_nothing() {
    let mut network = Network::new();
    network.0.settings.carrier.limits = true;
    for _ in 0..30 {
        network.send("SendVoiceMessage", &voice(ASHA, &json!({"DryRun": true}))).unwrap();
        network.send("SendTextMessage", &sms(ASHA, &json!({"DryRun": true}))).unwrap();
    }
    let bad = voice(ASHA, &json!({"DryRun": true, "TimeToLive": 4}));
    network.send("SendVoiceMessage", &bad).unwrap_err();
    network.pass_s(60);
    assert_eq!(
        network.with(|ctx| book(ctx).unwrap()),
        Book { texts: vec![], calls: vec![], events: vec![] }
    );
}

#[test]
fn markup_is_spoken_without_its_tags_or_refused() {
    let mut network = Network::new();
    let marked_up = |body: &str| {
        voice(
            ASHA,
            &json!({"MessageBody": body, "MessageBodyTextType": "SSML", "VoiceId": "RAVEENA"}),
        )
    };
    let good = marked_up("<speak>Your reminder: <break time=\"1s\"/>tea &amp; cake.</speak>");
    network.send("SendVoiceMessage", &good).unwrap();
    network.pass_s(1);
    assert_eq!(network.thread(ASHA).calls[0].text, "Your reminder: tea & cake.");
    for bad in ["<speak>tea & cake</speak>", "<speak><audio src=\"x\"/></speak>", "tea"] {
        let error = network.send("SendVoiceMessage", &marked_up(bad)).unwrap_err();
        assert_eq!(error["__type"], "ValidationException");
        assert_eq!(error["Reason"], "INVALID_PARAMETER");
        assert_eq!(error["Fields"][0]["Name"], "MessageBody");
    }
    // As plain text the same is read out as it stands.
    network.pass_s(60);
    network.send("SendVoiceMessage", &voice(ASHA, &json!({"MessageBody": "a < b\n&  c"}))).unwrap();
    network.pass_s(1);
    assert_eq!(network.thread(ASHA).calls[1].text, "a < b & c");
}

/// What the service refuses, by operation: the changed members, the reason, the member at fault.
fn check_refused(
    operation: &str,
    request: fn(&str, &Value) -> Value,
    cases: &[(Value, &str, &str)],
) {
    let mut network = Network::new();
    for (changes, reason, member) in cases {
        let error = network.send(operation, &request(ASHA, changes)).expect_err(reason);
        assert_eq!(error["__type"], "ValidationException", "{changes}: {error}");
        assert_eq!(error["Reason"], *reason, "{changes}: {error}");
        assert_eq!(error["Fields"][0]["Name"], *member, "{changes}: {error}");
        assert!(error["Message"].as_str().is_some_and(|message| !message.is_empty()));
    }
    network.pass_s(60);
    assert_eq!(network.with(|ctx| book(ctx).unwrap()).texts.len(), 0);
    assert_eq!(network.with(|ctx| book(ctx).unwrap()).calls.len(), 0);
}

#[test]
fn bad_calls_are_refused_with_the_member_and_the_reason() {
    let (missing, field) = ("MISSING_PARAMETER", "FIELD_VALIDATION_FAILED");
    let six = json!({"a": "1", "b": "2", "c": "3", "d": "4", "e": "5", "f": "6"});
    let long_markup = format!("<speak>{}</speak>", "x".repeat(3_001));
    check_refused(
        "SendVoiceMessage",
        voice,
        &[
            (json!({"DestinationPhoneNumber": null}), missing, "destinationPhoneNumber"),
            (json!({"OriginationIdentity": null}), missing, "originationIdentity"),
            (json!({"MessageBody": null}), missing, "messageBody"),
            (json!({"DestinationPhoneNumber": "+0206555"}), field, "destinationPhoneNumber"),
            (json!({"DestinationPhoneNumber": "+1 206 555"}), field, "destinationPhoneNumber"),
            (
                json!({"DestinationPhoneNumber": "+12"}),
                "INVALID_PARAMETER",
                "DestinationPhoneNumber",
            ),
            (json!({"OriginationIdentity": "a b"}), field, "originationIdentity"),
            (json!({"MessageBody": ""}), field, "messageBody"),
            (json!({"MessageBody": " \n "}), field, "messageBody"),
            (json!({"MessageBody": "x".repeat(6_001)}), field, "messageBody"),
            (json!({"MessageBody": "x".repeat(3_001)}), "MAXIMUM_SIZE_EXCEEDED", "MessageBody"),
            (
                json!({"MessageBody": long_markup, "MessageBodyTextType": "SSML"}),
                "MAXIMUM_SIZE_EXCEEDED",
                "MessageBody",
            ),
            (json!({"MessageBodyTextType": "HTML"}), field, "messageBodyTextType"),
            (json!({"VoiceId": "KAJAL"}), field, "voiceId"),
            (json!({"TimeToLive": 4}), field, "timeToLive"),
            (json!({"TimeToLive": 259_201}), field, "timeToLive"),
            (json!({"MaxPricePerMinute": "1"}), field, "maxPricePerMinute"),
            (json!({"MaxPricePerMinute": "0.01299"}), "PRICE_OVER_THRESHOLD", "MaxPricePerMinute"),
            (json!({"Context": six}), field, "context"),
            (json!({"Context": {"a b": "1"}}), field, "context.key"),
            (json!({"Context": {"": "1"}}), field, "context.key"),
            (json!({"Context": {"x".repeat(101): "1"}}), field, "context.key"),
            (json!({"Context": {"a": " 1"}}), field, "context.value"),
            (json!({"Context": {"a": ""}}), field, "context.value"),
            (json!({"Context": {"a": "x".repeat(801)}}), field, "context.value"),
            (json!({"ConfigurationSetName": "a b"}), field, "configurationSetName"),
            (
                json!({"MessageFeedbackEnabled": true}),
                "UNSPECIFIED_PARAMETER_NOT_SUPPORTED",
                "MessageFeedbackEnabled",
            ),
        ],
    );
}

#[test]
fn bad_texts_are_refused_with_the_member_and_the_reason() {
    let (missing, field) = ("MISSING_PARAMETER", "FIELD_VALIDATION_FAILED");
    check_refused(
        "SendTextMessage",
        sms,
        &[
            (json!({"DestinationPhoneNumber": null}), missing, "destinationPhoneNumber"),
            (json!({"MessageBody": null}), missing, "messageBody"),
            (json!({"MessageBody": "x".repeat(1_601)}), field, "messageBody"),
            (json!({"MessageBody": "\t"}), field, "messageBody"),
            (json!({"MessageType": "MARKETING"}), field, "messageType"),
            (json!({"MaxPrice": "0.00882"}), "PRICE_OVER_THRESHOLD", "MaxPrice"),
            // Two parts.
            (
                json!({"MaxPrice": "0.01765", "MessageBody": "x".repeat(161)}),
                "PRICE_OVER_THRESHOLD",
                "MaxPrice",
            ),
            (
                json!({"DestinationCountryParameters": {"US_ID": "1"}}),
                field,
                "destinationCountryParameters.key",
            ),
            (json!({"Keyword": "x".repeat(31)}), field, "keyword"),
        ],
    );
    let mut network = Network::new();
    let fine = json!({
        "OriginationIdentity": null, "MaxPrice": "0.00883", "MessageType": "TRANSACTIONAL",
        "DestinationCountryParameters": {"IN_ENTITY_ID": "1", "IN_TEMPLATE_ID": "2"},
    });
    network.send("SendTextMessage", &sms(ASHA, &fine)).unwrap();
    let promotion = sms(ASHA, &json!({"MessageType": "PROMOTIONAL"}));
    let error = network.send("SendTextMessage", &promotion).unwrap_err();
    assert_eq!(error["__type"], "ConflictException");
    assert_eq!(error["Reason"], "MESSAGE_TYPE_MISMATCH");
}

#[test]
fn what_is_named_must_be_there() {
    let mut network = Network::new();
    for (member, name, kind) in [
        ("OriginationIdentity", "+12065550199", "phone-number"),
        ("OriginationIdentity", "phone-0123", "phone-number"),
        ("OriginationIdentity", "pool-0123", "pool"),
        ("OriginationIdentity", "RINGBACK", "sender-id"),
        ("ConfigurationSetName", "other", "configuration-set"),
        ("ProtectConfigurationId", "protect-0123", "protect-configuration"),
    ] {
        for (operation, request) in
            [("SendVoiceMessage", voice as fn(&str, &Value) -> Value), ("SendTextMessage", sms)]
        {
            let error =
                network.send(operation, &request(ASHA, &json!({member: name}))).unwrap_err();
            assert_eq!(error["__type"], "ResourceNotFoundException");
            assert_eq!(
                (&error["ResourceType"], &error["ResourceId"]),
                (&json!(kind), &json!(name))
            );
        }
    }
    let numbers = network.send("DescribePhoneNumbers", &json!({})).unwrap();
    let number = &numbers["PhoneNumbers"][0];
    for identity in [&number["PhoneNumber"], &number["PhoneNumberId"], &number["PhoneNumberArn"]] {
        let request = voice(ASHA, &json!({"OriginationIdentity": identity}));
        network.send("SendVoiceMessage", &request).unwrap();
    }
}

#[test]
fn opted_out_phones_get_nothing_until_they_are_opted_in() {
    let mut network = Network::new();
    let list = json!({"OptOutListName": "Default", "OptedOutNumber": ASHA});
    let put = network.send("PutOptedOutNumber", &list).unwrap();
    assert_eq!(put["OptedOutTimestamp"], 1_795_409_389.0);
    network.pass_s(5);
    assert_eq!(network.send("PutOptedOutNumber", &list).unwrap(), put);
    for (operation, request) in
        [("SendVoiceMessage", voice(ASHA, &json!({}))), ("SendTextMessage", sms(ASHA, &json!({})))]
    {
        let error = network.send(operation, &request).unwrap_err();
        assert_eq!(error["__type"], "ConflictException");
        assert_eq!(error["Reason"], "DESTINATION_PHONE_NUMBER_OPTED_OUT");
    }
    network.text(BEN, "not opted out");
    let all = json!({"OptOutListName": "Default"});
    let shown = network.send("DescribeOptedOutNumbers", &all).unwrap();
    assert_eq!(shown["OptedOutNumbers"][0]["OptedOutNumber"], ASHA);
    network.send("DeleteOptedOutNumber", &list).unwrap();
    let again = network.send("DeleteOptedOutNumber", &list).unwrap_err();
    assert_eq!(again["ResourceType"], "opted-out-number");
    network.text(ASHA, "opted in again");
    network.send("PutOptedOutNumber", &list).unwrap();
    let too_soon = network.send("DeleteOptedOutNumber", &list).unwrap_err();
    assert_eq!(too_soon["Reason"], "PHONE_NUMBER_CANNOT_BE_OPTED_IN");
    network.pass_s(30 * 24 * 60 * 60);
    network.send("DeleteOptedOutNumber", &list).unwrap();
    for (operation, body, expected) in [
        (
            "PutOptedOutNumber",
            json!({"OptOutListName": "Other", "OptedOutNumber": ASHA}),
            "opt-out-list",
        ),
        (
            "DescribeOptedOutNumbers",
            json!({"OptOutListName": "Default", "OptedOutNumbers": [BEN]}),
            "opted-out-number",
        ),
    ] {
        assert_eq!(network.send(operation, &body).unwrap_err()["ResourceType"], expected);
    }
    for body in [json!({}), json!({"OptedOutNumber": ASHA}), json!({"OptOutListName": "Default"})] {
        let error = network.send("PutOptedOutNumber", &body).unwrap_err();
        assert_eq!(error["Reason"], "MISSING_PARAMETER");
    }
}

#[test]
fn opted_out_phones_are_listed_in_pages() {
    let mut network = Network::new();
    for n in 0..5 {
        let body =
            json!({"OptOutListName": "Default", "OptedOutNumber": format!("+1206555000{n}")});
        network.send("PutOptedOutNumber", &body).unwrap();
    }
    let mut found = Vec::new();
    let mut body = json!({"OptOutListName": "Default", "MaxResults": 2});
    loop {
        let page = network.send("DescribeOptedOutNumbers", &body).unwrap();
        let numbers = page["OptedOutNumbers"].as_array().unwrap();
        assert!(numbers.len() <= 2);
        found.extend(numbers.iter().map(|number| number["OptedOutNumber"].clone()));
        if page["NextToken"].is_null() {
            break;
        }
        body["NextToken"] = page["NextToken"].clone();
    }
    assert_eq!(found.len(), 5);
}

#[test]
fn what_there_is_can_be_described() {
    let mut network = Network::new();
    let filter = |name: &str, value: &str| json!({"Filters": [{"Name": name, "Values": [value]}]});
    let shown =
        network.send("DescribePhoneNumbers", &filter("number-capability", "VOICE")).unwrap();
    assert_eq!(shown["PhoneNumbers"][0]["PhoneNumber"], SERVICE);
    assert_eq!(shown["PhoneNumbers"][0]["SelfManagedOptOutsEnabled"], true);
    let none = network.send("DescribePhoneNumbers", &filter("iso-country-code", "IN")).unwrap();
    assert_eq!(none["PhoneNumbers"], json!([]));
    let bad = network.send("DescribePhoneNumbers", &filter("colour", "red")).unwrap_err();
    assert_eq!(bad["Reason"], "INVALID_FILTER_VALUES");
    let missing = json!({"PhoneNumberIds": ["phone-0123"]});
    let missing = network.send("DescribePhoneNumbers", &missing).unwrap_err();
    assert_eq!(missing["ResourceType"], "phone-number");
    let sets = json!({"ConfigurationSetNames": ["ringback"]});
    let sets = network.send("DescribeConfigurationSets", &sets).unwrap();
    let destination = &sets["ConfigurationSets"][0]["EventDestinations"][0];
    assert_eq!(destination["MatchingEventTypes"], json!(["VOICE_ALL"]));
    let topic = "arn:aws:sns:us-east-1:000000000000:call-events";
    assert_eq!(destination["SnsDestination"]["TopicArn"], topic);
    for operation in ["DescribeOptOutLists", "DescribeAccountAttributes", "DescribeAccountLimits"] {
        network.send(operation, &json!({})).unwrap();
    }
}

#[test]
fn what_is_not_json_or_not_an_operation_is_refused() {
    let mut network = Network::new();
    let unknown = network.send("SendMediaMessage", &json!({})).unwrap_err();
    assert_eq!(unknown["__type"], "UnknownOperationException");
    for body in [
        &b"not JSON"[..],
        b"[1]",
        b"{\"TimeToLive\":\"60\"}",
        b"\"",
        b"{\"Context\":{\"a\":1}}",
        b"{\"MessageBody\":\"\\ud800\"}",
        b"\xff",
    ] {
        let response = network.with(|ctx| handle(ctx, "SendVoiceMessage", body));
        let error: Value = serde_json::from_slice(&response.body).unwrap();
        assert_eq!(error["__type"], "SerializationException", "{body:?}");
    }
}
