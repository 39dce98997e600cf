//! Killed without warning, at any point, and started again: nothing is lost, nothing happens twice.

use end_to_end::Local;

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_reply_and_ring_it_still_rings_and_charges_once() {
    let mut world = Local::start().await;
    let phone = world.phone();
    world.ask(&phone, "Remind in 6 seconds about tea").await;
    world.kill_everything_and_start_again().await;
    let call = world.ring(&phone, 1).await;
    world.pick(&call, "answer").await;
    world.charged(&phone, 2).await;
    assert_eq!(world.calls(&phone).await.len(), 1);
    assert_eq!(world.replies(&phone).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_it_rings_and_after_the_answer_it_charges_once() {
    let mut world = Local::start_with(&["--ring-for", "20"]).await;
    let phone = world.phone();
    world.ask(&phone, "Remind in 1 second about tea").await;
    let call = world.ring(&phone, 1).await;
    world.kill_everything_and_start_again().await;
    // The second kill may hit the function that holds the news of the answer.
    world.shorten_visibility(3).await;
    world.pick(&call, "answer").await;
    world.kill_everything_and_start_again().await;
    world.charged(&phone, 2).await;
    assert_eq!(world.calls(&phone).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn functions_killed_again_and_again_lose_no_text() {
    let world = Local::start().await;
    // What a killed function held comes again after its visibility time-out: three minutes, were it not for this.
    world.shorten_visibility(3).await;
    let phones: Vec<_> = (0..10).map(|_| world.phone()).collect();
    for (i, phone) in phones.iter().enumerate() {
        world.text(phone, "Remind in 3 hours about tea").await;
        let function = ["inbound-sms", "schedule-reminder", "record-charge"][i % 3];
        world.kill_function(function).await;
    }
    for phone in &phones {
        let what = format!("the answer to {}", phone.0);
        let replied = || async { world.replies(phone).await.first().cloned() };
        let reply = world.until(&what, replied).await;
        assert!(reply.starts_with("OK, "), "{reply}");
        world.charged(phone, 1).await;
        assert_eq!(world.replies(phone).await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_stack_on_the_same_data_is_refused_with_a_sentence() {
    let world = Local::start().await;
    let (code, told) = world.second_stack().await;
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("another") && !told.contains("panicked"), "{told}");
    assert_eq!(told.trim().lines().count(), 1, "one sentence: {told}");
}
