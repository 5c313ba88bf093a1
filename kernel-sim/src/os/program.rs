//! A program as it lies on the disk: bytes, a name, and where the bytes are to be
//! put. Nothing of it runs. Read next: `disk.rs`.

use std::fmt;

use crate::machine::asm::{Block, Errors, Image, Inconsistent, Layout, assemble};
use crate::machine::isa::Instruction;
use crate::machine::memory::{Misplaced, Section};

/// A program that can be loaded, any number of times.
///
/// Its code is in memory once, however many processes execute it: nobody can write
/// to it.
#[derive(Clone)]
pub struct Program {
    name: String,
    /// What it was made of, for people. May be empty.
    text: String,
    image: Image,
    code: Section,
    /// As it is when a process begins.
    data: Block,
}

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
    /// assert_eq!(program.image().text.bytes.len(), 8);
    ///
    /// let errors = Program::assemble("wrong", "lx a0, 5\n").unwrap_err();
    /// assert_eq!(errors.all()[0].line, 1);
    /// # Ok::<(), kernel_sim::machine::asm::Errors>(())
    /// ```
    pub fn assemble(name: &str, text: &str) -> Result<Program, Errors> {
        let image = assemble(name, text, Layout::default())?;
        let program = Program::new(name, text, image);
        Ok(program.expect("the assembler makes no images that cannot be loaded"))
    }

    /// Makes a program of an image. `text` is what it was made of, if there is
    /// such a text.
    ///
    /// # Errors
    ///
    /// If the image's parts do not make sections, or the code cannot be where the
    /// image has it. Whether the other sections can be is seen when it is loaded.
    pub fn new(name: &str, text: &str, image: Image) -> Result<Program, BadImage> {
        Ok(Program {
            name: name.to_owned(),
            text: text.to_owned(),
            code: Section::code(image.text.address, &image.code()?.bytes)?,
            data: image.data_and_bss()?,
            image,
        })
    }

    /// The same under another name, for a disk that has one of this name already.
    pub fn renamed(mut self, name: &str) -> Program {
        self.name = name.to_owned();
        self
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it was made of.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its bytes, and where they are to be put.
    pub fn image(&self) -> &Image {
        &self.image
    }

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
    pub fn title(&self) -> String {
        let head = self.text.lines().map_while(|line| line.strip_prefix('#'));
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

    /// The section that all its processes have in common.
    pub(super) fn code(&self) -> Section {
        self.code.clone()
    }

    /// The bytes that each of its processes has a copy of.
    pub(super) fn data(&self) -> &Block {
        &self.data
    }

    /// The instruction that it has at this address, if it has one there.
    pub fn instruction_at(&self, address: u32) -> Option<Instruction> {
        let offset = address.checked_sub(self.image.text.address)? as usize;
        let word = self.image.text.bytes.get(offset..)?.first_chunk()?;
        Instruction::decode(u32::from_le_bytes(*word))
    }

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
    pub fn line_at(&self, address: u32) -> Option<(u32, &str)> {
        let number = self.image.line_at(address)?;
        let line = self.text.lines().nth(number as usize - 1)?;
        Some((number, line.trim()))
    }
}

impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Program({})", self.name)
    }
}

/// Why an image is no program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadImage {
    /// Its parts do not make sections.
    Inconsistent(Inconsistent),
    /// Its code cannot be where it is.
    Misplaced(Misplaced),
}

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

impl std::error::Error for BadImage {}
