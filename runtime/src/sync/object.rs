//! What is the same in all of `sync`: a thing with a name, bound to a core, for
//! which threads wait in line.
//!
//! The primitive keeps its cells in a [`State`] and says what they mean. This
//! file knows how to wait: when a wait is refused, how a thread comes to stand
//! in the line, and what the kernel may ask about the thing meanwhile.

use std::fmt;
use std::panic::{Location, RefUnwindSafe, UnwindSafe};
use std::time::Duration;

use kernel_sim::kernel::pid::Pid;
use kernel_sim::kernel::wait::{Owner, Signal, Wait, WaitReason};

use super::core_bound::{CoreBound, Elsewhere, Idle};
use super::wait_queue::{Awaited, WaitQueue};
use crate::core::Core;
use crate::current::{self, CannotSwitch};
use crate::error::{Refused, Ring, SyncError, refuse};
use crate::panic::unwind_killed;
use crate::place::{self, Place};
use crate::thread::deadline_in;
use crate::trap::Trap;

/// The cells of a primitive.
// ANCHOR: state
pub(crate) trait State: Idle {
    /// Shows those who have it: see [`Object::owners`](kernel_sim::kernel::wait::Object::owners).
    fn owners(&self, visit: &mut dyn FnMut(Owner)) {
        let _ = visit;
    }

    /// Who could end a wait for it, in words, when no thread has it.
    fn could_end(&self, name: &dyn Fn(Pid) -> String) -> String {
        let _ = name;
        "nobody".into()
    }

    /// How threads have it, between its name and theirs, for somebody who waits in
    /// that line.
    fn verb(&self, line: &WaitQueue) -> &'static str {
        let _ = line;
        "held by"
    }

    /// What those who have it do when they have it no more, after "by".
    fn letting_go(&self) -> &'static str {
        "letting go of it"
    }
}
// ANCHOR_END: state

/// A primitive: what it is called, and its cells.
// ANCHOR: object
pub(crate) struct Object<S: ?Sized> {
    pub(crate) label: Label,
    state: CoreBound<S>,
}

/// "Mutex 'accounts' (src/main.rs:12)".
#[derive(Clone, Copy)]
pub(crate) struct Label {
    kind: &'static str,
    name: Option<&'static str>,
    made_at: &'static Location<'static>,
}

// What is done with the cells does not panic, so nobody finds it half done.
impl<S: ?Sized> UnwindSafe for Object<S> {}
impl<S: ?Sized> RefUnwindSafe for Object<S> {}
// ANCHOR_END: object

impl<S: State + 'static> Object<S> {
    // ANCHOR: made_at
    #[track_caller]
    pub(crate) const fn new(kind: &'static str, name: Option<&'static str>, state: S) -> Self {
        Self::made_at(Location::caller(), kind, name, state)
    }

    pub(crate) const fn made_at(
        made_at: &'static Location<'static>,
        kind: &'static str,
        name: Option<&'static str>,
        state: S,
    ) -> Self {
        Self {
            label: Label {
                kind,
                name,
                made_at,
            },
            state: CoreBound::new(state),
        }
    }
    // ANCHOR_END: made_at

    /// Waits in one of the primitive's lines, for no longer than `timeout`. To go on
    /// means that somebody let the thread on. If it was killed, it has to unwind with
    /// [`unwind_killed`], and before that to pass on what it was let on for, if it was.
    ///
    /// # Errors
    ///
    /// Where there is no waiting: outside of green threads, while the thread
    /// unwinds, and if the wait would close a ring.
    // ANCHOR: wait
    #[inline(always)]
    #[track_caller]
    pub(crate) fn wait(
        &self,
        line: impl FnOnce(&S) -> &WaitQueue,
        timeout: Option<Duration>,
    ) -> Result<Signal, Refused> {
        let thread = current::can_switch()?;
        let deadline = match timeout {
            Some(timeout) => deadline_in(timeout),
            None => None,
        };
        let awaited = self.prepare(line, thread.pid(), deadline.is_none());
        let awaited = awaited.map_err(|ring| Refused::Ring(*ring))?;
        let reason = WaitReason::Object(awaited);
        Ok(thread.trap(Trap::Wait(Wait { reason, deadline })))
    }
    // ANCHOR_END: wait

    /// Waits in one of the lines for as long as it takes. Refuses to where there
    /// is no waiting, and unwinds if the thread is killed: before that, `killed`
    /// passes on what the thread was let on for, if it was.
    // ANCHOR: wait_for_ever
    #[inline(always)]
    #[track_caller]
    pub(crate) fn wait_for_ever(
        &self,
        line: impl FnOnce(&S) -> &WaitQueue,
        killed: impl FnOnce(bool),
    ) {
        match self.wait(line, None) {
            Ok(Signal::Continue) => {}
            Ok(Signal::TimedOut) => unreachable!("it waits for ever"),
            Ok(Signal::Kill { handed }) => {
                killed(handed);
                unwind_killed()
            }
            Err(why) => self.refuse(why),
        }
    }
    // ANCHOR_END: wait_for_ever

    /// As [`Object::wait_for_ever`], for no longer than `timeout`. True if the
    /// thread was let on. Where there is no waiting, the time is up at once: while
    /// the thread unwinds, and outside of green threads if there is no time.
    // ANCHOR: wait_timeout
    #[track_caller]
    pub(crate) fn wait_timeout(
        &self,
        line: impl FnOnce(&S) -> &WaitQueue,
        timeout: Duration,
        killed: impl FnOnce(bool),
    ) -> bool {
        match self.wait(line, Some(timeout)) {
            Ok(Signal::Continue) => true,
            Ok(Signal::TimedOut) | Err(Refused::Unwinding) => false,
            Ok(Signal::Kill { handed }) => {
                killed(handed);
                unwind_killed()
            }
            Err(Refused::OutsideRuntime) if timeout.is_zero() => false,
            Err(why) => self.refuse(why),
        }
    }
    // ANCHOR_END: wait_timeout

    /// What a wait begins with. Not inlined, so that locks that are free do not
    /// carry it with them.
    // ANCHOR: prepare
    #[cold]
    #[inline(never)]
    fn prepare(
        &self,
        line: impl FnOnce(&S) -> &WaitQueue,
        me: Pid,
        for_ever: bool,
    ) -> Result<Awaited, Box<Ring>> {
        let (awaited, may_close_ring) = self.with(|state| {
            let awaited = line(state).awaited(self);
            (awaited, for_ever && may_close_ring(state, me))
        });
        let ring = |core: &Core| core.ring(me, WaitReason::Object(awaited));
        match may_close_ring.then(|| current::core(ring)).flatten() {
            Some(ring) => Err(Box::new(ring)),
            None => Ok(awaited),
        }
    }
    // ANCHOR_END: prepare
}

// ANCHOR: refused
impl From<CannotSwitch> for Refused {
    fn from(why: CannotSwitch) -> Self {
        match why {
            CannotSwitch::Outside => Refused::OutsideRuntime,
            CannotSwitch::Unwinds => Refused::Unwinding,
        }
    }
}
// ANCHOR_END: refused

/// Almost always an owner runs, or soon will: then nobody has to walk. Where
/// nobody can be an owner, no code is left of this.
// ANCHOR: may_close_ring
#[inline(always)]
fn may_close_ring(state: &impl State, me: Pid) -> bool {
    let now = current::now().dispatch();
    let mut may_close = false;
    state.owners(&mut |owner| {
        let waits = |core: &Core| {
            let kernel = core.kernel.borrow();
            let thread = kernel.thread_of(&owner);
            thread.is_some_and(|pid| kernel.is_waiting(pid))
        };
        // One that was handed it during this turn has not run since.
        may_close |= owner.slot == me.slot() || owner.since < now && current::core(waits);
    });
    may_close
}
// ANCHOR_END: may_close_ring

impl<S: State + ?Sized> Object<S> {
    /// Calls `work` with the cells: see [`CoreBound::with`]. Refuses other cores.
    // ANCHOR: with
    #[inline(always)]
    #[track_caller]
    pub(crate) fn with<R>(&self, work: impl FnOnce(&S) -> R) -> R {
        match self.state.with(work) {
            Ok(result) => result,
            Err(elsewhere) => self.refuse(match elsewhere {
                Elsewhere::InUse if place::is_outside(self.owner()) => Refused::OtherThread,
                Elsewhere::InUse => Refused::OtherCore,
                Elsewhere::Abandoned => Refused::Abandoned,
            }),
        }
    }
    // ANCHOR_END: with

    /// See [`CoreBound::with_held`].
    // ANCHOR: looks
    #[inline(always)]
    pub(crate) fn with_held<R>(&self, work: impl FnOnce(&S) -> R) -> R {
        self.state.with_held(work)
    }

    /// As [`Object::with`], for a look from anywhere; `None` on another core.
    /// See [`CoreBound::peek`].
    pub(crate) fn peek<R>(&self, work: impl FnOnce(&S) -> R) -> Option<R> {
        self.state.peek(work).ok()
    }

    /// The run that uses it, if a run does: the number of no run otherwise.
    pub(crate) fn owner(&self) -> Place {
        self.state.owner()
    }

    /// See [`CoreBound::let_go`].
    pub(crate) fn let_go(&self) {
        self.state.let_go();
    }

    pub(super) fn verb(&self, line: &WaitQueue) -> &'static str {
        self.with(|state| state.verb(line))
    }

    pub(super) fn letting_go(&self) -> &'static str {
        self.with(|state| state.letting_go())
    }

    pub(super) fn owners(&self, visit: &mut dyn FnMut(Owner)) {
        self.with(|state| state.owners(visit));
    }
    // ANCHOR_END: looks

    /// Who could end a wait for it, in words, when no thread has it.
    // ANCHOR: refuse
    pub(crate) fn could_end(&self, name: &dyn Fn(Pid) -> String) -> String {
        self.with(|state| state.could_end(name))
    }

    /// Panics, and says what was refused.
    #[cold]
    #[track_caller]
    pub(crate) fn refuse(&self, why: Refused) -> ! {
        refuse(SyncError::new(self.label.to_string(), why))
    }
    // ANCHOR_END: refuse
}

// ANCHOR: display
impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind)?;
        if let Some(name) = self.name {
            write!(f, " '{name}'")?;
        }
        write!(f, " ({}:{})", self.made_at.file(), self.made_at.line())
    }
}
// ANCHOR_END: display
