//! Panics: who is said to have panicked, what the process makes of it, and
//! the program's own panic hooks.
//!
//! Hooks and output belong to the process, so most tests have one of its own.

mod support;

use std::panic::{self, catch_unwind, panic_any, resume_unwind};

use runtime::thread::{self, Builder};

use support::child::{in_child, in_child_with};
use support::{OnDrop, run};

fn named(name: &str) -> Builder {
    Builder::new().name(name.into())
}

#[test]
fn a_panic_is_reported_under_the_green_threads_own_name_and_the_others_go_on() {
    let child = in_child(|| {
        run(|| {
            let bad = named("der Schlechte").spawn(|| panic!("oh dear")).unwrap();
            let good = named("good").spawn(|| "result").unwrap();
            assert!(bad.join().is_err());
            assert_eq!(good.join().unwrap(), "result");
            eprintln!("main has come to its end");
        });
    });
    let line = line!() - 7;
    child
        .ends_with(0)
        .says("green thread 'der Schlechte' panicked:")
        .says(&format!("panicked at {}:{line}:", file!()))
        .says("oh dear")
        .says("main has come to its end")
        .does_not_say("'good'");
}

#[test]
fn each_panic_is_reported_once() {
    let child = in_child(|| {
        run(|| {
            thread::spawn(|| panic!("in a thread")).join().unwrap_err();
            panic!("in main");
        });
    });
    child.ends_with(101).says("green thread 'MainThread'");
    let stderr = child.stderr();
    assert_eq!(stderr.matches("in a thread").count(), 1, "{stderr}");
    assert_eq!(stderr.matches("in main").count(), 1, "{stderr}");
}

#[test]
fn a_panic_is_reported_under_the_name_that_the_thread_has_then() {
    let child = in_child(|| {
        run(|| {
            let sub = thread::spawn(|| {
                thread::yield_now();
                panic!("oh dear");
            });
            thread::yield_now();
            sub.thread().set_name("renamed").unwrap();
            sub.join().unwrap_err();
            // After the panic the name is still there, and so is main's.
            assert_eq!(thread::current().name(), Some("MainThread"));
        });
    });
    child.ends_with(0).says("green thread 'renamed' panicked:");
}

#[test]
fn the_process_ends_well_if_only_a_thread_panicked() {
    let child = in_child(|| {
        run(|| drop(thread::spawn(|| panic!("nobody joins"))));
    });
    child.ends_with(0).says("nobody joins");
}

#[test]
fn the_process_ends_with_101_if_main_panicked() {
    let child = in_child(|| {
        run(|| {
            drop(thread::spawn(|| eprintln!("the other thread")));
            panic!("in main");
        });
    });
    child
        .ends_with(101)
        .says("in main")
        .says("the other thread");
}

#[test]
fn a_kill_is_no_panic_and_is_not_reported() {
    let child = in_child(|| {
        run(|| {
            let sub = named("sub").spawn(thread::park).unwrap();
            thread::yield_now();
            sub.thread().kill();
            sub.join().unwrap_err();
            let daemon = named("daemon").daemon(true).spawn(thread::park);
            drop(daemon);
            thread::yield_now();
        });
    });
    child.ends_with(0).does_not_say("panicked");
}

#[test]
fn a_panic_outside_of_the_runtime_is_reported_as_ever() {
    let child = in_child(|| {
        run(|| ());
        let _ = catch_unwind(|| panic!("outside"));
        let os_thread = std::thread::Builder::new().name("an OS thread".into());
        let panics = os_thread.spawn(|| panic!("elsewhere")).unwrap();
        panics.join().unwrap_err();
    });
    child
        .ends_with(0)
        .says("outside")
        .says("thread 'an OS thread'")
        .says("elsewhere")
        .does_not_say("green thread");
}

#[test]
fn a_hook_that_the_program_had_set_is_called_after_the_line_with_the_name() {
    let child = in_child(|| {
        panic::set_hook(Box::new(|info| {
            let payload: Option<&&str> = info.payload().downcast_ref();
            eprintln!("the program's hook: {}", payload.unwrap());
        }));
        for round in 0..3 {
            run(move || {
                let sub = named("sub");
                let sub = sub.spawn(move || panic_any(["a", "b", "c"][round]));
                sub.unwrap().join().unwrap_err();
            });
        }
    });
    child
        .ends_with(0)
        .says("green thread 'sub' panicked:\nthe program's hook: a\n")
        .says("green thread 'sub' panicked:\nthe program's hook: c\n");
    let stderr = child.stderr();
    assert_eq!(stderr.matches("the program's hook").count(), 3, "{stderr}");
}

#[test]
fn a_hook_that_the_program_sets_later_replaces_the_runtimes_and_finds_the_name() {
    let child = in_child(|| {
        run(|| {
            panic::set_hook(Box::new(|info| {
                let payload: Option<&&str> = info.payload().downcast_ref();
                eprintln!("{}: {}", thread::current(), payload.unwrap());
            }));
            let sub = named("sub").spawn(|| panic!("the first"));
            sub.unwrap().join().unwrap_err();
        });
        // Another run puts nothing before it.
        run(|| {
            let sub = named("another").spawn(|| panic!("the second"));
            sub.unwrap().join().unwrap_err();
        });
    });
    child
        .ends_with(0)
        .says("sub: the first\n")
        .says("another: the second\n")
        .does_not_say("green thread");
}

#[test]
fn a_hook_may_call_the_runtime_and_does_not_switch() {
    let child = in_child(|| {
        panic::set_hook(Box::new(|_| {
            thread::yield_now();
            let threads = thread::enumerate();
            drop(thread::spawn(|| eprintln!("spawned by the hook")));
            eprintln!("{} in the hook", threads.len());
        }));
        run(|| {
            let panics = thread::spawn(|| panic!(""));
            let other = thread::spawn(|| eprintln!("the other"));
            panics.join().unwrap_err();
            other.join().unwrap();
        });
    });
    child
        .ends_with(0)
        .says("3 in the hook\nthe other\nspawned by the hook\n");
}

#[test]
fn a_backtrace_fits_on_a_stack_of_the_default_size() {
    for style in ["1", "full"] {
        let child = in_child_with(&[("RUST_BACKTRACE", style)], || {
            run(|| thread::spawn(|| panic!("oh dear")).join().unwrap_err());
        });
        child
            .ends_with(0)
            .says("oh dear")
            .says("stack backtrace:")
            .says("a_backtrace_fits_on_a_stack_of_the_default_size");
    }
}

#[test]
fn a_panic_and_its_report_fit_on_the_smallest_stack() {
    let child = in_child(|| {
        run(|| {
            let small = named("small").stack_size(1);
            let number = std::hint::black_box(7);
            let sub = small.spawn(move || panic!("number {number}"));
            sub.unwrap().join().unwrap_err();
        });
    });
    child.ends_with(0).says("'small'").says("number 7");
}

#[test]
fn panicking_is_true_while_the_thread_unwinds_and_false_before_and_after() {
    run(|| {
        let sub = thread::spawn(|| {
            let both = || [thread::panicking(), std::thread::panicking()];
            assert_eq!(both(), [false; 2]);
            let caught = catch_unwind(|| {
                let _on_stack = OnDrop(move || assert_eq!(both(), [true; 2]));
                resume_unwind(Box::new(()));
            });
            assert!(caught.is_err());
            assert_eq!(both(), [false; 2]);
            let _on_stack = OnDrop(move || assert_eq!(both(), [true; 2]));
            resume_unwind(Box::new(()))
        });
        let result: thread::Result<()> = sub.join();
        assert!(result.is_err());
        assert!(!thread::panicking());
    });
    assert!(!thread::panicking());
}

#[test]
fn a_panic_in_a_destructor_that_is_caught_there_is_as_in_std() {
    run(|| {
        let sub = thread::spawn(|| {
            let _outer = OnDrop(|| {
                let inner = catch_unwind(|| {
                    let _inner = OnDrop(|| {
                        let third = catch_unwind(|| resume_unwind(Box::new(3)));
                        assert_eq!(third.unwrap_err().downcast_ref(), Some(&3));
                        thread::yield_now();
                    });
                    resume_unwind(Box::new(2));
                });
                assert_eq!(inner.unwrap_err().downcast_ref(), Some(&2));
                assert!(thread::panicking());
            });
            resume_unwind(Box::new(1))
        });
        let result: thread::Result<()> = sub.join();
        assert_eq!(result.unwrap_err().downcast_ref(), Some(&1));
        thread::yield_now();
        assert!(!thread::panicking());
    });
}

#[test]
fn a_panic_that_leaves_a_destructor_during_a_panic_aborts_as_in_std() {
    let child = in_child(|| {
        run(|| {
            let sub = named("sub").spawn(|| {
                let _on_stack = OnDrop(|| panic!("the second"));
                panic!("the first");
            });
            let _ = sub.unwrap().join();
            eprintln!("went on");
        });
    });
    child
        .dies_by(libc::SIGABRT)
        .says("the first")
        .says("the second")
        .does_not_say("went on");
}
