//! The number: that it is there, can text and call, and hands us every text, STOP among them.

use aws_sdk_pinpointsmsvoicev2::operation::update_phone_number::UpdatePhoneNumberError;
use aws_sdk_pinpointsmsvoicev2::types::{
    NumberCapability, NumberStatus, NumberType, PhoneNumberInformation, ValidationExceptionReason,
};
use stack::provision::queue;

use super::Doctor;
use crate::refusal::Refusal;

/// A setting of the number that is not as it should be, before and after it is mended.
struct Change {
    check: &'static str,
    what: &'static str,
    mended: &'static str,
}

const TWO_WAY: Change = Change {
    check: "two-way",
    what: "texts to the number do not reach us: its two-way channel is not our topic",
    mended: "texts to the number reach us: its two-way channel is our topic now",
};
const OPT_OUTS: Change = Change {
    check: "opt-outs",
    what: "STOP and HELP are answered by AWS and never reach us: self-managed opt-outs are off",
    mended: "STOP and HELP reach us: self-managed opt-outs are on now",
};
const PROTECTION: Change = Change {
    check: "number-kept",
    what: "the number can be released by a hasty hand, and would not come back",
    mended: "the number is protected from being released now",
};

impl Doctor<'_> {
    pub(super) async fn number(&mut self) {
        let wanted = self.target.cloud.config.carrier.number.as_str().to_owned();
        let pages = self.voice.describe_phone_numbers().into_paginator().items().send();
        let numbers: Vec<_> = match pages.collect::<Result<_, _>>().await {
            Ok(numbers) => numbers,
            Err(error) => {
                let refusal = Refusal::of("sms-voice:DescribePhoneNumbers", &error);
                return self.findings.refused("number", &refusal);
            }
        };
        let Some(number) = numbers.iter().find(|number| number.phone_number() == wanted) else {
            let others: Vec<_> = numbers.iter().map(PhoneNumberInformation::phone_number).collect();
            let others = if others.is_empty() { "none".to_owned() } else { others.join(", ") };
            return self.findings.wrong(
                "number",
                format!(
                    "{wanted} is not a number of this account in this region; those are: {others}"
                ),
                "deploy with ServiceNumber as one of them, or request one (README, Deploy)",
            );
        };
        self.abilities(number);
        self.opt_out_list(number.opt_out_list_name()).await;
        self.settings(number).await;
    }

    /// What the number is: no request changes it.
    fn abilities(&mut self, number: &PhoneNumberInformation) {
        let (name, kind) = (number.phone_number(), number.number_type());
        let found = &mut self.findings;
        let before = found.count_wrong();
        if *number.status() != NumberStatus::Active {
            found.wrong(
                "number",
                format!("{name} is not active: its status is {}", number.status()),
                "wait until AWS has made it active; `aws pinpoint-sms-voice-v2 describe-registrations` shows what \
                 its registration still lacks",
            );
        }
        if *kind == NumberType::TollFree && number.iso_country_code() == "US" {
            found.wrong(
                "number",
                format!("{name} is a US toll-free number: its carriers keep STOP to themselves, and it never reaches us"),
                "request a number of another kind, a ten-digit long code, and deploy with it as ServiceNumber",
            );
        }
        let another = "a number's abilities cannot be added: request one with SMS and VOICE, and deploy with it as \
                       ServiceNumber";
        let can = |what| number.number_capabilities().contains(&what);
        if !can(NumberCapability::Sms) {
            found.wrong("number", format!("{name} cannot text: it has no capability SMS"), another);
        }
        match (can(NumberCapability::Voice), kind) {
            (true, _) => {}
            (false, NumberType::Simulator) => found.note(
                "number",
                format!(
                    "{name} is simulated: it cannot call, and texts AWS's simulated phones alone"
                ),
                "fine for a first try; for people it needs a real number (README, Deploy)",
            ),
            (false, _) => {
                found.wrong(
                    "number",
                    format!("{name} cannot call: it has no capability VOICE"),
                    another,
                );
            }
        }
        if found.count_wrong() == before {
            found.ok("number", format!("{name} is active"));
        }
    }

    async fn opt_out_list(&mut self, name: &str) {
        let pages = self.voice.describe_opted_out_numbers().opt_out_list_name(name);
        let pages = pages.into_paginator().items().send();
        match pages.collect::<Result<Vec<_>, _>>().await {
            Ok(phones) => {
                self.findings
                    .ok("opt-out-list", format!("{} phones are on the list {name}", phones.len()));
            }
            Err(error) => {
                let refusal = Refusal::of("sms-voice:DescribeOptedOutNumbers", &error);
                self.findings.refused("opt-out-list", &refusal);
            }
        }
    }

    /// What the number is told to do: one request mends all of it.
    async fn settings(&mut self, number: &PhoneNumberInformation) {
        let topic = self.target.names.arn("sns", queue::INBOUND_SMS);
        let ours = number.two_way_enabled() && number.two_way_channel_arn() == Some(topic.as_str());
        let kept = number.deletion_protection_enabled() || !self.in_aws();
        let managed = number.self_managed_opt_outs_enabled();
        if ours {
            self.findings.ok(TWO_WAY.check, "texts to the number reach our topic");
        }
        if managed {
            self.findings.ok(OPT_OUTS.check, "STOP and HELP reach us");
        }
        let all = [(ours, TWO_WAY), (managed, OPT_OUTS), (kept, PROTECTION)];
        let changes: Vec<Change> =
            all.into_iter().filter_map(|(fine, change)| (!fine).then_some(change)).collect();
        if changes.is_empty() {
            return;
        }
        if let Some(pool) = number.pool_id() {
            let todo = format!(
                "the number is in a pool, where it has to be set: `aws pinpoint-sms-voice-v2 update-pool --pool-id \
                 {pool} --two-way-enabled --two-way-channel-arn {topic} --self-managed-opt-outs-enabled`"
            );
            return self.all_wrong(&changes, &todo);
        }
        if !self.fix {
            let todo = format!("{} sets it", self.fixing());
            return self.all_wrong(&changes, &todo);
        }
        let mut update = self.voice.update_phone_number();
        update = update.set_phone_number_id(number.phone_number_id().map(str::to_owned));
        if !ours {
            update = update.two_way_enabled(true).two_way_channel_arn(topic);
        }
        if !managed {
            update = update.self_managed_opt_outs_enabled(true);
        }
        if !kept {
            update = update.deletion_protection_enabled(true);
        }
        match update.send().await {
            Ok(_) => {
                changes.iter().for_each(|change| self.findings.mended(change.check, change.mended));
            }
            Err(error) => {
                let refusal = Refusal::of("sms-voice:UpdatePhoneNumber", &error);
                let todo = error.as_service_error().and_then(remedy);
                let todo =
                    todo.map_or_else(|| refusal.to_string(), |todo| format!("{refusal}: {todo}"));
                self.all_wrong(&changes, &todo);
            }
        }
    }

    fn all_wrong(&mut self, changes: &[Change], todo: &str) {
        for change in changes {
            self.findings.wrong(change.check, change.what, todo);
        }
    }
}

/// What to do when the number does not let itself be set so.
fn remedy(error: &UpdatePhoneNumberError) -> Option<&'static str> {
    use ValidationExceptionReason as Reason;
    let UpdatePhoneNumberError::ValidationException(error) = error else { return None };
    Some(match error.reason()? {
        Reason::TwoWayNotSupportedInRegion => {
            "deploy in a region that has two-way SMS and voice, such as us-east-1"
        }
        Reason::TwoWayNotSupportedInCountry => {
            "numbers of this country take no texts: deploy with one of another country"
        }
        Reason::TwoWayTopicNotPresent => {
            "deploy the stack again, so that the topic and its policy are there"
        }
        _ => return None,
    })
}
