//! A program as it lies on the disk: bytes, a name, and where the bytes are to be
//! put. Nothing of it runs. Read next: `elf.rs`, then `disk.rs`.

use std::fmt;

use super::elf::{self, ElfError, Executable, Symbols};
use crate::machine::asm::{Block, Errors, Image, Inconsistent, Layout, assemble};
use crate::machine::isa::Instruction;
use crate::machine::memory::{Misplaced, Section};

/// A program that can be loaded, any number of times.
///
/// Its code is in memory once, however many processes execute it: nobody can write
/// to it.
// ANCHOR: program
#[derive(Clone)]
pub struct Program {
    name: String,
    source: Source,
    /// Where it begins.
    entry: u32,
    /// Code, and constants. All its processes have them in common.
    shared: Vec<Section>,
    /// Variables, as they are when a process begins.
    data: Vec<Block>,
}
// ANCHOR_END: program

/// What it was made of, as far as people want to know.
// ANCHOR: source
#[derive(Clone)]
enum Source {
    /// A text, which may be missing, and what the assembler has made of it.
    Assembly { text: String, image: Image },
    /// An ELF file.
    Elf(Symbols),
}
// ANCHOR_END: source

impl Program {
    /// Assembles a program. `name` is what its processes are called, and what
    /// errors call the file.
    ///
    /// # Errors
    ///
    /// All mistakes in the text.
    ///
    /// ```
    /// use kernel_sim::os::Program;
    ///
    /// let program = Program::assemble("stop", "_start: li a7, 93\n ecall\n")?;
    /// assert_eq!(program.name(), "stop");
    /// assert_eq!(program.image().unwrap().text.bytes.len(), 8);
    ///
    /// let errors = Program::assemble("wrong", "lx a0, 5\n").unwrap_err();
    /// assert_eq!(errors.all()[0].line, 1);
    /// # Ok::<(), kernel_sim::machine::asm::Errors>(())
    /// ```
    // ANCHOR: assemble
    pub fn assemble(name: &str, text: &str) -> Result<Program, Errors> {
        let image = assemble(name, text, Layout::default())?;
        let program = Program::new(name, text, image);
        Ok(program.expect("the assembler makes no images that cannot be loaded"))
    }
    // ANCHOR_END: assemble

    /// Makes a program of an image. `text` is what it was made of, if there is
    /// such a text.
    ///
    /// # Errors
    ///
    /// If the image's parts do not make sections, or the code cannot be where the
    /// image has it. Whether the other sections can be is seen when it is loaded.
    // ANCHOR: new
    pub fn new(name: &str, text: &str, image: Image) -> Result<Program, BadImage> {
        let code = image.code()?;
        Ok(Program {
            name: name.to_owned(),
            entry: image.entry,
            shared: vec![Section::code(code.address, &code.bytes)?],
            data: vec![image.data_and_bss()?],
            source: Source::Assembly {
                text: text.to_owned(),
                image,
            },
        })
    }
    // ANCHOR_END: new

    /// Makes a program of the bytes of an ELF file: a statically linked executable
    /// for RISC-V of 32 bits, as a compiler makes it.
    ///
    /// # Errors
    ///
    /// If it is something else, or damaged, or larger than 16 MiB; see
    /// [`ElfError`]. Whether it is in the way of the stack is seen when it is
    /// loaded.
    ///
    /// ```
    /// use kernel_sim::kernel::pcb::Priority;
    /// use kernel_sim::os::{Computer, Disk, Program, Settings};
    ///
    /// // From `kernel-sim/c/hello.c`.
    /// let file = include_bytes!("../../c/hello.elf");
    /// let mut disk = Disk::default();
    /// disk.put(Program::from_elf("hello", file)?);
    /// let mut computer = Computer::boot(Settings { disk, ..Settings::default() });
    /// computer.start("hello", Priority::NORMAL)?;
    /// computer.run();
    /// assert!(computer.console().text().starts_with("Hello from C"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    // ANCHOR: from_elf
    pub fn from_elf(name: &str, file: &[u8]) -> Result<Program, ElfError> {
        let Executable {
            entry,
            shared,
            data,
            symbols,
        } = elf::read(file)?;
        Ok(Program {
            name: name.to_owned(),
            source: Source::Elf(symbols),
            entry,
            shared,
            data,
        })
    }
    // ANCHOR_END: from_elf

    /// The same under another name, for a disk that has one of this name already.
    // ANCHOR: text
    pub fn renamed(mut self, name: &str) -> Program {
        self.name = name.to_owned();
        self
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text that it was made of. Empty if there is none.
    pub fn text(&self) -> &str {
        match &self.source {
            Source::Assembly { text, .. } => text,
            Source::Elf(_) => "",
        }
    }
    // ANCHOR_END: text

    /// What the assembler has made of it, unless it came as an ELF file.
    // ANCHOR: image
    pub fn image(&self) -> Option<&Image> {
        match &self.source {
            Source::Assembly { image, .. } => Some(image),
            Source::Elf(_) => None,
        }
    }

    /// Where it begins: the pc of its first instruction.
    pub fn entry(&self) -> u32 {
        self.entry
    }
    // ANCHOR_END: image

    /// What it shows, in a sentence: the first one of the comment at its head,
    /// without its name. Empty if it begins otherwise.
    ///
    /// ```
    /// use kernel_sim::os::Program;
    ///
    /// let text = "# stop: it ends at\n# once. Nothing else.\n_start: li a7, 93\n ecall\n";
    /// let program = Program::assemble("stop", text)?;
    /// assert_eq!(program.title(), "it ends at once.");
    /// # Ok::<(), kernel_sim::machine::asm::Errors>(())
    /// ```
    // ANCHOR: title
    pub fn title(&self) -> String {
        let head = self.text().lines().map_while(|line| line.strip_prefix('#'));
        let paragraph = head.map(str::trim).take_while(|line| !line.is_empty());
        let paragraph = paragraph.collect::<Vec<_>>().join(" ");
        let name = format!("{}: ", self.name);
        let words = paragraph.strip_prefix(&name).unwrap_or(&paragraph);
        let end = [". ", "? "]
            .iter()
            .filter_map(|stop| words.find(stop))
            .min();
        words[..end.map_or(words.len(), |end| end + 1)].to_owned()
    }
    // ANCHOR_END: title

    /// The sections that all its processes have in common.
    // ANCHOR: loadable
    pub(super) fn shared(&self) -> &[Section] {
        &self.shared
    }

    /// The bytes that each of its processes has a copy of.
    pub(super) fn data(&self) -> &[Block] {
        &self.data
    }

    /// How many these are.
    pub(super) fn data_size(&self) -> u64 {
        self.data.iter().map(|block| block.bytes.len() as u64).sum()
    }

    /// The address after its last byte.
    pub(super) fn end(&self) -> u32 {
        let shared = self.shared.iter().map(|section| section.extent().limit);
        let data = self.data.iter().map(Block::end);
        shared.chain(data).max().unwrap_or(0)
    }
    // ANCHOR_END: loadable

    /// The instruction that it has at this address, if it has one there.
    // ANCHOR: instruction_at
    pub fn instruction_at(&self, address: u32) -> Option<Instruction> {
        let mut sections = self.shared.iter();
        sections.find_map(|section| section.instruction_at(address))
    }
    // ANCHOR_END: instruction_at

    /// The last name at or in front of this address in the code, and how many bytes
    /// it is in front of it: for a program from a compiler, the function to which
    /// the instruction belongs.
    ///
    /// ```
    /// use kernel_sim::os::Program;
    ///
    /// let program = Program::assemble("stop", "_start: li a7, 93\n ecall\n")?;
    /// assert_eq!(program.symbol_at(0x1_0004), Some(("_start", 4)));
    /// assert_eq!(program.symbol_at(0x2_0000), None);
    /// # Ok::<(), kernel_sim::machine::asm::Errors>(())
    /// ```
    // ANCHOR: symbol_at
    pub fn symbol_at(&self, address: u32) -> Option<(&str, u32)> {
        self.instruction_at(address)?;
        match &self.source {
            Source::Elf(symbols) => symbols.at(address),
            Source::Assembly { image, .. } => {
                let mut labels = image.symbols.iter().rev().filter(|s| s.is_address);
                let label = labels.find(|label| label.value <= address)?;
                Some((&label.name, address - label.value))
            }
        }
    }
    // ANCHOR_END: symbol_at

    /// The number and the words of the line that has made what is at this
    /// address.
    ///
    /// ```
    /// use kernel_sim::os::Program;
    ///
    /// let program = Program::assemble("stop", "_start: li a7, 93\n ecall  # the end\n")?;
    /// assert_eq!(program.line_at(0x1_0004), Some((2, "ecall  # the end")));
    /// # Ok::<(), kernel_sim::machine::asm::Errors>(())
    /// ```
    // ANCHOR: line_at
    pub fn line_at(&self, address: u32) -> Option<(u32, &str)> {
        let Source::Assembly { text, image } = &self.source else {
            return None;
        };
        let number = image.line_at(address)?;
        let line = text.lines().nth(number as usize - 1)?;
        Some((number, line.trim()))
    }
    // ANCHOR_END: line_at
}

// ANCHOR: debug
impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Program({})", self.name)
    }
}
// ANCHOR_END: debug

/// Why an image is no program.
// ANCHOR: bad_image
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadImage {
    /// Its parts do not make sections.
    Inconsistent(Inconsistent),
    /// Its code cannot be where it is.
    Misplaced(Misplaced),
}
// ANCHOR_END: bad_image

// ANCHOR: from_bad
impl From<Inconsistent> for BadImage {
    fn from(inconsistent: Inconsistent) -> BadImage {
        BadImage::Inconsistent(inconsistent)
    }
}

impl From<Misplaced> for BadImage {
    fn from(misplaced: Misplaced) -> BadImage {
        BadImage::Misplaced(misplaced)
    }
}

impl fmt::Display for BadImage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadImage::Inconsistent(inconsistent) => inconsistent.fmt(f),
            BadImage::Misplaced(misplaced) => misplaced.fmt(f),
        }
    }
}
// ANCHOR_END: from_bad

impl std::error::Error for BadImage {}
