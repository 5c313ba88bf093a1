//! Queues in runtimes, outside of them and on other OS threads.

use std::panic::{RefUnwindSafe, UnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::Duration;

use runtime::error::Refused;
use runtime::queue::{GetError, LifoQueue, PriorityQueue, Queue};
use runtime::thread;

use crate::steps::{SECOND, auto_traits, cut_short, let_others_run, on_os_thread, refused};
use crate::support::run;

#[test]
fn a_queue_can_be_a_static_and_keeps_its_items_from_run_to_run() {
    static FIFO: Queue<u32> = Queue::new();
    static LIFO: LifoQueue<u32> = LifoQueue::bounded(9);
    static SORTED: PriorityQueue<u32> = PriorityQueue::named_bounded("sorted", 9);
    for item in 0..2 {
        on_os_thread(move || {
            run(move || {
                FIFO.put(item).unwrap();
                LIFO.put(item).unwrap();
                SORTED.put(item).unwrap();
            });
        });
    }
    FIFO.put(2).unwrap();
    run(|| {
        assert_eq!([(); 3].map(|()| FIFO.get().unwrap()), [0, 1, 2]);
        assert_eq!((LIFO.get(), SORTED.get()), (Ok(1), Ok(0)));
    });
}

#[test]
fn it_goes_where_its_items_may_go() {
    fn any_unwind_safe<T: UnwindSafe + RefUnwindSafe>() {}
    any_unwind_safe::<Queue<&mut u32>>();
    assert_eq!(auto_traits!(Queue<u32>)[..2], [true, true]);
    assert_eq!(auto_traits!(PriorityQueue<Rc<u32>>)[..2], [false, false]);
    assert_eq!(
        auto_traits!(LifoQueue<std::cell::Cell<u32>>)[..2],
        [true, true]
    );
}

#[test]
fn outside_of_a_runtime_what_does_not_wait_is_done() {
    let queue = Queue::named_bounded("jobs", 1);
    queue.put(1).unwrap();
    assert!(queue.put_timeout(2, Duration::ZERO).is_err());
    let error = refused(|| queue.put(2));
    assert_eq!(error.why, Refused::OutsideRuntime);
    assert!(error.object.starts_with("Queue 'jobs' ("), "{error}");
    assert_eq!(
        refused(|| queue.put_timeout(2, SECOND)).why,
        Refused::OutsideRuntime
    );
    assert_eq!(refused(|| queue.join()).why, Refused::OutsideRuntime);
    assert_eq!(queue.get(), Ok(1));
    assert_eq!(queue.get_timeout(Duration::ZERO), Err(GetError::Empty));
    assert_eq!(refused(|| queue.get()).why, Refused::OutsideRuntime);
    queue.task_done().unwrap();
    queue.join();
}

#[test]
fn another_runtime_is_refused_by_name_until_the_first_has_ended() {
    static QUEUE: Queue<u32> = Queue::named("jobs");
    run(|| {
        QUEUE.put(1).unwrap();
        let calls: [fn(); 6] = [
            || QUEUE.put(2).unwrap(),
            || QUEUE.try_put(2).unwrap(),
            || assert!(QUEUE.get().is_ok()),
            || assert!(QUEUE.get_timeout(SECOND).is_ok()),
            || QUEUE.shutdown(),
            || assert_eq!(QUEUE.len(), 1),
        ];
        for call in calls {
            for error in [
                on_os_thread(move || refused(call)),
                on_os_thread(move || run(move || refused(call))),
            ] {
                assert_eq!(error.why, Refused::OtherCore);
                assert!(error.object.starts_with("Queue 'jobs' ("), "{error}");
            }
        }
        let shown = on_os_thread(|| format!("{QUEUE:?}"));
        assert_eq!(shown, "Queue { len: <used elsewhere>, .. }");
        assert_eq!(QUEUE.len(), 1);
    });
    assert_eq!(on_os_thread(|| run(|| QUEUE.get())), Ok(1));
}

#[test]
fn a_run_that_was_cut_short_while_somebody_waited_leaves_it_abandoned() {
    static QUEUE: Queue<u32> = Queue::new();
    cut_short(|over| {
        thread::spawn(|| QUEUE.get());
        let_others_run();
        over.set(true);
        thread::yield_now();
    });
    assert_eq!(refused(|| QUEUE.put(1)).why, Refused::Abandoned);
}

#[test]
fn room_for_nothing_is_refused() {
    let payload = catch_unwind(|| Queue::<u32>::bounded(0)).unwrap_err();
    let words: &&str = payload.downcast_ref().unwrap();
    assert!(words.starts_with("a queue with room for no item"));
    let (without, with) = (Queue::<u32>::new(), Queue::<u32>::bounded(2));
    assert_eq!((without.capacity(), with.capacity()), (None, Some(2)));
}

#[test]
fn it_is_shown_with_how_many_items_it_has() {
    let queue = PriorityQueue::default();
    queue.put(1).unwrap();
    assert_eq!(
        format!("{queue:?}"),
        "PriorityQueue { len: 1, is_shut: false, .. }"
    );
}

#[test]
fn errors_say_what_to_do_and_need_no_debug_of_the_item() {
    struct Item;
    let queue = Queue::bounded(1);
    queue.put(Item).unwrap();
    let full = queue.try_put(Item).unwrap_err();
    assert_eq!(format!("{full:?}"), "Full(..)");
    assert_eq!(
        full.to_string(),
        "the queue is full: wait with put, or get something out first"
    );
    queue.shutdown();
    assert_eq!(format!("{:?}", queue.put(Item)), "Err(ShutDown(..))");
    let Item = queue.try_put(Item).unwrap_err().into_inner();
}
