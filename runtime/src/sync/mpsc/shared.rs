//! What the ends of one channel share, and what happens to it.
//!
//! It has two halves. The [`Channel`] knows whose the messages are and who waits,
//! whatever they are; the [`Messages`] are the messages themselves. What is *set
//! aside*, *free* and *pending* is drawn at [`Gate`].
//!
//! | what happens | what becomes of the messages | who is let on |
//! | --- | --- | --- |
//! | send, and a receiver waits | it is set aside | the first receiver, for a message |
//! | send, and there is room | it is free | |
//! | send, and there is none | it is pending, and its sender waits | |
//! | receive, and one is free | the first is received, a pending one is free | the sender of that |
//! | receive, and none is free | the receiver waits | |
//! | the last sender is dropped | | all receivers, by the end |
//! | the receiver is dropped | all but the pending ones are dropped | all senders |
//!
//! And when somebody who has waited runs again:
//!
//! | who was let on | what becomes of the messages |
//! | --- | --- |
//! | a receiver, for a message | one that was set aside is free, and it receives |
//! | the same, killed since | one that was set aside is free, or set aside for the next |
//! | a receiver, by the end | it receives what is free, if a killed one has left that |
//! | a sender | if its own is still pending, it takes that back: it was not sent |
//!
//! With a bound of 0 nothing is free for long: a pending message becomes free when
//! somebody receives it.
//!
//! Who of them runs first is up to the scheduler, and nothing here depends on it.
//! The messages come out in their order all the same: whoever was let on for a
//! message takes the first, and not a certain one.

use std::cell::UnsafeCell;
use std::mem;
use std::ops::Deref;
use std::panic::{Location, RefUnwindSafe, UnwindSafe};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, SendError, TryRecvError, TrySendError};
use std::time::Duration;

use kernel_sim::kernel::wait::Signal;

use super::channel::{Channel, Gate, LetOn};
use super::messages::{Messages, Pending};
use super::send_timeout::SendTimeoutError;
use crate::current;
use crate::error::Refused;
use crate::hint::unlikely;
use crate::panic::unwind_killed;
use crate::place;

// ANCHOR: shared
pub(super) struct Shared<T> {
    channel: Arc<Channel>,
    store: Store<T>,
}

/// The messages, for whoever has the gate.
struct Store<T>(UnsafeCell<Messages<T>>);

impl<T> Store<T> {
    /// Calls `work`, which only moves messages in and out. Nothing of the program's
    /// may run meanwhile: no log, which each wake calls, and no destructor.
    #[inline(always)]
    fn open<R>(&self, work: impl FnOnce(&mut Messages<T>) -> R) -> R {
        // SAFETY: the store is seen in `Shared::with` and `Shared::peek` alone, by
        // one core at a time. That `work` does not come back here is a matter of
        // the few lines that call this, all of them in this file.
        work(unsafe { &mut *self.0.get() })
    }
}

// SAFETY: the messages are used in `with` and `peek` alone, by the core that has
// the gate at that time, and by whoever drops the last end.
unsafe impl<T: Send> Sync for Shared<T> {}

impl<T> UnwindSafe for Shared<T> {}
impl<T> RefUnwindSafe for Shared<T> {}
// ANCHOR_END: shared

impl<T> Shared<T> {
    // ANCHOR: new_and_with
    #[track_caller]
    pub(super) fn new(kind: &'static str, name: Option<&'static str>, bound: usize) -> Self {
        Self {
            channel: Arc::new(Channel::new(kind, name, bound)),
            store: Store(UnsafeCell::new(Messages::new())),
        }
    }

    /// Calls `work` with both halves. Refuses other cores.
    #[inline(always)]
    #[track_caller]
    fn with<R>(&self, work: impl FnOnce(&Gate, &Store<T>) -> R) -> R {
        self.channel.gate.with(|gate| work(gate, &self.store))
    }

    /// As [`Shared::with`], for a look from anywhere; `None` on another core.
    fn peek<R>(&self, work: impl FnOnce(&Gate, &Store<T>) -> R) -> Option<R> {
        self.channel.gate.peek(|gate| work(gate, &self.store))
    }
    // ANCHOR_END: new_and_with

    /// Sends if nobody has to wait for that.
    // ANCHOR: try_send
    #[inline(always)]
    #[track_caller]
    pub(super) fn try_send(&self, message: T) -> Result<(), TrySendError<T>> {
        let at = Location::caller();
        self.with(|gate, store| {
            gate.last_send.note(at);
            if !gate.has_receiver() {
                unlikely();
                return Err(TrySendError::Disconnected(message));
            }
            if !gate.has_room(free(gate, store)) {
                return Err(TrySendError::Full(message));
            }
            current::gives_away::<T>();
            store.open(|messages| messages.sent.push_back(message));
            gate.let_receiver_on();
            Ok(())
        })
    }
    // ANCHOR_END: try_send

    /// Sends where there is always room.
    // ANCHOR: sends
    #[inline(always)]
    #[track_caller]
    pub(super) fn send_at_once(&self, message: T) -> Result<(), SendError<T>> {
        match self.try_send(message) {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(message) | TrySendError::Disconnected(message)) => {
                self.fail_to_send(message)
            }
        }
    }

    /// Sends, and waits for that in line if it must.
    #[inline(always)]
    #[track_caller]
    pub(super) fn send(&self, message: T) -> Result<(), SendError<T>> {
        match self.try_send(message) {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(message)) => self
                .wait_to_send(message, None)
                .map_err(SendTimeoutError::into_send_error),
            Err(TrySendError::Disconnected(message)) => self.fail_to_send(message),
        }
    }

    /// Sends, and waits for that in line if it must, for no longer than `timeout`.
    #[track_caller]
    pub(super) fn send_timeout(
        &self,
        message: T,
        timeout: Duration,
    ) -> Result<(), SendTimeoutError<T>> {
        match self.try_send(message) {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(message)) => self.wait_to_send(message, Some(timeout)),
            Err(TrySendError::Disconnected(message)) => Ok(self.fail_to_send(message)?),
        }
    }
    // ANCHOR_END: sends

    // ANCHOR: wait_to_send
    #[inline(always)]
    #[track_caller]
    fn wait_to_send(
        &self,
        message: T,
        timeout: Option<Duration>,
    ) -> Result<(), SendTimeoutError<T>> {
        let object = &self.channel.gate;
        let Some(me) = current::try_seat(|seat| seat.pid) else {
            object.refuse(Refused::OutsideRuntime);
        };
        current::gives_away::<T>();
        // Nobody runs between the two: messages and threads stand in the same order.
        let me = Pending {
            run: place::run(),
            pid: me,
        };
        let number = self.with(|_, store| store.open(|m| m.pend(me, message)));
        let waited = object.wait(Gate::senders, timeout);
        // If it is still there, nobody will receive it.
        let left = self.with(|_, store| store.open(|m| m.take_back(number)));
        match (waited, left) {
            // What is left is dropped while the thread unwinds, as all that it has.
            (Ok(Signal::Kill { .. }), _left) => unwind_killed(),
            (_, None) => Ok(()),
            (Ok(Signal::TimedOut), Some(message)) if self.has_receiver() => {
                Err(SendTimeoutError::Timeout(message))
            }
            (Ok(_), Some(message)) => Ok(self.fail_to_send(message)?),
            (Err(Refused::Unwinding), Some(message)) if timeout.is_some() => {
                Err(SendTimeoutError::Timeout(message))
            }
            (Err(why), Some(_message)) => object.refuse(why),
        }
    }
    // ANCHOR_END: wait_to_send

    // ANCHOR: fail_to_send
    #[track_caller]
    fn has_receiver(&self) -> bool {
        self.with(|gate, _| gate.has_receiver())
    }

    /// There is no receiver any more. If that was dropped on another core, the
    /// messages are still there.
    #[cold]
    #[track_caller]
    fn fail_to_send(&self, message: T) -> Result<(), SendError<T>> {
        let left = self.with(take_all);
        drop(left);
        Err(SendError(message))
    }
    // ANCHOR_END: fail_to_send

    /// Receives if nobody has to wait for that.
    // ANCHOR: try_recv
    #[inline(always)]
    #[track_caller]
    pub(super) fn try_recv(&self) -> Result<T, TryRecvError> {
        let at = Location::caller();
        self.with(|gate, store| {
            gate.last_recv.note(at);
            match take(gate, store) {
                Some(message) => Ok(message),
                None if gate.has_senders() => Err(TryRecvError::Empty),
                None => Err(TryRecvError::Disconnected),
            }
        })
    }
    // ANCHOR_END: try_recv

    /// Receives, and waits for that in line if it must, for no longer than `timeout`.
    // ANCHOR: recv
    #[inline(always)]
    #[track_caller]
    pub(super) fn recv(&self, timeout: Option<Duration>) -> Result<T, RecvTimeoutError> {
        match self.try_recv() {
            Ok(message) => Ok(message),
            Err(TryRecvError::Empty) => self.wait_to_recv(timeout),
            Err(TryRecvError::Disconnected) => Err(RecvTimeoutError::Disconnected),
        }
    }
    // ANCHOR_END: recv

    // ANCHOR: wait_to_recv
    #[inline(always)]
    #[track_caller]
    fn wait_to_recv(&self, timeout: Option<Duration>) -> Result<T, RecvTimeoutError> {
        let object = &self.channel.gate;
        match object.wait(Gate::receivers, timeout) {
            Ok(Signal::Continue) => self
                .with(|gate, store| {
                    // What was set aside is free now. If it was the end, a message
                    // may be free all the same, which a killed thread has left.
                    gate.settle();
                    take(gate, store)
                })
                .ok_or(RecvTimeoutError::Disconnected),
            // Perhaps there is something by now, before it came to run.
            Ok(Signal::TimedOut) => self.look_again(),
            Ok(Signal::Kill { handed }) => {
                if handed {
                    // The message is for the next, if there is one.
                    self.with(|gate, _| match gate.settle() {
                        LetOn::ForMessage => gate.let_receiver_on(),
                        LetOn::ByEnd => {}
                    });
                }
                unwind_killed()
            }
            Err(Refused::Unwinding) if timeout.is_some() => Err(RecvTimeoutError::Timeout),
            Err(why) => object.refuse(why),
        }
    }

    #[cold]
    #[track_caller]
    fn look_again(&self) -> Result<T, RecvTimeoutError> {
        self.try_recv().map_err(|error| match error {
            TryRecvError::Empty => RecvTimeoutError::Timeout,
            TryRecvError::Disconnected => RecvTimeoutError::Disconnected,
        })
    }
    // ANCHOR_END: wait_to_recv

    /// The receiver is gone: senders that wait get their messages back, the
    /// others are dropped.
    // ANCHOR: drop_receiver
    pub(super) fn drop_receiver(&self) {
        self.channel.ends.remove_receiver();
        let left = self.peek(take_all);
        self.channel.hang_up();
        drop(left);
    }
    // ANCHOR_END: drop_receiver
}

// ANCHOR: take
#[inline(always)]
fn free<T>(gate: &Gate, store: &Store<T>) -> usize {
    gate.free(store.open(|messages| messages.sent.len()))
}

/// The first message, if one is free. The room that this makes is for the first
/// sender that waits.
#[inline(always)]
fn take<T>(gate: &Gate, store: &Store<T>) -> Option<T> {
    if store.open(|messages| messages.is_anyone_pending()) {
        unlikely();
        return let_in_and_take(gate, store);
    }
    take_free(gate, store)
}
// ANCHOR_END: take

// ANCHOR: let_in_and_take
#[inline(never)]
fn let_in_and_take<T>(gate: &Gate, store: &Store<T>) -> Option<T> {
    let let_in = match gate.will_have_room(free(gate, store)) {
        true => store.open(Messages::admit),
        false => None,
    };
    let mut message = PutBack(take_free(gate, store), store);
    if let Some(sender) = let_in {
        gate.let_sender_on(sender);
    }
    message.0.take()
}

/// If the log panics meanwhile, the message is the next one again.
struct PutBack<'a, T>(Option<T>, &'a Store<T>);

impl<T> Drop for PutBack<'_, T> {
    fn drop(&mut self) {
        if let Some(message) = self.0.take() {
            self.1.open(|messages| messages.sent.push_front(message));
        }
    }
}
// ANCHOR_END: let_in_and_take

// ANCHOR: take_free
#[inline(always)]
fn take_free<T>(gate: &Gate, store: &Store<T>) -> Option<T> {
    match free(gate, store) {
        0 => None,
        _ => store.open(|messages| messages.sent.pop_front()),
    }
}
// ANCHOR_END: take_free

/// All messages but the pending ones.
// ANCHOR: take_all
fn take_all<T>(_: &Gate, store: &Store<T>) -> impl Sized + use<T> {
    store.open(|messages| mem::take(&mut messages.sent))
}
// ANCHOR_END: take_all

/// The part of a sender that counts.
// ANCHOR: sending
pub(super) struct Sending<T>(Arc<Shared<T>>);

impl<T> Sending<T> {
    /// The first sender of a new channel.
    pub(super) fn first(shared: Arc<Shared<T>>) -> Self {
        Self(shared)
    }
}

impl<T> Deref for Sending<T> {
    type Target = Shared<T>;

    #[inline(always)]
    fn deref(&self) -> &Shared<T> {
        &self.0
    }
}

impl<T> Clone for Sending<T> {
    fn clone(&self) -> Self {
        self.0.channel.ends.add_sender();
        Self(Arc::clone(&self.0))
    }
}

impl<T> Drop for Sending<T> {
    fn drop(&mut self) {
        let channel = &self.0.channel;
        if channel.ends.remove_sender() {
            channel.hang_up();
        }
    }
}
// ANCHOR_END: sending
