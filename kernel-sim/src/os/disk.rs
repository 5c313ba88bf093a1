//! Where programs lie before anybody has started them. Read next: `process.rs`.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::program::Program;

/// Programs by name.
///
/// ```
/// use kernel_sim::os::{Disk, Program};
///
/// let mut disk = Disk::default();
/// disk.put(Program::assemble("stop", "_start: li a7, 93\n ecall\n")?);
/// assert_eq!(disk.get("stop").unwrap().name(), "stop");
/// assert!(disk.get("go").is_none());
/// # Ok::<(), kernel_sim::machine::asm::Errors>(())
/// ```
// ANCHOR: disk
#[derive(Clone, Debug, Default)]
pub struct Disk {
    files: BTreeMap<String, File>,
}

#[derive(Clone, Debug)]
enum File {
    /// What somebody has put here.
    Program(Rc<Program>),
    /// What comes with this crate, and is assembled when somebody asks for it.
    Text {
        name: &'static str,
        text: &'static str,
        program: OnceCell<Rc<Program>>,
    },
}

impl File {
    fn program(&self) -> &Rc<Program> {
        match self {
            File::Program(program) => program,
            File::Text {
                name,
                text,
                program,
            } => program.get_or_init(|| match Program::assemble(name, text) {
                Ok(program) => Rc::new(program),
                Err(errors) => unreachable!("a test assembles all of them:\n{errors}"),
            }),
        }
    }
}
// ANCHOR_END: disk

impl Disk {
    /// The disk that comes with this crate: all programs of
    /// `kernel-sim/programs`, each named for its idea. Each is assembled when
    /// it is first asked for.
    ///
    /// ```
    /// use kernel_sim::os::Disk;
    ///
    /// let disk = Disk::built_in();
    /// let hello = disk.get("hello").unwrap();
    /// assert_eq!(hello.title(), "a program lies on the disk as bytes.");
    /// ```
    // ANCHOR: built_in
    pub fn built_in() -> Disk {
        let files = Disk::texts().map(|(name, text)| {
            let program = OnceCell::new();
            let file = File::Text {
                name,
                text,
                program,
            };
            (name.to_owned(), file)
        });
        Disk {
            files: files.collect(),
        }
    }
    // ANCHOR_END: built_in

    /// The names and the texts of the programs that come with this crate, by
    /// name.
    // ANCHOR: find
    pub fn texts() -> impl Iterator<Item = (&'static str, &'static str)> {
        TEXTS.iter().copied()
    }

    /// Puts a program on the disk, in the place of the one of that name.
    pub fn put(&mut self, program: Program) {
        let name = program.name().to_owned();
        self.files.insert(name, File::Program(Rc::new(program)));
    }

    /// The program of that name.
    pub fn get(&self, name: &str) -> Option<&Rc<Program>> {
        self.files.get(name).map(File::program)
    }

    /// All programs, by name.
    pub fn programs(&self) -> impl Iterator<Item = &Rc<Program>> {
        self.files.values().map(File::program)
    }
    // ANCHOR_END: find
}

/// Names, and the files of these names.
// ANCHOR: texts
macro_rules! texts {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!("../../programs/", $name, ".s")))),*]
    };
}

static TEXTS: &[(&str, &str)] = texts! {
    "bad_pointer" "bits" "breakpoint" "bubble_sort" "division" "exec" "execute_data" "exit_code"
    "factorial" "family" "fibonacci" "global_variables" "heap_growth" "heap_limit" "hello"
    "hexdump" "illegal_instruction" "infinite_loop" "ipc_message_queue" "ipc_pipe"
    "ipc_shared_memory" "ipc_socket" "jump_table" "kill" "long_loop" "main_ends" "memory_map"
    "message_queue" "misaligned_load" "mutex" "null_pointer" "orphan" "pid" "pipe" "pipe_ring"
    "primes" "race" "registers" "shared_memory" "sleeper" "socket" "stack_frames"
    "stack_overflow" "strings" "sum_loop" "tab_crashing" "tab_living" "threads_share"
    "unknown_call" "write_to_code" "yield_ping" "yield_pong" "zombie"
};
// ANCHOR_END: texts
