//! Writes the broken copies of the files that ship, and the tests that say
//! which model notices: see `mutations.rs`.

mod mutations;

use std::env;
use std::fs;
use std::path::Path;

use mutations::{CORE_BOUND, INBOX, JOIN, Mutation};

fn main() {
    let mut tests = String::new();
    for (file, shipped, mutations) in [
        ("join", "runtime/src/join.rs", JOIN),
        ("inbox", "runtime/src/inbox.rs", INBOX),
        ("core_bound", "runtime/src/sync/core_bound.rs", CORE_BOUND),
    ] {
        println!("cargo::rerun-if-changed={shipped}");
        let shipped = fs::read_to_string(shipped).expect("the file is there");
        for mutation in mutations {
            tests += &test(file, &shipped, mutation);
        }
    }
    println!("cargo::rerun-if-changed=tests/loom");
    let out = env::var_os("OUT_DIR").expect("cargo sets it");
    fs::write(Path::new(&out).join("twins.rs"), tests).expect("it can be written");
}

/// The test of one broken copy. If there is nothing to break, it is the test
/// that does not compile, and nothing else.
fn test(file: &str, shipped: &str, mutation: &Mutation) -> String {
    let Mutation {
        name,
        text,
        becomes,
        model,
        report,
    } = mutation;
    let found = shipped.matches(text).count();
    if found != 1 {
        return format!(
            "compile_error!({:?});\n",
            format!(
                "the mutation {name} in tests/loom/mutations breaks a text that is in {file}.rs \
                 {found} times instead of once: {text}"
            )
        );
    }
    let copy = shipped.replace(text, becomes);
    let out = env::var("OUT_DIR").expect("cargo sets it");
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let path = format!("{out}/{file}_{name}.rs");
    fs::write(&path, copy).expect("it can be written");
    format!(
        "mod {file}_{name} {{\n\
             #[path = {path:?}]\n\
             mod {file};\n\
             #[path = \"{root}/tests/loom/{file}_models.rs\"]\n\
             mod models;\n\
             #[test]\n\
             fn is_noticed() {{\n\
                 crate::explore::assert_fails(models::{model}, {report:?});\n\
             }}\n\
         }}\n"
    )
}
