//! What only a deployment can show: policies that are held to, schedules that fire, dead letters that are sent back, and
//! the repair loop that is started by its own schedule.
//!
//! These take something away from the whole deployment, so they follow each other when the scenarios are over.

use aws_sdk_scheduler::error::ProvideErrorMetadata;
use aws_sdk_scheduler::types::{ActionAfterCompletion, FlexibleTimeWindow, FlexibleTimeWindowMode};
use aws_sdk_sqs::types::QueueAttributeName;
use chrono::{DateTime, TimeDelta, Utc};
use cloud::Cloud;
use cloud::items::{PhoneOwner, occurrence_key};
use cloud::queues::Due;
use domain::ids::OccurrenceId;
use domain::limits;
use domain::occurrence::Occurrence;
use end_to_end::{Phone, World};
use serde_json::{Value, json};

use crate::deployment::Deployment;
use crate::{gaps, probes};

/// What every check is given.
pub struct Deployed {
    /// The emulator's own address, without TLS before it.
    pub plain: String,
    /// All services of `aws-local`, of which the deployment uses the carrier alone.
    pub local: String,
    /// What was deployed.
    pub deployment: Deployment,
    /// Its tables, as the functions see them.
    pub cloud: Cloud,
    /// The stack as its users meet it.
    pub world: World,
}

impl Deployed {
    fn sqs(&self) -> aws_sdk_sqs::Client {
        aws_sdk_sqs::Client::new(&self.world.sdk())
    }

    fn scheduler(&self) -> aws_sdk_scheduler::Client {
        aws_sdk_scheduler::Client::new(&self.world.sdk())
    }

    fn queue(&self, name: &str) -> &str {
        self.world.stack["queues"][name].as_str().unwrap()
    }

    /// The answer in JSON of a command of the product that succeeds.
    pub async fn answer(&self, arguments: &[&str]) -> Value {
        let ended = self.deployment.operate(&[arguments, &["--json"]].concat()).await;
        assert_eq!(ended.code, Some(0), "{arguments:?}\n{}\n{}", ended.out, ended.err);
        serde_json::from_str(&ended.out).unwrap()
    }

    /// The row of the phone's reminder number `n`.
    async fn occurrence(&self, phone: &Phone, n: u32) -> Occurrence {
        let phone = domain::phone::Phone::parse(&phone.0).unwrap();
        let owner =
            self.cloud.get::<PhoneOwner>(&PhoneOwner::key_of(&phone)).await.unwrap().unwrap();
        let id: OccurrenceId = format!("{}-{n}-1", owner.row.user).parse().unwrap();
        self.cloud.get::<Occurrence>(&occurrence_key(&id)).await.unwrap().unwrap().row
    }

    /// Takes the inline policy of a function's role away; returns what gives it back.
    async fn take_away(&self, role: &str, policy: &str) -> String {
        let role = self.deployment.resource(role);
        let of = format!("RoleName={role}&PolicyName={policy}&Version=2010-05-08");
        let found =
            self.deployment.ask("iam", "POST", &format!("/?Action=GetRolePolicy&{of}")).await;
        // The document in the answer is as it must be in a request: encoded for URLs.
        let document =
            found.split("<PolicyDocument>").nth(1).and_then(|rest| rest.split('<').next());
        self.deployment.ask("iam", "POST", &format!("/?Action=DeleteRolePolicy&{of}")).await;
        format!("/?Action=PutRolePolicy&{of}&PolicyDocument={}", document.unwrap())
    }
}

/// `aws-local` answers as AWS documents it, and the emulator where it is not known to answer otherwise.
pub async fn services_answer_as_aws_documents(deployed: &Deployed) {
    let local = deployed.world.sdk().into_builder().endpoint_url(&deployed.local).build();
    let mut differences = probes::differences(&local, &deployed.world.sdk()).await;
    let reminders = deployed.deployment.resource("RemindersTable");
    differences.extend(gaps::closed(&deployed.world.sdk(), reminders).await);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// The topics and queues of the template refuse whoever does not come over TLS.
pub async fn plain_http_is_refused(deployed: &Deployed) {
    let plain = deployed.world.sdk().into_builder().endpoint_url(&deployed.plain).build();
    let topic = deployed.deployment.resource("InboundSmsTopic");
    let published =
        aws_sdk_sns::Client::new(&plain).publish().topic_arn(topic).message("x").send().await;
    assert_eq!(published.unwrap_err().code(), Some("AuthorizationError"));
    let (queue, sqs) = (deployed.queue("inbound-sms"), aws_sdk_sqs::Client::new(&plain));
    let sent = sqs.send_message().queue_url(queue).message_body("x").send().await;
    assert!(sent.unwrap_err().code().is_some_and(|code| code.contains("AccessDenied")));
}

/// A function that lost its permissions loses no message: SQS gives it up, and once sent back it is done, once.
pub async fn what_was_given_up_in_an_outage_is_done_when_it_is_sent_back(deployed: &Deployed) {
    let (world, sqs) = (&deployed.world, deployed.sqs());
    let (charges, dead_letters) =
        (deployed.queue("charges"), deployed.queue("charges-dead-letters"));
    let attributes =
        sqs.get_queue_attributes().queue_url(charges).attribute_names(QueueAttributeName::All);
    let attributes = attributes.send().await.unwrap().attributes.unwrap();
    let redrive: Value =
        serde_json::from_str(&attributes[&QueueAttributeName::RedrivePolicy]).unwrap();
    // A second time-out and a second receive, instead of a hundredth after five hours.
    let impatient =
        json!({"deadLetterTargetArn": redrive["deadLetterTargetArn"], "maxReceiveCount": 2});
    let set = |visibility: &str, redrive: &Value| {
        let set = sqs.set_queue_attributes().queue_url(charges);
        let set = set.attributes(QueueAttributeName::VisibilityTimeout, visibility);
        set.attributes(QueueAttributeName::RedrivePolicy, redrive.to_string()).send()
    };
    set("1", &impatient).await.unwrap();
    let back = deployed.take_away("RecordChargeRole", "record-charge").await;

    let phone = world.phone();
    world.ask(&phone, "Remind tomorrow 5pm about rent").await;
    let given_up = || async {
        let received = sqs.receive_message().queue_url(dead_letters).send().await.unwrap();
        received.messages.unwrap_or_default().into_iter().next()
    };
    let dead = world.until("a charge that is given up", given_up).await;
    assert!(world.charges(&phone).await.is_empty(), "charged without a permission");

    deployed.deployment.ask("iam", "POST", &back).await;
    set(&attributes[&QueueAttributeName::VisibilityTimeout], &redrive).await.unwrap();
    // Once more, as it happens to whoever is interrupted between sending and deleting.
    sqs.send_message().queue_url(charges).message_body(dead.body().unwrap()).send().await.unwrap();
    let visible = sqs.change_message_visibility().queue_url(dead_letters).visibility_timeout(0);
    visible.receipt_handle(dead.receipt_handle().unwrap()).send().await.unwrap();
    let this = ["--id", dead.message_id().unwrap()];
    let redrive = ["redrive", "charges"];
    let shown = deployed.answer(&[&redrive, &this, &["--peek"][..]].concat()).await;
    assert_eq!(shown["letters"].as_array().map(Vec::len), Some(1), "{shown}");
    let sent = deployed.answer(&[redrive, this].concat()).await;
    assert_eq!(sent["sent"], json!({"charges": 1}));
    let gone = deployed.answer(&[&redrive, &this, &["--peek"][..]].concat()).await;
    assert_eq!(gone["letters"], json!([]));
    world.charged(&phone, 1).await;
    let worked_off = || async {
        let left = [
            QueueAttributeName::ApproximateNumberOfMessages,
            QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
        ];
        let asked =
            sqs.get_queue_attributes().queue_url(charges).set_attribute_names(Some(left.to_vec()));
        let left = asked.send().await.unwrap().attributes.unwrap();
        left.values().all(|count| count == "0").then_some(())
    };
    world.until("an empty queue", worked_off).await;
    world.charged(&phone, 1).await;
}

/// A schedule is made as the service wants it, and one that fires in its likeness makes the phone ring; and where no
/// schedule and no message is left, the repair loop finds the row and the phone rings all the same.
pub async fn schedules_fire_and_what_is_lost_is_repaired(deployed: &Deployed) {
    let (world, scheduler) = (&deployed.world, deployed.scheduler());
    let (scheduled, repaired) = (world.phone(), world.phone());
    world.ask(&scheduled, "Remind tomorrow 5pm about rent").await;
    let row = deployed.occurrence(&scheduled, 1).await;
    let group = deployed.deployment.resource("ScheduleGroup");
    let name = format!("{}-{}", row.id, row.version);
    let made =
        || async { scheduler.get_schedule().group_name(group).name(&name).send().await.ok() };
    let made = world.until("a schedule for what is due tomorrow", made).await;
    let at = row.not_before - limits::SCHEDULE_LEAD;
    assert_eq!(made.schedule_expression(), Some(&*expression(at)));
    assert_eq!(made.action_after_completion(), Some(&ActionAfterCompletion::Delete));
    let target = made.target().unwrap();
    let input: Value = serde_json::from_str(target.input().unwrap()).unwrap();
    assert_eq!(input, message(&row));

    world.ask(&scheduled, "Remind in 20 seconds about tea").await;
    world.ask(&repaired, "Remind in 15 seconds about the oven").await;
    let waiting = || async {
        let delayed = QueueAttributeName::ApproximateNumberOfMessagesDelayed;
        let queue = deployed.queue("due-callbacks");
        let asked =
            deployed.sqs().get_queue_attributes().queue_url(queue).attribute_names(delayed.clone());
        (asked.send().await.unwrap().attributes.unwrap()[&delayed] == "2").then_some(())
    };
    world.until("two messages that wait for their time", waiting).await;
    deployed.sqs().purge_queue().queue_url(deployed.queue("due-callbacks")).send().await.unwrap();

    let row = deployed.occurrence(&scheduled, 2).await;
    let exactly = FlexibleTimeWindow::builder().mode(FlexibleTimeWindowMode::Off).build().unwrap();
    let mut likeness = target.clone();
    likeness.input = Some(message(&row).to_string());
    let create =
        scheduler.create_schedule().group_name(group).name(format!("{}-{}", row.id, row.version));
    let create = create.schedule_expression(expression(now())).flexible_time_window(exactly);
    let create = create.action_after_completion(ActionAfterCompletion::Delete).target(likeness);
    create.send().await.unwrap();
    for (phone, about) in [(&scheduled, "tea"), (&repaired, "the oven")] {
        let call = world.ring(phone, 1).await;
        assert!(call["text"].as_str().unwrap().starts_with(about), "{call}");
        world.pick(&call, "answer").await;
    }
    world.charged(&scheduled, 3).await;
    world.charged(&repaired, 2).await;
    assert_eq!((world.calls(&scheduled).await.len(), world.calls(&repaired).await.len()), (1, 1));
    let gone = || async {
        let found =
            scheduler.get_schedule().group_name(group).name(format!("{}-{}", row.id, row.version));
        found.send().await.is_err().then_some(())
    };
    world.until("the end of a schedule that has fired", gone).await;
}

/// A message in the queue of due callbacks.
fn message(row: &Occurrence) -> Value {
    let mut message = serde_json::to_value(Due::of(row)).unwrap();
    message["v"] = json!(1);
    message
}

/// When a schedule fires: UTC, whole seconds, no zone.
fn expression(at: DateTime<Utc>) -> String {
    format!("at({})", at.format("%Y-%m-%dT%H:%M:%S"))
}

#[expect(clippy::disallowed_methods, reason = "the test's own clock")]
pub fn now() -> DateTime<Utc> {
    Utc::now() - TimeDelta::seconds(1)
}
