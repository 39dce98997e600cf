//! The AWS endpoint from its outside: the real SDKs over HTTP, and kill -9.

#![expect(clippy::unwrap_used, reason = "a test whose stack cannot be set up has failed")]

mod carrier;
mod dynamodb;
mod events;
mod http;
mod killed;
mod s3;
mod scheduler;
mod sns;
mod sqs;
mod stack;
