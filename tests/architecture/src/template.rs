//! What `template.yaml` promises.
//!
//! AWS's own linters see each resource alone; these see them together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use crate::permissions;
use crate::workspace::{assert_none, function_crates, text};
use crate::yaml::Node;

/// How many times a function's time-out its messages stay out of sight, at least.
///
/// Otherwise a throttled function works on one twice at once (AWS Lambda Developer Guide, "Creating
/// and configuring an Amazon SQS event source mapping").
const VISIBILITY_TIMES_TIMEOUT: u64 = 6;

/// A message is tried at least this often before it is a dead letter (the same guide).
const RECEIVES_MIN: u64 = 5;

/// How long a queue keeps a message: four days, and the most that SQS has for dead letters.
const SOURCE_RETENTION_S: u64 = 4 * 24 * 3600;
const DEAD_LETTER_RETENTION_S: u64 = 14 * 24 * 3600;

/// SQS gives at most this many messages at once without a batching window.
const BATCH_MAX: u64 = 10;

/// SQS mappings cannot be told to run fewer than this many at once.
const CONCURRENCY_MIN: u64 = 2;

/// `template.yaml`.
struct Template {
    root: Node,
}

/// A function of the template.
struct Function<'a> {
    name: &'a str,
    node: &'a Node,
    timeout_s: u64,
}

impl Template {
    fn get() -> &'static Template {
        static TEMPLATE: OnceLock<Template> = OnceLock::new();
        TEMPLATE.get_or_init(|| Template { root: Node::parse(&text("template.yaml")) })
    }

    /// The resources of a kind, by name.
    fn all(&self, kind: &str) -> BTreeMap<&str, &Node> {
        self.root
            .at("Resources")
            .entries()
            .filter(|(_, node)| node.at("Type").text() == kind)
            .collect()
    }

    fn resource(&self, name: &str) -> &Node {
        self.root.at("Resources").at(name)
    }

    /// The queues that functions read from, and the dead-letter queues.
    fn queues(&self) -> (BTreeMap<&str, &Node>, BTreeMap<&str, &Node>) {
        self.all("AWS::SQS::Queue")
            .into_iter()
            .partition(|(name, _)| !name.ends_with("DeadLetters"))
    }

    fn functions(&self) -> Vec<Function<'_>> {
        let default_s = self.root.at("Globals.Function.Timeout").number().unwrap();
        self.all("AWS::Serverless::Function")
            .into_iter()
            .map(|(name, node)| {
                let timeout_s = node.at("Properties.Timeout").number().unwrap_or(default_s);
                Function { name, node, timeout_s }
            })
            .collect()
    }

    /// The statements of a role, whatever policy they stand in.
    fn statements(&self, role: &str) -> Vec<&Node> {
        let policies = self.resource(role).at("Properties.Policies").items();
        policies.iter().flat_map(|policy| policy.at("PolicyDocument.Statement").items()).collect()
    }
}

impl<'a> Function<'a> {
    /// The crate that it is built from.
    fn binary(&self) -> &'a str {
        self.node.at("Metadata.BuildProperties.Binary").text()
    }

    fn role(&self) -> &'a str {
        self.node.at("Properties.Role").target()
    }

    /// Where it puts what can never succeed.
    fn dead_letters(&self) -> &'a str {
        self.node.at("Properties.Environment.Variables.DEAD_LETTER_QUEUE_URL").target()
    }

    /// The properties of its SQS event source mappings.
    fn mappings(&self) -> Vec<&'a Node> {
        let events = self.node.at("Properties.Events").entries();
        let mappings = events.filter(|(_, event)| event.at("Type").text() == "SQS");
        mappings.map(|(_, event)| event.at("Properties")).collect()
    }
}

/// Every mapping with its function.
fn mappings() -> Vec<(Function<'static>, &'static Node)> {
    let functions = Template::get().functions().into_iter();
    functions
        .flat_map(|function| {
            let mappings = function.mappings().into_iter();
            mappings.map(move |mapping| (Function { ..function }, mapping)).collect::<Vec<_>>()
        })
        .collect()
}

/// The texts of the actions or resources of a statement.
fn texts(node: &Node) -> Vec<&str> {
    node.items().iter().map(Node::text).collect()
}

/// The number that a constant of a source file has.
fn constant(path: &str, name: &str) -> u64 {
    let file = text(path);
    let line = file.lines().find(|line| line.contains(&format!("const {name}:"))).unwrap();
    line.rsplit("= ").next().unwrap().trim_end_matches(';').parse().unwrap()
}

#[test]
fn every_queue_has_a_dead_letter_queue() {
    let (sources, dead_letters) = Template::get().queues();
    assert!(!sources.is_empty());
    // The handlers take the reason along at the receive after which SQS would bury the message without one.
    let receives = constant("shared/cloud/src/batch.rs", "LAST_RECEIVE");
    assert_eq!(receives, constant("infra/stack/src/provision.rs", "RECEIVES_MAX"));
    assert!(receives >= RECEIVES_MIN);
    let mut problems = Vec::new();
    for (name, queue) in &sources {
        let redrive = queue.at("Properties.RedrivePolicy");
        let expected = name.replace("Queue", "DeadLetters");
        if redrive.at("deadLetterTargetArn").target() != expected
            || !dead_letters.contains_key(&*expected)
        {
            problems.push(format!("{name} has no {expected}"));
        }
        if redrive.at("maxReceiveCount").number() != Some(receives) {
            problems.push(format!("{name} does not give up after {receives} receives"));
        }
        if queue.at("Properties.MessageRetentionPeriod").number() != Some(SOURCE_RETENTION_S) {
            problems.push(format!("{name} does not keep messages for four days"));
        }
    }
    for (name, queue) in &dead_letters {
        if queue.at("Properties.MessageRetentionPeriod").number() != Some(DEAD_LETTER_RETENTION_S) {
            problems.push(format!("{name} does not keep messages for fourteen days"));
        }
    }
    assert_none(problems);
}

#[test]
fn every_dead_letter_queue_is_somebodys_and_has_an_alarm() {
    let alarms = Node::parse(&text("infra/alarms.yaml"));
    let used: BTreeSet<_> = Template::get().root.walk().into_iter().map(Node::target).collect();
    let (_, dead_letters) = Template::get().queues();
    let mut problems = Vec::new();
    for (name, queue) in dead_letters {
        if !used.contains(name) {
            problems.push(format!("nothing ends up in {name}"));
        }
        let watched = alarms.at("Resources").at(name).at("Properties.Dimensions").items();
        let queue_name = queue.at("Properties.QueueName").text();
        let expected = queue_name.replace("${AWS::StackName}", "${Application}");
        if !watched.iter().any(|dimension| dimension.at("Value").text() == expected) {
            problems.push(format!("no alarm named {name} watches {queue_name}"));
        }
    }
    assert_none(problems);
}

#[test]
fn an_alarm_on_a_metric_of_ours_watches_one_that_is_measured() {
    let measured = text("functions/reconcile/src/report.rs");
    let alarms = Node::parse(&text("infra/alarms.yaml"));
    let ours = alarms
        .at("Resources")
        .entries()
        .filter(|(_, alarm)| alarm.at("Properties.Namespace").target() == "Application");
    let mut watched = BTreeSet::new();
    for (name, alarm) in ours {
        let metric = alarm.at("Properties.MetricName").text();
        watched.insert(metric);
        // Told in every run, so that the alarm has data whenever the loop runs.
        let always = format!("Metric::count(\"{metric}\", ");
        assert!(measured.contains(&always), "{name} watches {metric}, which nothing measures");
        let of = alarm.at("Properties.Dimensions").items();
        let of: Vec<_> = of.iter().map(|d| (d.at("Name").text(), d.at("Value").text())).collect();
        assert_eq!(of, [("function", "reconcile")], "{name}");
    }
    assert_eq!(watched, BTreeSet::from(["rows_failed", "runs", "runs_unfinished"]));
    let stands_still = alarms.at("Resources.ReconcileDidNotRun.Properties.TreatMissingData");
    assert_eq!(stands_still.text(), "breaching", "no data is no run");
}

#[test]
fn every_message_that_is_not_delivered_becomes_a_dead_letter() {
    let template = Template::get();
    let mut problems = Vec::new();
    for (name, subscription) in template.all("AWS::SNS::Subscription") {
        let properties = subscription.at("Properties");
        let queue = properties.at("Endpoint").target();
        let expected = queue.replace("Queue", "DeadLetters");
        if properties.at("RedrivePolicy.deadLetterTargetArn").target() != expected {
            problems.push(format!("what {name} cannot deliver is dropped"));
        }
        // The envelope's Timestamp is the "now" of a text.
        if properties.at("RawMessageDelivery").text() != "false" {
            problems.push(format!("{name} loses the envelope"));
        }
    }
    for function in template.functions() {
        for (name, event) in function.node.at("Properties.Events").entries() {
            let asynchronous = event.at("Type").text() != "SQS";
            let failed =
                function.node.at("Properties.EventInvokeConfig.DestinationConfig.OnFailure");
            if asynchronous && failed.at("Destination").target() != function.dead_letters() {
                problems.push(format!("failed runs of {} are dropped", function.name));
            }
            let undelivered = event.at("Properties.DeadLetterConfig.Arn").target();
            if asynchronous && !undelivered.ends_with("DeadLetters") {
                problems.push(format!("starts of {} by {name} can be dropped", function.name));
            }
        }
    }
    assert_none(problems);
}

#[test]
fn a_message_stays_out_of_sight_while_it_is_worked_on() {
    let template = Template::get();
    let (mut sources, _) = template.queues();
    let mut problems = Vec::new();
    for (function, mapping) in mappings() {
        let name = mapping.at("Queue").target();
        let Some(queue) = sources.remove(name) else {
            problems.push(format!(
                "{} reads from {name}, which is no queue or read twice",
                function.name
            ));
            continue;
        };
        let window_s = mapping.at("MaximumBatchingWindowInSeconds").number().unwrap_or(0);
        let least_s = VISIBILITY_TIMES_TIMEOUT * function.timeout_s + window_s;
        if queue.at("Properties.VisibilityTimeout").number().is_none_or(|s| s < least_s) {
            problems.push(format!("{name} needs a visibility time-out of {least_s} s"));
        }
    }
    problems.extend(sources.keys().map(|name| format!("nobody reads from {name}")));
    assert_none(problems);
}

#[test]
fn one_bad_message_never_fails_its_neighbours() {
    let problems = mappings().into_iter().filter(|(_, mapping)| {
        texts(mapping.at("FunctionResponseTypes")) != ["ReportBatchItemFailures"]
            || mapping.at("BatchSize").number().is_none_or(|size| size > BATCH_MAX)
            || mapping
                .at("ScalingConfig.MaximumConcurrency")
                .number()
                .is_none_or(|concurrency| concurrency < CONCURRENCY_MIN)
    });
    assert_none(
        problems
            .map(|(function, _)| format!("the batches of {} are unsafe", function.name))
            .collect(),
    );
}

#[test]
fn every_function_crate_is_deployed_and_nothing_else() {
    let functions = Template::get().functions();
    let mut deployed: Vec<_> = functions.iter().map(|f| f.binary().to_owned()).collect();
    deployed.sort();
    assert_eq!(deployed, function_crates());

    let mut problems = Vec::new();
    for function in &functions {
        let (name, binary) = (function.name, function.binary());
        if function.node.at("Metadata.BuildMethod").text() != "rust-cargolambda" {
            problems.push(format!("{name} is not built by cargo-lambda"));
        }
        let properties = function.node.at("Properties");
        // `sam build` runs cargo there, and in the workspace's own folder cargo knows no binary but `ringback`.
        if properties.at("CodeUri").text() != format!("functions/{binary}") {
            problems.push(format!("{name} is not built in the folder of {binary}"));
        }
        if properties.at("FunctionName").text() != format!("${{AWS::StackName}}-{binary}") {
            problems.push(format!("{name} is not named after {binary}"));
        }
        let logs = properties.at("LoggingConfig.LogGroup").target();
        let group = Template::get().resource(logs).at("Properties.LogGroupName").text();
        if group != format!("/aws/lambda/${{AWS::StackName}}-{binary}") {
            problems.push(format!("{name} does not log where people look"));
        }
    }
    assert_none(problems);
}

#[test]
fn a_function_has_a_role_of_its_own_that_names_what_it_may_do() {
    let template = Template::get();
    let mut roles = BTreeSet::new();
    let mut problems = Vec::new();
    for function in template.functions() {
        let (name, role) = (function.name, function.role());
        if !roles.insert(role) {
            problems.push(format!("{name} shares {role}"));
        }
        let statements = template.statements(role);
        if statements.is_empty() {
            problems.push(format!("{name} has no role of its own"));
        }
        for statement in &statements {
            let loose =
                texts(statement.at("Action")).into_iter().any(|action| action.contains('*'))
                    || texts(statement.at("Resource")).into_iter().any(|resource| resource == "*");
            if loose || !statement.at("NotAction").items().is_empty() {
                problems.push(format!("{name} may do more than {}", statement.at("Sid").text()));
            }
            let passes = texts(statement.at("Action")).contains(&"iam:PassRole");
            let to = statement.at("Condition.StringEquals").at("iam:PassedToService").text();
            if passes && to != "scheduler.amazonaws.com" {
                problems.push(format!("{name} may pass roles to anybody"));
            }
        }
        let gives_up = statements.iter().any(|statement| {
            texts(statement.at("Action")).contains(&"sqs:SendMessage")
                && statement
                    .at("Resource")
                    .items()
                    .iter()
                    .any(|r| r.target() == function.dead_letters())
        });
        if !gives_up {
            problems.push(format!("{name} may not write to {}", function.dead_letters()));
        }
    }
    assert_none(problems);
}

#[test]
fn a_function_reads_and_gives_up_where_its_mapping_says() {
    let template = Template::get();
    let mut problems = Vec::new();
    for function in template.functions() {
        let readable = template
            .statements(function.role())
            .into_iter()
            .filter(|statement| texts(statement.at("Action")).contains(&"sqs:ReceiveMessage"));
        let readable: Vec<_> =
            readable.flat_map(|s| s.at("Resource").items()).map(Node::target).collect();
        let read: Vec<_> = function.mappings().iter().map(|m| m.at("Queue").target()).collect();
        if readable != read {
            problems.push(format!("{} may read {readable:?} and reads {read:?}", function.name));
        }
        let queue = read.first().map_or("ReconcileQueue", |name| name);
        if function.dead_letters() != queue.replace("Queue", "DeadLetters") {
            problems.push(format!("{} gives up to {}", function.name, function.dead_letters()));
        }
    }
    assert_none(problems);
}

/// A schedule's ARN has its group in it (Service Authorization Reference, "Amazon EventBridge Scheduler").
#[test]
fn schedules_are_made_in_their_own_group_only() {
    let statements = Template::get().statements("ScheduleReminderRole");
    let schedules = statements
        .iter()
        .find(|statement| texts(statement.at("Action")).contains(&"scheduler:CreateSchedule"))
        .unwrap();
    let resources = texts(schedules.at("Resource"));
    assert!(
        resources.iter().all(|it| it.ends_with(":schedule/${ScheduleGroup}/*")),
        "{resources:?}"
    );
}

#[test]
fn a_function_that_feeds_itself_says_for_how_long() {
    let template = Template::get();
    let mut problems = Vec::new();
    for function in template.functions() {
        let read: Vec<_> = function.mappings().iter().map(|m| m.at("Queue").target()).collect();
        let sends_there = template.statements(function.role()).into_iter().any(|statement| {
            texts(statement.at("Action")).contains(&"sqs:SendMessage")
                && statement.at("Resource").items().iter().any(|r| read.contains(&r.target()))
        });
        if sends_there && function.node.at("Properties.RecursiveLoop").text().is_empty() {
            problems.push(format!("{} would be stopped in its seventeenth round", function.name));
        }
    }
    assert_none(problems);
}

#[test]
fn a_function_is_told_all_that_its_configuration_reads() {
    let read = text("shared/cloud/src/config.rs");
    let read = read.split("#[cfg(test)]").next().unwrap_or_default().split('"').skip(1).step_by(2);
    let is_variable = |word: &&str| {
        word.contains('_')
            && word.chars().all(|c| c.is_ascii_uppercase() || "_0123456789".contains(c))
    };
    // What begins with AWS_ is Lambda's own, or for machines that play AWS.
    let read: BTreeSet<_> =
        read.filter(is_variable).filter(|word| !word.starts_with("AWS_")).collect();

    let shared = Template::get().root.at("Globals.Function.Environment.Variables");
    for function in Template::get().functions() {
        let own = function.node.at("Properties.Environment.Variables");
        let told: BTreeSet<_> =
            shared.entries().chain(own.entries()).map(|(name, _)| name).collect();
        assert_eq!(told, read, "of {}", function.name);
    }
}

#[test]
fn the_local_stack_has_the_same_queues_and_functions() {
    let local =
        ["provision", "functions"].map(|file| text(&format!("infra/stack/src/{file}.rs"))).concat();
    let (sources, _) = Template::get().queues();
    let queues = sources.values().map(|queue| queue.at("Properties.QueueName").text());
    let queues = queues.map(|name| name.replace("${AWS::StackName}-", ""));
    let missing =
        queues.chain(function_crates()).filter(|name| !local.contains(&format!("\"{name}\"")));
    assert_none(missing.map(|name| format!("the local stack has no {name}")).collect());
}

#[test]
fn only_the_carrier_publishes_to_the_topics() {
    let template = Template::get();
    let mut open: BTreeSet<_> = template.all("AWS::SNS::Topic").into_keys().collect();
    for (_, policy) in template.all("AWS::SNS::TopicPolicy") {
        let statements = policy.at("Properties.PolicyDocument.Statement").items();
        let allowed: Vec<_> =
            statements.iter().filter(|s| s.at("Effect").text() == "Allow").collect();
        let carrier_only = allowed.iter().all(|statement| {
            let conditions = statement.at("Condition");
            statement.at("Principal.Service").text() == "sms-voice.amazonaws.com"
                && conditions.at("StringEquals").at("aws:SourceAccount").target()
                    == "AWS::AccountId"
                && !conditions.at("ArnLike").at("aws:SourceArn").items().is_empty()
        });
        let denied = |key: &str| {
            let denials = statements.iter().filter(|s| s.at("Effect").text() == "Deny");
            denials.map(|s| s.at("Condition.Bool").at(key).text()).any(|value| value == "false")
        };
        let closed = denied("aws:PrincipalIsAWSService") && denied("aws:SecureTransport");
        if carrier_only && closed && !allowed.is_empty() {
            for topic in policy.at("Properties.Topics").items() {
                open.remove(topic.target());
            }
        }
    }
    assert_none(open.into_iter().map(|topic| format!("{topic} is open to others")).collect());
}

#[test]
fn queues_are_spoken_to_over_tls_only() {
    let template = Template::get();
    let mut open: BTreeSet<_> = template.all("AWS::SQS::Queue").into_keys().collect();
    for (_, policy) in template.all("AWS::SQS::QueuePolicy") {
        let statements = policy.at("Properties.PolicyDocument.Statement").items();
        let tls_only = statements.iter().any(|statement| {
            statement.at("Effect").text() == "Deny"
                && statement.at("Condition.Bool").at("aws:SecureTransport").text() == "false"
        });
        for queue in policy.at("Properties.Queues").items().iter().filter(|_| tls_only) {
            open.remove(queue.target());
        }
    }
    assert_none(open.into_iter().map(|queue| format!("{queue} takes plain HTTP")).collect());
}

#[test]
fn a_queue_takes_from_outside_only_what_its_topic_delivers() {
    let template = Template::get();
    let feeds: BTreeMap<_, _> = template
        .all("AWS::SNS::Subscription")
        .into_values()
        .map(|it| (it.at("Properties.Endpoint").target(), it.at("Properties.TopicArn").target()))
        .collect();
    let (mut problems, mut fed) = (Vec::new(), BTreeSet::new());
    for (name, policy) in template.all("AWS::SQS::QueuePolicy") {
        let queues = policy.at("Properties.Queues").items();
        let statements = policy.at("Properties.PolicyDocument.Statement").items();
        for allowed in statements.iter().filter(|s| s.at("Effect").text() == "Allow") {
            let source = allowed.at("Condition.ArnEquals").at("aws:SourceArn").target();
            let of = queues.first().map(Node::target).and_then(|queue| feeds.get(queue));
            let narrow = allowed.at("Principal.Service").text() == "sns.amazonaws.com"
                && texts(allowed.at("Action")) == ["sqs:SendMessage"]
                && of == Some(&source);
            if narrow {
                fed.insert(source);
            } else {
                problems.push(format!("{name} lets others in than the topic of its queue"));
            }
        }
    }
    let unfed = feeds.values().filter(|topic| !fed.contains(*topic));
    problems.extend(unfed.map(|topic| format!("{topic} may not deliver")));
    assert_none(problems);
}

#[test]
fn nobody_changes_or_deletes_an_entry_of_the_ledger() {
    let template = Template::get();
    let policy = template.resource("BillingTable").at("Properties.ResourcePolicy.PolicyDocument");
    let denials = policy.at("Statement").items();
    let denied = |action: &str, condition: &Node| {
        denials.iter().any(|statement| {
            statement.at("Effect").text() == "Deny"
                && statement.at("Principal").text() == "*"
                && texts(statement.at("Action")).contains(&action)
                && statement.at("Condition") == condition
        })
    };
    let mut problems = Vec::new();
    for action in
        ["DeleteItem", "BatchWriteItem", "PartiQLInsert", "PartiQLUpdate", "PartiQLDelete"]
    {
        if !denied(&format!("dynamodb:{action}"), &Node::Null) {
            problems.push(format!("somebody may {action}"));
        }
    }
    // Roles that the denial of an action lets through, by their tag.
    let through = |action: &str, key: &str| -> Vec<&str> {
        let but = denials.iter().filter(|it| texts(it.at("Action")) == [action]).find_map(|it| {
            let tag = it.at("Condition.StringNotEquals").at(&format!("aws:PrincipalTag/{key}"));
            (*tag != Node::Null).then_some(tag)
        });
        let has_tag = |role: &Node| {
            let tags = role.at("Properties.Tags").items();
            tags.iter().any(|tag| tag.at("Key").text() == key && Some(tag.at("Value")) == but)
        };
        let roles = template.all("AWS::IAM::Role").into_iter();
        roles.filter(|(_, role)| has_tag(role)).map(|(name, _)| name).collect()
    };
    let writers = through("dynamodb:PutItem", "writes");
    if writers != ["CreditRole", "RecordChargeRole"] {
        problems.push(format!("{writers:?} may put entries"));
    }
    let forgetters = through("dynamodb:UpdateItem", "forgets");
    if forgetters != ["ForgetRole"] {
        problems.push(format!("{forgetters:?} may take a number out of entries"));
    }
    let of_attributes = denials.iter().find_map(|it| {
        let names = it.at("Condition").at("ForAnyValue:StringNotEquals").at("dynamodb:Attributes");
        (texts(it.at("Action")) == ["dynamodb:UpdateItem"] && *names != Node::Null).then_some(names)
    });
    if of_attributes.is_none_or(|names| texts(names) != ["pk", "sk", "phone", "rev"]) {
        problems.push("more than the number may be changed".to_owned());
    }
    for role in ["CreditRole", "ForgetRole"] {
        let people = template.resource(role).at("Properties.AssumeRolePolicyDocument.Statement");
        let [people] = people.items() else { panic!("one statement of {role}") };
        if !people.at("Principal.AWS").text().ends_with("::${AWS::AccountId}:root") {
            problems.push(format!("others than people of the account may be {role}"));
        }
    }
    for (function, allowed) in permissions::of_functions(&template.root) {
        for permission in allowed.iter().filter(|it| it.resource.starts_with("BillingTable")) {
            let reads = ["GetItem", "BatchGetItem", "Query"];
            let action = permission.action.trim_start_matches("dynamodb:");
            let puts = function == "record-charge" && action == "PutItem";
            if !reads.contains(&action) && !puts {
                problems.push(format!("{function} may {action} in the ledger"));
            }
        }
    }
    assert_none(problems);
}

#[test]
fn what_is_stored_is_encrypted_kept_and_recoverable() {
    let template = Template::get();
    let mut problems = Vec::new();
    for (name, table) in template.all("AWS::DynamoDB::Table") {
        let properties = table.at("Properties");
        let recovery = properties.at("PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled");
        for (promise, held) in [
            ("is not kept when the stack goes", table.at("DeletionPolicy").text() == "Retain"),
            ("is not kept when it is replaced", table.at("UpdateReplacePolicy").text() == "Retain"),
            ("can be deleted", properties.at("DeletionProtectionEnabled").text() == "true"),
            ("cannot be recovered", recovery.text() == "true"),
            ("has another key", properties.at("SSESpecification.KMSMasterKeyId").target() == "Key"),
            (
                "has a capacity to run out of",
                properties.at("BillingMode").text() == "PAY_PER_REQUEST",
            ),
        ] {
            if !held {
                problems.push(format!("{name} {promise}"));
            }
        }
    }
    for kind in ["AWS::SQS::Queue", "AWS::SNS::Topic"] {
        for (name, resource) in template.all(kind) {
            if resource.at("Properties.KmsMasterKeyId").target() != "Key" {
                problems.push(format!("{name} has another key"));
            }
        }
    }
    if template.resource("Key").at("DeletionPolicy").text() != "Retain" {
        problems.push("the key goes with the stack, and with it what the tables say".to_owned());
    }
    assert_none(problems);
}

#[test]
fn what_is_tidied_up_expires_and_nothing_else() {
    let mut expire = BTreeMap::new();
    for (name, table) in Template::get().all("AWS::DynamoDB::Table") {
        let lives = table.at("Properties.TimeToLiveSpecification");
        if lives.at("Enabled").text() == "true" {
            expire.insert(name, lives.at("AttributeName").text());
        }
    }
    // An expired ledger entry would be money nobody can explain.
    assert_eq!(expire, BTreeMap::from([("RemindersTable", "expires_at")]));
}

#[test]
fn what_schedules_cannot_deliver_becomes_a_dead_letter() {
    let template = Template::get();
    let variables = template.root.at("Globals.Function.Environment.Variables");
    assert_eq!(variables.at("SCHEDULES_DEAD_LETTERS_ARN").target(), "SchedulesDeadLetters");
    // Schedules are made as these roles, which therefore send what they cannot deliver.
    for role in [
        "SchedulerRole",
        "ReconcileScheduleRole",
        "ExportSchedulesRole",
        "ReconcileBillingScheduleRole",
    ] {
        let sends = template.statements(role).into_iter().any(|statement| {
            texts(statement.at("Action")).contains(&"sqs:SendMessage")
                && statement
                    .at("Resource")
                    .items()
                    .iter()
                    .any(|to| to.target() == "SchedulesDeadLetters")
        });
        assert!(sends, "{role} may not send to SchedulesDeadLetters");
    }
}

#[test]
fn a_new_version_is_taken_back_by_the_alarm_of_its_function() {
    let rollout = Template::get().root.at("Globals.Function.DeploymentPreference");
    assert_eq!(rollout.at("Enabled").target(), "GradualDeployment");
    let mut problems = Vec::new();
    for function in Template::get().functions() {
        let alarms = function.node.at("Properties.DeploymentPreference.Alarms").items();
        let expected = format!("Alarms.Outputs.{}", function.name.replace("Function", "Errors"));
        if alarms.iter().map(Node::text).ne([expected.as_str()]) {
            problems
                .push(format!("a new version of {} is not judged by {expected}", function.name));
        }
    }
    assert_none(problems);
    // The template's default is for emulators.
    assert!(text("samconfig.toml").contains("GradualDeployment=true"));
}

#[test]
fn every_parameter_is_explained() {
    let mute = Template::get().root.at("Parameters").entries();
    let mute = mute.filter(|(_, parameter)| parameter.at("Description").text().is_empty());
    assert_none(mute.map(|(name, _)| format!("{name} has no description")).collect());
}

#[test]
fn a_parameter_that_makes_no_sense_is_refused_before_anything_is_made() {
    let mut problems = Vec::new();
    for (name, parameter) in Template::get().root.at("Parameters").entries() {
        let has = |member: &str| *parameter.at(member) != Node::Null;
        let bounded = match parameter.at("Type").text() {
            "String" => has("AllowedPattern") && has("ConstraintDescription"),
            "Number" => has("MinValue") && has("MaxValue"),
            _ => false,
        };
        if !bounded && !has("AllowedValues") {
            problems.push(format!("{name} takes anything, or does not say what it takes"));
        }
    }
    assert_none(problems);
}

#[test]
fn where_nobody_is_told_there_is_nothing_for_it() {
    let template = Template::get();
    let conditional = |(name, node): (&str, &Node)| {
        let telling = ["LifecycleEvents", "EventBus", "EventArchive", "PublishEvent"];
        let telling = telling.iter().any(|begin| name.starts_with(begin));
        (telling && node.at("Condition").text() != "TellsOthers").then(|| name.to_owned())
    };
    let unconditional = template.root.at("Resources").entries().filter_map(conditional);
    assert_none(unconditional.map(|name| format!("{name} is there without listeners")).collect());
    // And who would send there is told of it under the same condition only.
    let named =
        |node: &Node| node.walk().iter().filter(|it| it.target() == "LifecycleEventsQueue").count();
    let shared = template.root.at("Globals.Function.Environment.Variables");
    for (name, resource) in
        [("LIFECYCLE_EVENTS_QUEUE_URL", "LifecycleEventsQueue"), ("EVENT_BUS", "EventBus")]
    {
        let Node::Tagged(tag, parts) = shared.at(name) else { panic!("{name} is unconditional") };
        let [condition, on, off] = parts.items() else { panic!("{name} has no other side") };
        assert_eq!(
            (tag.as_str(), condition.text(), on.target(), off.text()),
            ("If", "TellsOthers", resource, "")
        );
    }
    for function in template.functions().iter().filter(|it| it.binary() != "publish-event") {
        for statement in template.statements(function.role()) {
            let direct = statement.at("Resource").items().iter();
            let direct = direct.filter(|it| it.target() == "LifecycleEventsQueue").count();
            assert_eq!(direct, 0, "{} may send where no queue is", function.name);
            let all = named(statement.at("Resource"));
            let under = statement.at("Resource").items().iter().filter(|it| {
                matches!(it, Node::Tagged(tag, parts)
                    if tag == "If" && parts.items()[0].text() == "TellsOthers" && named(it) == 1)
            });
            assert_eq!(all, under.count(), "{}", function.name);
        }
    }
}
