//! What the DynamoDB SDK sees: what the product's transactions rest on.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, ConditionCheck, GlobalSecondaryIndex,
    KeySchemaElement, KeyType, PointInTimeRecoverySpecification, PointInTimeRecoveryStatus,
    Projection, ProjectionType, Put, ReturnValuesOnConditionCheckFailure, ScalarAttributeType,
    TimeToLiveSpecification, TransactWriteItem,
};

use crate::stack::Stack;

const NEW: &str = "attribute_not_exists(pk)";

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

/// Makes a table with a sparse index over `open` and `check_at`.
pub async fn create_table(client: &Client) {
    let attribute = |name: &str| {
        let kind = ScalarAttributeType::S;
        AttributeDefinition::builder().attribute_name(name).attribute_type(kind).build().unwrap()
    };
    let key = |name: &str, kind: KeyType| {
        KeySchemaElement::builder().attribute_name(name).key_type(kind).build().unwrap()
    };
    let keys = |hash: &str, range: &str| vec![key(hash, KeyType::Hash), key(range, KeyType::Range)];
    let all = Projection::builder().projection_type(ProjectionType::All).build();
    let index = GlobalSecondaryIndex::builder().index_name("open").projection(all);
    let index = index.set_key_schema(Some(keys("open", "check_at"))).build().unwrap();
    let attributes = ["pk", "sk", "open", "check_at"].map(attribute).to_vec();
    client
        .create_table()
        .table_name("tea")
        .billing_mode(BillingMode::PayPerRequest)
        .set_attribute_definitions(Some(attributes))
        .set_key_schema(Some(keys("pk", "sk")))
        .global_secondary_indexes(index)
        .send()
        .await
        .unwrap();
}

fn put(sk: &str, more: &[(&str, &str)]) -> Put {
    let mut put = Put::builder().table_name("tea").item("pk", text("a")).item("sk", text(sk));
    for (name, value) in more {
        put = put.item(*name, text(value));
    }
    let old = ReturnValuesOnConditionCheckFailure::AllOld;
    put.condition_expression(NEW).return_values_on_condition_check_failure(old).build().unwrap()
}

#[tokio::test]
async fn a_conditional_put_happens_once() {
    let stack = Stack::start().await;
    let client = stack.dynamodb();
    create_table(&client).await;
    let put = || {
        let put = client.put_item().table_name("tea").item("pk", text("a")).item("sk", text("b"));
        put.item("n", AttributeValue::N("1".into())).condition_expression(NEW)
    };
    put().send().await.unwrap();
    let old = ReturnValuesOnConditionCheckFailure::AllOld;
    let error = put().return_values_on_condition_check_failure(old).send().await.unwrap_err();
    let error = error.into_service_error();
    assert!(error.is_conditional_check_failed_exception(), "{error:?}");
    let update = client.update_item().table_name("tea").key("pk", text("a")).key("sk", text("b"));
    let update = update.update_expression("SET n = n + :one");
    let update = update.expression_attribute_values(":one", AttributeValue::N("1".into()));
    update.send().await.unwrap();
    let get = client.get_item().table_name("tea").key("pk", text("a")).key("sk", text("b"));
    let item = get.consistent_read(true).send().await.unwrap().item.unwrap();
    assert_eq!(item["n"], AttributeValue::N("2".into()));
}

#[tokio::test]
async fn a_transaction_is_all_or_nothing_and_says_what_failed() {
    let stack = Stack::start().await;
    let client = stack.dynamodb();
    create_table(&client).await;
    let transact = |items: Vec<TransactWriteItem>| {
        client.transact_write_items().set_transact_items(Some(items)).send()
    };
    let put_item = |sk: &str| TransactWriteItem::builder().put(put(sk, &[])).build();
    transact(vec![put_item("1"), put_item("2")]).await.unwrap();

    let check =
        ConditionCheck::builder().table_name("tea").key("pk", text("a")).key("sk", text("1"));
    let check = check.condition_expression("attribute_exists(pk)").build().unwrap();
    let check = TransactWriteItem::builder().condition_check(check).build();
    let error = transact(vec![check, put_item("3"), put_item("2")]).await.unwrap_err();
    let TransactWriteItemsError::TransactionCanceledException(cancelled) =
        error.into_service_error()
    else {
        panic!("another error than the documented one")
    };
    let reasons = cancelled.cancellation_reasons();
    let codes: Vec<_> = reasons.iter().map(|reason| reason.code().unwrap_or("None")).collect();
    assert_eq!(codes, ["None", "None", "ConditionalCheckFailed"]);
    assert_eq!(reasons[2].item().unwrap()["sk"], text("2"));
    assert_eq!(client.scan().table_name("tea").send().await.unwrap().count(), 2);
}

#[tokio::test]
async fn a_sparse_index_is_queried_in_order_and_by_page() {
    let stack = Stack::start().await;
    let client = stack.dynamodb();
    create_table(&client).await;
    for (sk, check_at) in
        [("1", "2027-06-03"), ("2", "2027-06-01"), ("3", "2027-06-02"), ("4", "2027-07-01")]
    {
        let put = put(sk, &[("open", "OPEN#1"), ("check_at", check_at)]);
        let item = TransactWriteItem::builder().put(put).build();
        client.transact_write_items().transact_items(item).send().await.unwrap();
    }
    let item = TransactWriteItem::builder().put(put("not open", &[])).build();
    client.transact_write_items().transact_items(item).send().await.unwrap();
    let (mut found, mut from) = (Vec::new(), None);
    loop {
        let query = client.query().table_name("tea").index_name("open").limit(2);
        let query = query.key_condition_expression("#open = :open AND check_at <= :now");
        let query = query.expression_attribute_names("#open", "open");
        let query = query.expression_attribute_values(":open", text("OPEN#1"));
        let query = query.expression_attribute_values(":now", text("2027-06-03"));
        let page = query.set_exclusive_start_key(from).send().await.unwrap();
        found.extend(page.items().iter().map(|item| item["sk"].as_s().unwrap().clone()));
        from = page.last_evaluated_key;
        if from.is_none() {
            break;
        }
    }
    assert_eq!(found, ["2", "3", "1"]);
}

#[tokio::test]
async fn a_table_is_set_up_as_the_template_says() {
    let stack = Stack::start().await;
    let client = stack.dynamodb();
    create_table(&client).await;
    let expiry = TimeToLiveSpecification::builder().attribute_name("expires").enabled(true);
    let update = client.update_time_to_live().table_name("tea");
    update.time_to_live_specification(expiry.build().unwrap()).send().await.unwrap();
    let recovery = PointInTimeRecoverySpecification::builder().point_in_time_recovery_enabled(true);
    let update = client.update_continuous_backups().table_name("tea");
    let update = update.point_in_time_recovery_specification(recovery.build().unwrap());
    let answer = update.send().await.unwrap().continuous_backups_description.unwrap();
    assert_eq!(
        answer.point_in_time_recovery_description.unwrap().point_in_time_recovery_status,
        Some(PointInTimeRecoveryStatus::Enabled)
    );
    let tables = client.list_tables().send().await.unwrap();
    assert_eq!(tables.table_names(), ["tea"]);
    let error = client.describe_table().table_name("none").send().await.unwrap_err();
    assert!(error.as_service_error().unwrap().is_resource_not_found_exception(), "{error:?}");
    let error = client.describe_limits().send().await.unwrap_err();
    assert_eq!(error.code(), Some("UnknownOperationException"), "{error:?}");
}

#[tokio::test]
async fn many_writers_of_one_item_lose_no_update() {
    let stack = Stack::start().await;
    let client = stack.dynamodb();
    create_table(&client).await;
    let add = |client: Client| async move {
        for _ in 0..20 {
            let update =
                client.update_item().table_name("tea").key("pk", text("a")).key("sk", text("b"));
            let update = update.update_expression("ADD n :one");
            let update = update.expression_attribute_values(":one", AttributeValue::N("1".into()));
            update.send().await.unwrap();
        }
    };
    let writers: Vec<_> = (0..5).map(|_| tokio::spawn(add(client.clone()))).collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let items = client.scan().table_name("tea").send().await.unwrap().items.unwrap();
    let item: BTreeMap<_, _> = items[0].iter().collect();
    assert_eq!(item[&"n".to_owned()], &AttributeValue::N("100".into()));
}
