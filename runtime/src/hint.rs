//! Hints, as in `std::hint`.

use crate::{current, thread};

/// Says that the caller polls for something that another thread does. On one
/// core that other thread needs the CPU, so this is [`thread::yield_now`].
/// Where no green thread runs it is `std::hint::spin_loop`.
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicBool, Ordering};
/// use runtime::{hint, thread};
///
/// runtime::run(|| {
///     let ready = Arc::new(AtomicBool::new(false));
///     let theirs = Arc::clone(&ready);
///     thread::spawn(move || theirs.store(true, Ordering::Release));
///     while !ready.load(Ordering::Acquire) {
///         hint::spin_loop();
///     }
/// });
/// ```
// ANCHOR: spin_loop
#[inline(always)]
#[track_caller]
pub fn spin_loop() {
    match current::in_green_thread() {
        true => thread::yield_now(),
        false => std::hint::spin_loop(),
    }
}

/// Tells the compiler that the code around this call is seldom reached, so that
/// it keeps the other way straight.
#[cold]
#[inline(always)]
pub(crate) fn unlikely() {}
// ANCHOR_END: spin_loop
