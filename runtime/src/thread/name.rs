//! What a thread is called, and by what it was called before.
//!
//! `Thread::name` hands out a `&str`, as std's does, and yet a thread can be
//! renamed while somebody reads the old name. So a name is a chain: renaming
//! adds a link and changes none. Reading takes no lock, which the message
//! about a stack overflow, written in a signal handler, relies on.

use std::fmt;
use std::panic::Location;
use std::sync::OnceLock;

/// All names that a thread has had, the first one first.
#[derive(Debug)]
pub(crate) struct Name {
    first: FirstName,
    renamed: OnceLock<Box<Link>>,
}

#[derive(Debug)]
enum FirstName {
    Given(Box<str>),
    /// `Thread-N (function)`, put together when somebody asks.
    Default {
        number: u64,
        function: Function,
        text: OnceLock<Box<str>>,
    },
}

#[derive(Debug)]
struct Link {
    text: Box<str>,
    renamed: OnceLock<Box<Link>>,
}

/// What a thread runs, for its default name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Function {
    /// As `std::any::type_name` gives it.
    pub(crate) type_name: &'static str,
    /// Where the thread was made, which tells one closure from another.
    pub(crate) made_at: &'static Location<'static>,
}

impl Name {
    pub(crate) fn given(text: String) -> Self {
        Self {
            first: FirstName::Given(text.into()),
            renamed: OnceLock::new(),
        }
    }

    pub(crate) fn default(number: u64, function: Function) -> Self {
        Self {
            first: FirstName::Default {
                number,
                function,
                text: OnceLock::new(),
            },
            renamed: OnceLock::new(),
        }
    }

    /// The name that counts: the last one. Takes a step for each renaming.
    pub(crate) fn get(&self) -> &str {
        match (self.last_link(), &self.first) {
            (Some(link), _) => &link.text,
            (None, FirstName::Given(text)) => text,
            (
                None,
                FirstName::Default {
                    number,
                    function,
                    text,
                },
            ) => text.get_or_init(|| format!("Thread-{number} ({function})").into()),
        }
    }

    /// Writes the name without taking a lock or memory, for signal handlers.
    pub(crate) fn write_to(&self, out: &mut impl fmt::Write) -> fmt::Result {
        match (self.last_link(), &self.first) {
            (Some(link), _) => out.write_str(&link.text),
            (None, FirstName::Given(text)) => out.write_str(text),
            (
                None,
                FirstName::Default {
                    number, function, ..
                },
            ) => write!(out, "Thread-{number} ({function})"),
        }
    }

    /// Adds a name. The old ones stay until the thread and its handles are gone.
    pub(crate) fn set(&self, text: String) {
        let mut link = Box::new(Link {
            text: text.into(),
            renamed: OnceLock::new(),
        });
        let mut end = &self.renamed;
        while let Err(back) = end.set(link) {
            link = back;
            end = &end.get().expect("it was not empty").renamed;
        }
    }

    fn last_link(&self) -> Option<&Link> {
        let first = self.renamed.get()?;
        let mut links = std::iter::successors(Some(first), |link| link.renamed.get());
        links.by_ref().last().map(|link| &**link)
    }
}

/// The function's own name without its path; for a closure, where it was made.
impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.type_name.ends_with("{{closure}}") {
            let (file, line) = (self.made_at.file(), self.made_at.line());
            return write!(f, "closure at {file}:{line}");
        }
        // Type parameters have paths of their own: `f::<alloc::string::String>`.
        let path = self.type_name.split('<').next().unwrap_or_default();
        let path = path.trim_end_matches("::");
        f.write_str(path.rsplit("::").next().unwrap_or(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn function(type_name: &'static str) -> String {
        let made_at = Location::caller();
        Function { type_name, made_at }.to_string()
    }

    #[test]
    fn a_function_is_named_without_its_path_and_type_parameters() {
        assert_eq!(function("hello::sub_thread"), "sub_thread");
        assert_eq!(function("a::b::f<alloc::string::String>"), "f");
        assert_eq!(function("MyThread"), "MyThread");
    }

    #[test]
    fn a_closure_is_named_by_where_it_was_made() {
        let (name, line) = (function("hello::main::{{closure}}"), line!());
        assert_eq!(name, format!("closure at {}:{line}", file!()));
    }

    #[test]
    fn renaming_keeps_what_was_lent_out() {
        let name = Name::given("first".into());
        let first = name.get();
        name.set("second".into());
        name.set("third".into());
        assert_eq!((first, name.get()), ("first", "third"));
        let mut written = String::new();
        name.write_to(&mut written).unwrap();
        assert_eq!(written, "third");
    }
}
