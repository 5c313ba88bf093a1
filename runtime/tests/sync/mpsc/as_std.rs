//! Each test here is two: with std's channels and OS threads, and with green
//! ones. What holds for the one holds for the other.

/// The tests, with `sync` and `thread` of std and of the runtime.
macro_rules! both {
    ($($tests:tt)*) => {
        mod std_itself {
            use std::{sync, thread};

            fn run<T>(main: impl FnOnce() -> T) -> T {
                main()
            }

            $($tests)*
        }

        mod green {
            use crate::support::run;
            use runtime::{sync, thread};

            $($tests)*
        }
    };
}

// Below the macro, which it uses.
mod values;

both! {
    use std::time::Duration;

    use sync::mpsc::{
        RecvError, RecvTimeoutError, SendError, TryRecvError, TrySendError, channel, sync_channel,
    };

    const A_MOMENT: Duration = Duration::from_millis(1);
    const AN_HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn what_is_sent_is_received() {
        run(|| {
            let (sender, receiver) = channel();
            sender.send(1).unwrap();
            assert_eq!(receiver.recv(), Ok(1));
            let (sender, receiver) = sync_channel(1);
            sender.send(1).unwrap();
            assert_eq!(receiver.recv(), Ok(1));
        });
    }

    #[test]
    fn a_receiver_waits_for_a_message() {
        run(|| {
            let (sender, receiver) = channel();
            let thread = thread::spawn(move || sender.send(1).unwrap());
            assert_eq!(receiver.recv(), Ok(1));
            thread.join().unwrap();
        });
    }

    #[test]
    fn a_message_need_not_be_static() {
        let text = String::from("hello");
        let (sender, receiver) = channel::<&str>();
        sender.send(&text).unwrap();
        assert_eq!(receiver.recv(), Ok("hello"));
    }

    #[test]
    fn without_a_receiver_a_message_comes_back() {
        run(|| {
            let (sender, receiver) = channel();
            drop(receiver);
            assert_eq!(sender.send(1), Err(SendError(1)));
            assert_eq!(sender.clone().send(2), Err(SendError(2)));
            for bound in [0, 1] {
                let (sender, receiver) = sync_channel(bound);
                drop(receiver);
                assert_eq!(sender.send(1), Err(SendError(1)));
                assert_eq!(sender.try_send(2), Err(TrySendError::Disconnected(2)));
            }
        });
    }

    #[test]
    fn an_underscore_drops_the_receiver_at_once() {
        let (sender, _) = channel();
        let _ = sender.send(123);
        assert_eq!(sender.send(123), Err(SendError(123)));
    }

    #[test]
    fn without_senders_what_is_left_is_received_and_then_an_error() {
        run(|| {
            let (sender, receiver) = channel();
            let clone = sender.clone();
            sender.send(1).unwrap();
            clone.send(2).unwrap();
            drop(sender);
            assert_eq!(receiver.recv(), Ok(1));
            drop(clone);
            assert_eq!(receiver.try_recv(), Ok(2));
            assert_eq!(receiver.recv(), Err(RecvError));
            assert_eq!(receiver.try_recv(), Err(TryRecvError::Disconnected));
            assert_eq!(receiver.recv_timeout(A_MOMENT), Err(RecvTimeoutError::Disconnected));
            assert_eq!(receiver.recv(), Err(RecvError));
        });
    }

    #[test]
    fn whoever_waits_to_receive_hears_of_the_end_of_the_last_sender() {
        run(|| {
            let (sender, receiver) = channel::<()>();
            let clone = sender.clone();
            let thread = thread::spawn(move || {
                thread::sleep(A_MOMENT);
                drop(sender);
                thread::sleep(A_MOMENT);
                drop(clone);
            });
            assert_eq!(receiver.recv(), Err(RecvError));
            thread.join().unwrap();
        });
    }

    #[test]
    fn whoever_waits_to_send_gets_the_message_back_when_the_receiver_is_dropped() {
        for bound in [0, 1] {
            run(move || {
                let (sender, receiver) = sync_channel(bound);
                for message in 0..bound {
                    sender.send(message).unwrap();
                }
                let threads = [7, 8].map(|message| {
                    let sender = sender.clone();
                    thread::spawn(move || sender.send(message))
                });
                thread::sleep(A_MOMENT);
                drop(receiver);
                let results = threads.map(|thread| thread.join().unwrap());
                assert_eq!(results, [Err(SendError(7)), Err(SendError(8))]);
            });
        }
    }

    #[test]
    fn a_full_channel_refuses_to_try() {
        run(|| {
            let (sender, receiver) = sync_channel(2);
            assert_eq!(sender.try_send(1), Ok(()));
            assert_eq!(sender.try_send(2), Ok(()));
            assert_eq!(sender.try_send(3), Err(TrySendError::Full(3)));
            assert_eq!(receiver.recv(), Ok(1));
            assert_eq!(sender.try_send(4), Ok(()));
            assert_eq!(receiver.try_iter().collect::<Vec<_>>(), [2, 4]);
        });
    }

    #[test]
    fn with_a_bound_of_0_to_try_succeeds_only_if_a_receiver_waits() {
        run(|| {
            let (sender, receiver) = sync_channel(0);
            assert_eq!(sender.try_send(1), Err(TrySendError::Full(1)));
            let thread = thread::spawn(move || receiver.recv());
            thread::sleep(10 * A_MOMENT);
            assert_eq!(sender.try_send(2), Ok(()));
            assert_eq!(thread.join().unwrap(), Ok(2));
            assert_eq!(sender.try_send(3), Err(TrySendError::Disconnected(3)));
        });
    }

    #[test]
    fn with_a_bound_of_0_a_send_ends_when_its_message_is_received() {
        run(|| {
            let (sender, receiver) = sync_channel(0);
            let thread = thread::spawn(move || {
                let results = (sender.send(1), sender.send(2));
                (results, sender.send(3))
            });
            assert_eq!(receiver.recv(), Ok(1));
            thread::sleep(10 * A_MOMENT);
            assert_eq!(receiver.try_recv(), Ok(2), "it waits");
            drop(receiver);
            assert_eq!(thread.join().unwrap(), ((Ok(()), Ok(())), Err(SendError(3))));
        });
    }

    #[test]
    fn a_timeout_passes_or_the_message_comes_before() {
        run(|| {
            let (sender, receiver) = channel();
            assert_eq!(receiver.recv_timeout(A_MOMENT), Err(RecvTimeoutError::Timeout));
            assert_eq!(receiver.recv_timeout(Duration::ZERO), Err(RecvTimeoutError::Timeout));
            sender.send(1).unwrap();
            assert_eq!(receiver.recv_timeout(Duration::ZERO), Ok(1));
            let thread = thread::spawn(move || sender.send(2).unwrap());
            assert_eq!(receiver.recv_timeout(AN_HOUR), Ok(2));
            thread.join().unwrap();
            assert_eq!(receiver.recv_timeout(AN_HOUR), Err(RecvTimeoutError::Disconnected));
        });
    }

    #[test]
    fn a_timeout_may_be_for_ever() {
        run(|| {
            let (sender, receiver) = channel();
            let thread = thread::spawn(move || {
                thread::sleep(A_MOMENT);
                sender.send(1).unwrap();
            });
            assert_eq!(receiver.recv_timeout(Duration::MAX), Ok(1));
            thread.join().unwrap();
        });
    }

    #[test]
    fn whoever_waits_with_a_timeout_hears_of_the_end_of_the_last_sender() {
        run(|| {
            let (sender, receiver) = channel::<()>();
            let thread = thread::spawn(move || {
                thread::sleep(A_MOMENT);
                drop(sender);
            });
            let result = receiver.recv_timeout(AN_HOUR);
            assert_eq!(result, Err(RecvTimeoutError::Disconnected));
            thread.join().unwrap();
        });
    }

    #[test]
    fn an_iterator_ends_with_the_last_sender() {
        run(|| {
            let (sender, receiver) = channel();
            let thread = thread::spawn(move || (0..5).for_each(|i| sender.send(i).unwrap()));
            let mut all = Vec::new();
            for message in &receiver {
                all.push(message);
                if message == 2 {
                    break;
                }
            }
            all.extend(receiver.iter().take(1));
            all.extend(receiver);
            assert_eq!(all, [0, 1, 2, 3, 4]);
            thread.join().unwrap();
        });
    }

    #[test]
    fn an_owned_iterator_owns_the_receiver() {
        run(|| {
            let (sender, receiver) = channel();
            let mut all = receiver.into_iter();
            sender.send(1).unwrap();
            assert_eq!(all.next(), Some(1));
            drop(all);
            assert_eq!(sender.send(2), Err(SendError(2)));
        });
    }

    #[test]
    fn an_iterator_that_tries_ends_when_the_channel_is_empty() {
        run(|| {
            let (sender, receiver) = channel();
            assert_eq!(receiver.try_iter().next(), None);
            sender.send(1).unwrap();
            sender.send(2).unwrap();
            assert_eq!(receiver.try_iter().collect::<Vec<_>>(), [1, 2]);
            drop(sender);
            assert_eq!(receiver.try_iter().next(), None);
        });
    }
}
