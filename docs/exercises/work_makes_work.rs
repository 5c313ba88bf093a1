//! When all is done, if what is done makes more to do.

use std::cell::Cell;
use std::rc::Rc;

use runtime::Clock;
use runtime::queue::Queue;
use runtime::thread;

/// A page, by its number, has links to these.
fn links(page: u32) -> Vec<u32> {
    let links = [2 * page, 2 * page + 1];
    links.into_iter().filter(|&page| page <= 100).collect()
}

/// What the reader begins with.
mod start {
    use super::{Cell, Queue, Rc, links, thread};

    // ANCHOR: start
    // Visits page 1 and all that it leads to, with so many workers, and ends them.
    pub(super) fn crawl(workers: usize, visit: fn(u32)) -> usize {
        let queue = Rc::new(Queue::new());
        let seen = Rc::new(Cell::new(0));
        for _ in 0..workers {
            let (queue, seen) = (Rc::clone(&queue), Rc::clone(&seen));
            thread::spawn(move || {
                while let Ok(page) = queue.get() {
                    visit(page);
                    seen.set(seen.get() + 1);
                    for page in links(page) {
                        queue.put(page).unwrap();
                    }
                }
            });
        }
        queue.put(1).unwrap();
        while !queue.is_empty() {
            thread::yield_now();
        }
        queue.shutdown();
        seen.get()
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{Cell, Queue, Rc, links, thread};

    // ANCHOR: solution
    pub(super) fn crawl(workers: usize, visit: fn(u32)) -> usize {
        let queue = Rc::new(Queue::new());
        let seen = Rc::new(Cell::new(0));
        for _ in 0..workers {
            let (queue, seen) = (Rc::clone(&queue), Rc::clone(&seen));
            thread::spawn(move || {
                while let Ok(page) = queue.get() {
                    visit(page);
                    seen.set(seen.get() + 1);
                    for page in links(page) {
                        queue.put(page).unwrap();
                    }
                    queue.task_done().unwrap();
                }
            });
        }
        queue.put(1).unwrap();
        queue.join();
        queue.shutdown();
        seen.get()
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::crawl);
}

pub(super) fn check_solution() {
    check(solution::crawl);
}

fn check(crawl: fn(usize, fn(u32)) -> usize) {
    for workers in [1, 3, 200] {
        let main = move || {
            let visit = |page: u32| thread::sleep(std::time::Duration::from_millis(page.into()));
            assert_eq!(crawl(workers, visit), 100, "{workers} workers");
            for _ in 0..3 {
                thread::yield_now();
            }
            assert_eq!(thread::active_count(), 1, "the workers have ended");
        };
        let run = runtime::Builder::new().clock(Clock::Virtual).run(main);
        run.expect("nobody is stuck");
    }
}
