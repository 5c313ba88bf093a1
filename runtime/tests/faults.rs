//! Faults that are no overflows of a green thread's stack go to whoever would
//! have got them without the runtime; and overflows are found on OS threads
//! that were not made by std, too.
//!
//! Each test ends a process, so each has one of its own.

mod support;

use std::hint::black_box;
use std::panic::{catch_unwind, resume_unwind};
use std::{mem, ptr};

use runtime::thread;

use support::child::in_child;
use support::run;

fn recurse(levels: u32) -> u64 {
    let frame = black_box([u64::from(levels); 16]);
    match levels {
        0 => frame[0],
        _ => recurse(levels - 1) + black_box(frame)[15],
    }
}

fn write_to_null() {
    let null = black_box(ptr::null_mut::<u8>());
    // SAFETY: it is not: this is the fault that the test wants.
    unsafe { null.write_volatile(1) };
}

type Handler = extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void);

/// Makes `handler` the process's handler of SIGSEGV.
fn set_handler(handler: usize, flags: libc::c_int) {
    // SAFETY: a sigaction of zeroes is a valid one.
    let mut action: libc::sigaction = unsafe { mem::zeroed() };
    action.sa_sigaction = handler;
    action.sa_flags = flags;
    // SAFETY: the handlers of this file call write and _exit only.
    let result = unsafe { libc::sigaction(libc::SIGSEGV, &raw const action, ptr::null_mut()) };
    assert_eq!(result, 0);
}

fn say_and_exit(text: &[u8], status: libc::c_int) -> ! {
    // SAFETY: writes from memory that is there.
    unsafe { libc::write(2, text.as_ptr().cast(), text.len()) };
    // SAFETY: may be called anywhere.
    unsafe { libc::_exit(status) }
}

extern "C" fn users_handler(signal: libc::c_int, info: *mut libc::siginfo_t, _: *mut libc::c_void) {
    assert_eq!(signal, libc::SIGSEGV);
    // SAFETY: the system calls an SA_SIGINFO handler with a valid siginfo_t.
    let info = unsafe { &*info };
    // SAFETY: SIGSEGV sets the address.
    let address = unsafe { info.si_addr() };
    match address.is_null() {
        true => say_and_exit(b"the user's handler, at null", 7),
        false => say_and_exit(b"the user's handler, elsewhere", 8),
    }
}

extern "C" fn users_simple_handler(_: libc::c_int) {
    say_and_exit(b"the user's simple handler", 9);
}

#[test]
fn a_null_pointer_in_a_green_thread_is_an_ordinary_segmentation_fault() {
    let child = in_child(|| run(|| thread::spawn(write_to_null).join().unwrap()));
    child
        .dies_by(libc::SIGSEGV)
        .does_not_say("green thread")
        .does_not_say("overflowed");
}

#[test]
fn a_null_pointer_after_a_run_is_an_ordinary_segmentation_fault() {
    let child = in_child(|| {
        run(|| ());
        write_to_null();
    });
    child.dies_by(libc::SIGSEGV).does_not_say("overflowed");
}

#[test]
fn a_null_pointer_is_an_ordinary_fault_if_nobody_handled_faults_before() {
    let child = in_child(|| {
        set_handler(libc::SIG_DFL, 0);
        run(write_to_null);
    });
    child.dies_by(libc::SIGSEGV).does_not_say("overflowed");
}

#[test]
fn an_overflow_of_the_os_threads_own_stack_is_reported_by_std() {
    let child = in_child(|| {
        run(|| ());
        let builder = std::thread::Builder::new().name("an OS thread".into());
        let thread = builder.spawn(|| recurse(u32::MAX));
        drop(thread.unwrap().join());
    });
    child
        .dies_by(libc::SIGABRT)
        .says("thread 'an OS thread'")
        .says("has overflowed its stack")
        .does_not_say("green thread");
}

#[test]
fn an_overflow_of_an_os_thread_that_has_had_a_runtime_is_reported_by_std() {
    let child = in_child(|| {
        let builder = std::thread::Builder::new().name("an OS thread".into());
        let thread = builder.spawn(|| {
            run(|| ());
            recurse(u32::MAX)
        });
        drop(thread.unwrap().join());
    });
    child
        .dies_by(libc::SIGABRT)
        .says("thread 'an OS thread'")
        .does_not_say("green thread");
}

#[test]
fn a_handler_that_the_user_had_installed_gets_foreign_faults() {
    let child = in_child(|| {
        let handler: Handler = users_handler;
        set_handler(handler as usize, libc::SA_SIGINFO | libc::SA_ONSTACK);
        run(|| thread::spawn(write_to_null).join().unwrap());
    });
    child.ends_with(7).says("the user's handler, at null");
}

#[test]
fn a_handler_that_takes_no_address_gets_foreign_faults_too() {
    let child = in_child(|| {
        let handler: extern "C" fn(libc::c_int) = users_simple_handler;
        set_handler(handler as usize, libc::SA_ONSTACK);
        run(|| thread::spawn(write_to_null).join().unwrap());
    });
    child.ends_with(9).says("the user's simple handler");
}

#[test]
fn a_handler_that_the_user_had_installed_does_not_get_overflows() {
    let child = in_child(|| {
        let handler: Handler = users_handler;
        set_handler(handler as usize, libc::SA_SIGINFO | libc::SA_ONSTACK);
        run(|| recurse(u32::MAX));
    });
    child
        .dies_by(libc::SIGABRT)
        .says("green thread 'MainThread' has overflowed its stack")
        .does_not_say("the user's handler");
}

/// Whether this OS thread has an alternate signal stack.
fn has_signal_stack() -> bool {
    // SAFETY: a stack_t of zeroes is a valid one.
    let mut stack: libc::stack_t = unsafe { mem::zeroed() };
    // SAFETY: reads the present setting.
    unsafe { libc::sigaltstack(ptr::null(), &raw mut stack) };
    stack.ss_flags & libc::SS_DISABLE == 0
}

/// Calls `body` on an OS thread that std knows nothing of.
fn on_raw_thread(body: extern "C" fn(*mut libc::c_void) -> *mut libc::c_void) {
    let mut thread: libc::pthread_t = 0;
    // SAFETY: `body` is a function of the right type, and needs no argument.
    let result =
        unsafe { libc::pthread_create(&raw mut thread, ptr::null(), body, ptr::null_mut()) };
    assert_eq!(result, 0);
    // SAFETY: the thread was created and is joined once.
    unsafe { libc::pthread_join(thread, ptr::null_mut()) };
}

#[test]
fn an_overflow_is_found_on_an_os_thread_without_a_signal_stack() {
    extern "C" fn body(_: *mut libc::c_void) -> *mut libc::c_void {
        assert!(!has_signal_stack());
        run(|| thread::spawn(|| recurse(u32::MAX)).join().unwrap());
        ptr::null_mut()
    }
    let child = in_child(|| on_raw_thread(body));
    child
        .dies_by(libc::SIGABRT)
        .says("has overflowed its stack of 256 KiB");
}

#[test]
fn the_runtimes_signal_stack_goes_with_it() {
    extern "C" fn body(_: *mut libc::c_void) -> *mut libc::c_void {
        for _ in 0..3 {
            assert!(!has_signal_stack());
            run(|| assert!(has_signal_stack()));
        }
        assert!(!has_signal_stack());
        let panic = catch_unwind(|| run(|| resume_unwind(Box::new("main's"))));
        assert!(panic.is_err() && !has_signal_stack());
        ptr::null_mut()
    }
    on_raw_thread(body);
}

#[test]
fn a_signal_stack_that_was_there_stays() {
    assert!(has_signal_stack(), "std gives one to each of its threads");
    run(|| assert!(has_signal_stack()));
    assert!(has_signal_stack());
}

#[test]
fn an_overflow_is_found_in_a_runtime_on_another_os_thread() {
    let child = in_child(|| {
        let deep = || {
            run(|| {
                let builder = thread::Builder::new().name("elsewhere".into());
                builder.spawn(|| recurse(u32::MAX)).unwrap().join().unwrap()
            })
        };
        run(move || drop(std::thread::spawn(deep).join()));
    });
    child
        .dies_by(libc::SIGABRT)
        .says("green thread 'elsewhere' has overflowed its stack");
}
