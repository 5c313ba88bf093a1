//! Threads that may borrow from the one that starts them, because it waits
//! for their end: `std::thread::scope`.
//!
//! All depends on one promise: [`scope`] neither returns nor unwinds before
//! all of its threads have let go of what they borrowed. So it catches whatever comes out of the
//! program's function, and if its own thread is killed it kills the others,
//! waits for them without being woken by further kills, and unwinds then.
//!
//! A scoped thread that was killed and cannot be unwound would end with its
//! stack lost, and what stands on that stack might have lent on what it
//! borrowed. There the process is aborted.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::io;
use std::marker::PhantomData;
use std::mem::{self, transmute};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;

use kernel_sim::kernel::pid::Pid;
use kernel_sim::kernel::wait::{ScopeId, Signal, Wait, WaitReason};

use super::{Builder, ScopedJoinHandle};
use crate::core::Core;
use crate::current;
use crate::error::{Ring, SpawnError, Unwinding, refuse};
use crate::panic::{AbortOnUnwind, drop_quietly, is_kill};
use crate::quantum::safe_point;
use crate::trap::Trap;

/// A scope in which threads may borrow what is older than the scope. See [`scope`].
// ANCHOR: threads
pub struct Scope<'scope, 'env: 'scope> {
    threads: Rc<Threads>,
    scope: PhantomData<&'scope mut &'scope ()>,
    env: PhantomData<&'env mut &'env ()>,
}

/// The threads of one scope.
pub(super) struct Threads {
    id: ScopeId,
    /// The thread that waits for them.
    owner: Pid,
    running: Cell<usize>,
    /// Whether they were killed, because the owner was.
    killed: Cell<bool>,
    /// How many have panicked without anybody having taken the payload.
    pub(super) panicked: Cell<usize>,
    /// Whom to kill. Those that have ended are cleared away now and then.
    all: RefCell<Vec<Pid>>,
}
// ANCHOR_END: threads

/// Calls `f` with a scope in which it may start threads that borrow, and waits
/// until all have let go of what they borrowed. What is left to them then are the
/// destructors of their thread-locals.
///
/// A thread that was killed, and that nobody has joined, is no reason to panic.
///
/// # Panics
///
/// With the panic of `f`; otherwise, if a thread of the scope has panicked and
/// nobody has joined it; with [`Unwinding`] if the calling thread unwinds, which
/// could not wait; and with [`Ring`] if a thread of the scope waits for
/// the one that called `scope`, which would wait for it: then the threads of the
/// scope are killed before.
///
/// ```
/// use runtime::thread;
///
/// runtime::run(|| {
///     let mut numbers = vec![1, 2, 3];
///     let mut sum = 0;
///     thread::scope(|scope| {
///         scope.spawn(|| println!("they are {numbers:?}"));
///         scope.spawn(|| sum = numbers.iter().sum());
///     });
///     numbers.push(sum);
///     assert_eq!(numbers, [1, 2, 3, 6]);
/// });
/// ```
// ANCHOR: scope_fn
#[track_caller]
pub fn scope<'env, F, T>(f: F) -> T
where
    F: for<'scope> FnOnce(&'scope Scope<'scope, 'env>) -> T,
{
    if std::thread::panicking() {
        refuse(Unwinding);
    }
    let scope = Scope {
        threads: Rc::new(Threads {
            id: current::core(Core::next_scope),
            owner: current::seat(|seat| seat.pid),
            running: Cell::new(0),
            killed: Cell::new(false),
            panicked: Cell::new(0),
            all: RefCell::default(),
        }),
        scope: PhantomData,
        env: PhantomData,
    };
    let result = catch_unwind(AssertUnwindSafe(|| f(&scope)));
    // A logger that panics, say, must not take this thread away from the others.
    let abort = AbortOnUnwind("a scope whose threads still run");
    let threads = &scope.threads;
    let ended = threads.wait(matches!(&result, Err(payload) if is_kill(payload)));
    mem::forget(abort);
    match (result, ended) {
        (Err(payload), _) => resume_unwind(payload),
        (Ok(_), Ended::OwnerKilled) => crate::panic::unwind_killed(),
        (Ok(_), Ended::Ring(ring)) => refuse(ring),
        (Ok(result), Ended::All) if threads.panicked.get() == 0 => result,
        (Ok(_), Ended::All) => panic!("a scoped thread panicked"),
    }
}
// ANCHOR_END: scope_fn

/// How the wait for the threads of a scope came to its end.
// ANCHOR: ended
enum Ended {
    /// They ended by themselves.
    All,
    /// The owner was killed, and they were killed with it.
    OwnerKilled,
    /// They waited for the owner, and were killed because of that.
    Ring(Ring),
}
// ANCHOR_END: ended

impl Threads {
    /// Waits until all have ended. If the owner is unwinding as killed, they are
    /// killed first.
    // ANCHOR: wait
    #[track_caller]
    fn wait(&self, owner_killed: bool) -> Ended {
        let mut reason = WaitReason::Scope(self.id);
        let mut ended = Ended::All;
        if owner_killed {
            self.kill();
            reason = WaitReason::KilledScope(self.id);
            ended = Ended::OwnerKilled;
        } else if self.running.get() > 0
            && let Some(ring) = current::core(|core| core.ring(self.owner, reason))
        {
            // They wait for this thread, so somebody has to give in: they.
            self.kill();
            reason = WaitReason::KilledScope(self.id);
            ended = Ended::Ring(ring);
        }
        while self.running.get() > 0 {
            let wait = Wait {
                reason,
                deadline: None,
            };
            match current::trap_without_unwinding(Trap::Wait(wait)) {
                Ok(Signal::Kill { .. }) if reason.is_killable() => {
                    self.kill();
                    reason = WaitReason::KilledScope(self.id);
                    ended = Ended::OwnerKilled;
                }
                Ok(_) => {}
                Err(Unwinding) => unreachable!("whatever unwound was caught"),
            }
        }
        ended
    }
    // ANCHOR_END: wait

    /// Kills all, and all that are started from now on.
    // ANCHOR: kill
    fn kill(&self) {
        self.killed.set(true);
        current::core(|core| {
            for &pid in self.all.borrow().iter().rev() {
                core.tell_kernel(|kernel| kernel.kill(pid));
            }
        });
    }
    // ANCHOR_END: kill

    // ANCHOR: one_more
    fn one_more(&self, core: &Core, pid: Pid) {
        core.tell_kernel(|kernel| {
            kernel.put_in_scope(pid, Some(self.id));
            if self.killed.get() {
                kernel.kill(pid);
            }
            let mut all = self.all.borrow_mut();
            if all.len() == all.capacity() {
                all.retain(|&pid| kernel.get(pid).is_some());
            }
            all.push(pid);
        });
    }
    // ANCHOR_END: one_more

    /// All have ended, so the owner need not wait for them any more.
    // ANCHOR: wake_owner
    fn wake_owner(&self, core: &Core) {
        core.tell_kernel(|kernel| {
            let wait = kernel.get(self.owner).and_then(|pcb| pcb.state().wait());
            if wait.is_some_and(|wait| wait.reason.is_scope()) {
                kernel.wake(self.owner).expect("it waits");
            }
        });
    }
    // ANCHOR_END: wake_owner
}

impl<'scope> Scope<'scope, '_> {
    /// Starts a thread in the scope. It may borrow what is older than the scope.
    ///
    /// # Panics
    ///
    /// As [`spawn`](super::spawn).
    ///
    /// ```
    /// use runtime::thread;
    ///
    /// runtime::run(|| {
    ///     let text = "Hello, Thread".to_owned();
    ///     let length = thread::scope(|scope| scope.spawn(|| text.len()).join().unwrap());
    ///     assert_eq!(length, 13);
    /// });
    /// ```
    // ANCHOR: spawn
    #[track_caller]
    pub fn spawn<F, T>(&'scope self, f: F) -> ScopedJoinHandle<'scope, T>
    where
        F: FnOnce() -> T + 'scope,
        T: 'scope,
    {
        safe_point();
        match Builder::new().try_spawn_scoped(self, f) {
            Ok(handle) => handle,
            Err(error) => refuse(error),
        }
    }
    // ANCHOR_END: spawn
}

impl Builder {
    /// Makes a thread in a scope and starts it: see [`Scope::spawn`].
    ///
    /// # Errors
    ///
    /// As [`Builder::spawn`].
    ///
    /// ```
    /// use runtime::thread::{self, Builder};
    ///
    /// runtime::run(|| {
    ///     let mut done = false;
    ///     thread::scope(|scope| {
    ///         let builder = Builder::new().name("borrower".into());
    ///         builder.spawn_scoped(scope, || done = true).unwrap();
    ///     });
    ///     assert!(done);
    /// });
    /// ```
    // ANCHOR: spawn_scoped
    #[track_caller]
    pub fn spawn_scoped<'scope, F, T>(
        self,
        scope: &'scope Scope<'scope, '_>,
        f: F,
    ) -> io::Result<ScopedJoinHandle<'scope, T>>
    where
        F: FnOnce() -> T + 'scope,
        T: 'scope,
    {
        safe_point();
        Ok(self.try_spawn_scoped(scope, f)?)
    }
    // ANCHOR_END: spawn_scoped

    // ANCHOR: try_spawn_scoped
    #[track_caller]
    fn try_spawn_scoped<'scope, F, T>(
        self,
        scope: &'scope Scope<'scope, '_>,
        f: F,
    ) -> std::result::Result<ScopedJoinHandle<'scope, T>, SpawnError>
    where
        F: FnOnce() -> T + 'scope,
        T: 'scope,
    {
        let threads = &scope.threads;
        let result = Rc::new(Cell::new(None));
        threads.running.set(threads.running.get() + 1);
        let body = Body {
            function: f,
            result: Rc::clone(&result),
            end: EndInScope {
                threads: Rc::clone(threads),
                ran: Cell::new(false),
            },
        };
        let body: Box<dyn FnOnce() + 'scope> = Box::new(move || body.run());
        // SAFETY: the types differ in the lifetime alone, and the box does not
        // outlive it: `scope` waits until `EndInScope`, the last thing in it,
        // is dropped, and a thread that would end without that aborts.
        let body: Box<dyn FnOnce()> =
            unsafe { transmute::<Box<dyn FnOnce() + 'scope>, Box<dyn FnOnce()>>(body) };
        let handle = self.try_spawn::<F, _, _>(body)?;
        current::core(|core| threads.one_more(core, handle.thread().task().pid()));
        Ok(ScopedJoinHandle {
            handle,
            result,
            threads: Rc::clone(threads),
            scope: PhantomData,
        })
    }
    // ANCHOR_END: try_spawn_scoped
}

/// How a scoped thread came to its end.
// ANCHOR: outcome
pub(super) enum Outcome<T> {
    Value(T),
    Panicked(Box<dyn Any + Send>),
    Killed,
}
// ANCHOR_END: outcome

/// What a scoped thread does, and what is left to do if it never gets a turn:
/// dropping the fields, in this order.
// ANCHOR: body
struct Body<F, T> {
    function: F,
    result: Rc<Cell<Option<Outcome<T>>>>,
    end: EndInScope,
}
// ANCHOR_END: body

impl<F: FnOnce() -> T, T> Body<F, T> {
    // ANCHOR: run
    fn run(self) {
        let Self {
            function,
            result,
            end,
        } = self;
        end.ran.set(true);
        let panicked = &end.threads.panicked;
        result.set(Some(match catch_unwind(AssertUnwindSafe(function)) {
            Ok(value) => Outcome::Value(value),
            Err(payload) if is_kill(&payload) => Outcome::Killed,
            Err(payload) => {
                panicked.set(panicked.get() + 1);
                Outcome::Panicked(payload)
            }
        }));
        // Drops the result too, if the handle is gone, and that may panic.
        drop_quietly(result);
        drop(end);
    }
    // ANCHOR_END: run
}

/// Says with its end that one more thread of the scope has let go of all that
/// it had borrowed.
// ANCHOR: end
struct EndInScope {
    threads: Rc<Threads>,
    /// Whether the thread has run what it was made for.
    ran: Cell<bool>,
}
// ANCHOR_END: end

// ANCHOR: end_drop
impl Drop for EndInScope {
    fn drop(&mut self) {
        let Self { threads, ran } = self;
        // Dropped by the loop, and not by the thread itself: no stack could be
        // had for it. Nobody shall take that for success.
        if !ran.get() && !current::in_green_thread() {
            threads.panicked.set(threads.panicked.get() + 1);
        }
        threads.running.set(threads.running.get() - 1);
        if ran.get() {
            // What it still does, nobody waits for.
            let pid = current::try_seat(|seat| seat.pid);
            current::try_core(|core| {
                let mut kernel = core.kernel.borrow_mut();
                pid.map(|pid| kernel.put_in_scope(pid, None))
            });
        }
        if threads.running.get() == 0 {
            let abort = AbortOnUnwind("the end of a scoped thread");
            current::try_core(|core| threads.wake_owner(core));
            mem::forget(abort);
        }
    }
}
// ANCHOR_END: end_drop

// ANCHOR: debug
impl fmt::Debug for Scope<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scope")
            .field("owner", &self.threads.owner.ident())
            .field("running", &self.threads.running.get())
            .field("panicked", &self.threads.panicked.get())
            .finish_non_exhaustive()
    }
}
// ANCHOR_END: debug
