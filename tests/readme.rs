//! The README shows what really happens: its output is compared with a run of
//! the command above it, and every file that it links to is there.

use std::fs;
use std::path::Path;
use std::process::Command;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn readme() -> String {
    fs::read_to_string(Path::new(ROOT).join("README.md")).unwrap()
}

/// The contents of the code blocks in `language`.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let opening = format!("```{language}\n");
    let after = text.split(&opening).skip(1);
    after
        .map(|block| block.split("```").next().unwrap().to_owned())
        .collect()
}

#[test]
fn the_first_command_prints_what_the_readme_shows() {
    let readme = readme();
    let command = &blocks(&readme, "console")[0];
    let shown = &blocks(&readme, "text")[0];
    let command = command.strip_prefix("$ ").unwrap().trim();
    let output = Command::new("sh")
        .args(["-c", &format!("{command} 2>&1")])
        .current_dir(ROOT)
        .env_remove("RUST_BACKTRACE")
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    if std::env::var_os("BLESS").is_some() {
        let blessed = readme.replace(shown, &printed);
        fs::write(Path::new(ROOT).join("README.md"), blessed).unwrap();
        return;
    }
    assert_eq!(
        &printed, shown,
        "README.md shows something else; to renew it: BLESS=1 cargo test --test readme"
    );
}

#[test]
fn every_file_that_the_readme_links_to_is_there() {
    let readme = readme();
    let links = readme.split("](").skip(1);
    let mut folder = Path::new(ROOT).to_owned();
    for link in links.map(|rest| rest.split(')').next().unwrap()) {
        if link.starts_with("http") || link.starts_with('#') {
            continue;
        }
        folder = Path::new(ROOT).join(link);
        assert!(
            folder.exists(),
            "README.md links to {link}, which is not there"
        );
    }
    assert_ne!(folder, Path::new(ROOT), "there are links to check");
}

#[test]
fn no_page_has_a_gap() {
    for page in ["README.md", "docs/performance.md", "docs/checking.md"] {
        let text = fs::read_to_string(Path::new(ROOT).join(page)).unwrap();
        let gap = text.lines().find(|line| {
            let word = line.trim();
            word.len() > 3 && word.chars().all(|c| c.is_ascii_uppercase())
        });
        assert_eq!(gap, None, "{page} still has to be filled in");
    }
}
