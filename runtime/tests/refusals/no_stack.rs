//! The operating system runs out of memory for stacks.

#![cfg(target_os = "linux")]

use std::error::Error as _;
use std::rc::Rc;
use std::time::Duration;
use std::{fs, io, mem};

use runtime::error::{NoStack, SpawnError, StackLimit};
use runtime::pool::{SubmitError, TaskError, ThreadPool};
use runtime::sync::Barrier;
use runtime::thread::{self, Builder, JoinHandle, Killed};
use runtime::{Clock, Priority, RunError, report};

use crate::support::child::{in_child, in_child_with};
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

/// Threads with stacks of so many bytes that park.
fn parked(number: usize, bytes: usize) -> Vec<JoinHandle<()>> {
    let park = |_| Builder::new().stack_size(bytes).spawn(thread::park);
    (0..number).map(park).map(io::Result::unwrap).collect()
}

/// How many lines of the PCB table end so.
fn count(waits_for: &str) -> usize {
    let table = report::ps();
    table
        .lines()
        .filter(|line| line.ends_with(waits_for))
        .count()
}

#[test]
fn threads_without_a_stack_wait_until_others_give_theirs_back() {
    let child = in_child(|| {
        leave(256 * MIB);
        run(|| {
            let threads = parked(10, 64 * MIB);
            thread::yield_now();
            let (with_stack, without) = (count("is parked"), count("waits for memory"));
            assert!((1..4).contains(&with_stack), "{with_stack}");
            assert_eq!(with_stack + without, 10);
            // They may be joined, unparked and named meanwhile.
            assert!(threads.iter().all(JoinHandle::is_alive));
            threads.iter().for_each(|thread| thread.thread().unpark());
            threads
                .into_iter()
                .for_each(|thread| thread.join().unwrap());
            assert_eq!(count("waits for memory"), 0);
        });
    });
    child
        .ends_with(0)
        .says("no stack can be had for Thread-")
        .says("it and others wait until threads end that have one");
}

#[test]
fn where_nobody_can_give_one_back_they_end_one_by_one_and_say_what_was_hit() {
    let child = in_child(|| {
        leave(256 * MIB);
        run(|| {
            let drops = Counter::default();
            let mut with_stack = parked(4, 64 * MIB);
            thread::yield_now();
            let waiting = with_stack.split_off(count("is parked"));
            let last = {
                let captured = drops.on_drop();
                let builder = Builder::new().stack_size(64 * MIB);
                builder.spawn(move || drop(captured)).unwrap()
            };
            // Everybody waits now: the first ends, and then the next.
            let reason = last.join().unwrap_err();
            assert_eq!(drops.get(), 1, "what it was made for is dropped");
            let no_stack: &NoStack = reason.downcast_ref().unwrap();
            assert_eq!(no_stack.bytes(), 64 * MIB);
            assert!(matches!(no_stack.limit(), StackLimit::Addresses { .. }));
            let text = no_stack.to_string();
            assert!(text.starts_with("no stack of 65536 KiB could be had (Cannot allocate memory"));
            assert!(
                text.contains("(RLIMIT_AS): raise that (ulimit -v)"),
                "{text}"
            );
            assert!(no_stack.source().is_some());
            assert!(
                waiting
                    .into_iter()
                    .all(|sub| sub.join().unwrap_err().is::<NoStack>())
            );
            // Those that have a stack are none the worse for it, and then there are some.
            for thread in with_stack {
                thread.thread().unpark();
                thread.join().unwrap();
            }
            for bytes in [64 * MIB, MIB] {
                let again = Builder::new().stack_size(bytes).spawn(|| "again");
                assert_eq!(again.unwrap().join().unwrap(), "again");
            }
        });
    });
    child.ends_with(0);
}

#[test]
fn a_thread_that_sleeps_may_give_its_stack_back_later() {
    let child = in_child(|| {
        leave(128 * MIB);
        run(|| {
            let sleeper = || thread::sleep(Duration::from_secs(3600));
            let sleeper = Builder::new().stack_size(64 * MIB).spawn(sleeper).unwrap();
            let waits = Builder::new().stack_size(64 * MIB).spawn(|| ()).unwrap();
            thread::yield_now();
            assert_eq!(count("waits for memory"), 1);
            waits.join().unwrap();
            assert!(!sleeper.is_alive());
        });
    });
    child.ends_with(0);
}

#[test]
fn who_wants_a_smaller_stack_gets_it_past_one_who_waits_for_a_large_one() {
    let child = in_child(|| {
        leave(128 * MIB);
        run(|| {
            let holder = parked(1, 64 * MIB).remove(0);
            let large = Builder::new().stack_size(64 * MIB).spawn(|| ()).unwrap();
            thread::yield_now();
            assert_eq!(count("waits for memory"), 1);
            for _ in 0..100 {
                Builder::new()
                    .stack_size(MIB)
                    .spawn(|| ())
                    .unwrap()
                    .join()
                    .unwrap();
            }
            thread::yield_now();
            assert!(large.is_alive() && count("waits for memory") == 1);
            holder.thread().unpark();
            large.join().unwrap();
        });
    });
    child.ends_with(0);
}

#[test]
fn one_who_waits_for_a_stack_does_not_shut_out_those_who_could_give_one_back() {
    let child = in_child(|| {
        leave(128 * MIB);
        let builder = runtime::Builder::new().clock(Clock::Virtual);
        let policy = "priority".parse().unwrap();
        let ran = builder.policy(policy).run(|| {
            let low = || (0..10).for_each(|_| thread::yield_now());
            let low = Builder::new().stack_size(64 * MIB).spawn(low).unwrap();
            thread::yield_now();
            let urgent = Builder::new().priority(Priority::HIGHEST);
            let urgent = urgent.stack_size(64 * MIB).spawn(|| ()).unwrap();
            urgent.join().unwrap();
            low.join().unwrap();
        });
        ran.unwrap();
    });
    child.ends_with(0);
}

#[test]
fn one_who_is_killed_while_it_waits_for_a_stack_ends_as_killed() {
    let child = in_child(|| {
        leave(128 * MIB);
        let journal = Journal::default();
        let theirs = journal.clone();
        run(move || {
            let holder = parked(1, 64 * MIB).remove(0);
            thread::yield_now();
            let waits = |line: &str, daemon| {
                let captured = theirs.on_drop(line);
                let builder = Builder::new().stack_size(64 * MIB).daemon(daemon);
                builder.spawn(move || drop(captured)).unwrap()
            };
            let killed = waits("killed", false);
            let daemon = waits("daemon", true);
            thread::yield_now();
            assert_eq!(count("waits for memory"), 2);
            killed.thread().kill();
            assert!(killed.join().unwrap_err().is::<Killed>());
            assert_eq!(theirs.read(), ["killed"]);
            holder.thread().kill();
            drop(holder);
            drop(daemon);
        });
        // It had its turn, or was killed at the end: nobody knows a reason to wait.
        assert_eq!(journal.read(), ["daemon"]);
    });
    child.ends_with(0);
}

#[test]
fn what_can_never_be_had_is_refused_at_once() {
    let child = in_child(|| {
        leave(64 * MIB);
        run(|| {
            let error = Builder::new()
                .stack_size(1024 * MIB)
                .spawn(|| ())
                .unwrap_err();
            let reason: &SpawnError = error.get_ref().unwrap().downcast_ref().unwrap();
            assert!(matches!(reason, SpawnError::StackSize(_)));
            let text = error.to_string();
            assert!(
                text.contains("this process has a limit (ulimit -v, ulimit -d)"),
                "{text}"
            );
        });
        let error = runtime::Builder::new().stack_size(1024 * MIB).run(|| ());
        assert!(matches!(error, Err(RunError::StackSize(_))));
    });
    child.ends_with(0);
}

#[test]
fn where_guard_pages_are_mappings_their_number_is_named() {
    let child = in_child_with(&[("RUNTIME_GUARD_PAGES", "mprotect")], || {
        run(|| {
            let most = fs::read_to_string("/proc/sys/vm/max_map_count").unwrap();
            let most: usize = most.trim().parse().unwrap();
            if most > 100_000 {
                return; // It would take too long.
            }
            let threads = parked(most / 2, 64 << 10);
            thread::yield_now();
            assert!(count("waits for memory") > 0, "two mappings each");
            let last = Builder::new().stack_size(64 << 10).spawn(|| ()).unwrap();
            let reason = last.join().unwrap_err();
            let no_stack: &NoStack = reason.downcast_ref().unwrap();
            let at_most = most as u64;
            assert_eq!(
                no_stack.limit(),
                StackLimit::Mappings { at_most },
                "{no_stack}"
            );
            let text = no_stack.to_string();
            assert!(text.contains("sysctl -w vm.max_map_count="), "{text}");
            threads.iter().for_each(|thread| thread.thread().unpark());
            threads.into_iter().for_each(|thread| drop(thread.join()));
        });
    });
    child.ends_with(0);
}

#[test]
fn who_waits_for_a_thread_without_a_stack_goes_on_and_run_ends() {
    let child = in_child(|| {
        leave(32 * MIB);
        let journal = Journal::default();
        let theirs = journal.clone();
        run(move || {
            let huge = || Builder::new().stack_size(64 * MIB);
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
        leave(32 * MIB);
        run(|| {
            let drops = Counter::default();
            let refused = || {
                let captured = drops.on_drop();
                let builder = Builder::new().stack_size(64 * MIB);
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

#[test]
fn a_pool_for_whose_workers_there_is_no_stack_is_broken() {
    let child = in_child_with(&[("RUNTIME_STACK_SIZE", "64M")], || {
        leave(100 * MIB);
        run(|| {
            let pool = ThreadPool::new(1);
            let error = pool.submit(|| 1).unwrap().result().unwrap_err();
            assert!(matches!(error, TaskError::Broken), "{error}");
            assert!(matches!(pool.submit(|| 2), Err(SubmitError::Broken)));
        });
    });
    child.ends_with(0);
}

#[test]
fn when_one_large_stack_comes_back_two_threads_with_small_ones_may_begin() {
    let child = in_child(|| {
        leave(100 * MIB);
        run(|| {
            let holder = parked(1, 64 * MIB).remove(0);
            let meet = Rc::new(Barrier::new(2));
            let threads = [(); 2].map(|()| {
                let meet = Rc::clone(&meet);
                let builder = Builder::new().stack_size(32 * MIB);
                builder.spawn(move || meet.wait().is_leader()).unwrap()
            });
            thread::yield_now();
            assert!(count("waits for memory") >= 1);
            holder.thread().unpark();
            let leaders = threads.map(|thread| thread.join().unwrap());
            assert!(leaders[0] != leaders[1]);
        });
    });
    child.ends_with(0);
}

#[test]
fn many_who_wait_in_vain_end_one_by_one_in_time_proportional_to_their_number() {
    let child = in_child(|| {
        leave(100 * MIB);
        run(|| {
            let holder = parked(1, 64 * MIB).remove(0);
            thread::yield_now();
            let in_vain = parked(3000, 64 * MIB);
            let all = in_vain.into_iter().map(|thread| thread.join().unwrap_err());
            assert!(all.into_iter().all(|reason| reason.is::<NoStack>()));
            holder.thread().unpark();
        });
    });
    child.ends_with(0);
}

#[test]
fn where_there_are_no_more_stacks_there_is_memory_left_for_a_report() {
    for guards in ["madvise", "mprotect"] {
        let child = in_child_with(&[("RUNTIME_GUARD_PAGES", guards)], || {
            leave(100 * MIB);
            run(|| {
                let threads = parked(5000, 64 << 10);
                thread::yield_now();
                assert!(count("waits for memory") > 0);
                assert!(report::stacks().lines().count() > 1000);
                threads.iter().for_each(|thread| thread.thread().unpark());
                threads
                    .into_iter()
                    .for_each(|thread| thread.join().unwrap());
            });
        });
        child.ends_with(0);
    }
}
