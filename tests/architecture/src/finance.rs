//! What `template.yaml` and `infra/finance.yaml` promise about the exports of the ledger.

use crate::text;
use crate::workspace::assert_none;
use crate::yaml::Node;

/// What the role for finance may do beside looking: ask Athena, which keeps its answers itself.
const ASKS: [&str; 2] = ["athena:StartQueryExecution", "athena:StopQueryExecution"];

/// What an action begins with that changes nothing.
const LOOKS: [&str; 7] = ["Get", "BatchGet", "List", "Query", "Scan", "Describe", "Decrypt"];

/// What its resources are parts of: the exports, the ledger, their catalogue and their key.
const OF_FINANCE: [&str; 6] =
    ["${Bucket}", "BillingTableArn", "KeyArn", "${Database}", ":catalog", "workgroup/${Queries}"];

fn template() -> Node {
    Node::parse(&text("template.yaml"))
}

fn texts(node: &Node) -> Vec<&str> {
    node.items().iter().map(Node::text).collect()
}

#[test]
fn exports_are_encrypted_kept_and_closed_to_others() {
    let template = template();
    let bucket = template.at("Resources.ExportsBucket");
    let properties = bucket.at("Properties");
    let block = properties.at("PublicAccessBlockConfiguration");
    let closed =
        ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"];
    let encryption = properties.at("BucketEncryption.ServerSideEncryptionConfiguration").items();
    let key = encryption[0].at("ServerSideEncryptionByDefault.KMSMasterKeyID").target();
    let mut problems = Vec::new();
    for (promise, held) in [
        ("are not kept when the stack goes", bucket.at("DeletionPolicy").text() == "Retain"),
        ("are not kept when replaced", bucket.at("UpdateReplacePolicy").text() == "Retain"),
        ("have another key", key == "Key"),
        ("have no versions", properties.at("VersioningConfiguration.Status").text() == "Enabled"),
        ("can be made public", closed.iter().all(|name| block.at(name).text() == "true")),
    ] {
        if !held {
            problems.push(format!("exports {promise}"));
        }
    }
    assert_none(problems);
}

#[test]
fn nobody_deletes_an_export_and_two_functions_alone_write_beside_each_other() {
    let template = template();
    let resources = template.at("Resources");
    let policy = resources.at("ExportsBucketPolicy.Properties.PolicyDocument.Statement").items();
    let denied = |action: &str| {
        policy.iter().find(|statement| {
            statement.at("Effect").text() == "Deny"
                && statement.at("Principal").text() == "*"
                && texts(statement.at("Action")).contains(&action)
        })
    };
    let tls = denied("s3:*").unwrap().at("Condition.Bool").at("aws:SecureTransport");
    assert_eq!(tls.text(), "false");
    for action in ["s3:DeleteObject", "s3:DeleteObjectVersion"] {
        assert_eq!(denied(action).unwrap().at("Condition"), &Node::Null, "{action}");
    }
    let put = denied("s3:PutObject").unwrap();
    let but = put.at("Condition.StringNotEquals").at("aws:PrincipalTag/writes");
    let writers = resources.entries().filter(|(_, role)| {
        let tags = role.at("Properties.Tags").items();
        tags.iter().any(|tag| tag.at("Key").text() == "writes" && tag.at("Value") == but)
    });
    assert_eq!(
        writers.map(|(name, _)| name).collect::<Vec<_>>(),
        ["ExportBillingRole", "ReconcileBillingRole"]
    );
}

#[test]
fn who_holds_the_ledger_together_touches_no_export() {
    let allowed =
        crate::permissions::of_functions(&template()).remove("reconcile-billing").unwrap();
    let puts = allowed.iter().filter(|it| it.action == "s3:PutObject").map(|it| &it.resource);
    let own = |name: &String| {
        name.ends_with("reconciliation.json") || name.ends_with("checkpoints/reconciliation/*")
    };
    let puts: Vec<&String> = puts.collect();
    assert!(puts.len() == 3 && puts.iter().all(|name| own(name)), "{puts:?}");
}

#[test]
fn closed_months_are_kept_for_years_and_the_rest_for_weeks() {
    let template = template();
    let rules = template.at("Resources.ExportsBucket.Properties.LifecycleConfiguration.Rules");
    let rule = |prefix: &str| {
        rules.items().iter().find(|rule| rule.at("Prefix").text() == prefix).unwrap()
    };
    assert_eq!(template.at("Parameters.ExportYears.Default").text(), "7");
    let years = rule("period=").at("ExpirationInDays");
    assert!(format!("{years:?}").contains("ExportYears"), "{years:?}");
    for prefix in ["preliminary/", "checkpoints/"] {
        let days = rule(prefix).at("ExpirationInDays").number().unwrap();
        // Longer than the month that it is of, so that the last one of a month is there until the final one is.
        assert!((31..=60).contains(&days), "{prefix}: {days}");
    }
    for (years, days) in template.at("Mappings.Days").entries() {
        let (years, days) = (years.trim_matches('\''), days.at("Days").number().unwrap());
        let at_least = years.parse::<u64>().unwrap() * 365;
        assert!((at_least..at_least + 12).contains(&days), "{years} years are {days} days");
    }
}

#[test]
fn finance_looks_at_exports_and_ledger_and_changes_nothing() {
    let finance = Node::parse(&text("infra/finance.yaml"));
    let policies = finance.at("Resources.Role.Properties.Policies").items();
    let statements = policies.iter().flat_map(|it| it.at("PolicyDocument.Statement").items());
    let mut problems = Vec::new();
    let mut count = 0;
    for statement in statements {
        count += 1;
        assert_eq!(statement.at("Effect").text(), "Allow");
        for action in texts(statement.at("Action")) {
            let name = action.split_once(':').unwrap().1;
            if !LOOKS.iter().any(|look| name.starts_with(look)) && !ASKS.contains(&action) {
                problems.push(format!("finance may {action}"));
            }
        }
        for resource in statement.at("Resource").items() {
            let named = match resource {
                Node::Tagged(tag, inner) if tag == "Sub" => inner.items()[0].text().to_owned(),
                _ => resource.target().to_owned(),
            };
            if !OF_FINANCE.iter().any(|of| named.contains(of)) {
                problems.push(format!("finance may look at {named}"));
            }
        }
    }
    assert!(count > 4, "there are statements to be held to it");
    // The template tells it of no other table.
    let parameters = template();
    let given = parameters.at("Resources.Finance.Properties.Parameters").entries();
    let given: Vec<_> = given.map(|(name, _)| name).collect();
    assert_eq!(given, ["Application", "BillingTableArn", "Bucket", "KeyArn"]);
    assert_none(problems);
}
