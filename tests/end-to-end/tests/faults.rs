//! What is broken by a switch of the page heals, and nothing is lost.

#![expect(clippy::unwrap_used, reason = "a broken world should stop its test")]

use end_to_end::Local;
use serde_json::{Value, json};

/// Throws a switch.
async fn throw(local: &Local, name: &str, wish: Value) {
    let (status, answer) = local.post(&format!("/api/faults/{name}"), &wish).await;
    assert_eq!(status, 200, "{answer}");
}

/// Waits until it was noticed that all is well again.
async fn healed(local: &Local) {
    local
        .until("it is noticed that all is well again", || async {
            let (_, faults) = local.get("/api/faults").await;
            let noticed = faults["noticed"].as_array().unwrap();
            noticed.iter().any(|noticed| noticed["kind"] == "healed").then_some(())
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_money_for_calls_a_reminder_comes_as_an_sms() {
    let local = Local::start().await;
    let phone = local.phone();
    throw(&local, "spend-limit", json!({"seconds": 900})).await;
    local.ask(&phone, "Remind in 2 seconds about tea").await;
    let told = local.until("the SMS that replaces the call", || async {
        local.replies(&phone).await.get(1).cloned()
    });
    assert!(told.await.contains("tea"));
    assert!(local.calls(&phone).await.is_empty());
    throw(&local, "spend-limit", json!({"on": false})).await;
    healed(&local).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_that_dies_in_the_middle_of_its_work_loses_nothing() {
    let local = Local::start().await;
    let phone = local.phone();
    throw(&local, "function-down", json!({"target": "schedule-reminder", "seconds": 3})).await;
    local.ask(&phone, "Remind in 6 seconds about tea").await;
    throw(&local, "function-killed", json!({"target": "place-callback"})).await;
    let call = local.ring(&phone, 1).await;
    local.pick(&call, "answer").await;
    assert_eq!(local.charged(&phone, 2).await.len(), 2);
    healed(&local).await;
    // The road tells who had the reminder's messages.
    let (_, road) = local.get(&format!("/api/phones/{}/road", phone.0)).await;
    for function in
        ["inbound-sms", "send-sms", "schedule-reminder", "place-callback", "record-call"]
    {
        let hop = road.as_array().unwrap().iter().find(|hop| hop["function"] == function);
        assert!(hop.is_some_and(|hop| hop["failed"].is_null()), "{function} is not in {road}");
    }
    let other = local.phone();
    let (_, road) = local.get(&format!("/api/phones/{}/road", other.0)).await;
    assert_eq!(road, json!([]), "nobody sees another's");
}
