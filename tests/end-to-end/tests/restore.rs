//! The restore drill: what was due meanwhile does not ring again, its people are told, the rest is scheduled, and what was
//! lost is listed, until the archive is handed in.

use end_to_end::{Local, Phone};
use serde_json::{Value, json};

/// The world after a copy was taken: one reminder that rang and was answered since, one that is due in hours, one
/// text and one STOP that the copy knows nothing of.
struct Lost {
    world: Local,
    copy: tempfile::TempDir,
    answered: Phone,
    later: Phone,
    texted: Phone,
    stopped: Phone,
}

impl Lost {
    async fn some() -> Self {
        let world = Local::start().await;
        let [answered, later, texted, stopped] = [(); 4].map(|()| world.phone());
        world.ask(&later, "Remind in 3 hours about the bread").await;
        world.ask(&stopped, "Remind in 4 hours about the cake").await;
        world.ask(&answered, "Remind in 8 seconds about the tea").await;
        for phone in [&later, &stopped, &answered] {
            world.charged(phone, 1).await;
        }
        let copy = tempfile::tempdir().expect("a directory");
        let directory = copy.path().join("tables");
        let ended = world.command(&["restore-drill", "--take", path(&directory)]).await;
        assert_eq!(ended.code, Some(0), "{}", ended.err);
        let call = world.ring(&answered, 1).await;
        world.pick(&call, "answer").await;
        world.charged(&answered, 2).await;
        world.ask(&texted, "Remind in 5 hours about the milk").await;
        world.ask(&stopped, "STOP").await;
        Self { world, copy, answered, later, texted, stopped }
    }

    async fn drill(&self, more: &[&str]) -> Value {
        let from = self.copy.path().join("tables");
        self.world.answer(&[&["restore-drill", "--from", path(&from)], more].concat()).await
    }
}

fn path(path: &std::path::Path) -> &str {
    path.to_str().expect("UTF-8")
}

fn kinds(drill: &Value) -> Vec<&str> {
    let lost = drill["lost"].as_array().expect("a list");
    let mut kinds: Vec<_> =
        lost.iter().map(|lost| lost["kind"].as_str().expect("a kind")).collect();
    kinds.sort_unstable();
    kinds
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_due_does_not_ring_again_and_what_was_lost_is_listed() {
    let lost = Lost::some().await;
    let into = lost.copy.path().join("restored");
    let drill = lost.drill(&["--into", path(&into)]).await;
    assert_eq!((&drill["told"], &drill["scheduled"]), (&json!(1), &json!(2)), "{drill}");
    assert_eq!((&drill["rang"], &drill["dead_letters"]), (&json!(0), &json!(0)), "{drill}");
    assert_eq!(kinds(&drill), ["answer", "opt_out", "text"], "{drill}");
    assert!(!drill.to_string().contains("+1206"), "{drill}");

    // The restored stack is a stack: it tells who was due, and rings who is due later.
    let restored = Local::on(into).await;
    let told = restored.replies(&lost.answered).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("the tea"), "{told:?}");
    assert!(restored.calls(&lost.answered).await.is_empty());
    let story = restored.story(&lost.later).await;
    assert!(story.contains(&"restored".to_owned()), "{story:?}");
    let ended = restored.command(&["doctor"]).await;
    assert_eq!(ended.code, Some(0), "{}", ended.out);
    assert_eq!(restored.schedules().await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_that_is_handed_in_again_brings_back_all_but_the_answers_of_calls() {
    let lost = Lost::some().await;
    let into = lost.copy.path().join("restored");
    let drill = lost.drill(&["--replay", "--into", path(&into)]).await;
    assert_eq!((&drill["told"], &drill["rang"]), (&json!(1), &json!(0)), "{drill}");
    // The call was placed after the copy: nothing in the tables says for what it was.
    assert_eq!(kinds(&drill), ["answer"], "{drill}");
    assert!(drill["dead_letters"].as_u64() > Some(0), "{drill}");

    let restored = Local::on(into).await;
    assert_eq!(restored.charges(&lost.texted).await.len(), 1, "the text is charged");
    let story = restored.story(&lost.texted).await;
    assert!(story.contains(&"accepted".to_owned()), "{story:?}");
    let reply = restored.replies(&lost.stopped).await;
    assert!(reply.last().is_some_and(|reply| reply.contains("START")), "{reply:?}");
    // Handed in twice it means what it meant once.
    assert_eq!(restored.charges(&lost.later).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stack_that_runs_is_copied_as_it_is() {
    let world = Local::start().await;
    let phone = world.phone();
    world.ask(&phone, "Remind in 3 hours about the bread").await;
    world.charged(&phone, 1).await;
    let ended = world.command(&["restore-drill"]).await;
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert!(
        ended.out.contains(
            "0 reminders were due before that and are told by SMS; 1 are scheduled again"
        )
    );
    assert!(
        ended.out.ends_with("no phone rang for what was due\nnothing was lost\n"),
        "{}",
        ended.out
    );
    let taken = tempfile::tempdir().expect("a directory");
    for expected in [Some(0), Some(2)] {
        let ended = world.command(&["restore-drill", "--take", path(taken.path())]).await;
        assert_eq!(ended.code, expected, "nothing is overwritten: {}", ended.err);
    }
    let nothing = taken.path().join("nothing");
    let ended = world.command(&["restore-drill", "--from", path(&nothing)]).await;
    assert!(ended.err.contains("there is no copy in"), "{}", ended.err);
}
