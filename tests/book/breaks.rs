//! Changes that break the code on purpose. `docs/breaks/NAME.diff` begins with the command
//! that notices, and with what that command says then:
//!
//! ```text
//! # cargo test -p kernel-sim --test os
//! # fails: stack::keeps_its_words
//! --- a/kernel-sim/src/os/run.rs
//! ```
//!
//! What fails is a test, or it is an error of the compiler like `error[E0382]`. `git apply`
//! makes the change, and `git apply -R` takes it back.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::page::is_there;
use crate::{files_below, no_problems, read, root};

const BREAKS: &str = "docs/breaks";

struct Break {
    path: PathBuf,
    command: String,
    /// What the command says has failed.
    fails: Vec<String>,
}

/// All of them, and what is wrong with the others.
fn breaks() -> (Vec<Break>, Vec<String>) {
    let mut problems = Vec::new();
    let mut breaks = Vec::new();
    for path in files_below(BREAKS) {
        let text = read(&path);
        let mut lines = text.lines();
        let command = lines.next().and_then(|line| line.strip_prefix("# "));
        let Some(command) = command.filter(|command| command.starts_with("cargo test ")) else {
            let path = path.display();
            problems.push(format!("{path}:1: it has to begin with '# cargo test '"));
            continue;
        };
        let fails = lines.map_while(|line| line.strip_prefix("# fails: "));
        let fails: Vec<String> = fails.map(str::to_owned).collect();
        if fails.is_empty() {
            let path = path.display();
            problems.push(format!("{path}:2: it has to say '# fails: '"));
        }
        let command = command.to_owned();
        breaks.push(Break {
            path,
            command,
            fails,
        });
    }
    (breaks, problems)
}

#[test]
fn each_break_can_be_made_and_names_a_test() {
    let sources: Vec<String> = ["kernel-sim", "runtime", "tests"]
        .iter()
        .flat_map(|folder| files_below(folder))
        .filter(|path| path.extension().is_some_and(|kind| kind == "rs"))
        .map(|path| read(&path))
        .collect();
    let (breaks, mut problems) = breaks();
    for a_break in breaks {
        let path = a_break.path.display();
        if let Err(why) = git_apply(&root(), &["--check"], &a_break.path) {
            problems.push(format!("{path}: it cannot be made: {why}"));
        }
        if !has_tests(&a_break.command) {
            problems.push(format!("{path}:1: there are no such tests"));
        }
        for failing in &a_break.fails {
            let name = failing.rsplit("::").next().unwrap_or_default();
            let is_error = failing.starts_with("error[");
            if !is_error && !sources.iter().any(|source| has_test(source, name)) {
                problems.push(format!("{path}: there is no test '{failing}'"));
            }
        }
    }
    no_problems(problems);
}

/// Whether the package has the tests that the command is to run.
fn has_tests(command: &str) -> bool {
    let after = |option| {
        let mut words = command.split(' ').skip_while(move |word| *word != option);
        words.nth(1)
    };
    let package = Path::new(after("-p").unwrap_or("."));
    match after("--test") {
        Some(test) => {
            let file = package.join("tests").join(test);
            is_there(&file.with_extension("rs")) || is_there(&file.join("main.rs"))
        }
        None => command.contains("--lib") && is_there(&package.join("src/lib.rs")),
    }
}

/// Whether there is a test of that name.
fn has_test(source: &str, name: &str) -> bool {
    let parts = source.split(&format!("fn {name}(")).collect::<Vec<_>>();
    let before = &parts[..parts.len() - 1];
    // Between the two may stand other attributes.
    let is_written = before.iter().any(|text| {
        let mut lines = text.lines().rev().take(4);
        lines.any(|line| line.trim() == "#[test]")
    });
    // A macro may make it of its name.
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_made =
        || source.contains("fn $") && source.split(|c| !is_word(c)).any(|word| word == name);
    is_written || is_made()
}

/// What is built soonest: these changes are made each time.
const SOONEST: &str = "cargo test -p kernel-sim --lib";

/// Makes changes in a copy of the repository, and runs their commands. `BREAK=part of a
/// name` chooses others, and `BREAK=docs` all of them, which takes an hour.
#[test]
fn each_break_is_noticed_as_told() {
    let copy = root().join("target/breaks");
    copy_to(&copy);
    let (breaks, mut problems) = breaks();
    let wanted = env::var("BREAK").ok();
    for a_break in breaks {
        let path = a_break.path.display().to_string();
        let is_wanted = match &wanted {
            Some(part) => path.contains(part),
            None => a_break.command == SOONEST,
        };
        if !is_wanted {
            continue;
        }
        let patch = root().join(&a_break.path);
        if let Err(why) = git_apply(&copy, &[], &patch) {
            problems.push(format!("{path}: it cannot be made: {why}"));
            continue;
        }
        let said = said_by(&a_break.command, &copy);
        git_apply(&copy, &["-R"], &patch).expect("what was made can be taken back");
        for failing in &a_break.fails {
            if !says(&said, failing) {
                problems.push(format!("{path}: '{failing}' does not fail\n{said}"));
            }
        }
        println!("{path}");
    }
    no_problems(problems);
}

/// Whether it has failed, by what was printed.
fn says(said: &str, failing: &str) -> bool {
    let failed = format!("{failing} ... FAILED");
    said.lines().any(|line| {
        let is_error = failing.starts_with("error[") && line.starts_with(failing);
        is_error || line.starts_with("test ") && line.ends_with(&failed)
    })
}

fn copy_to(copy: &Path) {
    for folder in ["docs", "examples", "kernel-sim", "runtime", "tests"] {
        for path in files_below(folder) {
            copy_file(&path, copy);
        }
    }
    for name in ["Cargo.toml", "Cargo.lock", "README.md"] {
        copy_file(Path::new(name), copy);
    }
}

/// Only if it is another one there, so that not all is built anew.
fn copy_file(path: &Path, copy: &Path) {
    let (from, to) = (root().join(path), copy.join(path));
    let now = fs::read(from).expect("it can be read");
    if fs::read(&to).is_ok_and(|there| there == now) {
        return;
    }
    fs::create_dir_all(to.parent().expect("it is in a folder")).expect("it can be made");
    fs::write(to, now).expect("it can be written");
}

/// # Errors
///
/// With what git says.
fn git_apply(folder: &Path, options: &[&str], patch: &Path) -> Result<(), String> {
    let output = Command::new("git")
        .arg("apply")
        .args(options)
        .arg(patch)
        .current_dir(folder)
        // The copy is no part of the repository in which it lies.
        .env(
            "GIT_CEILING_DIRECTORIES",
            folder.parent().expect("it is not the root"),
        )
        .output()
        .map_err(|error| format!("git: {error}"))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
    }
}

/// What the command prints. One that hangs is ended.
fn said_by(command: &str, folder: &Path) -> String {
    let output = Command::new("sh")
        .args(["-c", &format!("timeout 900 {command} 2>&1")])
        .current_dir(folder)
        .env_remove("CARGO_TARGET_DIR")
        .env_remove("RUST_BACKTRACE")
        .output()
        .expect("there is a shell");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
