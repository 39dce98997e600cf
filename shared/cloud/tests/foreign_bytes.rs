//! Every decoder of foreign bytes refuses what it cannot read with an error that says why, and never panics.

use cloud::batch::Failure;
use cloud::envelope::{self, CarrierEvent, InboundText};
use cloud::queues::{self, ChargeWanted, Due};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

mod foreign;

/// Something private, of which no error may say anything.
const PRIVATE: &str = "mother's birthday";

/// The same as a number.
const PRIVATE_NUMBER: u64 = 12_065_550_123;

/// The fields that our decoders look for.
const FIELDS: [&str; 14] = [
    "Message",
    "Timestamp",
    "originationNumber",
    "messageBody",
    "inboundMessageId",
    "eventType",
    "messageId",
    "context",
    "v",
    "occurrence",
    "user",
    "cause",
    "sms",
    "not_before",
];

fn leaves() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        Just(json!(1)),
        Just(json!(PRIVATE)),
        Just(json!(PRIVATE_NUMBER)),
        Just(json!("2026-11-23T04:49:49.123Z")),
        Just(json!("0123456789abcdef-3-1")),
        Just(json!("+12065550123")),
        Just(json!("VOICE_ANSWERED")),
    ]
}

/// JSON whose fields are mostly those that are looked for, and whose values mostly are not.
fn documents() -> impl Strategy<Value = Value> {
    leaves().prop_recursive(3, 40, 8, |inner| {
        let field = prop_oneof![
            8 => proptest::sample::select(&FIELDS[..]).prop_map(str::to_owned),
            1 => any::<String>(),
        ];
        let object = proptest::collection::vec((field, inner.clone()), 0..8)
            .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>()));
        prop_oneof![3 => object, 1 => proptest::collection::vec(inner, 0..4).prop_map(Value::from)]
    })
}

fn detail<T>(outcome: Result<T, Failure>) -> String {
    match outcome {
        Err(Failure::Permanent { detail, .. }) => detail,
        _ => String::new(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        foreign::notifications(&bytes);
        foreign::payloads(&bytes);
        foreign::messages(&bytes);
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        foreign::identities(&text);
        foreign::phones(&text);
        foreign::words(&text);
    }

    #[test]
    fn what_nearly_is_an_identity_or_a_number_is_read_or_refused(
        id in "[0-9a-v]{15,17}(-[0-9]{0,11}){0,4}",
        cause in "(reply|stopped|gave_up|schedule|charge)?#[!-~]{0,40}(#[0-9]{0,12}){0,2}",
        phone in "[+]?[0-9 ()-]{0,20}",
    ) {
        foreign::identities(&id);
        foreign::identities(&cause);
        foreign::phones(&phone);
    }

    #[test]
    fn any_document_is_read_or_refused(document in documents()) {
        let text = document.to_string();
        foreign::notifications(text.as_bytes());
        foreign::payloads(text.as_bytes());
        foreign::messages(text.as_bytes());
    }

    #[test]
    fn a_batch_with_any_bodies_is_read(bodies in proptest::collection::vec(any::<String>(), 0..4)) {
        let records: Vec<_> = bodies.iter().map(|body| json!({ "body": body })).collect();
        foreign::messages(json!({ "Records": records }).to_string().as_bytes());
    }

    #[test]
    fn no_refusal_repeats_what_a_person_wrote(document in documents()) {
        let text = document.to_string();
        let notification =
            json!({ "Message": text, "Timestamp": "2026-11-23T04:49:49.123Z" }).to_string();
        let details = [
            detail(envelope::open::<InboundText>(&text)),
            detail(envelope::open::<InboundText>(&notification)),
            detail(envelope::open::<CarrierEvent>(&notification)),
            detail(queues::decode::<Due>(&text)),
            detail(queues::decode::<ChargeWanted>(&text)),
        ];
        for detail in details {
            prop_assert!(!detail.contains(PRIVATE), "{}", detail);
            prop_assert!(!detail.contains(&PRIVATE_NUMBER.to_string()), "{}", detail);
        }
    }
}

#[test]
fn what_a_person_wrote_is_not_repeated_where_it_stands_in_the_wrong_place() {
    for payload in [json!(PRIVATE), json!({ "messageBody": PRIVATE_NUMBER }), json!([PRIVATE])] {
        let body = json!({ "Message": payload.to_string(), "Timestamp": "2026-11-23T04:49:49Z" });
        let detail = detail(envelope::open::<InboundText>(&body.to_string()));
        assert!(detail.starts_with("invalid "), "{detail}");
        assert!(!detail.contains(PRIVATE) && !detail.contains("1206"), "{detail}");
    }
}
