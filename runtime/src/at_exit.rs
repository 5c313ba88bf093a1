//! [`at_exit`]: what is done when the program is over, and before its daemons are
//! killed.
//!
//! An exit hook is a thread that is made when the hook is registered, and started
//! at the end. So it has a name and an ident, `ps` shows it as New, and what is
//! done about those that are never started is done about it.

use crate::core::{Core, CutShort};
use crate::current;
use crate::dispatch::NobodyCanRun;
use crate::error::{AtExitError, NoStack, OutsideRuntime, SpawnError};
use crate::panic::Killed;
use crate::thread;
use crate::thread::name::Kind;

/// Has `hook` called at the end of the run: Python's `atexit.register`.
///
/// When the main thread and all others that are no daemons have ended, the hooks
/// are called, the last one registered first; then the daemons are killed. Each
/// runs as a thread of its own, `ExitHook-N (function)`, so it may wait, spawn and
/// join, and daemons may help it. The next one begins when it has ended, and with
/// it all that it has started that are no daemons. A hook that is registered
/// meanwhile, by a hook or by a daemon, is the next one.
///
/// A hook that panics is reported as other threads are, and the others run all the
/// same: what [`run`](crate::run) gives is what `main` came to. The main thread is
/// not alive any more.
///
/// No hook runs, or no further one, if the run was cut short: when it would end
/// with [`RunError::Deadlock`](crate::RunError::Deadlock), perhaps because of a hook,
/// or with [`RunError::Killed`](crate::RunError::Killed). If `main` has panicked they
/// run. Those that do not run are dropped.
///
/// Unlike Python's, hooks belong to one run and not to the process: they do not run
/// if `std::process::exit` ends it.
///
/// # Errors
///
/// [`AtExitError`] where no runtime runs on this OS thread, and when the runtime
/// kills its daemons; `hook` is dropped then.
///
/// ```
/// use runtime::thread;
///
/// runtime::run(|| {
///     runtime::at_exit(|| println!("and goodbye")).unwrap();
///     runtime::at_exit(|| println!("all is done")).unwrap();
///     thread::spawn(|| println!("working"));
/// });
/// // Prints "working", "all is done", "and goodbye".
///
/// let error = runtime::at_exit(|| ()).unwrap_err();
/// assert!(matches!(error, runtime::error::AtExitError::OutsideRuntime(_)));
/// ```
// ANCHOR: at_exit
#[track_caller]
pub fn at_exit<F>(hook: F) -> Result<(), AtExitError>
where
    F: FnOnce() + 'static,
{
    if current::try_core(|_| ()).is_none() {
        return Err(AtExitError::OutsideRuntime(OutsideRuntime::here()));
    }
    let builder = thread::Builder::new().daemon(false);
    match builder.try_create_kind::<F, _, _>(Kind::ExitHook, hook) {
        Ok(hook) => {
            let hook = hook.thread().clone();
            current::core(|core| core.exit_hooks.borrow_mut().push(hook));
            Ok(())
        }
        Err(SpawnError::ShuttingDown) => Err(AtExitError::ShuttingDown),
        Err(error) => unreachable!("it has no name and the usual stack: {error}"),
    }
}
// ANCHOR_END: at_exit

impl Core {
    /// Runs the exit hooks, and all that they start, if the main thread, with that
    /// result, has come to its end.
    // ANCHOR: run_exit_hooks
    pub(crate) fn run_exit_hooks<T>(
        &self,
        main: Option<&thread::Result<T>>,
    ) -> Result<(), NobodyCanRun> {
        if self.was_cut_short(main) {
            return Ok(());
        }
        loop {
            let last = self.exit_hooks.borrow_mut().pop();
            match last {
                Some(hook) => hook.start().expect("nobody else has a handle to it"),
                None => return Ok(()),
            }
            self.drive()?;
        }
    }
    // ANCHOR_END: run_exit_hooks

    /// Whether the run ends with an error that is about its main thread.
    // ANCHOR: was_cut_short
    fn was_cut_short<T>(&self, main: Option<&thread::Result<T>>) -> bool {
        match (main, self.main_cut_short.get()) {
            (None, _) => true,
            (Some(Err(payload)), Some(CutShort::Killed)) => payload.is::<Killed>(),
            (Some(Err(payload)), Some(CutShort::NoStack)) => payload.is::<NoStack>(),
            (Some(_), _) => false,
        }
    }
    // ANCHOR_END: was_cut_short
}
