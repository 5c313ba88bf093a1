//! How a line is worked off although the log panics meanwhile.
//!
//! Each wake-up is told to the log, which is the program's. If it panics, the
//! thread was woken all the same; but whoever woke it would leave those alone
//! that come after it, with nobody to wake them.

use std::cell::Cell;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::exclusive::Holder;
use super::wait_queue::WaitQueue;
use crate::current;
use crate::panic::drop_quietly;

/// Calls `step` until it says that nothing is left to do. If a step panics, the
/// others follow, and then the first panic goes on. A step that tells the kernel
/// something has to be done with it before.
#[inline]
pub(super) fn finish<F: FnMut() -> bool>(step: F) {
    let mut rest = Rest(step);
    while (rest.0)() {}
    mem::forget(rest);
}

/// Lets all go on that wait now: those of the first line, then those of the next.
pub(super) fn wake_all(lines: &[&WaitQueue]) {
    finish(|| lines.iter().any(|line| line.wake_first(|_| {})));
}

/// Lets the first one go on, to which `set` gives what it waits for; or nobody,
/// if the log has killed all that waited.
pub(super) fn hand_over(line: &WaitQueue, set: impl Fn(Option<Holder>)) {
    let done = Cell::new(false);
    let hand = |next| {
        done.set(true);
        set(Some(Holder::handed_to(next)));
    };
    finish(|| {
        if !done.get() && !line.wake_first(hand) {
            set(None);
        }
        false
    });
}

/// The steps that are left. It is dropped if one of them has panicked.
struct Rest<F: FnMut() -> bool>(F);

impl<F: FnMut() -> bool> Drop for Rest<F> {
    fn drop(&mut self) {
        while kernel_listens() {
            match catch_unwind(AssertUnwindSafe(&mut self.0)) {
                Ok(true) => {}
                Ok(false) => return,
                Err(panic) => drop_quietly(panic),
            }
        }
    }
}

/// Not in the middle of a policy, which must not have come here. Then each step
/// would panic, and nothing would be done.
fn kernel_listens() -> bool {
    current::try_core(|core| core.kernel.try_borrow_mut().is_ok()) != Some(false)
}
