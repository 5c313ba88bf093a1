//! Which calls were made, for who wants to look at them: what strace is on Linux.
//! Read next: `syscall.rs`, whose table says what the arguments of each call mean;
//! `call_log/argument.rs` says how that is shown.

pub(super) mod argument;
pub(super) mod names;
mod text;

use super::awaited::Wait;
use super::boot::Computer;
use super::errno::Errno;
use super::syscall::{self, Call};
use super::thread::Thread;
use crate::machine::memory::AddressSpace;

/// Whether calls are written down.
// ANCHOR: call_log
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CallLog {
    /// No.
    #[default]
    Off,
    /// Yes, until [`Computer::take_calls`].
    Keep,
}
// ANCHOR_END: call_log

/// A call, or the end of one that has waited.
///
/// ```
/// use kernel_sim::kernel::pcb::Priority;
/// use kernel_sim::os::{CallLog, Called, Computer, Disk, Settings, syscall};
///
/// let mut computer = Computer::boot(Settings {
///     disk: Disk::built_in(),
///     calls: CallLog::Keep,
///     ..Settings::default()
/// });
/// computer.start("hello", Priority::NORMAL)?;
/// computer.run();
/// let calls = computer.take_calls();
/// assert_eq!((calls[0].pid, calls[0].call.number), (1, syscall::WRITE));
/// assert_eq!(calls[0].text, r#"write(1, "Hello, world!\n", 14)"#);
/// assert_eq!(calls[0].called, Called::Answered(14));
/// assert_eq!(calls[1].called, Called::NeverAnswered);
/// # Ok::<(), kernel_sim::os::StartError>(())
/// ```
// ANCHOR: record
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallRecord {
    /// When, in ticks since boot.
    pub tick: u64,
    /// The number of the thread that has called.
    pub pid: u64,
    /// Which call, with which arguments.
    pub call: Call,
    /// The same in words: names for the numbers that have one, and instead of an
    /// address the first bytes of what is there, as far as they can be read. What the
    /// caller gives is as it was when the call began. What the kernel puts somewhere
    /// is only there when the call is answered; until then there is the address.
    pub text: String,
    /// What has come of it.
    pub called: Called,
}

/// What has come of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Called {
    /// This is in a0 now.
    Answered(u32),
    /// Nothing yet: the thread waits. In words, for what.
    Waits(String),
    /// Nobody is there who could be answered: the thread has ended, or executes
    /// another program.
    NeverAnswered,
}
// ANCHOR_END: record

impl Computer {
    /// The calls since the last time, in their order, if they are
    /// [kept](CallLog::Keep).
    // ANCHOR: take_calls
    pub fn take_calls(&mut self) -> Vec<CallRecord> {
        std::mem::take(&mut self.calls)
    }

    /// Looks at the arguments before the call is done: it may change the memory in
    /// which they are.
    pub(super) fn begin_log(&self, thread: &mut Thread, call: Call) {
        if self.call_log == CallLog::Keep {
            let begun = Begun::new(call, &thread.memory());
            thread.begun = Some(Box::new(begun));
        }
    }
    // ANCHOR_END: take_calls

    /// What the thread's call has led to.
    // ANCHOR: log
    pub(super) fn log_end(&mut self, thread: &mut Thread, called: Called) {
        if let Some(begun) = thread.begun.take() {
            let answer = match called {
                Called::Answered(answer) => Some(answer),
                _ => None,
            };
            let text = begun.text(answer, &thread.memory());
            self.log_call(thread.pid(), begun.call, text, called);
        }
    }

    /// The thread's call is not done yet.
    pub(super) fn log_wait(&mut self, thread: &Thread, wait: &Wait) {
        if let Some(begun) = &thread.begun {
            let called = Called::Waits(self.kernel.describe(wait));
            let text = begun.text(None, &thread.memory());
            self.log_call(thread.pid(), begun.call, text, called);
        }
    }

    fn log_call(&mut self, pid: u64, call: Call, text: String, called: Called) {
        self.calls.push(CallRecord {
            tick: self.now(),
            pid,
            call,
            text,
            called,
        });
    }
    // ANCHOR_END: log
}

/// A call that is not done yet.
// ANCHOR: begun
#[derive(Debug)]
pub(super) struct Begun {
    call: Call,
    /// Its arguments in words. `None` for one that means nothing.
    arguments: Vec<Option<String>>,
}
// ANCHOR_END: begun

impl Begun {
    // ANCHOR: begin
    fn new(call: Call, memory: &AddressSpace) -> Begun {
        let shapes = syscall::arguments(call.number).iter().enumerate();
        let arguments =
            shapes.map(|(index, argument)| argument.before(&call.arguments, index, memory));
        Begun {
            call,
            arguments: arguments.collect(),
        }
    }
    // ANCHOR_END: begin

    /// `write(1, "hello\n", 6)`
    // ANCHOR: text
    fn text(&self, answer: Option<u32>, memory: &AddressSpace) -> String {
        let Call { number, arguments } = self.call;
        let Some((name, _)) = syscall::name(number) else {
            return format!("call {number}(...)");
        };
        let answer = answer.filter(|&answer| Errno::of_answer(answer).is_none());
        let shapes = syscall::arguments(number).iter().zip(arguments);
        let texts = shapes
            .zip(&self.arguments)
            .filter_map(|((argument, value), before)| {
                let after = answer.and_then(|answer| argument.after(value, answer, memory));
                after.or_else(|| before.clone())
            });
        format!("{name}({})", texts.collect::<Vec<_>>().join(", "))
    }
    // ANCHOR_END: text
}
