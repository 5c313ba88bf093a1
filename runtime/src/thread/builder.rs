//! The [`Builder`]: how every thread is made.

use std::any::type_name;
use std::cell::Cell;
use std::io;
use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize};

use kernel_sim::kernel::RESERVED;
use kernel_sim::kernel::attributes::Attributes;
use kernel_sim::kernel::pcb::Priority;
use kernel_sim::kernel::pid::Pid;

use super::local::Heritage;
use super::name::{DefaultName, Kind, Name};
use super::task::{Job, Task};
use super::{Call, JoinHandle, Run, Thread};
use crate::core::Core;
use crate::current;
use crate::error::SpawnError;
use crate::handle::{self, Handle, Message};
use crate::join::End;
use crate::moment::Moment;
use crate::quantum::safe_point;
use crate::stack::{self, StackSize};

/// A thread to be, with what it shall have that others have not.
///
/// ```
/// use runtime::thread;
///
/// runtime::run(|| {
///     let handle = thread::Builder::new()
///         .name("worker".to_owned())
///         .stack_size(64 * 1024)
///         .daemon(true)
///         .spawn(|| thread::current().name().unwrap().to_owned())
///         .unwrap();
///     assert_eq!(handle.join().unwrap(), "worker");
/// });
/// ```
// ANCHOR: builder
#[derive(Clone, Debug, Default)]
#[must_use = "a builder makes no thread until spawn or create is called"]
pub struct Builder {
    name: Option<String>,
    stack_size: Option<usize>,
    daemon: Option<bool>,
    attributes: Attributes,
}
// ANCHOR_END: builder

impl Builder {
    /// A thread like the one that [`spawn`](super::spawn) makes.
    ///
    /// ```
    /// runtime::run(|| runtime::thread::Builder::new().spawn(|| ()).unwrap());
    /// ```
    // ANCHOR: new
    pub fn new() -> Self {
        Self::default()
    }
    // ANCHOR_END: new

    /// The thread's name. Without one it is called `Thread-N (function)`.
    ///
    /// ```
    /// use runtime::thread::Builder;
    ///
    /// runtime::run(|| {
    ///     let handle = Builder::new().name("clerk".into()).spawn(|| ()).unwrap();
    ///     assert_eq!(handle.thread().name(), Some("clerk"));
    /// });
    /// ```
    // ANCHOR: name
    pub fn name(mut self, name: String) -> Self {
        self.name = Some(name);
        self
    }
    // ANCHOR_END: name

    /// The size of the thread's stack in bytes, rounded up to a power of two
    /// and to 64 KiB. Without it, what [`runtime::Builder::stack_size`] says. Below it
    /// lies a guard page, which is enough for code of Rust; foreign code with frames of more
    /// than a page has to be compiled with stack probes. Only pages that were touched take memory.
    ///
    /// [`runtime::Builder::stack_size`]: crate::Builder::stack_size
    ///
    /// ```
    /// use runtime::thread::Builder;
    ///
    /// runtime::run(|| {
    ///     Builder::new().stack_size(4 << 20).spawn(|| [0u8; 1 << 20].len()).unwrap();
    /// });
    /// ```
    // ANCHOR: stack_size
    pub fn stack_size(mut self, bytes: usize) -> Self {
        self.stack_size = Some(bytes);
        self
    }
    // ANCHOR_END: stack_size

    /// Whether the runtime ends without waiting for the thread. Without it,
    /// the thread is a daemon if the one that makes it is.
    ///
    /// A daemon is killed at the end of the program. A panic in one of its
    /// destructors then aborts, and so does a `spawn` there, as nothing new may
    /// start; [`Builder::spawn`] gives an error instead.
    ///
    /// ```
    /// use runtime::thread::{self, Builder};
    ///
    /// runtime::run(|| {
    ///     // The runtime does not wait for this one.
    ///     Builder::new().daemon(true).spawn(thread::park).unwrap();
    /// });
    /// ```
    // ANCHOR: daemon
    pub fn daemon(mut self, daemon: bool) -> Self {
        self.daemon = Some(daemon);
        self
    }
    // ANCHOR_END: daemon

    /// How urgent the thread is, for policies that mind. Without it,
    /// [`Priority::NORMAL`].
    ///
    /// ```
    /// use runtime::Priority;
    /// use runtime::thread::Builder;
    ///
    /// runtime::run(|| {
    ///     Builder::new().priority(Priority::HIGHEST).spawn(|| ()).unwrap();
    /// });
    /// ```
    // ANCHOR: priority
    pub fn priority(self, priority: Priority) -> Self {
        let attributes = self.attributes.with_priority(priority);
        self.attributes(attributes)
    }
    // ANCHOR_END: priority

    /// All that policies may know of the thread: how urgent it is, how much of the CPU
    /// it should have, for how long it will run and by when it has to be done. Each
    /// policy looks at what it is about, and round-robin at nothing.
    ///
    /// ```
    /// use std::time::Duration;
    /// use runtime::policy::{Attributes, Weight};
    /// use runtime::thread::Builder;
    ///
    /// let attributes = Attributes::default()
    ///     .with_weight(Weight::new(300).unwrap())
    ///     .with_estimate(Duration::from_millis(5))
    ///     .with_deadline(Duration::from_millis(20));
    /// runtime::run(move || {
    ///     Builder::new().attributes(attributes).spawn(|| ()).unwrap();
    /// });
    /// ```
    // ANCHOR: attributes
    pub fn attributes(mut self, attributes: Attributes) -> Self {
        self.attributes = attributes;
        self
    }
    // ANCHOR_END: attributes

    /// Makes the thread and starts it.
    ///
    /// # Errors
    ///
    /// A [`SpawnError`] inside the `io::Error`, if a stack of that size can never be
    /// had, the name has a NUL byte, or the runtime is ending.
    ///
    /// # Panics
    ///
    /// With [`OutsideRuntime`](crate::error::OutsideRuntime) outside a runtime.
    ///
    /// ```
    /// use runtime::error::SpawnError;
    /// use runtime::thread::Builder;
    ///
    /// runtime::run(|| {
    ///     let error = Builder::new().name("a\0b".into()).spawn(|| ()).unwrap_err();
    ///     let reason = error.get_ref().unwrap().downcast_ref();
    ///     assert_eq!(reason, Some(&SpawnError::NulInName(1)));
    /// });
    /// ```
    // ANCHOR: spawn
    #[track_caller]
    pub fn spawn<F, T>(self, f: F) -> io::Result<JoinHandle<T>>
    where
        F: FnOnce() -> T + 'static,
        T: 'static,
    {
        safe_point();
        self.spawn_quietly(f)
    }

    /// The same, and the caller keeps the CPU.
    #[track_caller]
    pub(crate) fn spawn_quietly<F, T>(self, f: F) -> io::Result<JoinHandle<T>>
    where
        F: FnOnce() -> T + 'static,
        T: 'static,
    {
        Ok(self.try_spawn::<F, _, _>(f)?)
    }
    // ANCHOR_END: spawn

    /// Makes the thread, in state New.
    ///
    /// # Errors and panics
    ///
    /// As [`Builder::spawn`].
    ///
    /// ```
    /// use runtime::thread::Builder;
    ///
    /// runtime::run(|| {
    ///     let thread = Builder::new().name("later".into()).create(|| ()).unwrap();
    ///     assert!(!thread.is_alive());
    ///     thread.start().unwrap();
    /// });
    /// ```
    // ANCHOR: create
    #[track_caller]
    pub fn create<F>(self, f: F) -> io::Result<JoinHandle<F::Output>>
    where
        F: Run + 'static,
        F::Output: 'static,
    {
        Ok(self.try_create_named::<F, _, _>(|| f.run())?)
    }
    // ANCHOR_END: create

    /// Makes the thread, in state New, from a function and its arguments: what
    /// Python takes as `target` and `args`.
    ///
    /// # Errors and panics
    ///
    /// As [`Builder::spawn`].
    ///
    /// ```
    /// use runtime::thread::Builder;
    ///
    /// fn add(a: u32, b: u32) -> u32 {
    ///     a + b
    /// }
    ///
    /// runtime::run(|| {
    ///     let thread = Builder::new().name("adder".into()).create_with(add, (1, 2)).unwrap();
    ///     thread.start().unwrap();
    ///     assert_eq!(thread.join().unwrap(), 3);
    /// });
    /// ```
    // ANCHOR: create_with
    #[track_caller]
    pub fn create_with<F, Args>(self, f: F, args: Args) -> io::Result<JoinHandle<F::Output>>
    where
        F: Call<Args> + 'static,
        F::Output: 'static,
        Args: 'static,
    {
        Ok(self.try_create_named::<F, _, _>(|| f.call(args))?)
    }
    // ANCHOR_END: create_with

    /// Makes the thread, named after the type `N` if it has no name, and starts it.
    // ANCHOR: try_spawn
    #[inline]
    #[track_caller]
    pub(super) fn try_spawn<N, F, T>(self, f: F) -> Result<JoinHandle<T>, SpawnError>
    where
        F: FnOnce() -> T + 'static,
        T: 'static,
    {
        self.try_make::<N, F, T>(Kind::Thread, Then::Start, f)
    }

    /// Makes the thread, named after the type `N` if it has no name.
    #[inline]
    #[track_caller]
    pub(super) fn try_create_named<N, F, T>(self, f: F) -> Result<JoinHandle<T>, SpawnError>
    where
        F: FnOnce() -> T + 'static,
        T: 'static,
    {
        self.try_create_kind::<N, F, T>(Kind::Thread, f)
    }

    /// The same for a thread of that kind.
    #[track_caller]
    pub(crate) fn try_create_kind<N, F, T>(
        self,
        kind: Kind,
        f: F,
    ) -> Result<JoinHandle<T>, SpawnError>
    where
        F: FnOnce() -> T + 'static,
        T: 'static,
    {
        self.try_make::<N, F, T>(kind, Then::Wait, f)
    }
    // ANCHOR_END: try_spawn

    // ANCHOR: try_make
    #[track_caller]
    fn try_make<N, F, T>(self, kind: Kind, then: Then, f: F) -> Result<JoinHandle<T>, SpawnError>
    where
        F: FnOnce() -> T + 'static,
        T: 'static,
    {
        let made_at = Location::caller();
        // The program clones. After that comes what nobody may interrupt.
        let heritage = Heritage::of_current();
        let head = current::core(|core| self.head(core, kind))?;
        current::gives_away::<F>();
        let attributes = self.attributes;
        let task: Arc<Task> = match heritage {
            None => self.task::<N, _, _>(head, then, made_at, f),
            Some(heritage) => self.task::<N, _, _>(head, then, made_at, heritage.before(f)),
        };
        current::core(|core| core.create(attributes, task.clone()));
        Ok(JoinHandle::new(Thread::new(task)))
    }
    // ANCHOR_END: try_make

    /// Makes the thread in the runtime of `door`, and starts it there, from
    /// any OS thread. Without a name it is called `Guest-N (function)`, unless
    /// it is spawned on the runtime's own OS thread.
    ///
    /// # Errors
    ///
    /// As [`Builder::spawn`]. If the runtime has ended, `f` is dropped here.
    ///
    /// ```
    /// use runtime::{Handle, thread};
    ///
    /// runtime::run(|| {
    ///     let door = Handle::current();
    ///     let guest = std::thread::spawn(move || {
    ///         thread::Builder::new().name("guest".into()).spawn_on(&door, || 1).unwrap()
    ///     });
    ///     while !guest.is_finished() {
    ///         thread::yield_now();
    ///     }
    ///     assert_eq!(guest.join().unwrap().join().unwrap(), 1);
    /// });
    /// ```
    // ANCHOR: spawn_on
    #[track_caller]
    pub fn spawn_on<F, T>(self, door: &Handle, f: F) -> io::Result<JoinHandle<T>>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        if current::is_core(door.core_id) {
            return self.spawn(f);
        }
        let ident = handle::reserve_ident();
        let head = TaskHead {
            ident,
            pid: None,
            core_id: door.core_id,
            kind: Kind::Guest,
            number: ident - RESERVED,
            daemon: self.daemon.unwrap_or(false),
            stack_size: self.checked_stack_size(door.stack_size)?,
        };
        let attributes = self.attributes;
        let task: Arc<Task> = self.task::<F, _, _>(head, Then::Start, Location::caller(), f);
        let message = Message::Spawn(task.clone(), attributes);
        if door.post(message).is_err() {
            task.work.forget();
            return Err(SpawnError::ShuttingDown.into());
        }
        Ok(JoinHandle::new(Thread::new(task)))
    }
    // ANCHOR_END: spawn_on

    // ANCHOR: task
    #[inline]
    fn task<N, F, T>(
        self,
        head: TaskHead,
        then: Then,
        made_at: &'static Location<'static>,
        f: F,
    ) -> Arc<Task<Job<F, T>>>
    where
        F: FnOnce() -> T + 'static,
        T: 'static,
    {
        let default = DefaultName {
            kind: head.kind,
            number: head.number,
            function: type_name::<N>(),
            made_at,
        };
        Arc::new(Task {
            ident: head.ident,
            pid: Cell::new(head.pid),
            core_id: head.core_id,
            name: Name::new(default, self.name),
            daemon: head.daemon,
            stack_size: head.stack_size,
            started: AtomicBool::new(matches!(then, Then::Start)),
            handles: AtomicUsize::new(1),
            end: End::new(),
            last_gift: Cell::new(Moment::START),
            kill_unwinds: AtomicU32::new(0),
            work: Job::new(f),
        })
    }
    // ANCHOR_END: task

    /// What the runtime adds to the thread, if it can be made.
    // ANCHOR: head
    #[inline(always)]
    fn head(&self, core: &Core, kind: Kind) -> Result<TaskHead, SpawnError> {
        if core.shutting_down.get() {
            return Err(SpawnError::ShuttingDown);
        }
        let stack_size = self.checked_stack_size(core.stack_size)?;
        let mut number = core.last_number.get();
        if self.name.is_none() {
            number += 1;
            core.last_number.set(number);
        }
        let creator = || current::try_seat(|seat| seat.thread.is_daemon());
        // Asked in this way, the log has its say before and not after.
        let pid = core.kernel().next_pid();
        Ok(TaskHead {
            ident: pid.ident(),
            pid: Some(pid),
            core_id: core.id,
            kind,
            number,
            daemon: self.daemon.or_else(creator).unwrap_or(false),
            stack_size,
        })
    }
    // ANCHOR_END: head

    // ANCHOR: stack_checks
    #[cold]
    fn explicit_stack_size(
        &self,
        bytes: usize,
        default: StackSize,
    ) -> Result<StackSize, SpawnError> {
        let size = StackSize::new(bytes).map_err(SpawnError::StackSize)?;
        if size > default {
            stack::check_limits(size).map_err(SpawnError::StackSize)?;
        }
        Ok(size)
    }

    /// The size of the thread's stack, if that and the name are possible.
    #[inline]
    fn checked_stack_size(&self, default: StackSize) -> Result<StackSize, SpawnError> {
        if let Some(name) = &self.name {
            SpawnError::check_name(name)?;
        }
        match self.stack_size {
            Some(bytes) => self.explicit_stack_size(bytes, default),
            None => Ok(default),
        }
    }
    // ANCHOR_END: stack_checks
}

/// What becomes of a thread when it is made.
// ANCHOR: then
#[derive(Clone, Copy)]
enum Then {
    /// It stays New until somebody starts it.
    Wait,
    /// It is started at once.
    Start,
}

/// What a runtime knows of a thread before there is one.
struct TaskHead {
    ident: u64,
    /// If it is made on its own core.
    pid: Option<Pid>,
    core_id: u64,
    kind: Kind,
    /// The N of `Thread-N`.
    number: u64,
    daemon: bool,
    stack_size: StackSize,
}
// ANCHOR_END: then
