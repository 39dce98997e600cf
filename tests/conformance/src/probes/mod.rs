//! The services that the product uses, asked the same questions on `aws-local` and on the emulator, and held to what AWS
//! documents.
//!
//! `aws-local` has to answer as AWS does. The emulator is somebody else's: where it is known to answer otherwise the
//! table says how, so that nobody takes its word against the documentation, and so that we learn when it changes.

mod dynamodb;
mod s3;
mod scheduler;
mod sns;
mod sqs;

use std::pin::Pin;

use aws_sdk_sqs::error::{ProvideErrorMetadata, SdkError};
use aws_types::SdkConfig;

type Answer<'a> = Pin<Box<dyn Future<Output = String> + Send + 'a>>;

/// One question, and what AWS answers.
struct Probe {
    question: &'static str,
    ask: for<'a> fn(&'a SdkConfig) -> Answer<'a>,
    /// What AWS answers, and where it says so.
    documented: (&'static str, &'static str),
    /// What the emulator answers instead.
    emulator: Option<&'static str>,
}

/// Asks everything of both; the sentences say what is not as it should be.
pub async fn differences(local: &SdkConfig, emulator: &SdkConfig) -> Vec<String> {
    let mut differences = Vec::new();
    let probes =
        [sqs::PROBES, sns::PROBES, scheduler::PROBES, dynamodb::PROBES, s3::PROBES].concat();
    for probe in probes {
        let Probe { question, ask, documented: (documented, source), emulator: deviation } = probe;
        let (ours, theirs) = tokio::join!(ask(local), ask(emulator));
        if ours != *documented {
            differences.push(format!(
                "{question}: aws-local says {ours:?}, AWS {documented:?} ({source})"
            ));
        }
        let expected = deviation.unwrap_or(documented);
        if theirs != expected {
            differences.push(format!(
                "{question}: the emulator says {theirs:?}, and is expected to say {expected:?} ({source})"
            ));
        }
    }
    differences
}

/// `taken`, or `refused: ` and the code of the error.
fn outcome<T, E: ProvideErrorMetadata, R>(result: &Result<T, SdkError<E, R>>) -> String {
    match result {
        Ok(_) => "taken".to_owned(),
        Err(error) => format!("refused: {}", error.code().unwrap_or("without a code")),
    }
}
