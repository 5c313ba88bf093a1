//! Reports of a running program, that is to say of its panics. Hooks and
//! output belong to the process, so each test has one of its own.
//!
//! - A panic is reported under the green thread's name:
//!   `panics.rs::a_panic_is_reported_under_the_green_threads_own_name_and_the_others_go_on`.
//! - A hook that the program has set before stays:
//!   `panics.rs::a_hook_that_the_program_had_set_stays_as_it_is`.
//! - One that it sets later replaces the runtime's:
//!   `panics.rs::a_hook_that_the_program_sets_later_replaces_the_runtimes_and_finds_the_name`.
//! - Where libtest captures what tests print, nothing of a panic is shown for a
//!   test that passes, and its report for one that fails.
//! - That report names the green thread.
//! - Nothing of a refusal is shown for a test that passes.
//!
//! What `set_excepthook` has to do with it is in `excepthook.rs`.

use std::env;
use std::panic::{PanicHookInfo, catch_unwind};
use std::process::Command;

use runtime::set_excepthook;
use runtime::thread::{self, Builder, JoinHandle, Thread};

use crate::support::child::name_of_test;
use crate::support::run;

/// Set in the environment of a child that runs under libtest's capture.
const CAPTURED: &str = "RUNTIME_TEST_IS_CAPTURED";

/// Calls `body` as a test of a child process in which libtest captures what is
/// printed, and gives all that is shown of it. In the child it gives `None`.
fn under_capture<F: FnOnce()>(body: F) -> Option<String> {
    if env::var_os(CAPTURED).is_some() {
        body();
        return None;
    }
    let program = env::current_exe().expect("the test binary has a path");
    let mut command = Command::new(program);
    command.args(["--exact", name_of_test::<F>(), "--include-ignored"]);
    command.env(CAPTURED, "yes").env_remove("RUST_BACKTRACE");
    command.env_remove("RUST_TEST_NOCAPTURE");
    let output = command.output().expect("the test binary can be run");
    let shown = [output.stdout, output.stderr].concat();
    let shown = String::from_utf8_lossy(&shown).into_owned();
    assert!(shown.contains("running 1 test"), "{shown}");
    Some(shown)
}

pub(crate) fn named<T: 'static>(name: &str, body: impl FnOnce() -> T + 'static) -> JoinHandle<T> {
    Builder::new().name(name.into()).spawn(body).unwrap()
}

/// What a panic says.
pub(crate) fn message<'a>(info: &'a PanicHookInfo<'_>) -> &'a str {
    info.payload_as_str().unwrap_or("no string")
}

/// A hook that prints a line.
pub(crate) fn prints(prefix: &'static str) -> impl Fn(&Thread, &PanicHookInfo<'_>) + Send + Sync {
    move |thread, info| eprintln!("{prefix}: {thread}: {}", message(info))
}

#[test]
fn where_libtest_captures_nothing_of_a_panic_is_shown_for_a_test_that_passes() {
    let body = || {
        run(|| {
            named("bad", || panic!("oh dear")).join().unwrap_err();
        });
    };
    let Some(shown) = under_capture(body) else {
        return;
    };
    assert!(shown.contains("1 passed"), "{shown}");
    for word in ["panicked", "'bad'", "oh dear"] {
        assert!(!shown.contains(word), "{word}:\n{shown}");
    }
}

#[test]
fn where_libtest_captures_the_report_of_a_panic_is_shown_for_a_test_that_fails() {
    let body = || {
        run(|| {
            named("bad", || panic!("oh dear")).join().unwrap_err();
        });
        panic!("the test fails");
    };
    let Some(shown) = under_capture(body) else {
        return;
    };
    assert!(shown.contains("1 failed"), "{shown}");
    let (_, captured) = shown.split_once(" stdout ----\n").expect(&shown);
    let at = format!("panicked at {}:", file!());
    assert_eq!(captured.matches(&at).count(), 2, "{shown}");
    assert!(captured.contains("oh dear"), "{shown}");
}

#[test]
fn where_libtest_captures_the_report_of_a_panic_names_the_green_thread() {
    let body = || {
        run(|| {
            named("bad", || panic!("oh dear")).join().unwrap_err();
        });
        panic!("the test fails");
    };
    let Some(shown) = under_capture(body) else {
        return;
    };
    let (_, captured) = shown.split_once(" stdout ----\n").expect(&shown);
    assert!(captured.contains("green thread 'bad'"), "{shown}");
}

#[test]
fn where_libtest_captures_nothing_of_a_refusal_is_shown_for_a_test_that_passes() {
    let Some(shown) = under_capture(|| drop(catch_unwind(thread::yield_now))) else {
        return;
    };
    assert!(shown.contains("1 passed"), "{shown}");
    assert!(!shown.contains("no runtime is running"), "{shown}");
}

#[test]
fn where_libtest_captures_what_the_hook_prints_is_captured() {
    let body = || {
        set_excepthook(prints("hook"));
        run(|| {
            named("bad", || panic!("oh dear")).join().unwrap_err();
        });
        panic!("the test fails");
    };
    let Some(shown) = under_capture(body) else {
        return;
    };
    let (before, captured) = shown.split_once(" stdout ----\n").expect(&shown);
    assert!(!before.contains("hook: bad"), "{shown}");
    assert!(captured.contains("hook: bad: oh dear\n"), "{shown}");
}
