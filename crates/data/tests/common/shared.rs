//! Files that are stored next to the repository, not in it.

use std::path::{Path, PathBuf};

/// Returns the path of a file or folder in `shared`, next to the repository. If it is absent,
/// prints a note and returns `None`.
///
/// # Panics
/// Panics if it is absent and `LIKEMIND_REQUIRE_DATA` is set.
pub(crate) fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(name);
    if path.exists() {
        return Some(path);
    }
    assert!(std::env::var_os("LIKEMIND_REQUIRE_DATA").is_none(), "{} is absent", path.display());
    eprintln!("skipped: {} is absent", path.display());
    None
}
