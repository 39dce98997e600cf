//! The English words of time and of asking, with the short forms and misspellings that phones
//! produce.

use chrono::Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};
use chrono_tz::Tz::{
    Africa__Johannesburg, America__Anchorage, America__Chicago, America__Denver,
    America__Los_Angeles, America__New_York, America__Sao_Paulo, Asia__Hong_Kong, Asia__Jerusalem,
    Asia__Karachi, Asia__Kolkata, Asia__Seoul, Asia__Shanghai, Asia__Singapore, Asia__Tokyo,
    Australia__Adelaide, Australia__Perth, Australia__Sydney, Europe__Athens, Europe__Dublin,
    Europe__Lisbon, Europe__London, Europe__Moscow, Europe__Paris, Pacific__Auckland,
    Pacific__Honolulu, UTC,
};

use super::{
    Language,
    Part::{Afternoon, Evening, Morning, Night},
    Sense::{self, *},
    Unit as U,
};

const HOUR: u32 = 3600;

/// All there is to the language. Its numbers stand among its words: `one hundred` has no more of
/// them than an amount needs.
pub const LANGUAGE: Language = Language { numbers: "", ordinals: "", words: WORDS, tells: TELLS };

const WORDS: &[(Sense, &str)] = &[
    // Numbers.
    (Number(1), "one"),
    (Number(2), "two"),
    (Number(3), "three"),
    (Number(4), "four"),
    (Number(5), "five"),
    (Number(6), "six"),
    (Number(7), "seven"),
    (Number(8), "eight"),
    (Number(9), "nine"),
    (Number(10), "ten"),
    (Number(11), "eleven"),
    (Number(12), "twelve"),
    (Number(13), "thirteen"),
    (Number(14), "fourteen"),
    (Number(15), "fifteen"),
    (Number(16), "sixteen"),
    (Number(17), "seventeen"),
    (Number(18), "eighteen"),
    (Number(19), "nineteen"),
    (Number(20), "twenty"),
    (Number(30), "thirty"),
    (Number(40), "forty fourty"),
    (Number(50), "fifty"),
    (Number(60), "sixty"),
    (Number(90), "ninety"),
    (Ordinal(1), "first"),
    (Ordinal(2), "second"),
    (Ordinal(3), "third"),
    (Ordinal(4), "fourth"),
    (Ordinal(5), "fifth"),
    (Ordinal(6), "sixth"),
    (Ordinal(7), "seventh"),
    (Ordinal(8), "eighth"),
    (Ordinal(9), "ninth"),
    (Ordinal(10), "tenth"),
    (Ordinal(11), "eleventh"),
    (Ordinal(12), "twelfth"),
    (Ordinal(13), "thirteenth"),
    (Ordinal(14), "fourteenth"),
    (Ordinal(15), "fifteenth"),
    (Ordinal(16), "sixteenth"),
    (Ordinal(17), "seventeenth"),
    (Ordinal(18), "eighteenth"),
    (Ordinal(19), "nineteenth"),
    (Ordinal(20), "twentieth"),
    (Ordinal(30), "thirtieth"),
    (Suffix, "st nd rd th"),
    // Amounts.
    (Unit(U::Second), "second seconds sec secs"),
    (Unit(U::Minute), "minute minutes min mins minuts mintues minits minute's"),
    (Unit(U::Hour), "hour hours hr hrs hous hour's"),
    (Unit(U::Day), "day days dys day's"),
    (Unit(U::Week), "week weeks wk wks week's"),
    (Unit(U::Fortnight), "fortnight fortnights"),
    (Unit(U::Month), "month months mth mths month's"),
    (Unit(U::Year), "year years yr yrs year's"),
    (Letter(U::Second), "s"),
    (Letter(U::Minute), "m"),
    (Letter(U::Hour), "h"),
    (Letter(U::Day), "d"),
    (Letter(U::Week), "w"),
    (Letter(U::Month), "mo"),
    (Letter(U::Year), "y"),
    (Half, "half ½"),
    (Quarter, "quarter quarters ¼"),
    (A, "a an"),
    (The, "the"),
    (Couple, "couple"),
    (Few, "few"),
    (And, "and & n"),
    (Or, "or"),
    (So, "so"),
    (Of, "of"),
    // Days.
    (Month(1), "january jan"),
    (Month(2), "february feb febuary feburary"),
    (Month(3), "march mar"),
    (Month(4), "april apr"),
    (Month(5), "may"),
    (Month(6), "june jun"),
    (Month(7), "july jul"),
    (Month(8), "august aug"),
    (Month(9), "september sep sept setember"),
    (Month(10), "october oct"),
    (Month(11), "november nov"),
    (Month(12), "december dec"),
    (Weekday(Mon), "monday mon"),
    (Weekday(Tue), "tuesday tue tues teusday"),
    (Weekday(Wed), "wednesday wed weds wensday wednsday wednesay"),
    (Weekday(Thu), "thursday thu thur thurs thrusday thursdy"),
    (Weekday(Fri), "friday fri firday"),
    (Weekday(Sat), "saturday sat saterday saturaday"),
    (Weekday(Sun), "sunday sun"),
    (Shy, "march mar may mon wed sat sun"),
    (Day(0), "today 2day tday"),
    (
        Day(1),
        "tomorrow tomorow tommorow tommorrow tomorro tmrw tmrrw tmr tmw tmro 2moro 2mro 2mrw \
         2morrow 2moz",
    ),
    (Day(-1), "yesterday"),
    (Tonight, "tonight tonite 2nite 2night tonght"),
    (Weekend, "weekend wkend"),
    (Next, "next nxt"),
    (This, "this coming upcoming current"),
    (Last, "last"),
    // Times of day.
    (Clock(12 * HOUR), "noon midday noonish"),
    (Clock(17 * HOUR), "eod"),
    (Midnight, "midnight"),
    (Am, "am"),
    (Pm, "pm"),
    (LetterA, "a"),
    (LetterP, "p"),
    (LetterM, "m"),
    (LetterH, "h"),
    (IsoT, "t"),
    (Oclock, "o'clock oclock"),
    (LetterO, "o"),
    (ClockWord, "clock"),
    (Mid, "mid"),
    (Sharp, "sharp ish"),
    (Past, "past"),
    (Until, "to til till"),
    (Part(Morning), "morning mornin morn"),
    (Part(Afternoon), "afternoon arvo"),
    (Part(Evening), "evening eve"),
    (Part(Night), "night nite"),
    (Zone(&[("", UTC)]), "utc gmt z"),
    (Zone(&[("US", America__New_York)]), "et est edt"),
    (Zone(&[("US", America__Chicago), ("CN", Asia__Shanghai)]), "cst"),
    (Zone(&[("US", America__Chicago)]), "ct cdt"),
    (Zone(&[("US", America__Denver)]), "mt mst mdt"),
    (Zone(&[("US", America__Los_Angeles)]), "pt pst pdt"),
    (Zone(&[("US", America__Anchorage)]), "akst akdt"),
    (Zone(&[("US", Pacific__Honolulu)]), "hst"),
    (Zone(&[("IN", Asia__Kolkata), ("IE", Europe__Dublin), ("IL", Asia__Jerusalem)]), "ist"),
    (Zone(&[("GB", Europe__London)]), "bst"),
    (Zone(&[("FR", Europe__Paris)]), "cet cest"),
    (Zone(&[("PT", Europe__Lisbon)]), "wet west"),
    (Zone(&[("GR", Europe__Athens)]), "eet eest"),
    (Zone(&[("RU", Europe__Moscow)]), "msk"),
    (Zone(&[("PK", Asia__Karachi)]), "pkt"),
    (Zone(&[("SG", Asia__Singapore)]), "sgt"),
    (Zone(&[("HK", Asia__Hong_Kong)]), "hkt"),
    (Zone(&[("JP", Asia__Tokyo)]), "jst"),
    (Zone(&[("KR", Asia__Seoul)]), "kst"),
    (Zone(&[("AU", Australia__Perth)]), "awst"),
    (Zone(&[("AU", Australia__Adelaide)]), "acst acdt"),
    (Zone(&[("AU", Australia__Sydney)]), "aest aedt"),
    (Zone(&[("NZ", Pacific__Auckland)]), "nzst nzdt"),
    (Zone(&[("ZA", Africa__Johannesburg)]), "sast"),
    (Zone(&[("BR", America__Sao_Paulo)]), "brt"),
    // Cities that no zone is named after, and the time of a part of a country.
    (City(Asia__Kolkata), "mumbai bombay delhi bangalore bengaluru chennai hyderabad pune"),
    (City(America__New_York), "eastern boston washington miami"),
    (City(America__Chicago), "central houston dallas texas"),
    (City(America__Denver), "mountain"),
    (City(America__Los_Angeles), "pacific francisco seattle california"),
    (CityFirst, "new san"),
    // What leads a time.
    (At, "at @"),
    (On, "on"),
    (By, "by"),
    (In, "in +"),
    (After, "after"),
    (Around, "around approx approximately ~ circa"),
    (From, "from"),
    (Now, "now"),
    (Later, "later hence"),
    (Time, "time"),
    (Ago, "ago back"),
    (Before, "before prior early earlier ahead"),
    (Between, "between from"),
    (Bound, "after before until till til since from than between during past prior"),
    // Series.
    (Every, "every each evry"),
    (Workday, "weekday workday weeknight"),
    (Other, "other alternate"),
    (
        Repeating,
        "daily everyday weekly fortnightly biweekly monthly yearly annually hourly nightly \
         weekdays weeknights weekends mondays tuesdays wednesdays thursdays fridays \
         saturdays sundays",
    ),
    (Times, "once twice times x"),
    (Per, "per"),
    // Asking.
    (Remind, "remind remnd rmind remid reminde rmd"),
    (Reminder, "reminder"),
    (Set, "set create add make new"),
    (Me, "me us"),
    (Polite, "please pls plz plese hi hey hello ok okay yo can could will would you u kindly"),
    (Thanks, "please pls plz thanks thank thx ty you u"),
    (About, "about abt abut regarding re"),
    (To, "to"),
    (That, "that"),
    (For, "for"),
    (
        Joint,
        "about abt regarding re to that for with in on at by as and or but because cos coz if \
         when so from before after until please pls plz thanks thx via into near where \
         which who while",
    ),
    (
        Determiner,
        "the a an my our your his her their its this that these those every each some no any one's",
    ),
];

/// Everyday English words, so that a text with one foreign name in it is still English; among them
/// all that look like a word of time in another language (`die`, `do`, `son`, `once`).
const TELLS: &str = "a about after again ago all also am an and any appointment are as ask at \
    back bad bank be bees been before bill bin bis book buy by call can car card char check clean \
    come could dad day din das \
    did die dim do does doctor dom don done down each eat email every find fin finish for fri from \
    game get give go going got had has hat have he hello help her here him his home how i if in \
    into is it its job just keep kids know last later laundry leave let like local lunch mail \
    main make mail man mar mars mean media meet meeting message mi miss mom mum more move must my \
    need new news next no not now of off office old on once one or order our out pan par party pay \
    pick pills please post pour put ran rat read rent report return ride room run said sale sam say see \
    send sept set sex she ship shop show sin six so some son sue sun take talk tea team teen tell ten \
    ter text than thanks that the their them then there they thing this ticket time to today \
    tomorrow tot trip try turn up us vie visit wait walk want war was wash watch water we week were \
    what when where which who will wish with work would write you your";
