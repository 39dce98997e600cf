//! The words around the time: the asking before it, the word that leads the matter, the thanks, and
//! the matter itself.

use super::{Chosen, Split};
use crate::{
    grammar::{Atom, Reader},
    token::{self, Kind, Token},
    words::Sense,
};

impl Split<'_> {
    /// The word that leads the matter, if one stands at `at`, and the token after it.
    pub(super) fn connector(&self, at: usize) -> (usize, Option<Sense>) {
        let at = self.after_marks(self.after_late_asking(self.after_marks(at)));
        let sense = [Sense::About, Sense::To, Sense::That, Sense::For, Sense::Of]
            .into_iter()
            .find(|sense| self.reader.has(at, *sense));
        // `to-do list` is a noun.
        let touched = self.tokens.get(at + 1).is_some_and(|next| next.glued)
            && !matches!(self.tokens[at + 1].kind, Kind::Mark(':' | ','));
        match sense {
            Some(sense) if !touched => (self.after_marks(at + 1), Some(sense)),
            _ => (at, None),
        }
    }

    /// `tomorrow at 5 please remind me to call`: the asking may follow the time.
    fn after_late_asking(&self, at: usize) -> usize {
        let polite = |at: &usize| !self.reader.has(*at, Sense::Polite);
        let asking = (at..self.tokens.len()).find(polite).unwrap_or(at);
        if self.reader.has(asking, Sense::RemindAfter) {
            return asking + 1;
        }
        let asks = self.reader.has(asking, Sense::Remind) && self.reader.has(asking + 1, Sense::Me);
        if asks { asking + 2 } else { at }
    }

    fn after_marks(&self, mut at: usize) -> usize {
        while self.tokens.get(at).is_some_and(|t| is_separator(t) || closes_only(t)) {
            at += 1;
        }
        at
    }

    /// The first token of what ends the text and says nothing: `, thanks!`, `please`, marks.
    pub(super) fn before_thanks(&self) -> usize {
        // Thanks are cut off where a mark or a time stands before them; `say thanks` is matter.
        let last_time = self.atoms.last().map_or(self.start, |atom| atom.to);
        let mut end = self.tokens.len();
        for at in (last_time..self.tokens.len()).rev() {
            let token = &self.tokens[at];
            let is_mark = matches!(token.kind, Kind::Mark(_)) && token.senses.is_empty();
            if !is_mark && !token.senses.contains(Sense::Thanks) {
                return end;
            }
            // `say thanks` is matter, `say thanks please` asks for it.
            let asks = [Sense::Polite, Sense::Thanks, Sense::Joint];
            if is_separator(token) || asks.into_iter().all(|sense| token.senses.contains(sense)) {
                end = at;
            }
        }
        last_time
    }

    /// What is left of the text: without the asking, the time, the word that leads the matter, and
    /// thanks.
    pub(super) fn matter(&self, chosen: &Chosen<'_>) -> String {
        let (mut at, _) = self.connector(self.start);
        let mut parts = Vec::new();
        for (from, to) in &chosen.cuts {
            if *from > at {
                parts.push(self.words(at, *from));
                at = *to;
            } else {
                at = self.connector(*to).0;
            }
        }
        let end = if at < self.end { self.text_end() } else { at };
        let end =
            if end > at && self.reader.has(end - 1, Sense::AboutAfter) { end - 1 } else { end };
        parts.push(self.words(at, end));
        parts.retain(|part| !part.is_empty());
        parts.join(" ")
    }

    /// The end of the matter, in tokens: all of them when no thanks end the text.
    pub(super) fn text_end(&self) -> usize {
        let thanks = (self.end..self.tokens.len()).any(|at| self.reader.has(at, Sense::Thanks));
        if thanks { self.end } else { self.tokens.len() }
    }

    /// The text of tokens, without separators at its ends; the last token brings what was not read.
    pub(super) fn words(&self, from: usize, to: usize) -> String {
        let from = self.after_marks(from);
        let mut to = to;
        while to > from && to < self.tokens.len() && opens_nothing(&self.tokens[to - 1]) {
            to -= 1;
        }
        if from >= to {
            return String::new();
        }
        let start = self.tokens[from].from;
        let end = if to == self.tokens.len() { self.text.len() } else { self.tokens[to - 1].to };
        self.text[start..end].trim_matches(token::is_blank).to_owned()
    }
}

/// The words of asking, if there are any: `please remind me`, `set a daily reminder`, `hey, can you
/// remind me`.
pub(super) struct Asking {
    /// The first token after them.
    pub(super) end: usize,
    pub(super) asked: bool,
    /// How often, where they say it.
    pub(super) habit: Option<Atom>,
}

pub(super) fn after_asking(
    text: &str,
    reader: &Reader<'_>,
    tokens: &[Token],
    from: usize,
) -> Asking {
    let skip = |mut at: usize| {
        while tokens.get(at).is_some_and(|t| is_separator(t) || is_symbol(t)) {
            at += 1;
        }
        at
    };
    let first = skip(from);
    let mut at = first;
    let mut habit = None;
    while [Sense::Polite, Sense::So, Sense::And].into_iter().any(|sense| reader.has(at, sense)) {
        at = skip(at + 1);
    }
    if reader.has(at, Sense::Remind) || reader.has(at, Sense::RemindAfter) {
        at += 1;
        at += usize::from(reader.has(at, Sense::Me));
        at += usize::from(reader.has(at - 1, Sense::Me) && is_to(text, tokens, at));
    } else if at > first && (reader.has(at - 1, Sense::Me) || reader.has(at, Sense::Me)) {
        // `kannst du mich morgen an die Miete erinnern`: the verb stands at the end.
        at += usize::from(reader.has(at, Sense::Me));
    } else {
        if reader.has(at, Sense::Set) {
            at += 1;
            at += usize::from(reader.has(at, Sense::Me));
            at += usize::from(reader.has(at, Sense::A));
        }
        habit = reader.habit(at).filter(|habit| reader.has(habit.to, Sense::Reminder));
        at = habit.as_ref().map_or(at, |habit| habit.to);
        // `alarm company at 5` asks for nothing.
        let noun = at == first && reader.has(at, Sense::Shy);
        if !reader.has(at, Sense::Reminder) || noun {
            return Asking { end: first, asked: false, habit: None };
        }
        at += 1;
    }
    at = skip(at);
    while reader.has(at, Sense::Polite) {
        at = skip(at + 1);
    }
    // `erinnere mich daran, morgen um 8 …`
    if reader.has(at, Sense::That) && reader.mark(at + 1, ',') {
        at = skip(at + 1);
    }
    Asking { end: at, asked: true, habit }
}

/// `remind me 2 call mum`: the number is the word that sounds like it, unless things are counted.
fn is_to(text: &str, tokens: &[Token], at: usize) -> bool {
    let two = tokens.get(at).is_some_and(|token| {
        matches!(token.kind, Kind::Number(number) if number.value == 2 && number.digits == 1)
    });
    let next = tokens.get(at + 1).filter(|next| two && !next.glued && next.kind == Kind::Word);
    next.is_some_and(|next| {
        let several = text.get(next.from..next.to).is_some_and(|word| word.ends_with(['s', 'S']));
        next.senses.is_empty() && !several
    })
}

/// Marks that separate phrases and belong to neither side.
pub(super) fn is_separator(token: &Token) -> bool {
    matches!(
        token.kind,
        Kind::Mark(',' | ';' | ':' | '-' | '\u{2013}' | '\u{2014}' | '.' | '!' | '?' | ')')
    )
}

/// Marks that end what was opened before.
fn closes_only(token: &Token) -> bool {
    matches!(token.kind, Kind::Mark(']' | '\u{201d}'))
}

/// Quotation marks around a time.
pub(super) fn quotes(token: &Token) -> bool {
    matches!(token.kind, Kind::Mark('"' | '\u{201c}' | '\u{201d}' | '[' | ']'))
}

/// Marks that mean nothing at the end of the matter.
fn opens_nothing(token: &Token) -> bool {
    is_separator(token) || matches!(token.kind, Kind::Mark('(' | '[' | '\u{201c}'))
}

/// Emoji and the like before the first word.
fn is_symbol(token: &Token) -> bool {
    matches!(token.kind, Kind::Mark(_)) && token.senses.is_empty()
}
