//! The programs in `programs/` do what they say at their heads: alone, and all of
//! them at once.

use std::fs;
use std::path::Path;

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::os::{Computer, Disk, Limits, Outcome, Settings};

use crate::support::{end_of, quantum};

/// What the head of a program says.
#[derive(Debug, PartialEq, Eq)]
struct Promise {
    prints: Vec<String>,
    ends: String,
}

fn promise(text: &str) -> Promise {
    let head = text.lines().map_while(|line| line.strip_prefix('#'));
    let head: Vec<&str> = head.map(str::trim_end).collect();
    let prints = head.iter().skip_while(|line| **line != " Prints:").skip(1);
    Promise {
        prints: prints
            .map_while(|line| line.strip_prefix("   "))
            .map(str::to_owned)
            .collect(),
        ends: head
            .iter()
            .find_map(|line| line.strip_prefix(" Ends: "))
            .unwrap_or("?")
            .to_owned(),
    }
}

/// What a process has done of that.
fn done(computer: &Computer, pid: u64) -> Promise {
    let text = computer.console().text_of(pid);
    Promise {
        prints: text.lines().map(|line| line.trim_end().into()).collect(),
        ends: end_of(computer, pid),
    }
}

/// More than any of them needs.
const TICKS: u64 = 2_000_000;

fn limits() -> Limits {
    Limits {
        ticks: TICKS,
        ..Limits::default()
    }
}

#[test]
fn each_program_does_what_its_head_says() {
    for program in Disk::built_in().programs() {
        let mut disk = Disk::default();
        disk.put(program.as_ref().clone());
        let mut computer = Computer::boot(Settings {
            disk,
            limits: limits(),
            ..Settings::default()
        });
        computer.start(program.name(), Priority::NORMAL).unwrap();
        let outcome = computer.run();
        let promise = promise(program.text());
        assert_eq!(done(&computer, 1), promise, "{}", program.name());
        let expected = match promise.ends.as_str() {
            "never" => Outcome::TimeIsUp,
            _ => Outcome::Ended,
        };
        assert_eq!(outcome, expected, "{}", program.name());
    }
}

/// Each has the CPU for seven instructions at a time, and none of them notices.
#[test]
fn all_programs_at_once_do_what_their_heads_say() {
    let disk = Disk::built_in();
    let mut computer = Computer::boot(Settings {
        disk: disk.clone(),
        limits: Limits {
            ticks: 40 * TICKS,
            ..limits()
        },
        ..quantum(7)
    });
    for program in disk.programs() {
        computer.start(program.name(), Priority::NORMAL).unwrap();
    }
    // One of them never ends, and the others are not kept by it.
    while computer.kernel().len() > 1 {
        let now = computer.now();
        assert_eq!(computer.run_until(now + 10_000), Outcome::TimeIsUp);
        assert!(computer.now() < 40 * TICKS, "somebody else has no end");
    }
    for (pid, program) in (1..).zip(disk.programs()) {
        let mut promise = promise(program.text());
        for line in &mut promise.prints {
            *line = line.replace("process 1 ", &format!("process {pid} "));
        }
        assert_eq!(done(&computer, pid), promise, "{}", program.name());
    }
}

#[test]
fn every_file_is_on_the_disk_and_begins_with_its_name() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("programs");
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .map(|file| file.strip_suffix(".s").unwrap().to_owned())
        .collect();
    names.sort();
    let texts: Vec<(&str, &str)> = Disk::texts().collect();
    let on_disk: Vec<&str> = texts.iter().map(|(name, _)| *name).collect();
    assert_eq!(on_disk, names);
    assert!(names.len() >= 20, "programs are missing");
    for (name, text) in texts {
        let title = text.lines().next().unwrap();
        assert!(title.starts_with(&format!("# {name}: ")), "{name}: {title}");
    }
    for program in Disk::built_in().programs() {
        assert_eq!(program.image().unwrap().warnings, [], "{}", program.name());
    }
}
