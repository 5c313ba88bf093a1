//! [`run`]: how a program gets a runtime, and how both come to an end.

use std::env;
use std::fmt;
use std::panic::{panic_any, resume_unwind};
use std::str::FromStr;
use std::time::Duration;

use kernel_sim::kernel::attributes::Attributes;
use kernel_sim::kernel::clock;
use kernel_sim::kernel::pcb::Pcb;
use kernel_sim::kernel::pid::Pid;
use kernel_sim::kernel::policy::Scheduler;

use crate::core::{Core, CutShort};
use crate::current;
use crate::dispatch::NobodyCanRun;
use crate::error::refuse;
use crate::handle;
use crate::overflow;
use crate::panic::{self, Killed};
use crate::quantum::Quantum;
use crate::run_error::RunError;
use crate::stack::{self, GuardPages, StackSize};
use crate::thread::{self, JoinHandle};

/// Runs `main` as the green thread `MainThread` of a new runtime on this OS
/// thread, and gives back what it returns.
///
/// When `main` has ended, the runtime waits for all threads that are no
/// daemons; then it calls what was registered with [`at_exit`](crate::at_exit());
/// then it kills the daemons, the newest first, so that their destructors run;
/// then it returns.
///
/// # Panics
///
/// With the panic of `main`, after all that; and with [`RunError`] where
/// [`Builder::run`] gives it as an error.
///
/// ```
/// use runtime::thread;
///
/// let sum = runtime::run(|| {
///     let parts = [1..=50, 51..=100].map(|part| thread::spawn(|| part.sum::<u32>()));
///     parts.into_iter().map(|part| part.join().unwrap()).sum::<u32>()
/// });
/// assert_eq!(sum, 5050);
/// ```
// ANCHOR: run
#[track_caller]
pub fn run<F, T>(main: F) -> T
where
    F: FnOnce() -> T + 'static,
    T: 'static,
{
    // Before the threads are killed: one of their destructors may abort.
    match Builder::new().run_and_report(main, |deadlock| panic::announce(deadlock)) {
        Ok(result) => result,
        Err(RunError::Deadlock(deadlock)) => panic_any(RunError::Deadlock(deadlock)),
        Err(error) => refuse(error),
    }
}
// ANCHOR_END: run

/// A runtime to be, with what it shall have that others have not.
///
/// What is not set here is taken from the environment, and then from the
/// defaults:
///
/// | method | variable | values | default |
/// | --- | --- | --- | --- |
/// | [`clock`](Builder::clock) | `RUNTIME_CLOCK` | `real`, `virtual`, `counted` | `real` |
/// | [`stack_size`](Builder::stack_size) | `RUNTIME_STACK_SIZE` | bytes, or `64K`, `1M` | `256K` |
/// | [`guard_pages`](Builder::guard_pages) | `RUNTIME_GUARD_PAGES` | `madvise`, `mprotect` | `madvise` where the system has it |
/// | [`policy`](Builder::policy) | `RUNTIME_POLICY` | `fifo`, `round-robin`, `sjf`, `srt`, `priority`, `ageing`, `mlfq`, `lottery`, `stride`, `edf`, `eevdf` | `round-robin` |
/// | [`quantum`](Builder::quantum) | `RUNTIME_QUANTUM` | a time: `10ms`, `500us` | none |
///
/// ```
/// use runtime::Clock;
///
/// let answer = runtime::Builder::new()
///     .clock(Clock::Virtual)
///     .stack_size(64 * 1024)
///     .policy("priority".parse().unwrap())
///     .run(|| 42);
/// assert_eq!(answer.unwrap(), 42);
/// ```
// ANCHOR: builder
#[derive(Debug, Default)]
#[must_use = "a builder makes no runtime until run is called"]
pub struct Builder {
    clock: Option<Clock>,
    stack_size: Option<usize>,
    guard_pages: Option<GuardPages>,
    policy: Option<Scheduler>,
    quantum: Option<Duration>,
    main: Attributes,
    history: bool,
}
// ANCHOR_END: builder

/// Where a runtime's time comes from.
///
/// ```
/// assert_eq!("virtual".parse(), Ok(runtime::Clock::Virtual));
/// ```
// ANCHOR: clock
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// The operating system.
    Real,
    /// Nowhere: each dispatch takes a microsecond and so does each
    /// [checkpoint](crate::thread::checkpoint()), and when nobody is ready time leaps to the
    /// next deadline. The same on every run.
    Virtual,
    /// Nowhere either, and switching takes no time: only a checkpoint does, a microsecond.
    /// So schedules come out as they are worked out in textbooks. A loop that waits by
    /// [`yield_now`](crate::thread::yield_now) for a time to come waits for ever.
    Counted,
}

impl FromStr for Clock {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "real" => Ok(Clock::Real),
            "virtual" => Ok(Clock::Virtual),
            "counted" => Ok(Clock::Counted),
            _ => Err("it must be 'real', 'virtual' or 'counted'"),
        }
    }
}
// ANCHOR_END: clock

impl Builder {
    /// A runtime like the one that [`run`] makes.
    ///
    /// ```
    /// assert_eq!(runtime::Builder::new().run(|| 5).unwrap(), 5);
    /// ```
    pub fn new() -> Self {
        Self::default()
    }

    /// Where the time comes from, whatever the environment says.
    ///
    /// ```
    /// use runtime::Clock;
    ///
    /// runtime::Builder::new().clock(Clock::Virtual).run(|| ()).unwrap();
    /// ```
    // ANCHOR: set_clock
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = Some(clock);
        self
    }
    // ANCHOR_END: set_clock

    /// The size in bytes of the stacks of threads that do not say otherwise,
    /// the main thread among them, whatever the environment says. It is
    /// rounded up to a power of two and to 64 KiB.
    ///
    /// ```
    /// runtime::Builder::new().stack_size(1 << 20).run(|| ()).unwrap();
    /// ```
    pub fn stack_size(mut self, bytes: usize) -> Self {
        self.stack_size = Some(bytes);
        self
    }

    /// How the end of each stack is guarded, whatever the environment says.
    ///
    /// ```
    /// use runtime::GuardPages;
    ///
    /// runtime::Builder::new().guard_pages(GuardPages::Mprotect).run(|| ()).unwrap();
    /// ```
    pub fn guard_pages(mut self, guard_pages: GuardPages) -> Self {
        self.guard_pages = Some(guard_pages);
        self
    }

    /// Who runs next, whatever the environment says.
    ///
    /// ```
    /// let round_robin = "round-robin".parse().unwrap();
    /// runtime::Builder::new().policy(round_robin).run(|| ()).unwrap();
    /// ```
    pub fn policy(mut self, policy: Scheduler) -> Self {
        self.policy = Some(policy);
        self
    }

    /// For how long a thread may have the CPU while others are ready, whatever the
    /// environment says. It loses the CPU at the first safe point after that: at a
    /// [`checkpoint`](crate::thread::checkpoint()), or at a call into the runtime that
    /// starts threads, may wait, lets others go on or asks how far they are. A policy may
    /// give a thread more than one quantum at a time, and may interrupt it sooner, or never.
    ///
    /// Not anywhere, as a processor's timer does it: in the middle of a function a thread
    /// may have counted an `Rc` up by half, or stand in the allocator with its lock taken,
    /// and threads here share what is not `Sync` because nobody else runs then.
    ///
    /// Others may run, then, during a call that never waits, such as
    /// [`Sender::send`](crate::sync::mpsc::Sender::send): no `RefCell` should be borrowed
    /// over it. Of a [kill](crate::thread::Thread::kill) a thread hears at a checkpoint, and
    /// where it waits or yields, as without a quantum.
    ///
    /// Without a quantum a thread has the CPU until it waits or yields. With one, each
    /// safe point costs a reading of the clock, about 25 ns. Zero is taken for a nanosecond.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// runtime::Builder::new().quantum(Duration::from_millis(10)).run(|| ()).unwrap();
    /// ```
    // ANCHOR: set_quantum
    pub fn quantum(mut self, quantum: Duration) -> Self {
        self.quantum = Some(quantum.max(Duration::from_nanos(1)));
        self
    }
    // ANCHOR_END: set_quantum

    /// What policies may know of the main thread. Others are told about by
    /// [`thread::Builder::attributes`].
    ///
    /// ```
    /// use runtime::Priority;
    /// use runtime::policy::Attributes;
    ///
    /// let urgent = Attributes::default().with_priority(Priority::HIGHEST);
    /// runtime::Builder::new().main_attributes(urgent).run(|| ()).unwrap();
    /// ```
    // ANCHOR: set_main
    pub fn main_attributes(mut self, attributes: Attributes) -> Self {
        self.main = attributes;
        self
    }
    // ANCHOR_END: set_main

    /// Writes down who went along which arrow when, for [`report::gantt`](crate::report::gantt)
    /// and [`report::metrics`](crate::report::metrics). Each arrow costs a reading of the
    /// clock, and 32 bytes until the runtime has ended.
    ///
    /// ```
    /// let chart = runtime::Builder::new()
    ///     .keep_history()
    ///     .run(|| runtime::report::gantt().unwrap());
    /// assert!(chart.unwrap().starts_with("MainThread  "));
    /// ```
    // ANCHOR: set_history
    pub fn keep_history(mut self) -> Self {
        self.history = true;
        self
    }
    // ANCHOR_END: set_history

    /// Runs `main` in the runtime: see [`run`].
    ///
    /// # Errors
    ///
    /// [`RunError`]. But for [`RunError::Deadlock`] and [`RunError::Killed`],
    /// `main` has not run then.
    ///
    /// # Panics
    ///
    /// With the panic of `main`.
    ///
    /// ```
    /// use runtime::RunError;
    ///
    /// let nested = runtime::run(|| runtime::Builder::new().run(|| ()));
    /// assert!(matches!(nested, Err(RunError::Nested)));
    ///
    /// let error = runtime::Builder::new().stack_size(0).run(|| ()).unwrap_err();
    /// assert!(matches!(error, RunError::StackSize(_)));
    /// ```
    // ANCHOR: builder_run
    #[track_caller]
    pub fn run<F, T>(self, main: F) -> Result<T, RunError>
    where
        F: FnOnce() -> T + 'static,
        T: 'static,
    {
        self.run_and_report(main, |_| ())
    }
    // ANCHOR_END: builder_run

    /// As [`Builder::run`], and shows a deadlock while its threads still wait.
    // ANCHOR: run_and_report
    #[track_caller]
    fn run_and_report<F, T>(self, main: F, report: fn(&RunError)) -> Result<T, RunError>
    where
        F: FnOnce() -> T + 'static,
        T: 'static,
    {
        if std::thread::panicking() {
            return Err(RunError::Unwinding);
        }
        let attributes = self.main;
        let core = self.into_core()?;
        let Some(_inside) = current::enter(&core) else {
            return Err(RunError::Nested);
        };
        handle::register(&core);
        panic::install_hook();
        let _watch = overflow::watch();

        let main = thread::Builder::new()
            .name("MainThread".into())
            .attributes(attributes)
            .create(main)
            .expect("there is nothing wrong with its name");
        core.lead(main, report)
    }
    // ANCHOR_END: run_and_report

    // ANCHOR: into_core
    fn into_core(self) -> Result<Core, RunError> {
        let clock = match self
            .clock
            .map_or_else(|| setting("RUNTIME_CLOCK"), |c| Ok(Some(c)))?
        {
            Some(Clock::Virtual) => clock::Clock::virtual_time(),
            Some(Clock::Counted) => clock::Clock::counted(),
            Some(Clock::Real) | None => clock::Clock::real(),
        };
        let stack_size = match self.stack_size {
            Some(bytes) => StackSize::new(bytes).map_err(RunError::StackSize)?,
            None => setting("RUNTIME_STACK_SIZE")?.unwrap_or(StackSize::DEFAULT),
        };
        stack::check_limits(stack_size).map_err(RunError::StackSize)?;
        let guards = match self.guard_pages {
            Some(guards) => Some(guards),
            None => setting("RUNTIME_GUARD_PAGES")?,
        };
        let guards = guards.unwrap_or_else(GuardPages::best);
        guards.check().map_err(RunError::GuardPages)?;
        log::debug!("stacks have guard pages by {guards}");
        let policy = match self.policy {
            Some(policy) => policy,
            None => setting("RUNTIME_POLICY")?.unwrap_or_default(),
        };
        let quantum = match self.quantum {
            Some(quantum) => Some(quantum),
            None => setting("RUNTIME_QUANTUM")?.map(|Quantum(quantum)| quantum),
        };
        let core = Core::new(clock, policy, quantum, stack_size, guards);
        if self.history {
            core.kernel.borrow_mut().keep_history();
        }
        Ok(core)
    }
    // ANCHOR_END: into_core
}

/// What the environment says, if it says anything.
// ANCHOR: setting
fn setting<T>(variable: &'static str) -> Result<Option<T>, RunError>
where
    T: FromStr<Err: fmt::Display>,
{
    let Some(value) = env::var_os(variable) else {
        return Ok(None);
    };
    let value = value.to_string_lossy();
    match value.parse() {
        Ok(setting) => Ok(Some(setting)),
        Err(why) => Err(RunError::Setting {
            variable,
            value: value.into_owned(),
            why: why.to_string(),
        }),
    }
}
// ANCHOR_END: setting

impl Core {
    /// The whole run, from the start of its main thread until nobody is left.
    // ANCHOR: lead
    #[track_caller]
    fn lead<T>(&self, mut main: JoinHandle<T>, report: fn(&RunError)) -> Result<T, RunError>
    where
        T: 'static,
    {
        self.main
            .set(main.thread().clone())
            .expect("it is made once");
        main.start().expect("it is new");
        let end = self.drive();
        let result = match main.is_finished() {
            true => main.take_result(),
            false => None,
        };
        let end = end.and_then(|()| self.run_exit_hooks(result.as_ref()));
        let deadlock = end
            .err()
            .map(|NobodyCanRun| RunError::Deadlock(self.deadlock()));
        let panicked = matches!(&result, Some(Err(payload)) if !payload.is::<Killed>());
        match &deadlock {
            // The caller gets main's panic, and hears of the others here.
            Some(deadlock) if panicked => panic::announce(deadlock),
            Some(deadlock) => report(deadlock),
            None => {}
        }
        self.shut_down();

        match (deadlock, result.or_else(|| main.take_result())) {
            (Some(_), Some(Err(payload))) if panicked => resume_unwind(payload),
            (Some(deadlock), _) => Err(deadlock),
            (None, result) => self.outcome(result),
        }
    }
    // ANCHOR_END: lead

    /// What a run in which nobody hangs gives to its caller, by what its main thread has left.
    // ANCHOR: outcome
    fn outcome<T>(&self, result: Option<thread::Result<T>>) -> Result<T, RunError> {
        match result {
            Some(Ok(result)) => Ok(result),
            // Main was killed and could not be unwound.
            None => Err(RunError::Killed),
            Some(Err(payload)) => match self.main_cut_short.get() {
                Some(CutShort::Killed) if payload.is::<Killed>() => Err(RunError::Killed),
                Some(CutShort::NoStack) => match payload.downcast() {
                    Ok(no_stack) => Err(RunError::NoStack(*no_stack)),
                    Err(payload) => resume_unwind(payload),
                },
                _ => resume_unwind(payload),
            },
        }
    }
    // ANCHOR_END: outcome

    /// Ends what is left when the program is over: the daemons, and threads
    /// that were never started. The newest goes first, and nobody else runs
    /// while it unwinds.
    // ANCHOR: shut_down
    fn shut_down(&self) {
        self.shutting_down.set(true);
        self.close_doors();
        // Once more if someone is left: the owner of a scope cannot end before
        // the threads in it have.
        while !self.kernel.borrow().is_empty() {
            self.end_all();
        }
        self.log_events();
    }
    // ANCHOR_END: shut_down

    // ANCHOR: end_all
    fn end_all(&self) {
        let kernel = self.kernel.borrow();
        let mut left: Vec<(u64, Pid)> = kernel.iter().map(Pcb::created).collect();
        drop(kernel);
        left.sort();
        for &(_, pid) in left.iter().rev() {
            // It may have gone with the last handle to it, in a destructor.
            let Some(task) = self.task(pid) else { continue };
            if self.tell_kernel(|kernel| kernel.discard(pid)).is_ok() {
                task.give_up();
                continue;
            }
            self.tell_kernel(|kernel| kernel.kill(pid));
            while let Some(thread) = self.tell_kernel(|kernel| kernel.dispatch_only(pid)) {
                drop(self.turn(self.kernel.borrow_mut(), thread));
            }
        }
    }
    // ANCHOR_END: end_all
}
