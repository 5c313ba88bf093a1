//! What a thread is called, and by what it was called before.
//!
//! `Thread::name` hands out a `&str`, as std's does, and yet a thread can be
//! renamed while somebody reads the old name. So a name is a chain: renaming
//! adds a link and changes none. [`Name::write_to`] takes no lock, because the
//! message about a stack overflow is written in a signal handler.

use std::fmt;
use std::panic::Location;
use std::sync::OnceLock;

/// All names that a thread has had. The last one counts.
///
/// ```text
///   Name ───▶ Link "Thread-1 (work)" ───▶ Link "boss" ───▶ (no more)
/// ```
///
/// The default name is put together, and becomes the first link, only when
/// somebody asks for it.
// ANCHOR: name
#[derive(Debug)]
pub(crate) struct Name {
    default: DefaultName,
    chain: OnceLock<Box<Link>>,
}

#[derive(Debug)]
struct Link {
    text: Box<str>,
    next: OnceLock<Box<Link>>,
}

/// `Thread-N (function)`, or what its kind is called instead of `Thread`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DefaultName {
    pub(crate) kind: Kind,
    /// The N.
    pub(crate) number: u64,
    /// The function, as `std::any::type_name` gives it.
    pub(crate) function: &'static str,
    /// Where the thread was made, which tells one closure from another.
    pub(crate) made_at: &'static Location<'static>,
}
// ANCHOR_END: name

/// Link by link: a long chain must not need a deep stack.
// ANCHOR: drop_link
impl Drop for Link {
    fn drop(&mut self) {
        let mut next = self.next.take();
        while let Some(mut link) = next {
            next = link.next.take();
        }
    }
}
// ANCHOR_END: drop_link

/// Where a thread without a name comes from.
// ANCHOR: kind
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// From a thread of its own runtime.
    Thread,
    /// From another OS thread.
    Guest,
    /// From a thread of its own runtime, as a [`Timer`](super::Timer).
    Timer,
    /// From [`at_exit`](crate::at_exit).
    ExitHook,
}

impl Link {
    fn new(text: String) -> Box<Self> {
        let text = text.into();
        let next = OnceLock::new();
        Box::new(Self { text, next })
    }
}
// ANCHOR_END: kind

impl Name {
    /// The name of a thread that is called `text`, or by its default name.
    // ANCHOR: new
    #[inline]
    pub(crate) fn new(default: DefaultName, text: Option<String>) -> Self {
        let chain = match text {
            Some(text) => OnceLock::from(Link::new(text)),
            None => OnceLock::new(),
        };
        Self { default, chain }
    }
    // ANCHOR_END: new

    /// The name that counts. Takes a step for each renaming.
    // ANCHOR: get
    pub(crate) fn get(&self) -> &str {
        let first = self
            .chain
            .get_or_init(|| Link::new(self.default.to_string()));
        &last(first).text
    }
    // ANCHOR_END: get

    /// Writes the name, or the beginning of a long one, without taking a lock
    /// or memory, for signal handlers.
    // ANCHOR: write_to
    pub(crate) fn write_to(&self, out: &mut impl fmt::Write) -> fmt::Result {
        match self.chain.get() {
            Some(first) => {
                let text = &*last(first).text;
                out.write_str(&text[..text.floor_char_boundary(LONG)])
            }
            None => write!(out, "{}", self.default),
        }
    }
    // ANCHOR_END: write_to

    /// Adds a name. The old ones stay until the thread and its handles are gone.
    // ANCHOR: set
    pub(crate) fn set(&self, text: String) {
        if self.get() == text {
            return;
        }
        let mut link = Link::new(text);
        let mut end = &self.chain;
        while let Err(back) = end.set(link) {
            link = back;
            end = &end.get().expect("it was not empty").next;
        }
    }
    // ANCHOR_END: set

    /// The line that made the thread.
    // ANCHOR: made_at
    pub(crate) fn made_at(&self) -> &'static Location<'static> {
        self.default.made_at
    }
    // ANCHOR_END: made_at
}

/// How many bytes of a name fit into a message.
// ANCHOR: last
const LONG: usize = 200;

fn last(first: &Link) -> &Link {
    let mut link = first;
    while let Some(next) = link.next.get() {
        link = next;
    }
    link
}
// ANCHOR_END: last

// ANCHOR: default_name
impl fmt::Display for DefaultName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}-{} (", self.kind, self.number)?;
        self.write_function(f)?;
        f.write_str(")")
    }
}

impl DefaultName {
    /// The function's own name without its path; for a closure, and for a pointer to a
    /// function, where the thread was made.
    fn write_function(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pointers = ["fn(", "extern ", "for<"];
        let what = match self.function {
            closure if closure.ends_with("{{closure}}") => "closure",
            pointer if pointers.iter().any(|kind| pointer.starts_with(kind)) => "function",
            named => return f.write_str(last_segment(named)),
        };
        let (file, line) = (self.made_at.file(), self.made_at.line());
        write!(f, "{what} at {file}:{line}")
    }
}
// ANCHOR_END: default_name

/// The last segment of a path, without its type parameters, which have paths
/// of their own: `f` for `a::f<b::T>`, and `new` for `<a::T as b::New>::new`.
// ANCHOR: last_segment
fn last_segment(path: &str) -> &str {
    let mut depth = 0;
    let mut end = path.len();
    for (at, byte) in path.bytes().enumerate().rev() {
        match byte {
            b'>' if path[..at].ends_with('-') => {}
            b'>' => depth += 1,
            b'<' => {
                depth -= 1;
                if depth == 0 && path[at..end].ends_with('>') {
                    end = at;
                }
            }
            b':' if depth == 0 && at + 1 < end => return &path[at + 1..end],
            b':' if depth == 0 => end = at,
            _ => {}
        }
    }
    &path[..end]
}
// ANCHOR_END: last_segment

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn default(function: &'static str) -> DefaultName {
        DefaultName {
            kind: Kind::Thread,
            number: 1,
            function,
            made_at: Location::caller(),
        }
    }

    #[test]
    fn a_function_is_named_without_its_path_and_type_parameters() {
        let name = |function| Name::new(default(function), None).get().to_owned();
        assert_eq!(name("hello::sub_thread"), "Thread-1 (sub_thread)");
        assert_eq!(name("a::b::f<alloc::string::String>"), "Thread-1 (f)");
        assert_eq!(name("MyThread"), "Thread-1 (MyThread)");
        assert_eq!(name("a::MyThread<b::T>"), "Thread-1 (MyThread)");
        assert_eq!(
            name("<u32 as core::default::Default>::default"),
            "Thread-1 (default)"
        );
        assert_eq!(name("alloc::vec::Vec<u8>::new"), "Thread-1 (new)");
        assert_eq!(name("a::f::<b::T>"), "Thread-1 (f)");
        assert_eq!(name("a::f<fn(b::T) -> c::T>"), "Thread-1 (f)");
    }

    #[test]
    fn a_closure_is_named_by_where_it_was_made() {
        let (name, line) = (default("hello::main::{{closure}}"), line!());
        let expected = format!("Thread-1 (closure at {}:{line})", file!());
        assert_eq!(name.to_string(), expected);
    }

    #[test]
    fn a_pointer_to_a_function_is_named_by_where_its_thread_was_made() {
        for pointer in [
            "fn(alloc::rc::Rc<core::cell::Cell<u32>>)",
            "extern \"C\" fn(u32)",
            "for<'a> fn(&'a str) -> bool",
        ] {
            let (name, line) = (default(pointer), line!());
            let expected = format!("Thread-1 (function at {}:{line})", file!());
            assert_eq!(name.to_string(), expected);
        }
    }

    #[test]
    fn renaming_keeps_what_was_lent_out() {
        let name = Name::new(default("f"), Some("first".into()));
        let first = name.get();
        name.set("second".into());
        name.set("third".into());
        assert_eq!((first, name.get()), ("first", "third"));
    }

    #[test]
    fn a_name_is_written_whether_it_was_put_together_or_not() {
        let written = |name: &Name| {
            let mut text = String::new();
            name.write_to(&mut text).unwrap();
            text
        };
        let name = Name::new(default("f"), None);
        assert_eq!(written(&name), "Thread-1 (f)");
        name.set("other".into());
        assert_eq!(written(&name), "other");
    }
}
