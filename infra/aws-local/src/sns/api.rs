//! The operations of SNS in the AWS query protocol: forms in, XML out.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::StatusCode;
use serde_json::Value;

use super::{Subscription, invalid};
use crate::Ctx;
use crate::sqs::MessageAttribute;
use crate::wire::{AwsError, Response, Xml};

/// The name space of every answer.
const NAMESPACE: &str = "http://sns.amazonaws.com/doc/2010-03-31/";

/// Topics or subscriptions in one page of a list, as documented.
const PAGE: usize = 100;

/// Most entries of a batch.
const BATCH_MAX: usize = 10;

/// Most bytes of all messages of a batch together: 256 KiB.
const BATCH_BYTES_MAX: usize = 262_144;

/// What stands for the request id where there is none.
const NO_REQUEST: &str = "00000000-0000-0000-0000-000000000000";

/// Answers one request.
#[must_use]
pub fn handle(ctx: &Ctx, body: &[u8]) -> Response {
    let form = Form::read(body);
    let action = form.get("Action").unwrap_or_default();
    match answer(ctx, action, &form) {
        Ok(result) => Xml::default()
            .root(&format!("{action}Response"), NAMESPACE, |xml| {
                let xml = match result {
                    Some(write) => xml.element(&format!("{action}Result"), write),
                    None => xml,
                };
                xml.element("ResponseMetadata", |xml| xml.text("RequestId", &ctx.ids.uuid()))
            })
            .into_response(StatusCode::OK),
        Err(error) => failure(&error),
    }
}

/// An error as SNS writes it. It is as often made without a request as with one, so its request id
/// is always the same.
pub(crate) fn failure(error: &AwsError) -> Response {
    let fault = if error.is_callers() { "Sender" } else { "Receiver" };
    Xml::default()
        .root("ErrorResponse", NAMESPACE, |xml| {
            xml.element("Error", |xml| {
                xml.text("Type", fault).text("Code", &error.code).text("Message", &error.message)
            })
            .text("RequestId", NO_REQUEST)
        })
        .into_response(error.status)
}

/// Writes what stands inside an answer's `Result` element.
type Write = Box<dyn FnOnce(Xml) -> Xml>;

/// An answer: most operations have a result, some (`DeleteTopic`) have none.
type Answer = Result<Option<Write>, AwsError>;

fn answer(ctx: &Ctx, action: &str, form: &Form) -> Answer {
    match action {
        "Publish" => publish(ctx, form),
        "PublishBatch" => publish_batch(ctx, form),
        "CreateTopic" => create_topic(ctx, form),
        "DeleteTopic" => super::delete_topic(ctx, form.required("TopicArn")?).map(|()| None),
        "ListTopics" => list_topics(ctx, form),
        "GetTopicAttributes" => {
            let attributes = super::topic_attributes(ctx, form.required("TopicArn")?)?;
            Ok(Some(map(attributes)))
        }
        "SetTopicAttributes" => {
            let (topic, name) = (form.required("TopicArn")?, form.required("AttributeName")?);
            let value = form.get("AttributeValue").unwrap_or_default();
            super::set_topic_attribute(ctx, topic, name, value).map(|()| None)
        }
        "Subscribe" => subscribe(ctx, form),
        "Unsubscribe" => super::unsubscribe(ctx, form.required("SubscriptionArn")?).map(|()| None),
        "ListSubscriptions" => list_subscriptions(ctx, form, ""),
        "ListSubscriptionsByTopic" => {
            let topic = form.required("TopicArn")?;
            super::check_topic(ctx, topic)?;
            list_subscriptions(ctx, form, topic)
        }
        "GetSubscriptionAttributes" => get_subscription_attributes(ctx, form),
        "SetSubscriptionAttributes" => {
            let (arn, name) = (form.required("SubscriptionArn")?, form.required("AttributeName")?);
            let value = form.get("AttributeValue").unwrap_or_default();
            super::set_subscription_attribute(ctx, arn, name, value).map(|()| None)
        }
        _ => Err(AwsError::bad_request(
            "InvalidAction",
            format!("aws-local does not implement SNS {action}"),
        )),
    }
}

fn publish(ctx: &Ctx, form: &Form) -> Answer {
    if form.get("PhoneNumber").is_some() || form.get("TargetArn").is_some_and(is_no_topic) {
        return Err(invalid("aws-local publishes to topics only, not to phones or devices"));
    }
    let topic = form.get("TopicArn").or_else(|| form.get("TargetArn"));
    let topic = topic
        .ok_or_else(|| invalid("TopicArn or TargetArn Reason: no value for required parameter"))?;
    let id = publish_one(ctx, topic, form, "")?;
    Ok(Some(Box::new(move |xml| xml.text("MessageId", &id))))
}

fn is_no_topic(arn: &str) -> bool {
    !arn.contains(":sns:") || arn.contains(":endpoint/")
}

/// Publishes what the form has under `prefix`: alone nothing, in a batch the name of the entry and
/// a dot.
fn publish_one(ctx: &Ctx, topic: &str, form: &Form, prefix: &str) -> Result<String, AwsError> {
    let member = |name: &str| form.get(&format!("{prefix}{name}"));
    let given = member("Message").unwrap_or_default();
    let message = match member("MessageStructure") {
        None => given.to_owned(),
        Some("json") => for_sqs(given)?,
        Some(_) => return Err(invalid("MessageStructure")),
    };
    if member("MessageGroupId").is_some() || member("MessageDeduplicationId").is_some() {
        return Err(invalid("MessageGroupId and MessageDeduplicationId are for FIFO topics"));
    }
    let attributes = attributes(form, &format!("{prefix}MessageAttributes.entry"))?;
    super::publish(ctx, topic, &message, member("Subject"), &attributes)
}

/// The text for queues in a message that has one for each protocol.
fn for_sqs(message: &str) -> Result<String, AwsError> {
    let refuse = |reason: &str| invalid(format!("Message Structure - {reason}"));
    let texts: BTreeMap<String, Value> =
        serde_json::from_str(message).map_err(|_| refuse("JSON message body failed to parse"))?;
    let text = |protocol: &str| texts.get(protocol).and_then(Value::as_str);
    let default = text("default").ok_or_else(|| refuse("No default entry in JSON message body"))?;
    Ok(text("sqs").unwrap_or(default).to_owned())
}

fn attributes(form: &Form, list: &str) -> Result<BTreeMap<String, MessageAttribute>, AwsError> {
    let mut attributes = BTreeMap::new();
    for entry in form.entries(list) {
        let member = |name: &str| form.get(&format!("{entry}.{name}"));
        let name = member("Name").ok_or_else(|| invalid("MessageAttributes: one has no Name"))?;
        let binary = member("Value.BinaryValue").map(|text| BASE64.decode(text)).transpose();
        let attribute = MessageAttribute {
            data_type: member("Value.DataType").unwrap_or_default().to_owned(),
            string_value: member("Value.StringValue").map(ToOwned::to_owned),
            binary_value: binary.map_err(|_| invalid(format!("{name}: it is not base64")))?,
        };
        attributes.insert(name.to_owned(), attribute);
    }
    Ok(attributes)
}

fn publish_batch(ctx: &Ctx, form: &Form) -> Answer {
    let topic = form.required("TopicArn")?;
    super::check_topic(ctx, topic)?;
    let entries = form.entries("PublishBatchRequestEntries.member");
    let id = |entry: &String| form.get(&format!("{entry}.Id")).unwrap_or_default().to_owned();
    let ids: Vec<String> = entries.iter().map(id).collect();
    let length = |entry: &String| form.get(&format!("{entry}.Message")).map_or(0, str::len);
    check_batch(&ids, entries.iter().map(length).sum())?;
    let (mut successful, mut failed) = (Vec::new(), Vec::new());
    for (entry, id) in entries.iter().zip(ids) {
        match publish_one(ctx, topic, form, &format!("{entry}.")) {
            Ok(message_id) => successful.push((id, message_id)),
            Err(error) if error.is_callers() => failed.push((id, error)),
            Err(error) => return Err(error),
        }
    }
    Ok(Some(Box::new(move |xml| {
        let xml = xml.element("Successful", |xml| {
            successful.iter().fold(xml, |xml, (id, message_id)| {
                xml.element("member", |xml| xml.text("Id", id).text("MessageId", message_id))
            })
        });
        xml.element("Failed", |xml| {
            failed.iter().fold(xml, |xml, (id, error)| {
                xml.element("member", |xml| {
                    let xml = xml.text("Id", id).text("Code", &error.code);
                    xml.text("Message", &error.message).text("SenderFault", "true")
                })
            })
        })
    })))
}

/// What the ids of a batch's entries have to be: some, at most ten, distinct, of plain characters.
fn check_batch(ids: &[String], bytes: usize) -> Result<(), AwsError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let distinct = ids.iter().collect::<BTreeSet<_>>().len();
    let (code, message) = match ids.len() {
        0 => ("EmptyBatchRequest", "The batch request doesn't contain any entries."),
        count if count > BATCH_MAX => {
            ("TooManyEntriesInBatchRequest", "The batch request contains more entries than 10.")
        }
        _ if !ids.iter().all(|id| (1..=80).contains(&id.len()) && id.chars().all(plain)) => {
            ("InvalidBatchEntryId", "The Id of a batch entry doesn't abide by the specification.")
        }
        count if distinct < count => {
            ("BatchEntryIdsNotDistinct", "Two or more batch entries have the same Id.")
        }
        _ if bytes > BATCH_BYTES_MAX => {
            ("BatchRequestTooLong", "The length of all the messages is more than 262144 bytes.")
        }
        _ => return Ok(()),
    };
    Err(AwsError::bad_request(code, message))
}

fn create_topic(ctx: &Ctx, form: &Form) -> Answer {
    let attributes = form.map("Attributes.entry");
    if attributes.get("FifoTopic").is_some_and(|fifo| fifo == "true") {
        return Err(invalid("FifoTopic: aws-local has no FIFO topics, only standard ones"));
    }
    let arn = super::create_topic(ctx, form.required("Name")?)?;
    for (name, value) in attributes.iter().filter(|(name, _)| *name != "FifoTopic") {
        super::set_topic_attribute(ctx, &arn, name, value)?;
    }
    Ok(Some(Box::new(move |xml| xml.text("TopicArn", &arn))))
}

fn list_topics(ctx: &Ctx, form: &Form) -> Answer {
    let (page, next) = page(super::topics(ctx)?, form)?;
    Ok(Some(Box::new(move |xml| {
        let xml = xml.element("Topics", |xml| {
            page.iter().fold(xml, |xml, arn| xml.element("member", |xml| xml.text("TopicArn", arn)))
        });
        token(xml, next)
    })))
}

fn subscribe(ctx: &Ctx, form: &Form) -> Answer {
    match form.required("Protocol")? {
        "sqs" => {}
        other => {
            return Err(invalid(format!(
                "Protocol: aws-local delivers to sqs only, not to {other}"
            )));
        }
    }
    let attributes = form.map("Attributes.entry");
    let endpoint = form.required("Endpoint")?;
    let arn = super::subscribe_queue(ctx, form.required("TopicArn")?, endpoint, &attributes)?;
    Ok(Some(Box::new(move |xml| xml.text("SubscriptionArn", &arn))))
}

fn list_subscriptions(ctx: &Ctx, form: &Form, topic: &str) -> Answer {
    let owner = ctx.settings.account.clone();
    let (page, next) = page(super::subscriptions_to(ctx, topic)?, form)?;
    let member = move |xml: Xml, subscription: &Subscription| {
        xml.element("member", |xml| {
            xml.text("SubscriptionArn", &subscription.arn)
                .text("Owner", &owner)
                .text("Protocol", "sqs")
                .text("Endpoint", &subscription.endpoint)
                .text("TopicArn", &subscription.topic)
        })
    };
    Ok(Some(Box::new(move |xml| {
        token(xml.element("Subscriptions", |xml| page.iter().fold(xml, member)), next)
    })))
}

fn get_subscription_attributes(ctx: &Ctx, form: &Form) -> Answer {
    let found = super::find_subscription(ctx, form.required("SubscriptionArn")?)?;
    let raw = found.is_raw().to_string();
    let mut attributes = found.attributes;
    for (name, value) in [
        ("SubscriptionArn", found.arn),
        ("TopicArn", found.topic),
        ("Endpoint", found.endpoint),
        ("Protocol", "sqs".to_owned()),
        ("Owner", ctx.settings.account.clone()),
        ("RawMessageDelivery", raw),
        ("PendingConfirmation", "false".to_owned()),
        ("ConfirmationWasAuthenticated", "true".to_owned()),
    ] {
        attributes.insert(name.to_owned(), value);
    }
    Ok(Some(map(attributes)))
}

/// A map of attributes, as SNS writes one.
fn map(attributes: BTreeMap<String, String>) -> Write {
    Box::new(move |xml| {
        xml.element("Attributes", |xml| {
            attributes.iter().fold(xml, |xml, (name, value)| {
                xml.element("entry", |xml| xml.text("key", name).text("value", value))
            })
        })
    })
}

/// The page that the form's `NextToken` asks for, and the next token. A token is how many entries
/// lie before.
fn page<T>(all: Vec<T>, form: &Form) -> Result<(Vec<T>, Option<usize>), AwsError> {
    let start = match form.get("NextToken") {
        None | Some("") => 0,
        Some(token) => token.parse().map_err(|_| invalid("NextToken"))?,
    };
    let total = all.len();
    let page: Vec<T> = all.into_iter().skip(start).take(PAGE).collect();
    let end = start.saturating_add(page.len());
    Ok((page, (end < total).then_some(end)))
}

fn token(xml: Xml, next: Option<usize>) -> Xml {
    match next {
        Some(next) => xml.text("NextToken", &next.to_string()),
        None => xml,
    }
}

/// A form's fields by their names. A name given twice has its last value; bytes that are no UTF-8
/// become U+FFFD.
struct Form(BTreeMap<String, String>);

impl Form {
    fn read(body: &[u8]) -> Self {
        Self(form_urlencoded::parse(body).into_owned().collect())
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    fn required(&self, name: &str) -> Result<&str, AwsError> {
        self.get(name)
            .ok_or_else(|| invalid(format!("{name} Reason: no value for required parameter")))
    }

    /// The names `list.1`, `list.2` … that have fields, in the order of their numbers.
    fn entries(&self, list: &str) -> Vec<String> {
        let number = |name: &String| -> Option<u32> {
            let rest = name.strip_prefix(list)?.strip_prefix('.')?;
            rest.split('.').next()?.parse().ok()
        };
        let numbers: BTreeSet<u32> = self.0.keys().filter_map(number).collect();
        numbers.into_iter().map(|number| format!("{list}.{number}")).collect()
    }

    /// A map written as `list.1.key`, `list.1.value`, ….
    fn map(&self, list: &str) -> BTreeMap<String, String> {
        let entries = self.entries(list).into_iter();
        entries
            .filter_map(|entry| {
                let key = self.get(&format!("{entry}.key"))?;
                let value = self.get(&format!("{entry}.value")).unwrap_or_default();
                Some((key.to_owned(), value.to_owned()))
            })
            .collect()
    }
}
