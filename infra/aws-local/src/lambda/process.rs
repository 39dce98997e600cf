//! One environment is one process: the variables that it is given, its log, and how its end is
//! told.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};

use tokio::process::{Child, Command};

use super::FunctionSettings;
use crate::{Now, Settings, server};

/// A log that has become this large moves to `<function>.log.1`, in place of the one there.
const LOG_BYTES_MAX: u64 = 10 * 1024 * 1024;

/// Says to a function's process that its standard input is a lifeline: see [`end_with_the_stack`].
const LIFELINE: &str = "AWS_LOCAL_LIFELINE";

/// What a process needs to run at all on the systems that this runs on; the rest of the stack's own
/// environment stays with the stack.
const INHERITED: [&str; 5] = ["PATH", "HOME", "TMPDIR", "SYSTEMROOT", "LD_LIBRARY_PATH"];

/// What all environments of a stack have in common.
#[derive(Debug)]
pub(super) struct Surroundings {
    /// The facts of the stack.
    pub settings: Settings,
    /// The directory of the logs; `None`: what functions print goes where the stack's own errors
    /// go.
    pub logs: Option<PathBuf>,
}

impl Surroundings {
    /// Where the log of a function is.
    pub fn log(&self, function: &str) -> Option<PathBuf> {
        self.logs.as_ref().map(|logs| logs.join(format!("{function}.log")))
    }

    /// Where to look for what a function printed, for the end of a sentence about its failure.
    pub fn where_it_is_logged(&self, function: &str) -> String {
        self.log(function).map_or_else(String::new, |log| format!("; its log is {}", log.display()))
    }

    /// Starts a process. It is killed when the returned child is dropped.
    ///
    /// # Errors
    /// The program is not there or may not be run, or the log cannot be written.
    pub fn start(
        &self,
        function: &FunctionSettings,
        environment: &str,
        now: Now,
    ) -> io::Result<Child> {
        let (output, errors) = match self.log(&function.name) {
            None => (Stdio::inherit(), Stdio::inherit()),
            Some(log) => {
                trim(&log)?;
                let log = OpenOptions::new().create(true).append(true).open(log)?;
                (log.try_clone()?.into(), log.into())
            }
        };
        let mut command = Command::new(&function.program);
        command
            .args(&function.args)
            .env_clear()
            .envs(inherited())
            .envs(self.variables(function, environment, now))
            .envs(&function.env)
            // Held open by this process, and by no other: it ends when this process does.
            .stdin(Stdio::piped())
            .stdout(output)
            .stderr(errors)
            .kill_on_drop(true);
        // Its own group, so that Ctrl-C in a terminal reaches the stack alone, which then ends its
        // functions in order.
        #[cfg(unix)]
        command.process_group(0);
        command.spawn()
    }

    /// What Lambda sets
    /// (<https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>).
    fn variables(
        &self,
        function: &FunctionSettings,
        environment: &str,
        now: Now,
    ) -> BTreeMap<&'static str, String> {
        let Settings { region, endpoint, .. } = &self.settings;
        let root = function.program.parent().unwrap_or(Path::new("/")).display().to_string();
        let stream = environment.replace('-', "");
        BTreeMap::from([
            // With its scheme: a client takes a bare `host:port` only without a path.
            (
                "AWS_LAMBDA_RUNTIME_API",
                format!("{endpoint}{}/{}/{environment}", server::LAMBDA_PATH, function.name),
            ),
            ("AWS_LAMBDA_FUNCTION_NAME", function.name.clone()),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".into()),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", function.memory_mb.to_string()),
            ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".into()),
            ("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{}", function.name)),
            ("AWS_LAMBDA_LOG_STREAM_NAME", format!("{}/[$LATEST]{stream}", now.format("%Y/%m/%d"))),
            ("AWS_REGION", region.clone()),
            ("AWS_DEFAULT_REGION", region.clone()),
            ("AWS_ACCESS_KEY_ID", "local".into()),
            ("AWS_SECRET_ACCESS_KEY", "local".into()),
            ("AWS_SESSION_TOKEN", "local".into()),
            ("AWS_ENDPOINT_URL", endpoint.clone()),
            ("LAMBDA_TASK_ROOT", root.clone()),
            ("LAMBDA_RUNTIME_DIR", root),
            ("_HANDLER", "bootstrap".into()),
            ("LANG", "en_US.UTF-8".into()),
            ("TZ", ":UTC".into()),
            (LIFELINE, "stdin".into()),
        ])
    }
}

fn inherited() -> impl Iterator<Item = (&'static str, OsString)> {
    INHERITED.into_iter().filter_map(|name| Some((name, std::env::var_os(name)?)))
}

/// Ends this process as soon as the stack that started it is gone, however it went.
///
/// The executable of a local function calls it first. Without it such a process ends too, but only
/// when it next speaks to the Runtime API, which may be some seconds into an invocation. On Lambda,
/// and wherever else a stack of this crate is not the parent, it does nothing.
pub fn end_with_the_stack() {
    if std::env::var_os(LIFELINE).is_none() {
        return;
    }
    let watch = || {
        let mut nothing = [0];
        // Nobody ever writes to it: it returns when the other end is closed.
        while matches!(io::stdin().read(&mut nothing), Ok(1..)) {}
        std::process::exit(1);
    };
    if let Err(error) = std::thread::Builder::new().name("lifeline".into()).spawn(watch) {
        tracing::warn!(%error, "nobody watches whether the stack is still there");
    }
}

/// Starts a log that has become too large anew, keeping what was in it as `.1`. The file stays the
/// same one: processes that have it open append to it, and so go on at its new end.
///
/// # Errors
/// What the file system says.
pub(super) fn trim(log: &Path) -> io::Result<()> {
    if !fs::metadata(log).is_ok_and(|log| log.len() > LOG_BYTES_MAX) {
        return Ok(());
    }
    let mut old = log.as_os_str().to_owned();
    old.push(".1");
    fs::copy(log, old)?;
    OpenOptions::new().write(true).open(log)?.set_len(0)
}

/// How a process ended, in words.
pub(super) fn how(status: ExitStatus) -> String {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt as _;
        match status.signal() {
            Some(9) => return "it was killed (signal 9)".into(),
            Some(signal) => return format!("it was ended by signal {signal}"),
            None => {}
        }
    }
    status.code().map_or_else(|| status.to_string(), |code| format!("it exited with status {code}"))
}

/// The last line of a log that was written after `from`, for a message about a process that did not
/// start. What a panic says about backtraces is not it.
pub(super) fn last_line(log: &Path, from: u64) -> Option<String> {
    /// A line longer than this explains nothing any more.
    const TAIL_BYTES: u64 = 2_000;
    let mut log = File::open(log).ok()?;
    let end = log.metadata().ok()?.len();
    log.seek(SeekFrom::Start(from.max(end.saturating_sub(TAIL_BYTES)))).ok()?;
    let mut tail = Vec::new();
    log.read_to_end(&mut tail).ok()?;
    let tail = String::from_utf8_lossy(&tail);
    let says_something = |line: &&str| {
        !line.trim().is_empty() && !line.starts_with("note: run with `RUST_BACKTRACE")
    };
    Some(tail.lines().rfind(says_something)?.trim().to_owned())
}

/// How long a log is by now.
pub(super) fn length(log: &Path) -> u64 {
    fs::metadata(log).map_or(0, |log| log.len())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn a_log_that_became_too_large_starts_anew_once() -> io::Result<()> {
        let directory = tempfile::tempdir()?;
        let path = directory.path().join("f.log");
        let mut writer = OpenOptions::new().create(true).append(true).open(&path)?;
        writer.write_all(b"small\n")?;
        trim(&path)?;
        assert_eq!(length(&path), 6);
        writer.write_all(&vec![b'x'; LOG_BYTES_MAX.try_into().unwrap()])?;
        trim(&path)?;
        writer.write_all(b"goes on\n")?;
        assert_eq!(fs::read_to_string(&path)?, "goes on\n");
        assert!(length(&directory.path().join("f.log.1")) > LOG_BYTES_MAX);
        Ok(())
    }

    #[test]
    fn the_last_line_of_a_log_is_of_this_process() -> io::Result<()> {
        let directory = tempfile::tempdir()?;
        let path = directory.path().join("f.log");
        fs::write(&path, "old\n")?;
        let from = length(&path);
        assert_eq!(last_line(&path, from), None);
        fs::write(&path, "old\nnew\n\n")?;
        assert_eq!(last_line(&path, from), Some("new".into()));
        Ok(())
    }

    #[test]
    fn a_function_sees_what_lambda_sets_and_nothing_else_of_ours() {
        let surroundings = Surroundings { settings: Settings::default(), logs: None };
        let function = FunctionSettings::new("send-sms", "/opt/send-sms");
        let variables = surroundings.variables(&function, "ab-cd", Now::UNIX_EPOCH);
        assert_eq!(
            variables["AWS_LAMBDA_RUNTIME_API"],
            "http://127.0.0.1:4566/_lambda/send-sms/ab-cd"
        );
        assert_eq!(variables["AWS_LAMBDA_LOG_STREAM_NAME"], "1970/01/01/[$LATEST]abcd");
        assert_eq!(variables["LAMBDA_TASK_ROOT"], "/opt");
        assert!(!variables.contains_key("_X_AMZN_TRACE_ID"));
        assert!(inherited().all(|(name, _)| INHERITED.contains(&name)));
    }
}
