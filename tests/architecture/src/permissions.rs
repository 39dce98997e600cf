//! What each function's role allows, read from `template.yaml`.

use std::collections::{BTreeMap, BTreeSet};

use crate::text;
use crate::yaml::Node;

/// What every resource's ARN begins with, as the template writes it.
const ACCOUNT: &str = ":${AWS::Region}:${AWS::AccountId}:";

/// An action on a resource.
///
/// A resource of the template goes by its logical id (`ChargesQueue`), with what follows it in the ARN
/// (`RemindersTable/index/open`); any other by the ARN's last part (`phone-number/*`). What a name is made of besides
/// is a star.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Permission {
    /// Such as `sqs:SendMessage`.
    pub action: String,
    /// On what.
    pub resource: String,
}

impl Permission {
    /// Of an action on a resource.
    pub fn new(action: impl Into<String>, resource: impl Into<String>) -> Self {
        Self { action: action.into(), resource: resource.into() }
    }
}

/// `template.yaml`.
#[must_use]
pub fn template() -> Node {
    Node::parse(&text("template.yaml"))
}

/// What each function may do, by the name of its crate. Policies that roles share are [`shared`].
///
/// # Panics
/// If a role denies: what is allowed would then not be what statements allow.
#[must_use]
pub fn of_functions(template: &Node) -> BTreeMap<String, BTreeSet<Permission>> {
    let resources = template.at("Resources");
    let functions =
        resources.entries().filter(|(_, it)| it.at("Type").text() == "AWS::Serverless::Function");
    let of = |(_, function): (&str, &Node)| {
        let name = function.at("Metadata.BuildProperties.Binary").text().to_owned();
        let role = resources.at(function.at("Properties.Role").target());
        let policies = role.at("Properties.Policies").items().iter();
        (name, policies.flat_map(|policy| allowed(policy.at("PolicyDocument"))).collect())
    };
    functions.map(of).collect()
}

/// What people may do who assume a role of the template, but for finding the stack.
#[must_use]
pub fn of_role(template: &Node, role: &str) -> BTreeSet<Permission> {
    let policies = template.at("Resources").at(role).at("Properties.Policies").items().iter();
    let all = policies.flat_map(|policy| allowed(policy.at("PolicyDocument")));
    all.filter(|permission| permission.action != "cloudformation:DescribeStacks").collect()
}

/// What the managed policies of the template allow, which roles name beside their own statements.
#[must_use]
pub fn shared(template: &Node) -> BTreeSet<Permission> {
    let resources = template.at("Resources").entries();
    let policies = resources.filter(|(_, it)| it.at("Type").text() == "AWS::IAM::ManagedPolicy");
    policies.flat_map(|(_, policy)| allowed(policy.at("Properties.PolicyDocument"))).collect()
}

/// The logical id of each queue, by its name without the stack's.
#[must_use]
pub fn queues(template: &Node) -> BTreeMap<String, String> {
    let resources = template.at("Resources").entries();
    let queues = resources.filter(|(_, it)| it.at("Type").text() == "AWS::SQS::Queue");
    let of = |(id, queue): (&str, &Node)| {
        let name = queue.at("Properties.QueueName").text();
        (name.replace("${AWS::StackName}-", ""), id.to_owned())
    };
    queues.map(of).collect()
}

fn allowed(document: &Node) -> Vec<Permission> {
    let of = |statement: &Node| {
        assert_eq!(statement.at("Effect").text(), "Allow", "{statement:?}");
        let resources: Vec<_> = statement.at("Resource").items().iter().flat_map(named).collect();
        let actions = statement.at("Action").items().iter();
        let each = |action: &Node| {
            let action = action.text().to_owned();
            resources
                .iter()
                .map(move |resource| Permission::new(action.clone(), resource))
                .collect::<Vec<_>>()
        };
        actions.flat_map(each).collect::<Vec<_>>()
    };
    document.at("Statement").items().iter().flat_map(of).collect()
}

/// The resources that an entry of a statement stands for: of a condition, those of both ends.
fn named(node: &Node) -> Vec<String> {
    match node {
        Node::Tagged(tag, inner) if tag == "If" => {
            inner.items().iter().skip(1).flat_map(named).collect()
        }
        Node::Tagged(tag, _) if tag == "Ref" && node.target() == "AWS::NoValue" => vec![],
        Node::Tagged(tag, inner) if tag == "Sub" => {
            let text = inner.items().first().map_or("", Node::text);
            let own = text.split_once(ACCOUNT).map_or(text, |(_, own)| own);
            vec![filled(own)]
        }
        _ => vec![node.target().to_owned()],
    }
}

/// A text with `${Resource}` and `${Resource.Arn}` as the resource's id, and with a star for `${Name}` in a mapping
/// of the `!Sub` itself.
fn filled(text: &str) -> String {
    let mut parts = text.split("${");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (variable, rest) = part.split_once('}').unwrap();
        let id = variable.split('.').next().unwrap_or_default();
        filled.push_str(if id == "Name" { "*" } else { id });
        filled.push_str(rest);
    }
    filled
}

#[test]
fn what_a_statement_names_is_told_by_logical_ids() {
    let document = Node::parse(
        r"
Statement:
  - Effect: Allow
    Action: [a:Get, a:Put]
    Resource: !GetAtt Table.Arn
  - Effect: Allow
    Action: b:Send
    Resource:
      - !If [Told, !GetAtt Queue.Arn, !Ref AWS::NoValue]
      - !Sub ${Table.Arn}/index/open
      - !Sub arn:${AWS::Partition}:b:${AWS::Region}:${AWS::AccountId}:schedule/${Group}/*
      - !Sub
        - arn:${AWS::Partition}:b:${AWS::Region}:${AWS::AccountId}:set/${Name}
        - Name: !Ref Set
",
    );
    let all = allowed(&document);
    let expected = [
        ("a:Get", "Table"),
        ("a:Put", "Table"),
        ("b:Send", "Queue"),
        ("b:Send", "Table/index/open"),
        ("b:Send", "schedule/Group/*"),
        ("b:Send", "set/*"),
    ];
    assert_eq!(all, expected.map(|(action, resource)| Permission::new(action, resource)));
}
