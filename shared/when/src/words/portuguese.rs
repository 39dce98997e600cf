//! The Portuguese words of time and of asking, of both sides of the ocean.

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
    numbers: "zero um/uma dois/duas três quatro cinco seis sete oito nove dez onze doze treze \
        quatorze/catorze quinze dezesseis/dezasseis dezessete/dezassete dezoito \
        dezenove/dezanove vinte vinte_e_um/vinte_e_uma vinte_e_dois/vinte_e_duas \
        vinte_e_três vinte_e_quatro vinte_e_cinco vinte_e_seis vinte_e_sete vinte_e_oito \
        vinte_e_nove trinta trinta_e_um/trinta_e_uma trinta_e_dois/trinta_e_duas \
        trinta_e_três trinta_e_quatro trinta_e_cinco trinta_e_seis trinta_e_sete \
        trinta_e_oito trinta_e_nove quarenta quarenta_e_um/quarenta_e_uma \
        quarenta_e_dois/quarenta_e_duas quarenta_e_três quarenta_e_quatro quarenta_e_cinco \
        quarenta_e_seis quarenta_e_sete quarenta_e_oito quarenta_e_nove cinquenta \
        cinquenta_e_um/cinquenta_e_uma cinquenta_e_dois/cinquenta_e_duas cinquenta_e_três \
        cinquenta_e_quatro cinquenta_e_cinco cinquenta_e_seis cinquenta_e_sete \
        cinquenta_e_oito cinquenta_e_nove sessenta sessenta_e_um/sessenta_e_uma \
        sessenta_e_dois/sessenta_e_duas sessenta_e_três sessenta_e_quatro sessenta_e_cinco \
        sessenta_e_seis sessenta_e_sete sessenta_e_oito sessenta_e_nove setenta \
        setenta_e_um/setenta_e_uma setenta_e_dois/setenta_e_duas setenta_e_três \
        setenta_e_quatro setenta_e_cinco setenta_e_seis setenta_e_sete setenta_e_oito \
        setenta_e_nove oitenta oitenta_e_um/oitenta_e_uma oitenta_e_dois/oitenta_e_duas \
        oitenta_e_três oitenta_e_quatro oitenta_e_cinco oitenta_e_seis oitenta_e_sete \
        oitenta_e_oito oitenta_e_nove noventa noventa_e_um/noventa_e_uma \
        noventa_e_dois/noventa_e_duas noventa_e_três noventa_e_quatro noventa_e_cinco \
        noventa_e_seis noventa_e_sete noventa_e_oito noventa_e_nove",
    ordinals: "primeiro/primeira segundo/segunda terceiro/terceira quarto/quarta quinto/quinta \
        sexto/sexta sétimo oitavo nono décimo décimo_primeiro décimo_segundo décimo_terceiro \
        décimo_quarto décimo_quinto décimo_sexto décimo_sétimo décimo_oitavo décimo_nono \
        vigésimo vigésimo_primeiro vigésimo_segundo vigésimo_terceiro vigésimo_quarto \
        vigésimo_quinto vigésimo_sexto vigésimo_sétimo vigésimo_oitavo vigésimo_nono \
        trigésimo trigésimo_primeiro",
    words: &[
        (Name, "domingo sábado"),
        (
            Numbered,
            "segunda_feira terça_feira quarta_feira quinta_feira sexta_feira sábado domingo",
        ),
        (Suffix, "º ª o a"),
        (Scored, "tirei tirou nota"),
        (Hundred, "cem cento"),
        (Thousand, "mil"),
        (Unit(U::Second), "segundo segundos seg"),
        (Unit(U::Minute), "minuto minutos min mins minutinhos"),
        (Unit(U::Hour), "hora horas hrs hr horinha"),
        (Unit(U::Day), "dia dias"),
        (Unit(U::Week), "semana semanas"),
        (Unit(U::Fortnight), "quinzena"),
        (Unit(U::Month), "mês meses"),
        (Unit(U::Year), "ano anos"),
        (Letter(U::Hour), "h"),
        (Letter(U::Minute), "m"),
        (Letter(U::Second), "s"),
        (Half, "meia meio"),
        (Quarter, "quarto quartos"),
        (A, "um uma"),
        (The, "o a no na do da ao"),
        (Couple, "par"),
        (Few, "poucos poucas alguns algumas uns umas"),
        (And, "e"),
        (Or, "ou"),
        (Of, "de do da"),
        (Month(1), "janeiro jan"),
        (Month(2), "fevereiro fev"),
        (Month(3), "março mar"),
        (Month(4), "abril abr"),
        (Month(5), "maio mai"),
        (Month(6), "junho jun"),
        (Month(7), "julho jul"),
        (Month(8), "agosto ago"),
        (Month(9), "setembro set"),
        (Month(10), "outubro out"),
        (Month(11), "novembro nov"),
        (Month(12), "dezembro dez"),
        (Weekday(Mon), "segunda segunda_feira seg"),
        (Weekday(Tue), "terça terça_feira ter"),
        (Weekday(Wed), "quarta quarta_feira qua"),
        (Weekday(Thu), "quinta quinta_feira qui"),
        (Weekday(Fri), "sexta sexta_feira sex"),
        (Weekday(Sat), "sábado sáb"),
        (Weekday(Sun), "domingo dom"),
        (Shy, "mar mai ago set out seg ter qua qui sex sáb dom abr"),
        (Day(0), "hoje"),
        (Day(1), "amanhã"),
        (Day(2), "depois_de_amanhã"),
        (Day(-1), "ontem"),
        (Day(-2), "anteontem"),
        (Weekend, "fim_de_semana final_de_semana fds"),
        (Next, "próximo próxima"),
        (NextAfter, "próximo próxima que_vem seguinte"),
        (This, "este esta esse essa neste nesta nesse nessa deste desta"),
        (Last, "último última passado passada"),
        (Weekdays(Mon), "segundas segundas_feiras"),
        (Weekdays(Tue), "terças terças_feiras"),
        (Weekdays(Wed), "quartas quartas_feiras"),
        (Weekdays(Thu), "quintas quintas_feiras"),
        (Weekdays(Fri), "sextas sextas_feiras"),
        (Weekdays(Sat), "sábados"),
        (Weekdays(Sun), "domingos"),
        (Workdays, "dias_úteis"),
        (Weekends, "fins_de_semana finais_de_semana"),
        (Parts(Morning), "manhãs"),
        (Parts(Afternoon), "tardes"),
        (Parts(Night), "noites"),
        (DateWord, "dia"),
        (Begin, "início começo"),
        (Mid, "meados"),
        (End, "fim final"),
        (Clock(17 * HOUR), "fim_do_dia final_do_dia"),
        (Holiday(&[("", Fixed(12, 25))]), "natal dia_de_natal"),
        (Holiday(&[("", Fixed(12, 24))]), "véspera_de_natal"),
        (Holiday(&[("", Fixed(12, 31))]), "véspera_de_ano_novo"),
        (Holiday(&[("", Fixed(1, 1))]), "ano_novo"),
        (Holiday(&[("", Easter(-47))]), "terça_de_carnaval"),
        (Holiday(&[("", Easter(-2))]), "sexta_feira_santa sexta_santa"),
        (Holiday(&[("", Easter(0))]), "páscoa domingo_de_páscoa"),
        (Clock(12 * HOUR), "meio_dia"),
        (Midnight, "meia_noite"),
        (LetterA, "a"),
        (LetterP, "p"),
        (LetterM, "m"),
        (LetterH, "h"),
        (Oclock, "horas hora h hrs hs"),
        (Sharp, "em_ponto"),
        (Past, "passadas"),
        (Until, "para pra pras"),
        (Part(Morning), "manhã madrugada manhãzinha cedo logo_cedo bem_cedo cedinho"),
        (Part(Afternoon), "tarde tardinha"),
        (Part(Evening), "noitinha"),
        (Part(Night), "noite"),
        (Beside, "cedo logo_cedo bem_cedo cedinho"),
        (TheHour, "as a o"),
        (Plus, "e"),
        (Minus, "menos"),
        (At, "às à ao"),
        (On, "no na ao nos nas aos em"),
        (By, "até"),
        (In, "em dentro_de daqui_a daqui daqui_há"),
        (After, "após depois_de"),
        (
            Around,
            "cerca_de por_volta_de por_volta_das por_volta_da por_volta lá_pelas pelas pela \
             aproximadamente umas",
        ),
        (Now, "agora"),
        (Later, "depois mais_tarde a_partir_de_agora"),
        (Ago, "atrás"),
        (AgoBefore, "há faz"),
        (Before, "antes"),
        (Between, "entre"),
        (Upto, "a até à"),
        (Except, "exceto salvo"),
        (Cycle(U::Day, 2), "dia_sim_dia_não"),
        (Bound, "antes depois após desde durante entre rua avenida praça"),
        (Link, "da de do à na no pela ao em"),
        (Every, "cada todo toda todos_os todas_as todos_as todo_o toda_a"),
        (Workday, "dia_útil dias_úteis dia_de_semana dias_de_semana"),
        (Other, "outro"),
        (Cycle(U::Day, 1), "diário diária diariamente"),
        (Cycle(U::Week, 1), "semanal semanalmente"),
        (Cycle(U::Month, 1), "mensal mensalmente"),
        (Per, "por ao"),
        (Times, "vezes vez"),
        (MonthEnd, "fim_do_mês fim_de_mês final_do_mês final_de_mês"),
        (YearEnd, "fim_do_ano fim_de_ano final_do_ano final_de_ano"),
        (
            Remind,
            "lembre_me lembra_me lembrar_me lembre lembra me_lembre me_lembra me_lembrar \
             lembrar lembrar_nos avise_me avisa_me me_avise me_avisa recorda_me recorde_me",
        ),
        (Reminder, "lembrete aviso alarme"),
        (Set, "crie cria criar põe ponha adicione marque coloque"),
        (Me, "me eu mim"),
        (Polite, "por_favor favor pf pfv oi olá pode podes poderia quero"),
        (Thanks, "por_favor pf pfv obrigado obrigada brigado valeu"),
        (About, "sobre acerca_de"),
        (To, "a"),
        (That, "que"),
        (For, "para pra por pro"),
        (
            Joint,
            "que de do da para pra sobre a com e ou mas porque se quando em por_favor \
             obrigado obrigada antes depois até desde no na",
        ),
        (
            Determiner,
            "o a os as um uma meu minha meus minhas teu tua seu sua nosso nossa este esta \
             esse essa cada",
        ),
    ],
    tells: "comprar ligar pagar tomar ir fazer levar buscar pegar tirar enviar mandar estudar \
        regar limpar ver ler dar tenho tem é são está mãe pai meu minha teu tua seu sua com \
        sem muito mas casa consulta reunião médico remédio remédios lixo cachorro cão gato \
        leite pão luz água aluguel renda aniversário trabalho escola filhos irmão avó amigo \
        dentista banco conta prova roupa comida jantar almoço não sim lhe se já aqui nada \
        algo tudo isso isto os das dos nas nos",
};
