//! Somebody looks at the memory of a process while the computer runs.

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::os::{Computer, Disk, Settings};

fn main() {
    let mut computer = Computer::boot(Settings {
        disk: Disk::built_in(),
        ..Settings::default()
    });
    let pid = computer.start("hello", Priority::NORMAL).unwrap();
    // ANCHOR: look
    let memory = computer.thread(pid).unwrap().memory();
    computer.run();
    println!("{:?}", memory.load::<4>(0x1_0000));
    // ANCHOR_END: look
}
