//! How many threads there are behind some handles.

use std::collections::HashSet;
use std::time::Duration;

use runtime::thread::{self, Thread};

/// What the reader begins with.
mod start {
    use super::{HashSet, Thread};

    // ANCHOR: start
    pub(super) fn how_many(handles: &[Thread]) -> usize {
        let names: HashSet<_> = handles.iter().map(Thread::name).collect();
        names.len()
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{HashSet, Thread};

    // ANCHOR: solution
    pub(super) fn how_many(handles: &[Thread]) -> usize {
        let ids: HashSet<_> = handles.iter().map(Thread::id).collect();
        ids.len()
    }
    // ANCHOR_END: solution
}

type HowMany = fn(&[Thread]) -> usize;

pub(super) fn check_start() {
    check(start::how_many);
}

pub(super) fn check_solution() {
    check(solution::how_many);
}

fn check(how_many: HowMany) {
    // Each twice, and two of the same name.
    let run = || {
        runtime::run(move || {
            let named = |name: &str| thread::Builder::new().name(name.into());
            let twins = ["twin"; 2].map(|name| named(name).spawn(|| ()).expect("it can be"));
            let mut handles = vec![thread::current()];
            handles.extend(twins.iter().map(|twin| twin.thread().clone()));
            handles.extend(handles.clone());
            assert_eq!(how_many(&handles), 3, "{handles:?}");
            handles
        })
    };
    // Two runs, one after the other, and one on another OS thread.
    let mut handles = run();
    handles.extend(run());
    assert_eq!(how_many(&handles), 6, "{handles:?}");
    let elsewhere = std::thread::spawn(|| {
        let main = || vec![thread::current()];
        runtime::run(main)
    });
    handles.extend(elsewhere.join().expect("it does not panic"));
    assert_eq!(how_many(&handles), 7, "{handles:?}");
    assert_eq!(how_many(&[]), 0);
    // What was renamed is the same thread.
    let first = handles[0].clone();
    first.set_name("somebody").expect("it is a good name");
    assert_eq!(how_many(&[first, handles[0].clone()]), 1);
    assert!(handles[0].join_timeout(Duration::ZERO).is_ok());
}
