//! EventBridge Scheduler.

use aws_sdk_scheduler::Client;
use aws_sdk_scheduler::types::{FlexibleTimeWindow, FlexibleTimeWindowMode, Target};
use aws_types::SdkConfig;

use super::{Probe, outcome};

/// A time of schedules that no run of this lives to see.
const LATER: &str = "at(2099-06-21T15:28:30)";

const REFUSED: (&str, &str) =
    ("refused: ValidationException", "User Guide, Schedule types: at(yyyy-mm-ddThh:mm:ss)");

pub(super) const PROBES: &[&Probe] = &[
    &Probe {
        question: "a schedule of a name that is taken",
        ask: |sdk| Box::pin(twice(sdk)),
        documented: ("refused: ConflictException", "API Reference, CreateSchedule, Errors"),
        emulator: None,
    },
    &Probe {
        question: "a schedule in a group that is not there",
        ask: |sdk| Box::pin(create(sdk, "nowhere", "probe-group", LATER)),
        documented: ("refused: ResourceNotFoundException", "API Reference, CreateSchedule, Errors"),
        emulator: None,
    },
    &Probe {
        question: "a time with a zone in it",
        ask: |sdk| Box::pin(create(sdk, "default", "probe-zone", "at(2099-06-21T15:28:30Z)")),
        documented: REFUSED,
        emulator: Some("taken"),
    },
    &Probe {
        question: "a time with a fraction of a second",
        ask: |sdk| Box::pin(create(sdk, "default", "probe-fraction", "at(2099-06-21T15:28:30.5)")),
        documented: REFUSED,
        emulator: Some("taken"),
    },
    &Probe {
        question: "a schedule's name with a space",
        ask: |sdk| Box::pin(create(sdk, "default", "probe name", LATER)),
        documented: (
            "refused: ValidationException",
            "API Reference, CreateSchedule: [0-9a-zA-Z-_.]+",
        ),
        emulator: None,
    },
];

async fn create(sdk: &SdkConfig, group: &str, name: &str, expression: &str) -> String {
    let account = "000000000000";
    let target = Target::builder()
        .arn(format!("arn:aws:sqs:us-east-1:{account}:probe"))
        .role_arn(format!("arn:aws:iam::{account}:role/probe"))
        .build()
        .unwrap();
    let exactly = FlexibleTimeWindow::builder().mode(FlexibleTimeWindowMode::Off).build().unwrap();
    let create = Client::new(sdk).create_schedule().group_name(group).name(name);
    let create = create.schedule_expression(expression).flexible_time_window(exactly);
    outcome(&create.target(target).send().await)
}

async fn twice(sdk: &SdkConfig) -> String {
    let first = create(sdk, "default", "probe-twice", LATER).await;
    assert_eq!(first, "taken");
    create(sdk, "default", "probe-twice", LATER).await
}
