//! An executable file as compilers make it, and what of it becomes a program.
//! Read next: `elf/error.rs`, `elf/symbols.rs`; then `disk.rs`.
//!
//! An ELF file (Executable and Linkable Format) has two tables of contents. The
//! *section headers* are for linkers and debuggers; all that is used of them
//! here is the table of names. The *program headers* are for whoever starts the
//! program: each names a *segment*, a piece of the file, where in memory it
//! belongs, and what may be done with it there.
//!
//! ```text
//!   file                                      memory
//!  ┌─────────────────┐                       ┌──────────────┐
//!  │ ELF header      │                       │ zeroes       │ ─┐ .bss: p_memsz is
//!  ├─────────────────┤        RW-            │ data         │ ─┘ more than p_filesz
//!  │ program headers │      ┌──────────────▶ ├──────────────┤ p_vaddr
//!  ├─────────────────┤      │                │              │
//!  │ data            │ ─────┘                │              │
//!  ├─────────────────┤ p_offset R-X          ├──────────────┤
//!  │ code            │ ─────────────────────▶│ code         │
//!  ├─────────────────┤                       ├──────────────┤ p_vaddr
//!  │ names           │                       │              │
//!  └─────────────────┘                       └──────────────┘
//! ```
//!
//! The crate `elf` reads the tables. What they say is believed by nobody: each
//! number is checked here, before memory is made of it.
//!
//! Source: System V ABI, "Object Files" and "Program Loading"; RISC-V ELF psABI.

mod error;
mod symbols;

use std::ops::Range;

use ::elf::ElfBytes;
use ::elf::abi;
use ::elf::endian::AnyEndian;
use ::elf::file::Class;
use ::elf::segment::ProgramHeader;

use crate::machine::asm::Block;
use crate::machine::memory::{Permissions, Section, Segment};

pub use error::ElfError;
pub(super) use symbols::Symbols;

/// More bytes than this no file may have, and no program in memory: as much as
/// the assembler makes.
// ANCHOR: limits
pub(super) const MOST_BYTES: u64 = 16 << 20;

/// A linker makes two to five. Whoever looks for an address goes through all.
pub(super) const MOST_SEGMENTS: usize = 16;

/// Below is nothing, so that a pointer to zero finds nothing. Linux does not
/// let programs have these addresses either (`vm.mmap_min_addr`).
pub(super) const LOWEST: u32 = 0x1_0000;
// ANCHOR_END: limits

/// What a file has that can be loaded.
// ANCHOR: executable
#[derive(Debug)]
pub(super) struct Executable {
    /// Where it begins: in its code.
    pub(super) entry: u32,
    /// Code and constants, the code first.
    pub(super) shared: Vec<Section>,
    /// Variables as they are at the start, each block from a word on.
    pub(super) data: Vec<Block>,
    /// What places in the code are called.
    pub(super) symbols: Symbols,
}
// ANCHOR_END: executable

/// Whether these are the first bytes of an ELF file, whatever its name is.
///
/// ```
/// assert!(kernel_sim::os::is_elf(b"\x7fELF\x01\x01"));
/// assert!(!kernel_sim::os::is_elf(b"# ELF in words\n"));
/// ```
// ANCHOR: read
pub fn is_elf(file: &[u8]) -> bool {
    file.starts_with(&abi::ELFMAGIC)
}

/// Reads a file. What is not needed to run it may be damaged.
pub(super) fn read(file: &[u8]) -> Result<Executable, ElfError> {
    if !is_elf(file) {
        return Err(ElfError::NotElf);
    }
    if file.len() as u64 > MOST_BYTES {
        return Err(ElfError::FileTooLong { bytes: file.len() });
    }
    let elf = ElfBytes::<AnyEndian>::minimal_parse(file)?;
    check_kind(&elf)?;

    let parts = parts(&elf, file)?;
    check_overlap(&parts)?;

    let (shared, data) = sections(parts);
    Ok(Executable {
        entry: entry(elf.ehdr.e_entry, &shared)?,
        symbols: Symbols::read(&elf, &shared),
        shared,
        data,
    })
}
// ANCHOR_END: read

/// What all program headers make.
// ANCHOR: parts
fn parts(elf: &ElfBytes<'_, AnyEndian>, file: &[u8]) -> Result<Vec<Part>, ElfError> {
    let headers = elf.segments().into_iter().flatten();
    let headers: Vec<ProgramHeader> = headers.filter(|h| h.p_type == abi::PT_LOAD).collect();
    if headers.len() > MOST_SEGMENTS {
        let count = headers.len();
        return Err(ElfError::TooManySegments { count });
    }
    let mut parts = Vec::new();
    let mut total = 0;
    for header in headers {
        // Checked before anything is made of it.
        total += header.p_memsz;
        if total > MOST_BYTES {
            return Err(ElfError::TooLarge { bytes: total });
        }
        parts.extend(part(&header, file)?);
    }
    Ok(parts)
}
// ANCHOR_END: parts

/// Code and constants, and apart from them what each process has a copy of.
// ANCHOR: sections
fn sections(mut parts: Vec<Part>) -> (Vec<Section>, Vec<Block>) {
    let (mut shared, mut data) = (Vec::new(), Vec::new());
    // The CPU looks at the code most, and at what was placed first most quickly.
    parts.sort_by_key(|part| part.permissions != Permissions::ReadExecute);
    for Part { block, permissions } in parts {
        let section = match permissions {
            Permissions::ReadExecute => Section::code(block.address, &block.bytes),
            Permissions::Read => Section::constants(block.address, Segment::from(&block.bytes)),
            Permissions::ReadWrite => {
                data.push(block);
                continue;
            }
        };
        shared.push(section.expect("it begins at a word and ends in the address space"));
    }
    (shared, data)
}
// ANCHOR_END: sections

/// Whether this computer can execute such files at all.
// ANCHOR: check_kind
fn check_kind(elf: &ElfBytes<'_, AnyEndian>) -> Result<(), ElfError> {
    let header = &elf.ehdr;
    if header.class != Class::ELF32 {
        return Err(ElfError::Not32Bits);
    }
    if header.endianness != AnyEndian::Little {
        return Err(ElfError::BigEndian);
    }
    if header.e_machine != abi::EM_RISCV {
        return Err(ElfError::OtherMachine(header.e_machine));
    }
    let has = |kind| {
        let headers = elf.segments().into_iter().flatten();
        headers.map(|h| h.p_type).any(|p_type| p_type == kind)
    };
    match header.e_type {
        abi::ET_EXEC | abi::ET_DYN if has(abi::PT_INTERP) => return Err(ElfError::Dynamic),
        abi::ET_EXEC => {}
        abi::ET_DYN => return Err(ElfError::PositionIndependent),
        abi::ET_REL => return Err(ElfError::ObjectFile),
        other => return Err(ElfError::NoProgram(other)),
    }
    let flags = header.e_flags;
    if flags & abi::EF_RISCV_RVC != 0 {
        return Err(ElfError::Compressed);
    }
    if flags & abi::EF_RISCV_FLOAT_ABI_MASK != abi::EF_RISCV_FLOAT_ABI_SOFT {
        return Err(ElfError::FloatRegisters);
    }
    if flags & abi::EF_RISCV_RVE != 0 {
        return Err(ElfError::FewRegisters);
    }
    Ok(())
}
// ANCHOR_END: check_kind

/// A segment as it will be in memory, from a word on.
// ANCHOR: part
struct Part {
    block: Block,
    permissions: Permissions,
}

impl Part {
    fn range(&self) -> Range<u32> {
        self.block.address..self.block.end()
    }
}
// ANCHOR_END: part

/// What may be done with the segment. `None` if nothing may: then nobody can tell it from
/// nothing.
// ANCHOR: permissions
fn permissions(header: &ProgramHeader) -> Result<Option<Permissions>, ElfError> {
    let address = header.p_vaddr as u32;
    let [executable, writable, readable] =
        [abi::PF_X, abi::PF_W, abi::PF_R].map(|flag| header.p_flags & flag != 0);
    match (executable, writable, readable) {
        (true, true, _) => Err(ElfError::WritableCode { address }),
        (true, false, _) => Ok(Some(Permissions::ReadExecute)),
        (false, true, _) => Ok(Some(Permissions::ReadWrite)),
        (false, false, true) => Ok(Some(Permissions::Read)),
        (false, false, false) => Ok(None),
    }
}
// ANCHOR_END: permissions

/// What a program header makes, if it makes anything.
// ANCHOR: make_part
fn part(header: &ProgramHeader, file: &[u8]) -> Result<Option<Part>, ElfError> {
    let Some(permissions) = permissions(header)?.filter(|_| header.p_memsz > 0) else {
        return Ok(None);
    };
    let address = header.p_vaddr as u32;
    if header.p_filesz > header.p_memsz {
        return Err(ElfError::MoreInFile { address });
    }
    let (offset, align) = (header.p_offset, header.p_align);
    let fits =
        align <= 1 || align.is_power_of_two() && (header.p_vaddr ^ offset).is_multiple_of(align);
    if !fits {
        return Err(ElfError::Misaligned { address, align });
    }
    if address < LOWEST {
        return Err(ElfError::TooLow { address });
    }
    let bytes = header.p_memsz;
    if header.p_vaddr + bytes > u64::from(u32::MAX) {
        return Err(ElfError::TooHigh { address, bytes });
    }
    // A file this long would not have been read; so nothing is lost here.
    let (begin, length) = (offset as usize, header.p_filesz as usize);
    let contents = file.get(begin..).and_then(|rest| rest.get(..length));
    let contents = contents.ok_or(ElfError::CutOff { address })?;

    // Linux makes whole pages of it. Here it begins with the word in which its
    // first byte is.
    let base = address & !3;
    let mut bytes = vec![0; (address - base) as usize];
    bytes.extend(contents);
    bytes.resize((address - base) as usize + header.p_memsz as usize, 0);
    Ok(Some(Part {
        block: Block {
            address: base,
            bytes,
        },
        permissions,
    }))
}
// ANCHOR_END: make_part

// ANCHOR: overlap
fn check_overlap(parts: &[Part]) -> Result<(), ElfError> {
    let mut ranges: Vec<Range<u32>> = parts.iter().map(Part::range).collect();
    ranges.sort_by_key(|range| range.start);
    for pair in ranges.windows(2) {
        if pair[1].start < pair[0].end {
            return Err(ElfError::Overlap {
                low: pair[0].clone(),
                high: pair[1].clone(),
            });
        }
    }
    Ok(())
}
// ANCHOR_END: overlap

/// Where the program begins, if there is code.
// ANCHOR: entry
fn entry(entry: u64, shared: &[Section]) -> Result<u32, ElfError> {
    let address = entry as u32;
    let mut extents = shared.iter().map(Section::extent);
    let is_code = extents
        .any(|extent| extent.permissions == Permissions::ReadExecute && extent.contains(address));
    match is_code && address.is_multiple_of(4) {
        true => Ok(address),
        false => Err(ElfError::Entry { address }),
    }
}
// ANCHOR_END: entry
