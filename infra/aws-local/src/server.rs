//! The HTTP door on loopback, and the ticker that moves time on.
//!
//! Requests are answered inline, under a plain mutex: each takes a fraction of a millisecond of
//! SQLite in this process, which is less than handing it to another thread costs. Only sweeping
//! tables and reading whole ones may take long; they run on threads where blocking is allowed.
//! Nothing waits while it holds the mutex: a receive that finds nothing lets go of it and asks
//! again when something has changed.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody as _, to_bytes};
use axum::extract::{Request as HttpRequest, State};
use axum::response::{IntoResponse, Response as HttpResponse};
use chrono::Utc;
use http::{HeaderMap, StatusCode, header};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};

use crate::dynamodb::DynamoDb;
use crate::faults::Faults;
use crate::wire::{AwsError, JSON_1_0, Request, Response};
use crate::{Answer, Aws, Ctx, Now, SWEEP_EVERY, sqs};

/// Where the Lambda Runtime API is mounted.
pub const LAMBDA_PATH: &str = "/_lambda";

/// Most bytes of a request: more than DynamoDB's 16 MiB and 1 MiB of SQS in any escaping. An object of S3 may have
/// 5 GiB at once, but here it is held in memory.
const BODY_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Least time between two looks of one who waits: a receive at its queue, the ticker at what is
/// due. Every request that changes something wakes them all; in a burst they look once for many.
/// Twenty waiting receives made every send three times as dear before.
const LOOK_MIN: Duration = Duration::from_millis(10);

/// How long the ticker waits after it failed, for a disk to have room again.
const TICK_AFTER_FAILURE: Duration = Duration::from_secs(1);

/// How often the same trouble is logged.
const TROUBLE_EVERY: Duration = Duration::from_secs(60);

/// A running stack, shared by its doors. Clones are the same stack.
#[derive(Clone)]
pub struct Handle {
    shared: Arc<Shared>,
}

struct Shared {
    /// A std mutex, because it is never held across an await.
    aws: Mutex<Aws>,
    /// Beside the mutex: it has its own lock.
    dynamodb: DynamoDb,
    /// What is broken on purpose.
    faults: Faults,
    /// Counts changes, so that whoever looked before one can wait for it and not miss it.
    changes: watch::Sender<u64>,
    stopped: watch::Sender<bool>,
    /// What was last logged as trouble, and when.
    trouble: Mutex<Option<(String, Instant)>>,
}

impl Handle {
    /// Takes the stack over. It does nothing until [`serve`] and [`Handle::run_clock`] run.
    #[must_use]
    pub fn new(aws: Aws) -> Self {
        let (dynamodb, faults) = (aws.dynamodb().clone(), aws.settings().faults.clone());
        let shared = Shared {
            aws: Mutex::new(aws),
            dynamodb,
            faults,
            changes: watch::Sender::new(0),
            stopped: watch::Sender::new(false),
            trouble: Mutex::new(None),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Runs `f` in one transaction at the present: kept if it returns `Ok`. Wakes whoever waits for
    /// a change if there was one.
    ///
    /// # Errors
    /// What `f` returned, or that the store cannot be read or written.
    #[expect(clippy::unused_async, reason = "callers may not know that it never waits")]
    pub async fn with<T>(
        &self,
        f: impl FnOnce(&Ctx) -> Result<T, AwsError>,
    ) -> Result<T, AwsError> {
        self.locked(|aws| aws.with(present(), f)).inspect_err(|error| self.report(error))
    }

    /// Completes at the first change after this call (not after the first poll): made before
    /// looking, awaited after finding nothing, it misses none. DynamoDB is left out.
    pub fn changed(&self) -> impl Future<Output = ()> + Send + use<> {
        wait(self.shared.changes.subscribe(), |_| false)
    }

    /// Answers a request as the door does: waits if it is a receive that wants to.
    pub async fn answer(&self, request: &Request) -> Response {
        if let Some((service, operation)) = request.target()
            && service.starts_with("DynamoDB")
        {
            return self.reported(self.answer_dynamodb(operation, request).await);
        }
        let mut deadline = None;
        loop {
            let changed = self.changed();
            let (response, poll) = match self.locked(|aws| aws.answer(request, present())) {
                Answer::Now(response) => return self.reported(response),
                Answer::Later { response, poll } => (response, poll),
            };
            let deadline = *deadline.get_or_insert_with(|| Instant::now() + poll.wait);
            if Instant::now() >= deadline || !self.wait_for_message(poll, changed, deadline).await {
                return response;
            }
        }
    }

    /// Waits until a receive is worth answering again, at the latest until the deadline. False if
    /// the stack stops.
    async fn wait_for_message(
        &self,
        poll: sqs::Poll,
        changed: impl Future<Output = ()> + Send + 'static,
        deadline: Instant,
    ) -> bool {
        let mut next = poll.next_visible;
        let mut changed: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(changed);
        loop {
            let looked_at = Instant::now();
            let until_visible = next.map(|at| looked_at + until(present(), at));
            let wake_at = until_visible.map_or(deadline, |at| at.min(deadline));
            tokio::select! {
                biased;
                () = self.stopped() => return false,
                () = changed => sleep_until(looked_at + LOOK_MIN).await,
                () = sleep_until(wake_at) => return true,
            }
            changed = Box::pin(self.changed());
            let now = present();
            next = self.locked(|aws| aws.worth_another_look_at(&poll, now));
            if next.is_some_and(|at| at <= now) || Instant::now() >= deadline {
                return true;
            }
        }
    }

    /// The AWS endpoint: every path, every method.
    pub fn router(&self) -> Router {
        Router::new().fallback(answer_http).with_state(self.clone())
    }

    /// Moves time on: does what is due when it is due, and sweeps once in a while. Ends with
    /// [`Self::stop`].
    pub async fn run_clock(self) {
        let sweep_every = SWEEP_EVERY.to_std().unwrap_or(Duration::MAX);
        let mut sweep_at = Instant::now();
        loop {
            let looked_at = Instant::now();
            if looked_at >= sweep_at {
                self.sweep_tables();
                sweep_at = looked_at + sweep_every;
            }
            let changed = self.changed();
            let idle = match self.tick() {
                Ok(due) => due.map_or(sweep_every, |due| until(present(), due)),
                Err(error) => {
                    // Whoever is at fault, there is no caller here to tell.
                    self.report_message(error.message);
                    TICK_AFTER_FAILURE
                }
            };
            tokio::select! {
                biased;
                () = self.stopped() => return,
                () = changed => sleep_until(looked_at + LOOK_MIN).await,
                () = sleep(idle) => {}
                () = sleep_until(sweep_at) => {}
            }
        }
    }

    /// Ends everything that waits: receives are answered, the clock stops, [`serve`] returns when
    /// the requests under way are done.
    pub fn stop(&self) {
        self.shared.stopped.send_replace(true);
    }

    /// Completes when [`Self::stop`] was called.
    pub fn stopped(&self) -> impl Future<Output = ()> + Send + use<> {
        wait(self.shared.stopped.subscribe(), |stopped| *stopped)
    }

    /// The tables, for whoever speaks to them without HTTP.
    #[must_use]
    pub fn dynamodb(&self) -> &DynamoDb {
        &self.shared.dynamodb
    }

    /// What is broken on purpose. Who changes it calls [`Self::wake`] after.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.shared.faults
    }

    /// Lets everybody who waits for a change look again.
    pub fn wake(&self) {
        self.shared.changes.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Does what is due, and returns when there will be something again.
    fn tick(&self) -> Result<Option<Now>, AwsError> {
        let now = present();
        self.locked(|aws| {
            aws.advance(now)?;
            aws.next_due(now)
        })
    }

    fn locked<T>(&self, f: impl FnOnce(&mut Aws) -> T) -> T {
        // A panic under the lock left no half transaction behind, so what it poisoned is sound.
        let mut aws: MutexGuard<Aws> =
            self.shared.aws.lock().unwrap_or_else(PoisonError::into_inner);
        let before = aws.changes();
        let value = f(&mut aws);
        let changed = aws.changes() != before;
        drop(aws);
        if changed {
            self.wake();
        }
        value
    }

    async fn answer_dynamodb(&self, operation: &str, request: &Request) -> Response {
        if operation != "Scan" {
            return self.shared.dynamodb.handle(operation, &request.body, present());
        }
        // A scan may read a whole table; everything else reads what it was told to.
        let (dynamodb, body) = (self.shared.dynamodb.clone(), request.body.clone());
        let operation = operation.to_owned();
        let scan = move || dynamodb.handle(&operation, &body, present());
        tokio::task::spawn_blocking(scan).await.unwrap_or_else(|error| {
            Response::json_error(JSON_1_0, "", &AwsError::internal(error.to_string()))
        })
    }

    /// Removes expired items on a thread of its own; nobody waits for it.
    fn sweep_tables(&self) {
        let handle = self.clone();
        tokio::task::spawn_blocking(move || {
            if let Err(error) = handle.shared.dynamodb.sweep(present()) {
                handle.report(&error);
            }
        });
    }

    /// Logs an answer that tells of trouble here.
    fn reported(&self, response: Response) -> Response {
        if response.status.is_server_error() {
            self.report_message(response.message().unwrap_or_else(|| "a request failed".into()));
        }
        response
    }

    fn report(&self, error: &AwsError) {
        if !error.is_callers() {
            self.report_message(error.message.clone());
        }
    }

    /// Logs trouble in words, the same words once a minute: every request meets a full disk.
    fn report_message(&self, message: String) {
        let now = Instant::now();
        let mut last = self.shared.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        let said =
            last.as_ref().is_some_and(|(said, at)| *said == message && now < *at + TROUBLE_EVERY);
        if !said {
            tracing::error!("{message}");
            *last = Some((message, now));
        }
    }
}

/// Serves the AWS endpoint, and under [`LAMBDA_PATH`] the Lambda Runtime API, until
/// [`Handle::stop`].
///
/// # Errors
/// The listener is not on loopback, or fails: this is for one machine, and nothing here asks who
/// is calling.
pub async fn serve(listener: TcpListener, handle: Handle, lambda: Router) -> io::Result<()> {
    let address = listener.local_addr()?;
    if !address.ip().is_loopback() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("the AWS endpoint is for this machine only and cannot listen on {address}"),
        ));
    }
    let router = Router::new().nest(LAMBDA_PATH, lambda).merge(handle.router());
    axum::serve(listener, router).with_graceful_shutdown(handle.stopped()).await
}

async fn answer_http(State(handle): State<Handle>, request: HttpRequest) -> HttpResponse {
    let (head, body) = request.into_parts();
    if !is_from_here(&head.headers) {
        let message = "web pages of other origins cannot speak to this endpoint";
        return (StatusCode::FORBIDDEN, message).into_response();
    }
    let too_large = (StatusCode::PAYLOAD_TOO_LARGE, "the request is over 64 MiB or was cut off");
    // One that says so beforehand is not read at all.
    if body.size_hint().lower() > BODY_BYTES_MAX as u64 {
        return too_large.into_response();
    }
    let Ok(body) = to_bytes(body, BODY_BYTES_MAX).await else {
        return too_large.into_response();
    };
    let uri = head.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let request = Request { method: head.method, uri, headers: head.headers, body };
    let refusal = handle.faults().refusal(&request, present());
    let answer = match refusal {
        Some(refusal) => refusal,
        None => handle.answer(&request).await,
    };
    let mut response = HttpResponse::new(Body::from(answer.body));
    *response.status_mut() = answer.status;
    *response.headers_mut() = answer.headers;
    response
}

/// Whether no web page sent this, or one of this machine. A browser names the page's origin with
/// every request that could change something; SDKs and the CLI name none.
fn is_from_here(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let origin = origin.to_str().unwrap_or_default();
    let host = origin.split_once("://").map_or("", |(_, authority)| {
        authority.rsplit_once(':').map_or(authority, |(host, _port)| host)
    });
    matches!(host, "127.0.0.1" | "localhost" | "[::1]")
}

/// Waits until the value has changed since the receiver was made, or already is what is wanted.
async fn wait<T>(mut receiver: watch::Receiver<T>, wanted: fn(&T) -> bool) {
    if wanted(&receiver.borrow()) {
        return;
    }
    // The sender lives in the handle; when that is gone nothing will change any more, and nobody
    // who waits for a change should be told of one.
    if receiver.changed().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// How long from now until then; nothing if it is past.
fn until(now: Now, then: Now) -> Duration {
    (then - now).to_std().unwrap_or_default()
}

/// The present. This is the one place of the crate that asks the clock.
#[expect(clippy::disallowed_methods, reason = "a door: here the clock is asked")]
fn present() -> Now {
    Utc::now()
}
