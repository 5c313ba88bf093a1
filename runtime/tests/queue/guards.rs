//! A guard that was put into a queue closes no ring: the lock may be free soon.
//! Whoever could not put anything still has all its guards.

use runtime::error::Refused;
use runtime::queue::Queue;
use runtime::sync::Mutex;
use runtime::thread;

use crate::steps::refused;
use crate::support::run;

#[test]
fn a_guard_that_was_put_into_a_queue_closes_no_ring() {
    static LOCK: Mutex<u32> = Mutex::new(0);
    run(|| {
        let queue: &'static _ = Box::leak(Box::new(Queue::new()));
        let unlocks = thread::spawn(|| {
            let guard = queue.get().unwrap();
            thread::yield_now();
            drop(guard);
        });
        queue.put(LOCK.lock().unwrap()).unwrap();
        assert_eq!(*LOCK.lock().unwrap(), 0);
        unlocks.join().unwrap();
    });
}

#[test]
fn what_found_no_room_was_not_given_away() {
    static LOCK: Mutex<u32> = Mutex::new(0);
    run(|| {
        let queue = Queue::bounded(1);
        queue.put(String::new()).unwrap();
        let _guard = LOCK.lock();
        queue.try_put("perhaps a guard".into()).unwrap_err();
        let why = refused(|| drop(LOCK.lock())).why;
        assert!(matches!(why, Refused::Ring(_)), "{why:?}");
    });
}
