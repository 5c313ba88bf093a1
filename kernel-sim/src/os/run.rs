//! The loop: who runs, until which trap, and what then. Read next: `trap.rs`.
//!
//! The numbers are those of the diagram in `lib.rs`. The loop can be left at any
//! tick, also in the middle of a quantum, and goes on later as if nothing had
//! been; so somebody may look at the computer whenever he likes.

use std::cell::Cell;
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use super::boot::Computer;
use super::deadlock::Deadlock;
use super::settings::Trace;
use super::thread::Thread;
use super::trap::Next;
use crate::kernel::clock::Instant;
use crate::kernel::queue::Queue;
use crate::kernel::trace::Event;
use crate::kernel::{Idle, Running};
use crate::machine::cpu::{self, Stop, Trap};

/// A process that has the CPU, and what is left of its quantum.
// ANCHOR: turn
#[derive(Debug)]
pub(super) struct Turn {
    pub(super) thread: Running<Thread>,
    /// In ticks.
    left: u64,
    /// Whether it has come to do something.
    has_begun: bool,
}
// ANCHOR_END: turn

/// Why the computer does not go on.
// ANCHOR: outcome
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All processes have ended.
    Ended,
    /// It is the tick up to which it was to run, or the last one that there is.
    TimeIsUp,
    /// Nobody can run, and nobody will ever wake anybody.
    Deadlock(Deadlock),
}
// ANCHOR_END: outcome

/// What was done in a step.
// ANCHOR: step_kinds
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// This process got the CPU (arrow 2).
    Dispatched(u64),
    /// This process has executed instructions: one, if it was a single step.
    Executed(u64),
    /// The CPU came back from this process, and the kernel has done what was to
    /// be done. The instruction at pc was not executed.
    Trapped(u64, Trap),
    /// Nobody could run, for so many ticks.
    Idled(u64),
    /// Nothing, and nothing will be.
    Over(Outcome),
}
// ANCHOR_END: step_kinds

/// The trap of a call that has waited, and is tried again.
// ANCHOR: not_done
const NOT_DONE: Stop = Stop {
    trap: Trap::Ecall,
    executed: 0,
};
// ANCHOR_END: not_done

impl Computer {
    /// Runs until all processes have ended, or the last tick has come.
    pub fn run(&mut self) -> Outcome {
        self.run_until(u64::MAX)
    }

    /// Runs until it is this tick or a little later: what the kernel does is not
    /// interrupted. In how many pieces a computer runs makes no difference.
    ///
    /// ```
    /// use kernel_sim::kernel::pcb::Priority;
    /// use kernel_sim::os::{Computer, Disk, Outcome, Settings};
    ///
    /// let mut computer = Computer::boot(Settings {
    ///     disk: Disk::built_in(),
    ///     ..Settings::default()
    /// });
    /// computer.start("infinite_loop", Priority::NORMAL)?;
    /// assert_eq!(computer.run_until(5_000), Outcome::TimeIsUp);
    /// assert_eq!(computer.now(), 5_000);
    /// # Ok::<(), kernel_sim::os::StartError>(())
    /// ```
    // ANCHOR: run_until
    pub fn run_until(&mut self, tick: u64) -> Outcome {
        loop {
            match self.go_on(u64::MAX, tick) {
                Step::Over(outcome) => return outcome,
                _ => continue,
            }
        }
    }
    // ANCHOR_END: run_until

    /// Does the next thing: gives somebody the CPU, executes one instruction,
    /// serves one trap, or lets the time pass until somebody is due.
    ///
    /// ```
    /// use kernel_sim::kernel::pcb::Priority;
    /// use kernel_sim::machine::cpu::Trap;
    /// use kernel_sim::os::{Computer, Disk, Outcome, Settings, Step};
    ///
    /// let mut computer = Computer::boot(Settings {
    ///     disk: Disk::built_in(),
    ///     ..Settings::default()
    /// });
    /// computer.start("exit_code", Priority::NORMAL)?;
    /// assert_eq!(computer.step(), Step::Dispatched(1));
    /// assert_eq!(computer.step(), Step::Executed(1)); // li a7, EXIT
    /// assert_eq!(computer.step(), Step::Executed(1)); // li a0, 42
    /// assert_eq!(computer.step(), Step::Trapped(1, Trap::Ecall));
    /// assert_eq!(computer.step(), Step::Over(Outcome::Ended));
    /// # Ok::<(), kernel_sim::os::StartError>(())
    /// ```
    // ANCHOR: step
    pub fn step(&mut self) -> Step {
        self.go_on(1, u64::MAX)
    }
    // ANCHOR_END: step

    /// Takes somebody along one arrow, or executes up to so many instructions
    /// until there is a trap.
    // ANCHOR: go_on
    fn go_on(&mut self, instructions: u64, tick: u64) -> Step {
        let last = tick.min(self.limits.last_tick());
        if self.kernel.is_empty() {
            return Step::Over(Outcome::Ended);
        }
        let left = last.saturating_sub(self.now());
        if left == 0 {
            return Step::Over(Outcome::TimeIsUp);
        }
        let left = left.min(self.next_arrival().unwrap_or(u64::MAX));
        match self.on_cpu.take() {
            None => self.dispatch().unwrap_or_else(|| self.idle(left)), // 2
            Some(turn) => self.execute(turn, instructions.min(left)),
        }
    }
    // ANCHOR_END: go_on

    /// Gives the CPU to whoever is next, if somebody is ready.
    // ANCHOR: dispatch
    fn dispatch(&mut self) -> Option<Step> {
        let mut thread = self.kernel.dispatch()?; // 2
        self.log_events();
        let pid = thread.pid();
        self.answer_late(&mut thread.context, thread.signal);
        if self.last != Some(pid) {
            let account = &mut thread.context.account;
            account.switches += 1;
            account.switching += u64::from(self.costs.switch);
            self.pass(self.costs.switch.into());
            self.last = Some(pid);
        }
        let slice = self.kernel.slice(pid);
        let left = slice.map_or(u64::MAX, |slice| in_ticks(slice).max(1));
        self.on_cpu = Some(Turn {
            thread,
            left,
            has_begun: false,
        });
        Some(Step::Dispatched(pid.ident()))
    }
    // ANCHOR_END: dispatch

    /// Has the CPU execute up to so many instructions of the process, and serves
    /// the trap by which it comes back. Whoever was due meanwhile is woken (5) before
    /// that, as the time passes.
    fn execute(&mut self, mut turn: Turn, instructions: u64) -> Step {
        // ANCHOR: execute_until_a_trap
        let pid = turn.thread.pid().ident();
        // Not before it has had something of its turn: so time passes, whatever a policy
        // thinks of its own choice.
        if turn.has_begun && self.kernel.is_outranked(turn.thread.pid()) {
            turn.left = 0;
        }
        turn.has_begun = true;
        let thread = &mut turn.thread.context;
        let due = self.kernel.time_until_due().map_or(u64::MAX, in_ticks);
        let budget = instructions.min(turn.left).min(due.max(1));
        let stop = match thread.is_in_call() {
            // The CPU is at an `ecall` that was not done yet.
            true => NOT_DONE,
            false => cpu::run(&mut thread.registers, &thread.process.memory(), budget),
        };
        thread.account.instructions += stop.executed;
        turn.left -= stop.executed;
        self.pass(stop.executed);
        // ANCHOR_END: execute_until_a_trap

        // ANCHOR: execute_looked_in
        if stop.trap == Trap::Timer && stop.executed > 0 {
            // Either somebody wants to look, or the quantum is over: then there is no
            // budget the next time, and the trap comes at once.
            self.log_events(); // 5
            self.on_cpu = Some(turn);
            return Step::Executed(pid);
        }
        // ANCHOR_END: execute_looked_in
        // ANCHOR: execute_served
        let trapped_at = self.now();
        let next = match thread.is_in_call() {
            true => self.call(thread),
            false => self.serve(thread, stop.trap),
        };
        // What the kernel does for a process is on its quantum, too. Otherwise who
        // calls much would have more than its share.
        turn.left = turn.left.saturating_sub(self.now() - trapped_at);
        // ANCHOR_END: execute_served
        // ANCHOR: execute_arrows
        match next {
            Next::Resume => self.on_cpu = Some(turn),
            Next::Yield => self.kernel.preempt(turn.thread), // 3
            Next::Interrupt => self.kernel.interrupt(turn.thread), // 3
            Next::Wait(wait) => self.kernel.block(turn.thread, wait), // 4
            Next::Leave(death) => self.end_thread(turn.thread, death), // 6 and 7
            Next::Exit(death) => {
                let process = Rc::clone(&turn.thread.context.process);
                self.end_process(&process, death, Some(turn.thread)); // 6 and 7
            }
        }
        self.log_events();
        Step::Trapped(pid, stop.trap)
        // ANCHOR_END: execute_arrows
    }

    /// Nobody is ready: lets time pass until somebody is due, but no more than
    /// `left` ticks.
    // ANCHOR: idle
    fn idle(&mut self, left: u64) -> Step {
        match self.kernel.idle() {
            Idle::No => Step::Idled(0),
            Idle::For(time) => {
                let ticks = in_ticks(time).min(left);
                self.idle += ticks;
                self.pass(ticks);
                Step::Idled(ticks)
            }
            Idle::Forever if !self.arrivals.is_empty() => {
                self.idle += left;
                self.pass(left);
                Step::Idled(left)
            }
            Idle::Forever => Step::Over(Outcome::Deadlock(self.deadlock())),
        }
    }
    // ANCHOR_END: idle

    /// Wakes all who wait there (5). Each of them looks again whether it can go on.
    // ANCHOR: wake_all
    pub(super) fn wake_all(&mut self, queue: &Cell<Queue>) {
        while self.kernel.wake_first(queue).is_some() {}
    }
    // ANCHOR_END: wake_all

    /// The time, in ticks since boot.
    // ANCHOR: time
    pub fn now(&self) -> u64 {
        in_ticks(self.kernel.now() - Instant::BOOT)
    }

    /// Ticks in which nobody could run, because all waited.
    pub fn idle_ticks(&self) -> u64 {
        self.idle
    }

    /// Lets so many ticks pass.
    pub(super) fn pass(&mut self, ticks: u64) {
        self.kernel.pass(time_of(ticks));
        if !self.arrivals.is_empty() {
            self.admit_arrived();
        }
    }
    // ANCHOR_END: time

    /// The events of the switch trace since the last call, if the computer keeps
    /// them: see [`Trace::Keep`].
    // ANCHOR: events
    pub fn take_events(&mut self) -> Vec<Event> {
        self.kernel.take_events()
    }

    pub(super) fn log_events(&mut self) {
        if self.trace == Trace::Log && self.kernel.has_events() {
            self.kernel.take_events().iter().for_each(Event::log);
        }
    }
    // ANCHOR_END: events
}

/// How long so many ticks are.
// ANCHOR: ticks
pub(super) fn time_of(ticks: u64) -> Duration {
    Duration::from_micros(ticks)
}

/// How many ticks that is. Whatever is counted here is whole ticks.
pub(super) fn in_ticks(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
// ANCHOR_END: ticks

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Ended => f.write_str("all processes have ended"),
            Outcome::TimeIsUp => f.write_str("the time is up"),
            Outcome::Deadlock(deadlock) => write!(f, "{deadlock}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::pcb::Priority;
    use crate::kernel::wait::{Wait, WaitReason};
    use crate::os::{Disk, Settings};

    /// No call makes a process park, and so it is done by hand.
    #[test]
    fn if_nobody_will_ever_wake_anybody_that_is_a_deadlock() {
        let mut computer = Computer::boot(Settings {
            disk: Disk::built_in(),
            ..Settings::default()
        });
        for name in ["hello", "exit_code", "pid"] {
            computer.start(name, Priority::NORMAL).unwrap();
        }
        let pids = computer.kernel.ready();
        for reason in [WaitReason::Join(pids[2]), WaitReason::Park] {
            let thread = computer.kernel.dispatch().unwrap();
            let deadline = None;
            computer.kernel.block(thread, Wait { reason, deadline });
        }
        let thread = computer.kernel.dispatch().unwrap();
        let reason = WaitReason::Join(pids[0]);
        let deadline = None;
        computer.kernel.block(thread, Wait { reason, deadline });

        let outcome = computer.run();
        assert_eq!(
            outcome.to_string(),
            "deadlock, nobody can run. A ring: hello (1) waits for the end of pid (3); \
             pid (3) waits for the end of hello (1). Besides: exit_code (2) is parked"
        );
        assert_eq!(computer.step(), Step::Over(outcome));
        assert_eq!(computer.now(), 0);
    }
}
