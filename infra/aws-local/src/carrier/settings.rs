//! What an account can change of its number, its configuration set and its protect configuration.
//!
//! Until it changes something all is as [`CarrierSettings`](super::CarrierSettings) has it.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, params};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::request::{self, Envelope};
use super::{OPT_OUT_LIST, broken, describe, error, not_found, parse, validation};
use crate::checks::Checks;
use crate::wire::AwsError;
use crate::{Ctx, sns};

/// The one protect configuration, where there is one.
pub(super) const PROTECT: &str = "protect-1";

/// What of the number can be changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Number {
    pub two_way: bool,
    pub channel_arn: Option<String>,
    pub channel_role: Option<String>,
    pub self_managed_opt_outs: bool,
    pub international: bool,
    pub deletion_protection: bool,
}

impl Number {
    pub fn of(ctx: &Ctx) -> Result<Self, AwsError> {
        let settings = &ctx.settings.carrier;
        Ok(kept(ctx, "number")?.unwrap_or_else(|| Self {
            two_way: settings.account.two_way,
            channel_arn: settings.account.two_way.then(|| settings.two_way_topic_arn.clone()),
            channel_role: None,
            self_managed_opt_outs: settings.account.two_way,
            international: true,
            deletion_protection: false,
        }))
    }

    /// Where texts from phones are published, if anywhere.
    pub fn channel(&self) -> Option<&str> {
        self.channel_arn.as_deref().filter(|_| self.two_way)
    }
}

/// Where events are published, and which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Destination {
    pub name: String,
    pub enabled: bool,
    pub types: Vec<String>,
    pub topic_arn: Option<String>,
}

impl Destination {
    pub fn all(ctx: &Ctx) -> Result<Vec<Self>, AwsError> {
        let settings = &ctx.settings.carrier;
        Ok(kept(ctx, "destinations")?.unwrap_or_else(|| {
            let texts = settings.text_events.then_some("TEXT_ALL");
            vec![Self {
                name: "events".into(),
                enabled: true,
                types: ["VOICE_ALL"].into_iter().chain(texts).map(str::to_owned).collect(),
                topic_arn: Some(settings.event_topic_arn.clone()),
            }]
        }))
    }

    /// The topic, if events of this type go there.
    pub fn topic_of(&self, event_type: &str) -> Option<&str> {
        let kind = event_type.split('_').next().unwrap_or_default();
        let matches = |wanted: &String| {
            wanted == "ALL" || wanted == event_type || *wanted == format!("{kind}_ALL")
        };
        let goes = self.enabled && self.types.iter().any(matches);
        self.topic_arn.as_deref().filter(|_| goes)
    }

    pub fn shown(&self) -> Value {
        let mut shown = json!({
            "EventDestinationName": self.name,
            "Enabled": self.enabled,
            "MatchingEventTypes": self.types,
        });
        if let Some(topic) = &self.topic_arn {
            shown["SnsDestination"] = json!({ "TopicArn": topic });
        }
        shown
    }
}

/// The countries of a protect configuration, by capability, with `ALLOW` or `BLOCK`; what is not named is allowed.
type Rules = BTreeMap<String, BTreeMap<String, String>>;

/// Refuses what the protect configuration blocks.
pub(super) fn check_country(
    ctx: &Ctx,
    envelope: &Envelope,
    capability: &str,
) -> Result<(), AwsError> {
    if !ctx.settings.carrier.account.protected {
        return Ok(());
    }
    let rules: Rules = kept(ctx, "rules")?.unwrap_or_default();
    let country = super::country::country(&envelope.phone).unwrap_or_default();
    let rule = rules.get(capability).and_then(|countries| countries.get(country));
    if rule.is_some_and(|status| status == "BLOCK") {
        return Err(error(
            "ConflictException",
            "The destination country is blocked by the protect configuration.",
            &[
                ("Reason", "DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION"),
                ("ResourceType", "protect-configuration"),
                ("ResourceId", PROTECT),
            ],
        ));
    }
    Ok(())
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Body {
    phone_number_id: Option<String>,
    two_way_enabled: Option<bool>,
    two_way_channel_arn: Option<String>,
    two_way_channel_role: Option<String>,
    self_managed_opt_outs_enabled: Option<bool>,
    opt_out_list_name: Option<String>,
    international_sending_enabled: Option<bool>,
    deletion_protection_enabled: Option<bool>,
    configuration_set_name: Option<String>,
    event_destination_name: Option<String>,
    enabled: Option<bool>,
    matching_event_types: Option<Vec<String>>,
    sns_destination: Option<Sns>,
    protect_configuration_id: Option<String>,
    number_capability: Option<String>,
    country_rule_set_updates: Option<BTreeMap<String, Rule>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Sns {
    topic_arn: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Rule {
    protect_status: String,
}

/// `UpdatePhoneNumber`.
pub(super) fn update_phone_number(ctx: &Ctx, body: &[u8]) -> Result<Value, AwsError> {
    let body: Body = parse(body)?;
    let mut checks = Checks::default();
    checks.required("phoneNumberId", body.phone_number_id.as_ref());
    checks.finish().map_err(|errors| broken(&errors))?;
    let id = body.phone_number_id.as_deref().unwrap_or_default();
    describe::check_number(ctx, id)?;
    if let Some(list) = body.opt_out_list_name.as_deref().filter(|list| *list != OPT_OUT_LIST) {
        return Err(not_found("opt-out-list", list));
    }
    let before = Number::of(ctx)?;
    let after = Number {
        two_way: body.two_way_enabled.unwrap_or(before.two_way),
        channel_arn: body.two_way_channel_arn.or(before.channel_arn),
        channel_role: body.two_way_channel_role.or(before.channel_role),
        self_managed_opt_outs: body
            .self_managed_opt_outs_enabled
            .unwrap_or(before.self_managed_opt_outs),
        international: body.international_sending_enabled.unwrap_or(before.international),
        deletion_protection: body.deletion_protection_enabled.unwrap_or(before.deletion_protection),
    };
    if after.two_way && !ctx.settings.carrier.account.two_way {
        let message = "Two-way messages are not supported in this region.";
        return Err(validation("TWO_WAY_NOT_SUPPORTED_IN_REGION", "TwoWayEnabled", message));
    }
    match &after.channel_arn {
        None if after.two_way => {
            let message = "A two-way channel is needed.";
            return Err(validation("TWO_WAY_CHANNEL_NOT_PRESENT", "TwoWayChannelArn", message));
        }
        Some(topic) if after.two_way && sns::check_topic(ctx, topic).is_err() => {
            let message = format!("The topic {topic} could not be published to.");
            return Err(validation("TWO_WAY_TOPIC_NOT_PRESENT", "TwoWayChannelArn", message));
        }
        _ => {}
    }
    if after.self_managed_opt_outs && !after.two_way {
        let message = "Self-managed opt-outs need two-way messages.";
        return Err(validation("TWO_WAY_NOT_ENABLED", "SelfManagedOptOutsEnabled", message));
    }
    keep(ctx, "number", &after)?;
    Ok(describe::number(ctx, &after))
}

/// `CreateEventDestination` and `UpdateEventDestination`; `there` is whether it has to be there before.
pub(super) fn put_event_destination(
    ctx: &Ctx,
    body: &[u8],
    there: bool,
) -> Result<Value, AwsError> {
    let body: Body = parse(body)?;
    let mut checks = Checks::default();
    checks.required("configurationSetName", body.configuration_set_name.as_ref());
    checks.required("eventDestinationName", body.event_destination_name.as_ref());
    if !there {
        checks.required("matchingEventTypes", body.matching_event_types.as_ref());
    }
    checks.finish().map_err(|errors| broken(&errors))?;
    let set = request::configuration_set(
        ctx,
        body.configuration_set_name.as_deref().unwrap_or_default(),
    )?;
    let name = body.event_destination_name.unwrap_or_default();
    let mut all = Destination::all(ctx)?;
    let found = all.iter().position(|destination| destination.name == name);
    let at = match (found, there) {
        (Some(at), true) => at,
        (None, true) => return Err(not_found("event-destination", &name)),
        (Some(_), false) => {
            let message = format!("There is an event destination `{name}` already.");
            let reason = [("Reason", "EVENT_DESTINATION_MISMATCH")];
            return Err(error("ConflictException", message, &reason));
        }
        (None, false) => {
            let types = Vec::new();
            all.push(Destination { name, enabled: true, types, topic_arn: None });
            all.len() - 1
        }
    };
    let destination = &mut all[at];
    destination.enabled = body.enabled.unwrap_or(destination.enabled);
    if let Some(types) = body.matching_event_types {
        destination.types = types;
    }
    if let Some(sns) = body.sns_destination {
        destination.topic_arn = Some(sns.topic_arn);
    }
    let shown = destination.shown();
    keep(ctx, "destinations", &all)?;
    Ok(json!({
        "ConfigurationSetArn": request::configuration_set_arn(ctx.settings),
        "ConfigurationSetName": set,
        "EventDestination": shown,
    }))
}

/// `GetProtectConfigurationCountryRuleSet`, and with updates `UpdateProtectConfigurationCountryRuleSet`. Only the
/// countries that were named are shown; the service shows all.
pub(super) fn country_rules(ctx: &Ctx, body: &[u8], update: bool) -> Result<Value, AwsError> {
    let body: Body = parse(body)?;
    let mut checks = Checks::default();
    checks.required("protectConfigurationId", body.protect_configuration_id.as_ref());
    checks.required("numberCapability", body.number_capability.as_ref());
    if update {
        checks.required("countryRuleSetUpdates", body.country_rule_set_updates.as_ref());
    }
    let capability = body.number_capability.unwrap_or_default();
    checks.one_of("numberCapability", &capability, &["SMS", "VOICE", "MMS", "RCS"]);
    checks.finish().map_err(|errors| broken(&errors))?;
    let id = body.protect_configuration_id.unwrap_or_default();
    if id != PROTECT || !ctx.settings.carrier.account.protected {
        return Err(not_found("protect-configuration", &id));
    }
    let mut rules: Rules = kept(ctx, "rules")?.unwrap_or_default();
    let of_capability = rules.entry(capability.clone()).or_default();
    for (country, rule) in body.country_rule_set_updates.unwrap_or_default() {
        of_capability.insert(country, rule.protect_status);
    }
    let shown: BTreeMap<&String, Value> = of_capability
        .iter()
        .map(|(country, status)| (country, json!({ "ProtectStatus": status })))
        .collect();
    let answer = json!({
        "ProtectConfigurationId": id,
        "ProtectConfigurationArn": request::arn(ctx.settings, &format!("protect-configuration/{id}")),
        "NumberCapability": capability,
        "CountryRuleSet": shown,
    });
    if update {
        keep(ctx, "rules", &rules)?;
    }
    Ok(answer)
}

/// What was changed, if it was.
fn kept<T: DeserializeOwned>(ctx: &Ctx, name: &str) -> Result<Option<T>, AwsError> {
    let sql = "SELECT value FROM carrier_settings WHERE name = ?1";
    let text: Option<String> =
        ctx.db.prepare_cached(sql)?.query_row([name], |row| row.get(0)).optional()?;
    let Some(text) = text else { return Ok(None) };
    serde_json::from_str(&text).map_err(|error| AwsError::internal(error.to_string()))
}

fn keep<T: Serialize>(ctx: &Ctx, name: &str, value: &T) -> Result<(), AwsError> {
    let text =
        serde_json::to_string(value).map_err(|error| AwsError::internal(error.to_string()))?;
    ctx.db.execute(
        "INSERT INTO carrier_settings (name, value) VALUES (?1, ?2) \
         ON CONFLICT (name) DO UPDATE SET value = ?2",
        params![name, text],
    )?;
    Ok(())
}
