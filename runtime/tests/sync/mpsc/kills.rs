//! What becomes of the message when a thread is killed while it waits at one of
//! the ends.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use runtime::sync::mpsc::{
    RecvError, SendError, TryRecvError, TrySendError, channel, sync_channel,
};
use runtime::thread;

use super::was_killed;
use crate::support::{Counter, Journal, OnDrop, run};

#[test]
fn a_sender_that_is_killed_while_it_waits_drops_its_message_as_itself() {
    for bound in [0, 1] {
        run(move || {
            let journal = Journal::default();
            let (sender, receiver) = sync_channel(bound);
            for _ in 0..bound {
                assert!(sender.try_send(None).is_ok());
            }
            let (theirs, message) = (sender.clone(), journal.who_drops());
            let killed = super::named("killed", move || theirs.send(Some(message)).is_ok());
            thread::yield_now();
            killed.thread().kill();
            assert_eq!(journal.read(), [""; 0]);
            was_killed(killed);
            assert_eq!(journal.read(), ["killed"]);
            assert_eq!(receiver.try_iter().count(), bound, "and is not received");
        });
    }
}

#[test]
fn those_behind_a_sender_that_was_killed_go_on_as_before() {
    for bound in [0, 1] {
        for kill in [&[0][..], &[1], &[2], &[0, 1], &[1, 2], &[0, 2], &[2, 1, 0]] {
            run(move || {
                let (sender, receiver) = sync_channel(bound);
                for _ in 0..bound {
                    sender.send(9).unwrap();
                }
                let mut threads = [0, 1, 2].map(|message| {
                    let sender = sender.clone();
                    Some(thread::spawn(move || sender.send(message).unwrap()))
                });
                thread::yield_now();
                for &who in kill {
                    let thread = threads[who].take().unwrap();
                    thread.thread().kill();
                    was_killed(thread);
                }
                let late = sender.clone();
                let late = thread::spawn(move || late.send(3).unwrap());
                drop(sender);
                thread::yield_now();
                let expected: Vec<_> = (0..4).filter(|who| !kill.contains(who)).collect();
                let received: Vec<_> = receiver.into_iter().skip(bound).collect();
                assert_eq!(received, expected);
                late.join().unwrap();
                threads
                    .into_iter()
                    .flatten()
                    .for_each(|thread| thread.join().unwrap());
            });
        }
    }
}

/// The kill is on its way, and the receiver is faster.
#[test]
fn a_message_may_be_received_after_its_sender_was_killed_and_before_that_runs() {
    for bound in [0, 1] {
        run(move || {
            let dropped = Counter::default();
            let (sender, receiver) = sync_channel(bound);
            for _ in 0..bound {
                assert!(sender.try_send(None).is_ok());
            }
            let threads = [1, 2].map(|_| {
                let (sender, message) = (sender.clone(), dropped.on_drop());
                thread::spawn(move || sender.send(Some(message)).is_ok())
            });
            thread::yield_now();
            let [killed, next] = threads;
            killed.thread().kill();
            let before = receiver.try_iter().take(bound).count();
            assert_eq!((before, dropped.get()), (bound, 0));
            assert!(receiver.recv().unwrap().is_some());
            assert_eq!(dropped.get(), 1);
            was_killed(killed);
            // It was not let on in place of the other.
            assert!(receiver.recv().unwrap().is_some());
            assert!(next.join().unwrap());
            assert_eq!(dropped.get(), 2);
        });
    }
}

#[test]
fn a_sender_that_is_killed_after_its_message_was_received_has_sent_it() {
    run(|| {
        let dropped = Counter::default();
        let message = dropped.on_drop();
        let (sender, receiver) = sync_channel(0);
        let killed = thread::spawn(move || sender.send(message).is_ok());
        thread::yield_now();
        let received = receiver.recv();
        killed.thread().kill();
        was_killed(killed);
        assert_eq!(dropped.get(), 0);
        drop(received);
        assert_eq!(dropped.get(), 1);
        assert!(matches!(receiver.recv(), Err(RecvError)));
    });
}

#[test]
fn a_sender_that_is_killed_after_the_receiver_was_dropped_drops_its_message() {
    run(|| {
        let journal = Journal::default();
        let message = journal.who_drops();
        let (sender, receiver) = sync_channel(0);
        let killed = super::named("killed", move || sender.send(message).is_ok());
        thread::yield_now();
        drop(receiver);
        killed.thread().kill();
        was_killed(killed);
        assert_eq!(journal.read(), ["killed"]);
    });
}

#[test]
fn a_receiver_that_is_killed_while_it_waits_leaves_the_line() {
    run(|| {
        let (sender, receiver) = sync_channel(0);
        let receiver = Rc::new(receiver);
        let threads = [1, 2].map(|_| {
            let receiver = Rc::clone(&receiver);
            thread::spawn(move || receiver.recv())
        });
        thread::yield_now();
        let [killed, other] = threads;
        killed.thread().kill();
        assert_eq!(sender.try_send(1), Ok(()), "for the other");
        assert_eq!(sender.try_send(2), Err(TrySendError::Full(2)));
        was_killed(killed);
        assert_eq!(other.join().unwrap(), Ok(1));
    });
}

#[test]
fn a_receiver_that_is_killed_after_it_was_let_on_leaves_the_message_to_the_next() {
    run(|| {
        let (sender, receiver) = channel();
        let receiver = Rc::new(receiver);
        let threads = [1, 2].map(|_| {
            let receiver = Rc::clone(&receiver);
            thread::spawn(move || receiver.recv())
        });
        thread::yield_now();
        sender.send(1).unwrap();
        let [killed, next] = threads;
        killed.thread().kill();
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
        was_killed(killed);
        assert_eq!(next.join().unwrap(), Ok(1));
    });
}

#[test]
fn a_receiver_that_is_killed_after_it_was_let_on_leaves_the_message_in_the_channel() {
    for bound in [0, 1] {
        run(move || {
            let (sender, receiver) = sync_channel(bound);
            let receiver = Rc::new(receiver);
            let theirs = Rc::clone(&receiver);
            let killed = thread::spawn(move || theirs.recv());
            thread::yield_now();
            sender.send(1).unwrap();
            killed.thread().kill();
            was_killed(killed);
            // There it fills the place of one that can wait.
            assert_eq!(sender.try_send(2), Err(TrySendError::Full(2)));
            let waits = thread::spawn(move || sender.send(3).unwrap());
            thread::yield_now();
            assert_eq!(receiver.try_recv(), Ok(1));
            assert_eq!(receiver.recv(), Ok(3));
            waits.join().unwrap();
        });
    }
}

#[test]
fn a_receiver_that_is_killed_after_the_last_sender_was_dropped_takes_nothing_along() {
    run(|| {
        let (sender, receiver) = channel();
        let receiver = Rc::new(receiver);
        let threads = [1, 2].map(|_| {
            let receiver = Rc::clone(&receiver);
            thread::spawn(move || receiver.recv())
        });
        thread::yield_now();
        sender.send(1).unwrap();
        drop(sender);
        let [has_message, hears_of_the_end] = threads;
        has_message.thread().kill();
        was_killed(has_message);
        assert_eq!(hears_of_the_end.join().unwrap(), Ok(1));
        assert_eq!(receiver.recv(), Err(RecvError));
    });
}

/// When the kill has been caught, the channel is as before.
#[test]
fn a_killed_thread_that_goes_on_can_send_and_receive_without_waiting() {
    run(|| {
        let (sender, receiver) = sync_channel(1);
        let swallows = thread::spawn(move || {
            sender.send(1).unwrap();
            assert!(catch_unwind(AssertUnwindSafe(|| sender.send(2))).is_err());
            assert_eq!(receiver.recv(), Ok(1));
            assert_eq!(sender.send(3), Ok(()));
            assert_eq!(receiver.recv(), Ok(3));
            assert!(catch_unwind(AssertUnwindSafe(|| receiver.recv())).is_err());
            "done"
        });
        thread::yield_now();
        swallows.thread().kill();
        assert_eq!(swallows.join().unwrap(), "done");
    });
}

#[test]
fn the_ends_of_a_killed_thread_are_dropped_as_it_unwinds() {
    run(|| {
        let (sender, receiver) = channel::<()>();
        let sends = thread::spawn(move || {
            let _sender = sender;
            thread::park();
        });
        let (other_sender, other_receiver) = sync_channel(0);
        let receives = thread::spawn(move || {
            let _receiver = other_receiver;
            thread::park();
        });
        let waits = thread::spawn(move || other_sender.send(7));
        thread::yield_now();
        sends.thread().kill();
        receives.thread().kill();
        assert_eq!(receiver.recv(), Err(RecvError));
        assert_eq!(waits.join().unwrap(), Err(SendError(7)));
        was_killed(sends);
        was_killed(receives);
    });
}

/// Daemons are killed when the program is over, the newest first.
#[test]
fn daemons_that_wait_on_each_other_end_with_the_program() {
    let dropped = Counter::default();
    let message = dropped.on_drop();
    run(move || {
        let (sender, receiver) = sync_channel(0);
        let (other_sender, other_receiver) = channel::<()>();
        let daemon = |body: Box<dyn FnOnce()>| {
            let builder = thread::Builder::new().daemon(true);
            drop(builder.spawn(body).unwrap());
        };
        daemon(Box::new(move || {
            let _receiver = receiver;
            let _ = other_receiver.recv();
        }));
        daemon(Box::new(move || {
            let _sender = other_sender;
            let _ = sender.send(message);
        }));
        thread::yield_now();
    });
    assert_eq!(dropped.get(), 1);
}

/// Its message is still there in the next run, where another thread has its
/// number.
#[test]
fn a_sender_whose_stack_was_given_up_is_not_taken_for_another() {
    let receiver = run(|| {
        let (sender, receiver) = sync_channel(0);
        let stubborn = move || {
            loop {
                let _ = catch_unwind(AssertUnwindSafe(|| sender.send("left over")));
            }
        };
        let builder = thread::Builder::new().daemon(true);
        drop(builder.spawn(stubborn).unwrap());
        thread::yield_now();
        receiver
    });
    run(move || {
        let (sender, other) = channel();
        let waits = thread::spawn(move || other.recv());
        thread::yield_now();
        assert_eq!(receiver.recv(), Ok("left over"));
        thread::yield_now();
        sender.send(1).unwrap();
        assert_eq!(waits.join().unwrap(), Ok(1));
    });
}

#[test]
fn a_destructor_may_send_and_receive_without_waiting_while_a_kill_unwinds() {
    run(|| {
        let (sender, receiver) = channel();
        let (own_sender, own_receiver) = channel();
        let killed = thread::spawn(move || {
            let _last_words = OnDrop(move || {
                own_sender.send("last").unwrap();
                sender.send(own_receiver.recv().unwrap()).unwrap();
            });
            thread::park();
        });
        thread::yield_now();
        killed.thread().kill();
        assert_eq!(receiver.recv(), Ok("last"));
        was_killed(killed);
    });
}
