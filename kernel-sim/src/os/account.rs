//! What a thread has had of the computer. Read next: `report.rs`.

use std::iter::Sum;
use std::ops::AddAssign;

/// What was done by a thread and for it, and how long that took in ticks.
///
/// Nothing is charged twice and nothing is left out: the sums over all threads
/// and the time in which the CPU had nothing to do make up the time since boot.
///
/// | ticks | for |
/// | --- | --- |
/// | [`user`](Account::user) | its own instructions |
/// | `kernel` | the traps that it made or, with the timer, suffered, and its calls |
/// | `switching` | bringing it to the CPU: the first time, and after another thread had it |
///
/// ```
/// use kernel_sim::kernel::pcb::Priority;
/// use kernel_sim::os::{Account, Computer, Disk, Settings};
///
/// let mut computer = Computer::boot(Settings {
///     disk: Disk::built_in(),
///     ..Settings::default()
/// });
/// for name in ["sleeper", "sum_loop", "pid"] {
///     computer.start(name, Priority::NORMAL)?;
/// }
/// computer.run();
/// let total: Account = computer.reports().iter().map(|report| report.account).sum();
/// assert_eq!(total.ticks() + computer.idle_ticks(), computer.now());
/// # Ok::<(), kernel_sim::os::StartError>(())
/// ```
// ANCHOR: account
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Instructions that were executed. An instruction that traps is not: it is
    /// the kernel that does what an `ecall` asks for. (The RISC-V privileged
    /// specification counts so, too: such instructions do not retire.)
    pub instructions: u64,
    /// Ticks in the kernel.
    pub kernel: u64,
    /// Ticks for bringing it to the CPU.
    pub switching: u64,
    /// System calls. One that has to wait is one.
    pub calls: u64,
    /// Words that its calls have copied or cleared.
    pub words: u64,
    /// How many times it was brought to the CPU: the first time, and after another
    /// thread had it.
    pub switches: u64,
    /// How many times the timer took the CPU away.
    pub preemptions: u64,
    /// How many instructions could not be done: one, or none.
    pub faults: u64,
}
// ANCHOR_END: account

impl Account {
    /// Ticks for its own instructions, which is one each.
    // ANCHOR: ticks
    pub fn user(&self) -> u64 {
        self.instructions
    }

    /// All ticks.
    pub fn ticks(&self) -> u64 {
        self.user() + self.kernel + self.switching
    }
    // ANCHOR_END: ticks
}

// ANCHOR: sums
impl AddAssign for Account {
    fn add_assign(&mut self, other: Account) {
        let Account {
            instructions,
            kernel,
            switching,
            calls,
            words,
            switches,
            preemptions,
            faults,
        } = other;
        self.instructions += instructions;
        self.kernel += kernel;
        self.switching += switching;
        self.calls += calls;
        self.words += words;
        self.switches += switches;
        self.preemptions += preemptions;
        self.faults += faults;
    }
}

impl Sum for Account {
    fn sum<I: Iterator<Item = Account>>(accounts: I) -> Account {
        accounts.fold(Account::default(), |mut sum, account| {
            sum += account;
            sum
        })
    }
}
// ANCHOR_END: sums
