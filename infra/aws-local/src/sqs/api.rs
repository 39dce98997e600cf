//! The operations of SQS in the AWS JSON 1.0 protocol, which the SDKs and the CLI have spoken since
//! 2023.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::{HeaderValue, StatusCode};
use rusqlite::params;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::attributes;
use super::message::{md5_of_attributes, md5_of_body};
use super::{
    BATCH_MAX, DELAY_S_MAX, MessageAttribute, Outgoing, Received, VISIBILITY_S_MAX, WAIT_S_MAX,
    from_json, invalid_value, queue_of_url, to_json,
};
use crate::wire::{AwsError, JSON_1_0, Response};
use crate::{Ctx, Now};

/// Most bytes of all messages of a batch together: 1 MiB.
const BATCH_BYTES_MAX: usize = 1_048_576;

/// Longest id of a batch entry.
const ENTRY_ID_MAX: usize = 80;

/// Most queues in one page of a list.
const PAGE_MAX: i64 = 1000;

/// Errors that the service's model has, with the prefix that their codes had in the older query
/// protocol, and that SDKs still match on (`x-amzn-query-error`).
const MODELLED: [(&str, &str); 19] = [
    ("BatchEntryIdsNotDistinct", "AWS.SimpleQueueService."),
    ("BatchRequestTooLong", "AWS.SimpleQueueService."),
    ("EmptyBatchRequest", "AWS.SimpleQueueService."),
    ("InvalidAddress", ""),
    ("InvalidAttributeName", ""),
    ("InvalidAttributeValue", ""),
    ("InvalidBatchEntryId", "AWS.SimpleQueueService."),
    ("InvalidIdFormat", ""),
    ("InvalidMessageContents", ""),
    ("InvalidSecurity", ""),
    ("MessageNotInflight", "AWS.SimpleQueueService."),
    ("OverLimit", ""),
    ("PurgeQueueInProgress", "AWS.SimpleQueueService."),
    ("QueueDeletedRecently", "AWS.SimpleQueueService."),
    ("QueueDoesNotExist", "AWS.SimpleQueueService."),
    ("QueueNameExists", ""),
    ("ReceiptHandleIsInvalid", ""),
    ("TooManyEntriesInBatchRequest", "AWS.SimpleQueueService."),
    ("UnsupportedOperation", "AWS.SimpleQueueService."),
];

/// Errors whose code in the query protocol was another word.
const RENAMED: [(&str, &str); 2] =
    [("QueueDoesNotExist", "NonExistentQueue"), ("QueueNameExists", "QueueAlreadyExists")];

/// Answers one request. A `ReceiveMessage` is answered at once, however long it would wait: see
/// [`poll`].
#[must_use]
pub fn handle(ctx: &Ctx, operation: &str, body: &[u8]) -> Response {
    match answer(ctx, operation, body) {
        Ok(value) => Response::json(StatusCode::OK, JSON_1_0, &value),
        Err(error) => failure(&error),
    }
}

/// What a `ReceiveMessage` that found nothing may wait for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poll {
    /// The name of the queue.
    pub queue: String,
    /// How long it asked to wait, counted from when it came.
    pub wait: Duration,
    /// When a message that is in the queue already becomes available, if there is one.
    pub next_visible: Option<Now>,
}

/// Whether this request, which was answered with `response`, is a receive that found nothing and
/// wants to wait.
#[must_use]
pub fn poll(ctx: &Ctx, operation: &str, body: &[u8], response: &Response) -> Option<Poll> {
    if operation != "ReceiveMessage"
        || response.status != StatusCode::OK
        || &*response.body != b"{}"
    {
        return None;
    }
    let request: ReceiveMessage = read(body).ok()?;
    let name = queue_of_url(&request.queue_url).ok()?;
    let wait_s = match request.wait_time_seconds {
        Some(wait_s) => u64::try_from(wait_s).ok()?,
        None => super::find(ctx, name).ok()?.settings.wait_s.into(),
    };
    let next_visible = super::next_visible(ctx, name).ok()?;
    let wait = Duration::from_secs(wait_s);
    (wait_s > 0).then(|| Poll { queue: name.to_owned(), wait, next_visible })
}

fn answer(ctx: &Ctx, operation: &str, body: &[u8]) -> Result<Value, AwsError> {
    match operation {
        "SendMessage" => send_message(ctx, read(body)?),
        "SendMessageBatch" => send_message_batch(ctx, read(body)?),
        "ReceiveMessage" => receive_message(ctx, &read(body)?),
        "DeleteMessage" => delete_message(ctx, &read(body)?),
        "DeleteMessageBatch" => delete_message_batch(ctx, &read(body)?),
        "ChangeMessageVisibility" => change_message_visibility(ctx, &read(body)?),
        "ChangeMessageVisibilityBatch" => change_message_visibility_batch(ctx, &read(body)?),
        "CreateQueue" => create_queue(ctx, &read(body)?),
        "GetQueueUrl" => get_queue_url(ctx, &read(body)?),
        "GetQueueAttributes" => get_queue_attributes(ctx, &read(body)?),
        "SetQueueAttributes" => set_queue_attributes(ctx, &read(body)?),
        "ListQueues" => list_queues(ctx, &read(body)?),
        "ListDeadLetterSourceQueues" => list_dead_letter_source_queues(ctx, &read(body)?),
        "DeleteQueue" => super::delete_queue(ctx, &queue(&read(body)?)?).map(|()| json!({})),
        "PurgeQueue" => super::purge_queue(ctx, &queue(&read(body)?)?).map(|()| json!({})),
        "TagQueue" => tag_queue(ctx, &read(body)?),
        "UntagQueue" => untag_queue(ctx, &read(body)?),
        "ListQueueTags" => Ok(json!({ "Tags": tags(ctx, &queue(&read(body)?)?)? })),
        _ => Err(AwsError::unknown_operation(&format!("SQS {operation}"))),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SendMessage {
    #[serde(default)]
    queue_url: String,
    #[serde(flatten)]
    message: Entry,
}

/// What a message to send is made of, alone or in a batch.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    #[serde(default)]
    id: String,
    #[serde(default)]
    message_body: String,
    delay_seconds: Option<i64>,
    message_attributes: Option<BTreeMap<String, MessageAttribute>>,
    message_system_attributes: Option<BTreeMap<String, MessageAttribute>>,
    message_group_id: Option<String>,
    message_deduplication_id: Option<String>,
}

impl Entry {
    fn outgoing(&self) -> Result<Outgoing, AwsError> {
        if self.message_deduplication_id.is_some() {
            let reason = "The request include parameter that is not valid for this queue type";
            return Err(invalid_value("given", "MessageDeduplicationId", reason));
        }
        let reason = "DelaySeconds must be >= 0 and <= 900.";
        let delay_s = bounded("DelaySeconds", self.delay_seconds, 0..=DELAY_S_MAX, reason)?;
        let mut system = BTreeMap::new();
        for (name, attribute) in self.message_system_attributes.iter().flatten() {
            match (name.as_str(), &attribute.string_value) {
                ("AWSTraceHeader", Some(value)) if attribute.data_type == "String" => {
                    system.insert(name.clone(), value.clone());
                }
                _ => {
                    let reason =
                        "The only supported message system attribute is AWSTraceHeader, a String.";
                    return Err(invalid_value(name, "MessageSystemAttributes", reason));
                }
            }
        }
        if let Some(group) = &self.message_group_id {
            system.insert("MessageGroupId".into(), group.clone());
        }
        Ok(Outgoing {
            body: self.message_body.clone(),
            attributes: self.message_attributes.clone().unwrap_or_default(),
            system,
            delay_s,
        })
    }

    /// Sends it; the answer has the sums that an SDK compares with its own.
    fn send(&self, ctx: &Ctx, queue: &str) -> Result<Map<String, Value>, AwsError> {
        let outgoing = self.outgoing()?;
        let mut answer = Map::new();
        answer.insert("MD5OfMessageBody".into(), md5_of_body(&outgoing.body).into());
        if let Some(sum) = md5_of_attributes(&outgoing.attributes) {
            answer.insert("MD5OfMessageAttributes".into(), sum.into());
        }
        let system = self.message_system_attributes.as_ref();
        if let Some(sum) = system.and_then(md5_of_attributes) {
            answer.insert("MD5OfMessageSystemAttributes".into(), sum.into());
        }
        answer.insert("MessageId".into(), super::send(ctx, queue, outgoing)?.into());
        Ok(answer)
    }
}

fn send_message(ctx: &Ctx, request: SendMessage) -> Result<Value, AwsError> {
    let queue = required_queue(&request.queue_url)?;
    Ok(Value::Object(request.message.send(ctx, queue)?))
}

fn send_message_batch(ctx: &Ctx, request: Batch<Entry>) -> Result<Value, AwsError> {
    let queue = required_queue(&request.queue_url)?;
    let sizes = request.entries.iter().filter_map(|entry| Some(entry.outgoing().ok()?.bytes()));
    let bytes: usize = sizes.sum();
    if bytes > BATCH_BYTES_MAX {
        return Err(AwsError::bad_request(
            "BatchRequestTooLong",
            format!(
                "Batch requests cannot be longer than {BATCH_BYTES_MAX} bytes. You have sent \
                 {bytes} bytes."
            ),
        ));
    }
    batch(ctx, queue, &request.entries, |entry| &entry.id, |entry| entry.send(ctx, queue))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ReceiveMessage {
    #[serde(default)]
    queue_url: String,
    max_number_of_messages: Option<i64>,
    visibility_timeout: Option<i64>,
    wait_time_seconds: Option<i64>,
    attribute_names: Option<Vec<String>>,
    message_system_attribute_names: Option<Vec<String>>,
    message_attribute_names: Option<Vec<String>>,
}

fn receive_message(ctx: &Ctx, request: &ReceiveMessage) -> Result<Value, AwsError> {
    let queue = required_queue(&request.queue_url)?;
    let reason = "Must be between 1 and 10, if provided.";
    let max = bounded("MaxNumberOfMessages", request.max_number_of_messages, 1..=10, reason)?;
    let reason = "Must be >= 0 and <= 20, if provided.";
    bounded("WaitTimeSeconds", request.wait_time_seconds, 0..=WAIT_S_MAX, reason)?;
    let visibility_s = visibility(request.visibility_timeout)?;
    let messages = super::receive(ctx, queue, max.unwrap_or(1), visibility_s)?;
    if messages.is_empty() {
        return Ok(json!({}));
    }
    let messages = messages.into_iter().map(|message| describe(message, request));
    Ok(json!({ "Messages": messages.collect::<Vec<_>>() }))
}

/// A message with those of its attributes that the request asked for.
fn describe(message: Received, request: &ReceiveMessage) -> Value {
    let named = request.attribute_names.iter().chain(&request.message_system_attribute_names);
    let system_names: BTreeSet<&String> = named.flatten().collect();
    let wants = |name: &str| {
        system_names.iter().any(|wanted| wanted.as_str() == "All" || wanted.as_str() == name)
    };
    let mut system = message.system;
    system.retain(|name, _| wants(name));
    let mut attributes = message.attributes;
    attributes.retain(|name, _| {
        request.message_attribute_names.iter().flatten().any(|wanted| names(wanted, name))
    });
    let mut described = json!({
        "MessageId": message.message_id,
        "ReceiptHandle": message.receipt_handle,
        "MD5OfBody": message.md5_of_body,
        "Body": message.body,
    });
    if !system.is_empty() {
        described["Attributes"] = json!(system);
    }
    if let Some(sum) = md5_of_attributes(&attributes) {
        described["MD5OfMessageAttributes"] = sum.into();
        described["MessageAttributes"] = json!(attributes);
    }
    described
}

/// Whether a name in `MessageAttributeNames` means this attribute: itself, `All`, or a prefix and
/// `.*`.
fn names(wanted: &str, attribute: &str) -> bool {
    match wanted.strip_suffix(".*") {
        Some("") => true,
        Some(prefix) => attribute.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('.')),
        None => wanted == "All" || wanted == attribute,
    }
}

/// A message that was received, alone or in a batch: which one, and how long it is to stay
/// invisible.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Receipt {
    #[serde(default)]
    queue_url: String,
    #[serde(default)]
    id: String,
    receipt_handle: Option<String>,
    visibility_timeout: Option<i64>,
}

impl Receipt {
    fn handle(&self) -> Result<&str, AwsError> {
        self.receipt_handle.as_deref().ok_or_else(|| missing("ReceiptHandle"))
    }

    fn change_visibility(&self, ctx: &Ctx, queue: &str) -> Result<(), AwsError> {
        let timeout_s = visibility(self.visibility_timeout)?;
        let timeout_s = timeout_s.ok_or_else(|| missing("VisibilityTimeout"))?;
        super::change_visibility(ctx, queue, self.handle()?, timeout_s)
    }
}

fn delete_message(ctx: &Ctx, request: &Receipt) -> Result<Value, AwsError> {
    super::delete(ctx, required_queue(&request.queue_url)?, request.handle()?)?;
    Ok(json!({}))
}

fn delete_message_batch(ctx: &Ctx, request: &Batch<Receipt>) -> Result<Value, AwsError> {
    let queue = required_queue(&request.queue_url)?;
    batch(
        ctx,
        queue,
        &request.entries,
        |entry| &entry.id,
        |entry| super::delete(ctx, queue, entry.handle()?).map(|()| Map::new()),
    )
}

fn change_message_visibility(ctx: &Ctx, request: &Receipt) -> Result<Value, AwsError> {
    request.change_visibility(ctx, required_queue(&request.queue_url)?)?;
    Ok(json!({}))
}

fn change_message_visibility_batch(ctx: &Ctx, request: &Batch<Receipt>) -> Result<Value, AwsError> {
    let queue = required_queue(&request.queue_url)?;
    batch(
        ctx,
        queue,
        &request.entries,
        |entry| &entry.id,
        |entry| entry.change_visibility(ctx, queue).map(|()| Map::new()),
    )
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Batch<T> {
    #[serde(default)]
    queue_url: String,
    #[serde(default = "Vec::new")]
    entries: Vec<T>,
}

/// Does `act` for each entry; one that fails by its own fault does not fail its neighbours.
fn batch<T>(
    ctx: &Ctx,
    queue: &str,
    entries: &[T],
    id: impl Fn(&T) -> &str,
    act: impl Fn(&T) -> Result<Map<String, Value>, AwsError>,
) -> Result<Value, AwsError> {
    super::find(ctx, queue)?;
    check_batch(entries.iter().map(&id).collect())?;
    let (mut successful, mut failed) = (Vec::new(), Vec::new());
    for entry in entries {
        match act(entry) {
            Ok(mut answer) => {
                answer.insert("Id".into(), id(entry).into());
                successful.push(Value::Object(answer));
            }
            Err(error) if error.is_callers() => failed.push(json!({
                "Id": id(entry),
                "SenderFault": true,
                "Code": query_code(&error.code),
                "Message": error.message,
            })),
            Err(error) => return Err(error),
        }
    }
    let mut answer = json!({ "Successful": successful });
    if !failed.is_empty() {
        answer["Failed"] = failed.into();
    }
    Ok(answer)
}

/// What the ids of a batch's entries have to be: some, at most ten, distinct, of plain characters.
fn check_batch(ids: Vec<&str>) -> Result<(), AwsError> {
    let refuse = |code, message: String| Err(AwsError::bad_request(code, message));
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if ids.is_empty() {
        return refuse(
            "EmptyBatchRequest",
            "There should be at least one entry in the request.".into(),
        );
    }
    if ids.len() > BATCH_MAX {
        let message = "Maximum number of entries per request are 10. You have sent";
        return refuse("TooManyEntriesInBatchRequest", format!("{message} {}.", ids.len()));
    }
    if !ids.iter().all(|id| (1..=ENTRY_ID_MAX).contains(&id.len()) && id.chars().all(plain)) {
        let message = "A batch entry id can only contain alphanumeric characters, hyphens and \
                       underscores. It can be at most 80 letters long.";
        return refuse("InvalidBatchEntryId", message.into());
    }
    let mut seen = BTreeSet::new();
    match ids.iter().find(|id| !seen.insert(**id)) {
        Some(twice) => refuse("BatchEntryIdsNotDistinct", format!("Id {twice} repeated.")),
        None => Ok(()),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreateQueue {
    queue_name: Option<String>,
    attributes: Option<BTreeMap<String, String>>,
    /// The one member of the service whose name is in lower case.
    #[serde(rename = "tags")]
    tags: Option<BTreeMap<String, String>>,
}

fn create_queue(ctx: &Ctx, request: &CreateQueue) -> Result<Value, AwsError> {
    let name = request.queue_name.as_deref().ok_or_else(|| missing("QueueName"))?;
    let url = super::create_queue(ctx, name, &request.attributes.clone().unwrap_or_default())?;
    if let Some(new) = &request.tags {
        write_tags(ctx, name, new)?;
    }
    Ok(json!({ "QueueUrl": url }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetQueueUrl {
    queue_name: Option<String>,
}

fn get_queue_url(ctx: &Ctx, request: &GetQueueUrl) -> Result<Value, AwsError> {
    let name = request.queue_name.as_deref().ok_or_else(|| missing("QueueName"))?;
    let queue = super::find(ctx, name)?;
    Ok(json!({ "QueueUrl": super::url(ctx.settings, &queue.name) }))
}

/// A request that is about one queue and says nothing else, or lists names.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OneQueue {
    #[serde(default)]
    queue_url: String,
    attribute_names: Option<Vec<String>>,
    tag_keys: Option<Vec<String>>,
}

fn queue(request: &OneQueue) -> Result<String, AwsError> {
    required_queue(&request.queue_url).map(ToOwned::to_owned)
}

fn get_queue_attributes(ctx: &Ctx, request: &OneQueue) -> Result<Value, AwsError> {
    let wanted = request.attribute_names.as_deref().unwrap_or_default();
    if let Some(unknown) = wanted.iter().find(|name| !attributes::is_known(name)) {
        return Err(AwsError::bad_request(
            "InvalidAttributeName",
            format!("Unknown Attribute {unknown}."),
        ));
    }
    let mut found = super::get_attributes(ctx, &queue(request)?)?;
    found.retain(|name, _| wanted.iter().any(|wanted| wanted == "All" || wanted == name));
    Ok(if found.is_empty() { json!({}) } else { json!({ "Attributes": found }) })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SetQueueAttributes {
    #[serde(default)]
    queue_url: String,
    attributes: Option<BTreeMap<String, String>>,
}

fn set_queue_attributes(ctx: &Ctx, request: &SetQueueAttributes) -> Result<Value, AwsError> {
    let attributes = request.attributes.as_ref().ok_or_else(|| missing("Attributes"))?;
    super::set_attributes(ctx, required_queue(&request.queue_url)?, attributes)?;
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListQueues {
    queue_name_prefix: Option<String>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

fn list_queues(ctx: &Ctx, request: &ListQueues) -> Result<Value, AwsError> {
    let names = super::list_queues(ctx, request.queue_name_prefix.as_deref().unwrap_or_default())?;
    page(ctx, "QueueUrls", names, request.max_results, request.next_token.as_deref())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListDeadLetterSourceQueues {
    #[serde(default)]
    queue_url: String,
    max_results: Option<i64>,
    next_token: Option<String>,
}

fn list_dead_letter_source_queues(
    ctx: &Ctx,
    request: &ListDeadLetterSourceQueues,
) -> Result<Value, AwsError> {
    let target = super::find(ctx, required_queue(&request.queue_url)?)?.name;
    let mut sources = Vec::new();
    for name in super::list_queues(ctx, "")? {
        let redrive = super::find(ctx, &name)?.settings.redrive;
        if redrive.is_some_and(|to| super::queue_of_arn(&to.dead_letters) == Ok(target.as_str())) {
            sources.push(name);
        }
    }
    // The one list of the service whose name is in lower case.
    page(ctx, "queueUrls", sources, request.max_results, request.next_token.as_deref())
}

/// One page of queue URLs. The token is the last name of the page before, in base64.
fn page(
    ctx: &Ctx,
    member: &str,
    mut names: Vec<String>,
    max: Option<i64>,
    token: Option<&str>,
) -> Result<Value, AwsError> {
    if let Some(token) = token {
        let after = BASE64.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let after =
            after.ok_or_else(|| invalid_value(token, "NextToken", "It was not given out here."))?;
        names.retain(|name| *name > after);
    }
    let size = max.unwrap_or(PAGE_MAX);
    if !(1..=PAGE_MAX).contains(&size) {
        return Err(invalid_value(size, "MaxResults", "Must be between 1 and 1000, if provided."));
    }
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    // Without MaxResults there is no token: the caller gets the first thousand, as documented.
    let more = names.len() > size && max.is_some();
    names.truncate(size);
    let mut answer = json!({});
    if let Some(last) = names.last().filter(|_| more) {
        answer["NextToken"] = BASE64.encode(last).into();
    }
    if !names.is_empty() || member == "queueUrls" {
        let urls = names.iter().map(|name| super::url(ctx.settings, name));
        answer[member] = urls.collect();
    }
    Ok(answer)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TagQueue {
    #[serde(default)]
    queue_url: String,
    #[serde(default)]
    tags: BTreeMap<String, String>,
}

fn tag_queue(ctx: &Ctx, request: &TagQueue) -> Result<Value, AwsError> {
    let queue = required_queue(&request.queue_url)?;
    let mut all = tags(ctx, queue)?;
    all.extend(request.tags.clone());
    write_tags(ctx, queue, &all)
}

fn untag_queue(ctx: &Ctx, request: &OneQueue) -> Result<Value, AwsError> {
    let queue = queue(request)?;
    let mut all = tags(ctx, &queue)?;
    all.retain(|name, _| !request.tag_keys.iter().flatten().any(|key| key == name));
    write_tags(ctx, &queue, &all)
}

fn tags(ctx: &Ctx, queue: &str) -> Result<BTreeMap<String, String>, AwsError> {
    let queue = super::find(ctx, queue)?;
    let text: String =
        ctx.db
            .query_row("SELECT tags FROM sqs_queue WHERE id = ?1", [queue.id], |row| row.get(0))?;
    from_json(&text)
}

fn write_tags(ctx: &Ctx, queue: &str, tags: &BTreeMap<String, String>) -> Result<Value, AwsError> {
    let parameters = params![queue, to_json(tags)?];
    ctx.db.execute("UPDATE sqs_queue SET tags = ?2 WHERE name = ?1", parameters)?;
    Ok(json!({}))
}

/// Reads a request. An empty body is one without members.
fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, AwsError> {
    let body = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(body)
        .map_err(|error| AwsError::bad_request("SerializationException", error.to_string()))
}

/// The queue that a required `QueueUrl` names.
fn required_queue(url: &str) -> Result<&str, AwsError> {
    if url.is_empty() { Err(missing("QueueUrl")) } else { queue_of_url(url) }
}

fn visibility(seconds: Option<i64>) -> Result<Option<u32>, AwsError> {
    let reason = "Must be between 0 and 43200, if provided.";
    bounded("VisibilityTimeout", seconds, 0..=VISIBILITY_S_MAX, reason)
}

/// A number within bounds. The wire carries any integer, so a wrong one is told by its value.
fn bounded(
    parameter: &str,
    value: Option<i64>,
    bounds: std::ops::RangeInclusive<u32>,
    reason: &str,
) -> Result<Option<u32>, AwsError> {
    let Some(value) = value else { return Ok(None) };
    match u32::try_from(value) {
        Ok(number) if bounds.contains(&number) => Ok(Some(number)),
        _ => Err(invalid_value(value, parameter, reason)),
    }
}

fn missing(parameter: &str) -> AwsError {
    AwsError::bad_request(
        "MissingParameter",
        format!("The request must contain the parameter {parameter}."),
    )
}

/// The code that an error had in the query protocol.
fn query_code(code: &str) -> String {
    let prefix = MODELLED.iter().find(|(name, _)| *name == code).map_or("", |(_, prefix)| prefix);
    let code = RENAMED.iter().find(|(name, _)| *name == code).map_or(code, |(_, older)| older);
    format!("{prefix}{code}")
}

/// An error as SQS writes it.
pub(crate) fn failure(error: &AwsError) -> Response {
    let modelled = MODELLED.iter().any(|(name, _)| *name == error.code);
    let prefix = if modelled { "com.amazonaws.sqs#" } else { "com.amazon.coral.service#" };
    let mut response = Response::json_error(JSON_1_0, prefix, error);
    let fault = if error.is_callers() { "Sender" } else { "Receiver" };
    if let Ok(value) = HeaderValue::from_str(&format!("{};{fault}", query_code(&error.code))) {
        response.headers.insert("x-amzn-query-error", value);
    }
    response
}
