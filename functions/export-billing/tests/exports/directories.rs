//! An export into a directory: what finance finds there.

use std::collections::BTreeSet;
use std::path::Path;

use export_billing::export::{Outcome, export};
use exports::destination::Directory;
use exports::job::Job;
use exports::turn::Run;

use crate::memory::{Books, Files, at, entry, november, run};

fn write(books: &Books, directory: &Path, job: &Job, has_time: bool) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let directory = Directory::new(directory);
    let Run { started, claims, .. } = Run::unlimited(at("2027-01-01T00:00:00Z"));
    let run = Run { started, claims, has_time: || has_time };
    runtime.block_on(export(books, &directory, job, run)).unwrap()
}

/// The names of all files below a directory.
fn names(directory: &Path) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut open = vec![directory.to_owned()];
    while let Some(next) = open.pop() {
        for file in std::fs::read_dir(next).unwrap().map(Result::unwrap) {
            match file.file_type().unwrap().is_dir() {
                true => open.push(file.path()),
                false => {
                    let path = file.path();
                    let name = path.strip_prefix(directory).unwrap().to_str().unwrap();
                    names.insert(name.to_owned());
                }
            }
        }
    }
    names
}

#[test]
fn a_directory_holds_what_a_bucket_holds_and_no_traces_of_how_it_came_there() {
    let books = Books::of((0..30).map(entry).collect());
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    while write(&books, path, &november(), false) == Outcome::Unfinished {}
    let files = Files::default();
    run(&books, &files, &november()).unwrap();
    let seen = files.seen();
    assert_eq!(names(path), seen.keys().cloned().collect());
    for (name, bytes) in seen {
        assert_eq!(std::fs::read(path.join(name)).unwrap(), bytes);
    }
}

#[test]
fn a_directory_holds_no_entry_twice() {
    let books = Books::of((0..30).map(entry).collect());
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    std::fs::create_dir_all(path.join("preliminary")).unwrap();
    std::fs::write(path.join("preliminary/notes.txt"), "mine").unwrap();
    for day in ["2026-11-23T03:00:00Z", "2026-11-24T03:00:00Z"] {
        let job = Job::of("2026-11".parse().unwrap(), at(day)).unwrap();
        assert!(matches!(write(&books, path, &job, true), Outcome::Done(_)));
        let files = names(path);
        let of_export = files.iter().filter(|name| name.starts_with("preliminary/period="));
        assert!(of_export.clone().all(|name| format!("{path:?}/{name}").contains(&job.folder())));
        assert!(of_export.count() > 2);
    }
    write(&books, path, &november(), true);
    let left = names(path).into_iter().filter(|name| !name.starts_with("period=2026-11/"));
    assert_eq!(left.collect::<Vec<_>>(), ["preliminary/notes.txt"], "what is not ours stays");
}
