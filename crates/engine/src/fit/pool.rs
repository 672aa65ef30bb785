//! The threads that compute.

use parking_lot::Mutex;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::thread::available_parallelism;

/// The pool of the latest fit, while no other one uses it. New threads for every fit of a service would
/// not get the memory that the allocator keeps for the earlier ones.
static IDLE: Mutex<Option<ThreadPool>> = Mutex::new(None);

/// Runs `work` in a thread pool of this size; `None` for one thread per core.
pub(super) fn in_pool<T: Send>(
    threads: Option<usize>,
    work: impl FnOnce() -> Result<T, String> + Send,
) -> Result<T, String> {
    let threads = match threads {
        Some(threads) => threads,
        None => available_parallelism().map_err(|error| error.to_string())?.get(),
    };
    let idle = IDLE.lock().take().filter(|pool| pool.current_num_threads() == threads);
    let pool = match idle {
        Some(pool) => pool,
        None => new(threads)?,
    };
    let done = pool.install(work);
    *IDLE.lock() = Some(pool);
    done
}

fn new(threads: usize) -> Result<ThreadPool, String> {
    // The name distinguishes the time that a service spends on jobs from that on answers.
    let pool = ThreadPoolBuilder::new().thread_name(|number| format!("likemind-fit-{number}"));
    pool.num_threads(threads).build().map_err(|error| error.to_string())
}
