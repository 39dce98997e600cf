//! The rule of a series in words: `every other Friday 9am`.

use chrono::{NaiveDateTime, NaiveTime, Timelike, Weekday};
use when::series::{ByDay, End, Frequency, Rule};
use when::{Basis, Recurrence};

use super::Texts;
use super::time::place;

const WORKDAYS: [Weekday; 5] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];

const WEEKEND: [Weekday; 2] = [Weekday::Sat, Weekday::Sun];

/// The last second of a day: a series that ends with a day ends there.
fn is_day_end(wall: NaiveDateTime) -> bool {
    (wall.hour(), wall.minute(), wall.second()) == (23, 59, 59)
}

impl Texts {
    /// All that a series does, but for its first time.
    ///
    /// Can be sent back: `when::read` takes it for the same rule, but for months that are left out, a last time within
    /// a day, and a zone that is not the user's, which texts say in other words.
    pub(super) fn rule(&self, series: &Recurrence) -> String {
        let rule = &series.rule;
        let mut text = self.days(series);
        if rule.frequency >= Frequency::Daily {
            text = self.at(text, series);
        }
        if series.basis == Basis::WallElsewhere && series.zone != self.zone {
            let place = place(series.zone);
            text = self.say("rule-elsewhere", [("rule", text.into()), ("place", place.into())]);
        }
        if !rule.by_month.is_empty() && rule.frequency != Frequency::Yearly {
            text = self.in_months(text, &rule.by_month);
        }
        self.ended(text, series)
    }

    /// On which days: `every other Friday`.
    fn days(&self, series: &Recurrence) -> String {
        let rule = &series.rule;
        match rule.frequency {
            Frequency::Minutely => self.every("every-minutes", rule.interval, String::new()),
            Frequency::Hourly => self.every("every-hours", rule.interval, String::new()),
            Frequency::Daily => self.every("every-days", rule.interval, String::new()),
            Frequency::Weekly => self.weekly(rule),
            Frequency::Monthly => self.monthly(rule),
            Frequency::Yearly => self.yearly(rule),
        }
    }

    fn every(&self, id: &str, step: u32, days: String) -> String {
        self.say(id, [("step", step.into()), ("days", days.into())])
    }

    fn weekly(&self, rule: &Rule) -> String {
        let days: Vec<Weekday> = rule.by_day.iter().map(|by| by.weekday).collect();
        let is = |some: &[Weekday]| {
            days.len() == some.len() && some.iter().all(|day| days.contains(day))
        };
        match days.as_slice() {
            [] => self.every("every-weeks", rule.interval, String::new()),
            [day] => self.say(
                "every-weekday",
                [
                    ("step", rule.interval.into()),
                    ("days", self.weekday("weekdays-alone", *day).into()),
                    ("number", day.number_from_monday().into()),
                ],
            ),
            _ if rule.interval == 1 && is(&WORKDAYS) => self.words().word("every-workday"),
            _ if rule.interval == 1 && is(&WEEKEND) => self.words().word("every-weekend"),
            days => {
                let days = days.iter().map(|day| self.weekday("weekdays-of-rule", *day)).collect();
                self.every("every-weekdays", rule.interval, self.and(days))
            }
        }
    }

    fn monthly(&self, rule: &Rule) -> String {
        let step = rule.interval;
        if let [-1] = rule.by_month_day.as_slice()
            && step == 1
        {
            return self.words().word("every-month-end");
        }
        if !rule.by_month_day.is_empty() {
            let days = rule.by_month_day.iter().map(|day| self.month_day(*day)).collect();
            return self.every("every-month-days", step, self.and(days));
        }
        if rule.by_day.is_empty() {
            return self.every("every-months", step, String::new());
        }
        self.every("every-month-nth", step, self.nths(&rule.by_day))
    }

    fn yearly(&self, rule: &Rule) -> String {
        let months: Vec<String> = rule.by_month.iter().map(|month| self.month(*month)).collect();
        if !rule.by_day.is_empty() {
            let values =
                [("days", self.nths(&rule.by_day).into()), ("months", self.and(months).into())];
            return self.say("every-year-nth", values);
        }
        let on = |month: &String| {
            let date = |day: &i32| {
                self.say("day-month", [("day", (*day).into()), ("month", month.clone().into())])
            };
            rule.by_month_day.iter().map(date).collect::<Vec<_>>()
        };
        let dates: Vec<String> = months.iter().flat_map(on).collect();
        if dates.is_empty() {
            return self.every("every-years", rule.interval, String::new());
        }
        self.every("every-year-on", rule.interval, self.and(dates))
    }

    /// `first Fri and last Mon`.
    fn nths(&self, days: &[ByDay]) -> String {
        let nth = |by: &ByDay| {
            let weekday = self.weekday("weekdays-alone", by.weekday);
            match by.nth {
                Some(nth) => {
                    let number = by.weekday.number_from_monday().into();
                    let values = [("nth", nth.into()), ("weekday", weekday.into())];
                    self.say("nth-weekday", values.into_iter().chain([("number", number)]))
                }
                None => weekday,
            }
        };
        self.and(days.iter().map(nth).collect())
    }

    fn month_day(&self, day: i32) -> String {
        self.say("month-day", [("day", day.into())])
    }

    fn weekday(&self, id: &str, day: Weekday) -> String {
        self.words().nth(id, day.num_days_from_monday())
    }

    /// In some months, or in all but some: whichever are fewer.
    fn in_months(&self, rule: String, months: &[u32]) -> String {
        let others: Vec<u32> = (1..=12).filter(|month| !months.contains(month)).collect();
        let (id, months) = if months.len() <= others.len() {
            ("rule-in-months", months)
        } else {
            ("rule-except-months", others.as_slice())
        };
        let months = months.iter().map(|month| self.month(*month)).collect();
        self.say(id, [("rule", rule.into()), ("months", self.and(months).into())])
    }

    /// With the hours: `every day at 9am and 5pm`.
    fn at(&self, rule: String, series: &Recurrence) -> String {
        let start = series.start;
        let clock = |hour: &u32| {
            let time = NaiveTime::from_hms_opt(*hour, start.minute(), start.second())?;
            Some(self.clock_of_several(start.date().and_time(time)))
        };
        let hours = &series.rule.by_hour;
        let (id, clocks) = if hours.is_empty() {
            ("rule-at", self.clock(start))
        } else {
            ("rule-at-several", self.and(hours.iter().filter_map(clock).collect()))
        };
        self.say(id, [("rule", rule.into()), ("clocks", clocks.into())])
    }

    fn ended(&self, rule: String, series: &Recurrence) -> String {
        match series.rule.end {
            None => rule,
            Some(End::Count(count)) => {
                self.say("rule-times", [("rule", rule.into()), ("count", count.into())])
            }
            Some(End::Until(wall)) if series.basis != Basis::Elapsed && is_day_end(wall) => {
                let date = self.day_month(wall);
                self.say("rule-until", [("rule", rule.into()), ("date", date.into())])
            }
            Some(End::Until(wall)) => {
                let wall = match series.basis {
                    Basis::Elapsed => when::zone::wall(self.zone, wall.and_utc()),
                    _ => wall,
                };
                let time = self.time(wall);
                self.say("rule-until-time", [("rule", rule.into()), ("time", time.into())])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;
    use when::{Language, Region, Sender, When, read};

    use super::*;

    /// Wednesday evening in New York.
    fn sender() -> Sender {
        Sender {
            now: "2026-03-04T23:40:00Z".parse().expect("an instant"),
            zone: Tz::America__New_York,
            region: Region::parse("US").expect("two letters"),
            usual: None,
        }
    }

    fn series_of(text: &str, sender: &Sender) -> Option<Recurrence> {
        match read(text, sender).ok()?.when {
            When::Repeating(series) => Some(series),
            When::Once(_) => None,
        }
    }

    /// The text of a rule, its days from Monday on.
    fn in_order(rule: &Rule) -> String {
        let mut rule = rule.clone();
        rule.by_day.sort_by_key(|by| (by.weekday.num_days_from_monday(), by.nth));
        rule.to_string()
    }

    /// What the reader does not take in every language, or in none, though people understand it.
    fn is_understood_by_people_only(series: &Recurrence, language: Language) -> bool {
        let rule = &series.rule;
        let by_month = !rule.by_month.is_empty() && rule.frequency != Frequency::Yearly;
        let until = match rule.end {
            Some(End::Until(wall)) => language != Language::English || !is_day_end(wall),
            _ => false,
        };
        let elsewhere = series.basis == Basis::WallElsewhere && language != Language::English;
        let several_dates = rule.by_month_day.len() > 1 && language != Language::English;
        let in_month = rule.by_day.iter().any(|by| by.nth.is_some());
        let from_end = rule.by_day.iter().any(|by| by.nth.is_some_and(|nth| nth < -1));
        let nth = match language {
            Language::English => false,
            Language::Hindi => in_month || rule.by_month_day.contains(&-1),
            _ => from_end,
        };
        by_month || until || elsewhere || several_dates || nth
    }

    #[test]
    fn a_rule_that_is_told_can_be_sent_back() {
        let sender = sender();
        let phrases = include_str!("../../../when/tests/phrases.txt");
        let phrases =
            phrases.lines().filter(|line| line.contains("FREQ=") && !line.starts_with('@'));
        let told: Vec<Recurrence> = phrases
            .filter_map(|line| series_of(line.split(" | ").next().unwrap_or_default(), &sender))
            .collect();
        assert!(told.len() > 100, "{}", told.len());
        let mut wrong = Vec::new();
        let mut checked = 0;
        for language in Language::ALL {
            let texts = Texts { language, zone: sender.zone, now: sender.now, after: 0 };
            for series in &told {
                let words = texts.rule(series);
                if is_understood_by_people_only(series, language) {
                    continue;
                }
                checked += 1;
                let again = series_of(&words, &sender);
                let rule = again.as_ref().map(|again| in_order(&again.rule));
                if rule != Some(in_order(&series.rule)) {
                    wrong.push(format!("{words}: {} became {rule:?}", series.rule));
                }
            }
        }
        wrong.sort();
        wrong.dedup();
        assert!(wrong.is_empty(), "{} of {checked}:\n{}", wrong.len(), wrong.join("\n"));
    }
}
