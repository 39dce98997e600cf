//! The least that a Lambda function in Rust can be: what `cold-start` measures the others against.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    lambda_runtime::tracing::init_default_subscriber();
    let echo = |event: lambda_runtime::LambdaEvent<serde_json::Value>| async move {
        Ok::<_, lambda_runtime::Error>(event.payload)
    };
    lambda_runtime::run(lambda_runtime::service_fn(echo)).await
}
