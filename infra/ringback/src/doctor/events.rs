//! The configuration set: that the carrier tells us how calls went, and refuses the countries that have no price.

use std::collections::BTreeMap;

use aws_sdk_pinpointsmsvoicev2::operation::describe_configuration_sets::DescribeConfigurationSetsError;
use aws_sdk_pinpointsmsvoicev2::types::{
    ConfigurationSetInformation, EventDestination, EventType, NumberCapability,
    ProtectConfigurationCountryRuleSetInformation as Rule, ProtectStatus, SnsDestination,
};
use stack::provision::queue;
use when::Region;

use super::Doctor;
use crate::refusal::Refusal;

/// What has to be told of calls, where not simply all is.
const NEEDED: [EventType; 7] = [
    EventType::VoiceRinging,
    EventType::VoiceAnswered,
    EventType::VoiceCompleted,
    EventType::VoiceBusy,
    EventType::VoiceNoAnswer,
    EventType::VoiceFailed,
    EventType::VoiceTtlExpired,
];

/// What an event destination is called that is made here.
const DESTINATION: &str = "call-events";

/// Countries that are named in a sentence; the others are counted.
const NAMED: usize = 12;

impl Doctor<'_> {
    pub(super) async fn events(&mut self) {
        let name = self.target.cloud.config.carrier.configuration_set.clone();
        let asked =
            self.voice.describe_configuration_sets().configuration_set_names(&name).send().await;
        let sets = match asked {
            Ok(answer) => answer.configuration_sets.unwrap_or_default(),
            Err(error)
                if error.as_service_error().is_some_and(
                    DescribeConfigurationSetsError::is_resource_not_found_exception,
                ) =>
            {
                Vec::new()
            }
            Err(error) => {
                let refusal = Refusal::of("sms-voice:DescribeConfigurationSets", &error);
                return self.findings.refused("events", &refusal);
            }
        };
        let Some(set) = sets.into_iter().next() else {
            return self.findings.wrong(
                "events",
                format!("there is no configuration set {name}: nothing is sent, and nothing told of calls"),
                "deploy again, with ConfigurationSet empty or as one that is there",
            );
        };
        self.destination(&name, set.event_destinations()).await;
        self.countries(&set).await;
    }

    async fn destination(&mut self, set: &str, destinations: &[EventDestination]) {
        let topic = self.target.names.arn("sns", queue::CALL_EVENTS);
        let goes_to_us = |destination: &&EventDestination| {
            destination.sns_destination().is_some_and(|sns| sns.topic_arn() == topic)
        };
        let ours: Vec<_> = destinations.iter().filter(goes_to_us).collect();
        if ours.iter().any(|destination| destination.enabled() && tells_enough(destination)) {
            return self.findings.ok("events", "what becomes of calls is told to our topic");
        }
        let what = match ours.first() {
            None => "nobody tells us how calls went: no event destination is our topic".to_owned(),
            Some(found) if !found.enabled() => {
                format!(
                    "nobody tells us how calls went: the event destination {} is off",
                    found.event_destination_name()
                )
            }
            Some(found) => {
                format!(
                    "not all is told of calls: the event destination {} leaves events out",
                    found.event_destination_name()
                )
            }
        };
        if !self.fix {
            let todo = format!("{} sets it", self.fixing());
            return self.findings.wrong("events", what, todo);
        }
        let done = match ours.first() {
            None => self.make_destination(set, topic).await,
            Some(found) => self.mend_destination(set, found).await,
        };
        match done {
            Ok(()) => {
                self.findings.mended("events", "what becomes of calls is told to our topic now");
            }
            Err(refusal) => self.findings.wrong("events", what, refusal.to_string()),
        }
    }

    async fn make_destination(&self, set: &str, topic: String) -> Result<(), Refusal> {
        let request = self.voice.create_event_destination().configuration_set_name(set);
        let request =
            request.event_destination_name(DESTINATION).matching_event_types(EventType::VoiceAll);
        let sns = SnsDestination::builder().topic_arn(topic).build().ok();
        let made = request.set_sns_destination(sns).send().await;
        made.map(|_| ()).map_err(|error| Refusal::of("sms-voice:CreateEventDestination", &error))
    }

    async fn mend_destination(&self, set: &str, found: &EventDestination) -> Result<(), Refusal> {
        let mut types = found.matching_event_types().to_vec();
        if !tells_enough(found) {
            types.retain(|known| !known.as_str().starts_with("VOICE_"));
            types.push(EventType::VoiceAll);
        }
        let request = self.voice.update_event_destination().configuration_set_name(set);
        let request = request.event_destination_name(found.event_destination_name());
        let mended = request.enabled(true).set_matching_event_types(Some(types)).send().await;
        mended.map(|_| ()).map_err(|error| Refusal::of("sms-voice:UpdateEventDestination", &error))
    }

    /// The carrier's own wall against toll fraud has to agree with the price book.
    async fn countries(&mut self, set: &ConfigurationSetInformation) {
        let Some(id) = set.protect_configuration_id() else {
            if self.in_aws() {
                self.findings.note(
                    "countries",
                    "the configuration set has no protect configuration: our own code alone keeps to the price book",
                    "deploy with BlockOtherCountries as true, unless the account has a default of its own",
                );
            }
            return;
        };
        for capability in [NumberCapability::Sms, NumberCapability::Voice] {
            let request = self.voice.get_protect_configuration_country_rule_set();
            let request =
                request.protect_configuration_id(id).number_capability(capability.clone());
            match request.send().await {
                Ok(answer) => {
                    let rules = answer.country_rule_set.into_iter();
                    let blocked = |rule: &Rule| *rule.protect_status() == ProtectStatus::Block;
                    let rules = rules.map(|(country, rule)| (country, blocked(&rule))).collect();
                    self.compare(id, &capability, &rules).await;
                }
                Err(error) => {
                    let operation = "sms-voice:GetProtectConfigurationCountryRuleSet";
                    self.findings.refused("countries", &Refusal::of(operation, &error));
                }
            }
        }
    }

    /// `rules` says of each country whether it is blocked.
    async fn compare(
        &mut self,
        id: &str,
        capability: &NumberCapability,
        rules: &BTreeMap<String, bool>,
    ) {
        let book = self.target.cloud.config.prices.book();
        let now = self.target.cloud.clock.now();
        let serves =
            |code: &str| Region::parse(code).is_some_and(|country| book.serves(country, now));
        let (mut shut, mut open) = (Vec::new(), Vec::new());
        for (country, blocked) in rules {
            match (serves(country), *blocked) {
                (true, true) => shut.push(country.clone()),
                (false, false) => open.push(country.clone()),
                _ => {}
            }
        }
        if shut.is_empty() && open.is_empty() {
            return self
                .findings
                .ok("countries", format!("the carrier keeps to the price book for {capability}"));
        }
        if self.fix {
            let updates = shut.iter().map(|country| (country, ProtectStatus::Allow));
            let updates = updates.chain(open.iter().map(|country| (country, ProtectStatus::Block)));
            let mut request = self.voice.update_protect_configuration_country_rule_set();
            request = request.protect_configuration_id(id).number_capability(capability.clone());
            for (country, status) in updates {
                if let Ok(rule) = Rule::builder().protect_status(status).build() {
                    request = request.country_rule_set_updates(country, rule);
                }
            }
            match request.send().await {
                Ok(_) => {
                    let what = format!("the carrier keeps to the price book for {capability} now");
                    return self.findings.mended("countries", what);
                }
                Err(error) => {
                    let operation = "sms-voice:UpdateProtectConfigurationCountryRuleSet";
                    return self.findings.refused("countries", &Refusal::of(operation, &error));
                }
            }
        }
        let todo = format!(
            "{} sets it; if infra/prices.toml was changed, infra/protect.yaml has to follow",
            self.fixing()
        );
        if !shut.is_empty() {
            let what = format!(
                "the carrier blocks {capability} to countries that have a price: {}",
                some(&shut)
            );
            self.findings.wrong("countries", what, &todo);
        }
        if !open.is_empty() {
            let what = format!(
                "the carrier allows {capability} to countries without a price: {}",
                some(&open)
            );
            self.findings.wrong("countries", what, &todo);
        }
    }
}

fn tells_enough(destination: &EventDestination) -> bool {
    let types = destination.matching_event_types();
    let has = |wanted: &EventType| types.contains(wanted);
    has(&EventType::All) || has(&EventType::VoiceAll) || NEEDED.iter().all(has)
}

fn some(countries: &[String]) -> String {
    match countries.len() {
        many if many > NAMED => {
            format!("{} and {} more", countries[..NAMED].join(" "), many - NAMED)
        }
        _ => countries.join(" "),
    }
}
