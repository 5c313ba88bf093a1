//! Panics: who panicked, and the panic that is none, by which a killed
//! thread unwinds.

use std::any::Any;
use std::fmt;
use std::io::{self, Write as _};
use std::mem;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};

use crate::current::{self, Seat};
use crate::moment::Moment;
use crate::system::{self, Stderr};
use crate::thread::task::Task;
use crate::thread::{self, Thread};

/// What the joiner of a killed thread gets as the error: the public face of a
/// kill. It is also what remains for the joiner of a thread whose stack had to
/// be given up.
// ANCHOR: killed
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Killed;

impl fmt::Display for Killed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the thread was killed before it came to its end")
    }
}

impl std::error::Error for Killed {}
// ANCHOR_END: killed

/// The payload with which a killed thread unwinds. Private, so that a program
/// cannot make one; whoever catches it can go on unwinding, swallow it, or carry
/// it to another thread and raise it there. That thread counts as killed for
/// those that join it; its locks are poisoned, because nobody has killed it.
// ANCHOR: kill_unwind
struct KillUnwind(Arc<Task>);

/// Unwinds the running thread as killed. The panic hook is not called.
#[cold]
pub(crate) fn unwind_killed() -> ! {
    let task = current::seat(|seat| seat.thread.task().clone());
    current::note_kill();
    task.kill_unwinds.fetch_add(1, Ordering::Relaxed);
    panic::resume_unwind(Box::new(KillUnwind(task)))
}
// ANCHOR_END: kill_unwind

/// Whether the running thread, which unwinds, does so because it was killed after
/// that moment. If the payload was caught and kept, later panics pass for the kill in
/// whatever the thread had when it was killed.
// ANCHOR: was_killed
pub(crate) fn was_killed_after(moment: Moment) -> bool {
    let kills = |task: &Task| task.kill_unwinds.load(Ordering::Relaxed);
    let killed = |seat: &Seat| {
        kills(seat.thread.task()) > 0 && !moment.surely_not_before(seat.last_kill.get())
    };
    current::try_seat(killed) == Some(true)
}

impl Drop for KillUnwind {
    fn drop(&mut self) {
        self.0.kill_unwinds.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Whether the thread unwound with this because it was killed.
pub(crate) fn is_kill(payload: &Box<dyn Any + Send>) -> bool {
    payload.is::<KillUnwind>()
}
// ANCHOR_END: was_killed

/// What the joiner gets for what the thread unwound with.
// ANCHOR: as_seen
pub(crate) fn as_seen_by_joiner(payload: Box<dyn Any + Send>) -> Box<dyn Any + Send> {
    match is_kill(&payload) {
        true => Box::new(Killed),
        false => payload,
    }
}
// ANCHOR_END: as_seen

/// Puts a line with the green thread's name before the report of every panic in
/// a green thread, and leaves the report to the hook that is there.
///
/// Done once for the process. A hook that the program sets later replaces this,
/// and finds the name with `thread::try_current`.
// ANCHOR: install_hook
pub(crate) fn install_hook() {
    static ONCE: Once = Once::new();
    // Hooks cannot be exchanged during a panic.
    if std::thread::panicking() {
        return;
    }
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            current::try_seat(|seat| {
                say(&format_args!("green thread '{}' panicked:", *seat.thread))
            });
            before(info);
        }));
    });
}
// ANCHOR_END: install_hook

/// What [`set_excepthook`] sets: it is called for a panic in a green thread, instead
/// of all other hooks.
// ANCHOR: except_hook
pub type ExceptHook = dyn Fn(&Thread, &panic::PanicHookInfo<'_>) + Send + Sync;

static EXCEPT_HOOK: Mutex<Option<Arc<ExceptHook>>> = Mutex::new(None);

/// Belongs to the panic hook that calls the except hook, and says with its end
/// that the program has replaced that hook.
struct InPlace;

static IN_PLACE: AtomicBool = AtomicBool::new(false);

impl Drop for InPlace {
    fn drop(&mut self) {
        IN_PLACE.store(false, Ordering::Relaxed);
    }
}
// ANCHOR_END: except_hook

/// Has `hook` called for every panic in a green thread from now on, instead of
/// std's hook and the program's: Python's `threading.excepthook`. It gets the
/// thread, and what std's hooks get. Panics elsewhere are not concerned. A hook
/// that the program sets with `std::panic::set_hook` later replaces this, until
/// the next call. [`take_excepthook`] takes it back.
///
/// It is not called for kills, as Python's is not for `SystemExit`. What differs
/// from Python comes from what a panic hook is:
///
/// - It is called where the panic begins, when nobody knows whether somebody will
///   catch it: so for those that are caught, too.
/// - The main thread's panics are among them. Python has `sys.excepthook` for those.
/// - A hook that panics aborts the process. Python calls `sys.excepthook` then.
///
/// # Panics
///
/// If the calling thread unwinds: hooks cannot be exchanged then.
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use runtime::thread;
///
/// static LAST: AtomicU64 = AtomicU64::new(0);
///
/// runtime::set_excepthook(|thread, _| LAST.store(thread.ident(), Ordering::Relaxed));
/// runtime::run(|| {
///     thread::spawn(|| panic!("nobody will read this")).join().unwrap_err();
///     assert_eq!(LAST.load(Ordering::Relaxed), 2);
/// });
/// ```
// ANCHOR: set_excepthook
pub fn set_excepthook(hook: impl Fn(&Thread, &panic::PanicHookInfo<'_>) + Send + Sync + 'static) {
    assert!(
        !std::thread::panicking(),
        "cannot modify the panic hook from a panicking thread"
    );
    install_hook();
    // The old one is the program's, and is dropped without the lock.
    let old = except_hook().replace(Arc::new(hook));
    drop(old);
    if IN_PLACE.swap(true, Ordering::Relaxed) {
        return;
    }
    let in_place = InPlace;
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let _ = &in_place;
        // Neither the lock nor the seat is held while the hook runs.
        let hook = except_hook().clone();
        match (thread::try_current(), hook) {
            (Some(thread), Some(hook)) => hook(&thread, info),
            _ => before(info),
        }
    }));
}
// ANCHOR_END: set_excepthook

/// Takes back what [`set_excepthook`] has set, and gives it, if there is something:
/// then panics in green threads go to the hooks from before, as in Python after
/// `threading.excepthook = threading.__excepthook__`.
///
/// ```
/// runtime::set_excepthook(|thread, _| println!("{thread}"));
/// let prints = runtime::take_excepthook().unwrap();
/// assert!(runtime::take_excepthook().is_none());
/// // And for the next ones again:
/// runtime::set_excepthook(prints);
/// ```
// ANCHOR: take_excepthook
pub fn take_excepthook() -> Option<Box<ExceptHook>> {
    let hook = except_hook().take()?;
    Some(Box::new(move |thread, info| hook(thread, info)))
}

fn except_hook() -> MutexGuard<'static, Option<Arc<ExceptHook>>> {
    EXCEPT_HOOK.lock().unwrap_or_else(PoisonError::into_inner)
}
// ANCHOR_END: take_excepthook

/// Says in words what a panic with a typed payload is about: std's hook can
/// print only payloads that are strings.
// ANCHOR: announce
pub(crate) fn announce(error: &dyn fmt::Display) {
    say(&format_args!("runtime: {error}"));
}

/// Prints an empty line and this one, where a test's own output goes if a test
/// is running. That is what `eprintln` does; but it panics if it cannot write,
/// and a panic in the panic hook aborts.
fn say(line: &dyn fmt::Display) {
    match system::stderr() {
        Stderr::Broken => {}
        Stderr::Read => eprintln!("\n{line}"),
        Stderr::MayBeFull => {
            if writeln!(io::stderr()).is_ok() {
                eprintln!("{line}");
            }
        }
    }
}
// ANCHOR_END: announce

/// Aborts the process when a panic passes, which must not get out of what it
/// names. To be forgotten when the danger is over.
// ANCHOR: abort
pub(crate) struct AbortOnUnwind(pub(crate) &'static str);

impl Drop for AbortOnUnwind {
    fn drop(&mut self) {
        announce(&format_args!(
            "a panic would get out of {}: aborting",
            self.0
        ));
        std::process::abort();
    }
}
// ANCHOR_END: abort

/// What a thread unwinds with.
// ANCHOR: contain
pub(crate) type Payload = Box<dyn Any + Send>;

/// Does what is the program's. A panic in it was reported by the panic hook, and that
/// is all; a kill comes back, to go on when all is in order.
pub(crate) fn contain(work: impl FnOnce()) -> Result<(), Payload> {
    match panic::catch_unwind(AssertUnwindSafe(work)) {
        Err(kill) if is_kill(&kill) => Err(kill),
        Err(payload) => {
            drop_quietly(payload);
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

/// A kill or a panic that was caught for a moment goes on, unless the thread unwinds
/// anyway.
pub(crate) fn go_on_unwinding(caught: Option<Payload>) {
    if let Some(payload) = caught
        && !std::thread::panicking()
    {
        panic::resume_unwind(payload);
    }
}
// ANCHOR_END: contain

/// Drops a value of the program's in a place that must not unwind. A panic in
/// its destructor was reported by the panic hook, and that is all.
// ANCHOR: drop_quietly
pub(crate) fn drop_quietly<T>(value: T) {
    let dropped = panic::catch_unwind(AssertUnwindSafe(|| drop(value)));
    // The payload may have such a destructor as well, and so on.
    if let Err(payload) = dropped
        && let Err(endless) = panic::catch_unwind(AssertUnwindSafe(|| drop(payload)))
    {
        mem::forget(endless);
    }
}
// ANCHOR_END: drop_quietly
