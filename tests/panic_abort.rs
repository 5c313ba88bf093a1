//! A program that is built with `panic=abort` cannot unwind. A daemon that is
//! killed at its end is given up instead: its stack is lost, the loss is
//! reported, and the program ends as it would have.

use std::path::Path;
use std::process::Command;

#[test]
fn under_panic_abort_a_killed_daemon_is_given_up_and_the_program_ends_well() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--example", "daemon"])
        .args(["--config", "profile.dev.panic=\"abort\""])
        // A build of its own, so that it does not undo the other one.
        .arg("--target-dir")
        .arg(root.join("target/panic-abort"))
        .env("RUNTIME_CLOCK", "virtual")
        .env_remove("RUST_LOG")
        .current_dir(root)
        .output()
        .expect("cargo is there, or this test would not run");
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    assert!(stdout.ends_with("Main thread is ending...\n"), "{stdout}");
    let report = "Thread-1 (background_task) was killed and cannot be unwound";
    assert!(stderr.contains(report), "{stderr}");
}
