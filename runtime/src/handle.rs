//! [`Handle`]: how other OS threads start green threads, and how all that a
//! handle asks for elsewhere reaches the loop.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};

use kernel_sim::kernel::RESERVED;
use kernel_sim::kernel::attributes::Attributes;

use crate::core::Core;
use crate::current;
use crate::inbox::Inbox;
use crate::report;
use crate::stack::StackSize;
use crate::sync::mpsc::Channel;
use crate::thread::task::Task;
use crate::thread::{Builder, JoinHandle};

/// What other OS threads ask of a loop.
// ANCHOR: message
pub(crate) enum Message {
    /// Make a PCB for a thread that was spawned elsewhere, and start it.
    Spawn(Arc<Task>, Attributes),
    /// Start a thread that was created, and that is marked as started.
    Start(Arc<Task>),
    /// See [`Thread::unpark`](crate::thread::Thread::unpark).
    Unpark(Arc<Task>),
    /// See [`Thread::kill`](crate::thread::Thread::kill).
    Kill(Arc<Task>),
    /// The last handle to a thread that was never started is gone.
    Discard(Arc<Task>),
    /// The last end of its kind was dropped.
    HangUp(Arc<Channel>),
    /// Warn of something, from where the log must not be called.
    Warn(String),
    /// Send the PCB table.
    Ps(mpsc::Sender<String>),
}
// ANCHOR_END: message

/// A door to a runtime, for other OS threads.
///
/// As long as there is a handle, a runtime in which nobody can run does not
/// count as deadlocked: it waits, asleep in the operating system, for what
/// comes through the door. The runtime ends all the same when main and all
/// threads that are no daemons have ended.
///
/// ```
/// use runtime::{Handle, thread};
///
/// runtime::run(|| {
///     let door = Handle::current();
///     let outside = std::thread::spawn(move || {
///         let green = door.spawn(|| thread::current().ident()).unwrap();
///         green.join().unwrap()
///     });
///     // The main thread waits like a green thread, so that others can run.
///     while !outside.is_finished() {
///         thread::yield_now();
///     }
///     assert_ne!(outside.join().unwrap(), thread::current().ident());
/// });
/// ```
// ANCHOR: handle
pub struct Handle {
    pub(crate) core_id: u64,
    /// For threads that do not say otherwise.
    pub(crate) stack_size: StackSize,
    inbox: Arc<Inbox<Message>>,
}
// ANCHOR_END: handle

impl Handle {
    /// A handle to the runtime that runs on this OS thread.
    ///
    /// # Panics
    ///
    /// With [`OutsideRuntime`](crate::error::OutsideRuntime) outside a runtime.
    ///
    /// ```
    /// runtime::run(|| drop(runtime::Handle::current()));
    /// ```
    // ANCHOR: current
    #[track_caller]
    pub fn current() -> Self {
        current::core(|core| {
            core.inbox.open_door();
            Self {
                core_id: core.id,
                stack_size: core.stack_size,
                inbox: Arc::clone(&core.inbox),
            }
        })
    }
    // ANCHOR_END: current

    /// Starts a green thread in the runtime, from any OS thread. For a name
    /// and the like see [`Builder::spawn_on`].
    ///
    /// # Errors
    ///
    /// A [`SpawnError`](crate::error::SpawnError) inside the `io::Error`, if
    /// the runtime is ending or has ended.
    ///
    /// ```
    /// let (door, answer) = runtime::run(|| {
    ///     let door = runtime::Handle::current();
    ///     let answer = door.spawn(|| 42).unwrap().join().unwrap();
    ///     (door, answer)
    /// });
    /// assert_eq!(answer, 42);
    /// assert!(door.spawn(|| 43).is_err(), "the runtime has ended");
    /// ```
    // ANCHOR: spawn
    #[track_caller]
    pub fn spawn<F, T>(&self, f: F) -> io::Result<JoinHandle<T>>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        Builder::new().spawn_on(self, f)
    }
    // ANCHOR_END: spawn

    /// The PCB table as text: see [`report::ps`]. Waits until the loop has its
    /// next turn; `None` if the runtime has ended.
    ///
    /// ```
    /// use runtime::{Handle, thread};
    ///
    /// runtime::run(|| {
    ///     let door = Handle::current();
    ///     let outside = std::thread::spawn(move || door.ps().unwrap());
    ///     while !outside.is_finished() {
    ///         thread::yield_now();
    ///     }
    ///     assert!(outside.join().unwrap().contains("MainThread"));
    /// });
    /// ```
    // ANCHOR: ps
    pub fn ps(&self) -> Option<String> {
        if current::is_core(self.core_id) {
            return Some(report::ps());
        }
        ask_for_table(&self.inbox).recv().ok()
    }

    /// Leaves a message, or gives it back if the runtime has ended.
    pub(crate) fn post(&self, message: Message) -> Result<(), Message> {
        self.inbox.post(message)
    }
    // ANCHOR_END: ps
}

// ANCHOR: count
impl Clone for Handle {
    fn clone(&self) -> Self {
        self.inbox.open_door();
        Self {
            inbox: Arc::clone(&self.inbox),
            ..*self
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.inbox.close_door();
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle")
            .field("runtime", &self.core_id)
            .finish_non_exhaustive()
    }
}
// ANCHOR_END: count

/// The inboxes of all runtimes of the process, by their ids: what a thread's
/// handle is posted to when it is used on another OS thread.
// ANCHOR: open
static OPEN: Mutex<BTreeMap<u64, Arc<Inbox<Message>>>> = Mutex::new(BTreeMap::new());

/// Lets other OS threads reach this runtime.
pub(crate) fn register(core: &Core) {
    let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    open.insert(core.id, Arc::clone(&core.inbox));
}

/// The runtime ends: nobody reaches it any more.
pub(crate) fn unregister(core: &Core) {
    let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    open.remove(&core.id);
}

/// Whether the runtime of that id has not ended.
pub(crate) fn is_open(core_id: u64) -> bool {
    let open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    open.contains_key(&core_id)
}
// ANCHOR_END: open

/// Leaves a message for the runtime of that id. False if it has ended.
// ANCHOR: post
pub(crate) fn post(core_id: u64, message: Message) -> bool {
    let open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    let inbox = open.get(&core_id).cloned();
    drop(open);
    inbox.is_some_and(|inbox| inbox.post(message).is_ok())
}
// ANCHOR_END: post

/// The PCB tables of all runtimes of the process, the oldest first. Each loop is
/// asked before the first one answers.
// ANCHOR: all_tables
pub(crate) fn all_tables() -> Vec<String> {
    let open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    let asked: Vec<_> = open.values().map(|inbox| ask_for_table(inbox)).collect();
    drop(open);
    // One that ends has no table any more, and does not answer.
    asked.iter().filter_map(|table| table.recv().ok()).collect()
}

/// The loop sends its PCB table, or hangs up if it has ended.
fn ask_for_table(inbox: &Inbox<Message>) -> mpsc::Receiver<String> {
    let (reply, table) = mpsc::channel();
    drop(inbox.post(Message::Ps(reply)));
    table
}
// ANCHOR_END: all_tables

/// An ident for a thread that is spawned before its runtime knows of it.
// ANCHOR: reserve_ident
pub(crate) fn reserve_ident() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(RESERVED + 1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
// ANCHOR_END: reserve_ident
