# What the product says in Hindi. As en.ftl, whose comments hold here as well. A part of an SMS has 67 characters of
# this script, so everything is said in few words.

weekdays = सोम मंगल बुध गुरु शुक्र शनि रवि
months = जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर
months-alone = जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर
date = { $weekday } { $day } { $month }
day-month = { $day } { $month }
day-month-year = { $day } { $month } { $year }
date-year = { $weekday } { $day } { $month } { $year }
# Hours after midnight are not told with रात, which could be that of the day before.
clock = { $part ->
    [night] { $hour24 }:{ $minute }
    [morning] सुबह { $hour12 }:{ $minute }
    [noon] दोपहर { $hour12 }:{ $minute }
    [evening] शाम { $hour12 }:{ $minute }
   *[late] रात { $hour12 }:{ $minute }
}
clock-hour = { $part ->
    [night] { $hour24 }:00
    [morning] सुबह { $hour12 } बजे
    [noon] दोपहर { $hour12 } बजे
    [evening] शाम { $hour12 } बजे
   *[late] रात { $hour12 } बजे
}
clock-second = { $hour24 }:{ $minute }:{ $second }
clock-several = { $hour24 }:{ $minute }
time = { $date } { $clock }
time-elsewhere = { $time } ({ $place } { $clock })

no-matter = आपका रिमाइंडर
cut = { $words }...
and = { $some } और { $last }
or = { $some } या { $last }

accepted = ठीक है, { $time }: { $matter }। हटाने को भूल { $n } लिखें।
accepted-taken = ठीक है, { $time }: { $matter }। { $taken }। हटाने को भूल { $n } लिखें।
series-first = { $rule }, पहली बार { $time }
series-next = { $rule }, अगली बार { $time }

welcome = समय { $place } का है। SMS { $text }, उठाई गई कॉल { $call }। बंद: STOP, मदद: HELP
welcome-ask-zone = क्या समय { $place } का है? नहीं तो समय और शहर लिखें। SMS { $text }, उठाई गई कॉल { $call }। बंद: STOP, मदद: HELP
welcome-in-short = SMS { $text }, कॉल { $call }। STOP, HELP
one-a-day = दोबारा लिखने या कॉल उठाने तक दिन में एक कॉल।

help = कल शाम 5 बजे किराया याद दिलाना - ऐसे लिखें, हम कॉल करेंगे। सूची, भूल 3, बदल 3, बाद, छोड़ 3, STOP। SMS { $text }, कॉल { $call }

list-line = { $n } { $time }: { $matter }
list-more = और { $count }
list-none = कोई रिमाइंडर नहीं। लिखें: कल शाम 5 बजे किराया याद दिलाना

forgotten = हटा दिया: { $matter }।
forgotten-series = पूरा हटा दिया: { $matter }, { $rule }।
no-such-reminder = रिमाइंडर { $n } नहीं है। सूची लिखें।
which-one = कौन सा? { $word } और नंबर लिखें, जैसे { $word } 3। सूची सब दिखाती है।
forget-word = भूल
forget-all-asked = { $open ->
    [1] क्या सच में 1 रिमाइंडर हटाना है? 10 मिनट में हाँ लिखें।
   *[other] क्या सच में सब { $open } रिमाइंडर हटाने हैं? 10 मिनट में हाँ लिखें।
}
forgot-all = { $dropped ->
    [0] हटाने को कुछ नहीं था।
    [1] 1 रिमाइंडर हटा दिया। अब कोई नहीं है।
   *[other] { $dropped } रिमाइंडर हटा दिए। अब कोई नहीं है।
}
nothing-to-confirm = हाँ किस बात की? कुछ पूछा नहीं था। सूची लिखें।

changed = बदल दिया, { $time }: { $matter }। हटाने को भूल { $n } लिखें।
changed-once = सिर्फ़ इस बार, { $time }: { $matter }। फिर पहले जैसे, { $rule }।
which-to-change = कौन सा? बदल, नंबर और नया समय लिखें, जैसे बदल 3 शाम 6 बजे। सूची सब दिखाती है।
cannot-change-now = { $n } का समय हो गया, अब नहीं बदलेगा: { $matter }। फिर कॉल के लिए बाद 10 मिनट लिखें।

snoozed = ठीक है, फिर { $time }: { $matter }।
snoozed-today = ठीक है, फिर { $clock }: { $matter }।
nothing-to-snooze = हाल में कोई कॉल नहीं हुई। लिखें: 10 मिनट में चाय याद दिलाना

skipped = इस बार नहीं, { $time }: { $matter }। अगली बार { $next }।
skipped-last = इस बार नहीं, { $time }: { $matter }। यह आख़िरी था।
rings-once = { $n } एक ही बार है, { $time }: { $matter }। हटाने को भूल { $n } लिखें।

too-often = { $count ->
    [1] एक दिन में एक ही कॉल हो सकती है। जैसे: हर दिन सुबह 9 बजे दवाई याद दिलाना
   *[other] एक दिन में { $count } से ज़्यादा कॉल नहीं। जैसे: हर दिन 09:00 और 18:00 दवाई याद दिलाना
}

why = { $n } { $matter }: { $story }।
deed-accepted = { $time } लिया
deed-changed = { $time } बदला
deed-rang = { $time } घंटी
deed-called = { $time } कॉल
deed-no-answer = नहीं उठाया
deed-busy = व्यस्त
deed-failed = कॉल नहीं लगी
deed-answered = उठाया
deed-charged = { $amount } लगे
deed-gave-up-no-answer = छोड़ा
deed-gave-up-too-late = कॉल को देर हो गई
deed-gave-up-daily-limit = आज की कॉल पूरी हो गईं
deed-gave-up-over-cap = महीने की सीमा पूरी हुई
deed-gave-up-spend-limit = कॉल नहीं हो सकी
deed-gave-up-blocked = आपका नंबर हमारी कॉल नहीं लेता
deed-told = { $time } SMS भेजा
deed-forgotten = { $time } हटाया
deed-skipped = { $time } छोड़ा
deed-opted-out = कॉल नहीं, आपने STOP भेजा था
why-word = क्यों
nothing-to-tell = रिमाइंडर { $n } का पता नहीं। सूची लिखें।

bill = { $month }: { $items }। कुल { $total }।
bill-only-total = { $month }: कुल { $total }।
bill-texts = { $count } SMS { $amount }
bill-calls = { $count } कॉल { $amount }
bill-allowance = मुफ़्त { $amount }
bill-cap = सीमा से ऊपर { $amount }
bill-credits = वापसी { $amount }
month-of-year = { $month } { $year }
nothing-charged = { $month } में कुछ नहीं लगा।

statement-title = { $month } का विवरण
statement-of = { $who }। समय { $place } का है।
statement-date = तारीख
statement-kind = क्या
statement-for = किसलिए
statement-less-by = कटौती
statement-list = दाम
statement-amount = लगा
statement-text = SMS
statement-call = कॉल उठी
statement-credit = वापसी
statement-reminder = रिमाइंडर { $n }
statement-total = कुल

zone-set = { $moved ->
    [0] अब समय { $place } का है; वहाँ { $clock } है।
    [1] अब समय { $place } का है; वहाँ { $clock } है। 1 रिमाइंडर साथ बदला।
   *[other] अब समय { $place } का है; वहाँ { $clock } है। { $moved } रिमाइंडर साथ बदले।
}
zone-missing = समय और पास का बड़ा शहर लिखें, जैसे समय Mumbai या समय +5:30
zone-unknown = "{ $words }" शहर का पता नहीं। बड़ा शहर लिखें, जैसे समय Mumbai या समय +5:30
zone-several = "{ $words }" में कई समय हैं। समय और शहर लिखें, जैसे { $cities }।
zone-offset = { $words } साल भर कहीं नहीं। समय और शहर लिखें, जैसे समय Mumbai

language-set = ठीक है, अब से हिंदी। कॉल की आवाज़ अंग्रेज़ी है, इसलिए बात SMS से भी आएगी।
language-unknown = भाषा और इनमें से एक लिखें: English, Español, Français, Deutsch, Português, हिन्दी

stopped = बंद: न कॉल, न SMS, न ख़र्च। फिर चालू करने को START लिखें।
started = { $open ->
    [0] फिर स्वागत है। लिखें: कल शाम 5 बजे किराया याद दिलाना
    [1] फिर स्वागत है। 1 रिमाइंडर बाक़ी है; सूची लिखें।
   *[other] फिर स्वागत है। { $open } रिमाइंडर बाक़ी हैं; सूची लिखें।
}

it = काम
empty = SMS ख़ाली था। लिखें: कल शाम 5 बजे किराया याद दिलाना
arrived-too-late = SMS देर से मिला, { $time }: { $matter }। कुछ नहीं लगा।
too-many-open = आपके { $count } रिमाइंडर हैं, और नहीं रखते। भूल लिखकर एक हटाएँ, फिर लिखें।
slow-down = एक मिनट में { $count } से ज़्यादा SMS। बाक़ी न पढ़े, न पैसे लगे; बाद में फिर भेजें।

gave-up-no-answer = { $tries ->
    [1] रिमाइंडर, { $time }: { $matter }। हमने कॉल की, किसी ने नहीं उठाया।
   *[other] रिमाइंडर, { $time }: { $matter }। हमने { $tries } बार कॉल की, किसी ने नहीं उठाया।
}
gave-up-too-late = रिमाइंडर, { $time }: { $matter }। माफ़ करें, कॉल को देर हो गई।
gave-up-daily-limit = रिमाइंडर, { $time }: { $matter }। एक फ़ोन पर दिन में 5 ही कॉल होती हैं।
gave-up-over-cap = रिमाइंडर, { $time }: { $matter }। कॉल नहीं: महीने की सीमा पूरी हुई।
gave-up-spend-limit = रिमाइंडर, { $time }: { $matter }। माफ़ करें, कॉल नहीं हो सकी।
gave-up-blocked = रिमाइंडर, { $time }: { $matter }। आपका नंबर हमारी कॉल नहीं लेता।
spelled = आपका रिमाइंडर: { $matter }
cap-reached = आपकी महीने की सीमा { $amount } पूरी हुई। { $time } तक और कुछ नहीं लगेगा; रिमाइंडर SMS से आएँगे, कॉल नहीं।

# A call has an English voice: these two are spoken by it.
spoken-no-matter = This is your reminder.
spoken-closing = To be called again, text SNOOZE 10 minutes.

weekdays-of-rule = सोम मंगल बुध गुरु शुक्र शनि रवि
weekdays-alone = सोमवार मंगलवार बुधवार गुरुवार शुक्रवार शनिवार रविवार
every-minutes = { $step ->
    [1] हर मिनट
   *[other] हर { $step } मिनट
}
every-hours = { $step ->
    [1] हर घंटे
   *[other] हर { $step } घंटे
}
every-days = { $step ->
    [1] हर दिन
    [2] हर दूसरे दिन
   *[other] हर { $step } दिन
}
every-weeks = { $step ->
    [1] हर हफ़्ते
   *[other] हर { $step } हफ़्ते
}
every-weekday = { $step ->
    [1] हर { $days }
    [2] हर दूसरे { $days }
   *[other] हर { $step } हफ़्ते { $days }
}
every-weekdays = { $step ->
    [1] हर { $days }
   *[other] हर { $step } हफ़्ते { $days }
}
every-workday = हर कामकाजी दिन
every-weekend = हर वीकेंड
every-months = { $step ->
    [1] हर महीने
   *[other] हर { $step } महीने
}
every-month-days = { $step ->
    [1] हर महीने { $days } तारीख
   *[other] हर { $step } महीने { $days } तारीख
}
every-month-end = हर महीने के आख़िरी दिन
every-month-nth = { $step ->
    [1] हर महीने के { $days }
   *[other] हर { $step } महीने के { $days }
}
every-years = { $step ->
    [1] हर साल
   *[other] हर { $step } साल
}
every-year-on = { $step ->
    [1] हर साल { $days }
   *[other] हर { $step } साल { $days }
}
every-year-nth = हर साल { $months } के { $days }
month-day = { $day ->
    [-1] आख़िरी
   *[other] { $day }
}
nth-weekday = { $nth ->
    [1] पहले { $weekday }
    [2] दूसरे { $weekday }
    [3] तीसरे { $weekday }
    [4] चौथे { $weekday }
    [5] पाँचवें { $weekday }
    [-2] आख़िरी से पहले { $weekday }
   *[-1] आख़िरी { $weekday }
}
rule-at = { $rule } { $clocks }
rule-at-several = { $rule } { $clocks }
rule-except-months = { $rule }, { $months } छोड़कर
rule-in-months = { $rule }, { $months } में
rule-until = { $rule } { $date } तक
rule-until-time = { $rule } { $time } तक
rule-times = { $rule } { $count } बार
rule-elsewhere = { $rule } ({ $place })

misread = { $problem } जैसे: { $example }
misread-no-time = कब कॉल करें? समय भी लिखें।
misread-past = { $what } बीत गया। आगे का समय लिखें।
misread-impossible = { $what } होता ही नहीं। तारीख़ और समय देखें।
misread-contradiction = { $one } और { $other } मेल नहीं खाते। एक ही समय लिखें।
misread-too-far = { $what } { $years } साल से आगे है, बहुत दूर।
misread-series = { $what } कितनी बार?
misread-several = { $what } एक से ज़्यादा है। अलग-अलग लिखें।
misread-hours = { $what } किस-किस समय?
misread-days = { $what } किन दिनों?
misread-that = वह समय
example-to = { $time } { $matter } याद दिलाना
example-about = { $time } { $matter } याद दिलाना
example-time = कल शाम 5 बजे
example-hours = हर दिन 09:00 और 18:00
example-days = हर सोमवार और गुरुवार सुबह 9 बजे
example-matter = मीटिंग
tomorrow-at = कल { $clock }

taken-not = { $meant }, { $other } नहीं
taken-start-of = { $weekday } शुरू होते ही
taken-start-of-day = दिन शुरू होते ही
taken-zone = { $place } का समय
taken-hour-passed = रोज़ का समय बीत गया
taken-not-twice-a-week = हर { $count } हफ़्ते, हफ़्ते में दो बार नहीं
taken-not-twice-a-month = हर { $count } महीने, महीने में दो बार नहीं
taken-months-left-out = जिन महीनों में { $count } तारीख़ नहीं, वे छूटेंगे
taken-is-time = { $what } को समय माना
taken-is-end = { $what } को अंत माना
taken-stays = { $what } बात में रहा
