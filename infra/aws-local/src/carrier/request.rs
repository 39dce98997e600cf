//! `SendTextMessage` and `SendVoiceMessage` as they are asked for: read, and checked as the service
//! checks them.

use std::collections::BTreeMap;

use chrono::Duration;
use serde::Deserialize;

use super::book::Context;
use super::{
    TEXT_PART_MICROS, VOICE_MINUTE_MICROS, broken, not_found, parse, parts, ssml, validation,
};
use crate::checks::{Checks, is_of};
use crate::wire::AwsError;
use crate::{Ctx, Settings, carrier};

/// The longest plain text that is spoken, in characters; marked-up text may have twice as many.
const SPOKEN_MAX: usize = 3_000;

/// How long a message may wait for being sent when the request does not say.
const TIME_TO_LIVE_DEFAULT_S: i64 = 72 * 60 * 60;

/// What texts and calls have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Envelope {
    /// The phone, in E.164 form.
    pub phone: String,
    /// What is to be said, as it was sent.
    pub body: String,
    /// The configuration set, by name.
    pub configuration_set: Option<String>,
    pub time_to_live: Duration,
    pub context: Context,
    pub dry_run: bool,
}

/// A text to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TextRequest {
    pub envelope: Envelope,
    pub message_type: String,
}

/// A call to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct VoiceRequest {
    pub envelope: Envelope,
    /// What is heard.
    pub spoken: String,
    /// In which voice.
    pub voice: String,
}

/// The body of either request, as it came.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    destination_phone_number: Option<String>,
    origination_identity: Option<String>,
    message_body: Option<String>,
    message_body_text_type: Option<String>,
    message_type: Option<String>,
    voice_id: Option<String>,
    keyword: Option<String>,
    configuration_set_name: Option<String>,
    max_price: Option<String>,
    max_price_per_minute: Option<String>,
    time_to_live: Option<i64>,
    context: Option<BTreeMap<String, String>>,
    destination_country_parameters: Option<BTreeMap<String, String>>,
    dry_run: Option<bool>,
    protect_configuration_id: Option<String>,
    message_feedback_enabled: Option<bool>,
}

/// Reads and checks `SendTextMessage`.
pub(super) fn text(ctx: &Ctx, body: &[u8]) -> Result<TextRequest, AwsError> {
    let body: Body = parse(body)?;
    let mut checks = Checks::default();
    body.check_common(&mut checks, 1_600);
    if let Some(kind) = &body.message_type {
        checks.one_of("messageType", kind, &["TRANSACTIONAL", "PROMOTIONAL"]);
    }
    if let Some(keyword) = &body.keyword {
        checks.length("keyword", keyword, 1..=30);
    }
    check_price(&mut checks, "maxPrice", body.max_price.as_deref());
    for (key, value) in body.destination_country_parameters.iter().flatten() {
        let keys = ["IN_TEMPLATE_ID", "IN_ENTITY_ID"];
        checks.one_of("destinationCountryParameters.key", key, &keys);
        checks.length("destinationCountryParameters.value", value, 1..=64);
    }
    checks.finish().map_err(|errors| broken(&errors))?;
    let envelope = body.envelope(ctx)?;
    let message_type = body.message_type.unwrap_or_else(|| "TRANSACTIONAL".into());
    if message_type != "TRANSACTIONAL" {
        let number = &ctx.settings.carrier.number;
        return Err(carrier::error(
            "ConflictException",
            format!("The number {number} sends TRANSACTIONAL messages only."),
            &[
                ("Reason", "MESSAGE_TYPE_MISMATCH"),
                ("ResourceType", "phone-number"),
                ("ResourceId", &phone_number_id(ctx.settings)),
            ],
        ));
    }
    let (_, parts) = parts::parts(&envelope.body);
    check_most(body.max_price.as_deref(), "MaxPrice", i64::from(parts) * TEXT_PART_MICROS)?;
    Ok(TextRequest { envelope, message_type })
}

/// Reads and checks `SendVoiceMessage`.
pub(super) fn voice(ctx: &Ctx, body: &[u8]) -> Result<VoiceRequest, AwsError> {
    let body: Body = parse(body)?;
    let mut checks = Checks::default();
    body.check_common(&mut checks, 6_000);
    checks.required("originationIdentity", body.origination_identity.as_ref());
    if let Some(kind) = &body.message_body_text_type {
        checks.one_of("messageBodyTextType", kind, &["TEXT", "SSML"]);
    }
    if let Some(named) = &body.voice_id {
        checks.one_of("voiceId", named, &super::voice::all());
    }
    check_price(&mut checks, "maxPricePerMinute", body.max_price_per_minute.as_deref());
    checks.finish().map_err(|errors| broken(&errors))?;
    let envelope = body.envelope(ctx)?;
    let marked_up = body.message_body_text_type.as_deref() == Some("SSML");
    let spoken = if marked_up {
        ssml::spoken(&envelope.body).map_err(|why| {
            validation("INVALID_PARAMETER", "MessageBody", format!("Invalid SSML: {why}."))
        })?
    } else {
        ssml::plain(&envelope.body)
    };
    let spoken_length = if marked_up { &spoken } else { &envelope.body }.chars().count();
    if spoken_length > SPOKEN_MAX {
        let message = format!("The text has {spoken_length} characters, more than {SPOKEN_MAX}.");
        return Err(validation("MAXIMUM_SIZE_EXCEEDED", "MessageBody", message));
    }
    let most = body.max_price_per_minute.as_deref();
    check_most(most, "MaxPricePerMinute", VOICE_MINUTE_MICROS)?;
    let voice = body.voice_id.unwrap_or_else(|| super::voice::DEFAULT.into());
    Ok(VoiceRequest { envelope, spoken, voice })
}

impl Body {
    /// The constraints of the model that both requests have.
    fn check_common(&self, checks: &mut Checks, body_max: usize) {
        checks.required("destinationPhoneNumber", self.destination_phone_number.as_ref());
        checks.required("messageBody", self.message_body.as_ref());
        if let Some(number) = &self.destination_phone_number {
            check_number(checks, "destinationPhoneNumber", number);
        }
        if let Some(text) = &self.message_body {
            checks.length("messageBody", text, 1..=body_max);
            let said = !text.trim().is_empty();
            checks.pattern("messageBody", text, said, r"(?!\s*$)[\s\S]+");
        }
        let names = [
            ("originationIdentity", &self.origination_identity, "_:/+-"),
            ("configurationSetName", &self.configuration_set_name, "_:/-"),
            ("protectConfigurationId", &self.protect_configuration_id, "_:/-"),
        ];
        for (name, value, others) in names {
            if let Some(value) = value {
                checks.length(name, value, 1..=256);
                checks.pattern(name, value, is_of(value, others), &format!("[A-Za-z0-9{others}]+"));
            }
        }
        if let Some(seconds) = self.time_to_live {
            checks.range("timeToLive", seconds, 5..=259_200);
        }
        if let Some(context) = &self.context {
            checks.range("context", i64::try_from(context.len()).unwrap_or(i64::MAX), 0..=5);
            for (key, value) in context {
                checks.length("context.key", key, 1..=100);
                checks.pattern("context.key", key, !key.contains(char::is_whitespace), r"\S+");
                checks.length("context.value", value, 1..=800);
                let trimmed = value.trim() == value;
                checks.pattern("context.value", value, trimmed, r"(?!\s)^[\s\S]+(?<!\s)");
            }
        }
    }

    /// What both requests have in common, with everything that they name looked up.
    fn envelope(&self, ctx: &Ctx) -> Result<Envelope, AwsError> {
        let number = self.destination_phone_number.as_deref().unwrap_or_default();
        let phone = e164("DestinationPhoneNumber", number)?;
        if let Some(identity) = &self.origination_identity {
            check_origination(ctx, identity)?;
        }
        if let Some(id) = &self.protect_configuration_id {
            return Err(not_found("protect-configuration", id));
        }
        if self.message_feedback_enabled == Some(true) {
            return Err(validation(
                "UNSPECIFIED_PARAMETER_NOT_SUPPORTED",
                "MessageFeedbackEnabled",
                "aws-local does not implement message feedback.",
            ));
        }
        let seconds = self.time_to_live.unwrap_or(TIME_TO_LIVE_DEFAULT_S);
        let set = self.configuration_set_name.as_deref();
        Ok(Envelope {
            phone,
            body: self.message_body.clone().unwrap_or_default(),
            configuration_set: set.map(|name| configuration_set(ctx, name)).transpose()?,
            time_to_live: Duration::seconds(seconds),
            context: self.context.clone().unwrap_or_default(),
            dry_run: self.dry_run.unwrap_or(false),
        })
    }
}

/// The constraints of the model on a phone number.
pub(super) fn check_number(checks: &mut Checks, name: &str, number: &str) {
    let digits = number.strip_prefix('+').unwrap_or(number);
    let sound = (2..=19).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.starts_with('0');
    checks.length(name, number, 1..=20);
    checks.pattern(name, number, sound, r"\+?[1-9][0-9]{1,18}");
}

/// A phone number in E.164 form. The model lets more pass than a telephone network does.
pub(super) fn e164(member: &str, number: &str) -> Result<String, AwsError> {
    let digits = number.strip_prefix('+').unwrap_or(number);
    let sound = (7..=15).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.starts_with('0');
    if !sound {
        let message = format!("`{number}` is not a phone number in E.164 format.");
        return Err(validation("INVALID_PARAMETER", member, message));
    }
    Ok(format!("+{digits}"))
}

/// The identity must be the one number that there is, by number, id or ARN.
fn check_origination(ctx: &Ctx, identity: &str) -> Result<(), AwsError> {
    let number = &ctx.settings.carrier.number;
    let id = phone_number_id(ctx.settings);
    let known = [number, number.trim_start_matches('+'), &id, &phone_number_arn(ctx.settings)];
    if known.contains(&identity) {
        return Ok(());
    }
    let is = |kind: &str| identity.starts_with(kind) || identity.contains(&format!("/{kind}"));
    let is_number = identity.trim_start_matches('+').bytes().all(|byte| byte.is_ascii_digit());
    let kind = match () {
        () if is("pool-") => "pool",
        () if is_number || is("phone-") => "phone-number",
        () => "sender-id",
    };
    Err(not_found(kind, identity))
}

/// The name of the configuration set that a request names, by name or ARN.
pub(super) fn configuration_set(ctx: &Ctx, name: &str) -> Result<String, AwsError> {
    let known = &ctx.settings.carrier.configuration_set;
    if name == known || name == configuration_set_arn(ctx.settings) {
        Ok(known.clone())
    } else {
        Err(not_found("configuration-set", name))
    }
}

/// The id of the one number.
pub(super) fn phone_number_id(settings: &Settings) -> String {
    format!("phone-{:x}", md5::compute(&settings.carrier.number))
}

/// The ARN of the one number.
pub(super) fn phone_number_arn(settings: &Settings) -> String {
    arn(settings, &format!("phone-number/{}", phone_number_id(settings)))
}

/// The ARN of the one configuration set.
pub(super) fn configuration_set_arn(settings: &Settings) -> String {
    arn(settings, &format!("configuration-set/{}", settings.carrier.configuration_set))
}

/// The ARN of something of this service.
pub(super) fn arn(settings: &Settings, what: &str) -> String {
    format!("arn:aws:sms-voice:{}:{}:{what}", settings.region, settings.account)
}

/// The constraint of the model on prices.
fn check_price(checks: &mut Checks, name: &str, price: Option<&str>) {
    if let Some(price) = price {
        checks.length(name, price, 2..=8);
        checks.pattern(name, price, micros(price).is_some(), r"[0-9]{0,2}\.[0-9]{1,5}");
    }
}

/// The most that a message may cost must not be less than what it costs.
fn check_most(most: Option<&str>, member: &str, costs_micros: i64) -> Result<(), AwsError> {
    match most.and_then(micros) {
        Some(most_micros) if most_micros < costs_micros => {
            let message = format!(
                "The price of the message is {} USD, more than {member}.",
                carrier::dollars(costs_micros)
            );
            Err(validation("PRICE_OVER_THRESHOLD", member, message))
        }
        _ => Ok(()),
    }
}

/// Millionths of a price in the form of the model (`0.05`, `.5`, at most two and five digits).
fn micros(price: &str) -> Option<i64> {
    let (whole, fraction) = price.split_once('.')?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() > 2 || !(1..=5).contains(&fraction.len()) || !digits(whole) || !digits(fraction)
    {
        return None;
    }
    format!("{whole}{fraction:0<6}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_has_at_most_two_digits_and_five() {
        for (price, expected) in [
            ("0.05", Some(50_000)),
            (".5", Some(500_000)),
            ("12.34567", Some(12_345_670)),
            ("1.", None),
            ("1", None),
            ("123.4", None),
            ("0.123456", None),
            ("-1.0", None),
            ("+1.0", None),
            ("1.0.0", None),
            ("", None),
            (".", None),
        ] {
            assert_eq!(micros(price), expected, "{price}");
        }
    }
}
