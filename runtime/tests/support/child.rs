//! For tests that need a process of their own: the test binary runs itself
//! again, for that one test, and looks at how the child process ended.

use std::any::type_name;
use std::env;
use std::os::unix::process::ExitStatusExt as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Command, Output, exit};

/// Set in the environment of the child process.
const MARK: &str = "RUNTIME_TEST_IS_CHILD";

/// What the child says first, so that no child that never ran is believed.
const BEGIN: &str = "the child has begun";

/// A child that takes longer, in seconds, is ended by SIGALRM.
const PATIENCE: libc::c_uint = 60;

/// How a child process ended.
pub(crate) struct Child(Output);

/// Calls `body` in a child process, which ends as a program with that main
/// function would: with status 0, or with 101 if it panics.
///
/// `body` has to be a closure that stands in the test itself, and the only
/// one there: the child runs the test from its beginning up to here.
#[track_caller]
pub(crate) fn in_child<F: FnOnce()>(body: F) -> Child {
    in_child_with(&[], body)
}

/// As [`in_child`], with these variables in the child's environment. No
/// others that have to do with the runtime are there.
#[track_caller]
pub(crate) fn in_child_with<F: FnOnce()>(variables: &[(&str, &str)], body: F) -> Child {
    if env::var_os(MARK).is_some() {
        be_the_child(body);
    }
    let program = env::current_exe().expect("the test binary has a path");
    let mut command = Command::new(program);
    command.args(["--exact", name_of_test::<F>(), "--nocapture"]);
    command.arg("--test-threads=1").env(MARK, "yes");
    for variable in [
        "RUNTIME_CLOCK",
        "RUNTIME_GUARD_PAGES",
        "RUNTIME_POLICY",
        "RUNTIME_STACK_SIZE",
        "RUST_BACKTRACE",
    ] {
        command.env_remove(variable);
    }
    command.envs(variables.iter().copied());
    let child = Child(command.output().expect("the test binary can be run"));
    let stdout = String::from_utf8_lossy(&child.0.stdout);
    assert!(stdout.contains(BEGIN), "{stdout}{}", child.stderr());
    child
}

fn be_the_child(body: impl FnOnce()) -> ! {
    let no_core_dumps = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: reads a struct that is there, and lowers a limit.
    unsafe { libc::setrlimit(libc::RLIMIT_CORE, &raw const no_core_dumps) };
    // SAFETY: sets a timer; nobody else here uses it.
    unsafe { libc::alarm(PATIENCE) };
    println!("{BEGIN}");
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(()) => exit(0),
        Err(_) => exit(101),
    }
}

/// The test's path in its binary, as libtest knows it: the closure's path
/// without the name of the crate and without `{{closure}}`.
pub(crate) fn name_of_test<F>() -> &'static str {
    let path = type_name::<F>().split_once("::").expect("a crate").1;
    path.strip_suffix("::{{closure}}").expect("a closure")
}

impl Child {
    /// What the child wrote to stderr.
    pub(crate) fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.0.stderr).into_owned()
    }

    /// Asserts that the child ended by itself, with that status.
    #[track_caller]
    pub(crate) fn ends_with(&self, status: i32) -> &Self {
        let actual = (self.0.status.code(), self.0.status.signal());
        assert_eq!(actual, (Some(status), None), "{}", self.stderr());
        self
    }

    /// Asserts that the child was ended by that signal.
    #[track_caller]
    pub(crate) fn dies_by(&self, signal: i32) -> &Self {
        let actual = (self.0.status.code(), self.0.status.signal());
        assert_eq!(actual, (None, Some(signal)), "{}", self.stderr());
        self
    }

    /// Asserts that `text` stands in what the child wrote to stderr.
    #[track_caller]
    pub(crate) fn says(&self, text: &str) -> &Self {
        let stderr = self.stderr();
        assert!(
            stderr.contains(text),
            "{text:?} is missing in stderr:\n{stderr}"
        );
        self
    }

    /// Asserts that `text` stands nowhere in what the child wrote to stderr.
    #[track_caller]
    pub(crate) fn does_not_say(&self, text: &str) -> &Self {
        let stderr = self.stderr();
        assert!(!stderr.contains(text), "{text:?} is in stderr:\n{stderr}");
        self
    }
}
