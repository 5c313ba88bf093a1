//! How PCBs are made, and how they go if nobody starts their thread (arrow 0).

use std::num::NonZeroU64;

use super::attributes::Attributes;
use super::pcb::{Context, Pcb};
use super::pid::Pid;
use super::state::Arrow;
use super::wait::ScopeId;
use super::{Illegal, Kernel};

/// The kernel's own idents are less than this, 10^18. Those from here on a
/// machine may give out itself: see [`Kernel::create_reserved`]. A power of ten,
/// so that the thousandth of them is seen to be that in a table.
// ANCHOR: reserved
pub const RESERVED: u64 = 1_000_000_000_000_000_000;
// ANCHOR_END: reserved

impl<C: Context> Kernel<C> {
    /// The pid that the next [`Kernel::create`] will give, for identities that
    /// contain it.
    ///
    /// ```
    /// # use kernel_sim::kernel::Kernel;
    /// # use kernel_sim::kernel::pcb::Priority;
    /// let mut kernel = Kernel::default();
    /// let next = kernel.next_pid();
    /// assert_eq!(kernel.create((), Priority::NORMAL, "worker"), next);
    /// ```
    // ANCHOR: next_pid
    #[inline]
    pub fn next_pid(&self) -> Pid {
        self.table.next_pid()
    }
    // ANCHOR_END: next_pid

    /// Makes a PCB: → New. What is said of the thread to the policy may be a
    /// [`Priority`](super::pcb::Priority) alone, or [`Attributes`].
    ///
    /// ```
    /// # use kernel_sim::kernel::Kernel;
    /// # use kernel_sim::kernel::pcb::Priority;
    /// # use kernel_sim::kernel::state::StateName;
    /// let mut kernel = Kernel::default();
    /// let pid = kernel.create((), Priority::NORMAL, "worker");
    /// assert_eq!(kernel.get(pid).unwrap().state().name(), StateName::New);
    /// ```
    // ANCHOR: create
    #[inline]
    pub fn create(
        &mut self,
        context: C,
        attributes: impl Into<Attributes>,
        identity: C::Identity,
    ) -> Pid {
        self.create_under(self.table.next_pid(), context, attributes.into(), identity)
    }
    // ANCHOR_END: create

    /// As [`Kernel::create`], under an ident that the machine has given out
    /// before there was a PCB, because the thread was asked for elsewhere.
    ///
    /// # Panics
    ///
    /// If `ident` is less than [`RESERVED`]: those below the kernel gives out
    /// itself. The machine must not give out one twice.
    ///
    /// ```
    /// # use kernel_sim::kernel::{Kernel, RESERVED};
    /// # use kernel_sim::kernel::pcb::Priority;
    /// let mut kernel = Kernel::default();
    /// let pid = kernel.create_reserved(RESERVED, (), Priority::NORMAL, "guest");
    /// assert_eq!(pid.ident(), RESERVED);
    /// assert_eq!(kernel.next_pid().ident(), 1);
    /// ```
    // ANCHOR: create_reserved
    pub fn create_reserved(
        &mut self,
        ident: u64,
        context: C,
        attributes: impl Into<Attributes>,
        identity: C::Identity,
    ) -> Pid {
        assert!(ident >= RESERVED, "ident {ident} is not a reserved one");
        let generation = NonZeroU64::new(ident).expect("it is large");
        let pid = self.table.pid_in_free_slot(generation);
        self.create_under(pid, context, attributes.into(), identity)
    }
    // ANCHOR_END: create_reserved

    // ANCHOR: create_under
    #[inline]
    fn create_under(
        &mut self,
        pid: Pid,
        context: C,
        attributes: Attributes,
        identity: C::Identity,
    ) -> Pid {
        self.timers.reserve(pid.slot());
        let now = self.dispatches;
        self.table
            .insert(Pcb::new(pid, context, identity, now), attributes);
        self.record(Arrow::Create, pid, |_| String::new());
        pid
    }
    // ANCHOR_END: create_under

    /// Makes the thread one of those whose end a wait for `scope` is about, or
    /// takes it out of its scope. No effect if it is gone.
    ///
    /// ```
    /// # use kernel_sim::kernel::Kernel;
    /// # use kernel_sim::kernel::pcb::Priority;
    /// # use kernel_sim::kernel::wait::ScopeId;
    /// let mut kernel = Kernel::default();
    /// let pid = kernel.create((), Priority::NORMAL, "borrower");
    /// let scope = ScopeId(std::num::NonZero::<u64>::MIN);
    /// kernel.put_in_scope(pid, Some(scope));
    /// assert_eq!(kernel.in_scope(scope), [pid]);
    /// ```
    // ANCHOR: put_in_scope
    pub fn put_in_scope(&mut self, pid: Pid, scope: Option<ScopeId>) {
        if let Some(pcb) = self.table.get_mut(pid) {
            pcb.scope = scope;
        }
    }
    // ANCHOR_END: put_in_scope

    /// Arrow 0: New → gone. Gives the context of a thread that nobody will
    /// start back to who made it. All who wait for its end are woken (5).
    ///
    /// ```
    /// # use kernel_sim::kernel::Kernel;
    /// # use kernel_sim::kernel::pcb::Priority;
    /// let mut kernel = Kernel::default();
    /// let pid = kernel.create((), Priority::NORMAL, "worker");
    /// assert_eq!(kernel.discard(pid), Ok(()));
    /// assert!(kernel.get(pid).is_none());
    /// ```
    // ANCHOR: discard
    pub fn discard(&mut self, pid: Pid) -> Result<C, Illegal> {
        self.check(pid, Arrow::Discard)?;
        self.record(Arrow::Discard, pid, |_| "never started".into());
        self.wake_joiners(pid.slot());
        Ok(self.table.remove(pid.slot()).take_context())
    }
    // ANCHOR_END: discard
}
