//! Money: whole millionths of a currency unit, never a float.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Millionths in one unit of a currency (a dollar, a rupee).
const MICROS_PER_UNIT: i64 = 1_000_000;

/// Digits after the point that [`Micros`] can hold.
const DIGITS: usize = 6;

/// Digits after the point that the carrier reads in a price limit: `[0-9]{0,2}\.[0-9]{1,5}`.
const MAX_PRICE_DIGITS: usize = 5;

/// Digits before the point that the carrier reads in a price limit.
const MAX_PRICE_UNITS_DIGITS: usize = 2;

/// Currencies that are not divided into hundredths in daily life, with the digits that people
/// write.
const UNUSUAL_DIGITS: [(&str, usize); 7] =
    [("CLP", 0), ("ISK", 0), ("JPY", 0), ("KRW", 0), ("VND", 0), ("BHD", 3), ("KWD", 3)];

/// An amount in millionths of its currency's unit: $0.04 is 40,000.
///
/// Four cents split over minutes or parts would not be whole cents; a millionth is exact for every
/// price a carrier asks. The largest amount is nine million million units.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Micros(pub i64);

impl Micros {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// Reads an exact decimal such as `0.04` or `20`: digits, at most one point, at most six digits
    /// after it. No sign, no exponent: prices and limits are never negative.
    ///
    /// # Errors
    /// [`AmountError`] for anything else, and for amounts beyond nine million million.
    pub fn parse(text: &str) -> Result<Self, AmountError> {
        let error = || AmountError { text: text.chars().take(40).collect() };
        let (units, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(units) || !digits(fraction) || fraction.len() > DIGITS {
            return Err(error());
        }
        let units: i64 = units.parse().map_err(|_| error())?;
        let fraction: i64 = format!("{fraction:0<DIGITS$}").parse().map_err(|_| error())?;
        let micros = units.checked_mul(MICROS_PER_UNIT).and_then(|m| m.checked_add(fraction));
        micros.map(Self).ok_or_else(error)
    }

    /// The sum, or `None` where it would not fit.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The sum, at most the largest amount there is: for showing what was checked when it was written.
    #[must_use]
    pub fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The difference, or `None` where it would not fit. May be negative: a credit, an overdraft.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// The amount as people write it: `$0.04`, `0.04 EUR`, `4 JPY`.
    ///
    /// As many digits as the currency usually has, and more only where the amount needs them
    /// (`$0.0125`): what is shown is always exact. In the seven-bit alphabet of SMS throughout.
    #[must_use]
    pub fn display(self, currency: Currency) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let amount = self.unsigned_decimal(currency.usual_digits());
        if currency == Currency::USD {
            format!("{sign}${amount}")
        } else {
            format!("{sign}{amount} {currency}")
        }
    }

    /// The amount as a price limit of the carrier, `[0-9]{0,2}\.[0-9]{1,5}`, in its US dollars.
    ///
    /// `None` where the carrier has no way to write it: nothing or less, a hundred or more, or a
    /// fraction of a hundred-thousandth.
    #[must_use]
    pub fn max_price(self) -> Option<String> {
        let text = self.unsigned_decimal(2);
        let (units, fraction) = text.split_once('.')?;
        let fits = self.0 > 0
            && units.len() <= MAX_PRICE_UNITS_DIGITS
            && fraction.len() <= MAX_PRICE_DIGITS;
        fits.then_some(text)
    }

    /// The absolute amount with at least `least` digits after the point, and no more zeros than
    /// that.
    fn unsigned_decimal(self, least: usize) -> String {
        let micros = self.0.unsigned_abs();
        let unit = MICROS_PER_UNIT.unsigned_abs();
        let fraction = format!("{:0DIGITS$}", micros % unit);
        let needed = fraction.trim_end_matches('0').len().max(least);
        let units = micros / unit;
        if needed == 0 { units.to_string() } else { format!("{units}.{}", &fraction[..needed]) }
    }
}

/// A currency by its ISO 4217 code: three letters, upper case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

impl Currency {
    /// The US dollar, in which the carrier bills.
    pub const USD: Self = Self(*b"USD");

    /// Reads three upper-case ASCII letters; `None` for anything else.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        let bytes: [u8; 3] = code.as_bytes().try_into().ok()?;
        bytes.iter().all(u8::is_ascii_uppercase).then_some(Self(bytes))
    }

    /// The three letters.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).expect("three ASCII letters, by `parse`")
    }

    /// How many digits people write after the point.
    fn usual_digits(self) -> usize {
        let unusual = UNUSUAL_DIGITS.iter().find(|(code, _)| *code == self.code());
        unusual.map_or(2, |(_, digits)| *digits)
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl TryFrom<String> for Currency {
    type Error = CurrencyError;

    fn try_from(code: String) -> Result<Self, CurrencyError> {
        Self::parse(&code).ok_or(CurrencyError { code: code.chars().take(40).collect() })
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

/// A text that is not an exact amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not an amount such as 0.04, with at most six digits after the point")]
pub struct AmountError {
    /// The text, or its beginning.
    pub text: String,
}

/// A text that is not a currency code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{code}` is not a currency code of three capital letters, such as USD")]
pub struct CurrencyError {
    /// The text, or its beginning.
    pub code: String,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn currency(code: &str) -> Currency {
        Currency::parse(code).unwrap()
    }

    #[test]
    fn an_amount_is_shown_as_people_write_it() {
        for (micros, code, shown) in [
            (40_000, "USD", "$0.04"),
            (0, "USD", "$0.00"),
            (20_000_000, "USD", "$20.00"),
            (12_500, "USD", "$0.0125"),
            (1, "USD", "$0.000001"),
            (-40_000, "USD", "-$0.04"),
            (1_234_500_000, "USD", "$1234.50"),
            (40_000, "EUR", "0.04 EUR"),
            (-1_500_000, "INR", "-1.50 INR"),
            (4_000_000, "JPY", "4 JPY"),
            (4_500_000, "JPY", "4.5 JPY"),
            (40_000, "KWD", "0.040 KWD"),
            (i64::MAX, "USD", "$9223372036854.775807"),
            (i64::MIN, "USD", "-$9223372036854.775808"),
        ] {
            assert_eq!(Micros(micros).display(currency(code)), shown);
        }
    }

    #[test]
    fn only_exact_amounts_are_read() {
        for (text, micros) in [
            ("0.04", 40_000),
            ("20", 20_000_000),
            ("20.00", 20_000_000),
            ("0.000001", 1),
            ("007.5", 7_500_000),
            ("9223372036854.775807", i64::MAX),
        ] {
            assert_eq!(Micros::parse(text), Ok(Micros(micros)), "{text}");
        }
        for text in [
            "",
            ".",
            ".5",
            "5.",
            "-1",
            "+1",
            "1e3",
            "1,5",
            "0.0000001",
            "1.2.3",
            " 1",
            "1 ",
            "١",
            "NaN",
            "9223372036854.775808",
            "99999999999999999999",
        ] {
            assert!(Micros::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_price_limit_is_written_as_the_carrier_reads_it() {
        for (micros, written) in [
            (40_000, Some("0.04")),
            (150_000, Some("0.15")),
            (1_000_000, Some("1.00")),
            (12_340, Some("0.01234")),
            (99_999_990, Some("99.99999")),
            (100_000_000, None),
            (12_345, None),
            (1, None),
            (0, None),
            (-40_000, None),
        ] {
            assert_eq!(Micros(micros).max_price().as_deref(), written, "{micros}");
        }
    }

    #[test]
    fn sums_that_do_not_fit_are_refused() {
        assert_eq!(Micros(1).checked_add(Micros(2)), Some(Micros(3)));
        assert_eq!(Micros(i64::MAX).checked_add(Micros(1)), None);
        assert_eq!(Micros(1).checked_sub(Micros(2)), Some(Micros(-1)));
        assert_eq!(Micros(i64::MIN).checked_sub(Micros(1)), None);
    }

    #[test]
    fn an_amount_is_stored_as_a_whole_number() {
        assert_eq!(serde_json::to_string(&Micros(40_000)).unwrap(), "40000");
        assert_eq!(serde_json::from_str::<Micros>("40000").unwrap(), Micros(40_000));
        assert!(serde_json::from_str::<Micros>("0.04").is_err());
    }

    #[test]
    fn a_currency_is_three_capital_letters() {
        assert_eq!(serde_json::to_string(&Currency::USD).unwrap(), r#""USD""#);
        assert_eq!(format!("{0} {0:?}", currency("INR")), "INR INR");
        for code in ["", "us", "usd", "USDT", "U$D", "ÄÖ"] {
            assert_eq!(Currency::parse(code), None, "{code}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_is_exact(micros in 0..=i64::MAX) {
            let shown = Micros(micros).display(Currency::USD);
            prop_assert_eq!(Micros::parse(shown.trim_start_matches('$')), Ok(Micros(micros)));
        }

        #[test]
        fn a_price_limit_is_exact_too(micros in 0..200_000_000_i64) {
            if let Some(written) = Micros(micros).max_price() {
                prop_assert_eq!(Micros::parse(&written), Ok(Micros(micros)));
            }
        }
    }
}
