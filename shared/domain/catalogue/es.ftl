# What the product says in Spanish: neutral Latin American, usted. As en.ftl, whose comments hold here as well.

weekdays = lunes martes miércoles jueves viernes sábado domingo
months = enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
months-alone = enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
date = { $weekday } { $day } de { $month }
day-month = { $day } de { $month }
day-month-year = { $day } de { $month } de { $year }
date-year = { $weekday } { $day } de { $month } de { $year }
clock = { $hour24 }:{ $minute }
clock-hour = { $hour24 }:00
clock-second = { $hour24 }:{ $minute }:{ $second }
clock-several = { $clock }
time = { $date } { $clock }
time-elsewhere = { $time } ({ $clock } { $place })

no-matter = su recordatorio
cut = { $words }...
and = { $some } y { $last }
or = { $some } o { $last }

accepted = Listo, { $time }: { $matter }. OLVIDA { $n } lo borra.
accepted-taken = Listo, { $time }: { $matter }. { $taken }. OLVIDA { $n } lo borra.
series-first = { $rule }, primera vez { $time }
series-next = { $rule }, próxima vez { $time }

welcome = La hora es la de { $place } (ZONA la cambia). Un SMS cuesta { $text }, un aviso contestado { $call }. STOP para salir, HELP para ayuda.
welcome-ask-zone = ¿Su hora es la de { $place }? Si no, envíe ZONA y su ciudad. Un SMS cuesta { $text }, un aviso contestado { $call }. STOP para salir, HELP para ayuda.
welcome-in-short = Un SMS cuesta { $text }, un aviso contestado { $call }. STOP para salir, HELP para ayuda.
one-a-day = Hasta que vuelva a escribir o conteste, una llamada al día.

help = Escriba: Recuérdeme mañana a las 17:00 pagar la renta. Le llamamos y se lo decimos. LISTA, OLVIDA 3, CAMBIA 3 a las 18:00, POSPON 10m, SALTA 3, PORQUE 3, CUENTA, ZONA, IDIOMA, STOP. Un SMS cuesta { $text }, una llamada contestada { $call } (también si contesta un buzón de voz).

list-line = { $n } { $time }: { $matter }
list-more = y { $count } más
list-none = No hay recordatorios. Escriba: Recuérdeme mañana a las 17:00 pagar la renta

forgotten = Olvidado: { $matter }.
forgotten-series = Olvidado, toda la serie: { $matter }, { $rule }.
no-such-reminder = No hay un recordatorio { $n }. LISTA muestra los suyos.
which-one = ¿Cuál? Escriba { $word } y su número, por ejemplo { $word } 3. LISTA muestra los suyos.
forget-word = OLVIDA
forget-all-asked = { $open ->
    [one] ¿De verdad borrar su único recordatorio? Envíe SI en los próximos 10 minutos.
   *[other] ¿De verdad borrar los { $open } recordatorios? Envíe SI en los próximos 10 minutos.
}
forgot-all = { $dropped ->
    [0] No había nada que borrar.
    [one] 1 recordatorio borrado. Ya no queda ninguno.
   *[other] { $dropped } recordatorios borrados. Ya no queda ninguno.
}
nothing-to-confirm = No hay nada que confirmar. LISTA muestra sus recordatorios.

changed = Cambiado, { $time }: { $matter }. OLVIDA { $n } lo borra.
changed-once = Cambiado solo esta vez, { $time }: { $matter }. Después como antes, { $rule }.
which-to-change = ¿Cuál? Escriba CAMBIA, su número y la nueva hora, por ejemplo CAMBIA 3 a las 18:00. LISTA muestra los suyos.
cannot-change-now = Ya es tarde para cambiar el { $n }, llegó su hora: { $matter }. Escriba POSPON 10m y le llamamos otra vez.

snoozed = Listo, otra vez { $time }: { $matter }.
snoozed-today = Listo, otra vez a las { $clock }: { $matter }.
nothing-to-snooze = Ningún recordatorio le ha llamado hace poco. Escriba: Recuérdeme en 10 minutos el té

skipped = Esta vez no, { $time }: { $matter }. La próxima, { $next }.
skipped-last = Esta vez no, { $time }: { $matter }. Era la última.
rings-once = El { $n } suena solo una vez, { $time }: { $matter }. OLVIDA { $n } lo borra.

too-often = { $count ->
    [one] Un recordatorio puede sonar solo una vez al día. Por ejemplo: Recuérdeme cada día a las 09:00 la pastilla
   *[other] Un recordatorio puede sonar { $count } veces al día como mucho. Por ejemplo: Recuérdeme cada día a las 09:00 y 18:00 la pastilla
}

why = { $n } { $matter }: { $story }.
deed-accepted = aceptado { $time }
deed-changed = cambiado { $time }
deed-rang = sonó { $time }
deed-called = llamada { $time }
deed-no-answer = sin respuesta
deed-busy = ocupado
deed-failed = no entró
deed-answered = contestado
deed-charged = cobrado { $amount }
deed-gave-up-no-answer = no insistimos más
deed-gave-up-too-late = era tarde para llamar
deed-gave-up-daily-limit = sus llamadas del día se agotaron
deed-gave-up-over-cap = su máximo del mes se alcanzó
deed-gave-up-spend-limit = no pudimos llamar
deed-gave-up-blocked = su número no recibe nuestras llamadas
deed-told = enviado por SMS { $time }
deed-forgotten = olvidado { $time }
deed-skipped = saltado { $time }
deed-opted-out = sin llamada, usted había enviado STOP
why-word = PORQUE
nothing-to-tell = No sé de ningún recordatorio { $n }. LISTA muestra los suyos.

bill = { $month }: { $items }. Total { $total }.
bill-only-total = { $month }: Total { $total }.
bill-texts = { $count } SMS { $amount }
bill-calls = { $count ->
    [one] 1 llamada contestada { $amount }
   *[other] { $count } llamadas contestadas { $amount }
}
bill-allowance = gratis cada mes { $amount }
bill-cap = sobre el máximo del mes { $amount }
bill-credits = abono { $amount }
month-of-year = { $month } de { $year }
nothing-charged = No se cobró nada en { $month }.

statement-title = Extracto de { $month }
statement-of = { $who }. Las horas son de { $place }.
statement-date = Fecha
statement-kind = Qué
statement-for = Por
statement-less-by = Rebaja
statement-list = Precio
statement-amount = Cobrado
statement-text = SMS
statement-call = llamada contestada
statement-credit = abono
statement-reminder = recordatorio { $n }
statement-total = Total

zone-set = { $moved ->
    [0] Su hora es ahora la de { $place }; allí son las { $clock }.
    [one] Su hora es ahora la de { $place }; allí son las { $clock }. 1 recordatorio cambió con ella.
   *[other] Su hora es ahora la de { $place }; allí son las { $clock }. { $moved } recordatorios cambiaron con ella.
}
zone-missing = Envíe ZONA y una ciudad grande cercana, por ejemplo ZONA Bogota, o ZONA -5.
zone-unknown = No conozco la ciudad o zona "{ $words }". Envíe una ciudad grande cercana, por ejemplo ZONA Bogota, o ZONA -5.
zone-several = "{ $words }" tiene varias zonas. Envíe ZONA y una ciudad, por ejemplo { $cities }.
zone-offset = Ningún lugar tiene { $words } todo el año. Envíe ZONA y una ciudad, por ejemplo ZONA Bogota.

language-set = Listo, español desde ahora.
language-unknown = Envíe IDIOMA y uno de estos: English, Español, Français, Deutsch, Português, हिन्दी.

stopped = Está fuera: sin llamadas, sin mensajes, sin cobros. Envíe START para volver.
started = { $open ->
    [0] Qué bueno que volvió. Escriba: Recuérdeme mañana a las 17:00 pagar la renta
    [one] Qué bueno que volvió. Queda 1 recordatorio; LISTA lo muestra.
   *[other] Qué bueno que volvió. Quedan { $open } recordatorios; LISTA los muestra.
}

it = algo
empty = El mensaje llegó vacío. Escriba: Recuérdeme mañana a las 17:00 pagar la renta
arrived-too-late = Su mensaje nos llegó tarde para { $time }: { $matter }. No se cobró nada.
too-many-open = Tiene { $count } recordatorios, no guardamos más. Borre uno con OLVIDA y escriba otra vez.
slow-down = Son más de { $count } mensajes en un minuto. Los que sobran no se leyeron ni se cobraron; envíelos más tarde, por favor.

gave-up-no-answer = { $tries ->
    [one] Recordatorio, { $time }: { $matter }. Llamamos una vez y nadie contestó.
   *[other] Recordatorio, { $time }: { $matter }. Llamamos { $tries } veces y nadie contestó.
}
gave-up-too-late = Recordatorio, { $time }: { $matter }. Perdón, ya era tarde para llamar.
gave-up-daily-limit = Recordatorio, { $time }: { $matter }. Sin llamada: un teléfono recibe 5 al día como mucho.
gave-up-over-cap = Recordatorio, { $time }: { $matter }. Sin llamada: ha alcanzado su máximo del mes.
gave-up-spend-limit = Recordatorio, { $time }: { $matter }. Perdón, no pudimos llamar.
gave-up-blocked = Recordatorio, { $time }: { $matter }. Su número no recibe nuestras llamadas.
spelled = Su recordatorio: { $matter }
cap-reached = Ha alcanzado { $amount }, lo máximo que cuesta un mes. Hasta el { $time } no se cobra nada más, y los recordatorios llegan por SMS, sin llamada.

spoken-no-matter = Este es su recordatorio.
spoken-closing = Para que le llamemos otra vez, escriba POSPON 10 minutos.

weekdays-of-rule = lunes martes miércoles jueves viernes sábado domingo
weekdays-alone = lunes martes miércoles jueves viernes sábado domingo
every-minutes = { $step ->
    [1] cada minuto
   *[other] cada { $step } minutos
}
every-hours = { $step ->
    [1] cada hora
   *[other] cada { $step } horas
}
every-days = { $step ->
    [1] cada día
   *[other] cada { $step } días
}
every-weeks = { $step ->
    [1] cada semana
   *[other] cada { $step } semanas
}
every-weekday = { $step ->
    [1] cada { $days }
   *[other] cada { $step } semanas el { $days }
}
every-weekdays = { $step ->
    [1] cada { $days }
   *[other] cada { $step } semanas el { $days }
}
every-workday = entre semana
every-weekend = cada fin de semana
every-months = { $step ->
    [1] cada mes
   *[other] cada { $step } meses
}
every-month-days = { $step ->
    [1] cada mes el { $days }
   *[other] cada { $step } meses el { $days }
}
every-month-end = último día de cada mes
every-month-nth = { $step ->
    [1] { $days } de cada mes
   *[other] { $days } cada { $step } meses
}
every-years = { $step ->
    [1] cada año
   *[other] cada { $step } años
}
every-year-on = { $step ->
    [1] cada año el { $days }
   *[other] cada { $step } años el { $days }
}
every-year-nth = cada { $days } de { $months }
month-day = { $day ->
    [-1] último día
   *[other] { $day }
}
nth-weekday = { $nth ->
    [1] primer { $weekday }
    [2] segundo { $weekday }
    [3] tercer { $weekday }
    [4] cuarto { $weekday }
    [5] quinto { $weekday }
    [-2] penúltimo { $weekday }
   *[-1] último { $weekday }
}
rule-at = { $rule } { $clocks }
rule-at-several = { $rule } a las { $clocks }
rule-except-months = { $rule } excepto en { $months }
rule-in-months = { $rule } en { $months }
rule-until = { $rule } hasta el { $date }
rule-until-time = { $rule } hasta el { $time }
rule-times = { $rule } { $count } veces
rule-elsewhere = { $rule } ({ $place })

misread = { $problem } Ejemplo: { $example }
misread-no-time = ¿Cuándo le llamo? Agregue una hora, por favor.
misread-past = { $what } ya pasó. Envíe una hora futura, por favor.
misread-impossible = { $what } no existe. Revise la fecha y la hora, por favor.
misread-contradiction = { $one } y { $other } no coinciden. Envíe una sola hora, por favor.
misread-too-far = Para { $what } faltan más de { $years } años, es demasiado.
misread-series = ¿Cada cuánto es { $what }?
misread-several = { $what } es más de uno. Envíe cada uno aparte, por favor.
misread-hours = ¿A qué horas es { $what }?
misread-days = ¿Qué días es { $what }?
misread-that = Esa hora
example-to = Recuérdeme { $time } { $matter }
example-about = Recuérdeme { $time } { $matter }
example-time = mañana a las 17:00
example-hours = cada día a las 09:00 y 18:00
example-days = cada lunes y jueves a las 09:00
example-matter = la reunión
tomorrow-at = mañana { $clock }

taken-not = { $meant }, no { $other }
taken-start-of = la medianoche con que empieza el { $weekday }
taken-start-of-day = la medianoche con que empieza el día
taken-zone = la hora de { $place }
taken-hour-passed = la hora habitual ya pasó
taken-not-twice-a-week = cada { $count } semanas, no dos veces por semana
taken-not-twice-a-month = cada { $count } meses, no dos veces al mes
taken-months-left-out = los meses sin día { $count } no cuentan
taken-is-time = { $what } es la hora
taken-is-end = { $what } es el final
taken-stays = { $what } queda en el texto
