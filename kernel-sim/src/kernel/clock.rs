//! The kernel's time: real, or virtual and the same on every run.

use std::fmt;
use std::num::NonZeroU64;
use std::time::Duration;

/// A point in kernel time: nanoseconds since the kernel booted.
///
/// ```
/// use std::time::Duration;
/// use kernel_sim::kernel::clock::Instant;
///
/// let later = Instant::BOOT.checked_add(Duration::from_millis(1500)).unwrap();
/// assert_eq!(later - Instant::BOOT, Duration::from_millis(1500));
/// assert_eq!(later.to_string(), "1.500000s");
/// // Five hundred and eighty-five years are out of reach, and so is "for ever".
/// assert_eq!(later.checked_add(Duration::MAX), None);
/// ```
// ANCHOR: instant
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(NonZeroU64);

impl Instant {
    /// The moment at which the kernel booted.
    pub const BOOT: Instant = Instant::from_nanos(0);

    // Counted from one, so that "no deadline" takes no room of its own.
    const fn from_nanos(nanos: u64) -> Instant {
        Instant(NonZeroU64::MIN.saturating_add(nanos))
    }

    const fn nanos(self) -> u64 {
        self.0.get() - 1
    }

    /// The instant that is `duration` later, or `None` if it is more than
    /// 2^64 ns after boot. A wait until then is a wait without a deadline.
    pub fn checked_add(self, duration: Duration) -> Option<Instant> {
        let nanos = u64::try_from(duration.as_nanos()).ok()?;
        self.0.checked_add(nanos).map(Instant)
    }

    /// The instant that is `duration` earlier, or `None` if that is before boot.
    pub fn checked_sub(self, duration: Duration) -> Option<Instant> {
        let nanos = u64::try_from(duration.as_nanos()).ok()?;
        self.nanos().checked_sub(nanos).map(Instant::from_nanos)
    }
}
// ANCHOR_END: instant

/// How much later the left instant is; zero if it is not later.
// ANCHOR: instant_words
impl std::ops::Sub for Instant {
    type Output = Duration;

    fn sub(self, earlier: Instant) -> Duration {
        Duration::from_nanos(self.nanos().saturating_sub(earlier.nanos()))
    }
}

impl fmt::Display for Instant {
    /// Seconds since boot, to the microsecond.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micros = self.nanos() / 1_000;
        write!(f, "{}.{:06}s", micros / 1_000_000, micros % 1_000_000)
    }
}
// ANCHOR_END: instant_words

/// Where kernel time comes from.
///
/// Reading the real clock costs about ten context switches, so the kernel does
/// not read it at every dispatch: the clock says when to look again.
// ANCHOR: clock
#[derive(Clone, Debug)]
pub enum Clock {
    /// The operating system's monotonic clock.
    Real {
        /// When the kernel booted.
        booted: std::time::Instant,
    },
    /// Time that passes only when the kernel says so: one microsecond with
    /// each dispatch, so that a loop that polls and yields comes to an end,
    /// and a leap to the next deadline when nobody is ready. Two runs of the
    /// same program read the same times.
    Virtual {
        /// Nanoseconds leapt over so far.
        leapt: u64,
    },
    /// Time that the machine counts: it passes with
    /// [`Kernel::pass`](super::Kernel::pass), and in no other way. A simulated
    /// computer counts the instructions that it executes. Two runs of the same
    /// program read the same times.
    Counted {
        /// Nanoseconds counted so far.
        nanos: u64,
    },
}

/// Virtual nanoseconds that a dispatch takes.
const DISPATCH_NANOS: u64 = 1_000;

/// With sleepers pending, the real clock is read at least once in so many
/// dispatches.
const DISPATCHES_BETWEEN_READINGS: u64 = 64;
// ANCHOR_END: clock

impl Clock {
    /// The operating system's clock, starting now.
    // ANCHOR: clocks
    pub fn real() -> Self {
        Clock::Real {
            booted: std::time::Instant::now(),
        }
    }

    /// Virtual time, starting at zero.
    pub fn virtual_time() -> Self {
        Clock::Virtual { leapt: 0 }
    }

    /// Time that the machine counts, starting at zero.
    pub fn counted() -> Self {
        Clock::Counted { nanos: 0 }
    }
    // ANCHOR_END: clocks

    /// The time at dispatch number `dispatches`.
    // ANCHOR: now
    pub(super) fn now(&self, dispatches: u64) -> Instant {
        Instant::from_nanos(match self {
            Clock::Real { booted } => {
                u64::try_from(booted.elapsed().as_nanos()).unwrap_or(u64::MAX)
            }
            Clock::Virtual { leapt } => {
                leapt.saturating_add(dispatches.saturating_mul(DISPATCH_NANOS))
            }
            Clock::Counted { nanos } => *nanos,
        })
    }
    // ANCHOR_END: now

    /// The number of the dispatch before which this clock has to be read
    /// again, for a sleeper who is due at `deadline`.
    ///
    /// A sleeper under the real clock wakes up to 64 dispatches late, plus the
    /// time that those threads keep the CPU. Under virtual time it wakes with
    /// the dispatch at which it is due, and where the machine counts, with the
    /// first one after that.
    // ANCHOR: look_again
    pub(super) fn look_again(&self, dispatches: u64, deadline: Instant) -> u64 {
        match self {
            Clock::Real { .. } => dispatches + DISPATCHES_BETWEEN_READINGS,
            Clock::Virtual { .. } => {
                let left = deadline
                    .nanos()
                    .saturating_sub(self.now(dispatches).nanos());
                dispatches.saturating_add(left.div_ceil(DISPATCH_NANOS))
            }
            Clock::Counted { .. } => dispatches,
        }
    }
    // ANCHOR_END: look_again

    /// Lets so much time pass, where it does not pass by itself.
    // ANCHOR: pass
    pub(super) fn pass(&mut self, duration: Duration) {
        let more = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        match self {
            Clock::Real { .. } => {}
            Clock::Virtual { leapt: nanos } | Clock::Counted { nanos } => {
                *nanos = nanos.saturating_add(more);
            }
        }
    }
    // ANCHOR_END: pass

    /// Leaps to `deadline`, if time is virtual. Otherwise says how long it is
    /// until then.
    // ANCHOR: leap_to
    pub(super) fn leap_to(&mut self, dispatches: u64, deadline: Instant) -> Result<(), Duration> {
        let left = deadline - self.now(dispatches);
        match self {
            Clock::Real { .. } | Clock::Counted { .. } => Err(left),
            Clock::Virtual { leapt } => {
                *leapt += left.as_nanos() as u64;
                Ok(())
            }
        }
    }
    // ANCHOR_END: leap_to
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn virtual_time_passes_with_dispatches_and_leaps_only() {
        let mut clock = Clock::virtual_time();
        assert_eq!(clock.now(0), Instant::from_nanos(0));
        assert_eq!(clock.now(3), Instant::from_nanos(3_000));
        clock.leap_to(3, Instant::from_nanos(1_000_000)).unwrap();
        assert_eq!(clock.now(3), Instant::from_nanos(1_000_000));
        assert_eq!(clock.now(4), Instant::from_nanos(1_001_000));
        // A deadline that has passed is no reason to turn time back.
        clock.leap_to(4, Instant::from_nanos(5)).unwrap();
        assert_eq!(clock.now(4), Instant::from_nanos(1_001_000));
    }

    #[test]
    fn virtual_time_is_looked_at_with_the_dispatch_that_is_due() {
        let clock = Clock::virtual_time();
        assert_eq!(clock.look_again(0, Instant::from_nanos(10_000)), 10);
        assert_eq!(clock.look_again(0, Instant::from_nanos(10_001)), 11);
        assert_eq!(clock.look_again(20, Instant::from_nanos(10_001)), 20);
    }

    #[test]
    fn counted_time_passes_when_the_machine_says_so() {
        let mut clock = Clock::counted();
        assert_eq!(clock.now(1_000), Instant::BOOT);
        clock.pass(Duration::from_nanos(30));
        assert_eq!(clock.now(1_000), Instant::from_nanos(30));
        let left = clock.leap_to(1_000, Instant::from_nanos(70));
        assert_eq!(left, Err(Duration::from_nanos(40)), "the machine does it");
        assert_eq!(clock.look_again(1_000, Instant::from_nanos(70)), 1_000);
        clock.pass(Duration::MAX);
        assert_eq!(clock.now(1_000), Instant::from_nanos(u64::MAX));
    }

    #[test]
    fn real_time_is_looked_at_every_64_dispatches() {
        let clock = Clock::real();
        assert_eq!(clock.look_again(100, Instant::from_nanos(u64::MAX)), 164);
    }
}
