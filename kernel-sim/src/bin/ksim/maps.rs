//! `ksim maps`: the memory of each process as a picture.

use std::io::Write;

use kernel_sim::machine::asm::Layout;
use kernel_sim::machine::isa::Register;
use kernel_sim::machine::memory::{Extent, SectionName};
use kernel_sim::os::{Computer, Report, Thread, Trace, USER_END};

use crate::args::AtArgs;
use crate::failure::Failure;
use crate::machine;
use crate::ps::another_tick;
use kernel_sim::schedule::grouped;

pub(crate) fn maps(args: &AtArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let mut computer = machine::computer(&args.machine, Trace::Log)?;
    let outcome = computer.run_until(args.at);
    if let Some(why) = another_tick(&computer, args.at, &outcome) {
        writeln!(out, "({why})\n")?;
    }
    let reports = computer.reports();
    // All threads of a process have the same memory.
    for report in reports.iter().filter(|report| report.pid == report.process) {
        map(&computer, report, out)?;
        writeln!(out)?;
    }
    if reports
        .iter()
        .all(|report| report.program.image().is_none())
    {
        return Ok(());
    }
    let Layout { text, data } = Layout::default();
    writeln!(
        out,
        "GNU's tools make the same bytes at the same addresses with\n  \
         as -march=rv32im -mabi=ilp32 FILE.s -o FILE.o\n  \
         ld -m elf32lriscv --no-relax -Ttext={text:#x} -Tdata={data:#x} FILE.o -o FILE"
    )?;
    Ok(())
}

/// The picture of one process.
pub(crate) fn map(
    computer: &Computer,
    report: &Report,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let (name, pid) = (report.program.name(), report.pid);
    let tick = grouped(computer.now());
    let Some(process) = computer.thread(pid) else {
        let end = report.death.map_or(String::new(), |death| death.short());
        writeln!(
            out,
            "{name} ({pid}) at tick {tick}: has ended ({end}), and has no memory"
        )?;
        return Ok(());
    };
    writeln!(out, "{name} ({pid}) at tick {tick}\n")?;
    let mut extents: Vec<Extent> = process
        .memory()
        .sections()
        .map(|section| section.extent())
        .collect();
    // From the highest address down; an empty heap is above what ends there.
    extents.sort_by_key(|extent| std::cmp::Reverse((extent.base, extent.limit)));

    line(out, 0xffff_ffff, '┌', '┐', "")?;
    row(out, "the kernel", "", "")?;
    let mut above = USER_END;
    line(out, USER_END, '├', '┤', "")?;
    for extent in extents {
        if extent.limit < above {
            nothing(out, above - extent.limit)?;
            line(out, extent.limit, '├', '┤', pointer(extent))?;
        }
        section(out, report, process, extent)?;
        above = extent.base;
        line(out, extent.base, '├', '┤', "")?;
    }
    nothing(out, above)?;
    line(out, 0, '└', '┘', "")
}

/// What a limit is called that the process can move.
fn pointer(extent: Extent) -> &'static str {
    match extent.name {
        SectionName::Heap => "◀ the break",
        _ => "",
    }
}

fn section(
    out: &mut dyn Write,
    report: &Report,
    process: &Thread,
    extent: Extent,
) -> Result<(), Failure> {
    let size = extent.limit - extent.base;
    let image = report.program.image();
    let registers = process.registers();
    let (name, notes) = match extent.name {
        SectionName::Code => {
            let parts = image.map_or(Vec::new(), |image| {
                vec![
                    (image.text.bytes.len(), ".text"),
                    (image.rodata.bytes.len(), ".rodata"),
                ]
            });
            let pc = extent.contains(registers.pc);
            let pc = pc.then(|| format!("pc is at {:#010x}", registers.pc));
            ("code", vec![parts_of(size, &parts), pc.unwrap_or_default()])
        }
        SectionName::Constants => ("constants", vec![bytes(size)]),
        SectionName::Data => {
            let parts = image.map_or(Vec::new(), |image| {
                vec![
                    (image.data.bytes.len(), ".data"),
                    (image.bss_size as usize, ".bss"),
                ]
            });
            ("data", vec![parts_of(size, &parts)])
        }
        SectionName::Heap => ("heap     ▲", vec![bytes(size)]),
        SectionName::Stack => {
            let sp = registers.get(Register::SP);
            let used = match extent.limit.checked_sub(sp) {
                Some(used) if used <= size => format!("{} in use", grouped(used)),
                _ => "sp is elsewhere".into(),
            };
            let sp = format!("sp is at {sp:#010x}");
            ("stack    ▼", vec![format!("{}, {used}", bytes(size)), sp])
        }
        SectionName::Shared => ("shared", vec![bytes(size)]),
    };
    let mut name = name;
    let mut permissions = extent.permissions.to_string();
    for note in notes.iter().filter(|note| !note.is_empty()) {
        row(out, name, &permissions, note)?;
        name = "";
        permissions.clear();
    }
    Ok(())
}

fn bytes(count: u32) -> String {
    match count {
        1 => "1 byte".into(),
        _ => format!("{} bytes", grouped(count)),
    }
}

/// `43 bytes: 28 .text, 15 .rodata`, where the parts are known.
fn parts_of(size: u32, parts: &[(usize, &str)]) -> String {
    let parts = parts.iter().filter(|(length, _)| *length > 0);
    let parts = parts.map(|(length, name)| format!("{} {name}", grouped(*length as u64)));
    match parts.collect::<Vec<_>>().join(", ") {
        parts if parts.is_empty() => bytes(size),
        parts => format!("{}: {parts}", bytes(size)),
    }
}

fn nothing(out: &mut dyn Write, size: u32) -> Result<(), Failure> {
    row(out, "nothing", "", &amount(size))
}

/// In the largest unit of which there is at least one, rounded down.
fn amount(size: u32) -> String {
    match size {
        _ if size >= 1 << 20 => format!("{} MiB", grouped(u64::from(size) >> 20)),
        _ if size >= 1 << 10 => format!("{} KiB", size >> 10),
        _ => bytes(size),
    }
}

const INSIDE: usize = 18;

fn line(
    out: &mut dyn Write,
    address: u32,
    left: char,
    right: char,
    note: &str,
) -> Result<(), Failure> {
    let rule = "─".repeat(INSIDE);
    let line = format!("  {address:#010x} {left}{rule}{right} {note}");
    writeln!(out, "{}", line.trim_end())?;
    Ok(())
}

fn row(out: &mut dyn Write, name: &str, permissions: &str, note: &str) -> Result<(), Failure> {
    let line = format!("{:13}│ {name:<11} {permissions:<4} │  {note}", "");
    writeln!(out, "{}", line.trim_end())?;
    Ok(())
}
