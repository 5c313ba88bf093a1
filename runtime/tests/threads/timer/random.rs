//! Random timers, cancels and kills, against a plain model: whichever comes first
//! decides.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use proptest::prelude::*;
use runtime::thread::{self, Killed, Timer};

use crate::support::{Counter, run};

/// What becomes of a timer.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    Ran,
    Cancelled,
    Killed,
}

/// A timer, in milliseconds: when it is started, and after what it expires; when it is
/// cancelled, and when killed. Times of different kinds are never the same.
type Plan = (u64, u64, Option<u64>, Option<u64>);

fn plan() -> impl Strategy<Value = Plan> {
    let at = |rest: u64| (0..20u64).prop_map(move |time| 4 * time + rest);
    let maybe = |rest| prop::option::weighted(0.6, at(rest));
    (at(0), at(0), maybe(1), maybe(2)).prop_map(|(start, after, cancel, kill)| {
        // A kill of a thread that was not started is for its first turn.
        (start, after, cancel, kill.map(|kill| kill + start))
    })
}

fn expected((start, after, cancel, kill): Plan) -> Fate {
    let mut events = vec![(start + after, Fate::Ran)];
    // Even before the start.
    events.extend(cancel.map(|at| (at.max(start), Fate::Cancelled)));
    events.extend(kill.map(|at| (at, Fate::Killed)));
    // Zero is a turn later than a cancel before the start.
    events.sort_by_key(|&(at, fate)| (at, fate == Fate::Ran));
    events[0].1
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn in_random_plans_whichever_comes_first_decides(plans in prop::collection::vec(plan(), 1..6)) {
        let theirs = plans.clone();
        let fates: Vec<_> = run(move || {
            let threads: Vec<_> = theirs.into_iter().map(|plan| {
                thread::spawn(move || live_through(plan))
            }).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let expected: Vec<_> = plans.into_iter().map(expected).collect();
        prop_assert_eq!(fates, expected);
    }
}

fn live_through((start, after, cancel, kill): Plan) -> Fate {
    let dropped = Counter::default();
    let ran = Counter::default();
    let (runs, drops) = (ran.clone(), dropped.on_drop());
    let timer = Timer::new(Duration::from_millis(after), move || {
        runs.add();
        drop(drops);
    });
    let timer = Rc::new(timer);
    let cancelled = Rc::new(Cell::new(false));
    let mut others = Vec::new();
    let mut at = |time: u64, act: Box<dyn FnOnce()>| {
        others.push(thread::spawn(move || {
            thread::sleep(Duration::from_millis(time));
            act();
        }));
    };
    let starts = Rc::clone(&timer);
    at(start, Box::new(move || starts.start().unwrap()));
    if let Some(time) = kill {
        let kills = Rc::clone(&timer);
        at(time, Box::new(move || kills.thread().kill()));
    }
    if let Some(time) = cancel {
        let (cancels, cancelled) = (Rc::clone(&timer), Rc::clone(&cancelled));
        at(time, Box::new(move || cancelled.set(cancels.cancel())));
    }
    for other in others {
        other.join().unwrap();
    }
    let fate = match Rc::into_inner(timer).unwrap().join() {
        Ok(Some(())) => Fate::Ran,
        Ok(None) => Fate::Cancelled,
        Err(reason) => {
            assert!(reason.is::<Killed>());
            Fate::Killed
        }
    };
    assert_eq!(dropped.get(), 1);
    assert_eq!(ran.get(), u32::from(fate == Fate::Ran));
    assert!(cancelled.get() || fate != Fate::Cancelled);
    assert!(!cancelled.get() || fate != Fate::Ran);
    fate
}
