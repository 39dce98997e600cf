# What the product says in French: vous. As en.ftl, whose comments hold here as well.

weekdays = lundi mardi mercredi jeudi vendredi samedi dimanche
months = janvier février mars avril mai juin juillet août septembre octobre novembre décembre
months-alone = janvier février mars avril mai juin juillet août septembre octobre novembre décembre
date = { $weekday } { $day ->
    [1] 1er
   *[other] { $day }
} { $month }
day-month = { $day ->
    [1] 1er
   *[other] { $day }
} { $month }
day-month-year = { $day ->
    [1] 1er
   *[other] { $day }
} { $month } { $year }
date-year = { $weekday } { $day ->
    [1] 1er
   *[other] { $day }
} { $month } { $year }
clock = { $hour24 }:{ $minute }
clock-hour = { $hour24 }:00
clock-second = { $hour24 }:{ $minute }:{ $second }
clock-several = { $clock }
time = { $date } { $clock }
time-elsewhere = { $time } ({ $clock } { $place })

no-matter = votre rappel
cut = { $words }...
and = { $some } et { $last }
or = { $some } ou { $last }

accepted = OK, { $time } : { $matter }. OUBLIE { $n } l'efface.
accepted-taken = OK, { $time } : { $matter }. { $taken }. OUBLIE { $n } l'efface.
series-first = { $rule }, d'abord { $time }
series-next = { $rule }, prochaine fois { $time }

welcome = Heure de { $place } (ZONE la change). Un SMS coûte { $text }, un rappel décroché { $call }. STOP pour arrêter, HELP pour l'aide.
welcome-ask-zone = Votre heure est-elle celle de { $place } ? Sinon, envoyez ZONE et votre ville. Un SMS coûte { $text }, un rappel décroché { $call }. STOP pour arrêter, HELP pour l'aide.
welcome-in-short = Un SMS coûte { $text }, un rappel décroché { $call }. STOP pour arrêter, HELP pour l'aide.
one-a-day = Avant un autre SMS ou un appel décroché : un appel par jour.

help = Écrivez : Rappelez-moi demain à 17:00 de payer le loyer. Nous vous appelons et le disons. LISTE, OUBLIE 3, CHANGE 3 à 18:00, REPORTE 10m, SAUTE 3, POURQUOI 3, FACTURE, ZONE, LANGUE, STOP. Un SMS coûte { $text }, un appel décroché { $call } (aussi par un répondeur).

list-line = { $n } { $time } : { $matter }
list-more = et { $count } de plus
list-none = Aucun rappel. Écrivez : Rappelez-moi demain à 17:00 de payer le loyer

forgotten = Oublié : { $matter }.
forgotten-series = Oublié, toute la série : { $matter }, { $rule }.
no-such-reminder = Il n'y a pas de rappel { $n }. LISTE montre les vôtres.
which-one = Lequel ? Envoyez { $word } et son numéro, par exemple { $word } 3. LISTE montre les vôtres.
forget-word = OUBLIE
forget-all-asked = { $open ->
    [one] Vraiment effacer votre seul rappel ? Envoyez OUI dans les 10 minutes.
   *[other] Vraiment effacer les { $open } rappels ? Envoyez OUI dans les 10 minutes.
}
forgot-all = { $dropped ->
    [0] Il n'y avait rien à effacer.
    [one] 1 rappel effacé. Il n'en reste aucun.
   *[other] { $dropped } rappels effacés. Il n'en reste aucun.
}
nothing-to-confirm = Il n'y a rien à confirmer. LISTE montre vos rappels.

changed = Changé, { $time } : { $matter }. OUBLIE { $n } l'efface.
changed-once = Changé cette fois seulement, { $time } : { $matter }. Ensuite comme avant, { $rule }.
which-to-change = Lequel ? Envoyez CHANGE, son numéro et la nouvelle heure, par exemple CHANGE 3 à 18:00. LISTE montre les vôtres.
cannot-change-now = Trop tard pour changer le { $n }, son heure est venue : { $matter }. Envoyez REPORTE 10m pour être rappelé.

snoozed = OK, à nouveau { $time } : { $matter }.
snoozed-today = OK, à nouveau à { $clock } : { $matter }.
nothing-to-snooze = Aucun rappel ne vous a appelé récemment. Écrivez : Rappelez-moi dans 10 minutes le thé

skipped = Pas cette fois, { $time } : { $matter }. La prochaine, { $next }.
skipped-last = Pas cette fois, { $time } : { $matter }. C'était la dernière.
rings-once = Le { $n } ne sonne qu'une fois, { $time } : { $matter }. OUBLIE { $n } l'efface.

too-often = { $count ->
    [one] Un rappel ne peut sonner qu'une fois par jour. Par exemple : Rappelez-moi chaque jour à 09:00 le médicament
   *[other] Un rappel peut sonner { $count } fois par jour au plus. Par exemple : Rappelez-moi chaque jour à 09:00 et 18:00 le médicament
}

why = { $n } { $matter } : { $story }.
deed-accepted = accepté { $time }
deed-changed = changé { $time }
deed-rang = sonné { $time }
deed-called = appelé { $time }
deed-no-answer = sans réponse
deed-busy = occupé
deed-failed = l'appel n'est pas passé
deed-answered = décroché
deed-charged = facturé { $amount }
deed-gave-up-no-answer = abandonné
deed-gave-up-too-late = trop tard pour appeler
deed-gave-up-daily-limit = vos appels du jour étaient épuisés
deed-gave-up-over-cap = votre maximum du mois était atteint
deed-gave-up-spend-limit = nous n'avons pas pu appeler
deed-gave-up-blocked = votre numéro refuse nos appels
deed-told = envoyé par SMS { $time }
deed-forgotten = oublié { $time }
deed-skipped = sauté { $time }
deed-opted-out = pas d'appel, vous aviez envoyé STOP
why-word = POURQUOI
nothing-to-tell = Je ne connais pas de rappel { $n }. LISTE montre les vôtres.

bill = { $month } : { $items }. Total { $total }.
bill-only-total = { $month } : Total { $total }.
bill-texts = { $count } SMS { $amount }
bill-calls = { $count ->
    [one] 1 appel décroché { $amount }
   *[other] { $count } appels décrochés { $amount }
}
bill-allowance = gratuit chaque mois { $amount }
bill-cap = au-delà du maximum du mois { $amount }
bill-credits = avoir { $amount }
month-of-year = { $month } { $year }
nothing-charged = Rien n'a été facturé en { $month }.

statement-title = Relevé de { $month }
statement-of = { $who }. Les heures sont celles de { $place }.
statement-date = Date
statement-kind = Quoi
statement-for = Pour
statement-less-by = Réduction
statement-list = Prix
statement-amount = Facturé
statement-text = SMS
statement-call = appel décroché
statement-credit = avoir
statement-reminder = rappel { $n }
statement-total = Total

zone-set = { $moved ->
    [0] Votre heure est maintenant celle de { $place } ; il y est { $clock }.
    [one] Votre heure est maintenant celle de { $place } ; il y est { $clock }. 1 rappel a suivi.
   *[other] Votre heure est maintenant celle de { $place } ; il y est { $clock }. { $moved } rappels ont suivi.
}
zone-missing = Envoyez ZONE et une grande ville proche, par exemple ZONE Paris, ou ZONE +1.
zone-unknown = Je ne connais pas la ville ou zone "{ $words }". Envoyez une grande ville proche, par exemple ZONE Paris, ou ZONE +1.
zone-several = "{ $words }" a plusieurs zones. Envoyez ZONE et une ville, par exemple { $cities }.
zone-offset = Aucun lieu ne garde { $words } toute l'année. Envoyez ZONE et une ville, par exemple ZONE Paris.

language-set = OK, en français désormais.
language-unknown = Envoyez LANGUE et l'une de celles-ci : English, Español, Français, Deutsch, Português, हिन्दी.

stopped = C'est arrêté : plus d'appels, plus de messages, plus de frais. Envoyez START pour revenir.
started = { $open ->
    [0] Content de vous revoir. Écrivez : Rappelez-moi demain à 17:00 de payer le loyer
    [one] Content de vous revoir. 1 rappel reste à venir ; LISTE le montre.
   *[other] Content de vous revoir. { $open } rappels restent à venir ; LISTE les montre.
}

it = cela
empty = Ce message était vide. Écrivez : Rappelez-moi demain à 17:00 de payer le loyer
arrived-too-late = Votre message est arrivé trop tard pour { $time } : { $matter }. Rien n'a été facturé.
too-many-open = Vous avez { $count } rappels, nous n'en gardons pas plus. Effacez-en un avec OUBLIE, puis réécrivez.
slow-down = Plus de { $count } messages en une minute. Ceux en trop n'ont été ni lus ni facturés ; renvoyez-les plus tard, s'il vous plaît.

gave-up-no-answer = { $tries ->
    [one] Rappel, { $time } : { $matter }. Nous avons appelé une fois, sans réponse.
   *[other] Rappel, { $time } : { $matter }. Nous avons appelé { $tries } fois, sans réponse.
}
gave-up-too-late = Rappel, { $time } : { $matter }. Désolés, il était trop tard pour appeler.
gave-up-daily-limit = Rappel, { $time } : { $matter }. Pas d'appel : un téléphone en reçoit 5 par jour au plus.
gave-up-over-cap = Rappel, { $time } : { $matter }. Pas d'appel : votre maximum du mois est atteint.
gave-up-spend-limit = Rappel, { $time } : { $matter }. Désolés, nous n'avons pas pu appeler.
gave-up-blocked = Rappel, { $time } : { $matter }. Votre numéro refuse nos appels.
spelled = Votre rappel : { $matter }
cap-reached = Vous avez atteint { $amount }, le plus que coûte un mois. Jusqu'à { $time } plus rien n'est facturé, et les rappels viennent par SMS, sans appel.

spoken-no-matter = Ceci est votre rappel.
spoken-closing = Pour être rappelé, envoyez REPORTE 10 minutes.

weekdays-of-rule = lundi mardi mercredi jeudi vendredi samedi dimanche
weekdays-alone = lundi mardi mercredi jeudi vendredi samedi dimanche
every-minutes = { $step ->
    [1] toutes les minutes
   *[other] toutes les { $step } minutes
}
every-hours = { $step ->
    [1] toutes les heures
   *[other] toutes les { $step } heures
}
every-days = { $step ->
    [1] chaque jour
   *[other] tous les { $step } jours
}
every-weeks = { $step ->
    [1] chaque semaine
   *[other] toutes les { $step } semaines
}
every-weekday = { $step ->
    [1] chaque { $days }
   *[other] toutes les { $step } semaines le { $days }
}
every-weekdays = { $step ->
    [1] chaque { $days }
   *[other] toutes les { $step } semaines le { $days }
}
every-workday = du lundi au vendredi
every-weekend = chaque week-end
every-months = { $step ->
    [1] chaque mois
   *[other] tous les { $step } mois
}
every-month-days = { $step ->
    [1] chaque mois le { $days }
   *[other] tous les { $step } mois le { $days }
}
every-month-end = dernier jour de chaque mois
every-month-nth = { $step ->
    [1] { $days } de chaque mois
   *[other] { $days } tous les { $step } mois
}
every-years = { $step ->
    [1] chaque année
   *[other] tous les { $step } ans
}
every-year-on = { $step ->
    [1] chaque année le { $days }
   *[other] tous les { $step } ans le { $days }
}
every-year-nth = chaque { $days } de { $months }
month-day = { $day ->
    [-1] dernier jour
    [1] 1er
   *[other] { $day }
}
nth-weekday = { $nth ->
    [1] premier { $weekday }
    [2] deuxième { $weekday }
    [3] troisième { $weekday }
    [4] quatrième { $weekday }
    [5] cinquième { $weekday }
    [-2] avant-dernier { $weekday }
   *[-1] dernier { $weekday }
}
rule-at = { $rule } { $clocks }
rule-at-several = { $rule } à { $clocks }
rule-except-months = { $rule } sauf en { $months }
rule-in-months = { $rule } en { $months }
rule-until = { $rule } jusqu'au { $date }
rule-until-time = { $rule } jusqu'au { $time }
rule-times = { $rule } { $count } fois
rule-elsewhere = { $rule } ({ $place })

misread = { $problem } Exemple : { $example }
misread-no-time = Quand dois-je vous appeler ? Ajoutez une heure, s'il vous plaît.
misread-past = { $what } est passé. Envoyez une heure à venir, s'il vous plaît.
misread-impossible = { $what } n'existe pas. Vérifiez la date et l'heure, s'il vous plaît.
misread-contradiction = { $one } et { $other } ne vont pas ensemble. Envoyez une seule heure, s'il vous plaît.
misread-too-far = { $what } est dans plus de { $years } ans, c'est trop loin.
misread-series = Tous les combien, { $what } ?
misread-several = { $what }, c'est plus d'un rappel. Envoyez-les séparément, s'il vous plaît.
misread-hours = À quelles heures, { $what } ?
misread-days = Quels jours, { $what } ?
misread-that = Cette heure
example-to = Rappelez-moi { $time } : { $matter }
example-about = Rappelez-moi { $time } : { $matter }
example-time = demain à 17:00
example-hours = chaque jour à 09:00 et 18:00
example-days = chaque lundi et jeudi à 09:00
example-matter = la réunion
tomorrow-at = demain { $clock }

taken-not = { $meant }, pas { $other }
taken-start-of = le minuit qui commence { $weekday }
taken-start-of-day = le minuit qui commence le jour
taken-zone = l'heure de { $place }
taken-hour-passed = l'heure habituelle est passée
taken-not-twice-a-week = toutes les { $count } semaines, pas deux fois par semaine
taken-not-twice-a-month = tous les { $count } mois, pas deux fois par mois
taken-months-left-out = les mois sans jour { $count } ne comptent pas
taken-is-time = { $what } est pris pour l'heure
taken-is-end = { $what } est pris pour la fin
taken-stays = { $what } reste dans le texte
