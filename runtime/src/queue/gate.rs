//! How many items and how many free places a queue has, who waits for which, and
//! whether it was shut down. It knows nothing of what the items are.
//!
//! Who wants to put takes a permit for a place, and who wants to get takes one
//! for an item. The one makes the other:
//!
//! ```text
//!             take              used: an item more
//!   [ room ] ─────▶ Permit(Place) ─────────────────▶ [ items ]
//!       ▲                                                │
//!       └───────────────────── Permit(Item) ◀────────────┘
//!         used: a place more                     take
//! ```
//!
//! A permit that is dropped unused goes back to where it was taken, and so to the
//! next who waits there: after a kill, a panic, or a shutdown.

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
use crate::sync::object::{Object, State};
use crate::sync::permits::Permits;
use crate::sync::wait_queue::{WaitQueue, wake};

pub(super) struct Gate {
    /// One for each item. Who has one of them takes an item out.
    items: Permits,
    /// One for each place. An item has one of them, and so has who puts one in.
    room: Permits,
    is_shut: Cell<bool>,
    /// Those who were let on by the shutdown, and not by a permit. Each until it
    /// runs.
    turned_away: RefCell<BTreeSet<Pid>>,
}

/// What a thread wants.
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

/// The right to do it once.
pub(super) struct Permit<'a> {
    gate: &'a Object<Gate>,
    want: Want,
    at: &'static Location<'static>,
    used: bool,
}

impl Gate {
    pub(super) const fn new(max: usize) -> Self {
        Self {
            items: Permits::new(0, usize::MAX),
            room: Permits::new(max, max),
            is_shut: Cell::new(false),
            turned_away: RefCell::new(BTreeSet::new()),
        }
    }

    /// How many items there are, those included that were handed to a thread
    /// which has not run since.
    pub(super) fn len(&self) -> usize {
        self.items.all()
    }

    #[inline(always)]
    pub(super) fn is_shut(&self) -> bool {
        self.is_shut.get()
    }

    /// Nobody waits from now on, except for a lock.
    pub(super) fn shut(&self) {
        self.is_shut.set(true);
    }

    /// Lets all go on who wait, without a permit.
    pub(super) fn turn_away(&self) {
        wake(|waker| {
            for line in [&self.items.line, &self.room.line] {
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

    #[inline(always)]
    fn permits(&self, want: Want) -> &Permits {
        match want {
            Want::Item => &self.items,
            Want::Place => &self.room,
        }
    }

    /// The running thread has got one.
    #[inline(always)]
    fn note(&self, want: Want, at: &'static Location<'static>) {
        if let Want::Item = want {
            self.items.last_acquire.note(at);
        }
    }

    #[inline(always)]
    fn line(&self, want: Want) -> &WaitQueue {
        &self.permits(want).line
    }
}

impl Object<Gate> {
    /// A permit, if there is one that is nobody's. A place may be had after the
    /// shutdown too: whoever puts has to look.
    #[inline(always)]
    #[track_caller]
    pub(super) fn try_take(&self, want: Want) -> Result<(), Denied> {
        let at = Location::caller();
        self.with(|gate| match gate.permits(want).take() {
            true => {
                gate.note(want, at);
                Ok(())
            }
            false if gate.is_shut() => Err(Denied::ShutDown),
            false => Err(Denied::NotNow),
        })
    }

    /// As [`try_take`](Self::try_take), and waits in line for no longer than
    /// `timeout`.
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

    #[track_caller]
    fn wait_for(&self, want: Want, timeout: Option<Duration>) -> Result<(), Denied> {
        let at = Location::caller();
        match self.wait(|gate| gate.line(want), timeout) {
            Ok(Signal::Continue) => self.with_held(|gate| match gate.is_turned_away() {
                true => Err(Denied::ShutDown),
                false => {
                    gate.note(want, at);
                    Ok(())
                }
            }),
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

    /// For somebody who has taken one, and to be called at once.
    // Not what `take` returns: it would be copied in parts, as a `LastUse` would.
    #[inline(always)]
    #[track_caller]
    pub(super) fn permit(&self, want: Want) -> Permit<'_> {
        Permit {
            gate: self,
            want,
            at: Location::caller(),
            used: false,
        }
    }
}

impl Permit<'_> {
    /// The item was put, or taken out. When the permit is dropped, others hear of
    /// it.
    #[inline(always)]
    pub(super) fn was_used(&mut self) {
        self.used = true;
    }
}

impl Drop for Permit<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        self.gate.with_held(|gate| match (self.want, self.used) {
            (Want::Item, true) => {
                gate.items.forget();
                gate.room.give_back();
            }
            (Want::Place, true) => {
                let fits = gate.items.release(1, self.at);
                debug_assert!(fits, "there are no more than places");
            }
            (want, false) => gate.permits(want).give_back(),
        });
    }
}

impl Idle for Gate {
    /// Each place is free or an item's, and each item nobody's.
    fn is_idle(&self) -> bool {
        self.items.is_idle()
            && self.room.line.is_empty()
            && self.room.guards() == self.len()
            && self.turned_away.borrow().is_empty()
    }

    fn abandon(&self) {
        self.items.abandon();
        self.room.abandon();
        self.turned_away.take();
    }
}

impl State for Gate {
    /// When nobody can go on, all who were let on have run, so that there is a
    /// line for one of the two at most.
    fn could_end(&self, name: &dyn Fn(Pid) -> String) -> String {
        if !self.room.line.is_empty() {
            let last = self.items.last_acquire.describe(
                "the last to get was",
                "nobody has got anything yet",
                name,
            );
            return format!("whoever gets: {last}");
        }
        let last = self.items.last_release.describe(
            "the last to put was",
            "nobody has put anything yet",
            name,
        );
        format!("whoever puts: {last}")
    }
}
