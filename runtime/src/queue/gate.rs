//! How many items and how many free places a queue has, who waits for which, and
//! whether it was shut down. It knows nothing of what the items are.
//!
//! Who wants to put takes a permit for a place, and who wants to get takes one
//! for an item. The one makes the other:
//!
//! ```text
//!   in the store: items
//!   [ claimed | free ]  ◀── put ──  [ reserved | free places ]
//!      │   │                           │
//!      │   └─ leaving: they are still  └─ for those who put, or were let on
//!      │      in the store, and their     to do so and have not run since
//!      │      places are free
//!      └─ for those who get, or were let on to do so and have not run since
//! ```
//!
//! A permit that is dropped unused goes to the next who waits for such a one:
//! after a kill, a panic, or a shutdown.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::panic::Location;
use std::time::Duration;

use kernel_sim::kernel::pid::Pid;
use kernel_sim::kernel::wait::Signal;

use crate::current;
use crate::error::Refused;
use crate::hint;
use crate::panic::unwind_killed;
use crate::sync::core_bound::Idle;
use crate::sync::last_use::LastUse;
use crate::sync::object::{Object, State};
use crate::sync::wait_queue::{WaitQueue, wake};

// ANCHOR: gate
pub(super) struct Gate {
    max: usize,
    items: Cell<usize>,
    claimed: Cell<usize>,
    leaving: Cell<usize>,
    reserved: Cell<usize>,
    /// Nobody waits here as long as an item is free.
    getters: WaitQueue,
    /// Nobody waits here as long as a place is free.
    putters: WaitQueue,
    is_shut: Cell<bool>,
    /// Those who were let on by the shutdown, and without a permit. Each until it
    /// runs; and who never does is not missed, because nobody waits after that.
    turned_away: RefCell<BTreeSet<Pid>>,
    last_put: LastUse,
    last_get: LastUse,
}
// ANCHOR_END: gate

/// What a thread wants.
// ANCHOR: want
#[derive(Clone, Copy)]
pub(super) enum Want {
    /// To get.
    Item,
    /// To put.
    Place,
}

/// Why it does not get it.
#[derive(Clone, Copy)]
pub(super) enum Denied {
    /// There is none now, or not in time.
    NotNow,
    ShutDown,
}
// ANCHOR_END: want

/// The right to do it once.
// ANCHOR: permit
pub(super) struct Permit<'a> {
    gate: &'a Object<Gate>,
    stage: Stage,
    at: &'static Location<'static>,
}

/// What has become of a permit.
#[derive(Clone, Copy)]
enum Stage {
    Taken(Want),
    /// See [`Permit::leaves`].
    Leaving,
    Put,
    Got,
}
// ANCHOR_END: permit

// ANCHOR: count
fn add(cell: &Cell<usize>, number: usize) {
    cell.set(cell.get() + number);
}

fn subtract(cell: &Cell<usize>, number: usize) {
    cell.set(cell.get() - number);
}
// ANCHOR_END: count

impl Gate {
    // ANCHOR: new
    pub(super) const fn new(max: usize) -> Self {
        Self {
            max,
            items: Cell::new(0),
            claimed: Cell::new(0),
            leaving: Cell::new(0),
            reserved: Cell::new(0),
            getters: WaitQueue::new(),
            putters: WaitQueue::new(),
            is_shut: Cell::new(false),
            turned_away: RefCell::new(BTreeSet::new()),
            last_put: LastUse::new(),
            last_get: LastUse::new(),
        }
    }
    // ANCHOR_END: new

    /// How many items there may be.
    // ANCHOR: questions
    pub(super) fn max(&self) -> usize {
        self.max
    }

    /// How many items there are, claimed or free.
    pub(super) fn len(&self) -> usize {
        self.items.get()
    }

    #[inline(always)]
    pub(super) fn is_shut(&self) -> bool {
        self.is_shut.get()
    }

    /// Nobody waits from now on, except for a lock.
    pub(super) fn shut(&self) {
        self.is_shut.set(true);
    }
    // ANCHOR_END: questions

    /// Lets all go on who wait, without a permit.
    // ANCHOR: turn_away
    pub(super) fn turn_away(&self) {
        wake(|waker| {
            for line in [&self.getters, &self.putters] {
                while let Some(pid) = waker.first(line) {
                    self.turned_away.borrow_mut().insert(pid);
                }
            }
        });
    }

    /// The running thread has waited and goes on: whether that is without a
    /// permit. To be asked once.
    fn is_turned_away(&self) -> bool {
        self.is_shut() && {
            let me = current::try_seat(|seat| seat.pid).expect("it has waited");
            self.turned_away.borrow_mut().remove(&me)
        }
    }
    // ANCHOR_END: turn_away

    /// Whether there is one that is nobody's.
    // ANCHOR: has
    #[inline(always)]
    fn has(&self, want: Want) -> bool {
        match want {
            Want::Item => self.items.get() > self.claimed.get(),
            Want::Place => self.items.get() - self.leaving.get() + self.reserved.get() < self.max,
        }
    }

    /// Those who have a permit.
    #[inline(always)]
    fn permits(&self, want: Want) -> &Cell<usize> {
        match want {
            Want::Item => &self.claimed,
            Want::Place => &self.reserved,
        }
    }

    #[inline(always)]
    fn line(&self, want: Want) -> &WaitQueue {
        match want {
            Want::Item => &self.getters,
            Want::Place => &self.putters,
        }
    }
    // ANCHOR_END: has

    /// Hands what is nobody's to those who wait for it.
    // ANCHOR: hand_over
    #[inline(always)]
    fn hand_over(&self, want: Want) {
        if !self.line(want).is_empty() {
            self.let_on(want);
        }
    }

    #[inline(never)]
    fn let_on(&self, want: Want) {
        wake(|waker| {
            while self.has(want) {
                // Before: a policy that comes here too finds none that is free.
                add(self.permits(want), 1);
                if waker.first(self.line(want)).is_none() {
                    subtract(self.permits(want), 1);
                    break;
                }
            }
        });
    }
    // ANCHOR_END: hand_over
}

impl Object<Gate> {
    /// A permit, if there is one that is nobody's. A place may be had after the
    /// shutdown too: whoever puts has to look.
    // ANCHOR: try_take
    #[inline(always)]
    #[track_caller]
    pub(super) fn try_take(&self, want: Want) -> Result<(), Denied> {
        self.with(|gate| {
            if gate.has(want) {
                add(gate.permits(want), 1);
                return Ok(());
            }
            Err(match gate.is_shut() {
                true => Denied::ShutDown,
                false => Denied::NotNow,
            })
        })
    }
    // ANCHOR_END: try_take

    /// As [`try_take`](Self::try_take), and waits in line for no longer than
    /// `timeout`.
    // ANCHOR: take
    #[inline(always)]
    #[track_caller]
    pub(super) fn take(&self, want: Want, timeout: Option<Duration>) -> Result<(), Denied> {
        match self.try_take(want) {
            Err(Denied::NotNow) if timeout == Some(Duration::ZERO) => {
                hint::spin_loop();
                self.try_take(want)
            }
            Err(Denied::NotNow) => self.wait_for(want, timeout),
            taken => taken,
        }
    }
    // ANCHOR_END: take

    // ANCHOR: wait_for
    #[track_caller]
    fn wait_for(&self, want: Want, timeout: Option<Duration>) -> Result<(), Denied> {
        match self.wait(|gate| gate.line(want), timeout) {
            Ok(Signal::Continue) => match self.with_held(Gate::is_turned_away) {
                true => Err(Denied::ShutDown),
                false => Ok(()),
            },
            // Perhaps there is one by now, before it came to run.
            Ok(Signal::TimedOut) => self.try_take(want),
            Ok(Signal::Kill { handed }) => {
                if handed && !self.with_held(Gate::is_turned_away) {
                    drop(self.permit(want));
                }
                unwind_killed()
            }
            Err(Refused::Unwinding) if timeout.is_some() => Err(Denied::NotNow),
            Err(why) => self.refuse(why),
        }
    }
    // ANCHOR_END: wait_for

    /// For somebody who has taken one, and to be called at once.
    // ANCHOR: make_permit
    // Not what `take` returns: it would be copied in parts, as a `LastUse` would.
    #[inline(always)]
    #[track_caller]
    pub(super) fn permit(&self, want: Want) -> Permit<'_> {
        Permit {
            gate: self,
            stage: Stage::Taken(want),
            at: Location::caller(),
        }
    }
    // ANCHOR_END: make_permit
}

impl Permit<'_> {
    /// An item is about to be taken out: its place is for the next. The log hears
    /// of that, and may panic: so it is before the item is out. Then there is one
    /// more than there is room for, until one is taken.
    // ANCHOR: leaves
    #[inline(always)]
    pub(super) fn leaves(&mut self) {
        self.stage = Stage::Leaving;
        self.gate.with_held(|gate| {
            gate.last_get.note(self.at);
            add(&gate.leaving, 1);
            gate.hand_over(Want::Place);
        });
    }

    /// The item is in the store.
    #[inline(always)]
    pub(super) fn was_put(&mut self) {
        self.stage = Stage::Put;
    }

    /// The item is out of the store.
    #[inline(always)]
    pub(super) fn was_got(&mut self) {
        self.stage = Stage::Got;
    }
    // ANCHOR_END: leaves
}

// ANCHOR: drop
impl Drop for Permit<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        self.gate.with_held(|gate| match self.stage {
            Stage::Put => {
                subtract(&gate.reserved, 1);
                add(&gate.items, 1);
                gate.last_put.note(self.at);
                gate.hand_over(Want::Item);
            }
            Stage::Got => {
                subtract(&gate.claimed, 1);
                subtract(&gate.leaving, 1);
                subtract(&gate.items, 1);
            }
            Stage::Leaving => {
                subtract(&gate.claimed, 1);
                subtract(&gate.leaving, 1);
                gate.hand_over(Want::Item);
            }
            Stage::Taken(want) => {
                subtract(gate.permits(want), 1);
                gate.hand_over(want);
            }
        });
    }
}
// ANCHOR_END: drop

// ANCHOR: idle
impl Idle for Gate {
    fn is_idle(&self) -> bool {
        self.claimed.get() == 0
            && self.reserved.get() == 0
            && self.getters.is_empty()
            && self.putters.is_empty()
    }

    fn abandon(&self) {
        self.getters.forget_all();
        self.putters.forget_all();
    }
}
// ANCHOR_END: idle

// ANCHOR: could_end
impl State for Gate {
    /// When nobody can go on, all who were let on have run, so that there is a
    /// line for one of the two at most.
    fn could_end(&self, name: &dyn Fn(Pid) -> String) -> String {
        if !self.putters.is_empty() {
            let nobody = "nobody has got anything yet";
            let last = self.last_get.describe("the last to get was", nobody, name);
            return format!("whoever gets: {last}");
        }
        let nobody = "nobody has put anything yet";
        let last = self.last_put.describe("the last to put was", nobody, name);
        format!("whoever puts: {last}")
    }
}
// ANCHOR_END: could_end
