//! The local stack: AWS on this machine, the functions as processes, the interface of the phones and its page.
//!
//! # Layout
//! - [`serve`]: each function as a process of this executable
//! - [`api`], [`events`]: the HTTP interface; [`page`]: the page
//! - [`machine`], [`road`]: what functions do, and did with whose messages; [`faults`]: switches that break things
//!
//! Whatever is acknowledged survives `kill -9`: the next start on the same data finds everything and goes on.

pub mod api;
pub mod events;
pub mod faults;
pub mod machine;
pub mod page;
pub mod road;
pub mod serve;

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws_local::carrier::{Answering, CarrierSettings};
use aws_local::lambda::{Dispatcher, FunctionSettings, MappingSettings};
use aws_local::server::{self, Handle};
use aws_local::wire::AwsError;
use aws_local::{Aws, Data, OpenError, Settings, sns, sqs};
use chrono::Utc;
use cloud::{Cloud, Config, ConfigError};
use serde::{Deserialize, Serialize};
use stack::{functions, provision};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;

use self::api::Api;
use crate::cli::{Answer, LocalArgs, Switch};

/// Says where a running stack is, for the tools: in the data directory, as long as the stack runs.
const STACK_FILE: &str = "stack.json";
/// Where the functions write what they have to say.
const LOGS: &str = "logs";
/// The sum of what a text says on a first visit.
const EXAMPLE: &str = "Remind in 2 minutes about tea";

/// What `/api/stack` says: the addresses and names that an outsider needs.
#[derive(Debug, Clone, Serialize)]
pub struct Stack {
    /// Where the AWS services are.
    pub aws_endpoint: String,
    /// The region to name.
    pub region: String,
    /// ARNs by name.
    pub topics: Topics,
    /// URLs by name, dead letters among them.
    pub queues: BTreeMap<String, String>,
    /// Names of tables.
    pub tables: Tables,
    /// The name of the bucket of exports.
    pub exports_bucket: String,
    /// The name of the bus on which others are told of milestones.
    pub event_bus: String,
    /// The service's own number.
    pub number: String,
}

/// The ARNs of the topics.
#[derive(Debug, Clone, Serialize)]
pub struct Topics {
    /// Where the carrier publishes texts from phones.
    pub inbound_sms: String,
    /// Where it publishes what became of calls.
    pub call_events: String,
}

/// The names of the tables.
#[derive(Debug, Clone, Serialize)]
pub struct Tables {
    /// Users, reminders, attempts, messages.
    pub reminders: String,
    /// The ledger.
    pub billing: String,
}

/// What stands in [`STACK_FILE`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Running {
    /// The stack's process.
    pub pid: u32,
    /// The address of the page.
    pub page: String,
    /// The address of the AWS services.
    pub aws_endpoint: String,
}

/// Runs the stack until it is asked to end.
///
/// # Errors
/// It could not start, or could not go on: a sentence that says what to do.
pub fn run(args: &LocalArgs) -> Result<(), StartError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(StartError::Runtime)?.block_on(async {
        let mut local = Local::start(args).await?;
        local.announce(&args.data_dir);
        local.until_asked_to_end().await?;
        local.end(&args.data_dir).await;
        Ok(())
    })
}

/// A stack that runs.
pub struct Local {
    page: SocketAddr,
    endpoint: String,
    handle: Handle,
    dispatcher: Dispatcher,
    /// Ends only by an error; as long as the stack runs it is waited for.
    servers: JoinSet<io::Result<()>>,
}

impl Local {
    /// Starts everything. When it returns, texts are taken; the functions' processes may still be coming up.
    ///
    /// # Errors
    /// Something stands in the way: a sentence that says what to do.
    pub async fn start(args: &LocalArgs) -> Result<Self, StartError> {
        let program = std::env::current_exe().map_err(StartError::OwnProgram)?;
        let page = bind(args.port, "--port").await?;
        let door = bind(args.aws_port, "--aws-port").await?;
        let settings = settings(args, address(&door)?);
        let mut aws = open(&args.data_dir, settings.clone())?;
        provision::provision(&mut aws, now()).map_err(StartError::Provision)?;
        let handle = Handle::new(aws);
        let shared = functions::environment(&settings, &args.retry_after.to_string());
        let cloud = Cloud::new(Config::from_lookup(|name| shared.get(name).cloned())?);
        let (functions, mappings) = processes(&program, &settings, &shared);
        let logs = args.data_dir.join(LOGS);
        let dispatcher = Dispatcher::start(handle.clone(), functions, mappings, Some(logs)).await?;
        let stack = describe(&settings);
        let api = Api::new(handle.clone(), cloud, dispatcher.clone(), stack);
        let local = Running {
            pid: std::process::id(),
            page: format!("http://{}", address(&page)?),
            aws_endpoint: settings.endpoint.clone(),
        };
        write_running(&args.data_dir, &local)?;
        let page_address = address(&page)?;
        let mut servers = JoinSet::new();
        servers.spawn(server::serve(door, handle.clone(), dispatcher.router()));
        servers.spawn(async { axum::serve(page, api::router(Arc::new(api))).await });
        tokio::spawn(handle.clone().run_clock());
        Ok(Self { page: page_address, endpoint: settings.endpoint, handle, dispatcher, servers })
    }

    /// Tells a person where everything is.
    fn announce(&self, data_dir: &Path) {
        let words = format!(
            "Ringback is ready.\n\n\
             \x20 The phone   http://{page}\n\
             \x20 The number  {number}\n\
             \x20 AWS         {endpoint} ({region}, any credentials)\n\
             \x20 The data    {data}\n\n\
             Text it: {EXAMPLE}\n",
            page = self.page,
            number = provision::SERVICE_NUMBER,
            endpoint = self.endpoint,
            region = aws_local::REGION,
            data = data_dir.display(),
        );
        let mut out = io::stdout().lock();
        // Nobody may be reading; the stack runs all the same.
        let _ = out.write_all(words.as_bytes()).and_then(|()| out.flush());
    }

    /// Waits for Ctrl-C or a request to terminate; or for a server that cannot go on.
    async fn until_asked_to_end(&mut self) -> Result<(), StartError> {
        let mut terminate = signal(SignalKind::terminate()).map_err(StartError::Runtime)?;
        let mut interrupt = signal(SignalKind::interrupt()).map_err(StartError::Runtime)?;
        let ended = tokio::select! {
            _ = terminate.recv() => return Ok(()),
            _ = interrupt.recv() => return Ok(()),
            ended = self.servers.join_next() => ended,
        };
        let why = match ended {
            Some(Ok(Err(error))) => error,
            Some(Err(panicked)) => io::Error::other(panicked),
            Some(Ok(Ok(()))) | None => io::Error::other("it ended by itself"),
        };
        Err(StartError::Server(why))
    }

    /// Ends the functions' processes, and what the tools find the stack by.
    pub async fn end(mut self, data_dir: &Path) {
        tracing::info!("ending; everything is kept in {}", data_dir.display());
        self.dispatcher.shutdown().await;
        self.handle.stop();
        self.servers.shutdown().await;
        // Whoever finds it stale finds nobody at its address.
        let _ = fs::remove_file(data_dir.join(STACK_FILE));
    }
}

/// Opens the data of a stack.
///
/// # Errors
/// They are locked, not writable, too large for the disk, or of a newer version.
pub fn open(data_dir: &Path, settings: Settings) -> Result<Aws, StartError> {
    let data = Data::Directory(data_dir.to_owned());
    Aws::open(&data, settings, None).map_err(|error| match error {
        OpenError::Unwritable { .. } => StartError::Unwritable(error),
        OpenError::Full { .. } => StartError::Full(error),
        other => StartError::Open(other),
    })
}

/// The settings with which a tool serves the data of a stack that does not run: the stack's own, at `endpoint`.
#[must_use]
pub fn tools_settings(endpoint: String) -> Settings {
    let mut settings = Settings { endpoint, ..Settings::default() };
    settings.carrier = carrier(&settings);
    settings
}

/// What the tools know of the stack on these data, if it runs or ran until it was killed.
#[must_use]
pub fn running(data_dir: &Path) -> Option<Running> {
    let text = fs::read(data_dir.join(STACK_FILE)).ok()?;
    serde_json::from_slice(&text).ok()
}

fn write_running(data_dir: &Path, running: &Running) -> Result<(), StartError> {
    let path = data_dir.join(STACK_FILE);
    let fresh = data_dir.join("stack.json.new");
    let written = serde_json::to_vec(running)
        .map_err(io::Error::other)
        .and_then(|text| fs::write(&fresh, text))
        // In one step: a reader finds the old one or the new one, never half of it.
        .and_then(|()| fs::rename(&fresh, &path));
    written.map_err(|source| StartError::StackFile { path, source })
}

/// The settings of a stack whose AWS services are at `endpoint`.
#[must_use]
pub fn settings(args: &LocalArgs, endpoint: SocketAddr) -> Settings {
    let mut settings = tools_settings(format!("http://{endpoint}"));
    settings.carrier = CarrierSettings {
        answer: match args.answer {
            Answer::Manual => Answering::Manual,
            Answer::Always => Answering::Always,
            Answer::Never => Answering::Never,
        },
        limits: args.carrier_limits == Switch::On,
        ring_for_s: args.ring_for,
        sms_per_s: functions::SMS_PER_S,
        ..settings.carrier
    };
    settings
}

/// The carrier's number, and where it publishes.
fn carrier(settings: &Settings) -> CarrierSettings {
    CarrierSettings {
        number: provision::SERVICE_NUMBER.into(),
        two_way_topic_arn: sns::arn(settings, provision::queue::INBOUND_SMS),
        configuration_set: provision::CONFIGURATION_SET.into(),
        event_topic_arn: sns::arn(settings, provision::queue::CALL_EVENTS),
        ..CarrierSettings::default()
    }
}

fn processes(
    program: &Path,
    settings: &Settings,
    shared: &BTreeMap<String, String>,
) -> (Vec<FunctionSettings>, Vec<MappingSettings>) {
    let functions = functions::ALL.map(|function| function.settings(program, settings, shared));
    (functions.into(), functions::ALL.iter().filter_map(|function| function.mapping()).collect())
}

/// What an outsider needs to know of these settings.
#[must_use]
pub fn describe(settings: &Settings) -> Stack {
    let url = |name: String| {
        let url = sqs::url(settings, &name);
        (name, url)
    };
    Stack {
        aws_endpoint: settings.endpoint.clone(),
        region: settings.region.clone(),
        topics: Topics {
            inbound_sms: settings.carrier.two_way_topic_arn.clone(),
            call_events: settings.carrier.event_topic_arn.clone(),
        },
        queues: provision::queues().into_iter().map(url).collect(),
        tables: Tables {
            reminders: provision::REMINDERS_TABLE.into(),
            billing: provision::BILLING_TABLE.into(),
        },
        exports_bucket: provision::EXPORTS_BUCKET.into(),
        event_bus: provision::EVENT_BUS.into(),
        number: provision::SERVICE_NUMBER.into(),
    }
}

/// Listens on loopback only: what is here has no passwords.
async fn bind(port: u16, option: &'static str) -> Result<TcpListener, StartError> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|source| match source.kind() {
        io::ErrorKind::AddrInUse => StartError::PortTaken { port, option },
        _ => StartError::Port { port, option, source },
    })
}

fn address(listener: &TcpListener) -> Result<SocketAddr, StartError> {
    listener.local_addr().map_err(StartError::Runtime)
}

#[expect(clippy::disallowed_methods, reason = "the stack is a door: time comes in here")]
fn now() -> aws_local::Now {
    Utc::now()
}

/// Why the stack did not start, or did not go on: what is wrong, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Something else listens there.
    #[error("port {port} is taken: end what listens there, or choose another with {option}")]
    PortTaken {
        /// The port.
        port: u16,
        /// The option that sets it.
        option: &'static str,
    },
    /// The system does not let us listen there.
    #[error("port {port} cannot be used: choose another with {option}")]
    Port {
        /// The port.
        port: u16,
        /// The option that sets it.
        option: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// The data directory is locked, damaged or newer.
    #[error(transparent)]
    Open(OpenError),
    /// The data directory cannot be written.
    #[error("{}; make it writable, or choose another with --data-dir", crate::cli::chain(.0))]
    Unwritable(OpenError),
    /// No room for the data.
    #[error("{}; free some space, or choose another disk with --data-dir", crate::cli::chain(.0))]
    Full(OpenError),
    /// The address could not be left for the tools.
    #[error("{} cannot be written", path.display())]
    StackFile {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Queues, topics and tables could not be made.
    #[error("the queues, topics and tables could not be made")]
    Provision(#[source] AwsError),
    /// The functions could not be started.
    #[error("the functions could not be started")]
    Functions(#[from] aws_local::lambda::StartError),
    /// The configuration of the functions is wrong.
    #[error("the functions' configuration is wrong")]
    Config(#[from] ConfigError),
    /// The functions are this executable, and it is not to be found.
    #[error("this program does not know where it is itself, and cannot start the functions")]
    OwnProgram(#[source] io::Error),
    /// A server ended.
    #[error("a server of the stack ended")]
    Server(#[source] io::Error),
    /// The system refused something that it always gives.
    #[error("the system refused what every program needs")]
    Runtime(#[source] io::Error),
}
