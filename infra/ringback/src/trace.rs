//! `ringback trace`: the story of one phone's requests, from the local stack or from one in AWS.

use std::io;

use clap::Args;
use cloud::story::Line;
use domain::phone::Phone;

use crate::cli;
use crate::target::{Target, TargetArgs, TargetError};

/// Whose story to tell.
#[derive(Debug, Args)]
pub struct TraceArgs {
    /// The phone, such as +12065550123
    #[arg(value_name = "E164")]
    pub phone: String,
    /// One JSON array instead of lines for a person
    #[arg(long)]
    pub json: bool,
    /// Which stack to ask.
    #[command(flatten)]
    pub target: TargetArgs,
}

/// Writes the story to standard output.
///
/// # Errors
/// What is no phone; no stack; data that cannot be read.
pub fn run(args: &TraceArgs) -> Result<(), TraceError> {
    let phone = Phone::parse(&args.phone).map_err(|_| TraceError::NotAPhone)?;
    let lines = cli::wait_for(async {
        let target = Target::open(&args.target).await?;
        Ok::<_, TraceError>(cloud::story::of(&target.cloud, &phone).await?)
    })??;
    let text = match args.json {
        true => serde_json::to_string(&lines).map_err(io::Error::from)? + "\n",
        false => sentences(&args.phone, &lines),
    };
    Ok(cli::print(&text)?)
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
    /// No stack to ask.
    #[error(transparent)]
    Target(#[from] TargetError),
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
