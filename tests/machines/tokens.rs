//! A bare kernel: the saved context is what a thread has still to do.

use std::vec;

use kernel_sim::kernel::pcb::{Context, Priority};
use kernel_sim::kernel::trace::{Event, level_of_log};
use kernel_sim::kernel::wait::{NoObject, Wait, WaitReason};
use kernel_sim::kernel::{Idle, Kernel};

use crate::script::{Act, Script, UNIT};

struct Token(vec::IntoIter<Act>);

impl Context for Token {
    type Identity = &'static str;
    type Object = NoObject;
}

pub(crate) fn run(scripts: &[Script]) {
    let mut kernel = Kernel::default();
    kernel.listen(level_of_log());
    for Script { name, acts } in scripts {
        let token = Token(acts.clone().into_iter());
        let pid = kernel.create(token, Priority::NORMAL, *name);
        kernel.admit(pid).expect("it is new"); // 1
    }
    loop {
        let Some(mut thread) = kernel.dispatch() else {
            match kernel.idle() {
                Idle::No => continue,
                Idle::For(_) => unreachable!("time is virtual"),
                Idle::Forever => break,
            }
        };
        let pid = thread.pid();
        match thread.context.0.next() {
            Some(Act::Yield) => kernel.preempt(thread), // 3
            Some(Act::Sleep(units)) => {
                let deadline = kernel.now().checked_add(UNIT * units);
                let reason = WaitReason::Sleep;
                kernel.block(thread, Wait { reason, deadline }); // 4
            }
            None => {
                kernel.exit(thread); // 6
                kernel.reap(pid).expect("it has just ended"); // 7
            }
        }
    }
    kernel.take_events().iter().for_each(Event::log);
}
