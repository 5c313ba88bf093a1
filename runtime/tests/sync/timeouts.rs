//! Waiting for a lock, or to send, but not for ever.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::TryLockError;
use std::time::Duration;

use runtime::error::Refused;
use runtime::sync::mpsc::{SendTimeoutError, TryRecvError, sync_channel};
use runtime::sync::{Mutex, ReentrantLock, RwLock};
use runtime::thread;
use runtime::time::Instant;

use crate::support::{Counter, Journal, run};
use crate::waits::{MICROSECOND, SECOND, named, refused, state_of, while_unwinding};

/// Whether something is had within that time.
type Take = Box<dyn Fn(Duration) -> bool>;

/// A way to wait for each thing that another has, and what makes the other let go.
fn all_taken() -> (Vec<(&'static str, Take)>, impl Fn()) {
    let mutex: &'static Mutex<()> = Box::leak(Box::default());
    let reentrant: &'static ReentrantLock<()> = Box::leak(Box::default());
    let [reads, writes]: [&'static RwLock<()>; 2] = [(); 2].map(|()| &*Box::leak(Box::default()));
    let (sender, receiver) = sync_channel(1);
    sender.send(()).unwrap();
    let enough = Rc::new(Cell::new(false));
    let theirs = Rc::clone(&enough);
    thread::spawn(move || {
        let _guards = (mutex.lock(), reentrant.lock(), reads.write(), writes.read());
        while !theirs.get() {
            thread::park();
        }
        receiver.recv().unwrap();
        // The receiver goes last: it is not dropped while somebody sends.
        std::mem::forget(receiver);
    });
    let holder = thread::enumerate().pop().unwrap();
    thread::yield_now();
    let take: Vec<(_, Take)> = vec![
        ("mutex", Box::new(|time| mutex.lock_timeout(time).is_ok())),
        (
            "reentrant",
            Box::new(|time| reentrant.lock_timeout(time).is_some()),
        ),
        ("reads", Box::new(|time| reads.read_timeout(time).is_ok())),
        (
            "writes",
            Box::new(|time| writes.write_timeout(time).is_ok()),
        ),
        (
            "sends",
            Box::new(move |time| sender.send_timeout((), time).is_ok()),
        ),
    ];
    let let_go = move || {
        enough.set(true);
        holder.unpark();
    };
    (take, let_go)
}

#[test]
fn a_timeout_lasts_as_long_as_it_should() {
    run(|| {
        let (takes, let_go) = all_taken();
        for (what, take) in &takes {
            let begin = Instant::now();
            assert!(!take(SECOND), "{what}");
            assert_eq!(begin.elapsed(), SECOND + MICROSECOND, "{what}");
            let begin = Instant::now();
            assert!(!take(Duration::ZERO), "{what}");
            assert_eq!(begin.elapsed(), MICROSECOND, "{what}");
        }
        let_go();
        let begin = Instant::now();
        for (what, take) in &takes {
            // The first waits; by then all is free.
            assert!(take(SECOND), "{what}");
        }
        assert!(begin.elapsed() < 10 * MICROSECOND);
    });
}

#[test]
fn a_timeout_of_duration_max_is_for_ever() {
    run(|| {
        let (takes, let_go) = all_taken();
        let took = Counter::default();
        let waits: Vec<_> = takes
            .into_iter()
            .map(|(what, take)| {
                let took = took.clone();
                named(what, move || {
                    assert!(take(Duration::MAX));
                    took.add();
                })
            })
            .collect();
        thread::sleep(1_000_000 * SECOND);
        assert_eq!(took.get(), 0);
        let_go();
        waits.into_iter().for_each(|thread| thread.join().unwrap());
        assert_eq!(took.get(), 5);
    });
}

#[test]
fn while_a_thread_unwinds_its_time_is_up_at_once() {
    run(|| {
        let (takes, let_go) = all_taken();
        let takes = Rc::new(takes);
        while_unwinding(move || {
            let begin = Instant::now();
            for (what, take) in &*takes {
                for timeout in [Duration::ZERO, SECOND, Duration::MAX] {
                    assert!(!take(timeout), "{what}");
                }
            }
            assert_eq!(begin.elapsed(), Duration::ZERO, "it has kept the CPU");
        });
        let_go();
    });
}

#[test]
fn what_is_free_is_had_at_once() {
    run(|| {
        let other = thread::spawn(|| ());
        let (mutex, lock) = (Mutex::new(()), ReentrantLock::new(()));
        let rwlock = RwLock::new(());
        let (sender, receiver) = sync_channel(1);
        drop((
            mutex.lock_timeout(SECOND).unwrap(),
            lock.lock_timeout(SECOND),
        ));
        drop(rwlock.read_timeout(SECOND).unwrap());
        drop(rwlock.write_timeout(SECOND).unwrap());
        assert_eq!(sender.send_timeout(1, SECOND), Ok(()));
        assert_eq!(receiver.recv(), Ok(1));
        assert!(other.is_alive(), "it has kept the CPU");
    });
}

#[test]
fn a_wait_for_a_while_closes_no_ring_and_one_for_ever_does() {
    run(|| {
        let (mutex, rwlock) = (Mutex::new(()), RwLock::new(()));
        let _guards = (mutex.lock(), rwlock.read());
        assert!(mutex.lock_timeout(SECOND).is_err());
        assert!(rwlock.write_timeout(SECOND).is_err());
        let errors = [
            refused(|| mutex.lock_timeout(Duration::MAX)),
            refused(|| rwlock.write_timeout(Duration::MAX)),
        ];
        for error in errors {
            assert!(matches!(error.why, Refused::Ring(_)), "{error}");
        }
    });
}

#[test]
fn outside_of_green_threads_there_is_no_waiting() {
    let (mutex, rwlock) = (Mutex::new(()), RwLock::new(()));
    let _guards = (mutex.lock(), rwlock.read());
    for (at_once, later) in [
        (
            mutex.lock_timeout(Duration::ZERO).is_err(),
            refused(|| mutex.lock_timeout(SECOND)),
        ),
        (
            rwlock.write_timeout(Duration::ZERO).is_err(),
            refused(|| rwlock.write_timeout(SECOND)),
        ),
    ] {
        assert!(at_once);
        assert_eq!(later.why, Refused::OutsideRuntime);
    }
}

#[test]
fn a_poisoned_lock_is_had_in_time_and_says_so() {
    run(|| {
        let mutex: &'static Mutex<u32> = Box::leak(Box::new(Mutex::new(5)));
        let panics = thread::spawn(|| {
            let _guard = mutex.lock();
            thread::sleep(SECOND);
            panic!("on purpose");
        });
        thread::yield_now();
        match mutex.lock_timeout(2 * SECOND) {
            Err(TryLockError::Poisoned(error)) => assert_eq!(**error.get_ref(), 5),
            other => panic!("{other:?}"),
        }
        panics.join().unwrap_err();
    });
}

#[test]
fn readers_behind_a_writer_get_in_when_it_gives_up() {
    run(|| {
        let journal = Journal::default();
        let lock: &'static RwLock<()> = Box::leak(Box::default());
        let reads = lock.read();
        let theirs = journal.clone();
        let writer = named("writer", move || {
            assert!(lock.write_timeout(SECOND).is_err());
            theirs.write("gives up");
        });
        thread::yield_now();
        let theirs = journal.clone();
        let reader = named("reader", move || {
            drop(lock.read());
            theirs.write("reads");
        });
        thread::yield_now();
        assert_eq!(state_of("reader"), "Waiting");
        reader.join().unwrap();
        assert_eq!(journal.read(), ["gives up", "reads"]);
        drop(reads);
        writer.join().unwrap();
    });
}

/// A writer that has left the line has nothing of the lock any more, and it may
/// be anybody's before the writer runs.
#[test]
fn a_writer_may_give_up_when_the_lock_has_been_let_go_of() {
    run(|| {
        let lock: &'static RwLock<()> = Box::leak(Box::default());
        let reads = lock.read();
        let times_out = thread::spawn(|| lock.write_timeout(Duration::ZERO).is_ok());
        thread::yield_now();
        drop(reads);
        // It looks, and lets go.
        let _ = format!("{lock:?}");
        std::thread::spawn(|| drop(lock.read())).join().unwrap();
        assert!(times_out.join().unwrap());
    });
}

#[test]
fn a_message_whose_time_is_up_comes_back_and_nobody_receives_it() {
    run(|| {
        let (sender, receiver) = sync_channel(0);
        let in_vain = sender.send_timeout(1, SECOND);
        assert_eq!(in_vain, Err(SendTimeoutError::Timeout(1)));
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
        let theirs = sender.clone();
        let meets = thread::spawn(move || theirs.send_timeout(2, SECOND));
        assert_eq!(receiver.recv(), Ok(2));
        assert_eq!(meets.join().unwrap(), Ok(()));
        let waits = thread::spawn(move || sender.send_timeout(3, SECOND));
        thread::yield_now();
        drop(receiver);
        let gone = SendTimeoutError::Disconnected(3);
        assert_eq!(waits.join().unwrap(), Err(gone));
        assert_eq!(gone.to_string(), "sending on a disconnected channel");
        assert_eq!(format!("{gone:?}"), "Disconnected(..)");
    });
}
