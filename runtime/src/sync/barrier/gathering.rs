//! Who has come to a [`Barrier`](super::Barrier), who has to go away, and whose
//! turn it is to run the action: its cells.
//!
//! ```text
//!                    the last one comes             it returns: all go on
//!   ┌───────────┐ ────────────────────▶ ┌────────┐ ───────────────────────┐
//!   │ gathering │                       │ acting │                        │
//!   └───────────┘ ◀──┐                  └────────┘ ◀── who comes now waits│
//!      │    ▲        │ reset                │          at the door        │
//!      │    └────────┼──────────────────────┼─────────────────────────────┘
//!      ▼             │                      ▼
//!   ┌───────────────────────────────────────────┐
//!   │ broken: a time is up, abort, or the action │
//!   │ has panicked; all are sent away            │
//!   └───────────────────────────────────────────┘
//! ```
//!
//! Without an action the last one lets all go on at once. Whoever goes on takes it
//! that all have met, and that it has the number with which it came. For those to
//! whom something else happened, that is written down until they run.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::panic::Location;

use kernel_sim::kernel::pid::Pid;

use crate::current;
use crate::error::BarrierError;
use crate::sync::core_bound::Idle;
use crate::sync::exclusive::Holder;
use crate::sync::last_use::LastUse;
use crate::sync::object::State;
use crate::sync::wait_queue::{WaitQueue, wake};

/// Those that wait until there are enough of them.
// ANCHOR: gathering
pub(super) struct Gathering<A> {
    enough: usize,
    /// How many have come, and maybe more: some of them may have been killed
    /// since, or have gone on. [`LOOK`] if it is not as simple as that.
    came: Cell<usize>,
    /// Whether some of those that are counted are known to be gone, so that the
    /// others have numbers that are too high.
    has_gaps: Cell<bool>,
    pub(super) line: WaitQueue,
    last: LastUse,
    /// `None` while it runs, and if there is none.
    action: Cell<Option<A>>,
    /// Who runs it.
    actor: Cell<Option<Holder>>,
    /// Where those wait who come while it runs.
    pub(super) door: WaitQueue,
    broken: Cell<bool>,
    /// How often all were sent away, and why they were the last time.
    breaks: Cell<usize>,
    why: RefCell<Option<BarrierError>>,
    /// What those are told who were let on, until they run; nothing, if they
    /// have met and have the number with which they came.
    told: RefCell<BTreeMap<Pid, Told>>,
}
// ANCHOR_END: gathering

/// More than have ever come: who comes has to look what is the matter.
// ANCHOR: came
const LOOK: usize = usize::MAX;

/// What comes of it if one more comes.
pub(super) enum Came {
    /// So many were there before.
    Early(usize),
    Last,
    /// The barrier is broken, or its action has to run or runs.
    Look,
}
// ANCHOR_END: came

/// What whoever looks finds.
// ANCHOR: found
pub(super) enum Found<A> {
    Broken(BarrierError),
    /// It is the last one, and has to run this.
    Action(A),
    /// The action runs, and whether that is the one who looks.
    Acting {
        myself: bool,
    },
}

/// What somebody is told who has waited.
pub(super) enum Told {
    Number(usize),
    Broken(BarrierError),
}
// ANCHOR_END: found

impl<A> Gathering<A> {
    // ANCHOR: new
    pub(super) const fn new(enough: usize, action: Option<A>) -> Self {
        Self {
            enough,
            came: Cell::new(0),
            has_gaps: Cell::new(false),
            line: WaitQueue::new(),
            last: LastUse::new(),
            action: Cell::new(action),
            actor: Cell::new(None),
            door: WaitQueue::new(),
            broken: Cell::new(false),
            breaks: Cell::new(0),
            why: RefCell::new(None),
            told: RefCell::new(BTreeMap::new()),
        }
    }
    // ANCHOR_END: new

    /// One more comes. If it is the last one, the others go on.
    // ANCHOR: come
    #[inline(always)]
    pub(super) fn come(&self, at: &'static Location<'static>) -> Came {
        let came = self.came.get();
        if came < self.enough.saturating_sub(1) {
            self.last.note(at);
            self.came.set(came + 1);
            return Came::Early(came);
        }
        if came == LOOK {
            return Came::Look;
        }
        self.last.note(at);
        // Only now it matters how many of them are still in line.
        let waiting = self.line.len();
        if waiting < came {
            self.has_gaps.set(true);
        }
        if waiting + 1 < self.enough {
            self.came.set(waiting + 1);
            return Came::Early(waiting);
        }
        match self.action.take() {
            None => {
                self.meet();
                Came::Last
            }
            action => {
                self.action.set(action);
                Came::Look
            }
        }
    }
    // ANCHOR_END: come

    /// After [`Came::Look`].
    // ANCHOR: look
    pub(super) fn look(&self) -> Found<A> {
        if self.broken.get() {
            return Found::Broken(self.why());
        }
        if let Some(actor) = self.actor.get() {
            let myself = actor.is_here();
            return Found::Acting { myself };
        }
        self.came.set(LOOK);
        self.actor.set(Some(Holder::here()));
        Found::Action(self.action.take().expect("nobody runs it"))
    }
    // ANCHOR_END: look

    /// All go on who wait. The log hears of it, and may come here too: it is the
    /// first of the next meeting.
    // ANCHOR: meet
    fn meet(&self) {
        self.came.set(0);
        let has_gaps = self.has_gaps.replace(false);
        wake(|waker| {
            let mut number = 0;
            while let Some(pid) = waker.first(&self.line) {
                if has_gaps {
                    let told = Told::Number(number);
                    self.told.borrow_mut().insert(pid, told);
                }
                number += 1;
            }
            waker.all(&self.door);
        });
    }
    // ANCHOR_END: meet

    /// The action is over, and was begun after so many breaks. If there was none
    /// since, all have met; otherwise they have heard why not.
    // ANCHOR: end_action
    pub(super) fn end_action(&self, action: A, breaks: usize) -> Result<(), BarrierError> {
        self.put_back(action);
        match self.breaks.get() == breaks {
            true => {
                self.meet();
                Ok(())
            }
            false => {
                self.came.set(if self.broken.get() { LOOK } else { 0 });
                wake(|waker| waker.all(&self.door));
                Err(self.why())
            }
        }
    }

    pub(super) fn put_back(&self, action: A) {
        self.action.set(Some(action));
        self.actor.set(None);
    }
    // ANCHOR_END: end_action

    /// Sends all away who wait; who comes from now on too, unless the barrier is
    /// only `reset`.
    // ANCHOR: send_away
    pub(super) fn send_away(&self, why: BarrierError, reset: bool) {
        self.breaks.set(self.breaks.get() + 1);
        self.broken.set(!reset);
        self.has_gaps.set(false);
        // The action may still run.
        let open = reset && self.actor.get().is_none();
        self.came.set(if open { 0 } else { LOOK });
        self.why.replace(Some(why.clone()));
        wake(|waker| {
            while let Some(pid) = waker.first(&self.line) {
                let told = Told::Broken(why.clone());
                self.told.borrow_mut().insert(pid, told);
            }
            // They look again. Unless the action runs, nobody is there.
            waker.all(&self.door);
        });
    }
    // ANCHOR_END: send_away

    // ANCHOR: questions
    fn why(&self) -> BarrierError {
        self.why.borrow().clone().expect("all were sent away")
    }

    pub(super) fn is_broken(&self) -> bool {
        self.broken.get()
    }

    pub(super) fn breaks(&self) -> usize {
        self.breaks.get()
    }
    // ANCHOR_END: questions

    /// What the running thread is told, which was let on; once.
    // ANCHOR: take_told
    #[inline]
    pub(super) fn take_told(&self) -> Option<Told> {
        if self.told.borrow().is_empty() {
            return None;
        }
        let me = current::try_seat(|seat| seat.pid).expect("it has waited");
        self.told.borrow_mut().remove(&me)
    }
    // ANCHOR_END: take_told
}

// ANCHOR: idle
impl<A> Idle for Gathering<A> {
    fn is_idle(&self) -> bool {
        self.line.is_empty()
            && self.door.is_empty()
            && self.actor.get().is_none()
            && self.told.borrow().is_empty()
    }

    fn abandon(&self) {
        self.line.forget_all();
        self.door.forget_all();
        self.told.take();
    }
}

impl<A> State for Gathering<A> {
    fn could_end(&self, name: &dyn Fn(Pid) -> String) -> String {
        let last = self
            .last
            .describe("the last was", "nobody has come yet", name);
        if self.actor.get().is_some() {
            return format!("whoever runs its action: {last}");
        }
        let enough = self.enough;
        let came = match self.line.len() {
            1 => format!("1 of {enough} has come"),
            came => format!("{came} of {enough} have come"),
        };
        format!("whoever comes to it: {came}, {last}")
    }
}
// ANCHOR_END: idle
