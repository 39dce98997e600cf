//! Queues, topics, tables and schedules: that they are there and lead where they should.

use aws_sdk_dynamodb::types::{
    PointInTimeRecoverySpecification, PointInTimeRecoveryStatus, TableDescription, TableStatus,
};
use aws_sdk_scheduler::operation::get_schedule::GetScheduleError;
use aws_sdk_scheduler::types::{ScheduleGroupState, ScheduleState};
use aws_sdk_sqs::types::QueueAttributeName;
use stack::provision;

use super::Doctor;
use crate::redrive::Source;
use crate::refusal::Refusal;

/// What the schedule of the repair loop is called, after the stack.
const RECONCILE: &str = "reconcile";

impl Doctor<'_> {
    /// What is published to a topic has to reach its queue, in its envelope.
    pub(super) async fn topics(&mut self) {
        let sns = aws_sdk_sns::Client::new(&self.target.sdk);
        for name in provision::TOPICS {
            let (topic, queue) =
                (self.target.names.arn("sns", name), self.target.names.arn("sqs", name));
            let pages =
                sns.list_subscriptions_by_topic().topic_arn(&topic).into_paginator().items().send();
            let subscriptions: Vec<_> = match pages.collect::<Result<_, _>>().await {
                Ok(subscriptions) => subscriptions,
                Err(error) => {
                    let refusal = Refusal::of("sns:ListSubscriptionsByTopic", &error);
                    self.findings.refused("topics", &refusal);
                    continue;
                }
            };
            let ours = subscriptions.iter().find(|it| it.endpoint() == Some(queue.as_str()));
            let Some(arn) = ours.and_then(|ours| ours.subscription_arn()) else {
                let what =
                    format!("the topic {name} does not lead to its queue: what it is told is lost");
                self.findings.wrong(
                    "topics",
                    what,
                    "deploy again; then look into what was published meanwhile",
                );
                continue;
            };
            match sns.get_subscription_attributes().subscription_arn(arn).send().await {
                Ok(answer) => {
                    let raw = answer.attributes().and_then(|all| all.get("RawMessageDelivery"));
                    match raw.is_some_and(|raw| raw == "true") {
                        true => self.findings.wrong(
                            "topics",
                            format!("the topic {name} delivers raw: its messages have no time of their own, and are refused"),
                            format!(
                                "`aws sns set-subscription-attributes --subscription-arn {arn} --attribute-name \
                                 RawMessageDelivery --attribute-value false`, then redrive the dead letters"
                            ),
                        ),
                        false => self.findings.ok("topics", format!("the topic {name} leads to its queue")),
                    }
                }
                Err(error) => {
                    let refusal = Refusal::of("sns:GetSubscriptionAttributes", &error);
                    self.findings.refused("topics", &refusal);
                }
            }
        }
    }

    /// Every dead letter is somebody who was not served.
    pub(super) async fn queues(&mut self) {
        let sqs = aws_sdk_sqs::Client::new(&self.target.sdk);
        let mut empty = true;
        let tells_others = self.target.cloud.config.queues.lifecycle_events.is_some();
        // The queue of milestones is there only where others are told of them.
        let there = |name: &str| tells_others || name != provision::queue::LIFECYCLE_EVENTS;
        for name in Source::all().into_iter().map(Source::name).filter(|name| there(name)) {
            let url = self.target.names.queue_url(&provision::dead_letters(name));
            let request = sqs.get_queue_attributes().queue_url(url);
            let waiting = QueueAttributeName::ApproximateNumberOfMessages;
            match request.attribute_names(waiting.clone()).send().await {
                Ok(answer) => {
                    let count = answer.attributes().and_then(|all| all.get(&waiting));
                    let count = count.map_or("0", String::as_str);
                    if count != "0" {
                        empty = false;
                        let what = format!("{count} dead letters of {name}");
                        let option = self.target.names.option();
                        let todo = format!(
                            "`ringback redrive {name} --peek{option}` shows why; infra/runbooks/{name}-dead-letters.md \
                             says what to do"
                        );
                        self.findings.wrong("dead-letters", what, todo);
                    }
                }
                Err(error) => {
                    empty = false;
                    let refusal = Refusal::of("sqs:GetQueueAttributes", &error);
                    self.findings.refused("dead-letters", &refusal);
                }
            }
        }
        if empty {
            self.findings.ok("dead-letters", "there are none");
        }
    }

    /// Both tables, and that neither can be lost.
    pub(super) async fn tables(&mut self) {
        let dynamodb = aws_sdk_dynamodb::Client::new(&self.target.sdk);
        let config = &self.target.cloud.config;
        for name in [config.reminders_table.clone(), config.billing_table.clone()] {
            match dynamodb.describe_table().table_name(&name).send().await {
                Ok(answer) => {
                    let Some(table) = answer.table() else { continue };
                    match table.table_status() {
                        Some(TableStatus::Active | TableStatus::Updating) => {
                            self.findings.ok("tables", format!("{name} is there"));
                        }
                        other => {
                            let status = other.map_or("unknown", TableStatus::as_str);
                            let what =
                                format!("the table {name} cannot be used: its status is {status}");
                            self.findings.wrong("tables", what, "wait until it is ACTIVE");
                        }
                    }
                    if self.in_aws() {
                        self.protection(&dynamodb, &name, table).await;
                        self.recovery(&dynamodb, &name).await;
                    }
                }
                Err(error) => {
                    let refusal = Refusal::of("dynamodb:DescribeTable", &error);
                    self.findings.refused("tables", &refusal);
                }
            }
        }
    }

    async fn protection(
        &mut self,
        dynamodb: &aws_sdk_dynamodb::Client,
        name: &str,
        table: &TableDescription,
    ) {
        if table.deletion_protection_enabled() == Some(true) {
            return;
        }
        let what = format!("the table {name} can be deleted by a hasty hand");
        if !self.fix {
            return self.findings.wrong("tables", what, format!("{} protects it", self.fixing()));
        }
        let request = dynamodb.update_table().table_name(name).deletion_protection_enabled(true);
        match request.send().await {
            Ok(_) => self
                .findings
                .mended("tables", format!("the table {name} is protected from deletion now")),
            Err(error) => {
                let refusal = Refusal::of("dynamodb:UpdateTable", &error);
                self.findings.wrong("tables", what, refusal.to_string());
            }
        }
    }

    async fn recovery(&mut self, dynamodb: &aws_sdk_dynamodb::Client, name: &str) {
        let described = match dynamodb.describe_continuous_backups().table_name(name).send().await {
            Ok(answer) => answer,
            Err(error) => {
                let refusal = Refusal::of("dynamodb:DescribeContinuousBackups", &error);
                return self.findings.refused("recovery", &refusal);
            }
        };
        let backups = described.continuous_backups_description();
        let recovery = backups.and_then(|it| it.point_in_time_recovery_description());
        let status = recovery.and_then(|it| it.point_in_time_recovery_status());
        if status == Some(&PointInTimeRecoveryStatus::Enabled) {
            return self.findings.ok("recovery", format!("{name} can be restored to any second"));
        }
        let what = format!(
            "the table {name} cannot be restored to an earlier moment: point-in-time recovery is off"
        );
        if !self.fix {
            return self.findings.wrong("recovery", what, format!("{} turns it on", self.fixing()));
        }
        let on = PointInTimeRecoverySpecification::builder()
            .point_in_time_recovery_enabled(true)
            .build()
            .ok();
        let request = dynamodb.update_continuous_backups().table_name(name);
        match request.set_point_in_time_recovery_specification(on).send().await {
            Ok(_) => self
                .findings
                .mended("recovery", format!("{name} can be restored to any second from now on")),
            Err(error) => {
                let refusal = Refusal::of("dynamodb:UpdateContinuousBackups", &error);
                self.findings.wrong("recovery", what, refusal.to_string());
            }
        }
    }

    /// Where reminders are scheduled, and what starts the repair loop.
    pub(super) async fn schedules(&mut self) {
        let scheduler = aws_sdk_scheduler::Client::new(&self.target.sdk);
        let group = self.target.cloud.config.schedules.group.clone();
        match scheduler.get_schedule_group().name(&group).send().await {
            Ok(answer) if answer.state() == Some(&ScheduleGroupState::Active) => {
                self.findings.ok("schedules", format!("the group {group} takes schedules"));
            }
            Ok(_) => self.findings.wrong(
                "schedules",
                format!("the schedule group {group} is being deleted"),
                "deploy again once it is gone; `reconcile` rings meanwhile, up to a minute and a half late",
            ),
            Err(error) => {
                let refusal = Refusal::of("scheduler:GetScheduleGroup", &error);
                self.findings.refused("schedules", &refusal);
            }
        }
        let name = self.target.names.of(RECONCILE);
        match scheduler.get_schedule().name(&name).send().await {
            Ok(answer) if answer.state() == Some(&ScheduleState::Enabled) => {
                self.findings.ok("reconcile", "the repair loop is started every minute");
            }
            Ok(_) => self.findings.wrong(
                "reconcile",
                format!("the repair loop stands still: the schedule {name} is disabled"),
                "enable it in the console of EventBridge Scheduler, group default, or deploy again",
            ),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(GetScheduleError::is_resource_not_found_exception) =>
            {
                self.findings.wrong(
                    "reconcile",
                    format!("the repair loop stands still: there is no schedule {name}"),
                    "deploy again",
                );
            }
            Err(error) => {
                let refusal = Refusal::of("scheduler:GetSchedule", &error);
                self.findings.refused("reconcile", &refusal);
            }
        }
    }
}
