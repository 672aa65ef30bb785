//! Files that are kept beside the project, not in it.

use std::path::{Path, PathBuf};

/// A file or folder of the project's neighbour `shared`. None, with a line that says so, where it is
/// absent.
///
/// # Panics
/// If it is absent and `LIKEMIND_REQUIRE_DATA` is set.
pub(crate) fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(name);
    if path.exists() {
        return Some(path);
    }
    assert!(std::env::var_os("LIKEMIND_REQUIRE_DATA").is_none(), "{} is absent", path.display());
    eprintln!("skipped: {} is absent", path.display());
    None
}
