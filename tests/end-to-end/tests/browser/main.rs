//! The phone page in a real browser, on local stacks as processes.
//!
//! It needs Chromium: the one that `CHROMIUM` names, or one in the path. Without any, all of it counts as ignored, and
//! says so. With `SCREENSHOTS` as a directory, the pictures that the tests take are kept there; with `AXE` as the file
//! `axe.min.js` of axe-core, what that finds is held against the page as well.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a broken world should stop its test"
)]

mod browser;
mod keyboard;
mod looks;
mod phones;
mod switches;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, future::Future};

use libtest_mimic::{Arguments, Trial};

use browser::Tab;
use end_to_end::Local;

/// Under which names Chromium is known.
const NAMES: [&str; 5] =
    ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];
/// A stack is nine processes and a browser some more: two of each keep two cores busy.
const AT_ONCE: usize = 2;

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(AT_ONCE);
    let chromium = chromium();
    if chromium.is_none() {
        eprintln!(
            "SKIPPED: there is no Chromium here. Install it, or say with CHROMIUM where it is."
        );
    }
    let trials = vec![
        trial("a_text_is_answered_rings_is_heard_and_is_on_the_bill", &chromium, phones::road),
        trial("two_phones_in_two_countries_see_only_their_own", &chromium, phones::two),
        trial("a_declined_call_comes_again_and_voicemail_answers_it", &chromium, phones::declined),
        trial("phones_are_added_removed_and_remembered", &chromium, phones::remembered),
        trial("hostile_text_is_shown_as_text", &chromium, phones::hostile),
        trial("everything_can_be_done_with_the_keyboard", &chromium, keyboard::all_of_it),
        trial("who_types_is_not_torn_away_by_a_ring", &chromium, keyboard::typing),
        trial("nothing_is_wider_than_a_narrow_screen", &chromium, looks::narrow),
        trial("colours_follow_the_system_and_can_be_read", &chromium, looks::colours),
        trial(
            "a_function_that_is_kept_dead_is_shown_and_its_text_is_answered_after",
            &chromium,
            switches::dead,
        ),
        trial("a_throttled_database_heals_and_the_page_says_so", &chromium, switches::throttled),
    ];
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// One scenario, on a stack and in a browser of its own.
fn trial<F: Future<Output = ()> + 'static>(
    name: &str,
    chromium: &Option<PathBuf>,
    play: fn(Local, Tab) -> F,
) -> Trial {
    let (program, missing) = (chromium.clone(), chromium.is_none());
    let run = move || {
        let program = program.unwrap_or_default();
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(async {
            // Three seconds are too short to answer in: a browser is slower than a test.
            let local = Local::start_with(&["--ring-for", "20"]).await;
            let tab = Tab::open(&program, local.address()).await;
            play(local, tab).await;
        });
        Ok(())
    };
    Trial::test(name, run).with_ignored_flag(missing)
}

/// Where Chromium is. What `CHROMIUM` names is taken at its word: a run that asks for it must not pass without.
fn chromium() -> Option<PathBuf> {
    if let Some(named) = env::var_os("CHROMIUM").filter(|named| !named.is_empty()) {
        return Some(named.into());
    }
    let path = env::var_os("PATH")?;
    let places: Vec<PathBuf> = env::split_paths(&path).collect();
    let found = NAMES.iter().flat_map(|name| places.iter().map(move |place| place.join(name)));
    let mac = Path::new("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome");
    found.chain([mac.to_owned()]).find(|program| program.is_file())
}
