//! `ringback parse`: what a text means, for a person (one text) or for a program (JSON lines).

use std::io::{self, BufRead, BufReader, Read as _, Write};
use std::process::ExitCode;

use chrono::{DateTime, FixedOffset, SecondsFormat, TimeDelta, Utc};
use chrono_tz::Tz;
use domain::texts::Texts;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use when::{Explanation, Language, Misread, Moment, Reading, Region, Sender, When};

use crate::cli::ParseArgs;

/// A line of input is refused beyond this: an SMS is a thousand times shorter, and memory is not for the taking.
const LINE_BYTES_MAX: u64 = 1 << 20;

/// Occurrences of a series that a person sees after the first: enough to see the step.
const NEXT_SHOWN: usize = 3;

/// What a program asks.
#[derive(Debug, Deserialize)]
struct Question {
    text: String,
    now: DateTime<FixedOffset>,
    tz: Tz,
    region: Region,
}

/// What it is told: one line for each line, in the same order, whatever was in it.
#[derive(Debug, Default, PartialEq, Serialize)]
struct Answer {
    /// As it came, whatever JSON it is.
    id: Value,
    at: Option<String>,
    about: Option<String>,
    recurrence: Option<String>,
    error: Option<String>,
}

/// Runs the command; 1 when a person's text could not be read, 2 when reading or writing failed.
#[must_use]
pub fn run(args: &ParseArgs) -> ExitCode {
    let mut out = io::stdout().lock();
    let done = match &args.text {
        None => lines(BufReader::new(io::stdin().lock()), &mut out).map(|()| ExitCode::SUCCESS),
        Some(text) => person(text, args, &mut out),
    };
    match done {
        Ok(code) => code,
        // Whoever read the answers has had enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "ringback: {error}");
            ExitCode::from(2)
        }
    }
}

/// Answers JSON lines until there are no more. A line that cannot be answered is answered with an error.
///
/// # Errors
/// Reading or writing failed; nothing in the lines themselves is an error.
fn lines<R: io::Read>(mut input: BufReader<R>, out: &mut impl Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = input.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut line)?;
        if read == 0 {
            return out.flush();
        }
        let cut = read as u64 == LINE_BYTES_MAX && !line.ends_with(b"\n");
        if cut {
            skip_line(&mut input)?;
        }
        if !line.trim_ascii().is_empty() {
            serde_json::to_writer(&mut out, &if cut { too_long() } else { answer(&line) })?;
            out.write_all(b"\n")?;
        }
        // Whoever asks one line at a time waits for the answer; whoever pours gets them in large pieces.
        if input.buffer().is_empty() {
            out.flush()?;
        }
    }
}

fn skip_line(input: &mut impl BufRead) -> io::Result<()> {
    loop {
        let buffer = input.fill_buf()?;
        if buffer.is_empty() {
            return Ok(());
        }
        match buffer.iter().position(|byte| *byte == b'\n') {
            Some(end) => {
                input.consume(end + 1);
                return Ok(());
            }
            None => {
                let all = buffer.len();
                input.consume(all);
            }
        }
    }
}

fn too_long() -> Answer {
    let error = format!("a line has at most {LINE_BYTES_MAX} bytes");
    Answer { error: Some(error), ..Answer::default() }
}

fn answer(line: &[u8]) -> Answer {
    let failed = |id, error| Answer { id, error: Some(error), ..Answer::default() };
    let value: Value = match serde_json::from_slice(line) {
        Ok(value) => value,
        Err(error) => return failed(Value::Null, format!("this line is not JSON: {error}")),
    };
    let id = value.get("id").cloned().unwrap_or_default();
    // Read from the value and not from the line, so that an answer can say which question it is to.
    let question: Question = match serde_json::from_value(value) {
        Ok(question) => question,
        Err(error) => return failed(id, format!("this line is not a question: {error}")),
    };
    let Question { text, now, tz, region } = question;
    let sender = Sender { now: now.to_utc(), zone: tz, region, usual: None };
    match when::read(&text, &sender) {
        Err(misread) => failed(id, refusal(&misread, &text, &sender)),
        Ok(Reading { when, about, .. }) => {
            let (moment, recurrence) = match when {
                When::Once(moment) => (Some(moment), None),
                When::Repeating(series) => (series.first(), Some(series.rrule())),
            };
            let rfc3339 = |at: DateTime<Tz>| at.to_rfc3339_opts(SecondsFormat::AutoSi, false);
            let at = moment.map(|moment| rfc3339(moment.at.with_timezone(&tz)));
            Answer { id, at, about: Some(about), recurrence, error: None }
        }
    }
}

/// What a person would be answered.
fn refusal(misread: &Misread, text: &str, sender: &Sender) -> String {
    let texts = Texts { language: Language::English, zone: sender.zone, now: sender.now, after: 0 };
    texts.misread(misread, text, sender)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the command line is the door where a person's now comes in"
)]
fn person(text: &str, args: &ParseArgs, out: &mut impl Write) -> io::Result<ExitCode> {
    let now = args.now.map_or_else(Utc::now, |now| now.to_utc());
    let sender = Sender { now, zone: args.tz, region: args.region, usual: None };
    match when::explain(text, &sender) {
        Ok(explanation) => {
            out.write_all(sentences(&explanation, &sender).as_bytes())?;
            Ok(ExitCode::SUCCESS)
        }
        Err(misread) => {
            writeln!(io::stderr(), "{}", refusal(&misread, text, &sender))?;
            Ok(ExitCode::FAILURE)
        }
    }
}

/// A reading as a person checks it: the wall clock, the distance, which words were taken as the time and which as
/// the matter, and why.
fn sentences(explanation: &Explanation, sender: &Sender) -> String {
    let Explanation { reading, said, why } = explanation;
    let (moment, series) = match &reading.when {
        When::Once(moment) => (Some(moment.clone()), None),
        When::Repeating(series) => (series.first(), Some(series)),
    };
    let about = if reading.about.is_empty() { "(nothing said)" } else { &reading.about };
    let mut lines = Vec::new();
    if let Some(Moment { at, zone, .. }) = moment {
        let wall = at.with_timezone(&zone).format("%A %-d %B %Y, %H:%M:%S %Z");
        lines.push(format!("rings   {wall}, {} from now", distance(at - sender.now)));
    }
    lines.push(format!("time    {said}"));
    lines.push(format!("about   {about}"));
    if let Some(series) = series {
        lines.push(format!("repeats {} in {}", series.rrule(), series.zone));
        let after = |at: &DateTime<Utc>| series.next(*at).map(|moment| moment.at);
        let next = std::iter::successors(series.first().map(|first| first.at), after);
        for at in next.skip(1).take(NEXT_SHOWN) {
            let wall = at.with_timezone(&series.zone).format("%A %-d %B %Y, %H:%M:%S %Z");
            lines.push(format!("        {wall}"));
        }
    }
    lines.extend(reading.taken.iter().flatten().map(|taken| format!("taken   {taken}")));
    lines.extend(why.iter().map(|rule| format!("because {rule}")));
    lines.push(format!("sent    from {} in {}", sender.zone, sender.region));
    lines.join("\n") + "\n"
}

/// `2 d 3 h 4 min 5 s`, without the parts that are nothing.
fn distance(ahead: TimeDelta) -> String {
    let seconds = ahead.num_seconds().max(0);
    let parts = [
        (seconds / 86_400, "d"),
        (seconds / 3600 % 24, "h"),
        (seconds / 60 % 60, "min"),
        (seconds % 60, "s"),
    ];
    let said: Vec<String> =
        parts.iter().filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{n} {unit}")).collect();
    if said.is_empty() { "less than a second".into() } else { said.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(input: &[u8]) -> Vec<Value> {
        let mut out = Vec::new();
        lines(BufReader::new(input), &mut out).expect("memory can be written");
        let out = String::from_utf8(out).expect("UTF-8");
        out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }

    const GOOD: &str = r#"{"id":7,"text":"Remind in 2 minutes about tea","now":"2026-11-23T09:00:00-05:00","tz":"America/New_York","region":"US"}"#;

    #[test]
    fn a_text_is_read_in_the_senders_zone() {
        let answers = asked(format!("{GOOD}\n").as_bytes());
        assert_eq!(
            answers,
            [serde_json::json!({"id": 7, "at": "2026-11-23T09:02:00-05:00", "about": "tea",
                                "recurrence": null, "error": null})]
        );
    }

    #[test]
    fn the_last_line_needs_no_end_and_empty_lines_are_no_questions() {
        assert_eq!(asked(format!("\n{GOOD}\r\n  \n{GOOD}").as_bytes()).len(), 2);
        assert!(asked(b"").is_empty());
    }

    #[test]
    fn a_bad_line_is_answered_with_an_error_and_stops_nothing() {
        let bad: [&[u8]; 10] = [
            b"not json",
            b"{",
            b"[]",
            b"null",
            b"{\"id\":\"a\"}",
            b"{\"id\":\"a\",\"text\":5,\"now\":\"2026-11-23T09:00:00Z\",\"tz\":\"UTC\",\"region\":\"US\"}",
            b"{\"id\":\"a\",\"text\":\"x\",\"now\":\"yesterday\",\"tz\":\"UTC\",\"region\":\"US\"}",
            b"{\"id\":\"a\",\"text\":\"x\",\"now\":\"2026-11-23T09:00:00Z\",\"tz\":\"Mars/Base\",\"region\":\"US\"}",
            b"{\"id\":\"a\",\"text\":\"\\ud800\",\"now\":\"2026-11-23T09:00:00Z\",\"tz\":\"UTC\",\"region\":\"US\"}",
            b"\xff\xfe",
        ];
        for line in bad {
            let answers = asked(&[line, b"\n", GOOD.as_bytes(), b"\n"].concat());
            let shown = String::from_utf8_lossy(line);
            assert_eq!(answers.len(), 2, "{shown}");
            assert!(answers[0]["error"].is_string() && answers[0]["at"].is_null(), "{shown}");
            assert_eq!(answers[1]["id"], 7, "{shown}");
        }
    }

    #[test]
    fn an_error_says_which_question_it_is_to() {
        let answers = asked(br#"{"id":{"any":["json"]},"text":"hello","now":"2026-11-23T09:00:00Z","tz":"UTC","region":"US"}"#);
        assert_eq!(answers[0]["id"], serde_json::json!({"any": ["json"]}));
        assert!(answers[0]["error"].is_string());
        assert!(answers[0]["about"].is_null());
    }

    #[test]
    fn an_endless_line_is_refused_and_the_next_is_answered() {
        let long = vec![b'x'; usize::try_from(LINE_BYTES_MAX).expect("small") * 3];
        let answers = asked(&[&long, &b"\n"[..], GOOD.as_bytes()].concat());
        assert_eq!(answers.len(), 2);
        assert!(answers[0]["error"].as_str().expect("an error").contains("at most"));
        assert_eq!(answers[1]["id"], 7);
    }

    #[test]
    fn a_person_sees_which_words_were_taken_as_what_and_why() {
        let sender = Sender {
            now: "2026-03-04T18:40:00-05:00".parse().expect("an instant"),
            zone: Tz::America__New_York,
            region: Region::parse("US").expect("two letters"),
            usual: None,
        };
        let explanation = when::explain("remind me next friday to call mom at 6", &sender);
        assert_eq!(
            sentences(&explanation.expect("a time"), &sender),
            "rings   Friday 13 March 2026, 18:00:00 EDT, 8 d 22 h 20 min from now\n\
             time    next friday at 6\n\
             about   call mom\n\
             taken   13 Mar, not 6 Mar\n\
             taken   6pm, not 6am\n\
             taken   \"at 6\" is taken as its time\n\
             because a weekday with next is the one of next week, and weeks start on Monday\n\
             because an hour without am or pm on a named day is in daytime: 1 to 6 in the afternoon, \
             7 to 11 in the morning, 12 at noon\n\
             sent    from America/New_York in US\n"
        );
    }

    #[test]
    fn a_distance_leaves_out_what_is_nothing() {
        assert_eq!(distance(TimeDelta::seconds(120)), "2 min");
        assert_eq!(distance(TimeDelta::seconds(90_061)), "1 d 1 h 1 min 1 s");
        assert_eq!(distance(TimeDelta::zero()), "less than a second");
    }
}
