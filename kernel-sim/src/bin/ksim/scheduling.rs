//! Who is next: the policy, and what it is told of each program.

use std::io::{self, Write as _};
use std::num::NonZero;
use std::time::Duration;

use clap::Args;
use kernel_sim::kernel::attributes::{Attributes, Weight};
use kernel_sim::kernel::pcb::Priority;
use kernel_sim::kernel::policy::Scheduler;

use crate::failure::Failure;

/// For the help of `ksim run`: what there is, and what each of them looks at.
pub(crate) const POLICIES: &str = "\
The policies, and which list they look at:
  fifo         who came first, and nobody is interrupted
  round-robin  all in turn, a quantum each
  sjf          who will be done soonest                       --estimates
  srt          the same, and interrupts who takes longer      --estimates
  priority     the most urgent one, always                    --priorities
  ageing       the same, and who waits becomes more urgent    --priorities
  mlfq         who has run little lately: finds out itself
  lottery      whoever wins, with as many tickets             --weights
  stride       who has had least for its weight               --weights
  edf          who has to be done first                       --deadlines
  eevdf        who has had less than its share                --weights";

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Scheduling, each list with one for each FILE")]
pub(crate) struct SchedulingArgs {
    /// How long a process may have the CPU in a row
    #[arg(long, value_name = "TICKS", default_value = "1000", value_parser = quantum)]
    pub(crate) quantum: NonZero<u64>,

    /// Who is next, see `ksim run --help`
    #[arg(long, value_name = "NAME", default_value = "round-robin", value_parser = policy)]
    pub(crate) policy: String,

    /// 0 to 31, 31 being most urgent; or else 16
    #[arg(long, value_name = "N,N,...", value_delimiter = ',', value_parser = priority)]
    pub(crate) priorities: Vec<Priority>,

    /// 1 to 10000, what is to be had beside others; or else 100
    #[arg(long, value_name = "N,N,...", value_delimiter = ',', value_parser = weight)]
    pub(crate) weights: Vec<Weight>,

    /// To be done so soon after it came or woke; 0: whenever
    #[arg(long, value_name = "TICKS,...", value_delimiter = ',', value_parser = ticks)]
    pub(crate) deadlines: Vec<u64>,

    /// To compute for so long until it waits or ends; 0: unknown
    #[arg(long, value_name = "TICKS,...", value_delimiter = ',', value_parser = ticks)]
    pub(crate) estimates: Vec<u64>,

    /// At which tick it becomes a process; or else 0
    #[arg(long, value_name = "TICKS,...", value_delimiter = ',', value_parser = ticks)]
    pub(crate) arrivals: Vec<u64>,
}

impl SchedulingArgs {
    /// Round-robin with that quantum, and nothing is told of anybody.
    pub(crate) fn with_quantum(quantum: NonZero<u64>) -> SchedulingArgs {
        SchedulingArgs {
            quantum,
            policy: Scheduler::default().to_string(),
            priorities: Vec::new(),
            weights: Vec::new(),
            deadlines: Vec::new(),
            estimates: Vec::new(),
            arrivals: Vec::new(),
        }
    }

    pub(crate) fn scheduler(&self) -> Scheduler {
        self.policy.parse().expect("it was parsed before")
    }

    /// No list is longer than there are files. To one that the policy does not look at,
    /// attention is drawn on stderr.
    pub(crate) fn check(&self, files: usize) -> Result<(), Failure> {
        let lists = [
            ("priorities", self.priorities.len()),
            ("weights", self.weights.len()),
            ("deadlines", self.deadlines.len()),
            ("estimates", self.estimates.len()),
            ("arrivals", self.arrivals.len()),
        ];
        for (list, length) in lists {
            if length > 0 && !self.looks_at(list) {
                let policy = &self.policy;
                let _ = writeln!(io::stderr(), "{policy} does not look at --{list}");
            }
        }
        match lists.into_iter().find(|&(_, length)| length > files) {
            Some((list, length)) => Err(Failure::LongList {
                list,
                length,
                files,
            }),
            None => Ok(()),
        }
    }

    /// As the help says.
    fn looks_at(&self, list: &str) -> bool {
        let mut lines = POLICIES.lines().map(str::trim_start);
        let line = lines.find(|line| line.split(' ').next() == Some(&self.policy));
        list == "arrivals" || line.is_some_and(|line| line.ends_with(&format!("--{list}")))
    }

    /// What is told of the file of that index.
    pub(crate) fn attributes(&self, index: usize) -> Attributes {
        let time = |list: &[u64]| Duration::from_micros(of(list, index));
        Attributes::default()
            .with_priority(of(&self.priorities, index))
            .with_weight(of(&self.weights, index))
            .with_deadline(time(&self.deadlines))
            .with_estimate(time(&self.estimates))
    }

    /// When the file of that index becomes a process.
    pub(crate) fn arrival(&self, index: usize) -> u64 {
        of(&self.arrivals, index)
    }
}

/// What the list has there, or the default behind its end.
fn of<T: Copy + Default>(list: &[T], index: usize) -> T {
    list.get(index).copied().unwrap_or_default()
}

fn quantum(ticks: &str) -> Result<NonZero<u64>, String> {
    let wrong = "a quantum is a number of ticks, at least 1";
    ticks.parse().map_err(|_| wrong.into())
}

fn policy(name: &str) -> Result<String, String> {
    let known: Vec<&str> = Scheduler::names().collect();
    match known.contains(&name) {
        true => Ok(name.to_owned()),
        false => Err(format!("there are\n  {}", known.join(", "))),
    }
}

fn priority(number: &str) -> Result<Priority, String> {
    let number = number.trim().parse().ok();
    let priority = number.and_then(Priority::new);
    priority.ok_or_else(|| "a priority is a number from 0 to 31".into())
}

fn weight(number: &str) -> Result<Weight, String> {
    let number = number.trim().parse().ok();
    let weight = number.and_then(Weight::new);
    weight.ok_or_else(|| "a weight is a number from 1 to 10000".into())
}

fn ticks(number: &str) -> Result<u64, String> {
    let wrong = "that is a number of ticks, 0 or more";
    number.trim().parse().map_err(|_| wrong.into())
}
