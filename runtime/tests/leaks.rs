//! Nothing leaks and nothing is dropped twice, however threads end.

mod support;

use std::any::Any;
use std::cell::Cell;
use std::panic::{self, panic_any};
use std::sync::Once;

use runtime::thread::{self, Builder, JoinHandle};

use support::child::in_child;
use support::{Counter, run};

const THREADS: u32 = 10_000;

runtime::thread_local! {
    static LOCAL: Cell<Option<Box<dyn Any>>> = const { Cell::new(None) };
}

/// The payload of panics that nobody wants to read of.
struct Quiet;

/// From now on, nobody reads of them.
fn be_quiet() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // The runtime's own hook is there after the first run.
        run(|| ());
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !info.payload().is::<Quiet>() {
                before(info);
            }
        }));
    });
}

/// How often each thing was dropped that a thread had.
#[derive(Clone, Default)]
struct Drops {
    captured: Counter,
    on_stack: Counter,
    local: Counter,
    result: Counter,
}

impl Drops {
    /// The body of a thread that has one of each, and then does `end`.
    fn body(&self, end: fn()) -> impl FnOnce() -> Box<dyn Any> + use<> {
        let (drops, captured) = (self.clone(), self.captured.on_drop());
        move || -> Box<dyn Any> {
            let _captured = captured;
            let _on_stack = drops.on_stack.on_drop();
            LOCAL.set(Some(Box::new(drops.local.on_drop())));
            end();
            Box::new(drops.result.on_drop())
        }
    }

    fn read(&self) -> [u32; 4] {
        [&self.captured, &self.on_stack, &self.local, &self.result].map(Counter::get)
    }
}

/// Starts and ends so many threads, a few at a time, each of which does `end`.
/// Some are joined, some are detached at once, and some are detached when they
/// have ended.
fn many(threads: u32, end: fn(), then: fn(&JoinHandle<Box<dyn Any>>)) -> [u32; 4] {
    be_quiet();
    run(move || {
        let drops = Drops::default();
        for number in 0..threads / 10 {
            let few: Vec<_> = (0..10).map(|_| thread::spawn(drops.body(end))).collect();
            thread::yield_now();
            few.iter().for_each(then);
            match number % 3 {
                0 => few.into_iter().for_each(|thread| drop(thread.join())),
                1 => drop(few),
                _ => {
                    few.iter()
                        .for_each(|thread| thread.thread().join().unwrap());
                    drop(few);
                }
            }
        }
        while thread::active_count() > 1 {
            thread::yield_now();
        }
        drops.read()
    })
}

#[test]
fn threads_that_finish_drop_each_thing_once() {
    assert_eq!(many(THREADS, || (), |_| ()), [THREADS; 4]);
    assert_eq!(many(THREADS, thread::yield_now, |_| ()), [THREADS; 4]);
}

#[test]
fn threads_that_panic_drop_each_thing_once() {
    let panics = || panic_any(Quiet);
    let dropped = many(THREADS, panics, |_| ());
    assert_eq!(dropped, [THREADS, THREADS, THREADS, 0]);
}

#[test]
fn threads_that_panic_after_a_switch_drop_each_thing_once() {
    let panics = || {
        thread::yield_now();
        panic_any(Quiet)
    };
    let dropped = many(THREADS, panics, |_| ());
    assert_eq!(dropped, [THREADS, THREADS, THREADS, 0]);
}

#[test]
fn threads_that_are_killed_drop_each_thing_once() {
    let dropped = many(THREADS, thread::park, |thread| thread.thread().kill());
    assert_eq!(dropped, [THREADS, THREADS, THREADS, 0]);
}

#[test]
fn threads_that_never_run_drop_what_they_were_made_for_once() {
    let drops = Drops::default();
    let theirs = drops.clone();
    run(move || {
        for number in 0..THREADS {
            let never = thread::create(theirs.body(|| ()));
            match number % 3 {
                0 => drop(never),
                1 => drop(never.join()),
                _ => {
                    never.thread().kill();
                    never.start().unwrap();
                    drop(never.join());
                }
            }
        }
        let killed_at_the_end = || Builder::new().daemon(true);
        for _ in 0..100 {
            drop(killed_at_the_end().spawn(theirs.body(|| ())));
        }
    });
    assert_eq!(drops.read(), [THREADS + 100, 0, 0, 0]);
}

#[test]
fn daemons_that_are_killed_at_the_end_drop_each_thing_once() {
    let drops = Drops::default();
    let theirs = drops.clone();
    run(move || {
        for number in 0..1_000 {
            let end = [thread::park, thread::yield_now][number % 2];
            let daemon = Builder::new().daemon(true);
            drop(daemon.spawn(theirs.body(end)));
        }
        thread::yield_now();
    });
    assert_eq!(drops.read(), [1_000, 1_000, 1_000, 0]);
}

#[test]
fn handles_and_names_are_freed() {
    let freed = Counter::default();
    let theirs = freed.clone();
    run(move || {
        for number in 0..1_000 {
            // The result of the thread is what its handle keeps.
            let result = theirs.on_drop();
            let sub = thread::spawn(move || result);
            sub.thread().set_name(format!("number {number}")).unwrap();
            let clones = [(); 3].map(|()| sub.thread().clone());
            thread::yield_now();
            drop(sub);
            assert!(clones.iter().all(|clone| !clone.is_alive()));
        }
    });
    assert_eq!(freed.get(), 1_000);
}

#[cfg(target_os = "linux")]
mod memory {
    //! What the system says of the process. Each test has one of its own, so
    //! that no other test is seen.

    use std::fs;

    use super::*;

    /// Bytes of memory in use.
    fn resident() -> usize {
        let statm = fs::read_to_string("/proc/self/statm").unwrap();
        let pages = statm.split(' ').nth(1).unwrap();
        pages.parse::<usize>().unwrap() * 4096
    }

    fn mappings() -> usize {
        fs::read_to_string("/proc/self/maps")
            .unwrap()
            .lines()
            .count()
    }

    /// Does `round` often, and asserts that from some time on it takes no
    /// more memory. A thread that left one page behind would show.
    fn does_not_grow(rounds: usize, threads: usize, mut round: impl FnMut()) {
        for _ in 0..rounds {
            round();
        }
        let before = (resident(), mappings());
        for _ in 0..rounds {
            round();
        }
        let after = (resident(), mappings());
        let a_page_each = rounds * threads * 4096;
        assert!(after.0 < before.0 + a_page_each / 4, "{before:?} {after:?}");
        assert!(after.1 < before.1 + 10, "{before:?} {after:?}");
    }

    #[test]
    fn memory_does_not_grow_with_threads_that_finish_or_panic() {
        let child = in_child(|| {
            does_not_grow(5, 2_000, || {
                assert_eq!(many(1_000, thread::yield_now, |_| ()), [1_000; 4]);
                many(1_000, || panic_any(Quiet), |_| ());
            });
        });
        child.ends_with(0);
    }

    #[test]
    fn memory_does_not_grow_within_one_run() {
        let child = in_child(|| {
            run(|| {
                let main = thread::current();
                does_not_grow(5, 2_000, || {
                    for size in [16 << 10, 64 << 10].repeat(10) {
                        let few: Vec<_> = (0..100)
                            .map(|_| {
                                let builder = Builder::new().stack_size(size);
                                builder.spawn(thread::park).unwrap()
                            })
                            .collect();
                        thread::yield_now();
                        for thread in &few[..50] {
                            thread.thread().unpark();
                        }
                        for thread in &few[50..] {
                            thread.thread().kill();
                        }
                        few.into_iter().for_each(|thread| drop(thread.join()));
                        main.set_name("main").unwrap();
                    }
                });
            });
        });
        child.ends_with(0);
    }

    #[test]
    fn memory_does_not_grow_with_runs() {
        let child = in_child(|| {
            does_not_grow(100, 20, || {
                run(|| {
                    for number in 0..20 {
                        let builder = Builder::new().daemon(number % 2 == 0);
                        drop(builder.spawn(thread::yield_now));
                    }
                    drop(thread::create(|| ()));
                });
            });
        });
        child.ends_with(0);
    }
}
