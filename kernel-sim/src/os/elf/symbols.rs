//! What places in a program's code are called. For people: a program without
//! names, or with a damaged table of them, runs all the same. Read next: `disk.rs`.

use ::elf::ElfBytes;
use ::elf::abi;
use ::elf::endian::AnyEndian;
use ::elf::symbol::Symbol;

use crate::machine::memory::{Permissions, Section};

/// Names of places in code, by address, one for each place.
// ANCHOR: symbols
#[derive(Clone, Debug, Default)]
pub(crate) struct Symbols(Vec<(u32, String)>);
// ANCHOR_END: symbols

/// So many symbols are looked at, and so long names are taken. A table can say
/// that each name is the rest of the file.
// ANCHOR: read
const MOST: usize = 1 << 16;
const LONGEST: usize = 128;

impl Symbols {
    /// The names that a file has for places in these sections.
    pub(super) fn read(elf: &ElfBytes<'_, AnyEndian>, sections: &[Section]) -> Symbols {
        let mut found = found(elf, sections).unwrap_or_default();
        found.sort();
        found.dedup_by_key(|place| place.address);
        let places = found.into_iter().map(|place| (place.address, place.name));
        Symbols(places.collect())
    }

    /// The name of the last place that is not behind `address`, and how many
    /// bytes it is in front of it.
    pub(crate) fn at(&self, address: u32) -> Option<(&str, u32)> {
        let after = self.0.partition_point(|(place, _)| *place <= address);
        let (place, name) = &self.0[after.checked_sub(1)?];
        Some((name, address - place))
    }
}
// ANCHOR_END: read

/// In the order in which they are preferred.
// ANCHOR: found
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    address: u32,
    is_no_function: bool,
    is_local: bool,
    name: String,
}

/// `None` if there is no table, or one that cannot be read.
fn found(elf: &ElfBytes<'_, AnyEndian>, sections: &[Section]) -> Option<Vec<Place>> {
    let headers = elf.section_headers()?;
    let table = headers.iter().find(|h| h.sh_type == abi::SHT_SYMTAB)?;
    let names = headers.get(table.sh_link as usize).ok()?;
    let (names, _) = elf.section_data(&names).ok()?;
    let (symbols, _) = elf.symbol_table().ok()??;
    let places = symbols.iter().take(MOST);
    Some(
        places
            .filter_map(|symbol| place(&symbol, names, sections))
            .collect(),
    )
}
// ANCHOR_END: found

// ANCHOR: place
fn place(symbol: &Symbol, names: &[u8], sections: &[Section]) -> Option<Place> {
    // A function, or a label of a text in assembly.
    let is_function = symbol.st_symtype() == abi::STT_FUNC;
    let is_label = symbol.st_symtype() == abi::STT_NOTYPE;
    let is_place = symbol.st_shndx != abi::SHN_UNDEF && symbol.st_shndx != abi::SHN_ABS;
    let address = u32::try_from(symbol.st_value).ok()?;
    let mut extents = sections.iter().map(Section::extent);
    let is_code = extents.any(|e| e.permissions == Permissions::ReadExecute && e.contains(address));
    if !(is_function || is_label) || !is_place || !is_code {
        return None;
    }
    let name = names.get(symbol.st_name as usize..)?;
    let length = name.iter().take(LONGEST + 1).position(|&byte| byte == 0)?;
    let name = std::str::from_utf8(&name[..length]).ok()?;
    // `$x` and the like say for debuggers what kind of bytes follow.
    let is_for_people = !name.is_empty() && !name.starts_with('$');
    if !is_for_people || name.contains(char::is_control) {
        return None;
    }
    Some(Place {
        address,
        is_no_function: !is_function,
        is_local: symbol.st_bind() == abi::STB_LOCAL,
        name: name.to_owned(),
    })
}
// ANCHOR_END: place
