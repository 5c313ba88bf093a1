//! Who goes on, and with which message: those that wait, in the order in which
//! they came, and nobody gets in between.

use std::rc::Rc;
use std::time::Duration;

use runtime::sync::mpsc::{
    RecvError, RecvTimeoutError, TryRecvError, TrySendError, channel, sync_channel,
};
use runtime::thread;
use runtime::time::Instant;

use super::{named, state_of};
use crate::support::{Counter, Journal, current_name, run};

const MOMENT: Duration = Duration::from_micros(10);

#[test]
fn messages_come_out_in_the_order_in_which_they_were_sent() {
    run(|| {
        let (sender, receiver) = channel();
        let threads = [10, 20, 30].map(|tens| {
            let sender = sender.clone();
            thread::spawn(move || {
                for ones in 0..3 {
                    sender.send(tens + ones).unwrap();
                    thread::yield_now();
                }
            })
        });
        drop(sender);
        let order = [10, 20, 30, 11, 21, 31, 12, 22, 32];
        assert_eq!(receiver.iter().collect::<Vec<_>>(), order);
        threads
            .into_iter()
            .for_each(|thread| thread.join().unwrap());
    });
}

#[test]
fn sending_to_a_channel_with_room_lets_nobody_else_run() {
    run(|| {
        let ran = Counter::default();
        let theirs = ran.clone();
        let (sender, receiver) = sync_channel(1);
        let thread = thread::spawn(move || {
            theirs.add();
            receiver.recv()
        });
        sender.send(1).unwrap();
        assert_eq!(ran.get(), 0);
        assert_eq!(thread.join().unwrap(), Ok(1));
    });
}

#[test]
fn senders_that_wait_go_on_in_the_order_in_which_they_came() {
    for bound in [0, 1, 2] {
        run(move || {
            let journal = Journal::default();
            let (sender, receiver) = sync_channel(bound);
            for name in ["a", "b", "c", "d"] {
                let (sender, journal) = (sender.clone(), journal.clone());
                named(name, move || {
                    sender.send(name).unwrap();
                    journal.write(name);
                });
            }
            thread::yield_now();
            let at_once = &["a", "b", "c", "d"][..bound];
            assert_eq!(journal.read(), at_once);
            for (turn, name) in ["a", "b", "c", "d"].into_iter().enumerate() {
                assert_eq!(receiver.recv(), Ok(name));
                thread::yield_now();
                let let_on = ["a", "b", "c", "d"].get(turn + bound).copied();
                assert_eq!(journal.read(), Vec::from_iter(let_on));
            }
        });
    }
}

#[test]
fn whoever_tries_to_send_does_not_overtake_those_that_wait() {
    run(|| {
        let (sender, receiver) = sync_channel(1);
        sender.send(1).unwrap();
        let waits = sender.clone();
        thread::spawn(move || waits.send(2).unwrap());
        thread::yield_now();
        assert_eq!(receiver.recv(), Ok(1));
        // The place belongs to the other one, who has not run since.
        assert_eq!(sender.try_send(3), Err(TrySendError::Full(3)));
        assert_eq!(receiver.recv(), Ok(2));
        assert_eq!(sender.try_send(3), Ok(()));
        assert_eq!(receiver.recv(), Ok(3));
    });
}

/// Two threads share the receiver, one comes after the other.
#[test]
fn receivers_that_wait_go_on_in_the_order_in_which_they_came() {
    run(|| {
        let journal = Journal::default();
        let (sender, receiver) = channel();
        let receiver = Rc::new(receiver);
        let threads = ["first", "second", "third"].map(|name| {
            let (receiver, journal) = (Rc::clone(&receiver), journal.clone());
            named(name, move || {
                let message: u32 = receiver.recv().unwrap();
                journal.write(format!("{} {message}", current_name()));
            })
        });
        thread::yield_now();
        (1..=3).for_each(|message| sender.send(message).unwrap());
        threads
            .into_iter()
            .for_each(|thread| thread.join().unwrap());
        assert_eq!(journal.read(), ["first 1", "second 2", "third 3"]);
    });
}

#[test]
fn whoever_comes_later_does_not_get_the_message_of_one_who_was_let_on() {
    run(|| {
        let (sender, receiver) = channel();
        let receiver = Rc::new(receiver);
        let theirs = Rc::clone(&receiver);
        let waits = thread::spawn(move || theirs.recv());
        thread::yield_now();
        sender.send(1).unwrap();
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
        let late = receiver.recv_timeout(Duration::ZERO);
        assert_eq!(late, Err(RecvTimeoutError::Timeout));
        assert_eq!(waits.join().unwrap(), Ok(1));
    });
}

#[test]
fn a_bound_of_0_hands_one_message_to_each_receiver_that_waits_and_no_more() {
    run(|| {
        let (sender, receiver) = sync_channel(0);
        let receiver = Rc::new(receiver);
        let threads = [1, 2].map(|_| {
            let receiver = Rc::clone(&receiver);
            thread::spawn(move || receiver.recv().unwrap())
        });
        thread::yield_now();
        assert_eq!(sender.try_send(1), Ok(()));
        assert_eq!(sender.try_send(2), Ok(()));
        assert_eq!(sender.try_send(3), Err(TrySendError::Full(3)));
        assert_eq!(threads.map(|thread| thread.join().unwrap()), [1, 2]);
        assert_eq!(sender.try_send(4), Err(TrySendError::Full(4)));
    });
}

#[test]
fn a_bound_of_0_takes_turns() {
    run(|| {
        let journal = Journal::default();
        let theirs = journal.clone();
        let (sender, receiver) = sync_channel(0);
        let thread = thread::spawn(move || {
            for message in 0..3 {
                sender.send(message).unwrap();
                theirs.write(format!("sent {message}"));
            }
        });
        for message in receiver {
            journal.write(format!("received {message}"));
        }
        thread.join().unwrap();
        // Each comes back from its call and goes on to the next one.
        let order = [
            "sent 0",
            "received 0",
            "received 1",
            "sent 1",
            "sent 2",
            "received 2",
        ];
        assert_eq!(journal.read(), order);
    });
}

#[test]
fn all_that_wait_to_receive_hear_of_the_end_of_the_last_sender() {
    run(|| {
        let (sender, receiver) = channel();
        let receiver = Rc::new(receiver);
        let threads = [1, 2, 3].map(|_| {
            let receiver = Rc::clone(&receiver);
            thread::spawn(move || receiver.recv())
        });
        thread::yield_now();
        sender.send(1).unwrap();
        drop(sender);
        let results = threads.map(|thread| thread.join().unwrap());
        assert_eq!(results, [Ok(1), Err(RecvError), Err(RecvError)]);
    });
}

#[test]
fn a_timeout_passes_in_virtual_time() {
    run(|| {
        let (sender, receiver) = channel::<()>();
        let before = Instant::now();
        let hour = Duration::from_secs(3600);
        assert_eq!(receiver.recv_timeout(hour), Err(RecvTimeoutError::Timeout));
        let late = before.elapsed() - hour;
        assert!(late <= Duration::from_micros(2), "{late:?}");
        drop(sender);
    });
}

/// As with std, which looks once more before it gives up.
#[test]
fn a_message_that_comes_after_the_time_was_up_and_before_the_thread_runs_is_received() {
    run(|| {
        let (sender, receiver) = channel();
        let waits = named("waits", move || {
            let first = receiver.recv_timeout(MOMENT);
            (first, receiver.recv_timeout(MOMENT))
        });
        thread::yield_now();
        assert_eq!(state_of("waits"), "Waiting");
        while state_of("waits") != "Ready" {
            thread::yield_now();
        }
        sender.send(1).unwrap();
        let results = waits.join().unwrap();
        assert_eq!(results, (Ok(1), Err(RecvTimeoutError::Timeout)));
    });
}

#[test]
fn who_has_waited_too_long_does_not_stand_in_line_any_more() {
    run(|| {
        let (sender, receiver) = sync_channel(0);
        let receiver = Rc::new(receiver);
        let theirs = Rc::clone(&receiver);
        let gives_up = thread::spawn(move || theirs.recv_timeout(MOMENT));
        assert_eq!(gives_up.join().unwrap(), Err(RecvTimeoutError::Timeout));
        assert_eq!(sender.try_send(1), Err(TrySendError::Full(1)));
        let theirs = Rc::clone(&receiver);
        let stays = thread::spawn(move || theirs.recv());
        thread::yield_now();
        assert_eq!(sender.try_send(2), Ok(()));
        assert_eq!(stays.join().unwrap(), Ok(2));
    });
}

/// Green threads stay on their core, and so does an `Rc`.
#[test]
fn a_message_need_not_be_send() {
    run(|| {
        let (sender, receiver) = channel();
        let shared = Rc::new(5);
        let theirs = Rc::clone(&shared);
        thread::spawn(move || sender.send(theirs).unwrap());
        assert!(Rc::ptr_eq(&receiver.recv().unwrap(), &shared));
    });
}
