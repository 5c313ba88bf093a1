//! One workload under every policy.

use std::io::Write;
use std::num::NonZero;
use std::time::Duration;

use kernel_sim::kernel::attributes::{Attributes, Weight};
use kernel_sim::kernel::pcb::Priority;
use kernel_sim::kernel::policy::Scheduler;
use kernel_sim::os::{Computer, Costs, Settings};
use kernel_sim::schedule::{Gantt, Metrics, Schedule, Unit};
use kernel_sim::workload::{Job, Part};

use super::{heading, next, paragraph, say};
use crate::failure::Failure;
use crate::figures::{self, ticks};
use crate::outputs::OutputArgs;
use crate::plot;
use crate::plot::gantt::{self, Chart};
use crate::table::{Align, Table};
use kernel_sim::schedule::grouped;

/// In ticks.
const QUANTUM: u64 = 500;
/// The one that has to be done in time, and in how many ticks.
const FILM: &str = "film";
const DEADLINE: u64 = 3_000;

fn jobs() -> [Job; 5] {
    let said = Attributes::default();
    let priority = |level| said.with_priority(Priority::new(level).expect("at most 31"));
    let weight = |weight| said.with_weight(Weight::new(weight).expect("at most 10,000"));
    let deadline = |ticks| said.with_deadline(Duration::from_micros(ticks));
    let typing = Job::new("typing").with(priority(20));
    let typing = (0..5).fold(typing, |job, _| job.computes(200).waits(1_000));
    [
        Job::new("long").computes(6_000).with(priority(15)),
        typing,
        Job::new("heavy").computes(4_000).with(weight(400)),
        Job::new("short").arrives(800).computes(450),
        Job::new(FILM)
            .arrives(1_500)
            .computes(1_500)
            .with(deadline(DEADLINE)),
    ]
    .map(Job::with_true_estimate)
}

/// What to look at under each policy.
fn look(policy: &str) -> &'static str {
    match policy {
        "fifo" => "long came first, and all wait behind it, typing too, which needs so little.",
        "round-robin" => {
            "short is done after one turn. But each turn begins with a switch, and long, heavy and \
             film, which share the CPU most of the time, are all done late."
        }
        "sjf" => {
            "long is last, as it takes longest. Nobody is interrupted: typing and short wait until \
             heavy is done, though they would hold it up for a moment only."
        }
        "srt" => {
            "now they interrupt heavy, and so does film. Nobody waits less on average; and long \
             would wait for ever if short ones kept coming."
        }
        "priority" => {
            "typing, the most urgent one, runs as soon as its wait is over. long is the least \
             urgent one, and starves until all others have ended."
        }
        "ageing" => {
            "the same; but after ten quanta of waiting long is as urgent as the others, and has a \
             turn between theirs."
        }
        "mlfq" => {
            "nobody says anything, and it finds out: long and heavy use up their turns and sink, \
             to where turns are longer and come later. typing is on top, until it has used up a \
             quantum too."
        }
        "lottery" => {
            "each turn is drawn, and heavy has four tickets for one of each of the others. So it \
             has most, in the long run; this run is short, and luck shows."
        }
        "stride" => {
            "four turns for heavy to one for each of the others, without luck. Weights say how \
             much, not how soon."
        }
        "edf" => {
            "film has to be done within its deadline, so it interrupts long at once. Who has no \
             deadline comes after it, and as with fifo."
        }
        "eevdf" => {
            "four to one again. But nobody gets far ahead of its share, so heavy does not have its \
             four turns at a stretch."
        }
        _ => "",
    }
}

struct Run {
    policy: &'static str,
    schedule: Schedule,
    metrics: Metrics,
}

impl Run {
    fn of(policy: &'static str) -> Run {
        let mut computer = Computer::boot(Settings {
            policy: policy.parse().expect("it is one of them"),
            quantum: NonZero::new(QUANTUM).expect("it is not zero"),
            ..Settings::default()
        });
        computer.keep_history();
        for job in jobs() {
            computer.start_job(&job).expect("there is room");
        }
        computer.run();
        let schedule = figures::schedule(&computer).expect("it was kept");
        Run {
            policy,
            metrics: figures::metrics(&computer, &schedule),
            schedule,
        }
    }

    /// How long the film took from when it came.
    fn film(&self) -> u64 {
        let mut threads = self.metrics.threads.iter();
        let film = threads.find(|thread| thread.name.starts_with(FILM));
        let turnaround = film.and_then(|film| film.turnaround);
        turnaround.map_or(u64::MAX, ticks)
    }
}

pub(super) fn policies(outputs: &OutputArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let mut runs: Vec<Run> = Scheduler::names().map(Run::of).collect();
    // So that all charts have one scale.
    let end = runs.iter().map(|run| run.schedule.end()).max();
    for run in &mut runs {
        run.schedule = run.schedule.clone().until(end.unwrap_or_default());
    }
    say(out, POLICIES)?;
    work(out)?;
    for run in &runs {
        heading(out, run.policy)?;
        let words = format!("Look at: {}", look(run.policy));
        paragraph(out, &words)?;
        let gantt = Gantt::of(&run.schedule).with_unit(Unit::Ticks);
        write!(out, "\n{}", gantt.without_legend())?;
    }
    heading(out, "All of them, in ticks")?;
    comparison(&runs, out)?;
    outputs.write_svg(|| draw(&runs))?;
    write_numbers(&runs, outputs)?;
    next(
        out,
        &[
            "ksim demo policies --svg policies.svg --csv policies.csv",
            "ksim demo overhead",
            "ksim run long_loop pid sum_loop --policy srt --estimates 300000,500,400 --gantt",
        ],
    )
}

const POLICIES: &str = "\
Who is next? The same five processes, and eleven answers. Each answer is a policy: the kernel
tells it who is ready, and it says who gets the CPU.";

/// What there is to do.
fn work(out: &mut dyn Write) -> Result<(), Failure> {
    use Align::{Left, Right};
    let mut table = Table::new(&[
        ("process", Left),
        ("comes", Right),
        ("does", Left),
        ("priority", Right),
        ("weight", Right),
        ("deadline", Right),
    ]);
    for job in jobs() {
        let attributes = job.attributes();
        let part = |part: &Part| match *part {
            Part::Compute(ticks) => format!("computes {}", grouped(ticks)),
            Part::Wait(ticks) => format!("waits {}", grouped(ticks)),
        };
        // One that does the same again and again says it once.
        let parts: Vec<String> = job.parts().iter().take(2).map(part).collect();
        let mut does = parts.join(", ");
        let rounds = job.parts().len() / 2;
        if rounds > 1 {
            does += &format!(", {rounds} times");
        }
        let deadline = attributes.deadline();
        table.row(vec![
            job.name().into(),
            grouped(job.arrival()),
            does,
            attributes.priority().get().to_string(),
            attributes.weight().get().to_string(),
            deadline.map_or("-".into(), |deadline| grouped(ticks(deadline))),
        ]);
    }
    writeln!(out, "\n{}", table.text())?;
    let Costs { trap, switch, .. } = Costs::default();
    paragraph(
        out,
        &format!(
            "A policy is told as well how long each will compute, and looks at what it is about: \
             srt at that, stride at the weight, and so on. The quantum is {QUANTUM} ticks. The \
             timer takes {trap} ticks, and a switch {switch}, in which the policy is asked: here \
             one that counts much costs no more than fifo."
        ),
    )?;
    writeln!(
        out,
        "\nIn the charts,  █ runs  ▄ runs for less than half of the column  · is ready  ~ waits"
    )?;
    Ok(())
}

fn comparison(runs: &[Run], out: &mut dyn Write) -> Result<(), Failure> {
    use Align::{Left, Right};
    let mut table = Table::new(&[
        ("policy", Left),
        ("turnaround", Right),
        ("response", Right),
        ("waiting", Right),
        ("fairness", Right),
        ("switches", Right),
        ("lost", Right),
        ("film", Right),
    ]);
    for run in runs {
        let metrics = &run.metrics;
        let film = match run.film().checked_sub(DEADLINE) {
            None | Some(0) => "in time".into(),
            Some(late) => format!("{} late", grouped(late)),
        };
        table.row(vec![
            run.policy.into(),
            grouped(ticks(metrics.turnaround())),
            grouped(ticks(metrics.response())),
            grouped(ticks(metrics.waiting())),
            format!("{:.3}", metrics.fairness()),
            metrics.switches.to_string(),
            grouped(ticks(metrics.lost)),
            film,
        ]);
    }
    let best = |least: &dyn Fn(&Metrics) -> f64| {
        let all = runs.iter().map(|run| least(&run.metrics));
        let best = all.fold(f64::INFINITY, f64::min);
        let those = runs.iter().filter(|run| least(&run.metrics) == best);
        those
            .map(|run| run.policy)
            .collect::<Vec<_>>()
            .join(" and ")
    };
    writeln!(out, "{}", table.text())?;
    paragraph(
        out,
        "Means of the five: turnaround, from coming to the end; response, from coming to the \
         first turn; waiting, all time in which one is ready and does not run. Fairness is Jain's \
         index: 1 if all had the same part of the time in which they could run. Lost is what the \
         switches took.",
    )?;
    writeln!(out)?;
    paragraph(
        out,
        &format!(
            "Best at turnaround: {}. At response: {}. At waiting: {}. At fairness: {}. Least is \
             lost by {}. None is best at everything: a policy is a decision what matters.",
            best(&|metrics| metrics.turnaround().as_secs_f64()),
            best(&|metrics| metrics.response().as_secs_f64()),
            best(&|metrics| metrics.waiting().as_secs_f64()),
            best(&|metrics| -metrics.fairness()),
            best(&|metrics| metrics.lost.as_secs_f64()),
        ),
    )
}

/// Two charts beside each other, and the legend where one is missing or below.
fn draw(runs: &[Run]) -> String {
    let charts: Vec<Chart<'_>> = runs
        .iter()
        .map(|run| Chart {
            title: run.policy,
            schedule: &run.schedule,
        })
        .collect();
    let height = charts.iter().map(Chart::height).max().unwrap_or_default();
    let lines = charts.len().div_ceil(2);
    let whole = (1_100, height * lines as u32 + gantt::LEGEND);
    plot::page(whole, |area| {
        let (above, below) = area.split_vertically(height * lines as u32);
        for (part, chart) in above.split_evenly((lines, 2)).iter().zip(&charts) {
            chart.draw(part);
        }
        gantt::legend(&below);
    })
}

fn write_numbers(runs: &[Run], outputs: &OutputArgs) -> Result<(), Failure> {
    let head = [
        "policy",
        "mean_turnaround_ticks",
        "mean_response_ticks",
        "mean_waiting_ticks",
        "fairness",
        "switches",
        "lost_ticks",
        "film_turnaround_ticks",
    ];
    let rows = runs.iter().map(|run| {
        let metrics = &run.metrics;
        [
            run.policy.into(),
            ticks(metrics.turnaround()).to_string(),
            ticks(metrics.response()).to_string(),
            ticks(metrics.waiting()).to_string(),
            format!("{:.6}", metrics.fairness()),
            metrics.switches.to_string(),
            ticks(metrics.lost).to_string(),
            run.film().to_string(),
        ]
    });
    outputs.write_csv(head, rows)
}
