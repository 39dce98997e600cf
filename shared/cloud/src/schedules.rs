//! EventBridge Scheduler: one schedule per version of a reminder's time.

use aws_sdk_scheduler::error::ProvideErrorMetadata;
use aws_sdk_scheduler::types::{
    ActionAfterCompletion, DeadLetterConfig, FlexibleTimeWindow, FlexibleTimeWindowMode,
    RetryPolicy, Target,
};
use chrono::{DateTime, Utc};
use domain::limits;
use domain::occurrence::Occurrence;

use crate::connection::Cloud;
use crate::error::Error;
use crate::queues::{Due, encode};

/// How long the scheduler tries to reach its queue: past this a reminder is too late to ring.
const EVENT_AGE_S: i32 = 900;

/// Tries within that time.
const RETRIES: i32 = 20;

impl Cloud {
    /// Makes the schedule for the next attempt at `row`. Making it twice is a success.
    ///
    /// It fires [`limits::SCHEDULE_LEAD`] early, because the service promises only the minute; the queue and the
    /// receiver wait out the rest. Times are UTC without fraction or `Z`, as the service demands.
    ///
    /// # Errors
    /// [`Error`] if the service fails.
    pub async fn create_schedule(&self, row: &Occurrence) -> Result<(), Error> {
        let built = |source| Error::Aws {
            operation: "scheduler:CreateSchedule",
            source: Box::new(source) as Box<dyn std::error::Error + Send + Sync>,
        };
        let schedules = &self.config.schedules;
        let retries = RetryPolicy::builder()
            .maximum_event_age_in_seconds(EVENT_AGE_S)
            .maximum_retry_attempts(RETRIES)
            .build();
        let target = Target::builder()
            .arn(&schedules.target_arn)
            .role_arn(&schedules.role_arn)
            .input(encode(&Due::of(row))?)
            .retry_policy(retries)
            .dead_letter_config(
                DeadLetterConfig::builder().arn(&schedules.dead_letters_arn).build(),
            )
            .build()
            .map_err(built)?;
        let exactly = FlexibleTimeWindow::builder().mode(FlexibleTimeWindowMode::Off).build();
        let result = self
            .scheduler
            .create_schedule()
            .name(format!("{}-{}", row.id, row.version))
            .group_name(&schedules.group)
            .schedule_expression(expression(row.not_before - limits::SCHEDULE_LEAD))
            .flexible_time_window(exactly.map_err(built)?)
            .action_after_completion(ActionAfterCompletion::Delete)
            .target(target)
            .send()
            .await;
        match result {
            Ok(_) => Ok(()),
            Err(error) if error.code() == Some("ConflictException") => Ok(()),
            Err(error) => Err(Error::aws("scheduler:CreateSchedule")(error)),
        }
    }
}

/// `at(2027-06-21T15:28:30)`.
fn expression(at: DateTime<Utc>) -> String {
    format!("at({})", at.format("%Y-%m-%dT%H:%M:%S"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schedule_names_its_second_without_fraction_or_zone() {
        let at: DateTime<Utc> = "2027-06-21T15:28:30.987Z".parse().unwrap();
        assert_eq!(expression(at), "at(2027-06-21T15:28:30)");
    }
}
