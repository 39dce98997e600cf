//! Without a mouse.

use end_to_end::Local;
use serde_json::json;

use crate::browser::{Tab, phone};

/// Whether what has the focus is seen to have it.
const OUTLINED: &str = "getComputedStyle(document.activeElement).outlineStyle !== 'none'";

/// From the address bar to the bill.
pub async fn all_of_it(_local: Local, tab: Tab) {
    tab.press("Tab").await;
    assert_eq!(tab.focus().await, "Skip to the phones");
    // Whatever can be reached can be seen to be reached, and nothing holds the focus.
    let mut reached = Vec::new();
    loop {
        tab.press("Tab").await;
        let focus = tab.focus().await;
        if focus == "body" || reached.len() > 60 {
            break;
        }
        assert_eq!(tab.eval(OUTLINED).await, json!(true), "{focus} is not outlined");
        reached.push(focus);
    }
    let order = [
        "Sound",
        "keys",
        "Add a phone",
        "Remove +1 206 555 0123",
        "Conversation",
        "text-1",
        "Send",
        "text-2",
        "tab-road",
    ];
    let mut after = reached.iter();
    for wanted in order {
        assert!(after.any(|it| it.starts_with(wanted)), "{wanted} is not in order: {reached:?}");
    }

    tab.press_alt_shift("2").await;
    tab.becomes("document.activeElement.id", "text-2").await;
    tab.type_text("Remind in 3 seconds about the milk").await;
    tab.press("Enter").await;
    tab.says(&phone(2, "got"), "the milk").await;
    tab.says(&phone(2, "rings"), "is calling").await;
    // The call has the focus, and not one of its buttons: the next space answers nothing.
    tab.becomes("document.activeElement.getAttribute('role')", "alertdialog").await;
    tab.says("#say", "rings. Alt Shift 2 goes there.").await;
    tab.press(" ").await;
    tab.press("a").await;
    tab.says(&phone(2, "words"), "the milk").await;
    tab.says(&phone(2, "thread"), "Answered").await;
    tab.becomes("document.activeElement.id", "text-2").await;

    tab.press_alt_shift("7").await;
    tab.becomes("document.activeElement.id", "view-road").await;
    tab.press_shift("Tab").await;
    tab.becomes("document.activeElement.id", "tab-road").await;
    tab.press("ArrowRight").await;
    tab.becomes("document.activeElement.id", "tab-bill").await;
    tab.says("#charges", "Answered call").await;
    tab.press_alt_shift("0").await;
    tab.says("dialog[open]", "while it rings").await;
    tab.press("Escape").await;
    tab.becomes("document.querySelector('dialog[open]')", json!(null)).await;
    tab.close().await;
}

/// A ring of another phone is told, and does not take the keys from who types.
pub async fn typing(local: Local, tab: Tab) {
    tab.press_alt_shift("1").await;
    tab.becomes("document.activeElement.id", "text-1").await;
    let path = format!("/api/phones/{}/sms", crate::phones::BRITISH);
    local.post(&path, &json!({"text": "Remind in 3 seconds about the milk"})).await;
    tab.type_text("Remind tomorrow ").await;
    tab.says(&phone(2, "rings"), "is calling").await;
    tab.says("#say", "+44 7700 900123 rings").await;
    tab.becomes("document.activeElement.id", "text-1").await;
    tab.type_text("9am about the rent").await;
    tab.press("Enter").await;
    tab.says(&phone(1, "sent"), "Remind tomorrow 9am about the rent").await;
    tab.press_alt_shift("2").await;
    tab.press("d").await;
    tab.says(&phone(2, "thread"), "Declined").await;
    tab.close().await;
}
