//! DynamoDB: conditional writes and transactions, by which everything is decided.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType, Put,
    ReturnValuesOnConditionCheckFailure, ScalarAttributeType, TransactWriteItem,
};
use aws_types::SdkConfig;

use super::{Probe, outcome};

const NEW: &str = "attribute_not_exists(pk)";

pub(super) const PROBES: &[&Probe] = &[
    &Probe {
        question: "what a condition that does not hold returns when it is asked for the item",
        ask: |sdk| Box::pin(old_item(sdk)),
        documented: ("the old item", "API Reference, PutItem: ReturnValuesOnConditionCheckFailure"),
        emulator: None,
    },
    &Probe {
        question: "the reasons of a transaction whose second condition does not hold",
        ask: |sdk| Box::pin(reasons(sdk)),
        documented: (
            "None, ConditionalCheckFailed",
            "API Reference, TransactWriteItems: in the order of the items",
        ),
        emulator: None,
    },
    &Probe {
        question: "what is left of a transaction that was cancelled",
        ask: |sdk| Box::pin(leftovers(sdk)),
        documented: ("nothing", "Developer Guide, Transactions: all or nothing"),
        emulator: None,
    },
    &Probe {
        question: "a transaction that writes an item twice",
        ask: |sdk| Box::pin(same_item(sdk)),
        documented: ("refused: ValidationException", "API Reference, TransactWriteItems"),
        emulator: None,
    },
    &Probe {
        question: "an item with an empty key",
        ask: |sdk| Box::pin(empty_key(sdk)),
        documented: (
            "refused: ValidationException",
            "Developer Guide, Naming rules and data types",
        ),
        emulator: None,
    },
    &Probe {
        question: "an item of more than 400 KB",
        ask: |sdk| Box::pin(large_item(sdk)),
        documented: ("refused: ValidationException", "Developer Guide, Constraints"),
        emulator: None,
    },
];

/// A table of its own with the item `old` in it.
async fn table(sdk: &SdkConfig, name: &'static str) -> Client {
    let dynamodb = Client::new(sdk);
    let key =
        KeySchemaElement::builder().attribute_name("pk").key_type(KeyType::Hash).build().unwrap();
    let text =
        AttributeDefinition::builder().attribute_name("pk").attribute_type(ScalarAttributeType::S);
    let create = dynamodb.create_table().table_name(name).billing_mode(BillingMode::PayPerRequest);
    let create = create.key_schema(key).attribute_definitions(text.build().unwrap());
    create.send().await.unwrap();
    dynamodb.put_item().table_name(name).item("pk", text_of("old")).send().await.unwrap();
    dynamodb
}

fn text_of(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

fn put(table: &str, key: &str) -> TransactWriteItem {
    let put = Put::builder().table_name(table).item("pk", text_of(key)).condition_expression(NEW);
    TransactWriteItem::builder().put(put.build().unwrap()).build()
}

async fn old_item(sdk: &SdkConfig) -> String {
    let dynamodb = table(sdk, "probe-old-item").await;
    let put = dynamodb.put_item().table_name("probe-old-item").item("pk", text_of("old"));
    let put = put.condition_expression(NEW);
    let put =
        put.return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
    match put.send().await.unwrap_err().into_service_error() {
        PutItemError::ConditionalCheckFailedException(failed) => {
            let old = failed.item.is_some_and(|item| item["pk"] == text_of("old"));
            if old { "the old item" } else { "no item" }.to_owned()
        }
        other => format!("{other:?}"),
    }
}

async fn reasons(sdk: &SdkConfig) -> String {
    let dynamodb = table(sdk, "probe-reasons").await;
    let items = ["new", "old"].map(|key| put("probe-reasons", key));
    let error = dynamodb.transact_write_items().set_transact_items(Some(items.into())).send().await;
    match error.unwrap_err().into_service_error() {
        TransactWriteItemsError::TransactionCanceledException(cancelled) => {
            let reasons = cancelled.cancellation_reasons().iter();
            let codes: Vec<_> = reasons.map(|reason| reason.code().unwrap_or("none")).collect();
            codes.join(", ")
        }
        other => format!("{other:?}"),
    }
}

async fn leftovers(sdk: &SdkConfig) -> String {
    let dynamodb = table(sdk, "probe-leftovers").await;
    let items = ["new", "old"].map(|key| put("probe-leftovers", key));
    let refused =
        dynamodb.transact_write_items().set_transact_items(Some(items.into())).send().await;
    assert!(refused.is_err());
    let left = dynamodb.get_item().table_name("probe-leftovers").key("pk", text_of("new"));
    if left.send().await.unwrap().item.is_none() { "nothing" } else { "something" }.to_owned()
}

async fn same_item(sdk: &SdkConfig) -> String {
    let dynamodb = table(sdk, "probe-same-item").await;
    let items = ["new", "new"].map(|key| put("probe-same-item", key));
    outcome(&dynamodb.transact_write_items().set_transact_items(Some(items.into())).send().await)
}

async fn empty_key(sdk: &SdkConfig) -> String {
    let dynamodb = table(sdk, "probe-empty-key").await;
    outcome(&dynamodb.put_item().table_name("probe-empty-key").item("pk", text_of("")).send().await)
}

async fn large_item(sdk: &SdkConfig) -> String {
    let dynamodb = table(sdk, "probe-large-item").await;
    let put = dynamodb.put_item().table_name("probe-large-item").item("pk", text_of("large"));
    outcome(&put.item("text", text_of(&"x".repeat(400 * 1024))).send().await)
}
