//! Each function as a process of this executable.

use aws_local::lambda::end_with_the_stack;
use stack::functions::Function;

/// Is this function: serves invocations until the stack is gone.
///
/// # Errors
/// The configuration cannot be used, or the connection to the stack ended.
pub fn serve(function: Function) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    end_with_the_stack();
    // One thread, as on a Lambda function with less than a processor.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        match function {
            Function::InboundSms => inbound_sms::run().await,
            Function::SendSms => send_sms::run().await,
            Function::ScheduleReminder => schedule_reminder::run().await,
            Function::PlaceCallback => place_callback::run().await,
            Function::RecordCall => record_call::run().await,
            Function::RecordCharge => record_charge::run().await,
            Function::PublishEvent => publish_event::run().await,
            Function::ExportBilling => export_billing::run().await,
            Function::ReconcileBilling => reconcile_billing::run().await,
            Function::Reconcile => reconcile::run().await,
        }
    })
}
