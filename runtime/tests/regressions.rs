//! What once was wrong and shall not be again: panics in unlikely places,
//! names in unlikely numbers, and messages that said too little.

mod support;

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::fs::File;
use std::hint::black_box;
use std::io;
use std::os::fd::{AsFd as _, AsRawFd as _, OwnedFd};
use std::panic::{self, AssertUnwindSafe, catch_unwind, panic_any};
use std::rc::Rc;
use std::time::Duration;

use runtime::error::{NoStack, OutsideRuntime};
use runtime::pool::{Pending, SubmitError, ThreadPool, Wait};
use runtime::thread::{self, Builder};

use support::child::{in_child, in_child_with};
use support::{Journal, OnDrop, run};

fn recurse(levels: u32) -> u64 {
    let frame = black_box([u64::from(levels); 16]);
    match levels {
        0 => frame[0],
        _ => recurse(levels - 1) + black_box(frame)[15],
    }
}

/// A destructor that panics, with a payload whose destructor panics, …
struct Bomb(u32);

impl Drop for Bomb {
    fn drop(&mut self) {
        if self.0 > 0 {
            panic_any(Bomb(self.0 - 1));
        }
    }
}

/// The line before the report could not be written, and the hook panicked.
#[test]
fn a_panic_while_stderr_is_full_or_closed_is_a_panic() {
    let child = in_child(|| {
        for broken in ["/dev/full", "pipe"] {
            let keep = close_stderr(broken);
            let panicked = catch_unwind(|| run(|| thread::spawn(|| panic!("x")).join().is_err()));
            let refused = catch_unwind(thread::park);
            open_stderr(keep);
            assert!(panicked.unwrap());
            assert!(refused.unwrap_err().is::<OutsideRuntime>());
        }
    });
    child.ends_with(0);
}

/// Puts something that cannot be written to in the place of stderr.
fn close_stderr(broken: &str) -> OwnedFd {
    let keep = io::stderr().as_fd().try_clone_to_owned().unwrap();
    let file: OwnedFd = match broken {
        "pipe" => io::pipe().unwrap().1.into(),
        path => File::options().write(true).open(path).unwrap().into(),
    };
    open_stderr(file);
    keep
}

fn open_stderr(file: OwnedFd) {
    // SAFETY: both are open, and stderr belongs to nobody.
    assert_eq!(unsafe { libc::dup2(file.as_raw_fd(), 2) }, 2);
}

/// Unsound: `root` unwinds, SEAT dangles, and safe code dies by SIGSEGV.
#[test]
fn soundness_a_panic_that_escapes_a_threads_root_leaves_no_dangling_current_thread() {
    runtime::thread_local! {
        static BOMB: Bomb = const { Bomb(2) };
    }
    let child = in_child(|| {
        let main = || drop(thread::spawn(|| BOMB.with(|_| ())).join());
        let _ = catch_unwind(|| run(main));
        let panic = catch_unwind(|| thread::current().to_string()).unwrap_err();
        assert!(panic.is::<OutsideRuntime>());
    });
    child.ends_with(0);
}

/// The same, where a thread drops what nobody wants: one thread's
/// destructor takes the whole run down.
#[test]
fn a_payload_whose_destructor_panics_harms_nobody_else() {
    let child = in_child(|| {
        run(|| {
            // A result that nobody joins for.
            drop(thread::spawn(|| Bomb(2)));
            // The closure of a thread that is killed before its first turn.
            let bomb = Bomb(2);
            thread::spawn(move || drop(bomb)).thread().kill();
            thread::yield_now();
            assert_eq!(thread::spawn(|| 6).join().unwrap(), 6);
        });
    });
    child.ends_with(0);
}

/// `take_hook` panics while the thread panics, and poisons the `Once`: no
/// run can begin in this process any more.
#[test]
fn a_refusal_while_panicking_before_the_first_run_does_not_spoil_later_runs() {
    let child = in_child(|| {
        let _ = catch_unwind(|| {
            let _on_stack = OnDrop(|| {
                let panic = catch_unwind(thread::yield_now).unwrap_err();
                eprintln!("typed: {}", panic.is::<OutsideRuntime>());
            });
            panic!("the panic that the test wants");
        });
        assert_eq!(run(|| 5), 5);
    });
    child.ends_with(0).says("typed: true");
}

/// A chain of boxes is dropped by recursion: a few thousand renamings
/// overflow the stack of whoever drops the last handle.
#[test]
fn a_thread_may_be_renamed_often() {
    let child = in_child(|| {
        run(|| {
            for number in 0..5_000 {
                thread::current().set_name(format!("job {number}")).unwrap();
            }
            let sub = thread::spawn(|| {
                for number in 0..5_000 {
                    thread::current().set_name(format!("job {number}")).unwrap();
                }
            });
            sub.join().unwrap();
        });
    });
    child.ends_with(0);
}

/// `Core::shut_down` calls `forget` without `catch_unwind`: the daemons
/// that are older are not unwound, and main's result is lost.
#[test]
fn a_never_started_thread_whose_closure_panics_when_dropped_stops_no_daemon_at_the_end() {
    let journal = Journal::default();
    let theirs = journal.clone();
    let main = move || {
        let on_stack = theirs.on_drop("daemon");
        let daemon = Builder::new().daemon(true).spawn(move || {
            let _on_stack = on_stack;
            thread::park();
        });
        drop(daemon);
        let bomb = OnDrop(|| panic!("in a destructor"));
        std::mem::forget(thread::create(move || drop(bomb)));
        thread::yield_now();
    };
    let _ = catch_unwind(AssertUnwindSafe(|| run(main)));
    assert_eq!(journal.read(), ["daemon"]);
}

/// The panic of main is lost if the others are in a deadlock afterwards.
#[test]
fn the_panic_of_main_is_not_lost_in_a_deadlock() {
    let main = || {
        drop(thread::spawn(thread::park));
        panic!("main's panic");
    };
    let child = in_child(move || {
        let result: Result<Result<(), _>, Box<dyn Any + Send>> =
            catch_unwind(|| runtime::Builder::new().run(main));
        assert!(result.is_err(), "{result:?}");
    });
    child.ends_with(0).says("main's panic").says("deadlock");
}

/// A joiner hangs if the loop unwinds while it has the message that spawns the
/// thread in its hands.
#[test]
fn a_logger_that_panics_while_a_guest_comes_in_leaves_nobody_waiting() {
    struct Panics;

    impl log::Log for Panics {
        fn enabled(&self, _: &log::Metadata<'_>) -> bool {
            panic!("the logger panics");
        }
        fn log(&self, _: &log::Record<'_>) {}
        fn flush(&self) {}
    }

    let child = in_child(|| {
        log::set_logger(&Panics).unwrap();
        let (send, door) = std::sync::mpsc::channel::<runtime::Handle>();
        let guest = std::thread::spawn(move || {
            let door = door.recv().unwrap();
            log::set_max_level(log::LevelFilter::Trace);
            door.spawn(|| 5).map(|guest| guest.join().is_err())
        });
        let main = move || {
            send.send(runtime::Handle::current()).unwrap();
            thread::park();
        };
        assert!(catch_unwind(AssertUnwindSafe(|| run(main))).is_err());
        assert!(guest.join().unwrap().unwrap_or(true));
    });
    child.ends_with(0);
}

/// A logger that spawns when it is asked takes the pid of the thread that is
/// just being made.
#[test]
fn a_logger_that_spawns_when_it_is_asked_harms_nobody() {
    struct Spawns;

    impl log::Log for Spawns {
        fn enabled(&self, _: &log::Metadata<'_>) -> bool {
            if log::max_level() == log::LevelFilter::Warn {
                log::set_max_level(log::LevelFilter::Error);
                drop(Builder::new().spawn(|| ()));
            }
            false
        }
        fn log(&self, _: &log::Record<'_>) {}
        fn flush(&self) {}
    }

    let child = in_child(|| {
        log::set_logger(&Spawns).unwrap();
        run(|| {
            log::set_max_level(log::LevelFilter::Warn);
            assert_eq!(thread::spawn(|| 5).join().unwrap(), 5);
        });
    });
    child.ends_with(0);
}

/// Without a logger nobody heard of a lost stack, of a refused join, or of a
/// destructor that waits in vain.
#[test]
fn without_a_logger_stderr_says_it() {
    let child = in_child(|| {
        run(|| {
            let named = |name: &str| Builder::new().name(name.into());
            let swallows = || (0..200).for_each(|_| drop(catch_unwind(thread::park)));
            let stubborn = named("stubborn").spawn(swallows).unwrap();
            thread::yield_now();
            stubborn.thread().kill();
            drop(stubborn.join());
            drop(named("new").create(|| ()).unwrap().join());
            let polite = named("polite").spawn(|| {
                let _on_stack = OnDrop(thread::yield_now);
                thread::park();
            });
            let polite = polite.unwrap();
            thread::yield_now();
            polite.thread().kill();
            drop(polite.join());
        });
    });
    child
        .ends_with(0)
        .says("stubborn was killed and cannot be unwound: its stack is lost")
        .says("new: cannot join a thread before it is started")
        .says("polite unwinds and keeps the CPU");
}

/// Stacks that lay unused were not given back, so threads of another size got none
/// though all others had ended, against what NoStack advises.
#[cfg(target_os = "linux")]
#[test]
fn stacks_of_threads_that_have_ended_make_room_for_stacks_of_another_size() {
    let child = in_child(|| {
        let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
        let pages: u64 = statm.split(' ').next().unwrap().parse().unwrap();
        let limit = pages * 4096 + (256 << 20);
        let limit = libc::rlimit {
            rlim_cur: limit,
            rlim_max: limit,
        };
        // SAFETY: lowers a limit.
        unsafe { libc::setrlimit(libc::RLIMIT_AS, &raw const limit) };
        run(|| {
            let sized = |bytes, body: fn()| Builder::new().stack_size(bytes).spawn(body);
            let few = [(); 3].map(|()| sized(64 << 20, thread::yield_now).unwrap());
            few.into_iter().for_each(|thread| thread.join().unwrap());
            let other = sized(128 << 20, || ()).unwrap().join();
            assert!(!other.is_err_and(|reason| reason.is::<NoStack>()));
        });
    });
    child.ends_with(0);
}

/// The warning of a thread that unwinds is logged on its own stack, and
/// not on the loop's, as all else.
#[test]
fn a_logger_may_need_much_stack() {
    struct Logger;
    impl log::Log for Logger {
        fn enabled(&self, _: &log::Metadata<'_>) -> bool {
            true
        }
        fn log(&self, record: &log::Record<'_>) {
            let large = black_box([1u8; 512 << 10]);
            eprintln!("{} {}", large[5], record.args());
        }
        fn flush(&self) {}
    }
    let child = in_child(|| {
        log::set_logger(&Logger).unwrap();
        log::set_max_level(log::LevelFilter::Trace);
        run(|| {
            let sub = thread::spawn(|| {
                let _on_stack = OnDrop(thread::yield_now);
                panic_any(());
            });
            sub.join().unwrap_err();
        });
    });
    child.ends_with(0);
}

/// The functions with a timeout name a line of core.
#[test]
fn a_refused_sleep_names_the_line_of_the_program() {
    let child = in_child(|| {
        panic::set_hook(Box::new(|info| {
            eprintln!("at {}", info.location().unwrap())
        }));
        let _ = catch_unwind(|| thread::park_timeout(Duration::from_secs(1)));
        thread::sleep(Duration::from_secs(1));
    });
    child.does_not_say("library/core");
}

/// The helpers for Cell and RefCell have no `#[track_caller]`.
#[test]
fn a_refused_access_to_a_thread_local_names_the_line_of_the_program() {
    runtime::thread_local! {
        static CELL: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
        static REFCELL: std::cell::RefCell<u32> = const { std::cell::RefCell::new(0) };
    }
    let child = in_child(|| {
        panic::set_hook(Box::new(|info| {
            eprintln!("at {}", info.location().unwrap())
        }));
        let accesses: [fn(); 7] = [
            || CELL.set(1),
            || _ = CELL.get(),
            || _ = CELL.take(),
            || _ = CELL.replace(1),
            || REFCELL.set(1),
            || _ = REFCELL.take(),
            || _ = REFCELL.replace(1),
        ];
        for access in accesses {
            let _ = catch_unwind(access);
        }
    });
    child.does_not_say("local.rs");
}

/// What stands before or after type parameters is lost.
#[test]
fn methods_of_traits_and_of_generic_types_have_their_own_name() {
    run(|| {
        let of_trait = thread::spawn(<u32 as Default>::default);
        assert_eq!(of_trait.thread().name(), Some("Thread-1 (default)"));
    });
    run(|| {
        let of_generic = thread::spawn(Vec::<u8>::new);
        assert_eq!(of_generic.thread().name(), Some("Thread-1 (new)"));
    });
}

/// A name is cut off so late that the advice goes with it.
#[test]
fn the_advice_about_an_overflow_does_not_depend_on_the_length_of_the_name() {
    let child = in_child(|| {
        run(|| {
            thread::current().set_name("long ".repeat(500)).unwrap();
            recurse(u32::MAX)
        });
    });
    child.says("RUNTIME_STACK_SIZE");
}

#[test]
fn a_main_that_was_killed_is_not_silent() {
    let child = in_child(|| {
        runtime::run(|| {
            thread::current().kill();
            thread::yield_now();
        });
    });
    child.ends_with(101).says("the main thread was killed");
}

#[test]
fn a_main_without_a_stack_is_not_silent() {
    let child = in_child_with(&[("RUNTIME_STACK_SIZE", "1G")], || {
        let limit = libc::rlimit {
            rlim_cur: (1 << 30) + (1 << 20),
            rlim_max: (1 << 30) + (1 << 20),
        };
        // SAFETY: lowers a limit.
        unsafe { libc::setrlimit(libc::RLIMIT_AS, &raw const limit) };
        runtime::run(|| ());
    });
    child.ends_with(101).says("no stack of");
}

/// `Builder::name` refuses a NUL byte, and `set_name` does not.
#[test]
fn no_name_has_a_nul_byte() {
    run(|| {
        assert!(thread::current().set_name("a\0b").is_err());
        assert!(!thread::current().name().unwrap().contains('\0'));
    });
}

/// A logger that hears of workers that are let go may panic, or ask the pool.
#[test]
fn a_pool_is_shut_down_whatever_a_logger_does_meanwhile() {
    struct Listens;

    std::thread_local! {
        static POOL: RefCell<Option<Rc<ThreadPool>>> = const { RefCell::new(None) };
        static REFUSED: Cell<u32> = const { Cell::new(0) };
        static LISTENS: Cell<bool> = const { Cell::new(false) };
    }

    impl log::Log for Listens {
        fn enabled(&self, _: &log::Metadata<'_>) -> bool {
            true
        }
        fn log(&self, record: &log::Record<'_>) {
            if !LISTENS.get() || !record.args().to_string().contains("let on by Condvar") {
                return;
            }
            match POOL.with_borrow(Option::clone) {
                Some(pool) => {
                    assert!(matches!(pool.submit(|| ()), Err(SubmitError::ShutDown)));
                    REFUSED.set(REFUSED.get() + 1);
                }
                None => panic!("the logger panics"),
            }
        }
        fn flush(&self) {}
    }

    let child = in_child(|| {
        log::set_logger(&Listens).unwrap();
        log::set_max_level(log::LevelFilter::Trace);
        for (asks, pending) in [
            (false, Pending::Cancel),
            (true, Pending::Cancel),
            (true, Pending::Finish),
        ] {
            run(move || {
                let pool = Rc::new(ThreadPool::new(2));
                let both = [(); 2].map(|()| pool.submit(thread::yield_now).unwrap());
                both.into_iter().for_each(|task| task.result().unwrap());
                thread::yield_now();
                // One idle worker is let go for it, and the other one by the shutdown.
                let task = pool.submit(|| 5).unwrap();
                POOL.set(asks.then(|| Rc::clone(&pool)));
                REFUSED.set(0);
                LISTENS.set(true);
                let shut = || pool.shutdown(Wait::No, pending);
                assert_eq!(catch_unwind(AssertUnwindSafe(shut)).is_ok(), asks);
                LISTENS.set(false);
                POOL.set(None);
                assert_eq!(REFUSED.get(), u32::from(asks));
                assert_eq!(task.result().is_err(), pending == Pending::Cancel);
            });
        }
    });
    child.ends_with(0);
}
