//! GNU's assembler and linker, and what is in the file that they make.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use kernel_sim::machine::asm::{Image, Layout};

use crate::tools;

/// GNU's assembler and linker, if they are installed.
#[derive(Debug)]
pub(crate) struct Gnu {
    assembler: String,
    linker: String,
    folder: PathBuf,
}

/// A program, and what it consists of.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Made {
    pub(crate) entry: u32,
    /// Address and bytes of `.text`, `.rodata` and `.data`, as far as there is
    /// something in them.
    pub(crate) blocks: BTreeMap<String, (u32, Vec<u8>)>,
    /// Address and size of `.bss`, if there is something in it.
    pub(crate) bss: Option<(u32, u32)>,
}

const BLOCKS: [&str; 3] = [".text", ".rodata", ".data"];

impl Gnu {
    /// Without them, the test has nothing to compare with; see `tools`. `test`
    /// names the folder in which this test alone works.
    pub(crate) fn find(test: &str) -> Option<Gnu> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
        fs::create_dir_all(&folder).expect("cargo has made the folder above");
        Some(Gnu {
            assembler: tools::find_gnu("as")?,
            linker: tools::find_gnu("ld")?,
            folder,
        })
    }

    /// What GNU's tools make of a text, or what they say of it.
    pub(crate) fn make(&self, text: &str, layout: Layout) -> Result<Made, String> {
        let file = |end: &str| self.folder.join(format!("program.{end}"));
        let (source, object, program) = (file("s"), file("o"), file("elf"));
        fs::write(&source, text).unwrap();
        let run = |command: &mut Command| {
            let output = command.output().expect("it was there a moment ago");
            let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
            output.status.success().then_some(()).ok_or(complaint)
        };
        run(Command::new(&self.assembler)
            .args(["-march=rv32im", "-mabi=ilp32", "-o"])
            .args([&object, &source]))?;
        run(Command::new(&self.linker)
            .args(["-m", "elf32lriscv", "--no-relax", "--no-warnings"])
            .arg(format!("-Ttext={:#x}", layout.text))
            .arg(format!("-Tdata={:#x}", layout.data))
            .arg("-o")
            .args([&program, &object]))?;
        Ok(Made::from_elf(&fs::read(&program).unwrap()))
    }
}

impl Made {
    /// Reads an ELF file of 32 bits, the lowest byte first. Source: the ELF
    /// specification, "ELF Header" and "Section Header".
    fn from_elf(file: &[u8]) -> Made {
        let word = |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().unwrap());
        let half = |at: usize| u16::from_le_bytes(file[at..at + 2].try_into().unwrap());
        let headers = word(32) as usize;
        let header = |index: u16| headers + usize::from(index) * usize::from(half(46));
        let names = word(header(half(50)) + 16) as usize;

        let mut made = Made {
            entry: word(24),
            blocks: BTreeMap::new(),
            bss: None,
        };
        for at in (0..half(48)).map(header) {
            let name = &file[names + word(at) as usize..];
            let end = name.iter().position(|&byte| byte == 0).unwrap();
            let name = String::from_utf8_lossy(&name[..end]).into_owned();
            let [address, start, size] = [12, 16, 20].map(|field| word(at + field));
            if size > 0 && BLOCKS.contains(&&*name) {
                let bytes = file[start as usize..(start + size) as usize].to_vec();
                made.blocks.insert(name, (address, bytes));
            } else if size > 0 && name == ".bss" {
                made.bss = Some((address, size));
            }
        }
        made
    }

    /// The same of a program that this crate has made.
    pub(crate) fn from_image(image: &Image) -> Made {
        let blocks = BLOCKS
            .into_iter()
            .zip([&image.text, &image.rodata, &image.data])
            .filter(|(_, block)| !block.bytes.is_empty())
            .map(|(name, block)| (name.to_owned(), (block.address, block.bytes.clone())))
            .collect();
        Made {
            entry: image.entry,
            blocks,
            bss: (image.bss_size > 0).then_some((image.bss_address, image.bss_size)),
        }
    }

    /// The first difference, in words.
    pub(crate) fn difference(&self, other: &Made) -> Option<String> {
        if self == other {
            return None;
        }
        for name in BLOCKS {
            let (Some(one), Some(two)) = (self.blocks.get(name), other.blocks.get(name)) else {
                if self.blocks.contains_key(name) != other.blocks.contains_key(name) {
                    return Some(format!("{name} is only in one of them"));
                }
                continue;
            };
            if one.0 != two.0 {
                return Some(format!("{name} is at {:#x} or {:#x}", one.0, two.0));
            }
            let words =
                |bytes: &[u8]| -> Vec<Vec<u8>> { bytes.chunks(4).map(<[u8]>::to_vec).collect() };
            let (left, right) = (words(&one.1), words(&two.1));
            let same = left.iter().zip(&right).take_while(|(l, r)| l == r).count();
            if left != right {
                return Some(format!(
                    "{name} at {:#x}: {:02x?} or {:02x?}; {} or {} bytes",
                    one.0 as usize + 4 * same,
                    left.get(same),
                    right.get(same),
                    one.1.len(),
                    two.1.len(),
                ));
            }
        }
        Some(format!(
            "entry {:#x} or {:#x}, .bss {:x?} or {:x?}",
            self.entry, other.entry, self.bss, other.bss
        ))
    }
}
