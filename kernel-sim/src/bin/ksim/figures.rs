//! What a run was like: `--gantt`, `--metrics`, and the same in files.

use std::io::Write;
use std::time::Duration;

use kernel_sim::os::Computer;
use kernel_sim::schedule::{Gantt, Metrics, Schedule, Unit};

use crate::args::RunArgs;
use crate::failure::Failure;
use crate::plot;
use crate::plot::gantt::{self, Chart};

/// How wide a figure is, in pixels.
const WIDTH: u32 = 1_000;

/// What is wanted, of a computer that has kept its history if anything is.
pub(crate) fn show(
    computer: &Computer,
    args: &RunArgs,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let Some(schedule) = schedule(computer) else {
        return Ok(());
    };
    if args.gantt {
        write!(out, "\n{}", Gantt::of(&schedule).with_unit(Unit::Ticks))?;
    }
    let metrics = metrics(computer, &schedule);
    if args.metrics {
        write!(out, "\n{}", metrics.text(Unit::Ticks))?;
    }
    args.outputs.write_svg(|| {
        let scheduling = &args.machine.scheduling;
        let title = format!(
            "{}, quantum {} ticks",
            scheduling.policy, scheduling.quantum
        );
        let chart = Chart {
            title: &title,
            schedule: &schedule,
        };
        let height = chart.height();
        plot::page((WIDTH, height + gantt::LEGEND), |area| {
            let (above, below) = area.split_vertically(height);
            chart.draw(&above);
            gantt::legend(&below);
        })
    })?;
    let head = [
        "thread",
        "turnaround_ticks",
        "response_ticks",
        "waiting_ticks",
        "running_ticks",
        "blocked_ticks",
        "switches",
        "lost_ticks",
    ];
    let ticks = |time: Option<Duration>| time.map_or(String::new(), |time| ticks(time).to_string());
    let rows = metrics.threads.iter().map(|thread| {
        [
            thread.name.clone(),
            ticks(thread.turnaround),
            ticks(thread.response),
            ticks(Some(thread.waiting)),
            ticks(Some(thread.running)),
            ticks(Some(thread.blocked)),
            thread.switches.to_string(),
            ticks(Some(thread.lost)),
        ]
    });
    args.outputs.write_csv(head, rows)
}

/// What the history of the computer tells until now, if it was kept.
pub(crate) fn schedule(computer: &Computer) -> Option<Schedule> {
    let now = Duration::from_micros(computer.now());
    Some(Schedule::of(computer.history()?).until(now))
}

/// The figures of that schedule. The ticks in which the computer switched were part of
/// somebody's turn, and lost all the same.
pub(crate) fn metrics(computer: &Computer, schedule: &Schedule) -> Metrics {
    let mut metrics = Metrics::of(schedule);
    for report in computer.reports() {
        let switching = Duration::from_micros(report.account.switching);
        metrics.lost += switching;
        let mut threads = metrics.threads.iter_mut();
        if let Some(thread) = threads.find(|thread| thread.pid.ident() == report.pid) {
            thread.lost += switching;
        }
    }
    metrics
}

/// A tick is a microsecond.
pub(crate) fn ticks(time: Duration) -> u64 {
    time.as_micros() as u64
}
