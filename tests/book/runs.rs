//! Recorded runs: `docs/runs/NAME.txt` begins with a command, and the rest is what it
//! prints, to stdout and stderr.
//!
//! `BLESS=1 cargo test --test book` writes these files anew.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::page::pages;
use crate::{files_below, no_problems, read, root};

const RUNS: &str = "docs/runs";

#[test]
fn what_a_terminal_shows_is_what_the_command_prints() {
    let mut problems = Vec::new();
    for path in files_below(RUNS) {
        let recorded = read(&path);
        let command = recorded.lines().next().unwrap_or_default();
        let Some(command) = command.strip_prefix("$ ") else {
            problems.push(format!("{}:1: it has to begin with '$ '", path.display()));
            continue;
        };
        let now = format!("$ {command}\n{}", printed_by(command));
        if now == recorded {
            continue;
        }
        if env::var_os("BLESS").is_some_and(|bless| bless == "1") {
            fs::write(root().join(&path), now).expect("it can be written");
            continue;
        }
        let mut pairs = (1..).zip(recorded.lines().zip(now.lines()));
        let differs = pairs.find(|(_, (recorded, now))| recorded != now);
        let line = differs.map_or(recorded.lines().count(), |(number, _)| number);
        problems.push(format!(
            "{}:{line}: '{command}' prints something else now; if that is right, run \
             BLESS=1 cargo test --test book",
            path.display()
        ));
    }
    no_problems(problems);
}

/// And so is what is broken or wrong on purpose.
#[test]
fn each_recorded_run_is_shown_once() {
    const FOLDERS: [&str; 3] = [RUNS, "docs/breaks", "docs/wrong"];
    let includes = pages().into_iter().flat_map(|page| page.includes());
    let shown: Vec<PathBuf> = includes.map(|include| include.file).collect();
    let files = FOLDERS.iter().flat_map(|folder| files_below(folder));
    let mut problems = Vec::new();
    for path in files {
        let count = shown.iter().filter(|shown| **shown == path).count();
        if count != 1 {
            problems.push(format!("{}: it is shown {count} times", path.display()));
        }
    }
    no_problems(problems);
}

fn printed_by(command: &str) -> String {
    let output = Command::new("sh")
        .args(["-c", &format!("{{ {command}; }} 2>&1")])
        .current_dir(root())
        .env_remove("RUNTIME_CLOCK")
        .env_remove("RUNTIME_GUARD_PAGES")
        .env_remove("RUNTIME_POLICY")
        .env_remove("RUNTIME_QUANTUM")
        .env_remove("RUNTIME_STACK_SIZE")
        .env_remove("RUST_BACKTRACE")
        .env_remove("RUST_LOG")
        .output()
        .expect("there is a shell");
    String::from_utf8(output.stdout).expect("it is text")
}
