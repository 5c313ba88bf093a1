//! A thread that has the CPU ends twice.

use kernel_sim::kernel::Kernel;
use kernel_sim::kernel::pcb::Priority;

fn main() {
    let mut kernel = Kernel::default();
    let pid = kernel.create((), Priority::NORMAL, "thread");
    kernel.admit(pid).expect("it is new");
    // ANCHOR: twice
    let thread = kernel.dispatch().expect("it is ready");
    kernel.exit(thread);
    kernel.exit(thread);
    // ANCHOR_END: twice
}
