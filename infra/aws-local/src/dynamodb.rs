//! DynamoDB: the dynoxide engine (DynamoDB on SQLite, in this process) behind our doors.
//!
//! The engine keeps its tables in a file of its own and has its own lock, so requests to it need no
//! transaction of the [`store`](crate::store) and do not wait for one. What it does not have are
//! backups (accepted here, because a set-up that turns point-in-time recovery on must work, but
//! nothing is kept), exports, and `TransactionConflictException`: it is atomic and immediate.
//! Tokens of transactions are remembered as long as the process lives.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use dynoxide::storage_backend::ManualClock;
use dynoxide::{Database, DynoxideError};
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::store::in_words;
use crate::wire::{AwsError, JSON_1_0, Response};
use crate::{Data, Now, OpenError};

/// The file in the data directory.
const FILE: &str = "dynamodb.sqlite";

/// The longest period of point-in-time recovery, which is also the default.
const RECOVERY_DAYS: u32 = 35;

/// DynamoDB's words for a value of no type.
const EMPTY_VALUE: &str = "Supplied AttributeValue is empty, must contain exactly one of the \
                           supported datatypes";

/// What the engine puts before a message to say which kind of error it is; never shown.
const MARKERS: [(&str, Refused); 5] = [
    ("VALIDATION_REQUEST:", Refused::Request),
    ("VALIDATION_AS_READ:", Refused::Validation),
    ("VALIDATION:", Refused::Validation),
    ("SERIALIZATION_AS_READ:", Refused::Serialization),
    ("SERIALIZATION:", Refused::Serialization),
];

/// The tables. Clones share them.
#[derive(Clone)]
pub struct DynamoDb {
    database: Database,
    /// The engine's clock in memory. On disk it reads the system's: it has no other way in.
    clock: ManualClock,
    /// The tables for which point-in-time recovery was turned on, since this was opened.
    recoverable: Arc<Mutex<BTreeSet<String>>>,
}

impl DynamoDb {
    /// Opens the tables. The data directory has to be there and locked: see
    /// [`Store`](crate::Store).
    ///
    /// # Errors
    /// A sentence a person understands, as for the store.
    pub fn open(data: &Data) -> Result<Self, OpenError> {
        let clock = ManualClock::new(0);
        let database = match data.file(FILE) {
            None => Database::memory_with_clock(clock.arc()).map_err(|error| (FILE.into(), error)),
            Some(path) => match path.to_str() {
                Some(text) => open_file(text).map_err(|error| (path, error)),
                None => {
                    let message = "its path is no UTF-8".into();
                    return Err(OpenError::Tables { path, message });
                }
            },
        };
        let database = database.map_err(|(path, error)| match error {
            DynoxideError::SqliteError(error) => OpenError::from_sqlite(&path, error),
            other => OpenError::Tables { path, message: other.to_string() },
        })?;
        Ok(Self { database, clock, recoverable: Arc::default() })
    }

    /// Answers one request: `operation` is what stands after the dot of `X-Amz-Target`.
    #[must_use]
    pub fn handle(&self, operation: &str, body: &[u8], now: Now) -> Response {
        self.clock.set(seconds(now));
        match self.answer(operation, body) {
            Ok(body) => Response::new(StatusCode::OK, JSON_1_0, body),
            Err(Failure::Ours(error)) => {
                Response::json_error(JSON_1_0, "com.amazonaws.dynamodb.v20120810#", &error)
            }
            Err(Failure::Engine(error)) => engine_error(operation, error),
        }
    }

    /// Removes the items whose time to live is over, and returns how many. DynamoDB takes days over
    /// it; until it is swept, an item past its time can still be read, there and here.
    ///
    /// # Errors
    /// `InternalServerError` if the tables cannot be read or written.
    pub fn sweep(&self, now: Now) -> Result<usize, AwsError> {
        self.clock.set(seconds(now));
        self.database.sweep_ttl().map_err(|error| AwsError::internal(words(&error)))
    }

    /// The engine itself, for whoever has to look at tables without a request.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.database
    }

    fn answer(&self, operation: &str, body: &[u8]) -> Result<Vec<u8>, Failure> {
        let db = &self.database;
        match operation {
            "PutItem" => call(body, |request| db.put_item(request)),
            "GetItem" => call(body, |request| db.get_item(request)),
            "UpdateItem" => call(body, |request| db.update_item(request)),
            "DeleteItem" => call(body, |request| db.delete_item(request)),
            "Query" => call(body, |request| db.query(request)),
            "Scan" => call(body, |request| db.scan(request)),
            "BatchGetItem" => call(body, |request| db.batch_get_item(request)),
            "BatchWriteItem" => call(body, |request| db.batch_write_item(request)),
            "TransactGetItems" => call(body, |request| db.transact_get_items(request)),
            "TransactWriteItems" => call(body, |request| db.transact_write_items(request)),
            "CreateTable" => call(body, |request| db.create_table(request)),
            "DeleteTable" => call(body, |request| db.delete_table(request)),
            "DescribeTable" => call(body, |request| db.describe_table(request)),
            "UpdateTable" => call(body, |request| db.update_table(request)),
            "ListTables" => call(body, |request| db.list_tables(request)),
            "UpdateTimeToLive" => call(body, |request| db.update_time_to_live(request)),
            "DescribeTimeToLive" => call(body, |request| db.describe_time_to_live(request)),
            "TagResource" => call(body, |request| db.tag_resource(request)),
            "UntagResource" => call(body, |request| db.untag_resource(request)),
            "ListTagsOfResource" => call(body, |request| db.list_tags_of_resource(request)),
            "ExecuteStatement" => call(body, |request| db.execute_statement(request)),
            "ExecuteTransaction" => call(body, |request| db.execute_transaction(request)),
            "BatchExecuteStatement" => call(body, |request| db.batch_execute_statement(request)),
            "ListStreams" => call(body, |request| db.list_streams(request)),
            "DescribeStream" => call(body, |request| db.describe_stream(request)),
            "GetShardIterator" => call(body, |request| db.get_shard_iterator(request)),
            "GetRecords" => call(body, |request| db.get_records(request)),
            "DescribeContinuousBackups" => self.continuous_backups(body, false),
            "UpdateContinuousBackups" => self.continuous_backups(body, true),
            _ => Err(AwsError::unknown_operation(&format!("DynamoDB {operation}")).into()),
        }
    }

    /// Says whether point-in-time recovery is on, after turning it on or off if asked to. There is
    /// none; this only lets a set-up that demands it go through.
    fn continuous_backups(&self, body: &[u8], update: bool) -> Result<Vec<u8>, Failure> {
        let request: Value = read(body)?;
        let table = request["TableName"].as_str().unwrap_or_default();
        if self.database.get_table_metadata(table)?.is_none() {
            let message = format!("Table not found: {table}");
            return Err(AwsError::bad_request("TableNotFoundException", message).into());
        }
        let mut recoverable = self.recoverable.lock().unwrap_or_else(PoisonError::into_inner);
        if update {
            match &request["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] {
                Value::Bool(true) => recoverable.insert(table.to_owned()),
                Value::Bool(false) => recoverable.remove(table),
                _ => {
                    let message = "PointInTimeRecoveryEnabled has to be true or false";
                    return Err(AwsError::bad_request("ValidationException", message).into());
                }
            };
        }
        let recovery = match recoverable.contains(table) {
            true => json!({
                "PointInTimeRecoveryStatus": "ENABLED", "RecoveryPeriodInDays": RECOVERY_DAYS
            }),
            false => json!({ "PointInTimeRecoveryStatus": "DISABLED" }),
        };
        let description = json!({ "ContinuousBackupsDescription": {
            "ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": recovery,
        }});
        Ok(description.to_string().into_bytes())
    }
}

/// Opens a file of tables with the durability of the store: what was acknowledged survives
/// `kill -9`. The engine's own default would wait for the disk at every write, ten times as long.
fn open_file(path: &str) -> Result<Database, DynoxideError> {
    let database = Database::new(path)?;
    // Named after its use at the end of a bulk load; what it does is set `synchronous = NORMAL`
    // and SQLite's defaults for caches.
    database.disable_bulk_loading()?;
    Ok(database)
}

/// Reads a request, has the engine carry it out, and writes its answer.
fn call<Q: DeserializeOwned, A: Serialize>(
    body: &[u8],
    act: impl FnOnce(Q) -> Result<A, DynoxideError>,
) -> Result<Vec<u8>, Failure> {
    let answer = act(read(body)?)?;
    serde_json::to_vec(&answer).map_err(|error| AwsError::internal(error.to_string()).into())
}

/// How a request is refused that cannot be read.
#[derive(Clone, Copy)]
enum Refused {
    Validation,
    /// As validation, in an envelope where single items are written.
    Request,
    Serialization,
}

/// Reads a request. The engine's types say in a marker how they want to be refused; without one,
/// what is missing is a validation error, and what has the wrong type cannot be deserialised.
fn read<Q: DeserializeOwned>(body: &[u8]) -> Result<Q, DynoxideError> {
    serde_json::from_slice(body).map_err(|error| {
        let text = error.to_string();
        let marked = MARKERS
            .iter()
            .find_map(|(marker, refused)| Some((text.strip_prefix(marker)?, *refused)));
        let missing = ["missing field", "unknown variant", "invalid type: null"];
        let (message, refused) = match marked {
            Some(marked) => marked,
            None if missing.iter().any(|part| text.contains(part)) => {
                (text.as_str(), Refused::Validation)
            }
            None if text.contains("empty AttributeValue") => (EMPTY_VALUE, Refused::Validation),
            None if text.contains("Supplied AttributeValue") => {
                (text.as_str(), Refused::Validation)
            }
            None => (text.as_str(), Refused::Serialization),
        };
        let message = message.split(" at line ").next().unwrap_or(message).to_owned();
        match refused {
            Refused::Validation => DynoxideError::ValidationException(message),
            Refused::Request => DynoxideError::EnvelopedValidation(message),
            Refused::Serialization => DynoxideError::SerializationException(message),
        }
    })
}

/// The engine's error as DynamoDB writes it.
fn engine_error(operation: &str, error: DynoxideError) -> Response {
    let single = matches!(operation, "PutItem" | "UpdateItem" | "DeleteItem");
    let error = match error {
        DynoxideError::EnvelopedValidation(message) if single => {
            DynoxideError::ValidationException(format!("1 validation error detected: {message}"))
        }
        other => other,
    };
    let status = StatusCode::from_u16(error.status_code());
    let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if status.is_server_error() {
        let error = AwsError::with_status(status, "InternalServerError", words(&error));
        return Response::json_error(JSON_1_0, "com.amazonaws.dynamodb.v20120810#", &error);
    }
    let mut response = Response::new(status, JSON_1_0, error.to_json());
    // SDKs find the code in the body; this is for people who look at the traffic.
    if let Some((_, code)) = error.error_type().rsplit_once('#')
        && let Ok(code) = HeaderValue::from_str(code)
    {
        response.headers.insert("x-amzn-errortype", code);
    }
    response
}

fn words(error: &DynoxideError) -> String {
    match error {
        DynoxideError::SqliteError(error) => in_words(error),
        other => format!("the tables could not be read or written ({other})"),
    }
}

fn seconds(now: Now) -> u64 {
    now.timestamp().try_into().unwrap_or(0)
}

/// Why a request failed: of our own doing, or of the engine's.
enum Failure {
    Ours(AwsError),
    Engine(DynoxideError),
}

impl From<AwsError> for Failure {
    fn from(error: AwsError) -> Self {
        Self::Ours(error)
    }
}

impl From<DynoxideError> for Failure {
    fn from(error: DynoxideError) -> Self {
        Self::Engine(error)
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use tempfile::TempDir;

    use super::*;
    use crate::testing::World;

    const TABLE: &str = r#"{"TableName":"tea","BillingMode":"PAY_PER_REQUEST",
        "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],
        "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]}"#;

    fn ask(db: &DynamoDb, operation: &str, body: &str) -> (u16, Value) {
        ask_at(db, operation, body, World::new().now)
    }

    fn ask_at(db: &DynamoDb, operation: &str, body: &str, now: Now) -> (u16, Value) {
        let response = db.handle(operation, body.as_bytes(), now);
        (response.status.as_u16(), serde_json::from_slice(&response.body).unwrap())
    }

    fn memory() -> DynamoDb {
        let db = DynamoDb::open(&Data::Memory).unwrap();
        assert_eq!(ask(&db, "CreateTable", TABLE).0, 200);
        db
    }

    #[test]
    fn what_was_put_is_there_at_the_next_opening() {
        let directory = TempDir::new().unwrap();
        let data = Data::Directory(directory.path().into());
        let db = DynamoDb::open(&data).unwrap();
        ask(&db, "CreateTable", TABLE);
        let put = r#"{"TableName":"tea","Item":{"pk":{"S":"a"},"n":{"N":"1"}}}"#;
        assert_eq!(ask(&db, "PutItem", put).0, 200);
        drop(db);
        let db = DynamoDb::open(&data).unwrap();
        let (_, found) = ask(&db, "GetItem", r#"{"TableName":"tea","Key":{"pk":{"S":"a"}}}"#);
        assert_eq!(found["Item"]["n"]["N"], "1");
    }

    #[test]
    fn requests_that_cannot_be_carried_out_are_refused_in_dynamodbs_words() {
        let db = memory();
        for (operation, body, code) in [
            (
                "GetItem",
                r#"{"TableName":"none","Key":{"pk":{"S":"a"}}}"#,
                "ResourceNotFoundException",
            ),
            ("PutItem", r#"{"TableName":"tea"}"#, "ValidationException"),
            ("PutItem", r#"{"TableName":"tea","Item":{"pk":{"N":"1"}}}"#, "ValidationException"),
            ("PutItem", r#"{"TableName":"tea","Item":{"pk":{"S":""}}}"#, "ValidationException"),
            ("PutItem", r#"{"TableName":"tea","Item":{"pk":{}}}"#, "ValidationException"),
            ("PutItem", r#"{"TableName":7,"Item":{}}"#, "SerializationException"),
            ("PutItem", "not json", "SerializationException"),
            ("PutItem", "", "SerializationException"),
            ("CreateTable", TABLE, "ResourceInUseException"),
            ("ExportTableToPointInTime", "{}", "UnknownOperationException"),
            ("UpdateContinuousBackups", r#"{"TableName":"none"}"#, "TableNotFoundException"),
            ("UpdateContinuousBackups", r#"{"TableName":"tea"}"#, "ValidationException"),
        ] {
            let (status, answer) = ask(&db, operation, body);
            let kind = answer["__type"].as_str().unwrap().rsplit_once('#').unwrap().1.to_owned();
            assert_eq!((status, kind.as_str()), (400, code), "{operation} {body}: {answer}");
            for (marker, _) in MARKERS {
                assert!(!answer.to_string().contains(marker), "{answer}");
            }
        }
    }

    #[test]
    fn a_failed_condition_tells_the_old_item() {
        let db = memory();
        let put = r#"{"TableName":"tea","Item":{"pk":{"S":"a"}},
            "ConditionExpression":"attribute_not_exists(pk)",
            "ReturnValuesOnConditionCheckFailure":"ALL_OLD"}"#;
        assert_eq!(ask(&db, "PutItem", put).0, 200);
        let (status, answer) = ask(&db, "PutItem", put);
        assert_eq!((status, &answer["Item"]["pk"]["S"]), (400, &json!("a")));
    }

    #[test]
    fn items_past_their_time_to_live_are_swept() {
        let db = memory();
        let now = World::new().now;
        let expiry = r#"{"TableName":"tea",
            "TimeToLiveSpecification":{"AttributeName":"expires","Enabled":true}}"#;
        assert_eq!(ask(&db, "UpdateTimeToLive", expiry).0, 200);
        for (key, expires) in [("soon", now.timestamp() + 60), ("later", now.timestamp() + 3600)] {
            let put = format!(
                r#"{{"TableName":"tea",
                    "Item":{{"pk":{{"S":"{key}"}},"expires":{{"N":"{expires}"}}}}}}"#
            );
            assert_eq!(ask(&db, "PutItem", &put).0, 200);
        }
        assert_eq!(db.sweep(now).unwrap(), 0);
        assert_eq!(db.sweep(now + TimeDelta::seconds(61)).unwrap(), 1);
        assert_eq!(ask(&db, "Scan", r#"{"TableName":"tea"}"#).1["Count"], 1);
    }

    #[test]
    fn a_set_up_that_turns_recovery_on_goes_through() {
        let db = memory();
        let status = |answer: &Value| {
            let description = &answer["ContinuousBackupsDescription"];
            description["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"].clone()
        };
        let describe = r#"{"TableName":"tea"}"#;
        let (_, answer) = ask(&db, "DescribeContinuousBackups", describe);
        assert_eq!(status(&answer), "DISABLED");
        let on = r#"{"TableName":"tea",
            "PointInTimeRecoverySpecification":{"PointInTimeRecoveryEnabled":true}}"#;
        assert_eq!(status(&ask(&db, "UpdateContinuousBackups", on).1), "ENABLED");
        assert_eq!(status(&ask(&db, "DescribeContinuousBackups", describe).1), "ENABLED");
    }
}
