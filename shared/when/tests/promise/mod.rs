//! What every answer promises, whatever the text: held by the properties and by the fuzz targets.

use chrono::TimeDelta;
use when::{Basis, Misread, Reading, Recurrence, Sender, When, read, series::Rule, zone};

/// The characters of one septet in GSM-7, without the control characters.
const GSM: &str = "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ\
    ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

/// What every answer promises.
pub fn check(text: &str, sender: &Sender) {
    match read(text, sender) {
        Ok(Reading { when: When::Once(moment), about, taken, .. }) => {
            assert!(moment.at > sender.now, "{text:?}: not in the future");
            assert_eq!(zone::wall(moment.zone, moment.at), moment.wall, "{text:?}: the wall");
            if moment.basis != Basis::Elapsed {
                assert_eq!(zone::instant(moment.zone, moment.wall), moment.at, "{text:?}: derived");
            }
            let years = moment.at - sender.now;
            assert!(years < TimeDelta::days(3660), "{text:?}: too far");
            assert!(about.len() <= text.len(), "{text:?}: the matter is part of the text");
            assert_eq!(about.trim(), about, "{text:?}");
            assert!(taken.is_none_or(|taken| !taken.is_empty()), "{text:?}");
        }
        Ok(Reading { when: When::Repeating(series), .. }) => check_series(text, &series, sender),
        Err(misread) => {
            check_answer(&misread);
            let draft = when::draft(text, sender);
            assert!(draft.matter.len() <= text.len(), "{text:?}: the matter is part of the text");
        }
    }
}

/// What every series promises.
fn check_series(text: &str, series: &Recurrence, sender: &Sender) {
    let first = series.first().unwrap_or_else(|| panic!("{text:?}: {series:?} never rings"));
    assert!(first.at > sender.now, "{text:?}: not in the future");
    assert!(first.at - sender.now < TimeDelta::days(3660), "{text:?}: too far");
    assert_eq!(series.next(sender.now).as_ref(), Some(&first), "{text:?}: none comes before");
    let again: Rule = series.rule.to_string().parse().expect("its own text");
    assert_eq!(again, series.rule, "{text:?}");
    let row = serde_json::to_string(series).expect("JSON");
    assert_eq!(&serde_json::from_str::<Recurrence>(&row).expect("JSON"), series, "{text:?}");
}

/// A refusal fits one SMS.
pub fn check_answer(misread: &Misread) {
    let answer = misread.to_string();
    assert!(answer.chars().count() <= 160, "{answer}");
    assert!(answer.chars().all(|c| GSM.contains(c)), "not GSM-7: {answer}");
}
