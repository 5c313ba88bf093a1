//! The simulated computer: a program in assembly for each thread.

use std::fmt::Write as _;

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::os::{Computer, Disk, Limits, Outcome, Program, Settings};

use crate::script::{Act, Script, UNIT};

pub(crate) fn run(scripts: &[Script]) {
    let mut disk = Disk::default();
    for script in scripts {
        let program = Program::assemble(script.name, &assembly(script));
        disk.put(program.unwrap_or_else(|errors| panic!("{errors}")));
    }
    let mut computer = Computer::boot(Settings {
        disk,
        limits: Limits {
            // Somebody may sleep for hours.
            ticks: u64::MAX,
            ..Limits::default()
        },
        ..Settings::default()
    });
    for Script { name, .. } in scripts {
        computer
            .start(name, Priority::NORMAL)
            .expect("there is room");
    }
    assert_eq!(computer.run(), Outcome::Ended);
}

fn assembly(script: &Script) -> String {
    let mut code = String::from(".globl _start\n_start:\n");
    let mut data = String::from(".section .rodata\n.align 2\n");
    for (index, act) in script.acts.iter().enumerate() {
        match act {
            Act::Yield => code.push_str("li a7, 124\n ecall\n"),
            Act::Sleep(units) => {
                let _ = write!(code, "li a7, 101\n la a0, time_{index}\n ecall\n");
                let time = UNIT * *units;
                let (seconds, nanos) = (time.as_secs(), time.subsec_nanos());
                let _ = writeln!(data, "time_{index}: .word {seconds}, {nanos}");
            }
        }
    }
    code + "li a7, 93\n li a0, 0\n ecall\n" + &data
}
