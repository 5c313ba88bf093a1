//! Complaints that go where results go.

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::os::{Computer, Disk, Outcome, Program, Settings, Stream};

/// What the reader begins with.
mod start {
    // ANCHOR: start
    // What a shell has a program do before it begins, for `2>&1`: from here on what is
    // written to 2 shall come out where 1 does. dup is 23, dup3 is 24, close is 57.
    pub(super) fn redirect() -> &'static str {
        "
        li a7, 23
        li a0, 1
        ecall           # A new number for the same file. But which?
        "
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    // ANCHOR: solution
    pub(super) fn redirect() -> &'static str {
        "
        li a7, 24
        li a0, 1
        li a1, 2
        li a2, 0
        ecall
        "
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::redirect());
}

pub(super) fn check_solution() {
    check(solution::redirect());
}

/// A program that does not know of it writes to both, and everything is on one.
fn check(redirect: &str) {
    let text = format!(
        "_start: {redirect}
        li a7, 64\n li a0, 1\n la a1, word\n li a2, 4\n ecall
        li a7, 64\n li a0, 2\n la a1, word\n li a2, 4\n ecall
        li a7, 93\n li a0, 0\n ecall
        .data
        word: .ascii \"word\""
    );
    let mut disk = Disk::default();
    disk.put(Program::assemble("noisy", &text).expect("it is right"));
    let mut computer = Computer::boot(Settings {
        disk,
        ..Settings::default()
    });
    computer
        .start("noisy", Priority::NORMAL)
        .expect("there is room");
    assert_eq!(computer.run(), Outcome::Ended);
    let writes = computer.console_mut().take();
    let streams: Vec<Stream> = writes.iter().map(|write| write.stream).collect();
    assert_eq!(streams, [Stream::Stdout; 2]);
}
