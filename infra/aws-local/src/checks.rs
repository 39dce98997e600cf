//! What AWS says of a request whose members break the constraints of the service's model.

use std::ops::RangeInclusive;

/// How much of an offending value a message repeats; some values are 6,000 characters long.
const VALUE_SHOWN: usize = 120;

/// Collects what is wrong with the members of one request; AWS reports all of it at once.
#[derive(Debug, Default)]
pub(crate) struct Checks {
    broken: Vec<Broken>,
}

/// One member that breaks a constraint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Broken {
    /// The member's name, with dots down into structures.
    pub name: String,
    /// Which constraint it breaks, and with what value.
    pub message: String,
    /// Whether it breaks it by being absent.
    pub missing: bool,
}

impl Checks {
    /// The member must be there.
    pub fn required<T>(&mut self, name: &str, value: Option<&T>) {
        if value.is_none() {
            let message = format!(
                "Value null at '{name}' failed to satisfy constraint: Member must not be null"
            );
            self.broken.push(Broken { name: name.into(), message, missing: true });
        }
    }

    /// The member has a length, in characters, within bounds.
    pub fn length(&mut self, name: &str, value: &str, bounds: RangeInclusive<usize>) {
        let length = value.chars().count();
        if length < *bounds.start() {
            let least = bounds.start();
            self.add(name, value, format!("have length greater than or equal to {least}"));
        } else if length > *bounds.end() {
            let most = bounds.end();
            self.add(name, value, format!("have length less than or equal to {most}"));
        }
    }

    /// The member matches a pattern of the model, which `matches` has found out.
    pub fn pattern(&mut self, name: &str, value: &str, matches: bool, pattern: &str) {
        if !matches {
            self.add(name, value, format!("satisfy regular expression pattern: {pattern}"));
        }
    }

    /// The member is a number within bounds.
    pub fn range(&mut self, name: &str, value: i64, bounds: RangeInclusive<i64>) {
        if value < *bounds.start() {
            let least = bounds.start();
            self.add(
                name,
                &value.to_string(),
                format!("have value greater than or equal to {least}"),
            );
        } else if value > *bounds.end() {
            let most = bounds.end();
            self.add(name, &value.to_string(), format!("have value less than or equal to {most}"));
        }
    }

    /// The member is one of the values of an enumeration.
    pub fn one_of(&mut self, name: &str, value: &str, values: &[&str]) {
        if !values.contains(&value) {
            self.add(name, value, format!("satisfy enum value set: [{}]", values.join(", ")));
        }
    }

    /// Nothing wrong, or everything that is.
    pub fn finish(self) -> Result<(), Vec<Broken>> {
        if self.broken.is_empty() { Ok(()) } else { Err(self.broken) }
    }

    fn add(&mut self, name: &str, value: &str, must: String) {
        let mut shown: String = value.chars().take(VALUE_SHOWN).collect();
        if shown.len() < value.len() {
            shown.push('…');
        }
        let message =
            format!("Value '{shown}' at '{name}' failed to satisfy constraint: Member must {must}");
        self.broken.push(Broken { name: name.into(), message, missing: false });
    }
}

/// The one sentence that AWS makes of everything that is wrong.
pub(crate) fn sentence(broken: &[Broken]) -> String {
    let errors = if broken.len() == 1 { "error" } else { "errors" };
    let messages: Vec<&str> = broken.iter().map(|broken| broken.message.as_str()).collect();
    format!("{} validation {errors} detected: {}", broken.len(), messages.join("; "))
}

/// Whether the text is not empty and all its characters are ASCII letters, digits, or in `others`.
pub(crate) fn is_of(text: &str, others: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || others.contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_is_wrong_is_said_at_once() {
        let mut checks = Checks::default();
        checks.length("name", "abc", 1..=2);
        checks.range("age", 90_000, 60..=86_400);
        checks.one_of("state", "ON", &["ENABLED", "DISABLED"]);
        checks.required::<String>("target", None);
        checks.length("fine", "ab", 1..=2);
        let broken = checks.finish().expect_err("four are broken");
        assert_eq!(
            sentence(&broken),
            "4 validation errors detected: \
             Value 'abc' at 'name' failed to satisfy constraint: Member must have length less than \
             or equal to 2; \
             Value '90000' at 'age' failed to satisfy constraint: Member must have value less than \
             or equal to 86400; \
             Value 'ON' at 'state' failed to satisfy constraint: Member must satisfy enum value \
             set: [ENABLED, DISABLED]; \
             Value null at 'target' failed to satisfy constraint: Member must not be null"
        );
    }
}
