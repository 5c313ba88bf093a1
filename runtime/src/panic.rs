//! Panics: who panicked, and the panic that is none, by which a killed
//! thread unwinds.

use std::any::Any;
use std::fmt;
use std::panic;
use std::sync::Once;

use crate::current;

/// What the joiner of a killed thread gets as the error: the public face of a
/// kill. It is also what remains for the joiner of a thread whose stack had to
/// be given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Killed;

impl fmt::Display for Killed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the thread was killed before it came to its end")
    }
}

impl std::error::Error for Killed {}

/// The payload with which a killed thread unwinds. Private, so that a program
/// cannot raise it; whoever catches it can only go on unwinding or swallow it.
struct KillUnwind;

/// Unwinds the running thread as killed. The panic hook is not called.
#[cold]
pub(crate) fn unwind_killed() -> ! {
    panic::resume_unwind(Box::new(KillUnwind))
}

/// What the joiner gets for what the thread unwound with.
pub(crate) fn as_seen_by_joiner(payload: Box<dyn Any + Send>) -> Box<dyn Any + Send> {
    match payload.is::<KillUnwind>() {
        true => Box::new(Killed),
        false => payload,
    }
}

/// Puts a line with the green thread's name before the report of every panic
/// in a green thread.
///
/// Done once for the process. The report itself is left to the hook that was
/// there before, std's or the program's. A hook that the program sets later
/// replaces both, and finds the name with `thread::current`.
pub(crate) fn install_hook() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            current::try_seat(|seat| {
                eprintln!("\ngreen thread '{}' panicked:", seat.thread);
            });
            before(info);
        }));
    });
}

/// Says in words what a panic with a typed payload is about: std's hook can
/// print only payloads that are strings.
pub(crate) fn announce(error: &dyn fmt::Display) {
    eprintln!("\nruntime: {error}");
}
