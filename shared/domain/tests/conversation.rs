//! Whole conversations with one person: texts in, reminders and charges out. Only what follows is looked at, not the
//! words of the answers.

use chrono::{DateTime, TimeDelta, Utc};
use domain::ids::UserId;
use domain::inbound::{self, Inbound, Seen, command, decide, needs};
use domain::occurrence::{Event, Occurrence, Policy, Refusal, State, step};
use domain::phone::Phone;
use domain::price::PriceBook;
use domain::series::successor;
use domain::user::User;
use when::Language;

/// A person with all their reminders.
struct Person {
    user: User,
    rows: Vec<Occurrence>,
    now: DateTime<Utc>,
    texts: u32,
}

/// What came of a text.
struct Answer {
    what: String,
    charged: bool,
    reply: Option<String>,
}

impl Person {
    /// Somebody in New York, or wherever the number is, on a Wednesday at 18:40 there.
    fn at(number: &str) -> Self {
        let now = "2026-03-04T23:40:00Z".parse().expect("an instant");
        let phone = Phone::parse(number).expect("a number");
        let zone = domain::place::guess(&phone).zone;
        let user = User::new(UserId::from_random(1), phone, zone, now);
        Self { user, rows: Vec::new(), now, texts: 0 }
    }

    fn in_new_york() -> Self {
        Self::at("+12125550123")
    }

    fn text(&mut self, body: &str) -> Answer {
        self.now += TimeDelta::seconds(20);
        self.text_of(self.now, body)
    }

    /// A text that was sent then and comes now.
    fn text_of(&mut self, sent_at: DateTime<Utc>, body: &str) -> Answer {
        self.texts += 1;
        let id = format!("m-{}", self.texts).parse().expect("an id");
        let inbound = Inbound { id, body: body.to_owned(), sent_at };
        let seen = Seen { reminders: self.rows.clone(), ..Seen::default() };
        let policy = Policy::default();
        let book = PriceBook::embedded();
        let decision = decide(&inbound, self.user.clone(), seen, &book, &policy, self.now);
        self.user = decision.user;
        for row in decision.reminders {
            self.put(row);
        }
        let what = decision.message.story.lines().last().map(|line| line.detail.clone());
        Answer {
            what: what.unwrap_or_default().split(' ').next().unwrap_or_default().to_owned(),
            charged: decision.message.charged,
            reply: decision.reply.map(|reply| reply.text),
        }
    }

    fn put(&mut self, row: Occurrence) {
        self.rows.retain(|other| other.id != row.id);
        self.rows.push(row);
        self.rows.sort_by_key(|row| row.id.clone());
    }

    /// What the functions make of an event, with the next one of a series.
    fn happens(&mut self, id: &str, event: &Event) {
        let row = self.row(id).clone();
        let policy = Policy::default();
        let after = step(row.clone(), event, self.now, &policy);
        if event == &Event::Due {
            let attempt = after.id.attempt(after.attempt);
            self.user.called(attempt, self.now, policy.unknown_wait);
        }
        let next = successor(&row, &after, self.now, &policy);
        self.put(after);
        if let Some(next) = next {
            self.put(next);
        }
    }

    /// It is due, rings and is answered.
    fn is_rung(&mut self, id: &str) {
        self.now = self.row(id).due;
        self.happens(id, &Event::Due);
        self.now += TimeDelta::seconds(9);
        let attempt = self.row(id).attempt;
        self.happens(id, &Event::Answered { attempt });
    }

    fn row(&self, id: &str) -> &Occurrence {
        let found = self.rows.iter().find(|row| row.id.to_string().ends_with(id));
        found.unwrap_or_else(|| panic!("no reminder {id}"))
    }

    /// Number, wall time and matter of each reminder that may still ring.
    fn open(&self) -> Vec<String> {
        let mut open: Vec<&Occurrence> = self.rows.iter().filter(|row| row.is_open()).collect();
        open.sort_by_key(|row| row.due);
        let line = |row: &&Occurrence| {
            let wall = row.due.with_timezone(&self.user.zone).format("%a %d %H:%M");
            format!("{} {wall} {}", row.id.reminder.n, row.about)
        };
        open.iter().map(line).collect()
    }
}

#[test]
fn a_correction_keeps_the_day_and_a_new_day_moves_it() {
    let mut person = Person::in_new_york();
    person.text("Remind tomorrow 5pm about rent");
    let answer = person.text("No, 6pm");
    assert_eq!((answer.what.as_str(), answer.charged), ("changed", true));
    assert_eq!(person.open(), ["1 Thu 05 18:00 rent"]);
    person.text("NO friday 10am");
    assert_eq!(person.open(), ["1 Fri 06 10:00 rent"]);
    person.text("no, in two hours");
    assert_eq!(person.open(), ["1 Wed 04 20:41 rent"]);
    assert_eq!(person.row("1-1").version, 4, "older schedules are void");
}

#[test]
fn a_day_without_an_hour_keeps_the_hour_of_the_reminder() {
    let mut person = Person::in_new_york();
    person.text("Remind tomorrow 8:15pm about rent");
    for (text, expected) in [
        ("No, friday", "1 Fri 06 20:15 rent"),
        ("change 1 to monday", "1 Mon 09 20:15 rent"),
        ("no, in 3 days", "1 Sat 07 20:15 rent"),
        ("no, 11 march", "1 Wed 11 20:15 rent"),
        ("change 1 to tomorrow about the deposit", "1 Thu 05 20:15 the deposit"),
        ("no, today", "1 Wed 04 20:15 the deposit"),
        ("no, friday morning", "1 Fri 06 09:00 the deposit"),
    ] {
        person.text(text);
        assert_eq!(person.open(), [expected], "{text}");
    }
}

#[test]
fn a_rule_without_an_hour_keeps_the_hour_of_the_reminder() {
    let mut person = Person::in_new_york();
    person.text("Remind every day at 7am about vitamins");
    person.text("change 1 to every monday");
    assert_eq!(person.open(), ["1 Mon 09 07:00 vitamins"]);
    person.text("change 1 to every 2 weeks on friday at 8");
    assert_eq!(person.open(), ["1 Fri 06 08:00 vitamins"]);
}

#[test]
fn skip_names_the_next_one_in_many_words_and_needs_no_number_where_there_is_one_series() {
    let words = [
        "skip",
        "skip next",
        "skip the next one",
        "skip it",
        "Skip next time",
        "skip the next 1",
        "salta la próxima",
        "saute le prochain",
        "überspringe den nächsten",
        "pula a próxima",
        "छोड़ो अगला",
    ];
    for text in words {
        let mut person = Person::in_new_york();
        person.text("Remind every day at 7am about vitamins");
        person.text("Remind friday 5pm about rent");
        let answer = person.text(text);
        assert_eq!((answer.what.as_str(), answer.charged), ("skipped", true), "{text}");
        assert_eq!(person.open()[0], "1 Fri 06 07:00 vitamins", "{text}");
    }
}

#[test]
fn skip_asks_which_where_it_could_be_several() {
    let mut person = Person::in_new_york();
    person.text("Remind every day at 7am about vitamins");
    person.text("Remind every day at 9pm about the cat");
    assert_eq!(person.text("skip the next one").what, "refused");
    person.is_rung("2-1");
    assert_eq!(person.text("skip the next one").what, "skipped");
    assert!(person.open().contains(&"2 Fri 06 21:00 the cat".to_owned()), "the one just heard");
    assert_eq!(person.text("skip lunch").what, "refused", "which is not about any of them");
}

#[test]
fn a_new_number_that_begins_with_two_rings_a_day_is_told_that_it_gets_one() {
    let told = |text: &str| {
        let mut person = Person::in_new_york();
        person.text(text).reply.is_some_and(|reply| reply.contains("one call a day"))
    };
    assert!(told("every day at 9am and 5pm pills"));
    assert!(!told("every day at 9am pills"));
    assert!(!told("tomorrow at 9am pills"));
}

#[test]
fn a_first_answer_takes_two_parts_however_long_the_matter() {
    let matter = "मंगलवार को डॉक्टर शर्मा के साथ मुलाकात और उसके बाद दवा की दुकान जाना";
    for number in ["+919876543210", "+12125550123", "+34612345678", "+5511987654321"] {
        for text in [
            format!("कल शाम 5 बजे {matter}"),
            format!("हर दिन सुबह 9 बजे और शाम 5 बजे {matter}"),
            format!("Remind tomorrow at 5 about {}", "the quarterly numbers and ".repeat(9)),
        ] {
            let reply = Person::at(number).text(&text).reply.expect("an answer");
            let parts = domain::gsm::parts(&reply);
            assert!(parts.parts <= 2, "{number}: {parts:?} {reply}");
            assert!(reply.contains("STOP"), "{reply}");
        }
    }
}

#[test]
fn a_list_tells_when_a_series_is_next_where_its_rule_does_not() {
    let mut person = Person::in_new_york();
    let mut list = |text: &str| {
        person.text(text);
        person.text("list").reply.expect("an answer")
    };
    assert_eq!(list("every day at 7am about vitamins"), "1 every day 7am: vitamins");
    assert_eq!(list("skip 1"), "1 every day 7am, next Fri 6 Mar: vitamins");
    assert_eq!(list("change 1 to saturday 10am"), "1 every day 7am, next Sat 7 Mar 10am: vitamins");
}

#[test]
fn what_is_not_understood_is_answered_in_its_language_and_changes_no_later_answer() {
    let mut person = Person::at("+33612345678");
    person.text("dans 20 minutes le four");
    let reply = person.text("thank you for your message").reply.expect("an answer");
    assert!(reply.starts_with("When should I call you?"), "{reply}");
    let reply = person.text("LISTE").reply.expect("an answer");
    assert!(reply.contains("mercredi") || reply.contains("jeudi"), "{reply}");
    let mut newcomer = Person::at("+33612345678");
    newcomer.text("remind me about my keys");
    assert_eq!(newcomer.user.language, Language::English);
}

#[test]
fn the_carriers_words_are_of_no_language() {
    let mut person = Person::at("+33612345678");
    person.text("dans 20 minutes le four");
    for word in ["HELP", "STOP", "START"] {
        person.text(word);
        assert_eq!(person.user.language, Language::French, "{word}");
    }
    person.text("list my reminders");
    assert_eq!(person.user.language, Language::English);
}

#[test]
fn a_text_that_only_begins_with_no_is_a_reminder() {
    let mut person = Person::in_new_york();
    person.text("Remind tomorrow 5pm about rent");
    let answer = person.text("No milk tomorrow 5pm");
    assert_eq!(answer.what, "accepted");
    assert_eq!(person.open(), ["1 Thu 05 17:00 rent", "2 Thu 05 17:00 No milk"]);
    let answer = person.text("no");
    assert_eq!((answer.what.as_str(), answer.charged), ("not_understood", false));
    person.text("forget 2");
    let answer = person.text("No, 6pm");
    assert_eq!(
        (answer.what.as_str(), answer.charged),
        ("refused", false),
        "what was meant is gone"
    );
    assert_eq!(person.open(), ["1 Thu 05 17:00 rent"]);
}

#[test]
fn a_change_names_the_reminder_and_may_change_the_matter() {
    let mut person = Person::in_new_york();
    person.text("Remind tomorrow 5pm about rent");
    person.text("Remind saturday 9am about the plants");
    person.text("CHANGE 1 to friday 10am");
    person.text("change 2 8:30");
    assert_eq!(person.open(), ["1 Fri 06 10:00 rent", "2 Sat 07 08:30 the plants"]);
    person.text("change 1 to friday 11am about the rent and the deposit");
    assert_eq!(person.open()[0], "1 Fri 06 11:00 the rent and the deposit");
    let answer = person.text("change 9 to friday");
    assert_eq!((answer.what.as_str(), answer.charged), ("refused", false));
    person.text("change 3 tires tomorrow at 5");
    assert_eq!(person.open()[0], "3 Thu 05 17:00 change 3 tires");
}

#[test]
fn a_change_that_is_no_time_changes_nothing_and_says_so() {
    let mut person = Person::in_new_york();
    person.text("Remind tomorrow 5pm about rent");
    let before = person.rows.clone();
    for text in ["change 1 to blue", "change 1", "change 1 to yesterday 5pm", "change"] {
        let answer = person.text(text);
        assert!(!answer.charged && answer.reply.is_some(), "{text}");
        assert_eq!(person.rows, before, "{text}");
    }
}

#[test]
fn forget_drops_one_several_or_after_a_yes_all() {
    let mut person = Person::in_new_york();
    for i in 1..=6 {
        person.text(&format!("Remind friday {i}pm about tea {i}"));
    }
    person.text("every day at 9 pills");
    person.text("forget 2");
    person.text("FORGET 3 and 4");
    assert_eq!(person.open().len(), 4);
    let asked = person.text("Forget all");
    assert!(!asked.charged && person.open().len() == 4);
    let dropped = person.text("yes");
    assert!(dropped.charged);
    assert_eq!(person.open(), [""; 0]);
    assert_eq!(person.text("yes").what, "not_understood", "it is asked once");
}

#[test]
fn a_yes_that_was_long_on_its_way_drops_nothing_that_was_set_after_the_question() {
    let mut person = Person::in_new_york();
    person.text("Remind tomorrow 5pm about rent");
    person.text("FORGET ALL");
    let said_yes_at = person.now + TimeDelta::seconds(5);
    person.text("Remind tomorrow 6pm about milk");
    person.text("Remind every day at 7am about pills");
    person.is_rung("3-1");
    let answer = person.text_of(said_yes_at, "yes");
    assert_eq!(person.open(), ["2 Thu 05 18:00 milk", "3 Fri 06 07:00 pills"]);
    let reply = answer.reply.unwrap_or_default();
    assert!(reply.contains("rent") && !reply.contains("none"), "{reply}");
    // All are dropped by whoever asks again.
    person.text("FORGET ALL");
    person.text("yes");
    assert_eq!(person.open(), Vec::<String>::new());
}

#[test]
fn a_yes_from_before_the_question_answers_nothing_and_leaves_it_open() {
    let mut person = Person::in_new_york();
    person.text("Remind tomorrow 5pm about rent");
    let before = person.now + TimeDelta::seconds(1);
    person.text("FORGET ALL");
    assert_eq!(person.text_of(before, "yes").what, "not_understood");
    assert_eq!(person.open().len(), 1);
    assert_eq!(person.text("yes").what, "forgot");
    assert_eq!(person.open(), [""; 0]);
}

#[test]
fn a_forget_all_that_was_long_on_its_way_shows_what_is_newer_than_it() {
    let mut person = Person::in_new_york();
    let sent_at = person.now;
    person.text("Remind tomorrow 5pm about rent");
    let answer = person.text_of(sent_at, "FORGET ALL");
    let reply = answer.reply.unwrap_or_default();
    assert!(reply.contains("rent"), "not that there is none: {reply}");
    assert_eq!(person.text("yes").what, "not_understood", "nothing was asked");
}

#[test]
fn of_two_questions_that_overtook_each_other_the_later_is_answered() {
    let mut person = Person::in_new_york();
    person.text("Remind tomorrow 5pm about rent");
    let first = person.now + TimeDelta::seconds(1);
    person.text("Remind tomorrow 6pm about milk");
    person.text("FORGET ALL");
    person.text_of(first, "FORGET ALL");
    person.text("yes");
    assert_eq!(person.open(), Vec::<String>::new());
}

#[test]
fn what_we_said_ourselves_sets_no_reminder() {
    let mut person = Person::at("+525512341021");
    for ours in [
        "Ha alcanzado $0.10, lo maximo que cuesta un mes. Hasta el viernes 6 de marzo 18:00 no se \
         cobra nada mas, y los recordatorios llegan por SMS, sin llamada.",
        "Listo, viernes 6 de marzo 18:00: pagar la renta. OLVIDA 3 lo borra.",
        "\u{201c}Listo, viernes 6 de marzo 18:00: pagar la renta. OLVIDA 3 lo borra.\u{201d} ok",
    ] {
        let answer = person.text(ours);
        assert_eq!((answer.what.as_str(), answer.charged), ("ignored_own_reply", false), "{ours}");
        assert_eq!(answer.reply, None);
    }
    assert_eq!(person.text("el viernes a las 18:00 pagar la renta").what, "accepted");
}

#[test]
fn a_yes_after_ten_minutes_or_a_no_drops_nothing() {
    let mut person = Person::in_new_york();
    person.text("Remind friday 5pm about tea");
    person.text("forget all");
    person.now += TimeDelta::minutes(11);
    person.text("yes");
    person.text("forget all");
    person.text("no");
    person.text("yes");
    assert_eq!(person.open(), ["1 Fri 06 17:00 tea"]);
}

#[test]
fn a_snooze_rings_again_and_leaves_the_series_where_it_is() {
    let mut person = Person::in_new_york();
    person.text("every day at 9 pills");
    assert_eq!(person.text("snooze 10m").what, "refused", "nothing has rung");
    person.is_rung("1-1");
    assert_eq!(person.open(), ["1 Fri 06 09:00 pills"]);
    let answer = person.text("snooze 10m");
    assert_eq!((answer.what.as_str(), answer.charged), ("snoozed", true));
    assert_eq!(person.open(), ["2 Thu 05 09:10 pills", "1 Fri 06 09:00 pills"]);
    assert_eq!(person.row("2-1").parent, Some(person.row("1-1").id.clone()));
    person.is_rung("2-1");
    person.text("Snooze");
    person.text("snooze 1 until 7pm");
    person.text("snooze 20");
    let open = person.open();
    assert_eq!(open.len(), 4, "{open:?}");
    assert!(open.contains(&"4 Thu 05 19:00 pills".to_owned()), "{open:?}");
    assert!(open.contains(&"1 Fri 06 09:00 pills".to_owned()), "{open:?}");
}

#[test]
fn a_snooze_says_for_how_long_in_every_language() {
    for (text, wall) in [
        ("snooze for 1 hour", "10:00"),
        ("snooze until 6pm", "18:00"),
        ("snooze 1 15 min", "09:15"),
        ("snooze half an hour", "09:30"),
        ("pospón 20 minutos", "09:20"),
        ("pospon hasta las 18:00", "18:00"),
        ("reporte 20 minutes", "09:20"),
        ("reporte jusqu'à 18h", "18:00"),
        ("später 20 Minuten", "09:20"),
        ("später um 18 Uhr", "18:00"),
        ("adia 20 minutos", "09:20"),
        ("adiar 1 hora", "10:00"),
        ("बाद 20 मिनट", "09:20"),
        ("snooze 5", "09:05"),
    ] {
        let mut person = Person::in_new_york();
        person.text("Remind tomorrow 9am about pills");
        person.is_rung("1-1");
        let answer = person.text(text);
        assert_eq!(answer.what, "snoozed", "{text}: {:?}", answer.reply);
        assert_eq!(person.open(), [format!("2 Thu 05 {wall} pills")], "{text}");
    }
}

#[test]
fn a_snooze_of_a_call_nobody_answered_ends_its_attempts() {
    let mut person = Person::in_new_york();
    person.text("Remind tomorrow 5pm about rent");
    person.now = person.row("1-1").due;
    person.happens("1-1", &Event::Due);
    person.happens("1-1", &Event::Unanswered { attempt: 1, outcome: "busy" });
    assert_eq!(person.row("1-1").state, State::Waiting);
    person.text("snooze 1h");
    assert_eq!(person.row("1-1").state, State::Skipped);
    assert_eq!(person.open(), ["2 Thu 05 18:00 rent"]);
}

#[test]
fn skip_does_without_the_next_one_only() {
    let mut person = Person::in_new_york();
    person.text("every friday at 9am rent");
    let answer = person.text("SKIP 1");
    assert_eq!((answer.what.as_str(), answer.charged), ("skipped", true));
    assert_eq!(person.open(), ["1 Fri 13 09:00 rent"]);
    assert_eq!(person.row("1-1").state, State::Skipped);
    person.text("Remind tomorrow 5pm about tea");
    assert_eq!(person.text("skip 2").what, "refused");
    assert_eq!(person.text("skip 7").what, "refused");
}

#[test]
fn a_series_changes_as_a_whole_by_its_hour_and_once_by_a_day() {
    let mut person = Person::in_new_york();
    person.text("every friday at 9am rent");
    person.text("change 1 to 8am");
    assert_eq!(person.open(), ["1 Fri 06 08:00 rent"]);
    person.text("change 1 to thursday 7pm");
    assert_eq!(person.open(), ["1 Thu 05 19:00 rent"]);
    person.is_rung("1-1");
    assert_eq!(person.open(), ["1 Fri 13 08:00 rent"], "the friday was moved, not doubled");
    person.text("no, every monday at 10am");
    assert_eq!(person.open(), ["1 Mon 09 10:00 rent"]);
    person.is_rung("1-2");
    assert_eq!(person.open(), ["1 Mon 16 10:00 rent"]);
}

#[test]
fn one_that_was_skipped_stays_skipped_when_the_hour_changes() {
    let mut person = Person::in_new_york();
    person.text("every day at 9 pills");
    person.text("skip 1");
    person.text("change 1 to 8am");
    assert_eq!(person.open(), ["1 Fri 06 08:00 pills"]);
}

#[test]
fn a_series_keeps_its_wall_time_through_daylight_saving_and_a_move() {
    let mut person = Person::in_new_york();
    person.text("every day at 9 pills");
    for k in 1..=5 {
        person.is_rung(&format!("1-{k}"));
    }
    assert_eq!(person.open(), ["1 Tue 10 09:00 pills"]);
    assert_eq!(person.row("1-6").due.to_rfc3339(), "2026-03-10T13:00:00+00:00");
    person.text("ZONE Berlin");
    assert_eq!(person.open(), ["1 Tue 10 09:00 pills"], "at nine there as well");
    assert_eq!(person.row("1-6").due.to_rfc3339(), "2026-03-10T08:00:00+00:00");
    person.is_rung("1-6");
    assert_eq!(person.open(), ["1 Wed 11 09:00 pills"]);
}

#[test]
fn one_of_a_series_that_was_given_another_time_moves_with_its_person_as_any_other() {
    let mut person = Person::in_new_york();
    person.text("every day at 9 pills");
    person.text("CHANGE 1 to saturday at 11am");
    assert_eq!(person.open(), ["1 Sat 07 11:00 pills"]);
    person.text("ZONE Berlin");
    assert_eq!(person.open(), ["1 Sat 07 11:00 pills"], "at eleven there as well");
    person.is_rung("1-1");
    assert_eq!(person.open(), ["1 Sun 08 09:00 pills"], "and the series goes on at nine");
}

#[test]
fn a_series_moves_where_its_next_time_stays_the_same_instant() {
    let mut person = Person::at("+447400120001");
    person.now = "2026-03-27T12:00:00Z".parse().expect("an instant");
    person.text("every day at 9 pills");
    person.text("ZONE Accra");
    person.is_rung("1-1");
    // In London clocks go forward in that night, in Accra never.
    assert_eq!(person.open(), ["1 Sun 29 09:00 pills"]);
    person.is_rung("1-2");
    assert_eq!(person.open(), ["1 Mon 30 09:00 pills"]);
}

#[test]
fn a_series_moves_where_its_next_time_does_not() {
    let mut person = Person::in_new_york();
    person.text("every day at 9 pills");
    person.text("CHANGE 1 to in 2 hours");
    person.text("ZONE Tokyo");
    assert_eq!(person.row("1-1").due.to_rfc3339(), "2026-03-05T01:40:40+00:00");
    person.is_rung("1-1");
    assert_eq!(person.open(), ["1 Fri 06 09:00 pills"], "in place of Thursday's in New York");
}

#[test]
fn a_series_moves_where_its_next_time_has_come_and_no_day_rings_twice() {
    for (zone, next) in
        [("ZONE Tokyo", "1 Fri 06 09:00 pills"), ("ZONE LA", "1 Fri 06 09:00 pills")]
    {
        let mut person = Person::in_new_york();
        person.text("every day at 9 pills");
        person.now = person.row("1-1").due + TimeDelta::seconds(2);
        person.happens("1-1", &Event::NotAdmitted);
        person.text(zone);
        person.happens("1-1", &Event::Due);
        assert_eq!(person.row("1-1").due.to_rfc3339(), "2026-03-05T14:00:00+00:00", "it stays");
        person.happens("1-1", &Event::Answered { attempt: 1 });
        assert_eq!(person.open(), [next], "{zone}");
    }
}

#[test]
fn what_may_become_a_reminder_knows_how_many_there_are() {
    let mut person = Person::in_new_york();
    for text in ["language tomorrow 5pm", "zone meeting tomorrow at 5", "later call mom at 6"] {
        assert_eq!(person.text(text).what, "accepted", "{text}");
        assert!(needs(&command(text)).reminders, "{text}");
    }
}

#[test]
fn a_robot_whose_words_have_a_time_is_soon_answered_no_more() {
    for words in ["Closed 3 January 2020, back soon", "Sent 1 March 2026 at 5pm", "delete"] {
        let mut person = Person::in_new_york();
        let answers = (0..30).filter(|_| person.text(words).reply.is_some());
        assert_eq!(answers.count(), domain::limits::REFUSED_PER_HOUR, "{words}");
        person.now += TimeDelta::hours(1);
        assert!(person.text(words).reply.is_some(), "{words}");
    }
}

#[test]
fn what_the_carrier_did_not_take_on_was_not_the_last_call() {
    let mut person = Person::in_new_york();
    person.text("in 5 minutes tea");
    person.text("in 8 minutes rent");
    person.is_rung("1-1");
    person.now = person.row("2-1").due;
    person.happens("2-1", &Event::Due);
    let attempt = person.row("2-1").id.attempt(1);
    person.user.call_refused(&attempt, person.now);
    person.happens("2-1", &Event::Refused { attempt: 1, refusal: Refusal::NotNow });
    person.text("SNOOZE");
    assert_eq!(person.row("3-1").about, "tea");
}

#[test]
fn what_is_put_off_counts_among_the_open_ones() {
    let mut person = Person::in_new_york();
    person.text("in 5 minutes tea");
    person.is_rung("1-1");
    for _ in 1..=domain::limits::OPEN_REMINDERS {
        person.text("SNOOZE 1");
    }
    assert_eq!(person.open().len(), domain::limits::OPEN_REMINDERS);
    let answer = person.text("SNOOZE 1");
    assert_eq!((answer.what.as_str(), answer.charged), ("refused", false));
    assert_eq!(person.open().len(), domain::limits::OPEN_REMINDERS);
    // Putting off what is open makes it no more.
    person.is_rung("2-1");
    person.text("in 5 minutes tea");
    person.now = person.row("52-1").due;
    person.happens("52-1", &Event::Due);
    assert_eq!(person.text("SNOOZE 52").what, "snoozed");
    assert_eq!(person.open().len(), domain::limits::OPEN_REMINDERS);
}

#[test]
fn a_series_that_rings_too_often_is_refused_and_takes_no_number() {
    let mut person = Person::in_new_york();
    let answer = person.text("every hour drink water");
    assert_eq!((answer.what.as_str(), answer.charged), ("refused", false));
    person.text("every 6 hours drink water");
    assert_eq!(person.open().len(), 1);
    assert_eq!(person.rows[0].id.reminder.n, 1);
}

#[test]
fn the_language_follows_the_words_until_one_is_named() {
    let mut person = Person::in_new_york();
    person.text("erinnere mich morgen um 17 Uhr an die Miete");
    assert_eq!(person.user.language, Language::German);
    person.text("5:30 pizza");
    assert_eq!(person.user.language, Language::German, "nothing says otherwise");
    person.text("olvida 1");
    assert_eq!(person.user.language, Language::Spanish);
    assert_eq!(person.text("LANGUAGE hi").what, "language");
    person.text("Remind tomorrow 5pm about rent");
    assert_eq!(person.user.language, Language::Hindi);
    assert_eq!(person.text("language klingon").what, "refused");
    person.text("भाषा deutsch");
    assert_eq!(person.user.language, Language::German);
}

#[test]
fn a_new_number_is_answered_in_the_language_of_its_country() {
    assert_eq!(Person::at("+5511987654321").user.language, Language::Portuguese);
    assert_eq!(Person::at("+4915112345678").user.language, Language::German);
    assert_eq!(Person::at("+919876543210").user.language, Language::English);
    let mut person = Person::at("+4915112345678");
    person.text("Remind tomorrow 5pm about rent");
    assert_eq!(person.user.language, Language::English);
}

#[test]
fn a_yes_confirms_the_zone_where_the_number_leaves_several() {
    let mut person = Person::at("+61412345678");
    person.text("Remind tomorrow 5pm about rent");
    assert!(!person.user.zone_stated);
    let answer = person.text("yes");
    assert!(person.user.zone_stated && !answer.charged);
}

#[test]
fn after_stop_no_word_but_start_does_anything() {
    let mut person = Person::in_new_york();
    person.text("every day at 9 pills");
    person.text("STOP");
    let before = person.rows.clone();
    for text in ["LIST", "forget 1", "snooze", "bill", "why 1", "yes", "no, 6pm", "language de"] {
        let answer = person.text(text);
        assert!(answer.reply.is_none() && !answer.charged, "{text}");
        assert_eq!(person.rows, before, "{text}");
    }
    person.text("START");
    assert_eq!(person.open(), ["1 Thu 05 09:00 pills"]);
}

#[test]
fn the_newest_of_stop_and_start_holds_whichever_arrives_first() {
    for (newer, older, stays_out) in [("START", "STOP", false), ("STOP", "START", true)] {
        let mut person = Person::in_new_york();
        person.text("every day at 9 pills");
        let between = person.now + TimeDelta::seconds(10);
        assert!(person.text(newer).reply.is_some(), "{newer}");
        assert!(person.text_of(between, older).reply.is_none(), "{older} comes too late");
        assert_eq!(person.user.opted_out(), stays_out, "{newer} was sent after {older}");
        assert_eq!(person.text("list").reply.is_none(), stays_out);
    }
}

#[test]
fn what_was_charged_for_is_what_was_done_or_told() {
    let mut person = Person::in_new_york();
    for (text, charged) in [
        ("Remind tomorrow 5pm about rent", true),
        ("list", true),
        ("why 1", true),
        ("bill", true),
        ("zone berlin", true),
        ("language de", true),
        ("change 1 to 6pm", true),
        ("help", false),
        ("why 8", false),
        ("zone nowhere", false),
        ("forget 8", false),
        ("forget", false),
        ("asdf", false),
        ("forget all", false),
        ("ja", true),
    ] {
        let answer = person.text(text);
        assert_eq!(answer.charged, charged, "{text}: {:?}", answer.reply);
        assert!(answer.reply.is_some(), "{text}");
    }
}

#[test]
fn the_story_that_is_told_is_of_the_last_call() {
    let mut person = Person::in_new_york();
    person.text("every day at 9 pills");
    person.text("Remind tomorrow 5pm about rent");
    let wanted = |person: &Person, text: &str| {
        let command = command(text);
        let id = inbound::tale_wanted(&command, &person.user, &person.rows);
        id.map(|id| id.to_string().split_once('-').expect("a user").1.to_owned())
    };
    assert_eq!(wanted(&person, "why"), Some("2-1".into()), "the one that was set last");
    assert_eq!(wanted(&person, "why 1"), Some("1-1".into()));
    person.is_rung("1-1");
    assert_eq!(wanted(&person, "why 1"), Some("1-1".into()), "not the one to come");
    assert_eq!(wanted(&person, "why?"), Some("1-1".into()));
    assert_eq!(wanted(&person, "why 9"), None);
    assert_eq!(wanted(&person, "list"), None);
}

/// Words of the conversation, from which random ones are made.
const WORDS: [&str; 30] = [
    "Remind tomorrow 5pm about rent",
    "every day at 9 pills",
    "every friday 9am rent",
    "in 20 min tea",
    "forget 1",
    "forget 2",
    "forget all",
    "yes",
    "no",
    "no, 6pm",
    "no, every monday 8am",
    "change 1 to 8am",
    "change 2 to friday 10am",
    "change 1 to every 2 days at 7",
    "skip 1",
    "skip 2",
    "snooze",
    "snooze 1 10m",
    "snooze until 6pm",
    "why 1",
    "why",
    "bill",
    "list",
    "zone berlin",
    "zone tokyo",
    "language hi",
    "asdf",
    "stop",
    "start",
    "help",
];

#[test]
fn the_first_answer_in_every_language_says_time_matter_and_number() {
    for (number, text, says) in [
        ("+12125550123", "Remind tomorrow 5pm about rent", ["5pm", "rent", "FORGET 1"]),
        (
            "+5511987654321",
            "Me lembre em 06/03/2026 às 18:05 de pagar o aluguel",
            ["18:05", "pagar o aluguel", "ESQUECE 1"],
        ),
        (
            "+5511987651009",
            "Me lembre em 12/03/2026 às 18:05 de qdibace",
            ["18:05", "qdibace", "ESQUECE 1"],
        ),
        (
            "+525512341021",
            "Recuérdame el miércoles a las 18:05 la reunión",
            ["18:05", "reuni", "OLVIDA 1"],
        ),
        (
            "+33612341020",
            "Rappelle-moi le 12/08/2026 à 18:05 le dîner",
            ["18:05", "ner", "OUBLIE 1"],
        ),
        (
            "+4915123451020",
            "Erinnere mich am 12.03.2026 um 18:05 an die Prüfung",
            ["18:05", "Prüfung", "VERGISS 1"],
        ),
        ("+919876541000", "कल शाम 6 बजे दवा याद दिलाना", ["6", "दवा", "1"]),
        ("+919876541000", "Remind tomorrow 5pm about दवा", ["5 बजे", "दवा", "भूल 1"]),
        (
            "+12125550123",
            "Remind tomorrow 5pm about l'été à la plage 🏖",
            ["17:00", "été", "OUBLIE 1"],
        ),
    ] {
        let mut person = Person::at(number);
        let answer = person.text(text);
        let reply = answer.reply.unwrap_or_default();
        let parts = domain::gsm::parts(&reply);
        assert!(parts.parts <= 2, "{text}: {reply}");
        for word in says {
            assert!(reply.contains(word), "{text}: {reply}");
        }
    }
}

mod laws {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn every_conversation_keeps_series_whole_and_answers_what_it_charges(
            turns in proptest::collection::vec((0..WORDS.len(), 0..4_u8, 0..100_000_i64), 1..40)
        ) {
            let mut person = Person::in_new_york();
            for (word, what, pause) in turns {
                person.now += TimeDelta::seconds(pause);
                let before = person.rows.clone();
                let answer = person.text(WORDS[word]);
                prop_assert!(!answer.charged || answer.reply.is_some(), "{}", WORDS[word]);
                for row in &before {
                    let after = person.rows.iter().find(|after| after.id == row.id);
                    let after = after.expect("no reminder is lost");
                    prop_assert!(row.is_open() || after == row, "an end is an end");
                }
                // Some of what is due by now is called, answered, or given up.
                let due: Vec<String> = person
                    .rows
                    .iter()
                    .filter(|row| row.is_open() && row.due <= person.now)
                    .map(|row| row.id.to_string())
                    .collect();
                for id in due {
                    person.happens(&id, &Event::Due);
                    let attempt = person.row(&id).attempt;
                    match what {
                        0 => {}
                        1 => person.happens(&id, &Event::Answered { attempt }),
                        2 => person.happens(&id, &Event::Unanswered { attempt, outcome: "busy" }),
                        _ => person.happens(&id, &Event::OptedOut),
                    }
                }
                // A series that was not dropped and is not over has exactly one row that is still to have its turn.
                let numbers: std::collections::BTreeSet<u32> =
                    person.rows.iter().map(|row| row.id.reminder.n).collect();
                for n in numbers {
                    let of_n: Vec<_> =
                        person.rows.iter().filter(|row| row.id.reminder.n == n).collect();
                    let to_come = of_n.iter().filter(|row| row.is_open() && !row.followed).count();
                    let last = of_n.last().expect("one");
                    let dropped = of_n.iter().any(|row| row.state == State::Forgotten);
                    let is_series = last.series.is_some();
                    prop_assert!(to_come <= 1, "{n}: {to_come}");
                    prop_assert!(!is_series || dropped || to_come == 1, "{n} goes on: {of_n:?}");
                    prop_assert!(!dropped || of_n.iter().all(|row| !row.is_open()), "{n} is gone");
                }
            }
        }
    }
}
