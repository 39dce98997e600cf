//! Expressions of DynamoDB: conditions (of keys, filters and writes) and updates, as far as the product uses them.
//!
//! What is not known here is refused in words, so that it is noticed at once. Attributes are named at the top of an
//! item only: no paths.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::call::{Attribute, Call, Item};

/// What a condition says.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Condition<'a> {
    Compare(Operand<'a>, Comparison, Operand<'a>),
    BeginsWith(&'a str, Operand<'a>),
    Exists(&'a str),
    Not(Box<Self>),
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// What is compared, set or added: an attribute or a value that came with the request.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Operand<'a> {
    Attribute(&'a str),
    Value(&'a Attribute),
}

/// One change of an item.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Change<'a> {
    Set(&'a str, Operand<'a>),
    Add(&'a str, &'a Attribute),
    Remove(&'a str),
}

/// Names and values that come with a request.
#[derive(Clone, Copy)]
struct Given<'a> {
    names: &'a BTreeMap<String, String>,
    values: &'a Item,
}

impl<'a> Given<'a> {
    fn of(call: &'a Call) -> Self {
        Self { names: &call.expression_attribute_names, values: &call.expression_attribute_values }
    }

    fn name(self, token: &'a str) -> Result<&'a str, String> {
        if !token.starts_with('#') {
            return Ok(token);
        }
        let name = self.names.get(token).map(String::as_str);
        name.ok_or_else(|| format!("the name {token} is not given"))
    }

    fn operand(self, token: &'a str) -> Result<Operand<'a>, String> {
        if !token.starts_with(':') {
            return self.name(token).map(Operand::Attribute);
        }
        let value = self.values.get(token).map(Operand::Value);
        value.ok_or_else(|| format!("the value {token} is not given"))
    }

    fn value(self, token: &'a str) -> Result<&'a Attribute, String> {
        match self.operand(token)? {
            Operand::Value(value) => Ok(value),
            Operand::Attribute(_) => Err(format!("{token} is no value")),
        }
    }
}

/// Reads a condition of a request.
pub(super) fn condition<'a>(call: &'a Call, text: &'a str) -> Result<Condition<'a>, String> {
    let mut reader = Reader { tokens: tokens(text)?, at: 0, given: Given::of(call) };
    let condition = reader.any()?;
    reader.end()?;
    Ok(condition)
}

/// Reads the changes that a request's `UpdateExpression` tells.
pub(super) fn changes(call: &Call) -> Result<Vec<Change<'_>>, String> {
    let text = call.update_expression.as_deref().unwrap_or_default();
    let mut reader = Reader { tokens: tokens(text)?, at: 0, given: Given::of(call) };
    let mut changes = Vec::new();
    while let Some(clause) = reader.next() {
        loop {
            changes.push(reader.change(clause)?);
            if !reader.take(",") {
                break;
            }
        }
    }
    Ok(changes)
}

/// Reads the names of the attributes that are wanted; all are, if the request names none.
pub(super) fn names(call: &Call) -> Result<Option<Vec<&str>>, String> {
    let Some(text) = call.projection_expression.as_deref() else { return Ok(None) };
    let mut reader = Reader { tokens: tokens(text)?, at: 0, given: Given::of(call) };
    let mut names = Vec::new();
    loop {
        let token = reader.word()?;
        names.push(reader.given.name(token)?);
        if !reader.take(",") {
            reader.end()?;
            return Ok(Some(names));
        }
    }
}

/// Names, values, words and signs, in order.
fn tokens(text: &str) -> Result<Vec<&str>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '#' | ':');
        let length = match first {
            _ if is_word(first) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            '<' | '>' if rest[1..].starts_with(['=', '>']) => 2,
            '(' | ')' | ',' | '=' | '<' | '>' => 1,
            _ => return Err(format!("{first:?} is not known in {text:?}")),
        };
        tokens.push(&rest[..length]);
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

struct Reader<'a> {
    tokens: Vec<&'a str>,
    at: usize,
    given: Given<'a>,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Option<&'a str> {
        let token = self.tokens.get(self.at).copied();
        self.at += 1;
        token
    }

    fn word(&mut self) -> Result<&'a str, String> {
        self.next().ok_or_else(|| "the expression ends too early".to_owned())
    }

    /// Whether this comes next, in any case; if so, it is taken.
    fn take(&mut self, token: &str) -> bool {
        let is_next = self.tokens.get(self.at).is_some_and(|it| it.eq_ignore_ascii_case(token));
        self.at += usize::from(is_next);
        is_next
    }

    fn need(&mut self, token: &str) -> Result<(), String> {
        if self.take(token) {
            return Ok(());
        }
        Err(format!("{token:?} is missing before {:?}", self.tokens.get(self.at)))
    }

    fn end(&self) -> Result<(), String> {
        match self.tokens.get(self.at) {
            None => Ok(()),
            Some(token) => Err(format!("{token:?} is not known here")),
        }
    }

    fn any(&mut self) -> Result<Condition<'a>, String> {
        let mut condition = self.all()?;
        while self.take("OR") {
            condition = Condition::Or(Box::new(condition), Box::new(self.all()?));
        }
        Ok(condition)
    }

    fn all(&mut self) -> Result<Condition<'a>, String> {
        let mut condition = self.one()?;
        while self.take("AND") {
            condition = Condition::And(Box::new(condition), Box::new(self.one()?));
        }
        Ok(condition)
    }

    fn one(&mut self) -> Result<Condition<'a>, String> {
        if self.take("NOT") {
            return Ok(Condition::Not(Box::new(self.one()?)));
        }
        if self.take("(") {
            let condition = self.any()?;
            self.need(")")?;
            return Ok(condition);
        }
        let token = self.word()?;
        if self.take("(") {
            let condition = self.function(token)?;
            self.need(")")?;
            return Ok(condition);
        }
        let left = self.given.operand(token)?;
        let sign = self.word()?;
        let comparison = match sign {
            "=" => Comparison::Equal,
            "<>" => Comparison::NotEqual,
            "<" => Comparison::Less,
            "<=" => Comparison::LessOrEqual,
            ">" => Comparison::Greater,
            ">=" => Comparison::GreaterOrEqual,
            _ => return Err(format!("{sign:?} compares nothing that is known here")),
        };
        let right = self.word()?;
        Ok(Condition::Compare(left, comparison, self.given.operand(right)?))
    }

    fn function(&mut self, name: &str) -> Result<Condition<'a>, String> {
        let attribute = self.word()?;
        let attribute = self.given.name(attribute)?;
        match name {
            "attribute_exists" => Ok(Condition::Exists(attribute)),
            "attribute_not_exists" => Ok(Condition::Not(Box::new(Condition::Exists(attribute)))),
            "begins_with" => {
                self.need(",")?;
                let prefix = self.word()?;
                Ok(Condition::BeginsWith(attribute, self.given.operand(prefix)?))
            }
            _ => Err(format!("the function {name} is not known here")),
        }
    }

    fn change(&mut self, clause: &str) -> Result<Change<'a>, String> {
        let token = self.word()?;
        let name = self.given.name(token)?;
        match clause {
            "SET" => {
                self.need("=")?;
                let value = self.word()?;
                Ok(Change::Set(name, self.given.operand(value)?))
            }
            "ADD" => {
                let value = self.word()?;
                Ok(Change::Add(name, self.given.value(value)?))
            }
            "REMOVE" => Ok(Change::Remove(name)),
            _ => Err(format!("{clause:?} changes nothing that is known here")),
        }
    }
}

impl<'a> Operand<'a> {
    fn of(self, item: &'a Item) -> Option<&'a Attribute> {
        match self {
            Self::Attribute(name) => item.get(name),
            Self::Value(value) => Some(value),
        }
    }
}

impl Condition<'_> {
    /// Whether it holds for an item; one that is not there has no attributes.
    pub(super) fn holds(&self, item: &Item) -> bool {
        match self {
            Self::Compare(left, comparison, right) => {
                match (left.of(item), right.of(item)) {
                    (Some(left), Some(right)) => comparison.holds(left, right),
                    // What is not there differs from everything, and is neither less nor more.
                    _ => *comparison == Comparison::NotEqual,
                }
            }
            Self::BeginsWith(name, prefix) => {
                let value = item.get(*name).and_then(Attribute::text);
                let prefix = prefix.of(item).and_then(Attribute::text);
                value.zip(prefix).is_some_and(|(value, prefix)| value.starts_with(prefix))
            }
            Self::Exists(name) => item.contains_key(*name),
            Self::Not(condition) => !condition.holds(item),
            Self::And(left, right) => left.holds(item) && right.holds(item),
            Self::Or(left, right) => left.holds(item) || right.holds(item),
        }
    }

    /// The text that the attribute of this name has to equal.
    pub(super) fn equals(&self, name: &str) -> Option<&str> {
        match self {
            Self::Compare(Operand::Attribute(attribute), Comparison::Equal, right) => {
                let Operand::Value(value) = right else { return None };
                value.text().filter(|_| *attribute == name)
            }
            Self::And(left, right) => left.equals(name).or_else(|| right.equals(name)),
            _ => None,
        }
    }
}

impl Comparison {
    fn holds(self, left: &Attribute, right: &Attribute) -> bool {
        let ordering = order(left, right);
        match self {
            Self::Equal => ordering.map_or(left == right, Ordering::is_eq),
            Self::NotEqual => ordering.map_or(left != right, Ordering::is_ne),
            Self::Less => ordering.is_some_and(Ordering::is_lt),
            Self::LessOrEqual => ordering.is_some_and(Ordering::is_le),
            Self::Greater => ordering.is_some_and(Ordering::is_gt),
            Self::GreaterOrEqual => ordering.is_some_and(Ordering::is_ge),
        }
    }
}

/// How two texts or two numbers stand to each other.
fn order(left: &Attribute, right: &Attribute) -> Option<Ordering> {
    match (left, right) {
        (Attribute::S(left), Attribute::S(right)) => Some(left.cmp(right)),
        _ => Some(left.number()?.cmp(&right.number()?)),
    }
}

/// Changes an item; returns the names of what was set or added.
pub(super) fn change(item: &mut Item, changes: &[Change<'_>]) -> Result<Vec<String>, String> {
    let before = item.clone();
    let mut names = Vec::new();
    for change in changes {
        let (name, value) = match *change {
            Change::Remove(name) => {
                item.remove(name);
                continue;
            }
            Change::Set(name, operand) => {
                let value = operand.of(&before).cloned();
                (name, value.ok_or_else(|| format!("there is nothing to set {name} to"))?)
            }
            Change::Add(name, value) => {
                let old = before.get(name).map_or(Some(0), Attribute::number);
                match (old, value.number()) {
                    (Some(old), Some(more)) => (name, Attribute::N((old + more).to_string())),
                    _ => return Err(format!("{name} and {value:?} are not both whole numbers")),
                }
            }
        };
        item.insert(name.to_owned(), value);
        names.push(name.to_owned());
    }
    Ok(names)
}
