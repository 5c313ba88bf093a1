//! Programs of others that some tests compare with.

#![allow(dead_code, reason = "not every test needs all of it")]

use std::io::Write as _;
use std::process::Command;

/// The first of these programs that is there.
///
/// Without any, the test says on stderr that it is skipped, and has nothing to
/// do. But if the environment variable `demanded_by` is set, as it is where
/// everything has to be checked, it fails.
pub(crate) fn find(names: &[&str], package: &str, demanded_by: &str) -> Option<String> {
    let is_there = |name: &&&str| Command::new(name).arg("--version").output().is_ok();
    let found = names.iter().find(is_there).map(|name| String::from(*name));
    if found.is_none() {
        let missing = format!("there is no {}: install {package}", names[0]);
        assert!(
            std::env::var_os(demanded_by).is_none(),
            "{demanded_by} is set, but {missing}"
        );
        // Past the test harness, which keeps to itself what passing tests print.
        let _ = writeln!(std::io::stderr(), "skipped a test: {missing}");
    }
    found
}

/// GNU's `as`, `ld` and the like for RISC-V; see [`find`].
pub(crate) fn find_gnu(tool: &str) -> Option<String> {
    let prefixes = [
        "riscv64-unknown-elf",
        "riscv64-linux-gnu",
        "riscv32-unknown-elf",
    ];
    let names = prefixes.map(|prefix| format!("{prefix}-{tool}"));
    find(
        &names.each_ref().map(String::as_str),
        "binutils-riscv64-unknown-elf",
        "REQUIRE_BINUTILS",
    )
}

/// Runs it to its end, which has to be a good one.
pub(crate) fn run(command: &mut Command) -> Vec<u8> {
    let output = command.output().expect("it was there a moment ago");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{command:?}: {}: {complaint}",
        output.status
    );
    output.stdout
}
