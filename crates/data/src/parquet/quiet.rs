//! Catches panics without printing them.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    /// Whether panics of this thread are caught, so that the hook must not print them.
    static IS_QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work` and returns its result; `None` if it panics. The panic is not printed.
///
/// A panic is printed by the process's panic hook before it can be caught. The first call therefore
/// wraps the current hook in one that ignores panics of `work`. A hook that is set later prints
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
    fn catches_panics() {
        assert_eq!(catch(|| 7), Some(7));
        assert_eq!(catch(|| -> u8 { panic!("damaged") }), None);
        assert!(!IS_QUIET.get());
    }
}
