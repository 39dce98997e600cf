//! Where the emulator falls short of AWS, and which test holds the template to it instead.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    ContinuousBackupsStatus, PointInTimeRecoveryStatus, TimeToLiveStatus,
};
use aws_types::SdkConfig;

/// The tests of the template, and of what is nested in it.
const TEMPLATE: [&str; 2] = [
    include_str!("../../architecture/src/template.rs"),
    include_str!("../../architecture/src/archive.rs"),
];

/// What is not shown here, and the test of `tests/architecture` that holds it.
const GAPS: [(&str, &str); 8] = [
    ("tables are made without time to live", "what_is_tidied_up_expires_and_nothing_else"),
    (
        "tables are made without point-in-time recovery",
        "what_is_stored_is_encrypted_kept_and_recoverable",
    ),
    (
        "tables can be deleted by whoever may, AWS::Backup::BackupSelection is unknown",
        "what_is_stored_is_encrypted_kept_and_recoverable",
    ),
    (
        "a schedule that cannot reach its queue leaves no dead letter",
        "what_schedules_cannot_deliver_becomes_a_dead_letter",
    ),
    (
        "CodeDeploy is missing: versions take over at once",
        "a_new_version_is_taken_back_by_the_alarm_of_its_function",
    ),
    (
        "aws:PrincipalIsAWSService is unknown: the account's owner may publish to the topics",
        "only_the_carrier_publishes_to_the_topics",
    ),
    (
        "topics hand nothing to streams: what reaches them is in no archive",
        "both_topics_are_archived_with_their_envelopes_and_what_is_not_taken_is_a_dead_letter",
    ),
    (
        "a schedule is taken for one of the group `default`",
        "schedules_are_made_in_their_own_group_only",
    ),
];

/// Says what is not shown here.
///
/// # Panics
/// A test that is named is not there.
pub fn tell() {
    for (gap, held_by) in GAPS {
        let test = format!("\nfn {held_by}()");
        assert!(TEMPLATE.iter().any(|it| it.contains(&test)), "there is no test {held_by}");
        println!("   gap           {gap}: tests/architecture, {held_by}");
    }
}

/// Gaps that are none any more, in sentences: then the scenarios can show what the template is held to.
pub async fn closed(emulator: &SdkConfig, reminders: &str) -> Vec<String> {
    let dynamodb = Client::new(emulator);
    let mut closed = Vec::new();
    let described = dynamodb.describe_time_to_live().table_name(reminders).send().await.unwrap();
    let expires = described.time_to_live_description.and_then(|it| it.time_to_live_status);
    if expires == Some(TimeToLiveStatus::Enabled) {
        closed.push("the emulator makes tables with time to live now".to_owned());
    }
    let described =
        dynamodb.describe_continuous_backups().table_name(reminders).send().await.unwrap();
    let backups = described.continuous_backups_description.unwrap();
    assert!(matches!(
        backups.continuous_backups_status(),
        ContinuousBackupsStatus::Enabled | ContinuousBackupsStatus::Disabled
    ));
    let recovery =
        backups.point_in_time_recovery_description.and_then(|it| it.point_in_time_recovery_status);
    if recovery == Some(PointInTimeRecoveryStatus::Enabled) {
        closed.push("the emulator makes tables with point-in-time recovery now".to_owned());
    }
    closed
}
