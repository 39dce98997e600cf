//! What there is: the number, the configuration set, the account; and the opt-out list.

use chrono::Duration;
use rusqlite::{OptionalExtension, params};
use serde::Deserialize;
use serde_json::{Value, json};

use super::country::country;
use super::settings::{Destination, Number, PROTECT};
use super::{OPT_OUT_LIST, broken, error, not_found, parse, request, validation};
use crate::Ctx;
use crate::checks::{Checks, is_of};
use crate::store::to_ms;
use crate::wire::AwsError;

/// How long after a phone was opted in it cannot be opted in again.
const BETWEEN_OPT_INS: Duration = Duration::days(30);

/// The body of any of these requests, as it came.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Body {
    phone_number_ids: Vec<String>,
    configuration_set_names: Vec<String>,
    opt_out_list_names: Vec<String>,
    opt_out_list_name: Option<String>,
    opted_out_number: Option<String>,
    opted_out_numbers: Vec<String>,
    filters: Vec<Filter>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// A filter: what does not have one of the values is left out.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Filter {
    name: String,
    values: Vec<String>,
}

/// `DescribePhoneNumbers`.
pub(super) fn phone_numbers(ctx: &Ctx, body: &[u8]) -> Result<Value, AwsError> {
    let body: Body = read(body)?;
    for id in &body.phone_number_ids {
        check_number(ctx, id)?;
    }
    let state = Number::of(ctx)?;
    let account = &ctx.settings.carrier.account;
    let code = country(&ctx.settings.carrier.number).unwrap_or("US");
    let flag = |set: bool| vec![if set { "true" } else { "false" }];
    let shown = passes(&body.filters, |name| {
        Some(match name {
            "status" => vec!["ACTIVE"],
            "iso-country-code" => vec![code],
            "message-type" => vec!["TRANSACTIONAL"],
            "number-capability" => capabilities(ctx),
            "number-type" => vec![&account.number_type],
            "two-way-enabled" => flag(state.two_way),
            "self-managed-opt-outs-enabled" => flag(state.self_managed_opt_outs),
            "opt-out-list-name" => vec![OPT_OUT_LIST],
            "deletion-protection-enabled" => flag(state.deletion_protection),
            "two-way-channel-arn" => state.channel_arn.as_deref().into_iter().collect(),
            _ => return None,
        })
    })?;
    Ok(json!({ "PhoneNumbers": if shown { vec![number(ctx, &state)] } else { vec![] } }))
}

/// The number as it stands.
pub(super) fn number(ctx: &Ctx, state: &Number) -> Value {
    let settings = &ctx.settings.carrier;
    let mut shown = json!({
        "PhoneNumberArn": request::phone_number_arn(ctx.settings),
        "PhoneNumberId": request::phone_number_id(ctx.settings),
        "PhoneNumber": settings.number,
        "Status": "ACTIVE",
        "IsoCountryCode": country(&settings.number).unwrap_or("US"),
        "MessageType": "TRANSACTIONAL",
        "NumberCapabilities": capabilities(ctx),
        "NumberType": settings.account.number_type,
        "MonthlyLeasingPrice": "1.00",
        "TwoWayEnabled": state.two_way,
        "SelfManagedOptOutsEnabled": state.self_managed_opt_outs,
        "OptOutListName": OPT_OUT_LIST,
        "InternationalSendingEnabled": state.international,
        "DeletionProtectionEnabled": state.deletion_protection,
        "CreatedTimestamp": 0,
    });
    if let Some(channel) = state.channel() {
        shown["TwoWayChannelArn"] = json!(channel);
    }
    if let Some(role) = &state.channel_role {
        shown["TwoWayChannelRole"] = json!(role);
    }
    shown
}

fn capabilities(ctx: &Ctx) -> Vec<&'static str> {
    if ctx.settings.carrier.account.voice { vec!["SMS", "VOICE"] } else { vec!["SMS"] }
}

/// The one number, by id or ARN.
pub(super) fn check_number(ctx: &Ctx, wanted: &str) -> Result<(), AwsError> {
    let known = [request::phone_number_id(ctx.settings), request::phone_number_arn(ctx.settings)];
    if known.iter().any(|known| known == wanted) {
        Ok(())
    } else {
        Err(not_found("phone-number", wanted))
    }
}

/// `DescribeConfigurationSets`.
pub(super) fn configuration_sets(ctx: &Ctx, body: &[u8]) -> Result<Value, AwsError> {
    let body: Body = read(body)?;
    for name in &body.configuration_set_names {
        request::configuration_set(ctx, name)?;
    }
    let destinations = Destination::all(ctx)?;
    let shown: Vec<Value> = destinations.iter().map(Destination::shown).collect();
    let mut set = json!({
        "ConfigurationSetArn": request::configuration_set_arn(ctx.settings),
        "ConfigurationSetName": ctx.settings.carrier.configuration_set,
        "EventDestinations": shown,
        "DefaultMessageType": "TRANSACTIONAL",
        "CreatedTimestamp": 0,
    });
    let protected = ctx.settings.carrier.account.protected;
    if protected {
        set["ProtectConfigurationId"] = json!(PROTECT);
    }
    let shown = passes(&body.filters, |name| {
        let types = destinations.iter().flat_map(|it| it.types.iter().map(String::as_str));
        Some(match name {
            "event-destination-name" => destinations.iter().map(|it| it.name.as_str()).collect(),
            "matching-event-types" => types.collect(),
            "default-message-type" => vec!["TRANSACTIONAL"],
            "default-sender-id" => vec![],
            "protect-configuration-id" => protected.then_some(PROTECT).into_iter().collect(),
            "default-message-feedback-enabled" => vec!["false"],
            _ => return None,
        })
    })?;
    Ok(json!({ "ConfigurationSets": if shown { vec![set] } else { vec![] } }))
}

/// `DescribeOptOutLists`.
pub(super) fn opt_out_lists(ctx: &Ctx, body: &[u8]) -> Result<Value, AwsError> {
    let body: Body = read(body)?;
    for name in &body.opt_out_list_names {
        check_list(ctx, Some(name))?;
    }
    let list = json!({
        "OptOutListArn": list_arn(ctx),
        "OptOutListName": OPT_OUT_LIST,
        "CreatedTimestamp": 0,
    });
    Ok(json!({ "OptOutLists": [list] }))
}

/// `DescribeOptedOutNumbers`: by number, in pages.
pub(super) fn opted_out_numbers(ctx: &Ctx, body: &[u8]) -> Result<Value, AwsError> {
    let body: Body = read(body)?;
    check_list(ctx, body.opt_out_list_name.as_deref())?;
    let mut wanted = Vec::new();
    for number in &body.opted_out_numbers {
        let phone = request::e164("OptedOutNumbers", number)?;
        if !is_opted_out(ctx, &phone)? {
            return Err(not_found("opted-out-number", &phone));
        }
        wanted.push(phone);
    }
    // Only the owner of the number has put phones here, by request.
    let shown =
        passes(&body.filters, |name| (name == "end-user-opted-out").then(|| vec!["false"]))?;
    let size = usize::try_from(body.max_results.unwrap_or(100)).unwrap_or(100);
    let mut statement = ctx.db.prepare_cached(
        "SELECT phone, opted_out_ms FROM carrier_opt_outs \
         WHERE opted_out_ms IS NOT NULL AND phone > ?1 ORDER BY phone",
    )?;
    let rows = statement
        .query_map([body.next_token.unwrap_or_default()], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<Vec<(String, i64)>, _>>()?;
    let mut rows: Vec<_> = rows
        .into_iter()
        .filter(|(phone, _)| shown && (wanted.is_empty() || wanted.contains(phone)))
        .collect();
    let more = rows.len() > size;
    rows.truncate(size);
    let numbers: Vec<Value> = rows.iter().map(|(phone, ms)| opted_out(phone, *ms)).collect();
    let mut answer = json!({
        "OptOutListArn": list_arn(ctx),
        "OptOutListName": OPT_OUT_LIST,
        "OptedOutNumbers": numbers,
    });
    if more && let Some((last, _)) = rows.last() {
        answer["NextToken"] = json!(last);
    }
    Ok(answer)
}

/// `PutOptedOutNumber`. A phone that is on the list stays on it.
pub(super) fn put_opted_out_number(ctx: &Ctx, body: &[u8]) -> Result<Value, AwsError> {
    let found = one_number(ctx, body)?;
    let since_ms = found.since_ms.unwrap_or_else(|| to_ms(ctx.now));
    ctx.db.execute(
        "INSERT INTO carrier_opt_outs (phone, opted_out_ms) VALUES (?1, ?2) \
         ON CONFLICT (phone) DO UPDATE SET opted_out_ms = ?2",
        params![found.phone, since_ms],
    )?;
    Ok(with_list(ctx, opted_out(&found.phone, since_ms)))
}

/// `DeleteOptedOutNumber`: once in 30 days.
pub(super) fn delete_opted_out_number(ctx: &Ctx, body: &[u8]) -> Result<Value, AwsError> {
    let OptOut { phone, since_ms, opted_in_ms } = one_number(ctx, body)?;
    let Some(since_ms) = since_ms else {
        return Err(not_found("opted-out-number", &phone));
    };
    if opted_in_ms.is_some_and(|ms| ms > to_ms(ctx.now - BETWEEN_OPT_INS)) {
        let message = "The phone number was deleted from the list within the last 30 days.";
        let reason = "PHONE_NUMBER_CANNOT_BE_OPTED_IN";
        return Err(validation(reason, "OptedOutNumber", message));
    }
    ctx.db.execute(
        "UPDATE carrier_opt_outs SET opted_out_ms = NULL, opted_in_ms = ?2 WHERE phone = ?1",
        params![phone, to_ms(ctx.now)],
    )?;
    Ok(with_list(ctx, opted_out(&phone, since_ms)))
}

/// `DescribeAccountAttributes`.
pub(super) fn account_attributes(ctx: &Ctx) -> Result<Value, AwsError> {
    let tier = if ctx.settings.carrier.account.sandbox { "SANDBOX" } else { "PRODUCTION" };
    Ok(json!({ "AccountAttributes": [{ "Name": "ACCOUNT_TIER", "Value": tier }] }))
}

/// `DescribeSpendLimits`.
pub(super) fn spend_limits(ctx: &Ctx) -> Result<Value, AwsError> {
    let most = ctx.settings.carrier.account.spend_limit_usd;
    let limit = |kind: &str| {
        let name = format!("{kind}_MESSAGE_MONTHLY_SPEND_LIMIT");
        json!({ "Name": name, "EnforcedLimit": most, "MaxLimit": most, "Overridden": false })
    };
    Ok(json!({ "SpendLimits": [limit("TEXT"), limit("VOICE")] }))
}

/// `DescribeAccountLimits`: of what there can be here.
pub(super) fn account_limits() -> Result<Value, AwsError> {
    let limit = |name: &str, most: u32| json!({ "Name": name, "Used": 1, "Max": most });
    let limits =
        [limit("PHONE_NUMBERS", 25), limit("CONFIGURATION_SETS", 25), limit("OPT_OUT_LISTS", 25)];
    Ok(json!({ "AccountLimits": limits }))
}

/// Whether the phone is on the opt-out list.
pub(super) fn is_opted_out(ctx: &Ctx, phone: &str) -> Result<bool, AwsError> {
    Ok(OptOut::find(ctx, phone)?.since_ms.is_some())
}

/// What the opt-out list says of a phone.
struct OptOut {
    phone: String,
    /// Since when it is opted out, if it is.
    since_ms: Option<i64>,
    /// When it was last opted in by request.
    opted_in_ms: Option<i64>,
}

impl OptOut {
    fn find(ctx: &Ctx, phone: &str) -> Result<Self, AwsError> {
        let sql = "SELECT opted_out_ms, opted_in_ms FROM carrier_opt_outs WHERE phone = ?1";
        let found = ctx
            .db
            .prepare_cached(sql)?
            .query_row([phone], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let (since_ms, opted_in_ms) = found.unwrap_or_default();
        Ok(Self { phone: phone.to_owned(), since_ms, opted_in_ms })
    }
}

/// What the list says of the phone that a request is about.
fn one_number(ctx: &Ctx, body: &[u8]) -> Result<OptOut, AwsError> {
    let body: Body = read(body)?;
    let mut checks = Checks::default();
    checks.required("optedOutNumber", body.opted_out_number.as_ref());
    checks.required("optOutListName", body.opt_out_list_name.as_ref());
    if let Some(number) = &body.opted_out_number {
        request::check_number(&mut checks, "optedOutNumber", number);
    }
    checks.finish().map_err(|errors| broken(&errors))?;
    check_list(ctx, body.opt_out_list_name.as_deref())?;
    let number = body.opted_out_number.as_deref().unwrap_or_default();
    OptOut::find(ctx, &request::e164("OptedOutNumber", number)?)
}

/// Reads a request, and checks what all of them have in common.
fn read(body: &[u8]) -> Result<Body, AwsError> {
    let body: Body = parse(body)?;
    let mut checks = Checks::default();
    if let Some(size) = body.max_results {
        checks.range("maxResults", size, 1..=100);
    }
    if let Some(token) = &body.next_token {
        checks.length("nextToken", token, 1..=1024);
    }
    let lists = [
        ("phoneNumberIds", &body.phone_number_ids),
        ("configurationSetNames", &body.configuration_set_names),
        ("optOutListNames", &body.opt_out_list_names),
        ("optedOutNumbers", &body.opted_out_numbers),
    ];
    for (name, values) in lists {
        checks.range(name, i64::try_from(values.len()).unwrap_or(i64::MAX), 0..=5);
        for value in values {
            checks.length(name, value, 1..=256);
            checks.pattern(name, value, is_of(value, "_:/+-"), "[A-Za-z0-9_:/-]+");
        }
    }
    checks.finish().map_err(|errors| broken(&errors))?;
    Ok(body)
}

/// Whether something with these values passes all filters. `None` is a filter that does not exist.
fn passes<'a>(
    filters: &[Filter],
    values: impl Fn(&str) -> Option<Vec<&'a str>>,
) -> Result<bool, AwsError> {
    for filter in filters {
        let Some(has) = values(&filter.name) else {
            let message = format!("There is no filter `{}`.", filter.name);
            return Err(validation("INVALID_FILTER_VALUES", "Filters", message));
        };
        if !filter.values.iter().any(|value| has.contains(&value.as_str())) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The one list, by name or ARN.
fn check_list(ctx: &Ctx, name: Option<&str>) -> Result<(), AwsError> {
    match name {
        Some(name) if name == OPT_OUT_LIST || name == list_arn(ctx) => Ok(()),
        Some(name) => Err(not_found("opt-out-list", name)),
        None => {
            let reason = &[("Reason", "MISSING_PARAMETER")];
            Err(error("ValidationException", "OptOutListName must not be null.", reason))
        }
    }
}

fn list_arn(ctx: &Ctx) -> String {
    request::arn(ctx.settings, &format!("opt-out-list/{OPT_OUT_LIST}"))
}

/// A phone as the list shows it.
fn opted_out(phone: &str, opted_out_ms: i64) -> Value {
    #[expect(clippy::cast_precision_loss, reason = "exact for every instant there is")]
    let seconds = opted_out_ms as f64 / 1000.0;
    json!({ "OptedOutNumber": phone, "OptedOutTimestamp": seconds, "EndUserOptedOut": false })
}

/// The same with the list that it is on.
fn with_list(ctx: &Ctx, mut number: Value) -> Value {
    number["OptOutListArn"] = json!(list_arn(ctx));
    number["OptOutListName"] = json!(OPT_OUT_LIST);
    number
}
