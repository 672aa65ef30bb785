//! `likemind jobs`

mod remote;

pub(crate) use remote::RemoteJob;

use crate::args::Shared;
use crate::client::{Client, ServerArgs};
use crate::database;
use crate::messages::note;
use crate::output::Output;
use crate::progress::Steps;
use crate::record::{Field, Record, RecordColumn, column};
use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use likemind_engine::{Step, StepProgress};
use likemind_store::{JobId, JobInfo, JobState, Store};
use serde::Serialize;
use std::time::Duration;

/// Interval at which a watched job is polled.
const POLL: Duration = Duration::from_millis(500);

/// Lists, watches or cancels jobs, which are fits in any process
#[derive(Args)]
pub(crate) struct Jobs {
    #[command(flatten)]
    server: ServerArgs,
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Lists all jobs, oldest first
    List,
    /// Shows the progress of a job in any process until it ends
    Watch {
        /// Number of the job [default: the running one]
        job: Option<JobId>,
    },
    /// Cancels a job; the active model is unaffected
    Cancel {
        /// Number of the job
        job: JobId,
    },
}

#[derive(Serialize)]
struct Listed {
    job: JobId,
    #[serde(flatten)]
    info: JobInfo,
}

impl Record for Listed {
    fn columns() -> Vec<RecordColumn<Self>> {
        vec![
            column("job", |listed| Field::text(listed.job.to_string())),
            column("kind", |listed| Field::text(listed.info.kind.name())),
            column("model_kind", |listed| Field::text(listed.info.model_kind.name())),
            column("side", |listed| Field::text(listed.info.side.to_string())),
            column("state", |listed| Field::text(listed.info.state.to_string())),
            column("work_done", |listed| Field::Real(Some(listed.info.work_done))),
            column("tiles_done", |listed| Field::Count(listed.info.tiles_done)),
            column("tiles", |listed| Field::Count(listed.info.tiles)),
            column("pairs_done", |listed| Field::Count(listed.info.pairs_done)),
            column("pairs", |listed| Field::Count(listed.info.pairs)),
            column("seconds", |listed| Field::Real(Some(listed.info.seconds))),
            column("holder", |listed| Field::optional_text(listed.info.holder.as_deref())),
            column("model", |listed| {
                Field::optional_text(listed.info.model.map(|model| model.to_string()))
            }),
            column("error", |listed| Field::optional_text(listed.info.error.as_deref())),
        ]
    }
}

impl Jobs {
    pub(crate) async fn run(self, shared: &Shared, out: &mut Output<'_>) -> Result<()> {
        if let Some(client) = self.server.named()? {
            return self.action.run_remotely(&client, shared, out);
        }
        let store = database::open(&shared.db()).await?;
        match self.action {
            Action::List => {
                let jobs = store.jobs().await?.into_iter();
                out.many(&jobs.map(listed).collect::<Vec<_>>())
            }
            Action::Cancel { job } => {
                let info = store.cancel_job(job).await?;
                if info.state == JobState::Running {
                    note(format_args!("job {job} is stopping, which takes a second or two"));
                }
                out.one(&listed(info))
            }
            Action::Watch { job } => {
                let info = watch(&store, job, shared).await?;
                match info.state {
                    JobState::Done => out.one(&listed(info)),
                    state => bail!(
                        "expected job {} to end with a model, found {}",
                        info.id,
                        describe(&info, state)
                    ),
                }
            }
        }
    }
}

impl Action {
    /// Uses a running service instead of the database.
    fn run_remotely(self, client: &Client, shared: &Shared, out: &mut Output<'_>) -> Result<()> {
        match self {
            Self::List => out.many(&remote::list(client)?),
            Self::Watch { job } => out.one(&remote::watch(client, job, shared)?),
            Self::Cancel { job } => out.one(&remote::cancel(client, job)?),
        }
    }
}

fn listed(info: JobInfo) -> Listed {
    Listed { job: info.id, info }
}

fn describe(info: &JobInfo, state: JobState) -> String {
    match (state, &info.error) {
        (JobState::Queued, _) => format!(
            "that no process is running it; `likemind fit` with the same options resumes it at {:.0} %",
            info.work_done * 100.0
        ),
        (_, Some(error)) => format!("that it {state}: {error}"),
        _ => format!("that it was {state}"),
    }
}

/// Follows a job until it ends, or until no process runs it.
async fn watch(store: &Store, job: Option<JobId>, shared: &Shared) -> Result<JobInfo> {
    let id = match job {
        Some(id) => id,
        None => latest(store).await?,
    };
    let steps = Steps::new(shared.progress);
    loop {
        let info = store.job(id).await?;
        if info.pairs > 0 {
            steps.show(StepProgress {
                step: Step::Comparing,
                done: info.pairs_done,
                total: info.pairs,
                share: info.work_done,
            });
        }
        if info.state != JobState::Running {
            return Ok(info);
        }
        tokio::time::sleep(POLL).await;
    }
}

/// The running job, or else the latest one.
async fn latest(store: &Store) -> Result<JobId> {
    let jobs = store.jobs().await?;
    let running = jobs.iter().find(|job| job.state == JobState::Running);
    let job = running.or(jobs.last());
    Ok(job.context("expected a job, found none; `likemind fit` starts one")?.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_and_remote_jobs_have_the_same_columns() {
        let here: Vec<_> = Listed::columns().iter().map(|column| column.name).collect();
        let there: Vec<_> = RemoteJob::columns().iter().map(|column| column.name).collect();
        assert_eq!(here, there);
    }
}
