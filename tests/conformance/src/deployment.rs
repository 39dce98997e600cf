//! `sam deploy`, and what it made.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use cloud::Config;
use end_to_end::{Ended, executable, http};
use ringback::local::{Stack, Tables, Topics};
use serde_json::{Value, json};
use stack::provision;
use tokio::process::Command;

use crate::emulator::{Emulator, KEY, REGION};

/// What the stack is called.
pub const STACK: &str = "ringback";

/// What differs from the template's defaults.
///
/// - There is no carrier that makes a number or a configuration set; both are named.
/// - ministack has neither CodeDeploy nor AWS::Backup::BackupSelection.
/// - Attempts follow each other as on the local stack of the end-to-end tests, and no scenario waits for another's calls.
const PARAMETERS: [(&str, &str); 9] = [
    ("Architecture", if cfg!(target_arch = "aarch64") { "arm64" } else { "x86_64" }),
    ("ServiceNumber", provision::SERVICE_NUMBER),
    ("ConfigurationSet", provision::CONFIGURATION_SET),
    ("GradualDeployment", "false"),
    ("Backups", "false"),
    // The emulator knows no composite alarms.
    ("ServiceLevelAlarms", "false"),
    ("RetryAfterSeconds", "2,3"),
    ("CallSpacingMs", "0"),
    ("SmsPerSecond", "1000"),
];

/// What was deployed.
pub struct Deployment {
    sam: PathBuf,
    endpoint: String,
    /// The carrier that the emulator lacks.
    carrier: String,
    /// Where programs are looked for: the AWS CLI first where the emulator was installed.
    path: String,
    /// What each resource is called in AWS, by its name in the template.
    resources: BTreeMap<String, String>,
}

impl Deployment {
    /// Deploys the built template.
    pub async fn deploy(sam: &Path, template: &Path, emulator: &Emulator, carrier: &str) -> Self {
        let mut deployment = Self {
            sam: sam.to_owned(),
            endpoint: emulator.endpoint.clone(),
            carrier: carrier.to_owned(),
            path: emulator.path.clone(),
            resources: BTreeMap::new(),
        };
        let parameters = PARAMETERS.map(|(name, value)| format!("{name}={value}"));
        let mut deploy = deployment.sam(&[
            "deploy",
            "--resolve-s3",
            "--no-confirm-changeset",
            "--no-progressbar",
        ]);
        deploy
            .args(["--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND", "--template"])
            .arg(template);
        run(deploy.arg("--parameter-overrides").args(parameters)).await;
        let listed = run(&mut deployment.sam(&["list", "resources", "--output", "json"])).await;
        let listed: Vec<BTreeMap<String, String>> =
            serde_json::from_str(&listed).expect("a list of resources");
        deployment.resources = listed
            .into_iter()
            .map(|mut resource| {
                let mut part = |name| resource.remove(name).expect("a name");
                (part("LogicalResourceId"), part("PhysicalResourceId"))
            })
            .collect();
        deployment
    }

    /// Lets the product do what AWS would let it do and the emulator does not.
    ///
    /// It takes every schedule for one of the group `default`, whatever the request says. AWS's Service Authorization
    /// Reference has the group's name in the ARN, and so has the template.
    pub async fn make_up_for_the_emulator(&self) {
        let document = json!({"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow",
            "Action": "scheduler:CreateSchedule",
            "Resource": "arn:aws:scheduler:*:*:schedule/default/*",
        }]});
        let role = self.resource("ScheduleReminderRole");
        let encoded = form_urlencoded::Serializer::new(String::new())
            .append_pair("Action", "PutRolePolicy")
            .append_pair("Version", "2010-05-08")
            .append_pair("RoleName", role)
            .append_pair("PolicyName", "default-group")
            .append_pair("PolicyDocument", &document.to_string())
            .finish();
        self.ask("iam", "POST", &format!("/?{encoded}")).await;
    }

    /// The SAM CLI, about this stack on the emulator.
    fn sam(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.sam);
        command
            .args(arguments)
            .args(["--stack-name", STACK, "--region", REGION])
            .env("AWS_ENDPOINT_URL", &self.endpoint)
            .envs([
                ("AWS_ACCESS_KEY_ID", KEY),
                ("AWS_SECRET_ACCESS_KEY", KEY),
                ("SAM_CLI_TELEMETRY", "0"),
            ]);
        command
    }

    /// The name of the stream of the archive that what reaches a topic goes to.
    pub fn stream(&self, topic: &str) -> String {
        format!("{STACK}-{topic}")
    }

    /// Runs a command of the AWS CLI that succeeds.
    pub async fn aws(&self, arguments: &[&str]) {
        let ended = self.run("aws".as_ref(), arguments).await;
        assert_eq!(ended.code, Some(0), "{arguments:?}\n{}\n{}", ended.out, ended.err);
    }

    /// Runs a command of the product as its operators do, who name the stack and nothing else.
    pub async fn operate(&self, arguments: &[&str]) -> Ended {
        self.run(&executable(), &[arguments, &["--stack", STACK]].concat()).await
    }

    async fn run(&self, program: &Path, arguments: &[&str]) -> Ended {
        let mut command = Command::new(program);
        command.args(arguments).envs([
            ("AWS_REGION", REGION),
            ("AWS_DEFAULT_REGION", REGION),
            ("AWS_ACCESS_KEY_ID", KEY),
            ("AWS_SECRET_ACCESS_KEY", KEY),
            ("AWS_ENDPOINT_URL", &self.endpoint),
            ("AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2", &self.carrier),
            ("PATH", &self.path),
        ]);
        Ended::of(&mut command).await
    }

    /// What a resource of the template is called in AWS: the URL of a queue, the ARN of a topic, the name of a table.
    pub fn resource(&self, name: &str) -> &str {
        self.resources.get(name).unwrap_or_else(|| panic!("{name} was not deployed"))
    }

    /// Asks a service as the owner of the account, where there is no SDK for it; returns the answer.
    ///
    /// The emulator does not check the owner's signatures.
    pub async fn ask(&self, service: &str, method: &str, path: &str) -> String {
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={KEY}/20260101/{REGION}/{service}/aws4_request, \
             SignedHeaders=host, Signature=0"
        );
        let asked = http::request(&self.endpoint, method, path, &authorization, Bytes::new()).await;
        let (status, answer) = asked.unwrap();
        let answer = String::from_utf8(answer.to_vec()).unwrap();
        assert_eq!(status, 200, "{answer}");
        answer
    }

    /// The configuration that a function was deployed with, for tools that look at the same tables.
    pub async fn config(&self) -> Config {
        let path = format!("/2015-03-31/functions/{STACK}-reconcile/configuration");
        let function = self.ask("lambda", "GET", &path).await;
        let function: Value = serde_json::from_str(&function).unwrap();
        let deployed =
            |name: &str| Some(function["Environment"]["Variables"].get(name)?.as_str()?.to_owned());
        Config::from_lookup(|name| match name {
            "AWS_ENDPOINT_URL" => Some(self.endpoint.clone()),
            "AWS_REGION" => Some(REGION.to_owned()),
            "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => Some(KEY.to_owned()),
            name => deployed(name),
        })
        .expect("functions are told all that they need")
    }

    /// What an outsider needs to know, as the local stack says it.
    pub fn describe(&self) -> Stack {
        // Those of what is switched off are not there.
        let deployed = |name: &str| self.resources.get(name).cloned();
        let queue = |name: String| {
            let url = deployed(&logical(&name))?;
            Some((name, url))
        };
        Stack {
            aws_endpoint: self.endpoint.clone(),
            region: REGION.to_owned(),
            topics: Topics {
                inbound_sms: self.resource("InboundSmsTopic").to_owned(),
                call_events: self.resource("CallEventsTopic").to_owned(),
            },
            queues: provision::queues().into_iter().filter_map(queue).collect(),
            tables: Tables {
                reminders: self.resource("RemindersTable").to_owned(),
                billing: self.resource("BillingTable").to_owned(),
            },
            exports_bucket: self.resource("ExportsBucket").to_owned(),
            event_bus: deployed("EventBus").unwrap_or_default(),
            number: provision::SERVICE_NUMBER.to_owned(),
        }
    }
}

/// The name in the template of the queue that the local stack calls `name`.
fn logical(name: &str) -> String {
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    let words: String = name.split('-').map(capital).collect();
    if name.ends_with("-dead-letters") { words } else { format!("{words}Queue") }
}

/// Runs a command to its end; returns what it said.
async fn run(command: &mut Command) -> String {
    let output = command
        .stdin(std::process::Stdio::null())
        .output()
        .await
        .expect("the SAM CLI can be started");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "sam failed:\n{said}\n{complained}");
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queues_are_called_in_the_template_as_here_but_for_the_spelling() {
        assert_eq!(logical("inbound-sms"), "InboundSmsQueue");
        assert_eq!(logical("inbound-sms-dead-letters"), "InboundSmsDeadLetters");
        assert_eq!(logical("schedules-dead-letters"), "SchedulesDeadLetters");
    }
}
