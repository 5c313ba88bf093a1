//! Channels: `std::sync::mpsc`, for green threads. Any number of senders, one
//! receiver, and the messages come out in the order in which they were sent.
//!
//! ```
//! use runtime::sync::mpsc;
//! use runtime::thread;
//!
//! runtime::run(|| {
//!     let (sender, receiver) = mpsc::channel();
//!     for number in 0..3 {
//!         let sender = sender.clone();
//!         thread::spawn(move || sender.send(number * number).unwrap());
//!     }
//!     drop(sender);
//!     assert_eq!(receiver.iter().collect::<Vec<_>>(), [0, 1, 4]);
//! });
//! ```
//!
//! There are two kinds. A [`channel`] has room for any number of messages, so
//! that sending never waits. A [`sync_channel`] has room for `bound` of them; who
//! sends more waits until somebody has received one. With a bound of 0 each
//! `send` waits until its message is received: the two threads meet.
//!
//! A channel ends from either side. When the receiver is dropped, sending fails
//! and gives the message back. When the last sender is dropped, the receiver gets
//! what is left in the channel, and then an error.
//!
//! **Fairness.** Those that wait at one end go on in the order in which they
//! came. Threads can share a receiver by way of an `Rc`; one that waits is handed
//! the next message, and whoever comes later does not get in between.
//!
//! **Cost.** Sending, receiving and dropping an end take constant time; but to drop
//! the last of a kind takes time in proportion to the messages that are left, or to
//! those that wait. Waiting takes no memory but the message's own; receivers that go on
//! because no sender is left are written down until they run. The memory for messages
//! grows to the most that there were at a time, and goes with the channel.
//!
//! What differs from std:
//!
//! - `T` need not be `Send` for channels between green threads.
//! - One runtime at a time can send and receive; for others that is refused with
//!   a panic, whose payload is a [`SyncError`](crate::error::SyncError). An end
//!   may be cloned and dropped on any OS thread; but if the receiver is dropped
//!   while a runtime on another OS thread uses the channel, the messages that are
//!   left are dropped there, when the next `send` fails or with the last sender.
//! - While a thread unwinds it can send and receive as long as it need not wait.
//!   What would have to wait panics with a `SyncError`, and a message that was to
//!   be sent is dropped with that panic; `recv_timeout` and `send_timeout` give
//!   `Timeout` at once.
//! - A thread that is killed while it waits to send takes its message along,
//!   unless that is received before the thread comes to run. One that is killed
//!   while it waits to receive leaves the message to the next.
//! - A channel can have a name, by which reports call it: [`named_channel`].

use std::cell::Cell;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

pub use std::sync::mpsc::{RecvError, RecvTimeoutError, SendError, TryRecvError, TrySendError};

mod channel;
mod iter;
mod messages;
mod send_timeout;
#[allow(unsafe_code)]
mod shared;
mod traits;

pub use iter::{IntoIter, Iter, TryIter};
pub use send_timeout::SendTimeoutError;

use crate::quantum::safe_point;
pub(crate) use channel::Channel;
use shared::{Sending, Shared};

/// A channel with room for any number of messages.
///
/// ```
/// use runtime::sync::mpsc::channel;
/// use runtime::thread;
///
/// runtime::run(|| {
///     let (sender, receiver) = channel();
///     thread::spawn(move || sender.send("hello").unwrap());
///     assert_eq!(receiver.recv(), Ok("hello"));
/// });
/// ```
// ANCHOR: channel
#[must_use]
#[track_caller]
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    unbounded(None)
}
// ANCHOR_END: channel

/// A [`channel`] with a name, by which reports call it.
///
/// It is a function beside `channel`, because the two ends are made together and
/// neither is the channel.
///
/// ```
/// use runtime::sync::mpsc::named_channel;
///
/// runtime::run(|| {
///     let (sender, receiver) = named_channel("orders");
///     sender.send(1).unwrap();
///     assert_eq!(receiver.recv(), Ok(1));
/// });
/// ```
// ANCHOR: named_channel
#[must_use]
#[track_caller]
pub fn named_channel<T>(name: &'static str) -> (Sender<T>, Receiver<T>) {
    unbounded(Some(name))
}
// ANCHOR_END: named_channel

/// A channel with room for `bound` messages; with 0, a place where sender and
/// receiver meet.
///
/// ```
/// use runtime::sync::mpsc::sync_channel;
/// use runtime::thread;
///
/// runtime::run(|| {
///     let (sender, receiver) = sync_channel(1);
///     sender.send(1).unwrap();
///     thread::spawn(move || sender.send(2).unwrap()); // waits for room
///     assert_eq!(receiver.recv(), Ok(1));
///     assert_eq!(receiver.recv(), Ok(2));
/// });
/// ```
// ANCHOR: sync_channel
#[must_use]
#[track_caller]
pub fn sync_channel<T>(bound: usize) -> (SyncSender<T>, Receiver<T>) {
    bounded(None, bound)
}
// ANCHOR_END: sync_channel

/// A [`sync_channel`] with a name, by which reports call it.
///
/// ```
/// use runtime::sync::mpsc::{TrySendError, named_sync_channel};
///
/// runtime::run(|| {
///     let (sender, _receiver) = named_sync_channel("orders", 1);
///     assert_eq!(sender.try_send('a'), Ok(()));
///     assert_eq!(sender.try_send('b'), Err(TrySendError::Full('b')));
/// });
/// ```
// ANCHOR: named_sync_channel
#[must_use]
#[track_caller]
pub fn named_sync_channel<T>(name: &'static str, bound: usize) -> (SyncSender<T>, Receiver<T>) {
    bounded(Some(name), bound)
}

#[track_caller]
fn unbounded<T>(name: Option<&'static str>) -> (Sender<T>, Receiver<T>) {
    let (end, receiver) = ends(Shared::new("channel", name, usize::MAX));
    (Sender { end }, receiver)
}

#[track_caller]
fn bounded<T>(name: Option<&'static str>, bound: usize) -> (SyncSender<T>, Receiver<T>) {
    let (end, receiver) = ends(Shared::new("sync_channel", name, bound));
    (SyncSender { end }, receiver)
}

fn ends<T>(shared: Shared<T>) -> (Sending<T>, Receiver<T>) {
    let shared = Arc::new(shared);
    let receiver = Receiver {
        shared: Arc::clone(&shared),
        not_sync: PhantomData,
    };
    (Sending::first(shared), receiver)
}
// ANCHOR_END: named_sync_channel

/// The end of a [`channel`] that sends. Clones send to the same receiver.
///
/// ```
/// let (sender, receiver) = runtime::sync::mpsc::channel();
/// let other = sender.clone();
/// sender.send(1).unwrap();
/// other.send(2).unwrap();
/// assert_eq!([receiver.recv(), receiver.recv()], [Ok(1), Ok(2)]);
/// ```
// ANCHOR: sender
pub struct Sender<T> {
    end: Sending<T>,
}
// ANCHOR_END: sender

/// The end of a [`sync_channel`] that sends. Clones send to the same receiver.
///
/// ```
/// let (sender, receiver) = runtime::sync::mpsc::sync_channel(1);
/// sender.send(1).unwrap();
/// assert!(sender.try_send(2).is_err(), "there is room for one");
/// assert_eq!(receiver.recv(), Ok(1));
/// ```
// ANCHOR: sync_sender
pub struct SyncSender<T> {
    end: Sending<T>,
}
// ANCHOR_END: sync_sender

/// The end of a channel that receives.
///
/// ```
/// let (sender, receiver) = runtime::sync::mpsc::channel();
/// drop(receiver);
/// assert!(sender.send(1).is_err());
/// ```
// ANCHOR: receiver
pub struct Receiver<T> {
    shared: Arc<Shared<T>>,
    /// As in std, whatever `T` is.
    not_sync: PhantomData<Cell<()>>,
}
// ANCHOR_END: receiver

impl<T> Sender<T> {
    /// Sends a message, without ever waiting. That it was sent does not mean that
    /// it will be received: the receiver may be dropped before.
    ///
    /// # Errors
    ///
    /// If the receiver was dropped. The message is inside the error.
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) on another core. The message
    /// is dropped.
    ///
    /// ```
    /// use runtime::sync::mpsc::{SendError, channel};
    ///
    /// runtime::run(|| {
    ///     let (sender, receiver) = channel();
    ///     assert_eq!(sender.send(1), Ok(()));
    ///     drop(receiver);
    ///     assert_eq!(sender.send(2), Err(SendError(2)));
    /// });
    /// ```
    // ANCHOR: send
    #[inline(always)]
    #[track_caller]
    pub fn send(&self, message: T) -> Result<(), SendError<T>> {
        safe_point();
        self.end.send_at_once(message)
    }
    // ANCHOR_END: send
}

impl<T> SyncSender<T> {
    /// Sends a message. Waits, after those that came before, as long as the
    /// channel is full; with a bound of 0, until a receiver takes the message.
    ///
    /// # Errors
    ///
    /// If the receiver was dropped, before or meanwhile. The message is inside
    /// the error.
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) if it would have to wait where
    /// it cannot, and on another core. The message is dropped.
    ///
    /// ```
    /// use runtime::sync::mpsc::{SendError, sync_channel};
    /// use runtime::thread;
    ///
    /// runtime::run(|| {
    ///     let (sender, receiver) = sync_channel(0);
    ///     let meeting = thread::spawn(move || (sender.send(1), sender.send(2)));
    ///     assert_eq!(receiver.recv(), Ok(1));
    ///     drop(receiver);
    ///     assert_eq!(meeting.join().unwrap(), (Ok(()), Err(SendError(2))));
    /// });
    /// ```
    // ANCHOR: sync_send
    #[inline(always)]
    #[track_caller]
    pub fn send(&self, message: T) -> Result<(), SendError<T>> {
        safe_point();
        self.end.send(message)
    }
    // ANCHOR_END: sync_send

    /// Sends a message if nobody has to wait for that: if the channel has room,
    /// or a receiver waits that no other message is meant for.
    ///
    /// # Errors
    ///
    /// If the channel is full, or the receiver was dropped. The message is inside
    /// the error.
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) on another core. The message
    /// is dropped.
    ///
    /// ```
    /// use runtime::sync::mpsc::{TrySendError, sync_channel};
    /// use runtime::thread;
    ///
    /// runtime::run(|| {
    ///     let (sender, receiver) = sync_channel(0);
    ///     assert_eq!(sender.try_send(1), Err(TrySendError::Full(1)));
    ///     let meeting = thread::spawn(move || receiver.recv());
    ///     thread::yield_now();
    ///     assert_eq!(sender.try_send(2), Ok(()));
    ///     assert_eq!(meeting.join().unwrap(), Ok(2));
    ///     assert_eq!(sender.try_send(3), Err(TrySendError::Disconnected(3)));
    /// });
    /// ```
    // ANCHOR: try_send
    #[inline(always)]
    #[track_caller]
    pub fn try_send(&self, message: T) -> Result<(), TrySendError<T>> {
        safe_point();
        self.end.try_send(message)
    }
    // ANCHOR_END: try_send
}

impl<T> Receiver<T> {
    /// Receives the next message. Waits, after those that came before, as long
    /// as the channel is empty.
    ///
    /// # Errors
    ///
    /// If the channel is empty and the last sender was dropped, before or
    /// meanwhile.
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) if it would have to wait where
    /// it cannot, and on another core.
    ///
    /// ```
    /// use runtime::sync::mpsc::{RecvError, channel};
    ///
    /// runtime::run(|| {
    ///     let (sender, receiver) = channel();
    ///     sender.send(1).unwrap();
    ///     drop(sender);
    ///     assert_eq!(receiver.recv(), Ok(1));
    ///     assert_eq!(receiver.recv(), Err(RecvError));
    /// });
    /// ```
    // ANCHOR: recv
    #[inline(always)]
    #[track_caller]
    pub fn recv(&self) -> Result<T, RecvError> {
        safe_point();
        self.shared.recv(None).map_err(|_| RecvError)
    }
    // ANCHOR_END: recv

    /// As [`Receiver::recv`], but waits for no longer than `timeout`, plus what
    /// [`sleep`](crate::thread::sleep) says about being late. `Duration::MAX` is
    /// for ever; zero lets others run once.
    ///
    /// # Errors
    ///
    /// If the channel is empty and the last sender was dropped, or nothing was
    /// sent in time.
    ///
    /// # Panics
    ///
    /// As [`Receiver::recv`]; but while the thread unwinds the time is up at once.
    ///
    /// ```
    /// use std::time::Duration;
    /// use runtime::sync::mpsc::{RecvTimeoutError, channel};
    ///
    /// runtime::run(|| {
    ///     let (sender, receiver) = channel::<()>();
    ///     let a_moment = Duration::from_millis(1);
    ///     assert_eq!(receiver.recv_timeout(a_moment), Err(RecvTimeoutError::Timeout));
    ///     drop(sender);
    ///     assert_eq!(receiver.recv_timeout(a_moment), Err(RecvTimeoutError::Disconnected));
    /// });
    /// ```
    // ANCHOR: recv_timeout
    #[inline(always)]
    #[track_caller]
    pub fn recv_timeout(&self, timeout: Duration) -> Result<T, RecvTimeoutError> {
        safe_point();
        self.shared.recv(Some(timeout))
    }
    // ANCHOR_END: recv_timeout

    /// Receives the next message if there is one that nobody waits for; with a
    /// bound of 0, if a sender waits.
    ///
    /// # Errors
    ///
    /// If the channel is empty, with senders or without.
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) on another core.
    ///
    /// ```
    /// use runtime::sync::mpsc::{TryRecvError, channel};
    ///
    /// runtime::run(|| {
    ///     let (sender, receiver) = channel();
    ///     assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
    ///     sender.send(1).unwrap();
    ///     drop(sender);
    ///     assert_eq!(receiver.try_recv(), Ok(1));
    ///     assert_eq!(receiver.try_recv(), Err(TryRecvError::Disconnected));
    /// });
    /// ```
    // ANCHOR: try_recv
    #[inline(always)]
    #[track_caller]
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        safe_point();
        self.shared.try_recv()
    }
    // ANCHOR_END: try_recv
}
