//! Speech synthesis markup: whether a voice message is well-formed and uses only tags that the
//! service speaks, and what is heard of it.
//!
//! Source of the tags: "Supported SSML tags" of the Amazon Polly developer guide, without those
//! that only neural voices have; the service refuses the whole message for one that it does not
//! know.

/// The tags, and the attributes without which they mean nothing.
const TAGS: [(&str, &[&str]); 15] = [
    ("speak", &[]),
    ("amazon:auto-breaths", &[]),
    ("amazon:breath", &[]),
    ("amazon:effect", &[]),
    ("break", &[]),
    ("emphasis", &[]),
    ("lang", &["xml:lang"]),
    ("mark", &["name"]),
    ("p", &[]),
    ("phoneme", &["ph"]),
    ("prosody", &[]),
    ("s", &[]),
    ("say-as", &["interpret-as"]),
    ("sub", &["alias"]),
    ("w", &["role"]),
];

/// Tags between which speech pauses, so that the words around them do not run together.
const PAUSES: [&str; 3] = ["break", "p", "s"];

/// The plain text that is heard.
///
/// # Errors
/// Why the service refuses the markup, as half a sentence.
pub fn spoken(markup: &str) -> Result<String, String> {
    let mut reader = Reader { rest: markup };
    reader.skip_declaration()?;
    let mut heard = String::new();
    let mut open: Vec<Element> = Vec::new();
    let mut ended = false;
    while !reader.rest.is_empty() {
        match reader.next()? {
            Token::Text(text) if open.is_empty() => {
                if !text.trim().is_empty() {
                    return Err("there is text outside of <speak>".into());
                }
            }
            Token::Text(text) => {
                if !open.iter().any(|element| element.alias.is_some()) {
                    heard.push_str(&text);
                }
            }
            Token::Comment => {}
            Token::Start { element, closed } => {
                check_place(&element, open.is_empty(), ended)?;
                if PAUSES.contains(&element.tag) {
                    heard.push(' ');
                }
                if let Some(alias) = &element.alias {
                    heard.push_str(alias);
                }
                if closed {
                    ended |= open.is_empty();
                } else {
                    open.push(element);
                }
            }
            Token::End(tag) => {
                match open.pop() {
                    Some(element) if element.tag == tag => {}
                    Some(element) => {
                        return Err(format!("<{}> is closed by </{tag}>", element.tag));
                    }
                    None => return Err(format!("</{tag}> closes nothing")),
                }
                if PAUSES.contains(&tag) {
                    heard.push(' ');
                }
                ended |= open.is_empty();
            }
        }
    }
    match open.last() {
        Some(element) => Err(format!("<{}> is not closed", element.tag)),
        None if !ended => Err("there is no <speak>".into()),
        None => Ok(plain(&heard)),
    }
}

/// A text as it is heard: without line breaks and doubled spaces.
pub fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An element that has begun.
struct Element<'a> {
    tag: &'a str,
    /// What is said in place of its content.
    alias: Option<String>,
}

/// One piece of markup.
enum Token<'a> {
    Text(String),
    Comment,
    Start { element: Element<'a>, closed: bool },
    End(&'a str),
}

/// `<speak>` is the root, once, and nowhere else.
fn check_place(element: &Element, at_root: bool, ended: bool) -> Result<(), String> {
    match (element.tag, at_root) {
        ("speak", true) if !ended => Ok(()),
        ("speak", _) => Err("there is more than one <speak>".into()),
        (tag, true) => Err(format!("<{tag}> is outside of <speak>")),
        (_, false) => Ok(()),
    }
}

/// What is left to read.
struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    /// Steps over `<?xml …?>`, which may stand at the very beginning.
    fn skip_declaration(&mut self) -> Result<(), String> {
        if self.rest.starts_with("<?xml ") {
            self.until("?>").ok_or("the XML declaration has no end")?;
        }
        self.rest = self.rest.trim_start();
        Ok(())
    }

    fn next(&mut self) -> Result<Token<'a>, String> {
        if self.take("<!--") {
            let comment = self.until("-->").ok_or("a comment has no end")?;
            if comment.contains("--") {
                return Err("a comment contains --".into());
            }
            return Ok(Token::Comment);
        }
        if self.take("<![CDATA[") {
            let text = self.until("]]>").ok_or("a CDATA section has no end")?;
            check_characters(text)?;
            return Ok(Token::Text(text.to_owned()));
        }
        if self.take("</") {
            let tag = self.name()?;
            self.skip_space();
            if !self.take(">") {
                return Err(format!("</{tag} has no >"));
            }
            return Ok(Token::End(tag));
        }
        if self.take("<") {
            return self.start();
        }
        let (text, rest) = self.rest.split_at(self.rest.find('<').unwrap_or(self.rest.len()));
        self.rest = rest;
        if text.contains("]]>") {
            return Err("there is a ]]> outside of a CDATA section".into());
        }
        unescape(text).map(Token::Text)
    }

    /// A start tag, after its `<`.
    fn start(&mut self) -> Result<Token<'a>, String> {
        let tag = self.name()?;
        let Some((_, required)) = TAGS.iter().find(|(known, _)| *known == tag) else {
            return Err(format!("the tag <{tag}> is not supported"));
        };
        let mut attributes: Vec<(&str, String)> = Vec::new();
        loop {
            let spaced = self.skip_space();
            let closed = self.take("/>");
            if closed || self.take(">") {
                let has = |name: &str| attributes.iter().any(|(known, _)| *known == name);
                if let Some(missing) = required.iter().find(|name| !has(name)) {
                    return Err(format!("<{tag}> lacks the attribute {missing}"));
                }
                let alias =
                    attributes.into_iter().find(|(name, _)| tag == "sub" && *name == "alias");
                let element = Element { tag, alias: alias.map(|(_, alias)| alias) };
                return Ok(Token::Start { element, closed });
            }
            if !spaced {
                return Err(format!("<{tag} is not closed by >"));
            }
            let name = self.name()?;
            if attributes.iter().any(|(known, _)| *known == name) {
                return Err(format!("<{tag}> has the attribute {name} twice"));
            }
            attributes.push((name, self.value(name)?));
        }
    }

    /// `="…"` behind the name of an attribute.
    fn value(&mut self, name: &str) -> Result<String, String> {
        self.skip_space();
        let equals = self.take("=");
        self.skip_space();
        let quote = ["\"", "'"].into_iter().find(|quote| equals && self.take(quote));
        let value = quote.and_then(|quote| self.until(quote));
        let value = value.ok_or_else(|| format!("the attribute {name} has no quoted value"))?;
        if value.contains('<') {
            return Err(format!("the value of {name} contains <"));
        }
        unescape(value)
    }

    /// A name, which may have a prefix.
    fn name(&mut self) -> Result<&'a str, String> {
        let part = |c: char| c.is_alphanumeric() || "_-.:".contains(c);
        let end = self.rest.find(|c| !part(c)).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        if !name.starts_with(|first: char| first.is_alphabetic() || first == '_') {
            return Err("a < is not followed by a name".into());
        }
        self.rest = rest;
        Ok(name)
    }

    /// What stands before `end`, which is stepped over too.
    fn until(&mut self, end: &str) -> Option<&'a str> {
        let (before, after) = self.rest.split_once(end)?;
        self.rest = after;
        Some(before)
    }

    fn take(&mut self, start: &str) -> bool {
        let rest = self.rest.strip_prefix(start);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// Whether there was white space, which is stepped over.
    fn skip_space(&mut self) -> bool {
        let before = self.rest.len();
        self.rest = self.rest.trim_start_matches([' ', '\t', '\r', '\n']);
        self.rest.len() < before
    }
}

/// Replaces references by the characters that they stand for.
fn unescape(text: &str) -> Result<String, String> {
    check_characters(text)?;
    let mut parts = text.split('&');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (reference, rest) = part.split_once(';').ok_or("an & is not escaped as &amp;")?;
        plain.push(referenced(reference).ok_or_else(|| format!("&{reference}; is unknown"))?);
        plain.push_str(rest);
    }
    Ok(plain)
}

/// The character that stands behind `&…;`.
fn referenced(reference: &str) -> Option<char> {
    let number = match reference {
        "amp" => return Some('&'),
        "lt" => return Some('<'),
        "gt" => return Some('>'),
        "quot" => return Some('"'),
        "apos" => return Some('\''),
        _ => match reference.strip_prefix("#x") {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => reference.strip_prefix('#').and_then(|decimal| decimal.parse().ok()),
        },
    };
    number.and_then(char::from_u32).filter(|character| is_xml(*character))
}

/// Whether XML 1.0 can carry all the characters.
fn check_characters(text: &str) -> Result<(), String> {
    match text.chars().find(|character| !is_xml(*character)) {
        Some(bad) => Err(format!("it contains U+{:04X}, which XML cannot carry", u32::from(bad))),
        None => Ok(()),
    }
}

/// Whether XML 1.0 can carry the character.
fn is_xml(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}')
        || character >= '\u{10000}'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_not_heard() {
        for (markup, heard) in [
            ("<speak>Tea.</speak>", "Tea."),
            (
                "<speak>\n <p>Tea &amp; <emphasis level='strong'>cake</emphasis></p>\n</speak>\n",
                "Tea & cake",
            ),
            ("<speak>one<break time='1s'/>two</speak>", "one two"),
            ("<speak><s>one.</s><s>two.</s></speak>", "one. two."),
            (
                "<speak><sub alias=\"World Wide Web\">WWW</sub> &#x27;97&#39;</speak>",
                "World Wide Web '97'",
            ),
            (
                "<?xml version=\"1.0\"?><speak><!-- not said -->said</speak><!-- nor this -->",
                "said",
            ),
            ("<speak><![CDATA[a < b & c]]></speak>", "a < b & c"),
            ("<speak><say-as interpret-as=\"date\">21/06/2027</say-as></speak>", "21/06/2027"),
            ("<speak><amazon:effect name=\"whispered\">psst</amazon:effect></speak>", "psst"),
            ("<speak><prosody rate = \"slow\" >चाय</prosody></speak>", "चाय"),
            ("<speak/>", ""),
        ] {
            assert_eq!(spoken(markup).as_deref(), Ok(heard), "{markup}");
        }
    }

    #[test]
    fn what_is_not_well_formed_or_not_known_is_refused() {
        for (markup, why) in [
            ("", "no <speak>"),
            ("Tea.", "outside of <speak>"),
            ("<speak>Tea.", "<speak> is not closed"),
            ("<speak>Tea.</speak> more", "outside of <speak>"),
            ("<speak></speak><speak></speak>", "more than one"),
            ("<speak><speak>x</speak></speak>", "more than one"),
            ("<p>Tea.</p>", "outside of <speak>"),
            ("<speak><p>Tea.</speak></p>", "<p> is closed by </speak>"),
            ("</speak>", "closes nothing"),
            ("<speak>Tea & cake</speak>", "&amp;"),
            ("<speak>Tea &nbsp; cake</speak>", "&nbsp;"),
            ("<speak>&#0;</speak>", "&#0;"),
            ("<speak>&#xD800;</speak>", "&#xD800;"),
            ("<speak>1 < 2</speak>", "not followed by a name"),
            ("<speak><audio src=\"x\"/></speak>", "<audio> is not supported"),
            ("<speak><amazon:domain name=\"news\">x</amazon:domain></speak>", "not supported"),
            ("<speak><SPEAK/></speak>", "<SPEAK> is not supported"),
            ("<speak><break time=1s/></speak>", "no quoted value"),
            ("<speak><break time/></speak>", "no quoted value"),
            ("<speak><break time=\"1s/></speak>", "no quoted value"),
            ("<speak><break time=\"1s\" time=\"2s\"/></speak>", "twice"),
            ("<speak><break time=\"<\"/></speak>", "contains <"),
            ("<speak><break time=\"1s\"strength=\"weak\"/></speak>", "not closed by >"),
            ("<speak><sub>WWW</sub></speak>", "lacks the attribute alias"),
            ("<speak><!-- a -- b --></speak>", "contains --"),
            ("<speak><!-- ", "comment has no end"),
            ("<speak><![CDATA[x</speak>", "CDATA section has no end"),
            ("<speak>]]></speak>", "]]>"),
            ("<speak>\u{7}</speak>", "U+0007"),
            ("<!DOCTYPE speak><speak/>", "not followed by a name"),
            ("<speak><p</speak>", "not closed by >"),
            ("<speak></speak", "has no >"),
            ("<", "not followed by a name"),
        ] {
            let refused = spoken(markup).expect_err(markup);
            assert!(refused.contains(why), "{markup}: {refused}");
        }
    }
}
