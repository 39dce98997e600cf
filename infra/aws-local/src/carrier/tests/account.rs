//! What an account can change, and what it may lack.

use serde_json::{Value, json};

use super::{ASHA, BEN, Network, sms, voice};
use crate::carrier::{Account, text};

#[test]
fn a_number_publishes_where_it_was_last_told_to() {
    let mut network = Network::new();
    let told = network.send("DescribePhoneNumbers", &json!({})).unwrap();
    let id = told["PhoneNumbers"][0]["PhoneNumberId"].clone();
    let update = |network: &mut Network, mut change: Value| {
        change["PhoneNumberId"] = id.clone();
        network.send("UpdatePhoneNumber", &change)
    };
    let refused = update(
        &mut network,
        json!({"TwoWayChannelArn": "arn:aws:sns:us-east-1:000000000000:gone"}),
    );
    assert_eq!(refused.unwrap_err()["Reason"], "TWO_WAY_TOPIC_NOT_PRESENT");
    let refused = update(&mut network, json!({"TwoWayEnabled": false}));
    assert_eq!(refused.unwrap_err()["Reason"], "TWO_WAY_NOT_ENABLED", "opt-outs are managed by us");
    let off = json!({"TwoWayEnabled": false, "SelfManagedOptOutsEnabled": false});
    assert_eq!(update(&mut network, off).unwrap()["TwoWayEnabled"], false);
    network.with(|ctx| text(ctx, ASHA, "nobody hears this").unwrap());
    let on = json!({"TwoWayEnabled": true, "DeletionProtectionEnabled": true});
    assert_eq!(update(&mut network, on).unwrap()["DeletionProtectionEnabled"], true);
    network.with(|ctx| text(ctx, ASHA, "this is heard").unwrap());
    let heard = network.drain("inbound-sms");
    assert_eq!(heard.len(), 1);
    assert_eq!(heard[0]["messageBody"], "this is heard");
    let wrong = network.send("UpdatePhoneNumber", &json!({"PhoneNumberId": "phone-0"}));
    assert_eq!(wrong.unwrap_err()["__type"], "ResourceNotFoundException");
}

#[test]
fn events_go_to_every_destination_that_asks_for_them_and_no_other() {
    let mut network = Network::new();
    let set = network.0.settings.carrier.configuration_set.clone();
    let topic = network.0.settings.carrier.event_topic_arn.clone();
    let change = |types: Value| json!({"ConfigurationSetName": set, "EventDestinationName": "events", "MatchingEventTypes": types});
    network.send("UpdateEventDestination", &change(json!(["TEXT_ALL"]))).unwrap();
    let named = json!({"ConfigurationSetName": set});
    network.send("SendVoiceMessage", &voice(ASHA, &named)).unwrap();
    network.pass_s(60);
    assert_eq!(network.events().len(), 0, "nobody asked for calls");
    let second = json!({
        "ConfigurationSetName": set, "EventDestinationName": "calls",
        "MatchingEventTypes": ["VOICE_INITIATED"], "SnsDestination": {"TopicArn": topic},
    });
    network.send("CreateEventDestination", &second).unwrap();
    assert_eq!(
        network.send("CreateEventDestination", &second).unwrap_err()["__type"],
        "ConflictException"
    );
    network.send("SendVoiceMessage", &voice(BEN, &named)).unwrap();
    network.pass_s(60);
    assert_eq!(network.event_types(), ["VOICE_INITIATED"]);
    let missing = json!({"ConfigurationSetName": set, "EventDestinationName": "none"});
    let refused = network.send("UpdateEventDestination", &missing).unwrap_err();
    assert_eq!(refused["__type"], "ResourceNotFoundException");
}

#[test]
fn what_the_account_lacks_is_refused_with_the_services_reasons() {
    let refused = |change: &dyn Fn(&mut Account), operation: &str, body: &Value| {
        let mut network = Network::new();
        change(&mut network.0.settings.carrier.account);
        network.send(operation, body).unwrap_err()["Reason"].clone()
    };
    let call = voice(ASHA, &json!({}));
    let mute = refused(&|account| account.voice = false, "SendVoiceMessage", &call);
    assert_eq!(mute, "VOICE_CAPABILITY_NOT_AVAILABLE");
    for (operation, body) in
        [("SendVoiceMessage", &call), ("SendTextMessage", &sms(ASHA, &json!({})))]
    {
        let sandbox = refused(&|account| account.sandbox = true, operation, body);
        assert_eq!(sandbox, "DESTINATION_PHONE_NUMBER_NOT_VERIFIED");
    }
    let mut network = Network::new();
    network.0.settings.carrier.account.two_way = false;
    let told = network.send("DescribePhoneNumbers", &json!({})).unwrap();
    assert_eq!(told["PhoneNumbers"][0]["TwoWayEnabled"], false);
    let id = told["PhoneNumbers"][0]["PhoneNumberId"].clone();
    let on = json!({"PhoneNumberId": id, "TwoWayEnabled": true});
    let refused = network.send("UpdatePhoneNumber", &on).unwrap_err();
    assert_eq!(refused["Reason"], "TWO_WAY_NOT_SUPPORTED_IN_REGION");
}

#[test]
fn a_country_that_is_blocked_is_not_reached() {
    let mut network = Network::new();
    let rules = |status: &str| {
        json!({"ProtectConfigurationId": "protect-1", "NumberCapability": "VOICE",
               "CountryRuleSetUpdates": {"IN": {"ProtectStatus": status}}})
    };
    let change = "UpdateProtectConfigurationCountryRuleSet";
    assert_eq!(
        network.send(change, &rules("BLOCK")).unwrap_err()["__type"],
        "ResourceNotFoundException"
    );
    network.0.settings.carrier.account.protected = true;
    network.send(change, &rules("BLOCK")).unwrap();
    let refused = network.send("SendVoiceMessage", &voice(ASHA, &json!({}))).unwrap_err();
    assert_eq!(refused["Reason"], "DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION");
    network.call(BEN);
    network.text(ASHA, "texts are another matter");
    network.send(change, &rules("ALLOW")).unwrap();
    network.call(ASHA);
    let wanted = json!({"ProtectConfigurationId": "protect-1", "NumberCapability": "VOICE"});
    let told = network.send("GetProtectConfigurationCountryRuleSet", &wanted).unwrap();
    assert_eq!(told["CountryRuleSet"], json!({"IN": {"ProtectStatus": "ALLOW"}}));
}
