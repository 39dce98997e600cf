//! Errors of the AWS side, by what their receiver does next.

use aws_smithy_runtime_api::client::result::SdkError;

/// Why a call to AWS, or what it returned, could not be used. All of these are transient: try again later.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A service did not do what it was asked.
    #[error("{operation} failed")]
    Aws {
        /// The operation, such as `dynamodb:GetItem`.
        operation: &'static str,
        /// The SDK's error, with its chain.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A row was written by a newer release; it goes back until that release reads it.
    #[error("the row {key} has version {version}, newer than this release")]
    NewerVersion {
        /// The row's key, without phone numbers.
        key: String,
        /// Its version.
        version: u32,
    },
    /// A row is not what its key says.
    #[error("the row {key} cannot be read")]
    Row {
        /// The row's key, without phone numbers.
        key: String,
        /// What was wrong with it.
        #[source]
        source: serde_dynamo::Error,
    },
    /// Others kept writing the same rows.
    #[error("the rows kept moving: {0}")]
    Contended(&'static str),
    /// The bus took some of the events only, or none; the code of the last that it did not take.
    #[error("the event bus did not take all events: {0}")]
    NotTaken(String),
    /// The time for something was used up.
    #[error("{0} did not answer in time")]
    TimedOut(&'static str),
}

impl Error {
    /// Wraps the SDK's error of an operation.
    pub fn aws<E, R>(operation: &'static str) -> impl FnOnce(SdkError<E, R>) -> Self
    where
        E: std::error::Error + Send + Sync + 'static,
        R: std::fmt::Debug + Send + Sync + 'static,
    {
        move |source| Self::Aws { operation, source: Box::new(source) }
    }
}

/// An error with its causes, in one line: `a: b: c`.
#[must_use]
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

/// What is wrong with a document from outside, without quoting it: what it says may be a person's text or number.
#[must_use]
pub(crate) fn without_content(error: &serde_json::Error) -> String {
    let text = error.to_string();
    // These quote the names of our own fields only.
    if text.starts_with("missing field") || text.starts_with("duplicate field") {
        return text;
    }
    let quote = |c: char| matches!(c, '`' | '"');
    match (text.find(quote), text.rfind(quote)) {
        (Some(first), Some(last)) => format!("{}…{}", &text[..first], &text[last + 1..]),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Document {
        #[serde(rename = "number")]
        _number: domain::ids::UserId,
    }

    #[test]
    fn what_is_wrong_with_a_document_is_said_without_quoting_it() {
        let why = |document: &str| {
            without_content(&serde_json::from_str::<Document>(document).unwrap_err())
        };
        assert_eq!(
            why("\"a \\\" private `text`\""),
            "invalid type: string …, expected struct Document at line 1 column 21"
        );
        assert_eq!(
            why(r#"{"number": 12065550123}"#),
            "invalid type: integer …, expected a string at line 1 column 22"
        );
        assert_eq!(why(r#"{"number": "+12065550123"}"#), "… is not a user id at line 1 column 26");
        assert_eq!(why("{}"), "missing field `number` at line 1 column 2");
        assert_eq!(why("+1206"), "expected value at line 1 column 1");
    }
}
