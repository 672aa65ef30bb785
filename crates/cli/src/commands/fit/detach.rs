//! Fits in a running service.

use crate::client::Client;
use crate::commands::jobs::RemoteJob;
use crate::messages::note;
use crate::output::Output;
use anyhow::{Result, bail};
use likemind::{BaselineOptions, ModelParameters};
use serde_json::json;

/// Starts a job in a service, and writes its state.
pub(super) fn run(
    client: &Client,
    parameters: &[ModelParameters],
    out: &mut Output<'_>,
) -> Result<()> {
    let [parameters] = parameters else {
        bail!(
            "expected --side users or --side items with --detach, found both: only one job can run"
        );
    };
    let options = parameters.options();
    let similarity = &options.similarity;
    if similarity.baseline != BaselineOptions::default() {
        bail!(
            "expected a measure with likemind's own baseline with --detach, found another dialect's"
        );
    }
    let body = json!({
        "kind": "fit",
        "side": options.side,
        "k": options.k,
        "measure": similarity.measure.to_string(),
        "weighting": similarity.weighting.to_string(),
        "min_overlap": similarity.min_overlap,
        "min_similarity": options.min_similarity,
    });
    let job: RemoteJob = client.post("/v1/jobs", &body)?;
    note(format_args!("`likemind jobs watch {} --server URL` shows its progress", job.job));
    out.one(&job)
}
