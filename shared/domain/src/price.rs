//! The price book: which countries are served, and what an SMS and an answered call cost there,
//! when.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use when::Region;

use crate::money::{Currency, Micros};
use crate::phone;

/// The book that is deployed.
const EMBEDDED: &str = include_str!("../../../infra/prices.toml");

/// The book of the local stack.
const LOCAL: &str = include_str!("../../../infra/prices.local.toml");

/// In place of a country: every country that has no rule of its own.
const EVERYWHERE: &str = "*";

/// Characters of a book's version: it stands in every ledger entry.
const VERSION_CHARS_MAX: usize = 40;

/// All rules of all countries. The allow-list too: a country without a price is not served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceBook {
    version: String,
    /// By country or [`EVERYWHERE`]; in the order of their beginning, each before the next one's.
    rules: BTreeMap<String, Vec<Rule>>,
}

/// What somebody is charged for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// An SMS that was acted on, or answered with something asked for.
    Sms,
    /// A reminder that was answered, however often it rang.
    AnsweredCall,
}

/// What one thing costs, and by which rule: everything that a ledger entry says about its price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Price {
    /// What the user is charged.
    pub amount: Micros,
    /// The currency of `amount`.
    pub currency: Currency,
    /// The version of the book.
    pub version: String,
    /// The rule, such as `IN/2026-01-01/sms`.
    pub rule: String,
    /// The most that the carrier may ask of us for one SMS to that country, in US dollars;
    /// [`Micros::max_price`] can write it.
    pub max_sms: Micros,
    /// The most that the carrier may ask of us for a minute of a call, in US dollars;
    /// [`Micros::max_price`] can write it.
    pub max_call_per_minute: Micros,
}

/// What bounds the sum of a user's month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Over it nothing rings and nothing is charged.
    pub monthly_cap: Micros,
    /// So much is free each month.
    pub monthly_allowance: Micros,
    /// The currency of both.
    pub currency: Currency,
}

/// The prices of a country from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    from: NaiveDate,
    until: Option<NaiveDate>,
    sms: Micros,
    answered_call: Micros,
    max_sms: Micros,
    max_call_per_minute: Micros,
    limits: Limits,
}

impl PriceBook {
    /// The book that is deployed, `infra/prices.toml`.
    #[must_use]
    pub fn embedded() -> Self {
        Self::parse(EMBEDDED).expect("a test reads the embedded book")
    }

    /// The book of the local stack, `infra/prices.local.toml`: serves every country.
    #[must_use]
    pub fn local() -> Self {
        Self::parse(LOCAL).expect("a test reads the local book")
    }

    /// Reads a book; `infra/prices.toml` says what its fields mean.
    ///
    /// # Errors
    /// [`PriceBookError`] for what is not TOML of that form, and for prices that contradict each
    /// other: see its variants. A book is taken whole or not at all.
    pub fn parse(text: &str) -> Result<Self, PriceBookError> {
        let written: Written = toml::from_str(text)?;
        if !is_version(&written.version) {
            return Err(PriceBookError::Version { version: first_chars(&written.version) });
        }
        let mut rules: BTreeMap<String, Vec<Rule>> = BTreeMap::new();
        for rule in &written.rule {
            if rule.countries.is_empty() {
                return Err(PriceBookError::NoCountry { from: rule.from });
            }
            for country in &rule.countries {
                check_country(country)?;
                rules.entry(country.clone()).or_default().push(rule.read(country, &written)?);
            }
        }
        if rules.is_empty() {
            return Err(PriceBookError::Empty);
        }
        for (country, rules) in &mut rules {
            rules.sort_by_key(|rule| rule.from);
            check_order(country, rules)?;
        }
        Ok(Self { version: written.version, rules })
    }

    /// The version of the book, as its ledger entries name it.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// What a thing that happened `at` costs somebody with a number of `country`.
    ///
    /// `None` where the country is not served at that time. A rule holds from midnight UTC; a
    /// country with rules of its own never falls back to those for everywhere.
    #[must_use]
    pub fn price(&self, country: Region, kind: Kind, at: DateTime<Utc>) -> Option<Price> {
        let (of, rule) = self.rule(country, at)?;
        let amount = match kind {
            Kind::Sms => rule.sms,
            Kind::AnsweredCall => rule.answered_call,
        };
        Some(Price {
            amount,
            currency: rule.limits.currency,
            version: self.version.clone(),
            rule: format!("{of}/{}/{kind}", rule.from),
            max_sms: rule.max_sms,
            max_call_per_minute: rule.max_call_per_minute,
        })
    }

    /// What bounds the month of a user in `country`, as it stands `at`; `None` where it is not
    /// served.
    #[must_use]
    pub fn limits(&self, country: Region, at: DateTime<Utc>) -> Option<Limits> {
        self.rule(country, at).map(|(_, rule)| rule.limits)
    }

    /// Whether texts from `country` are answered `at` that time: whether they have a price.
    #[must_use]
    pub fn serves(&self, country: Region, at: DateTime<Utc>) -> bool {
        self.rule(country, at).is_some()
    }

    /// The rule in force, and the name it goes by.
    fn rule(&self, country: Region, at: DateTime<Utc>) -> Option<(&str, &Rule)> {
        let own = self.rules.get_key_value(country.code());
        let (of, rules) = own.or_else(|| self.rules.get_key_value(EVERYWHERE))?;
        let day = at.date_naive();
        let rule = rules.iter().rev().find(|rule| rule.from <= day)?;
        rule.until.is_none_or(|until| day < until).then_some((of, rule))
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sms => "sms",
            Self::AnsweredCall => "answered_call",
        })
    }
}

/// A book as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    version: String,
    currency: Currency,
    monthly_cap: Amount,
    monthly_allowance: Amount,
    #[serde(default)]
    rule: Vec<WrittenRule>,
}

/// A rule as it is written: for many countries at once.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRule {
    countries: Vec<String>,
    from: NaiveDate,
    until: Option<NaiveDate>,
    /// Another currency than the book's; then cap and allowance are needed in it too.
    currency: Option<Currency>,
    monthly_cap: Option<Amount>,
    monthly_allowance: Option<Amount>,
    sms: Amount,
    answered_call: Amount,
    max_sms: Amount,
    max_call_per_minute: Amount,
}

/// An exact decimal in quotation marks: a TOML float would already have lost digits.
struct Amount(Micros);

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Micros::parse(&text).map(Self).map_err(D::Error::custom)
    }
}

impl WrittenRule {
    /// The rule for one of its countries, with everything that can be checked of a rule by itself.
    fn read(&self, country: &str, book: &Written) -> Result<Rule, PriceBookError> {
        let at = || (country.to_owned(), self.from);
        if self.until.is_some_and(|until| until <= self.from) {
            let (country, from) = at();
            return Err(PriceBookError::EndsBeforeItBegins { country, from });
        }
        let foreign = self.currency.is_some_and(|currency| currency != book.currency);
        if foreign && (self.monthly_cap.is_none() || self.monthly_allowance.is_none()) {
            let (country, from) = at();
            return Err(PriceBookError::ForeignLimits { country, from });
        }
        for (field, amount) in [("sms", &self.sms), ("answered_call", &self.answered_call)] {
            if amount.0 <= Micros::ZERO {
                let (country, from) = at();
                return Err(PriceBookError::NotPositive { country, from, field });
            }
        }
        for (field, amount) in
            [("max_sms", &self.max_sms), ("max_call_per_minute", &self.max_call_per_minute)]
        {
            if amount.0.max_price().is_none() {
                let (country, from) = at();
                return Err(PriceBookError::NoMaxPrice { country, from, field });
            }
        }
        let limits = Limits {
            monthly_cap: self.monthly_cap.as_ref().unwrap_or(&book.monthly_cap).0,
            monthly_allowance: self.monthly_allowance.as_ref().unwrap_or(&book.monthly_allowance).0,
            currency: self.currency.unwrap_or(book.currency),
        };
        if limits.monthly_cap < self.sms.0.max(self.answered_call.0) {
            let (country, from) = at();
            return Err(PriceBookError::CapTooLow { country, from });
        }
        Ok(Rule {
            from: self.from,
            until: self.until,
            sms: self.sms.0,
            answered_call: self.answered_call.0,
            max_sms: self.max_sms.0,
            max_call_per_minute: self.max_call_per_minute.0,
            limits,
        })
    }
}

/// A version is one word, so that it can stand in a file name and in a column.
fn is_version(version: &str) -> bool {
    (1..=VERSION_CHARS_MAX).contains(&version.len())
        && version.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
}

/// A country must be one that phone numbers can have: a misspelt one would quietly serve nobody.
fn check_country(country: &str) -> Result<(), PriceBookError> {
    let known = Region::parse(country)
        .is_some_and(|region| region.code() == country && phone::has_numbers(region));
    if known || country == EVERYWHERE {
        Ok(())
    } else {
        Err(PriceBookError::UnknownCountry { country: first_chars(country) })
    }
}

/// The rules of a country follow each other day by day.
fn check_order(country: &str, rules: &[Rule]) -> Result<(), PriceBookError> {
    for pair in rules.windows(2) {
        let [earlier, later] = pair else { continue };
        let country = country.to_owned();
        let from = later.from;
        if earlier.from == from || earlier.until.is_some_and(|until| until > from) {
            return Err(PriceBookError::Overlap { country, from });
        }
        if let Some(until) = earlier.until.filter(|until| *until < from) {
            return Err(PriceBookError::Gap { country, until, from });
        }
    }
    Ok(())
}

/// Enough of a wrong word to find it by.
fn first_chars(word: &str) -> String {
    word.chars().take(VERSION_CHARS_MAX).collect()
}

/// Why a price book is not taken.
#[derive(Debug, thiserror::Error)]
pub enum PriceBookError {
    /// Not TOML, a field is missing, unknown or wrongly typed, or an amount is not an exact
    /// decimal.
    #[error("the price book cannot be read")]
    Unreadable(#[from] toml::de::Error),
    /// The version is no word that could stand in a ledger entry.
    #[error("`{version}` is no version: 1 to 40 letters, digits, dots, dashes and underscores")]
    Version {
        /// The version, or its beginning.
        version: String,
    },
    /// A book without rules would serve nobody.
    #[error("the price book has no rule")]
    Empty,
    /// A rule that is for no country.
    #[error("the rule from {from} names no country")]
    NoCountry {
        /// Its first day.
        from: NaiveDate,
    },
    /// Not the capital letters of a country that has phone numbers.
    #[error("`{country}` is not the ISO 3166 code of a country with phone numbers")]
    UnknownCountry {
        /// The code, or its beginning.
        country: String,
    },
    /// A price of nothing: what is free belongs into the allowance.
    #[error("{country} from {from}: `{field}` must be more than nothing")]
    NotPositive {
        /// The country or `*`.
        country: String,
        /// The first day of the rule.
        from: NaiveDate,
        /// Which price.
        field: &'static str,
    },
    /// A limit that the carrier's field cannot hold.
    #[error("{country} from {from}: `{field}` must be 0.00001 to 99.99999")]
    NoMaxPrice {
        /// The country or `*`.
        country: String,
        /// The first day of the rule.
        from: NaiveDate,
        /// Which limit.
        field: &'static str,
    },
    /// A cap that not even one SMS or one call fits under.
    #[error("{country} from {from}: one SMS or call alone exceeds the monthly cap")]
    CapTooLow {
        /// The country or `*`.
        country: String,
        /// The first day of the rule.
        from: NaiveDate,
    },
    /// The book's cap and allowance mean nothing in another currency.
    #[error("{country} from {from}: another currency needs its own monthly cap and allowance")]
    ForeignLimits {
        /// The country or `*`.
        country: String,
        /// The first day of the rule.
        from: NaiveDate,
    },
    /// `until` is not after `from`.
    #[error("{country} from {from}: the rule ends before it begins")]
    EndsBeforeItBegins {
        /// The country or `*`.
        country: String,
        /// The first day of the rule.
        from: NaiveDate,
    },
    /// Two rules hold on the same day.
    #[error("{country}: two rules hold on {from}")]
    Overlap {
        /// The country or `*`.
        country: String,
        /// The first day of the later rule.
        from: NaiveDate,
    },
    /// Days without a price between two rules.
    #[error("{country}: no price from {until} to {from}")]
    Gap {
        /// The country or `*`.
        country: String,
        /// The first day without a price.
        until: NaiveDate,
        /// The next day with one.
        from: NaiveDate,
    },
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use proptest::prelude::*;

    use super::*;

    fn region(code: &str) -> Region {
        Region::parse(code).unwrap()
    }

    fn at(time: &str) -> DateTime<Utc> {
        time.parse().unwrap()
    }

    /// A book with the given rules, each `countries; from; until; sms` and otherwise ordinary.
    fn book(rules: &[&str]) -> String {
        let mut text = "version = \"t-1\"\ncurrency = \"USD\"\nmonthly_cap = \"20.00\"\n\
                        monthly_allowance = \"0\"\n"
            .to_owned();
        for rule in rules {
            let [countries, from, until, sms] =
                rule.split("; ").collect::<Vec<_>>().try_into().unwrap();
            let countries: Vec<&str> = countries.split(' ').collect();
            text += &format!("[[rule]]\ncountries = {countries:?}\nfrom = \"{from}\"\n");
            if !until.is_empty() {
                text += &format!("until = \"{until}\"\n");
            }
            text += &format!(
                "sms = \"{sms}\"\nanswered_call = \"0.04\"\nmax_sms = \"0.10\"\n\
                 max_call_per_minute = \"0.20\"\n"
            );
        }
        text
    }

    /// Asserts what an SMS costs in each of the cases `country time`; 0 where it is not served.
    fn check(rules: &[&str], cases: &[(&str, i64)]) {
        let book = PriceBook::parse(&book(rules)).unwrap();
        for (case, micros) in cases {
            let (country, time) = case.split_once(' ').unwrap();
            let price = book.price(region(country), Kind::Sms, at(time));
            assert_eq!(price.clone().map_or(0, |price| price.amount.0), *micros, "{case}");
            assert_eq!(book.serves(region(country), at(time)), price.is_some());
            assert_eq!(book.limits(region(country), at(time)).is_some(), price.is_some());
        }
    }

    /// Asserts that a book is refused with this sentence, its causes included.
    fn check_refused(text: &str, sentence: &str) {
        let error = PriceBook::parse(text).expect_err(sentence);
        let mut said = error.to_string();
        if let Some(source) = error.source() {
            said += &format!(": {source}");
        }
        assert!(said.contains(sentence), "{said}\nis not: {sentence}");
    }

    #[test]
    fn the_deployed_book_serves_its_countries_and_no_other() {
        let book = PriceBook::embedded();
        let now = at("2026-11-23T00:00:00Z");
        for country in ["US", "CA", "GB", "IN", "DE", "BR", "AU"] {
            let sms = book.price(region(country), Kind::Sms, now).unwrap();
            let call = book.price(region(country), Kind::AnsweredCall, now).unwrap();
            assert_eq!((sms.amount, call.amount), (Micros(20_000), Micros(40_000)));
            assert_eq!(sms.currency, Currency::USD);
            let limits = book.limits(region(country), now).unwrap();
            assert_eq!(limits.monthly_cap.display(limits.currency), "$20.00");
            assert_eq!(limits.monthly_allowance, Micros::ZERO);
        }
        for country in ["CU", "KP", "SO", "JM", "ZZ"] {
            assert!(!book.serves(region(country), now), "{country}");
        }
        assert!(!book.serves(region("US"), at("2025-12-31T23:59:59Z")), "not before its day");
    }

    #[test]
    fn the_local_book_serves_every_country() {
        let book = PriceBook::local();
        for country in ["US", "JM", "KP", "ZZ"] {
            let price = book.price(region(country), Kind::AnsweredCall, at("2026-11-23T00:00:00Z"));
            assert_eq!(
                price.unwrap(),
                Price {
                    amount: Micros(40_000),
                    currency: Currency::USD,
                    version: "local".to_owned(),
                    rule: "*/2000-01-01/answered_call".to_owned(),
                    max_sms: Micros(1_000_000),
                    max_call_per_minute: Micros(5_000_000),
                }
            );
        }
    }

    #[test]
    fn a_price_holds_from_midnight_utc_until_the_next() {
        check(
            &["US; 2026-03-01; ; 0.03", "US CA; 2026-01-01; ; 0.02", "CA; 2026-06-01; ; 0.05"],
            &[
                ("US 2025-12-31T23:59:59.999Z", 0),
                ("US 2026-01-01T00:00:00Z", 20_000),
                ("US 2026-02-28T23:59:59.999Z", 20_000),
                ("US 2026-03-01T00:00:00Z", 30_000),
                ("US 2099-01-01T00:00:00Z", 30_000),
                ("CA 2026-05-31T23:59:59Z", 20_000),
                ("CA 2026-06-01T00:00:00Z", 50_000),
                ("GB 2026-06-01T00:00:00Z", 0),
            ],
        );
    }

    #[test]
    fn a_country_can_cease_to_be_served() {
        check(
            &["US; 2026-01-01; 2026-02-01; 0.02", "US; 2026-02-01; 2026-03-01; 0.03"],
            &[
                ("US 2026-01-31T23:59:59Z", 20_000),
                ("US 2026-02-28T23:59:59Z", 30_000),
                ("US 2026-03-01T00:00:00Z", 0),
            ],
        );
    }

    #[test]
    fn a_countrys_own_rules_go_before_those_for_everywhere() {
        check(
            &["*; 2026-01-01; ; 0.02", "IN; 2026-02-01; 2026-03-01; 0.01"],
            &[
                ("FR 2026-01-01T00:00:00Z", 20_000),
                ("IN 2026-02-01T00:00:00Z", 10_000),
                ("IN 2026-01-31T00:00:00Z", 0),
                ("IN 2026-03-01T00:00:00Z", 0),
            ],
        );
    }

    #[test]
    fn an_entry_can_name_the_rule_that_priced_it() {
        let book = PriceBook::parse(&book(&["IN GB; 2026-01-01; ; 0.02"])).unwrap();
        let price = book.price(region("IN"), Kind::Sms, at("2026-05-05T05:05:05Z")).unwrap();
        assert_eq!((price.version.as_str(), price.rule.as_str()), ("t-1", "IN/2026-01-01/sms"));
        assert_eq!(book.version(), "t-1");
        assert_eq!(price.max_sms.max_price().as_deref(), Some("0.10"));
        assert_eq!(price.max_call_per_minute.max_price().as_deref(), Some("0.20"));
    }

    #[test]
    fn another_currency_brings_its_own_limits() {
        let text = book(&["IN; 2026-01-01; ; 1.50"]) + "currency = \"INR\"\n";
        check_refused(&text, "IN from 2026-01-01: another currency needs its own monthly cap");
        let text = text + "monthly_cap = \"1500\"\nmonthly_allowance = \"15\"\n";
        let book = PriceBook::parse(&text).unwrap();
        let limits = book.limits(region("IN"), at("2026-05-05T05:05:05Z")).unwrap();
        assert_eq!(limits.monthly_cap.display(limits.currency), "1500.00 INR");
        assert_eq!(limits.monthly_allowance, Micros(15_000_000));
    }

    #[test]
    fn a_book_that_contradicts_itself_is_refused() {
        for (rules, sentence) in [
            (vec![], "the price book has no rule"),
            (vec!["UK; 2026-01-01; ; 0.02"], "`UK` is not the ISO 3166 code"),
            (vec!["us; 2026-01-01; ; 0.02"], "`us` is not the ISO 3166 code"),
            (vec!["ZZ; 2026-01-01; ; 0.02"], "`ZZ` is not the ISO 3166 code"),
            (vec!["USA; 2026-01-01; ; 0.02"], "`USA` is not the ISO 3166 code"),
            (vec!["US; 2026-01-01; ; 0"], "US from 2026-01-01: `sms` must be more than nothing"),
            (vec!["US; 2026-01-01; ; 20.01"], "one SMS or call alone exceeds the monthly cap"),
            (vec!["US; 2026-01-01; ; -0.02"], "`-0.02` is not an amount such as 0.04"),
            (vec!["US; 2026-01-01; ; 0.0000001"], "is not an amount such as 0.04"),
            (vec!["US; 2026-02-30; ; 0.02"], "the price book cannot be read"),
            (vec!["US; 2026-01-02; 2026-01-02; 0.02"], "the rule ends before it begins"),
            (
                vec!["US; 2026-01-01; ; 0.02", "CA US; 2026-01-01; ; 0.03"],
                "US: two rules hold on 2026-01-01",
            ),
            (vec!["US US; 2026-01-01; ; 0.02"], "US: two rules hold on 2026-01-01"),
            (
                vec!["US; 2026-01-01; 2026-06-01; 0.02", "US; 2026-05-01; ; 0.03"],
                "US: two rules hold on 2026-05-01",
            ),
            (
                vec!["US; 2026-07-01; ; 0.03", "US; 2026-01-01; 2026-06-01; 0.02"],
                "US: no price from 2026-06-01 to 2026-07-01",
            ),
        ] {
            check_refused(&book(&rules), sentence);
        }
    }

    #[test]
    fn a_book_that_is_not_written_as_said_is_refused() {
        let right = book(&["US; 2026-01-01; ; 0.02"]);
        assert!(PriceBook::parse(&right).is_ok());
        for (from, to, sentence) in [
            ("version = \"t-1\"", "", "missing field `version`"),
            ("\"t-1\"", "\"\"", "`` is no version"),
            ("\"t-1\"", "\"a b\"", "`a b` is no version"),
            ("\"USD\"", "\"usd\"", "`usd` is not a currency code"),
            ("\"USD\"", "\"EUR", "the price book cannot be read"),
            ("[\"US\"]", "[]", "the rule from 2026-01-01 names no country"),
            ("[\"US\"]", "\"US\"", "invalid type: string"),
            ("sms = \"0.02\"", "sms = 0.02", "invalid type: floating point"),
            ("sms = \"0.02\"", "", "missing field `sms`"),
            ("answered_call", "answerd_call", "unknown field `answerd_call`"),
            ("\"0.10\"", "\"100\"", "`max_sms` must be 0.00001 to 99.99999"),
            ("\"0.20\"", "\"0.123456\"", "`max_call_per_minute` must be 0.00001 to 99.99999"),
        ] {
            assert!(right.contains(from), "{from}");
            check_refused(&right.replacen(from, to, 1), sentence);
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC{0,200}|[a-z=\"\\[\\]0-9. \n]{0,200}") {
            let _ = PriceBook::parse(&text);
        }

        #[test]
        fn every_day_has_the_rule_that_began_last(
            days in prop::collection::btree_set(0_u64..400, 1..8),
            day in 0_u64..500,
        ) {
            let start = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
            let rules: Vec<String> = days
                .iter()
                .map(|d| format!("US; {}; ; 0.{:03}", start + chrono::Days::new(*d), d + 1))
                .collect();
            let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
            let book = PriceBook::parse(&book(&rules)).unwrap();
            let at = (start + chrono::Days::new(day)).and_hms_opt(12, 0, 0).unwrap().and_utc();
            let price = book.price(region("US"), Kind::Sms, at).map(|price| price.amount.0);
            let last = days.iter().rev().find(|d| **d <= day);
            prop_assert_eq!(price, last.map(|d| i64::try_from(d + 1).unwrap() * 1_000));
        }
    }
}
