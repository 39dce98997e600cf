//! The account: what AWS has granted it, and whether one phone can be reached.

use aws_sdk_pinpointsmsvoicev2::types::{
    AccountAttribute, AccountAttributeName, SpendLimit, SpendLimitName,
};
use domain::phone::Phone;

use super::Doctor;
use crate::refusal::Refusal;

/// US dollars a month that every account begins with: some hundred texts, or calls.
const SPEND_LIMIT_OF_NEW_ACCOUNTS: i64 = 1;

/// Calls a minute that AWS grants at most.
const CALLS_PER_MINUTE_MAX: usize = 20;

impl Doctor<'_> {
    pub(super) async fn account(&mut self) {
        self.tier().await;
        self.spend_limits().await;
        self.limits().await;
        let calls = self.target.cloud.config.carrier.calls.per_minute;
        if calls > CALLS_PER_MINUTE_MAX && self.in_aws() {
            self.findings.note(
                "calls",
                format!("{calls} calls a minute are configured, and AWS grants {CALLS_PER_MINUTE_MAX} to everybody"),
                "deploy with CallsPerMinute as 20, unless AWS support has granted more in writing",
            );
        }
    }

    async fn tier(&mut self) {
        match self.voice.describe_account_attributes().send().await {
            Ok(answer) => {
                let tier = answer
                    .account_attributes()
                    .iter()
                    .find(|attribute| *attribute.name() == AccountAttributeName::AccountTier);
                match tier.map(AccountAttribute::value) {
                    Some("SANDBOX") => self.findings.wrong(
                        "sandbox",
                        "the account is in the sandbox: ten verified phones, 20 calls a day of 30 seconds",
                        "ask for production access for SMS and for voice: End User Messaging console, Overview; until \
                         then add phones with `aws pinpoint-sms-voice-v2 create-verified-destination-number`",
                    ),
                    _ => self.findings.ok("sandbox", "the account is out of the sandbox"),
                }
            }
            Err(error) => {
                let refusal = Refusal::of("sms-voice:DescribeAccountAttributes", &error);
                self.findings.refused("sandbox", &refusal);
            }
        }
    }

    async fn spend_limits(&mut self) {
        let pages = self.voice.describe_spend_limits().into_paginator().items().send();
        let limits: Vec<SpendLimit> = match pages.collect::<Result<_, _>>().await {
            Ok(limits) => limits,
            Err(error) => {
                let refusal = Refusal::of("sms-voice:DescribeSpendLimits", &error);
                return self.findings.refused("spend-limit", &refusal);
            }
        };
        let kinds = [
            (
                SpendLimitName::TextMessageMonthlySpendLimit,
                "texts",
                "text",
                "TextMessageMonthlySpend",
            ),
            (
                SpendLimitName::VoiceMessageMonthlySpendLimit,
                "calls",
                "voice",
                "VoiceMessageMonthlySpend",
            ),
        ];
        for (name, what, word, quota) in kinds {
            let Some(limit) = limits.iter().find(|limit| *limit.name() == name) else { continue };
            let (enforced, most) = (limit.enforced_limit(), limit.max_limit());
            if enforced > SPEND_LIMIT_OF_NEW_ACCOUNTS {
                self.findings.ok(
                    "spend-limit",
                    format!("{enforced} dollars a month may be spent on {what}"),
                );
                continue;
            }
            let todo = match most > enforced {
                true => format!(
                    "AWS allows {most}: `aws pinpoint-sms-voice-v2 set-{word}-message-spend-limit-override \
                     --monthly-limit {most}`"
                ),
                false => format!(
                    "ask for more: Service Quotas, AWS End User Messaging, {quota}; then raise SpendAlarm"
                ),
            };
            let what =
                format!("{enforced} dollars a month may be spent on {what}, then all are refused");
            self.findings.wrong("spend-limit", what, todo);
        }
    }

    async fn limits(&mut self) {
        match self.voice.describe_account_limits().send().await {
            Ok(answer) => {
                for limit in
                    answer.account_limits().iter().filter(|limit| limit.used() >= limit.max())
                {
                    self.findings.note(
                        "quota",
                        format!("{} of {} {} are used", limit.used(), limit.max(), limit.name()),
                        "release some, or ask for more: Service Quotas, AWS End User Messaging",
                    );
                }
            }
            Err(error) => {
                let refusal = Refusal::of("sms-voice:DescribeAccountLimits", &error);
                self.findings.refused("quota", &refusal);
            }
        }
    }

    /// Whether one phone can be texted and called.
    pub(super) async fn reachable(&mut self, phone: &Phone) {
        let before = self.findings.count_wrong();
        let country = phone.country();
        let config = &self.target.cloud.config;
        if !config.prices.book().serves(country, self.target.cloud.clock.now()) {
            self.findings.wrong(
                "phone",
                format!("it is in {}, which has no price and is not served", country.code()),
                "add a rule for the country to infra/prices.toml and to infra/protect.yaml, and deploy",
            );
        }
        let list = self.voice.describe_phone_numbers().into_paginator().items().send();
        let own = config.carrier.number.as_str();
        let numbers: Vec<_> = list.collect::<Result<_, _>>().await.unwrap_or_default();
        let list = numbers.iter().find(|number| number.phone_number() == own);
        let list = list.map_or("Default", |number| number.opt_out_list_name());
        let asked = self.voice.describe_opted_out_numbers().opt_out_list_name(list);
        match asked.opted_out_numbers(phone.as_str()).send().await {
            Ok(found) if !found.opted_out_numbers().is_empty() => self.findings.wrong(
                "phone",
                format!("it is on the opt-out list {list}: nothing reaches it"),
                format!(
                    "only its owner may change that, by texting START; if that does not help, `aws \
                     pinpoint-sms-voice-v2 delete-opted-out-number --opt-out-list-name {list} --opted-out-number E164`, \
                     once in 30 days"
                ),
            ),
            Err(error) if error.as_service_error().is_none_or(|e| !e.is_resource_not_found_exception()) => {
                let refusal = Refusal::of("sms-voice:DescribeOptedOutNumbers", &error);
                self.findings.refused("phone", &refusal);
            }
            Ok(_) | Err(_) => {}
        }
        if self.findings.count_wrong() == before {
            self.findings.ok("phone", "nothing keeps us from reaching it");
        }
    }
}
