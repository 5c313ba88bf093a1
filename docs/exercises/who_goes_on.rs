//! Which thread takes the other one along when it ends.

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::os::{Computer, Disk, Program, Settings};

/// What the reader begins with.
mod start {
    use super::End;

    // ANCHOR: start
    // enum End { Exit, ExitGroup, NullPointer }
    pub(super) fn other_goes_on(is_main: bool, end: End) -> bool {
        match end {
            End::Exit | End::NullPointer => !is_main, // Really?
            End::ExitGroup => false,
        }
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::End;

    // ANCHOR: solution
    pub(super) fn other_goes_on(is_main: bool, end: End) -> bool {
        !is_main && end == End::Exit
    }
    // ANCHOR_END: solution
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// Calls `exit`.
    Exit,
    /// Calls `exit_group`.
    ExitGroup,
    /// Follows a pointer that was never set.
    NullPointer,
}

pub(super) fn check_start() {
    check(start::other_goes_on);
}

pub(super) fn check_solution() {
    check(solution::other_goes_on);
}

fn check(answer: fn(bool, End) -> bool) {
    for is_main in [true, false] {
        for end in [End::Exit, End::ExitGroup, End::NullPointer] {
            let ends = match end {
                End::Exit => "li a7, 93\n ecall",
                End::ExitGroup => "li a7, 94\n ecall",
                End::NullPointer => "lw a0, 0(zero)",
            };
            let (main, other) = if is_main {
                (ends, "j .")
            } else {
                ("j .", ends)
            };
            let text = format!(
                "_start: li a7, 220\n li a0, 0x10f00\n la a1, top\n ecall
                 beqz a0, other\n {main}\n other: {other}\n .bss\n .zero 64\n top:\n"
            );
            let program = Program::assemble("two", &text);
            let mut disk = Disk::default();
            disk.put(program.unwrap_or_else(|errors| panic!("{errors}")));
            let mut computer = Computer::boot(Settings {
                disk,
                ..Settings::default()
            });
            computer
                .start("two", Priority::NORMAL)
                .expect("there is room");
            computer.run_until(20_000);
            let other = if is_main { 2 } else { 1 };
            let goes_on = computer.thread(other).is_some();
            assert_eq!(answer(is_main, end), goes_on, "main: {is_main}, {end:?}");
        }
    }
}
