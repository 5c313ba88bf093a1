//! Who types, who reads, and who has stopped to read.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::Stdio;

use crate::command::{command, ksim, ksim_with_input};

/// `ksim ... | head -1`
#[test]
fn who_reads_no_more_is_no_failure() {
    for args in [
        "step long_loop --count 50000",
        "run yield_ping yield_pong yield_ping yield_pong --trace",
        "run long_loop infinite_loop --trace --quantum 20 --max-ticks 300000",
        "programs",
        "asm hello",
        "demo context-switch",
        "--help",
    ] {
        let mut child = command(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it can be started");
        let mut line = String::new();
        let mut stdout = BufReader::with_capacity(16, child.stdout.take().expect("piped"));
        stdout.read_line(&mut line).expect("a line");
        drop(stdout);
        let mut stderr = String::new();
        let mut pipe = child.stderr.take().expect("piped");
        pipe.read_to_string(&mut stderr).expect("UTF-8");
        let status = child.wait().expect("it ends");
        assert!(!line.is_empty());
        assert_eq!(
            (status.code(), stderr.as_str()),
            (Some(0), ""),
            "ksim {args}"
        );
    }
}

#[test]
fn steps_are_taken_as_asked_for() {
    let instructions = |input| {
        let ended = ksim_with_input("step hello", input);
        assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
        let lines = ended.stdout.lines();
        lines.filter(|line| line.contains("  1  0x0001")).count()
    };
    assert_eq!(instructions(""), 0);
    assert_eq!(instructions("\n"), 1);
    assert_eq!(instructions("\n\n\n"), 3);
    assert_eq!(instructions("4\n\n"), 5);
    assert_eq!(instructions("2\nq\n\n\n"), 2);
    assert_eq!(instructions("0\n\n"), 1);
    assert_eq!(instructions("many\n\n"), 1);
    assert_eq!(
        instructions("18446744073709551615\n\n\n"),
        9,
        "all that there are"
    );
    assert_eq!(instructions("-1\n99999999999999999999\n\u{7}\n"), 0);
    let refused = ksim_with_input("step hello", "x\n").stdout;
    assert!(refused.contains("'x' is no number. Enter: the next instruction."));
}

#[test]
fn steps_by_hand_print_what_steps_by_count_print() {
    let by_count = ksim("step pid pid --quantum 30 --count 40").stdout;
    let by_hand = ksim_with_input("step pid pid --quantum 30", &"\n".repeat(40)).stdout;
    let (_help, by_hand) = by_hand.split_once('\n').expect("a line");
    assert_eq!(by_hand, by_count);
}

/// Without `--trace`, the log is on stderr, as everywhere.
#[test]
fn rust_log_shows_the_trace_too() {
    let output = command("run exit_code")
        .env("RUST_LOG", "switch=debug")
        .output()
        .expect("it can be started");
    let trace = String::from_utf8(output.stderr).expect("UTF-8");
    let lines: Vec<&str> = trace.lines().map(|line| &line[..40]).collect();
    assert_eq!(
        lines,
        [
            "[DEBUG switch]    #1  2 dispatch  exit_c",
            "[DEBUG switch]    #1  6 exit      exit_c",
        ]
    );
}

/// Standard input without an end, and without lines.
#[test]
#[cfg(target_os = "linux")]
fn what_is_typed_is_read_in_pieces() {
    let zeros = std::fs::File::open("/dev/zero").expect("it is there");
    let mut child = command("step exit_code")
        .stdin(zeros)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("it can be started");
    let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
    let mut line = String::new();
    for _ in 0..2 {
        line.clear();
        stdout.read_line(&mut line).expect("a line");
    }
    assert!(line.contains("is no number"), "{line}");
    drop(stdout);
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

/// What is written is looked at now and then by one command, after each tick by another,
/// and by the third not at all. No process may notice.
#[test]
fn however_it_is_looked_at_a_program_does_the_same() {
    let file = "tests/ksim/files/much.s";
    let end = |args: &str| {
        let ended = ksim(&format!("{args} {file}"));
        assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
        let mut lines = ended.stdout.lines();
        let line = lines.rfind(|line| line.trim_start().starts_with("1  much"));
        line.expect("the account, or the PCB").trim().to_owned()
    };
    let account = end("run");
    assert!(account.ends_with("exit 0"), "{account}");
    assert_eq!(end("run --trace"), account);
    assert!(end("ps --at 5000000").ends_with("exit 0"));
}
