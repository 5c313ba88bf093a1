//! How threads and processes end: arrows 6 and 7, and what is free then. Read next: `death.rs`.
//!
//! A process ends with its main thread, whoever else is in the middle of something:
//! all others are what the article calls daemon threads. Who has to wait for one does
//! so first; the program threads_share shows how. (On Linux the others go on if the
//! main thread calls `exit`; but C's `main` returns by `exit_group`, which is as here.)

use std::rc::Rc;

use super::boot::Computer;
use super::death::{Death, DeathKind};
use super::process::Process;
use super::report::Ended;
use super::thread::Thread;
use crate::kernel::Running;
use crate::kernel::pid::Pid;
use crate::machine::memory::AddressSpace;

impl Computer {
    /// The last turn of a process. `running` is the thread of it that has the CPU,
    /// if one has.
    // ANCHOR: end_process
    pub(super) fn end_process(
        &mut self,
        process: &Rc<Process>,
        death: Death,
        running: Option<Running<Thread>>,
    ) {
        let on_cpu = running.as_ref().map(Running::pid);
        process.death.set(Some(death));
        self.end_other_threads(process, on_cpu.unwrap_or(process.main));
        match running {
            Some(thread) if thread.pid() == process.main => self.end_thread(thread, death),
            Some(thread) => {
                self.end_thread(thread, death);
                self.end_main_thread(process, death);
            }
            None => self.end_from_outside(process.main, death),
        }
        self.leave_memory(process);
        self.close_all(process);
        self.orphan_children(process);

        let parent = process.family.parent.get();
        match self.processes.get(&parent).cloned() {
            Some(parent) => {
                let place = self.ended.len();
                process.family.place.set(place);
                let mut zombies = parent.family.zombies.borrow_mut();
                zombies.insert(place, process.pid());
                drop(zombies);
                self.wake_all(&parent.family.bell);
            }
            None => self.reap_process(process),
        }
    }
    // ANCHOR_END: end_process

    /// Ends all threads but `stays` and the main thread.
    // ANCHOR: other_threads
    pub(super) fn end_other_threads(&mut self, process: &Process, stays: Pid) {
        let threads: Vec<Pid> = process.threads.borrow().values().copied().collect();
        for pid in threads {
            if pid != stays && pid != process.main {
                let death = self.with_process(pid);
                self.end_from_outside(pid, death);
            }
        }
    }
    // ANCHOR_END: other_threads

    /// After another thread of the process, which has said so or made a mistake. The
    /// mistake is not the main thread's.
    // ANCHOR: main_thread
    fn end_main_thread(&mut self, process: &Process, death: Death) {
        let own = match death.is_mistake() {
            true => self.with_process(process.main),
            false => death,
        };
        self.end_from_outside(process.main, own);
    }

    fn with_process(&self, pid: Pid) -> Death {
        let thread = self.thread(pid.ident()).expect("it has not ended");
        Death {
            pc: thread.registers.pc,
            kind: DeathKind::WithProcess,
        }
    }

    /// Arrows 5, if it waits, 2 and 6 for a thread that does not have the CPU: it is
    /// told to end, and executes nothing any more.
    fn end_from_outside(&mut self, pid: Pid, death: Death) {
        self.kernel.kill(pid); // 5
        let thread = self.kernel.dispatch_only(pid); // 2
        self.end_thread(thread.expect("nobody else has the CPU"), death);
    }
    // ANCHOR_END: main_thread

    /// Arrow 6, and 7 if it is not a main thread.
    // ANCHOR: end_thread
    pub(super) fn end_thread(&mut self, thread: Running<Thread>, death: Death) {
        let pid = thread.pid();
        let mut thread = self.kernel.exit(thread); // 6
        self.let_held_file_go(&mut thread);
        let pcb = self.kernel.get(pid).expect("it is not reaped");
        self.ended.push(Ended {
            identity: pcb.identity().clone(),
            death,
            account: thread.account,
        });
        thread.process.threads.borrow_mut().remove(&pid.ident());
        if pid != thread.process.main {
            self.clear(&thread.process, pid);
            self.kernel.reap(pid).expect("it has just ended"); // 7
        }
    }
    // ANCHOR_END: end_thread

    /// Whoever waits for the end of the thread looks at a word of memory for it.
    // ANCHOR: clear
    fn clear(&mut self, process: &Process, pid: Pid) {
        let pcb = self.kernel.get(pid).expect("it is not reaped");
        if let Some(address) = pcb.identity().cleared() {
            let cleared = process.memory().write(address, &[0; 4]);
            if cleared.is_ok() && address.is_multiple_of(4) {
                self.wake_at(process, address, 1);
            }
        }
    }
    // ANCHOR_END: clear

    /// All memory of a process is free.
    // ANCHOR: memory
    pub(super) fn leave_memory(&mut self, process: &Process) {
        self.detach_all(process);
        self.memory_used -= process.private_bytes();
        *process.memory.borrow_mut() = AddressSpace::default();
    }
    // ANCHOR_END: memory

    /// The kernel takes the children of who has ended.
    // ANCHOR: orphans
    fn orphan_children(&mut self, process: &Process) {
        let children = std::mem::take(&mut *process.family.children.borrow_mut());
        for pid in children.keys() {
            let child = Rc::clone(&self.processes[pid]);
            child.family.parent.set(0);
            if child.death.get().is_some() {
                self.reap_process(&child);
            }
        }
    }

    /// Arrow 7, the last: nobody will ask.
    fn reap_process(&mut self, process: &Process) {
        self.processes.remove(&process.pid());
        self.kernel.reap(process.main).expect("it has ended"); // 7
    }
    // ANCHOR_END: orphans
}
