//! Starts the function; see the library for what it does.

#[tokio::main(flavor = "current_thread")]
async fn main() -> cloud::run::Result {
    reconcile_billing::run().await
}
