//! The tables that worlds run on answer as the engine of the local stack does, which is held to AWS's own.

use aws_local::dynamodb::DynamoDb;
use aws_local::wire::Response;
use aws_local::{Aws, Data, Settings as AwsSettings};
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use simulation::tables::Tables;
use simulation::{Settings, run};
use stack::provision;

const TABLE: &str = provision::REMINDERS_TABLE;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).expect("an instant")
}

/// A table of the engine, made as the stack's are.
fn engine() -> DynamoDb {
    let mut aws = Aws::open(&Data::Memory, AwsSettings::default(), Some(1)).expect("it opens");
    provision::provision(&mut aws, now()).expect("it is provisioned");
    aws.dynamodb().clone()
}

fn text(value: &str) -> Value {
    json!({ "S": value })
}

fn number(value: i64) -> Value {
    json!({"N": value.to_string()})
}

fn key() -> impl Strategy<Value = Value> {
    (select(vec!["a", "b"]), select(vec!["OUT#1", "OUT#2", "RATE#1", "USER"]))
        .prop_map(|(pk, sk)| json!({"pk": text(pk), "sk": text(sk)}))
}

/// A row; some stand in the index of open rows.
fn item() -> impl Strategy<Value = Value> {
    let open = prop::option::of((0..2_u8, 0..4_i64));
    (key(), 0..3_i64, open, prop::option::of("[a-c]{0,3}")).prop_map(|(key, rev, open, note)| {
        let mut item = key;
        item["rev"] = number(rev);
        if let Some((shard, check_at)) = open {
            item["open"] = text(&format!("OPEN#{shard}"));
            item["check_at"] = number(check_at);
        }
        if let Some(note) = note {
            item["story"] = json!({"L": [{"M": {"what": text(&note)}}]});
            item["note"] = text(&note);
        }
        item
    })
}

/// A condition with the names and values that it needs, to be merged into a request.
fn condition() -> impl Strategy<Value = Value> {
    let compared =
        (select(vec!["=", "<>", "<", "<=", ">", ">="]), 0..3_i64).prop_map(|(sign, n)| {
            json!({
                "ConditionExpression": format!("rev {sign} :rev"),
                "ExpressionAttributeValues": {":rev": number(n)},
            })
        });
    let put_off = (0..4_i64).prop_map(|n| {
        json!({
            "ConditionExpression": "attribute_exists(#open) AND check_at = :seen",
            "ExpressionAttributeNames": {"#open": "open"},
            "ExpressionAttributeValues": {":seen": number(n)},
        })
    });
    let mixed = (0..3_i64, "[a-c]{0,2}").prop_map(|(n, prefix)| {
        json!({
            "ConditionExpression":
                "NOT (rev = :rev OR attribute_not_exists(note)) AND begins_with(note, :prefix)",
            "ExpressionAttributeValues": {":rev": number(n), ":prefix": text(&prefix)},
        })
    });
    let is_new = Just(json!({"ConditionExpression": "attribute_not_exists(pk)"}));
    prop_oneof![Just(json!({})), is_new, compared, put_off, mixed]
}

fn merged(mut request: Value, more: &Value) -> Value {
    for (name, value) in more.as_object().into_iter().flatten() {
        match (request.get_mut(name).and_then(Value::as_object_mut), value.as_object()) {
            (Some(members), Some(more)) => {
                members.extend(more.iter().map(|(name, value)| (name.clone(), value.clone())));
            }
            _ => request[name] = value.clone(),
        }
    }
    request
}

fn update() -> impl Strategy<Value = Value> {
    let changes = prop_oneof![
        Just(("ADD texts :n SET expires_at = :n", "UPDATED_NEW")),
        Just(("SET check_at = :n REMOVE note", "ALL_NEW")),
        Just(("SET texts = :n, expires_at = :n", "NONE")),
    ];
    (key(), changes, 0..4_i64, condition()).prop_map(|(key, (change, wanted), n, condition)| {
        let update = json!({
            "TableName": TABLE,
            "Key": key,
            "UpdateExpression": change,
            "ReturnValues": wanted,
            "ExpressionAttributeValues": {":n": number(n)},
        });
        merged(update, &condition)
    })
}

fn put() -> impl Strategy<Value = Value> {
    let old = select(vec![
        json!({}),
        json!({"ReturnValues": "ALL_OLD"}),
        json!({"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}),
    ]);
    (item(), condition(), old).prop_map(|(item, condition, old)| {
        merged(merged(json!({"TableName": TABLE, "Item": item}), &condition), &old)
    })
}

fn of_key() -> impl Strategy<Value = Value> {
    (key(), condition())
        .prop_map(|(key, condition)| merged(json!({"TableName": TABLE, "Key": key}), &condition))
}

/// A part of a transaction, as its kind and what it says. It tells no values.
fn part() -> impl Strategy<Value = Value> {
    let check = of_key()
        .prop_filter("a check has a condition", |check| check.get("ConditionExpression").is_some());
    let without_values = |mut request: Value| {
        if let Some(members) = request.as_object_mut() {
            members.remove("ReturnValues");
            members.remove("ReturnValuesOnConditionCheckFailure");
        }
        request
    };
    prop_oneof![
        3 => put().prop_map(move |put| json!({"Put": without_values(put)})),
        1 => update().prop_map(move |update| json!({"Update": without_values(update)})),
        1 => of_key().prop_map(|delete| json!({"Delete": delete})),
        1 => check.prop_map(|check| json!({"ConditionCheck": check})),
    ]
}

fn request() -> impl Strategy<Value = (&'static str, Value)> {
    let keys = prop::collection::btree_map("[ab]", Just(()), 1..3);
    let batch = keys.prop_map(|keys| {
        let keys: Vec<_> =
            keys.keys().map(|pk| json!({"pk": text(pk), "sk": text("USER")})).collect();
        json!({"RequestItems": {TABLE: {"Keys": keys, "ConsistentRead": true}}})
    });
    let orders = (prop::option::of(1..4_u8), any::<bool>());
    let query = (select(vec!["a", "b"]), select(vec!["OUT#", "R", ""]), orders.clone()).prop_map(
        |(pk, prefix, orders)| {
            let mut query = json!({
                "TableName": TABLE,
                "KeyConditionExpression": "pk = :pk AND begins_with(sk, :sk)",
                "ExpressionAttributeValues": {":pk": text(pk), ":sk": text(prefix)},
            });
            if prefix.is_empty() {
                query["KeyConditionExpression"] = json!("pk = :pk");
                query["ExpressionAttributeValues"] = json!({":pk": text(pk)});
            }
            ordered(query, orders)
        },
    );
    let open = (0..2_u8, 0..4_i64, orders).prop_map(|(shard, until, orders)| {
        let query = json!({
            "TableName": TABLE,
            "IndexName": "open",
            "KeyConditionExpression": "#open = :open AND check_at <= :until",
            "ExpressionAttributeNames": {"#open": "open"},
            "ExpressionAttributeValues":
                {":open": text(&format!("OPEN#{shard}")), ":until": number(until)},
        });
        ordered(query, orders)
    });
    let parts = prop::collection::vec(part(), 1..4);
    let get = key().prop_map(|key| json!({"TableName": TABLE, "Key": key}));
    prop_oneof![
        4 => put().prop_map(|put| ("PutItem", put)),
        2 => update().prop_map(|update| ("UpdateItem", update)),
        1 => of_key().prop_map(|delete| ("DeleteItem", delete)),
        4 => parts.prop_map(|parts| ("TransactWriteItems", json!({"TransactItems": parts}))),
        1 => get.prop_map(|get| ("GetItem", get)),
        1 => batch.prop_map(|batch| ("BatchGetItem", batch)),
        2 => query.prop_map(|query| ("Query", query)),
        2 => open.prop_map(|query| ("Query", query)),
        1 => Just(("Scan", json!({"TableName": TABLE}))),
        1 => Just(("Scan", json!({"TableName": TABLE, "ProjectionExpression": "pk, note"}))),
        1 => Just(("GetItem", json!({"TableName": "none", "Key": {}}))),
    ]
}

fn ordered(mut query: Value, (limit, forward): (Option<u8>, bool)) -> Value {
    if let Some(limit) = limit {
        query["Limit"] = json!(limit);
    }
    query["ScanIndexForward"] = json!(forward);
    query
}

/// What an answer says, without the words of an error and in an order of its own where there is none.
fn said(response: &Response) -> (u16, Value) {
    let mut body: Value = serde_json::from_slice(&response.body).expect("an answer is JSON");
    let reasons = body.get_mut("CancellationReasons").and_then(Value::as_array_mut);
    for reason in reasons.into_iter().flatten() {
        reason["Message"].take();
    }
    if let Some(members) = body.as_object_mut() {
        let code = members.get("__type").and_then(|code| code.as_str()?.rsplit('#').next());
        let code = code.map(str::to_owned);
        members.insert("__type".into(), json!(code));
        members.remove("message");
        members.remove("Message");
        members.remove("CancellationReasons").map(|reasons| members.insert("why".into(), reasons));
    }
    let tables = body.get_mut("Responses").and_then(Value::as_object_mut);
    tables.into_iter().flat_map(|tables| tables.values_mut()).for_each(sort);
    (response.status.as_u16(), body)
}

fn sort(rows: &mut Value) {
    if let Some(rows) = rows.as_array_mut() {
        rows.sort_by_key(Value::to_string);
    }
}

/// Asks both, to the last page; returns what both said.
fn both(
    tables: &mut Tables,
    engine: &DynamoDb,
    operation: &str,
    mut request: Value,
) -> Result<(), TestCaseError> {
    loop {
        let (status, mut ours) = said(&tables.answer_to(operation, request.to_string().as_bytes()));
        let body = request.to_string();
        let (expected, mut theirs) = said(&engine.handle(operation, body.as_bytes(), now()));
        if operation == "Scan" {
            sort(&mut ours["Items"]);
            sort(&mut theirs["Items"]);
        }
        prop_assert_eq!((status, &ours), (expected, &theirs), "{} {}", operation, request);
        if ours["LastEvaluatedKey"].is_null() {
            return Ok(());
        }
        request["ExclusiveStartKey"] = ours["LastEvaluatedKey"].take();
    }
}

/// What the simulation looks up without a request is what requests say.
fn shortcuts(tables: &mut Tables) -> Result<(), TestCaseError> {
    for shard in 0..2_u8 {
        let shard = format!("OPEN#{shard}");
        let query = json!({
            "TableName": TABLE,
            "IndexName": "open",
            "Limit": 1,
            "KeyConditionExpression": "#open = :open",
            "ExpressionAttributeNames": {"#open": "open"},
            "ExpressionAttributeValues": {":open": text(&shard)},
        });
        let (_, asked) = said(&tables.answer_to("Query", query.to_string().as_bytes()));
        let first = asked["Items"][0]["check_at"]["N"].as_str().and_then(|n| n.parse().ok());
        prop_assert_eq!(tables.first(TABLE, "open", &shard), first);
    }
    let scan = json!({"TableName": TABLE}).to_string();
    let (_, scan) = said(&tables.answer_to("Scan", scan.as_bytes()));
    let texts = |scan: &Value| -> Vec<String> {
        scan["Items"].as_array().into_iter().flatten().map(Value::to_string).collect()
    };
    prop_assert_eq!(tables.texts(TABLE), texts(&scan));
    // In which order DynamoDB gives the pages of a scan is its own affair: together they are all.
    let (mut paged, mut page) = (Vec::new(), json!({"TableName": TABLE, "Limit": 2}));
    loop {
        let (_, mut scan) = said(&tables.answer_to("Scan", page.to_string().as_bytes()));
        paged.extend(texts(&scan));
        page["ExclusiveStartKey"] = scan["LastEvaluatedKey"].take();
        if page["ExclusiveStartKey"].is_null() {
            break;
        }
    }
    prop_assert_eq!(paged, texts(&scan));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn random_requests_are_answered_as_by_the_engine(
        requests in prop::collection::vec(request(), 1..40),
    ) {
        let engine = engine();
        let mut tables = Tables::new(&provision::tables());
        for (operation, request) in requests {
            both(&mut tables, &engine, operation, request)?;
        }
        both(&mut tables, &engine, "Scan", json!({"TableName": TABLE}))?;
        shortcuts(&mut tables)?;
    }
}

#[test]
fn an_item_that_dynamodb_would_not_keep_is_refused() {
    let engine = engine();
    let mut tables = Tables::new(&provision::tables());
    for (length, status) in [(399 * 1024, 200), (400 * 1024, 400)] {
        let item = json!({"pk": text("a"), "sk": text("b"), "note": text(&"x".repeat(length))});
        let put = json!({"TableName": TABLE, "Item": item});
        let body = put.to_string();
        assert_eq!(tables.answer_to("PutItem", body.as_bytes()).status, status, "{length}");
        assert_eq!(engine.handle("PutItem", body.as_bytes(), now()).status, status, "{length}");
    }
}

#[test]
fn what_is_not_known_is_refused_in_words() {
    let mut tables = Tables::new(&provision::tables());
    let query = |more: Value| {
        let query = json!({
            "TableName": TABLE,
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": {":pk": text("a")},
        });
        merged(query, &more)
    };
    for (operation, request, words) in [
        ("ExecuteStatement", json!({}), "ExecuteStatement"),
        ("Query", query(json!({"FilterExpression": "rev = :pk"})), "FilterExpression"),
        ("Query", query(json!({"KeyConditionExpression": "sk = :pk"})), "pk"),
        ("Query", query(json!({"KeyConditionExpression": "size(pk) = :pk"})), "size"),
        ("Query", query(json!({"KeyConditionExpression": "pk = :other"})), ":other"),
        ("Query", query(json!({"KeyConditionExpression": "pk.x = :pk"})), "'.'"),
        ("PutItem", json!({"TableName": TABLE, "Item": {"pk": text("")}}), "pk"),
    ] {
        let answer = tables.answer_to(operation, request.to_string().as_bytes());
        let message = answer.message().expect("a refusal has words");
        assert!(answer.status == 400 && message.contains(words), "{request}: {message}");
    }
}

#[test]
fn whole_worlds_come_out_the_same_on_both() {
    for seed in [3, 4] {
        let world = |slow_tables| {
            let settings = Settings {
                seed,
                users: 5,
                length: TimeDelta::hours(6),
                slow_tables,
                ..Settings::new(seed)
            };
            run(&settings).expect("a world").digest
        };
        assert_eq!(world(false), world(true), "seed {seed}");
    }
}
