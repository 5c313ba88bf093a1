//! Programs for jobs: they compute for exactly as many ticks as was said, which is as
//! many instructions, and then wait.

use std::fmt::Write as _;

use super::boot::{Computer, StartError};
use super::program::Program;
use crate::workload::{Job, Part};

/// Instructions around a loop: two before it, and four that ask for what comes next.
// ANCHOR: around
const AROUND: u64 = 6;
// ANCHOR_END: around

impl Computer {
    /// Starts a process that does the job, when that comes. Its program is put on the
    /// disk under the name of the job.
    ///
    /// Each stretch of computing takes eight ticks at least, the first part of a job being
    /// one; what was to be shorter is as long as that. Where a stretch is over just with a
    /// quantum, the timer comes first: the job has one more turn, of no time, in which it
    /// waits or ends. What the kernel takes for itself
    /// comes on top: see [`Costs::NONE`](super::Costs::NONE).
    ///
    /// # Errors
    ///
    /// See [`start_with`](Self::start_with).
    ///
    /// ```
    /// use kernel_sim::os::{Computer, Costs, Settings};
    /// use kernel_sim::workload::Job;
    ///
    /// let mut computer = Computer::boot(Settings { costs: Costs::NONE, ..Settings::default() });
    /// computer.start_job(&Job::new("a").computes(100).waits(50).computes(20))?;
    /// computer.start_job(&Job::new("b").arrives(500).computes(30))?;
    /// computer.run();
    /// assert_eq!(computer.now(), 530);
    /// assert_eq!(computer.idle_ticks(), 50 + 330);
    /// # Ok::<(), kernel_sim::os::StartError>(())
    /// ```
    // ANCHOR: start_job
    pub fn start_job(&mut self, job: &Job) -> Result<u64, StartError> {
        let program = Program::assemble(job.name(), &text(job));
        self.disk
            .put(program.expect("what we write ourselves is right"));
        self.start_at(job.arrival(), job.name(), &[], job.attributes())
    }
    // ANCHOR_END: start_job
}

/// The source of a program that does the job.
// ANCHOR: text
fn text(job: &Job) -> String {
    let mut text = String::from("    .globl _start\n_start:\n");
    let mut data = String::from("    .section .rodata\n    .balign 4\n");
    let mut computing = 0;
    let mut waits = 0;
    for part in job.parts() {
        match *part {
            Part::Compute(ticks) => computing += ticks,
            Part::Wait(ticks) => {
                compute(&mut text, computing);
                computing = 0;
                let _ = write!(
                    text,
                    "    la a0, time_{waits}\n    li a1, 0\n    li a7, 101\n    ecall\n"
                );
                let (seconds, nanos) = (ticks / 1_000_000, ticks % 1_000_000 * 1_000);
                let _ = writeln!(data, "time_{waits}: .word {seconds}, {nanos}");
                waits += 1;
            }
        }
    }
    compute(&mut text, computing);
    text += "    nop\n    nop\n    li a0, 0\n    li a7, 93\n    ecall\n";
    text + &data
}
// ANCHOR_END: text

/// Instructions for so many ticks, but for the four that follow.
// ANCHOR: compute
fn compute(text: &mut String, ticks: u64) {
    let rest = ticks.saturating_sub(AROUND).max(2);
    let rounds = rest / 2;
    // As `li` would be one instruction or two.
    let (upper, lower) = ((rounds + 0x800) >> 12, (rounds & 0xfff) as u32);
    let lower = (lower as i32) << 20 >> 20;
    let _ = write!(text, "    lui t0, {upper}\n    addi t0, t0, {lower}\n");
    if rest % 2 == 1 {
        text.push_str("    nop\n");
    }
    text.push_str("1:  addi t0, t0, -1\n    bnez t0, 1b\n");
}
// ANCHOR_END: compute
