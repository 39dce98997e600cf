//! The replies that say how a text was understood, for each kind of time: the wall clock, an amount of time, a zone
//! that the text names.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::ids::UserId;
use domain::inbound::{Inbound, Seen, decide};
use domain::occurrence::Policy;
use domain::phone::Phone;
use domain::price::PriceBook;
use domain::user::User;

/// A Wednesday, 18:40 in New York; carriers tell fractions of a second.
const NOW: &str = "2026-03-04T23:40:07.250Z";

/// Each text with its reply to a user in `zone` who has texted before.
fn replies(zone: Tz, texts: &[&str]) -> String {
    let now: DateTime<Utc> = NOW.parse().expect("an instant");
    let phone = Phone::parse("+12065550123").expect("a number");
    let mut user = User::new(UserId::from_random(1), phone, zone, now);
    user.texts = 1;
    let reply = |text: &&str| {
        let inbound =
            Inbound { id: "m-1".parse().expect("an id"), body: (*text).to_owned(), sent_at: now };
        let book = PriceBook::embedded();
        let decision =
            decide(&inbound, user.clone(), Seen::default(), &book, &Policy::default(), now);
        let reply = decision.reply.map_or_else(|| "(none)".to_owned(), |reply| reply.text);
        format!("> {text}\n{reply}")
    };
    texts.iter().map(reply).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_time_on_the_wall_is_echoed_with_its_weekday_and_date() {
    let texts = [
        "Remind tomorrow 5pm about the talk",
        "Remind 21/06/2027 17:30 about rent",
        "remind me tomorrow about rent",
        "remind me tomorrow at noon",
    ];
    insta::assert_snapshot!(replies(Tz::America__New_York, &texts), @r"
    > Remind tomorrow 5pm about the talk
    OK, Thu 5 Mar 5pm: the talk. FORGET 1 drops it.
    > Remind 21/06/2027 17:30 about rent
    OK, Mon 21 Jun 2027 5:30pm: rent. FORGET 1 drops it.
    > remind me tomorrow about rent
    OK, Thu 5 Mar 9am: rent. FORGET 1 drops it.
    > remind me tomorrow at noon
    OK, Thu 5 Mar 12pm: your reminder. FORGET 1 drops it.
    ");
}

#[test]
fn a_choice_that_others_could_make_otherwise_is_told() {
    let texts = [
        "remind me to call mom at 6",
        "remind me next friday at 5pm about the report",
        "Remind friday at midnight about the fireworks",
        "remind me at 8am to buy tickets for friday",
        "Remind tomorrow 5pm IST about the call",
    ];
    insta::assert_snapshot!(replies(Tz::America__New_York, &texts), @r"
    > remind me to call mom at 6
    OK, Thu 5 Mar 6pm: call mom. 6pm, not 6am. FORGET 1 drops it.
    > remind me next friday at 5pm about the report
    OK, Fri 13 Mar 5pm: the report. 13 Mar, not 6 Mar. FORGET 1 drops it.
    > Remind friday at midnight about the fireworks
    OK, Fri 6 Mar 12am: the fireworks. The midnight that starts Friday. FORGET 1 drops it.
    > remind me at 8am to buy tickets for friday
    OK, Thu 5 Mar 8am: buy tickets for friday. FORGET 1 drops it.
    > Remind tomorrow 5pm IST about the call
    OK, Thu 5 Mar 6:30am (5pm Kolkata): the call. The time in Kolkata. FORGET 1 drops it.
    ");
}

#[test]
fn an_amount_of_time_is_echoed_to_the_second() {
    let texts = [
        "in 20 min tea",
        "remind me in 90 seconds about the eggs",
        "remind me in 3 days to call mom",
        "in 2 hours and 15 minutes baste the roast",
    ];
    insta::assert_snapshot!(replies(Tz::America__New_York, &texts), @r"
    > in 20 min tea
    OK, Wed 4 Mar 7:00:07pm: tea. FORGET 1 drops it.
    > remind me in 90 seconds about the eggs
    OK, Wed 4 Mar 6:41:37pm: the eggs. FORGET 1 drops it.
    > remind me in 3 days to call mom
    OK, Sat 7 Mar 6:40:08pm: call mom. FORGET 1 drops it.
    > in 2 hours and 15 minutes baste the roast
    OK, Wed 4 Mar 8:55:07pm: baste the roast. FORGET 1 drops it.
    ");
}

#[test]
fn a_zone_that_the_text_names_is_echoed_beside_the_users_own() {
    let texts = [
        "Remind tomorrow 9am London time about the call",
        "Remind tomorrow 5pm UTC about the deploy",
        "Remind tomorrow 5pm EST about dinner",
        "Remind 2027-06-21T17:30:00+05:30 about the launch",
    ];
    insta::assert_snapshot!(replies(Tz::America__New_York, &texts), @r"
    > Remind tomorrow 9am London time about the call
    OK, Thu 5 Mar 4am (9am London): the call. FORGET 1 drops it.
    > Remind tomorrow 5pm UTC about the deploy
    OK, Thu 5 Mar 12pm (5pm UTC): the deploy. FORGET 1 drops it.
    > Remind tomorrow 5pm EST about dinner
    OK, Thu 5 Mar 5pm: dinner. FORGET 1 drops it.
    > Remind 2027-06-21T17:30:00+05:30 about the launch
    OK, Mon 21 Jun 2027 8am: the launch. FORGET 1 drops it.
    ");
    insta::assert_snapshot!(replies(Tz::Asia__Kolkata, &texts), @r"
    > Remind tomorrow 9am London time about the call
    OK, Fri 6 Mar 2:30pm (9am London): the call. FORGET 1 drops it.
    > Remind tomorrow 5pm UTC about the deploy
    OK, Fri 6 Mar 10:30pm (5pm UTC): the deploy. FORGET 1 drops it.
    > Remind tomorrow 5pm EST about dinner
    OK, Sat 7 Mar 3:30am (5pm New York): dinner. FORGET 1 drops it.
    > Remind 2027-06-21T17:30:00+05:30 about the launch
    OK, Mon 21 Jun 2027 5:30pm: the launch. FORGET 1 drops it.
    ");
}
