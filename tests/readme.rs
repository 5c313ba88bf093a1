//! The README shows what really happens: its output is compared with a run of
//! the command above it, and every file that it links to is there.

use std::fs;
use std::path::Path;
use std::process::Command;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn readme() -> String {
    fs::read_to_string(Path::new(ROOT).join("README.md")).unwrap()
}

/// The languages and the contents of all code blocks.
fn blocks(text: &str) -> Vec<(&str, &str)> {
    let inside = text.split("```").skip(1).step_by(2);
    inside
        .map(|block| block.split_once('\n').unwrap())
        .collect()
}

/// The commands that have a text block behind them, and that.
fn shown_commands(text: &str) -> Vec<(&str, &str)> {
    let blocks = blocks(text);
    let pairs = blocks.windows(2);
    let shown = pairs.filter_map(|pair| match pair {
        [("console", command), ("text", shown)] => Some((*command, *shown)),
        _ => None,
    });
    shown.collect()
}

#[test]
fn the_commands_print_what_the_readme_shows() {
    let readme = readme();
    let commands = shown_commands(&readme);
    assert_eq!(commands.len(), 2, "one for each machine");
    let mut renewed = readme.clone();
    for (command, shown) in commands {
        let printed = printed_by(command);
        match std::env::var_os("BLESS") {
            Some(_) => renewed = renewed.replace(shown, &printed),
            None => assert_eq!(
                printed, shown,
                "README.md shows something else; to renew it: BLESS=1 cargo test --test readme"
            ),
        }
    }
    if renewed != readme {
        fs::write(Path::new(ROOT).join("README.md"), renewed).unwrap();
    }
}

fn printed_by(command: &str) -> String {
    let command = command.strip_prefix("$ ").unwrap().trim();
    let output = Command::new("sh")
        .args(["-c", &format!("{command} 2>&1")])
        .current_dir(ROOT)
        .env_remove("RUST_BACKTRACE")
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
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
