//! Server-sent events: what the page must look at again. They carry no content, only what has changed.

use std::collections::{BTreeMap, VecDeque};
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
/// Phones beyond these are not watched: each costs a look at its tables.
const PHONES_WATCHED: usize = 12;
/// Known phones beyond these are no news: a page shows fewer.
const PHONES_TOLD: usize = 50;

/// What a page wants to be told of.
#[derive(Debug, Default, Deserialize)]
pub struct Wish {
    /// The phones that it shows, with commas between.
    phone: Option<String>,
}

/// `GET /api/events?phone=…,…`: what a page has to look at again.
///
/// An event `phones` brings the phones that the carrier knows; an event `phone` says that something of a shown one
/// has changed, and an event `machine` that something is broken, or mended, or waits.
/// One connection for all phones, since a browser opens only six to one server.
///
/// # Errors
/// [`ApiError::NotAPhone`].
pub async fn events(
    State(api): State<Arc<Api>>,
    Query(wish): Query<Wish>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, ApiError> {
    // A plus in a query is a space to those who read it as a form.
    let shown = wish.phone.unwrap_or_default();
    let shown = shown.split(',').map(str::trim).filter(|number| !number.is_empty());
    let numbers = shown
        .take(PHONES_WATCHED)
        .map(|number| Number::parse(&format!("+{}", number.trim_start_matches('+'))))
        .collect::<Result<_, _>>()?;
    let changed = Box::pin(api.handle.changed());
    let watch = Watch { api, numbers, told: None, changed };
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
    numbers: Vec<Number>,
    told: Option<Told>,
    /// Made before the last look: a change during the look is not missed.
    changed: Pin<Box<dyn Future<Output = ()> + Send>>,
}

#[derive(PartialEq)]
struct Told {
    known: Vec<Known>,
    /// Of all that can be seen of each phone; `None` if it could not be read.
    phones: BTreeMap<Number, Option<u64>>,
    /// Of what the functions do and what is broken.
    machine: Option<u64>,
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
        let now = look(&self.api, &self.numbers).await;
        let before = self.told.as_ref();
        let mut news = VecDeque::new();
        if before.is_none_or(|before| before.known != now.known) {
            news.extend(event("phones", &now.known));
        }
        for (number, digest) in &now.phones {
            if before.is_some_and(|before| before.phones.get(number) != Some(digest)) {
                news.extend(event("phone", &json!({"number": number.as_str()})));
            }
        }
        if before.is_some_and(|before| before.machine != now.machine) {
            news.extend(event("machine", &json!({})));
        }
        if first && let Some(event) = news.pop_front() {
            news.push_front(event.retry(RETRY));
        }
        self.told = Some(now);
        news
    }
}

async fn look(api: &Api, numbers: &[Number]) -> Told {
    let mut known = api.known().await.unwrap_or_default();
    known.truncate(PHONES_TOLD);
    let mut phones = BTreeMap::new();
    for number in numbers {
        phones.insert(number.clone(), phone_digest(api, number).await);
    }
    Told { known, phones, machine: machine_digest(api).await }
}

async fn phone_digest(api: &Api, number: &Number) -> Option<u64> {
    let seen = api.seen(number).await.ok()?;
    digest(&(seen, api.story(number).await.ok()?, api.road(number).await.ok()?))
}

async fn machine_digest(api: &Api) -> Option<u64> {
    digest(&(api.machine().await.ok()?, api.faults(super::now())))
}

fn digest(of: &impl Serialize) -> Option<u64> {
    let mut hasher = DefaultHasher::new();
    serde_json::to_string(of).ok()?.hash(&mut hasher);
    Some(hasher.finish())
}

fn event(name: &str, data: &impl Serialize) -> Option<Event> {
    Event::default().event(name).json_data(data).ok()
}
