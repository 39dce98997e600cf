//! A phone number: read once at the edge by libphonenumber's rules, trusted from then on.

use std::fmt;
use std::sync::LazyLock;

use rlibphonenumber::{PhoneNumber, PhoneNumberFormat, PhoneNumberType};
use serde::{Deserialize, Serialize};
use when::Region;

/// The shortest numbers that are dialled across borders: a land line on Niue is +683 and four
/// digits.
const DIGITS_MIN: usize = 7;

/// The longest number that E.164 permits.
const DIGITS_MAX: usize = 15;

/// Ofcom's numbers for films and examples. libphonenumber takes them for invalid; here they are
/// read, because examples and tests are where they belong, and no phone can ever send from one.
const FICTION: &str = "+447700900";

/// Stands for a country that the table does not know; ISO 3166 will never assign it.
const NOWHERE: &str = "ZZ";

/// A phone number in E.164 form: `+` and 7 to 15 digits, never anything else.
///
/// [`Phone::parse`] is the only way in for a number from outside, and one phone has one form there.
/// What was stored comes back by `TryFrom<String>` (and so by serde), which looks at the shape
/// alone: a function that only reads its own rows never loads libphonenumber's tables.
///
/// There is no `Display`: a number is written where somebody wrote [`Phone::as_str`], never by
/// accident.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(String);

impl Phone {
    /// Reads a number as carriers write it: `+`, the calling code, the number; nothing between.
    ///
    /// A national zero after the calling code is dropped (`+4407…` is `+447…`), so that a phone
    /// cannot appear twice.
    ///
    /// The first call of a process costs about 9 ms and 5 MB for the tables; later ones 0.05 ms.
    ///
    /// # Errors
    /// [`PhoneError::NotANumber`] for short codes, alphanumeric senders and numbers that do not
    /// exist; [`PhoneError::NotServed`] for those that are no person's phone, or cost too much to
    /// call.
    pub fn parse(text: &str) -> Result<Self, PhoneError> {
        if !has_shape(text) {
            return Err(PhoneError::NotANumber);
        }
        let number: PhoneNumber = text.parse().map_err(|_| PhoneError::NotANumber)?;
        let phone = Self(number.format_as(PhoneNumberFormat::E164).into_owned());
        if phone.0.len() == "+447700900000".len() && phone.0.starts_with(FICTION) {
            return Ok(phone);
        }
        if let Some(kind) = not_served(number.get_type())? {
            return Err(PhoneError::NotServed(kind));
        }
        // Calling codes that belong to no country (+881 …) have types too, but no place in the
        // table.
        if country_code(phone.digits()).is_none() {
            return Err(PhoneError::NotServed(Kind::GlobalNetwork));
        }
        Ok(phone)
    }

    /// The number in E.164 form, such as `+12065550100`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The country by the number's leading digits: area codes tell the countries of +1 and +7
    /// apart.
    ///
    /// A look-up in a table of ours (`infra/place-data.py`), not in libphonenumber's.
    #[must_use]
    pub fn country(&self) -> Region {
        let code = country_code(self.digits()).unwrap_or(NOWHERE);
        Region::parse(code).expect("a test reads every code of the table")
    }

    /// The number without its `+`.
    pub(crate) fn digits(&self) -> &str {
        &self.0[1..]
    }
}

/// Shows the last two digits only, so that a number cannot reach a log by accident.
impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phone(…{})", &self.0[self.0.len() - 2..])
    }
}

/// Takes back a number that was a `Phone` before: a look at its shape, not at libphonenumber's
/// tables.
impl TryFrom<String> for Phone {
    type Error = PhoneError;

    fn try_from(stored: String) -> Result<Self, PhoneError> {
        if has_shape(&stored) { Ok(Self(stored)) } else { Err(PhoneError::NotANumber) }
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        phone.0
    }
}

/// `+` and as many digits as a number can have, the first of them not a zero.
fn has_shape(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (DIGITS_MIN..=DIGITS_MAX).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// Why numbers of this type are not served, or `None` where they are: mobiles and land lines.
///
/// Numbers for voice over IP are left out although many ring like any other: they are had by the
/// thousand for nothing, and each new number gets its first reminders before it has paid.
fn not_served(number: PhoneNumberType) -> Result<Option<Kind>, PhoneError> {
    use PhoneNumberType as Type;
    Ok(Some(match number {
        Type::FixedLine | Type::Mobile | Type::FixedLineOrMobile => return Ok(None),
        Type::TollFree => Kind::TollFree,
        Type::PremiumRate => Kind::Premium,
        Type::SharedCost => Kind::SharedCost,
        Type::VoIP => Kind::Voip,
        Type::PersonalNumber => Kind::Personal,
        Type::Pager => Kind::Pager,
        Type::UAN => Kind::Company,
        Type::VoiceMail => Kind::Voicemail,
        Type::Unknown => return Err(PhoneError::NotANumber),
    }))
}

fn country_code(digits: &str) -> Option<&'static str> {
    static COUNTRIES: LazyLock<ByPrefix> =
        LazyLock::new(|| ByPrefix::read(include_str!("../data/countries-by-prefix.txt")));
    COUNTRIES.longest(digits)
}

/// Whether numbers of this country exist: it has a calling code, or a share in one.
pub(crate) fn has_numbers(country: Region) -> bool {
    include_str!("../data/countries-by-prefix.txt")
        .lines()
        .any(|line| line.split(' ').next() == Some(country.code()))
}

/// A table from the leading digits of a number to a value: the longest prefix counts.
///
/// Its text is lines of `value prefix prefix …`, with `#` for remarks. Reading the larger one
/// (3,000 prefixes) takes 0.4 ms; a look-up is a binary search for each length of prefix.
pub(crate) struct ByPrefix {
    /// Ordered by prefix.
    rows: Vec<(&'static str, &'static str)>,
    longest: usize,
}

impl ByPrefix {
    pub(crate) fn read(text: &'static str) -> Self {
        let mut rows = Vec::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let mut words = line.split(' ');
            let value = words.next().unwrap_or_default();
            rows.extend(words.map(|prefix| (prefix, value)));
        }
        rows.sort_unstable();
        let longest = rows.iter().map(|(prefix, _)| prefix.len()).max().unwrap_or(0);
        Self { rows, longest }
    }

    /// The value of the longest prefix of `digits` that the table has.
    pub(crate) fn longest(&self, digits: &str) -> Option<&'static str> {
        (1..=self.longest.min(digits.len())).rev().find_map(|length| {
            let prefix = &digits[..length];
            let row = self.rows.binary_search_by_key(&prefix, |(prefix, _)| prefix).ok()?;
            Some(self.rows[row].1)
        })
    }
}

/// A kind of number that is no person's phone, or one that costs too much to call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The caller pays more than for an ordinary call: the classic of toll fraud.
    Premium,
    /// The caller pays a part that the called one sets.
    SharedCost,
    /// The called one pays; nobody lives there.
    TollFree,
    /// Voice over IP without a place.
    Voip,
    /// Follows a person around at a price of its own, such as +44 70.
    Personal,
    /// A pager: it cannot be spoken to.
    Pager,
    /// One number for all branches of a company.
    Company,
    /// The access to a voicemail box.
    Voicemail,
    /// Satellites and other networks without a country: +870, +878, +881 to +883, +979.
    GlobalNetwork,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Premium => "premium-rate",
            Self::SharedCost => "shared-cost",
            Self::TollFree => "toll-free",
            Self::Voip => "voice-over-IP",
            Self::Personal => "personal",
            Self::Pager => "pager",
            Self::Company => "company-wide",
            Self::Voicemail => "voicemail",
            Self::GlobalNetwork => "satellite and global-network",
        })
    }
}

/// Why a sender is not a phone that we serve. Never contains the number itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// A short code, an alphanumeric sender, or digits that no phone has.
    #[error("not a phone number in international form, such as +12065550100")]
    NotANumber,
    /// A valid number of a kind that is not served.
    #[error("{0} numbers are not served")]
    NotServed(Kind),
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use rlibphonenumber::PHONE_NUMBER_UTIL;

    use super::*;

    fn phone(number: &str) -> Phone {
        Phone::parse(number).unwrap_or_else(|error| panic!("{number}: {error}"))
    }

    #[test]
    fn mobiles_and_land_lines_of_the_world_are_read_with_their_country() {
        for (number, country) in [
            ("+12065550100", "US"),
            ("+14165550123", "CA"),
            ("+18765550123", "JM"),
            ("+17875550123", "PR"),
            ("+18095550123", "DO"),
            ("+919820098200", "IN"),
            ("+912227782777", "IN"),
            ("+447700900123", "GB"),
            ("+442079460123", "GB"),
            ("+447797712345", "JE"),
            ("+441534712345", "JE"),
            ("+447781123456", "GG"),
            ("+447624123456", "IM"),
            ("+79161234567", "RU"),
            ("+77011234567", "KZ"),
            ("+4915123456789", "DE"),
            ("+33612345678", "FR"),
            ("+390612345678", "IT"),
            ("+390669812345", "VA"),
            ("+4779123456", "SJ"),
            ("+358401234567", "FI"),
            ("+35818123456", "AX"),
            ("+5511961234567", "BR"),
            ("+5491123456789", "AR"),
            ("+525512345678", "MX"),
            ("+819012345678", "JP"),
            ("+61412345678", "AU"),
            ("+8613123456789", "CN"),
            ("+6591234567", "SG"),
            ("+262692123456", "RE"),
            ("+262639012345", "YT"),
            ("+59995181234", "CW"),
            ("+6834002", "NU"),
        ] {
            let phone = phone(number);
            assert_eq!((phone.as_str(), phone.country().code()), (number, country));
        }
    }

    #[test]
    fn what_is_no_persons_phone_is_refused_by_its_kind() {
        for (number, kind) in [
            ("+19002345678", Kind::Premium),
            ("+449012345678", Kind::Premium),
            ("+979123456789", Kind::Premium),
            ("+18002345678", Kind::TollFree),
            ("+80012345678", Kind::TollFree),
            ("+448431234567", Kind::Premium),
            ("+80812345678", Kind::SharedCost),
            ("+447012345678", Kind::Personal),
            ("+447640123456", Kind::Pager),
            ("+445612345678", Kind::Voip),
            ("+445512345678", Kind::Company),
            ("+881612345678", Kind::GlobalNetwork),
            ("+870773111632", Kind::GlobalNetwork),
        ] {
            assert_eq!(Phone::parse(number), Err(PhoneError::NotServed(kind)), "{number}");
        }
        for number in ["+8823421234", "+883510012345", "+878101234567890"] {
            assert!(matches!(Phone::parse(number), Err(PhoneError::NotServed(_))), "{number}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "",
            "+",
            "12345",
            "AMAZON",
            "AX-HDFCBK",
            "12065550100",
            "0012065550100",
            "+0012065550100",
            "+1 206 555 0100",
            "+1-206-555-0100",
            " +12065550100",
            "+12065550100 ",
            "+1206555010",
            "+44770090012",
            "+4477009001234",
            "+120655501000",
            "+11065550100",
            "+999123456789",
            "+12065550100;ext=5",
            "+1206555O100",
            "+１２０６５５５０１００",
            "+٩١٩٨٢٠٠٩٨٢٠٠",
            "tel:+12065550100",
            "+1206\u{0}5550100",
            "+1234567890123456",
            "+12065550100+12065550101",
        ] {
            assert_eq!(Phone::parse(text), Err(PhoneError::NotANumber), "{text}");
        }
    }

    #[test]
    fn one_phone_has_one_form() {
        assert_eq!(phone("+4407700900123"), phone("+447700900123"));
        assert_eq!(phone("+390612345678").as_str(), "+390612345678", "Italy's zero is no prefix");
    }

    #[test]
    fn a_number_cannot_reach_a_log() {
        let phone = phone("+919820098223");
        assert_eq!(format!("{phone:?}"), "Phone(…23)");
        let error = Phone::parse("+19002345678").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("900"));
    }

    #[test]
    fn a_stored_number_comes_back_by_its_shape_alone() {
        let stored: Phone = serde_json::from_str(r#""+19002345678""#).unwrap();
        assert_eq!(serde_json::to_string(&stored).unwrap(), r#""+19002345678""#);
        for broken in [r#""12065550100""#, r#""+1206x550100""#, r#""+123""#, r#""""#, "12065550100"]
        {
            assert!(serde_json::from_str::<Phone>(broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn our_table_knows_every_country_that_libphonenumber_knows() {
        let ours: BTreeSet<&str> = include_str!("../data/countries-by-prefix.txt")
            .lines()
            .filter(|line| !line.starts_with('#'))
            .map(|line| line.split(' ').next().unwrap())
            .collect();
        for code in &ours {
            assert!(has_numbers(Region::parse(code).unwrap()), "{code}");
        }
        for region in PHONE_NUMBER_UTIL.get_supported_regions() {
            let code = region.as_region_str().to_string();
            // Western Sahara: libphonenumber itself gives all of its numbers to Morocco.
            assert!(ours.contains(code.as_str()) || code == "EH", "{code}");
        }
        assert!(!has_numbers(Region::parse("ZZ").unwrap()));
    }

    #[test]
    fn our_table_and_libphonenumber_agree_on_its_examples() {
        let mut agreed = 0;
        for region in PHONE_NUMBER_UTIL.get_supported_regions() {
            for kind in [PhoneNumberType::Mobile, PhoneNumberType::FixedLine] {
                let example =
                    PHONE_NUMBER_UTIL.get_example_number_for_type_and_region(region, kind);
                let Ok(example) = example else { continue };
                let number = example.format_as(PhoneNumberFormat::E164).into_owned();
                assert_eq!(
                    phone(&number).country().code(),
                    country_by_library(&number),
                    "{number}"
                );
                agreed += 1;
            }
        }
        assert!(agreed > 450, "{agreed}");
    }

    fn country_by_library(number: &str) -> String {
        let number: PhoneNumber = number.parse().unwrap();
        number.get_region_code().unwrap().as_region_str().to_string()
    }

    /// Numbers that look real: a calling code or area that splits, then digits.
    fn plausible() -> impl Strategy<Value = String> {
        let start = prop::sample::select(vec![
            "1", "1876", "1787", "44", "447", "4477", "44148", "7", "77", "79", "39", "3906698",
            "47", "61", "618516", "61891", "262", "2622", "2626", "358", "35818", "590", "5905",
            "59069", "599", "5997", "290", "91", "49", "34", "55", "52", "86", "212", "2125", "81",
            "65",
        ]);
        (start, "[0-9]{4,11}").prop_map(|(start, rest)| format!("+{start}{rest}"))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn our_table_and_libphonenumber_agree_on_any_number(number in plausible()) {
            if let Ok(phone) = Phone::parse(&number)
                && !number.contains(FICTION)
            {
                let country = phone.country();
                prop_assert_eq!(country.code(), country_by_library(&number));
                prop_assert_eq!(Phone::parse(phone.as_str()), Ok(phone));
            }
        }

        #[test]
        fn anything_is_read_or_refused(text in "\\PC{0,40}|\\+[0-9]{0,20}|[+0-9 ]{0,20}") {
            if let Ok(phone) = Phone::parse(&text) {
                prop_assert!(has_shape(phone.as_str()));
                let _ = (phone.country(), format!("{phone:?}"));
            }
        }
    }
}
