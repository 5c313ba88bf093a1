//! What GNU's tools have made of the texts in `corpus/`, and of the programs in
//! `programs/`, is written down beside the former. So the comparison runs
//! everywhere.
//!
//! Where the tools are installed, it is made again and compared, too. To write
//! it down anew:
//!
//! ```text
//! BLESS=1 REQUIRE_BINUTILS=1 cargo test -p kernel-sim --test assembler recorded
//! ```

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use kernel_sim::machine::asm::{Layout, assemble};

use crate::gnu::{Gnu, Made};

/// The texts, and where the record of each is.
fn texts() -> Vec<(PathBuf, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let records = root.join("tests/assembler/corpus");
    let mut texts: Vec<_> = [records.clone(), root.join("programs")]
        .iter()
        .flat_map(|folder| fs::read_dir(folder).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "s"))
        .map(|text| {
            let record = records.join(text.file_stem().unwrap());
            (text, record.with_extension("hex"))
        })
        .collect();
    texts.sort();
    texts
}

/// One line for each section with its address, then its words, eight a line.
/// `* 5` stands for five more lines like the one above.
fn record(made: &Made) -> String {
    let mut record = format!("entry {:08x}\n", made.entry);
    for (name, (address, bytes)) in &made.blocks {
        writeln!(record, "{name} {address:08x} {} bytes", bytes.len()).unwrap();
        for same in bytes.chunks(32).collect::<Vec<_>>().chunk_by(|a, b| a == b) {
            let words = same[0].chunks(4).map(|word| {
                let digits = word.iter().rev().map(|byte| format!("{byte:02x}"));
                String::from_iter(digits)
            });
            let words: Vec<String> = words.collect();
            writeln!(record, "{}", words.join(" ")).unwrap();
            if same.len() > 1 {
                writeln!(record, "* {}", same.len() - 1).unwrap();
            }
        }
    }
    if let Some((address, size)) = made.bss {
        writeln!(record, ".bss {address:08x} {size} bytes").unwrap();
    }
    record
}

fn made_here(path: &Path, text: &str) -> Made {
    let name = path.file_name().unwrap().to_string_lossy();
    match assemble(&name, text, Layout::default()) {
        Ok(image) => Made::from_image(&image),
        Err(errors) => panic!("{errors}"),
    }
}

#[test]
fn the_bytes_are_those_that_gnu_has_made() {
    if std::env::var_os("BLESS").is_some() {
        return;
    }
    let texts = texts();
    assert!(texts.len() >= 40, "texts are missing");
    for (path, record_path) in texts {
        let text = fs::read_to_string(&path).unwrap();
        let recorded = fs::read_to_string(&record_path)
            .unwrap_or_else(|error| panic!("{}: {error}", record_path.display()));
        let here = record(&made_here(&path, &text));
        assert_eq!(here, recorded, "{}", path.display());
    }
}

#[test]
fn gnu_makes_the_same_again() {
    let Some(gnu) = Gnu::find("recorded") else {
        return;
    };
    let bless = std::env::var_os("BLESS").is_some();
    for (path, record_path) in texts() {
        let text = fs::read_to_string(&path).unwrap();
        let made = gnu
            .make(&text, Layout::default())
            .unwrap_or_else(|complaint| panic!("{}: {complaint}", path.display()));
        if bless {
            fs::write(&record_path, record(&made)).unwrap();
        }
        let recorded = fs::read_to_string(&record_path).unwrap_or_default();
        assert_eq!(record(&made), recorded, "{}", path.display());
        if let Some(difference) = made.difference(&made_here(&path, &text)) {
            panic!("{}: GNU's or ours: {difference}", path.display());
        }
    }
}
