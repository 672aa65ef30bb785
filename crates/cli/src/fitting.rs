//! Fitting, shared by commands and the service.

mod fitted;
mod reporter;

pub(crate) use fitted::Fitted;

use crate::interrupt::{Interrupt, Interrupted, Stopped};
use crate::messages::note;
use crate::progress::ProgressMode;
use anyhow::{Context, Result, bail};
use likemind::all_pairs::Kernel;
use likemind_engine::{FitEnd, FitOptions, FitStop};
use likemind_store::{ModelSpec, Store};
use reporter::FitReporter;

/// Fits a model and makes it the active one, or resumes an interrupted job.
pub(crate) async fn fit(
    store: &Store,
    options: FitOptions,
    progress: ProgressMode,
) -> Result<Fitted> {
    let stop = FitStop::default();
    let asked = stop.clone();
    let interrupt = Interrupt::listen(move || asked.stop())?;
    let mut reporter = FitReporter::new(progress);
    let spec = options.parameters;
    let mut report = |event| reporter.report(event);
    let end = likemind_engine::fit(store, options, &stop, &mut report).await?;
    drop(reporter);
    match end {
        FitEnd::Done(fitted) => {
            if let Some(remark) = fitted::remark(&fitted.quality, &spec) {
                note(format_args!("{remark}"));
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

/// Default options of a fit with these parameters.
pub(crate) fn plain_options(parameters: impl Into<ModelSpec>) -> Result<FitOptions> {
    Ok(FitOptions::new(parameters, holder()).with_kernel(forced_kernel()?))
}

/// The name of this process as a holder of jobs, for people who find the database busy.
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

/// The kernel that is forced by the environment.
pub(crate) fn forced_kernel() -> Result<Option<Kernel>> {
    match std::env::var("LIKEMIND_KERNEL") {
        Ok(name) if !name.is_empty() => {
            Ok(Some(Kernel::from_name(&name).context("in the variable LIKEMIND_KERNEL")?))
        }
        _ => Ok(None),
    }
}
