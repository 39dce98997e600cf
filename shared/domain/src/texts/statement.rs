//! A statement in words: as a table of text, and as a page that prints well.

use super::Texts;
use super::time::place;
use crate::ledger::{Kind, Reduction};
use crate::money::Micros;
use crate::statement::{Line, Sheet, Statement};

/// The columns, by their messages. From [`NUMBERS_FROM`] on they are amounts.
const COLUMNS: [&str; 6] = [
    "statement-date",
    "statement-kind",
    "statement-for",
    "statement-less-by",
    "statement-list",
    "statement-amount",
];

/// The first of the columns that are amounts.
const NUMBERS_FROM: usize = 4;

/// How the page looks, on a screen and on paper. Nothing is fetched from anywhere.
const STYLE: &str = "\
body{font:15px/1.45 system-ui,sans-serif;color:#111;max-width:60rem;margin:2rem auto;padding:0 1rem}\
h1{font-size:1.5rem;margin:0}\
table{border-collapse:collapse;width:100%;margin:1.5rem 0 .5rem}\
th,td{text-align:start;vertical-align:top;padding:.3rem .6rem .3rem 0;border-bottom:1px solid #ccc}\
.n{text-align:end;white-space:nowrap;font-variant-numeric:tabular-nums;padding-right:0;padding-left:.6rem}\
tfoot th,tfoot td{border-bottom:0;border-top:2px solid #111;font-weight:600}\
small{color:#444;overflow-wrap:anywhere}\
@page{margin:18mm}\
@media print{body{margin:0;padding:0;max-width:none;font-size:10pt;color:#000}\
thead{display:table-header-group}tfoot{display:table-row-group}tr{break-inside:avoid}}";

impl Texts {
    /// A statement as text: one line for each entry, then what the month comes to, as BILL says it.
    #[must_use]
    pub fn statement(&self, statement: &Statement) -> String {
        let mut text = format!("{}\n{}\n", self.title(statement), self.whose(statement));
        for sheet in &statement.sheets {
            let heads = COLUMNS.map(|id| self.words().word(id));
            let rows = sheet.lines.iter().map(|line| self.cells(sheet, line));
            let rows: Vec<[String; 6]> = std::iter::once(heads).chain(rows).collect();
            let widths: [usize; 6] = std::array::from_fn(|column| {
                rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default()
            });
            text.push('\n');
            for row in rows {
                let cells = row.iter().zip(widths).enumerate().map(|(column, (cell, width))| {
                    if column < NUMBERS_FROM {
                        format!("{cell:width$}")
                    } else {
                        format!("{cell:>width$}")
                    }
                });
                let line = cells.collect::<Vec<_>>().join("  ");
                text.push_str(line.trim_end());
                text.push('\n');
            }
            text.push_str(&format!("\n{}\n", self.bill_in_full(&sheet.bill)));
        }
        if statement.sheets.is_empty() {
            text.push_str(&format!("\n{}\n", self.nothing_charged_in_full(statement.period)));
        }
        text
    }

    /// The same as a page of its own: no script, nothing that is fetched.
    #[must_use]
    pub fn statement_page(&self, statement: &Statement) -> String {
        let title = escape(&self.title(statement));
        let mut body = format!("<h1>{title}</h1>\n<p>{}</p>\n", escape(&self.whose(statement)));
        for sheet in &statement.sheets {
            body.push_str(&self.table(sheet));
            body.push_str(&format!("<p>{}</p>\n", escape(&self.bill_in_full(&sheet.bill))));
        }
        if statement.sheets.is_empty() {
            let nothing = self.nothing_charged_in_full(statement.period);
            body.push_str(&format!("<p>{}</p>\n", escape(&nothing)));
        }
        let language = self.language.code();
        format!(
            "<!doctype html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
        )
    }

    fn title(&self, statement: &Statement) -> String {
        self.say("statement-title", [("month", self.month_of_year(statement.period).into())])
    }

    fn whose(&self, statement: &Statement) -> String {
        let phone = statement.phone.as_ref().map(|phone| format!("{} ", phone.as_str()));
        let who = format!("{}({})", phone.unwrap_or_default(), statement.user);
        self.say("statement-of", [("who", who.into()), ("place", place(self.zone).into())])
    }

    fn table(&self, sheet: &Sheet) -> String {
        let class = |column: usize| if column < NUMBERS_FROM { "" } else { " class=\"n\"" };
        let heads = COLUMNS.iter().enumerate().map(|(column, id)| {
            format!("<th scope=\"col\"{}>{}</th>", class(column), escape(&self.words().word(id)))
        });
        let mut table =
            format!("<table>\n<thead><tr>{}</tr></thead>\n<tbody>\n", heads.collect::<String>());
        for line in &sheet.lines {
            let cells = self.cells(sheet, line);
            let cells = cells
                .iter()
                .enumerate()
                .map(|(column, cell)| format!("<td{}>{}</td>", class(column), escape(cell)));
            table.push_str(&format!("<tr>{}</tr>\n", cells.collect::<String>()));
        }
        let total = escape(&self.words().word("statement-total"));
        let amount = escape(&sheet.bill.total().display(sheet.bill.currency));
        table.push_str(&format!(
            "</tbody>\n<tfoot><tr><th scope=\"row\" colspan=\"5\">{total}</th><td class=\"n\">{amount}</td></tr></tfoot>\n\
             </table>\n"
        ));
        table
    }

    /// What stands in each column for an entry.
    fn cells(&self, sheet: &Sheet, line: &Line) -> [String; 6] {
        let show = |amount: Micros| amount.display(sheet.bill.currency);
        let kind = match line.kind {
            Kind::Sms => "statement-text",
            Kind::AnsweredCall => "statement-call",
            Kind::Credit => "statement-credit",
        };
        let wall = when::zone::wall(self.zone, line.at);
        let less = line.less.map(|(why, amount)| {
            let id = match why {
                Reduction::Allowance => "bill-allowance",
                Reduction::Cap => "bill-cap",
            };
            let amount = show(Micros::ZERO.checked_sub(amount).unwrap_or_default());
            self.say(id, [("amount", amount.into())])
        });
        [
            self.time(chrono::Timelike::with_nanosecond(&wall, 0).unwrap_or(wall)),
            self.words().word(kind),
            self.what_for(line),
            less.unwrap_or_default(),
            line.list.map(show).unwrap_or_default(),
            show(line.amount),
        ]
    }

    /// The reminder that rang, what a credit corrects and why, or the entry's own id; and the month it is of.
    fn what_for(&self, line: &Line) -> String {
        let what = match (&line.corrects, line.reminder) {
            (Some(corrects), _) => {
                let reason = line.reason.as_deref().unwrap_or_default();
                format!("{corrects}: {reason}")
            }
            (None, Some(n)) => {
                let reminder = self.say("statement-reminder", [("n", n.into())]);
                format!("{reminder}, {}", line.charge_id)
            }
            (None, None) => line.charge_id.clone(),
        };
        match line.belongs_to {
            Some(month) => format!("{what} ({})", self.month_of_year(month)),
            None => what,
        }
    }
}

/// Text as it can stand in a page, between tags and in attributes.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// As a browser reads it back.
    fn unescaped(text: &str) -> String {
        let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
        text.replace("&#39;", "'").replace("&amp;", "&")
    }

    proptest! {
        #[test]
        fn whatever_is_written_stays_text(text in "[ -~]{0,60}|\\PC{0,40}") {
            let escaped = escape(&text);
            prop_assert!(!escaped.contains(['<', '>', '"', '\'']));
            prop_assert_eq!(unescaped(&escaped), text);
        }
    }

    #[test]
    fn nothing_that_is_no_text_is_passed_on() {
        assert_eq!(escape("a\u{0}b\nc\u{1b}"), "a b c ");
    }
}
