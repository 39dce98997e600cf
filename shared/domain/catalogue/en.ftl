# What the product says in English. Each language has the same messages, with the same variables.
# A text is one or two SMS: short words. Tests count septets and look at every message.

# Days, months, dates and times of day. What is told must be read back by the crate `when`.
weekdays = Mon Tue Wed Thu Fri Sat Sun
months = Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec
months-alone = January February March April May June July August September October November December
date = { $weekday } { $day } { $month }
day-month = { $day } { $month }
day-month-year = { $day } { $month } { $year }
date-year = { $weekday } { $day } { $month } { $year }
clock = { $hour12 }:{ $minute }{ $half }
clock-hour = { $hour12 }{ $half }
clock-second = { $hour12 }:{ $minute }:{ $second }{ $half }
clock-several = { $clock }
time = { $date } { $clock }
time-elsewhere = { $time } ({ $clock } { $place })

# A matter that the text did not have, and one that is cut.
no-matter = your reminder
cut = { $words }...
and = { $some } and { $last }
or = { $some } or { $last }

# A reminder is set.
accepted = OK, { $time }: { $matter }. FORGET { $n } drops it.
accepted-taken = OK, { $time }: { $matter }. { $taken }. FORGET { $n } drops it.
series-first = { $rule }, first { $time }
series-next = { $rule }, next { $time }

# To a new number, after its first answer.
welcome = Times are { $place } (ZONE changes it). A text costs { $text }, a reminder you answer { $call }. STOP ends, HELP helps.
welcome-ask-zone = Is your time { $place }? If not, text ZONE and your city. A text costs { $text }, a reminder you answer { $call }. STOP ends, HELP helps.
welcome-in-short = A text costs { $text }, a reminder you answer { $call }. STOP ends, HELP helps.
one-a-day = Until you text again or answer, one call a day.

help = Text: Remind tomorrow 5pm about rent. We call you then and say it. LIST, FORGET 3, CHANGE 3 to 6pm, SNOOZE 10m, SKIP 3, WHY 3, BILL, ZONE Mumbai, LANGUAGE, STOP. A text costs { $text }, an answered call { $call } (a voicemail that picks up answers).

# LIST
list-line = { $n } { $time }: { $matter }
list-more = and { $count } more
list-none = No open reminders. Text: Remind tomorrow 5pm about rent.

# FORGET
forgotten = Forgotten: { $matter }.
forgotten-series = Forgotten, all of it: { $matter }, { $rule }.
no-such-reminder = There is no open reminder { $n }. LIST shows yours.
which-one = Which one? Text { $word } and its number, such as { $word } 3. LIST shows yours.
forget-word = FORGET
forget-all-asked = { $open ->
    [one] Really drop your 1 reminder? Text YES within 10 minutes.
   *[other] Really drop all { $open } reminders? Text YES within 10 minutes.
}
forgot-all = { $dropped ->
    [0] There was nothing to drop.
    [one] 1 reminder dropped. You have none now.
   *[other] { $dropped } reminders dropped. You have none now.
}
nothing-to-confirm = There is nothing to say YES to. LIST shows your reminders.

# CHANGE
changed = Changed, { $time }: { $matter }. FORGET { $n } drops it.
changed-once = Changed this once, { $time }: { $matter }. Then again { $rule }.
which-to-change = Which one? Text CHANGE, its number and the new time, such as CHANGE 3 to 6pm. LIST shows yours.
cannot-change-now = Too late to change { $n }, its time has come: { $matter }. Text SNOOZE 10m to be called again.

# SNOOZE
snoozed = OK, again { $time }: { $matter }.
snoozed-today = OK, again at { $clock }: { $matter }.
nothing-to-snooze = No reminder has called you lately. Text: Remind in 10 minutes about tea.

# SKIP
skipped = Skipped { $time }: { $matter }. Next { $next }.
skipped-last = Skipped { $time }: { $matter }. It was the last one.
rings-once = { $n } rings only once, { $time }: { $matter }. FORGET { $n } drops it.

too-often = { $count ->
    [one] I can ring only once a day for one reminder. Text such as: Remind every day at 9am about the talk
   *[other] I can ring { $count } times a day at most. Text such as: Remind every day at 9am and 6pm about the talk
}

# WHY
why = { $n } { $matter }: { $story }.
deed-accepted = accepted { $time }
deed-changed = changed { $time }
deed-rang = rang { $time }
deed-called = called { $time }
deed-no-answer = no answer
deed-busy = busy
deed-failed = did not get through
deed-answered = answered
deed-charged = charged { $amount }
deed-gave-up-no-answer = gave up
deed-gave-up-too-late = too late to call
deed-gave-up-daily-limit = your calls of the day were used up
deed-gave-up-over-cap = your monthly maximum was reached
deed-gave-up-spend-limit = we could not call
deed-gave-up-blocked = your number does not take our calls
deed-told = sent as SMS { $time }
deed-forgotten = forgotten { $time }
deed-skipped = skipped { $time }
deed-opted-out = no call, you had sent STOP
why-word = WHY
nothing-to-tell = There is no reminder { $n } that I know of. LIST shows yours.

# BILL
bill = { $month }: { $items }. Total { $total }.
bill-only-total = { $month }: Total { $total }.
bill-texts = { $count ->
    [one] 1 text { $amount }
   *[other] { $count } texts { $amount }
}
bill-calls = { $count ->
    [one] 1 answered call { $amount }
   *[other] { $count } answered calls { $amount }
}
bill-allowance = free each month { $amount }
bill-cap = over the monthly maximum { $amount }
bill-credits = credit { $amount }
month-of-year = { $month } { $year }
nothing-charged = Nothing was charged in { $month }.

# A statement, for paper and screens.
statement-title = Statement for { $month }
statement-of = { $who }. Times are { $place }.
statement-date = Date
statement-kind = What
statement-for = For
statement-less-by = Reduced
statement-list = Price
statement-amount = Charged
statement-text = text
statement-call = answered call
statement-credit = credit
statement-reminder = reminder { $n }
statement-total = Total

# ZONE
zone-set = { $moved ->
    [0] Your times are { $place } now; there it is { $clock }.
    [one] Your times are { $place } now; there it is { $clock }. 1 open reminder moved with it.
   *[other] Your times are { $place } now; there it is { $clock }. { $moved } open reminders moved with it.
}
zone-missing = Text ZONE and a big city nearby, such as ZONE Mumbai, or ZONE +5:30.
zone-unknown = I know no city or zone "{ $words }". Text a big city nearby, such as ZONE Mumbai, or ZONE +5:30.
zone-several = "{ $words }" has several zones. Text ZONE and a city, such as { $cities }.
zone-offset = No place keeps { $words } all the year. Text ZONE and a city, such as ZONE Mumbai.

# LANGUAGE
language-set = OK, English from now on.
language-unknown = Text LANGUAGE and one of these: English, Español, Français, Deutsch, Português, हिन्दी.

# STOP and START
stopped = You are out: no calls, no texts, no charges. Text START to come back.
started = { $open ->
    [0] Welcome back. Text: Remind tomorrow 5pm about rent.
    [one] Welcome back. 1 reminder is still ahead; LIST shows it.
   *[other] Welcome back. { $open } reminders are still ahead; LIST shows them.
}

# What cannot be taken.
it = it
empty = That text was empty. Text: Remind tomorrow 5pm about rent.
arrived-too-late = Your text reached us too late for { $time }: { $matter }. Nothing was charged.
too-many-open = You have { $count } open reminders, which is all we keep. FORGET one, then text again.
slow-down = That is more than { $count } texts in a minute. Those over it were not read nor charged; please send them again later.

# In place of a call, or beside one.
gave-up-no-answer = { $tries ->
    [one] Reminder, { $time }: { $matter }. We called once and got no answer.
   *[other] Reminder, { $time }: { $matter }. We called { $tries } times and got no answer.
}
gave-up-too-late = Reminder, { $time }: { $matter }. Sorry, we were too late to call.
gave-up-daily-limit = Reminder, { $time }: { $matter }. No call: a phone gets 5 calls a day at most.
gave-up-over-cap = Reminder, { $time }: { $matter }. No call: your monthly maximum is reached.
gave-up-spend-limit = Reminder, { $time }: { $matter }. Sorry, we could not call.
gave-up-blocked = Reminder, { $time }: { $matter }. Your number does not take our calls.
spelled = Your reminder: { $matter }
cap-reached = You have reached { $amount }, the most that a month costs. Until { $time } nothing more is charged, and reminders come by SMS, without a call.

# What a call says besides its user's words; a voice does not say 10m as minutes.
spoken-no-matter = This is your reminder.
spoken-closing = To be called again, text SNOOZE 10 minutes.

# The rule of a series. The hours follow the days.
weekdays-of-rule = Mon Tue Wed Thu Fri Sat Sun
weekdays-alone = Monday Tuesday Wednesday Thursday Friday Saturday Sunday
every-minutes = { $step ->
    [1] every minute
   *[other] every { $step } minutes
}
every-hours = { $step ->
    [1] every hour
   *[other] every { $step } hours
}
every-days = { $step ->
    [1] every day
    [2] every other day
   *[other] every { $step } days
}
every-weeks = { $step ->
    [1] every week
   *[other] every { $step } weeks
}
every-weekday = { $step ->
    [1] every { $days }
    [2] every other { $days }
   *[other] every { $step } weeks on { $days }
}
every-weekdays = { $step ->
    [1] every { $days }
   *[other] every { $step } weeks on { $days }
}
every-workday = every weekday
every-weekend = every weekend
every-months = { $step ->
    [1] every month
   *[other] every { $step } months
}
every-month-days = { $step ->
    [1] every month on the { $days }
   *[other] every { $step } months on the { $days }
}
every-month-end = last day of every month
every-month-nth = { $step ->
    [1] { $days } of every month
   *[other] { $days } of every { $step } months
}
every-years = { $step ->
    [1] every year
   *[other] every { $step } years
}
every-year-on = { $step ->
    [1] every year on { $days }
   *[other] every { $step } years on { $days }
}
every-year-nth = every { $days } in { $months }
month-day = { $day ->
    [-1] last day
   *[other] { NUMBER($day, type: "ordinal") ->
        [one] { $day }st
        [two] { $day }nd
        [few] { $day }rd
       *[other] { $day }th
    }
}
nth-weekday = { $nth ->
    [1] first { $weekday }
    [2] second { $weekday }
    [3] third { $weekday }
    [4] fourth { $weekday }
    [5] fifth { $weekday }
    [-2] second last { $weekday }
   *[-1] last { $weekday }
}
rule-at = { $rule } { $clocks }
rule-at-several = { $rule } at { $clocks }
rule-except-months = { $rule } except in { $months }
rule-in-months = { $rule } in { $months }
rule-until = { $rule } until { $date }
rule-until-time = { $rule } until { $time }
rule-times = { $rule } { $count } times
rule-elsewhere = { $rule } { $place } time

# No time could be read. The example can be sent as it is.
misread = { $problem } Example: { $example }
misread-no-time = When should I call you? Please add a time.
misread-past = { $what } has passed. Please send a time to come.
misread-impossible = There is no { $what }. Please check the date and time.
misread-contradiction = { $one } and { $other } do not agree. Please send one time.
misread-too-far = { $what } is over { $years } years away, too far for me.
misread-series = How often is { $what }?
misread-several = { $what } is more than one. Please send each by itself.
misread-hours = At which times is { $what }?
misread-days = On which days is { $what }?
misread-that = That time
example-to = Remind { $time } to { $matter }
example-about = Remind { $time } about { $matter }
example-time = tomorrow 5pm
example-hours = every day at 9am and 6pm
example-days = every mon and thu 9am
example-matter = the talk
tomorrow-at = tomorrow { $clock }

# Which of two readings was taken.
taken-not = { $meant }, not { $other }
taken-start-of = the midnight that starts { $weekday }
taken-start-of-day = the midnight that starts the day
taken-zone = the time in { $place }
taken-hour-passed = the usual hour has passed
taken-not-twice-a-week = every { $count } weeks, not twice a week
taken-not-twice-a-month = every { $count } months, not twice a month
taken-months-left-out = months without day { $count } are left out
taken-is-time = { $what } is taken as its time
taken-is-end = { $what } is taken as its end
taken-stays = { $what } stays in the text
