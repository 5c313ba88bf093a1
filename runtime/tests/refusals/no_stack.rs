//! The operating system runs out of memory for stacks.

#![cfg(target_os = "linux")]

use std::error::Error as _;
use std::{fs, mem};

use runtime::error::NoStack;
use runtime::thread::{self, Builder};

use crate::support::child::in_child;
use crate::support::{Counter, Journal, run};

const MIB: usize = 1 << 20;

/// How many bytes of addresses the process has in use.
fn address_space() -> usize {
    let statm = fs::read_to_string("/proc/self/statm").unwrap();
    let pages: usize = statm.split(' ').next().unwrap().parse().unwrap();
    pages * 4096
}

/// Lets the process have so many bytes more than it has.
fn leave(bytes: usize) {
    let limit = (address_space() + bytes) as libc::rlim_t;
    let limit = libc::rlimit {
        rlim_cur: limit,
        rlim_max: limit,
    };
    // SAFETY: reads a struct that is there, and lowers a limit.
    let result = unsafe { libc::setrlimit(libc::RLIMIT_AS, &raw const limit) };
    assert_eq!(result, 0);
}

#[test]
fn a_thread_without_a_stack_ends_with_no_stack_and_the_others_go_on() {
    let child = in_child(|| {
        leave(256 * MIB);
        let before = address_space();
        run(|| {
            let drops = Counter::default();
            let started = Counter::default();
            let threads = [(); 10].map(|()| {
                let (captured, started) = (drops.on_drop(), started.clone());
                let builder = Builder::new().stack_size(64 * MIB);
                let body = move || {
                    let _captured = captured;
                    started.add();
                    thread::park();
                };
                builder.spawn(body).unwrap()
            });
            thread::yield_now();
            let with_stack = started.get();
            assert!((1..4).contains(&with_stack), "{with_stack}");
            assert_eq!(drops.get(), 10 - with_stack, "dropped at once");
            // Those that have a stack are none the worse for it.
            let mut without = 0;
            for thread in threads {
                thread.thread().unpark();
                let Err(reason) = thread.join() else { continue };
                let reason: &NoStack = reason.downcast_ref().unwrap();
                assert_eq!(reason.bytes(), 64 * MIB);
                let text = reason.to_string();
                assert!(text.starts_with("no stack of 65536 KiB could be had ("));
                assert!(text.contains("Cannot allocate memory"), "{text}");
                assert!(text.contains("use smaller stacks"), "{text}");
                assert!(reason.source().is_some());
                without += 1;
            }
            assert_eq!((with_stack + without, drops.get()), (10, 10));
            // Now there are stacks again, and smaller ones there were all the time.
            for bytes in [64 * MIB, MIB] {
                let again = Builder::new().stack_size(bytes).spawn(|| "again");
                assert_eq!(again.unwrap().join().unwrap(), "again");
            }
        });
        let after = address_space();
        assert!(after < before + 16 * MIB, "{before} bytes became {after}");
    });
    child.ends_with(0);
}

#[test]
fn who_waits_for_a_thread_without_a_stack_goes_on_and_run_ends() {
    let child = in_child(|| {
        leave(64 * MIB);
        let journal = Journal::default();
        let theirs = journal.clone();
        run(move || {
            let huge = || Builder::new().stack_size(1024 * MIB);
            let sub = huge().spawn(|| ()).unwrap();
            let target = sub.thread().clone();
            let other = thread::spawn(move || target.join());
            assert_eq!(other.join().unwrap(), Ok(()));
            assert!(!sub.is_alive());
            // A detached one, and a daemon that is killed before its first turn.
            let captured = theirs.on_drop("detached");
            drop(huge().spawn(move || drop(captured)));
            let captured = theirs.on_drop("daemon");
            drop(huge().daemon(true).spawn(move || drop(captured)));
        });
        let mut dropped = journal.read();
        dropped.sort();
        assert_eq!(dropped, ["daemon", "detached"]);
    });
    child.ends_with(0);
}

#[test]
fn a_thousand_refusals_of_a_stack_leave_nothing_behind() {
    let child = in_child(|| {
        leave(64 * MIB);
        run(|| {
            let drops = Counter::default();
            let refused = || {
                let captured = drops.on_drop();
                let builder = Builder::new().stack_size(1024 * MIB);
                let sub = builder.spawn(move || mem::drop(captured)).unwrap();
                sub.join().unwrap_err().is::<NoStack>()
            };
            assert!(refused());
            let before = address_space();
            assert!((0..1000).all(|_| refused()));
            let after = address_space();
            assert!(after < before + MIB, "{before} bytes became {after}");
            assert_eq!(drops.get(), 1001);
        });
    });
    child.ends_with(0);
}
