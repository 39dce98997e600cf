//! The Spanish words of time and of asking, of both sides of the ocean.

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
    numbers: "cero uno/una/un dos tres cuatro cinco seis siete ocho nueve diez once doce trece \
        catorce quince dieciséis diecisiete dieciocho diecinueve veinte \
        veintiuno/veintiún/veintiuna veintidós veintitrés veinticuatro veinticinco \
        veintiséis veintisiete veintiocho veintinueve treinta \
        treinta_y_uno/treinta_y_una/treinta_y_un treinta_y_dos treinta_y_tres \
        treinta_y_cuatro treinta_y_cinco treinta_y_seis treinta_y_siete treinta_y_ocho \
        treinta_y_nueve cuarenta cuarenta_y_uno/cuarenta_y_una/cuarenta_y_un cuarenta_y_dos \
        cuarenta_y_tres cuarenta_y_cuatro cuarenta_y_cinco cuarenta_y_seis cuarenta_y_siete \
        cuarenta_y_ocho cuarenta_y_nueve cincuenta \
        cincuenta_y_uno/cincuenta_y_una/cincuenta_y_un cincuenta_y_dos cincuenta_y_tres \
        cincuenta_y_cuatro cincuenta_y_cinco cincuenta_y_seis cincuenta_y_siete \
        cincuenta_y_ocho cincuenta_y_nueve sesenta sesenta_y_uno/sesenta_y_una/sesenta_y_un \
        sesenta_y_dos sesenta_y_tres sesenta_y_cuatro sesenta_y_cinco sesenta_y_seis \
        sesenta_y_siete sesenta_y_ocho sesenta_y_nueve setenta \
        setenta_y_uno/setenta_y_una/setenta_y_un setenta_y_dos setenta_y_tres \
        setenta_y_cuatro setenta_y_cinco setenta_y_seis setenta_y_siete setenta_y_ocho \
        setenta_y_nueve ochenta ochenta_y_uno/ochenta_y_una/ochenta_y_un ochenta_y_dos \
        ochenta_y_tres ochenta_y_cuatro ochenta_y_cinco ochenta_y_seis ochenta_y_siete \
        ochenta_y_ocho ochenta_y_nueve noventa noventa_y_uno/noventa_y_una/noventa_y_un \
        noventa_y_dos noventa_y_tres noventa_y_cuatro noventa_y_cinco noventa_y_seis \
        noventa_y_siete noventa_y_ocho noventa_y_nueve",
    ordinals: "primero/primer/primera segundo tercero/tercer/tercera cuarto quinto sexto séptimo \
        octavo noveno décimo undécimo duodécimo decimotercero decimocuarto decimoquinto \
        decimosexto decimoséptimo decimoctavo decimonoveno vigésimo vigésimo_primero \
        vigésimo_segundo vigésimo_tercero vigésimo_cuarto vigésimo_quinto vigésimo_sexto \
        vigésimo_séptimo vigésimo_octavo vigésimo_noveno trigésimo trigésimo_primero",
    words: &[
        (Name, "domingo sábado"),
        (Numbered, "lunes martes miércoles jueves viernes sábado domingo"),
        (Suffix, "º ª er ero ra do da ro to ta mo"),
        (Scored, "saqué sacó sacaste nota calificación"),
        (Hundred, "cien ciento"),
        (Thousand, "mil"),
        (Unit(U::Hour), "hora_y_media"),
        (Thousandths(1500), "hora_y_media"),
        (Unit(U::Second), "segundo segundos"),
        (Unit(U::Minute), "minuto minutos min mins minutitos"),
        (Unit(U::Hour), "hora horas hs hr hrs horita"),
        (Unit(U::Day), "día días"),
        (Unit(U::Week), "semana semanas"),
        (Unit(U::Fortnight), "quincena"),
        (Unit(U::Month), "mes meses"),
        (Unit(U::Year), "año años"),
        (Letter(U::Minute), "m"),
        (Letter(U::Hour), "h"),
        (Letter(U::Second), "s"),
        (Half, "media medio"),
        (Quarter, "cuarto cuartos"),
        (A, "un una uno"),
        (The, "el la al del"),
        (Couple, "par"),
        (Few, "pocos pocas unos unas algunos algunas"),
        (And, "y e"),
        (Or, "o u"),
        (Of, "de del"),
        (Month(1), "enero ene"),
        (Month(2), "febrero feb"),
        (Month(3), "marzo mar"),
        (Month(4), "abril abr"),
        (Month(5), "mayo may"),
        (Month(6), "junio jun"),
        (Month(7), "julio jul"),
        (Month(8), "agosto ago"),
        (Month(9), "septiembre setiembre sept sep set"),
        (Month(10), "octubre oct"),
        (Month(11), "noviembre nov"),
        (Month(12), "diciembre dic"),
        (Weekday(Mon), "lunes lun"),
        (Weekday(Tue), "martes mar"),
        (Weekday(Wed), "miércoles mié mier mierc"),
        (Weekday(Thu), "jueves jue juev"),
        (Weekday(Fri), "viernes vie vi"),
        (Weekday(Sat), "sábado sáb"),
        (Weekday(Sun), "domingo dom"),
        (Shy, "mar may ago set sep lun mié jue vie sáb dom vi"),
        (Day(0), "hoy hoy_mismo"),
        (Day(1), "mañana"),
        (Day(2), "pasado_mañana"),
        (Day(-1), "ayer"),
        (Day(-2), "anteayer antier"),
        (Weekend, "fin_de_semana finde"),
        (Next, "próximo próxima siguiente"),
        (NextAfter, "próximo próxima siguiente que_viene entrante"),
        (This, "este esta esta_misma este_mismo"),
        (Last, "último última pasado"),
        (Weekdays(Mon), "los_lunes"),
        (Weekdays(Tue), "los_martes"),
        (Weekdays(Wed), "los_miércoles"),
        (Weekdays(Thu), "los_jueves"),
        (Weekdays(Fri), "los_viernes"),
        (Weekdays(Sat), "sábados los_sábados"),
        (Weekdays(Sun), "domingos los_domingos"),
        (Workdays, "entre_semana días_laborables días_hábiles"),
        (Weekends, "fines_de_semana los_fines_de_semana"),
        (Parts(Morning), "mañanas"),
        (Parts(Afternoon), "tardes"),
        (Parts(Night), "noches"),
        (DateWord, "día"),
        (Begin, "principios comienzos inicios"),
        (Mid, "mediados"),
        (End, "fin fines final finales"),
        (Clock(17 * HOUR), "fin_del_día final_del_día"),
        (Holiday(&[("", Fixed(12, 25))]), "navidad"),
        (Holiday(&[("", Fixed(12, 24))]), "nochebuena"),
        (Holiday(&[("", Fixed(12, 31))]), "nochevieja"),
        (Holiday(&[("", Fixed(1, 1))]), "año_nuevo"),
        (Holiday(&[("", Fixed(1, 6))]), "día_de_reyes"),
        (Holiday(&[("", Fixed(2, 14))]), "san_valentín"),
        (Holiday(&[("", Easter(-3))]), "jueves_santo"),
        (Holiday(&[("", Easter(-2))]), "viernes_santo"),
        (Holiday(&[("", Easter(0))]), "pascua domingo_de_pascua"),
        (Clock(12 * HOUR), "mediodía medio_día"),
        (Midnight, "medianoche media_noche la_medianoche"),
        (LetterA, "a"),
        (LetterP, "p"),
        (LetterM, "m"),
        (LetterH, "h"),
        (Oclock, "horas hora hs h hrs"),
        (Sharp, "en_punto puntual y_pico"),
        (Past, "pasadas pasada"),
        (Until, "para"),
        (Part(Morning), "mañana madrugada mañanita temprano a_primera_hora"),
        (Part(Afternoon), "tarde mediodía tardecita"),
        (Part(Evening), "atardecer tarde_noche"),
        (Part(Night), "noche nochecita"),
        (Beside, "temprano a_primera_hora"),
        (TheHour, "las la"),
        (Plus, "y con"),
        (Minus, "menos"),
        (At, "a en"),
        (On, "el al"),
        (By, "para"),
        (In, "en dentro_de de_aquí_a de_acá_a"),
        (After, "después_de tras"),
        (
            Around,
            "alrededor_de sobre hacia aproximadamente a_eso_de cerca_de más_o_menos como_a \
             como casi",
        ),
        (Now, "ahora ahorita"),
        (Later, "después más_tarde luego desde_ahora a_partir_de_ahora"),
        (Ago, "atrás"),
        (AgoBefore, "hace"),
        (Before, "antes"),
        (Between, "entre"),
        (Upto, "a hasta"),
        (WeeksOn(1), "en_ocho en_ocho_días"),
        (WeeksOn(2), "en_quince en_quince_días"),
        (Except, "excepto salvo"),
        (Cycle(U::Day, 2), "un_día_sí_y_otro_no un_día_sí_un_día_no día_por_medio"),
        (Bound, "antes después hasta desde durante entre calle avenida avda plaza"),
        (Link, "de por en a del"),
        (Every, "cada todos_los todas_las todo_el toda_la"),
        (
            Workday,
            "día_laborable día_hábil días_laborables días_hábiles día_de_semana \
             días_de_semana",
        ),
        (Other, "otro"),
        (Cycle(U::Day, 1), "diario diaria diariamente a_diario"),
        (Cycle(U::Week, 1), "semanal semanalmente"),
        (Cycle(U::Month, 1), "mensual mensualmente"),
        (Per, "por al"),
        (Times, "veces vez"),
        (MonthEnd, "fin_de_mes fin_del_mes final_de_mes final_del_mes fines_de_mes finales_de_mes"),
        (YearEnd, "fin_de_año fin_del_año final_de_año final_del_año finales_de_año"),
        (
            Remind,
            "recuérdame recuérdeme recordarme recordame acuérdame acuérdate avísame \
             recuérdanos recuerda me_recuerdas me_puedes_recordar hazme_acordar \
             haceme_acordar",
        ),
        (Reminder, "recordatorio aviso alarma"),
        (Set, "crea crear pon ponme pone poner programa agrega añade"),
        (Me, "me nos"),
        (Polite, "por_favor porfa porfavor hola oye puedes podrías puede quiero necesito que_me"),
        (Thanks, "por_favor porfa porfavor gracias"),
        (About, "sobre acerca_de"),
        (To, "a"),
        (That, "que"),
        (For, "para por"),
        (
            Joint,
            "que de del para sobre a con y e o u pero porque si cuando en por_favor gracias \
             antes después hasta desde el los",
        ),
        (
            Determiner,
            "el la los las un una mi mis tu tus su sus nuestro nuestra este esta ese esa cada",
        ),
    ],
    tells: "comprar llamar pagar tomar ir hacer llevar recoger sacar enviar mandar estudiar \
        regar limpiar ver leer buscar dar tengo tiene hay es son está mamá papá mi tu su mis \
        sus con sin muy pero casa cita reunión médico doctor pastillas medicina medicamento \
        basura perro gato leche pan luz agua alquiler renta cumpleaños trabajo escuela niños \
        hijo hija hermano abuela amigo dentista banco factura tarea examen ropa comida cena \
        almuerzo no sí qué lo le les se ya aquí ahí nada algo todo esto eso",
};
