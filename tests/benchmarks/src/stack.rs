//! The local stack under many texts at once, and how late its rings are.

use std::time::{Duration, Instant};

use chrono::{TimeDelta, Utc};
use end_to_end::{Local, instant};
use futures::future::join_all;

/// Reminders whose rings are timed, one at a time so that none waits for the carrier.
const RINGS: usize = 10;

/// Prints how long the stack takes to be ready, to answer `people` texts sent at once, and how late rings are.
pub async fn run(people: usize) {
    let started = Instant::now();
    let world = Local::start_with(&["--answer", "always", "--carrier-limits", "off"]).await;
    println!("ready after {:.2} s", started.elapsed().as_secs_f64());

    let phones: Vec<_> = (0..people).map(|_| world.phone()).collect();
    let started = Instant::now();
    let publish = phones.iter().enumerate().map(|(i, phone)| {
        let id = format!("load-{i}");
        let world = &world;
        async move { world.publish_text(phone, &id, "Remind tomorrow 5pm about rent").await }
    });
    join_all(publish).await;
    println!("{people} texts published within {:.2} s", started.elapsed().as_secs_f64());
    let mut waiting: Vec<_> = phones.iter().collect();
    while !waiting.is_empty() {
        let mut left = Vec::new();
        for phone in waiting {
            if world.replies(phone).await.is_empty() {
                left.push(phone);
            }
        }
        waiting = left;
        assert!(started.elapsed() < Duration::from_secs(300), "{} unanswered", waiting.len());
    }
    println!("all answered after {:.2} s", started.elapsed().as_secs_f64());

    let mut late_ms = Vec::new();
    for _ in 0..RINGS {
        let phone = world.phone();
        let sent = Utc::now();
        world.text(&phone, "Remind in 3 seconds about tea").await;
        let rang_at = world
            .until("a ring", || async {
                world.calls(&phone).await.first().map(|call| instant(&call["rang_at"]))
            })
            .await;
        late_ms.push((rang_at - (sent + TimeDelta::seconds(3))).num_milliseconds());
    }
    late_ms.sort_unstable();
    println!(
        "{RINGS} rings, late by {} ms in the median, {} ms at most",
        late_ms[RINGS / 2],
        late_ms[RINGS - 1]
    );
}
