//! What the environment says.

use std::panic::catch_unwind;
use std::time::Duration;

use runtime::thread::{self, Builder};
use runtime::time::Instant;
use runtime::{Clock, Priority, RunError, report};

use crate::support::child::{in_child, in_child_with};

const BAD: [(&str, &str, &str); 20] = [
    (
        "RUNTIME_CLOCK",
        "sideways",
        "it must be 'real', 'virtual' or 'counted'",
    ),
    (
        "RUNTIME_CLOCK",
        "",
        "it must be 'real', 'virtual' or 'counted'",
    ),
    (
        "RUNTIME_CLOCK",
        "Virtual",
        "it must be 'real', 'virtual' or 'counted'",
    ),
    ("RUNTIME_STACK_SIZE", "", "such as 128K"),
    ("RUNTIME_STACK_SIZE", "much", "such as 128K"),
    ("RUNTIME_STACK_SIZE", "K", "such as 128K"),
    ("RUNTIME_STACK_SIZE", "-1", "such as 128K"),
    ("RUNTIME_STACK_SIZE", "1.5M", "such as 128K"),
    ("RUNTIME_STACK_SIZE", "64KB", "such as 128K"),
    ("RUNTIME_STACK_SIZE", "64Ü", "such as 128K"),
    (
        "RUNTIME_STACK_SIZE",
        "0",
        "a stack of 0 bytes cannot be had",
    ),
    (
        "RUNTIME_STACK_SIZE",
        "99999999G",
        "bytes cannot be had: ask for",
    ),
    ("RUNTIME_POLICY", "", "there are fifo, round-robin, sjf"),
    (
        "RUNTIME_POLICY",
        "random",
        "there are fifo, round-robin, sjf",
    ),
    ("RUNTIME_QUANTUM", "", "a time like '10ms'"),
    ("RUNTIME_QUANTUM", "10", "a time like '10ms'"),
    ("RUNTIME_QUANTUM", "ms", "a time like '10ms'"),
    ("RUNTIME_QUANTUM", "0ms", "and not zero"),
    ("RUNTIME_QUANTUM", "-1ms", "a time like '10ms'"),
    (
        "RUNTIME_QUANTUM",
        "99999999999999999999s",
        "a time like '10ms'",
    ),
];

#[test]
fn a_bad_value_is_named_with_its_variable_and_with_what_it_may_be() {
    for (variable, value, why) in BAD {
        let child = in_child_with(&[(variable, value)], || {
            runtime::run(|| eprintln!("main has run"));
        });
        child
            .ends_with(101)
            .says(&format!("runtime: {variable} is '{value}': "))
            .says(why)
            .does_not_say("main has run");
    }
}

#[test]
fn a_bad_value_is_a_typed_error() {
    let child = in_child_with(&[("RUNTIME_CLOCK", "sideways")], || {
        let is_it = |error: &RunError| match error {
            RunError::Setting {
                variable, value, ..
            } => *variable == "RUNTIME_CLOCK" && value == "sideways",
            _ => false,
        };
        let error = runtime::Builder::new().run(|| ()).unwrap_err();
        assert!(is_it(&error), "{error:?}");
        let panic = catch_unwind(|| runtime::run(|| ())).unwrap_err();
        assert!(is_it(panic.downcast_ref().unwrap()));
    });
    child.ends_with(0);
}

#[test]
fn what_the_builder_says_counts_and_the_environment_is_not_asked() {
    let variables = [
        ("RUNTIME_CLOCK", "bad"),
        ("RUNTIME_STACK_SIZE", "bad"),
        ("RUNTIME_POLICY", "bad"),
        ("RUNTIME_QUANTUM", "bad"),
    ];
    let child = in_child_with(&variables, || {
        let builder = runtime::Builder::new()
            .quantum(Duration::from_millis(1))
            .clock(Clock::Virtual)
            .stack_size(1 << 20)
            .policy("priority".parse().unwrap());
        assert_eq!(builder.run(|| 5).unwrap(), 5);
    });
    child.ends_with(0);
}

#[test]
fn without_variables_there_are_defaults() {
    let child = in_child(|| {
        runtime::run(|| {
            assert!(report::ps().contains(&(256 << 10).to_string()));
            let (mine, real) = (Instant::now(), std::time::Instant::now());
            thread::sleep(Duration::from_millis(1));
            assert!(mine.elapsed() >= Duration::from_millis(1));
            assert!(real.elapsed() >= Duration::from_millis(1));
            assert_eq!(order_of_three(), "abc");
        });
    });
    child.ends_with(0);
}

#[test]
fn the_clock_is_virtual_if_the_environment_says_so() {
    let child = in_child_with(&[("RUNTIME_CLOCK", "virtual")], || {
        runtime::run(|| thread::sleep(Duration::from_secs(365 * 24 * 3600)));
    });
    child.ends_with(0);
}

#[test]
fn the_clock_is_real_if_the_environment_says_so() {
    let child = in_child_with(&[("RUNTIME_CLOCK", "real")], || {
        let begin = std::time::Instant::now();
        runtime::run(|| thread::sleep(Duration::from_millis(1)));
        assert!(begin.elapsed() >= Duration::from_millis(1));
    });
    child.ends_with(0);
}

#[test]
fn stacks_have_the_size_that_the_environment_names_rounded_up() {
    for (value, bytes) in [
        ("1M", 1 << 20),
        ("128k", 128 << 10),
        ("65537", 128 << 10),
        ("1", 64 << 10),
        ("1g", 1 << 30),
    ] {
        let variables = [("RUNTIME_STACK_SIZE", value), ("BYTES", &bytes.to_string())];
        let child = in_child_with(&variables, || {
            let bytes = std::env::var("BYTES").unwrap();
            runtime::run(move || {
                let named = Builder::new().stack_size(512 << 10);
                drop(named.spawn(|| ()));
                drop(thread::spawn(|| ()));
                let table = report::ps();
                let column = table.lines().next().unwrap().find("stack").unwrap();
                let stacks: Vec<&str> = table
                    .lines()
                    .skip(1)
                    .map(|line| line[column..].split(' ').next().unwrap())
                    .collect();
                assert_eq!(stacks, [&bytes, "524288", &bytes], "{table}");
            });
        });
        child.ends_with(0);
    }
}

#[test]
fn the_policy_is_the_one_that_the_environment_names() {
    for (policy, order) in [("round-robin", "abc"), ("priority", "cba")] {
        let variables = [("RUNTIME_POLICY", policy), ("ORDER", order)];
        let child = in_child_with(&variables, || {
            let order = runtime::run(order_of_three);
            assert_eq!(order, std::env::var("ORDER").unwrap());
        });
        child.ends_with(0);
    }
}

/// Starts three threads, each more urgent than the one before.
fn order_of_three() -> String {
    let journal = crate::support::Journal::default();
    let threads = [("a", 1), ("b", 2), ("c", 3)].map(|(name, priority)| {
        let journal = journal.clone();
        let priority = Priority::new(priority).unwrap();
        let builder = Builder::new().priority(priority);
        builder.spawn(move || journal.write(name)).unwrap()
    });
    for thread in threads {
        thread.join().unwrap();
    }
    journal.read().concat()
}

#[test]
fn a_value_that_is_no_text_is_refused_too() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    let child = in_child(|| {
        let value = OsStr::from_bytes(b"real\xff");
        // SAFETY: this process has one thread.
        unsafe { std::env::set_var("RUNTIME_CLOCK", value) };
        let error = runtime::Builder::new().run(|| ()).unwrap_err();
        let text = error.to_string();
        assert!(
            text.starts_with("RUNTIME_CLOCK is 'real\u{fffd}'"),
            "{text}"
        );
    });
    child.ends_with(0);
}
