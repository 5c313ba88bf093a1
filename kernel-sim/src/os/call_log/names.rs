//! The numbers in arguments that have names, and which names. The numbers are where
//! their calls are; the names are those of the manual pages.

use super::super::clone::flag;
use super::super::death::Signal;
use super::super::family::WNOHANG;
use super::super::futex;
use super::super::ipc;
use super::super::ipc::message_queue::{EXCEPT, NO_ERROR};
use super::super::ipc::shared_memory::{READ_ONLY, ROUND};
use super::super::ipc::socket::{AF_UNIX, SOCK_STREAM};

/// Numbers, or bits, with their names.
// ANCHOR: names
pub(in super::super) type Names = &'static [(u32, &'static str)];
// ANCHOR_END: names

/// `SIGCHLD`, which a child sends that ends. Source:
/// `include/uapi/asm-generic/signal.h`.
// ANCHOR: some_names
const CHILD: u32 = 17;

pub(in super::super) const SIGNALS: Names = &[
    (Signal::Kill as u32, "SIGKILL"),
    (Signal::Term as u32, "SIGTERM"),
    (CHILD, "SIGCHLD"),
];
pub(in super::super) const FUTEX: Names = &[
    (futex::WAIT, "FUTEX_WAIT"),
    (futex::WAKE, "FUTEX_WAKE"),
    (futex::WAIT | futex::PRIVATE, "FUTEX_WAIT_PRIVATE"),
    (futex::WAKE | futex::PRIVATE, "FUTEX_WAKE_PRIVATE"),
];
pub(in super::super) const COMMANDS: Names = &[(ipc::REMOVE, "IPC_RMID")];
pub(in super::super) const DOMAINS: Names = &[(AF_UNIX, "AF_UNIX")];
pub(in super::super) const SOCKETS: Names = &[(SOCK_STREAM, "SOCK_STREAM")];
// ANCHOR_END: some_names

pub(in super::super) const CLONE: Names = &[
    (flag::VM, "CLONE_VM"),
    (flag::FS, "CLONE_FS"),
    (flag::FILES, "CLONE_FILES"),
    (flag::SIGHAND, "CLONE_SIGHAND"),
    (flag::THREAD, "CLONE_THREAD"),
    (flag::SYSVSEM, "CLONE_SYSVSEM"),
    (flag::SETTLS, "CLONE_SETTLS"),
    (flag::PARENT_SETTID, "CLONE_PARENT_SETTID"),
    (flag::CHILD_CLEARTID, "CLONE_CHILD_CLEARTID"),
    (flag::DETACHED, "CLONE_DETACHED"),
    (flag::CHILD_SETTID, "CLONE_CHILD_SETTID"),
];
pub(in super::super) const MAKING: Names =
    &[(ipc::CREATE, "IPC_CREAT"), (ipc::EXCLUSIVE, "IPC_EXCL")];
pub(in super::super) const SENDING: Names = &[(ipc::NO_WAIT, "IPC_NOWAIT")];
pub(in super::super) const RECEIVING: Names = &[
    (ipc::NO_WAIT, "IPC_NOWAIT"),
    (NO_ERROR, "MSG_NOERROR"),
    (EXCEPT, "MSG_EXCEPT"),
];
pub(in super::super) const ATTACHING: Names = &[(READ_ONLY, "SHM_RDONLY"), (ROUND, "SHM_RND")];
pub(in super::super) const WAITING: Names = &[(WNOHANG, "WNOHANG")];

/// The name of a number, or the number.
// ANCHOR: name
pub(super) fn name(names: Names, number: u32) -> String {
    let found = names.iter().find(|(named, _)| *named == number);
    found.map_or_else(
        || number.cast_signed().to_string(),
        |(_, name)| (*name).into(),
    )
}

/// The names of all bits that have one. A mode is what is left of the lowest nine, and
/// in octal digits, as everywhere; what is left of the others is in hexadecimal ones.
pub(super) fn flags(names: Names, flags: u32) -> String {
    let set = names.iter().filter(|(bit, _)| flags & bit != 0);
    let mut parts: Vec<String> = set.map(|(_, name)| (*name).into()).collect();
    let rest = names.iter().fold(flags, |rest, (bit, _)| rest & !bit);
    match rest {
        0 if parts.is_empty() => parts.push("0".into()),
        0 => {}
        mode @ ..=0o777 => parts.push(format!("0{mode:o}")),
        rest => parts.push(format!("{rest:#x}")),
    }
    parts.join("|")
}
// ANCHOR_END: name

/// The flags of `clone`: the lowest byte is the signal that the child sends at its end.
// ANCHOR: clone_flags
pub(super) fn clone_flags(number: u32) -> String {
    let (signal, others) = (number & flag::SIGNAL, number & !flag::SIGNAL);
    match (signal, others) {
        (0, _) => flags(CLONE, others),
        (_, 0) => name(SIGNALS, signal),
        _ => format!("{}|{}", flags(CLONE, others), name(SIGNALS, signal)),
    }
}
// ANCHOR_END: clone_flags

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_name_is_a_number() {
        assert_eq!(name(SIGNALS, 9), "SIGKILL");
        assert_eq!(name(SIGNALS, 10), "10");
        assert_eq!(name(SIGNALS, u32::MAX), "-1");
        assert_eq!(flags(MAKING, 0), "0");
        assert_eq!(flags(MAKING, 0o3600), "IPC_CREAT|IPC_EXCL|0600");
        assert_eq!(flags(MAKING, 0x8000_0000), "0x80000000");
        assert_eq!(clone_flags(17), "SIGCHLD");
        assert_eq!(clone_flags(0), "0");
        assert_eq!(
            clone_flags(0x0020_0111),
            "CLONE_VM|CLONE_CHILD_CLEARTID|SIGCHLD"
        );
    }
}
