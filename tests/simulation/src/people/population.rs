//! Who the people of a world are: residents of several countries, and those who come with a fault.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::{People, Person};
use crate::dice::Dice;
use crate::fault::Fault;
use crate::tongue::Tongue;
use crate::world::World;

/// Texts of one person in a day, but for a flood.
const TEXTS_A_DAY: (i64, i64) = (2, 7);

/// The texts of a flood, where it is held beside a world without one and as one fault of many; how fast they come.
const FLOOD_TEXTS: i64 = 400;

const FLOOD_TEXTS_AS_FAULT: i64 = 120;

const FLOOD_EVERY_MS: (i64, i64) = (20, 500);

/// How fast those of one come whose sender stays below what is read of a minute.
const PATIENT_EVERY_MS: (i64, i64) = (3_100, 4_000);

const PATIENT_TEXTS: i64 = 70;

/// The new senders of a rush.
const RUSH_SENDERS: i64 = 25;

/// Numbers of several countries: all but the last four digits, the zone, whether the day is written first, whether
/// the number alone tells the zone, and the language.
const COUNTRIES: [(&str, Tz, bool, bool, Tongue); 13] = [
    ("+1206555", Tz::America__Los_Angeles, false, true, Tongue::English),
    ("+1212555", Tz::America__New_York, false, true, Tongue::English),
    ("+44740012", Tz::Europe__London, true, true, Tongue::English),
    ("+91987654", Tz::Asia__Kolkata, true, true, Tongue::English),
    ("+3161234", Tz::Europe__Amsterdam, true, true, Tongue::English),
    ("+3247012", Tz::Europe__Brussels, true, true, Tongue::English),
    ("+39312345", Tz::Europe__Rome, true, true, Tongue::English),
    ("+6141234", Tz::Australia__Sydney, true, false, Tongue::English),
    ("+62812345", Tz::Asia__Jakarta, true, false, Tongue::English),
    ("+491512345", Tz::Europe__Berlin, true, true, Tongue::German),
    ("+3361234", Tz::Europe__Paris, true, true, Tongue::French),
    ("+52551234", Tz::America__Mexico_City, true, true, Tongue::Spanish),
    ("+551198765", Tz::America__Sao_Paulo, true, true, Tongue::Portuguese),
];

/// Where the last four digits begin: not at those of the service's own number.
const FIRST_DIGITS: usize = 1_000;

impl People {
    /// The people of a world.
    #[must_use]
    pub fn new(world: &World) -> Self {
        let settings = &world.settings;
        let mut dice = Dice::new(settings.seed, "people");
        let persons: Vec<Person> =
            (0..settings.users).map(|index| person(index, &mut dice, world.span)).collect();
        let mut people = Self {
            persons,
            texts: Vec::new(),
            reminders: Vec::new(),
            dice,
            reactions: BTreeMap::new(),
            intents: BTreeMap::new(),
            read: 0,
            rings: 0,
        };
        let floods = world.dials.spans.iter().filter(|span| span.fault == Fault::DdosOneSender);
        let mut floods: Vec<(DateTime<Utc>, i64, (i64, i64))> = floods
            .map(|span| match span.of % 3 {
                0 => (span.from, PATIENT_TEXTS, PATIENT_EVERY_MS),
                _ => (span.from, FLOOD_TEXTS_AS_FAULT, FLOOD_EVERY_MS),
            })
            .collect();
        floods.extend(settings.flood.map(|from| (from, FLOOD_TEXTS, FLOOD_EVERY_MS)));
        // A stream of their own: with and without a flood, everybody else does the same.
        let mut dice = Dice::new(settings.seed, "floods");
        for flood in floods {
            people.flood(world, flood, &mut dice);
        }
        for span in world.dials.spans.iter().filter(|span| span.fault == Fault::ReplyLoop) {
            people.robot(world, span.from, span.of % 2 == 0, &mut dice);
        }
        for span in world.dials.spans.iter().filter(|span| span.fault == Fault::ForgedSender) {
            people.forger(world, span.from, &mut dice);
        }
        for span in world.dials.spans.iter().filter(|span| span.fault == Fault::DdosManySenders) {
            people.rush(world, span.from, &mut dice);
        }
        people
    }

    fn flood(
        &mut self,
        world: &World,
        (from, texts, every_ms): (DateTime<Utc>, i64, (i64, i64)),
        dice: &mut Dice,
    ) {
        world.happened(Fault::DdosOneSender, world.span.0, "");
        let mut flooder = person(self.persons.len(), dice, world.span);
        let mut at = from;
        flooder.plan = (0..texts)
            .map(|_| {
                at += dice.milliseconds(every_ms.0, every_ms.1);
                at
            })
            .collect();
        // The next one is the last of a plan.
        flooder.plan.reverse();
        flooder.floods = true;
        flooder.says_zone = false;
        self.persons.push(flooder);
    }

    fn rush(&mut self, world: &World, from: DateTime<Utc>, dice: &mut Dice) {
        world.happened(Fault::DdosManySenders, world.span.0, "");
        for _ in 0..RUSH_SENDERS {
            let mut newcomer = person(self.persons.len(), dice, world.span);
            newcomer.plan = vec![from + dice.milliseconds(0, 10_000)];
            newcomer.says_zone = false;
            self.persons.push(newcomer);
        }
    }

    fn robot(&mut self, world: &World, from: DateTime<Utc>, echoes: bool, dice: &mut Dice) {
        world.happened(Fault::ReplyLoop, world.span.0, "");
        let mut robot = person(self.persons.len(), dice, world.span);
        robot.plan = vec![from];
        robot.says_zone = false;
        robot.robot = Some(echoes);
        self.persons.push(robot);
    }

    /// The number of somebody who knows nothing of it and does not pick up, in the hands of another.
    fn forger(&mut self, world: &World, from: DateTime<Utc>, dice: &mut Dice) {
        world.happened(Fault::ForgedSender, world.span.0, "");
        let mut forger = person(self.persons.len(), dice, world.span);
        // A number that tells its zone: to say one would be a second text.
        while forger.says_zone {
            forger = person(self.persons.len(), dice, world.span);
        }
        forger.tongue = Tongue::English;
        forger.plan = vec![from];
        forger.picks_up = 0.0;
        forger.forged = true;
        self.persons.push(forger);
    }
}

/// The country of a number of [`COUNTRIES`].
#[must_use]
pub fn country(phone: &str) -> Option<&'static str> {
    const PREFIXES: [(&str, &str); 12] = [
        ("+1", "US"),
        ("+44", "GB"),
        ("+91", "IN"),
        ("+31", "NL"),
        ("+32", "BE"),
        ("+39", "IT"),
        ("+61", "AU"),
        ("+62", "ID"),
        ("+49", "DE"),
        ("+33", "FR"),
        ("+52", "MX"),
        ("+55", "BR"),
    ];
    PREFIXES.iter().find(|(prefix, _)| phone.starts_with(prefix)).map(|(_, country)| *country)
}

fn person(index: usize, dice: &mut Dice, (from, to): (DateTime<Utc>, DateTime<Utc>)) -> Person {
    let country = usize::try_from(dice.between(0, COUNTRIES.len() as i64 - 1)).unwrap_or(0);
    let (prefix, zone, day_first, told_by_number, tongue) = COUNTRIES[country];
    let digits = format!("{:04}", FIRST_DIGITS + index % 9_000);
    let length = (to - from).num_seconds();
    let texts = dice.between(TEXTS_A_DAY.0, TEXTS_A_DAY.1);
    let days = (length / 86_400).max(1);
    let mut plan: Vec<DateTime<Utc>> = (0..texts * days)
        .map(|_| from + dice.milliseconds(1_000, (length - 400).max(2) * 1_000))
        .collect();
    plan.sort_unstable_by(|one, other| other.cmp(one));
    Person {
        phone: format!("{prefix}{digits}"),
        zones: vec![(from, zone)],
        day_first,
        left: Vec::new(),
        picks_up: [0.95, 0.8, 0.5, 0.1][usize::try_from(dice.between(0, 3)).unwrap_or(0)],
        moods: Dice::new(dice.bits(), "moods"),
        plan,
        back_at: None,
        says_zone: !told_by_number,
        last_set: None,
        asked_all_at: None,
        floods: false,
        tongue,
        robot: None,
        forged: false,
    }
}
