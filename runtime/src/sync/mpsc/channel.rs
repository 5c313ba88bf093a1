//! The half of a channel that knows nothing of what the messages are: how many
//! there are, which ends live, and who waits.
//!
//! This half is the same for messages of any type, and may outlive them. So the
//! kernel may look at it, and it may be posted to the loop.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use kernel_sim::kernel::pid::Pid;

use super::messages::Pending;
use crate::current;
use crate::handle::{self, Message};
use crate::place;
use crate::sync::core_bound::Idle;
use crate::sync::last_use::LastUse;
use crate::sync::object::{Object, State};
use crate::sync::wait_queue::{WaitQueue, wake};

/// A channel without its messages.
// ANCHOR: channel
pub(crate) struct Channel {
    pub(super) gate: Object<Gate>,
    pub(super) ends: Arc<Ends>,
}

/// How many ends live. They may be cloned and dropped on any OS thread.
// Relaxed is enough: who drops the last end of a kind asks afterwards who has
// the gate, and tells that core; or takes them for a moment, and gives them to
// the next core with all that was done before.
pub(super) struct Ends {
    senders: AtomicUsize,
    has_receiver: AtomicBool,
}
// ANCHOR_END: channel

/// Knows which messages are whose, and who waits for room and who for a message.
///
/// ```text
///     sent, and not received yet         their senders wait
///   [ set aside | free ]  ◀───────────  [ pending ]
///         │        │
///         │        └─ for whoever comes; `bound` of them have room
///         └─ for receivers that were let on and have not run since
/// ```
// ANCHOR: gate
pub(super) struct Gate {
    bound: usize,
    set_aside: Cell<usize>,
    ends: Arc<Ends>,
    /// Nobody waits here as long as there is room.
    senders: WaitQueue,
    /// Nobody waits here as long as a message is free.
    receivers: WaitQueue,
    /// Those who were let on by the end of the last sender, so that no message
    /// was set aside for them. Each until it runs. Others may run before it.
    heard_of_end: RefCell<BTreeSet<Pid>>,
    pub(super) last_send: LastUse,
    pub(super) last_recv: LastUse,
}
// ANCHOR_END: gate

/// Why a receiver that has waited goes on.
// ANCHOR: let_on
pub(super) enum LetOn {
    /// A message was set aside for it.
    ForMessage,
    /// The last sender was dropped.
    ByEnd,
}
// ANCHOR_END: let_on

impl Channel {
    // ANCHOR: new
    #[track_caller]
    pub(super) fn new(kind: &'static str, name: Option<&'static str>, bound: usize) -> Self {
        let ends = Arc::new(Ends {
            senders: AtomicUsize::new(1),
            has_receiver: AtomicBool::new(true),
        });
        let gate = Gate {
            bound,
            set_aside: Cell::new(0),
            ends: Arc::clone(&ends),
            senders: WaitQueue::new(),
            receivers: WaitQueue::new(),
            heard_of_end: RefCell::default(),
            last_send: LastUse::new(),
            last_recv: LastUse::new(),
        };
        Self {
            gate: Object::new(kind, name, gate),
            ends,
        }
    }
    // ANCHOR_END: new

    /// If one side has no end any more, those who wait at the other go on. If
    /// that is on another core, its loop is told to do it.
    // ANCHOR: hang_up_anywhere
    pub(crate) fn hang_up(self: &Arc<Self>) {
        let done = self.gate.peek(Gate::hang_up);
        if done.is_none() {
            // If that run has ended, nobody waits.
            handle::post(self.gate.owner(), Message::HangUp(Arc::clone(self)));
        }
    }
    // ANCHOR_END: hang_up_anywhere
}

impl Ends {
    // ANCHOR: ends
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
    // ANCHOR_END: ends
}

impl Gate {
    // ANCHOR: questions
    #[inline(always)]
    pub(super) fn has_senders(&self) -> bool {
        self.ends.senders.load(Ordering::Relaxed) > 0
    }

    #[inline(always)]
    pub(super) fn has_receiver(&self) -> bool {
        self.ends.has_receiver.load(Ordering::Relaxed)
    }

    /// How many of so many messages are free.
    #[inline(always)]
    pub(super) fn free(&self, sent: usize) -> usize {
        sent.saturating_sub(self.set_aside.get())
    }

    /// Whether a message can be sent now: to be set aside for somebody who waits,
    /// or to be free beside so many others.
    #[inline(always)]
    pub(super) fn has_room(&self, free: usize) -> bool {
        !self.receivers.is_empty() || free < self.bound
    }

    /// Whether there will be room when a message has been received.
    pub(super) fn will_have_room(&self, free: usize) -> bool {
        free <= self.bound
    }
    // ANCHOR_END: questions

    /// One message more is free. If somebody waits for that, it is set aside, and
    /// the first receiver is let on.
    // ANCHOR: let_receiver_on
    #[inline(always)]
    pub(super) fn let_receiver_on(&self) {
        if !self.receivers.is_empty() {
            wake(|waker| {
                // Set aside before: a policy that comes here too does not get it.
                self.set_aside.set(self.set_aside.get() + 1);
                if waker.first(&self.receivers).is_none() {
                    self.set_aside.set(self.set_aside.get() - 1);
                }
            });
        }
    }
    // ANCHOR_END: let_receiver_on

    /// The running thread was let on to receive, and says so once. If that was for
    /// a message, the message is free from now on.
    // ANCHOR: settle
    #[inline(always)]
    pub(super) fn settle(&self) -> LetOn {
        if !self.has_senders() && self.has_heard_of_end() {
            return LetOn::ByEnd;
        }
        self.set_aside.set(self.set_aside.get() - 1);
        LetOn::ForMessage
    }

    #[cold]
    fn has_heard_of_end(&self) -> bool {
        let me = current::try_seat(|seat| seat.pid).expect("it has waited");
        self.heard_of_end.borrow_mut().remove(&me)
    }
    // ANCHOR_END: settle

    /// Lets the sender go on whose message was just let in. One of a run that has
    /// ended is lost.
    // ANCHOR: let_sender_on
    pub(super) fn let_sender_on(&self, sender: Pending) {
        if sender.run == place::run() {
            self.senders.wake(sender.pid);
        }
    }
    // ANCHOR_END: let_sender_on

    /// See [`Channel::hang_up`].
    // ANCHOR: hang_up
    fn hang_up(&self) {
        if self.senders.is_empty() && self.receivers.is_empty() {
            return;
        }
        wake(|waker| {
            if !self.has_receiver() {
                waker.all(&self.senders);
            }
            if !self.has_senders() {
                while let Some(receiver) = waker.first(&self.receivers) {
                    self.heard_of_end.borrow_mut().insert(receiver);
                }
            }
        });
    }
    // ANCHOR_END: hang_up

    // ANCHOR: lines
    #[inline(always)]
    pub(super) fn senders(&self) -> &WaitQueue {
        &self.senders
    }

    #[inline(always)]
    pub(super) fn receivers(&self) -> &WaitQueue {
        &self.receivers
    }
    // ANCHOR_END: lines
}

// ANCHOR: idle
impl Idle for Gate {
    fn is_idle(&self) -> bool {
        self.senders.is_empty() && self.receivers.is_empty() && self.set_aside.get() == 0
    }

    fn abandon(&self) {
        self.senders.forget_all();
        self.receivers.forget_all();
        self.set_aside.set(0);
        self.heard_of_end.take();
    }
}

impl State for Gate {
    fn could_end(&self, name: &dyn Fn(Pid) -> String) -> String {
        // In a deadlock there is no handle. What an OS thread outside does with
        // its end is heard of only if there is one.
        let missing = "is on another OS thread, a runtime::Handle is missing";
        // There cannot be a line at both ends.
        if !self.senders.is_empty() {
            let last =
                self.last_recv
                    .describe("the last to receive was", "nobody has received yet", name);
            return format!("whoever receives: {last}; if the receiver {missing}");
        }
        let last = self
            .last_send
            .describe("the last to send was", "nobody has sent yet", name);
        match self.ends.senders.load(Ordering::Relaxed) {
            1 => format!("whoever sends: 1 sender is left, {last}; if it {missing}"),
            senders => {
                format!("whoever sends: {senders} senders are left, {last}; if one {missing}")
            }
        }
    }
}
// ANCHOR_END: idle
