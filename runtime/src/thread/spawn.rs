//! [`spawn`], [`create`] and [`create_with`]: threads as most programs make
//! them, all through the [`Builder`].

use super::{Builder, Call, JoinHandle, Run};
use crate::error::refuse;
use crate::quantum::safe_point;

/// Starts a thread that runs `f`. It takes its place at the end of the ready
/// queue; the caller goes on.
///
/// This is std's `spawn`, and takes what that takes. A value that implements
/// [`Run`] is made a thread by [`create`].
///
/// # Panics
///
/// With [`OutsideRuntime`](crate::error::OutsideRuntime) outside a runtime,
/// and with [`SpawnError::ShuttingDown`](crate::error::SpawnError::ShuttingDown) when the runtime is ending.
///
/// ```
/// use std::rc::Rc;
/// use runtime::thread;
///
/// runtime::run(|| {
///     // No Send, no Arc: all green threads of a runtime share one OS thread.
///     let text = Rc::new("Hello, Thread".to_owned());
///     let theirs = Rc::clone(&text);
///     let handle = thread::spawn(move || theirs.len());
///     assert_eq!(handle.join().unwrap(), text.len());
/// });
/// ```
// ANCHOR: spawn
#[track_caller]
pub fn spawn<F, T>(f: F) -> JoinHandle<T>
where
    F: FnOnce() -> T + 'static,
    T: 'static,
{
    safe_point();
    match Builder::new().try_spawn::<F, _, _>(f) {
        Ok(handle) => handle,
        Err(error) => refuse(error),
    }
}
// ANCHOR_END: spawn

/// Makes a thread in state New that will run `f` when it is started.
///
/// # Panics
///
/// As [`spawn`].
///
/// ```
/// use runtime::thread;
///
/// runtime::run(|| {
///     let thread = thread::create(|| "started");
///     thread.start().unwrap();
///     assert_eq!(thread.join().unwrap(), "started");
/// });
/// ```
// ANCHOR: create
#[track_caller]
pub fn create<F>(f: F) -> JoinHandle<F::Output>
where
    F: Run + 'static,
    F::Output: 'static,
{
    match Builder::new().try_create_named::<F, _, _>(|| f.run()) {
        Ok(handle) => handle,
        Err(error) => refuse(error),
    }
}
// ANCHOR_END: create

/// Makes a thread in state New that will call `f` with `args` when it is
/// started: Python's `Thread(target=f, args=args)`.
///
/// # Panics
///
/// As [`spawn`].
///
/// ```
/// use runtime::thread;
///
/// fn print_numbers(up_to: u32) {
///     for number in 1..=up_to {
///         println!("Sub Thread : {number}");
///     }
/// }
///
/// runtime::run(|| {
///     let thread = thread::create_with(print_numbers, (3,));
///     assert_eq!(thread.thread().name(), Some("Thread-1 (print_numbers)"));
///     thread.start().unwrap();
/// });
/// ```
// ANCHOR: create_with
#[track_caller]
pub fn create_with<F, Args>(f: F, args: Args) -> JoinHandle<F::Output>
where
    F: Call<Args> + 'static,
    F::Output: 'static,
    Args: 'static,
{
    match Builder::new().try_create_named::<F, _, _>(|| f.call(args)) {
        Ok(handle) => handle,
        Err(error) => refuse(error),
    }
}
// ANCHOR_END: create_with
