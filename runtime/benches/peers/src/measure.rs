//! Rounds, medians, and what the operating system is asked.

use std::fs;
use std::io;
use std::mem::MaybeUninit;
use std::time::Duration;

/// How much is done for one figure.
pub(crate) struct Effort {
    /// Processes in which a cell is measured, one after another.
    pub(crate) passes: usize,
    /// Rounds in each of them.
    pub(crate) rounds: u64,
    /// What a round takes at least, where it may have any length.
    round: Duration,
    /// Yields in a round, at least.
    pub(crate) yields: u64,
    /// The program's argument that asks for it.
    pub(crate) argument: Option<&'static str>,
}

impl Effort {
    pub(crate) const FULL: Self = Self {
        passes: 3,
        rounds: 5,
        round: Duration::from_millis(20),
        yields: 500_000,
        argument: None,
    };

    pub(crate) const QUICK: Self = Self {
        passes: 1,
        rounds: 3,
        round: Duration::from_millis(5),
        yields: 100_000,
        argument: Some("--quick"),
    };

    /// The nanoseconds of one operation. `work` does as many as it is told, and
    /// says how long they took.
    pub(crate) fn nanos(&self, work: impl Fn(u64) -> Duration) -> f64 {
        let mut n = 100;
        while work(n) < self.round {
            n *= 2;
        }
        median((0..self.rounds).map(|_| nanos_each(work(n), n)))
    }
}

pub(crate) fn nanos_each(time: Duration, n: u64) -> f64 {
    time.as_nanos() as f64 / n as f64
}

/// The middle one; of an even number, the upper one of the two.
pub(crate) fn median(figures: impl IntoIterator<Item = f64>) -> f64 {
    let mut figures: Vec<_> = figures.into_iter().collect();
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// The CPU time that this process has taken so far, in user code and in the
/// kernel, on all its OS threads.
pub(crate) fn cpu_time() -> Duration {
    let mut usage = MaybeUninit::<libc::rusage>::uninit();
    // SAFETY: the pointer is to a `rusage`, which the call fills.
    let result = unsafe { libc::getrusage(libc::RUSAGE_SELF, usage.as_mut_ptr()) };
    assert_eq!(result, 0, "getrusage: {}", io::Error::last_os_error());
    // SAFETY: the call has succeeded, so it is filled.
    let usage = unsafe { usage.assume_init() };
    let duration = |time: libc::timeval| {
        Duration::from_secs(time.tv_sec as u64) + Duration::from_micros(time.tv_usec as u64)
    };
    duration(usage.ru_utime) + duration(usage.ru_stime)
}

/// The resident memory of this process, without the kernel's page tables.
pub(crate) fn resident_bytes() -> u64 {
    let statm = fs::read_to_string("/proc/self/statm")
        .unwrap_or_else(|error| panic!("/proc/self/statm cannot be read: {error}"));
    let pages = statm.split(' ').nth(1).and_then(|word| word.parse().ok());
    let pages: u64 = pages.expect("the second number of statm is that of resident pages");
    // SAFETY: the call only looks up a number.
    let page_size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    pages * page_size as u64
}

/// Lets the system kill this process if it still runs after so many seconds.
pub(crate) fn die_after(seconds: u32) {
    // SAFETY: the call only sets a timer, and nobody here handles its signal.
    unsafe { libc::alarm(seconds) };
}
