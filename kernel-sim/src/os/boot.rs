//! The computer: what it is made of, how it is switched on, and how processes are
//! started on it. Read next: `run.rs`.

use std::collections::BTreeMap;
use std::fmt;
use std::rc::{Rc, Weak};

use super::call_log::{CallLog, CallRecord};
use super::console::Console;
use super::cost::Costs;
use super::disk::Disk;
use super::file::OpenFile;
use super::ipc::message_queue::MessageQueue;
use super::ipc::shared_memory::SharedMemory;
use super::process::Process;
use super::program::Program;
use super::report::Ended;
use super::run::{Turn, time_of};
use super::settings::{Limits, Settings, Trace};
use super::thread::{Identity, Thread};
use crate::kernel::Kernel;
use crate::kernel::attributes::Attributes;
use crate::kernel::clock::Clock;
use crate::kernel::history::History;
use crate::kernel::pid::Pid;
use crate::kernel::trace;
use crate::machine::memory::Misplaced;

/// A computer that is switched on: one CPU, memory, a disk, a screen, and a kernel.
///
/// ```
/// use kernel_sim::kernel::pcb::Priority;
/// use kernel_sim::os::{Computer, Disk, Outcome, Settings};
///
/// let mut computer = Computer::boot(Settings {
///     disk: Disk::built_in(),
///     ..Settings::default()
/// });
/// let pid = computer.start("exit_code", Priority::NORMAL)?;
/// assert_eq!(computer.run(), Outcome::Ended);
/// assert_eq!(computer.report(pid).unwrap().death.unwrap().status(), Some(42));
/// # Ok::<(), kernel_sim::os::StartError>(())
/// ```
// ANCHOR: computer
#[derive(Debug)]
pub struct Computer {
    // Written once, by `boot`.
    pub(super) disk: Disk,
    pub(super) costs: Costs,
    pub(super) limits: Limits,
    pub(super) trace: Trace,
    pub(super) call_log: CallLog,

    // Written by the loop.
    pub(super) kernel: Kernel<Thread>,
    /// The process that has the CPU, if one has.
    pub(super) on_cpu: Option<Turn>,
    /// Whose registers were in the CPU last.
    pub(super) last: Option<Pid>,
    /// Ticks in which nobody could run.
    pub(super) idle: u64,
    /// Who is New, by the tick at which it is to be admitted.
    pub(super) arrivals: BTreeMap<(u64, u64), Pid>,
    /// All that have ended, in that order.
    pub(super) ended: Vec<Ended>,

    // Written by calls.
    pub(super) calls: Vec<CallRecord>,
    pub(super) console: Console,
    /// All that were not reaped, by pid.
    pub(super) processes: BTreeMap<u64, Rc<Process>>,
    /// Every pipe has a clone of this.
    pub(super) pipes: Rc<()>,
    pub(super) pipes_made: u64,
    /// The names of sockets that are open.
    pub(super) names: BTreeMap<Vec<u8>, Weak<OpenFile>>,
    pub(super) message_queues: BTreeMap<u32, Rc<MessageQueue>>,
    pub(super) shared_memory: BTreeMap<u32, Rc<SharedMemory>>,
    last_ipc_id: u32,

    // Written by whoever makes and ends processes, by `brk` and `execve`.
    /// Bytes that processes have for themselves.
    pub(super) memory_used: u64,
}
// ANCHOR_END: computer

impl Computer {
    /// Switches a computer on. No process is there yet, and no time has passed.
    // ANCHOR: boot
    pub fn boot(settings: Settings) -> Computer {
        let Settings {
            disk,
            quantum,
            policy,
            costs,
            limits,
            trace,
            calls: call_log,
        } = settings;
        let policy = policy.with_quantum(time_of(quantum.get()));
        let mut kernel = Kernel::new(Clock::counted(), policy);
        kernel.listen(match trace {
            Trace::Log => trace::level_of_log(),
            Trace::Keep(level) => level,
        });
        Computer {
            disk,
            costs,
            limits,
            trace,
            call_log,
            kernel,
            on_cpu: None,
            last: None,
            idle: 0,
            arrivals: BTreeMap::new(),
            ended: Vec::new(),
            calls: Vec::new(),
            console: Console::with_room(limits.console),
            processes: BTreeMap::new(),
            pipes: Rc::new(()),
            pipes_made: 0,
            names: BTreeMap::new(),
            message_queues: BTreeMap::new(),
            shared_memory: BTreeMap::new(),
            last_ipc_id: 0,
            memory_used: 0,
        }
    }
    // ANCHOR_END: boot

    /// Loads a program from the disk, and makes it a process that is ready (arrow
    /// 1). Gives its pid. That takes no time: it is done from outside. The only
    /// argument of the program, `argv[0]`, is its name.
    ///
    /// # Errors
    ///
    /// If there is no such program, or no room for it.
    ///
    /// ```
    /// use kernel_sim::kernel::pcb::Priority;
    /// use kernel_sim::os::{Computer, Settings};
    ///
    /// let mut computer = Computer::boot(Settings::default());
    /// let error = computer.start("hello", Priority::NORMAL).unwrap_err();
    /// assert_eq!(error.to_string(), "there is no program 'hello' on the disk");
    /// ```
    // ANCHOR: start
    pub fn start(
        &mut self,
        program: &str,
        attributes: impl Into<Attributes>,
    ) -> Result<u64, StartError> {
        self.start_with(program, &[], attributes)
    }
    // ANCHOR_END: start

    /// The same with arguments: the program finds them on its stack, behind its
    /// name, as System V's ABI says. An argument with a zero byte in it ends there
    /// for programs that read it as C does.
    ///
    /// # Errors
    ///
    /// See [`start`](Self::start); and if the arguments would take more than a
    /// quarter of the stack.
    ///
    /// ```
    /// use kernel_sim::kernel::pcb::Priority;
    /// use kernel_sim::os::{Computer, Disk, Program, Settings};
    ///
    /// // Ends with the number of its arguments.
    /// let text = "_start: lw a0, 0(sp)\n li a7, 93\n ecall\n";
    /// let mut disk = Disk::default();
    /// disk.put(Program::assemble("count", text)?);
    /// let mut computer = Computer::boot(Settings { disk, ..Settings::default() });
    /// let pid = computer.start_with("count", &["one", "two"], Priority::NORMAL)?;
    /// computer.run();
    /// assert_eq!(computer.report(pid).unwrap().death.unwrap().status(), Some(3));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    // ANCHOR: start_with
    pub fn start_with(
        &mut self,
        program: &str,
        arguments: &[&str],
        attributes: impl Into<Attributes>,
    ) -> Result<u64, StartError> {
        let pid = self.create(program, arguments, attributes.into())?;
        self.kernel.admit(pid).expect("it is new"); // 1
        self.log_events();
        Ok(pid.ident())
    }
    // ANCHOR_END: start_with

    /// Makes a process that is New.
    // ANCHOR: create
    pub(super) fn create(
        &mut self,
        program: &str,
        arguments: &[&str],
        attributes: Attributes,
    ) -> Result<Pid, StartError> {
        let found = self.disk.get(program);
        let program = found.ok_or_else(|| StartError::NoProgram(program.to_owned()))?;
        let program = Rc::clone(program);
        let argv: Vec<&str> = [program.name()].iter().chain(arguments).copied().collect();

        let wanted = self.bytes_for(&program);
        let free = self.limits.memory.saturating_sub(self.memory_used);
        if wanted > free {
            return Err(StartError::NoMemory { wanted, free });
        }
        let pid = self.kernel.next_pid();
        let (process, registers) = Process::load(pid, &program, &argv, &self.limits)?;

        self.memory_used += process.private_bytes();
        let process = Rc::new(process);
        self.processes.insert(pid.ident(), Rc::clone(&process));
        process.threads.borrow_mut().insert(pid.ident(), pid);
        let identity = Identity::new(Rc::clone(&process), pid.ident());
        let thread = Thread::new(pid, registers, process);
        self.kernel.create(thread, attributes, identity);
        Ok(pid)
    }
    // ANCHOR_END: create

    /// What a process of the program has for itself at the beginning.
    // ANCHOR: numbers
    pub(super) fn bytes_for(&self, program: &Program) -> u64 {
        program.data_size() + u64::from(self.limits.stack_size())
    }

    /// A number for a message queue or a piece of shared memory, that none has had.
    pub(super) fn next_ipc_id(&mut self) -> u32 {
        self.last_ipc_id += 1;
        self.last_ipc_id
    }
    // ANCHOR_END: numbers

    /// The disk.
    // ANCHOR: views
    pub fn disk(&self) -> &Disk {
        &self.disk
    }

    /// The screen.
    pub fn console(&self) -> &Console {
        &self.console
    }

    /// The screen, to take off it what is there.
    pub fn console_mut(&mut self) -> &mut Console {
        &mut self.console
    }

    /// From now on, all arrows are written down, with the tick of each.
    pub fn keep_history(&mut self) {
        self.kernel.keep_history();
    }

    /// What was written down since [`keep_history`](Self::keep_history).
    pub fn history(&self) -> Option<&History> {
        self.kernel.history()
    }

    /// The kernel, with the PCBs of all threads that there are.
    pub fn kernel(&self) -> &Kernel<Thread> {
        &self.kernel
    }
    // ANCHOR_END: views
}

/// Why a program did not become a process.
// ANCHOR: start_error
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StartError {
    /// The disk has no program of that name.
    NoProgram(String),
    /// It needs more memory than there is.
    NoMemory {
        /// Bytes that it needs for data and stack.
        wanted: u64,
        /// Bytes that nobody has.
        free: u64,
    },
    /// Its arguments take more of the stack than a quarter.
    LongArguments {
        /// Bytes that they would take, with their addresses.
        bytes: u64,
        /// A quarter of the stack, in bytes.
        room: u32,
    },
    /// Its code or data ends here, which is where the stack is, or beyond.
    InTheWay {
        /// The address after its last byte.
        end: u32,
    },
    /// Its sections are in each other's way.
    Misplaced(Misplaced),
}

impl From<Misplaced> for StartError {
    fn from(misplaced: Misplaced) -> StartError {
        StartError::Misplaced(misplaced)
    }
}
// ANCHOR_END: start_error

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StartError::NoProgram(name) => write!(f, "there is no program '{name}' on the disk"),
            StartError::NoMemory { wanted, free } => {
                write!(f, "it needs {wanted} bytes of memory, and {free} are free")
            }
            StartError::LongArguments { bytes, room } => write!(
                f,
                "its arguments would take {bytes} bytes, and there is room for {room}, a quarter \
                 of the stack"
            ),
            StartError::InTheWay { end } => {
                write!(f, "it would end at {end:#010x}, where the stack is")
            }
            StartError::Misplaced(misplaced) => write!(f, "{misplaced}"),
        }
    }
}

impl std::error::Error for StartError {}
