//! A screen that says who has written each line.

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::os::{Computer, Console, Disk, Program, Settings};

/// What the reader begins with.
mod start {
    use super::Console;

    // ANCHOR: start
    // All lines that are complete, each with its process in front: "1: hello".
    pub(super) fn lines(console: &Console) -> Vec<String> {
        let mut lines = Vec::new();
        for write in console.writes() {
            let text = String::from_utf8_lossy(&write.bytes);
            lines.extend(text.lines().map(|line| format!("{}: {line}", write.pid)));
        }
        lines
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::Console;

    // ANCHOR: solution
    pub(super) fn lines(console: &Console) -> Vec<String> {
        let mut begun: Vec<(u64, Vec<u8>)> = Vec::new();
        let mut lines = Vec::new();
        for write in console.writes() {
            let found = begun.iter().position(|(pid, _)| *pid == write.pid);
            let index = found.unwrap_or_else(|| {
                begun.push((write.pid, Vec::new()));
                begun.len() - 1
            });
            let line = &mut begun[index].1;
            for &byte in &write.bytes {
                match byte {
                    b'\n' => {
                        let text = String::from_utf8_lossy(line);
                        lines.push(format!("{}: {text}", write.pid));
                        line.clear();
                    }
                    byte => line.push(byte),
                }
            }
        }
        lines
    }
    // ANCHOR_END: solution
}

type Answer = fn(&Console) -> Vec<String>;

pub(super) fn check_start() {
    check(start::lines);
}

pub(super) fn check_solution() {
    check(solution::lines);
}

/// Two processes write their lines in two halves each, and yield in between. The last
/// one has no end.
fn check(lines: Answer) {
    let say = |text: &str, length: u32| {
        format!(
            "li a7, 64\n li a0, 1\n la a1, {text}\n li a2, {length}\n ecall
            li a7, 124\n ecall\n"
        )
    };
    let text = format!(
        "_start: {}{}{}{} li a7, 93\n li a0, 0\n ecall
        .data\n good: .ascii \"good \"\n day: .ascii \"day\\n\"",
        say("good", 5),
        say("day", 4),
        say("good", 9),
        say("good", 5),
    );
    let mut disk = Disk::default();
    disk.put(Program::assemble("halves", &text).expect("it is right"));
    let mut computer = Computer::boot(Settings {
        disk,
        ..Settings::default()
    });
    for _ in 0..2 {
        let pid = computer.start("halves", Priority::NORMAL);
        pid.expect("there is room");
    }
    computer.run();
    let expected = ["1: good day", "2: good day"].repeat(2);
    assert_eq!(lines(computer.console()), expected);
}
