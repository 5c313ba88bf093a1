//! What a computer is like, and how much of everything there is. Read next:
//! `boot.rs`.

use std::num::NonZero;

use log::LevelFilter;

use super::call_log::CallLog;
use super::cost::Costs;
use super::disk::Disk;
use crate::kernel::policy::Scheduler;

/// What a computer is like. The default has an empty disk.
///
/// ```
/// use std::num::NonZero;
/// use kernel_sim::os::{Computer, Disk, Limits, Settings};
///
/// let computer = Computer::boot(Settings {
///     disk: Disk::built_in(),
///     quantum: NonZero::new(50).unwrap(),
///     policy: "priority".parse()?,
///     limits: Limits { ticks: 1_000_000, ..Limits::default() },
///     ..Settings::default()
/// });
/// assert_eq!(computer.now(), 0);
/// # Ok::<(), kernel_sim::kernel::policy::UnknownPolicy>(())
/// ```
// ANCHOR: settings
#[derive(Debug)]
pub struct Settings {
    /// The programs that can be started.
    pub disk: Disk,
    /// How many ticks a process may have in a row before the timer takes the CPU
    /// away, if the policy wants it to: so many instructions, less what its calls take. A
    /// call is not interrupted; the timer comes when it is done. By default 1,000, which
    /// is a millisecond.
    pub quantum: NonZero<u64>,
    /// Who is next.
    pub policy: Scheduler,
    /// What the kernel's work costs.
    pub costs: Costs,
    /// How much of everything there is.
    pub limits: Limits,
    /// Where the switch trace goes.
    pub trace: Trace,
    /// Whether calls are written down.
    pub calls: CallLog,
}
// ANCHOR_END: settings

// ANCHOR: settings_default
impl Default for Settings {
    fn default() -> Settings {
        Settings {
            disk: Disk::default(),
            quantum: NonZero::new(1_000).expect("it is not zero"),
            policy: Scheduler::default(),
            costs: Costs::default(),
            limits: Limits::default(),
            trace: Trace::Log,
            calls: CallLog::Off,
        }
    }
}
// ANCHOR_END: settings_default

/// How much of everything there is.
///
/// ```
/// use kernel_sim::kernel::pcb::Priority;
/// use kernel_sim::os::{Computer, Disk, Limits, Settings, StartError};
///
/// // Room for two stacks.
/// let limits = Limits { memory: 40_000, ..Limits::default() };
/// let disk = Disk::built_in();
/// let mut computer = Computer::boot(Settings { disk, limits, ..Settings::default() });
/// computer.start("hello", Priority::NORMAL)?;
/// computer.start("hello", Priority::NORMAL)?;
/// let error = computer.start("hello", Priority::NORMAL).unwrap_err();
/// assert_eq!(error, StartError::NoMemory { wanted: 16_384, free: 7_232 });
/// # Ok::<(), StartError>(())
/// ```
// ANCHOR: limits
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of each stack, at least 512 and at most 16 MiB, rounded up to a
    /// multiple of 16. By default 16 KiB. Arguments may take a quarter of it, as on
    /// Linux.
    pub stack: u32,
    /// How far each process may move its break, in bytes. By default 256
    /// KiB.
    pub heap: u32,
    /// Bytes of memory for all processes together, without code. By default 1 GiB.
    pub memory: u64,
    /// How many threads there may be, those that have ended and whom nobody has
    /// asked for too. By default 32,768, as on Linux. Those that are started from
    /// outside are counted, and never refused.
    pub threads: usize,
    /// How many pipes may be open, a connection of two sockets being two. By default
    /// 32,768.
    pub pipes: usize,
    /// Bytes that the console keeps until somebody takes what is there. What is
    /// written beyond that is lost, and no process notices. By default 1 MiB.
    pub console: usize,
    /// The tick at which the computer is switched off. By default 10,000,000, ten
    /// seconds of its time. At most 10^15.
    pub ticks: u64,
}
// ANCHOR_END: limits

// ANCHOR: limits_default
impl Default for Limits {
    fn default() -> Limits {
        Limits {
            stack: 16 << 10,
            heap: 256 << 10,
            memory: 1 << 30,
            threads: 32_768,
            pipes: 32_768,
            console: 1 << 20,
            ticks: 10_000_000,
        }
    }
}
// ANCHOR_END: limits_default

/// The kernel's clock counts nanoseconds in 64 bits. There has to be room beyond
/// the last tick for what is being done then.
// ANCHOR: bounds
const MOST_TICKS: u64 = 1_000_000_000_000_000;
const LEAST_STACK: u32 = 512;
const MOST_STACK: u32 = 16 << 20;

impl Limits {
    pub(super) fn stack_size(&self) -> u32 {
        self.stack
            .clamp(LEAST_STACK, MOST_STACK)
            .next_multiple_of(16)
    }

    pub(super) fn last_tick(&self) -> u64 {
        self.ticks.min(MOST_TICKS)
    }
}
// ANCHOR_END: bounds

/// Where the switch trace goes.
///
/// ```
/// use kernel_sim::kernel::pcb::Priority;
/// use kernel_sim::os::{Computer, Disk, Settings, Trace};
/// use log::LevelFilter;
///
/// let mut computer = Computer::boot(Settings {
///     disk: Disk::built_in(),
///     trace: Trace::Keep(LevelFilter::Debug),
///     ..Settings::default()
/// });
/// computer.start("exit_code", Priority::NORMAL)?;
/// computer.run();
/// let events = computer.take_events();
/// let arrows: Vec<String> = events.iter().map(|event| event.arrow.to_string()).collect();
/// assert_eq!(arrows, ["2 dispatch", "6 exit"]);
/// # Ok::<(), kernel_sim::os::StartError>(())
/// ```
// ANCHOR: trace
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trace {
    /// To the log, target `switch`, as the log wants it when the computer boots.
    Log,
    /// Nowhere, until [`Computer::take_events`](super::Computer::take_events). Events of this level and of
    /// more important ones. Somebody has to take them now and then: they are kept
    /// without a limit.
    Keep(LevelFilter),
}
// ANCHOR_END: trace
