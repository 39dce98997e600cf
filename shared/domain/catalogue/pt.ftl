# What the product says in Portuguese, as in Brazil. As en.ftl, whose comments hold here as well.

weekdays = segunda terça quarta quinta sexta sábado domingo
months = janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro
months-alone = janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro
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

no-matter = seu lembrete
cut = { $words }...
and = { $some } e { $last }
or = { $some } ou { $last }

accepted = Certo, { $time }: { $matter }. ESQUECE { $n } apaga.
accepted-taken = Certo, { $time }: { $matter }. { $taken }. ESQUECE { $n } apaga.
series-first = { $rule }, a primeira { $time }
series-next = { $rule }, a próxima { $time }

welcome = O horário é o de { $place } (FUSO muda). Um SMS custa { $text }, um lembrete atendido { $call }. STOP para sair, HELP para ajuda.
welcome-ask-zone = Seu horário é o de { $place }? Se não, envie FUSO e sua cidade. Um SMS custa { $text }, um lembrete atendido { $call }. STOP para sair, HELP para ajuda.
welcome-in-short = Um SMS custa { $text }, um lembrete atendido { $call }. STOP para sair, HELP para ajuda.
one-a-day = Até outro SMS seu ou uma chamada atendida: uma chamada por dia.

help = Escreva: Me lembre amanhã às 17:00 de pagar o aluguel. Ligamos na hora e falamos. LISTA, ESQUECE 3, MUDA 3 às 18:00, ADIA 10m, PULA 3, PORQUE 3, CONTA, FUSO, IDIOMA, STOP. Um SMS custa { $text }, uma ligação atendida { $call } (também pela caixa postal).

list-line = { $n } { $time }: { $matter }
list-more = e mais { $count }
list-none = Nenhum lembrete. Escreva: Me lembre amanhã às 17:00 de pagar o aluguel

forgotten = Esquecido: { $matter }.
forgotten-series = Esquecido, a série toda: { $matter }, { $rule }.
no-such-reminder = Não há lembrete { $n }. LISTA mostra os seus.
which-one = Qual? Envie { $word } e o número, por exemplo { $word } 3. LISTA mostra os seus.
forget-word = ESQUECE
forget-all-asked = { $open ->
    [one] Apagar mesmo seu único lembrete? Envie SIM em até 10 minutos.
   *[other] Apagar mesmo todos os { $open } lembretes? Envie SIM em até 10 minutos.
}
forgot-all = { $dropped ->
    [0] Não havia nada para apagar.
    [1] 1 lembrete apagado. Não resta nenhum.
   *[other] { $dropped } lembretes apagados. Não resta nenhum.
}
nothing-to-confirm = Não há nada para confirmar. LISTA mostra seus lembretes.

changed = Mudado, { $time }: { $matter }. ESQUECE { $n } apaga.
changed-once = Mudado só desta vez, { $time }: { $matter }. Depois como antes, { $rule }.
which-to-change = Qual? Envie MUDA, o número e o novo horário, por exemplo MUDA 3 às 18:00. LISTA mostra os seus.
cannot-change-now = É tarde para mudar o { $n }, a hora dele chegou: { $matter }. Envie ADIA 10m e ligamos de novo.

snoozed = Certo, de novo { $time }: { $matter }.
snoozed-today = Certo, de novo às { $clock }: { $matter }.
nothing-to-snooze = Nenhum lembrete ligou há pouco. Escreva: Me lembre em 10 minutos do chá

skipped = Desta vez não, { $time }: { $matter }. A próxima, { $next }.
skipped-last = Desta vez não, { $time }: { $matter }. Era a última.
rings-once = O { $n } toca só uma vez, { $time }: { $matter }. ESQUECE { $n } apaga.

too-often = { $count ->
    [one] Um lembrete só pode tocar uma vez por dia. Por exemplo: Me lembre todo dia às 09:00 do remédio
   *[other] Um lembrete pode tocar no máximo { $count } vezes por dia. Por exemplo: Me lembre todo dia às 09:00 e 18:00 do remédio
}

why = { $n } { $matter }: { $story }.
deed-accepted = aceito { $time }
deed-changed = mudado { $time }
deed-rang = tocou { $time }
deed-called = ligação { $time }
deed-no-answer = sem resposta
deed-busy = ocupado
deed-failed = não completou
deed-answered = atendido
deed-charged = cobrado { $amount }
deed-gave-up-no-answer = desistimos
deed-gave-up-too-late = era tarde para ligar
deed-gave-up-daily-limit = suas ligações do dia acabaram
deed-gave-up-over-cap = seu máximo do mês foi atingido
deed-gave-up-spend-limit = não pudemos ligar
deed-gave-up-blocked = seu número não aceita nossas ligações
deed-told = enviado por SMS { $time }
deed-forgotten = esquecido { $time }
deed-skipped = pulado { $time }
deed-opted-out = sem ligação, você tinha enviado STOP
why-word = PORQUE
nothing-to-tell = Não conheço o lembrete { $n }. LISTA mostra os seus.

bill = { $month }: { $items }. Total { $total }.
bill-only-total = { $month }: Total { $total }.
bill-texts = { $count } SMS { $amount }
bill-calls = { $count ->
    [one] 1 ligação atendida { $amount }
   *[other] { $count } ligações atendidas { $amount }
}
bill-allowance = grátis todo mês { $amount }
bill-cap = acima do máximo do mês { $amount }
bill-credits = crédito { $amount }
month-of-year = { $month } de { $year }
nothing-charged = Nada foi cobrado em { $month }.

statement-title = Extrato de { $month }
statement-of = { $who }. Os horários são os de { $place }.
statement-date = Data
statement-kind = O quê
statement-for = Por
statement-less-by = Desconto
statement-list = Preço
statement-amount = Cobrado
statement-text = SMS
statement-call = ligação atendida
statement-credit = crédito
statement-reminder = lembrete { $n }
statement-total = Total

zone-set = { $moved ->
    [0] Seu horário agora é o de { $place }; lá são { $clock }.
    [1] Seu horário agora é o de { $place }; lá são { $clock }. 1 lembrete mudou junto.
   *[other] Seu horário agora é o de { $place }; lá são { $clock }. { $moved } lembretes mudaram junto.
}
zone-missing = Envie FUSO e uma cidade grande próxima, por exemplo FUSO Recife, ou FUSO -3.
zone-unknown = Não conheço a cidade ou o fuso "{ $words }". Envie uma cidade grande próxima, por exemplo FUSO Recife, ou FUSO -3.
zone-several = "{ $words }" tem vários fusos. Envie FUSO e uma cidade, por exemplo { $cities }.
zone-offset = Nenhum lugar tem { $words } o ano todo. Envie FUSO e uma cidade, por exemplo FUSO Recife.

language-set = Certo, português a partir de agora.
language-unknown = Envie IDIOMA e um destes: English, Español, Français, Deutsch, Português, हिन्दी.

stopped = Você saiu: sem ligações, sem mensagens, sem cobranças. Envie START para voltar.
started = { $open ->
    [0] Que bom que voltou. Escreva: Me lembre amanhã às 17:00 de pagar o aluguel
    [1] Que bom que voltou. Resta 1 lembrete; LISTA mostra.
   *[other] Que bom que voltou. Restam { $open } lembretes; LISTA mostra.
}

it = algo
empty = A mensagem chegou vazia. Escreva: Me lembre amanhã às 17:00 de pagar o aluguel
arrived-too-late = Sua mensagem chegou tarde para { $time }: { $matter }. Nada foi cobrado.
too-many-open = Você tem { $count } lembretes, não guardamos mais. Apague um com ESQUECE e escreva de novo.
slow-down = São mais de { $count } mensagens em um minuto. As que passaram não foram lidas nem cobradas; envie mais tarde, por favor.

gave-up-no-answer = { $tries ->
    [one] Lembrete, { $time }: { $matter }. Ligamos uma vez e ninguém atendeu.
   *[other] Lembrete, { $time }: { $matter }. Ligamos { $tries } vezes e ninguém atendeu.
}
gave-up-too-late = Lembrete, { $time }: { $matter }. Desculpe, era tarde para ligar.
gave-up-daily-limit = Lembrete, { $time }: { $matter }. Sem ligação: um telefone recebe no máximo 5 por dia.
gave-up-over-cap = Lembrete, { $time }: { $matter }. Sem ligação: você atingiu seu máximo do mês.
gave-up-spend-limit = Lembrete, { $time }: { $matter }. Desculpe, não pudemos ligar.
gave-up-blocked = Lembrete, { $time }: { $matter }. Seu número não aceita nossas ligações.
spelled = Seu lembrete: { $matter }
cap-reached = Você atingiu { $amount }, o máximo que um mês custa. Até { $time } nada mais é cobrado, e os lembretes chegam por SMS, sem ligação.

spoken-no-matter = Este é o seu lembrete.
spoken-closing = Para ligarmos de novo, envie ADIA 10 minutos.

weekdays-of-rule = segunda terça quarta quinta sexta sábado domingo
weekdays-alone = segunda terça quarta quinta sexta sábado domingo
every-minutes = { $step ->
    [1] todo minuto
   *[other] a cada { $step } minutos
}
every-hours = { $step ->
    [1] toda hora
   *[other] a cada { $step } horas
}
every-days = { $step ->
    [1] todo dia
   *[other] a cada { $step } dias
}
every-weeks = { $step ->
    [1] toda semana
   *[other] a cada { $step } semanas
}
every-weekday = { $step ->
    [1] { $number ->
        [6] todo { $days }
        [7] todo { $days }
       *[other] toda { $days }
    }
   *[other] { $number ->
        [6] a cada { $step } semanas no { $days }
        [7] a cada { $step } semanas no { $days }
       *[other] a cada { $step } semanas na { $days }
    }
}
every-weekdays = { $step ->
    [1] toda { $days }
   *[other] a cada { $step } semanas na { $days }
}
every-workday = todo dia útil
every-weekend = todo fim de semana
every-months = { $step ->
    [1] todo mês
   *[other] a cada { $step } meses
}
every-month-days = { $step ->
    [1] todo mês no dia { $days }
   *[other] dia { $days } a cada { $step } meses
}
every-month-end = último dia de cada mês
every-month-nth = { $step ->
    [1] { $days } de cada mês
   *[other] { $days } a cada { $step } meses
}
every-years = { $step ->
    [1] todo ano
   *[other] a cada { $step } anos
}
every-year-on = { $step ->
    [1] todo ano em { $days }
   *[other] a cada { $step } anos em { $days }
}
every-year-nth = toda { $days } de { $months }
month-day = { $day ->
    [-1] último dia
   *[other] { $day }
}
nth-weekday = { $number ->
    [6] { $nth ->
        [1] primeiro { $weekday }
        [2] segundo { $weekday }
        [3] terceiro { $weekday }
        [4] quarto { $weekday }
        [5] quinto { $weekday }
        [-2] penúltimo { $weekday }
       *[-1] último { $weekday }
    }
    [7] { $nth ->
        [1] primeiro { $weekday }
        [2] segundo { $weekday }
        [3] terceiro { $weekday }
        [4] quarto { $weekday }
        [5] quinto { $weekday }
        [-2] penúltimo { $weekday }
       *[-1] último { $weekday }
    }
   *[other] { $nth ->
        [1] primeira { $weekday }
        [2] segunda { $weekday }
        [3] terceira { $weekday }
        [4] quarta { $weekday }
        [5] quinta { $weekday }
        [-2] penúltima { $weekday }
       *[-1] última { $weekday }
    }
}
rule-at = { $rule } { $clocks }
rule-at-several = { $rule } às { $clocks }
rule-except-months = { $rule } exceto em { $months }
rule-in-months = { $rule } em { $months }
rule-until = { $rule } até { $date }
rule-until-time = { $rule } até { $time }
rule-times = { $rule } { $count } vezes
rule-elsewhere = { $rule } ({ $place })

misread = { $problem } Exemplo: { $example }
misread-no-time = Quando devo ligar? Inclua um horário, por favor.
misread-past = { $what } já passou. Envie um horário futuro, por favor.
misread-impossible = { $what } não existe. Confira a data e a hora, por favor.
misread-contradiction = { $one } e { $other } não combinam. Envie um só horário, por favor.
misread-too-far = Para { $what } faltam mais de { $years } anos, é longe demais.
misread-series = De quanto em quanto tempo é { $what }?
misread-several = { $what } é mais de um. Envie cada um separado, por favor.
misread-hours = A que horas é { $what }?
misread-days = Em que dias é { $what }?
misread-that = Esse horário
example-to = Me lembre { $time }: { $matter }
example-about = Me lembre { $time }: { $matter }
example-time = amanhã às 17:00
example-hours = todo dia às 09:00 e 18:00
example-days = toda segunda e quinta às 09:00
example-matter = a reunião
tomorrow-at = amanhã { $clock }

taken-not = { $meant }, não { $other }
taken-start-of = a meia-noite que começa { $weekday }
taken-start-of-day = a meia-noite que começa o dia
taken-zone = o horário de { $place }
taken-hour-passed = a hora habitual já passou
taken-not-twice-a-week = a cada { $count } semanas, não duas vezes por semana
taken-not-twice-a-month = a cada { $count } meses, não duas vezes por mês
taken-months-left-out = meses sem dia { $count } ficam de fora
taken-is-time = { $what } é o horário
taken-is-end = { $what } é o fim
taken-stays = { $what } fica no texto
