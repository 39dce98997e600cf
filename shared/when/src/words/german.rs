//! The German words of time and of asking.

use chrono::Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};

use super::{
    Feast::{Easter, Fixed},
    Language,
    Part::{Afternoon, Evening, Morning, Night},
    Sense::*,
    Unit as U,
};

const HOUR: u32 = 3600;

/// All there is to the language.
pub const LANGUAGE: Language = Language {
    numbers: "null ein/eins/eine/einer/einem/einen zwei/zwo drei vier fünf sechs sieben acht neun \
        zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn \
        zwanzig einundzwanzig zweiundzwanzig dreiundzwanzig vierundzwanzig fünfundzwanzig \
        sechsundzwanzig siebenundzwanzig achtundzwanzig neunundzwanzig dreißig einunddreißig \
        zweiunddreißig dreiunddreißig vierunddreißig fünfunddreißig sechsunddreißig \
        siebenunddreißig achtunddreißig neununddreißig vierzig einundvierzig zweiundvierzig \
        dreiundvierzig vierundvierzig fünfundvierzig sechsundvierzig siebenundvierzig \
        achtundvierzig neunundvierzig fünfzig einundfünfzig zweiundfünfzig dreiundfünfzig \
        vierundfünfzig fünfundfünfzig sechsundfünfzig siebenundfünfzig achtundfünfzig \
        neunundfünfzig sechzig einundsechzig zweiundsechzig dreiundsechzig vierundsechzig \
        fünfundsechzig sechsundsechzig siebenundsechzig achtundsechzig neunundsechzig \
        siebzig einundsiebzig zweiundsiebzig dreiundsiebzig vierundsiebzig fünfundsiebzig \
        sechsundsiebzig siebenundsiebzig achtundsiebzig neunundsiebzig achtzig einundachtzig \
        zweiundachtzig dreiundachtzig vierundachtzig fünfundachtzig sechsundachtzig \
        siebenundachtzig achtundachtzig neunundachtzig neunzig einundneunzig zweiundneunzig \
        dreiundneunzig vierundneunzig fünfundneunzig sechsundneunzig siebenundneunzig \
        achtundneunzig neunundneunzig",
    ordinals: "erste/ersten/erster/erstes zweite/zweiten/zweiter/zweites \
        dritte/dritten/dritter/drittes vierte/vierten/vierter/viertes \
        fünfte/fünften/fünfter/fünftes sechste/sechsten/sechster/sechstes \
        siebte/siebten/siebter/siebtes/siebente/siebenten/siebenter/siebentes \
        achte/achten/achter/achtes neunte/neunten/neunter/neuntes \
        zehnte/zehnten/zehnter/zehntes elfte/elften/elfter/elftes \
        zwölfte/zwölften/zwölfter/zwölftes dreizehnte/dreizehnten/dreizehnter/dreizehntes \
        vierzehnte/vierzehnten/vierzehnter/vierzehntes \
        fünfzehnte/fünfzehnten/fünfzehnter/fünfzehntes \
        sechzehnte/sechzehnten/sechzehnter/sechzehntes \
        siebzehnte/siebzehnten/siebzehnter/siebzehntes \
        achtzehnte/achtzehnten/achtzehnter/achtzehntes \
        neunzehnte/neunzehnten/neunzehnter/neunzehntes \
        zwanzigste/zwanzigsten/zwanzigster/zwanzigstes \
        einundzwanzigste/einundzwanzigsten/einundzwanzigster/einundzwanzigstes \
        zweiundzwanzigste/zweiundzwanzigsten/zweiundzwanzigster/zweiundzwanzigstes \
        dreiundzwanzigste/dreiundzwanzigsten/dreiundzwanzigster/dreiundzwanzigstes \
        vierundzwanzigste/vierundzwanzigsten/vierundzwanzigster/vierundzwanzigstes \
        fünfundzwanzigste/fünfundzwanzigsten/fünfundzwanzigster/fünfundzwanzigstes \
        sechsundzwanzigste/sechsundzwanzigsten/sechsundzwanzigster/sechsundzwanzigstes \
        siebenundzwanzigste/siebenundzwanzigsten/siebenundzwanzigster/siebenundzwanzigstes \
        achtundzwanzigste/achtundzwanzigsten/achtundzwanzigster/achtundzwanzigstes \
        neunundzwanzigste/neunundzwanzigsten/neunundzwanzigster/neunundzwanzigstes \
        dreißigste/dreißigsten/dreißigster/dreißigstes \
        einunddreißigste/einunddreißigsten/einunddreißigster/einunddreißigstes",
    words: &[
        (Suffix, "ten te ter"),
        (Scored, "note hatte war"),
        (Hundred, "hundert einhundert"),
        (Thousand, "tausend"),
        (Thousandths(1500), "anderthalb eineinhalb einundeinhalb"),
        (Thousandths(2500), "zweieinhalb"),
        (Thousandths(3500), "dreieinhalb"),
        (Thousandths(4500), "viereinhalb"),
        (Thousandths(750), "dreiviertel"),
        (Shift(-30), "halb"),
        (Shift(-15), "dreiviertel"),
        (Shift(-45), "viertel"),
        (Unit(U::Second), "sekunde sekunden sek"),
        (Unit(U::Minute), "minute minuten min"),
        (Unit(U::Hour), "stunde stunden std"),
        (Unit(U::Day), "tag tage tagen tages"),
        (Unit(U::Week), "woche wochen"),
        (Unit(U::Month), "monat monate monaten monats"),
        (Unit(U::Year), "jahr jahre jahren jahres"),
        (Letter(U::Hour), "h"),
        (Letter(U::Minute), "m"),
        (Letter(U::Second), "s"),
        (Half, "halbe halben halber halbes"),
        (Quarter, "viertel"),
        (Thousandths(250), "viertelstunde viertelstunden"),
        (Thousandths(750), "dreiviertelstunde"),
        (Unit(U::Hour), "viertelstunde viertelstunden dreiviertelstunde"),
        (A, "ein eine einer einem einen"),
        (The, "der die das den dem am im vom"),
        (Couple, "zwei"),
        (Few, "paar einige einigen wenige wenigen"),
        (And, "und"),
        (Or, "oder"),
        (Of, "von vom des"),
        (Month(1), "januar jan jänner"),
        (Month(2), "februar feb febr feber"),
        (Month(3), "märz mrz"),
        (Month(4), "april apr"),
        (Month(5), "mai"),
        (Month(6), "juni jun"),
        (Month(7), "juli jul"),
        (Month(8), "august aug"),
        (Month(9), "september sept sep"),
        (Month(10), "oktober okt"),
        (Month(11), "november nov"),
        (Month(12), "dezember dez"),
        (Weekday(Mon), "montag mo"),
        (Weekday(Tue), "dienstag di die"),
        (Weekday(Wed), "mittwoch mi mitwoch"),
        (Weekday(Thu), "donnerstag do donnerstags"),
        (Weekday(Fri), "freitag fr"),
        (Weekday(Sat), "samstag sa sonnabend"),
        (Weekday(Sun), "sonntag so"),
        (
            Weekday(Mon),
            "montagmorgen montagvormittag montagmittag montagnachmittag montagabend montagnacht",
        ),
        (
            Weekday(Tue),
            "dienstagmorgen dienstagvormittag dienstagmittag dienstagnachmittag dienstagabend dienstagnacht",
        ),
        (
            Weekday(Wed),
            "mittwochmorgen mittwochvormittag mittwochmittag mittwochnachmittag mittwochabend mittwochnacht",
        ),
        (
            Weekday(Thu),
            "donnerstagmorgen donnerstagvormittag donnerstagmittag donnerstagnachmittag donnerstagabend donnerstagnacht",
        ),
        (
            Weekday(Fri),
            "freitagmorgen freitagvormittag freitagmittag freitagnachmittag freitagabend freitagnacht",
        ),
        (
            Weekday(Sat),
            "samstagmorgen samstagvormittag samstagmittag samstagnachmittag samstagabend samstagnacht",
        ),
        (
            Weekday(Sun),
            "sonntagmorgen sonntagvormittag sonntagmittag sonntagnachmittag sonntagabend sonntagnacht",
        ),
        (
            Part(Morning),
            "montagmorgen dienstagmorgen mittwochmorgen donnerstagmorgen freitagmorgen \
             samstagmorgen sonntagmorgen montagvormittag dienstagvormittag mittwochvormittag \
             donnerstagvormittag freitagvormittag samstagvormittag sonntagvormittag",
        ),
        (
            Part(Afternoon),
            "montagmittag dienstagmittag mittwochmittag donnerstagmittag freitagmittag \
             samstagmittag sonntagmittag montagnachmittag dienstagnachmittag \
             mittwochnachmittag donnerstagnachmittag freitagnachmittag samstagnachmittag \
             sonntagnachmittag",
        ),
        (
            Part(Evening),
            "montagabend dienstagabend mittwochabend donnerstagabend freitagabend \
             samstagabend sonntagabend",
        ),
        (
            Part(Night),
            "montagnacht dienstagnacht mittwochnacht donnerstagnacht freitagnacht \
             samstagnacht sonntagnacht",
        ),
        (Shy, "mo di mi do fr sa so mai die"),
        (Day(0), "heute heut"),
        (Day(1), "morgen"),
        (Beside, "morgen"),
        (Day(2), "übermorgen"),
        (Day(3), "überübermorgen"),
        (Day(-1), "gestern"),
        (Day(-2), "vorgestern"),
        (Weekend, "wochenende we"),
        (Next, "nächste nächsten nächster nächstes nächstem"),
        (NextAfter, "nächste nächster"),
        (This, "diese diesen dieser dieses diesem kommende kommenden kommender kommendes"),
        (Last, "letzte letzten letzter letztes vorige vorigen"),
        (Begin, "anfang"),
        (Mid, "mitte"),
        (End, "ende"),
        (Holiday(&[("", Fixed(12, 24))]), "heiligabend"),
        (Holiday(&[("", Fixed(12, 25))]), "weihnachten"),
        (Holiday(&[("", Fixed(12, 31))]), "silvester"),
        (Holiday(&[("", Fixed(1, 1))]), "neujahr"),
        (Holiday(&[("", Fixed(2, 14))]), "valentinstag"),
        (Holiday(&[("", Easter(-2))]), "karfreitag"),
        (Holiday(&[("", Easter(0))]), "ostern ostersonntag"),
        (Holiday(&[("", Easter(1))]), "ostermontag"),
        (Holiday(&[("", Easter(49))]), "pfingsten pfingstsonntag"),
        (Holiday(&[("", Easter(50))]), "pfingstmontag"),
        (Clock(12 * HOUR), "mittag mittags"),
        (Midnight, "mitternacht"),
        (Oclock, "uhr"),
        (LetterH, "h"),
        (LetterP, "p"),
        (LetterM, "m"),
        (Sharp, "genau pünktlich"),
        (Past, "nach"),
        (Until, "vor"),
        (Part(Morning), "morgen morgens vormittag vormittags früh morgends"),
        (Part(Afternoon), "nachmittag nachmittags mittags"),
        (Part(Evening), "abend abends"),
        (Part(Night), "nacht nachts"),
        (
            Adverb,
            "morgens vormittags vormittag nachmittags nachmittag mittags abends abend nachts \
             früh",
        ),
        (At, "um ab"),
        (On, "am den der im"),
        (By, "bis"),
        (In, "in im binnen innerhalb_von"),
        (After, "nach"),
        (Around, "gegen circa ca etwa ungefähr zirka rund punkt"),
        (From, "ab von"),
        (Now, "jetzt"),
        (Later, "später ab_jetzt von_jetzt_an darauf"),
        (AgoBefore, "vor"),
        (Before, "vorher vor"),
        (Between, "zwischen von"),
        (Upto, "bis"),
        (Except, "außer"),
        (Bound, "vor nach bis seit während zwischen ab straße strasse platz"),
        (Link, "am an"),
        (Every, "jeden jede jedes jeder alle"),
        (Workday, "werktag werktags werktagen arbeitstag wochentag"),
        (Other, "zweiten anderen"),
        (Cycle(U::Hour, 1), "stündlich"),
        (Cycle(U::Day, 1), "täglich"),
        (Cycle(U::Week, 1), "wöchentlich"),
        (Cycle(U::Month, 1), "monatlich"),
        (Cycle(U::Year, 1), "jährlich"),
        (Weekdays(Mon), "montags"),
        (Weekdays(Tue), "dienstags"),
        (Weekdays(Wed), "mittwochs"),
        (Weekdays(Thu), "donnerstags"),
        (Weekdays(Fri), "freitags"),
        (Weekdays(Sat), "samstags"),
        (Weekdays(Sun), "sonntags"),
        (Workdays, "wochentags werktags"),
        (Per, "pro"),
        (Times, "mal"),
        (MonthEnd, "monatsende zum_monatsende ende_des_monats monatsletzten"),
        (YearEnd, "jahresende ende_des_jahres"),
        (Often(1), "einmal"),
        (Often(2), "zweimal"),
        (Often(3), "dreimal"),
        (Remind, "erinnere erinner erinnert"),
        (RemindAfter, "erinnern zu_erinnern"),
        (Reminder, "erinnerung"),
        (Set, "erstelle stelle stell setze setz mach"),
        (Me, "mich uns mir"),
        (
            Polite,
            "bitte hallo hi hey kannst könntest können könnten du sie doch mal ich \
             möchte",
        ),
        (Thanks, "bitte danke dankeschön"),
        (About, "an über wegen bezüglich betreffs zum zur ans"),
        (To, "zu"),
        (That, "dass daß daran"),
        (For, "für"),
        (
            Joint,
            "dass daß daran an über wegen für mit und oder aber weil wenn in im am um bis zu zum \
             zur bitte danke vor nach ab",
        ),
        (
            Determiner,
            "der die das den dem ein eine einen einem einer mein meine meinen meinem meiner dein \
             deine sein seine ihr ihre unser unsere diese diesen dieser dieses jede jeden jedes",
        ),
    ],
    tells: "anrufen kaufen bezahlen zahlen nehmen gehen holen abholen machen bringen schicken \
        lesen putzen gießen essen mama papa oma opa ist sind habe hat haben muss soll ich du \
        er sie es wir ihr nicht kein mit ohne bei aus auf von zum zur der das den dem miete \
        arzt zahnarzt termin müll tabletten medizin milch brot hund katze schule arbeit \
        kinder bruder schwester geburtstag bank rechnung besprechung treffen einkaufen \
        wäsche rausbringen mutter vater auto ja nein auch noch nur",
};
