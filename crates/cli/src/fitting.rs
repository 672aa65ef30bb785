//! What fits have in common, by a command and by a service.

use anyhow::{Context, Result};
use likemind::ModelParameters;
use likemind::all_pairs::Kernel;
use likemind_engine::FitOptions;

/// A fit with nothing but its parameters given.
pub(crate) fn plain_options(parameters: ModelParameters) -> Result<FitOptions> {
    Ok(FitOptions::new(parameters, holder()).with_kernel(forced_kernel()?))
}

/// Who this is, for people who find the database busy.
pub(crate) fn holder() -> String {
    let machine = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let machine = machine.or_else(|| std::env::var("COMPUTERNAME").ok());
    match machine.as_deref().map(str::trim) {
        Some(machine) if !machine.is_empty() => {
            format!("process {} on {machine}", std::process::id())
        }
        _ => format!("process {}", std::process::id()),
    }
}

/// The kernel that the environment asks for.
pub(crate) fn forced_kernel() -> Result<Option<Kernel>> {
    match std::env::var("LIKEMIND_KERNEL") {
        Ok(name) if !name.is_empty() => {
            Ok(Some(Kernel::named(&name).context("in the variable LIKEMIND_KERNEL")?))
        }
        _ => Ok(None),
    }
}
