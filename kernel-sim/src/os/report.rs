//! Who is there, where, and since when: what `ps` shows. Looks, and changes
//! nothing. Read next: `deadlock.rs`.

use std::rc::Rc;

use super::account::Account;
use super::boot::Computer;
use super::death::Death;
use super::program::Program;
use super::thread::{Identity, Thread};
use crate::kernel::pcb::Pcb;
use crate::kernel::state::StateName;

/// What is left of a thread that has ended.
// ANCHOR: ended
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) identity: Identity,
    pub(super) death: Death,
    pub(super) account: Account,
}
// ANCHOR_END: ended

/// One thread, as it is or as it was. Most processes have one, the main thread.
// ANCHOR: report
#[derive(Clone, Debug)]
pub struct Report {
    /// Its number.
    pub pid: u64,
    /// The number of its process, which is the same for a main thread.
    pub process: u64,
    /// The number of the process that has made it, and is to ask how it has ended; 0
    /// if that is the kernel.
    pub parent: u64,
    /// The number of the first of its ancestors, which was started from outside.
    pub family: u64,
    /// What it executes.
    pub program: Rc<Program>,
    /// Where it is in the diagram. [`StateName::Terminated`] also if its PCB is
    /// gone.
    pub state: StateName,
    /// For what it waits, in words, if it does.
    pub waits: Option<String>,
    /// How it has ended, if it has.
    pub death: Option<Death>,
    /// Whether it has ended and its parent has not asked yet.
    pub is_zombie: bool,
    /// What it has had so far.
    pub account: Account,
}
// ANCHOR_END: report

impl Computer {
    /// All threads that there are and were, by number.
    ///
    /// ```
    /// use kernel_sim::kernel::pcb::Priority;
    /// use kernel_sim::kernel::state::StateName;
    /// use kernel_sim::os::{Computer, Disk, Settings};
    ///
    /// let mut computer = Computer::boot(Settings {
    ///     disk: Disk::built_in(),
    ///     ..Settings::default()
    /// });
    /// for name in ["sleeper", "exit_code", "infinite_loop"] {
    ///     computer.start(name, Priority::NORMAL)?;
    /// }
    /// computer.run_until(1_000);
    /// let reports = computer.reports();
    /// let states: Vec<_> = reports.iter().map(|report| report.state).collect();
    /// assert_eq!(states, [StateName::Waiting, StateName::Terminated, StateName::Running]);
    /// assert_eq!(reports[0].waits.as_deref(), Some("sleeps until tick 5219"));
    /// # Ok::<(), kernel_sim::os::StartError>(())
    /// ```
    // ANCHOR: reports
    pub fn reports(&self) -> Vec<Report> {
        let living = self
            .kernel
            .iter()
            .filter(|pcb| pcb.state().name() != StateName::Terminated);
        let living = living.map(|pcb| self.living(pcb));
        let ended = self.ended.iter().map(|ended| self.ended(ended));
        let mut reports: Vec<Report> = living.chain(ended).collect();
        reports.sort_by_key(|report| report.pid);
        reports
    }

    /// The thread of that number, if there is or was one. Takes time in
    /// proportion to how many there were.
    pub fn report(&self, pid: u64) -> Option<Report> {
        let mut ended = self.ended.iter();
        let found = ended.find(|ended| ended.identity.ident() == pid);
        found.map(|ended| self.ended(ended)).or_else(|| {
            let mut pcbs = self.kernel.iter();
            pcbs.find(|pcb| pcb.pid().ident() == pid)
                .map(|pcb| self.living(pcb))
        })
    }
    // ANCHOR_END: reports

    /// The thread of that number, if it has not ended, wherever its registers are: in
    /// its PCB or on the CPU. A main thread has the number of its process.
    // ANCHOR: thread
    pub fn thread(&self, pid: u64) -> Option<&Thread> {
        let pcb = self.kernel.iter().find(|pcb| pcb.pid().ident() == pid)?;
        self.context_of(pcb)
    }
    // ANCHOR_END: thread

    /// The numbers of all message queues. One is there until somebody removes it, also
    /// when all processes have ended.
    ///
    /// ```
    /// use kernel_sim::kernel::pcb::Priority;
    /// use kernel_sim::os::{Computer, Disk, Outcome, Program, Settings};
    ///
    /// let text = "_start: li a7, 186\n li a0, 0\n li a1, 0600\n ecall\n\
    ///             mv a0, zero\n li a7, 93\n ecall\n";
    /// let mut disk = Disk::default();
    /// disk.put(Program::assemble("careless", text)?);
    /// let mut computer = Computer::boot(Settings { disk, ..Settings::default() });
    /// computer.start("careless", Priority::NORMAL)?;
    /// assert_eq!(computer.run(), Outcome::Ended);
    /// assert_eq!(computer.message_queues().collect::<Vec<_>>(), [1]);
    /// assert_eq!(computer.shared_memory().count(), 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    // ANCHOR: removed_by_hand
    pub fn message_queues(&self) -> impl Iterator<Item = u32> {
        self.message_queues.keys().copied()
    }

    /// The numbers of all pieces of shared memory. One is there until somebody has
    /// removed it, and nobody has it attached.
    pub fn shared_memory(&self) -> impl Iterator<Item = u32> {
        self.shared_memory.keys().copied()
    }
    // ANCHOR_END: removed_by_hand

    /// The thread that has the CPU, if one has.
    // ANCHOR: on_cpu
    pub fn on_cpu(&self) -> Option<(u64, &Thread)> {
        let thread = &self.on_cpu.as_ref()?.thread;
        Some((thread.pid().ident(), &thread.context))
    }

    fn context_of<'a>(&'a self, pcb: &'a Pcb<Thread>) -> Option<&'a Thread> {
        let here = self.on_cpu.as_ref().map(|turn| &turn.thread);
        let here = here.filter(|thread| thread.pid() == pcb.pid());
        pcb.state().context().or(here.map(|thread| &thread.context))
    }
    // ANCHOR_END: on_cpu

    // ANCHOR: living
    fn living(&self, pcb: &Pcb<Thread>) -> Report {
        let thread = self.context_of(pcb);
        let wait = pcb.state().wait();
        Report {
            pid: pcb.identity().ident(),
            process: pcb.identity().process().pid(),
            parent: pcb.identity().process().parent(),
            family: pcb.identity().process().family.root,
            program: pcb.identity().program(),
            state: pcb.state().name(),
            waits: wait.map(|wait| self.kernel.describe(wait)),
            death: None,
            is_zombie: false,
            account: thread.map_or_else(Account::default, Thread::account),
        }
    }
    // ANCHOR_END: living

    // ANCHOR: of_the_ended
    fn ended(&self, ended: &Ended) -> Report {
        let Ended {
            identity,
            death,
            account,
        } = ended;
        let process = identity.process();
        Report {
            pid: identity.ident(),
            process: process.pid(),
            parent: process.parent(),
            family: process.family.root,
            program: identity.program(),
            state: StateName::Terminated,
            waits: None,
            death: Some(*death),
            is_zombie: self.processes.contains_key(&identity.ident())
                && process.death.get().is_some(),
            account: *account,
        }
    }
    // ANCHOR_END: of_the_ended
}
