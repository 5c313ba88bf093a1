//! A guard that was sent away closes no ring: the lock may be free soon. Whoever
//! could not send anything still has all its guards.

use runtime::error::Refused;
use runtime::sync::Mutex;
use runtime::sync::mpsc::{SyncSender, TrySendError, channel, sync_channel};
use runtime::thread;

use super::why_refused;
use crate::support::run;

#[test]
fn a_guard_that_was_sent_through_a_channel_closes_no_ring() {
    static LOCK: Mutex<u32> = Mutex::new(0);
    run(|| {
        let (sender, receiver) = channel();
        let unlocks = thread::spawn(move || {
            let guard = receiver.recv().unwrap();
            thread::yield_now();
            drop(guard);
        });
        sender.send(LOCK.lock().unwrap()).unwrap();
        assert_eq!(*LOCK.lock().unwrap(), 0);
        unlocks.join().unwrap();
    });
}

#[test]
fn a_guard_that_had_to_wait_for_room_closes_no_ring() {
    static SENT: Mutex<u32> = Mutex::new(0);
    static KEPT: Mutex<u32> = Mutex::new(0);
    for bound in [0, 1] {
        run(move || {
            let (sender, receiver) = sync_channel(bound);
            for _ in 0..bound {
                assert!(sender.send(None).is_ok());
            }
            let sends = thread::spawn(move || {
                assert!(sender.send(Some(SENT.lock().unwrap())).is_ok());
                // The thread that got this guard waits, and for main.
                drop(KEPT.lock());
            });
            let receives = thread::spawn(move || {
                thread::yield_now();
                (0..bound).for_each(|_| assert!(receiver.recv().unwrap().is_none()));
                let guard = receiver.recv().unwrap();
                (0..5).for_each(|_| thread::yield_now());
                drop(guard);
            });
            let kept = KEPT.lock().unwrap();
            (0..4).for_each(|_| thread::yield_now());
            drop(SENT.lock().unwrap());
            drop(kept);
            sends.join().unwrap();
            receives.join().unwrap();
        });
    }
}

/// Whether a thread that has a lock, and has done `before`, is refused it.
#[track_caller]
fn still_has_its_guard(before: impl FnOnce()) {
    static LOCK: Mutex<()> = Mutex::new(());
    let _guard = LOCK.lock();
    before();
    let why = why_refused(|| drop(LOCK.lock()));
    assert!(matches!(why, Refused::Ring(_)), "{why:?}");
}

fn try_to_send(sender: &SyncSender<String>) -> Result<(), TrySendError<String>> {
    sender.try_send("perhaps a guard".into())
}

#[test]
fn what_found_no_room_was_not_given_away() {
    run(|| {
        for bound in [0, 1] {
            let (sender, _receiver) = sync_channel(bound);
            (0..bound).for_each(|_| try_to_send(&sender).unwrap());
            still_has_its_guard(|| {
                let failed = try_to_send(&sender);
                assert!(matches!(failed, Err(TrySendError::Full(_))));
            });
        }
    });
}

#[test]
fn what_found_no_receiver_was_not_given_away() {
    run(|| {
        let (sender, receiver) = sync_channel(1);
        let (unbounded, other) = channel();
        drop((receiver, other));
        still_has_its_guard(|| {
            let failed = try_to_send(&sender);
            assert!(matches!(failed, Err(TrySendError::Disconnected(_))));
            sender.send("perhaps a guard".into()).unwrap_err();
            unbounded.send(String::from("perhaps a guard")).unwrap_err();
        });
    });
}
