#!/usr/bin/env python3
"""Writes the two tables that say where a phone number lives.

    pip install phonenumbers tzdata
    python3 infra/place-data.py

- shared/domain/data/countries-by-prefix.txt: the country of a number, by its leading digits.
- shared/domain/data/zones-by-prefix.txt: its time zones, the one where most people live first.

Both come from libphonenumber (the PyPI package `phonenumbers`, Apache-2.0) and the IANA time zone
database (the PyPI package `tzdata`). Where this differs from libphonenumber's own answer:

- What it says of zones is taken as *which clock* a prefix keeps, not as a name: its names are old
  ones (Asia/Calcutta) or a neighbour's (Ireland is given Europe/London, Morocco Atlantic/Canary).
  The names written here are those that zone.tab lists for the country. Zones of one country that
  keep the same clock count as one zone.
- Its zones of a prefix hold for land lines. Mobile prefixes get the zones of the whole country,
  except in the countries whose mobile numbers carry an area code.
"""

import bisect
import datetime
import importlib.metadata
import importlib.resources
import pathlib
import zoneinfo
from functools import cache

import phonenumbers
import tzdata
from phonenumbers.phonemetadata import PhoneMetadata
from phonenumbers.tzdata import TIMEZONE_DATA

DATA = pathlib.Path(__file__).parent.parent / "shared" / "domain" / "data"
WIDTH = 100

# The years over which two zones must agree to count as one clock: the time ahead, as far as it is
# known. What they did in the past does not matter to a reminder.
CLOCK_YEARS = range(2026, 2032)

# Countries with several clocks: their zones by the number of people who live there, and only those
# whose name a person there would expect. Zones that are left out stand for the first with their clock.
BY_PEOPLE = {
    "AU": "Australia/Sydney Australia/Melbourne Australia/Brisbane Australia/Perth Australia/Adelaide "
          "Australia/Hobart Australia/Darwin Australia/Eucla Australia/Lord_Howe",
    "BR": "America/Sao_Paulo America/Manaus America/Rio_Branco America/Noronha",
    "CA": "America/Toronto America/Vancouver America/Edmonton America/Winnipeg America/Halifax "
          "America/Regina America/St_Johns America/Whitehorse",
    "CD": "Africa/Kinshasa Africa/Lubumbashi",
    "CL": "America/Santiago America/Punta_Arenas Pacific/Easter",
    "CN": "Asia/Shanghai",
    "EC": "America/Guayaquil Pacific/Galapagos",
    "ES": "Europe/Madrid Atlantic/Canary",
    "FM": "Pacific/Chuuk Pacific/Pohnpei",
    "GL": "America/Nuuk America/Thule America/Danmarkshavn",
    "ID": "Asia/Jakarta Asia/Makassar Asia/Jayapura",
    "KI": "Pacific/Tarawa Pacific/Kiritimati Pacific/Kanton",
    "MN": "Asia/Ulaanbaatar Asia/Hovd",
    "MX": "America/Mexico_City America/Tijuana America/Mazatlan America/Hermosillo America/Ciudad_Juarez "
          "America/Cancun America/Matamoros",
    "NZ": "Pacific/Auckland Pacific/Chatham",
    "PF": "Pacific/Tahiti Pacific/Marquesas Pacific/Gambier",
    "PG": "Pacific/Port_Moresby Pacific/Bougainville",
    "PT": "Europe/Lisbon Atlantic/Azores",
    "RU": "Europe/Moscow Asia/Yekaterinburg Asia/Novosibirsk Europe/Samara Asia/Krasnoyarsk Asia/Irkutsk "
          "Asia/Omsk Asia/Vladivostok Asia/Yakutsk Europe/Kaliningrad Asia/Magadan Asia/Kamchatka",
    "UA": "Europe/Kyiv",
    "US": "America/New_York America/Chicago America/Los_Angeles America/Denver America/Phoenix "
          "America/Boise Pacific/Honolulu America/Anchorage America/Adak",
}

# Fewer than one in a hundred of their country's people live there: not worth a question to all the
# others, so only given for a prefix that is theirs alone.
FEW_PEOPLE = set(
    "America/Adak America/Danmarkshavn America/Noronha Australia/Eucla Australia/Lord_Howe "
    "Pacific/Chatham Pacific/Easter Pacific/Galapagos Pacific/Gambier Pacific/Kanton".split()
)

# Where the country's order is wrong for an area: the zone of most people there.
MOST_PEOPLE = {
    "613": "Australia/Melbourne",
    "1219": "America/Chicago",  # Indiana: the corner next to Chicago
    "1270": "America/Chicago",  # Kentucky: the west
    "1364": "America/Chicago",
    "1850": "America/Chicago",  # Florida: the panhandle
    "1867": "America/Whitehorse",  # Canada: the territories
    "1208": "America/Boise",  # Idaho: the south; the panhandle keeps Pacific time
    "1986": "America/Boise",
    "1605": "America/Chicago",  # South Dakota: Sioux Falls
    "1701": "America/Chicago",  # North Dakota: Fargo, Bismarck
    "1709": "America/St_Johns",  # Newfoundland and Labrador: the island
    "1879": "America/St_Johns",
    "1928": "America/Phoenix",  # Arizona: the Navajo Nation keeps daylight saving time
}

# Clocks that libphonenumber states wrongly: the zone that it gives, and the one that is meant there.
MEANT = {
    ("RU", "Europe/Bucharest"): "Europe/Kaliningrad",  # UTC+2 without daylight saving
}

# Prefixes that libphonenumber does not tell apart from the rest of their country.
ADDED = {
    "5661": ["America/Punta_Arenas"],  # Magallanes: UTC-3 all the year
    "5667": ["America/Punta_Arenas"],  # Aysén: the same since 2025
    "569": ["America/Santiago", "America/Punta_Arenas"],  # Chile's mobiles have no area code
    "1364": ["America/Chicago", "America/New_York"],  # Kentucky: laid over 270
    "1930": ["America/New_York", "America/Chicago"],  # Indiana: laid over 812
    "1867": ["America/Whitehorse", "America/Edmonton", "America/Winnipeg", "America/Toronto"],
}

# Calling codes whose mobile numbers begin with an area code, by libphonenumber; in +1 all numbers do.
MOBILE_BY_AREA = {1, 52, 54, 55, 62, 86}

# An area code of +1 with as many exchanges in another zone is truly shared; the exchanges that are
# not listed one by one may be in either.
SHARED_FROM = 10


def main():
    countries = countries_by_prefix()
    write("countries-by-prefix.txt", "The country (ISO 3166) of a phone number, by its leading digits.",
          {prefix: (code,) for prefix, code in countries.items()})
    write("zones-by-prefix.txt", "The time zones of a phone number, by its leading digits; of several "
          "the first is where most people live.", zones_by_prefix(countries))


def write(name, purpose, table):
    """One line per value with its prefixes, folded; the longest prefix of a number counts."""
    lines = [
        f"# {purpose}",
        "# The longest prefix counts. Written by infra/place-data.py; do not edit by hand.",
        f"# From phonenumbers {importlib.metadata.version('phonenumbers')} (libphonenumber, "
        "© The Libphonenumber Authors, Apache License 2.0)",
        f"# and the IANA time zone database {tzdata.IANA_VERSION} (public domain).",
    ]
    by_value = {}
    for prefix, value in sorted(table.items()):
        if value != inherited(table, prefix):
            by_value.setdefault(",".join(value), []).append(prefix)
    for value, prefixes in sorted(by_value.items()):
        line = value
        for prefix in prefixes:
            if line != value and len(line) + 1 + len(prefix) > WIDTH:
                lines.append(line)
                line = value
            line += " " + prefix
        lines.append(line)
    (DATA / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def inherited(table, prefix):
    """What the longest shorter prefix says, or None."""
    for length in range(len(prefix) - 1, 0, -1):
        if prefix[:length] in table:
            return table[prefix[:length]]
    return None


def at(table, prefix):
    return table[prefix] if prefix in table else inherited(table, prefix)


# --- Countries ---------------------------------------------------------------------------------


def countries_by_prefix():
    """Leading digits → country, for calling codes that belong to places (not +800, +881 …)."""
    table = {}
    for calling_code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items():
        if regions == ("001",):
            continue
        table[str(calling_code)] = regions[0]
        if len(regions) > 1:
            table |= split(str(calling_code), [(region, *automaton(region)) for region in regions])
    return table


def mobile_prefixes(country):
    """The prefixes under which a country has mobile numbers and no land lines."""
    calling_code = phonenumbers.country_code_for_region(country)
    if calling_code in MOBILE_BY_AREA:
        return []
    kinds = [(kind, automaton(country, (kind,))[0], None) for kind in ("fixed_line", "mobile")]
    return list(split(str(calling_code), kinds))


def split(calling_code, starts):
    """The prefixes by which the owners of one calling code are told apart from the first of them.

    Walks down the digits and follows, for each owner in libphonenumber's order, the states of an
    automaton for its numbers. A prefix is decided when only one owner's automaton is alive, or when
    all that are alive accept the same numbers: then the first gets them.
    """
    table = {}

    @cache
    def walk(alive):
        # alive: ((owner, number states, leading-digit states or None when they have matched), …)
        if len(alive) <= 1:
            return alive[0][0] if alive else None
        if len({(numbers, lead) for _, numbers, lead in alive}) == 1:
            return alive[0][0]
        accepting = [owner for owner, numbers, lead in alive if END in numbers and lead is None]
        children = []
        for digit in "0123456789":
            after = []
            for owner, numbers, lead in alive:
                numbers = step(numbers, digit)
                lead = None if lead is None else step(lead, digit)
                if lead is not None and END in lead:
                    lead = None
                if numbers and (lead is None or lead):
                    after.append((owner, numbers, lead))
            children.append(walk(tuple(after)))
        below = {child for child in children if child is not None} | set(accepting[:1])
        if len(below) == 1 and isinstance(next(iter(below)), str):
            return below.pop()
        return tuple(children) if below else None

    def emit(prefix, tree, default):
        if isinstance(tree, tuple):
            for digit, child in zip("0123456789", tree):
                emit(prefix + digit, child, default)
        elif tree is not None and tree != default:
            table[prefix] = tree

    emit(calling_code, walk(tuple(starts)), starts[0][0])
    merge(calling_code, table)
    return table


def merge(calling_code, table):
    """Replaces ten siblings that agree by their parent."""
    for length in range(15, len(calling_code), -1):
        for prefix in [p for p in table if len(p) == length and p.startswith(calling_code)]:
            siblings = [prefix[:-1] + digit for digit in "0123456789"]
            if prefix in table and len({table.get(s) for s in siblings}) == 1:
                value = table[prefix]
                for sibling in siblings:
                    del table[sibling]
                table[prefix[:-1]] = value


# An automaton over digits for the patterns of libphonenumber, which use only digits, classes, \d,
# groups, alternatives and counts. A pattern is a tuple of alternatives, each a tuple of items; a state
# is a tuple of items still to come; a set of states is what a prefix leaves possible.
END = ()


def automaton(region, kinds=("fixed_line", "mobile")):
    """The states before the first digit: of the numbers that ring a person, and of the leading digits."""
    metadata = PhoneMetadata.metadata_for_region(region)
    states = set()
    for kind in kinds:
        numbers = getattr(metadata, kind)
        if numbers is not None and numbers.national_number_pattern:
            states |= set(parse(numbers.national_number_pattern))
    lead = metadata.leading_digits
    return frozenset(expand(states)), None if lead is None else frozenset(expand(parse(lead)))


def step(states, digit):
    return frozenset(expand({state[1:] for state in states if state and digit in state[0]}))


def expand(states):
    """Unfolds groups and counts until each state begins with a class of digits, or is the end."""
    done, todo = set(), list(states)
    while todo:
        state = todo.pop()
        if not state or isinstance(state[0], str):
            done.add(state)
            continue
        (alternatives, least, most), rest = state[0], state[1:]
        if least == 0:
            todo.append(rest)
        if most > 0:
            again = ((alternatives, max(least - 1, 0), most - 1),) if most > 1 else ()
            todo.extend(alternative + again + rest for alternative in alternatives)
    return done


def parse(pattern):
    alternatives, end = parse_alternatives(pattern, 0)
    assert end == len(pattern), pattern
    return alternatives


def parse_alternatives(pattern, i):
    alternatives, items = [], []
    while i < len(pattern) and pattern[i] != ")":
        if pattern[i] == "|":
            alternatives.append(tuple(items))
            items, i = [], i + 1
            continue
        item, i = parse_item(pattern, i)
        least, most, i = parse_count(pattern, i)
        items.append(item if (least, most) == (1, 1) and isinstance(item, str)
                     else ((((item,),) if isinstance(item, str) else item), least, most))
    return tuple(alternatives + [tuple(items)]), i


def parse_item(pattern, i):
    """A class of digits as a string, or the alternatives of a group."""
    if pattern.startswith("(?:", i):
        alternatives, i = parse_alternatives(pattern, i + 3)
        return alternatives, i + 1
    if pattern.startswith(r"\d", i):
        return "0123456789", i + 2
    if pattern[i] == "[":
        end = pattern.index("]", i)
        body, digits = pattern[i + 1:end], ""
        while body:
            first, last = (body[0], body[2]) if body[1:2] == "-" else (body[0], body[0])
            digits += "".join(str(d) for d in range(int(first), int(last) + 1))
            body = body[3 if body[1:2] == "-" else 1:]
        return digits, end + 1
    assert pattern[i].isdigit(), pattern[i:]
    return pattern[i], i + 1


def parse_count(pattern, i):
    if pattern[i:i + 1] == "?":
        return 0, 1, i + 1
    if pattern[i:i + 1] == "{":
        end = pattern.index("}", i)
        least, _, most = pattern[i + 1:end].partition(",")
        return int(least), int(most or least), end + 1
    return 1, 1, i


# --- Zones -------------------------------------------------------------------------------------


def zones_by_prefix(countries):
    table = {}
    for prefix in set(TIMEZONE_DATA) | set(countries) | set(ADDED):
        country = at(countries, prefix)
        given = ADDED.get(prefix) or at(TIMEZONE_DATA, prefix)
        table[prefix] = named(country, prefix, given or ())
    for country in BY_PEOPLE:
        for mobile in mobile_prefixes(country):
            for prefix in [p for p in table if p.startswith(mobile) and at(countries, p) == country]:
                del table[prefix]
            table[mobile] = named(country, mobile, ())
    for area in [p for p in table if len(p) == 4 and p[0] == "1"]:
        exchanges = [zones for p, zones in table.items() if p.startswith(area) and len(p) > 4]
        elsewhere = [zones for zones in exchanges if clock(zones[0]) != clock(table[area][0])]
        if len(elsewhere) >= SHARED_FROM:
            both = table[area] + tuple(zone for zones in elsewhere for zone in zones)
            table[area] = named(at(countries, area), area, both)
    return table


def named(country, prefix, given):
    """The country's zones that keep the clocks of the zones `given`, most people first.

    All of the country's where none of them does.
    """
    first = next((zone for p, zone in MOST_PEOPLE.items() if prefix.startswith(p)), None)
    by_people = BY_PEOPLE[country].split() if country in BY_PEOPLE else zones_of(country)
    if len({clock(zone) for zone in zones_of(country)}) == 1:
        return (by_people[0],)
    order = [zone for zone in [first] if zone] + by_people + zones_of(country)
    found = []
    for zone in given:
        zone = MEANT.get((country, zone), zone)
        # A zone that people there would name stands for itself, any other for the first with its clock.
        same = [z for z in order if clock(z) == clock(zone)]
        found += [z for z in same if zone not in by_people or z in (zone, first)][:1]
    found = sorted(set(found or by_people), key=order.index)
    distinct = [zone for i, zone in enumerate(found) if clock(zone) not in map(clock, found[:i])]
    return tuple(zone for zone in distinct if zone not in FEW_PEOPLE) or tuple(distinct)


@cache
def zones_of(country):
    """The country's zones as zone.tab lists them."""
    text = importlib.resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    special = {"AC": ["Atlantic/St_Helena"], "TA": ["Atlantic/St_Helena"], "XK": ["Europe/Belgrade"]}
    return [row[2] for row in rows if row[0] == country] or special[country]


@cache
def clock(zone):
    """When the zone's offset changes, and to what: equal for two zones that keep the same time."""
    rules = zoneinfo.ZoneInfo(zone)
    start = datetime.datetime(CLOCK_YEARS[0], 1, 1, tzinfo=datetime.timezone.utc)
    end = datetime.datetime(CLOCK_YEARS[-1] + 1, 1, 1, tzinfo=datetime.timezone.utc)

    def offset(minute):
        return (start + datetime.timedelta(minutes=minute)).astimezone(rules).utcoffset()

    day = 24 * 60
    changes = [(0, offset(0))]
    for minute in range(0, (end - start).days * day, day):
        if offset(minute) != offset(minute + day):  # no zone changes twice within a day
            change = bisect.bisect_left(range(day), True, key=lambda m: offset(minute + m) != offset(minute))
            changes.append((minute + change, offset(minute + day)))
    return tuple(changes)


if __name__ == "__main__":
    zoneinfo.reset_tzpath(to=[])  # the package's rules, not the machine's
    main()
