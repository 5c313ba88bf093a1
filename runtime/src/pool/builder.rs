//! The [`Builder`]: pools with what others have not.

use std::panic::Location;
use std::rc::Rc;

use super::workers::{Plan, Workers};
use super::{NoWorkers, ThreadPool};
use crate::current;

/// How many workers a pool has if nobody says so: as many as Python's has on one
/// core. Tasks that wait, for which a pool is made, share it well.
// ANCHOR: builder
const DEFAULT_WORKERS: usize = 5;
// ANCHOR_END: builder

/// A pool to be.
///
/// ```
/// use runtime::pool;
/// use runtime::thread;
///
/// runtime::run(|| {
///     let pool = pool::Builder::new().max_workers(2).name_prefix("crawler").build().unwrap();
///     let name = pool.submit(|| thread::current().name().unwrap().to_owned());
///     assert_eq!(name.unwrap().result().unwrap(), "crawler_0");
/// });
/// ```
// ANCHOR: builder_struct
#[must_use = "a builder makes no pool until build is called"]
pub struct Builder {
    max_workers: usize,
    prefix: Option<String>,
    initializer: Option<Rc<dyn Fn()>>,
}
// ANCHOR_END: builder_struct

impl Default for Builder {
    fn default() -> Self {
        Self::new()
    }
}

impl Builder {
    /// A pool of at most 5 workers.
    ///
    /// ```
    /// runtime::run(|| {
    ///     let pool = runtime::pool::Builder::new().build().unwrap();
    ///     assert_eq!(pool.max_workers(), 5);
    /// });
    /// ```
    pub fn new() -> Self {
        Self {
            max_workers: DEFAULT_WORKERS,
            prefix: None,
            initializer: None,
        }
    }

    /// How many workers there can be.
    ///
    /// ```
    /// assert!(runtime::pool::Builder::new().max_workers(0).build().is_err());
    /// ```
    // ANCHOR: setters_max
    pub fn max_workers(mut self, max_workers: usize) -> Self {
        self.max_workers = max_workers;
        self
    }
    // ANCHOR_END: setters_max

    /// What the names of the workers begin with. Behind it come `_` and their number.
    /// A NUL byte in it is left out.
    ///
    /// ```
    /// let builder = runtime::pool::Builder::new().name_prefix("web");
    /// runtime::run(|| {
    ///     let pool = builder.build().unwrap();
    ///     assert!(format!("{pool:?}").contains("web"));
    /// });
    /// ```
    // ANCHOR: setters_prefix
    pub fn name_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = Some(prefix.into().replace('\0', ""));
        self
    }
    // ANCHOR_END: setters_prefix

    /// What each worker does before its first task. If that panics, the pool is
    /// broken: what was submitted gets [`TaskError::Broken`](super::TaskError::Broken),
    /// and nothing more is taken.
    ///
    /// ```
    /// use std::cell::Cell;
    /// use runtime::pool;
    ///
    /// runtime::thread_local!(static CONNECTION: Cell<u32> = const { Cell::new(0) });
    ///
    /// runtime::run(|| {
    ///     let connect = || CONNECTION.set(7);
    ///     let pool = pool::Builder::new().initializer(connect).build().unwrap();
    ///     assert_eq!(pool.submit(|| CONNECTION.get()).unwrap().result().unwrap(), 7);
    /// });
    /// ```
    // ANCHOR: setters_initializer
    pub fn initializer(mut self, initializer: impl Fn() + 'static) -> Self {
        self.initializer = Some(Rc::new(initializer));
        self
    }
    // ANCHOR_END: setters_initializer

    /// Makes the pool. Its workers are daemons if the thread that calls this is one.
    ///
    /// # Errors
    ///
    /// If it could have no worker.
    ///
    /// ```
    /// use runtime::pool::{Builder, NoWorkers};
    ///
    /// assert_eq!(Builder::new().max_workers(0).build().unwrap_err(), NoWorkers);
    /// ```
    // ANCHOR: build
    #[track_caller]
    pub fn build(self) -> Result<ThreadPool, NoWorkers> {
        if self.max_workers == 0 {
            return Err(NoWorkers);
        }
        let plan = Plan {
            made_at: Location::caller(),
            max: self.max_workers,
            prefix: self.prefix.unwrap_or_else(default_prefix),
            daemon: current::try_seat(|seat| seat.thread.is_daemon()).unwrap_or(false),
            initializer: self.initializer,
        };
        Ok(ThreadPool {
            workers: Rc::new(Workers::new(plan)),
        })
    }
    // ANCHOR_END: build
}

/// `ThreadPool-N`, where N counts the pools of the run.
// ANCHOR: default_prefix
fn default_prefix() -> String {
    let number = current::try_core(|core| {
        let number = core.pools.get();
        core.pools.set(number + 1);
        number
    });
    format!("ThreadPool-{}", number.unwrap_or_default())
}
// ANCHOR_END: default_prefix
