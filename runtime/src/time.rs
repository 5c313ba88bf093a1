//! The runtime's time, real or virtual.

use std::ops::{Add, AddAssign, Sub, SubAssign};
use std::time::Duration;

use kernel_sim::kernel::clock;

use crate::current;
use crate::quantum::safe_point;

/// A point in the runtime's time, as `std::time::Instant` is one in the
/// operating system's. Under the virtual clock two runs of a program see the
/// same instants.
///
/// ```
/// use std::time::Duration;
/// use runtime::Clock;
/// use runtime::thread;
/// use runtime::time::Instant;
///
/// let slept = runtime::Builder::new()
///     .clock(Clock::Virtual)
///     .run(|| {
///         let before = Instant::now();
///         thread::sleep(Duration::from_secs(3600));
///         before.elapsed()
///     })
///     .unwrap();
/// // An hour, and a microsecond for the dispatch that ended it.
/// assert_eq!(slept, Duration::from_micros(3_600_000_001));
/// ```
// ANCHOR: instant
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(clock::Instant);
// ANCHOR_END: instant

impl Instant {
    /// Now. Under the real clock a reading costs about 25 ns.
    ///
    /// # Panics
    ///
    /// With [`OutsideRuntime`](crate::error::OutsideRuntime) outside a runtime.
    // ANCHOR: now
    #[track_caller]
    pub fn now() -> Self {
        current::core(|core| Self(core.kernel.borrow().now()))
    }

    /// Now, if there is a runtime here.
    pub(crate) fn try_now() -> Option<Self> {
        current::try_core(|core| Self(core.kernel.borrow().now()))
    }
    // ANCHOR_END: now

    /// How long ago this was; zero if it is to come.
    ///
    /// # Panics
    ///
    /// As [`Instant::now`].
    // ANCHOR: elapsed
    #[track_caller]
    pub fn elapsed(&self) -> Duration {
        safe_point();
        self.elapsed_quietly()
    }

    /// The same, and the caller keeps the CPU.
    #[track_caller]
    pub(crate) fn elapsed_quietly(&self) -> Duration {
        Self::now().duration_since(*self)
    }

    /// How much later this is than `earlier`; zero if it is not.
    pub fn duration_since(&self, earlier: Self) -> Duration {
        self.0 - earlier.0
    }
    // ANCHOR_END: elapsed

    /// The same as [`Instant::duration_since`], as in std.
    // ANCHOR: reckoning
    pub fn saturating_duration_since(&self, earlier: Self) -> Duration {
        self.duration_since(earlier)
    }

    /// How much later this is than `earlier`; `None` if it is not.
    pub fn checked_duration_since(&self, earlier: Self) -> Option<Duration> {
        (*self >= earlier).then(|| self.duration_since(earlier))
    }

    /// The instant that much later; `None` if it is too late to be told.
    pub fn checked_add(&self, duration: Duration) -> Option<Self> {
        self.0.checked_add(duration).map(Self)
    }

    /// The instant that much earlier; `None` if that is before the runtime began.
    pub fn checked_sub(&self, duration: Duration) -> Option<Self> {
        self.0.checked_sub(duration).map(Self)
    }

    pub(crate) fn in_kernel(self) -> clock::Instant {
        self.0
    }
    // ANCHOR_END: reckoning
}

// ANCHOR: operators
impl Add<Duration> for Instant {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        self.checked_add(duration)
            .expect("overflow when adding duration to instant")
    }
}

impl AddAssign<Duration> for Instant {
    fn add_assign(&mut self, duration: Duration) {
        *self = *self + duration;
    }
}

impl Sub<Duration> for Instant {
    type Output = Self;

    fn sub(self, duration: Duration) -> Self {
        self.checked_sub(duration)
            .expect("overflow when subtracting duration from instant")
    }
}

impl SubAssign<Duration> for Instant {
    fn sub_assign(&mut self, duration: Duration) {
        *self = *self - duration;
    }
}

impl Sub for Instant {
    type Output = Duration;

    fn sub(self, earlier: Self) -> Duration {
        self.duration_since(earlier)
    }
}
// ANCHOR_END: operators
