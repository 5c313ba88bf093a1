//! Threads that start together, or not at all.

use std::cell::Cell;
use std::io;
use std::rc::Rc;

use runtime::thread::{self, Builder, JoinHandle};

type Threads = Vec<JoinHandle<()>>;

/// What the reader begins with.
mod start {
    use super::{Builder, Rc, Threads, io};

    // ANCHOR: start
    pub(super) fn all_or_none(names: &[&str], work: &Rc<dyn Fn()>) -> io::Result<Threads> {
        let mut threads = Threads::new();
        for name in names {
            let work = Rc::clone(work);
            let builder = Builder::new().name(name.to_string());
            threads.push(builder.spawn(move || work())?);
        }
        Ok(threads)
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{Builder, Rc, Threads, io};

    // ANCHOR: solution
    pub(super) fn all_or_none(names: &[&str], work: &Rc<dyn Fn()>) -> io::Result<Threads> {
        let mut threads = Threads::new();
        for name in names {
            let work = Rc::clone(work);
            let builder = Builder::new().name(name.to_string());
            threads.push(builder.create(move || work())?);
        }
        for thread in &threads {
            thread.start().expect("it is new");
        }
        Ok(threads)
    }
    // ANCHOR_END: solution
}

type AllOrNone = fn(&[&str], &Rc<dyn Fn()>) -> io::Result<Threads>;

pub(super) fn check_start() {
    check(start::all_or_none);
}

pub(super) fn check_solution() {
    check(solution::all_or_none);
}

/// How many threads have run.
fn runs(all_or_none: AllOrNone, names: &'static [&str]) -> u32 {
    runtime::run(move || {
        let count = Rc::new(Cell::new(0));
        let theirs = Rc::clone(&count);
        let work: Rc<dyn Fn()> = Rc::new(move || theirs.set(theirs.get() + 1));
        let threads = all_or_none(names, &work);
        for thread in threads.into_iter().flatten() {
            thread.join().unwrap();
        }
        // Whoever was started and is not joined has its turn here.
        thread::yield_now();
        count.get()
    })
}

fn check(all_or_none: AllOrNone) {
    assert_eq!(runs(all_or_none, &["a", "b", "c"]), 3);
    assert_eq!(runs(all_or_none, &["a", "b", "c\0", "d"]), 0);
}
