//! Panics that are caught and leave no trace.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    /// Whether this thread's panics are caught, so that nobody need be told of them.
    static IS_QUIET: Cell<bool> = const { Cell::new(false) };
}

/// What `work` returns, or `None` if it panics, which is not printed.
///
/// A panic is printed by the process's hook before it can be caught. The first call puts a hook before
/// the one there is, which passes on every panic but those of `work`. A hook that is set later prints
/// them again.
pub(super) fn catch<T>(work: impl FnOnce() -> T) -> Option<T> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let hook = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !IS_QUIET.get() {
                hook(panic);
            }
        }));
    });
    IS_QUIET.set(true);
    let done = panic::catch_unwind(AssertUnwindSafe(work)).ok();
    IS_QUIET.set(false);
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panics_are_caught_and_others_are_not() {
        assert_eq!(catch(|| 7), Some(7));
        assert_eq!(catch(|| -> u8 { panic!("damaged") }), None);
        assert!(!IS_QUIET.get());
    }
}
