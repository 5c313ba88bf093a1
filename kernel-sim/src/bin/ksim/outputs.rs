//! Files that a command writes, and never over one that it reads or writes too.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::failure::Failure;

/// Where figures go, besides the screen.
#[derive(Clone, Debug, Args)]
pub(crate) struct OutputArgs {
    /// Draw the figures into this file, for a browser
    #[arg(long, value_name = "OUT")]
    pub(crate) svg: Option<PathBuf>,

    /// Write the numbers into this file, for a spreadsheet
    #[arg(long, value_name = "OUT")]
    pub(crate) csv: Option<PathBuf>,
}

impl OutputArgs {
    pub(crate) fn is_empty(&self) -> bool {
        self.svg.is_none() && self.csv.is_none()
    }

    /// None is one of the files that are read, nor are both the same.
    pub(crate) fn check(&self, read: &[String]) -> Result<(), Failure> {
        let written = self.svg.iter().chain(&self.csv).map(PathBuf::as_path);
        // The same file may be read twice.
        for file in read {
            check(written.clone().chain([Path::new(file)]))?;
        }
        check(written)
    }

    /// Draws, if that is wanted.
    pub(crate) fn write_svg(&self, draw: impl FnOnce() -> String) -> Result<(), Failure> {
        match &self.svg {
            Some(path) => write(path, draw().as_bytes()),
            None => Ok(()),
        }
    }

    /// Writes a table with this head, if that is wanted.
    pub(crate) fn write_csv<const N: usize>(
        &self,
        head: [&str; N],
        rows: impl IntoIterator<Item = [String; N]>,
    ) -> Result<(), Failure> {
        let Some(path) = &self.csv else {
            return Ok(());
        };
        let mut table = csv::Writer::from_writer(Vec::new());
        let all_fine = "memory takes what is written";
        table.write_record(head).expect(all_fine);
        for row in rows {
            table.write_record(row).expect(all_fine);
        }
        write(path, &table.into_inner().expect(all_fine))
    }
}

/// No two of these paths lead to the same file.
pub(crate) fn check<'a>(paths: impl Iterator<Item = &'a Path>) -> Result<(), Failure> {
    let paths: Vec<&Path> = paths.collect();
    for (index, path) in paths.iter().enumerate() {
        if paths[..index].iter().any(|other| is_same(path, other)) {
            return Err(Failure::InTheWay(path.display().to_string()));
        }
    }
    Ok(())
}

/// Whether two paths lead to the same file, there already or not.
fn is_same(a: &Path, b: &Path) -> bool {
    match (fs::canonicalize(a), fs::canonicalize(b)) {
        (Ok(a), Ok(b)) => a == b,
        _ => a == b,
    }
}

pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let written = fs::write(path, bytes);
    written.map_err(|error| Failure::Unwritable(path.display().to_string(), error))
}
