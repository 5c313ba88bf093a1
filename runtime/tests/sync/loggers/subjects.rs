//! One row for each way to wait.

mod locks;
mod onces;
mod queues;

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;
use std::sync::PoisonError;

use runtime::sync::mpsc::{channel, sync_channel};
use runtime::sync::{Barrier, BoundedSemaphore, Condvar, Event, Mutex, Semaphore};
use runtime::thread;

use super::play::pause;

/// Something that threads wait for.
pub(super) struct Subject {
    /// Takes what others want, pauses, and lets them on.
    pub(super) holds: Box<dyn Fn()>,
    /// Waits for it, as the thread of that number, and lets the next one on.
    pub(super) waits: Box<dyn Fn(usize)>,
    /// What a logger does that does not wait; and what it may keep.
    pub(super) touches: Box<dyn Fn() -> Option<Box<dyn Any>>>,
    /// Whether all that there was is there again, when all have ended.
    pub(super) is_well: Box<dyn Fn()>,
}

type Row = (&'static str, fn() -> Subject);

pub(super) const SUBJECTS: &[Row] = &[
    ("Mutex", locks::mutex),
    ("ReentrantLock", locks::reentrant_lock),
    ("RwLock, readers wait", || locks::rwlock(true, |_| false)),
    ("RwLock, writers wait", || locks::rwlock(false, |_| true)),
    ("RwLock, both wait", || {
        locks::rwlock(true, |number| number % 2 == 0)
    }),
    ("RwLock, a writer gives up", || {
        locks::rwlock(false, |number| number == 0)
    }),
    ("RwLock, a writer reads on", locks::downgraded),
    ("Condvar", condvar),
    ("Barrier", barrier),
    ("Once", onces::once),
    ("Once, the first one fails", onces::once_that_fails),
    ("OnceLock", onces::once_lock),
    ("LazyLock", onces::lazy_lock),
    ("Semaphore", semaphore),
    ("Semaphore, several permits", release_n),
    ("BoundedSemaphore", bounded_semaphore),
    ("Event", event),
    ("channel", receivers),
    ("sync_channel", senders),
    ("channel that ends", hang_up),
    ("Queue, getters wait", queues::getters),
    ("PriorityQueue, putters wait", queues::putters),
    ("LifoQueue, joiners wait", queues::joiners),
    ("Queue that is shut down", queues::shutdown),
];

std::thread_local! {
    static EXCESS: Cell<bool> = const { Cell::new(false) };
}

/// Whether somebody was inside where there was no more room.
pub(super) fn found_in_excess() -> bool {
    EXCESS.get()
}

/// A place with room for so many, in which nobody may be in excess.
#[derive(Clone)]
struct Room(Rc<Cell<u32>>);

impl Room {
    fn new(room: u32) -> Self {
        Self(Rc::new(Cell::new(room)))
    }

    fn enter(&self, takes: u32) -> Inside {
        let left = self.0.get().checked_sub(takes);
        if left.is_none() {
            EXCESS.set(true);
        }
        self.0.set(left.expect("somebody else is inside"));
        Inside(self.clone(), takes)
    }
}

struct Inside(Room, u32);

impl Drop for Inside {
    fn drop(&mut self) {
        let Inside(Room(left), takes) = self;
        left.set(left.get() + *takes);
    }
}

/// For the rest of the process.
fn ever<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

fn condvar() -> Subject {
    let (mutex, condvar) = (ever(Mutex::new(())), ever(Condvar::new()));
    let lock = || mutex.lock().unwrap_or_else(PoisonError::into_inner);
    Subject {
        holds: Box::new(move || {
            drop(lock());
            pause();
            condvar.notify_all();
        }),
        waits: Box::new(move |_| {
            let guard = condvar.wait(lock());
            thread::yield_now();
            drop(guard);
        }),
        touches: Box::new(|| {
            condvar.notify_one();
            let guard = mutex.try_lock().ok()?;
            Some(Box::new(guard))
        }),
        is_well: Box::new(|| drop(mutex.try_lock().expect("it is free"))),
    }
}

fn barrier() -> Subject {
    let barrier = ever(Barrier::new(4));
    let (leaders, met) = (ever(Cell::new(0)), ever(Cell::new(false)));
    let meet = || {
        if barrier.wait().is_leader() {
            leaders.set(leaders.get() + 1);
        }
    };
    Subject {
        holds: Box::new(move || {
            pause();
            met.set(true);
            meet();
            met.set(false);
        }),
        waits: Box::new(move |number| match number {
            0 => thread::park(),
            _ => meet(),
        }),
        touches: Box::new(|| {
            // Before, it could be the last that comes.
            if met.get() {
                let waited = catch_unwind(|| barrier.wait());
                assert!(waited.is_err(), "there were enough without it");
            }
            None
        }),
        is_well: Box::new(|| assert!(leaders.get() <= 1)),
    }
}

fn semaphore() -> Subject {
    let (semaphore, room) = (ever(Semaphore::new(2)), ever(Room::new(2)));
    Subject {
        holds: Box::new(|| {
            let _seats = [semaphore.acquire(), semaphore.acquire()];
            let _inside = room.enter(2);
            pause();
        }),
        waits: Box::new(|_| {
            let _seat = semaphore.acquire();
            let _inside = room.enter(1);
            thread::yield_now();
        }),
        touches: Box::new(|| {
            let guard = semaphore.try_acquire()?;
            Some(Box::new((room.enter(1), guard)))
        }),
        is_well: Box::new(|| assert_eq!(semaphore.available_permits(), 2)),
    }
}

fn release_n() -> Subject {
    let semaphore = ever(Semaphore::new(0));
    Subject {
        holds: Box::new(|| {
            pause();
            semaphore.release_n(3);
        }),
        waits: Box::new(|_| semaphore.acquire().forget()),
        touches: Box::new(|| {
            assert!(
                semaphore.try_acquire().is_none(),
                "it is for those that wait"
            );
            None
        }),
        is_well: Box::new(|| assert_eq!(semaphore.available_permits(), 0)),
    }
}

fn bounded_semaphore() -> Subject {
    let semaphore = ever(BoundedSemaphore::new(3));
    Subject {
        holds: Box::new(|| {
            let seats = [(); 3].map(|()| semaphore.acquire());
            pause();
            seats.into_iter().for_each(|seat| seat.forget());
            semaphore.release_n(3).unwrap();
        }),
        waits: Box::new(|_| drop(semaphore.acquire())),
        touches: Box::new(|| {
            assert!(semaphore.release().is_err(), "so many there must not be");
            let guard = semaphore.try_acquire()?;
            Some(Box::new(guard))
        }),
        is_well: Box::new(|| assert_eq!(semaphore.available_permits(), 3)),
    }
}

fn event() -> Subject {
    let event = ever(Event::new());
    Subject {
        holds: Box::new(|| {
            event.clear();
            pause();
            event.set();
        }),
        waits: Box::new(|_| event.wait()),
        touches: Box::new(|| {
            if event.is_set() {
                event.clear();
            }
            None
        }),
        is_well: Box::new(|| event.set()),
    }
}

/// Calls `step` three times, also if it panics, and then goes on panicking.
fn three_times(step: impl Fn()) {
    let ends = [(); 3].map(|()| catch_unwind(AssertUnwindSafe(&step)));
    for end in ends {
        end.unwrap_or_else(|payload| resume_unwind(payload));
    }
}

fn receivers() -> Subject {
    let (sender, receiver) = channel();
    let (sender, receiver) = (ever(sender), ever(receiver));
    Subject {
        holds: Box::new(|| {
            pause();
            three_times(|| sender.send(()).unwrap());
        }),
        waits: Box::new(|_| receiver.recv().unwrap()),
        touches: Box::new(|| {
            assert!(receiver.try_recv().is_err(), "it is for those that wait");
            None
        }),
        is_well: Box::new(|| assert!(receiver.try_recv().is_err())),
    }
}

fn senders() -> Subject {
    let (sender, receiver) = sync_channel(0);
    let (sender, receiver) = (ever(sender), ever(receiver));
    let received = ever(Cell::new(0));
    Subject {
        holds: Box::new(|| {
            received.set(0);
            pause();
            let receive_all = || {
                while received.get() < 3 {
                    receiver.recv().unwrap();
                    received.set(received.get() + 1);
                }
            };
            // A message with which the log panics is not lost.
            if let Err(payload) = catch_unwind(AssertUnwindSafe(receive_all)) {
                receive_all();
                resume_unwind(payload);
            }
        }),
        waits: Box::new(|_| sender.send(()).unwrap()),
        touches: Box::new(|| {
            assert!(sender.try_send(()).is_err(), "there is no room");
            None
        }),
        is_well: Box::new(|| {
            while receiver.try_recv().is_ok() {
                received.set(received.get() + 1);
            }
            assert_eq!(received.get(), 3);
        }),
    }
}

fn hang_up() -> Subject {
    let (sender, receiver) = channel::<()>();
    let (sender, receiver) = (ever(Cell::new(Some(sender))), ever(receiver));
    Subject {
        holds: Box::new(|| {
            let _ = receiver.try_recv();
            pause();
            drop(sender.take());
        }),
        waits: Box::new(|_| assert!(receiver.recv().is_err())),
        touches: Box::new(|| {
            assert!(receiver.try_recv().is_err());
            None
        }),
        is_well: Box::new(|| assert!(receiver.try_recv().is_err())),
    }
}
