//! `set_excepthook`, of the contract about the reports of a running program:
//!
//! - The hook is called with the thread and the info of each panic in a green
//!   thread, in that thread.
//! - It is called instead of std's hook and of the program's.
//! - It is not called for kills.
//! - It is not called for panics elsewhere: there the hooks from before are.
//! - It holds for all runtimes of the process, and may be set at any time.
//! - A second call replaces the first hook, and drops it.
//! - The destructor of a hook that is replaced may set another hook.
//! - A hook may be set any number of times.
//! - A hook that panics aborts, as one of std's does.
//! - To set a hook while the thread unwinds is refused.
//! - A hook that was refused is not in force.
//! - A hook that the program sets later with std replaces it, until the next call.
//! - A hook that was taken back is in force no more, and may be set again.
//! - The hook may call into the runtime.
//! - The hook does not switch.
//! - Where libtest captures what tests print, what the hook prints is captured:
//!   `reports.rs`.

use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

use runtime::error::{JoinError, Unwinding};
use runtime::thread::{self, Builder, JoinHandle};
use runtime::{Handle, report, set_excepthook, take_excepthook};

use crate::reports::{message, named, prints};
use crate::support::child::in_child;
use crate::support::{OnDrop, run};

#[test]
fn the_hook_is_called_with_the_thread_and_the_info_of_each_panic_in_a_green_thread_in_that_thread()
{
    let child = in_child(|| {
        set_excepthook(|thread, info| {
            assert_eq!(thread.id(), thread::current().id());
            let place = info.location().unwrap();
            assert_eq!(place.file(), file!());
            let refused = info.payload().is::<Unwinding>();
            let what = if refused { "refused" } else { message(info) };
            eprintln!("called: {thread}, {}, {what}", place.line());
        });
        let main = || {
            named("sub", || panic!("one")).join().unwrap_err();
            named("catches", || drop(catch_unwind(|| panic!("two"))))
                .join()
                .unwrap();
            let destructor = || {
                let _on_stack = OnDrop(|| {
                    drop(catch_unwind(|| panic!("four")));
                    drop(catch_unwind(|| thread::scope(|_| ())));
                });
                panic!("three");
            };
            named("unwinds", destructor).join().unwrap_err();
            let door = Handle::current();
            let guest = std::thread::spawn(move || {
                let guest = Builder::new().name("guest".into());
                guest.spawn_on(&door, || panic!("five")).unwrap()
            });
            guest.join().unwrap().join().unwrap_err();
            thread::scope(|scope| {
                let scoped = Builder::new().name("scoped".into());
                let panics = scoped.spawn_scoped(scope, || panic!("six"));
                panics.unwrap().join().unwrap_err();
            });
            panic!("seven");
        };
        assert!(catch_unwind(|| run(main)).is_err());
    });
    // Where `main` begins.
    let line = line!() - 29;
    let stderr = child.ends_with(0).stderr();
    let called: Vec<_> = stderr
        .lines()
        .filter_map(|line| line.strip_prefix("called: "))
        .collect();
    let expected = [
        ("sub", 1, "one"),
        ("catches", 2, "two"),
        ("unwinds", 10, "three"),
        ("unwinds", 7, "four"),
        ("unwinds", 8, "refused"),
        ("guest", 16, "five"),
        ("scoped", 21, "six"),
        ("MainThread", 24, "seven"),
    ];
    let expected = expected.map(|(name, at, what)| format!("{name}, {}, {what}", line + at));
    assert_eq!(called, expected, "{stderr}");
}

#[test]
fn the_hook_is_called_instead_of_stds_and_of_the_programs() {
    let child = in_child(|| {
        for programs in [false, true] {
            if programs {
                panic::set_hook(Box::new(|_| eprintln!("the program's hook")));
            }
            set_excepthook(prints("hook"));
            run(|| named("sub", || panic!("oh dear")).join().unwrap_err());
        }
    });
    child
        .ends_with(0)
        .does_not_say("program")
        .does_not_say("panicked");
    assert_eq!(child.stderr(), "hook: sub: oh dear\nhook: sub: oh dear\n");
}

#[test]
fn the_hook_is_not_called_for_kills() {
    let child = in_child(|| {
        set_excepthook(prints("hook"));
        run(|| {
            let sub = thread::spawn(thread::park);
            thread::yield_now();
            sub.thread().kill();
            sub.join().unwrap_err();
            drop(Builder::new().daemon(true).spawn(thread::park));
            thread::yield_now();
        });
        assert!(runtime::Builder::new().run(thread::park).is_err());
    });
    assert_eq!(child.ends_with(0).stderr(), "");
}

#[test]
fn the_hook_is_not_called_for_panics_elsewhere_and_there_the_hooks_from_before_are() {
    let child = in_child(|| {
        for hook in ["std's", "the program's"] {
            if hook != "std's" {
                panic::set_hook(Box::new(|info| eprintln!("program: {}", message(info))));
            }
            set_excepthook(prints("called"));
            drop(catch_unwind(|| panic!("outside")));
            run(|| {
                let os_thread = std::thread::spawn(|| panic!("on another OS thread"));
                os_thread.join().unwrap_err();
                // The loop drops what was never started.
                let in_loop = OnDrop(|| panic!("in the loop"));
                std::mem::forget(thread::create(move || drop(in_loop)));
            });
            drop(catch_unwind(|| panic!("afterwards")));
        }
    });
    child
        .ends_with(0)
        .does_not_say("called:")
        .does_not_say("green thread");
    for place in [
        "outside",
        "on another OS thread",
        "in the loop",
        "afterwards",
    ] {
        let stds = format!(":\n{place}\n");
        child.says(&stds).says(&format!("program: {place}\n"));
    }
}

#[test]
fn the_hook_holds_for_all_runtimes_and_may_be_set_at_any_time() {
    let child = in_child(|| {
        let panics = |message: &'static str| {
            named("sub", move || panic!("{message}"))
                .join()
                .unwrap_err();
        };
        set_excepthook(prints("before"));
        run(move || panics("a"));
        std::thread::spawn(move || run(move || panics("b")))
            .join()
            .unwrap();
        run(move || {
            let sub = thread::spawn(|| set_excepthook(prints("in a green thread")));
            sub.join().unwrap();
            panics("c");
        });
        run(move || {
            let set = || set_excepthook(prints("on another OS thread"));
            std::thread::spawn(set).join().unwrap();
            panics("d");
        });
    });
    assert_eq!(
        child.ends_with(0).stderr(),
        "before: sub: a\nbefore: sub: b\n\
         in a green thread: sub: c\non another OS thread: sub: d\n"
    );
}

#[test]
fn a_second_call_replaces_the_first_hook_and_drops_it() {
    let child = in_child(|| {
        let dropped = Mutex::new(OnDrop(|| eprintln!("the first is dropped")));
        set_excepthook(move |thread, info| {
            let _ = &dropped;
            prints("first")(thread, info);
        });
        run(|| {
            named("a", || panic!("one")).join().unwrap_err();
            set_excepthook(prints("second"));
            named("b", || panic!("two")).join().unwrap_err();
        });
    });
    assert_eq!(
        child.ends_with(0).stderr(),
        "first: a: one\nthe first is dropped\nsecond: b: two\n"
    );
}

#[test]
fn the_destructor_of_a_hook_that_is_replaced_may_set_another_hook() {
    let child = in_child(|| {
        let sets_another = OnDrop(|| set_excepthook(prints("third")));
        set_excepthook(move |_, _| {
            let _ = &sets_another;
        });
        set_excepthook(prints("second"));
        run(|| named("a", || panic!("one")).join().unwrap_err());
    });
    assert_eq!(child.ends_with(0).stderr(), "third: a: one\n");
}

#[test]
fn a_hook_may_be_set_any_number_of_times() {
    let child = in_child(|| {
        for _ in 0..300_000 {
            set_excepthook(|_, _| ());
        }
        drop(catch_unwind(|| panic!("outside")));
    });
    child.ends_with(0).says("outside");
}

#[test]
fn a_hook_that_panics_aborts_as_one_of_stds_does() {
    let child = in_child(|| {
        set_excepthook(|_, _| panic!("in the hook"));
        run(|| {
            drop(thread::spawn(|| panic!("in the thread")).join());
            eprintln!("went on");
        });
    });
    child
        .dies_by(libc::SIGABRT)
        .says("in the hook")
        .does_not_say("went on");
}

/// Calls `set` in a destructor while a green thread unwinds, and again when it
/// does not; says each time whether that was refused. Then it panics.
fn sets_while_unwinding(set: fn()) {
    run(move || {
        let set = move || {
            let refused = catch_unwind(set).is_err();
            eprintln!("refused: {refused}");
        };
        let unwinds = move || {
            let _on_stack = OnDrop(set);
            panic::resume_unwind(Box::new(()))
        };
        let sub: JoinHandle<()> = named("a", unwinds);
        sub.join().unwrap_err();
        named("b", || panic!("afterwards")).join().unwrap_err();
    });
}

#[test]
fn to_set_a_hook_while_the_thread_unwinds_is_refused() {
    let child = in_child(|| {
        sets_while_unwinding(|| set_excepthook(prints("second")));
        // And later it works.
        set_excepthook(prints("third"));
        run(|| named("c", || panic!("later")).join().unwrap_err());
    });
    child
        .ends_with(0)
        .says("refused: true\n")
        .says("third: c: later\n");
}

#[test]
fn a_hook_that_was_refused_is_not_in_force() {
    let child = in_child(|| {
        set_excepthook(prints("first"));
        sets_while_unwinding(|| set_excepthook(prints("second")));
    });
    child
        .ends_with(0)
        .says("refused: true\n")
        .says("first: b: afterwards\n")
        .does_not_say("second");
}

#[test]
fn a_hook_that_the_program_sets_later_with_std_replaces_it_until_the_next_call() {
    let child = in_child(|| {
        let panics = || run(|| named("sub", || panic!("oh dear")).join().unwrap_err());
        set_excepthook(prints("hook"));
        panics();
        panic::set_hook(Box::new(|info| {
            eprintln!("{}, {}", thread::current(), message(info));
        }));
        panics();
        set_excepthook(prints("again"));
        panics();
    });
    assert_eq!(
        child.ends_with(0).stderr(),
        "hook: sub: oh dear\nsub, oh dear\nagain: sub: oh dear\n"
    );
}

#[test]
fn a_hook_that_was_taken_back_is_in_force_no_more_and_may_be_set_again() {
    let child = in_child(|| {
        let panics = || run(|| named("sub", || panic!("oh dear")).join().unwrap_err());
        assert!(take_excepthook().is_none());
        panic::set_hook(Box::new(|info| eprintln!("before: {}", message(info))));
        set_excepthook(prints("hook"));
        panics();
        let hook = take_excepthook().unwrap();
        assert!(take_excepthook().is_none());
        panics();
        set_excepthook(hook);
        panics();
        // Also from a destructor, while hooks cannot be exchanged.
        let unwinds = || {
            let _on_stack = OnDrop(|| drop(take_excepthook()));
            panic::resume_unwind(Box::new(()))
        };
        run(move || drop(thread::spawn(unwinds).join()));
        panics();
    });
    let once = "hook: sub: oh dear\n\ngreen thread 'sub' panicked:\nbefore: oh dear\n";
    assert_eq!(child.ends_with(0).stderr(), once.repeat(2));
}

#[test]
fn the_hook_may_call_into_the_runtime() {
    let child = in_child(|| {
        set_excepthook(|thread, _| {
            assert_eq!(thread.id(), thread::current().id());
            let table = report::ps();
            let line = table.lines().find(|line| line.contains(" panics "));
            assert!(line.unwrap().contains("Running"), "{table}");
            drop(thread::spawn(|| eprintln!("spawned by the hook")));
            let [main, parked, killed, panics, spawned] = &thread::enumerate()[..] else {
                panic!("{table}");
            };
            assert_eq!(panics.id(), thread.id());
            main.set_name("boss").unwrap();
            spawned.set_name("spawned").unwrap();
            parked.unpark();
            killed.kill();
        });
        run(|| {
            let parked = named("parked", thread::park);
            let killed = named("killed", thread::park);
            named("panics", || panic!("oh dear")).join().unwrap_err();
            parked.join().unwrap();
            killed.join().unwrap_err();
            assert_eq!(thread::current().name(), Some("boss"));
        });
    });
    child.ends_with(0).says("spawned by the hook\n");
}

#[test]
fn the_hook_does_not_switch() {
    let child = in_child(|| {
        set_excepthook(|_, _| {
            let other = thread::enumerate().pop().unwrap();
            assert_eq!(other.name(), Some("other"));
            thread::yield_now();
            thread::park();
            thread::sleep(std::time::Duration::MAX);
            assert_eq!(other.join(), Err(JoinError::Unwinding));
            eprintln!("the hook is over");
        });
        run(|| {
            let panics = AssertUnwindSafe(|| panic!("oh dear"));
            let panics = named("panics", move || drop(catch_unwind(panics)));
            let other = named("other", || eprintln!("the other"));
            panics.join().unwrap();
            other.join().unwrap();
        });
    });
    let stderr = child.ends_with(0).stderr();
    assert!(
        stderr.ends_with("the hook is over\nthe other\n"),
        "{stderr}"
    );
}
