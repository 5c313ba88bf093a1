//! `ksim asm`: which bytes the lines of a program have become.

use std::io::Write;
use std::path::Path;

use crate::args::AsmArgs;
use crate::failure::Failure;
use crate::{files, outputs};

pub(crate) fn asm(args: &AsmArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let program = files::program(&args.file)?;
    let paths = [
        Some(Path::new(&args.file)),
        args.text.as_deref(),
        args.data.as_deref(),
    ];
    outputs::check(paths.into_iter().flatten())?;
    let image = program.image();
    let image = image.ok_or_else(|| Failure::NoText(args.file.clone()))?;
    let blocks = [
        (&args.text, image.code()),
        (&args.data, image.data_and_bss()),
    ];
    for (path, block) in blocks {
        if let Some(path) = path {
            let block = block.expect("the assembler has made it");
            outputs::write(path, &block.bytes)?;
        }
    }
    write!(out, "{}", image.listing(program.text()))?;
    Ok(())
}
