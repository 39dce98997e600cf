//! Alarms: that all are there, tell somebody, and are off. Asked of the AWS CLI, whose answer is all that is needed of
//! a service that nothing else here speaks to.

use serde::Deserialize;

use super::Doctor;
use crate::refusal::Refusal;
use crate::target::aws_cli;

/// The templates that make alarms in every deployment; that of backups only where there are any.
const TEMPLATES: [&str; 2] =
    [include_str!("../../../alarms.yaml"), include_str!("../../../outcomes.yaml")];

/// What stands before an alarm's name in the templates.
const NAME: &str = "AlarmName: !Sub ${Application}-";

/// What an alarm stands under that is there only where others are told of milestones.
const TELLS_OTHERS: &str = "Condition: TellsOthers";

/// What `aws cloudwatch describe-alarms` prints, as far as it is looked at.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Described {
    #[serde(default)]
    metric_alarms: Vec<Alarm>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Alarm {
    alarm_name: String,
    #[serde(default)]
    alarm_description: String,
    #[serde(default)]
    actions_enabled: bool,
    #[serde(default)]
    alarm_actions: Vec<String>,
    #[serde(default)]
    state_value: String,
}

impl Doctor<'_> {
    pub(super) async fn alarms(&mut self) {
        self.somebody_is_told().await;
        let prefix = self.target.names.of("");
        let region = self.target.cloud.config.region.clone();
        let command = [
            "cloudwatch",
            "describe-alarms",
            "--alarm-name-prefix",
            &prefix,
            "--region",
            &region,
            "--output",
            "json",
        ];
        let answer = aws_cli(&command).ok_or_else(|| "the AWS CLI gave no answer".to_owned());
        let described = answer.and_then(|text| {
            serde_json::from_str::<Described>(&text).map_err(|error| error.to_string())
        });
        match described {
            Ok(described) => self.compare_alarms(&prefix, &described.metric_alarms),
            Err(why) => self.findings.wrong(
                "alarms",
                format!("not known: {why}"),
                format!(
                    "see what `aws {}` says; it needs the permission cloudwatch:DescribeAlarms",
                    command.join(" ")
                ),
            ),
        }
    }

    fn compare_alarms(&mut self, prefix: &str, found: &[Alarm]) {
        let before = self.findings.count_wrong();
        let named = |name: &str| {
            found.iter().find(|alarm| alarm.alarm_name.strip_prefix(prefix) == Some(name))
        };
        let tells_others = self.target.cloud.config.queues.lifecycle_events.is_some();
        let missing = expected(tells_others).filter(|name| named(name).is_none());
        let missing: Vec<&str> = missing.collect();
        if !missing.is_empty() {
            let what = format!("{} alarms are missing: {}", missing.len(), missing.join(", "));
            self.findings.wrong("alarms", what, "deploy again");
        }
        let silent =
            found.iter().filter(|alarm| !alarm.actions_enabled || alarm.alarm_actions.is_empty());
        let silent: Vec<&str> = silent.map(|alarm| alarm.alarm_name.as_str()).collect();
        if !silent.is_empty() {
            let what = format!("{} alarms tell nobody: {}", silent.len(), silent.join(", "));
            let todo = format!(
                "`aws cloudwatch enable-alarm-actions --alarm-names {}`; if they have no action, deploy again",
                silent.join(" ")
            );
            self.findings.wrong("alarms", what, todo);
        }
        for alarm in found.iter().filter(|alarm| alarm.state_value == "ALARM") {
            let runbook = alarm
                .alarm_description
                .split("Runbook: ")
                .nth(1)
                .unwrap_or("infra/runbooks")
                .trim();
            self.findings.wrong(
                "alarms",
                format!("{} is on", alarm.alarm_name),
                format!("see {runbook}"),
            );
        }
        if self.findings.count_wrong() == before {
            self.findings.ok(
                "alarms",
                format!("{} alarms are there, tell somebody, and are off", found.len()),
            );
        }
    }

    /// An alarm that is published to nobody wakes nobody.
    async fn somebody_is_told(&mut self) {
        let Some(topic) = self.target.names.alarm_topic.clone() else {
            return self.findings.wrong(
                "alarms",
                "the stack has no topic for alarms",
                "deploy again",
            );
        };
        let sns = aws_sdk_sns::Client::new(&self.target.sdk);
        match sns.get_topic_attributes().topic_arn(&topic).send().await {
            Ok(answer) => {
                let number = |name: &str| {
                    let text = answer.attributes().and_then(|all| all.get(name));
                    text.and_then(|text| text.parse::<u32>().ok()).unwrap_or_default()
                };
                match (number("SubscriptionsConfirmed"), number("SubscriptionsPending")) {
                    (0, 0) => self.findings.wrong(
                        "alarms",
                        "nobody is told of alarms: their topic has no subscription",
                        "deploy with AlarmEmail, or subscribe to the output AlarmTopicArn",
                    ),
                    (0, _) => self.findings.wrong(
                        "alarms",
                        "nobody is told of alarms: the subscription to their topic is not confirmed",
                        "follow the link in the mail that AWS sent to AlarmEmail",
                    ),
                    (some, _) => self.findings.ok("alarms", format!("{some} subscribers are told of alarms")),
                }
            }
            Err(error) => {
                let refusal = Refusal::of("sns:GetTopicAttributes", &error);
                self.findings.refused("alarms", &refusal);
            }
        }
    }
}

/// The alarms of a deployment that tells others of milestones, or does not.
fn expected(tells_others: bool) -> impl Iterator<Item = &'static str> {
    // A resource ends at an empty line.
    let resources = TEMPLATES.iter().flat_map(|template| template.split("\n\n"));
    resources
        .filter(move |resource| {
            tells_others || !resource.lines().any(|line| line.trim() == TELLS_OTHERS)
        })
        .flat_map(|resource| resource.lines().filter_map(|line| line.trim().strip_prefix(NAME)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_templates_say_which_alarms_there_are() {
        let names: Vec<&str> = expected(true).collect();
        assert!(names.len() > 40, "{names:?}");
        assert!(names.contains(&"due-unrung") && names.contains(&"charges-dead-letters"));
        assert!(names.iter().all(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '-')));
    }

    #[test]
    fn who_tells_nobody_has_no_alarms_of_that() {
        let quiet: Vec<&str> = expected(false).collect();
        let loud: Vec<&str> = expected(true).filter(|name| !quiet.contains(name)).collect();
        assert_eq!(
            loud,
            [
                "lifecycle-events-dead-letters",
                "lifecycle-events-is-old",
                "publish-event-errors",
                "publish-event-near-time-out"
            ]
        );
    }
}
