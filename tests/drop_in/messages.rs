//! Several senders and one receiver, bounded and not, until all have hung up.

use std::time::Duration;

use super::sync::mpsc::{self, RecvTimeoutError, SendError, TryRecvError, TrySendError};
use super::thread;

fn from_many() -> Vec<u32> {
    let (sender, receiver) = mpsc::channel();
    for base in [0, 100, 200] {
        let sender = sender.clone();
        thread::spawn(move || {
            for number in 0..20 {
                sender.send(base + number).unwrap();
                thread::sleep(Duration::from_micros(10));
            }
        });
    }
    drop(sender);
    let mut all: Vec<_> = receiver.into_iter().collect();
    all.sort();
    all
}

fn rendezvous() -> Vec<&'static str> {
    let (sender, receiver) = mpsc::sync_channel(0);
    assert_eq!(sender.try_send("nobody waits"), Err(TrySendError::Full("nobody waits")));
    let thread = thread::spawn(move || {
        for word in ["one", "two", "three"] {
            sender.send(word).unwrap();
        }
    });
    let words = receiver.iter().collect();
    thread.join().unwrap();
    words
}

fn errors() -> Errors {
    let (sender, receiver) = mpsc::channel::<u8>();
    let empty = receiver.try_recv().unwrap_err();
    let timeout = receiver.recv_timeout(Duration::from_millis(1)).unwrap_err();
    drop(sender);
    let disconnected = receiver.try_recv().unwrap_err();
    let (sender, receiver) = mpsc::channel();
    drop(receiver);
    (empty, timeout, disconnected, sender.send(5).unwrap_err())
}

type Errors = (TryRecvError, RecvTimeoutError, TryRecvError, SendError<u8>);

pub(crate) fn run() -> (Vec<u32>, Vec<&'static str>, Errors) {
    (from_many(), rendezvous(), errors())
}
