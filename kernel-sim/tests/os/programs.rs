//! The programs in `programs/` do what they say at their heads: alone, and all of
//! them at once.

use std::collections::BTreeSet;
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

/// What a process has done of that, and its children.
fn done(computer: &Computer, pid: u64) -> Promise {
    let reports = computer.reports();
    let family = reports.iter().filter(|report| report.family == pid);
    let family: BTreeSet<u64> = family.map(|report| report.pid).collect();
    let writes = computer.console().writes().iter();
    let writes = writes.filter(|write| family.contains(&write.pid));
    let bytes: Vec<u8> = writes.flat_map(|write| write.bytes.clone()).collect();
    let text = String::from_utf8(bytes).expect("they write text");
    Promise {
        prints: text.lines().map(|line| line.trim_end().into()).collect(),
        ends: match end_of(computer, pid).as_str() {
            "never" if computer.report(pid).is_some_and(|r| r.waits.is_some()) => "deadlock".into(),
            end => end.into(),
        },
    }
}

/// More than any of them needs.
const TICKS: u64 = 4_000_000;

/// Three points in a promise are for a number that depends on the timer.
fn check(done: Promise, mut promise: Promise, name: &str) {
    let lines = promise.prints.iter_mut().zip(&done.prints);
    for (promised, printed) in lines {
        if let Some((before, after)) = promised.split_once("...")
            && let Some(number) = printed.strip_prefix(before)
            && let Some(number) = number.strip_suffix(after)
            && number.trim().parse::<u32>().is_ok()
        {
            *promised = printed.clone();
        }
    }
    assert_eq!(done, promise, "{name}");
}

fn limits() -> Limits {
    Limits {
        ticks: TICKS,
        ..Limits::default()
    }
}

#[test]
fn each_program_does_what_its_head_says() {
    for program in Disk::built_in().programs() {
        let mut computer = Computer::boot(Settings {
            // One of them executes another one.
            disk: Disk::built_in(),
            limits: limits(),
            ..Settings::default()
        });
        computer.start(program.name(), Priority::NORMAL).unwrap();
        let outcome = computer.run();
        let promise = promise(program.text());
        match promise.ends.as_str() {
            "never" => assert_eq!(outcome, Outcome::TimeIsUp, "{}", program.name()),
            "deadlock" => assert!(
                matches!(outcome, Outcome::Deadlock(_)),
                "{}",
                program.name()
            ),
            _ => assert_eq!(outcome, Outcome::Ended, "{}", program.name()),
        }
        check(done(&computer, 1), promise, program.name());
    }
}

/// Each has the CPU for a few instructions at a time, and none of them notices.
#[test]
fn all_programs_at_once_do_what_their_heads_say() {
    let disk = Disk::built_in();
    let mut computer = Computer::boot(Settings {
        disk: disk.clone(),
        limits: Limits {
            ticks: 100 * TICKS,
            ..limits()
        },
        ..quantum(53)
    });
    for program in disk.programs() {
        computer.start(program.name(), Priority::NORMAL).unwrap();
    }
    // Two of them never end, and the others are not kept by them: infinite_loop, and
    // the three processes of pipe_ring.
    while computer.kernel().len() > 4 {
        let now = computer.now();
        assert_eq!(computer.run_until(now + 100_000), Outcome::TimeIsUp);
        assert!(computer.now() < 100 * TICKS, "somebody else has no end");
    }
    for (pid, program) in (1..).zip(disk.programs()) {
        let mut promise = promise(program.text());
        for line in &mut promise.prints {
            *line = line.replace("process 1 ", &format!("process {pid} "));
        }
        check(done(&computer, pid), promise, program.name());
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
