//! Room for the functions: whether Lambda runs as many at once as the queues may start. Asked of the AWS CLI, like
//! alarms: one question to a service that nothing else here speaks to.

use serde::Deserialize;

use super::Doctor;
use crate::target::aws_cli;

/// Says how many executions each queue may start.
const TEMPLATE: &str = include_str!("../../../../template.yaml");

/// What stands before the number in the template.
const STARTS: &str = "ScalingConfig: {MaximumConcurrency: ";

/// The repair loop, which no queue starts.
const RECONCILE: u32 = 1;

/// What `aws lambda get-account-settings` prints, as far as it is looked at.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Settings {
    account_limit: Limit,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Limit {
    concurrent_executions: u32,
}

impl Doctor<'_> {
    /// An account begins with ten executions at once in some regions, and shares them among all its applications.
    pub(super) fn concurrency(&mut self) {
        let region = self.target.cloud.config.region.clone();
        let command = ["lambda", "get-account-settings", "--region", &region, "--output", "json"];
        let settings =
            aws_cli(&command).and_then(|text| serde_json::from_str::<Settings>(&text).ok());
        let needed = executions_max();
        let Some(settings) = settings else {
            return self.findings.wrong(
                "concurrency",
                "not known: the AWS CLI gave no answer",
                format!(
                    "see what `aws {}` says; it needs the permission lambda:GetAccountSettings",
                    command.join(" ")
                ),
            );
        };
        let granted = settings.account_limit.concurrent_executions;
        match granted < needed {
            true => self.findings.note(
                "concurrency",
                format!("{granted} functions run at once in this account, and {needed} may be wanted: people would wait"),
                "ask for more: Service Quotas, Lambda, Concurrent executions; below 11 deploy with ReserveReconcile as \
                 false",
            ),
            false => self.findings.ok(
                "concurrency",
                format!("{granted} functions run at once in this account, of which {needed} may be wanted"),
            ),
        }
    }
}

/// Executions that may be wanted at once.
fn executions_max() -> u32 {
    let started = TEMPLATE.lines().filter_map(|line| line.trim().strip_prefix(STARTS));
    started.filter_map(|rest| rest.trim_end_matches('}').parse::<u32>().ok()).sum::<u32>()
        + RECONCILE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_queue_of_the_template_is_counted() {
        let starts = TEMPLATE.matches("MaximumConcurrency: ").count();
        let counted = TEMPLATE.lines().filter(|line| line.trim().starts_with(STARTS)).count();
        assert_eq!(starts, counted);
        assert!(executions_max() > u32::try_from(counted).unwrap_or(u32::MAX));
    }
}
