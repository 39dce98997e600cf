//! What people do with phones.

use end_to_end::Local;
use serde_json::json;

use crate::browser::{Tab, phone};

/// The phones that a first visit finds.
pub const AMERICAN: &str = "+12065550123";
pub const BRITISH: &str = "+447700900123";

/// Texts from a phone, by mouse.
pub async fn text(tab: &Tab, n: usize, words: &str) {
    tab.click(&phone(n, "text")).await;
    tab.type_text(words).await;
    tab.click(&phone(n, "send")).await;
}

/// Text, reply, ring, answer, words, bill, road.
pub async fn road(_local: Local, tab: Tab) {
    text(&tab, 1, "Remind in 3 seconds about tea & biscuits").await;
    tab.says(&phone(1, "thread"), "OK").await;
    tab.becomes(&format!("document.querySelector({:?}).value", phone(1, "text")), "").await;
    tab.says(&phone(1, "rings"), "is calling").await;
    tab.becomes("document.title", "Ringing · Ringback").await;
    assert_eq!(tab.text(&phone(1, "words")).await, "", "nothing is heard before somebody answers");
    tab.picture("ringing").await;
    tab.click(&phone(1, "answer")).await;
    tab.says(&phone(1, "words"), "tea & biscuits").await;
    let language = format!("document.querySelector({:?}).lang", phone(1, "words"));
    tab.becomes(&language, "en-US").await;
    tab.picture("speaking").await;
    tab.says(&phone(1, "thread"), "Answered").await;

    tab.click("#tab-bill").await;
    tab.says("#charges", "Answered call").await;
    tab.says("#charges", "SMS").await;
    let sum = "document.querySelector('#total').innerText";
    let parts = "[...document.querySelectorAll('#charges .sum')].map((it) => Number(it.innerText.slice(1)))";
    let adds_up =
        format!("Math.abs({parts}.reduce((a, b) => a + b) - Number({sum}.slice(1))) < 1e-9");
    tab.until("the sum is that of the charges", &adds_up).await;
    tab.picture("bill").await;

    tab.click("#tab-road").await;
    for what in ["Accepted", "Calling", "Answered", "Charged"] {
        tab.says("#story", what).await;
    }
    for hop in
        ["inbound-sms → inbound-sms", "outbound-sms → send-sms", "due-callbacks → place-callback"]
    {
        tab.says("#story", hop).await;
    }
    tab.click("#filter button:nth-child(2)").await;
    tab.says("#filter [aria-pressed=true]", "Reminder 1").await;
    tab.says("#story", "call-events → record-call").await;
    let replies = "document.querySelector('#story').innerText.includes('outbound-sms')";
    tab.becomes(replies, json!(false)).await;
    tab.picture("road").await;
    tab.close().await;
}

/// Each phone sees its own thread, its own clock, its own bill, and asks for nothing else.
pub async fn two(_local: Local, tab: Tab) {
    tab.says(&phone(1, "place"), "United States").await;
    tab.says(&phone(2, "place"), "United Kingdom, London").await;
    text(&tab, 1, "Remind tomorrow 9am about the rent").await;
    text(&tab, 2, "Remind tomorrow 9am about the milk").await;
    tab.says(&phone(1, "got"), "the rent").await;
    tab.says(&phone(2, "got"), "the milk").await;
    assert!(!tab.text(&phone(1, "thread")).await.contains("milk"));
    assert!(!tab.text(&phone(2, "thread")).await.contains("rent"));
    // The clocks of Seattle and London are eight hours apart, but for some weeks of the year.
    let hours = tab.eval("[...document.querySelectorAll('.phone .clock')].map((it) => Number(it.innerText.slice(0, 2)))").await;
    let apart = (hours[1].as_i64().unwrap() - hours[0].as_i64().unwrap()).rem_euclid(24);
    assert!((7..=8).contains(&apart), "{hours}");
    // A text picks its phone: its bill is shown.
    tab.click("#tab-bill").await;
    tab.says("#view-bill h2", "+44 7700 900123").await;
    tab.says("#charges", "SMS").await;
    tab.says("#all-total", "All 2 phones").await;
    tab.picture("two").await;
    let asked = "performance.getEntriesByType('resource').map((it) => decodeURIComponent(it.name)) \
                 .filter((name) => name.includes('/api/phones/')).map((name) => name.split('/')[5])";
    let numbers = tab.eval(&format!("[...new Set({asked})].sort()")).await;
    assert_eq!(numbers, json!([AMERICAN, BRITISH]));
    // What happens to one is not asked of the other.
    tab.eval("performance.clearResourceTimings()").await;
    text(&tab, 2, "LIST").await;
    tab.says(&phone(2, "thread"), "LIST").await;
    tab.says(&phone(2, "got:last-child"), "1").await;
    assert_eq!(tab.eval(&format!("[...new Set({asked})]")).await, json!([BRITISH]));
    tab.close().await;
}

/// A declined call comes again after the pause of this stack, and a voicemail is charged.
pub async fn declined(_local: Local, tab: Tab) {
    text(&tab, 2, "Remind in 3 seconds about the milk").await;
    tab.says(&phone(2, "rings"), "is calling").await;
    tab.click(&phone(2, "decline")).await;
    tab.says(&phone(2, "thread"), "Declined").await;
    tab.says(&phone(2, "rings"), "is calling").await;
    tab.click(&phone(2, "voicemail")).await;
    tab.says(&phone(2, "thread"), "Went to voicemail").await;
    tab.click("#tab-bill").await;
    tab.says("#charges", "Answered call").await;
    tab.close().await;
}

/// The page is the same after it is loaded again.
pub async fn remembered(_local: Local, tab: Tab) {
    let numbers = "[...document.querySelectorAll('.own')].map((it) => it.innerText)";
    tab.click("#add").await;
    tab.type_text("me").await;
    tab.press("Enter").await;
    tab.says("#new-trouble", "country code").await;
    tab.eval("document.querySelector('#new-number').value = ''").await;
    tab.click("#new-number").await;
    tab.type_text("+91 98765-43210").await;
    tab.press("Enter").await;
    tab.becomes(&format!("{numbers}.length"), 3).await;
    tab.says(&phone(3, "place"), "India, Kolkata").await;
    text(&tab, 3, "HELP").await;
    tab.says(&phone(3, "got"), "Remind").await;
    tab.picture("three").await;
    tab.click(&phone(1, "remove")).await;
    let left = json!(["+44 7700 900123", "+91 98765 43210"]);
    tab.becomes(numbers, left.clone()).await;
    tab.go().await;
    tab.becomes(numbers, left).await;
    tab.says(&phone(2, "got"), "Remind").await;
    tab.close().await;
}

/// What a texter writes is never markup, nowhere on the page.
pub async fn hostile(_local: Local, tab: Tab) {
    let evil = "<img src=x onerror=window.hurt=1><script>window.hurt=1</script><b>\u{202e}&amp;";
    text(&tab, 1, &format!("Remind in 3 seconds about {evil}")).await;
    tab.says(&phone(1, "sent"), "<img src=x onerror=window.hurt=1>").await;
    tab.says(&phone(1, "rings"), "is calling").await;
    tab.click(&phone(1, "answer")).await;
    tab.says(&phone(1, "words"), "window.hurt").await;
    tab.says("#story", "<script>").await;
    assert_eq!(tab.eval("typeof window.hurt").await, "undefined");
    let strange = "document.querySelectorAll('main img:not([alt=\"\"]), main script, main b, main [onerror]').length";
    assert_eq!(tab.eval(strange).await, 0);
    tab.close().await;
}
