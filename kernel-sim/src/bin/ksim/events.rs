//! The arrows that were gone along, with times in ticks as everything here. The
//! kernel, which knows no ticks, has them in seconds.

use kernel_sim::kernel::state::Arrow;
use kernel_sim::kernel::trace::Event;
use kernel_sim::os::Computer;

/// What comes before a time.
const UNTIL: &str = " until ";

/// Those since the last time. To be asked for at least once in each tick.
pub(crate) fn take(computer: &mut Computer) -> Vec<Event> {
    let mut events = computer.take_events();
    let with_times = events.iter_mut().filter(|event| event.why.contains(UNTIL));
    for event in with_times {
        match event.arrow {
            Arrow::Block => {
                let report = computer.report(event.pid.ident());
                if let Some(waits) = report.and_then(|report| report.waits) {
                    event.why = waits;
                }
            }
            // The time is over: it is now.
            Arrow::Wake => {
                let end = event.why.find(UNTIL).expect("it has one");
                event.why.truncate(end);
            }
            _ => {}
        }
    }
    events
}
