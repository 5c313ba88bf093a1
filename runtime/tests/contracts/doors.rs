//! Doors for other OS threads:
//!
//! - A handle is taken explicitly, inside a run:
//!   `doors/door.rs::there_is_no_handle_outside_a_runtime`.
//! - It may be cloned and sent:
//!   `doors/door.rs::a_handle_may_be_cloned_and_sent_anywhere`.
//! - It spawns closures that are `Send`, on the runtime's own OS thread:
//!   `doors/door.rs::what_is_spawned_from_outside_runs_on_the_runtimes_os_thread`.
//! - It gives join handles back on any OS thread.
//! - It keeps the loop waiting in the operating system, which uses no CPU, when
//!   nobody is ready: `doors/asleep.rs::the_loop_uses_no_cpu_while_it_waits`,
//!   `it_is_no_deadlock_as_long_as_one_handle_is_left`.
//! - Whatever is asked wakes the loop, and so does what lets the last handle go.
//! - No wake-up is lost: `doors/asleep.rs::no_unpark_is_slept_through`,
//!   `no_spawn_is_slept_through`, `no_spawn_of_many_is_lost` and the test `loom`.
//! - Without a handle a program in which nobody can run is a deadlock:
//!   `doors/asleep.rs::when_the_last_handle_goes_while_all_wait_it_is_a_deadlock`.
//! - Other OS threads that wait for a thread, or know one, are no door.
//! - A handle to one runtime is no door to another.
//! - `unpark` works from any OS thread.
//! - A join handle may be asked and joined from any OS thread.
//! - A join handle leaves its OS thread only if its result may.
//! - What lies in the inbox when the runtime ends is dropped there, and its
//!   joiner gets an error: `doors/ending.rs::what_lies_in_the_inbox_at_the_end_is_dropped_there`.
//! - Whoever has started a thread that the end overtakes gets an error, and
//!   whoever has asked for the table gets none.
//! - Virtual time jumps, with a handle, for everybody who waits with a timeout.
//! - With a handle, virtual time stands still while nobody does.

use std::cell::RefCell;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use runtime::error::JoinError;
use runtime::thread::{self, Builder, JoinHandle, Killed, ScopedJoinHandle};
use runtime::{Handle, time};

use crate::deadlock::deadlock;
use crate::support::outside::{Patience, outside};
use crate::support::{OnDrop, run};

/// Lets the loop fall asleep, so that the next thing has to wake it.
fn let_it_sleep() {
    std::thread::sleep(Duration::from_millis(5));
}

/// Says when it is dropped.
fn tells(send: mpsc::Sender<std::thread::ThreadId>) -> OnDrop<impl FnMut() + Send> {
    OnDrop(move || send.send(std::thread::current().id()).unwrap())
}

#[test]
fn whatever_is_asked_wakes_the_loop() {
    run(|| {
        let here = std::thread::current().id();
        let (send, dropped) = mpsc::channel();
        let captured = tells(send);
        let unstarted = thread::create(move || drop(captured));
        let [unparked, killed] = [(); 2].map(|()| thread::spawn(thread::park));
        let started = thread::create(|| 2);
        outside(move |door| {
            let_it_sleep();
            assert_eq!(door.spawn(|| 1).unwrap().join().unwrap(), 1);
            let_it_sleep();
            started.start().unwrap();
            assert_eq!(started.join().unwrap(), 2);
            let_it_sleep();
            unparked.thread().unpark();
            unparked.join().unwrap();
            let_it_sleep();
            killed.thread().kill();
            assert!(killed.join().unwrap_err().is::<Killed>());
            let_it_sleep();
            drop(unstarted);
            assert_eq!(dropped.recv(), Ok(here));
            let_it_sleep();
            assert!(door.ps().unwrap().contains("MainThread"));
        });
    });
}

#[test]
fn whatever_lets_the_last_handle_go_wakes_the_loop() {
    let lets_go: [fn(Handle); 2] = [drop, |door| panics(door)];
    for lets_go in lets_go {
        let report = deadlock(move || {
            let door = Handle::current();
            drop(std::thread::spawn(move || {
                let_it_sleep();
                lets_go(door);
            }));
            thread::park();
        });
        assert_eq!(report.waiting.len(), 1);
    }
}

/// Unwinds, with that on its stack.
fn panics<T>(_on_stack: T) {
    resume_unwind(Box::new("a panic that the test wants"))
}

#[test]
fn other_os_threads_that_wait_for_a_thread_or_know_one_are_no_door() {
    let (send, receive) = mpsc::channel::<JoinHandle<()>>();
    let (join, joins) = mpsc::channel();
    let os_thread = std::thread::spawn(move || {
        let sub = receive.recv().unwrap();
        join.send(()).unwrap();
        sub.join().unwrap_err().is::<Killed>()
    });
    let report = deadlock(move || {
        let sub = thread::spawn(thread::park);
        let target = sub.thread().clone();
        send.send(sub).unwrap();
        joins.recv().unwrap();
        target.join().unwrap();
    });
    assert_eq!(report.waiting.len(), 2);
    assert!(os_thread.join().unwrap(), "it learns that there is no hope");
}

#[test]
fn a_handle_to_one_runtime_is_no_door_to_another() {
    run(|| {
        let waiting = outside(|door| {
            let report = deadlock(move || {
                thread::park();
                drop(door);
            });
            report.waiting.len()
        });
        assert_eq!(waiting, 1);
    });
}

type Work = Box<dyn FnOnce() + Send>;

/// To be done when it is dropped.
type Last = OnDrop<Box<dyn FnMut()>>;

/// A kind of OS thread, and how one does some work once.
type OsThread = (&'static str, fn(Work));

const OS_THREADS: [OsThread; 6] = [
    ("a plain one", |work| work()),
    ("one that unwinds", |work| {
        let mut work = Some(work);
        let unwinds = AssertUnwindSafe(|| panics(OnDrop(move || work.take().unwrap()())));
        assert!(catch_unwind(unwinds).is_err());
    }),
    ("one that ends, in a thread-local's destructor", |work| {
        std::thread_local! {
            static LAST: RefCell<Option<Last>> = const { RefCell::new(None) };
        }
        let mut work = Some(work);
        let end = std::thread::spawn(move || {
            LAST.set(Some(OnDrop(Box::new(move || work.take().unwrap()()))));
        });
        end.join().unwrap();
    }),
    ("a green thread of another runtime", |work| {
        run(|| thread::spawn(work).join().unwrap());
    }),
    ("a green thread of another runtime that unwinds", |work| {
        let mut work = Some(work);
        let unwinds = || panics(OnDrop(move || work.take().unwrap()()));
        run(|| thread::spawn(unwinds).join().unwrap_err());
    }),
    ("the loop of another runtime", |work| {
        let mut work = Some(work);
        let in_loop = OnDrop(move || work.take().unwrap()());
        run(move || std::mem::forget(thread::create(move || drop(in_loop))));
    }),
];

#[test]
fn unpark_works_from_any_os_thread() {
    for (_, does) in OS_THREADS {
        run(move || {
            let sub = thread::spawn(thread::park);
            let target = sub.thread().clone();
            outside(move |_| {
                let_it_sleep();
                does(Box::new(move || target.unpark()));
                sub.join().unwrap();
            });
        });
    }
}

#[test]
fn a_join_handle_may_be_asked_and_joined_from_any_os_thread() {
    for (which, does) in OS_THREADS {
        run(move || {
            // What they run need not be Send, only what they give.
            let (main, unsendable) = (thread::current(), Rc::new("result"));
            let value = thread::spawn(move || {
                thread::park();
                *unsendable
            });
            let panicked = thread::spawn(|| panics(()));
            let killed = thread::spawn(thread::park);
            let new = thread::create(|| ());
            outside(move |_| {
                let (done, is_done) = mpsc::channel();
                does(Box::new(move || {
                    assert!(main.is_alive() && value.is_alive() && killed.is_alive());
                    assert!(!new.is_alive() && new.is_finished());
                    assert_eq!(new.thread().join(), Err(JoinError::NotStarted));
                    let a_moment = Duration::from_millis(1);
                    let timed_out = Err(JoinError::TimedOut);
                    assert_eq!(value.thread().join_timeout(a_moment), timed_out);
                    value.thread().unpark();
                    let thread = value.thread().clone();
                    assert_eq!(value.join().unwrap(), "result", "{which}");
                    assert!(!thread.is_alive() && thread.is_finished());
                    assert!(panicked.join().unwrap_err().is::<&str>());
                    killed.thread().kill();
                    assert!(killed.join().unwrap_err().is::<Killed>());
                    done.send(()).unwrap();
                }));
                is_done.recv().expect("nothing of it panicked");
            });
        });
    }
}

#[test]
fn a_handle_gives_join_handles_back_on_any_os_thread() {
    let here = || std::thread::current().id();
    for (which, does) in OS_THREADS {
        run(move || {
            let ran = outside(move |door| {
                let (send, receive) = mpsc::channel();
                does(Box::new(move || {
                    let value = door.spawn(here).unwrap();
                    let panics = door.spawn(|| panics(())).unwrap();
                    assert!(panics.join().is_err());
                    send.send(value.join().unwrap()).unwrap();
                }));
                receive.recv().expect(which)
            });
            assert_eq!(ran, here());
        });
    }
}

/// `Probe::<T>::IS_SEND` is the inherent constant if that exists, and the
/// trait's otherwise.
struct Probe<T>(PhantomData<T>);

trait NotSend {
    const IS_SEND: bool = false;
}

impl<T> NotSend for Probe<T> {}

impl<T: Send> Probe<T> {
    const IS_SEND: bool = true;
}

#[test]
fn a_join_handle_leaves_its_os_thread_only_if_its_result_may() {
    let of_sendable = Probe::<JoinHandle<String>>::IS_SEND;
    let of_unsendable = Probe::<JoinHandle<Rc<()>>>::IS_SEND;
    let scoped = Probe::<ScopedJoinHandle<'static, ()>>::IS_SEND;
    assert_eq!([of_sendable, of_unsendable, scoped], [true, false, false]);
}

/// Has `post` called on an OS thread when the loop has looked into its inbox
/// for the last time: it is dropping the closure of an unstarted thread then.
fn at_the_last_moment(post: impl FnOnce() + Send + 'static) {
    let (mut post, door) = (Some(post), Handle::current());
    let posts = OnDrop(move || {
        let post = post.take().unwrap();
        std::thread::spawn(post).join().unwrap();
        let _ = &door;
    });
    let unstarted = thread::create(move || drop(posts));
    std::thread::spawn(move || drop(unstarted)).join().unwrap();
}

#[test]
fn whoever_has_started_a_thread_that_the_end_overtakes_gets_an_error() {
    let here = std::thread::current().id();
    let (send, dropped) = mpsc::channel();
    let captured = tells(send);
    let place = Arc::new(Mutex::new(None));
    let theirs = Arc::clone(&place);
    run(move || {
        let sub = thread::create(move || drop(captured));
        at_the_last_moment(move || {
            sub.start().unwrap();
            assert!(sub.is_alive());
            *theirs.lock().unwrap() = Some(sub);
        });
    });
    let sub = place.lock().unwrap().take().unwrap();
    assert_eq!(dropped.into_iter().collect::<Vec<_>>(), [here]);
    assert!(!sub.is_alive());
    let joins = std::thread::spawn(|| sub.join().unwrap_err().is::<Killed>());
    assert!(joins.join().unwrap());
}

#[test]
fn whoever_has_asked_for_the_table_when_the_end_overtakes_it_gets_none() {
    let (send, receive) = mpsc::channel();
    run(move || {
        let door = Handle::current();
        at_the_last_moment(move || {
            let asks = std::thread::spawn(move || door.ps());
            // If it has not asked by then, it asks when all is over.
            let_it_sleep();
            send.send(asks).unwrap();
        });
    });
    let _patience = Patience::new();
    assert_eq!(receive.recv().unwrap().join().unwrap(), None);
}

#[test]
fn virtual_time_jumps_with_a_handle_for_everybody_who_waits_with_a_timeout() {
    const HOUR: Duration = Duration::from_secs(3600);
    let waits: [fn(); 3] = [
        || thread::sleep(HOUR),
        || thread::park_timeout(HOUR),
        || {
            let never = Builder::new().daemon(true).spawn(thread::park).unwrap();
            let timed_out = Err(JoinError::TimedOut);
            assert_eq!(never.thread().join_timeout(HOUR), timed_out);
        },
    ];
    for wait in waits {
        run(move || {
            let _door = Handle::current();
            let before = time::Instant::now();
            wait();
            let waited = before.elapsed();
            assert!(waited >= HOUR && waited < HOUR + HOUR, "{waited:?}");
        });
    }
}

#[test]
fn with_a_handle_virtual_time_stands_still_while_nobody_waits_with_a_timeout() {
    let waits: [fn(); 4] = [
        || (),
        thread::park,
        || thread::sleep(Duration::MAX),
        || thread::main_thread().join().unwrap(),
    ];
    for wait in waits {
        run(move || {
            drop(Builder::new().daemon(true).spawn(wait).unwrap());
            thread::yield_now();
            let before = time::Instant::now();
            outside(|_| let_it_sleep());
            // A dispatch takes a microsecond, and there were only a few.
            assert!(before.elapsed() < Duration::from_millis(1));
        });
    }
}
