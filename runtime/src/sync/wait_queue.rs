//! The line in which threads wait for a lock, a message, a signal: one kind of
//! line for all of `sync`, first come, first served.
//!
//! It is the kernel's queue, which is linked through the PCBs: to wait needs no
//! memory, and to come, to be woken and to leave early, because the time is up
//! or because of a kill, takes constant time. See `kernel_sim::kernel::queue`.

use std::cell::Cell;
use std::fmt;
use std::ptr::NonNull;

use kernel_sim::kernel::Kernel;
use kernel_sim::kernel::pid::Pid;
use kernel_sim::kernel::queue::Queue;
use kernel_sim::kernel::wait::{self, Owner, WaitReason};

use super::object::{Object, State};
use crate::core::Context;
use crate::current;

/// A line of waiting threads.
// ANCHOR: queue
pub(crate) struct WaitQueue {
    line: Cell<Queue>,
    /// For what they wait. It is there as long as somebody waits, because each
    /// of them has borrowed it.
    object: Cell<Option<NonNull<Object<dyn State>>>>,
}

// SAFETY: the pointer is used where the line is, by the one core to which the
// object is bound.
unsafe impl Send for WaitQueue {}
// ANCHOR_END: queue

impl WaitQueue {
    // ANCHOR: begin
    pub(crate) const fn new() -> Self {
        Self {
            line: Cell::new(Queue::new()),
            object: Cell::new(None),
        }
    }

    /// What the kernel is told of somebody who is about to wait here, for
    /// `object`, which this is a part of.
    #[inline]
    pub(super) fn awaited(&self, object: &Object<dyn State>) -> Awaited {
        self.object.set(Some(NonNull::from(object)));
        Awaited(NonNull::from(self))
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.line.get().is_empty()
    }
    // ANCHOR_END: begin

    /// Lets that thread go on (5), if it still stands in this line.
    // ANCHOR: wake_pid
    pub(crate) fn wake(&self, pid: Pid) {
        let is_here = |reason| match reason {
            WaitReason::Object(Awaited(line)) => line == NonNull::from(self),
            _ => false,
        };
        let wake = |kernel: &mut Kernel<Context>| {
            let wait = kernel.get(pid).and_then(|pcb| pcb.state().wait());
            if wait.is_some_and(|wait| is_here(wait.reason)) {
                kernel.wake(pid).expect("it waits");
            }
        };
        current::try_core(|core| core.tell_kernel(wake));
    }
    // ANCHOR_END: wake_pid

    /// How many wait. Takes time in proportion to that.
    // ANCHOR: len
    pub(crate) fn len(&self) -> usize {
        let queue = self.line.get();
        current::try_core(|core| core.kernel.borrow().count_in(queue)).unwrap_or_default()
    }

    /// The runtime of those that wait is gone, and they with it.
    pub(crate) fn forget_all(&self) {
        self.line.set(Queue::new());
    }
    // ANCHOR_END: len
}

/// Lets threads go on, as many as `work` says and out of whatever lines. Only then
/// the log hears of it, which is the program's, and may come back to the same
/// primitive, or panic: everything is settled before.
// ANCHOR: wake
#[inline(always)]
pub(crate) fn wake<R>(work: impl FnOnce(&mut Waker<'_>) -> R) -> R {
    current::core_if_any(|core| match core {
        Some(core) if core.can_wake() => core.tell_kernel(|kernel| work(&mut Waker(Some(kernel)))),
        // Outside nobody waits.
        _ => work(&mut Waker(None)),
    })
}
// ANCHOR_END: wake

/// See [`wake`].
// ANCHOR: waker
pub(crate) struct Waker<'a>(Option<&'a mut Kernel<Context>>);

impl Waker<'_> {
    /// Lets the first one in that line go on (5), and says who that is.
    #[inline]
    pub(crate) fn first(&mut self, line: &WaitQueue) -> Option<Pid> {
        self.0.as_mut()?.wake_first(&line.line)
    }

    /// Lets all go on that wait in that line.
    pub(crate) fn all(&mut self, line: &WaitQueue) {
        while self.first(line).is_some() {}
    }
}
// ANCHOR_END: waker

/// A line in which somebody waits, as the kernel knows it.
// ANCHOR: awaited
#[derive(Clone, Copy)]
pub(crate) struct Awaited(NonNull<WaitQueue>);

impl Awaited {
    fn line(&self) -> &WaitQueue {
        // SAFETY: `Object::wait` makes one of these, gives it to the kernel
        // alone, and borrows the object with its line until the wait is over;
        // if the wait never ends, that borrow does not either. The kernel looks
        // at it as long as the wait lasts, on the OS thread that waits.
        unsafe { self.0.as_ref() }
    }

    fn object(&self) -> &Object<dyn State> {
        let object = self.line().object.get();
        // SAFETY: whoever waits here has borrowed the object, and has put the
        // pointer there before it waited.
        unsafe { object.expect("somebody waits").as_ref() }
    }

    /// Who could end the wait, in words, when nobody has the object.
    pub(crate) fn could_end(&self, name: &dyn Fn(Pid) -> String) -> String {
        self.object().could_end(name)
    }

    /// See [`State::letting_go`].
    pub(crate) fn letting_go(&self) -> &'static str {
        self.object().letting_go()
    }
}
// ANCHOR_END: awaited

// ANCHOR: kernel_object
impl wait::Object for Awaited {
    #[inline]
    fn queue(&self) -> &Cell<Queue> {
        &self.line().line
    }

    fn owners(&self, visit: &mut dyn FnMut(Owner)) {
        self.object().owners(visit);
    }

    fn verb(&self) -> &'static str {
        self.object().verb(self.line())
    }
}
// ANCHOR_END: kernel_object

// ANCHOR: display
impl fmt::Display for Awaited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.object().label.fmt(f)
    }
}

impl fmt::Debug for Awaited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
// ANCHOR_END: display
