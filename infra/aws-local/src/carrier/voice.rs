//! In which voice a call was spoken, and the language of each voice.
//!
//! A table of its own, since calls are older than it.

use std::collections::BTreeMap;

use rusqlite::params;

use crate::Ctx;
use crate::wire::AwsError;

/// The voice of each call.
pub const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS carrier_voices (
    call TEXT PRIMARY KEY,
    voice TEXT NOT NULL
) STRICT, WITHOUT ROWID;
";

/// The voice when a request names none.
pub(super) const DEFAULT: &str = "MATTHEW";

/// The voices of the service, by the tag (BCP 47) of the language that they speak
/// (<https://docs.aws.amazon.com/polly/latest/dg/available-voices.html>).
const VOICES: [(&str, &str); 27] = [
    ("en-US", "IVY JOANNA JOEY JUSTIN KENDRA KIMBERLY MATTHEW SALLI"),
    ("en-GB", "AMY BRIAN EMMA GERAINT"),
    ("en-AU", "NICOLE RUSSELL"),
    ("en-IN", "RAVEENA"),
    ("es-ES", "CONCHITA ENRIQUE LUCIA"),
    ("es-MX", "MIA"),
    ("es-US", "LUPE MIGUEL PENELOPE"),
    ("pt-BR", "CAMILA RICARDO VITORIA"),
    ("pt-PT", "CRISTIANO INES"),
    ("fr-FR", "CELINE LEA MATHIEU"),
    ("fr-CA", "CHANTAL"),
    ("de-DE", "HANS MARLENE VICKI"),
    ("it-IT", "BIANCA CARLA GIORGIO"),
    ("nl-NL", "LOTTE RUBEN"),
    ("da-DK", "MADS NAJA"),
    ("sv-SE", "ASTRID"),
    ("nb-NO", "LIV"),
    ("is-IS", "DORA KARL"),
    ("pl-PL", "EWA JACEK JAN MAJA"),
    ("ru-RU", "MAXIM TATYANA"),
    ("ro-RO", "CARMEN"),
    ("tr-TR", "FILIZ"),
    ("cy-GB", "GWYNETH"),
    ("ja-JP", "MIZUKI TAKUMI"),
    ("ko-KR", "SEOYEON"),
    ("zh-CN", "ZHIYU"),
    ("ar", "ZEINA"),
];

/// All voices that a request may name.
pub(super) fn all() -> Vec<&'static str> {
    VOICES.iter().flat_map(|(_, voices)| voices.split_whitespace()).collect()
}

/// The language of a voice; English where nobody knows it.
pub(super) fn language(voice: &str) -> &'static str {
    let speaks = |voices: &str| voices.split_whitespace().any(|known| known == voice);
    VOICES.iter().find(|(_, voices)| speaks(voices)).map_or("en", |(language, _)| language)
}

/// Writes down in which voice a call is to be spoken.
pub(super) fn keep(ctx: &Ctx, call: &str, voice: &str) -> Result<(), AwsError> {
    let sql = "INSERT OR REPLACE INTO carrier_voices (call, voice) VALUES (?1, ?2)";
    ctx.db.prepare_cached(sql)?.execute(params![call, voice])?;
    Ok(())
}

/// The voices of the calls to a phone, by call.
pub(super) fn of_phone(ctx: &Ctx, phone: &str) -> Result<BTreeMap<String, String>, AwsError> {
    let mut statement = ctx.db.prepare_cached(
        "SELECT call, voice FROM carrier_voices JOIN carrier_calls ON id = call WHERE phone = ?1",
    )?;
    let voices = statement.query_map([phone], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(voices.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_voice_speaks_one_language() {
        let voices = all();
        assert_eq!(voices.len(), 59);
        assert_eq!(voices.iter().collect::<BTreeSet<_>>().len(), voices.len());
        assert_eq!((language("RAVEENA"), language("LUPE")), ("en-IN", "es-US"));
        assert_eq!((language(DEFAULT), language("NOBODY")), ("en-US", "en"));
    }
}
