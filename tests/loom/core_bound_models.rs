//! Models of what belongs to one core at a time: what `core_bound.rs` promises,
//! in every order in which runs and code outside of them can come.

use std::sync::Arc;

use loom::thread::{self, JoinHandle};

use super::core_bound::{CoreBound, Elsewhere, Idle};
use crate::explore::{ALL_ORDERS, TWO_PREEMPTIONS, assert_outcomes, note};
use crate::os::Cell;
use crate::place::{self, in_run};

/// Something like a lock. In cells, so that loom notices if two use it.
struct Lock {
    locked: Cell<bool>,
    abandoned: Cell<bool>,
}

impl Idle for Lock {
    fn is_idle(&self) -> bool {
        !self.locked.get()
    }

    fn abandon(&self) {
        assert!(!self.abandoned.replace(true), "it was abandoned before");
    }
}

type Shared = Arc<CoreBound<Lock>>;

/// loom makes the owner's number where it is first used: here, before others do.
fn lock() -> Shared {
    place::forget_all();
    let lock = Arc::new(CoreBound::new(Lock {
        locked: Cell::new(false),
        abandoned: Cell::new(false),
    }));
    lock.with(|_| ()).expect("nobody else knows it");
    lock
}

fn spawn<T: 'static>(lock: &Shared, work: impl FnOnce(&Shared) -> T + 'static) -> JoinHandle<T> {
    let lock = Arc::clone(lock);
    thread::spawn(move || work(&lock))
}

/// Locks it; there is a guard now.
fn acquire(lock: &Shared) -> Result<(), Elsewhere> {
    lock.with(|lock| assert!(!lock.locked.replace(true), "two have a guard"))
}

/// The guard is dropped. Says whether the lock was abandoned since it was made.
fn release(lock: &Shared) -> bool {
    lock.with_held(|lock| {
        assert!(lock.locked.replace(false), "the guard counts for nothing");
        lock.abandoned.take()
    })
}

/// Locks it for a moment.
fn visit(lock: &Shared) -> Result<(), Elsewhere> {
    acquire(lock)?;
    assert!(!release(lock), "a lock of this place was abandoned");
    Ok(())
}

/// As [`visit`], in a run, where all others are in runs as well.
fn visit_among_runs(lock: &Shared) -> Result<(), Elsewhere> {
    let result = visit(lock);
    if result == Err(Elsewhere::InUse) {
        assert!(place::alive() > 1, "nobody is there, and it is in use");
    }
    result
}

/// To be said when nobody is left: anybody can have it, in a run and outside.
fn assert_free(lock: Shared) {
    assert_eq!(visit(&lock), Ok(()), "it is lost");
    assert_eq!(in_run(|| visit(&lock)), Ok(()), "it is lost");
    assert!(Arc::into_inner(lock).is_some(), "nobody is left");
}

fn word(result: Result<(), Elsewhere>) -> &'static str {
    match result {
        Ok(()) => "in",
        Err(Elsewhere::InUse) => "in use",
        Err(Elsewhere::Abandoned) => "abandoned",
    }
}

/// Two runs race for what is nobody's. Whoever gets it keeps it, until it ends.
pub(crate) fn nobodys() {
    let model = || {
        let lock = lock();
        let runs = [(); 2].map(|()| {
            spawn(&lock, |lock| {
                in_run(|| {
                    let first = visit_among_runs(lock);
                    let second = visit_among_runs(lock);
                    assert!(first.is_err() || second.is_ok(), "somebody else has got it");
                    first
                })
            })
        });
        let [one, other] = runs.map(|run| word(run.join().unwrap()));
        note(format!("{one}, {other}"));
        assert_free(lock);
    };
    assert_outcomes(
        ALL_ORDERS,
        model,
        ["in use, in", "in, in", "in, in use", "somebody spins"],
    );
}

/// A run ends, and two others race for what it had.
pub(crate) fn take_over() {
    let model = || {
        let lock = lock();
        let heirs = in_run(|| {
            assert_eq!(visit(&lock), Ok(()));
            [(); 2].map(|()| spawn(&lock, |lock| in_run(|| visit_among_runs(lock))))
        });
        let [one, other] = heirs.map(|run| word(run.join().unwrap()));
        note(format!("{one}, {other}"));
        assert_free(lock);
    };
    let all = [
        "in use, in",
        "in use, in use",
        "in, in",
        "in, in use",
        "somebody spins",
    ];
    assert_outcomes(TWO_PREEMPTIONS, model, all);
}

/// Code outside has it as long as it has a guard, and a run gets it before or
/// after that.
pub(crate) fn outside() {
    let model = || {
        let lock = lock();
        let run = spawn(&lock, |lock| in_run(|| visit(lock)));
        let outside = word(visit(&lock));
        let run = word(run.join().unwrap());
        note(format!("outside {outside}, run {run}"));
        assert_free(lock);
    };
    let all = [
        "outside in use, run in",
        "outside in, run in",
        "outside in, run in use",
        "somebody spins",
    ];
    assert_outcomes(ALL_ORDERS, model, all);
}

/// The same for code outside on two OS threads.
pub(crate) fn outsiders() {
    let model = || {
        let lock = lock();
        let other = spawn(&lock, visit);
        let one = word(visit(&lock));
        let other = word(other.join().unwrap());
        note(format!("{one}, {other}"));
        assert_free(lock);
    };
    assert_outcomes(
        ALL_ORDERS,
        model,
        ["in use, in", "in, in", "in, in use", "somebody spins"],
    );
}

/// A run ends and leaves a guard. Whoever drops it takes the part of that run,
/// even while others look whether it is idle.
pub(crate) fn inherited() {
    let model = || {
        let lock = lock();
        assert_eq!(in_run(|| acquire(&lock)), Ok(()));
        let looks = spawn(&lock, |lock| {
            in_run(|| {
                let first = word(visit(lock));
                (first, word(visit(lock)))
            })
        });
        assert!(release(&lock), "those that wait are not forgotten");
        let (first, second) = looks.join().unwrap();
        note(format!("{first}, {second}"));
        assert_free(lock);
    };
    let all = [
        "abandoned, abandoned",
        "abandoned, in",
        "abandoned, in use",
        "in use, in",
        "in use, in use",
        "in, in",
        "somebody spins",
    ];
    assert_outcomes(TWO_PREEMPTIONS, model, all);
}

/// Two look whether it is idle, while the guard is dropped in the next run.
pub(crate) fn inherited_by_a_run() {
    let model = || {
        let lock = lock();
        assert_eq!(in_run(|| acquire(&lock)), Ok(()));
        let look = |lock: &Shared| in_run(|| word(visit(lock)));
        let looks = [(); 2].map(|()| spawn(&lock, look));
        assert!(
            in_run(|| release(&lock)),
            "those that wait are not forgotten"
        );
        let [one, other] = looks.map(|look| look.join().unwrap());
        note(format!("{one}, {other}"));
        assert_free(lock);
    };
    let all = [
        "abandoned, abandoned",
        "abandoned, in",
        "abandoned, in use",
        "in use, abandoned",
        "in use, in",
        "in use, in use",
        "in, abandoned",
        "in, in",
        "in, in use",
        "somebody spins",
    ];
    assert_outcomes(TWO_PREEMPTIONS, model, all);
}

/// A guard is made outside, and a run begins on the same OS thread. The lock is
/// as good as the run's, and nobody has abandoned it.
pub(crate) fn brought_along() {
    let model = || {
        let lock = lock();
        let other = spawn(&lock, |lock| in_run(|| visit(lock)));
        let mine = acquire(&lock);
        in_run(|| {
            if mine.is_ok() {
                assert!(!release(&lock), "a lock of this place was abandoned");
            }
        });
        let other = word(other.join().unwrap());
        note(format!("{}, {other}", word(mine)));
        assert_free(lock);
    };
    assert_outcomes(
        ALL_ORDERS,
        model,
        ["in use, in", "in, in", "in, in use", "somebody spins"],
    );
}

/// The same, but the run looks at it before, and the guard is dropped after it.
pub(crate) fn lent_to_a_run() {
    let model = || {
        let lock = lock();
        let other = spawn(&lock, |lock| in_run(|| visit(lock)));
        let mine = acquire(&lock);
        if mine.is_ok() {
            let seen = in_run(|| lock.with(|lock| lock.locked.get()));
            assert_eq!(seen, Ok(true), "the run is kept out");
            release(&lock);
        }
        let other = word(other.join().unwrap());
        note(format!("{}, {other}", word(mine)));
        assert_free(lock);
    };
    let all = [
        "in use, in",
        // Between the end of the run and that of the guard.
        "in, abandoned",
        "in, in",
        "in, in use",
        "somebody spins",
    ];
    assert_outcomes(TWO_PREEMPTIONS, model, all);
}

/// A run lets go of what is idle, and keeps what is not. Another may have it next.
pub(crate) fn let_go() {
    let model = || {
        let lock = lock();
        let other = spawn(&lock, |lock| in_run(|| visit(lock)));
        let mine = in_run(|| {
            acquire(&lock)?;
            lock.let_go();
            assert!(!release(&lock), "a lock of this place was abandoned");
            lock.let_go();
            thread::yield_now();
            Ok(())
        });
        let other = word(other.join().unwrap());
        note(format!("{}, {other}", word(mine)));
        assert_free(lock);
    };
    assert_outcomes(
        ALL_ORDERS,
        model,
        ["in use, in", "in, in", "in, in use", "somebody spins"],
    );
}

/// Somebody looks in, and turns nobody away by that.
pub(crate) fn looked_in() {
    let model = || {
        let lock = lock();
        let looks = spawn(&lock, |lock| in_run(|| lock.peek(|lock| lock.locked.get())));
        note(word(in_run(|| visit(&lock))));
        let seen = looks.join().unwrap();
        assert_ne!(seen, Ok(true), "it was seen locked");
        assert_free(lock);
    };
    assert_outcomes(ALL_ORDERS, model, ["in", "somebody spins"]);
}
