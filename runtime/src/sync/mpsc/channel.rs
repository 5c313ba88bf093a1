//! What a channel is apart from its messages: its ends, and who waits at which.
//!
//! All of this is the same for messages of any type, and outlives them. So the
//! kernel may look at it, and it may be posted to the loop.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use kernel_sim::kernel::pid::Pid;

use crate::handle::{self, Message};
use crate::sync::core_bound::Idle;
use crate::sync::last_use::LastUse;
use crate::sync::object::{Object, State};
use crate::sync::wait_queue::WaitQueue;

/// A channel without its messages.
pub(crate) struct Channel {
    pub(super) object: Object<Lines>,
    pub(super) ends: Arc<Ends>,
}

/// How many ends live. They may be cloned and dropped on any OS thread.
// Relaxed is enough: who drops the last end of a kind asks afterwards who has
// the lines, and tells that core; or takes them for a moment, and gives them to
// the next core with all that was done before.
pub(super) struct Ends {
    senders: AtomicUsize,
    has_receiver: AtomicBool,
}

/// Who waits, at both ends.
pub(super) struct Lines {
    /// How many messages have room.
    bound: usize,
    ends: Arc<Ends>,
    /// Nobody waits here as long as there is room.
    senders: WaitQueue,
    /// Nobody waits here as long as there is a message for whoever comes.
    receivers: WaitQueue,
    /// How many receivers were let on for a message and have not run since. It
    /// is theirs. Those that go on because of the end are not among them.
    served: Cell<usize>,
    pub(super) last_send: LastUse,
    pub(super) last_recv: LastUse,
}

impl Channel {
    #[track_caller]
    pub(super) fn new(kind: &'static str, name: Option<&'static str>, bound: usize) -> Self {
        let ends = Arc::new(Ends {
            senders: AtomicUsize::new(1),
            has_receiver: AtomicBool::new(true),
        });
        let lines = Lines {
            bound,
            ends: Arc::clone(&ends),
            senders: WaitQueue::new(),
            receivers: WaitQueue::new(),
            served: Cell::new(0),
            last_send: LastUse::new(),
            last_recv: LastUse::new(),
        };
        Self {
            object: Object::new(kind, name, lines),
            ends,
        }
    }

    /// If one side has no end any more, those who wait at the other go on.
    pub(crate) fn hang_up(&self) {
        self.object.peek(Lines::hang_up);
    }

    /// As [`Channel::hang_up`], by the core that has the lines, wherever it is.
    #[cold]
    pub(super) fn post_hang_up(self: &Arc<Self>) {
        // If that run has ended, nobody waits.
        handle::post(self.object.owner(), Message::HangUp(Arc::clone(self)));
    }
}

impl Ends {
    pub(super) fn add_sender(&self) {
        self.senders.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether that was the last one.
    pub(super) fn remove_sender(&self) -> bool {
        self.senders.fetch_sub(1, Ordering::Relaxed) == 1
    }

    pub(super) fn remove_receiver(&self) {
        self.has_receiver.store(false, Ordering::Relaxed);
    }
}

impl Lines {
    #[inline(always)]
    pub(super) fn has_senders(&self) -> bool {
        self.ends.senders.load(Ordering::Relaxed) > 0
    }

    #[inline(always)]
    pub(super) fn has_receiver(&self) -> bool {
        self.ends.has_receiver.load(Ordering::Relaxed)
    }

    /// Whether one more message can be sent if so many are there: into the
    /// buffer, beside those that are as good as received, or to somebody who waits.
    #[inline(always)]
    pub(super) fn have_room(&self, sent: usize) -> bool {
        !self.receivers.is_empty() || sent < self.bound.saturating_add(self.served.get())
    }

    /// Whether the first message in line can be let in when one of so many is
    /// about to be received.
    #[inline(always)]
    pub(super) fn will_have_room(&self, sent: usize) -> bool {
        sent <= self.bound.saturating_add(self.served.get())
    }

    /// Whether, of so many messages, there is one that is not meant for others.
    #[inline(always)]
    pub(super) fn have_message(&self, sent: usize) -> bool {
        sent > self.served.get()
    }

    /// There is a message more: lets the first receiver go on.
    // It is counted before. The log hears of each arrow, and a logger may send
    // and receive too.
    #[inline(always)]
    pub(super) fn serve(&self) {
        if self.receivers.is_empty() {
            return;
        }
        self.served.set(self.served.get() + 1);
        if !self.receivers.wake_first(|_| {}) {
            self.was_served();
        }
    }

    /// A receiver that was let on runs again. When it was let on because of the
    /// end, those with a message have run before it.
    #[inline(always)]
    pub(super) fn was_served(&self) {
        self.served.set(self.served.get().saturating_sub(1));
    }

    /// Lets the sender go on whose message was just let in.
    pub(super) fn let_on(&self, sender: Pid) {
        self.senders.wake(sender);
    }

    pub(super) fn hang_up(&self) {
        if !self.has_receiver() {
            self.senders.wake_all();
        }
        if !self.has_senders() {
            self.receivers.wake_all();
        }
    }

    #[inline(always)]
    pub(super) fn senders(&self) -> &WaitQueue {
        &self.senders
    }

    #[inline(always)]
    pub(super) fn receivers(&self) -> &WaitQueue {
        &self.receivers
    }
}

impl Idle for Lines {
    fn is_idle(&self) -> bool {
        self.senders.is_empty() && self.receivers.is_empty() && self.served.get() == 0
    }

    fn abandon(&self) {
        self.senders.forget_all();
        self.receivers.forget_all();
        self.served.set(0);
    }
}

impl State for Lines {
    fn could_end(&self, name: &dyn Fn(Pid) -> String) -> String {
        // There cannot be a line at both ends.
        if !self.senders.is_empty() {
            let last =
                self.last_recv
                    .describe("the last to receive was", "nobody has received yet", name);
            return format!("whoever receives: {last}");
        }
        let last = self
            .last_send
            .describe("the last to send was", "nobody has sent yet", name);
        match self.ends.senders.load(Ordering::Relaxed) {
            1 => format!("whoever sends: 1 sender is left, {last}"),
            senders => format!("whoever sends: {senders} senders are left, {last}"),
        }
    }
}
