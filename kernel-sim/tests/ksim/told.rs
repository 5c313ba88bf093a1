//! Every command that a reader is told to try runs as it stands there: those in the
//! heads of the programs, in the demonstrations, and in the help.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::OnceLock;

use kernel_sim::os::Disk;

use crate::command::{Ended, ksim};

/// The comment at the beginning of a program, in one line for each of the program's.
fn head(text: &str) -> Vec<String> {
    let is_comment =
        |line: &&str| line.starts_with(['#', '/', ' ']) && !line.starts_with("#include");
    let lines = text.lines().take_while(is_comment);
    let words = lines.map(|line| line.trim_start_matches(['#', '/', '*', ' ']));
    words.map(str::to_owned).collect()
}

/// The heads of all programs, by the names of their files.
fn heads() -> BTreeMap<String, Vec<String>> {
    let programs = Disk::texts().map(|(name, text)| (name.to_owned(), head(text)));
    let folder = fs::read_dir("c").expect("it is part of the sources");
    let c = folder.filter_map(|entry| {
        let path = entry.expect("an entry").path();
        let is_text = path
            .extension()
            .is_some_and(|kind| kind == "c" || kind == "s");
        let text = is_text.then(|| fs::read_to_string(&path).expect("it can be read"))?;
        Some((path.display().to_string(), head(&text)))
    });
    programs.chain(c).collect()
}

/// What stands between two backticks and is a command, also over the end of a line.
fn quoted(lines: &[String]) -> Vec<String> {
    let text = lines.join(" ");
    let quoted = text.split('`').skip(1).step_by(2);
    let commands = quoted.filter_map(|quoted| quoted.strip_prefix("ksim "));
    commands.map(str::to_owned).collect()
}

/// The commands in an output: a line each, and perhaps a few words to the right.
fn listed(output: &str) -> Vec<String> {
    let lines = output.lines();
    let commands = lines.filter_map(|line| line.strip_prefix("  ksim "));
    let commands = commands.map(|line| line.split("  ").next().expect("the first"));
    commands.map(str::to_owned).collect()
}

/// A command that stands somewhere, and what comes of it.
struct Told {
    /// Without the word `ksim`.
    command: String,
    place: String,
    ended: Ended,
}

/// All of them, each run once for all tests.
fn told() -> &'static [Told] {
    static TOLD: OnceLock<Vec<Told>> = OnceLock::new();
    TOLD.get_or_init(|| {
        let run = |(command, place): (String, String)| Told {
            ended: ksim(&started(&command)),
            command,
            place,
        };
        commands().into_iter().map(run).collect()
    })
}

/// The commands, and where each stands.
fn commands() -> BTreeMap<String, String> {
    let mut told = BTreeMap::new();
    for (name, head) in heads() {
        for command in quoted(&head) {
            told.insert(command, name.clone());
        }
    }
    let screens = crate::RECORDED
        .iter()
        .filter(|(name, _)| name.starts_with("demo_") || name.starts_with("help"));
    for (name, args) in screens {
        for command in listed(&crate::once(args).stdout) {
            told.insert(command, (*name).to_owned());
        }
    }
    told
}

/// As a shell would start it, but what it writes goes into files of the tests.
fn started(command: &str) -> String {
    let command = command.split(['|', '>']).next().expect("the first");
    let mut is_path = false;
    let words = command.split_whitespace().map(|word| {
        let is_written = std::mem::replace(
            &mut is_path,
            ["--text", "--data", "--svg", "--csv"].contains(&word),
        );
        match is_written {
            true => format!("{}/told-{word}", env!("CARGO_TARGET_TMPDIR")),
            false => word.to_owned(),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn what_one_is_told_to_try_works() {
    let told = told();
    assert!(told.len() > 50, "{}", told.len());
    for Told {
        command,
        place,
        ended,
    } in told
    {
        assert_eq!(
            (ended.code, ended.stderr.as_str()),
            (0, ""),
            "ksim {command}, in {place}"
        );
        assert!(!ended.stdout.is_empty(), "ksim {command}, in {place}");
    }
}

/// What a head says of the end is the end of the table's line of that program.
#[test]
fn what_one_is_told_to_run_ends_as_its_head_says() {
    let heads = heads();
    let mut seen = BTreeSet::new();
    for Told {
        command,
        place,
        ended,
    } in told()
    {
        let Some(files) = command.strip_prefix("run ") else {
            continue;
        };
        let mut files = files.split(' ').take_while(|word| !word.starts_with('-'));
        let files: Vec<&str> = files.by_ref().collect();
        for (pid, file) in (1..).zip(files) {
            let name = file.trim_end_matches(".s");
            // C's programs do not say it.
            let Some(head) = heads.get(name) else {
                continue;
            };
            let end = head.iter().find_map(|line| line.strip_prefix("Ends: "));
            let end = match end.expect("every head says it") {
                "deadlock" => "still Waiting",
                "never" => "still Running",
                "illegal instruction" => "illegal",
                end => end,
            };
            let own = format!("{pid}  {name} ");
            let mut lines = ended.stdout.lines();
            let line = lines.rfind(|line| line.trim_start().starts_with(&own));
            let line = line.unwrap_or_else(|| panic!("{own} is in the table of {command}"));
            assert!(
                line.ends_with(&format!("  {end}")),
                "ksim {command}, in {place}: {end} is expected of {name}\n{line}"
            );
            seen.insert(name.to_owned());
        }
    }
    assert!(seen.len() > 20, "{seen:?}");
}

#[test]
fn commands_are_found_wherever_they_stand() {
    let lines =
        head("# one: `ksim run\n# one --trace`, and `as`.\n#\n# `ksim ps`\n\n# `ksim no`\n");
    assert_eq!(quoted(&lines), ["run one --trace", "ps"]);
    let lines = head("/* one: `ksim run\n * one`\n */\n#include \"x\" `ksim no`\n");
    assert_eq!(quoted(&lines), ["run one"]);
    let output = "Try:\n  ksim run one   it runs\n  ksim ps one | head\nksim no\n";
    assert_eq!(listed(output), ["run one", "ps one | head"]);
}
