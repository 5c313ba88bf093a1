//! Every example writes what `examples/expected` says, and the same on every
//! run: `NAME.stdout` for each, for some the switch trace `NAME.trace`, and for
//! those in which something is refused what they say to stderr, `NAME.stderr`.
//!
//! `BLESS=1 cargo test --test examples` writes these files anew.

mod example;

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// The examples whose switch trace is worth reading line by line.
const TRACED: [&str; 3] = ["context_switch", "daemon", "join"];

/// The examples in which something is refused, which is said on stderr.
const REFUSED: [&str; 4] = ["deadlock", "dining_philosophers", "one_core", "refusals"];

const HOW_TO_BLESS: &str = "run BLESS=1 cargo test --test examples";

#[test]
fn examples_write_what_is_expected() {
    let wrong: Vec<String> = expected_files()
        .into_iter()
        .filter_map(|file| check(&file).err())
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn nothing_is_expected_of_an_example_that_is_not_there() {
    let files = files_in(&directory().join("expected"));
    for file in files.difference(&expected_files()) {
        match blessing() {
            true => fs::remove_file(directory().join("expected").join(file)).expect("it is there"),
            false => panic!("examples/expected/{file} belongs to no example: {HOW_TO_BLESS}"),
        }
    }
    for name in TRACED.into_iter().chain(REFUSED) {
        assert!(
            names().iter().any(|example| example == name),
            "{name} is listed here, and there is no such example"
        );
    }
}

#[test]
fn two_runs_of_an_example_are_equal() {
    for name in names() {
        let [first, second] = [(); 2].map(|()| {
            let (stdout, trace) = example::run(&name, true);
            (stable(&stdout), stable(&trace))
        });
        assert!(first == second, "{name} differs:\n{first:#?}\n{second:#?}");
    }
}

#[test]
fn addresses_and_the_use_of_the_stack_are_made_stable() {
    let line = "2  worker  0x7f9cdd33687  2425  262144  src/main.rs:13:5\n";
    assert_eq!(
        stable(line),
        "2  worker  0x…            …     262144  src/main.rs:13:5\n"
    );
    let line = "Thread-2 (sub_thread) : 3\n\n   12  2 dispatch  0xylophone: 5 | ready: -";
    assert_eq!(stable(line), line);
}

/// Runs the example that the file belongs to, and compares what it writes with
/// the file; or writes the file.
fn check(file: &str) -> Result<(), String> {
    let (name, kind) = file.split_once('.').expect("NAME.stdout and the like");
    let traced = kind == "trace";
    let (stdout, stderr) = example::run(name, traced);
    let written = stable(if kind == "stdout" { &stdout } else { &stderr });
    if !traced && !stderr.is_empty() && !REFUSED.contains(&name) {
        return Err(format!(
            "{name} complains without being asked to log:\n{stderr}"
        ));
    }

    let path = directory().join("expected").join(file);
    if blessing() {
        return fs::write(path, written).map_err(|error| format!("{file}: {error}"));
    }
    let Ok(expected) = fs::read_to_string(path) else {
        return Err(format!(
            "examples/expected/{file} is missing: {HOW_TO_BLESS}"
        ));
    };
    if written == expected {
        return Ok(());
    }
    let lines = written.lines().zip(expected.lines());
    let number = 1 + lines
        .take_while(|(found, expected)| found == expected)
        .count();
    let line = |text: &str| {
        text.lines()
            .nth(number - 1)
            .unwrap_or("(no line)")
            .to_owned()
    };
    Err(format!(
        "examples/expected/{file}, line {number}:\n  expected {}\n  found    {}\n\
         if what was found is right, {HOW_TO_BLESS}",
        line(&expected),
        line(&written),
    ))
}

/// `text` with a sign for what is not the same on every machine and in every
/// build, in the same place and as wide:
///
/// - an address, a word of hexadecimal digits behind `0x`, becomes `0x…`;
/// - the number behind an address becomes `…`. It is in `report::ps()` that
///   one follows: it says how many bytes of the stack are used, and a release
///   build needs fewer than a debug build.
///
/// And `(…)` for the number of an OS thread, which std writes into its report of
/// a panic. Idents need nothing: they are small numbers, the same on every run.
fn stable(text: &str) -> String {
    let mut behind_address = false;
    let word = |word: &str| {
        let bare = word.trim_end();
        if bare.is_empty() {
            return word.to_owned();
        }
        let inside = bare
            .strip_prefix('(')
            .and_then(|rest| rest.strip_suffix(')'));
        if inside.is_some_and(|number| number.parse::<u32>().is_ok()) {
            return word.replace(bare, "(…)");
        }
        let digits = bare.strip_prefix("0x");
        let is_address = digits.is_some_and(|d| d.chars().all(|c| c.is_ascii_hexdigit()));
        let sign = match std::mem::replace(&mut behind_address, is_address) {
            _ if is_address => "0x…",
            true if bare.parse::<usize>().is_ok() => "…",
            _ => return word.to_owned(),
        };
        format!("{sign:<width$}{}", &word[bare.len()..], width = bare.len())
    };
    text.split_inclusive(char::is_whitespace)
        .map(word)
        .collect()
}

/// The names of the files that there are to be in `examples/expected`.
fn expected_files() -> BTreeSet<String> {
    let traced = TRACED.map(|name| format!("{name}.trace"));
    let refused = REFUSED.map(|name| format!("{name}.stderr"));
    let stdouts = names().into_iter().map(|name| format!("{name}.stdout"));
    stdouts.chain(traced).chain(refused).collect()
}

/// The names of all examples.
fn names() -> Vec<String> {
    let files = files_in(&directory());
    let name = |file: &String| Some(file.strip_suffix(".rs")?.to_owned());
    files.iter().filter_map(name).collect()
}

fn files_in(directory: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(directory).expect("the directory can be read");
    let name = |entry: fs::DirEntry| entry.file_name().into_string().expect("UTF-8");
    entries
        .map(|entry| name(entry.expect("an entry")))
        .collect()
}

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")
}

fn blessing() -> bool {
    env::var_os("BLESS").is_some_and(|bless| bless == "1")
}
