//! ELF files, made by hand: a header, program headers, and bytes.
//!
//! Source: System V ABI, "Object Files"; RISC-V ELF psABI.

pub(crate) const READ: u32 = 4;
pub(crate) const WRITE: u32 = 2;
pub(crate) const EXECUTE: u32 = 1;

const HEADER: usize = 52;
const PROGRAM_HEADER: usize = 32;

/// A program header, and the bytes that it is about.
#[derive(Clone, Debug)]
pub(crate) struct Segment {
    pub(crate) kind: u32,
    pub(crate) address: u32,
    pub(crate) bytes: Vec<u8>,
    pub(crate) size: u32,
    pub(crate) flags: u32,
}

/// PT_LOAD, with zeroes after the bytes up to `size`.
pub(crate) fn load(address: u32, bytes: &[u8], size: u32, flags: u32) -> Segment {
    Segment {
        kind: 1,
        address,
        bytes: bytes.to_vec(),
        size,
        flags,
    }
}

/// Exits with status 7.
pub(crate) const STOP: [u8; 12] = [
    0x13, 0x05, 0x70, 0x00, // li a0, 7
    0x93, 0x08, 0xd0, 0x05, // li a7, 93
    0x73, 0x00, 0x00, 0x00, // ecall
];

/// `STOP` at an address.
pub(crate) fn code(address: u32) -> Segment {
    load(address, &STOP, STOP.len() as u32, READ | EXECUTE)
}

/// An executable that begins at `entry`, and has these segments and no names.
pub(crate) fn executable(entry: u32, segments: &[Segment]) -> Vec<u8> {
    let mut file = Vec::new();
    file.extend(b"\x7fELF");
    // 32 bits, little-endian, version 1, and nine bytes of padding.
    file.extend([1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    let count = segments.len() as u16;
    halves(&mut file, &[2, 243]); // executable, for RISC-V
    words(&mut file, &[1, entry, HEADER as u32, 0, 0]); // version, entry, tables, flags
    halves(
        &mut file,
        &[HEADER as u16, PROGRAM_HEADER as u16, count, 0, 0, 0],
    );
    let mut offset = HEADER + segments.len() * PROGRAM_HEADER;
    for segment in segments {
        let Segment {
            kind,
            address,
            bytes,
            size,
            flags,
        } = segment;
        let (begin, length) = (offset as u32, bytes.len() as u32);
        words(
            &mut file,
            &[*kind, begin, *address, *address, length, *size],
        );
        words(&mut file, &[*flags, 1]);
        offset += bytes.len();
    }
    for segment in segments {
        file.extend(&segment.bytes);
    }
    file
}

/// The same file with another half, as long as it is.
pub(crate) fn with_half(mut file: Vec<u8>, offset: usize, half: u16) -> Vec<u8> {
    file[offset..offset + 2].copy_from_slice(&half.to_le_bytes());
    file
}

/// The same file with another word.
pub(crate) fn with_word(mut file: Vec<u8>, offset: usize, word: u32) -> Vec<u8> {
    file[offset..offset + 4].copy_from_slice(&word.to_le_bytes());
    file
}

/// Where a word of a program header is.
pub(crate) fn in_program_header(index: usize, word: usize) -> usize {
    HEADER + index * PROGRAM_HEADER + 4 * word
}

fn halves(file: &mut Vec<u8>, values: &[u16]) {
    file.extend(values.iter().flat_map(|value| value.to_le_bytes()));
}

fn words(file: &mut Vec<u8>, values: &[u32]) {
    file.extend(values.iter().flat_map(|value| value.to_le_bytes()));
}
