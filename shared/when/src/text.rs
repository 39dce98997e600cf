//! Splits a text into the part about time and the part about the matter.
//!
//! The time stands at the head (`tomorrow 5pm about the talk`), or else at the end (`to call mom at
//! 6`), or else in the middle. What remains is the matter, and words of time in it stay there:
//! `about the 5pm meeting at 4:30`, `to buy tickets for Sunday's show`.

use chrono::Datelike;

use crate::{
    grammar::{Atom, Day, Grip, Reader, Slots},
    language,
    phrase::Phrase,
    reading::{Misread, Reading, Sender},
    resolve::resolve,
    token::{self, Kind, Token},
    words::{LANGUAGES, Part, Sense},
    zone,
};

/// Bytes of a text that are read. The longest SMS has 1,600 characters; of anything longer the rest
/// is only matter.
const READ_BYTES_MAX: usize = 8192;

/// Bounds that stand before their series: `starting monday for 5 days every day`.
const BOUNDS_MAX: usize = 4;

/// A reading with what it was made from.
pub struct Answer {
    /// What the text means.
    pub reading: Reading,
    /// The sender's words for the time.
    pub said: String,
    /// What they say.
    pub slots: Slots,
}

/// Reads a whole text.
///
/// # Errors
/// No time, or one that cannot be.
pub fn read(text: &str, sender: &Sender) -> Result<Answer, Misread> {
    let tokens = token::tokens(head_of(text));
    let read = |language| read_tokens(text, &language::tokens_in(text, &tokens, language), sender);
    let mut tried = [false; LANGUAGES.len()];
    for language in language::spoken(text, &tokens) {
        tried[language] = true;
        match read(language) {
            Err(Misread::NoTime) => {}
            answer => return answer,
        }
    }
    let answer = read_tokens(text, &language::english(text, &tokens), sender);
    if !matches!(answer, Err(Misread::NoTime)) {
        return answer;
    }
    let mut shared = language::shared(text, &tokens).filter(|language| !tried[*language]);
    shared.find_map(|language| read(language).ok()).ok_or(Misread::NoTime)
}

/// Reads the tokens of a text, with the senses of one language.
fn read_tokens(text: &str, tokens: &[Token], sender: &Sender) -> Result<Answer, Misread> {
    if let Some(answer) = asked_after(text, tokens, sender) {
        return answer;
    }
    let split = Split::new(text, tokens, sender, 0);
    let found = split.find()?;
    let about = split.matter(&found);
    answer(&found.phrase, sender, about, found.taken)
}

fn answer(
    phrase: &Phrase<'_>,
    sender: &Sender,
    about: String,
    note: Option<String>,
) -> Result<Answer, Misread> {
    let (when, mut taken) = resolve(phrase, sender)?;
    taken.extend(note);
    let taken = (!taken.is_empty()).then(|| taken.join("; "));
    let reading = Reading { when, about, taken };
    Ok(Answer { reading, said: phrase.words(), slots: phrase.slots.clone() })
}

/// What of a text that could not be read can be repeated in an example.
pub struct Draft {
    /// The matter.
    pub matter: String,
    /// `to` leads it.
    pub action: bool,
    /// The sender's words for the time of day.
    pub clock: Option<String>,
}

/// Takes a text apart that could not be read.
pub fn draft(text: &str, sender: &Sender) -> Draft {
    let tokens = token::tokens(head_of(text));
    let tokens = language::english(text, &tokens);
    let split = Split::new(text, &tokens, sender, 0);
    let to = split.end_of_times(split.start);
    let (after, connector) = split.connector(to);
    let found = split.find().ok();
    let matter = match &found {
        Some(found) => split.matter(found),
        None => split.words(after, split.text_end()),
    };
    let clock = found.map(|found| found.phrase.words_of(|slots| slots.clock.is_some()));
    let clock = clock.filter(|words| !words.is_empty());
    Draft { matter, action: connector == Some(Sense::To), clock }
}

/// `dinner at 7, remind me at 6`: the matter stands before the asking, whole. `None` when nothing
/// stands before it, or matter after it.
fn asked_after(text: &str, tokens: &[Token], sender: &Sender) -> Option<Result<Answer, Misread>> {
    let is = |at: usize, sense| match tokens.get(at) {
        Some(token) => token.senses.contains(sense),
        None => false,
    };
    let asks = |at: &usize| {
        is(*at, Sense::RemindAfter) || (is(*at, Sense::Remind) && is(at + 1, Sense::Me))
    };
    let asking = (1..tokens.len()).find(asks)?;
    let says_nothing = |at| {
        let joining = [Sense::And, Sense::So, Sense::Polite].into_iter().any(|sense| is(at, sense));
        joining || is_separator(&tokens[at])
    };
    let about = asking - usize::from(is(asking - 1, Sense::AboutAfter));
    let end = (0..about).rev().find(|at| !says_nothing(*at))? + 1;
    let event = Split::new(&text[..tokens[end - 1].to], &tokens[..end], sender, 0);
    let asked = Split::new(text, tokens, sender, asking);
    if asked.start >= asked.end {
        // `call mom at 6, remind me`
        let found = match event.find() {
            Ok(found) => found,
            Err(misread) => return Some(Err(misread)),
        };
        return Some(answer(&found.phrase, sender, event.matter(&found), found.taken));
    }
    let (mut phrase, _, to) = asked.head().ok()??;
    if to < asked.end {
        return None;
    }
    // `dinner tomorrow at 7, remind me at 6`, `… an hour before`: the event says the rest.
    let ahead = phrase.slots.ahead.is_some();
    let clock = phrase.slots.has_clock_only();
    for atom in event.candidates(event.start).last().map_or(&[][..], |last| last.phrase.atoms()) {
        if ahead || (clock && has_day(atom) && atom.slots.clock.is_none()) {
            phrase.join(atom).ok()?;
        }
    }
    let timed = phrase.slots != Slots { ahead: phrase.slots.ahead, ..Slots::default() };
    timed.then(|| answer(&phrase, sender, event.words(event.start, end), None))
}

/// The beginning of the text, cut between characters.
fn head_of(text: &str) -> &str {
    let mut end = text.len().min(READ_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// A text with the expressions of time in it.
struct Split<'t> {
    sender: &'t Sender,
    text: &'t str,
    tokens: &'t [Token],
    reader: Reader<'t>,
    /// The first token after the words of asking.
    start: usize,
    /// There are words of asking: what follows them is likely a time.
    asked: bool,
    /// The first token of the thanks and marks at the end.
    end: usize,
    /// `set a daily reminder`: the asking says how often.
    habit: Option<Atom>,
    atoms: Vec<Atom>,
}

/// The time that was found, and the tokens that are not matter.
struct Chosen<'t> {
    phrase: Phrase<'t>,
    /// Token ranges of the time, in order; empty for a time that stays in the matter.
    cuts: Vec<(usize, usize)>,
    taken: Option<String>,
}

/// A time that may be the one that is meant.
struct Candidate<'t> {
    phrase: Phrase<'t>,
    from: usize,
    to: usize,
    rank: Rank,
}

/// How likely a time that is not at the head is the one that is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// In the middle of a phrase.
    Inside,
    /// Where a phrase ends.
    Phrase,
    /// At the end of the text.
    End,
}

impl<'t> Split<'t> {
    /// Finds the expressions after the words of asking, which may stand from the token `from` on.
    fn new(text: &'t str, tokens: &'t [Token], sender: &'t Sender, from: usize) -> Self {
        let year = zone::wall(sender.zone, sender.now).year();
        let reader = Reader::new(text, tokens, sender.region, year);
        let Asking { end: start, asked, habit } = after_asking(text, &reader, tokens, from);
        let atoms = reader.atoms(start, habit.as_ref());
        let end = tokens.len();
        let mut split = Self { sender, text, tokens, reader, start, asked, end, habit, atoms };
        split.end = split.before_thanks();
        split
    }

    /// The time that is meant.
    fn find(&self) -> Result<Chosen<'t>, Misread> {
        let found = self.head().and_then(|head| match head {
            Some((phrase, from, to)) => self.with_head(phrase, from, to),
            None => self.without_head(),
        });
        let Some(habit) = &self.habit else { return found };
        match found {
            Err(Misread::NoTime) => {
                let phrase = Phrase::new(self.text, self.tokens, habit);
                Ok(Chosen { phrase, cuts: Vec::new(), taken: None })
            }
            Ok(mut chosen) => chosen.phrase.join(habit).map(|()| chosen),
            misread => misread,
        }
    }

    /// The time directly after the words of asking, with its first token and the token after it.
    fn head(&self) -> Result<Option<(Phrase<'t>, usize, usize)>, Misread> {
        let start = self.start + usize::from(self.reader.has(self.start, Sense::For));
        // `remind me about 5pm to call`
        let about = usize::from(self.reader.has(self.start, Sense::About));
        let approximate = |atom: &&Atom| {
            about == 1
                && atom.from == self.start + 1
                && atom.slots.clock.is_some()
                && atom.grip == Grip::Firm
                && self.reader.closes(atom.to)
        };
        let first = self.atoms.iter().position(|atom| atom.from == start || approximate(&atom));
        let Some(first) = first else { return Ok(None) };
        let mut phrase: Option<Phrase<'t>> = None;
        let mut to = start;
        for (at, atom) in self.atoms.iter().enumerate().skip(first) {
            let joined = phrase.is_some();
            if (joined && !self.adjacent(to, atom.from)) || !self.holds_at_head(at, phrase.as_ref())
            {
                break;
            }
            match &mut phrase {
                None => phrase = Some(Phrase::new(self.text, self.tokens, atom)),
                Some(phrase) => match phrase.join(atom) {
                    Ok(()) => {}
                    Err(contradiction) if self.reader.closes(atom.to) => return Err(contradiction),
                    // `tomorrow 5pm 6pm dinner`: the second belongs to the matter.
                    Err(_) => break,
                },
            }
            to = atom.to;
        }
        if let Some(phrase) = &phrase
            && let Some(other) = self.alternative(to)
        {
            return Err(Misread::Contradiction { one: phrase.words(), other });
        }
        if let Some(phrase) = &phrase
            && let Some(other) = self.one_more(phrase, to)
        {
            return Err(Misread::Several { what: format!("{} and {other}", phrase.words()) });
        }
        Ok(phrase.map(|phrase| (phrase, self.start, to)))
    }

    /// The words of the other time in `at 5 or 6`, `tomorrow or friday`.
    fn alternative(&self, to: usize) -> Option<String> {
        let or = self.reader.has(to, Sense::Or);
        let other = self.atoms.iter().find(|atom| or && atom.from == to + 1)?;
        Some(Phrase::new(self.text, self.tokens, other).words())
    }

    /// The words of the second time in `tomorrow and friday`, `every day at 9 and mondays at 5`.
    fn one_more(&self, phrase: &Phrase<'_>, to: usize) -> Option<String> {
        let to = to + usize::from(self.reader.mark(to, ','));
        let and = self.reader.has(to, Sense::And);
        let other = self.atoms.iter().find(|atom| and && atom.from == to + 1)?;
        let closes = self.reader.closes(other.to);
        let sure = match other.grip {
            Grip::Firm => true,
            Grip::Loose => closes,
            // `at 5 and 6`
            Grip::Bare => closes && phrase.slots.clock.is_some(),
            Grip::Weak => false,
        };
        (sure && other.slots.amount.is_none() && !other.slots.is_bound())
            .then(|| Phrase::new(self.text, self.tokens, other).words())
    }

    /// Whether an expression at the head can be a time there.
    fn holds_at_head(&self, at: usize, before: Option<&Phrase<'_>>) -> bool {
        let atom = &self.atoms[at];
        if atom.slots.is_bound() {
            let after = self.atoms[at..]
                .windows(2)
                .take(BOUNDS_MAX)
                .take_while(|pair| self.adjacent(pair[0].to, pair[1].from));
            return before.is_some_and(|before| before.slots.repeats())
                || after.into_iter().any(|pair| pair[1].slots.repeats());
        }
        if is_lone_month(atom) {
            // `june and july are hot`
            let listed = self.reader.has(atom.to, Sense::And);
            return before.is_none() && !listed && self.reader.closes(atom.to);
        }
        // `noon is too late`
        let told = self.reader.has(atom.to, Sense::Copula) && !self.asked;
        if told && before.is_none() && atom.slots.has_clock_only() {
            return false;
        }
        let next = self.atoms.get(at + 1).filter(|next| self.adjacent(atom.to, next.from));
        let closes = self.reader.closes(atom.to);
        match atom.grip {
            Grip::Firm | Grip::Loose => true,
            Grip::Weak => {
                // `2000 for rent` may be anything; `remind 2000 about` cannot.
                let asked = self.asked || atom.to >= self.end || atom.slots.clock.is_none();
                // `la pascua del cordero`, `mar y sol`
                let joins = [Sense::Of, Sense::And];
                let noun = !self.asked && joins.into_iter().any(|s| self.reader.has(atom.to, s));
                (closes && asked && !noun)
                    || next.is_some_and(|next| supports(next, atom))
                    || before.map_or(self.asked && is_likely(atom), |before| goes_on(before, atom))
                    || (before.is_none() && self.is_habit(atom))
            }
            Grip::Bare => match before {
                Some(before) => {
                    let free = before.slots.clock.is_none() && before.slots.amount.is_none();
                    has_any_day(before) && free && (closes || next.is_some())
                }
                None => {
                    let day = next.is_some_and(|next| next.grip >= Grip::Loose && has_day(next));
                    // `remind me by 5 to call`
                    day || (self.asked && atom.led && closes)
                }
            },
        }
    }

    /// `mornings yoga`, but not `mornings are hard` or `nights out`.
    fn is_habit(&self, atom: &Atom) -> bool {
        let plural = self.reader.parts_of(atom.from).filter(|part| *part != Part::Night);
        let next = self.tokens.get(atom.to);
        plural.is_some()
            && next.is_some_and(|next| next.kind == Kind::Word && next.senses.is_empty())
    }

    /// The head is the time, unless it only names a day and the end of the text names the hour.
    fn with_head(
        &self,
        mut phrase: Phrase<'t>,
        from: usize,
        to: usize,
    ) -> Result<Chosen<'t>, Misread> {
        if phrase.slots.ahead.is_some() {
            return self.before_an_event(phrase, from, to);
        }
        let last = self.candidates(to).pop().filter(|last| last.rank == Rank::End);
        let (_, connector) = self.connector(to);
        let mut chosen = Chosen { phrase: phrase.clone(), cuts: vec![(from, to)], taken: None };
        // `tomorrow that the flight leaves at 6`: the hour belongs to the matter.
        let verb = matches!(connector, None | Some(Sense::To));
        if let Some(bounded) = self.bound_at_end(&chosen, to).filter(|_| verb) {
            return Ok(bounded);
        }
        let Some(last) = last.filter(|_| verb) else { return Ok(chosen) };
        let both = vec![(from, to), (last.from, last.to)];
        if last.phrase.slots.repeats() {
            phrase.join_all(&last.phrase)?;
            return Ok(Chosen { phrase, cuts: both, taken: None });
        }
        let timeless = phrase.slots.clock.is_none() && phrase.slots.part.is_none();
        let daily = phrase.slots.repeats() && timeless && !phrase.slots.counts_elapsed();
        let dayish = phrase.slots.has_day_only() || daily;
        let hour_at_end = dayish && last.phrase.slots.has_clock_only();
        let day_at_end = phrase.slots.has_clock_only() && last.phrase.slots.has_day_only();
        if hour_at_end || (day_at_end && connector.is_none()) {
            phrase.join_all(&last.phrase)?;
            let taken = Some(format!("\"{}\" is taken as its time", last.phrase.words()));
            let taken = taken.filter(|_| hour_at_end);
            return Ok(Chosen { phrase, cuts: both, taken });
        }
        if day_at_end {
            chosen.taken = Some(format!("\"{}\" stays in the text", last.phrase.words()));
        }
        Ok(chosen)
    }

    /// `every day to take the pills for 5 days`: the end of the text bounds the series at its head.
    fn bound_at_end(&self, chosen: &Chosen<'t>, to: usize) -> Option<Chosen<'t>> {
        let last = self.atoms.last().filter(|last| last.from >= to && last.to >= self.end)?;
        if !last.slots.is_bound() || !chosen.phrase.slots.repeats() {
            return None;
        }
        let mut phrase = chosen.phrase.clone();
        phrase.join(last).ok()?;
        // A bound that the series does not reach belongs to the matter.
        resolve(&phrase, self.sender).ok()?;
        let words = Phrase::new(self.text, self.tokens, last).words();
        let taken = Some(format!("\"{words}\" is taken as its end"));
        let cuts = chosen.cuts.iter().copied().chain([(last.from, last.to)]).collect();
        Some(Chosen { phrase, cuts, taken })
    }

    /// `10 minutes before the 5pm meeting`: the event stays in the matter whole.
    fn before_an_event(
        &self,
        mut phrase: Phrase<'t>,
        from: usize,
        to: usize,
    ) -> Result<Chosen<'t>, Misread> {
        let rest = self.atoms.iter().rposition(|atom| atom.from >= to && atom.grip >= Grip::Loose);
        let last = match rest {
            _ if phrase.slots.has_clock_only() || has_any_day(&phrase) => None,
            Some(last) => Some(last),
            None => return Err(Misread::NoTime),
        };
        let Some(last) = last else {
            return Ok(Chosen { phrase, cuts: vec![(from, to)], taken: None });
        };
        phrase.join(&self.atoms[last])?;
        let mut event = self.atoms[last].from;
        // `an hour before my 6pm flight tomorrow`
        for before in self.atoms[..last].iter().rev().take_while(|atom| atom.from >= to) {
            let beside = self.adjacent(before.to, event);
            let completes = before.grip >= Grip::Loose
                && (before.slots.has_clock_only() && phrase.slots.clock.is_none()
                    || before.slots.has_day_only() && !has_any_day(&phrase));
            if (beside || completes)
                && let Some(joined) = self.joined(&phrase, before)
            {
                (phrase, event) = (joined, before.from);
            }
        }
        Ok(Chosen { phrase, cuts: vec![(from, to)], taken: None })
    }

    /// Without a time at the head, the best of the others.
    fn without_head(&self) -> Result<Chosen<'t>, Misread> {
        let candidates = self.candidates(self.start);
        let best = candidates.iter().map(|candidate| candidate.rank).max();
        let best = candidates.iter().rposition(|candidate| Some(candidate.rank) == best);
        let Some(best) = best else { return Err(Misread::NoTime) };
        // `every business day at 6`: a series that the grammar does not know is none the less no
        // single time.
        if self.reader.has(self.start, Sense::Every) {
            return Err(Misread::Series { what: self.words(self.start, candidates[0].from) });
        }
        // `buy tickets tomorrow for the show on friday`: the later one belongs to the show.
        let earlier = candidates[..best].iter().rposition(|candidate| {
            candidate.rank >= Rank::Phrase && !candidate.phrase.slots.repeats()
        });
        let Some(earlier) = earlier else { return Ok(self.chosen(&candidates[best], None)) };
        let (first, last) = (&candidates[earlier], &candidates[best]);
        let of_something = (first.to..last.from).any(|at| {
            [Sense::For, Sense::About, Sense::Of].iter().any(|s| self.reader.has(at, *s))
        });
        let complete = first.phrase.slots.has_clock_only() && last.phrase.slots.has_day_only()
            || first.phrase.slots.has_day_only() && last.phrase.slots.has_clock_only();
        if complete && !of_something {
            let mut phrase = first.phrase.clone();
            phrase.join_all(&last.phrase)?;
            let cuts = vec![(first.from, first.to), (last.from, last.to)];
            return Ok(Chosen { phrase, cuts, taken: None });
        }
        let (meant, other) = if of_something { (first, last) } else { (last, first) };
        Ok(self.chosen(meant, Some(other)))
    }

    fn chosen(&self, meant: &Candidate<'t>, other: Option<&Candidate<'t>>) -> Chosen<'t> {
        let taken = other.map(|other| format!("\"{}\" stays in the text", other.phrase.words()));
        Chosen { phrase: meant.phrase.clone(), cuts: vec![(meant.from, meant.to)], taken }
    }

    /// The times from a token on that may be meant, one for each run of neighbouring expressions.
    fn candidates(&self, from: usize) -> Vec<Candidate<'t>> {
        let mut candidates = Vec::new();
        let mut run: Vec<&Atom> = Vec::new();
        for atom in self.atoms.iter().filter(|atom| atom.from >= from) {
            if run.last().is_some_and(|last| !self.adjacent(last.to, atom.from)) {
                candidates.extend(self.candidate(&run));
                run.clear();
            }
            run.push(atom);
        }
        candidates.extend(self.candidate(&run));
        candidates
    }

    /// The time that a run ends with: `the meeting on friday` `tomorrow at 5` is tomorrow at 5.
    fn candidate(&self, run: &[&Atom]) -> Option<Candidate<'t>> {
        let mut phrase: Option<Phrase<'t>> = None;
        let mut taken: Vec<&Atom> = Vec::new();
        let repeats = run.iter().any(|atom| atom.slots.repeats());
        for (at, atom) in run.iter().enumerate().rev() {
            let before = at.checked_sub(1).and_then(|before| run.get(before));
            let alone = atom.slots.is_bound() && !repeats;
            let night = taken.last().is_some_and(|next| self.is_night_hour(atom, next));
            if alone || !(night || self.holds_at_end(atom, before.copied(), !taken.is_empty())) {
                if taken.is_empty() {
                    continue;
                }
                break;
            }
            match &mut phrase {
                None => phrase = Some(Phrase::new(self.text, self.tokens, atom)),
                Some(phrase) => match self.joined(phrase, atom) {
                    Some(joined) => *phrase = joined,
                    None => break,
                },
            }
            taken.push(atom);
        }
        taken.reverse();
        self.ranked(&taken)
    }

    /// `call mom 10, tonight`: without the comma it may count something.
    fn is_night_hour(&self, atom: &Atom, next: &Atom) -> bool {
        let tonight = next.slots.day == Some(Day::Relative(0)) && next.slots.part.is_some();
        let bare = atom.grip == Grip::Bare && atom.slots.has_clock_only();
        bare && tonight && next.slots.clock.is_none() && self.reader.mark(atom.to, ',')
    }

    /// The phrase with one more expression before it, if they agree.
    fn joined(&self, phrase: &Phrase<'t>, atom: &Atom) -> Option<Phrase<'t>> {
        let mut joined = phrase.clone();
        joined.join(atom).ok()?;
        let agree = match resolve(&joined, self.sender) {
            Err(Misread::Contradiction { .. }) => false,
            Err(Misread::Impossible { .. }) => phrase.slots.impossible,
            _ => true,
        };
        agree.then_some(joined)
    }

    /// Whether an expression after the head can be (part of) a time.
    fn holds_at_end(&self, atom: &Atom, before: Option<&Atom>, more: bool) -> bool {
        let closes = more || self.reader.closes(atom.to);
        match atom.grip {
            Grip::Firm => true,
            Grip::Loose => closes,
            Grip::Weak if atom.slots.repeats() => more,
            Grip::Weak => {
                let beside = before.is_some_and(|before| supports(before, atom));
                let day_before = beside && before.is_some_and(has_day);
                if atom.slots.clock.is_some() {
                    // `tomorrow 1730`, but not `rent 1000 tomorrow`
                    closes && day_before && !more
                } else if atom.slots.part.is_some() {
                    // `friday night at 9`, but not `say good night at 9`
                    closes && day_before
                } else {
                    // `sat 14th`, but not `won 3-2`, `bake 5 minutes` or `call June`
                    let ordinal = matches!(atom.slots.day, Some(Day::OfMonth { .. }));
                    let day = atom.slots.weekday.is_some() || ordinal;
                    let ends = ordinal && self.ends_request(atom);
                    (day || atom.slots.series.is_some()) && (more || (closes && beside) || ends)
                }
            }
            Grip::Bare => closes && before.is_some_and(|b| b.grip >= Grip::Loose && has_day(b)),
        }
    }

    /// `remind me to call mom the 15th`: what ends a request is likely its day. After a word that
    /// leads something else it is not: `reply to the 15th`.
    fn ends_request(&self, atom: &Atom) -> bool {
        let before = atom.from.saturating_sub(1);
        let free = self.tokens.get(before).is_some_and(|token| {
            token.kind == Kind::Word
                && !token.senses.contains(Sense::Joint)
                && !token.senses.contains(Sense::Determiner)
        });
        // `the 2` is anything, `the 2nd` a day.
        let last = atom.to.checked_sub(1).and_then(|last| self.tokens.get(last));
        let number = last.is_some_and(|last| matches!(last.kind, Kind::Number(_)));
        self.asked && atom.from > self.start + 1 && atom.to >= self.end && free && !number
    }

    /// The candidate of these expressions, unless they belong to a noun: `the 5pm meeting`,
    /// `tickets for friday`.
    fn ranked(&self, atoms: &[&Atom]) -> Option<Candidate<'t>> {
        let (first, rest) = atoms.split_first()?;
        let before = first.from.checked_sub(1).filter(|before| *before >= self.start);
        let is = |sense| before.is_some_and(|before| self.reader.has(before, sense));
        if is(Sense::Determiner) && !first.led && !first.the {
            return self.ranked(rest);
        }
        let bound = [Sense::For, Sense::From, Sense::Of, Sense::Bound];
        // `rue du 4 septembre`
        let dated = matches!(
            first.slots.day,
            Some(Day::Date(_) | Day::Yearless { .. } | Day::OfMonth { .. } | Day::Month { .. })
        );
        if bound.into_iter().any(is) && !first.led || first.linked && dated {
            return None;
        }
        let last = atoms.last()?;
        if atoms.iter().all(|atom| atom.slots.is_bound()) {
            return None;
        }
        // `10 minutes before` whatever it is, which is not said.
        if atoms.iter().all(|atom| atom.slots.ahead.is_some()) {
            return None;
        }
        let rank = self.rank(first, last.to)?;
        // `remind me about friday`: that is the matter, and no time is left.
        let only = before.is_some_and(|before| before == self.start) && is(Sense::About);
        if only && rank == Rank::End && first.slots.clock.is_none() {
            return None;
        }
        let mut phrase = Phrase::new(self.text, self.tokens, first);
        for atom in rest {
            phrase.join(atom).ok()?;
        }
        Some(Candidate { phrase, from: first.from, to: last.to, rank })
    }

    fn rank(&self, first: &Atom, to: usize) -> Option<Rank> {
        if to >= self.end {
            return Some(Rank::End);
        }
        if self.reader.closes(to) {
            return Some(Rank::Phrase);
        }
        // `friday prayers` and `5pm meeting` are nouns, `call mom tomorrow quickly` is a time.
        let day = matches!(first.slots.day, Some(Day::Relative(_) | Day::Date(_)));
        (first.led || day).then_some(Rank::Inside)
    }

    /// Nothing but marks that separate stands between two expressions.
    fn adjacent(&self, to: usize, from: usize) -> bool {
        from <= to + 2
            && self.tokens.get(to..from).is_some_and(|between| {
                between.iter().all(|token| {
                    quotes(token)
                        || matches!(
                            token.kind,
                            Kind::Mark(
                                ',' | ';' | '.' | '-' | '\u{2013}' | '\u{2014}' | '(' | ')' | ':'
                            )
                        )
                })
            })
    }

    /// The token after all times that stand together from `at` on, whether they agree or not.
    fn end_of_times(&self, at: usize) -> usize {
        let mut to = at;
        for atom in self.atoms.iter().filter(|atom| atom.from >= at) {
            let joined = self.reader.has(to, Sense::And) || self.reader.has(to, Sense::Or);
            if !self.adjacent(to + usize::from(joined), atom.from) {
                break;
            }
            to = atom.to;
        }
        to
    }

    /// The word that leads the matter, if one stands at `at`, and the token after it.
    fn connector(&self, at: usize) -> (usize, Option<Sense>) {
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
    fn before_thanks(&self) -> usize {
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
    fn matter(&self, chosen: &Chosen<'_>) -> String {
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
    fn text_end(&self) -> usize {
        let thanks = (self.end..self.tokens.len()).any(|at| self.reader.has(at, Sense::Thanks));
        if thanks { self.end } else { self.tokens.len() }
    }

    /// The text of tokens, without separators at its ends; the last token brings what was not read.
    fn words(&self, from: usize, to: usize) -> String {
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
struct Asking {
    /// The first token after them.
    end: usize,
    asked: bool,
    /// How often, where they say it.
    habit: Option<Atom>,
}

fn after_asking(text: &str, reader: &Reader<'_>, tokens: &[Token], from: usize) -> Asking {
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
        if !reader.has(at, Sense::Reminder) {
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

/// A weak expression stands beside a stronger one; of two weak ones, one must be a weekday (`sat
/// 14th`).
fn supports(beside: &Atom, weak: &Atom) -> bool {
    let weekday = beside.slots.weekday.is_some() != weak.slots.weekday.is_some();
    beside.grip >= Grip::Loose || (beside.grip == Grip::Weak && weekday)
}

fn has_day(atom: &Atom) -> bool {
    atom.slots.day.is_some() || atom.slots.weekday.is_some()
}

fn has_any_day(phrase: &Phrase<'_>) -> bool {
    phrase.slots.day.is_some() || phrase.slots.weekday.is_some()
}

/// What a weak expression mostly is after the words of asking: `remind me wed take pills`, `9.30`,
/// `5a`.
fn is_likely(atom: &Atom) -> bool {
    let clock = atom.slots.clock.is_some() && (2..=3).contains(&(atom.to - atom.from));
    let habit = atom.slots.repeats() && atom.slots.part.is_some();
    clock || habit || atom.slots.weekday.is_some()
}

/// Whether a weak expression goes on with what stands before it: `tomorrow evening buy milk`, `sat
/// 14th buy milk`, `5pm mon buy milk`, `21/06/2027 1730 buy milk`.
fn goes_on(before: &Phrase<'_>, atom: &Atom) -> bool {
    let ordinal = matches!(atom.slots.day, Some(Day::OfMonth { .. }));
    let day = atom.slots.weekday.is_some() || ordinal;
    let beside = before.slots.clock.is_some() || before.slots.weekday.is_some();
    let dated = matches!(before.slots.day, Some(Day::Date(_) | Day::Yearless { .. }));
    // `3 days before christmas shop`
    let event =
        before.slots.ahead.is_some() && matches!(atom.slots.day, Some(Day::Yearless { .. }));
    event
        || (day && beside)
        || (atom.slots.part.is_some() && has_any_day(before))
        || (atom.slots.clock.is_some() && dated)
}

/// `June` may be a friend: `call June at 5`.
fn is_lone_month(atom: &Atom) -> bool {
    atom.grip == Grip::Weak && matches!(atom.slots.day, Some(Day::Month { .. }))
}

/// Marks that separate phrases and belong to neither side.
fn is_separator(token: &Token) -> bool {
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
fn quotes(token: &Token) -> bool {
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
