//! What an operator reads when something is not as it should be, and what `--fix` makes of it.

use aws_local::carrier::Account;
use aws_local::{Data, sqs};
use serde_json::{Value, json};
use stack::provision::queue;

use crate::deployment::{Deployment, STACK, answer, named};

/// What the doctor found.
struct Found {
    code: Option<i32>,
    findings: Vec<Value>,
}

impl Found {
    /// What it says of a check that is not well, with what to do.
    fn wrong(&self, check: &str) -> Vec<String> {
        self.with(check, "wrong")
    }

    fn with(&self, check: &str, level: &str) -> Vec<String> {
        let found = self.findings.iter().filter(|it| it["check"] == check && it["level"] == level);
        found
            .map(|it| {
                format!(
                    "{}: {}",
                    it["what"].as_str().unwrap_or_default(),
                    it["todo"].as_str().unwrap_or_default()
                )
            })
            .collect()
    }

    /// The checks that found something wrong.
    fn checks(&self) -> Vec<&str> {
        let wrong = self.findings.iter().filter(|it| it["level"] == "wrong");
        let mut checks: Vec<_> = wrong.filter_map(|it| it["check"].as_str()).collect();
        checks.dedup();
        checks
    }
}

async fn look(bell: &Deployment, more: &[&str]) -> Found {
    let (code, said) =
        answer(&bell.run(&[&["doctor", "--stack", STACK, "--json"], more].concat()).await);
    let findings = said["findings"].as_array().expect("findings").clone();
    Found { code, findings }
}

/// A deployment of an account that lacks what `change` takes away.
async fn lacking(change: impl FnOnce(&mut Account)) -> Deployment {
    let bell =
        Deployment::on(&Data::Memory, |settings| change(&mut settings.carrier.account)).await;
    bell.aws_cli_says(&alarms(|_| ()));
    bell
}

/// Executions at once that an account has once it is no longer new.
const EXECUTIONS: u32 = 1_000;

/// All alarms of the templates, each changed by `change`.
fn alarms(change: impl Fn(&mut Value)) -> String {
    let templates = [include_str!("../../../alarms.yaml"), include_str!("../../../outcomes.yaml")];
    let lines = templates.iter().flat_map(|template| template.lines());
    let names =
        lines.filter_map(|line| line.trim().strip_prefix("AlarmName: !Sub ${Application}-"));
    let alarm = |name: &str| {
        let mut alarm = json!({
            "AlarmName": named(name),
            "AlarmDescription": format!("Runbook: infra/runbooks/{name}.md"),
            "ActionsEnabled": true,
            "AlarmActions": ["arn:aws:sns:us-east-1:000000000000:bell-alarms"],
            "StateValue": "OK",
        });
        change(&mut alarm);
        alarm
    };
    let alarms: Vec<Value> = names.map(alarm).collect();
    // What Lambda says of the account, too: one answer serves all questions.
    json!({
        "MetricAlarms": alarms,
        "CompositeAlarms": [],
        "AccountLimit": {"ConcurrentExecutions": EXECUTIONS},
    })
    .to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_runs_ten_functions_at_once_makes_people_wait() {
    let bell = lacking(|_| ()).await;
    let plenty = look(&bell, &[]).await.with("concurrency", "ok");
    assert!(
        plenty[0].starts_with("1000 functions run at once in this account, of which"),
        "{plenty:?}"
    );
    bell.aws_cli_says(&alarms(|_| ()).replace(&EXECUTIONS.to_string(), "10"));
    let few = look(&bell, &[]).await.with("concurrency", "note");
    assert!(few[0].contains("people would wait"), "{few:?}");
    assert!(few[0].contains("deploy with ReserveReconcile as false"), "{few:?}");
    bell.aws_cli_says("An error occurred (AccessDenied)");
    let unknown = look(&bell, &[]).await.wrong("concurrency");
    assert!(
        unknown[0].contains("it needs the permission lambda:GetAccountSettings"),
        "{unknown:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sound_deployment_is_well_once_it_cannot_be_lost() {
    let bell = lacking(|_| ()).await;
    let found = look(&bell, &[]).await;
    assert_eq!(
        (found.code, found.checks()),
        (Some(1), vec!["number-kept", "tables", "recovery", "tables", "recovery"])
    );
    let found = look(&bell, &["--fix"]).await;
    assert_eq!((found.code, found.checks()), (Some(0), vec![]), "{:?}", found.findings);
    let found = look(&bell, &[]).await;
    let level = |level: &str| found.findings.iter().filter(|it| it["level"] == level).count();
    assert_eq!(
        (found.code, level("wrong"), level("mended")),
        (Some(0), 0, 0),
        "{:?}",
        found.findings
    );
    let said = bell.run(&["doctor", "--stack", STACK]).await.stdout;
    let said = String::from_utf8(said).expect("UTF-8");
    assert!(said.ends_with("all is well\n"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_without_voice_is_said_with_what_to_do() {
    let found = look(&lacking(|account| account.voice = false).await, &[]).await;
    assert_eq!(found.code, Some(1));
    assert_eq!(
        found.wrong("number"),
        [
            "+12065550100 cannot call: it has no capability VOICE: a number's abilities cannot be added: request one \
          with SMS and VOICE, and deploy with it as ServiceNumber"
        ]
    );
    let simulated = lacking(|account| {
        account.voice = false;
        account.number_type = "SIMULATOR".into();
    });
    let found = look(&simulated.await, &[]).await;
    assert!(found.wrong("number").is_empty());
    assert!(found.with("number", "note")[0].contains("fine for a first try"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_toll_free_number_is_refused_since_stop_may_never_reach_us() {
    let found = look(&lacking(|account| account.number_type = "TOLL_FREE".into()).await, &[]).await;
    assert!(
        found.wrong("number")[0]
            .contains("US toll-free number: its carriers keep STOP to themselves")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_region_without_two_way_sms_is_said_when_it_cannot_be_mended() {
    let bell = lacking(|account| account.two_way = false).await;
    let found = look(&bell, &[]).await;
    assert!(found.wrong("two-way")[0].ends_with("`ringback doctor --fix --stack bell` sets it"));
    assert!(
        found.wrong("opt-outs")[0].contains("STOP and HELP are answered by AWS and never reach us")
    );
    let found = look(&bell, &["--fix"]).await;
    assert_eq!(found.code, Some(1));
    let said = &found.wrong("two-way")[0];
    assert!(said.contains("not supported in this region"), "{said}");
    assert!(
        said.ends_with("deploy in a region that has two-way SMS and voice, such as us-east-1"),
        "{said}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_in_the_sandbox_with_a_dollar_a_month_is_said_with_whom_to_ask() {
    let found = look(
        &lacking(|account| {
            account.sandbox = true;
            account.spend_limit_usd = 1;
        })
        .await,
        &["--fix"],
    )
    .await;
    assert_eq!(found.code, Some(1));
    assert!(found.wrong("sandbox")[0].contains("ask for production access for SMS and for voice"));
    let limits = found.wrong("spend-limit");
    assert_eq!(limits.len(), 2);
    assert!(limits[0].contains("1 dollars a month may be spent on texts"), "{limits:?}");
    assert!(limits[1].contains("VoiceMessageMonthlySpend"), "{limits:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_permission_is_a_finding_and_keeps_no_other_from_being_made() {
    let bell = lacking(|account| account.sandbox = true).await;
    bell.deny("PinpointSMSVoiceV2.DescribePhoneNumbers");
    let found = look(&bell, &[]).await;
    assert_eq!(found.code, Some(1));
    let said = &found.wrong("number")[0];
    assert!(said.contains("you lack the permission sms-voice:DescribePhoneNumbers"), "{said}");
    assert!(said.ends_with(
        "add sms-voice:DescribePhoneNumbers to the policy of whoever runs this, and run it again"
    ));
    assert!(!found.wrong("sandbox").is_empty(), "the others were made");
    assert!(!found.with("dead-letters", "ok").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_has_opted_out_or_is_not_served_is_said() {
    let bell = lacking(|_| ()).await;
    let list = json!({"OptOutListName": "Default", "OptedOutNumber": "+12065550123"});
    bell.carrier("PutOptedOutNumber", &list).await;
    let found = look(&bell, &["--phone", "+12065550123"]).await;
    assert!(
        found.wrong("phone")[0]
            .starts_with("it is on the opt-out list Default: nothing reaches it: only its owner")
    );
    let found = look(&bell, &["--phone", "+12065550124"]).await;
    assert_eq!(found.with("phone", "ok").len(), 1);
    let found = look(&bell, &["--phone", "+4915112345678"]).await;
    assert_eq!(found.with("phone", "ok").len(), 1, "{:?}", found.findings);
    let found = look(&bell, &["--phone", "+8801712345678"]).await;
    assert!(
        found.wrong("phone")[0].contains("it is in BD, which has no price"),
        "{:?}",
        found.findings
    );
    let nobody = bell.run(&["doctor", "--stack", STACK, "--phone", "me"]).await;
    assert_eq!(nobody.status.code(), Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_changed_by_hand_is_put_right() {
    let bell = lacking(|account| account.protected = true).await;
    let numbers = bell.carrier("DescribePhoneNumbers", &json!({})).await;
    let off = json!({
        "PhoneNumberId": numbers["PhoneNumbers"][0]["PhoneNumberId"],
        "TwoWayChannelArn": "arn:aws:sns:us-east-1:000000000000:bell-alarms",
        "SelfManagedOptOutsEnabled": false,
    });
    bell.carrier("UpdatePhoneNumber", &off).await;
    let silent = json!({
        "ConfigurationSetName": STACK, "EventDestinationName": "events", "Enabled": false,
        "MatchingEventTypes": ["VOICE_ANSWERED", "TEXT_ALL"],
    });
    bell.carrier("UpdateEventDestination", &silent).await;
    let countries = json!({
        "ProtectConfigurationId": "protect-1", "NumberCapability": "VOICE",
        "CountryRuleSetUpdates": {
            "US": {"ProtectStatus": "BLOCK"}, "CU": {"ProtectStatus": "ALLOW"}, "KP": {"ProtectStatus": "BLOCK"},
        },
    });
    bell.carrier("UpdateProtectConfigurationCountryRuleSet", &countries).await;

    let found = look(&bell, &[]).await;
    assert_eq!(found.code, Some(1));
    let wrong = ["number-kept", "two-way", "opt-outs", "events", "countries"];
    for check in wrong {
        assert!(!found.wrong(check).is_empty(), "{check}: {:?}", found.findings);
    }
    assert!(found.wrong("events")[0].contains("the event destination events is off"));
    let countries = found.wrong("countries");
    assert!(
        countries[0].contains("blocks VOICE to countries that have a price: US"),
        "{countries:?}"
    );
    assert!(
        countries[1].contains("allows VOICE to countries without a price: CU"),
        "{countries:?}"
    );

    let found = look(&bell, &["--fix"]).await;
    for check in wrong {
        assert_eq!(
            (found.wrong(check).len(), found.with(check, "mended").len()),
            (0, 1),
            "{check}"
        );
    }
    let found = look(&bell, &[]).await;
    assert_eq!((found.code, found.checks()), (Some(0), vec![]), "{:?}", found.findings);
    let sets = bell.carrier("DescribeConfigurationSets", &json!({})).await;
    let types = &sets["ConfigurationSets"][0]["EventDestinations"][0]["MatchingEventTypes"];
    assert_eq!(types, &json!(["TEXT_ALL", "VOICE_ALL"]), "what else it told of it still tells");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_configuration_set_that_tells_another_topic_gets_a_destination_of_ours() {
    let bell = Deployment::on(&Data::Memory, |settings| {
        settings.carrier.event_topic_arn = "arn:aws:sns:us-east-1:000000000000:bell-alarms".into();
    })
    .await;
    bell.aws_cli_says(&alarms(|_| ()));
    let found = look(&bell, &[]).await;
    assert!(found.wrong("events")[0].contains("no event destination is our topic"));
    let found = look(&bell, &["--fix"]).await;
    assert_eq!(found.with("events", "mended").len(), 1);
    assert_eq!(look(&bell, &[]).await.with("events", "ok").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn alarms_that_are_missing_silent_or_on_are_named() {
    let bell = lacking(|_| ()).await;
    assert_eq!(look(&bell, &[]).await.with("alarms", "ok").len(), 2);
    bell.handle
        .with(|ctx| {
            let topic = aws_local::sns::arn(ctx.settings, &named("alarms"));
            let subscriptions = aws_local::sns::subscriptions_to(ctx, &topic)?;
            aws_local::sns::unsubscribe(ctx, &subscriptions[0].arn)
        })
        .await
        .expect("done");
    let said = look(&bell, &[]).await.wrong("alarms").join("\n");
    assert!(said.contains("nobody is told of alarms: their topic has no subscription"), "{said}");
    bell.aws_cli_says(&alarms(|alarm| {
        let name = alarm["AlarmName"].as_str().expect("a name").to_owned();
        match name.as_str() {
            "bell-due-unrung" => alarm["AlarmName"] = json!("bell-other"),
            "bell-rung-late" => alarm["AlarmActions"] = json!([]),
            "bell-texts-late" => alarm["StateValue"] = json!("ALARM"),
            _ => {}
        }
    }));
    let said = look(&bell, &[]).await.wrong("alarms").join("\n");
    assert!(said.contains("1 alarms are missing: due-unrung: deploy again"), "{said}");
    assert!(said.contains("1 alarms tell nobody: bell-rung-late"), "{said}");
    assert!(said.contains("bell-texts-late is on: see infra/runbooks/texts-late.md"), "{said}");
    bell.aws_cli_says("An error occurred (AccessDenied)");
    let said = look(&bell, &[]).await.wrong("alarms").join("\n");
    assert!(said.contains("it needs the permission cloudwatch:DescribeAlarms"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn dead_letters_and_topics_that_lead_nowhere_are_found() {
    let bell = lacking(|_| ()).await;
    bell.handle
        .with(|ctx| {
            let letter = sqs::Outgoing {
                body: "x".into(),
                attributes: [].into(),
                system: [].into(),
                delay_s: None,
            };
            sqs::send(ctx, &named("charges-dead-letters"), letter)?;
            let topic = aws_local::sns::arn(ctx.settings, &named(queue::CALL_EVENTS));
            let subscriptions = aws_local::sns::subscriptions_to(ctx, &topic)?;
            aws_local::sns::unsubscribe(ctx, &subscriptions[0].arn)
        })
        .await
        .expect("done");
    let found = look(&bell, &[]).await;
    assert!(
        found.wrong("dead-letters")[0]
            .contains("1 dead letters of charges: `ringback redrive charges --peek --stack bell`")
    );
    assert!(found.wrong("topics")[0].contains("the topic call-events does not lead to its queue"));
}
