//! Plays scenarios and checks, and says what came of each.

use std::pin::Pin;
use std::sync::Arc;

use end_to_end::{SCENARIOS, World};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::checks::{self, Deployed};
use crate::operators;

type Played<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// Something about the deployment, which it needs for itself.
type Check = for<'a> fn(&'a Deployed) -> Played<'a>;

/// What is played: a scenario, which phones of its own keep apart from the others, or a check.
#[derive(Clone, Copy)]
enum Part {
    Scenario(for<'a> fn(&'a World) -> Played<'a>),
    Check(Check),
}

macro_rules! checks {
    ($($module:ident::$name:ident)*) => {
        &[$((concat!(stringify!($module), "::", stringify!($name)), |it| Box::pin($module::$name(it)))),*]
    };
}

/// All checks, in their order.
const CHECKS: &[(&str, Check)] = checks! {
    checks::services_answer_as_aws_documents
    checks::plain_http_is_refused
    operators::a_request_is_followed_from_the_text_to_the_books
    operators::a_text_that_only_the_archive_has_is_handed_in_again
    checks::what_was_given_up_in_an_outage_is_done_when_it_is_sent_back
    checks::schedules_fire_and_what_is_lost_is_repaired
    operators::the_doctor_finds_what_is_left_to_be_done_and_mends_it
};

/// Plays what has one of these `names` in its own, or everything; false if something failed.
pub async fn all(deployed: Arc<Deployed>, names: &[String]) -> bool {
    let wanted =
        |name: &str| names.is_empty() || names.iter().any(|part| name.contains(part.as_str()));
    let scenarios = SCENARIOS.iter().filter(|scenario| wanted(scenario.name));
    let mut playing: JoinSet<bool> = scenarios
        .map(|scenario| play(scenario.name, Part::Scenario(scenario.run), Arc::clone(&deployed)))
        .collect();
    let mut outcomes = Vec::new();
    while let Some(passed) = playing.join_next().await {
        outcomes.push(passed.unwrap());
    }
    for (name, check) in CHECKS.iter().filter(|(name, _)| wanted(name)) {
        outcomes.push(play(name, Part::Check(*check), Arc::clone(&deployed)).await);
    }
    let failed = outcomes.iter().filter(|passed| !**passed).count();
    println!("{} played, {failed} failed", outcomes.len());
    !outcomes.is_empty() && failed == 0
}

async fn play(name: &'static str, part: Part, deployed: Arc<Deployed>) -> bool {
    let started = Instant::now();
    // A task of its own, so that its panic ends nothing else.
    let played = tokio::spawn(async move {
        match part {
            Part::Scenario(run) => run(&deployed.world).await,
            Part::Check(run) => run(&deployed).await,
        }
    });
    let passed = played.await.is_ok();
    let verdict = if passed { "ok" } else { "FAILED" };
    println!("{verdict:>6}  {:5.1} s  {name}", started.elapsed().as_secs_f64());
    passed
}
