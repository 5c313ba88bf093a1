//! Channels outside of runtimes, in one runtime after another, and with ends on
//! other OS threads.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Barrier};
use std::time::Duration;

use runtime::Handle;
use runtime::error::Refused;
use runtime::sync::mpsc::{
    Receiver, RecvError, RecvTimeoutError, SendError, Sender, TryRecvError, TrySendError, channel,
    named_channel, sync_channel,
};
use runtime::thread::{self, Builder};

use super::{refused, why_refused};
use crate::support::{Counter, run};

#[test]
fn outside_what_need_not_wait_works() {
    let (sender, receiver) = sync_channel(1);
    assert_eq!(sender.send(1), Ok(()));
    assert_eq!(sender.try_send(2), Err(TrySendError::Full(2)));
    assert_eq!(receiver.recv(), Ok(1));
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
    drop(sender);
    assert_eq!(receiver.recv(), Err(RecvError));
}

#[test]
fn outside_what_would_have_to_wait_is_refused() {
    let (sender, receiver) = sync_channel(1);
    let dropped = Counter::default();
    assert_eq!(why_refused(|| receiver.recv()), Refused::OutsideRuntime);
    let timeout = Duration::from_secs(1);
    assert_eq!(
        why_refused(|| receiver.recv_timeout(timeout)),
        Refused::OutsideRuntime
    );
    assert!(sender.send(dropped.on_drop()).is_ok());
    let message = dropped.on_drop();
    assert_eq!(
        why_refused(|| sender.send(message)),
        Refused::OutsideRuntime
    );
    assert_eq!(dropped.get(), 1, "the one that was not sent");
    assert!(receiver.recv().is_ok());
}

#[test]
fn the_refusal_is_in_words() {
    let (_sender, receiver) = named_channel::<()>("orders");
    let made_at = line!() - 1;
    let text = refused(|| receiver.recv()).to_string();
    let object = format!("channel 'orders' ({}:{made_at})", file!());
    assert_eq!(
        text,
        format!("cannot wait for {object}: no green thread is running here")
    );
}

#[test]
fn outside_os_threads_may_use_it_in_turn() {
    let (sender, receiver) = channel();
    let threads = [1, 2].map(|message| {
        let sender = sender.clone();
        std::thread::spawn(move || (0..100).for_each(|_| sender.send(message).unwrap()))
    });
    drop(sender);
    threads
        .into_iter()
        .for_each(|thread| thread.join().unwrap());
    let receives = std::thread::spawn(move || receiver.iter().sum::<u32>());
    assert_eq!(receives.join().unwrap(), 300);
}

#[test]
fn what_was_sent_before_a_run_and_between_two_is_received_in_them() {
    let (sender, receiver) = channel();
    sender.send(1).unwrap();
    let (sender, receiver) = run(move || {
        let sub = thread::spawn(move || {
            let first = receiver.recv().unwrap();
            (first, receiver.recv().unwrap(), receiver)
        });
        thread::yield_now();
        sender.send(2).unwrap();
        let (first, second, receiver) = sub.join().unwrap();
        assert_eq!((first, second), (1, 2));
        sender.send(3).unwrap();
        (sender, receiver)
    });
    assert_eq!(receiver.recv(), Ok(3));
    sender.send(4).unwrap();
    let other = std::thread::spawn(move || {
        run(move || {
            assert_eq!(receiver.recv(), Ok(4));
            let sub = thread::spawn(move || receiver.recv());
            thread::yield_now();
            sender.send(5).unwrap();
            assert_eq!(sub.join().unwrap(), Ok(5));
        });
    });
    other.join().unwrap();
}

/// Calls `there` on another OS thread, while a runtime that uses the channel
/// lives on this one.
fn elsewhere<T: Send + 'static>(there: impl FnOnce() -> T + Send + 'static) -> T {
    std::thread::spawn(there).join().unwrap()
}

#[test]
fn on_another_core_it_is_refused_by_name() {
    run(|| {
        let (sender, receiver) = named_channel("orders");
        let made_at = line!() - 1;
        sender.send(1).unwrap();
        let (first, theirs) = (sender.clone(), sender.clone());
        let text = elsewhere(move || {
            let error = refused(|| first.send(2));
            assert_eq!(error.why, Refused::OtherCore);
            error.to_string()
        });
        let object = format!("channel 'orders' ({}:{made_at}) is used by", file!());
        assert!(text.starts_with(&object), "{text}");
        let (theirs, receiver) = elsewhere(move || {
            run(move || {
                assert_eq!(why_refused(|| theirs.send(2)), Refused::OtherCore);
                assert_eq!(why_refused(|| receiver.recv()), Refused::OtherCore);
                assert_eq!(why_refused(|| receiver.try_recv()), Refused::OtherCore);
                let timeout = Duration::from_secs(1);
                assert_eq!(
                    why_refused(|| receiver.recv_timeout(timeout)),
                    Refused::OtherCore
                );
                assert_eq!(
                    format!("{theirs:?} {receiver:?}"),
                    "Sender { .. } Receiver { .. }"
                );
                (theirs, receiver)
            })
        });
        drop(theirs);
        assert_eq!(receiver.recv(), Ok(1));
        assert_eq!(sender.send(3), Ok(()));
        let (sender, _receiver) = sync_channel(1);
        sender.send(1).unwrap();
        elsewhere(move || assert_eq!(why_refused(|| sender.try_send(2)), Refused::OtherCore));
    });
}

#[test]
fn senders_that_are_cloned_and_dropped_elsewhere_count() {
    run(|| {
        let (sender, receiver) = channel();
        sender.send(1).unwrap();
        let clone = elsewhere(move || sender.clone());
        assert_eq!(receiver.recv(), Ok(1));
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
        clone.send(2).unwrap();
        elsewhere(move || drop(clone));
        assert_eq!(receiver.recv(), Ok(2));
        assert_eq!(receiver.recv(), Err(RecvError));
    });
}

/// Drops `end` on another OS thread after others had a turn here.
fn drop_elsewhere_later<T: Send + 'static>(end: T) -> impl FnOnce() {
    let barrier = Arc::new(Barrier::new(2));
    let theirs = Arc::clone(&barrier);
    let door = Handle::current();
    let other = std::thread::spawn(move || {
        theirs.wait();
        drop(end);
        // It keeps the loop from ending in a deadlock meanwhile.
        drop(door);
    });
    thread::spawn(move || {
        barrier.wait();
    });
    move || other.join().unwrap()
}

#[test]
fn whoever_waits_to_receive_hears_of_the_last_sender_that_is_dropped_elsewhere() {
    run(|| {
        let (sender, receiver) = channel::<()>();
        let join = drop_elsewhere_later(sender);
        assert_eq!(receiver.recv(), Err(RecvError));
        join();

        let (sender, receiver) = channel::<()>();
        let join = drop_elsewhere_later(sender);
        let result = receiver.recv_timeout(Duration::MAX);
        assert_eq!(result, Err(RecvTimeoutError::Disconnected));
        join();
    });
}

#[test]
fn whoever_waits_to_send_hears_of_the_receiver_that_is_dropped_elsewhere() {
    for bound in [0, 1] {
        run(move || {
            let (sender, receiver) = sync_channel(bound);
            for message in 0..bound {
                sender.send(message).unwrap();
            }
            let join = drop_elsewhere_later(receiver);
            let theirs = sender.clone();
            let sub = thread::spawn(move || theirs.send(7));
            assert_eq!(sender.send(8), Err(SendError(8)));
            assert_eq!(sub.join().unwrap(), Err(SendError(7)));
            join();
        });
    }
}

/// Sets a flag when it is dropped.
struct Flag(Arc<std::sync::atomic::AtomicU32>);

impl Drop for Flag {
    fn drop(&mut self) {
        self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    }
}

fn flags() -> (impl Fn() -> Flag, impl Fn() -> u32) {
    let count = Arc::new(std::sync::atomic::AtomicU32::new(0));
    let theirs = Arc::clone(&count);
    let dropped = move || count.load(std::sync::atomic::Ordering::Relaxed);
    (move || Flag(Arc::clone(&theirs)), dropped)
}

#[test]
fn what_is_left_by_a_receiver_that_is_dropped_elsewhere_is_dropped_by_the_next_sender() {
    let (flag, dropped) = flags();
    run(move || {
        let (sender, receiver) = channel();
        sender.send(flag()).unwrap_or_else(|_| unreachable!());
        elsewhere(move || drop(receiver));
        assert_eq!(dropped(), 0);
        let error = sender.send(flag()).unwrap_err();
        assert_eq!(dropped(), 1);
        drop(error);
        assert_eq!(dropped(), 2);
    });
}

#[test]
fn what_is_left_by_a_receiver_that_is_dropped_elsewhere_is_dropped_with_the_last_sender() {
    let (flag, dropped) = flags();
    run(move || {
        let (sender, receiver) = channel();
        let clone = sender.clone();
        sender.send(flag()).unwrap_or_else(|_| unreachable!());
        elsewhere(move || drop(receiver));
        drop(sender);
        assert_eq!(dropped(), 0);
        elsewhere(move || drop(clone));
        assert_eq!(dropped(), 1);
    });
}

/// The ends of a channel that a runtime has used, with a message in it.
fn left_over(flag: Flag) -> (Sender<Flag>, Receiver<Flag>) {
    run(move || {
        let (sender, receiver) = channel();
        sender.send(flag).unwrap_or_else(|_| unreachable!());
        (sender, receiver)
    })
}

#[test]
fn after_the_runtime_has_ended_the_ends_may_be_dropped_anywhere() {
    let (flag, dropped) = flags();
    let (sender, receiver) = left_over(flag());
    elsewhere(move || drop(receiver));
    assert_eq!(dropped(), 1);
    assert!(sender.send(flag()).is_err());
    let (sender, receiver) = left_over(flag());
    let sender = elsewhere(move || run(move || (drop(receiver), sender).1));
    assert_eq!(dropped(), 3);
    elsewhere(move || drop(sender));
    let (sender, receiver) = left_over(flag());
    drop(sender);
    assert_eq!(dropped(), 3);
    assert!(receiver.recv().is_ok());
    assert_eq!(dropped(), 4);
}

/// Otherwise the runtime that only drops an end would keep others out.
#[test]
fn to_drop_an_end_is_no_use() {
    let barrier = Arc::new(Barrier::new(2));
    for drop_receiver in [false, true] {
        let (sender, receiver) = channel::<u32>();
        let (kept_sender, kept_receiver, dropped) = match drop_receiver {
            true => (Some(sender), None, (None, Some(receiver))),
            false => (None, Some(receiver), (Some(sender), None)),
        };
        let theirs = Arc::clone(&barrier);
        let other = std::thread::spawn(move || {
            run(move || {
                drop(dropped);
                theirs.wait();
                theirs.wait();
            });
        });
        barrier.wait();
        run(move || {
            if let Some(sender) = kept_sender {
                assert_eq!(sender.send(1), Err(SendError(1)));
            }
            if let Some(receiver) = kept_receiver {
                assert_eq!(receiver.recv(), Err(RecvError));
            }
        });
        barrier.wait();
        other.join().unwrap();
    }
}

/// Nobody is turned away by an OS thread that drops its end just now.
#[test]
fn the_first_use_and_the_drop_of_the_other_end_may_come_together() {
    for _ in 0..300 {
        let barrier = Arc::new(Barrier::new(2));
        let (sender, receiver) = channel::<u32>();
        let (other_sender, other_receiver) = sync_channel::<u32>(0);
        let theirs = Arc::clone(&barrier);
        let other = std::thread::spawn(move || {
            theirs.wait();
            drop(sender);
            drop(other_receiver);
        });
        run(move || {
            let _door = Handle::current();
            barrier.wait();
            assert_eq!(receiver.recv(), Err(RecvError));
            assert_eq!(other_sender.send(1), Err(SendError(1)));
        });
        other.join().unwrap();
    }
}

/// As a worker does who borrows, on OS threads with a scope of their own.
#[test]
fn an_end_that_borrows_may_be_dropped_by_an_os_thread_with_a_scope() {
    run(|| {
        let text = String::from("hello");
        let (sender, receiver) = channel::<&str>();
        sender.send(&text).unwrap();
        std::thread::scope(|scope| {
            let sender = sender.clone();
            scope.spawn(move || drop(sender));
        });
        drop(sender);
        assert_eq!(receiver.iter().collect::<Vec<_>>(), ["hello"]);
    });
}

#[test]
fn a_channel_in_a_static_works_in_one_run_after_another() {
    type Ends = (Sender<u32>, std::sync::Mutex<Receiver<u32>>);
    static ENDS: std::sync::OnceLock<Ends> = std::sync::OnceLock::new();

    let (sender, receiver) = channel();
    assert!(ENDS.set((sender, receiver.into())).is_ok());
    for _ in 0..2 {
        elsewhere(|| {
            run(|| {
                let (sender, receiver) = ENDS.get().unwrap();
                let sub = thread::spawn(|| sender.send(1).unwrap());
                assert_eq!(receiver.lock().unwrap().recv(), Ok(1));
                sub.join().unwrap();
            });
        });
    }
}

/// The message about the end is under way, and there is nobody to read it.
/// Its message is still there, and the one who sent it is nobody in this run.
#[test]
fn a_sender_whose_stack_was_lost_is_not_taken_for_one_of_the_next_run() {
    let (sender, receiver) = sync_channel(0);
    let lost = sender.clone();
    run(move || {
        Builder::new()
            .daemon(true)
            .spawn(move || {
                loop {
                    drop(catch_unwind(AssertUnwindSafe(|| lost.send(1))));
                }
            })
            .unwrap();
        thread::yield_now();
    });
    run(move || {
        let sends = thread::spawn(move || sender.send(2));
        thread::yield_now();
        assert_eq!(receiver.recv(), Ok(1));
        thread::yield_now();
        assert_eq!(receiver.recv(), Ok(2));
        assert_eq!(sends.join().unwrap(), Ok(()));
    });
}

#[test]
fn an_end_that_is_dropped_while_the_runtime_ends_does_no_harm() {
    for _ in 0..100 {
        let (sender, receiver) = channel::<u32>();
        let other = run(move || {
            sender.send(1).unwrap();
            assert_eq!(receiver.recv(), Ok(1));
            let theirs = std::thread::spawn(move || drop(sender));
            assert!(catch_unwind(AssertUnwindSafe(|| receiver.try_recv())).is_ok());
            theirs
        });
        other.join().unwrap();
    }
}
