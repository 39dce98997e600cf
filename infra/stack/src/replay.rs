//! In which order what a topic was given is handed in once more, after a restore of the tables.
//!
//! A queue hands out many messages at once and in no order. Most do not care. Texts of one sender do: `FORGET 3` means
//! nothing before the text that was given the number 3, and other numbers if two texts change places. So each sender's
//! are shown one after the other, with time between for what goes wrong once.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Seconds from one text of a sender to the next: a text is decided within one, and tried again after two and six.
const BETWEEN_S: u32 = 10;

/// The longest that SQS keeps a message back.
const DELAY_MAX_S: u32 = 900;

/// Keeps count of the texts of each sender.
#[derive(Debug, Default)]
pub struct Turns(BTreeMap<String, u32>);

impl Turns {
    /// How many seconds the next notification is kept back, by whom it is from: nothing but for texts.
    ///
    /// Notifications are asked about in the order in which they came.
    #[must_use]
    pub fn delay_s(&mut self, notification: &str) -> u32 {
        let Some(sender) = sender(notification) else { return 0 };
        let before = self.0.entry(sender).or_default();
        let delay = before.saturating_mul(BETWEEN_S).min(DELAY_MAX_S);
        *before += 1;
        delay
    }
}

/// Who sent the text that a notification of SNS is about.
fn sender(notification: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Notification {
        #[serde(rename = "Message")]
        message: String,
    }
    #[derive(Deserialize)]
    struct Text {
        #[serde(rename = "originationNumber")]
        from: String,
    }
    let Notification { message } = serde_json::from_str(notification).ok()?;
    let Text { from } = serde_json::from_str(&message).ok()?;
    Some(from)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_texts_of_one_sender_take_turns_and_nobody_else_waits() {
        let text = |from: &str| {
            let text = json!({"originationNumber": from, "messageBody": "LIST"});
            json!({"Type": "Notification", "Message": text.to_string()}).to_string()
        };
        let call = json!({"Message": json!({"eventType": "VOICE_ANSWERED"}).to_string()});
        let mut turns = Turns::default();
        let given =
            [text("+1"), text("+2"), text("+1"), call.to_string(), "junk".into(), text("+1")];
        let delays: Vec<u32> = given.iter().map(|it| turns.delay_s(it)).collect();
        assert_eq!(delays, [0, 0, 10, 0, 0, 20]);
        let last = (0..200).map(|_| turns.delay_s(&text("+3"))).last();
        assert_eq!(last, Some(DELAY_MAX_S), "more than SQS keeps back nothing is");
    }
}
