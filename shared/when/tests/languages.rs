//! Whole texts in each language, as people send them: when they ring and what they are about.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use when::{Misread, Reading, Region, Sender, When, read};

/// Wednesday morning.
const NOW: &str = "2026-03-04T10:40:00";

fn sender(zone: &str, region: &str) -> Sender {
    let zone: Tz = zone.parse().expect("a zone");
    let wall: chrono::NaiveDateTime = NOW.parse().expect("a wall time");
    let now: DateTime<Utc> = when::zone::instant(zone, wall);
    Sender { now, zone, region: Region::parse(region).expect("a region"), usual: None }
}

fn madrid() -> Sender {
    sender("Europe/Madrid", "ES")
}

fn paris() -> Sender {
    sender("Europe/Paris", "FR")
}

fn berlin() -> Sender {
    sender("Europe/Berlin", "DE")
}

fn sao_paulo() -> Sender {
    sender("America/Sao_Paulo", "BR")
}

fn kolkata() -> Sender {
    sender("Asia/Kolkata", "IN")
}

fn said(reading: &Result<Reading, Misread>) -> (String, String) {
    match reading {
        Ok(Reading { when: When::Once(moment), about, .. }) => {
            (moment.wall.format("%Y-%m-%d %H:%M").to_string(), about.clone())
        }
        Ok(Reading { when: When::Repeating(series), about, .. }) => {
            (series.rule.to_string(), about.clone())
        }
        Err(misread) => (format!("{misread:?}"), String::new()),
    }
}

/// Each text rings when the wall shows this, and is about that.
fn check(sender: &Sender, texts: &[(&str, &str, &str)]) {
    let mut wrong = Vec::new();
    for (text, wall, about) in texts {
        let found = said(&read(text, sender));
        if found != ((*wall).to_owned(), (*about).to_owned()) {
            wrong.push(format!(
                "{text}\n   wanted {wall} | {about}\n   found  {} | {}",
                found.0, found.1
            ));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), texts.len(), wrong.join("\n"));
}

fn check_past(sender: &Sender, texts: &[&str]) {
    for text in texts {
        let found = read(text, sender);
        assert!(matches!(found, Err(Misread::Past { .. })), "{text}: {found:?}");
    }
}

fn check_no_time(sender: &Sender, texts: &[&str]) {
    let found: Vec<String> = texts
        .iter()
        .filter_map(|text| match read(text, sender) {
            Err(Misread::NoTime) => None,
            other => Some(format!("{text}: {other:?}")),
        })
        .collect();
    assert!(found.is_empty(), "{} in {}:\n{}", found.len(), sender.zone, found.join("\n"));
}

#[test]
fn runs_of_weekdays_and_weeks_on() {
    let workdays = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR";
    check(
        &madrid(),
        &[
            ("de lunes a viernes a las 7 despertar", workdays, "despertar"),
            ("de hoy en ocho cita", "2026-03-11 10:40", "cita"),
        ],
    );
    check(
        &paris(),
        &[
            ("du lundi au vendredi à 7h réveil", workdays, "réveil"),
            ("vendredi en huit dentiste", "2026-03-13 09:00", "dentiste"),
            ("un jour sur deux arroser", "FREQ=DAILY;INTERVAL=2", "arroser"),
        ],
    );
    check(
        &berlin(),
        &[
            ("von Montag bis Freitag um 7 aufstehen", workdays, "aufstehen"),
            ("werktags um 7 aufstehen", workdays, "aufstehen"),
            ("um Viertel nach acht Bus", "2026-03-04 20:15", "Bus"),
        ],
    );
    check(
        &sao_paulo(),
        &[
            ("de segunda a sexta às 7 acordar", workdays, "acordar"),
            ("todo dia 5 pagar aluguel", "FREQ=MONTHLY;BYMONTHDAY=5", "pagar aluguel"),
        ],
    );
}

#[test]
fn ends_of_months_and_weeks_from_a_day() {
    check(
        &berlin(),
        &[
            ("heute in einer Woche Zahnarzt", "2026-03-11 10:40", "Zahnarzt"),
            ("Freitag in einer Woche Zahnarzt", "2026-03-13 09:00", "Zahnarzt"),
            ("Ende des Monats Rechnung", "2026-03-31 09:00", "Rechnung"),
            ("am Monatsende Rechnung bezahlen", "2026-03-31 09:00", "Rechnung bezahlen"),
        ],
    );
    check(&madrid(), &[("fin de mes factura", "2026-03-31 09:00", "factura")]);
    check(&paris(), &[("fin du mois facture", "2026-03-31 09:00", "facture")]);
    check(
        &sao_paulo(),
        &[
            ("fim do mês fatura", "2026-03-31 09:00", "fatura"),
            ("toda segunda às 7 academia", "FREQ=WEEKLY;BYDAY=MO", "academia"),
        ],
    );
    check(&kolkata(), &[("mahine ke end mein bill", "2026-03-31 09:00", "bill")]);
    for (text, sender) in [
        ("din mein do baar dawai", kolkata()),
        ("zweimal am Tag Wasser", berlin()),
        ("zweimal in der Woche Sport", berlin()),
        ("dreimal im Monat Rechnung", berlin()),
    ] {
        let often = read(text, &sender);
        assert!(matches!(often, Err(Misread::HowOften { .. })), "{text}: {often:?}");
    }
    for (text, sender) in [
        ("a las dos hermanas", madrid()),
        ("las tres gracias", madrid()),
        ("à 5 km du bureau", paris()),
    ] {
        assert_eq!(read(text, &sender), Err(Misread::NoTime), "{text}");
    }
}

#[test]
fn spanish_texts() {
    check(
        &madrid(),
        &[
            (
                "Recuérdame mañana a las 5 de la tarde llamar a mamá",
                "2026-03-05 17:00",
                "llamar a mamá",
            ),
            (
                "recuerdame manana a las 5 de la tarde llamar a mama",
                "2026-03-05 17:00",
                "llamar a mama",
            ),
            (
                "Recuérdame llamar a mamá mañana a las 5 de la tarde",
                "2026-03-05 17:00",
                "llamar a mamá",
            ),
            (
                "Recuérdame el viernes a las 9 de la mañana que tengo dentista",
                "2026-03-06 09:00",
                "tengo dentista",
            ),
            ("recuerdame el miercoles pagar el alquiler", "2026-03-11 09:00", "pagar el alquiler"),
            ("Avísame en 20 minutos sacar la pizza", "2026-03-04 11:00", "sacar la pizza"),
            (
                "Recuérdame dentro de dos horas y media tomar la pastilla",
                "2026-03-04 13:10",
                "tomar la pastilla",
            ),
            (
                "recuérdame el 21 de junio de 2027 a las 17:30 sobre la renta",
                "2027-06-21 17:30",
                "la renta",
            ),
            (
                "Recuérdame la reunión el lunes a las cinco y media",
                "2026-03-09 17:30",
                "la reunión",
            ),
            ("mañana a las siete y cuarto de la mañana gimnasio", "2026-03-05 07:15", "gimnasio"),
            ("pasado mañana a las ocho menos cuarto de la noche cena", "2026-03-06 19:45", "cena"),
            ("hoy a las nueve de la noche sacar la basura", "2026-03-04 21:00", "sacar la basura"),
            ("esta noche a las 10 llamar a Juan", "2026-03-04 22:00", "llamar a Juan"),
            ("esta tarde comprar leche", "2026-03-04 15:00", "comprar leche"),
            ("mañana por la mañana correr", "2026-03-05 09:00", "correr"),
            ("mañana por la tarde", "2026-03-05 15:00", ""),
            ("el próximo lunes", "2026-03-09 09:00", ""),
            ("el lunes que viene", "2026-03-09 09:00", ""),
            ("la semana que viene", "2026-03-09 09:00", ""),
            ("la próxima semana", "2026-03-09 09:00", ""),
            ("el mes que viene", "2026-04-01 09:00", ""),
            ("próximo mes", "2026-04-01 09:00", ""),
            ("el martes de la semana que viene", "2026-03-10 09:00", ""),
            ("a la una y media", "2026-03-04 13:30", ""),
            ("a las tres de la madrugada", "2026-03-05 03:00", ""),
            ("a las 11 en punto", "2026-03-04 11:00", ""),
            ("al mediodía", "2026-03-04 12:00", ""),
            ("a medianoche", "2026-03-05 00:00", ""),
            ("mañana a medianoche", "2026-03-05 00:00", ""),
            ("diez para las ocho de la noche", "2026-03-04 19:50", ""),
            ("veinte minutos pasadas las ocho de la noche", "2026-03-04 20:20", ""),
            ("treinta y uno de diciembre", "2026-12-31 09:00", ""),
            ("el veintidós de abril a las 8", "2026-04-22 08:00", ""),
            ("primero de mayo", "2026-05-01 09:00", ""),
            ("1º de mayo", "2026-05-01 09:00", ""),
            ("el 15", "2026-03-15 09:00", ""),
            ("el día 15 a las 10", "2026-03-15 10:00", ""),
            ("21/06/2027 17:30", "2027-06-21 17:30", ""),
            ("lunes 9 de marzo", "2026-03-09 09:00", ""),
            ("vie 6 de mar", "2026-03-06 09:00", ""),
            ("13 Ago, 2026", "2026-08-13 09:00", ""),
            ("12 de junio del 2027", "2027-06-12 09:00", ""),
            ("en media hora", "2026-03-04 11:10", ""),
            ("en un cuarto de hora", "2026-03-04 10:55", ""),
            ("en tres cuartos de hora", "2026-03-04 11:25", ""),
            ("en una hora y media", "2026-03-04 12:10", ""),
            ("en treinta y cinco minutos", "2026-03-04 11:15", ""),
            ("dentro de 3 días", "2026-03-07 10:40", ""),
            ("en un par de horas", "2026-03-04 12:40", ""),
            ("en 2 semanas", "2026-03-18 10:40", ""),
            ("dentro de un año", "2027-03-04 10:40", ""),
            ("de aquí a 2 horas", "2026-03-04 12:40", ""),
            ("2 horas más tarde", "2026-03-04 12:40", ""),
            ("a las 15h", "2026-03-04 15:00", ""),
            ("a las 21:45 horas", "2026-03-04 21:45", ""),
            ("último viernes de mayo", "2026-05-29 09:00", ""),
            ("este fin de semana", "2026-03-07 09:00", ""),
            (
                "Crea un recordatorio para mañana a las 8 de la noche: pagar la luz",
                "2026-03-05 20:00",
                "pagar la luz",
            ),
            (
                "Por favor recuérdame el domingo a las 11 de la mañana acerca de la misa",
                "2026-03-08 11:00",
                "la misa",
            ),
            ("hola, recuérdame mañana temprano a las 7", "2026-03-05 07:00", ""),
            (
                "tomar pastilla a las ocho y veinte de la noche, gracias",
                "2026-03-04 20:20",
                "tomar pastilla",
            ),
            (
                "reunión con Ana el jueves 12 de marzo a las 16:00",
                "2026-03-12 16:00",
                "reunión con Ana",
            ),
            ("viernes por la noche cine", "2026-03-06 20:00", "cine"),
            ("lunes por la mañana a las 8", "2026-03-09 08:00", ""),
            ("en unos minutos llamar a Ana", "2026-03-04 10:43", "llamar a Ana"),
            ("lunes 9, comprar pan", "2026-03-09 09:00", "comprar pan"),
            ("3 de junio del año 2027", "2027-06-03 09:00", ""),
            ("esta misma tarde a las 5", "2026-03-04 17:00", ""),
            ("viernes 20 de noviembre de 2026 a las 10:15", "2026-11-20 10:15", ""),
            (
                "recuérdame comprar dos entradas para el concierto del sábado mañana a las 12",
                "2026-03-05 12:00",
                "comprar dos entradas para el concierto del sábado",
            ),
        ],
    );
    check_past(&madrid(), &["hace 2 horas", "ayer a las 5", "hace tres días pagar", "anteayer"]);
}

#[test]
fn french_texts() {
    check(
        &paris(),
        &[
            ("Rappelle-moi demain à 17h d'appeler maman", "2026-03-05 17:00", "appeler maman"),
            (
                "rappelle moi demain a 17h30 d'acheter du pain",
                "2026-03-05 17:30",
                "acheter du pain",
            ),
            ("Rappelle-moi d'appeler maman demain à 17h", "2026-03-05 17:00", "appeler maman"),
            (
                "Rappelle-moi dans 20 minutes de sortir la pizza",
                "2026-03-04 11:00",
                "sortir la pizza",
            ),
            (
                "Rappelez-moi vendredi à 9 heures du matin le dentiste",
                "2026-03-06 09:00",
                "le dentiste",
            ),
            (
                "rappelle-moi le 21 juin à 17h à propos de la réunion",
                "2026-06-21 17:00",
                "la réunion",
            ),
            (
                "Rappelle-moi que le loyer est à payer lundi matin",
                "2026-03-09 09:00",
                "le loyer est à payer",
            ),
            ("demain matin à huit heures et quart médicament", "2026-03-05 08:15", "médicament"),
            ("demain soir à 8h", "2026-03-05 20:00", ""),
            ("ce soir à 8 heures sortir les poubelles", "2026-03-04 20:00", "sortir les poubelles"),
            ("cet après-midi", "2026-03-04 15:00", ""),
            ("après-demain à midi", "2026-03-06 12:00", ""),
            ("apres demain a midi et demi", "2026-03-06 12:30", ""),
            ("demain à minuit", "2026-03-05 00:00", ""),
            ("à cinq heures moins le quart de l'après-midi", "2026-03-04 16:45", ""),
            ("à sept heures moins vingt du soir", "2026-03-04 18:40", ""),
            ("vingt et un heures trente", "2026-03-04 21:30", ""),
            ("à vingt-deux heures", "2026-03-04 22:00", ""),
            ("17 heures 30", "2026-03-04 17:30", ""),
            ("vers 15 heures", "2026-03-04 15:00", ""),
            ("lundi prochain", "2026-03-09 09:00", ""),
            ("la semaine prochaine", "2026-03-09 09:00", ""),
            ("le mois prochain", "2026-04-01 09:00", ""),
            ("l'année prochaine", "2027-01-01 09:00", ""),
            ("mardi de la semaine prochaine à 10h", "2026-03-10 10:00", ""),
            ("ce week-end", "2026-03-07 09:00", ""),
            ("le 1er mai", "2026-05-01 09:00", ""),
            ("21 juin 2027", "2027-06-21 09:00", ""),
            ("le vingt et un avril", "2026-04-21 09:00", ""),
            ("jeudi 12 mars à 16h", "2026-03-12 16:00", ""),
            ("12 fev 2027", "2027-02-12 09:00", ""),
            ("le 8 aout a 8h10", "2026-08-08 08:10", ""),
            ("le premier vendredi d'avril", "2026-04-03 09:00", ""),
            ("dernier vendredi de mai", "2026-05-29 09:00", ""),
            ("le 15", "2026-03-15 09:00", ""),
            ("dans une heure et demie", "2026-03-04 12:10", ""),
            ("dans une demi-heure", "2026-03-04 11:10", ""),
            ("dans un quart d'heure", "2026-03-04 10:55", ""),
            ("dans trois quarts d'heure", "2026-03-04 11:25", ""),
            ("dans deux jours", "2026-03-06 10:40", ""),
            ("dans quatre-vingt-dix minutes", "2026-03-04 12:10", ""),
            ("dans soixante et onze minutes", "2026-03-04 11:51", ""),
            ("d'ici 2 heures", "2026-03-04 12:40", ""),
            ("dans quelques heures", "2026-03-04 13:40", ""),
            ("2 heures plus tard", "2026-03-04 12:40", ""),
            ("dans 2 semaines", "2026-03-18 10:40", ""),
            ("dans un an", "2027-03-04 10:40", ""),
            ("appeler le plombier jeudi à onze heures", "2026-03-05 11:00", "appeler le plombier"),
            ("prendre le médicament à 20h svp", "2026-03-04 20:00", "prendre le médicament"),
            (
                "Bonjour, rappelle-moi samedi après-midi d'arroser les plantes, merci",
                "2026-03-07 15:00",
                "arroser les plantes",
            ),
            (
                "Crée un rappel pour demain à 8h: payer le loyer",
                "2026-03-05 08:00",
                "payer le loyer",
            ),
            ("réunion demain 14h30", "2026-03-05 14:30", "réunion"),
            ("à 3 heures et demie de l'après-midi", "2026-03-04 15:30", ""),
            ("dimanche, 8 mars 2026 à 9h", "2026-03-08 09:00", ""),
            ("17h appeler Paul", "2026-03-04 17:00", "appeler Paul"),
            ("8h du soir", "2026-03-04 20:00", ""),
            ("ce soir à 8h30", "2026-03-04 20:30", ""),
            ("demain à 8h", "2026-03-05 08:00", ""),
            ("minuit et demi", "2026-03-05 00:30", ""),
            ("3 heures moins le quart", "2026-03-04 14:45", ""),
            ("mardi 10, payer le loyer", "2026-03-10 09:00", "payer le loyer"),
            ("le 22/01/2027", "2027-01-22 09:00", ""),
        ],
    );
    check_past(&paris(), &["il y a 2 heures", "hier à 17h", "avant-hier", "il y a trois jours"]);
}

#[test]
fn german_texts() {
    check(
        &berlin(),
        &[
            ("Erinnere mich morgen um halb acht an die Miete", "2026-03-05 07:30", "die Miete"),
            ("erinner mich in 20 minuten an die pizza", "2026-03-04 11:00", "die pizza"),
            (
                "Erinnere mich am Freitag um 17 Uhr 30 daran, Mama anzurufen",
                "2026-03-06 17:30",
                "Mama anzurufen",
            ),
            (
                "Kannst du mich morgen um 8 an den Zahnarzt erinnern?",
                "2026-03-05 08:00",
                "den Zahnarzt",
            ),
            (
                "Erinnere mich an die Besprechung am Montag um zehn Uhr",
                "2026-03-09 10:00",
                "die Besprechung",
            ),
            (
                "Erinnere mich bitte heute Abend um 8, den Müll rauszubringen",
                "2026-03-04 20:00",
                "den Müll rauszubringen",
            ),
            ("morgen früh um 7 joggen", "2026-03-05 07:00", "joggen"),
            ("heute Nachmittag einkaufen", "2026-03-04 15:00", "einkaufen"),
            ("heute abend", "2026-03-04 18:00", ""),
            ("morgen Vormittag", "2026-03-05 09:00", ""),
            ("Montag morgen", "2026-03-09 09:00", ""),
            ("übermorgen um viertel nach drei", "2026-03-06 15:15", ""),
            ("uebermorgen um viertel vor neun", "2026-03-06 08:45", ""),
            ("um fünf vor halb sieben abends", "2026-03-04 18:25", ""),
            ("zehn nach elf", "2026-03-04 11:10", ""),
            ("um dreiviertel acht abends", "2026-03-04 19:45", ""),
            ("um halb eins", "2026-03-04 12:30", ""),
            ("17 Uhr 30", "2026-03-04 17:30", ""),
            ("um neunzehn Uhr", "2026-03-04 19:00", ""),
            ("um zwanzig Uhr fünfzehn", "2026-03-04 20:15", ""),
            ("um 20.15 Uhr", "2026-03-04 20:15", ""),
            ("gegen 15 Uhr", "2026-03-04 15:00", ""),
            ("um 5 Uhr nachmittags", "2026-03-04 17:00", ""),
            ("heute mittag", "2026-03-04 12:00", ""),
            ("morgen um mitternacht", "2026-03-05 00:00", ""),
            ("nächsten Montag", "2026-03-09 09:00", ""),
            ("nächste Woche", "2026-03-09 09:00", ""),
            ("nächsten Monat", "2026-04-01 09:00", ""),
            ("nächstes Jahr", "2027-01-01 09:00", ""),
            ("Dienstag nächster Woche um 9", "2026-03-10 09:00", ""),
            ("kommenden Dienstag", "2026-03-10 09:00", ""),
            ("dieses Wochenende", "2026-03-07 09:00", ""),
            ("am 21. Juni 2027 um 17:30 Uhr", "2027-06-21 17:30", ""),
            ("21.06.2027 17:30", "2027-06-21 17:30", ""),
            ("am 15.3.", "2026-03-15 09:00", ""),
            ("am 15.", "2026-03-15 09:00", ""),
            ("den 15. august", "2026-08-15 09:00", ""),
            ("am dritten Mai", "2026-05-03 09:00", ""),
            ("am einundzwanzigsten April", "2026-04-21 09:00", ""),
            ("1. maerz 2027", "2027-03-01 09:00", ""),
            ("Mo 9.3. 14 Uhr", "2026-03-09 14:00", ""),
            ("Do, 12. März um 16 Uhr", "2026-03-12 16:00", ""),
            ("letzter Freitag im Mai", "2026-05-29 09:00", ""),
            ("in einer halben Stunde", "2026-03-04 11:10", ""),
            ("in anderthalb Stunden", "2026-03-04 12:10", ""),
            ("in zweieinhalb Stunden", "2026-03-04 13:10", ""),
            ("in einer Viertelstunde", "2026-03-04 10:55", ""),
            ("in einundzwanzig Minuten", "2026-03-04 11:01", ""),
            ("in 2 Stunden und 15 Minuten", "2026-03-04 12:55", ""),
            ("in zwei Wochen", "2026-03-18 10:40", ""),
            ("in einem Monat", "2026-04-04 10:40", ""),
            ("in ein paar Stunden", "2026-03-04 13:40", ""),
            ("in drei Tagen um 8 Uhr", "2026-03-07 08:00", ""),
            ("2 Stunden später", "2026-03-04 12:40", ""),
            ("abends um 8 Tabletten nehmen", "2026-03-04 20:00", "Tabletten nehmen"),
            ("Samstag um halb drei nachmittags Fußball", "2026-03-07 14:30", "Fußball"),
            ("Tabletten nehmen um 22 Uhr, danke", "2026-03-04 22:00", "Tabletten nehmen"),
            ("Miete bezahlen am 1. April", "2026-04-01 09:00", "Miete bezahlen"),
            ("sechs uhr am 2. august", "2026-08-02 18:00", ""),
            ("Termin Donnerstag 14:30", "2026-03-05 14:30", "Termin"),
            ("am Wochenende", "2026-03-07 09:00", ""),
            ("mittags", "2026-03-04 12:00", ""),
            ("mittags um 1", "2026-03-04 13:00", ""),
            ("im nächsten Monat", "2026-04-01 09:00", ""),
            ("null Uhr dreißig", "2026-03-05 00:30", ""),
        ],
    );
    check_past(&berlin(), &["vor 2 Stunden", "gestern um 5", "vorgestern", "vor drei Tagen"]);
}

#[test]
fn portuguese_texts() {
    check(
        &sao_paulo(),
        &[
            (
                "Lembre-me amanhã às 5 da tarde de ligar para a mãe",
                "2026-03-05 17:00",
                "ligar para a mãe",
            ),
            (
                "lembre me amanha as 5 da tarde de ligar pra mae",
                "2026-03-05 17:00",
                "ligar pra mae",
            ),
            ("me lembra de pagar o aluguel sexta às 10h", "2026-03-06 10:00", "pagar o aluguel"),
            ("Me lembre em 20 minutos de tirar a pizza", "2026-03-04 11:00", "tirar a pizza"),
            (
                "Lembre-me na segunda-feira às nove e meia da manhã sobre a reunião",
                "2026-03-09 09:30",
                "a reunião",
            ),
            ("lembrar de comprar pão hoje à noite", "2026-03-04 20:00", "comprar pão"),
            ("hoje às 8 da noite tirar o lixo", "2026-03-04 20:00", "tirar o lixo"),
            ("depois de amanhã ao meio-dia", "2026-03-06 12:00", ""),
            ("amanhã de manhã", "2026-03-05 09:00", ""),
            ("amanhã à tarde dentista", "2026-03-05 15:00", "dentista"),
            ("à meia-noite", "2026-03-05 00:00", ""),
            ("meio-dia e meia", "2026-03-04 12:30", ""),
            ("às dez para as oito da noite", "2026-03-04 19:50", ""),
            ("quinze pras sete da noite", "2026-03-04 18:45", ""),
            ("às sete e quinze da noite", "2026-03-04 19:15", ""),
            ("às 15h30", "2026-03-04 15:30", ""),
            ("às 20 horas", "2026-03-04 20:00", ""),
            ("às 3 da madrugada", "2026-03-05 03:00", ""),
            ("às vinte e uma horas", "2026-03-04 21:00", ""),
            ("segunda que vem", "2026-03-09 09:00", ""),
            ("próxima terça", "2026-03-10 09:00", ""),
            ("na próxima semana", "2026-03-09 09:00", ""),
            ("semana que vem", "2026-03-09 09:00", ""),
            ("no mês que vem", "2026-04-01 09:00", ""),
            ("este fim de semana", "2026-03-07 09:00", ""),
            ("21 de junho de 2027 às 17:30", "2027-06-21 17:30", ""),
            ("vinte e dois de abril", "2026-04-22 09:00", ""),
            ("primeiro de maio", "2026-05-01 09:00", ""),
            ("1º de maio", "2026-05-01 09:00", ""),
            ("dia 15 às 10h", "2026-03-15 10:00", ""),
            ("no dia 15", "2026-03-15 09:00", ""),
            ("quinta-feira, 12 de março, às 16h", "2026-03-12 16:00", ""),
            ("seg 9 de mar", "2026-03-09 09:00", ""),
            ("terca feira as 8", "2026-03-10 08:00", ""),
            ("sab 14h", "2026-03-07 14:00", ""),
            ("última sexta de maio", "2026-05-29 09:00", ""),
            ("em meia hora", "2026-03-04 11:10", ""),
            ("em uma hora e meia", "2026-03-04 12:10", ""),
            ("daqui a 2 horas", "2026-03-04 12:40", ""),
            ("dentro de três dias", "2026-03-07 10:40", ""),
            ("em vinte e cinco minutos", "2026-03-04 11:05", ""),
            ("daqui a um mês", "2026-04-04 10:40", ""),
            ("em 2 semanas", "2026-03-18 10:40", ""),
            ("em alguns minutos", "2026-03-04 10:43", ""),
            ("2 horas depois", "2026-03-04 12:40", ""),
            ("Crie um lembrete para amanhã às 8h: pagar a luz", "2026-03-05 08:00", "pagar a luz"),
            ("tomar remédio às 22h, obrigado", "2026-03-04 22:00", "tomar remédio"),
            ("reunião com o chefe na quinta às 14:30", "2026-03-05 14:30", "reunião com o chefe"),
            (
                "Por favor me lembre domingo às 11 da manhã que tem missa",
                "2026-03-08 11:00",
                "tem missa",
            ),
            ("sábado à noite cinema", "2026-03-07 20:00", "cinema"),
            ("às 20h30min", "2026-03-04 20:30", ""),
            ("8 da noite de amanhã", "2026-03-05 20:00", ""),
            ("no fim de semana", "2026-03-07 09:00", ""),
        ],
    );
    check_past(&sao_paulo(), &["há 2 horas", "ontem às 5", "dois dias atrás", "anteontem"]);
}

#[test]
fn hindi_texts() {
    check(
        &kolkata(),
        &[
            ("कल सुबह 9 बजे दवाई याद दिलाना", "2026-03-05 09:00", "दवाई"),
            ("मुझे कल शाम 5 बजे मीटिंग के बारे में याद दिलाना", "2026-03-05 17:00", "मीटिंग"),
            ("मुझे याद दिलाना कि कल सुबह 8 बजे बिल भरना है", "2026-03-05 08:00", "बिल भरना है"),
            (
                "कल सुबह ८ बजे याद दिलाना कि बिजली का बिल भरना है",
                "2026-03-05 08:00",
                "बिजली का बिल भरना है",
            ),
            ("दवाई लेना रात 9 बजे", "2026-03-04 21:00", "दवाई लेना"),
            ("आज शाम को सात बजे", "2026-03-04 19:00", ""),
            ("आज रात", "2026-03-04 20:00", ""),
            ("परसों दोपहर 3 बजे", "2026-03-06 15:00", ""),
            ("कल दोपहर", "2026-03-05 15:00", ""),
            ("शाम साढ़े सात बजे", "2026-03-04 19:30", ""),
            ("रात सवा आठ बजे", "2026-03-04 20:15", ""),
            ("शाम पौने छह बजे", "2026-03-04 17:45", ""),
            ("दोपहर डेढ़ बजे", "2026-03-04 13:30", ""),
            ("ढाई बजे", "2026-03-04 14:30", ""),
            ("शाम सात बजकर बीस मिनट", "2026-03-04 19:20", ""),
            ("सोमवार को सुबह 10 बजे", "2026-03-09 10:00", ""),
            ("अगले सोमवार", "2026-03-09 09:00", ""),
            ("अगले हफ्ते", "2026-03-09 09:00", ""),
            ("अगले महीने", "2026-04-01 09:00", ""),
            ("शुक्रवार की शाम", "2026-03-06 18:00", ""),
            ("21 जून 2027 को शाम 5:30 बजे", "2027-06-21 17:30", ""),
            ("इक्कीस जून", "2026-06-21 09:00", ""),
            ("१५ तारीख को सुबह ८ बजे", "2026-03-15 08:00", ""),
            ("15 अगस्त", "2026-08-15 09:00", ""),
            ("आधे घंटे में", "2026-03-04 11:10", ""),
            ("डेढ़ घंटे में", "2026-03-04 12:10", ""),
            ("साढ़े तीन घंटे बाद", "2026-03-04 14:10", ""),
            ("दस मिनट में", "2026-03-04 10:50", ""),
            ("2 घंटे बाद दवाई", "2026-03-04 12:40", "दवाई"),
            ("दो हफ्ते में", "2026-03-18 10:40", ""),
            ("तीन दिन बाद", "2026-03-07 10:40", ""),
            ("एक महीने बाद", "2026-04-04 10:40", ""),
            ("पैंतालीस मिनट बाद", "2026-03-04 11:25", ""),
            ("आधी रात को", "2026-03-05 00:00", ""),
            ("12 जनवरी 2027 11:08 अपराह्न", "2027-01-12 23:08", ""),
            ("रविवार शाम 6 बजे माँ को फोन करना", "2026-03-08 18:00", "माँ को फोन करना"),
            ("अब से 2 घंटे बाद", "2026-03-04 12:40", ""),
            ("सुबह-सुबह 6 बजे", "2026-03-05 06:00", ""),
            ("7 बजे शाम को", "2026-03-04 19:00", ""),
        ],
    );
    check_past(&kolkata(), &["2 घंटे पहले", "तीन दिन पहले"]);
}

#[test]
fn hindi_texts_in_latin_letters() {
    check(
        &kolkata(),
        &[
            ("kal subah 9 baje dawai yaad dilana", "2026-03-05 09:00", "dawai"),
            ("remind me aaj raat 9 baje about match", "2026-03-04 21:00", "match"),
            (
                "kal subah 8 baje yaad dilana ki bijli ka bill bharna hai",
                "2026-03-05 08:00",
                "bijli ka bill bharna hai",
            ),
            (
                "mujhe kal shaam 5 baje meeting ke baare mein yaad dilana",
                "2026-03-05 17:00",
                "meeting",
            ),
            (
                "mujhe yaad dilana ki parso 10 baje doctor ke paas jana hai",
                "2026-03-06 10:00",
                "doctor ke paas jana hai",
            ),
            ("remind me kal to call mom", "2026-03-05 09:00", "call mom"),
            ("remind me kal subah 7 baje to go for a run", "2026-03-05 07:00", "go for a run"),
            (
                "Remind me parso shaam 6 baje about the meeting with the boss",
                "2026-03-06 18:00",
                "the meeting with the boss",
            ),
            ("papa ko phone karna aaj shaam 7 baje", "2026-03-04 19:00", "papa ko phone karna"),
            ("somvar ko 10 baje meeting", "2026-03-09 10:00", "meeting"),
            ("shukrawar ko dopahar 2 baje", "2026-03-06 14:00", ""),
            ("agle mangalwar ko subah 11 baje", "2026-03-10 11:00", ""),
            ("agle hafte", "2026-03-09 09:00", ""),
            ("15 tareekh ko subah 8 baje", "2026-03-15 08:00", ""),
            ("15 ko subah 8 baje", "2026-03-15 08:00", ""),
            ("21 june ko shaam saade paanch baje", "2026-06-21 17:30", ""),
            ("raat sawa nau baje", "2026-03-04 21:15", ""),
            ("shaam paune saat baje", "2026-03-04 18:45", ""),
            ("dopahar dhai baje", "2026-03-04 14:30", ""),
            ("10 din baad", "2026-03-14 10:40", ""),
            ("2 ghante mein", "2026-03-04 12:40", ""),
            ("2 ghante me", "2026-03-04 12:40", ""),
            ("aadhe ghante mein chai", "2026-03-04 11:10", "chai"),
            ("dedh ghante baad", "2026-03-04 12:10", ""),
            ("das minute baad", "2026-03-04 10:50", ""),
            ("ek hafte baad", "2026-03-11 10:40", ""),
            ("aaj shaam", "2026-03-04 18:00", ""),
            ("kal", "2026-03-05 09:00", ""),
            ("kal raat", "2026-03-05 20:00", ""),
            ("kal 5pm call papa", "2026-03-05 17:00", "call papa"),
            ("ravivar subah 6 baje cricket", "2026-03-08 06:00", "cricket"),
        ],
    );
}

#[test]
fn foreign_words_in_english_texts_are_names() {
    for sender in [madrid(), paris(), berlin(), sao_paulo(), kolkata()] {
        check_no_time(
            &sender,
            &[
                "call Domingo",
                "lunch with Domingo",
                "buy a die",
                "do so",
                "the son of Sam",
                "pay Roz",
                "meet Mar and Lun",
                "am I so dim",
                "main street",
                "pour the sale in",
                "Rio de Janeiro trip",
                "trip to Las Vegas",
                "El Paso office",
                "read Il y a longtemps",
                "fix the six mars bars",
                "do it once for mom",
                "Mi casa",
                "on sale",
                "die hard",
                "the sept of Baelor",
                "give Ravi his bike",
            ],
        );
        check(
            &sender,
            &[
                ("call Domingo at 5pm", "2026-03-04 17:00", "call Domingo"),
                ("Remind me at 5pm to call Roz", "2026-03-04 17:00", "call Roz"),
                (
                    "remind me tomorrow at 6pm to watch Die Hard",
                    "2026-03-05 18:00",
                    "watch Die Hard",
                ),
                (
                    "at 5pm do the so called main thing",
                    "2026-03-04 17:00",
                    "do the so called main thing",
                ),
                ("trip to Las Vegas tomorrow at 7am", "2026-03-05 07:00", "trip to Las Vegas"),
                ("remind me in 2 hours about El Paso", "2026-03-04 12:40", "El Paso"),
                ("in 10 min buy pan de sal", "2026-03-04 10:50", "buy pan de sal"),
                ("5pm call Sam and Dom", "2026-03-04 17:00", "call Sam and Dom"),
            ],
        );
    }
}

#[test]
fn texts_without_a_time_in_any_language_have_none() {
    check_no_time(
        &madrid(),
        &[
            "llamar a mamá",
            "comprar pan y leche",
            "Recuérdame pagar la luz",
            "tengo una hija y dos gatos",
            "la una o la otra",
            "cita con el médico",
            "dos de las tres",
        ],
    );
    check_no_time(
        &paris(),
        &[
            "appeler maman",
            "acheter du pain et six oeufs",
            "Rappelle-moi de payer le loyer",
            "le chat et le chien",
            "un quart de tarte",
            "avenue du 8 Mai 1945",
            "il y a du lait",
        ],
    );
    check_no_time(
        &berlin(),
        &[
            "Mama anrufen",
            "Erinnere mich an die Miete",
            "die Katze und der Hund",
            "so ist das",
            "drei Brote kaufen",
            "ein Viertel Brot",
            "halb voll",
        ],
    );
    check_no_time(
        &sao_paulo(),
        &[
            "ligar para a mãe",
            "me lembra de pagar a conta",
            "comprar pão e leite",
            "meia dúzia de ovos",
            "o quarto do meio",
        ],
    );
    check_no_time(
        &kolkata(),
        &[
            "माँ को फोन करना",
            "दो रोटी",
            "बिजली का बिल भरना है",
            "papa ko phone karna",
            "yaad dilana ki dawai leni hai",
            "ek do teen char",
        ],
    );
}
