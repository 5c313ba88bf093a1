//! What is said of locks when nobody can go on.

use std::cell::RefCell;
use std::mem;
use std::rc::Rc;

use runtime::Deadlock;
use runtime::sync::{Mutex, MutexGuard};
use runtime::thread;

use super::{MADE_AT, mutexes};
use crate::common::{deadlock, named};
use crate::support::OnDrop;

/// The sentences about all that wait, without the lines at which they do.
fn sentences(report: &Deadlock) -> Vec<String> {
    let waiting = report.waiting.iter();
    waiting
        .map(|waiting| {
            let line = format!(", at {}", waiting.at);
            waiting.to_string().replace(&line, "")
        })
        .collect()
}

/// As reports tell of one of [`mutexes`].
fn mutex(name: &str) -> String {
    format!("Mutex '{name}' (runtime/tests/sync/rings.rs:{MADE_AT})")
}

#[test]
fn each_that_waits_for_a_lock_says_who_has_it_and_that_only_this_one_can_let_go() {
    let report = deadlock(|| {
        let [accounts] = mutexes(["accounts"]);
        let holder = named("holder", || {
            let _guard = accounts.lock();
            thread::park();
        });
        thread::yield_now();
        drop(named("first", || drop(accounts.lock())));
        drop(named("second", || drop(accounts.lock())));
        holder.join().unwrap();
    });
    let waits = |since: u32| {
        let accounts = mutex("accounts");
        format!(
            "waits for {accounts} held by holder since dispatch 2, since dispatch {since}; \
             who could end it: only holder, by letting go of it"
        )
    };
    assert_eq!(
        sentences(&report)[2..],
        [
            format!("first {}", waits(4)),
            format!("second {}", waits(5))
        ]
    );
    assert_eq!(report.rings, [""; 0]);
    assert_eq!(report.waiting[2].at.file(), file!());
    assert!(
        report
            .table
            .contains(&format!("waits for {} held by", mutex("accounts")))
    );
}

#[test]
fn rings_that_were_not_refused_come_first() {
    let report = deadlock(|| {
        let [held, other] = mutexes(["held", "other"]);
        let parked = named("parked", || {
            let _other = other.lock();
            thread::park();
        });
        thread::yield_now();
        drop(named("outside", || drop(other.lock())));
        let _held = held.lock().unwrap();
        // It might be the guard, so nobody is refused.
        let gift = Box::new(());
        let waits = named("waits", move || {
            drop(held.lock());
            drop(gift);
        });
        thread::yield_now();
        thread::yield_now();
        drop(parked);
        waits.join().unwrap();
    });
    let ring = format!(
        "MainThread waits for the end of waits; \
         waits waits for {} held by MainThread since dispatch 3",
        mutex("held")
    );
    assert_eq!(report.rings, [ring.as_str()]);
    let text = report.to_string();
    let rest = text.strip_prefix(&report.table).unwrap();
    let lines: Vec<_> = rest.trim_start().lines().collect();
    assert_eq!(lines[0], format!("a ring: {ring}"));
    let begins = [
        "MainThread waits for the end",
        "parked is",
        "outside waits",
        "waits waits",
    ];
    assert_eq!(lines.len(), 1 + begins.len());
    assert!(
        lines[1..]
            .iter()
            .zip(begins)
            .all(|(line, begin)| line.starts_with(begin))
    );
}

/// The main thread's sentence.
fn says(main: impl FnOnce() + 'static) -> String {
    sentences(&deadlock(main)).swap_remove(0)
}

#[test]
fn a_lock_whose_guard_may_have_gone_elsewhere_is_said_to_be_whoevers_that_has_the_guard() {
    let said = says(|| {
        let [held] = mutexes(["held"]);
        let _guard = held.lock().unwrap();
        // Among what is moved here there could be the guard.
        let something = Box::new(());
        thread::spawn(move || drop(something));
        drop(held.lock());
    });
    let ends = "who could end it: whoever has the guard that MainThread got, by dropping it";
    let held = mutex("held");
    assert_eq!(
        said,
        format!(
            "MainThread waits for {held} held by MainThread since dispatch 1, since dispatch 1; {ends}"
        )
    );

    // From then on that is so, if another thread has dropped one before.
    let said = says(|| {
        let [held] = mutexes(["held"]);
        let place: Rc<RefCell<Option<MutexGuard<'_, u32>>>> = Rc::default();
        let theirs = Rc::clone(&place);
        let drops = thread::spawn(move || {
            thread::yield_now();
            thread::yield_now();
            drop(theirs.take());
        });
        *place.borrow_mut() = held.lock().ok();
        let waits = thread::spawn(|| drop(held.lock()));
        drops.join().unwrap();
        waits.join().unwrap();
        *place.borrow_mut() = held.lock().ok();
        drop(held.lock());
    });
    assert!(said.ends_with(ends), "{said}");
}

#[test]
fn a_lock_whose_holder_has_ended_is_said_to_be_nobodys_or_whoevers_that_has_the_guard() {
    let ends = "held by the ended thread of dispatch 2, since dispatch 3; \
                who could end it: nobody, as far as is known: \
                a thread has ended without letting go of it";
    let forgotten = says(|| {
        let [held] = mutexes(["held"]);
        named("ends", || mem::forget(held.lock())).join().unwrap();
        drop(held.lock());
    });
    assert_eq!(
        forgotten,
        format!("MainThread waits for {} {ends}", mutex("held"))
    );

    let kept = says(|| {
        let [held] = mutexes(["held"]);
        let _guard = named("ends", || held.lock().unwrap()).join().unwrap();
        drop(held.lock());
    });
    assert_eq!(kept, forgotten);
}

#[test]
fn a_lock_that_code_outside_has_is_said_to_be_no_threads() {
    let held: &'static Mutex<u32> = mutexes(["held"])[0];
    let _guard = held.lock().unwrap();
    let said = says(|| drop(held.lock()));
    assert_eq!(
        said,
        format!(
            "MainThread waits for {}, since dispatch 1; who could end it: \
             no thread of this run: it was locked outside of green threads, or in an earlier run",
            mutex("held")
        )
    );
}

#[test]
fn the_threads_of_the_report_unwind_and_find_the_locks_as_they_left_them() {
    let [one, two] = mutexes(["one", "two"]);
    let unwound = Rc::new(RefCell::new(Vec::new()));
    let theirs = Rc::clone(&unwound);
    deadlock(move || {
        for (own, other) in [(one, two), (two, one)] {
            let unwound = Rc::clone(&theirs);
            named("waits", move || {
                let _try = OnDrop(|| unwound.borrow_mut().push(other.try_lock().is_ok()));
                let _own = own.lock();
                // No guard can be told from another here.
                let something = Box::new(());
                thread::spawn(move || drop(something));
                thread::yield_now();
                drop(other.lock());
            });
        }
        thread::park();
    });
    // The newest first: the other's own is still locked then.
    assert_eq!(unwound.take(), [false, true]);
    assert!(one.lock().is_ok() && two.lock().is_ok());
}
