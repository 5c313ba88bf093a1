//! `ksim programs`: what is on the disk.

use std::io::Write;

use kernel_sim::os::Disk;

use crate::failure::Failure;
use crate::files;
use crate::table::{Align, Table, wrapped};

/// How wide the right column is.
const WIDTH: usize = 78;

/// A line for each program.
pub(crate) fn list(out: &mut dyn Write) -> Result<(), Failure> {
    let columns = [("program", Align::Left), ("what it shows", Align::Left)];
    let mut table = Table::new(&columns);
    for program in Disk::built_in().programs() {
        let mut name = program.name();
        for line in wrapped(&program.title(), WIDTH) {
            table.row(vec![name.into(), line]);
            name = "";
        }
    }
    write!(out, "{}", table.text())?;
    writeln!(
        out,
        "\n`ksim programs PROGRAM` prints the text of one, and `ksim run PROGRAM` runs it."
    )?;
    Ok(())
}

/// The text of one.
pub(crate) fn text(name: &str, out: &mut dyn Write) -> Result<(), Failure> {
    out.write_all(files::on_disk(name)?.as_bytes())?;
    Ok(())
}
