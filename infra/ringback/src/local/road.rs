//! The road of a phone's messages: which function was given which of them, from which queue, and when.
//!
//! Known since the stack was started; what is kept for good is the story.

use std::sync::Arc;

use aws_local::Now;
use aws_local::lambda;
use axum::Json;
use axum::extract::{Path, State};
use cloud::items::PhoneOwner;
use domain::phone::Phone;
use serde::Serialize;

use super::api::{Api, ApiError, Number};

/// One message at one function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hop {
    /// When the function was given it.
    at: Now,
    /// The queue that it came from.
    queue: String,
    /// The function.
    function: String,
    /// The reminder that it is about, where it is about one.
    reminder: Option<String>,
    /// For which time it was delivered.
    delivery: u32,
    /// How long it was in the queue, on purpose or not.
    waited_ms: Option<i64>,
    /// How long the function took; `None` while it works on it.
    took_ms: Option<i64>,
    /// Why it was not done, if it was not.
    failed: Option<String>,
    /// SQS's id of it.
    message_id: String,
}

impl Hop {
    fn of(hop: lambda::Hop, user: Option<&str>) -> Self {
        let ms = |from: Now, to: Now| (to - from).num_milliseconds();
        Self {
            at: hop.started_at,
            reminder: user.and_then(|user| reminder(&hop.body, user)),
            delivery: hop.delivery,
            waited_ms: hop.sent_at.map(|sent| ms(sent, hop.started_at)),
            took_ms: hop.ended_at.map(|ended| ms(hop.started_at, ended)),
            failed: hop.failed,
            message_id: hop.message_id,
            queue: hop.queue,
            function: hop.function,
        }
    }
}

impl Api {
    /// The hops of a phone's messages, oldest first.
    ///
    /// # Errors
    /// The tables cannot be read.
    pub async fn road(&self, number: &Number) -> Result<Vec<Hop>, ApiError> {
        let owner = match Phone::parse(number.as_str()) {
            Ok(phone) => self.cloud.get::<PhoneOwner>(&PhoneOwner::key_of(&phone)).await?,
            Err(_) => None,
        };
        let user = owner.map(|owner| owner.row.user.to_string());
        // Between functions a message names the user; what comes from the carrier names the number.
        let quoted = format!("\"{}\\\"", number.as_str());
        let is_theirs = |hop: &lambda::Hop| {
            user.as_deref().is_some_and(|user| hop.body.contains(user))
                || hop.body.contains(&quoted)
        };
        let hops = self.dispatcher.hops(is_theirs).into_iter();
        Ok(hops.map(|hop| Hop::of(hop, user.as_deref())).collect())
    }
}

/// The reminder that a message names first: `<user>-<n>`.
fn reminder(body: &str, user: &str) -> Option<String> {
    let mut places = body.match_indices(user).map(|(at, _)| &body[at + user.len()..]);
    places.find_map(|rest| {
        let rest = rest.strip_prefix('-')?;
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        (digits > 0).then(|| format!("{user}-{}", &rest[..digits]))
    })
}

/// `GET /api/phones/{e164}/road`.
///
/// # Errors
/// [`ApiError::NotAPhone`]; the tables cannot be read.
pub async fn road(
    State(api): State<Arc<Api>>,
    Path(e164): Path<String>,
) -> Result<Json<Vec<Hop>>, ApiError> {
    Ok(Json(api.road(&Number::parse(&e164)?).await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_about_the_reminder_that_it_names() {
        let cases = [
            (r#"{"v":1,"occurrence":"0123abcd-12-1"}"#, Some("0123abcd-12")),
            (r#"{"v":1,"user":"0123abcd","cause":"gave_up#0123abcd-3-1"}"#, Some("0123abcd-3")),
            (r#"{"v":1,"user":"0123abcd","cause":"reply#x"}"#, None),
            (r#"{"context":{"attempt":"0123abcd-7"}}"#, Some("0123abcd-7")),
            ("0123abcd-", None),
        ];
        for (body, about) in cases {
            assert_eq!(reminder(body, "0123abcd").as_deref(), about, "{body}");
        }
    }
}
