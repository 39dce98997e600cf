//! The story of a row: one line for each decision, kept on the row itself.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::limits;

/// One line: at an instant, something was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// When it was decided.
    pub at: DateTime<Utc>,
    /// What, in one word of the product's vocabulary (`accepted`, `calling`, `answered`, …).
    pub what: String,
    /// The particulars; never a phone number.
    pub detail: String,
}

/// The lines of one row, oldest first, at most [`limits::STORY_LINES`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Story(Vec<Line>);

impl Story {
    /// Adds a line. When full, the oldest but the first makes room: how it began matters to the end.
    pub fn add(&mut self, at: DateTime<Utc>, what: &str, detail: impl Into<String>) {
        if self.0.len() >= limits::STORY_LINES {
            self.0.remove(1);
        }
        self.0.push(Line { at, what: what.to_owned(), detail: detail.into() });
    }

    /// The lines, oldest first.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_story_keeps_its_beginning_and_its_end() {
        let mut story = Story::default();
        for i in 0..100_u32 {
            story.add(DateTime::UNIX_EPOCH, "line", i.to_string());
        }
        assert_eq!(story.lines().len(), limits::STORY_LINES);
        assert_eq!(story.lines().first().unwrap().detail, "0");
        assert_eq!(story.lines().last().unwrap().detail, "99");
    }
}
