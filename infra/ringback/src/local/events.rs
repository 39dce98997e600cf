//! Server-sent events: what the page must look at again. They carry no content, only what has changed.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::stream::{self, Stream};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::api::{Api, ApiError, Known, Number};

/// One text moves a dozen rows in a few moments; they are told together.
const SETTLE: Duration = Duration::from_millis(80);
/// Looks that nothing asked for: changes of tables alone are not announced.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// A connection without news is kept open by this, and a dead one is noticed.
const KEEP_ALIVE: Duration = Duration::from_secs(10);
/// How soon a browser comes back when the stack was away.
const RETRY: Duration = Duration::from_secs(1);
/// Known phones beyond these are no news: a page shows fewer.
const PHONES_TOLD: usize = 50;

/// What a page wants to be told of.
#[derive(Debug, Default, Deserialize)]
pub struct Wish {
    /// The phone that it shows.
    phone: Option<String>,
}

/// `GET /api/events?phone=…`: an event `phones` with the phones that the carrier knows, and an event `phone` when
/// something of the shown one has changed.
///
/// # Errors
/// [`ApiError::NotAPhone`].
pub async fn events(
    State(api): State<Arc<Api>>,
    Query(wish): Query<Wish>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, ApiError> {
    // A plus in a query is a space to those who read it as a form.
    let number = wish.phone.map(|phone| phone.trim().trim_start_matches('+').to_owned());
    let number = number.map(|digits| Number::parse(&format!("+{digits}"))).transpose()?;
    let changed = Box::pin(api.handle.changed());
    let watch = Watch { api, number, told: None, changed };
    let stream = stream::unfold((watch, VecDeque::new()), next);
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

/// The next event, once there is one; the stream ends with the connection only.
async fn next(
    (mut watch, mut news): (Watch, VecDeque<Event>),
) -> Option<(Result<Event, Infallible>, (Watch, VecDeque<Event>))> {
    loop {
        if let Some(event) = news.pop_front() {
            return Some((Ok(event), (watch, news)));
        }
        news = watch.news().await;
    }
}

/// What one page was told already.
struct Watch {
    api: Arc<Api>,
    number: Option<Number>,
    told: Option<Told>,
    /// Made before the last look: a change during the look is not missed.
    changed: Pin<Box<dyn Future<Output = ()> + Send>>,
}

#[derive(PartialEq)]
struct Told {
    known: Vec<Known>,
    /// Of all that can be seen of the phone; `None` if it could not be read.
    digest: Option<u64>,
}

impl Watch {
    /// Waits until there may be news, and returns what is new: at the first time, all of it.
    async fn news(&mut self) -> VecDeque<Event> {
        let first = self.told.is_none();
        if !first {
            let _either = tokio::time::timeout(LOOK_EVERY, &mut self.changed).await;
            tokio::time::sleep(SETTLE).await;
        }
        self.changed = Box::pin(self.api.handle.changed());
        let now = look(&self.api, self.number.as_ref()).await;
        let before = self.told.as_ref();
        let mut news = VecDeque::new();
        if before.is_none_or(|before| before.known != now.known) {
            news.extend(event("phones", &now.known));
        }
        let moved = before.is_some_and(|before| before.digest != now.digest);
        if let Some(number) = self.number.as_ref().filter(|_| moved) {
            news.extend(event("phone", &json!({"number": number.as_str()})));
        }
        if first && let Some(event) = news.pop_front() {
            news.push_front(event.retry(RETRY));
        }
        self.told = Some(now);
        news
    }
}

async fn look(api: &Api, number: Option<&Number>) -> Told {
    let mut known = api.known().await.unwrap_or_default();
    known.truncate(PHONES_TOLD);
    let digest = match number {
        Some(number) => digest(api, number).await,
        None => None,
    };
    Told { known, digest }
}

async fn digest(api: &Api, number: &Number) -> Option<u64> {
    let seen = api.seen(number).await.ok()?;
    let story = api.story(number).await.ok()?;
    let mut hasher = DefaultHasher::new();
    serde_json::to_string(&(seen, story)).ok()?.hash(&mut hasher);
    Some(hasher.finish())
}

fn event(name: &str, data: &impl Serialize) -> Option<Event> {
    Event::default().event(name).json_data(data).ok()
}
