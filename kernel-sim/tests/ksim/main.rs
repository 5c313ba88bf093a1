//! `ksim` prints what `tests/ksim/expected` has, byte by byte and on every run:
//! one file for each command line below, with what goes to stdout and stderr and
//! with the exit code, if it is not 0.
//!
//! `BLESS=1 cargo test -p kernel-sim --test ksim` writes these files anew.

#![cfg(feature = "cli")]

mod command;
mod figures;
mod files;
mod pipes;
mod prices;
mod told;

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use command::{Ended, ksim};

/// The name of the file, and the arguments.
const RECORDED: &[(&str, &str)] = &[
    // The commands.
    ("run_hello", "run hello"),
    ("run_tabs", "run tab_crashing.s tab_living.s"),
    ("run_trace", "run yield_ping yield_pong --trace"),
    (
        "run_sleeper",
        "run sleeper long_loop --trace --quantum 2000 --max-ticks 8000",
    ),
    ("run_pid", "run pid pid pid --quantum 20"),
    ("run_quantum", "run long_loop long_loop --quantum 50"),
    (
        "run_priority",
        "run long_loop sum_loop --policy priority --priorities 10,20",
    ),
    (
        "run_max_ticks",
        "run infinite_loop sum_loop --max-ticks 20000",
    ),
    (
        "run_faults",
        "run null_pointer illegal_instruction breakpoint stack_overflow misaligned_load execute_data write_to_code",
    ),
    (
        "run_half_lines",
        "run tests/ksim/files/half_lines.s tests/ksim/files/half_lines.s",
    ),
    (
        "run_half_lines_trace",
        "run tests/ksim/files/half_lines.s tests/ksim/files/half_lines.s --trace",
    ),
    (
        "run_no_exit",
        "run tests/ksim/files/no_exit.s tests/ksim/files/into_rodata.s",
    ),
    ("run_letters", "run tests/ksim/files/letters.s"),
    (
        "run_same_name",
        "run tests/ksim/files/other/odd.s tests/ksim/files/odd.s",
    ),
    ("run_calls", "run pipe socket --calls"),
    ("run_calls_futex", "run threads_share unknown_call --calls"),
    ("run_deadlock", "run pipe_ring hello"),
    ("run_kill", "run kill"),
    ("run_exec", "run exec"),
    ("run_many", "run tests/ksim/files/many.s"),
    ("run_different", "run tests/ksim/files/different.s"),
    (
        "run_gantt",
        "run sleeper long_loop pid --policy srt --estimates 200,300000,300 --max-ticks 9000 --gantt --metrics",
    ),
    (
        "run_ignored_list",
        "run exit_code hello --policy sjf --weights 1,2",
    ),
    (
        "run_arrivals",
        "run pid sum_loop family --arrivals 3000,0,1500 --quantum 100 --gantt",
    ),
    (
        "run_weights",
        "run infinite_loop infinite_loop --policy stride --weights 100,300 --max-ticks 40000 --metrics",
    ),
    (
        "run_deadlines",
        "run sum_loop sum_loop sum_loop --policy edf --deadlines 0,5000,3000 --gantt",
    ),
    ("ps_arrivals", "ps sum_loop pid --arrivals 0,2000 --at 500"),
    ("step_pipe", "step pipe --count 60"),
    ("ps_family", "ps zombie threads_share pipe_ring --at 30000"),
    ("ps_zombie", "ps zombie --at 9000"),
    ("ps_after_the_end", "ps exit_code hello --at 9000"),
    ("ps_deadlock", "ps pipe_ring --at 90000"),
    ("maps_in_a_call", "maps zombie --at 8000"),
    ("maps_shared", "maps shared_memory --at 12000"),
    ("step_factorial", "step factorial --count 45"),
    ("step_switch", "step pid pid --quantum 30 --count 40"),
    ("step_sleeper", "step sleeper --count 40"),
    ("step_fault", "step null_pointer --count 10"),
    ("ps_at_0", "ps sleeper long_loop exit_code"),
    (
        "ps_at_2000",
        "ps sleeper long_loop exit_code null_pointer --at 2000",
    ),
    ("maps_at_0", "maps heap_growth"),
    ("maps_at_2500", "maps heap_growth exit_code --at 2500"),
    ("maps_bss", "maps global_variables"),
    ("maps_stack", "maps stack_frames --at 250"),
    ("elf_run", "run c/hello.elf c/sort.elf -- pear fig apple"),
    ("elf_crash", "run c/crash.elf hello"),
    ("elf_step", "step c/crash.elf --count 160"),
    ("elf_ps", "ps c/heap.elf c/sort.elf --at 3000"),
    ("elf_maps", "maps c/heap.elf --at 9000"),
    ("asm_hello", "asm hello"),
    ("asm_jump_table", "asm programs/jump_table.s"),
    ("programs", "programs"),
    ("programs_registers", "programs registers"),
    // The demonstrations.
    ("demo_program_to_process", "demo program-to-process"),
    ("demo_tabs", "demo tabs"),
    ("demo_pcb", "demo pcb"),
    ("demo_context_switch", "demo context-switch"),
    ("demo_threads_share", "demo threads-share"),
    ("demo_race", "demo race"),
    ("demo_zombies", "demo zombies"),
    ("demo_ipc", "demo ipc"),
    ("demo_deadlock", "demo deadlock"),
    ("demo_policies", "demo policies"),
    ("demo_overhead", "demo overhead"),
    // The help.
    ("help", "--help"),
    ("help_none", ""),
    ("help_run", "run --help"),
    ("help_step", "step --help"),
    ("help_ps", "ps --help"),
    ("help_maps", "maps --help"),
    ("help_asm", "asm --help"),
    ("help_programs", "programs --help"),
    ("help_demo", "demo --help"),
    // What is refused.
    ("wrong_program", "run tests/ksim/files/wrong.s"),
    ("wrong_elf", "asm c/hello.elf"),
    ("wrong_name", "run helo"),
    ("wrong_path", "run ./helo.s"),
    ("wrong_directory", "asm tests/ksim/"),
    (
        "wrong_output",
        "asm hello --text tests/ksim/no_such_folder/text",
    ),
    ("wrong_quantum", "run hello --quantum 0"),
    ("wrong_policy", "run hello --policy fair"),
    ("wrong_priority", "run hello --priorities 32"),
    ("wrong_priorities", "run hello --priorities 1,2"),
    ("wrong_weight", "run hello --weights 0"),
    ("wrong_weights", "run hello --weights 1,2"),
    ("wrong_deadline", "run hello --deadlines soon"),
    ("wrong_figures", "demo tabs --svg tabs.svg"),
    (
        "wrong_same_output",
        "run hello --svg target/hello --csv target/hello",
    ),
    ("wrong_demo", "demo tab"),
    ("wrong_command", "walk hello"),
    ("wrong_no_file", "run"),
];

/// Where longer lines than a hundred characters are in order: the trace is that of
/// both machines, the text of a program is as it is, and clap lists the names of all
/// demonstrations in one line.
const LONG: [&str; 6] = [
    "wrong_demo",
    "run_trace",
    "run_half_lines_trace",
    "run_sleeper",
    "asm_",
    "demo_program_to_process",
];

/// A first run of that, for all tests together.
fn once(args: &'static str) -> &'static Ended {
    static RUNS: Mutex<BTreeMap<&str, &Ended>> = Mutex::new(BTreeMap::new());
    let mut runs = RUNS.lock().unwrap_or_else(PoisonError::into_inner);
    runs.entry(args)
        .or_insert_with(|| Box::leak(Box::new(ksim(args))))
}

#[test]
fn ksim_prints_what_is_recorded() {
    let wrong: Vec<String> = RECORDED
        .iter()
        .filter_map(|(name, args)| check(name, args).err())
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn nothing_is_recorded_that_is_not_asked_for() {
    let entries = fs::read_dir(folder()).expect("it can be read");
    let files: BTreeSet<String> = entries
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .into_string()
                .expect("UTF-8")
        })
        .collect();
    let names = RECORDED.iter().map(|(name, _)| format!("{name}.txt"));
    for file in files.difference(&names.collect()) {
        match blessing() {
            true => fs::remove_file(folder().join(file)).expect("it is there"),
            false => panic!("expected/{file} belongs to no command line"),
        }
    }
}

#[test]
fn two_runs_print_the_same() {
    for (_, args) in RECORDED {
        assert_eq!(&ksim(args), once(args), "{args}");
    }
}

#[test]
fn lines_fit_into_a_hundred_columns() {
    for (name, args) in RECORDED {
        if LONG.iter().any(|long| name.starts_with(long)) {
            continue;
        }
        let Ended { stdout, stderr, .. } = once(args);
        for line in stdout.lines().chain(stderr.lines()) {
            assert!(line.chars().count() <= 100, "ksim {args}:\n{line}");
        }
    }
}

#[test]
fn exit_codes_are_as_the_help_says() {
    for (name, args) in RECORDED {
        let expected = match *name {
            "wrong_program" | "wrong_elf" | "wrong_name" | "wrong_path" | "wrong_directory"
            | "wrong_output" => 1,
            "help_none" => 2,
            name if name.starts_with("wrong_") => 2,
            _ => 0,
        };
        let Ended {
            code,
            stdout,
            stderr,
        } = once(args);
        assert_eq!(*code, expected, "ksim {args}");
        match expected {
            0 => assert!(!stdout.is_empty()),
            _ => assert!(stdout.is_empty() && !stderr.is_empty()),
        }
    }
}

/// Compares with the file, or writes it.
fn check(name: &str, args: &'static str) -> Result<(), String> {
    let Ended {
        code,
        stdout,
        stderr,
    } = once(args);
    let mut printed = format!("$ ksim {args}\n{stdout}");
    if !stderr.is_empty() {
        printed += &format!("[stderr]\n{stderr}");
    }
    if *code != 0 {
        printed += &format!("[exit code {code}]\n");
    }
    let path = folder().join(format!("{name}.txt"));
    if blessing() {
        return fs::write(path, printed).map_err(|error| format!("{name}: {error}"));
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    if printed == expected {
        return Ok(());
    }
    let lines = printed.lines().zip(expected.lines());
    let number = lines
        .take_while(|(found, expected)| found == expected)
        .count();
    let line = |text: &str| text.lines().nth(number).unwrap_or("(no line)").to_owned();
    Err(format!(
        "expected/{name}.txt, line {}:\n  expected {}\n  found    {}\n\
         if what was found is right: BLESS=1 cargo test -p kernel-sim --test ksim",
        number + 1,
        line(&expected),
        line(&printed),
    ))
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ksim/expected")
}

fn blessing() -> bool {
    env::var_os("BLESS").is_some_and(|bless| bless == "1")
}
