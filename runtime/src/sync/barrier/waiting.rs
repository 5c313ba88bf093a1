//! Waiting at a [`Barrier`] when it is not as simple as std's: with a timeout, with
//! an action, and when it is broken.

use std::panic::Location;
use std::time::Duration;

use super::gathering::{Came, Found, Gathering, Told};
use super::{Barrier, BarrierWaitResult};
use crate::error::{BarrierBreak, BarrierError, Refused, Ring};
use crate::sync::wait_queue::WaitQueue;
use crate::thread;
use crate::time::Instant;

impl<A: FnMut() + 'static> Barrier<A> {
    // ANCHOR: look_and_wait
    #[track_caller]
    pub(super) fn look_and_wait(
        &self,
        timeout: Option<Duration>,
    ) -> Result<BarrierWaitResult, BarrierError> {
        let at = Location::caller();
        let mut left = timeout;
        loop {
            let (came, breaks) = self.gathering.with(|gathering| {
                let came = match gathering.come(at) {
                    Came::Look => Err(gathering.look()),
                    came => Ok(came),
                };
                (came, gathering.breaks())
            });
            match came {
                Ok(Came::Early(index)) => {
                    self.wait_in(|gathering| &gathering.line, left, breaks)?;
                    return self.goes_on(index);
                }
                Ok(_) => return Ok(self.leads()),
                Err(Found::Broken(error)) => return Err(error),
                Err(Found::Action(action)) => return self.act(action, breaks),
                Err(Found::Acting { myself: true }) if timeout.is_none() => self.refuse_itself(),
                Err(Found::Acting { .. }) => {
                    let begin = Instant::try_now();
                    self.wait_in(|gathering| &gathering.door, left, breaks)?;
                    let waited = begin.map_or(Duration::ZERO, |begin| begin.elapsed_quietly());
                    left = left.map(|left| left.saturating_sub(waited));
                }
            }
        }
    }
    // ANCHOR_END: look_and_wait

    /// Waits in line since there were so many breaks.
    // ANCHOR: wait_in
    #[track_caller]
    fn wait_in(
        &self,
        line: impl FnOnce(&Gathering<A>) -> &WaitQueue,
        timeout: Option<Duration>,
        breaks: usize,
    ) -> Result<(), BarrierError> {
        let killed = |_handed| self.is_killed();
        let Some(timeout) = timeout else {
            self.gathering.wait_for_ever(line, killed);
            return Ok(());
        };
        if self.gathering.wait_timeout(line, timeout, killed) {
            return Ok(());
        }
        let error = self.error(BarrierBreak::TimedOut, Location::caller());
        // On another core by now, nobody of this one waits there.
        self.gathering.peek(|gathering| {
            if gathering.breaks() == breaks {
                gathering.send_away(error.clone(), false);
            }
        });
        Err(error)
    }
    // ANCHOR_END: wait_in

    /// The last one runs the action.
    // ANCHOR: act
    #[track_caller]
    fn act(&self, action: A, breaks: usize) -> Result<BarrierWaitResult, BarrierError> {
        let mut acting = Acting {
            barrier: self,
            action: Some(action),
            at: Location::caller(),
        };
        if let Some(action) = &mut acting.action {
            action();
        }
        let action = acting.action.take().expect("it has returned");
        let gathering = &self.gathering;
        gathering.with_held(|gathering| gathering.end_action(action, breaks))?;
        Ok(self.leads())
    }
    // ANCHOR_END: act

    /// What the thread comes back with that was let on.
    // ANCHOR: goes_on
    #[inline]
    pub(super) fn goes_on(&self, index: usize) -> Result<BarrierWaitResult, BarrierError> {
        let index = match self.gathering.peek(Gathering::take_told).flatten() {
            None => index,
            Some(Told::Number(index)) => index,
            Some(Told::Broken(error)) => return Err(error),
        };
        let leads = false;
        Ok(BarrierWaitResult { index, leads })
    }

    /// The running thread is, and does not hear what it would be told.
    pub(super) fn is_killed(&self) {
        self.gathering.peek(Gathering::take_told);
    }
    // ANCHOR_END: goes_on

    // ANCHOR: leads
    #[inline]
    pub(super) fn leads(&self) -> BarrierWaitResult {
        BarrierWaitResult {
            index: self.parties().saturating_sub(1),
            leads: true,
        }
    }

    pub(super) fn error(&self, how: BarrierBreak, at: &'static Location<'static>) -> BarrierError {
        BarrierError::here(self.gathering.label.to_string(), how, at)
    }
    // ANCHOR_END: leads

    // ANCHOR: refuse_itself
    #[cold]
    #[track_caller]
    fn refuse_itself(&self) -> ! {
        let label = &self.gathering.label;
        let me = thread::try_current().map_or("code outside".into(), |me| me.to_string());
        let words = format!("{me} waits for the end of the action of {label}, which it runs");
        self.gathering.refuse(Refused::Ring(Ring::new(words)))
    }
    // ANCHOR_END: refuse_itself
}

/// The action runs. If it does not come to its end, the barrier is broken.
// ANCHOR: acting
struct Acting<'a, A: FnMut() + 'static> {
    barrier: &'a Barrier<A>,
    action: Option<A>,
    at: &'static Location<'static>,
}

impl<A: FnMut() + 'static> Drop for Acting<'_, A> {
    fn drop(&mut self) {
        let Some(action) = self.action.take() else {
            return;
        };
        let error = self.barrier.error(BarrierBreak::Action, self.at);
        self.barrier.gathering.with_held(|gathering| {
            gathering.put_back(action);
            if !gathering.is_broken() {
                gathering.send_away(error, false);
            }
        });
    }
}
// ANCHOR_END: acting
