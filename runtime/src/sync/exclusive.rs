//! One at a time: what a [`Mutex`](super::Mutex) and a
//! [`ReentrantLock`](super::ReentrantLock) have in common. Who has it, and the
//! line of those who wait. It is handed from each to the next, so that nobody
//! can come in between.
//!
//! [`Holder`] is also what other locks write down of those who have them.

use std::cell::Cell;

use kernel_sim::kernel::pid::Pid;
use kernel_sim::kernel::wait::{Grip, Owner};

use super::core_bound::Idle;
use super::object::State;
use super::wait_queue::{WaitQueue, wake};
use crate::current;
use crate::moment::Moment;
use crate::place::{self, Place};

/// The cells of a lock that one at a time has.
// ANCHOR: exclusive
pub(crate) struct Exclusive {
    holder: Cell<Option<Holder>>,
    pub(crate) line: WaitQueue,
    /// The last run in which somebody else let go of it than the one that had got
    /// it. There, nobody can be sure any more who has it.
    guards_travel: Cell<Place>,
}

/// A thread that has a lock, or code that is none. As little as will do, because
/// every lock that is taken writes it down: see [`Owner`].
#[derive(Clone, Copy)]
pub(crate) struct Holder {
    /// Of the thread's PCB, or [`NO_THREAD`].
    slot: u32,
    since: Moment,
}

/// The slot of code that no green thread runs.
const NO_THREAD: u32 = u32::MAX;
// ANCHOR_END: exclusive

impl Exclusive {
    // ANCHOR: take
    pub(crate) const fn new() -> Self {
        Self {
            holder: Cell::new(None),
            line: WaitQueue::new(),
            guards_travel: Cell::new(0),
        }
    }

    /// The caller takes it, if nobody has it. If somebody waits, somebody has it.
    #[inline(always)]
    pub(crate) fn take(&self) -> bool {
        let free = self.holder.get().is_none();
        if free {
            self.holder.set(Some(Holder::here()));
        }
        free
    }
    // ANCHOR_END: take

    /// When the one got it who has it.
    // ANCHOR: questions
    pub(crate) fn since(&self) -> Moment {
        self.holder.get().map_or(Moment::START, Holder::since)
    }

    /// Whether the caller has it.
    #[inline]
    pub(crate) fn is_mine(&self) -> bool {
        self.holder.get().is_some_and(|holder| holder.is_here())
    }
    // ANCHOR_END: questions

    /// Hands it to the first that waits.
    // ANCHOR: give_back
    #[inline(always)]
    pub(crate) fn give_back(&self) {
        match self.line.is_empty() {
            true => self.holder.set(None),
            false => self.hand_over(),
        }
    }

    #[inline(never)]
    fn hand_over(&self) {
        if !self.is_mine() {
            self.guards_travel.set(place::run());
        }
        wake(|waker| {
            let next = waker.first(&self.line);
            self.holder.set(next.map(Holder::handed_to));
        });
    }
    // ANCHOR_END: give_back
}

// ANCHOR: idle
impl Idle for Exclusive {
    fn is_idle(&self) -> bool {
        self.holder.get().is_none()
    }

    fn abandon(&self) {
        self.line.forget_all();
        // Another thread may have got the slot.
        self.holder.set(self.holder.get().map(Holder::unknown));
    }
}
// ANCHOR_END: idle

// ANCHOR: state
impl State for Exclusive {
    #[inline(always)]
    fn owners(&self, visit: &mut dyn FnMut(Owner)) {
        let travel = self.guards_travel.get() == place::run();
        if let Some(owner) = self.holder.get().and_then(|holder| holder.owner(travel)) {
            visit(owner);
        }
    }

    /// Who waits, waits for somebody, and that is no thread.
    fn could_end(&self, _name: &dyn Fn(Pid) -> String) -> String {
        "no thread of this run: it was locked outside of green threads, or in an earlier run".into()
    }
}
// ANCHOR_END: state

impl Holder {
    /// The code that asks.
    // ANCHOR: here
    #[inline(always)]
    pub(crate) fn here() -> Self {
        Self {
            slot: current::try_seat(|seat| seat.pid.slot()).unwrap_or(NO_THREAD),
            since: current::now(),
        }
    }

    pub(crate) fn since(self) -> Moment {
        self.since
    }

    /// A thread that waited, and has it from now on.
    pub(crate) fn handed_to(pid: Pid) -> Self {
        Self {
            slot: pid.slot(),
            since: current::now(),
        }
    }
    // ANCHOR_END: here

    /// The same holder, when its run has ended: nobody whom the kernel knows.
    // ANCHOR: is_here
    pub(crate) fn unknown(self) -> Self {
        Self {
            slot: NO_THREAD,
            ..self
        }
    }

    /// Whether it is the thread that asks, or code outside that asks.
    #[inline]
    pub(crate) fn is_here(&self) -> bool {
        match current::try_seat(|seat| (seat.pid.slot(), seat.since)) {
            // The slot may have had another tenant, who had it before.
            Some((slot, since)) => self.slot == slot && self.since >= since,
            None => self.slot == NO_THREAD,
        }
    }
    // ANCHOR_END: is_here

    /// As the kernel knows it, if it has a guard that it could give away. If it
    /// is known that such guards travel, anybody may have it by now.
    // ANCHOR: owner
    #[inline]
    pub(crate) fn owner(&self, guards_travel: bool) -> Option<Owner> {
        self.owner_with(match guards_travel {
            false => Grip::Stamped(self.since.stamp()),
            true => Grip::Loose,
        })
    }

    /// As the kernel knows it, if nothing could be given away.
    pub(crate) fn firm_owner(&self) -> Option<Owner> {
        self.owner_with(Grip::Firm)
    }

    #[inline]
    fn owner_with(&self, grip: Grip) -> Option<Owner> {
        (self.slot != NO_THREAD).then(|| Owner {
            slot: self.slot,
            since: self.since.dispatch(),
            grip,
        })
    }
    // ANCHOR_END: owner
}
