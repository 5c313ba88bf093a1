//! Each test here is there once for each kind of guard page: this file is two
//! modules, whose names say which. Each ends a process, so each has one of its own.

use std::hint::black_box;
use std::ptr;

use runtime::thread::{self, Builder};

use crate::support::child::{self, Child};

/// Calls `body` in a child process that guards its stacks in this module's way.
#[track_caller]
fn in_child<F: FnOnce()>(body: F) -> Child {
    in_child_with(&[], body)
}

/// As [`in_child`], with these variables in the child's environment.
#[track_caller]
fn in_child_with<F: FnOnce()>(variables: &[(&str, &str)], body: F) -> Child {
    let guards = crate::guards_of(module_path!());
    let mut variables = variables.to_vec();
    variables.push(("RUNTIME_GUARD_PAGES", guards));
    child::in_child_with(&variables, body)
}

/// Needs more than 100 bytes of stack for each level.
fn recurse(levels: u32) -> u64 {
    let frame = black_box([u64::from(levels); 16]);
    match levels {
        0 => frame[0],
        _ => recurse(levels - 1) + black_box(frame)[15],
    }
}

/// More than any default stack has room for, and less than 4 MiB.
const TOO_DEEP: u32 = 4_000;

#[test]
fn recursion_in_the_main_thread_aborts_and_says_whose_stack_it_was() {
    let child = in_child(|| {
        runtime::run(|| recurse(u32::MAX));
    });
    let line = line!() - 2;
    child
        .dies_by(libc::SIGABRT)
        .says("green thread 'MainThread' has overflowed its stack of 256 KiB\n")
        .says(&format!("it was made at {}:{line}:", file!()))
        .says("RUNTIME_STACK_SIZE=512K\n");
}

#[test]
fn recursion_in_a_named_thread_aborts_and_says_whose_stack_it_was() {
    let child = in_child(|| {
        runtime::run(|| {
            let builder = Builder::new().name("der Übersetzer".into());
            let deep = builder.stack_size(128 << 10).spawn(|| recurse(u32::MAX));
            deep.unwrap().join().unwrap()
        });
    });
    let line = line!() - 4;
    child
        .dies_by(libc::SIGABRT)
        .says("green thread 'der Übersetzer' has overflowed its stack of 128 KiB\n")
        .says(&format!("it was made at {}:{line}:", file!()))
        .says("thread::Builder::stack_size(256 * 1024)");
}

#[test]
fn recursion_in_a_thread_without_a_name_and_in_one_that_was_renamed() {
    for (rename, name) in [("", "Thread-1 (work)"), ("renamed", "renamed")] {
        let child = in_child_with(&[("NAME", rename)], || {
            fn work() -> u64 {
                recurse(u32::MAX)
            }
            runtime::run(|| {
                let sub = thread::spawn(work);
                let name = std::env::var("NAME").unwrap();
                if !name.is_empty() {
                    sub.thread().set_name("something else").unwrap();
                    sub.thread().set_name(name).unwrap();
                }
            });
        });
        child
            .dies_by(libc::SIGABRT)
            .says(&format!("green thread '{name}' has overflowed its stack"));
    }
}

#[test]
fn recursion_after_many_switches_is_reported_for_the_thread_that_has_the_cpu() {
    let child = in_child(|| {
        runtime::run(|| {
            let spawn = |name: &str, levels| {
                let builder = Builder::new().name(name.into());
                let sub = builder.spawn(move || {
                    for _ in 0..100 {
                        thread::yield_now();
                    }
                    recurse(levels)
                });
                sub.unwrap()
            };
            let threads = [("a", 10), ("b", u32::MAX), ("c", 10)];
            threads.map(|(name, levels)| spawn(name, levels))
        });
    });
    child
        .dies_by(libc::SIGABRT)
        .says("green thread 'b' has overflowed its stack of 256 KiB\n");
}

#[test]
fn a_frame_that_is_larger_than_the_stack_is_an_overflow_too() {
    let child = in_child(|| {
        #[inline(never)]
        fn large_frame() -> u8 {
            let frame = black_box([1u8; 8 << 20]);
            frame[frame.len() / 2]
        }
        runtime::run(|| {
            let builder = Builder::new().name("large".into());
            builder.spawn(large_frame).unwrap().join().unwrap()
        });
    });
    child
        .dies_by(libc::SIGABRT)
        .says("green thread 'large' has overflowed its stack of 256 KiB\n");
}

/// Reads what lies so many bytes above the lower end of the guard page, or
/// below it.
fn touch_guard(offset: isize) {
    let on_stack = 0u8;
    // The first page below this one that cannot be written to.
    let page = 4096;
    let mut at = (&raw const on_stack).addr() & !(page - 1);
    while is_mapped_writable(at) {
        at -= page;
    }
    let address: *const u8 = ptr::with_exposed_provenance(at.wrapping_add_signed(offset));
    // SAFETY: it is not: this is the fault that the test wants.
    unsafe { address.read_volatile() };
}

/// Whether the system can write into that page, so that we need not try.
fn is_mapped_writable(page: usize) -> bool {
    let buffer: *mut libc::c_void = ptr::with_exposed_provenance_mut(page);
    let mut pipe = [0; 2];
    // SAFETY: writes two file descriptors into the array.
    assert_eq!(unsafe { libc::pipe(pipe.as_mut_ptr()) }, 0);
    let [reader, writer] = pipe;
    // SAFETY: reads a byte that is there.
    assert_eq!(unsafe { libc::write(writer, b"x".as_ptr().cast(), 1) }, 1);
    // SAFETY: the system checks the address, and says EFAULT to a bad one. To
    // a good one below the stack pointer it writes where nobody looks.
    let read = unsafe { libc::read(reader, buffer, 1) };
    for descriptor in pipe {
        // SAFETY: it is ours.
        unsafe { libc::close(descriptor) };
    }
    read == 1
}

#[test]
fn the_guard_page_is_an_overflow_from_its_first_byte_to_its_last() {
    for offset in ["0", "1", "2048", "4095"] {
        let child = in_child_with(&[("OFFSET", offset)], || {
            let offset = std::env::var("OFFSET").unwrap().parse().unwrap();
            runtime::run(move || touch_guard(offset));
        });
        child
            .dies_by(libc::SIGABRT)
            .says("green thread 'MainThread' has overflowed its stack");
    }
}

#[test]
fn the_page_below_the_guard_page_is_no_overflow() {
    let child = in_child(|| {
        runtime::run(|| touch_guard(-1));
    });
    // What is there is somebody else's: it may be mapped, or a fault.
    child.does_not_say("has overflowed its stack");
}

#[test]
fn who_follows_the_advice_gets_a_stack_that_is_large_enough() {
    let mut size = "256K".to_owned();
    for round in 0.. {
        assert!(round < 6, "the advice does not help");
        let child = in_child_with(&[("RUNTIME_STACK_SIZE", &size)], || {
            runtime::run(|| thread::spawn(|| recurse(TOO_DEEP)).join().unwrap());
        });
        let stderr = child.stderr();
        let Some(advice) = stderr.split_once("RUNTIME_STACK_SIZE=") else {
            child.ends_with(0);
            assert!(round > 0, "the first stack was not too small");
            return;
        };
        child.dies_by(libc::SIGABRT);
        size = advice.1.lines().next().unwrap().to_owned();
    }
}

#[test]
fn a_larger_stack_for_one_thread_is_large_enough_for_it() {
    let child = in_child(|| {
        runtime::run(|| {
            let builder = Builder::new().stack_size(4 << 20);
            let deep = builder.spawn(|| recurse(TOO_DEEP)).unwrap();
            deep.join().unwrap();
        });
    });
    child.ends_with(0).does_not_say("overflowed");
}

/// So many threads have a stack, in several chunks.
const THREADS: usize = 10_000;

/// Starts threads that wait in the middle, but for one in the middle of them.
fn crowd(odd_one: impl FnOnce() + 'static) {
    let small = || Builder::new().stack_size(64 << 10);
    let crowd = |number| (0..number).for_each(|_| drop(small().spawn(thread::park).unwrap()));
    crowd(THREADS / 2);
    let odd_one = small().name("the odd one".into()).spawn(|| {
        thread::yield_now();
        odd_one();
    });
    crowd(THREADS / 2);
    thread::yield_now();
    odd_one.unwrap().join().unwrap();
    std::process::exit(0);
}

#[test]
fn recursion_in_one_of_ten_thousand_threads_is_found() {
    let child = in_child(|| runtime::run(|| crowd(|| assert_ne!(recurse(u32::MAX), 1))));
    child
        .dies_by(libc::SIGABRT)
        .says("green thread 'the odd one' has overflowed its stack of 64 KiB\n");
}

#[test]
fn one_of_ten_thousand_threads_can_use_nearly_all_of_its_stack() {
    let child = in_child(|| runtime::run(|| crowd(|| assert_ne!(recurse(100), 1))));
    child.ends_with(0).does_not_say("overflowed");
}

#[test]
fn a_large_frame_in_one_of_ten_thousand_threads_does_not_reach_its_neighbour() {
    let child = in_child(|| {
        #[inline(never)]
        fn large_frame() {
            // Larger than the stack, smaller than two.
            let mut frame = black_box([1u8; 100 << 10]);
            frame[0] = 2;
            black_box(&mut frame);
        }
        runtime::run(|| crowd(large_frame));
    });
    child
        .dies_by(libc::SIGABRT)
        .says("green thread 'the odd one' has overflowed its stack of 64 KiB\n");
}

#[test]
fn a_null_pointer_in_one_of_ten_thousand_threads_is_an_ordinary_fault() {
    let child = in_child(|| {
        let write_to_null = || {
            let null = black_box(ptr::null_mut::<u8>());
            // SAFETY: it is not: this is the fault that the test wants.
            unsafe { null.write_volatile(1) };
        };
        runtime::run(move || crowd(write_to_null));
    });
    child.dies_by(libc::SIGSEGV).does_not_say("overflowed");
}

#[test]
fn an_overflow_of_the_os_thread_itself_is_stds() {
    let child = in_child(|| {
        let deep = || {
            runtime::run(crowd_that_ends);
            recurse(u32::MAX)
        };
        let thread = std::thread::Builder::new().name("an OS thread".into());
        drop(thread.spawn(deep).unwrap().join());
    });
    child
        .dies_by(libc::SIGABRT)
        .says("thread 'an OS thread'")
        .says("has overflowed its stack")
        .does_not_say("green thread");
}

/// Threads that have ended when the run is over.
fn crowd_that_ends() {
    let threads: Vec<_> = (0..100).map(|_| thread::spawn(thread::yield_now)).collect();
    threads
        .into_iter()
        .for_each(|thread| thread.join().unwrap());
}

#[test]
fn a_guard_page_is_one_when_the_stack_was_given_back_and_used_again() {
    let child = in_child(|| {
        runtime::run(|| {
            for _ in 0..3 {
                let builder = || Builder::new().stack_size(64 << 10);
                let threads: Vec<_> = (0..1000)
                    .map(|_| builder().spawn(thread::yield_now).unwrap())
                    .collect();
                threads
                    .into_iter()
                    .for_each(|thread| thread.join().unwrap());
                // There is nothing to do for so long that stacks are given back.
                thread::sleep(std::time::Duration::from_millis(2500));
            }
            let builder = Builder::new().name("later".into()).stack_size(64 << 10);
            builder.spawn(|| recurse(u32::MAX)).unwrap().join().unwrap()
        });
    });
    child
        .dies_by(libc::SIGABRT)
        .says("green thread 'later' has overflowed its stack");
}
