//! What switching costs: why more threads do more, and too many less; and how long a
//! turn should be. The article asks it, under "context switching": do more threads mean
//! faster work?

mod crowd;
mod turns;

use std::io::Write;
use std::num::NonZero;

use kernel_sim::os::{Costs, Limits, Settings};

use self::crowd::Kind;
use super::{heading, next, paragraph, say};
use crate::failure::Failure;
use crate::figures::ticks;
use crate::outputs::OutputArgs;
use crate::plot;
use crate::plot::lines::{Curve, Lines};
use crate::table::{Align, Table};
use kernel_sim::schedule::grouped;

/// How many share the work.
const MEMBERS: [u64; 13] = [1, 2, 3, 4, 6, 8, 12, 16, 30, 60, 120, 240, 480];
const QUANTA: [u64; 8] = [50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];

/// What was measured for so many.
struct Crowd {
    members: u64,
    threads: crowd::Measured,
    processes: crowd::Measured,
    /// Threads, with a kernel that takes no time.
    free: crowd::Measured,
}

struct Turns {
    quantum: u64,
    measured: turns::Measured,
}

pub(super) fn overhead(outputs: &OutputArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let crowds = MEMBERS.map(|members| Crowd {
        members,
        threads: crowd::measure(members, Kind::Threads, Costs::default()),
        processes: crowd::measure(members, Kind::Processes, Costs::default()),
        free: crowd::measure(members, Kind::Threads, Costs::NONE),
    });
    let turns = QUANTA.map(|quantum| Turns {
        quantum,
        measured: turns::measure(NonZero::new(quantum).expect("none is zero")),
    });
    say(out, OVERHEAD)?;
    heading(out, "How many threads?")?;
    how_many(&crowds, out)?;
    heading(out, "How long a turn?")?;
    how_long(&turns, out)?;
    outputs.write_svg(|| draw(&crowds, &turns))?;
    write_numbers(&crowds, &turns, outputs)?;
    next(
        out,
        &[
            "ksim demo overhead --svg overhead.svg --csv overhead.csv",
            "ksim demo policies",
            "ksim run long_loop long_loop --quantum 50 --metrics",
        ],
    )
}

const OVERHEAD: &str = "\
More threads do more, up to a point: while one waits, another one computes. But to make a thread
is work, and so is each switch, and nobody gets anything from that work. Too many are slower.

Look at: where units a million ticks is highest, and into what the ticks go on both sides of it.";

fn how_many(crowds: &[Crowd], out: &mut dyn Write) -> Result<(), Failure> {
    use Align::Right;
    let (units, computes, waits) = (crowd::UNITS, crowd::COMPUTES, grouped(crowd::WAITS));
    let words = format!(
        "{units} units of work are to be done. Each computes for {computes} ticks and then waits \
         for {waits}, for a disk perhaps. They are divided among the threads of one process, or \
         among processes."
    );
    paragraph(out, &words)?;
    writeln!(out)?;
    let mut table = Table::new(&[
        ("threads", Right),
        ("units a million ticks", Right),
        ("work", Right),
        ("calls", Right),
        ("switching", Right),
        ("idle", Right),
        ("| processes", Right),
        ("units a million ticks", Right),
    ]);
    for crowd in crowds {
        let crowd::Measured {
            ticks,
            idle,
            account,
        } = crowd.threads;
        let percent = |part: u64| format!("{:.0} %", part as f64 * 100.0 / ticks as f64);
        table.row(vec![
            crowd.members.to_string(),
            grouped(rate(&crowd.threads)),
            percent(account.user()),
            percent(account.kernel),
            percent(account.switching),
            percent(idle),
            format!("| {:>9}", crowd.members),
            grouped(rate(&crowd.processes)),
        ]);
    }
    write!(out, "{}", table.text())?;
    why(crowds, out)
}

/// Units in a million ticks, rounded.
fn rate(measured: &crowd::Measured) -> u64 {
    measured.throughput().round() as u64
}

/// Whoever did most.
fn best(crowds: &[Crowd], of: impl Fn(&Crowd) -> &crowd::Measured) -> &Crowd {
    let ticks = |crowd: &&Crowd| of(crowd).ticks;
    crowds.iter().min_by_key(ticks).expect("there are some")
}

/// What one more costs in ticks, as the last two crowds tell.
fn one_more(crowds: &[Crowd], of: impl Fn(&Crowd) -> &crowd::Measured) -> u64 {
    let [.., fewer, more] = crowds else {
        return 0;
    };
    let ticks = of(more).busy() - of(fewer).busy();
    ticks / (more.members - fewer.members)
}

fn why(crowds: &[Crowd], out: &mut dyn Write) -> Result<(), Failure> {
    let Costs {
        trap,
        call,
        switch,
        word,
    } = Costs::default();
    let (threads, processes) = (
        best(crowds, |crowd| &crowd.threads),
        best(crowds, |crowd| &crowd.processes),
    );
    let (computes, waits) = (crowd::COMPUTES, crowd::WAITS);
    let to_sleep = u64::from(trap + call + 2 * word);
    let to_switch = u64::from(switch);
    let unit = computes + to_sleep + to_switch;
    let stack = Limits::default().stack;
    let copying = grouped(u64::from(stack / 4 * word));
    let last = crowds.last().expect("there are some");
    writeln!(out)?;
    paragraph(
        out,
        &format!(
            "Why it rises: one thread leaves the CPU idle for {wait} of {alone} ticks. While it \
             waits, there is time for {wait} / {computes} = {others} others. So about 1 + {others} \
             should be best.",
            wait = grouped(waits),
            alone = grouped(computes + waits + to_sleep),
            others = waits / computes,
        ),
    )?;
    writeln!(out)?;
    paragraph(
        out,
        &format!(
            "Why no further: who sleeps makes a call, {trap} + {call} ticks and {word} for each of \
             two words; then the CPU goes to another thread, {switch}. So a unit takes {computes} + \
             {to_sleep} + {to_switch} = {unit} ticks of the CPU, \
             {fewer} others nearly fill a wait already, and there cannot be more than \
             1,000,000 / {unit} = {limit} units in a million ticks. {best} threads reach \
             {reached}; if the kernel took no time, they would reach {free}. One thread alone pays for no switch, as \
             nobody else has had the CPU.",
            fewer = waits / unit,
            limit = grouped(1_000_000 / unit),
            best = threads.members,
            reached = grouped(rate(&threads.threads)),
            free = grouped(rate(&threads.free)),
        ),
    )?;
    writeln!(out)?;
    paragraph(
        out,
        &format!(
            "Why it falls: each thread has to be made and to end, which are two calls, and to be \
             brought to the CPU once more than it waits: {more_thread} ticks for each that comes on \
             top, for no work at all. {many} threads do {least}, which is {percent} % less. A \
             process costs more: its memory is copied, and {stack} KiB of stack alone are {copying} \
             ticks. One more comes to {more_process}; {best} are best, and {many} do {least_process}, \
             where one alone does {alone}.",
            more_thread = one_more(crowds, |crowd| &crowd.threads),
            many = last.members,
            least = grouped(rate(&last.threads)),
            percent = 100 - rate(&last.threads) * 100 / rate(&threads.threads),
            stack = stack / 1024,
            more_process = grouped(one_more(crowds, |crowd| &crowd.processes)),
            best = processes.members,
            least_process = grouped(rate(&last.processes)),
            alone = grouped(rate(&crowds[0].processes)),
        ),
    )?;
    writeln!(out)?;
    paragraph(
        out,
        "So neither few nor many, but as many as keep the CPU busy: that is the balance.",
    )
}

fn how_long(turns: &[Turns], out: &mut dyn Write) -> Result<(), Failure> {
    use Align::Right;
    let (jobs, computes) = (turns::JOBS, grouped(turns::COMPUTES));
    let words = format!(
        "{jobs} processes compute for {computes} ticks each, and are all there from the start. \
         Only the quantum differs, after which the timer takes the CPU away."
    );
    paragraph(out, &words)?;
    writeln!(out)?;
    let mut table = Table::new(&[
        ("quantum", Right),
        ("switches", Right),
        ("ticks in all", Right),
        ("lost", Right),
        ("of all", Right),
        ("mean response", Right),
        ("mean turnaround", Right),
    ]);
    for Turns { quantum, measured } in turns {
        table.row(vec![
            grouped(*quantum),
            grouped(measured.account.switches),
            grouped(measured.ticks),
            grouped(measured.lost()),
            format!("{:.1} %", measured.percent_lost()),
            grouped(ticks(measured.metrics.response())),
            grouped(ticks(measured.metrics.turnaround())),
        ]);
    }
    write!(out, "{}", table.text())?;
    let Costs { trap, switch, .. } = Costs::default();
    let turn = trap + switch;
    writeln!(out)?;
    paragraph(
        out,
        &format!(
            "A turn that the timer ends costs {trap} ticks for the timer and {switch} for the \
             switch. So of each quantum + {turn} ticks {turn} are lost: half of all if the quantum \
             is {turn}, and a tenth if it is nine times that. But the last of {jobs} has to wait \
             for {others} such turns until it has its first: the longer they are, the later is it \
             seen that anything happens. A quantum should be long beside a switch, and short \
             beside the patience of whoever waits for an answer.",
            others = jobs - 1,
        ),
    )
}

fn draw(crowds: &[Crowd], turns: &[Turns]) -> String {
    let curve = |of: fn(&Crowd) -> &crowd::Measured| {
        let points = crowds
            .iter()
            .map(|crowd| (crowd.members, of(crowd).throughput()));
        points.collect()
    };
    let threads = Lines {
        title: "Too many threads do less",
        x: "threads, or processes (logarithmic)",
        y: "units of work in a million ticks",
        marks: MEMBERS.to_vec(),
        curves: vec![
            Curve {
                name: "threads of one process",
                points: curve(|crowd| &crowd.threads),
            },
            Curve {
                name: "processes",
                points: curve(|crowd| &crowd.processes),
            },
            Curve {
                name: "threads, no kernel costs",
                points: curve(|crowd| &crowd.free),
            },
        ],
    };
    let sweep = |title, y, of: fn(&turns::Measured) -> f64| Lines {
        title,
        x: "quantum, in ticks (logarithmic)",
        y,
        marks: QUANTA.to_vec(),
        curves: vec![Curve {
            name: title,
            points: turns
                .iter()
                .map(|turns| (turns.quantum, of(&turns.measured)))
                .collect(),
        }],
    };
    let lost = sweep(
        "Short turns: time is lost",
        "lost, in % of all ticks",
        |measured| measured.percent_lost(),
    );
    let response = sweep(
        "Long turns: answers come late",
        "mean response, in ticks",
        |measured| ticks(measured.metrics.response()) as f64,
    );
    plot::page((1_000, 860), |area| {
        let (above, below) = area.split_vertically(480);
        threads.draw(&above);
        let (left, right) = below.split_horizontally(500);
        lost.draw(&left);
        response.draw(&right);
    })
}

/// A line for each run, of both kinds.
fn write_numbers(crowds: &[Crowd], turns: &[Turns], outputs: &OutputArgs) -> Result<(), Failure> {
    let head = [
        "run",
        "members",
        "quantum_ticks",
        "ticks",
        "user_ticks",
        "kernel_ticks",
        "switching_ticks",
        "idle_ticks",
        "switches",
        "units_per_million_ticks",
        "mean_response_ticks",
    ];
    let crowds = crowds.iter().flat_map(|crowd| {
        [
            ("threads", &crowd.threads),
            ("processes", &crowd.processes),
            ("threads_without_costs", &crowd.free),
        ]
        .map(|(run, measured)| {
            let crowd::Measured {
                ticks,
                idle,
                account,
            } = *measured;
            [
                run.into(),
                crowd.members.to_string(),
                Settings::default().quantum.to_string(),
                ticks.to_string(),
                account.user().to_string(),
                account.kernel.to_string(),
                account.switching.to_string(),
                idle.to_string(),
                account.switches.to_string(),
                format!("{:.3}", measured.throughput()),
                String::new(),
            ]
        })
    });
    let turns = turns.iter().map(|Turns { quantum, measured }| {
        let account = measured.account;
        [
            "turns".into(),
            turns::JOBS.to_string(),
            quantum.to_string(),
            measured.ticks.to_string(),
            account.user().to_string(),
            account.kernel.to_string(),
            account.switching.to_string(),
            "0".into(),
            account.switches.to_string(),
            String::new(),
            ticks(measured.metrics.response()).to_string(),
        ]
    });
    outputs.write_csv(head, crowds.chain(turns))
}
