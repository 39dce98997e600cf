//! Sabotages: known bugs, planted to prove that the promises can be broken.
//!
//! They are planted where the product meets the world: in what a function is told, in what it asks for, in what is
//! done with its messages. The product's own code has no switch for them, so they cannot be in what is deployed.

use serde_json::{Value, json};
use stack::functions::Function;

use crate::promise::Promise;

/// A bug that can be planted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sabotage {
    /// A call is placed whatever has become of its reminder meanwhile.
    UnconditionalWrite,
    /// A phone that rings counts as answered.
    ChargeOnRinging,
    /// A request for a call is repeated when its answer does not come.
    RetryCall,
    /// An opt-out is not looked at before calling and texting.
    IgnoreStop,
    /// A message is deleted before it is handled.
    AcknowledgeFirst,
    /// Wall times are taken for UTC.
    WallTimeAsUtc,
    /// Messages about charges get lost.
    LoseCharges,
    /// Nothing is repaired.
    NoRepairs,
    /// The phone rings a minute early.
    RingEarly,
    /// A reminder that was dropped rings all the same.
    ForgetIgnored,
    /// An answer is charged by attempt, not by reminder.
    ChargePerAttempt,
    /// What is given back again in the same words is given once more.
    CreditRepeated,
    /// The month's total is not kept.
    TotalForgotten,
    /// Nobody is told that nobody answered.
    GiveUpSilently,
    /// A decision leaves no story.
    StoryLost,
    /// Every message is sent many times.
    MessagesMultiplied,
    /// A flood is not held off: neither the texts of one number are counted, nor its calls.
    FloodLetIn,
    /// Nothing is known of what was said before: a robot is answered for ever.
    LoopLetIn,
    /// Something is drawn that does not follow from the seed.
    UnseededChance,
    /// The pause before the next attempt is not kept when an outcome is unknown.
    NoUnknownWait,
    /// A call of a series does not make the next one.
    SeriesBrokenOff,
    /// One of a series that was left out rings all the same.
    SkipIgnored,
    /// A reminder that was put off never comes again.
    SnoozeLost,
    /// A reminder that was given another time keeps its old one.
    ChangeIgnored,
    /// A month goes over its maximum.
    CapIgnored,
    /// What is free each month is given with every charge.
    AllowanceRepeated,
    /// Who has come to the month's maximum is told so again and again.
    CapToldAgain,
    /// Who has come to the month's maximum is called all the same.
    CapNotHeeded,
    /// After a restore of the tables nobody ends what was due before.
    RestoreUnrepaired,
    /// News of our own goes out in the night.
    NightNotKept,
    /// Whoever has a number that somebody else texted with is called about all of it.
    StrangerCalled,
}

impl Sabotage {
    /// All of them.
    pub const ALL: [Self; 31] = [
        Self::UnconditionalWrite,
        Self::ChargeOnRinging,
        Self::RetryCall,
        Self::IgnoreStop,
        Self::AcknowledgeFirst,
        Self::WallTimeAsUtc,
        Self::LoseCharges,
        Self::NoRepairs,
        Self::RingEarly,
        Self::ForgetIgnored,
        Self::ChargePerAttempt,
        Self::CreditRepeated,
        Self::TotalForgotten,
        Self::GiveUpSilently,
        Self::StoryLost,
        Self::MessagesMultiplied,
        Self::FloodLetIn,
        Self::LoopLetIn,
        Self::UnseededChance,
        Self::NoUnknownWait,
        Self::SeriesBrokenOff,
        Self::SkipIgnored,
        Self::SnoozeLost,
        Self::ChangeIgnored,
        Self::CapIgnored,
        Self::AllowanceRepeated,
        Self::CapToldAgain,
        Self::CapNotHeeded,
        Self::RestoreUnrepaired,
        Self::NightNotKept,
        Self::StrangerCalled,
    ];

    /// The name by which it is listed and asked for.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::UnconditionalWrite => "unconditional-write",
            Self::ChargeOnRinging => "charge-on-ringing",
            Self::RetryCall => "retry-call",
            Self::IgnoreStop => "ignore-stop",
            Self::AcknowledgeFirst => "acknowledge-first",
            Self::WallTimeAsUtc => "wall-time-as-utc",
            Self::LoseCharges => "lose-charges",
            Self::NoRepairs => "no-repairs",
            Self::RingEarly => "ring-early",
            Self::ForgetIgnored => "forget-ignored",
            Self::ChargePerAttempt => "charge-per-attempt",
            Self::CreditRepeated => "credit-repeated",
            Self::TotalForgotten => "total-forgotten",
            Self::GiveUpSilently => "give-up-silently",
            Self::StoryLost => "story-lost",
            Self::MessagesMultiplied => "messages-multiplied",
            Self::FloodLetIn => "flood-let-in",
            Self::LoopLetIn => "loop-let-in",
            Self::UnseededChance => "unseeded-chance",
            Self::NoUnknownWait => "no-unknown-wait",
            Self::SeriesBrokenOff => "series-broken-off",
            Self::SkipIgnored => "skip-ignored",
            Self::SnoozeLost => "snooze-lost",
            Self::ChangeIgnored => "change-ignored",
            Self::CapIgnored => "cap-ignored",
            Self::AllowanceRepeated => "allowance-repeated",
            Self::CapToldAgain => "cap-told-again",
            Self::CapNotHeeded => "cap-not-heeded",
            Self::RestoreUnrepaired => "restore-unrepaired",
            Self::NightNotKept => "night-not-kept",
            Self::StrangerCalled => "stranger-called",
        }
    }

    /// Whether it is only noticed where nothing else goes wrong: there it is known when exactly something is done.
    #[must_use]
    pub fn shows_without_faults(self) -> bool {
        matches!(
            self,
            Self::SeriesBrokenOff | Self::SkipIgnored | Self::SnoozeLost | Self::ChangeIgnored
        )
    }

    /// The promise that has to notice it.
    #[must_use]
    pub fn breaks(self) -> Promise {
        match self {
            Self::UnconditionalWrite
            | Self::RetryCall
            | Self::NoUnknownWait
            | Self::RestoreUnrepaired
            | Self::StrangerCalled => Promise::BoundedRings,
            Self::ChargeOnRinging => Promise::NoChargeWithoutAnswer,
            Self::IgnoreStop => Promise::OptOut,
            Self::AcknowledgeFirst | Self::LoseCharges => Promise::NoLostCharge,
            Self::WallTimeAsUtc
            | Self::SeriesBrokenOff
            | Self::SkipIgnored
            | Self::SnoozeLost
            | Self::ChangeIgnored
            | Self::CapNotHeeded => Promise::SaidIsDone,
            Self::NoRepairs => Promise::Liveness,
            Self::RingEarly | Self::NightNotKept => Promise::OnTime,
            Self::ForgetIgnored | Self::GiveUpSilently | Self::CapToldAgain => {
                Promise::Conservation
            }
            Self::ChargePerAttempt => Promise::ChargedOnce,
            Self::CreditRepeated => Promise::CreditedOnce,
            Self::TotalForgotten | Self::CapIgnored | Self::AllowanceRepeated => {
                Promise::MoneyIdentity
            }
            Self::StoryLost => Promise::Traceable,
            Self::MessagesMultiplied | Self::LoopLetIn => Promise::BoundedWork,
            Self::FloodLetIn => Promise::Fair,
            Self::UnseededChance => Promise::Deterministic,
        }
    }

    /// Changes what `function` asks for. True if something was changed.
    pub(crate) fn request(self, function: Function, operation: &str, body: &mut Value) -> bool {
        match (self, operation) {
            (Self::UnconditionalWrite, "TransactWriteItems")
                if function == Function::PlaceCallback =>
            {
                puts(body, unconditional)
            }
            (Self::ChargePerAttempt, "TransactWriteItems")
                if function == Function::RecordCharge =>
            {
                puts(body, charge_by_attempt)
            }
            // As support asks, over the door of a person's command.
            (Self::CreditRepeated, "TransactWriteItems")
                if function == Function::ReconcileBilling =>
            {
                puts(body, credit_by_moment)
            }
            (Self::SeriesBrokenOff, "TransactWriteItems") => {
                drop_puts(body, |put| is_row(put, "OCCURRENCE#") && follows(put))
            }
            (Self::SnoozeLost, "TransactWriteItems") if function == Function::InboundSms => {
                drop_puts(body, |put| put["Item"]["parent"]["S"].is_string())
            }
            (Self::SkipIgnored, "TransactWriteItems") if function == Function::InboundSms => {
                puts(body, |put| {
                    let skipped = put["Item"]["state"]["S"] == "skipped";
                    if skipped {
                        put["Item"]["state"] = json!({"S": "accepted"});
                    }
                    skipped
                })
            }
            (Self::ChangeIgnored, "TransactWriteItems") if function == Function::InboundSms => {
                drop_puts(body, was_moved)
            }
            (Self::CapIgnored, "TransactWriteItems") if function == Function::RecordCharge => {
                charge_the_list_price(body)
            }
            (Self::CapToldAgain, "TransactWriteItems") if function == Function::RecordCharge => {
                puts(body, |put| is_row(put, "OUT#cap#") && unconditional(put))
            }
            (Self::NightNotKept, "TransactWriteItems") => puts(body, |put| {
                let waits = is_row(put, "OUT#") && put["Item"]["not_before"]["S"].is_string();
                if waits {
                    put["Item"]["not_before"] = json!({"NULL": true});
                }
                waits
            }),
            (Self::TotalForgotten, "TransactWriteItems") => drop_rows(body, "TOTAL#"),
            (Self::GiveUpSilently, "TransactWriteItems") => drop_rows(body, "OUT#gave_up"),
            (Self::StoryLost, "TransactWriteItems") => puts(body, |put| {
                let of_call = is_row(put, "ATTEMPT#") || is_row(put, "OCCURRENCE#");
                of_call && lose_story(&mut put["Item"])
            }),
            (Self::StoryLost, "PutItem") => is_row(body, "OUT#") && lose_story(&mut body["Item"]),
            _ => false,
        }
    }

    /// Changes what `function` is told. True if something was changed.
    pub(crate) fn response(self, function: Function, operation: &str, body: &mut Value) -> bool {
        match (self, operation) {
            (Self::IgnoreStop, "BatchGetItem" | "GetItem")
                if matches!(function, Function::PlaceCallback | Function::SendSms) =>
            {
                rows(body, |row| row.remove("opted_out_at").is_some())
            }
            (Self::WallTimeAsUtc, "GetItem") if function == Function::InboundSms => {
                rows(body, |row| match row.get_mut("zone") {
                    Some(zone) => {
                        *zone = json!({"S": "UTC"});
                        true
                    }
                    None => false,
                })
            }
            (Self::ForgetIgnored, "BatchGetItem") if function == Function::PlaceCallback => {
                rows(body, |row| match row.get_mut("state") {
                    Some(state) if *state == json!({"S": "forgotten"}) => {
                        *state = json!({"S": "accepted"});
                        true
                    }
                    _ => false,
                })
            }
            (Self::AllowanceRepeated, "GetItem") if function == Function::RecordCharge => {
                rows(body, |row| row.remove("allowance_micros").is_some())
            }
            (Self::CapToldAgain, "BatchGetItem") if function == Function::RecordCharge => {
                rows(body, |row| row.remove("told_of_cap").is_some())
            }
            (Self::CapNotHeeded, "BatchGetItem") if function == Function::PlaceCallback => {
                rows(body, |row| row.remove("capped").is_some())
            }
            (Self::CreditRepeated, "Query") if function == Function::ReconcileBilling => {
                let is_credit = |item: &Value| {
                    item["sk"]["S"].as_str().is_some_and(|sk| sk.starts_with("CHARGE#credit#"))
                };
                let Some(items) = body["Items"].as_array_mut() else { return false };
                let before = items.len();
                items.retain(|item| !is_credit(item));
                before != items.len()
            }
            (Self::FloodLetIn, "UpdateItem") if function == Function::InboundSms => {
                body["Attributes"]["texts"] = json!({"N": "1"});
                true
            }
            (Self::LoopLetIn, "GetItem" | "BatchGetItem") if function == Function::InboundSms => {
                rows(body, |row| {
                    let of_user = row.contains_key("last_reply");
                    if of_user {
                        row.insert("last_reply".into(), json!({"S": ""}));
                        row.insert("misread".into(), json!({"L": []}));
                        row.insert("refused".into(), json!({"L": []}));
                    }
                    of_user
                })
            }
            (Self::FloodLetIn, "BatchGetItem") if function == Function::PlaceCallback => {
                rows(body, |row| {
                    let counted = row.contains_key("calls");
                    if counted {
                        row.insert("calls".into(), json!({"L": []}));
                        row.insert("call".into(), json!({"NULL": true}));
                        row.remove("expects");
                    }
                    counted
                })
            }
            (Self::StrangerCalled, "BatchGetItem") if function == Function::PlaceCallback => {
                rows(body, |row| {
                    let is_stranger = row.get("heard").is_some_and(|heard| heard["BOOL"] == false);
                    if is_stranger {
                        row.insert("heard".into(), json!({"BOOL": true}));
                    }
                    is_stranger
                })
            }
            (Self::NoUnknownWait, "BatchGetItem") if function == Function::PlaceCallback => {
                rows(body, |row| row.remove("call").is_some())
            }
            _ => false,
        }
    }
}

/// Does something with each row that is put.
fn puts(body: &mut Value, mut change: impl FnMut(&mut Value) -> bool) -> bool {
    let items = body["TransactItems"].as_array_mut().into_iter().flatten();
    items.fold(false, |changed, item| change(&mut item["Put"]) | changed)
}

fn drop_rows(body: &mut Value, prefix: &str) -> bool {
    drop_puts(body, |put| is_row(put, prefix))
}

fn drop_puts(body: &mut Value, which: impl Fn(&Value) -> bool) -> bool {
    let Some(items) = body["TransactItems"].as_array_mut() else { return false };
    let before = items.len();
    items.retain(|item| !which(&item["Put"]));
    before != items.len()
}

/// Whether a row is a new one that follows another in a series.
fn follows(put: &Value) -> bool {
    let item = &put["Item"];
    let first = item["sk"]["S"].as_str().is_none_or(|sk| sk.ends_with("#0000000001"));
    !first && item["rev"]["N"] == "1"
}

/// Whether the last that happened to a reminder is that it was given another time.
fn was_moved(put: &Value) -> bool {
    let story = put["Item"]["story"]["L"].as_array();
    let last = story.and_then(|story| story.last());
    is_row(put, "OCCURRENCE#") && last.is_some_and(|line| line["M"]["what"]["S"] == "moved")
}

fn is_row(put: &Value, prefix: &str) -> bool {
    put["Item"]["sk"]["S"].as_str().is_some_and(|sk| sk.starts_with(prefix))
}

fn unconditional(put: &mut Value) -> bool {
    let Some(put) = put.as_object_mut() else { return false };
    put.remove("ExpressionAttributeNames");
    put.remove("ExpressionAttributeValues");
    put.remove("ConditionExpression").is_some()
}

fn lose_story(item: &mut Value) -> bool {
    item["story"] = json!({"L": []});
    true
}

/// Puts what the cap took off back on, in the entry and in the total alike.
fn charge_the_list_price(body: &mut Value) -> bool {
    let micros = |value: &Value| -> i64 {
        value["N"].as_str().and_then(|n| n.parse().ok()).unwrap_or_default()
    };
    let mut taken_off = 0;
    puts(body, |put| {
        let item = &mut put["Item"];
        let is_cut = item["reduced_by"]["S"] == "cap";
        if is_cut {
            taken_off = micros(&item["list_micros"]) - micros(&item["amount_micros"]);
            item["amount_micros"] = item["list_micros"].take();
            item["list_micros"] = item["amount_micros"].clone();
            item["reduced_by"] = json!({"NULL": true});
        }
        is_cut
    });
    taken_off > 0
        && puts(body, |put| {
            let is_total = is_row(put, "TOTAL#");
            if is_total {
                let sum = micros(&put["Item"]["amount_micros"]) + taken_off;
                put["Item"]["amount_micros"] = json!({"N": sum.to_string()});
            }
            is_total
        })
}

/// Gives an entry of a call an id that no other entry of the same reminder has, and the mark of the debt away.
fn charge_by_attempt(put: &mut Value) -> bool {
    let item = &mut put["Item"];
    let Some(id) = item["charge_id"]["S"].as_str().filter(|id| id.starts_with("call#")) else {
        // The row that owes the charge: it goes on owing it.
        if item["sk"]["S"].as_str().is_some_and(|sk| sk.starts_with("OCCURRENCE#")) {
            item["done"] = json!({"L": []});
            return true;
        }
        return false;
    };
    let id = format!("{id}/{}", item["written_at"]["S"].as_str().unwrap_or_default());
    item["sk"] = json!({"S": format!("CHARGE#{id}")});
    item["charge_id"] = json!({"S": id});
    true
}

/// Gives a credit an id that no other credit of the same charge has.
fn credit_by_moment(put: &mut Value) -> bool {
    let item = &mut put["Item"];
    let Some(id) = item["charge_id"]["S"].as_str().filter(|id| id.starts_with("credit#")) else {
        return false;
    };
    let id = format!("{id}/{}", item["written_at"]["S"].as_str().unwrap_or_default());
    item["sk"] = json!({"S": format!("CHARGE#{id}")});
    item["charge_id"] = json!({"S": id});
    true
}

/// Does something with each row in an answer.
fn rows(
    body: &mut Value,
    mut change: impl FnMut(&mut serde_json::Map<String, Value>) -> bool,
) -> bool {
    let mut changed = false;
    if let Some(row) = body.get_mut("Item").and_then(Value::as_object_mut) {
        changed |= change(row);
    }
    let tables = body.get_mut("Responses").and_then(Value::as_object_mut);
    for row in tables.into_iter().flat_map(|tables| tables.values_mut()) {
        for row in row.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
            changed |= change(row);
        }
    }
    changed
}
