//! Fitting, as commands and a service have it in common.

mod fitted;
mod teller;

pub(crate) use fitted::Fitted;

use crate::interrupt::{Interrupt, Interrupted, Stopped};
use crate::messages::note;
use crate::progress::ProgressMode;
use anyhow::{Context, Result, bail};
use likemind::ModelParameters;
use likemind::all_pairs::Kernel;
use likemind_engine::{FitEnd, FitOptions, FitStop};
use likemind_store::Store;
use teller::Teller;

/// Computes a model and makes it the active one, or goes on with a job that was interrupted.
pub(crate) async fn fit(
    store: &Store,
    options: FitOptions,
    progress: ProgressMode,
) -> Result<Fitted> {
    let stop = FitStop::default();
    let interrupt = Interrupt::listen(&stop)?;
    let mut teller = Teller::new(progress);
    let wanted = *options.parameters.options();
    let end = likemind_engine::fit(store, options, &stop, &mut |event| teller.tell(event)).await?;
    drop(teller);
    match end {
        FitEnd::Done(fitted) => {
            if let Some(warning) = fitted::warning(&fitted.reach, &wanted) {
                note(format_args!("{warning}"));
            }
            if !fitted.pruned.is_empty() {
                note(format_args!("{}", fitted::pruned(&fitted.pruned)));
            }
            Ok(fitted.into())
        }
        FitEnd::Interrupted { job, work_done } => {
            Err(Interrupted { signal: interrupt.signal(), job, work_done }.into())
        }
        FitEnd::NotStarted => Err(Stopped::by(interrupt.signal()).into()),
        FitEnd::Cancelled(job) => bail!("expected a model, found that job {job} was cancelled"),
    }
}

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
