# What the product says in German: Sie. As en.ftl, whose comments hold here as well.

weekdays = Mo Di Mi Do Fr Sa So
months = Januar Februar März April Mai Juni Juli August September Oktober November Dezember
months-alone = Januar Februar März April Mai Juni Juli August September Oktober November Dezember
date = { $weekday }, { $day }. { $month }
day-month = { $day }. { $month }
day-month-year = { $day }. { $month } { $year }
date-year = { $weekday }, { $day }. { $month } { $year }
clock = { $hour24 }:{ $minute }
clock-hour = { $hour24 }:00
clock-second = { $hour24 }:{ $minute }:{ $second }
clock-several = { $clock }
time = { $date } { $clock }
time-elsewhere = { $time } ({ $clock } { $place })

no-matter = Ihre Erinnerung
cut = { $words }...
and = { $some } und { $last }
or = { $some } oder { $last }

accepted = OK, { $time }: { $matter }. VERGISS { $n } löscht es.
accepted-taken = OK, { $time }: { $matter }. { $taken }. VERGISS { $n } löscht es.
series-first = { $rule }, zuerst { $time }
series-next = { $rule }, nächstes Mal { $time }

welcome = Ihre Zeit ist { $place } (ZONE ändert das). Eine SMS kostet { $text }, ein angenommener Anruf { $call }. STOP beendet, HELP hilft.
welcome-ask-zone = Ist Ihre Zeit { $place }? Wenn nicht, senden Sie ZONE und Ihre Stadt. Eine SMS kostet { $text }, ein angenommener Anruf { $call }. STOP beendet, HELP hilft.
welcome-in-short = Eine SMS kostet { $text }, ein angenommener Anruf { $call }. STOP beendet, HELP hilft.
one-a-day = Bis Sie wieder schreiben oder abnehmen: ein Anruf am Tag.

help = Schreiben Sie: Erinnere mich morgen um 17:00 an die Miete. Wir rufen dann an und sagen es. LISTE, VERGISS 3, AENDERE 3 18:00, SPAETER 10m, AUSLASSEN 3, WARUM 3, RECHNUNG, ZONE, SPRACHE, STOP. Eine SMS kostet { $text }, ein angenommener Anruf { $call } (auch von einer Mailbox).

list-line = { $n } { $time }: { $matter }
list-more = und { $count } weitere
list-none = Keine Erinnerungen. Schreiben Sie: Erinnere mich morgen um 17:00 an die Miete

forgotten = Vergessen: { $matter }.
forgotten-series = Vergessen, die ganze Serie: { $matter }, { $rule }.
no-such-reminder = Es gibt keine Erinnerung { $n }. LISTE zeigt Ihre.
which-one = Welche? Senden Sie { $word } und die Nummer, zum Beispiel { $word } 3. LISTE zeigt Ihre.
forget-word = VERGISS
forget-all-asked = { $open ->
    [one] Wirklich Ihre einzige Erinnerung löschen? Senden Sie JA innerhalb von 10 Minuten.
   *[other] Wirklich alle { $open } Erinnerungen löschen? Senden Sie JA innerhalb von 10 Minuten.
}
forgot-all = { $dropped ->
    [0] Es gab nichts zu löschen.
    [one] 1 Erinnerung gelöscht. Jetzt gibt es keine mehr.
   *[other] { $dropped } Erinnerungen gelöscht. Jetzt gibt es keine mehr.
}
nothing-to-confirm = Es gibt nichts zu bestätigen. LISTE zeigt Ihre Erinnerungen.

changed = Geändert, { $time }: { $matter }. VERGISS { $n } löscht es.
changed-once = Nur dieses Mal geändert, { $time }: { $matter }. Danach wie bisher, { $rule }.
which-to-change = Welche? Senden Sie AENDERE, die Nummer und die neue Zeit, zum Beispiel AENDERE 3 18:00. LISTE zeigt Ihre.
cannot-change-now = Zum Ändern von { $n } ist es zu spät, die Zeit ist da: { $matter }. Senden Sie SPAETER 10m für einen neuen Anruf.

snoozed = OK, noch einmal { $time }: { $matter }.
snoozed-today = OK, noch einmal um { $clock }: { $matter }.
nothing-to-snooze = Zuletzt hat Sie keine Erinnerung angerufen. Schreiben Sie: Erinnere mich in 10 Minuten an den Tee

skipped = Ausgelassen { $time }: { $matter }. Das nächste Mal { $next }.
skipped-last = Ausgelassen { $time }: { $matter }. Es war das letzte Mal.
rings-once = { $n } klingelt nur einmal, { $time }: { $matter }. VERGISS { $n } löscht es.

too-often = { $count ->
    [one] Eine Erinnerung kann nur einmal am Tag klingeln. Zum Beispiel: Erinnere mich jeden Tag um 09:00 an die Tablette
   *[other] Eine Erinnerung kann höchstens { $count } Mal am Tag klingeln. Zum Beispiel: Erinnere mich jeden Tag um 09:00 und 18:00 an die Tablette
}

why = { $n } { $matter }: { $story }.
deed-accepted = angenommen { $time }
deed-changed = geändert { $time }
deed-rang = geklingelt { $time }
deed-called = angerufen { $time }
deed-no-answer = keine Antwort
deed-busy = besetzt
deed-failed = nicht durchgekommen
deed-answered = abgenommen
deed-charged = berechnet { $amount }
deed-gave-up-no-answer = aufgegeben
deed-gave-up-too-late = zu spät für einen Anruf
deed-gave-up-daily-limit = Ihre Anrufe des Tages waren verbraucht
deed-gave-up-over-cap = Ihr Monatshöchstbetrag war erreicht
deed-gave-up-spend-limit = wir konnten nicht anrufen
deed-gave-up-blocked = Ihre Nummer nimmt unsere Anrufe nicht an
deed-told = als SMS gesendet { $time }
deed-forgotten = vergessen { $time }
deed-skipped = ausgelassen { $time }
deed-opted-out = kein Anruf, Sie hatten STOP gesendet
why-word = WARUM
nothing-to-tell = Ich kenne keine Erinnerung { $n }. LISTE zeigt Ihre.

bill = { $month }: { $items }. Summe { $total }.
bill-only-total = { $month }: Summe { $total }.
bill-texts = { $count } SMS { $amount }
bill-calls = { $count ->
    [one] 1 angenommener Anruf { $amount }
   *[other] { $count } angenommene Anrufe { $amount }
}
bill-allowance = jeden Monat frei { $amount }
bill-cap = über dem Monatshöchstbetrag { $amount }
bill-credits = Gutschrift { $amount }
month-of-year = { $month } { $year }
nothing-charged = Im { $month } wurde nichts berechnet.

statement-title = Abrechnung für { $month }
statement-of = { $who }. Die Zeiten gelten für { $place }.
statement-date = Datum
statement-kind = Was
statement-for = Wofür
statement-less-by = Nachlass
statement-list = Preis
statement-amount = Berechnet
statement-text = SMS
statement-call = angenommener Anruf
statement-credit = Gutschrift
statement-reminder = Erinnerung { $n }
statement-total = Summe

zone-set = { $moved ->
    [0] Ihre Zeit ist jetzt { $place }; dort ist es { $clock }.
    [one] Ihre Zeit ist jetzt { $place }; dort ist es { $clock }. 1 Erinnerung wurde mit verlegt.
   *[other] Ihre Zeit ist jetzt { $place }; dort ist es { $clock }. { $moved } Erinnerungen wurden mit verlegt.
}
zone-missing = Senden Sie ZONE und eine große Stadt in der Nähe, zum Beispiel ZONE Berlin, oder ZONE +1.
zone-unknown = Ich kenne keine Stadt oder Zone "{ $words }". Senden Sie eine große Stadt in der Nähe, zum Beispiel ZONE Berlin, oder ZONE +1.
zone-several = "{ $words }" hat mehrere Zonen. Senden Sie ZONE und eine Stadt, zum Beispiel { $cities }.
zone-offset = Kein Ort hat das ganze Jahr { $words }. Senden Sie ZONE und eine Stadt, zum Beispiel ZONE Berlin.

language-set = OK, ab jetzt auf Deutsch.
language-unknown = Senden Sie SPRACHE und eine von diesen: English, Español, Français, Deutsch, Português, हिन्दी.

stopped = Sie sind abgemeldet: keine Anrufe, keine SMS, keine Kosten. START bringt Sie zurück.
started = { $open ->
    [0] Willkommen zurück. Schreiben Sie: Erinnere mich morgen um 17:00 an die Miete
    [one] Willkommen zurück. 1 Erinnerung steht noch an; LISTE zeigt sie.
   *[other] Willkommen zurück. { $open } Erinnerungen stehen noch an; LISTE zeigt sie.
}

it = es
empty = Die SMS war leer. Schreiben Sie: Erinnere mich morgen um 17:00 an die Miete
arrived-too-late = Ihre SMS kam zu spät für { $time }: { $matter }. Es wurde nichts berechnet.
too-many-open = Sie haben { $count } Erinnerungen, mehr bewahren wir nicht auf. Löschen Sie eine mit VERGISS und schreiben Sie noch einmal.
slow-down = Das sind mehr als { $count } SMS in einer Minute. Die übrigen wurden nicht gelesen und nicht berechnet; bitte später noch einmal senden.

gave-up-no-answer = { $tries ->
    [one] Erinnerung, { $time }: { $matter }. Wir haben einmal angerufen, ohne Antwort.
   *[other] Erinnerung, { $time }: { $matter }. Wir haben { $tries } Mal angerufen, ohne Antwort.
}
gave-up-too-late = Erinnerung, { $time }: { $matter }. Entschuldigung, für einen Anruf war es zu spät.
gave-up-daily-limit = Erinnerung, { $time }: { $matter }. Kein Anruf: ein Telefon bekommt höchstens 5 am Tag.
gave-up-over-cap = Erinnerung, { $time }: { $matter }. Kein Anruf: Ihr Monatshöchstbetrag ist erreicht.
gave-up-spend-limit = Erinnerung, { $time }: { $matter }. Entschuldigung, wir konnten nicht anrufen.
gave-up-blocked = Erinnerung, { $time }: { $matter }. Ihre Nummer nimmt unsere Anrufe nicht an.
spelled = Ihre Erinnerung: { $matter }
cap-reached = Sie haben { $amount } erreicht, mehr kostet kein Monat. Bis { $time } wird nichts mehr berechnet, und Erinnerungen kommen als SMS, ohne Anruf.

spoken-no-matter = Das ist Ihre Erinnerung.
spoken-closing = Für einen neuen Anruf senden Sie SPAETER 10 Minuten.

weekdays-of-rule = Mo Di Mi Do Fr Sa So
weekdays-alone = Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag
every-minutes = { $step ->
    [1] jede Minute
   *[other] alle { $step } Minuten
}
every-hours = { $step ->
    [1] jede Stunde
   *[other] alle { $step } Stunden
}
every-days = { $step ->
    [1] jeden Tag
   *[other] alle { $step } Tage
}
every-weeks = { $step ->
    [1] jede Woche
   *[other] alle { $step } Wochen
}
every-weekday = { $step ->
    [1] jeden { $days }
    [2] jeden zweiten { $days }
   *[other] alle { $step } Wochen am { $days }
}
every-weekdays = { $step ->
    [1] jeden { $days }
   *[other] alle { $step } Wochen am { $days }
}
every-workday = werktags
every-weekend = jedes Wochenende
every-months = { $step ->
    [1] jeden Monat
   *[other] alle { $step } Monate
}
every-month-days = { $step ->
    [1] jeden Monat am { $days }
   *[other] alle { $step } Monate am { $days }
}
every-month-end = jeden Monat am letzten Tag
every-month-nth = { $step ->
    [1] am { $days } jedes Monats
   *[other] alle { $step } Monate am { $days }
}
every-years = { $step ->
    [1] jedes Jahr
   *[other] alle { $step } Jahre
}
every-year-on = { $step ->
    [1] jährlich am { $days }
   *[other] alle { $step } Jahre am { $days }
}
every-year-nth = jeden { $days } im { $months }
month-day = { $day ->
    [-1] letzten Tag
   *[other] { $day }.
}
nth-weekday = { $nth ->
    [1] ersten { $weekday }
    [2] zweiten { $weekday }
    [3] dritten { $weekday }
    [4] vierten { $weekday }
    [5] fünften { $weekday }
    [-2] vorletzten { $weekday }
   *[-1] letzten { $weekday }
}
rule-at = { $rule } { $clocks }
rule-at-several = { $rule } um { $clocks }
rule-except-months = { $rule } außer im { $months }
rule-in-months = { $rule } im { $months }
rule-until = { $rule } bis { $date }
rule-until-time = { $rule } bis { $time }
rule-times = { $rule } { $count } Mal
rule-elsewhere = { $rule } ({ $place })

misread = { $problem } Beispiel: { $example }
misread-no-time = Wann soll ich anrufen? Bitte eine Zeit dazuschreiben.
misread-past = { $what } ist vorbei. Bitte eine Zeit senden, die noch kommt.
misread-impossible = { $what } gibt es nicht. Bitte Datum und Uhrzeit prüfen.
misread-contradiction = { $one } und { $other } passen nicht zusammen. Bitte nur eine Zeit senden.
misread-too-far = { $what } ist mehr als { $years } Jahre hin, das ist zu weit.
misread-series = Wie oft ist { $what }?
misread-several = { $what } ist mehr als eine Erinnerung. Bitte jede einzeln senden.
misread-hours = Um wie viel Uhr ist { $what }?
misread-days = An welchen Tagen ist { $what }?
misread-that = Diese Zeit
example-to = Erinnere mich { $time } an { $matter }
example-about = Erinnere mich { $time } an { $matter }
example-time = morgen um 17:00
example-hours = jeden Tag um 09:00 und 18:00
example-days = jeden Mo und Do um 09:00
example-matter = die Besprechung
tomorrow-at = morgen { $clock }

taken-not = { $meant }, nicht { $other }
taken-start-of = die Mitternacht, mit der { $weekday } beginnt
taken-start-of-day = die Mitternacht, mit der der Tag beginnt
taken-zone = die Zeit in { $place }
taken-hour-passed = die übliche Stunde ist vorbei
taken-not-twice-a-week = alle { $count } Wochen, nicht zweimal pro Woche
taken-not-twice-a-month = alle { $count } Monate, nicht zweimal im Monat
taken-months-left-out = Monate ohne { $count }. entfallen
taken-is-time = { $what } gilt als Uhrzeit
taken-is-end = { $what } gilt als Ende
taken-stays = { $what } bleibt im Text
