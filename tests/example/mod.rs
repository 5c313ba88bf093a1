//! One example, run as a program of its own.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

/// Runs the example under virtual time and gives back what it wrote to stdout
/// and stderr. With `traced`, stderr is the switch trace.
pub(crate) fn run(name: &str, traced: bool) -> (String, String) {
    let mut command = Command::new(binary(name));
    for variable in [
        "RUNTIME_POLICY",
        "RUNTIME_QUANTUM",
        "RUNTIME_STACK_SIZE",
        "RUST_LOG",
    ] {
        command.env_remove(variable);
    }
    command.env("RUNTIME_CLOCK", "virtual");
    command.env("RUST_BACKTRACE", "0");
    if traced {
        command.env("RUST_LOG", "switch=trace");
    }
    let output = command.output().expect("an example can be started");
    let [stdout, stderr] = [output.stdout, output.stderr]
        .map(|bytes| String::from_utf8(bytes).expect("examples write UTF-8"));
    let status = output.status;
    assert!(status.success(), "{name} ended with {status}:\n{stderr}");
    (stdout, stderr)
}

/// Where the example's binary is: this test is `target/PROFILE/deps/TEST`, and
/// the example is `target/PROFILE/examples/NAME`.
fn binary(name: &str) -> PathBuf {
    let test = env::current_exe().expect("this test has a path");
    let profile = test.ancestors().nth(2).expect("target/PROFILE/deps/TEST");
    let binary = profile
        .join(format!("examples/{name}"))
        .with_extension(env::consts::EXE_EXTENSION);
    // Cargo builds the examples for `cargo test`, not for `cargo test --test NAME`.
    assert!(
        is_up_to_date(&binary),
        "{} is missing, or older than its sources: run cargo build --examples, \
         with --release if the tests are",
        binary.display(),
    );
    binary
}

/// Whether the binary is there, and no older than its sources, which Cargo
/// lists in `NAME.d` beside it.
fn is_up_to_date(binary: &Path) -> bool {
    let list = fs::read_to_string(binary.with_extension("d")).unwrap_or_default();
    let mut sources = list.split_whitespace().skip(1).map(Path::new);
    let built = modified(binary);
    built.is_some() && sources.all(|source| modified(source) <= built)
}

/// When the file was written; `None` if there is none.
fn modified(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).and_then(|data| data.modified()).ok()
}
