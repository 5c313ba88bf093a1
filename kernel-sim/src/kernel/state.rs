//! The five states of a thread and the arrows between them. Nothing else.
//!
//! The saved context is the payload of exactly those states that have one. A
//! running thread's context is in the CPU, so [`State::Running`] has no place
//! to keep it; a terminated thread has none any more. To move a thread is to
//! take the context out of one state and to put it into the next, and the
//! compiler sees to it that none is lost on the way or kept twice.

use std::fmt;

use super::pcb::Context;
use super::wait::Wait;

/// Where a thread is in its life, with the saved context `C` where there is one.
// ANCHOR: state
#[derive(Debug)]
pub enum State<C: Context> {
    /// Created, not started. The context is the program's first one.
    New(C),
    /// Could run, if it had the CPU. It stands in the ready queue.
    Ready(C),
    /// Has the CPU, and its context is in there.
    Running,
    /// Could not use the CPU: it waits for what [`Wait`] says.
    Waiting(C, Wait<C::Object>),
    /// Has ended. Its PCB stays until somebody has read what there is to read.
    Terminated,
}
// ANCHOR_END: state

// ANCHOR: state_questions
impl<C: Context> State<C> {
    /// The saved context, if this state has one.
    #[inline]
    pub fn context(&self) -> Option<&C> {
        match self {
            State::New(context) | State::Ready(context) | State::Waiting(context, _) => {
                Some(context)
            }
            State::Running | State::Terminated => None,
        }
    }

    /// What the thread waits for, if it does.
    #[inline]
    pub fn wait(&self) -> Option<&Wait<C::Object>> {
        match self {
            State::Waiting(_, wait) => Some(wait),
            _ => None,
        }
    }

    /// The state's name in the diagram.
    pub fn name(&self) -> StateName {
        match self {
            State::New(_) => StateName::New,
            State::Ready(_) => StateName::Ready,
            State::Running => StateName::Running,
            State::Waiting(..) => StateName::Waiting,
            State::Terminated => StateName::Terminated,
        }
    }
}
// ANCHOR_END: state_questions

/// A [`State`] without its payload, as diagrams, reports and errors name it.
// ANCHOR: state_name
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StateName {
    /// See [`State::New`].
    New,
    /// See [`State::Ready`].
    Ready,
    /// See [`State::Running`].
    Running,
    /// See [`State::Waiting`].
    Waiting,
    /// See [`State::Terminated`].
    Terminated,
}

impl fmt::Display for StateName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}
// ANCHOR_END: state_name

/// One arrow of the diagram: a transition, named as the method that performs
/// it, as the trace line that reports it, and as the diagram that shows it.
// ANCHOR: arrow
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Arrow {
    /// A PCB is made: → New. Without a number, because it leads from nowhere.
    Create,
    /// 0: New → gone. The thread was never started.
    Discard,
    /// 1: New → Ready.
    Admit,
    /// 2: Ready → Running.
    Dispatch,
    /// 3: Running → Ready.
    Preempt,
    /// 4: Running → Waiting.
    Block,
    /// 5: Waiting → Ready.
    Wake,
    /// 6: Running → Terminated.
    Exit,
    /// 7: Terminated → gone, and the slot is free.
    Reap,
}
// ANCHOR_END: arrow

impl Arrow {
    /// The arrow's number in the diagram. [`Arrow::Create`] has none.
    // ANCHOR: arrow_names
    pub fn number(self) -> Option<u8> {
        match self {
            Arrow::Create => None,
            Arrow::Discard => Some(0),
            Arrow::Admit => Some(1),
            Arrow::Dispatch => Some(2),
            Arrow::Preempt => Some(3),
            Arrow::Block => Some(4),
            Arrow::Wake => Some(5),
            Arrow::Exit => Some(6),
            Arrow::Reap => Some(7),
        }
    }

    /// The arrow's name in the diagram.
    pub fn name(self) -> &'static str {
        match self {
            Arrow::Create => "create",
            Arrow::Discard => "discard",
            Arrow::Admit => "admit",
            Arrow::Dispatch => "dispatch",
            Arrow::Preempt => "preempt",
            Arrow::Block => "block",
            Arrow::Wake => "wake",
            Arrow::Exit => "exit",
            Arrow::Reap => "reap",
        }
    }
    // ANCHOR_END: arrow_names

    /// The state that the arrow starts from. [`Arrow::Create`] starts from none.
    // ANCHOR: arrow_ends
    pub fn from(self) -> Option<StateName> {
        match self {
            Arrow::Create => None,
            Arrow::Discard | Arrow::Admit => Some(StateName::New),
            Arrow::Dispatch => Some(StateName::Ready),
            Arrow::Preempt | Arrow::Block | Arrow::Exit => Some(StateName::Running),
            Arrow::Wake => Some(StateName::Waiting),
            Arrow::Reap => Some(StateName::Terminated),
        }
    }

    /// The state that the arrow leads to; none, if the thread is gone then.
    pub fn to(self) -> Option<StateName> {
        match self {
            Arrow::Create => Some(StateName::New),
            Arrow::Admit | Arrow::Preempt | Arrow::Wake => Some(StateName::Ready),
            Arrow::Dispatch => Some(StateName::Running),
            Arrow::Block => Some(StateName::Waiting),
            Arrow::Exit => Some(StateName::Terminated),
            Arrow::Discard | Arrow::Reap => None,
        }
    }
    // ANCHOR_END: arrow_ends

    /// Whether the arrow gives the CPU to a thread or takes it away: 2, 3, 4
    /// and 6. These are the context switches.
    // ANCHOR: is_switch
    pub fn is_switch(self) -> bool {
        matches!(
            self,
            Arrow::Dispatch | Arrow::Preempt | Arrow::Block | Arrow::Exit
        )
    }
    // ANCHOR_END: is_switch
}

// ANCHOR: arrow_words
impl fmt::Display for Arrow {
    /// Number and name, `2 dispatch`; the name alone where there is no number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self.number() {
            Some(number) => format!("{number} {}", self.name()),
            None => format!("  {}", self.name()),
        };
        f.pad(&text)
    }
}
// ANCHOR_END: arrow_words
