//! Another program in the same process. Read next: `end.rs`.

use std::rc::Rc;

use super::boot::{Computer, StartError};
use super::call::Reply;
use super::errno::Errno;
use super::process::Process;
use super::thread::Thread;

/// The longest name of a program, in bytes.
// ANCHOR: name_max
const NAME_MAX: u32 = 255;
// ANCHOR_END: name_max

impl Computer {
    /// `execve(path, argv, envp)`: from now on the process executes another program.
    /// The other threads are gone; its number, files and relatives stay.
    // ANCHOR: execve
    pub(super) fn execve(
        &mut self,
        thread: &mut Thread,
        path: u32,
        argv: u32,
    ) -> Result<Reply, Errno> {
        let path = self.read_name(thread, path, NAME_MAX)?;
        let found = str::from_utf8(&path)
            .ok()
            .and_then(|name| self.disk.get(name));
        let program = Rc::clone(found.ok_or(Errno::NoEntry)?);
        let process = Rc::clone(&thread.process);
        if thread.pid != process.main {
            return Err(Errno::Invalid);
        }
        let mut arguments = self.read_arguments(thread, argv)?;
        if arguments.is_empty() {
            arguments.push(path);
        }
        let others = self.memory_used - process.private_bytes();
        if self.bytes_for(&program) > self.limits.memory.saturating_sub(others) {
            return Err(Errno::NoMemory);
        }
        let loaded = Process::sections(&program, &arguments, &self.limits);
        let (memory, highest_break, registers) = loaded.map_err(|error| match error {
            StartError::NoMemory { .. } => Errno::NoMemory,
            StartError::LongArguments { .. } => Errno::TooBig,
            _ => Errno::NoExecutable,
        })?;
        self.end_other_threads(&process, thread.pid);
        self.leave_memory(&process);
        *process.memory.borrow_mut() = memory;
        *process.program.borrow_mut() = program;
        process.highest_break.set(highest_break);
        let bytes = process.private_bytes();
        self.memory_used += bytes;
        self.charge_copying(thread, bytes);
        thread.registers = registers;
        Ok(Reply::Elsewhere)
    }
    // ANCHOR_END: execve

    /// The texts whose addresses lie at `argv`, up to one that is 0. None, if it is 0
    /// itself. They may take a quarter of a stack.
    // ANCHOR: read_arguments
    fn read_arguments(&mut self, thread: &mut Thread, argv: u32) -> Result<Vec<Vec<u8>>, Errno> {
        let room = self.limits.stack_size() / 4;
        let mut left = room;
        let mut arguments = Vec::new();
        let mut at = Some(argv).filter(|&argv| argv != 0);
        while let Some(address) = at {
            let word = thread.memory().load(address);
            let text = u32::from_le_bytes(word.map_err(|_| Errno::BadAddress)?);
            if text == 0 {
                break;
            }
            let read = self
                .read_name(thread, text, left)
                .map_err(|error| match error {
                    Errno::NameTooLong => Errno::TooBig,
                    error => error,
                })?;
            // With its zero and its address.
            let taken = read.len() as u32 + 1 + 4;
            left = left.checked_sub(taken).ok_or(Errno::TooBig)?;
            arguments.push(read);
            at = address.checked_add(4);
        }
        self.charge_copying(thread, 4 * arguments.len() as u64);
        Ok(arguments)
    }
    // ANCHOR_END: read_arguments
}
