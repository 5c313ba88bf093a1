//! What `--svg` and `--csv` write, and whether what `--policy` is told gets there.

use std::collections::BTreeMap;
use std::fs;
use std::sync::{Mutex, PoisonError};

use kernel_sim::kernel::policy::Scheduler;
use kernel_sim::schedule::{Gantt, Schedule, Unit};

use crate::command::ksim;
use crate::files::folder;

/// The command lines that have figures.
const FIGURES: [&str; 3] = [
    "demo policies",
    "demo overhead",
    "run sleeper long_loop pid --quantum 200 --max-ticks 9000",
];

/// The SVG and the CSV that it writes.
fn written(args: &str, test: &str) -> [String; 2] {
    let folder = folder(test);
    let paths = ["figure.svg", "figure.csv"].map(|name| folder.join(name));
    let [svg, csv] = paths.each_ref().map(|path| path.display());
    let ended = ksim(&format!("{args} --svg {svg} --csv {csv}"));
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    // What is printed is the same as without them.
    assert_eq!(ended.stdout, ksim(args).stdout);
    paths.map(|path| fs::read_to_string(path).expect("it was written"))
}

/// The same, of a first run for all tests together.
fn once(args: &'static str) -> &'static [String; 2] {
    static FILES: Mutex<BTreeMap<&str, &[String; 2]>> = Mutex::new(BTreeMap::new());
    let mut files = FILES.lock().unwrap_or_else(PoisonError::into_inner);
    let write = || &*Box::leak(Box::new(written(args, "once")));
    files.entry(args).or_insert_with(write)
}

/// The rows of a table, each by its columns' names. No cell has a comma in it.
fn rows(csv: &str) -> Vec<BTreeMap<&str, &str>> {
    let mut lines = csv.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let head = lines.next().expect("a head");
    let rows = lines.map(|cells| {
        assert_eq!(cells.len(), head.len());
        head.iter().copied().zip(cells).collect()
    });
    rows.collect()
}

fn number(row: &BTreeMap<&str, &str>, column: &str) -> f64 {
    row[column].parse().expect("a number")
}

#[test]
fn two_runs_write_the_same() {
    for args in FIGURES {
        assert_eq!(&written(args, "again"), once(args), "{args}");
    }
}

/// `BLESS=1` draws it anew.
#[test]
fn the_picture_in_the_readme_is_what_is_drawn() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/overhead.svg");
    let [svg, _] = once("demo overhead");
    if crate::blessing() {
        fs::write(path, svg).expect("it can be written");
    }
    let picture = fs::read_to_string(path).expect("it is there");
    assert!(
        picture == *svg,
        "BLESS=1 cargo test -p kernel-sim --test ksim"
    );
}

/// Every tag ends, and in the order in which they began.
#[test]
fn the_figures_are_well_formed() {
    for args in FIGURES {
        let [svg, _] = once(args);
        assert!(svg.starts_with("<svg "), "{args}");
        assert!(svg.contains("xmlns=\"http://www.w3.org/2000/svg\""));
        let mut open = Vec::new();
        for tag in svg.split('<').skip(1) {
            let (tag, text) = tag.split_once('>').expect("it ends");
            assert!(!text.contains('>'), "{text}");
            if let Some(name) = tag.strip_prefix('/') {
                assert_eq!(open.pop(), Some(name), "{args}");
            } else if !tag.ends_with('/') {
                open.push(tag.split_whitespace().next().expect("a name"));
            }
        }
        assert!(open.is_empty(), "{args}: {open:?}");
    }
}

/// It would be clipped.
#[test]
fn no_text_is_outside_of_the_picture() {
    for args in FIGURES {
        let [svg, _] = once(args);
        let value = |tag: &str, name: &str| -> f64 {
            let (_, rest) = tag.split_once(&format!(" {name}=\"")).expect("it is there");
            let (value, _) = rest.split_once('"').expect("it ends");
            value.parse().expect("a number")
        };
        let (width, height) = (value(svg, "width"), value(svg, "height"));
        let texts: Vec<&str> = svg.split("<text").skip(1).collect();
        assert!(texts.len() > 10, "{args}");
        for text in texts {
            let (x, y) = (value(text, "x"), value(text, "y"));
            assert!(0.0 < x && x < width && 0.0 < y && y < height, "{text}");
            // Letters are less than 0.6 times as wide as they are high, on average.
            let (_, letters) = text.split_once('>').expect("it ends");
            let letters = letters.split_once('<').expect("it ends").0.trim();
            let long = letters.chars().count() as f64 * value(text, "font-size") * 0.6;
            let turned = text.contains("rotate");
            let (at, room) = if turned { (y, height) } else { (x, width) };
            let (from, to) = if text.contains("text-anchor=\"middle\"") {
                (at - long / 2.0, at + long / 2.0)
            } else if text.contains("text-anchor=\"end\"") {
                (at - long, at)
            } else {
                (at, at + long)
            };
            assert!(from >= 0.0 && to <= room, "{args}: {letters}");
        }
    }
}

/// A name that would end a tag.
#[test]
fn names_are_written_as_text() {
    let file = folder("names").join("a<b&c.s");
    fs::write(&file, "_start: li a7, 93\n ecall\n").expect("it can be written");
    let [svg, csv] = written(&format!("run {}", file.display()), "names");
    assert!(svg.contains("a&lt;b&amp;c (1)"), "{svg}");
    assert!(csv.contains("\na<b&c (1),"), "{csv}");
}

#[test]
fn a_figure_that_cannot_be_written_is_a_failure() {
    for output in ["svg", "csv"] {
        let ended = ksim(&format!("run hello --{output} tests/no_such_folder/out"));
        assert_eq!(ended.code, 1);
        assert!(
            ended
                .stderr
                .starts_with("ksim: cannot write tests/no_such_folder/out: "),
            "{}",
            ended.stderr
        );
    }
}

#[test]
fn no_figure_is_written_over_a_program() {
    let source = folder("source").join("mine.s");
    let text = "_start: li a7, 93\n ecall\n";
    fs::write(&source, text).expect("it can be written");
    let source = source.display().to_string();
    for output in ["svg", "csv"] {
        let ended = ksim(&format!("run {source} {source} --{output} {source}"));
        assert_eq!(ended.code, 2);
        assert!(
            ended.stderr.contains("would be written over"),
            "{}",
            ended.stderr
        );
    }
    assert_eq!(fs::read_to_string(source).unwrap(), text);
}

/// The article's curve. What the text says of it follows from these numbers.
#[test]
fn more_threads_do_more_until_there_are_too_many() {
    let [_, csv] = once("demo overhead");
    let rows = rows(csv);
    let curve = |run: &str| -> Vec<(f64, f64)> {
        let rows = rows.iter().filter(|row| row["run"] == run);
        let points = rows.map(|row| {
            (
                number(row, "members"),
                number(row, "units_per_million_ticks"),
            )
        });
        points.collect()
    };
    // 2,800 ticks of waiting for 400 of computing.
    let most = 1.0 + 2_800.0 / 400.0;
    for (run, least_at_the_end, most_at_the_end) in
        [("threads", 0.5, 0.75), ("processes", 0.0, 0.1)]
    {
        let points = curve(run);
        let peak = points.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1));
        let (best, highest) = peak.expect("there are points");
        assert!(best <= most && best > most / 2.0, "{run}: {best}");
        for pair in points.windows(2) {
            let [(_, before), (members, after)] = pair else {
                panic!("two");
            };
            assert_eq!(after > before, *members <= best, "{run}: {members}");
        }
        let (_, one) = points[0];
        assert!(highest > 4.5 * one, "{run}");
        let (_, end) = points[points.len() - 1];
        let part = end / highest;
        assert!(
            part > least_at_the_end && part < most_at_the_end,
            "{run}: {part}"
        );
    }
    // Nobody falls if the kernel takes no time, but for the last wait of all.
    let free = curve("threads_without_costs");
    assert!(
        free.iter()
            .all(|&(members, units)| members < most || units > 0.95 * 2_500.0)
    );
    for row in &rows {
        let parts = [
            "user_ticks",
            "kernel_ticks",
            "switching_ticks",
            "idle_ticks",
        ];
        let sum: f64 = parts.iter().map(|part| number(row, part)).sum();
        assert_eq!(sum, number(row, "ticks"), "{row:?}");
    }
}

/// With a quantum of q, of q + 120 ticks 120 are lost; and the last of eight has its
/// first turn after seven of these.
#[test]
fn short_turns_lose_time_and_long_ones_come_late() {
    let [_, csv] = once("demo overhead");
    let rows = rows(csv);
    let turns = rows.iter().filter(|row| row["run"] == "turns");
    let mut count = 0;
    for row in turns {
        count += 1;
        let quantum = number(row, "quantum_ticks");
        let lost = 1.0 - number(row, "user_ticks") / number(row, "ticks");
        assert!((lost - 120.0 / (quantum + 120.0)).abs() < 0.02, "{row:?}");
        let response = number(row, "mean_response_ticks");
        assert!(
            (response / (3.5 * (quantum + 120.0)) - 1.0).abs() < 0.02,
            "{row:?}"
        );
    }
    assert!(count > 5);
}

/// What each theory promises of itself, in the demonstration.
#[test]
fn each_policy_is_best_at_what_it_is_about() {
    let [_, csv] = once("demo policies");
    let rows = rows(csv);
    let names: Vec<&str> = rows.iter().map(|row| row["policy"]).collect();
    assert_eq!(names, Scheduler::names().collect::<Vec<_>>());
    let of = |policy: &str, column: &str| {
        let row = rows.iter().find(|row| row["policy"] == policy);
        number(row.expect("it is there"), column)
    };
    for policy in names {
        let waiting = "mean_waiting_ticks";
        assert!(of("srt", waiting) <= of(policy, waiting), "{policy}");
        let switches = "switches";
        assert!(of("fifo", switches) <= of(policy, switches), "{policy}");
        // A switch is 100 ticks.
        assert_eq!(of(policy, "lost_ticks"), 100.0 * of(policy, switches));
    }
    assert!(of("edf", "film_turnaround_ticks") <= 3_000.0);
    assert!(of("fifo", "film_turnaround_ticks") > 3_000.0);
}

/// Who has the CPU first, among three of the same program.
#[test]
fn what_is_said_of_a_program_reaches_the_policy() {
    for (said, first) in [
        ("--policy fifo", "1"),
        ("--policy priority --priorities 3,2,30", "3"),
        ("--policy sjf --estimates 900,300,600", "2"),
        ("--policy edf --deadlines 0,800,500", "3"),
        ("--policy fifo --arrivals 300,300", "3"),
        ("--policy eevdf --weights 1,1,100", "3"),
    ] {
        let ended = ksim(&format!("run exit_code exit_code exit_code {said} --trace"));
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        let mut lines = ended.stdout.lines();
        let dispatch = lines.find(|line| line.contains("2 dispatch"));
        // What follows is who else is ready.
        let (dispatch, _) = dispatch
            .and_then(|line| line.split_once('|'))
            .expect("somebody runs");
        assert!(
            dispatch.contains(&format!("exit_code ({first})")),
            "{said}: {dispatch}"
        );
    }
}

#[test]
fn the_help_lists_every_policy() {
    let help = ksim("run --help").stdout;
    for name in Scheduler::names() {
        let line = help
            .lines()
            .find(|line| line.starts_with(&format!("  {name} ")));
        assert!(line.is_some(), "{name}");
    }
}

/// The library's chart of the same run.
#[test]
fn the_chart_is_that_of_the_history() {
    use kernel_sim::kernel::pcb::Priority;
    use kernel_sim::os::{Computer, Disk, Settings};

    let mut computer = Computer::boot(Settings {
        disk: Disk::built_in(),
        ..Settings::default()
    });
    computer.keep_history();
    for name in ["sleeper", "pid"] {
        computer.start(name, Priority::NORMAL).expect("it is there");
    }
    computer.run();
    let schedule = Schedule::of(computer.history().expect("it is kept"));
    let chart = Gantt::of(&schedule).with_unit(Unit::Ticks).to_string();
    let printed = ksim("run sleeper pid --gantt").stdout;
    assert!(printed.ends_with(&chart), "{printed}");
}
