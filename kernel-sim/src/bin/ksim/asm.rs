//! `ksim asm`: which bytes the lines of a program have become.

use std::fs;
use std::io::Write;
use std::path::Path;

use crate::args::AsmArgs;
use crate::failure::Failure;
use crate::files;

pub(crate) fn asm(args: &AsmArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let program = files::program(&args.file)?;
    let paths = [
        Some(Path::new(&args.file)),
        args.text.as_deref(),
        args.data.as_deref(),
    ];
    let paths: Vec<&Path> = paths.into_iter().flatten().collect();
    for (index, path) in paths.iter().enumerate() {
        if paths[..index].iter().any(|other| is_same(path, other)) {
            return Err(Failure::InTheWay(path.display().to_string()));
        }
    }
    let image = program.image();
    let image = image.ok_or_else(|| Failure::NoText(args.file.clone()))?;
    let blocks = [
        (&args.text, image.code()),
        (&args.data, image.data_and_bss()),
    ];
    for (path, block) in blocks {
        if let Some(path) = path {
            let block = block.expect("the assembler has made it");
            write(path, &block.bytes)?;
        }
    }
    write!(out, "{}", image.listing(program.text()))?;
    Ok(())
}

/// Whether two paths lead to the same file, there already or not.
fn is_same(a: &Path, b: &Path) -> bool {
    match (fs::canonicalize(a), fs::canonicalize(b)) {
        (Ok(a), Ok(b)) => a == b,
        _ => a == b,
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let written = fs::write(path, bytes);
    written.map_err(|error| Failure::Unwritable(path.display().to_string(), error))
}
