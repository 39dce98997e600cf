//! What the Scheduler SDK sees.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_scheduler::Client;
use aws_sdk_scheduler::config::retry::RetryConfig;
use aws_sdk_scheduler::config::{BehaviorVersion, Region};
use aws_sdk_scheduler::error::ProvideErrorMetadata;
use aws_sdk_scheduler::primitives::DateTime;
use aws_sdk_scheduler::types::{
    ActionAfterCompletion, DeadLetterConfig, FlexibleTimeWindow, FlexibleTimeWindowMode,
    RetryPolicy, ScheduleState, Tag, Target,
};
use aws_smithy_http_client::Builder;
use tokio::time::Instant;

use crate::stack::Stack;

fn client(stack: &Stack) -> Client {
    Client::from_conf(
        aws_sdk_scheduler::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .credentials_provider(Credentials::new("anybody", "anything", None, None, "test"))
            .endpoint_url(&stack.endpoint)
            .http_client(Builder::new().build_http())
            .region(Region::new("us-east-1"))
            .retry_config(RetryConfig::disabled())
            .build(),
    )
}

fn off() -> FlexibleTimeWindow {
    FlexibleTimeWindow::builder().mode(FlexibleTimeWindowMode::Off).build().unwrap()
}

fn target(arn: &str) -> Target {
    let role = "arn:aws:iam::000000000000:role/scheduler";
    Target::builder().arn(arn).role_arn(role).input("ring").build().unwrap()
}

/// So many seconds from now on, as an `at` expression.
async fn at(stack: &Stack, seconds: i64) -> String {
    let now = stack.handle.with(|ctx| Ok(ctx.now)).await.unwrap();
    (now + chrono::Duration::seconds(seconds)).format("at(%Y-%m-%dT%H:%M:%S)").to_string()
}

#[tokio::test]
async fn a_schedule_fires_into_its_queue_and_is_gone() {
    let stack = Stack::start().await;
    let (client, (url, arn)) = (client(&stack), stack.queue("due").await);
    client.create_schedule_group().name("reminders").send().await.unwrap();
    let soon = at(&stack, 1).await;
    let create = || {
        let create = client.create_schedule().name("u-1-1-1").group_name("reminders");
        let create = create.schedule_expression(&soon).flexible_time_window(off());
        create.target(target(&arn)).action_after_completion(ActionAfterCompletion::Delete)
    };
    let made = create().send().await.unwrap();
    let expected = "arn:aws:scheduler:us-east-1:000000000000:schedule/reminders/u-1-1-1";
    assert_eq!(made.schedule_arn(), expected);
    let again = create().send().await.unwrap_err().into_service_error();
    assert!(again.is_conflict_exception(), "{again}");
    assert!(again.message().unwrap().contains("u-1-1-1"));

    let asked = Instant::now();
    let receive = stack.sqs().receive_message().queue_url(&url).wait_time_seconds(10);
    let messages = receive.send().await.unwrap().messages.unwrap_or_default();
    assert_eq!(messages[0].body(), Some("ring"));
    assert!(asked.elapsed() < Duration::from_secs(3), "{:?}", asked.elapsed());
    let gone = client.get_schedule().name("u-1-1-1").group_name("reminders").send().await;
    assert!(gone.unwrap_err().into_service_error().is_resource_not_found_exception());
}

#[tokio::test]
async fn a_schedule_is_read_changed_listed_and_deleted() {
    let stack = Stack::start().await;
    let (client, (_, arn)) = (client(&stack), stack.queue("due").await);
    let policy = RetryPolicy::builder().maximum_retry_attempts(3).maximum_event_age_in_seconds(600);
    let dead = DeadLetterConfig::builder().arn(format!("{arn}-dead")).build();
    let role = "arn:aws:iam::000000000000:role/scheduler";
    let target_of = Target::builder().arn(&arn).role_arn(role).input("{}");
    let target_of = target_of.retry_policy(policy.build()).dead_letter_config(dead);
    let start = DateTime::from_secs(2_000_000_000);
    client
        .create_schedule()
        .name("daily")
        .schedule_expression("cron(30 9 ? * MON-FRI *)")
        .schedule_expression_timezone("Asia/Kolkata")
        .start_date(start)
        .flexible_time_window(off())
        .target(target_of.build().unwrap())
        .description("tea")
        .send()
        .await
        .unwrap();
    let read = client.get_schedule().name("daily").send().await.unwrap();
    assert_eq!(read.schedule_expression(), Some("cron(30 9 ? * MON-FRI *)"));
    assert_eq!(read.schedule_expression_timezone(), Some("Asia/Kolkata"));
    assert_eq!(read.start_date(), Some(&start));
    assert_eq!(read.state(), Some(&ScheduleState::Enabled));
    let policy = read.target().unwrap().retry_policy().unwrap();
    assert_eq!(policy.maximum_retry_attempts(), Some(3));
    assert!(read.creation_date().unwrap().secs() > 1_700_000_000);

    let update = client.update_schedule().name("daily").schedule_expression("rate(1 day)");
    let update = update.flexible_time_window(off()).target(target(&arn));
    update.state(ScheduleState::Disabled).send().await.unwrap();
    let read = client.get_schedule().name("daily").send().await.unwrap();
    assert_eq!((read.description(), read.start_date()), (None, None));
    assert_eq!(read.target().unwrap().input(), Some("ring"));

    for name in ["d0", "d1", "d2"] {
        let create = client.create_schedule().name(name).schedule_expression("rate(1 day)");
        let create = create.flexible_time_window(off()).state(ScheduleState::Disabled);
        create.target(target(&arn)).send().await.unwrap();
    }
    let list = client.list_schedules().name_prefix("d").state(ScheduleState::Disabled);
    let mut pages = list.into_paginator().page_size(2).items().send();
    let mut names = Vec::new();
    while let Some(schedule) = pages.next().await {
        names.push(schedule.unwrap().name().unwrap().to_owned());
    }
    assert_eq!(names, ["d0", "d1", "d2", "daily"]);
    client.delete_schedule().name("daily").send().await.unwrap();
    let again = client.delete_schedule().name("daily").send().await.unwrap_err();
    assert!(again.into_service_error().is_resource_not_found_exception());
}

#[tokio::test]
async fn what_the_service_refuses_is_refused_as_it_does() {
    let stack = Stack::start().await;
    let (client, (_, arn)) = (client(&stack), stack.queue("due").await);
    for (expression, target, expected) in [
        ("at(2027-06-21T17:30:00Z)", target(&arn), "Invalid Schedule Expression"),
        ("at(2027-06-21T17:30:00.5)", target(&arn), "Invalid Schedule Expression"),
        ("rate(1 minutes)", target(&arn), "Invalid Schedule Expression"),
        ("rate(1 minute)", target("arn:aws:sns:us-east-1:000000000000:t"), "SQS queues"),
    ] {
        let create = client.create_schedule().name("x").schedule_expression(expression);
        let create = create.flexible_time_window(off()).target(target);
        let error = create.send().await.unwrap_err().into_service_error();
        assert!(error.is_validation_exception(), "{error}");
        assert!(error.message().unwrap().contains(expected), "{error}");
    }
    let create = client.create_schedule().name("x").group_name("none");
    let create = create.schedule_expression("rate(1 day)").flexible_time_window(off());
    let error = create.target(target(&arn)).send().await.unwrap_err().into_service_error();
    assert!(error.is_resource_not_found_exception(), "{error}");
}

#[tokio::test]
async fn groups_and_their_tags_are_kept() {
    let stack = Stack::start().await;
    let client = client(&stack);
    let tag = |value: &str| Tag::builder().key("app").value(value).build().unwrap();
    let create = client.create_schedule_group().name("reminders").tags(tag("one"));
    let arn = create.send().await.unwrap().schedule_group_arn;
    client.tag_resource().resource_arn(&arn).tags(tag("two")).send().await.unwrap();
    let tags = client.list_tags_for_resource().resource_arn(&arn).send().await.unwrap();
    assert_eq!(tags.tags(), [tag("two")]);
    client.untag_resource().resource_arn(&arn).tag_keys("app").send().await.unwrap();
    let groups = client.list_schedule_groups().send().await.unwrap();
    let names: Vec<_> = groups.schedule_groups().iter().filter_map(|group| group.name()).collect();
    assert_eq!(names, ["default", "reminders"]);
    client.delete_schedule_group().name("reminders").send().await.unwrap();
    let error = client.get_schedule_group().name("reminders").send().await.unwrap_err();
    assert!(error.into_service_error().is_resource_not_found_exception());
}
