//! The message about a stack overflow, and everybody else's faults.
//!
//! A thread that runs out of stack touches its guard page, and the operating
//! system sends SIGSEGV. The handler here looks whether the address lies in
//! the guard page of the green thread that runs on this OS thread. If so it
//! says which thread, how large its stack is, where it was made and what to
//! do, and aborts. If not, the fault is somebody else's, and goes to the
//! handler that was there before: std's, for the OS threads' own stacks.
//!
//! A handler for stack overflows needs another stack. std gives one to the
//! main thread and to the threads that it starts; where there is none, the
//! runtime sets one up for as long as it runs.

use std::fmt;
use std::mem;
use std::ptr;
use std::sync::OnceLock;

use crate::current;

/// Handles stack overflows on this OS thread until it is dropped.
// ANCHOR: watch_type
pub(crate) struct Watch {
    /// The alternate signal stack, if it is ours.
    ours: Option<Box<[mem::MaybeUninit<u8>]>>,
}

/// Large enough for what the handler calls, on CPUs with large registers too.
const SIGNAL_STACK: usize = 64 << 10;

/// The action that was there before ours, set before ours is.
static BEFORE: OnceLock<libc::sigaction> = OnceLock::new();
// ANCHOR_END: watch_type

// ANCHOR: watch
pub(crate) fn watch() -> Watch {
    install_handler();
    // SAFETY: a stack_t of zeroes is a valid one, and sigaltstack fills it.
    let mut current: libc::stack_t = unsafe { mem::zeroed() };
    // SAFETY: reads the present setting into `current`, and changes nothing.
    unsafe { libc::sigaltstack(ptr::null(), &raw mut current) };
    if current.ss_flags & libc::SS_DISABLE == 0 {
        return Watch { ours: None };
    }
    let mut memory = Box::new_uninit_slice(SIGNAL_STACK);
    set_signal_stack(memory.as_mut_ptr().cast(), 0);
    Watch { ours: Some(memory) }
}
// ANCHOR_END: watch

// ANCHOR: signal_stack
impl Drop for Watch {
    fn drop(&mut self) {
        if self.ours.is_some() {
            set_signal_stack(ptr::null_mut(), libc::SS_DISABLE);
        }
    }
}

fn set_signal_stack(memory: *mut libc::c_void, flags: libc::c_int) {
    let stack = libc::stack_t {
        ss_sp: memory,
        ss_flags: flags,
        ss_size: SIGNAL_STACK,
    };
    // SAFETY: `memory` belongs to the `Watch`, which takes it out of use in
    // its destructor, on the same OS thread, before it is freed.
    unsafe { libc::sigaltstack(&raw const stack, ptr::null_mut()) };
}
// ANCHOR_END: signal_stack

/// Once for the process: signal handlers belong to all its threads.
// ANCHOR: install_handler
fn install_handler() {
    BEFORE.get_or_init(|| {
        // SAFETY: a sigaction of zeroes is a valid one.
        let mut before: libc::sigaction = unsafe { mem::zeroed() };
        // SAFETY: reads the present action, and changes nothing.
        unsafe { libc::sigaction(libc::SIGSEGV, ptr::null(), &raw mut before) };
        before
    });
    static INSTALLED: OnceLock<()> = OnceLock::new();
    INSTALLED.get_or_init(|| {
        let handler: extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void) = on_fault;
        // SAFETY: as above.
        let mut action: libc::sigaction = unsafe { mem::zeroed() };
        action.sa_sigaction = handler as usize;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
        // SAFETY: `on_fault` is of the type that SA_SIGINFO asks for, and does
        // only what a signal handler may do.
        unsafe { libc::sigaction(libc::SIGSEGV, &raw const action, ptr::null_mut()) };
    });
}
// ANCHOR_END: install_handler

/// Async-signal-safe: reads thread-locals that need no initialisation, takes
/// no lock and no memory, and calls only write, abort and sigaction, or the
/// handler that was there before.
// ANCHOR: on_fault
extern "C" fn on_fault(
    signal: libc::c_int,
    info: *mut libc::siginfo_t,
    context: *mut libc::c_void,
) {
    // SAFETY: the system calls an SA_SIGINFO handler with a valid siginfo_t.
    let info_ref = unsafe { &*info };
    // SAFETY: SIGSEGV sets the address.
    let address = unsafe { info_ref.si_addr() } as usize;
    current::try_seat(|seat| {
        if seat.guard.contains(&address) {
            let mut message = Message::default();
            let _ = seat.thread.task().write_overflow(&mut message);
            message.print();
            // SAFETY: abort may be called anywhere.
            unsafe { libc::abort() };
        }
    });
    pass_on(signal, info, context);
}
// ANCHOR_END: on_fault

/// Gives a fault to the handler that was there before.
// ANCHOR: pass_on
fn pass_on(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    let before = BEFORE.get().expect("it is read before we are installed");
    match before.sa_sigaction {
        libc::SIG_DFL | libc::SIG_IGN => {
            // With the default action in place, the instruction faults again
            // as soon as this handler returns, and the process ends as it
            // would have without us.
            // SAFETY: a sigaction of zeroes is valid, and means the default.
            let default: libc::sigaction = unsafe { mem::zeroed() };
            // SAFETY: sets the default action.
            unsafe { libc::sigaction(signal, &raw const default, ptr::null_mut()) };
        }
        handler if before.sa_flags & libc::SA_SIGINFO != 0 => {
            type Handler = extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void);
            // SAFETY: SA_SIGINFO says that the handler is of this type.
            let handler: Handler = unsafe { mem::transmute(handler) };
            handler(signal, info, context);
        }
        handler => {
            // SAFETY: without SA_SIGINFO the handler is of this type.
            let handler: extern "C" fn(libc::c_int) = unsafe { mem::transmute(handler) };
            handler(signal);
        }
    }
}
// ANCHOR_END: pass_on

/// Text on the stack; what does not fit is cut off.
// ANCHOR: message
struct Message {
    text: [u8; 1024],
    length: usize,
}

impl Default for Message {
    fn default() -> Self {
        Self {
            text: [0; 1024],
            length: 0,
        }
    }
}

impl Message {
    fn print(&self) {
        // SAFETY: writes from memory that is there.
        unsafe { libc::write(libc::STDERR_FILENO, self.text.as_ptr().cast(), self.length) };
    }
}

impl fmt::Write for Message {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = &mut self.text[self.length..];
        let length = text.len().min(room.len());
        room[..length].copy_from_slice(&text.as_bytes()[..length]);
        self.length += length;
        Ok(())
    }
}
// ANCHOR_END: message

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    #[test]
    fn a_message_that_is_too_long_is_cut() {
        let mut message = Message::default();
        for _ in 0..200 {
            write!(message, "0123456789").unwrap();
        }
        assert_eq!(message.length, 1024);
    }
}
