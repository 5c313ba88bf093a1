//! From what is on the command line to a program.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use kernel_sim::machine::asm::{Layout, assemble};
use kernel_sim::os::{Disk, Program, is_elf};

use crate::failure::Failure;

/// Neither the assembler nor the loader takes a longer file. It may have no end.
const MOST: u64 = (16 << 20) + 1;

/// The program of this name or in this file. What is odd in it is said on stderr.
///
/// A path has a `/` or a `.` in it. Where there is no such file, `hello.s` is the
/// program on the disk, as the programs themselves say. What kind of file it is, its
/// first bytes say, and not its name.
pub(crate) fn program(file: &str) -> Result<Program, Failure> {
    let path = Path::new(file);
    let is_path = file.contains(['/', '.']);
    let contents = match is_path.then(|| read(path)) {
        Some(Ok(contents)) => contents,
        Some(Err(error)) if error.kind() != io::ErrorKind::NotFound => {
            return Err(Failure::Unreadable(file.into(), error));
        }
        _ => on_disk(file)?.into(),
    };
    let name = path
        .file_stem()
        .unwrap_or(path.as_os_str())
        .to_string_lossy();
    let name = shown(&name);
    if is_elf(&contents) {
        let program = Program::from_elf(&name, &contents);
        return program.map_err(|error| Failure::BadElf(file.into(), error));
    }
    let image = assemble(file, &contents, Layout::default()).map_err(Failure::Wrong)?;
    for warning in &image.warnings {
        let _ = write!(io::stderr(), "{warning}");
    }
    let program = Program::new(&name, &String::from_utf8_lossy(&contents), image);
    Ok(program.expect("the assembler makes no images that cannot be loaded"))
}

/// A name that moves no cursor and changes no colour of the terminal that it is
/// printed on.
pub(crate) fn shown(name: &str) -> String {
    name.replace(char::is_control, "\u{fffd}")
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut contents = Vec::new();
    File::open(path)?.take(MOST).read_to_end(&mut contents)?;
    Ok(contents)
}

/// The text of the program of this name, with or without `.s`.
pub(crate) fn on_disk(file: &str) -> Result<&'static str, Failure> {
    let wanted = file.strip_suffix(".s").unwrap_or(file);
    let mut texts = Disk::texts();
    let found = texts.find(|(name, _)| *name == wanted);
    let found = found.ok_or_else(|| match Path::new(file).exists() {
        true => Failure::NoPath(file.into()),
        false => Failure::NoSuchProgram(file.into()),
    });
    found.map(|(_, text)| text)
}
