//! How a function starts: logging, configuration, clients, then the Lambda Runtime API until it ends.

use std::future::Future;
use std::sync::Arc;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use futures::FutureExt;
use futures::future::BoxFuture;
use lambda_runtime::{LambdaEvent, service_fn};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::config::Config;
use crate::connection::Cloud;

/// What a function returns when it ends.
pub type Result = std::result::Result<(), lambda_runtime::Error>;

/// Serves a function that takes batches from a queue.
///
/// # Errors
/// If the connection to the runtime ends.
pub async fn queue<F, Fut>(handle: F) -> Result
where
    F: Fn(Arc<Cloud>, SqsEvent) -> Fut,
    Fut: Future<Output = SqsBatchResponse> + Send + 'static,
{
    function(|cloud, event| handle(cloud, event).map(Ok)).await
}

/// Serves a function that is invoked with an event of its own.
///
/// # Errors
/// If the connection to the runtime ends.
pub async fn function<F, Fut, In, Out>(handle: F) -> Result
where
    F: Fn(Arc<Cloud>, In) -> Fut,
    Fut: Future<Output = std::result::Result<Out, lambda_runtime::Error>> + Send + 'static,
    In: DeserializeOwned,
    Out: Serialize + Send,
{
    lambda_runtime::tracing::init_default_subscriber();
    // Without a configuration the function serves all the same, and every invocation says what is missing: what it
    // should have handled goes back to where it came from, and the error stands beside it.
    let cloud = Config::from_env().map(|config| Arc::new(Cloud::new(config))).map_err(|error| {
        let error = crate::error::chain(&error);
        tracing::error!(error, "the function is not configured");
        error
    });
    // Boxed, so that the compiler need not lay out the SDK's futures within the runtime's.
    let boxed = |event: LambdaEvent<In>| -> BoxFuture<'static, _> {
        match &cloud {
            Ok(cloud) => handle(Arc::clone(cloud), event.payload).boxed(),
            Err(error) => {
                let error = error.clone();
                async { Err(error.into()) }.boxed()
            }
        }
    };
    lambda_runtime::run(service_fn(boxed)).await
}
