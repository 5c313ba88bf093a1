//! A program that is built with `panic=abort`. Tests never are, so this one
//! has a package of its own.

use std::fs;
use std::path::Path;
use std::process::Command;

/// Here so that it is read with the others; see [`PROGRAM`].
#[expect(dead_code, reason = "it is built by the test")]
mod program;

const PROGRAM: &str = "tests/contracts/kill/panic_abort/program.rs";

#[test]
fn every_kill_under_panic_abort_ends_with_the_stack_leaked_and_a_report() {
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR"));
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join("kill-panic-abort");
    let manifest = format!(
        "[package]\nname = \"program\"\nedition = \"2024\"\n\
         [workspace]\n\
         [dependencies]\nlog = \"0.4\"\nruntime = {{ path = {runtime:?} }}\n\
         [profile.dev]\npanic = \"abort\"\n\
         [[bin]]\nname = \"program\"\npath = {:?}\n",
        runtime.join(PROGRAM),
    );
    fs::create_dir_all(&package).unwrap();
    fs::write(package.join("Cargo.toml"), manifest).unwrap();
    // The same versions of the same crates, which are all here.
    fs::copy(runtime.join("../Cargo.lock"), package.join("Cargo.lock")).unwrap();

    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--offline", "--target-dir"])
        .arg(package.join("target"))
        .env("RUNTIME_CLOCK", "virtual")
        .current_dir(&package)
        .output()
        .expect("cargo is there, or this test would not run");
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stdout}{stderr}");
    let log: Vec<_> = stdout.lines().collect();
    let killed = [
        "waits",
        "sleeps",
        "yields",
        "joins",
        "owns a scope",
        "kills itself",
    ];
    let mut expected: Vec<_> = killed
        .iter()
        .map(|name| format!("{name}: killed"))
        .collect();
    // What has no stack yet has nothing to unwind.
    expected.extend(["dropped", "never dispatched: killed", "main ends"].map(Into::into));
    assert_eq!(log, expected);

    let lost = "was killed and cannot be unwound: its stack is lost";
    for name in killed.iter().chain(&["daemon"]) {
        let report = format!("{name} {lost}");
        assert_eq!(stderr.matches(&report).count(), 1, "{name}: {stderr}");
    }
    assert_eq!(stderr.matches(lost).count(), killed.len() + 1, "{stderr}");
}
