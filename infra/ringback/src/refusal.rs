//! What AWS says no to, for a person: which operation, and whether it is a matter of permission.

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

/// The codes by which services say that who asks may not.
const DENIED: [&str; 7] = [
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationError",
    "KMSAccessDeniedException",
    "KmsAccessDenied",
    "NotAuthorized",
    "UnauthorizedOperation",
];

/// An operation that was not done, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Who asks may not.
    #[error("you lack the permission {operation}: {said}")]
    Denied {
        /// The operation, as a policy names it.
        operation: &'static str,
        /// The service's words.
        said: String,
    },
    /// Anything else.
    #[error("{operation} failed: {said}")]
    Failed {
        /// The operation, as a policy names it.
        operation: &'static str,
        /// The error's code, where the service answered.
        code: String,
        /// The service's words, or what stood in its way.
        said: String,
    },
}

impl Refusal {
    /// Reads the SDK's error of an operation.
    pub fn of<E, R>(operation: &'static str, error: &SdkError<E, R>) -> Self
    where
        E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
        R: std::fmt::Debug + Send + Sync + 'static,
    {
        let code = error.code().unwrap_or_default().to_owned();
        let said = match error.message() {
            Some(message) => message.trim_end_matches('.').to_owned(),
            None => crate::cli::chain(error),
        };
        match DENIED.contains(&code.as_str()) {
            true => Self::Denied { operation, said },
            false => Self::Failed { operation, code, said },
        }
    }

    /// Whether the service's words, or its code, contain `words`.
    #[must_use]
    pub fn says(&self, words: &str) -> bool {
        match self {
            Self::Denied { said, .. } => said.contains(words),
            Self::Failed { code, said, .. } => code.contains(words) || said.contains(words),
        }
    }
}
