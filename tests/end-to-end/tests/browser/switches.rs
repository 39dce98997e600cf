//! What is broken on the page is seen to be broken, and to heal.

use end_to_end::Local;
use serde_json::json;

use crate::browser::{Tab, phone};
use crate::phones::text;

/// The switch of this name, as a selector; `part` is something in it.
fn switch(name: &str, part: &str) -> String {
    format!(".switches [data-key={name}] {part}")
}

/// A function is kept dead; a text waits for it, and is answered once it is mended.
pub async fn dead(_local: Local, tab: Tab) {
    tab.click("#tab-faults").await;
    tab.says("#nothing-noticed", "Nothing was broken").await;
    tab.choose(&switch("function-down", "select:first-child"), "send-sms").await;
    tab.choose(&switch("function-down", "select:nth-child(2)"), "900").await;
    tab.click(&switch("function-down", ".danger")).await;
    tab.says("#banner", "send-sms is dead.").await;
    tab.says("#banner", "14:").await;
    text(&tab, 1, "LIST").await;
    // The text is taken and decided on, and its reply waits.
    let waits = "[...document.querySelectorAll('#functions tr')].find((it) => it.innerText.startsWith('send-sms'))\
                 .querySelector('.count').innerText";
    tab.becomes(waits, "1").await;
    assert_eq!(
        tab.eval(&format!("document.querySelectorAll({:?}).length", phone(1, "got"))).await,
        0
    );
    tab.picture("broken").await;
    tab.click("#banner .small").await;
    tab.says(&phone(1, "got"), "reminders").await;
    tab.says("#noticed", "send-sms may run again.").await;
    tab.says("#noticed", "All is well again").await;
    tab.says("#banner", "All is well again").await;
    tab.eval("document.querySelector('#view-faults').scrollTop = 1e6").await;
    tab.picture("healed").await;
    // Killed once, it is back by itself.
    tab.choose(&switch("function-killed", "select"), "inbound-sms").await;
    tab.click(&switch("function-killed", ".danger")).await;
    tab.says("#noticed", "inbound-sms was killed").await;
    text(&tab, 1, "HELP").await;
    tab.says(&phone(1, "got:last-child"), "Remind").await;
    tab.close().await;
}

/// A database that refuses most of it holds things up; nothing is lost.
pub async fn throttled(local: Local, tab: Tab) {
    tab.click("#tab-faults").await;
    tab.choose(&switch("database-throttled", "select"), "15").await;
    tab.click(&switch("database-throttled", ".danger")).await;
    tab.says("#banner", "The database refuses four of five requests.").await;
    // The page looks on all the same.
    let path = format!("/api/phones/{}", crate::phones::AMERICAN);
    for _ in 0..10 {
        assert_eq!(local.get(&path).await.0, 200);
    }
    let on = "document.querySelector('.switches [data-key=database-throttled]').classList.contains('on')";
    tab.becomes(on, json!(false)).await;
    tab.says("#noticed", "The database answers again").await;
    tab.says("#noticed", "All is well again").await;
    tab.close().await;
}
