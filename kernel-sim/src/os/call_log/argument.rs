//! How an argument is shown: what it means, and where in memory that is.
//!
//! Whatever cannot be read is shown as the address that it is. Nothing here takes
//! time of the computer's, and nothing is changed.

use super::names::{Names, clone_flags, flags, name};
use super::text::{MOST, quoted};
use crate::machine::memory::AddressSpace;
use crate::os::futex;
use crate::os::ipc::socket::{AF_UNIX, FAMILY_BYTES};

/// As many arguments of another program are shown.
const MOST_TEXTS: usize = 8;

/// What an argument of a call means.
#[derive(Clone, Copy, Debug)]
pub(in super::super) enum Argument {
    /// A number: of a file, a process, a queue.
    // ANCHOR: given
    Number,
    /// How many.
    Count,
    /// An address, or 0: `NULL`.
    Address,
    /// The same, and not worth a word if it is 0.
    Spare,
    /// A number that may have a name.
    Named(Names),
    /// A key by which somebody else finds it.
    Key,
    /// Bits that have names, and perhaps a mode.
    Flags(Names),
    /// The same, and not worth a word if none is set.
    SpareFlags(Names),
    /// The flags of `clone`.
    CloneFlags,
    /// The stack of what `clone` makes, if it is another one.
    CloneStack,
    /// An address that `clone` looks at if one of these flags is set.
    CloneAddress(&'static str, u32),
    /// Where a text is. The next argument says how long.
    Text,
    /// Where a text is that ends with a zero.
    Name,
    /// Where the addresses of such texts are, up to one that is 0.
    Names,
    /// Where the name of a socket is. The next argument says how long, and so it need
    /// not be shown.
    SocketName,
    /// Where seconds and nanoseconds are.
    Time,
    /// The same for `futex`, if it is to wait.
    TimeLimit,
    /// Where a message is: type and text. The next argument says how long the text is.
    Message,
    // ANCHOR_END: given
    /// Where the kernel puts a text. The answer says how long.
    // ANCHOR: filled
    TextFilled,
    /// Where the kernel puts a message. The answer says how long the text is.
    MessageFilled,
    /// Where the kernel puts the numbers of two files.
    TwoFilled,
    /// Where the kernel puts how a child has ended, if it gives the number of one.
    StatusFilled,
    // ANCHOR_END: filled
}

impl Argument {
    /// The one in the place `index` when the call is made; `None`, if it means nothing.
    // ANCHOR: before
    pub(super) fn before(
        self,
        arguments: &[u32; 6],
        index: usize,
        memory: &AddressSpace,
    ) -> Option<String> {
        let value = arguments[index];
        let next = arguments.get(index + 1).copied().unwrap_or(0);
        if self.means_nothing(value, arguments) {
            return None;
        }
        let read = match self {
            Argument::Number => Some(value.cast_signed().to_string()),
            Argument::Count => Some(value.to_string()),
            Argument::Named(names) => Some(name(names, value)),
            Argument::Key if value == 0 => Some("IPC_PRIVATE".into()),
            Argument::Key => Some(format!("{value:#x}")),
            Argument::Flags(names) | Argument::SpareFlags(names) => Some(flags(names, value)),
            Argument::CloneFlags => Some(clone_flags(value)),
            Argument::CloneStack => Some(format!("stack={value:#010x}")),
            Argument::CloneAddress(label, _) => Some(format!("{label}={value:#010x}")),
            Argument::Text => text(memory, value, next),
            Argument::Name => ended_text(memory, value),
            Argument::Names => ended_texts(memory, value),
            Argument::SocketName => socket_name(memory, value, next),
            Argument::Time | Argument::TimeLimit => time(memory, value),
            Argument::Message => message(memory, value, next),
            Argument::Address
            | Argument::Spare
            | Argument::TextFilled
            | Argument::MessageFilled
            | Argument::TwoFilled
            | Argument::StatusFilled => None,
        };
        Some(read.unwrap_or_else(|| address(value)))
    }
    // ANCHOR_END: before

    /// Whether nobody looks at it, with these arguments beside it.
    // ANCHOR: means_nothing
    fn means_nothing(self, value: u32, arguments: &[u32; 6]) -> bool {
        match self {
            Argument::Spare | Argument::SpareFlags(_) | Argument::CloneStack => value == 0,
            Argument::CloneAddress(_, flags) => arguments[0] & flags == 0,
            Argument::TimeLimit => value == 0 || arguments[1] & !futex::PRIVATE != futex::WAIT,
            _ => false,
        }
    }
    // ANCHOR_END: means_nothing

    /// What the kernel has put there, if it has, when the call has been answered.
    // ANCHOR: after
    pub(super) fn after(self, value: u32, answer: u32, memory: &AddressSpace) -> Option<String> {
        match self {
            Argument::TextFilled => text(memory, value, answer),
            Argument::MessageFilled => message(memory, value, answer),
            Argument::TwoFilled => {
                let [first, second] = words(memory, value)?;
                Some(format!("[{first}, {second}]"))
            }
            Argument::StatusFilled if value == 0 || answer == 0 => None,
            Argument::StatusFilled => {
                let [status] = words(memory, value)?;
                Some(match status & 0x7f {
                    0 => format!("[exit {}]", status >> 8 & 0xff),
                    signal => format!("[signal {signal}]"),
                })
            }
            _ => None,
        }
    }
    // ANCHOR_END: after
}

// ANCHOR: words
fn address(value: u32) -> String {
    match value {
        0 => "NULL".into(),
        value => format!("{value:#010x}"),
    }
}

fn words<const N: usize>(memory: &AddressSpace, address: u32) -> Option<[u32; N]> {
    let bytes = memory.read(address, 4 * N as u32).ok()?;
    let (words, _) = bytes.as_chunks();
    Some(std::array::from_fn(|index| {
        u32::from_le_bytes(words[index])
    }))
}

/// `"hello\n"`
fn text(memory: &AddressSpace, address: u32, length: u32) -> Option<String> {
    let bytes = memory.read(address, length.min(MOST)).ok()?;
    Some(quoted(&bytes, length as usize))
}
// ANCHOR_END: words

/// The same with a zero at its end.
// ANCHOR: ended_texts
fn ended_text(memory: &AddressSpace, address: u32) -> Option<String> {
    let mut bytes = Vec::new();
    while bytes.len() <= MOST as usize {
        let at = address.checked_add(bytes.len() as u32)?;
        match memory.load(at).ok()? {
            [0] => break,
            [byte] => bytes.push(byte),
        }
    }
    Some(quoted(&bytes, bytes.len()))
}

/// `["sort", "pear", "fig"]`
fn ended_texts(memory: &AddressSpace, address: u32) -> Option<String> {
    let mut texts = Vec::new();
    for index in 0..=MOST_TEXTS as u32 {
        let [text] = words(memory, address.checked_add(4 * index)?)?;
        if text == 0 {
            break;
        }
        texts.push(ended_text(memory, text).unwrap_or_else(|| format!("{text:#010x}")));
    }
    if texts.len() > MOST_TEXTS {
        texts[MOST_TEXTS] = "...".into();
    }
    Some(format!("[{}]", texts.join(", ")))
}
// ANCHOR_END: ended_texts

/// `"server"`, of two bytes for the domain, and the name.
// ANCHOR: small
fn socket_name(memory: &AddressSpace, address: u32, length: u32) -> Option<String> {
    let name = length.checked_sub(FAMILY_BYTES)?;
    let domain = memory.read(address, FAMILY_BYTES).ok()?;
    let is_local = domain == (AF_UNIX as u16).to_le_bytes();
    is_local.then(|| text(memory, address.checked_add(FAMILY_BYTES)?, name))?
}

/// `{0 s, 5000000 ns}`
fn time(memory: &AddressSpace, address: u32) -> Option<String> {
    let [seconds, nanos] = words(memory, address)?.map(u32::cast_signed);
    Some(format!("{{{seconds} s, {nanos} ns}}"))
}

/// `{1, "hello\n"}`: of a type and a text.
fn message(memory: &AddressSpace, address: u32, length: u32) -> Option<String> {
    let [kind] = words(memory, address)?.map(u32::cast_signed);
    let text = text(memory, address.checked_add(4)?, length)?;
    Some(format!("{{{kind}, {text}}}"))
}
// ANCHOR_END: small
