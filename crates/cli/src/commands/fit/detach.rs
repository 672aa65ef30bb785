//! Fits in a running service.

use crate::client::Client;
use crate::commands::jobs::RemoteJob;
use crate::messages::note;
use crate::output::Output;
use anyhow::{Result, bail};
use likemind::{BaselineOptions, ModelParameters};
use likemind_store::ModelSpec;
use serde_json::{Value, json};

/// Starts a job in a service, and writes its state. Unless a measure is chosen, the service chooses it.
pub(super) fn run(
    client: &Client,
    specs: &[ModelSpec],
    has_measure: bool,
    out: &mut Output<'_>,
) -> Result<()> {
    let [spec] = specs else {
        bail!("expected one model with --detach, found several: only one job can run");
    };
    let body = match spec {
        ModelSpec::Neighbours(parameters) => neighbours(parameters, has_measure)?,
        other => json!({ "kind": "fit", "model": other.kind() }),
    };
    let job: RemoteJob = client.post("/v1/jobs", &body)?;
    note(format_args!("`likemind jobs watch {} --server URL` shows its progress", job.job));
    out.one(&job)
}

/// A job that computes neighbours.
fn neighbours(parameters: &ModelParameters, has_measure: bool) -> Result<Value> {
    let options = parameters.options();
    let similarity = &options.similarity;
    if similarity.baseline != BaselineOptions::default() {
        bail!(
            "expected a measure with likemind's own baseline with --detach, found another dialect's"
        );
    }
    let measure = has_measure.then(|| similarity.measure.to_string());
    Ok(json!({
        "kind": "fit",
        "side": options.side,
        "k": options.k,
        "measure": measure,
        "weighting": similarity.weighting.to_string(),
        "min_overlap": similarity.min_overlap,
        "min_similarity": options.min_similarity,
    }))
}
