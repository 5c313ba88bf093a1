//! Files in and files out.

use std::fs;
use std::path::PathBuf;

use kernel_sim::machine::asm::{Layout, assemble};
use kernel_sim::os::Disk;

use crate::command::{command, ksim};

/// A folder of this test's own.
pub(crate) fn folder(test: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(test);
    fs::create_dir_all(&folder).expect("it can be made");
    folder
}

#[test]
fn the_bytes_that_asm_writes_are_those_that_are_loaded() {
    let folder = folder("asm_writes");
    for (name, text) in Disk::texts() {
        let [code, data] = ["text", "data"].map(|kind| folder.join(format!("{name}.{kind}")));
        let output = command("asm")
            .args([name.as_ref(), "--text".as_ref(), code.as_os_str()])
            .args(["--data".as_ref(), data.as_os_str()])
            .output()
            .expect("it can be started");
        assert!(output.status.success(), "{name}");
        let image = assemble(name, text, Layout::default()).expect("it is right");
        assert_eq!(
            fs::read(code).unwrap(),
            image.code().unwrap().bytes,
            "{name}"
        );
        assert_eq!(
            fs::read(data).unwrap(),
            image.data_and_bss().unwrap().bytes,
            "{name}"
        );
    }
}

#[test]
fn nothing_is_written_over_that_is_read_or_written_by_the_same_command() {
    let folder = folder("over");
    let source = folder.join("mine.s");
    fs::write(&source, "_start: j _start\n").expect("it can be written");
    let (source, other) = (source.display(), folder.join("out").display().to_string());
    for outputs in [
        format!("--text {source}"),
        format!("--text {other} --data {other}"),
    ] {
        let ended = ksim(&format!("asm {source} {outputs}"));
        assert_eq!(ended.code, 2, "{outputs}");
        assert!(
            ended.stderr.contains("would be written over"),
            "{}",
            ended.stderr
        );
    }
    assert_eq!(fs::read(source.to_string()).unwrap(), b"_start: j _start\n");
}

#[test]
fn a_file_whose_name_is_no_path_is_told_apart_from_one_that_is_not_there() {
    let ended = ksim("run src");
    assert_eq!(ended.code, 1);
    assert!(
        ended.stderr.ends_with("with a / in it: ./src\n"),
        "{}",
        ended.stderr
    );
}

#[test]
fn a_copy_of_a_program_from_the_disk_runs_as_the_one_on_the_disk() {
    let copy = folder("copy").join("hello.s");
    fs::write(&copy, ksim("programs hello").stdout).expect("it can be written");
    let copied = ksim(&format!("run {}", copy.display()));
    assert_eq!(copied, ksim("run hello"));
}

/// A file that is no text at all, and one that has no end.
#[test]
fn files_that_are_no_programs_are_refused() {
    let noise = folder("noise").join("noise.s");
    let bytes: Vec<u8> = (0..10_000_u32).map(|i| ((i * i) >> 3) as u8).collect();
    fs::write(&noise, bytes).expect("it can be written");
    let mut files = vec![noise.display().to_string()];
    if cfg!(target_os = "linux") {
        files.push("/dev/zero".into());
    }
    for file in files {
        for kind in ["run", "asm", "step", "maps", "ps"] {
            let ended = ksim(&format!("{kind} {file}"));
            assert_eq!(ended.code, 1, "{kind} {file}");
            assert!(ended.stderr.contains("error"), "{}", ended.stderr);
            assert_eq!(ended.stdout, "");
        }
    }
}

/// Warnings go to stderr, and the program runs.
#[test]
fn what_is_odd_in_a_program_is_said() {
    let ended = ksim("run tests/ksim/files/odd.s");
    assert_eq!(ended.code, 0);
    assert!(ended.stderr.contains("odd.s:") && ended.stderr.contains("warning"));
    assert!(ended.stdout.contains("exit 3"));
}

/// The first bytes say what a file is, and not its name.
#[test]
fn an_executable_may_be_called_anything() {
    let folder = folder("executables");
    let file = fs::read("c/hello.elf").expect("it is part of the sources");
    for name in ["hello.s", "hello", "hello.c"] {
        let path = folder.join(name);
        fs::write(&path, &file).expect("it can be written");
        let ended = ksim(&format!("run {} -- again", path.display()));
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        assert!(ended.stdout.contains("I am called hello."));
        assert!(ended.stdout.contains("Argument 1 is again."));
    }
}

#[test]
fn an_executable_for_another_computer_is_refused_with_what_to_do() {
    let path = folder("compressed").join("hello.elf");
    let mut file = fs::read("c/hello.elf").expect("it is part of the sources");
    file[36] = 1;
    fs::write(&path, &file).expect("it can be written");
    for command in ["run", "step", "ps", "maps", "asm"] {
        let ended = ksim(&format!("{command} {}", path.display()));
        assert_eq!(ended.code, 1);
        assert!(ended.stderr.contains("-march=rv32im"), "{}", ended.stderr);
    }
}
