//! What the product logs, counted and, if the log is kept, written down with the simulated time.

use std::fmt::Write as _;
use std::sync::Weak;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record as SpanRecord};
use tracing::{Event, Level, Metadata, Subscriber};

use crate::fault::Fault;
use crate::world::World;

/// The crates whose lines are the product's; what libraries say depends on their versions.
const PRODUCT: [&str; 10] = [
    "cloud",
    "domain",
    "inbound_sms",
    "schedule_reminder",
    "place_callback",
    "record_call",
    "send_sms",
    "record_charge",
    "publish_event",
    "reconcile",
];

/// Listens to one thread, for one world.
pub(crate) struct Listener(pub(crate) Weak<World>);

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        let crate_name = metadata.target().split("::").next().unwrap_or_default();
        metadata.is_event() && *metadata.level() <= Level::INFO && PRODUCT.contains(&crate_name)
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &SpanRecord<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let Some(world) = self.0.upgrade() else { return };
        let mut line =
            Line(format!("log {} {}", event.metadata().level(), event.metadata().target()));
        event.record(&mut line);
        let now = world.now();
        // A run that finds nothing to do says so every minute, and an outage makes lines as long as it lasts.
        let idle =
            line.0.contains("looked_at=0") || world.lasts(Fault::DegradationOutage, now, |_| true);
        world.record(|record| {
            record.log_lines += u64::from(!idle);
            record.line(now, &line.0);
        });
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let _infallible = write!(self.0, " {}={value:?}", field.name());
    }
}
