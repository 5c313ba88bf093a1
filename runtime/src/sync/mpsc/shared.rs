//! What the ends of one channel share, and how they send, receive and hang up.

use std::cell::UnsafeCell;
use std::mem::{self, needs_drop};
use std::ops::Deref;
use std::panic::{Location, RefUnwindSafe, UnwindSafe};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, SendError, TryRecvError, TrySendError};
use std::time::Duration;

use super::channel::{Channel, Lines};
use super::messages::Messages;
use crate::current;
use crate::error::Refused;
use crate::hint::unlikely;
use crate::panic::unwind_killed;
use crate::sync::object::Waited;

pub(super) struct Shared<T> {
    channel: Arc<Channel>,
    messages: UnsafeCell<Messages<T>>,
}

// SAFETY: the messages are used in `Shared::messages` alone, by the core to which
// the channel is bound; and by whoever drops the last end.
unsafe impl<T: Send> Send for Shared<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for Shared<T> {}

impl<T> UnwindSafe for Shared<T> {}
impl<T> RefUnwindSafe for Shared<T> {}

impl<T> Shared<T> {
    #[track_caller]
    pub(super) fn new(kind: &'static str, name: Option<&'static str>, bound: usize) -> Self {
        Self {
            channel: Arc::new(Channel::new(kind, name, bound)),
            messages: UnsafeCell::new(Messages::new()),
        }
    }

    /// Calls `work` with the messages, which it may only move: nothing of the
    /// program's is called meanwhile. The lines are there to show that the
    /// caller is on the core that has them.
    #[inline(always)]
    fn messages<R>(&self, _lines: &Lines, work: impl FnOnce(&mut Messages<T>) -> R) -> R {
        // SAFETY: the lines of this channel are seen in `CoreBound::with` and
        // `peek` alone, by one place at a time. That `work` does not come back
        // here is a matter of the few lines that call this.
        work(unsafe { &mut *self.messages.get() })
    }

    /// Sends if nobody has to wait for that.
    #[inline(always)]
    #[track_caller]
    pub(super) fn try_send(&self, message: T) -> Result<(), TrySendError<T>> {
        if needs_drop::<T>() {
            current::gives_away();
        }
        let at = Location::caller();
        self.channel.object.with(|lines| {
            lines.last_send.note(at);
            if !lines.has_receiver() {
                unlikely();
                return Err(TrySendError::Disconnected(message));
            }
            let sent = self.messages(lines, |messages| messages.sent.len());
            if !lines.have_room(sent) {
                return Err(TrySendError::Full(message));
            }
            self.messages(lines, |messages| messages.sent.push_back(message));
            lines.serve();
            Ok(())
        })
    }

    /// Sends where there is always room.
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
            Err(TrySendError::Full(message)) => self.wait_to_send(message),
            Err(TrySendError::Disconnected(message)) => self.fail_to_send(message),
        }
    }

    #[inline(always)]
    #[track_caller]
    fn wait_to_send(&self, message: T) -> Result<(), SendError<T>> {
        let object = &self.channel.object;
        let Some(me) = current::try_seat(|seat| seat.pid) else {
            object.refuse(Refused::OutsideRuntime);
        };
        // Nobody runs between the two: messages and threads stand in the same order.
        let number = object.with(|lines| self.messages(lines, |m| m.pend(me, message)));
        let waited = object.wait(Lines::senders, None);
        // If it is still there, nobody will receive it.
        let left = object.with(|lines| self.messages(lines, |m| m.take_back(number)));
        match (waited, left) {
            // What is left is dropped while the thread unwinds, as all that it has.
            (Ok(Waited::Killed { .. }), _left) => unwind_killed(),
            (_, None) => Ok(()),
            (Ok(_), Some(message)) => self.fail_to_send(message),
            (Err(why), Some(_message)) => object.refuse(why),
        }
    }

    /// There is no receiver any more. If that was dropped on another core, the
    /// messages are still there.
    #[cold]
    #[track_caller]
    fn fail_to_send(&self, message: T) -> Result<(), SendError<T>> {
        let left = self.channel.object.with(|lines| self.take_all(lines));
        drop(left);
        Err(SendError(message))
    }

    /// The first message, if it is not meant for others.
    #[inline(always)]
    fn take(&self, lines: &Lines) -> Option<T> {
        if self.messages(lines, |messages| messages.is_anyone_pending()) {
            unlikely();
            return self.take_and_let_on(lines);
        }
        self.messages(lines, |messages| messages.take(lines))
    }

    /// As [`Shared::take`], and the room that this makes is for the first sender
    /// in line.
    #[inline(never)]
    fn take_and_let_on(&self, lines: &Lines) -> Option<T> {
        let (message, sender) = self.messages(lines, |messages| {
            let sender = match lines.will_have_room(messages.sent.len()) {
                true => messages.admit(),
                false => None,
            };
            (messages.take(lines), sender)
        });
        if let Some(sender) = sender {
            lines.let_on(sender);
        }
        message
    }

    /// Receives if nobody has to wait for that.
    #[inline(always)]
    #[track_caller]
    pub(super) fn try_recv(&self) -> Result<T, TryRecvError> {
        let at = Location::caller();
        self.channel.object.with(|lines| {
            lines.last_recv.note(at);
            match self.take(lines) {
                Some(message) => Ok(message),
                None if lines.has_senders() => Err(TryRecvError::Empty),
                None => Err(TryRecvError::Disconnected),
            }
        })
    }

    /// Receives, and waits for that in line if it must, for no longer than `timeout`.
    #[inline(always)]
    #[track_caller]
    pub(super) fn recv(&self, timeout: Option<Duration>) -> Result<T, RecvTimeoutError> {
        match self.try_recv() {
            Ok(message) => Ok(message),
            Err(TryRecvError::Empty) => self.wait_to_recv(timeout),
            Err(TryRecvError::Disconnected) => Err(RecvTimeoutError::Disconnected),
        }
    }

    #[inline(always)]
    #[track_caller]
    fn wait_to_recv(&self, timeout: Option<Duration>) -> Result<T, RecvTimeoutError> {
        let object = &self.channel.object;
        match object.wait(Lines::receivers, timeout) {
            Ok(Waited::Handed) => object
                .with(|lines| {
                    lines.was_served();
                    self.take(lines)
                })
                .ok_or(RecvTimeoutError::Disconnected),
            // Perhaps there is something by now, before it came to run.
            Ok(Waited::TimedOut) => self.look_again(),
            Ok(Waited::Killed { handed }) => {
                if handed {
                    object.with(|lines| self.pass_on(lines));
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

    /// A receiver was let on and is killed: what it was to get goes to the next.
    #[cold]
    fn pass_on(&self, lines: &Lines) {
        lines.was_served();
        if lines.have_message(self.messages(lines, |messages| messages.sent.len())) {
            lines.serve();
        }
    }

    /// The receiver is gone: senders that wait get their messages back, the
    /// others are dropped.
    pub(super) fn drop_receiver(&self) {
        self.channel.ends.remove_receiver();
        let left = self.channel.object.peek(|lines| {
            let left = self.take_all(lines);
            lines.hang_up();
            left
        });
        match left {
            Some(messages) => drop(messages),
            None => self.channel.post_hang_up(),
        }
    }

    fn take_all(&self, lines: &Lines) -> impl Sized + use<T> {
        self.messages(lines, |messages| mem::take(&mut messages.sent))
    }
}

/// The part of a sender that counts.
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
        if channel.ends.remove_sender() && channel.object.peek(Lines::hang_up).is_none() {
            channel.post_hang_up();
        }
    }
}
