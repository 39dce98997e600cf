//! Expressions of DynamoDB: conditions (of keys, filters and writes) and updates, as far as the product uses them.
//!
//! What is not known here is refused in words, so that it is noticed at once. Attributes are named at the top of an
//! item only: no paths.

use std::cmp::Ordering;

use serde_json::{Map, Value, json};

/// The attributes of an item, each with its type: `{"S": "tea"}`.
pub(super) type Attributes = Map<String, Value>;

/// What a condition says.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Condition {
    Compare(Operand, Comparison, Operand),
    BeginsWith(String, Operand),
    Exists(String),
    Not(Box<Condition>),
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
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
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Operand {
    Attribute(String),
    Value(Value),
}

/// One change of an item.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Change {
    Set(String, Operand),
    Add(String, Value),
    Remove(String),
}

/// Where names and values of a request stand.
#[derive(Clone, Copy)]
pub(super) struct Given<'a> {
    names: &'a Value,
    values: &'a Value,
}

impl<'a> Given<'a> {
    pub(super) fn of(request: &'a Value) -> Self {
        Self {
            names: &request["ExpressionAttributeNames"],
            values: &request["ExpressionAttributeValues"],
        }
    }

    fn name(self, token: &str) -> Result<String, String> {
        if !token.starts_with('#') {
            return Ok(token.to_owned());
        }
        let name = self.names[token].as_str().map(str::to_owned);
        name.ok_or_else(|| format!("the name {token} is not given"))
    }

    fn operand(self, token: &str) -> Result<Operand, String> {
        if !token.starts_with(':') {
            return self.name(token).map(Operand::Attribute);
        }
        match &self.values[token] {
            Value::Null => Err(format!("the value {token} is not given")),
            value => Ok(Operand::Value(value.clone())),
        }
    }

    fn value(self, token: &str) -> Result<Value, String> {
        match self.operand(token)? {
            Operand::Value(value) => Ok(value),
            Operand::Attribute(_) => Err(format!("{token} is no value")),
        }
    }
}

/// Reads the condition that the request has under `member`, if it has one.
pub(super) fn condition(request: &Value, member: &str) -> Result<Option<Condition>, String> {
    let Some(text) = request[member].as_str() else { return Ok(None) };
    let mut reader = Reader { tokens: tokens(text)?, at: 0, given: Given::of(request) };
    let condition = reader.any()?;
    reader.end()?;
    Ok(Some(condition))
}

/// Reads the changes that the request's `UpdateExpression` tells.
pub(super) fn changes(request: &Value) -> Result<Vec<Change>, String> {
    let text = request["UpdateExpression"].as_str().unwrap_or_default();
    let mut reader = Reader { tokens: tokens(text)?, at: 0, given: Given::of(request) };
    let mut changes = Vec::new();
    while let Some(clause) = reader.next() {
        loop {
            changes.push(reader.change(&clause)?);
            if !reader.take(",") {
                break;
            }
        }
    }
    Ok(changes)
}

/// Names, values, words and signs, in order.
fn tokens(text: &str) -> Result<Vec<String>, String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '#' | ':');
        let length = match first {
            _ if is_word(first) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            '<' | '>' if rest[1..].starts_with(['=', '>']) => 2,
            '(' | ')' | ',' | '=' | '<' | '>' => 1,
            _ => return Err(format!("{first:?} is not known in {text:?}")),
        };
        tokens.push(rest[..length].to_owned());
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

struct Reader<'a> {
    tokens: Vec<String>,
    at: usize,
    given: Given<'a>,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<String> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn word(&mut self) -> Result<String, String> {
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

    fn any(&mut self) -> Result<Condition, String> {
        let mut condition = self.all()?;
        while self.take("OR") {
            condition = Condition::Or(Box::new(condition), Box::new(self.all()?));
        }
        Ok(condition)
    }

    fn all(&mut self) -> Result<Condition, String> {
        let mut condition = self.one()?;
        while self.take("AND") {
            condition = Condition::And(Box::new(condition), Box::new(self.one()?));
        }
        Ok(condition)
    }

    fn one(&mut self) -> Result<Condition, String> {
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
            let condition = self.function(&token)?;
            self.need(")")?;
            return Ok(condition);
        }
        let left = self.given.operand(&token)?;
        let sign = self.word()?;
        let comparison = match sign.as_str() {
            "=" => Comparison::Equal,
            "<>" => Comparison::NotEqual,
            "<" => Comparison::Less,
            "<=" => Comparison::LessOrEqual,
            ">" => Comparison::Greater,
            ">=" => Comparison::GreaterOrEqual,
            _ => return Err(format!("{sign:?} compares nothing that is known here")),
        };
        let right = self.word()?;
        Ok(Condition::Compare(left, comparison, self.given.operand(&right)?))
    }

    fn function(&mut self, name: &str) -> Result<Condition, String> {
        let attribute = self.word()?;
        let attribute = self.given.name(&attribute)?;
        match name {
            "attribute_exists" => Ok(Condition::Exists(attribute)),
            "attribute_not_exists" => Ok(Condition::Not(Box::new(Condition::Exists(attribute)))),
            "begins_with" => {
                self.need(",")?;
                let prefix = self.word()?;
                Ok(Condition::BeginsWith(attribute, self.given.operand(&prefix)?))
            }
            _ => Err(format!("the function {name} is not known here")),
        }
    }

    fn change(&mut self, clause: &str) -> Result<Change, String> {
        let token = self.word()?;
        let name = self.given.name(&token)?;
        match clause {
            "SET" => {
                self.need("=")?;
                let value = self.word()?;
                Ok(Change::Set(name, self.given.operand(&value)?))
            }
            "ADD" => {
                let value = self.word()?;
                Ok(Change::Add(name, self.given.value(&value)?))
            }
            "REMOVE" => Ok(Change::Remove(name)),
            _ => Err(format!("{clause:?} changes nothing that is known here")),
        }
    }
}

impl Operand {
    fn of<'a>(&'a self, item: &'a Attributes) -> Option<&'a Value> {
        match self {
            Self::Attribute(name) => item.get(name),
            Self::Value(value) => Some(value),
        }
    }
}

impl Condition {
    /// Whether it holds for an item; one that is not there has no attributes.
    pub(super) fn holds(&self, item: &Attributes) -> bool {
        match self {
            Self::Compare(left, comparison, right) => {
                match (left.of(item), right.of(item)) {
                    (Some(left), Some(right)) => comparison.holds(left, right),
                    // What is not there differs from everything, and is neither less nor more.
                    _ => *comparison == Comparison::NotEqual,
                }
            }
            Self::BeginsWith(name, prefix) => {
                let (value, prefix) =
                    (item.get(name).and_then(text), prefix.of(item).and_then(text));
                value.zip(prefix).is_some_and(|(value, prefix)| value.starts_with(prefix))
            }
            Self::Exists(name) => item.contains_key(name),
            Self::Not(condition) => !condition.holds(item),
            Self::And(left, right) => left.holds(item) && right.holds(item),
            Self::Or(left, right) => left.holds(item) || right.holds(item),
        }
    }

    /// The text that the attribute of this name has to equal.
    pub(super) fn equals<'a>(&'a self, name: &str) -> Option<&'a str> {
        match self {
            Self::Compare(Operand::Attribute(attribute), Comparison::Equal, right) => {
                let Operand::Value(value) = right else { return None };
                value.get("S")?.as_str().filter(|_| attribute == name)
            }
            Self::And(left, right) => left.equals(name).or_else(|| right.equals(name)),
            _ => None,
        }
    }
}

impl Comparison {
    fn holds(self, left: &Value, right: &Value) -> bool {
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

fn text(value: &Value) -> Option<&str> {
    value.get("S")?.as_str()
}

/// How two texts or two numbers stand to each other.
fn order(left: &Value, right: &Value) -> Option<Ordering> {
    if let (Some(left), Some(right)) = (left.get("S"), right.get("S")) {
        return Some(left.as_str()?.cmp(right.as_str()?));
    }
    Some(number(left)?.cmp(&number(right)?))
}

/// A number that is whole: the product has no other.
pub(super) fn number(value: &Value) -> Option<i128> {
    value.get("N")?.as_str()?.parse().ok()
}

/// Changes an item; returns the names of what was set or added.
pub(super) fn change(item: &mut Attributes, changes: &[Change]) -> Result<Vec<String>, String> {
    let before = item.clone();
    let mut names = Vec::new();
    for change in changes {
        let (name, value) = match change {
            Change::Remove(name) => {
                item.remove(name);
                continue;
            }
            Change::Set(name, operand) => {
                let value = operand.of(&before).cloned();
                (name, value.ok_or_else(|| format!("there is nothing to set {name} to"))?)
            }
            Change::Add(name, value) => {
                let old = before.get(name).map_or(Some(0), number);
                match (old, number(value)) {
                    (Some(old), Some(more)) => (name, json!({"N": (old + more).to_string()})),
                    _ => return Err(format!("{name} and {value} are not both whole numbers")),
                }
            }
        };
        item.insert(name.clone(), value);
        names.push(name.clone());
    }
    Ok(names)
}
