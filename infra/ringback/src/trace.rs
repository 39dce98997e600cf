//! `ringback trace`: the story of one phone's requests, whether the stack runs or not.

use std::io::{self, Write};
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};

use aws_local::server::Handle;
use aws_local::{OpenError, Settings};
use cloud::story::Line;
use cloud::{Cloud, Config};
use domain::phone::Phone;
use stack::functions;
use tokio::net::TcpListener;

use crate::cli::TraceArgs;
use crate::local::{self, StartError};

/// Writes the story to standard output.
///
/// # Errors
/// What is no phone; no data; data that cannot be read.
pub fn run(args: &TraceArgs) -> Result<(), TraceError> {
    let phone = Phone::parse(&args.phone).map_err(|_| TraceError::NotAPhone)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let lines = runtime.block_on(story(&args.data_dir, &phone))?;
    let mut out = io::stdout().lock();
    let written = if args.json {
        serde_json::to_writer(&mut out, &lines)
            .map_err(io::Error::from)
            .and_then(|()| writeln!(out))
    } else {
        out.write_all(sentences(&args.phone, &lines).as_bytes())
    };
    match written {
        // Whoever read it has had enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}

/// Asks the stack that has the data, or has them itself meanwhile.
async fn story(data_dir: &Path, phone: &Phone) -> Result<Vec<Line>, TraceError> {
    if !data_dir.join("aws.sqlite").is_file() {
        return Err(TraceError::NoData { path: data_dir.to_owned() });
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let endpoint = format!("http://{}", listener.local_addr()?);
    let settings = Settings { endpoint: endpoint.clone(), ..Settings::default() };
    match local::open(data_dir, settings) {
        Ok(aws) => {
            let door =
                tokio::spawn(async { axum::serve(listener, Handle::new(aws).router()).await });
            let lines = ask(endpoint, phone).await;
            door.abort();
            lines
        }
        Err(StartError::Open(OpenError::Locked { path, .. })) => {
            let running = local::running(data_dir).ok_or(TraceError::Starting { path })?;
            ask(running.aws_endpoint, phone).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn ask(endpoint: String, phone: &Phone) -> Result<Vec<Line>, TraceError> {
    let settings = Settings { endpoint, ..Settings::default() };
    let variables = functions::tools(&settings);
    let config = Config::from_lookup(|name| variables.get(name).cloned());
    let cloud = Cloud::new(config.map_err(StartError::Config)?);
    Ok(cloud::story::of(&cloud, phone).await?)
}

/// One line each: when, which reminder, what, and the particulars.
fn sentences(phone: &str, lines: &[Line]) -> String {
    if lines.is_empty() {
        return format!("nothing is known of {phone}\n");
    }
    let reminder = |line: &Line| line.reminder.clone().unwrap_or_else(|| "-".into());
    let width = |text: &dyn Fn(&Line) -> String| {
        lines.iter().map(|line| text(line).chars().count()).max().unwrap_or_default()
    };
    let (ids, whats) = (width(&reminder), width(&|line| line.what.clone()));
    let mut text = String::new();
    for line in lines {
        let at = line.at.format("%Y-%m-%d %H:%M:%S%.3fZ");
        // What a person wrote may hold anything; a line stays a line.
        let detail: String =
            line.detail.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let row = format!("{at}  {:ids$}  {:whats$}  {detail}", reminder(line), line.what);
        text.push_str(row.trim_end());
        text.push('\n');
    }
    text
}

/// Why there is no story.
#[derive(Debug, thiserror::Error)]
pub enum TraceError {
    /// No number that the product serves.
    #[error("a phone is a number with its country code, such as +12065550123")]
    NotAPhone,
    /// Nothing was ever kept there.
    #[error("there are no data in {}: start `ringback` first, or name its --data-dir", path.display())]
    NoData {
        /// The directory.
        path: PathBuf,
    },
    /// A stack has the data but has not said where it listens.
    #[error("the stack on {} is only just starting or ending: try again", path.display())]
    Starting {
        /// The directory.
        path: PathBuf,
    },
    /// The data cannot be opened.
    #[error(transparent)]
    Open(#[from] StartError),
    /// The tables cannot be read.
    #[error("the tables cannot be read")]
    Cloud(#[from] cloud::Error),
    /// The system refused.
    #[error("the system refused what every program needs")]
    Io(#[from] io::Error),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(reminder: Option<&str>, what: &str, detail: &str) -> Line {
        let at = "2026-11-23T09:00:00.250Z".parse().expect("RFC 3339");
        let reminder = reminder.map(str::to_owned);
        Line { at, reminder, what: what.into(), detail: detail.into() }
    }

    #[test]
    fn a_story_is_a_table_of_lines() {
        let lines = [line(None, "text", "a\nb"), line(Some("u-1"), "answered", "")];
        assert_eq!(
            sentences("+1", &lines),
            "2026-11-23 09:00:00.250Z  -    text      a b\n\
             2026-11-23 09:00:00.250Z  u-1  answered\n"
        );
    }

    #[test]
    fn a_phone_that_never_texted_has_no_story() {
        assert_eq!(sentences("+12065550123", &[]), "nothing is known of +12065550123\n");
    }
}
