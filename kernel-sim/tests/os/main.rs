//! The operating system of the simulated computer: what its processes may ask
//! for and what they cannot do, who gets the CPU, and who pays for what.
//!
//! Each module proves what its first lines say. That ten thousand processes fit
//! is in `../many_processes.rs`, because it measures the memory of a whole process
//! of the host, and that as many can talk is in `../pipeline.rs`; that the arrows are
//! those of the other machine is in `tests/machines`, two folders up.

#![cfg(feature = "machine")]

mod accounts;
mod arguments;
mod call_log;
mod calls;
mod deadlocks;
mod exec;
mod families;
mod faults;
mod files;
mod futex;
mod message_queues;
mod pipes;
mod programs;
mod random;
mod shared_memory;
mod sharing;
mod sockets;
mod support;
mod threads;
mod twice;
