//! [`Once`]: something that is done once, by whoever comes first.
//!
//! [`OnceLock`](super::OnceLock) and [`LazyLock`](super::LazyLock) are this and
//! the value that is made.
//!
//! ```text
//!    ┌────────────┐    a call     ┌──────────┐   it returns    ┌──────────┐
//!    │ incomplete │ ────────────▶ │ somebody │ ──────────────▶ │ complete │
//!    └────────────┘ ◀──────────── │ runs it  │                 └──────────┘
//!                      a kill     │          │   a panic       ┌──────────┐
//!                                 │          │ ──────────────▶ │ poisoned │
//!                                 └──────────┘ ◀────────────── └──────────┘
//!                                                a forced call
//! ```
//!
//! Whether it is incomplete, poisoned or complete, an atomic number says, and
//! nobody has to own anything to read it: when it is complete, every OS thread
//! finds it so. Until then, who runs it and who waits is bound to one core, as
//! with a lock: see `once/attempt.rs`.

mod attempt;

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;
use std::panic::{
    AssertUnwindSafe, Location, RefUnwindSafe, UnwindSafe, catch_unwind, resume_unwind,
};
use std::sync::atomic::{AtomicU8, Ordering};

use super::object::Object;
use crate::panic::is_kill;
use crate::quantum::safe_point;
use attempt::Attempt;

/// An initialisation that is run once: `std::sync::Once`.
///
/// Those that call it while it is being run wait. When it is complete, all of
/// them go on, in the order in which they came. If it was not completed, because
/// the function panicked or its thread was killed, the first of them is handed
/// the initialisation and runs its own function, and nobody gets in between. But
/// a panic poisons: then those that have not come by force panic when it is
/// their turn. Those that only [`wait`](Once::wait) go on after all that call,
/// and those that wait by force are the last.
///
/// When it is complete, any OS thread may use it, and it costs one atomic load.
/// Until then one runtime at a time can run it.
///
/// What differs from std:
///
/// - A thread that calls a `Once` which it is running, or closes a ring of such
///   waits with others, is refused with a panic that names the ring. The payload
///   is a [`SyncError`](crate::error::SyncError).
/// - A kill does not poison.
/// - While a thread unwinds it can run one that nobody runs, and is refused one
///   for which it would have to wait.
/// - An OS thread that would have to wait for another one is refused.
///
/// ```
/// use runtime::sync::Once;
/// use runtime::thread;
///
/// static START: Once = Once::new();
///
/// runtime::run(|| {
///     let threads = [(); 3].map(|()| {
///         thread::spawn(|| START.call_once(|| println!("once, by {}", thread::current())))
///     });
///     for thread in threads {
///         thread.join().unwrap();
///     }
///     assert!(START.is_completed());
/// });
/// ```
// ANCHOR: once
pub struct Once {
    phase: AtomicU8,
    attempt: Object<Attempt>,
}

impl UnwindSafe for Once {}
impl RefUnwindSafe for Once {}

const INCOMPLETE: u8 = 0;
const POISONED: u8 = 1;
const COMPLETE: u8 = 2;
// ANCHOR_END: once

/// What is given to the function of [`Once::call_once_force`].
///
/// ```
/// runtime::sync::Once::new().call_once_force(|state: &runtime::sync::OnceState| {
///     assert!(!state.is_poisoned());
/// });
/// ```
// ANCHOR: once_state
pub struct OnceState {
    poisoned: bool,
    /// As std's it stays with the thread that runs the function.
    not_sync: PhantomData<Cell<()>>,
}
// ANCHOR_END: once_state

/// An initialisation that has not been run.
///
/// ```
/// #[allow(deprecated)]
/// static START: runtime::sync::Once = runtime::sync::ONCE_INIT;
/// assert!(!START.is_completed());
/// ```
// ANCHOR: once_init
#[deprecated(note = "the `Once::new()` function is now preferred")]
#[allow(clippy::declare_interior_mutable_const, reason = "std has it too")]
pub const ONCE_INIT: Once = Once::new();
// ANCHOR_END: once_init

impl Once {
    /// An initialisation that has not been run.
    ///
    /// ```
    /// static START: runtime::sync::Once = runtime::sync::Once::new();
    /// ```
    // ANCHOR: new
    #[must_use]
    #[allow(clippy::new_without_default, reason = "std has none either")]
    #[track_caller]
    pub const fn new() -> Self {
        Self::of("Once", None)
    }
    // ANCHOR_END: new

    /// An initialisation with a name, by which reports call it.
    ///
    /// ```
    /// use runtime::sync::Once;
    ///
    /// static LOGGING: Once = Once::named("logging");
    /// ```
    // ANCHOR: named
    #[must_use]
    #[track_caller]
    pub const fn named(name: &'static str) -> Self {
        Self::of("Once", Some(name))
    }

    /// What a type that is built on this has, under its own name.
    #[track_caller]
    pub(super) const fn of(kind: &'static str, name: Option<&'static str>) -> Self {
        Self {
            phase: AtomicU8::new(INCOMPLETE),
            attempt: Object::new(kind, name, Attempt::new()),
        }
    }

    /// The same, complete.
    pub(super) fn completed(mut self) -> Self {
        *self.phase.get_mut() = COMPLETE;
        self
    }

    /// Nobody else has it, so nobody runs it. Makes it as if it had never been run.
    pub(super) fn reset(&mut self) {
        *self.phase.get_mut() = INCOMPLETE;
    }
    // ANCHOR_END: named

    /// Calls `f`, unless this or another function was called here before and has
    /// returned. If one is being run, waits for it.
    ///
    /// # Panics
    ///
    /// If an earlier function panicked: the initialisation is poisoned. With
    /// [`SyncError`](crate::error::SyncError) if it would have to wait where it
    /// cannot, or would wait for ever, as when `f` itself calls this. And if `f`
    /// panics, which poisons.
    ///
    /// ```
    /// use runtime::sync::Once;
    ///
    /// let (once, mut calls) = (Once::new(), 0);
    /// once.call_once(|| calls += 1);
    /// once.call_once(|| calls += 1);
    /// assert_eq!(calls, 1);
    /// ```
    // ANCHOR: call_once
    #[inline]
    #[track_caller]
    pub fn call_once<F>(&self, f: F)
    where
        F: FnOnce(),
    {
        safe_point();
        if !self.is_completed() {
            self.call(false, |_| f());
        }
    }
    // ANCHOR_END: call_once

    /// As [`Once::call_once`], also if it is poisoned. Then it is no longer, when
    /// `f` has returned.
    ///
    /// # Panics
    ///
    /// As [`Once::call_once`], but for the poison.
    ///
    /// ```
    /// use runtime::sync::Once;
    /// use runtime::thread;
    ///
    /// static START: Once = Once::new();
    ///
    /// runtime::run(|| {
    ///     let panics = thread::spawn(|| START.call_once(|| panic!("no start today")));
    ///     panics.join().unwrap_err();
    ///     START.call_once_force(|state| assert!(state.is_poisoned()));
    ///     START.call_once(|| unreachable!("it is complete"));
    /// });
    /// ```
    // ANCHOR: call_once_force
    #[inline]
    #[track_caller]
    pub fn call_once_force<F>(&self, f: F)
    where
        F: FnOnce(&OnceState),
    {
        safe_point();
        if !self.is_completed() {
            self.call(true, f);
        }
    }
    // ANCHOR_END: call_once_force

    /// Whether a function was called here and has returned. Never waits.
    ///
    /// ```
    /// use runtime::sync::Once;
    ///
    /// let once = Once::new();
    /// once.call_once(|| assert!(!once.is_completed()));
    /// assert!(once.is_completed());
    /// ```
    // ANCHOR: is_completed
    #[inline]
    pub fn is_completed(&self) -> bool {
        // Acquire: whoever finds it complete sees all that the function did.
        self.phase.load(Ordering::Acquire) == COMPLETE
    }
    // ANCHOR_END: is_completed

    /// Waits until it is complete, also if nobody has called it yet.
    ///
    /// # Panics
    ///
    /// If it is poisoned, or becomes so. With
    /// [`SyncError`](crate::error::SyncError) if it would have to wait where it
    /// cannot, or would wait for ever.
    ///
    /// ```
    /// use runtime::sync::Once;
    /// use runtime::thread;
    ///
    /// static READY: Once = Once::new();
    ///
    /// runtime::run(|| {
    ///     thread::spawn(|| READY.call_once(|| println!("ready")));
    ///     READY.wait();
    /// });
    /// ```
    // ANCHOR: wait
    #[inline]
    #[track_caller]
    pub fn wait(&self) {
        safe_point();
        if !self.is_completed() {
            self.wait_for_end(Poison::Ends);
        }
    }
    // ANCHOR_END: wait

    /// As [`Once::wait`], also while it is poisoned.
    ///
    /// # Panics
    ///
    /// As [`Once::wait`], but for the poison.
    ///
    /// ```
    /// use runtime::sync::Once;
    /// use runtime::thread;
    ///
    /// static READY: Once = Once::new();
    ///
    /// runtime::run(|| {
    ///     let panics = thread::spawn(|| READY.call_once(|| panic!("not yet")));
    ///     panics.join().unwrap_err();
    ///     thread::spawn(|| READY.call_once_force(|_| println!("ready")));
    ///     READY.wait_force();
    /// });
    /// ```
    // ANCHOR: wait_force
    #[inline]
    #[track_caller]
    pub fn wait_force(&self) {
        safe_point();
        if !self.is_completed() {
            self.wait_for_end(Poison::IsIgnored);
        }
    }
    // ANCHOR_END: wait_force

    // ANCHOR: call
    #[cold]
    #[track_caller]
    fn call(&self, ignores_poison: bool, f: impl FnOnce(&OnceState)) {
        let _in_the_end = LetGo(self);
        let Some(before) = self.begin() else { return };
        if before == POISONED && !ignores_poison {
            self.end(POISONED);
            refuse_poisoned();
        }
        let state = OnceState {
            not_sync: PhantomData,
            poisoned: before == POISONED,
        };
        match catch_unwind(AssertUnwindSafe(|| f(&state))) {
            Ok(()) => self.end(COMPLETE),
            Err(payload) => {
                self.end(match is_kill(&payload) {
                    true => before,
                    false => POISONED,
                });
                resume_unwind(payload)
            }
        }
    }
    // ANCHOR_END: call

    /// Makes the calling thread the one that runs it, and says in which phase it
    /// is; `None` if it is complete.
    // ANCHOR: begin
    #[track_caller]
    fn begin(&self) -> Option<u8> {
        let at = Location::caller();
        if !self.attempt.with(|attempt| attempt.begin(at)) {
            self.wait_in_line();
            if self.is_completed() {
                return None;
            }
            self.attempt.with_held(|attempt| attempt.sign(at));
        }
        // Acquire: the last one may have run elsewhere.
        match self.phase.load(Ordering::Acquire) {
            COMPLETE => {
                self.end(COMPLETE);
                None
            }
            phase => Some(phase),
        }
    }

    /// Waits until it is complete, or handed to this thread.
    #[track_caller]
    fn wait_in_line(&self) {
        self.attempt.wait_for_ever(
            |attempt| &attempt.callers,
            |handed| {
                if handed && !self.is_completed() {
                    self.end(self.phase.load(Ordering::Relaxed));
                }
            },
        );
    }

    /// The one that runs it does not any more.
    fn end(&self, phase: u8) {
        // Release: see `is_completed`.
        self.phase.store(phase, Ordering::Release);
        self.attempt.with_held(|attempt| attempt.end(phase));
    }
    // ANCHOR_END: begin

    // ANCHOR: wait_for_end
    #[cold]
    #[track_caller]
    fn wait_for_end(&self, poison: Poison) {
        let _in_the_end = LetGo(self);
        // When it is bound to this core, no other can complete it unseen.
        let phase = self.attempt.with(|_| self.phase.load(Ordering::Acquire));
        if phase == INCOMPLETE || phase == POISONED && poison == Poison::IsIgnored {
            match poison {
                Poison::Ends => self
                    .attempt
                    .wait_for_ever(|attempt| &attempt.waiters, |_| {}),
                Poison::IsIgnored => {
                    self.attempt
                        .wait_for_ever(|attempt| &attempt.forced_waiters, |_| {});
                }
            }
        }
        if !self.is_completed() {
            refuse_poisoned();
        }
    }
    // ANCHOR_END: wait_for_end
}

/// What poison is to a wait for the end.
// ANCHOR: let_go
#[derive(Clone, Copy, PartialEq, Eq)]
enum Poison {
    Ends,
    IsIgnored,
}

/// Whoever had to do with an attempt, however that went: if nobody is left who
/// has, the next core may try.
struct LetGo<'a>(&'a Once);

impl Drop for LetGo<'_> {
    fn drop(&mut self) {
        self.0.attempt.let_go();
    }
}

#[track_caller]
fn refuse_poisoned() -> ! {
    panic!("Once instance has previously been poisoned")
}
// ANCHOR_END: let_go

impl OnceState {
    /// Whether an earlier function panicked, and none has returned since.
    ///
    /// ```
    /// let once = runtime::sync::Once::new();
    /// once.call_once_force(|state| assert!(!state.is_poisoned()));
    /// ```
    // ANCHOR: is_poisoned
    #[inline]
    pub fn is_poisoned(&self) -> bool {
        self.poisoned
    }
    // ANCHOR_END: is_poisoned
}

impl fmt::Debug for OnceState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnceState")
            .field("poisoned", &self.poisoned)
            .finish()
    }
}

impl fmt::Debug for Once {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Once").finish_non_exhaustive()
    }
}
