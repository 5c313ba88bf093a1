//! To wait for several events, and for no longer than so long in all.

use std::rc::Rc;
use std::time::Duration;

use runtime::sync::Event;
use runtime::thread;
use runtime::time::Instant;
use runtime::{Builder, Clock};

/// What the reader begins with.
mod start {
    use super::{Duration, Event};

    // ANCHOR: start
    pub(super) fn all_in_time(events: &[Event], timeout: Duration) -> bool {
        events.iter().all(|event| event.wait_timeout(timeout))
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{Duration, Event, Instant};

    // ANCHOR: solution
    pub(super) fn all_in_time(events: &[Event], timeout: Duration) -> bool {
        let begin = Instant::now();
        events.iter().all(|event| {
            let left = timeout.saturating_sub(begin.elapsed());
            event.wait_timeout(left)
        })
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::all_in_time);
}

pub(super) fn check_solution() {
    check(solution::all_in_time);
}

const SECOND: Duration = Duration::from_secs(1);

/// Three events that happen after so many seconds, and a wait of five.
fn happens_in_time(
    all_in_time: fn(&[Event], Duration) -> bool,
    after: [u32; 3],
) -> (bool, Instant) {
    let events = Rc::new([Event::new(), Event::new(), Event::new()]);
    for (place, seconds) in after.into_iter().enumerate() {
        let events = Rc::clone(&events);
        thread::spawn(move || {
            thread::sleep(seconds * SECOND);
            events[place].set();
        });
    }
    (all_in_time(&*events, 5 * SECOND), Instant::now())
}

/// Under virtual time, in which a second costs nothing.
fn check(all_in_time: fn(&[Event], Duration) -> bool) {
    let virtually = Builder::new().clock(Clock::Virtual);
    let checked = virtually.run(move || {
        for (after, right) in [
            ([3, 2, 1], true),
            ([1, 2, 3], true),
            ([4, 4, 4], true),
            ([4, 8, 12], false),
            ([1, 6, 2], false),
        ] {
            let begin = Instant::now();
            let (in_time, end) = happens_in_time(all_in_time, after);
            assert_eq!(in_time, right, "{after:?}");
            assert!(end - begin < 6 * SECOND, "{after:?}");
        }
    });
    checked.expect("nobody hangs");
}
