//! The quantum of green threads, and the safe points at which it can end.
//!
//! A processor has a timer that interrupts whatever runs, at any instruction, and the
//! kernel saves all registers. A runtime in Rust cannot do the same for its threads.
//! Somewhere in the middle of a function a thread may have taken half of what it needs
//! from a `Rc`'s counter, may stand inside `malloc` with the allocator's lock taken, or
//! have a borrow that the compiler has checked on the word that nothing else runs
//! meanwhile. Another green thread that ran then on the same OS thread would find all of
//! that half done. No compiler tells where it is not so: Go's compiler does, for Go, and
//! Java's virtual machine for Java; Rust's does not. (What the threads of this runtime
//! share need not be `Sync`, and that is sound only because nobody is interrupted.)
//!
//! So the timer is heard only where a thread says that all is in order: at *safe points*.
//! Each call into the runtime that starts threads, may wait, lets others go on, or asks
//! how far they are is one, at its beginning; only to let go of a guard is none, because
//! that may happen in any destructor. The runtime's own locks are none either: they are
//! free again before anybody else runs. For loops that compute and call nothing there is
//! [`checkpoint`]. Whoever comes to none keeps the CPU.
//!
//! Who loses the CPU in a call goes on in it as if nothing had been. If it was killed
//! meanwhile, it is told so where it waits or yields the next time, as without a quantum, or
//! at a checkpoint. Only when the program is over every safe point tells it.
//!
//! Without a quantum, which is the default, a safe point is one comparison.

use std::str::FromStr;
use std::time::Duration;

use kernel_sim::kernel::wait::Signal;

use crate::current::{self, Pace};
use crate::panic;
use crate::trap::{Hears, Trap};

/// What a checkpoint takes of a time that is not real.
// ANCHOR: checkpoint_time
const CHECKPOINT_TIME: Duration = Duration::from_micros(1);
// ANCHOR_END: checkpoint_time

/// Gives up the CPU if the turn is over: the thread has had it for a
/// [quantum](crate::Builder::quantum), or somebody is ready who comes first by the
/// [policy](crate::Builder::policy). Without a quantum it keeps the CPU.
///
/// Where time is not real, a checkpoint takes a microsecond of it, quantum or not: so
/// loops that compute can be measured in time that is the same on every run.
///
/// Under the real clock it reads the clock, about 25 ns, if there is a quantum; without
/// one it is a comparison. Outside a green thread it does nothing, and a thread that
/// unwinds goes on: code that computes may call it anywhere.
///
/// ```
/// use std::cell::Cell;
/// use std::rc::Rc;
/// use std::time::Duration;
/// use runtime::{Clock, thread};
///
/// let builder = runtime::Builder::new()
///     .clock(Clock::Virtual)
///     .quantum(Duration::from_micros(100));
/// builder.run(|| {
///     let done = Rc::new(Cell::new(false));
///     let flag = Rc::clone(&done);
///     thread::spawn(move || flag.set(true));
///     let mut rounds = 0;
///     while !done.get() {
///         rounds += 1;
///         thread::checkpoint();
///     }
///     assert!((99..=101).contains(&rounds));
/// }).unwrap();
/// ```
// ANCHOR: checkpoint
#[inline(always)]
#[track_caller]
pub fn checkpoint() {
    match current::pace() {
        Pace::Untimed => {}
        Pace::Counted => take_time(),
        Pace::Timed => {
            take_time();
            end_turn_if_over(Hears::Kills);
        }
    }
}
// ANCHOR_END: checkpoint

// ANCHOR: take_time
#[cold]
fn take_time() {
    let in_thread = current::in_green_thread();
    current::try_core(|core| {
        if in_thread && core.is_time_made {
            core.tell_kernel(|kernel| kernel.pass(CHECKPOINT_TIME));
        }
    });
}
// ANCHOR_END: take_time

/// A place at which the running thread, if there is one, may lose the CPU.
// ANCHOR: safe_point
#[inline(always)]
#[track_caller]
pub(crate) fn safe_point() {
    if current::pace() == Pace::Timed {
        end_turn_if_over(Hears::Nothing);
    }
}
// ANCHOR_END: safe_point

// ANCHOR: end_turn
#[cold]
#[track_caller]
fn end_turn_if_over(hears: Hears) {
    let Ok(thread) = current::can_switch() else {
        return;
    };
    let pid = thread.pid();
    let is_over = |core: &crate::core::Core| {
        // In a policy nothing is to be asked, and whoever looks at the kernel must not
        // leave the CPU to a loop that needs it.
        let kernel = core.kernel.try_borrow_mut();
        kernel.is_ok_and(|kernel| kernel.turn_is_over(pid))
    };
    if current::try_core(is_over) != Some(true) {
        return;
    }
    // Otherwise a daemon that polls for ever would never end.
    let hears = match current::core(|core| core.shutting_down.get()) {
        true => Hears::Kills,
        false => hears,
    };
    let signal = thread.trap(Trap::Interrupt(hears));
    if hears == Hears::Kills && matches!(signal, Signal::Kill { .. }) {
        panic::unwind_killed();
    }
}
// ANCHOR_END: end_turn

/// A quantum, as the environment says it.
// ANCHOR: quantum
pub(crate) struct Quantum(pub(crate) Duration);

impl FromStr for Quantum {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Quantum, Self::Err> {
        let wrong = "it must be a time like '10ms', '500us', '50ns' or '1s', and not zero";
        let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, unit) = text.split_at(digits);
        let number: u64 = number.parse().map_err(|_| wrong)?;
        let quantum = match unit {
            "ns" => Duration::from_nanos(number),
            "us" => Duration::from_micros(number),
            "ms" => Duration::from_millis(number),
            "s" => Duration::from_secs(number),
            _ => return Err(wrong),
        };
        match quantum.is_zero() {
            true => Err(wrong),
            false => Ok(Quantum(quantum)),
        }
    }
}
// ANCHOR_END: quantum
