//! The command, run as a program of its own.

use std::io::Write as _;
use std::process::{Command, Stdio};

/// What it has printed, and how it has ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The command with these arguments, which have blanks between them. Paths are
/// from the folder of the crate.
pub(crate) fn command(args: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ksim"));
    command
        .args(args.split_whitespace())
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_remove("RUST_LOG")
        .env_remove("RUST_BACKTRACE")
        .stdin(Stdio::null());
    command
}

pub(crate) fn ksim(args: &str) -> Ended {
    end(command(args).output().expect("it can be started"))
}

/// With this on stdin.
pub(crate) fn ksim_with_input(args: &str, input: &str) -> Ended {
    let mut child = command(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it can be started");
    // It may have ended before it has read all.
    let _ = child
        .stdin
        .take()
        .expect("piped")
        .write_all(input.as_bytes());
    end(child.wait_with_output().expect("it ends"))
}

fn end(output: std::process::Output) -> Ended {
    let [stdout, stderr] = [output.stdout, output.stderr]
        .map(|bytes| String::from_utf8(bytes).expect("it prints UTF-8"));
    Ended {
        code: output.status.code().expect("no signal"),
        stdout,
        stderr,
    }
}
