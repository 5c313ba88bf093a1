//! What becomes of messages and ends as values: drops, errors, traits.

both! {
    use std::fmt::Debug;
    use std::panic::{RefUnwindSafe, UnwindSafe};

    use sync::Arc;
    use sync::atomic::{AtomicU32, Ordering};
    use sync::mpsc::{
        IntoIter, Iter, Receiver, RecvError, RecvTimeoutError, SendError, Sender, SyncSender,
        TryIter, TryRecvError, TrySendError, channel, sync_channel,
    };

    /// Counts itself when it is dropped.
    #[derive(Debug)]
    struct Counted(Arc<AtomicU32>);

    impl Drop for Counted {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// So many that count, and the count.
    fn counted<const N: usize>() -> ([Counted; N], impl Fn() -> u32) {
        let count = Arc::new(AtomicU32::new(0));
        let counted = [(); N].map(|()| Counted(Arc::clone(&count)));
        (counted, move || count.load(Ordering::Relaxed))
    }

    #[test]
    fn messages_that_nobody_has_received_are_dropped_with_the_receiver() {
        run(|| {
            let ([first, second, third], dropped) = counted();
            let (sender, receiver) = channel();
            for message in [first, second, third] {
                sender.send(message).unwrap();
            }
            drop(receiver.recv());
            assert_eq!(dropped(), 1);
            drop(receiver);
            assert_eq!(dropped(), 3);
            drop(sender);
            assert_eq!(dropped(), 3);
        });
    }

    #[test]
    fn messages_that_nobody_has_received_outlive_the_senders() {
        run(|| {
            let ([message], dropped) = counted();
            let (sender, receiver) = sync_channel(1);
            sender.send(message).unwrap();
            drop(sender);
            assert_eq!(dropped(), 0);
            drop(receiver);
            assert_eq!(dropped(), 1);
        });
    }

    #[test]
    fn a_message_in_an_error_is_dropped_with_it() {
        let ([first, second], dropped) = counted();
        let (sender, receiver) = channel();
        drop(receiver);
        let error = sender.send(first).unwrap_err();
        assert_eq!(dropped(), 0);
        drop(error);
        assert_eq!(dropped(), 1);
        drop(sender.send(second));
        assert_eq!(dropped(), 2);
    }

    /// The message would keep the channel alive, and the channel the message.
    #[test]
    fn a_sender_may_lie_in_its_own_channel() {
        struct Message(Option<Sender<Message>>, #[expect(dead_code)] Counted);

        let ([counted], dropped) = counted();
        let (sender, receiver) = channel();
        let clone = sender.clone();
        assert!(sender.send(Message(Some(clone), counted)).is_ok());
        drop(receiver);
        assert_eq!(dropped(), 1);
        let Message(own, _) = sender.send(Message(None, counted_one())).unwrap_err().0;
        assert!(own.is_none());
    }

    fn counted_one() -> Counted {
        let ([one], _) = counted();
        one
    }

    #[test]
    fn a_channel_may_be_sent_through_a_channel() {
        run(|| {
            let (sender, receiver) = channel::<(u32, Sender<u32>)>();
            let thread = thread::spawn(move || {
                for (number, reply) in receiver {
                    reply.send(number * number).unwrap();
                }
            });
            let (reply, answer) = channel();
            sender.send((7, reply)).unwrap();
            assert_eq!(answer.recv(), Ok(49));
            drop(sender);
            thread.join().unwrap();
        });
    }

    #[test]
    fn senders_may_be_shared_by_reference() {
        run(|| {
            let (sender, receiver) = sync_channel(0);
            thread::scope(|scope| {
                for i in 0..4 {
                    let sender = &sender;
                    scope.spawn(move || sender.send(i).unwrap());
                }
                let mut all: Vec<_> = receiver.iter().take(4).collect();
                all.sort();
                assert_eq!(all, [0, 1, 2, 3]);
            });
        });
    }

    #[test]
    fn a_channel_of_nothing_counts() {
        run(|| {
            let (sender, receiver) = channel();
            (0..1000).for_each(|_| sender.send(()).unwrap());
            drop(sender);
            assert_eq!(receiver.iter().count(), 1000);
        });
    }

    #[test]
    fn ends_are_shown_without_what_is_in_the_channel() {
        let (sender, receiver) = channel::<u32>();
        assert_eq!(format!("{sender:?}"), "Sender { .. }");
        assert_eq!(format!("{receiver:?}"), "Receiver { .. }");
        let (sender, receiver) = sync_channel::<u32>(1);
        assert_eq!(format!("{sender:?}"), "SyncSender { .. }");
        let iter = format!("{:?}", receiver.iter());
        assert_eq!(iter, "Iter { rx: Receiver { .. } }");
        let try_iter = format!("{:?}", receiver.try_iter());
        assert_eq!(try_iter, "TryIter { rx: Receiver { .. } }");
        let into_iter = format!("{:?}", receiver.into_iter());
        assert_eq!(into_iter, "IntoIter { rx: Receiver { .. } }");
    }

    #[test]
    fn errors_say_the_same() {
        let errors = [
            SendError(1).to_string(),
            TrySendError::Full(1).to_string(),
            TrySendError::Disconnected(1).to_string(),
            RecvError.to_string(),
            TryRecvError::Empty.to_string(),
            RecvTimeoutError::Timeout.to_string(),
            TrySendError::from(SendError(1)).to_string(),
            TryRecvError::from(RecvError).to_string(),
            RecvTimeoutError::from(RecvError).to_string(),
        ];
        let stds = [
            std::sync::mpsc::SendError(1).to_string(),
            std::sync::mpsc::TrySendError::Full(1).to_string(),
            std::sync::mpsc::TrySendError::Disconnected(1).to_string(),
            std::sync::mpsc::RecvError.to_string(),
            std::sync::mpsc::TryRecvError::Empty.to_string(),
            std::sync::mpsc::RecvTimeoutError::Timeout.to_string(),
            std::sync::mpsc::TrySendError::Disconnected(1).to_string(),
            std::sync::mpsc::TryRecvError::Disconnected.to_string(),
            std::sync::mpsc::RecvTimeoutError::Disconnected.to_string(),
        ];
        assert_eq!(errors, stds);
    }

    /// Compiles.
    #[test]
    fn the_ends_have_the_same_traits() {
        fn sender<T: Send + Sync + Clone + Debug + UnwindSafe + RefUnwindSafe + Unpin>() {}
        fn receiver<T: Send + Debug + UnwindSafe + RefUnwindSafe + Unpin>() {}
        fn into<T: IntoIterator<Item = u32>>() {}
        fn iterator<T: Iterator<Item = u32> + Debug>() {}

        // A `Cell` is `Send` and neither `Sync` nor `Clone`.
        sender::<Sender<std::cell::Cell<u32>>>();
        sender::<SyncSender<std::cell::Cell<u32>>>();
        receiver::<Receiver<std::cell::Cell<u32>>>();
        into::<Receiver<u32>>();
        into::<&'static Receiver<u32>>();
        iterator::<Iter<'static, u32>>();
        iterator::<TryIter<'static, u32>>();
        iterator::<IntoIter<u32>>();
    }
}

mod not {
    use std::cell::Cell;
    use std::rc::Rc;

    use runtime::sync::mpsc::{Receiver, Sender, SyncSender};

    struct HasIt;

    /// Does not compile for a type that has the trait: there are two `check` then.
    macro_rules! not {
        ($type:ty: $trait:ident) => {{
            trait Check<Marker> {
                fn check() {}
            }
            impl<T: ?Sized> Check<()> for T {}
            impl<T: ?Sized + $trait> Check<HasIt> for T {}
            <$type as Check<_>>::check();
        }};
    }

    #[test]
    fn what_is_not_send_keeps_the_ends_on_their_os_thread() {
        not!(Sender<Rc<u32>>: Send);
        not!(Sender<Rc<u32>>: Sync);
        not!(SyncSender<Rc<u32>>: Send);
        not!(SyncSender<Rc<u32>>: Sync);
        not!(Receiver<Rc<u32>>: Send);
        not!(Receiver<Cell<u32>>: Sync);
        not!(Receiver<u32>: Sync);
    }
}
