//! Where a person lives, as far as time is concerned: guessed from the number, or said in words.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono_tz::{TZ_VARIANTS, Tz};
use when::{Language, Region};

use crate::phone::{ByPrefix, Phone};

/// Characters of the sender's own words that an error repeats.
const WORDS_CHARS_MAX: usize = 40;

/// Minutes east of Greenwich that a clock on the ground can show: Baker Island to the Line Islands.
const OFFSET_MINUTES: std::ops::RangeInclusive<i32> = -12 * 60..=14 * 60;

/// Zones that keep an offset of no whole hours all the year, by minutes east of Greenwich.
///
/// Newfoundland, Lord Howe and the Chatham Islands are missing on purpose: they change their
/// clocks, so their offset does not say what somebody means in the other half of the year.
const PART_HOURS: [(i32, Tz); 8] = [
    (-9 * 60 - 30, Tz::Pacific__Marquesas),
    (3 * 60 + 30, Tz::Asia__Tehran),
    (4 * 60 + 30, Tz::Asia__Kabul),
    (5 * 60 + 30, Tz::Asia__Kolkata),
    (5 * 60 + 45, Tz::Asia__Kathmandu),
    (6 * 60 + 30, Tz::Asia__Yangon),
    (8 * 60 + 45, Tz::Australia__Eucla),
    (9 * 60 + 30, Tz::Australia__Darwin),
];

/// The parts of the world by which the IANA database names its zones; what follows is a city.
const AREAS: [&str; 10] = [
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
];

/// Words around the name of a zone that say nothing.
const NOISE_BEFORE: [&str; 4] = ["in ", "to ", "zone ", "the "];

/// The same after it.
const NOISE_AFTER: [&str; 7] = [
    " standard time",
    " daylight time",
    " summer time",
    " local time",
    " time zone",
    " timezone",
    " time",
];

/// The zone that a number's leading digits suggest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guess {
    /// The zone, or the one of several in which most people there live; UTC where nothing is known.
    pub zone: Tz,
    /// Whether all numbers that begin so are in this zone (or one that keeps the same time).
    pub certain: bool,
}

/// Countries where most people read one of the languages that the product speaks besides English.
///
/// A text tells more: the user's language follows the words that they write.
const LANGUAGES: [(Language, &[&str]); 4] = [
    (
        Language::Spanish,
        &[
            "AR", "BO", "CL", "CO", "CR", "CU", "DO", "EC", "ES", "GQ", "GT", "HN", "MX", "NI",
            "PA", "PE", "PR", "PY", "SV", "UY", "VE",
        ],
    ),
    (
        Language::French,
        &[
            "BF", "BI", "BJ", "CD", "CF", "CG", "CI", "CM", "DJ", "FR", "GA", "GF", "GN", "GP",
            "HT", "MC", "MG", "ML", "MQ", "NC", "NE", "PF", "PM", "RE", "SN", "TD", "TG", "WF",
            "YT",
        ],
    ),
    (Language::German, &["AT", "CH", "DE", "LI"]),
    (Language::Portuguese, &["AO", "BR", "CV", "GW", "MZ", "PT", "ST", "TL"]),
];

/// The language in which somebody of this country is answered before their words have told theirs.
#[must_use]
pub fn language(region: Region) -> Language {
    let spoken = LANGUAGES.iter().find(|(_, countries)| countries.contains(&region.code()));
    spoken.map_or(Language::English, |(language, _)| *language)
}

/// Guesses the zone of a person from the number.
#[must_use]
pub fn guess(phone: &Phone) -> Guess {
    match zones(phone).as_slice() {
        [] => Guess { zone: Tz::UTC, certain: false },
        [zone] => Guess { zone: *zone, certain: true },
        [zone, ..] => Guess { zone: *zone, certain: false },
    }
}

/// All zones that a number's leading digits leave open, the one where most people live first; none
/// where nothing is known.
///
/// By libphonenumber's map, brought up to date by `infra/place-data.py`, which says how. Zones that
/// keep the same time count as one.
#[must_use]
pub fn zones(phone: &Phone) -> Vec<Tz> {
    static ZONES: LazyLock<ByPrefix> =
        LazyLock::new(|| ByPrefix::read(include_str!("../data/zones-by-prefix.txt")));
    let names = ZONES.longest(phone.digits()).unwrap_or_default();
    names.split(',').filter_map(|name| name.parse().ok()).collect()
}

/// The zone that somebody in `region` means by these words.
///
/// In this order: an offset (`+5:30`, `UTC+2`, `GMT-3`), which is meant all the year; the names
/// that people use (`Mumbai`, `EST`, `India`: `data/places.txt`), where the same word can mean
/// another place to somebody in another country; IANA names in any case (`asia/kolkata`) and their
/// city parts (`new york`). With a comma the words after it decide between places of one name
/// (`Paris, Texas`). Case, accents, dots and dashes do not matter.
///
/// # Errors
/// [`ZoneError`] for words that name no zone, or several.
pub fn zone_named(words: &str, region: Region) -> Result<Tz, ZoneError> {
    let shown: String = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown: String = shown.chars().filter(|c| !c.is_control()).take(WORDS_CHARS_MAX).collect();
    if let Some(minutes) = offset(words) {
        return minutes.and_then(zone_at).ok_or(ZoneError::Offset { words: shown });
    }
    let place = without_noise(&folded(words)).to_owned();
    let mut found = candidates(&place, region);
    if found.is_empty()
        && let Some((name, part_of)) = words.split_once(',')
    {
        found = narrowed(&candidates(&folded(name), region), &candidates(&folded(part_of), region));
    }
    match found.as_slice() {
        [] => Err(ZoneError::Unknown { words: shown }),
        [zone] => Ok(*zone),
        several => Err(ZoneError::Several { words: shown, zones: several.to_vec() }),
    }
}

/// The zone of `name` in a larger place: `Perth, Scotland` is not in Australia.
///
/// Of a larger place with several zones not all are listed; there it is enough that the two are in
/// the same part of the world.
fn narrowed(name: &[Tz], part_of: &[Tz]) -> Vec<Tz> {
    let area = |zone: &Tz| zone.name().split('/').next();
    match (name, part_of) {
        (_, []) => name.to_vec(),
        ([zone], [only]) if zone != only => vec![*only],
        ([zone], zones) if zones.iter().any(|other| area(other) == area(zone)) => vec![*zone],
        (_, zones) => zones.to_vec(),
    }
}

/// The zones that a folded name can mean: none, one, or several for a country with several.
fn candidates(name: &str, region: Region) -> Vec<Tz> {
    static PLACES: LazyLock<BTreeMap<&str, &str>> = LazyLock::new(places);
    let local = format!("{name}@{}", region.code());
    if let Some(zones) = PLACES.get(local.as_str()).or_else(|| PLACES.get(name)) {
        return zones.split(',').filter_map(|zone| zone.parse().ok()).collect();
    }
    if name.is_empty() {
        return Vec::new();
    }
    // Cities go first: Singapore is also a zone by itself, but only for the sake of old programs.
    // Of two zones of one city (America/Louisville, America/Kentucky/Louisville) the longer name is
    // the current.
    let of_city = TZ_VARIANTS.iter().filter(|zone| city(zone).is_some_and(|city| city == name));
    let whole = || TZ_VARIANTS.iter().find(|zone| folded(zone.name()) == name);
    of_city.max_by_key(|zone| zone.name().len()).or_else(whole).copied().into_iter().collect()
}

/// The folded city part of a zone's name; `None` for zones that are not named by a city.
fn city(zone: &Tz) -> Option<String> {
    let (area, rest) = zone.name().split_once('/')?;
    AREAS.contains(&area).then(|| folded(rest.rsplit('/').next().unwrap_or(rest)))
}

/// Names that people use, to the zones that they mean.
fn places() -> BTreeMap<&'static str, &'static str> {
    let mut places = BTreeMap::new();
    for line in include_str!("../data/places.txt").lines().filter(|line| !line.starts_with('#')) {
        let Some((zones, names)) = line.split_once(':') else { continue };
        places.extend(names.split(',').map(|name| (name.trim(), zones)));
    }
    places
}

/// A name as the tables have it: lower case, no accents, one space for what separates words.
fn folded(words: &str) -> String {
    let mut plain = String::with_capacity(words.len());
    for character in words.chars().flat_map(char::to_lowercase) {
        match character {
            'a'..='z' | '0'..='9' | '/' | '+' => plain.push(character),
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' => plain.push('a'),
            'ç' | 'ć' | 'č' => plain.push('c'),
            'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' => plain.push('e'),
            'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' => plain.push('i'),
            'ł' => plain.push('l'),
            'ñ' | 'ń' => plain.push('n'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' => plain.push('o'),
            'ś' | 'š' | 'ş' | 'ș' => plain.push('s'),
            'ţ' | 'ț' => plain.push('t'),
            'ù' | 'ú' | 'û' | 'ü' | 'ū' => plain.push('u'),
            'ý' | 'ÿ' => plain.push('y'),
            'ź' | 'ż' | 'ž' => plain.push('z'),
            'æ' => plain.push_str("ae"),
            'ß' => plain.push_str("ss"),
            // A dot, an apostrophe, an accent of its own: St. Louis, N'Djamena, Côte d’Ivoire.
            '.' | '\'' | '’' | '`' | '"' | '!' | '?' | '\u{300}'..='\u{36f}' => {}
            ' ' | '_' | '-' | ',' | ';' | '(' | ')' => plain.push(' '),
            other if other.is_whitespace() || other.is_control() => plain.push(' '),
            other => plain.push(other),
        }
    }
    plain.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn without_noise(name: &str) -> &str {
    let mut name = name;
    for noise in NOISE_BEFORE {
        name = name.strip_prefix(noise).unwrap_or(name);
    }
    let shorter = NOISE_AFTER.iter().find_map(|noise| name.strip_suffix(noise));
    shorter.unwrap_or(name)
}

/// Minutes east of Greenwich, where the words are an offset at all; the inner `None` is one that no
/// clock can show.
///
/// `+5:30`, `+0530`, `+530`, `+5.5`, `-3`, with `UTC` or `GMT` before it or not.
fn offset(words: &str) -> Option<Option<i32>> {
    let words = words.trim().to_ascii_lowercase();
    let rest = words.strip_prefix("utc").or_else(|| words.strip_prefix("gmt")).unwrap_or(&words);
    let rest = rest.trim_start();
    let (sign, rest) = match rest.chars().next()? {
        '+' => (1, &rest[1..]),
        '-' => (-1, &rest[1..]),
        // What phones make of a minus: a real one, or dashes.
        minus @ ('\u{2212}' | '\u{2013}' | '\u{2014}') => (-1, &rest[minus.len_utf8()..]),
        _ => return None,
    };
    let rest = rest.trim_start();
    if !rest.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    Some(minutes_of(rest).map(|minutes| sign * minutes).filter(|m| OFFSET_MINUTES.contains(m)))
}

/// Minutes in `5`, `5:30`, `5.5`, `530` or `0530`.
fn minutes_of(amount: &str) -> Option<i32> {
    let number = |text: &str| {
        let digits = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        if digits { text.parse::<i32>().ok() } else { None }
    };
    let (hours, minutes) = if let Some((hours, minutes)) = amount.split_once(':') {
        (number(hours)?, number(minutes).filter(|_| minutes.len() == 2)?)
    } else if let Some((hours, part)) = amount.split_once('.') {
        let minutes = match part {
            "0" | "00" => 0,
            "25" => 15,
            "5" | "50" | "30" => 30,
            "75" | "45" => 45,
            _ => return None,
        };
        (number(hours)?, minutes)
    } else if amount.is_ascii() && amount.len() > 2 {
        let (hours, minutes) = amount.split_at(amount.len() - 2);
        (number(hours)?, number(minutes)?)
    } else {
        (number(amount)?, 0)
    };
    (minutes < 60).then_some(hours * 60 + minutes)
}

/// A zone that keeps this offset all the year.
fn zone_at(minutes: i32) -> Option<Tz> {
    if minutes == 0 {
        return Some(Tz::UTC);
    }
    if let Some((_, zone)) = PART_HOURS.iter().find(|(offset, _)| *offset == minutes) {
        return Some(*zone);
    }
    // The signs of these zones count west of Greenwich: Etc/GMT-2 is two hours ahead.
    let name = format!("Etc/GMT{:+}", -minutes / 60);
    if minutes % 60 == 0 { name.parse().ok() } else { None }
}

/// Why no zone is known by these words; [`crate::texts`] says it to the sender.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ZoneError {
    /// No place, zone or offset.
    #[error("no zone is known as `{words}`")]
    Unknown {
        /// The sender's words, or their beginning.
        words: String,
    },
    /// A country or state with several zones.
    #[error("several zones are known as `{words}`")]
    Several {
        /// The sender's words, or their beginning.
        words: String,
        /// The zones, the one where most people live first.
        zones: Vec<Tz>,
    },
    /// An offset that no place keeps all the year, or no place at all.
    #[error("no zone keeps `{words}` all the year")]
    Offset {
        /// The sender's words, or their beginning.
        words: String,
    },
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use chrono::{NaiveDate, Offset, TimeZone};
    use proptest::prelude::*;

    use super::*;

    fn region(code: &str) -> Region {
        Region::parse(code).unwrap()
    }

    /// Asserts the zone that a number suggests, with a `?` after it where others are possible.
    fn check_number(number: &str, zone: &str) {
        let guess = guess(&Phone::parse(number).unwrap());
        let shown = format!("{}{}", guess.zone, if guess.certain { "" } else { " ?" });
        assert_eq!(shown, zone, "{number}");
    }

    /// Asserts the zone of words that somebody in a country sends.
    fn check(words: &str, country: &str, zone: &str) {
        let found = zone_named(words, region(country)).map(Tz::name);
        assert_eq!(found, Ok(zone), "{words:?} from {country}");
    }

    #[test]
    fn a_number_suggests_a_zone() {
        for (number, zone) in [
            ("+12065550100", "America/Los_Angeles"),
            ("+12125550100", "America/New_York"),
            ("+13125550100", "America/Chicago"),
            ("+16025550100", "America/Phoenix"),
            ("+18085550100", "Pacific/Honolulu"),
            ("+14165550100", "America/Toronto"),
            ("+16045550100", "America/Vancouver"),
            ("+18765550123", "America/Jamaica"),
            ("+919820098200", "Asia/Kolkata"),
            ("+447700900123", "Europe/London"),
            ("+447797712345", "Europe/Jersey"),
            ("+353851234567", "Europe/Dublin"),
            ("+4915123456789", "Europe/Berlin"),
            ("+212650123456", "Africa/Casablanca"),
            ("+77011234567", "Asia/Almaty"),
            ("+74012123456", "Europe/Kaliningrad"),
            ("+5511961234567", "America/Sao_Paulo"),
            ("+5592961234567", "America/Manaus"),
            ("+61391234567", "Australia/Melbourne"),
            ("+8613123456789", "Asia/Shanghai"),
            ("+5491123456789", "America/Argentina/Buenos_Aires"),
            ("+64211234567", "Pacific/Auckland"),
        ] {
            check_number(number, zone);
        }
    }

    #[test]
    fn where_a_prefix_has_several_zones_the_guess_is_where_most_people_live() {
        for (number, zone) in [
            ("+61412345678", "Australia/Sydney ?"),
            ("+79161234567", "Europe/Moscow ?"),
            ("+34612345678", "Europe/Madrid ?"),
            ("+351912345678", "Europe/Lisbon ?"),
            ("+12085550100", "America/Boise ?"),
            ("+18505550100", "America/Chicago ?"),
            ("+16055550100", "America/Chicago ?"),
            ("+243991234567", "Africa/Kinshasa ?"),
        ] {
            check_number(number, zone);
        }
        let zones = zones(&Phone::parse("+34612345678").unwrap());
        assert_eq!(zones, [Tz::Europe__Madrid, Tz::Atlantic__Canary]);
    }

    #[test]
    fn an_unknown_prefix_is_utc_for_want_of_better() {
        let satellite = Phone::try_from("+881612345678".to_owned()).unwrap();
        assert_eq!(guess(&satellite), Guess { zone: Tz::UTC, certain: false });
        assert_eq!(zones(&satellite), []);
    }

    #[test]
    fn every_zone_of_the_tables_is_one_that_we_can_compute_with() {
        for table in
            [include_str!("../data/zones-by-prefix.txt"), include_str!("../data/places.txt")]
        {
            for line in table.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
                let zones = line.split([' ', ':']).next().unwrap();
                for zone in zones.split(',') {
                    assert!(zone.parse::<Tz>().is_ok(), "{zone}");
                }
            }
        }
    }

    #[test]
    fn the_names_that_people_use_are_written_as_they_are_looked_up() {
        let mut names = BTreeSet::new();
        for line in include_str!("../data/places.txt").lines() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            for name in line.split_once(": ").unwrap().1.split(", ") {
                let (plain, country) = name.split_once('@').unwrap_or((name, "US"));
                assert_eq!(folded(plain), plain);
                assert_eq!(without_noise(plain), plain);
                assert!(crate::phone::has_numbers(region(country)), "{name}");
                assert!(names.insert(name), "{name} twice");
            }
        }
        assert!(names.len() > 900, "{}", names.len());
    }

    #[test]
    fn people_name_zones_by_cities_and_countries() {
        for (words, country, zone) in [
            ("Mumbai", "IN", "Asia/Kolkata"),
            ("delhi", "US", "Asia/Kolkata"),
            ("BANGALORE", "IN", "Asia/Kolkata"),
            ("Boston", "US", "America/New_York"),
            ("San Francisco", "US", "America/Los_Angeles"),
            ("seattle.", "US", "America/Los_Angeles"),
            ("St. Louis", "US", "America/Chicago"),
            ("New York", "US", "America/New_York"),
            ("NYC", "US", "America/New_York"),
            ("São Paulo", "BR", "America/Sao_Paulo"),
            ("Sa\u{303}o Paulo", "BR", "America/Sao_Paulo"),
            ("köln", "DE", "Europe/Berlin"),
            ("Zürich", "CH", "Europe/Zurich"),
            ("Côte d’Ivoire", "CI", "Africa/Abidjan"),
            ("Port-au-Prince", "HT", "America/Port-au-Prince"),
            ("louisville", "US", "America/Kentucky/Louisville"),
            ("Buenos Aires", "AR", "America/Argentina/Buenos_Aires"),
            ("Singapore", "SG", "Asia/Singapore"),
            ("jamaica", "JM", "America/Jamaica"),
            ("Calcutta", "IN", "Asia/Kolkata"),
            ("India", "GB", "Asia/Kolkata"),
            ("UK", "IN", "Europe/London"),
            ("in Tokyo", "JP", "Asia/Tokyo"),
            ("  new \t york \n", "US", "America/New_York"),
            ("Hyderabad", "IN", "Asia/Kolkata"),
            ("Hyderabad", "PK", "Asia/Karachi"),
            ("Birmingham", "GB", "Europe/London"),
            ("Birmingham", "US", "America/Chicago"),
            ("Georgia", "GE", "Asia/Tbilisi"),
            ("Georgia", "US", "America/New_York"),
        ] {
            check(words, country, zone);
        }
    }

    #[test]
    fn an_abbreviation_means_what_it_means_in_the_senders_country() {
        for (words, country, zone) in [
            ("EST", "US", "America/New_York"),
            ("est", "CA", "America/Toronto"),
            ("EST", "AU", "Australia/Sydney"),
            ("PST", "US", "America/Los_Angeles"),
            ("PST", "PH", "Asia/Manila"),
            ("Pacific Time", "US", "America/Los_Angeles"),
            ("eastern standard time", "US", "America/New_York"),
            ("Central European Summer Time", "DE", "Europe/Berlin"),
            ("IST", "IN", "Asia/Kolkata"),
            ("IST", "US", "Asia/Kolkata"),
            ("IST", "IE", "Europe/Dublin"),
            ("IST", "IL", "Asia/Jerusalem"),
            ("CST", "CN", "Asia/Shanghai"),
            ("BST", "GB", "Europe/London"),
            ("BST", "BD", "Asia/Dhaka"),
            ("CET", "FR", "Europe/Paris"),
            ("GMT", "GB", "Europe/London"),
            ("GMT", "GH", "UTC"),
            ("UTC", "US", "UTC"),
            ("z", "US", "UTC"),
        ] {
            check(words, country, zone);
        }
    }

    #[test]
    fn iana_names_are_read_in_any_case() {
        for (words, zone) in [
            ("Asia/Kolkata", "Asia/Kolkata"),
            ("asia/kolkata", "Asia/Kolkata"),
            ("AMERICA/NEW YORK", "America/New_York"),
            ("america/argentina/buenos_aires", "America/Argentina/Buenos_Aires"),
            ("US/Pacific", "US/Pacific"),
            ("etc/gmt+5", "Etc/GMT+5"),
        ] {
            check(words, "US", zone);
        }
        for zone in TZ_VARIANTS {
            if zone.name().contains('/') {
                check(zone.name(), "US", zone.name());
            }
        }
    }

    #[test]
    fn what_follows_a_comma_decides_between_places_of_one_name() {
        for (words, zone) in [
            ("Mumbai, India", "Asia/Kolkata"),
            ("Paris, France", "Europe/Paris"),
            ("Paris, Texas", "America/Chicago"),
            ("El Paso, Texas", "America/Denver"),
            ("London, Ontario", "America/Toronto"),
            ("Perth, Scotland", "Europe/London"),
            ("Perth, Australia", "Australia/Perth"),
            ("Springfield, Illinois", "America/Chicago"),
            ("Portland, Maine", "America/New_York"),
            ("Portland, Oregon", "America/Los_Angeles"),
            ("Seattle, USA", "America/Los_Angeles"),
            ("Detroit, USA", "America/Detroit"),
            ("Honolulu, USA", "Pacific/Honolulu"),
            ("Kolkata, Somewhere", "Asia/Kolkata"),
        ] {
            check(words, "US", zone);
        }
    }

    #[test]
    fn an_offset_is_meant_all_the_year() {
        for (words, zone) in [
            ("+5:30", "Asia/Kolkata"),
            ("+0530", "Asia/Kolkata"),
            ("+530", "Asia/Kolkata"),
            ("+5.5", "Asia/Kolkata"),
            ("GMT+5:30", "Asia/Kolkata"),
            ("utc +05:30", "Asia/Kolkata"),
            ("+5:45", "Asia/Kathmandu"),
            ("-9:30", "Pacific/Marquesas"),
            ("UTC+2", "Etc/GMT-2"),
            ("GMT-3", "Etc/GMT+3"),
            ("\u{2212}3", "Etc/GMT+3"),
            ("\u{2013}3", "Etc/GMT+3"),
            ("+ 2", "Etc/GMT-2"),
            ("+14", "Etc/GMT-14"),
            ("-12:00", "Etc/GMT+12"),
            ("+0", "UTC"),
            ("UTC-0", "UTC"),
            ("+00:00", "UTC"),
        ] {
            check(words, "US", zone);
        }
        for words in
            ["+15", "-13", "+5:15", "-3:30", "+10:30", "+5:3", "+5:60", "+99999", "+5x", "+5:30:00"]
        {
            let error = zone_named(words, region("US")).unwrap_err();
            assert!(matches!(error, ZoneError::Offset { .. }), "{words}: {error}");
        }
    }

    #[test]
    fn the_zones_for_offsets_never_change_their_clocks() {
        for minutes in OFFSET_MINUTES {
            let Some(zone) = zone_at(minutes) else { continue };
            for day in 0..366 {
                let day = NaiveDate::from_yo_opt(2028, day + 1).unwrap();
                let offset = zone.offset_from_utc_datetime(&day.and_hms_opt(12, 0, 0).unwrap());
                assert_eq!(offset.fix().local_minus_utc(), minutes * 60, "{zone} on {day}");
            }
        }
        assert_eq!(OFFSET_MINUTES.filter_map(zone_at).count(), 27 + 8);
    }

    #[test]
    fn a_country_with_several_zones_names_them_the_largest_first() {
        for (words, first) in [
            ("USA", "America/New_York"),
            ("Broome, Australia", "Australia/Sydney"),
            ("Paris, Canada", "America/Toronto"),
            ("spain", "Europe/Madrid"),
        ] {
            let error = zone_named(words, region("US")).unwrap_err();
            let ZoneError::Several { words: said, zones } = error else { panic!("{error}") };
            assert_eq!((said.as_str(), zones[0].name()), (words, first));
            assert!(zones.len() > 1);
        }
    }

    #[test]
    fn what_is_no_place_is_refused() {
        for words in ["", "Atlantis"] {
            let unknown = ZoneError::Unknown { words: words.to_owned() };
            assert_eq!(zone_named(words, region("US")), Err(unknown));
        }
        for words in [
            "/", "//", ",", ", ,", "america", "america/", "5:30", "+", "utc+", "🎂", "@US",
            "est@AU",
        ] {
            assert!(zone_named(words, region("ZZ")).is_err(), "{words}");
        }
    }

    proptest! {
        #[test]
        fn any_words_are_repeated_short_and_on_one_line(
            words in "\\PC{0,300}|[+-][0-9:.]{0,8}|[ -~]{0,300}",
        ) {
            if let Err(error) = zone_named(&words, region("US")) {
                let (ZoneError::Unknown { words }
                | ZoneError::Several { words, .. }
                | ZoneError::Offset { words }) = error;
                prop_assert!(!words.chars().any(char::is_control));
                prop_assert!(words.chars().count() <= WORDS_CHARS_MAX);
            }
        }
    }
}
