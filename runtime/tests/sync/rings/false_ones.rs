//! What looks like a ring and is none, because somebody else may open it.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use runtime::error::JoinError;
use runtime::sync::mpsc::channel;
use runtime::sync::{Mutex, MutexGuard, RwLock};
use runtime::thread::{self, Builder};

use super::{mutexes, words};
use crate::common::{deadlock, named, refused};
use crate::support::child::in_child;
use crate::support::run;

const SECOND: Duration = Duration::from_secs(1);

type Place = Rc<RefCell<Option<MutexGuard<'static, u32>>>>;

#[test]
fn a_guard_that_was_moved_into_the_thread_that_is_joined() {
    run(|| {
        let [mutex] = mutexes(["mutex"]);
        let guard = mutex.lock().unwrap();
        let waits = named("waits", || drop(mutex.lock()));
        let drops = named("drops", move || {
            thread::sleep(SECOND);
            drop(guard);
        });
        // The guard is main's no more, so this opens.
        waits.join().unwrap();
        drops.join().unwrap();
    });
}

#[test]
fn a_guard_that_was_moved_to_another_with_arguments_and_in_a_scope() {
    run(|| {
        let [mutex] = mutexes(["mutex"]);
        let guard = mutex.lock().unwrap();
        let drops = thread::create_with(
            |guard: MutexGuard<'static, u32>| {
                thread::sleep(SECOND);
                drop(guard);
            },
            (guard,),
        );
        drops.start().unwrap();
        thread::scope(|scope| drop(scope.spawn(|| drop(mutex.lock().unwrap()))));

        let mut guard = Some(mutex.lock().unwrap());
        thread::scope(|scope| {
            scope.spawn(|| drop(mutex.lock().unwrap()));
            // By reference.
            scope.spawn(|| drop(guard.take()));
        });
        drops.join().unwrap();
    });
}

#[test]
fn a_guard_that_was_moved_and_is_locked_again_by_the_one_that_had_it() {
    run(|| {
        let [mutex] = mutexes(["mutex"]);
        for _ in 0..3 {
            let guard = mutex.lock().unwrap();
            let drops = thread::spawn(move || drop(guard));
            // It would be a ring of one, if the guard were here.
            drop(mutex.lock().unwrap());
            drops.join().unwrap();
        }
    });
}

/// Takes the guard out of `place` when main is in the middle of its wait.
fn drops_later(place: &Place) {
    let place = Rc::clone(place);
    named("drops", move || {
        thread::sleep(SECOND);
        drop(place.take());
    });
}

#[test]
fn a_guard_that_lies_where_others_reach_it_who_came_later() {
    run(|| {
        let [mutex] = mutexes(["mutex"]);
        let place = Place::default();
        *place.borrow_mut() = Some(mutex.lock().unwrap());
        drops_later(&place);
        drop(mutex.lock().unwrap());
    });
}

/// What is sent has no destructor, and leads to the guard.
#[test]
fn a_guard_that_was_lent_to_another() {
    run(|| {
        let [mutex] = mutexes(["mutex"]);
        let (sender, receiver) = channel::<&mut Option<MutexGuard<'static, u32>>>();
        let drops = named("drops", move || {
            let guard = receiver.recv().unwrap();
            thread::sleep(SECOND);
            drop(guard.take());
        });
        let (go, gone) = channel();
        let waits = named("waits", move || {
            gone.recv().unwrap();
            drop(mutex.lock());
        });
        let guard = mutex.lock().unwrap();
        // Nothing that could be a guard.
        go.send(()).unwrap();
        sender.send(Box::leak(Box::new(Some(guard)))).unwrap();
        waits.join().unwrap();
        drops.join().unwrap();
    });
}

/// This is none.
#[test]
fn what_is_too_small_to_lead_to_a_guard_hides_no_ring() {
    run(|| {
        let [mutex] = mutexes(["mutex"]);
        let (sender, receiver) = channel();
        let _guard = mutex.lock();
        sender.send(7u32).unwrap();
        thread::spawn(|| ());
        words(refused(|| mutex.lock().is_ok()));
        drop(receiver);
    });
}

#[test]
fn a_ring_is_refused_though_a_guard_travelled_in_an_earlier_run() {
    let [mutex] = mutexes(["mutex"]);
    let lock: &'static RwLock<()> = Box::leak(Box::default());
    run(|| {
        let guards = (mutex.lock(), lock.write());
        let waits = [
            named("locks", || drop(mutex.lock())),
            named("writes", || drop(lock.write())),
        ];
        thread::yield_now();
        named("drops", move || drop(guards)).join().unwrap();
        for thread in waits {
            thread.join().unwrap();
        }
    });
    run(|| {
        let _guards = (mutex.lock(), lock.write());
        words(refused(|| mutex.lock().is_ok()));
        words(refused(|| lock.write().is_ok()));
    });
}

/// Nothing tells that the guard is not its thread's any more: both had the place
/// before. Where it was dropped by another while somebody waited, that is known
/// from then on.
#[test]
fn a_guard_in_a_place_that_others_had_before_is_taken_for_its_threads_until_one_has_dropped_it() {
    run(|| {
        let [mutex] = mutexes(["mutex"]);
        let place = Place::default();
        drops_later(&place);
        *place.borrow_mut() = Some(mutex.lock().unwrap());
        words(refused(|| mutex.lock().is_ok()));
        // What another one is made of might be the guard. It is dropped for it.
        named("waits", || drop(mutex.lock())).join().unwrap();

        drops_later(&place);
        *place.borrow_mut() = Some(mutex.lock().unwrap());
        drop(mutex.lock().unwrap());
    });
}

/// One of them may have sent its guard away. It has not, and the program goes on
/// without them.
#[test]
fn a_ring_that_may_still_open_is_not_refused_but_told_of_once() {
    let child = in_child(|| {
        run(|| {
            let locks = mutexes(["left", "right"]);
            let both = |[first, second]: [&'static Mutex<u32>; 2]| {
                move || {
                    let _guard = first.lock().unwrap();
                    let (sender, receiver) = channel();
                    sender.send(String::from("no guard")).unwrap();
                    thread::yield_now();
                    drop(second.lock());
                    drop(receiver);
                }
            };
            let [left, right] = locks;
            for (name, order) in [("A", [left, right]), ("B", [right, left])] {
                let daemon = Builder::new().name(name.into()).daemon(true);
                daemon.spawn(both(order)).unwrap();
            }
            thread::sleep(SECOND);
        });
    });
    child.ends_with(0);
    let stderr = child.stderr();
    assert_eq!(
        stderr.matches("this wait may never end: ").count(),
        1,
        "{stderr}"
    );
    child.says("B waits for Mutex 'left'");
    child.says("unless somebody else has been given one of the guards");
}

#[test]
fn waits_with_a_timeout() {
    run(|| {
        let [mutex] = mutexes(["mutex"]);
        let waits = named("waits", || {
            thread::yield_now();
            drop(mutex.lock());
        });
        let guard = mutex.lock().unwrap();
        thread::yield_now();
        thread::yield_now();
        // It waits for this thread's lock.
        let timed = waits.thread().join_timeout(SECOND);
        assert_eq!(timed, Err(JoinError::TimedOut));
        drop(guard);
        waits.join().unwrap();

        // And the other way round: the join was there before the lock.
        let main = thread::current();
        let has = named("has", move || {
            let _guard = mutex.lock().unwrap();
            main.join_timeout(SECOND)
        });
        thread::yield_now();
        drop(mutex.lock().unwrap());
        assert_eq!(has.join().unwrap(), Err(JoinError::TimedOut));
    });
}

#[test]
fn somebody_who_sleeps_or_is_parked_with_the_lock() {
    run(|| {
        let [mutex] = mutexes(["mutex"]);
        let sleeps = named("sleeps", || {
            let _guard = mutex.lock();
            thread::sleep(SECOND);
        });
        let parked = named("parked", || {
            let _guard = mutex.lock();
            thread::park();
        });
        let unpark = parked.thread().clone();
        let unparks = named("unparks", move || {
            thread::sleep(2 * SECOND);
            unpark.unpark();
        });
        thread::yield_now();
        drop(mutex.lock().unwrap());
        for thread in [sleeps, parked, unparks] {
            thread.join().unwrap();
        }
    });
}

#[test]
fn try_lock() {
    run(|| {
        let [mine, theirs] = mutexes(["mine", "theirs"]);
        let other = named("other", || {
            let _theirs = theirs.lock();
            thread::yield_now();
            drop(mine.lock());
        });
        let guard = mine.lock().unwrap();
        assert!(mine.try_lock().is_err());
        thread::yield_now();
        thread::yield_now();
        assert!(theirs.try_lock().is_err());
        drop(guard);
        other.join().unwrap();
    });
}

#[test]
fn a_thread_that_holds_a_lock_and_can_still_run() {
    run(|| {
        let [a, b] = mutexes(["a", "b"]);
        let guard = a.lock().unwrap();
        let waits = named("waits", || {
            let _b = b.lock();
            drop(a.lock());
        });
        thread::yield_now();
        // The one that holds it is this one, which goes on.
        drop(guard);
        drop(b.lock().unwrap());
        waits.join().unwrap();
    });
}

#[test]
fn a_lock_whose_holder_has_ended() {
    let report = deadlock(|| {
        let [mutex] = mutexes(["mutex"]);
        named("forgetful", || std::mem::forget(mutex.lock()))
            .join()
            .unwrap();
        // A thread in the same slot of the table is not the holder.
        named("same slot", || drop(mutex.lock())).join().unwrap();
    });
    assert_eq!(report.rings, [""; 0]);
}

#[test]
fn a_lock_that_is_taken_again_and_again_by_those_that_wait_for_each_other() {
    run(|| {
        let mutexes: Rc<[Mutex<u32>; 3]> = Rc::default();
        let threads: Vec<_> = (0..9)
            .map(|number| {
                let mutexes = Rc::clone(&mutexes);
                thread::spawn(move || {
                    for round in 0..30 {
                        let one = &mutexes[(number + round) % 3];
                        *one.lock().unwrap() += 1;
                        let _guard = mutexes[round % 3].lock().unwrap();
                        thread::yield_now();
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        let sum: u32 = mutexes.iter().map(|mutex| *mutex.lock().unwrap()).sum();
        assert_eq!(sum, 270);
    });
}
