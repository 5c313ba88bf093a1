//! A mistake is the end of the process that makes it, with a reason, and nothing
//! to the others.

use kernel_sim::kernel::pcb::Priority;
use kernel_sim::machine::asm::{Layout, assemble};
use kernel_sim::machine::memory::{Access, SectionName, Why};
use kernel_sim::os::{
    Computer, Death, DeathKind, Disk, Limits, Outcome, Program, Settings, StartError,
};

use crate::support::{computer, disk, end_of};

fn death_of(text: &str) -> Death {
    let mut computer = computer(Settings::default(), &[("dies", text)]);
    assert_eq!(computer.run(), Outcome::Ended);
    let report = computer.report(1).unwrap();
    assert_eq!(report.account.faults, 1);
    report.death.unwrap()
}

#[test]
fn a_death_says_section_address_access_and_where() {
    let death = death_of("nop\n la t0, _start\n sw zero, 4(t0)");
    let DeathKind::Fault(fault) = death.kind else {
        panic!("{death}");
    };
    assert_eq!(death.pc, 0x1_000c);
    assert_eq!(fault.address, 0x1_0004);
    assert_eq!(fault.access, Access::Write);
    assert_eq!(fault.section().unwrap().name, SectionName::Code);
    assert!(matches!(fault.why, Why::Forbidden(_)));
}

#[test]
fn each_kind_of_mistake_has_its_own_death() {
    let kind = |text| death_of(text).kind;
    assert_eq!(kind("ebreak"), DeathKind::Breakpoint);
    assert_eq!(kind(".word 0"), DeathKind::IllegalInstruction(0));
    assert!(matches!(kind("lw a0, 0(zero)"), DeathKind::Fault(_)));
    // Behind the last instruction is nothing.
    assert!(matches!(kind("nop"), DeathKind::Fault(_)));
}

#[test]
fn the_others_live_on_as_if_nothing_had_been() {
    let living = "
        li s0, 1000
    1:  addi s0, s0, -1
        bnez s0, 1b
        li a7, EXIT
        li a0, 7
        ecall
    ";
    let alone = {
        let mut computer = computer(Settings::default(), &[("living", living)]);
        computer.run();
        computer.report(1).unwrap()
    };
    for mistake in ["lw a0, 0(zero)", "ebreak", ".word 0", "j _start - 4"] {
        let programs = [("dies", mistake), ("living", living), ("dies too", mistake)];
        let mut computer = computer(Settings::default(), &programs);
        assert_eq!(computer.run(), Outcome::Ended);
        let report = computer.report(2).unwrap();
        assert_eq!(report.death.unwrap(), alone.death.unwrap());
        assert_eq!(report.account.user(), alone.account.user());
        assert!(
            computer
                .report(1)
                .unwrap()
                .death
                .unwrap()
                .status()
                .is_none()
        );
        assert!(
            computer
                .report(3)
                .unwrap()
                .death
                .unwrap()
                .status()
                .is_none()
        );
    }
}

/// The same program twice: the variable of the one is not that of the other.
#[test]
fn two_processes_of_a_program_have_two_of_each_variable() {
    let text = "
        li s1, 3
    1:  lw t0, count
        addi t0, t0, 1
        sw t0, count, t1
        li a7, SCHED_YIELD
        ecall
        addi s1, s1, -1
        bnez s1, 1b
        lw a0, count
        li a7, EXIT
        ecall
        .data
    count: .word 0
    ";
    let mut computer = Computer::boot(Settings {
        disk: disk(&[("counter", text)]),
        ..Settings::default()
    });
    for _ in 0..2 {
        computer.start("counter", Priority::NORMAL).unwrap();
    }
    computer.run();
    assert_eq!(end_of(&computer, 1), "exit 3");
    assert_eq!(end_of(&computer, 2), "exit 3");
}

#[test]
fn the_stack_has_the_size_that_was_asked_for() {
    let text = "
    1:  addi sp, sp, -16
        sw zero, 0(sp)
        j 1b
    ";
    for (asked, size) in [(1, 512), (1000, 1008), (8192, 8192)] {
        let limits = Limits {
            stack: asked,
            ..Limits::default()
        };
        let settings = Settings {
            limits,
            ..Settings::default()
        };
        let mut computer = computer(settings, &[("deep", text)]);
        computer.run();
        let death = computer.report(1).unwrap().death.unwrap();
        let DeathKind::Fault(fault) = death.kind else {
            panic!("{death}");
        };
        assert_eq!(fault.address, 0x8000_0000 - size - 16);
        assert!(death.to_string().ends_with(", which may have overflowed"));
    }
}

#[test]
fn a_program_that_cannot_be_loaded_is_no_process() {
    let layout = |text, data| Layout { text, data };
    let low = 0x1_0000;
    let text = "_start: nop\n .data\n .zero 64";
    let start = |layout| {
        let image = assemble("odd", text, layout).unwrap();
        let mut disk = Disk::default();
        disk.put(Program::new("odd", text, image).unwrap());
        let mut computer = Computer::boot(Settings {
            disk,
            ..Settings::default()
        });
        let result = computer.start("odd", Priority::NORMAL);
        assert_eq!(computer.kernel().len(), usize::from(result.is_ok()));
        result
    };
    assert_eq!(start(layout(low, 0x2_0000)), Ok(1));
    for data in [0x7fff_c000, 0x7fff_bfc4, 0x8000_0000, 0xffff_ff00] {
        let end = data + 64;
        assert_eq!(start(layout(low, data)), Err(StartError::InTheWay { end }));
    }
    let end = 0x8000_0004;
    let above = layout(0x8000_0000, 0x2_0000);
    assert_eq!(start(above), Err(StartError::InTheWay { end }));
    // Up to the stack, so that the heap can begin there and not grow.
    assert_eq!(start(layout(low, 0x7fff_bfc0)), Ok(1));
}

#[test]
fn nobody_is_started_for_whom_there_is_no_memory() {
    let limits = Limits {
        memory: 40_000,
        ..Limits::default()
    };
    let mut computer = Computer::boot(Settings {
        disk: disk(&[("small", "li a7, EXIT\n ecall")]),
        limits,
        ..Settings::default()
    });
    assert_eq!(computer.start("small", Priority::NORMAL), Ok(1));
    assert_eq!(computer.start("small", Priority::NORMAL), Ok(2));
    let error = computer.start("small", Priority::NORMAL).unwrap_err();
    let (wanted, free) = (16_384, 40_000 - 2 * 16_384);
    assert_eq!(error, StartError::NoMemory { wanted, free });
    computer.run();
    // The number was not spent in vain.
    assert_eq!(computer.start("small", Priority::NORMAL), Ok(3));
}
