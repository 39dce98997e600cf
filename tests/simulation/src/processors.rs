//! Work on many worlds at once: each is of one thread, and there are as many threads as processors.

use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Does `work` with each item, on all processors, until one of them says that it is enough.
pub fn each<T>(items: impl Iterator<Item = T> + Send, work: impl Fn(T) -> ControlFlow<()> + Sync) {
    let items = Mutex::new(items.fuse());
    let next = || items.lock().unwrap_or_else(PoisonError::into_inner).next();
    let workers = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(item) = next() {
                    if work(item).is_break() {
                        return;
                    }
                }
            });
        }
    });
}

/// What `work` makes of each item, in their order.
pub fn map<T, R: Send>(
    items: impl Iterator<Item = T> + Send,
    work: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    let made = Mutex::new(Vec::new());
    each(items.enumerate(), |(index, item)| {
        let result = work(item);
        made.lock().unwrap_or_else(PoisonError::into_inner).push((index, result));
        ControlFlow::Continue(())
    });
    let mut made = made.into_inner().unwrap_or_else(PoisonError::into_inner);
    made.sort_by_key(|(index, _)| *index);
    made.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items() {
        assert_eq!(map(0..100_u32, |n| n * n), (0..100).map(|n| n * n).collect::<Vec<u32>>());
    }

    #[test]
    fn a_worker_that_has_enough_takes_nothing_more() {
        let seen = Mutex::new(0);
        each(0..1_000, |_| {
            *seen.lock().unwrap_or_else(PoisonError::into_inner) += 1;
            ControlFlow::Break(())
        });
        let workers = thread::available_parallelism().map_or(1, std::num::NonZero::get);
        assert_eq!(seen.into_inner().unwrap_or_else(PoisonError::into_inner), workers);
    }
}
