//! Processes that come later: they are made at once, and are admitted (1) when their
//! time has come. Until then they are New. Read next: `arguments.rs`.

use super::boot::{Computer, StartError};
use crate::kernel::attributes::Attributes;

impl Computer {
    /// Starts a process at that tick, or as soon after that as the CPU comes back from
    /// who has it; now, if it has passed. Memory is taken at once, which takes no time.
    ///
    /// # Errors
    ///
    /// See [`start_with`](Self::start_with).
    ///
    /// ```
    /// use kernel_sim::kernel::pcb::Priority;
    /// use kernel_sim::os::{Computer, Disk, Outcome, Settings};
    ///
    /// let mut computer = Computer::boot(Settings {
    ///     disk: Disk::built_in(),
    ///     ..Settings::default()
    /// });
    /// computer.start_at(5_000, "exit_code", &[], Priority::NORMAL)?;
    /// assert_eq!(computer.run(), Outcome::Ended);
    /// assert_eq!(computer.idle_ticks(), 5_000);
    /// # Ok::<(), kernel_sim::os::StartError>(())
    /// ```
    // ANCHOR: start_at
    pub fn start_at(
        &mut self,
        tick: u64,
        program: &str,
        arguments: &[&str],
        attributes: impl Into<Attributes>,
    ) -> Result<u64, StartError> {
        let pid = self.create(program, arguments, attributes.into())?;
        self.arrivals.insert((tick, pid.ident()), pid);
        self.admit_arrived();
        Ok(pid.ident())
    }
    // ANCHOR_END: start_at

    /// How many ticks it is until the next one comes, if one will.
    // ANCHOR: admit_arrived
    pub(super) fn next_arrival(&self) -> Option<u64> {
        let (&(tick, _), _) = self.arrivals.first_key_value()?;
        Some(tick.saturating_sub(self.now()))
    }

    /// Arrow 1 for all whose time has come.
    pub(super) fn admit_arrived(&mut self) {
        let now = self.now();
        while let Some(entry) = self.arrivals.first_entry()
            && entry.key().0 <= now
        {
            let pid = entry.remove();
            self.kernel.admit(pid).expect("it is new"); // 1
        }
        self.log_events();
    }
    // ANCHOR_END: admit_arrived
}
