//! What a request needs in IAM.

use std::collections::BTreeMap;

use architecture::permissions::Permission;
use handlers::Call;
use serde_json::{Value, json};
use stack::provision;

/// The permissions that a request needs, on resources by their logical ids.
pub fn needed(call: &Call, queues: &BTreeMap<String, String>) -> Vec<Permission> {
    if aws_local::s3::is_for(&call.request) {
        return vec![needed_in_s3(&call.request)];
    }
    let body: Value = serde_json::from_slice(&call.request.body).unwrap();
    let table = |of: &Value| match of["TableName"].as_str().unwrap() {
        provision::REMINDERS_TABLE => "RemindersTable",
        provision::BILLING_TABLE => "BillingTable",
        other => panic!("{other} is no table of the template"),
    };
    let Some((service, operation)) = call.request.target() else {
        assert!(call.request.uri.starts_with("/schedules/"), "{}", call.request.uri);
        assert_eq!(body["GroupName"], provision::SCHEDULE_GROUP);
        let role = body["Target"]["RoleArn"].as_str().unwrap();
        assert_eq!(role, provision::scheduler_role_arn(&aws_local::Settings::default()));
        return vec![
            Permission::new("scheduler:CreateSchedule", "schedule/ScheduleGroup/*"),
            Permission::new("iam:PassRole", "SchedulerRole"),
        ];
    };
    match (service, operation) {
        ("AmazonSQS", _) => {
            let url = body["QueueUrl"].as_str().unwrap();
            let id = &queues[url.rsplit('/').next().unwrap()];
            vec![Permission::new(format!("sqs:{operation}"), id)]
        }
        ("AWSEvents", _) => {
            let buses = body["Entries"].as_array().unwrap().iter();
            assert!(
                buses.map(|entry| &entry["EventBusName"]).all(|bus| bus == provision::EVENT_BUS)
            );
            vec![Permission::new(format!("events:{operation}"), "EventBus")]
        }
        ("PinpointSMSVoiceV2", _) => {
            let action = format!("sms-voice:{operation}");
            assert!(
                body["ConfigurationSetName"].is_string() && body["OriginationIdentity"].is_string()
            );
            ["phone-number/*", "configuration-set/*"].map(|on| Permission::new(&action, on)).into()
        }
        (_, "BatchGetItem") => body["RequestItems"]
            .as_object()
            .unwrap()
            .keys()
            .map(|name| table(&json!({ "TableName": name })))
            .map(|id| Permission::new("dynamodb:BatchGetItem", id))
            .collect(),
        // A transaction needs what its parts would need alone.
        (_, "TransactWriteItems") => {
            let parts = body["TransactItems"].as_array().unwrap().iter();
            let parts = parts.flat_map(|part| part.as_object().unwrap());
            let of = |(kind, part): (&String, &Value)| {
                let action = if kind == "ConditionCheck" {
                    "ConditionCheckItem"
                } else {
                    &format!("{kind}Item")
                };
                Permission::new(format!("dynamodb:{action}"), table(part))
            };
            parts.map(of).collect()
        }
        (_, "Query") if body["IndexName"].is_string() => {
            let index = format!("{}/index/{}", table(&body), body["IndexName"].as_str().unwrap());
            vec![Permission::new("dynamodb:Query", index)]
        }
        _ => vec![Permission::new(format!("dynamodb:{operation}"), table(&body))],
    }
}

/// What a request to S3 needs: on keys that begin so, or on the bucket for a list of such.
fn needed_in_s3(request: &aws_local::wire::Request) -> Permission {
    let (path, query) = request.uri.split_once('?').unwrap_or((&request.uri, ""));
    let key = path.strip_prefix(&format!("/{}", provision::EXPORTS_BUCKET)).unwrap();
    let key = key.trim_start_matches('/').replace("%3D", "=");
    let begins = |key: &str| match key {
        key if key.starts_with("checkpoints/reconciliation/") => "checkpoints/reconciliation/*",
        key if key.starts_with("checkpoints/period=") => "checkpoints/period=*",
        key if key.starts_with("preliminary/")
            && key.ends_with("/preliminary-reconciliation.json") =>
        {
            "preliminary/*/preliminary-reconciliation.json"
        }
        key if key.starts_with("preliminary/") => "preliminary/*",
        key if key.starts_with("period=") && key.ends_with("/reconciliation.json") => {
            "period=*/reconciliation.json"
        }
        key if key.starts_with("period=") => "period=*",
        other => panic!("{other} is in no folder of the template"),
    };
    if query.contains("list-type=2") {
        assert!(query.contains("prefix=checkpoints%2F"), "{query}");
        return Permission::new("s3:ListBucket", "ExportsBucket");
    }
    let action = if request.method == http::Method::PUT { "s3:PutObject" } else { "s3:GetObject" };
    Permission::new(action, format!("ExportsBucket/{}", begins(&key)))
}
