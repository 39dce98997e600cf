//! Killed anywhere, short of time, asked for again: the same bytes in the end.

use std::collections::BTreeSet;

use export_billing::export::Outcome;
use export_billing::manifest::{Manifest, TotalsSay};
use exports::job::Job;

use crate::memory::{Books, Files, at, entry, november, run, run_while};

fn books() -> Books {
    Books::of((0..60).map(entry).collect())
}

fn manifest(files: &Files, job: &Job) -> Manifest {
    let name = format!("{}{}", job.folder(), job.manifest());
    serde_json::from_slice(&files.seen()[&name]).unwrap()
}

#[test]
fn an_export_that_is_killed_anywhere_ends_in_the_same_bytes() {
    let (books, job) = (books(), november());
    let undisturbed = Files::default();
    assert!(matches!(run(&books, &undisturbed, &job).unwrap(), Outcome::Done(_)));
    let puts = undisturbed.puts();
    assert!(puts > 40, "{puts}: there should be many parts to be killed at");
    for put in 1..=puts {
        for after in [false, true] {
            let files = Files::default().that_die(put, after);
            assert!(run(&books, &files, &job).is_err());
            let files = files.that_live();
            assert!(matches!(run(&books, &files, &job).unwrap(), Outcome::Done(_)));
            assert_eq!(files.seen(), undisturbed.seen(), "killed at {put}, after it: {after}");
        }
    }
}

#[test]
fn an_export_that_is_killed_again_and_again_comes_to_its_end_as_long_as_parts_are_written() {
    let (books, job) = (books(), november());
    let undisturbed = Files::default();
    run(&books, &undisturbed, &job).unwrap();
    // Each run writes one part in both formats with its checkpoint, and dies at the next.
    let mut files = Files::default();
    let mut runs = 0;
    loop {
        files = files.that_die(4, false);
        runs += 1;
        if run(&books, &files, &job).is_ok() {
            break;
        }
        assert!(runs < 100, "it goes round in circles");
    }
    assert!(runs > 10);
    assert_eq!(files.seen(), undisturbed.seen());
}

#[test]
fn an_export_that_runs_out_of_time_goes_on_in_the_next_run() {
    let (books, job) = (books(), november());
    let undisturbed = Files::default();
    run(&books, &undisturbed, &job).unwrap();
    let files = Files::default();
    let mut runs = 1;
    while run_while(&books, &files, &job, || false).unwrap() == Outcome::Unfinished {
        let manifest = format!("{}{}", job.folder(), job.manifest());
        assert!(!files.seen().contains_key(&manifest), "a manifest is the last of an export");
        runs += 1;
    }
    assert!(runs > 20);
    assert_eq!(files.seen(), undisturbed.seen());
}

#[test]
fn a_closed_month_that_is_exported_again_is_the_same_bytes_however_pages_are_cut() {
    let (mut books, job) = (books(), november());
    let files = Files::default();
    run(&books, &files, &job).unwrap();
    let first = files.seen();
    books.page = 1_000;
    run(&books, &files, &job).unwrap();
    assert_eq!(files.seen(), first);
    let another = Files::default();
    run(&books, &another, &job).unwrap();
    assert_eq!(another.seen(), first);
}

#[test]
fn parts_of_another_size_are_not_gone_on_from() {
    let (books, job) = (books(), november());
    let files = Files::default().that_die(10, true);
    assert!(run(&books, &files, &job).is_err());
    let files = files.that_live();
    let larger = Job { part_rows: 1_000, ..job };
    let Outcome::Done(manifest) = run(&books, &files, &larger).unwrap() else { panic!("done") };
    let rows: u64 = manifest.files.iter().filter(|f| f.format == "csv").map(|f| f.rows).sum();
    assert_eq!((rows, manifest.rows), (60, 60));
}

#[test]
fn a_closed_month_whose_totals_say_something_else_has_no_manifest() {
    let (mut books, job) = (books(), november());
    books.totals[0].amount_micros.0 += 1;
    let files = Files::default();
    let Outcome::Unproved(said) = run(&books, &files, &job).unwrap() else { panic!("unproved") };
    assert!(matches!(said.totals, TotalsSay::Moving { .. }));
    assert!(!files.seen().contains_key("period=2026-11/manifest.json"));
    // An entry that the index did not have yet: the next run begins anew and finds it.
    let late = self::books();
    let mut early = late.clone();
    early.entries.remove(7);
    let files = Files::default();
    assert!(matches!(run(&early, &files, &job).unwrap(), Outcome::Unproved(_)));
    assert!(matches!(run(&late, &files, &job).unwrap(), Outcome::Done(_)));
    let undisturbed = Files::default();
    run(&late, &undisturbed, &job).unwrap();
    assert_eq!(files.seen(), undisturbed.seen());
}

#[test]
fn an_open_month_is_exported_even_while_it_moves_and_its_manifest_says_so() {
    let mut books = books();
    let now = at("2026-11-23T03:00:00Z");
    let job = Job::of("2026-11".parse().unwrap(), now).unwrap();
    let files = Files::default();
    run(&books, &files, &job).unwrap();
    let still = manifest(&files, &job);
    assert_eq!((still.state.as_str(), still.as_of), ("preliminary", Some(now)));
    assert_eq!(still.totals, TotalsSay::Same);
    books.entries.pop();
    let later = Job::of("2026-11".parse().unwrap(), at("2026-11-24T03:00:00Z")).unwrap();
    run(&books, &files, &later).unwrap();
    assert!(matches!(manifest(&files, &later).totals, TotalsSay::Moving { .. }));
    let names: BTreeSet<String> = files.seen().into_keys().collect();
    assert!(names.iter().all(|name| name.starts_with("preliminary/period=2026-11/as-of=")));
    assert!(names.iter().all(|name| name.rsplit('/').next().unwrap().starts_with("preliminary-")));
}

#[test]
fn a_preliminary_export_that_is_done_stays_as_it_is() {
    let mut books = books();
    let job = Job::of("2026-11".parse().unwrap(), at("2026-11-23T03:00:00Z")).unwrap();
    let files = Files::default();
    let first = run(&books, &files, &job).unwrap();
    let seen = files.seen();
    books.entries.pop();
    assert_eq!(run(&books, &files, &job).unwrap(), first, "its message came twice");
    assert_eq!(files.seen(), seen);
}

#[test]
fn a_month_without_entries_is_a_manifest_that_says_so() {
    let files = Files::default();
    let Outcome::Done(manifest) = run(&Books::of(Vec::new()), &files, &november()).unwrap() else {
        panic!("done")
    };
    assert_eq!((manifest.rows, manifest.files.len(), manifest.sums.len()), (0, 0, 0));
    assert_eq!(manifest.totals, TotalsSay::Same);
    let names: Vec<String> = files.seen().into_keys().collect();
    assert_eq!(names, ["period=2026-11/manifest.json"]);
}
