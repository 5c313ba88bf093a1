//! Channels in destructors that run while a thread unwinds: what need not wait
//! works, and what would have to is refused.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;
use std::time::Duration;

use runtime::error::{Refused, SyncError};
use runtime::sync::mpsc::{
    RecvError, RecvTimeoutError, SendError, TryRecvError, TrySendError, channel, sync_channel,
};
use runtime::thread;

use super::why_refused;
use crate::support::{Counter, OnDrop, run};

/// Calls `work` in a destructor while the thread unwinds, and gives its result.
fn unwinding<R>(work: impl FnOnce() -> R) -> R {
    let (mut work, mut result) = (Some(work), None);
    let on_drop = OnDrop(|| result = Some(work.take().unwrap()()));
    let payload = catch_unwind(AssertUnwindSafe(|| {
        let _on_drop = on_drop;
        resume_unwind(Box::new("planned"));
    }));
    assert_eq!(payload.unwrap_err().downcast_ref(), Some(&"planned"));
    result.unwrap()
}

#[test]
fn what_need_not_wait_works() {
    run(|| {
        unwinding(|| {
            let (sender, receiver) = channel();
            assert_eq!(sender.send(1), Ok(()));
            assert_eq!(receiver.recv(), Ok(1));
            assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
            drop(sender);
            assert_eq!(receiver.recv(), Err(RecvError));

            let (sender, receiver) = sync_channel(1);
            assert_eq!(sender.send(1), Ok(()));
            assert_eq!(sender.try_send(2), Err(TrySendError::Full(2)));
            assert_eq!(receiver.iter().next(), Some(1));
            drop(receiver);
            assert_eq!(sender.send(3), Err(SendError(3)));
        });
    });
}

#[test]
fn to_wait_for_a_message_is_refused() {
    run(|| {
        let (_sender, receiver) = channel::<()>();
        let why = unwinding(|| why_refused(|| receiver.recv()));
        assert_eq!(why, Refused::Unwinding);
    });
}

#[test]
fn with_a_timeout_the_time_is_up_at_once() {
    run(|| {
        let ran = Counter::default();
        let theirs = ran.clone();
        thread::spawn(move || theirs.add());
        let (_sender, receiver) = channel::<()>();
        for timeout in [Duration::from_secs(1), Duration::MAX] {
            let result = unwinding(|| receiver.recv_timeout(timeout));
            assert_eq!(result, Err(RecvTimeoutError::Timeout));
        }
        assert_eq!(ran.get(), 0, "nobody else has run");
    });
}

#[test]
fn to_wait_for_room_is_refused_and_the_message_is_dropped() {
    for bound in [0, 1] {
        run(move || {
            let dropped = Counter::default();
            let (sender, receiver) = sync_channel(bound);
            for _ in 0..bound {
                assert!(sender.try_send(None).is_ok());
            }
            let message = dropped.on_drop();
            let why = unwinding(|| why_refused(|| sender.send(Some(message))));
            assert_eq!(why, Refused::Unwinding);
            assert_eq!(dropped.get(), 1);
            assert_eq!(receiver.try_iter().count(), bound);
            // Nobody stands in line who is not there.
            assert!(bound == 0 || sender.try_send(None).is_ok());
        });
    }
}

#[test]
fn the_refusal_says_of_which_channel() {
    run(|| {
        let (_sender, receiver) = runtime::sync::mpsc::named_channel::<()>("orders");
        let made_at = line!() - 1;
        let error: SyncError = unwinding(|| super::refused(|| receiver.recv()));
        assert_eq!(
            error.object,
            format!("channel 'orders' ({}:{made_at})", file!())
        );
        let (sender, _receiver) = sync_channel(0);
        let made_at = line!() - 1;
        let error = unwinding(|| super::refused(|| sender.send(1)));
        assert_eq!(
            error.object,
            format!("sync_channel ({}:{made_at})", file!())
        );
    });
}

#[test]
fn others_are_woken_by_what_a_destructor_sends_and_drops() {
    run(|| {
        let (sender, receiver) = channel();
        let waits = thread::spawn(move || receiver.iter().collect::<Vec<_>>());
        thread::yield_now();
        unwinding(|| {
            sender.send(1).unwrap();
            drop(sender);
        });
        assert_eq!(waits.join().unwrap(), [1]);
    });
}

/// It is not in the channel when its destructor runs, nor are the others.
#[test]
fn a_message_may_use_the_channel_in_its_destructor() {
    run(|| {
        let (sender, receiver) = channel();
        let receiver = Rc::new(RefCell::new(Some(receiver)));
        let dropped = Counter::default();
        for _ in 0..3 {
            let (theirs, dropped) = (Rc::clone(&receiver), dropped.clone());
            let clone = sender.clone();
            let message = OnDrop(Box::new(move || {
                dropped.add();
                assert!(theirs.try_borrow().is_err() || theirs.borrow().is_none());
                let none = OnDrop(Box::new(|| ()) as Box<dyn FnMut()>);
                assert!(clone.send(none).is_err(), "there is no receiver");
            }) as Box<dyn FnMut()>);
            sender.send(message).unwrap_or_else(|_| unreachable!());
        }
        let last = receiver.borrow_mut().take();
        drop(last);
        assert_eq!(dropped.get(), 3);
    });
}

#[test]
fn a_panic_in_the_destructor_of_a_message_gets_to_whoever_drops_the_receiver() {
    run(|| {
        let (sender, receiver) = channel();
        let panics = OnDrop(|| resume_unwind(Box::new("in the message")));
        sender.send(Some(panics)).unwrap_or_else(|_| unreachable!());
        let payload = catch_unwind(AssertUnwindSafe(|| drop(receiver)));
        assert_eq!(payload.unwrap_err().downcast_ref(), Some(&"in the message"));
        assert!(sender.send(None).is_err());
    });
}
