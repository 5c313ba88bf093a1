//! What a recorded run was like: who ran when, and what that was for each.

use kernel_sim::kernel::clock::Instant;
use kernel_sim::schedule::{Gantt, Metrics, Schedule};

use crate::current;

/// Who had the CPU when, up to now, as a chart: a row for each thread, and time to the
/// right. `None` if this runtime does not
/// [keep its history](crate::Builder::keep_history), and where there is no runtime.
///
/// ```
/// use runtime::{Builder, Clock, report, thread};
///
/// fn count() {
///     for _ in 0..3 {
///         (0..10).for_each(|_| thread::checkpoint());
///         thread::yield_now();
///     }
/// }
///
/// let chart = Builder::new().clock(Clock::Counted).keep_history().run(|| {
///     let threads = ["a", "b"].map(|name| {
///         thread::Builder::new().name(name.into()).spawn(count).unwrap()
///     });
///     threads.map(|thread| thread.join().unwrap());
///     report::gantt().unwrap()
/// });
/// let chart = chart.unwrap();
/// let rows: Vec<&str> = chart.lines().collect();
/// assert!(rows[1].starts_with("a           ████████████············████████████"));
/// assert!(rows[2].starts_with("b           ············████████████············"));
/// ```
// ANCHOR: gantt
pub fn gantt() -> Option<String> {
    Some(Gantt::of(&schedule()?).to_string())
}
// ANCHOR_END: gantt

/// The figures of all threads that were started, up to now: turnaround, response,
/// waiting, and so on. `None` as with [`gantt`].
///
/// ```
/// use std::time::Duration;
/// use runtime::{Builder, Clock, report, thread};
///
/// let metrics = Builder::new().clock(Clock::Counted).keep_history().run(|| {
///     let worker = thread::spawn(|| (0..50).for_each(|_| thread::checkpoint()));
///     worker.join().unwrap();
///     report::metrics().unwrap()
/// });
/// let metrics = metrics.unwrap();
/// let worker = &metrics.threads[1];
/// assert_eq!(worker.turnaround, Some(Duration::from_micros(50)));
/// println!("{}", metrics.text(runtime::schedule::Unit::Micros));
/// ```
// ANCHOR: metrics
pub fn metrics() -> Option<Metrics> {
    Some(Metrics::of(&schedule()?))
}
// ANCHOR_END: metrics

/// The same as data: who had the CPU, from when until when, and in which state each thread
/// was. `None` as with [`gantt`].
///
/// ```
/// use std::time::Duration;
/// use runtime::{Builder, Clock, report, thread};
///
/// let builder = Builder::new().clock(Clock::Counted).keep_history();
/// let schedule = builder.run(|| {
///     thread::checkpoint();
///     report::schedule().unwrap()
/// });
/// let schedule = schedule.unwrap();
/// let turn = schedule.turns().next().unwrap();
/// assert_eq!((turn.name, turn.to), ("MainThread", Duration::from_micros(1)));
/// ```
// ANCHOR: schedule
pub fn schedule() -> Option<Schedule> {
    current::try_core(|core| {
        let kernel = core.kernel.borrow();
        let schedule = Schedule::of(kernel.history()?);
        Some(schedule.until(kernel.now() - Instant::BOOT))
    })?
}
// ANCHOR_END: schedule
