//! "파이썬 쓰레드" by tiaz0128, section '예시 : 모니터링': one thread watches another.
//!
//! Look at: after the worker's 종료 the main thread has nothing to wait for,
//! and its end takes the daemon along. That the monitor still says 종료됨, as
//! in the article, is a race that it seldom wins, in CPython as here. With
//! `RUNTIME_CLOCK=virtual` it never does.

use std::time::Duration;

use runtime::thread::{self, Builder, Thread};

fn monitor_thread(thread_to_monitor: Thread) {
    while thread_to_monitor.is_alive() {
        println!("모니터링: {thread_to_monitor} 실행 중");
        thread::sleep(Duration::from_millis(500));
    }
    println!("모니터링: {thread_to_monitor} 종료됨");
}

fn worker() {
    println!("{} 시작", thread::current());
    thread::sleep(Duration::from_secs(1));
    println!("{} 종료", thread::current());
}

fn main() {
    env_logger::builder().format_timestamp(None).init();
    runtime::run(|| {
        let work_thread = Builder::new()
            .name("WorkerThread".into())
            .create(worker)
            .unwrap();
        let monitor = Builder::new()
            .name("MonitorThread".into())
            .daemon(true)
            .create_with(monitor_thread, (work_thread.thread().clone(),))
            .unwrap();

        work_thread.start().unwrap();
        monitor.start().unwrap();

        work_thread.join().unwrap();
    });
}
