//! Why nobody can run, in words.

use std::collections::BTreeSet;
use std::fmt;

use super::boot::Computer;
use crate::kernel::pid::Pid;

/// All wait, and nobody will ever wake anybody.
///
/// ```
/// use kernel_sim::kernel::pcb::Priority;
/// use kernel_sim::os::{Computer, Disk, Outcome, Settings};
///
/// let mut computer = Computer::boot(Settings {
///     disk: Disk::built_in(),
///     ..Settings::default()
/// });
/// computer.start("pipe_ring", Priority::NORMAL)?;
/// let Outcome::Deadlock(deadlock) = computer.run() else {
///     panic!("they write, and nobody reads");
/// };
/// assert!(deadlock.rings[0].starts_with("pipe_ring (1) waits for room in pipe 2 read by"));
/// # Ok::<(), kernel_sim::os::StartError>(())
/// ```
// ANCHOR: report
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadlock {
    /// Who waits for whom, and that one for the next, back to the first. Found by the
    /// same search as for green threads. If there is no ring, somebody waits for what
    /// nobody will do.
    pub rings: Vec<String>,
    /// For what each of the others waits, the oldest first; of many the first twenty.
    pub others: Vec<String>,
    /// How many wait besides all these.
    pub more: usize,
}
// ANCHOR_END: report

/// Of how many others it is said for what they wait.
// ANCHOR: search
const SAID: usize = 20;

impl Computer {
    /// Looks at who waits for what.
    pub(super) fn deadlock(&self) -> Deadlock {
        let rings = self.kernel.rings();
        let in_rings: BTreeSet<Pid> = rings.iter().flatten().copied().collect();
        let line = |pid: Pid| {
            let wait = self.kernel.get(pid)?.state().wait()?;
            Some(format!(
                "{} {}",
                self.kernel.name(pid),
                self.kernel.describe(wait)
            ))
        };
        let lines = |pids: &[Pid]| pids.iter().filter_map(|&pid| line(pid)).collect::<Vec<_>>();
        let mut others: Vec<Pid> = self.kernel.iter().map(|pcb| pcb.pid()).collect();
        others.retain(|pid| !in_rings.contains(pid));
        others.retain(|&pid| self.kernel.is_waiting(pid));
        others.sort();
        let more = others.len().saturating_sub(SAID);
        others.truncate(SAID);
        Deadlock {
            rings: rings.iter().map(|ring| lines(ring).join("; ")).collect(),
            others: lines(&others),
            more,
        }
    }
}
// ANCHOR_END: search

// ANCHOR: in_words
impl fmt::Display for Deadlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("deadlock, nobody can run")?;
        for ring in &self.rings {
            write!(f, ". A ring: {ring}")?;
        }
        let mut separator = match self.rings.is_empty() {
            true => ": ",
            false => ". Besides: ",
        };
        for other in &self.others {
            write!(f, "{separator}{other}")?;
            separator = "; ";
        }
        match self.more {
            0 => Ok(()),
            more => write!(f, "; and {more} more"),
        }
    }
}
// ANCHOR_END: in_words
