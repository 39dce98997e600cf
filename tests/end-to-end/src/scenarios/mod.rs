//! What must hold on every stack, whoever plays AWS: the road of a reminder, the conversation, and bad input.

mod bad_input;
mod conversation;
mod road;

use std::pin::Pin;

use crate::World;

/// One scenario, and what it is called.
pub struct Scenario {
    /// Its group and its name, with `::` between.
    pub name: &'static str,
    /// Plays it. It panics when the stack does not do what it should.
    ///
    /// Calls must be left to the test, ring for about three seconds, and be tried again 2 and 3 s later.
    pub run: for<'a> fn(&'a World) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>,
}

/// Hands all scenarios to a macro, by group and name.
#[macro_export]
macro_rules! scenarios {
    ($with:ident) => {
        $with! {
            road {
                a_text_is_answered_rings_at_the_second_and_is_charged
                a_phone_that_nobody_answers_rings_three_times_and_gets_an_sms
                a_declined_call_comes_again_and_a_voicemail_counts_as_an_answer
                stop_silences_what_is_pending_and_start_brings_back_what_is_ahead
                reminders_are_listed_dropped_and_moved_by_text
                the_sixth_call_of_a_day_becomes_an_sms
            }
            conversation {
                a_reminder_is_corrected_put_off_explained_and_billed
                a_series_rings_and_goes_on_whatever_is_done_with_one_of_it
                all_reminders_are_dropped_once_that_is_confirmed
                the_answer_is_in_the_language_of_the_text
            }
            bad_input {
                what_is_no_text_becomes_a_dead_letter_with_its_reason
                events_that_name_no_call_of_ours_become_dead_letters_and_charge_nobody
                messages_about_reminders_that_are_gone_become_dead_letters
                odd_texts_are_answered_and_not_charged
                a_text_delivered_five_times_means_what_it_meant_once
                events_in_any_order_and_number_charge_an_answer_once
                a_flood_is_answered_once_and_does_not_slow_others
            }
        }
    };
}

macro_rules! all {
    ($($group:ident { $($name:ident)* })*) => {
        &[$($(Scenario {
            name: concat!(stringify!($group), "::", stringify!($name)),
            run: |world| Box::pin($group::$name(world)),
        }),*),*]
    };
}

/// All of them.
pub const SCENARIOS: &[Scenario] = scenarios!(all);
