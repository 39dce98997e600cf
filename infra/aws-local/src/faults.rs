//! Faults that a person switches on to watch the product recover.
//!
//! They are in memory only and each has an end, so that nobody forgets one: past it nothing has to be
//! done for the fault to be over, and a stack that is started again is whole.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::StatusCode;
use serde_json::Value;

use crate::wire::{AwsError, JSON_1_0, Request, Response};
use crate::{Now, carrier, sqs};

/// Who signs with this key id is spared: the tools of this machine and the page, with which one watches.
pub const SPARED: &str = "local";

/// Of so many requests to tables that are throttled, one is answered.
const ANSWERED_OF: u64 = 5;

/// What can be broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The tables refuse four of five requests.
    TablesThrottled,
    /// The carrier takes no text and no call for now.
    CarrierThrottled,
    /// The carrier takes no call: what the account may spend on calls in a month is spent.
    CallsUnaffordable,
    /// The carrier tells nobody what became of a call.
    EventsLost,
    /// Nobody can put anything into this queue, or take anything out of it.
    QueueCut(String),
    /// No process of this function is started.
    FunctionDown(String),
}

/// A fault that is on, or was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Active {
    /// Which.
    pub fault: Fault,
    /// Since when.
    pub since: Now,
    /// Until when; this instant is not part of it.
    pub until: Now,
    /// How often something went wrong because of it.
    pub hits: u64,
}

/// The faults of one stack. Clones are the same faults.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    list: Arc<Mutex<Vec<Active>>>,
}

impl Faults {
    /// Switches a fault on. One that is on already keeps its hits and gets the new end.
    pub fn set(&self, fault: Fault, since: Now, until: Now) {
        let mut list = self.list();
        match list.iter_mut().find(|active| active.fault == fault && since < active.until) {
            Some(active) => active.until = until,
            None => list.push(Active { fault, since, until, hits: 0 }),
        }
    }

    /// Ends a fault before its time. It is among those that [`Self::take_ended`] returns.
    pub fn end(&self, fault: &Fault, now: Now) {
        for active in self.list().iter_mut().filter(|active| active.fault == *fault) {
            active.until = active.until.min(now);
        }
    }

    /// Those that are on.
    #[must_use]
    pub fn active(&self, now: Now) -> Vec<Active> {
        self.list().iter().filter(|active| now < active.until).cloned().collect()
    }

    /// Those that are over, each once.
    #[must_use]
    pub fn take_ended(&self, now: Now) -> Vec<Active> {
        let mut list = self.list();
        let (on, ended) = list.drain(..).partition(|active| now < active.until);
        *list = on;
        ended
    }

    /// Until when this function is kept from running.
    pub(crate) fn function_down(&self, name: &str, now: Now) -> Option<Now> {
        self.until(now, |fault| matches!(fault, Fault::FunctionDown(down) if down == name))
    }

    /// Until when this queue cannot be reached.
    pub(crate) fn queue_cut(&self, name: &str, now: Now) -> Option<Now> {
        self.until(now, |fault| matches!(fault, Fault::QueueCut(cut) if cut == name))
    }

    /// Whether an event of a call is lost, which counts as a hit.
    pub(crate) fn loses_event(&self, now: Now) -> bool {
        self.hit(now, |fault| *fault == Fault::EventsLost).is_some()
    }

    /// The answer in place of the service's, if a fault keeps it from answering.
    pub(crate) fn refusal(&self, request: &Request, now: Now) -> Option<Response> {
        if self.list().is_empty() || caller(request) == Some(SPARED) {
            return None;
        }
        let (service, operation) = request.target()?;
        match service {
            "DynamoDB_20120810" => self.tables_refuse(now),
            "PinpointSMSVoiceV2" if operation.starts_with("Send") => {
                self.carrier_refuses(operation, now)
            }
            "AmazonSQS" => self.queue_refuses(&request.body, now),
            _ => None,
        }
    }

    fn tables_refuse(&self, now: Now) -> Option<Response> {
        let hits = self.hit(now, |fault| *fault == Fault::TablesThrottled)?;
        if hits.is_multiple_of(ANSWERED_OF) {
            return None;
        }
        let error = AwsError::bad_request("ThrottlingException", "Rate of requests exceeded.");
        Some(Response::json_error(JSON_1_0, "com.amazonaws.dynamodb.v20120810#", &error))
    }

    fn carrier_refuses(&self, operation: &str, now: Now) -> Option<Response> {
        if self.hit(now, |fault| *fault == Fault::CarrierThrottled).is_some() {
            return Some(carrier::busy());
        }
        let calls = operation == "SendVoiceMessage";
        let spent = calls && self.hit(now, |fault| *fault == Fault::CallsUnaffordable).is_some();
        spent.then(carrier::spent)
    }

    fn queue_refuses(&self, body: &[u8], now: Now) -> Option<Response> {
        let body: Value = serde_json::from_slice(body).ok()?;
        let (_, name) = body.get("QueueUrl")?.as_str()?.rsplit_once('/')?;
        self.hit(now, |fault| matches!(fault, Fault::QueueCut(cut) if cut == name))?;
        let status = StatusCode::SERVICE_UNAVAILABLE;
        let message = "The queue cannot be reached.";
        Some(sqs::failure(&AwsError::with_status(status, "ServiceUnavailable", message)))
    }

    fn until(&self, now: Now, is_it: impl Fn(&Fault) -> bool) -> Option<Now> {
        let list = self.list();
        list.iter().find(|on| now < on.until && is_it(&on.fault)).map(|on| on.until)
    }

    /// Counts a hit if the fault is on; how many there have been.
    fn hit(&self, now: Now, is_it: impl Fn(&Fault) -> bool) -> Option<u64> {
        let mut list = self.list();
        let active = list.iter_mut().find(|active| now < active.until && is_it(&active.fault))?;
        active.hits += 1;
        Some(active.hits)
    }

    fn list(&self) -> MutexGuard<'_, Vec<Active>> {
        // Nothing here panics halfway through a change.
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The key id that a request is signed with.
fn caller(request: &Request) -> Option<&str> {
    let signature = request.headers.get(http::header::AUTHORIZATION)?.to_str().ok()?;
    let (_, credential) = signature.split_once("Credential=")?;
    credential.split('/').next()
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
    use serde_json::json;

    use super::*;
    use crate::testing::World;

    fn request(target: &'static str, caller: &str, body: &Value) -> Request {
        let signed = format!("AWS4-HMAC-SHA256 Credential={caller}/20270621/us-east-1/x");
        let headers = HeaderMap::from_iter([
            (HeaderName::from_static("x-amz-target"), HeaderValue::from_static(target)),
            (header::AUTHORIZATION, HeaderValue::from_str(&signed).unwrap()),
        ]);
        Request { method: Method::POST, uri: "/".into(), headers, body: body.to_string().into() }
    }

    fn one(fault: Fault) -> (Faults, Now) {
        let (faults, now) = (Faults::default(), World::new().now);
        faults.set(fault, now, now + TimeDelta::seconds(10));
        (faults, now)
    }

    #[test]
    fn tables_refuse_four_of_five_but_not_who_watches() {
        let (faults, now) = one(Fault::TablesThrottled);
        let refused = |caller| {
            let get = request("DynamoDB_20120810.GetItem", caller, &json!({}));
            (0..10).filter(|_| faults.refusal(&get, now).is_some()).count()
        };
        assert_eq!((refused("send-sms"), refused(SPARED)), (8, 0));
        let query = request("DynamoDB_20120810.Query", "send-sms", &json!({}));
        let answer = faults.refusal(&query, now).unwrap();
        assert_eq!(answer.status, 400);
        assert!(String::from_utf8_lossy(&answer.body).contains("ThrottlingException"));
        let sms = request("PinpointSMSVoiceV2.SendTextMessage", "send-sms", &json!({}));
        assert!(faults.refusal(&sms, now).is_none(), "only what is broken");
    }

    #[test]
    fn a_fault_ends_by_itself_or_before_and_is_told_once_with_its_hits() {
        let (faults, now) = one(Fault::CarrierThrottled);
        let sms = request("PinpointSMSVoiceV2.SendTextMessage", "send-sms", &json!({}));
        let call = request("PinpointSMSVoiceV2.SendVoiceMessage", "place-callback", &json!({}));
        let look = request("PinpointSMSVoiceV2.DescribePhoneNumbers", "doctor", &json!({}));
        assert!(faults.refusal(&sms, now).is_some() && faults.refusal(&call, now).is_some());
        assert!(faults.refusal(&look, now).is_none());
        let later = now + TimeDelta::seconds(10);
        assert!(faults.take_ended(now).is_empty());
        assert!(faults.refusal(&sms, later).is_none() && faults.active(later).is_empty());
        assert_eq!(faults.take_ended(later)[0].hits, 2);
        assert!(faults.take_ended(later).is_empty());

        faults.set(Fault::EventsLost, now, later);
        faults.end(&Fault::EventsLost, now + TimeDelta::seconds(1));
        assert!(!faults.loses_event(now + TimeDelta::seconds(1)));
        assert_eq!(faults.take_ended(now + TimeDelta::seconds(1)).len(), 1);
    }

    #[test]
    fn a_fault_that_is_on_gets_the_new_end() {
        let (faults, now) = one(Fault::EventsLost);
        assert!(faults.loses_event(now));
        faults.set(Fault::EventsLost, now, now + TimeDelta::seconds(60));
        let active = faults.active(now + TimeDelta::seconds(30));
        assert_eq!((active.len(), active[0].hits), (1, 1));
    }

    #[test]
    fn only_the_queue_that_is_cut_off_refuses() {
        let (faults, now) = one(Fault::QueueCut("charges".into()));
        let send = |queue: &str| {
            let url = format!("http://127.0.0.1:4566/000000000000/{queue}");
            request("AmazonSQS.SendMessage", "inbound-sms", &json!({ "QueueUrl": url }))
        };
        let refused = |queue| faults.refusal(&send(queue), now);
        assert_eq!(refused("charges").unwrap().status, 503);
        assert!(refused("charges-dead-letters").is_none() && refused("outbound-sms").is_none());
        assert!(faults.queue_cut("charges", now).is_some());
    }

    #[test]
    fn calls_that_cannot_be_paid_leave_texts_alone() {
        let (faults, now) = one(Fault::CallsUnaffordable);
        let call = request("PinpointSMSVoiceV2.SendVoiceMessage", "place-callback", &json!({}));
        let refusal = faults.refusal(&call, now).unwrap();
        assert!(String::from_utf8_lossy(&refusal.body).contains("MONTHLY_SPEND_LIMIT"));
        let sms = request("PinpointSMSVoiceV2.SendTextMessage", "send-sms", &json!({}));
        assert!(faults.refusal(&sms, now).is_none());
    }
}
