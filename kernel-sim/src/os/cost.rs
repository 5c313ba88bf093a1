//! The cost model: what the kernel's own work takes of the time.
//!
//! On a real computer the kernel is a program too, and what it does takes
//! instructions. Here it is written in Rust, which the simulated CPU does not
//! execute. So its work is charged for by this table instead, and the table says
//! what the numbers stand for. `account.rs` says who is charged; it is to be read
//! next.

/// What the kernel's work costs, in ticks. An instruction of a program is one.
///
/// | what | when | ticks | stands for |
/// | --- | --- | --- | --- |
/// | `trap` | each trap: call, timer, fault | 20 | into the kernel and back: a few registers put aside, the reason read, the registers taken back |
/// | `call` | each call, besides its trap | 30 | the way to its code, looking at its arguments |
/// | `switch` | the CPU goes to another thread than had it last, if one had it | 100 | 33 registers stored and 33 loaded, and the policy asked |
/// | `word` | each word that is copied or cleared, the last one may be a part | 2 | a load and a store |
///
/// What copies words: `write`, `read`, `msgsnd` and `msgrcv`, the bytes that they take
/// or give, and for `msgrcv` one for each message before the one that it takes; every call that is told the address of something, what it finds there;
/// `brk`, when it moves the break: the heap is then put together
/// anew, and all of its words are copied or cleared; `shmget`, which clears what it
/// makes; `clone`, if it makes a process, all of its memory but the code and what is
/// shared; `execve`, the memory of the new program, without the code.
///
/// A call that has to wait is charged for once. When it goes on there is the switch,
/// and then what it copies.
///
/// To start a process from outside costs nothing, nor does waking somebody, or ending
/// the threads of a process that has ended.
///
/// Real ones differ from computer to computer. What holds everywhere is the order:
/// a call costs many instructions, and a switch more than a call. (On real
/// computers there is still a cost that is not here: after a switch the caches
/// have what the other process needed.)
///
/// ```
/// use kernel_sim::os::Costs;
///
/// // A call that writes 14 bytes, which is four words:
/// let costs = Costs::default();
/// assert_eq!(costs.trap + costs.call + 4 * costs.word, 58);
/// ```
// ANCHOR: costs
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Costs {
    /// Into the kernel and back.
    pub trap: u32,
    /// To find out which call it is, and to do it.
    pub call: u32,
    /// To save the registers of one thread, choose another one, and load its.
    pub switch: u32,
    /// To copy four bytes or less.
    pub word: u32,
}
// ANCHOR_END: costs

impl Costs {
    /// A kernel that takes no time: as in textbooks, where schedules are worked out by
    /// hand.
    // ANCHOR: none
    pub const NONE: Costs = Costs {
        trap: 0,
        call: 0,
        switch: 0,
        word: 0,
    };
    // ANCHOR_END: none
}

// ANCHOR: default
impl Default for Costs {
    fn default() -> Costs {
        Costs {
            trap: 20,
            call: 30,
            switch: 100,
            word: 2,
        }
    }
}
// ANCHOR_END: default
