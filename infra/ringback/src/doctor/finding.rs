//! What a check says: that all is well, or what is wrong and exactly what to do.

use std::fmt::Write as _;

use serde::Serialize;

use crate::refusal::Refusal;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// As it should be.
    Ok,
    /// Worth knowing.
    Note,
    /// It was wrong, and is not any more.
    Mended,
    /// People are not served, or will not be.
    Wrong,
}

impl Level {
    fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Note => "note",
            Self::Mended => "mended",
            Self::Wrong => "WRONG",
        }
    }
}

/// What one check says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at, in one word.
    pub check: &'static str,
    /// How much it matters.
    pub level: Level,
    /// What is.
    pub what: String,
    /// What to do about it.
    pub todo: Option<String>,
}

/// What all checks say.
#[derive(Debug, Default)]
pub struct Findings(Vec<Finding>);

impl Findings {
    /// All, in the order in which they were found.
    #[must_use]
    pub fn all(&self) -> &[Finding] {
        &self.0
    }

    /// How many things are wrong.
    #[must_use]
    pub fn count_wrong(&self) -> usize {
        self.0.iter().filter(|finding| finding.level == Level::Wrong).count()
    }

    /// It is as it should be.
    pub fn ok(&mut self, check: &'static str, what: impl Into<String>) {
        self.add(check, Level::Ok, what.into(), None);
    }

    /// It is worth knowing.
    pub fn note(&mut self, check: &'static str, what: impl Into<String>, todo: impl Into<String>) {
        self.add(check, Level::Note, what.into(), Some(todo.into()));
    }

    /// It was wrong.
    pub fn mended(&mut self, check: &'static str, what: impl Into<String>) {
        self.add(check, Level::Mended, what.into(), None);
    }

    /// It is wrong.
    pub fn wrong(&mut self, check: &'static str, what: impl Into<String>, todo: impl Into<String>) {
        self.add(check, Level::Wrong, what.into(), Some(todo.into()));
    }

    /// Nobody knows, since AWS did not say.
    pub fn refused(&mut self, check: &'static str, refusal: &Refusal) {
        let todo = match refusal {
            Refusal::Denied { operation, .. } => {
                format!("add {operation} to the policy of whoever runs this, and run it again")
            }
            Refusal::Failed { .. } => "run it again".to_owned(),
        };
        self.wrong(check, format!("not known: {refusal}"), todo);
    }

    fn add(&mut self, check: &'static str, level: Level, what: String, todo: Option<String>) {
        self.0.push(Finding { check, level, what, todo });
    }

    /// Lines for a person.
    #[must_use]
    pub fn told(&self) -> String {
        let width = self.0.iter().map(|finding| finding.check.len()).max().unwrap_or_default();
        let mut text = String::new();
        for Finding { check, level, what, todo } in &self.0 {
            let _ = writeln!(text, "{:6}  {check:width$}  {what}", level.word());
            if let Some(todo) = todo {
                let _ = writeln!(text, "{:6}  {:width$}  -> {todo}", "", "");
            }
        }
        match self.count_wrong() {
            0 => text.push_str("all is well\n"),
            1 => text.push_str("1 thing is wrong\n"),
            many => {
                let _ = writeln!(text, "{many} things are wrong");
            }
        }
        text
    }
}
