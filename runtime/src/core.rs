//! All that one `run` owns: the kernel, the stacks, and a few counters.
//!
//! Everything here belongs to one OS thread. The kernel is borrowed for the
//! length of one call and never across a switch or a call into the program.

use std::cell::{Cell, OnceCell, RefCell};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use kernel_sim::kernel::Kernel;
use kernel_sim::kernel::clock::Clock;
use kernel_sim::kernel::pcb::{self, Priority};
use kernel_sim::kernel::pid::Pid;
use kernel_sim::kernel::policy::Scheduler;

use crate::current;
use crate::error::StartError;
use crate::fiber::Fiber;
use crate::stack::{FiberPool, StackSize};
use crate::thread::Thread;
use crate::thread::task::Task;

pub(crate) struct Core {
    /// Tells this run from all others of the process.
    pub(crate) id: u64,
    pub(crate) kernel: RefCell<Kernel<Context>>,
    pub(crate) fibers: RefCell<FiberPool>,
    /// What the fiber that is resumed next shall run, if it is idle.
    pub(crate) beginning: Cell<Option<Beginning>>,
    /// For threads that do not say otherwise.
    pub(crate) stack_size: StackSize,
    pub(crate) main: OnceCell<Thread>,
    /// The N of the last `Thread-N`.
    pub(crate) last_number: Cell<u64>,
    /// How many started threads that are no daemons have not ended.
    pub(crate) awaited: Cell<usize>,
    /// Whether the program is over and nothing new may start.
    pub(crate) shutting_down: Cell<bool>,
}

/// What the kernel keeps for a thread that is not running: where it will go on.
///
/// One word, because it moves with each switch: with two, a switch takes twice
/// as long.
pub(crate) enum Context {
    /// At its beginning. It has no stack yet.
    Fresh,
    /// In the middle, on its stack.
    Suspended(Box<Fiber>),
}

impl pcb::Context for Context {
    type Identity = Arc<Task>;
}

/// A thread that gets its first turn.
pub(crate) struct Beginning {
    pub(crate) task: Arc<Task>,
    pub(crate) guard: Range<usize>,
}

impl Core {
    pub(crate) fn new(clock: Clock, scheduler: Scheduler, stack_size: StackSize) -> Self {
        static LAST_ID: AtomicU64 = AtomicU64::new(0);
        Self {
            id: LAST_ID.fetch_add(1, Ordering::Relaxed) + 1,
            kernel: RefCell::new(Kernel::new(clock, scheduler)),
            fibers: RefCell::default(),
            beginning: Cell::new(None),
            stack_size,
            main: OnceCell::new(),
            last_number: Cell::new(0),
            awaited: Cell::new(0),
            shutting_down: Cell::new(false),
        }
    }

    /// Makes a thread in state New, whose task was made for the next pid.
    #[inline]
    pub(crate) fn create(&self, priority: Priority, task: Arc<Task>) {
        let mut kernel = self.kernel.borrow_mut();
        kernel.create(Context::Fresh, priority, task);
        drop(kernel);
        self.log_events();
    }

    /// Starts a thread: arrow 1, admit.
    pub(crate) fn start(&self, thread: &Task) -> Result<(), StartError> {
        if self.shutting_down.get() {
            return Err(StartError::ShuttingDown);
        }
        self.kernel
            .borrow_mut()
            .admit(thread.pid)
            .map_err(|_| StartError::AlreadyStarted)?;
        thread.set_started();
        if !thread.daemon {
            self.awaited.set(self.awaited.get() + 1);
        }
        self.log_events();
        Ok(())
    }

    /// The thread of that pid, if it is still there.
    pub(crate) fn task(&self, pid: Pid) -> Option<Arc<Task>> {
        let kernel = self.kernel.borrow();
        kernel.get(pid).map(|pcb| Arc::clone(pcb.identity()))
    }

    /// Does `work` with the kernel, and logs the arrows that it took.
    pub(crate) fn tell_kernel<R>(&self, work: impl FnOnce(&mut Kernel<Context>) -> R) -> R {
        let result = work(&mut self.kernel.borrow_mut());
        self.log_events();
        result
    }

    /// Logs the arrows since the last call, on the loop's stack and without a
    /// borrow: a logger may need much stack, and may call into the runtime.
    #[inline]
    pub(crate) fn log_events(&self) {
        if self.kernel.borrow().has_events() {
            self.log_events_now();
        }
    }

    #[cold]
    fn log_events_now(&self) {
        let events = self.kernel.borrow_mut().take_events();
        current::on_loop_stack(move || {
            for event in &events {
                event.log();
            }
        });
    }
}
