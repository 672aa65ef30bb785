//! `likemind scale`

use crate::args::Shared;
use crate::database;
use crate::notes::note_scale_change;
use crate::output::Output;
use crate::record::{Field, Record, RecordColumn, column};
use anyhow::Result;
use clap::Args;
use likemind::RatingScale;
use likemind::scale::ScaleError;
use likemind_store::Summary;
use serde::Serialize;

/// Shows or changes the rating scale
///
/// A given scale is a limit: ratings off that scale are errors. A found scale is detected from the ratings,
/// and widens when other ratings arrive.
#[derive(Args)]
pub(crate) struct Scale {
    /// MIN:MAX:STEP, MIN:MAX for any value, MIN:MAX:count for counts such as plays, or auto to detect it from the ratings
    #[arg(value_name = "SCALE", allow_hyphen_values = true, value_parser = choice)]
    scale: Option<Choice>,
}

/// A scale, or `None` to detect it from the ratings.
#[derive(Clone, Copy)]
struct Choice(Option<RatingScale>);

fn choice(text: &str) -> Result<Choice, ScaleError> {
    Ok(Choice(if text == "auto" { None } else { Some(text.parse()?) }))
}

#[derive(Serialize)]
struct ScaleOf {
    scale: Option<String>,
    kind: &'static str,
}

impl Record for ScaleOf {
    fn columns() -> Vec<RecordColumn<Self>> {
        vec![
            column("scale", |of| Field::optional_text(of.scale.as_deref())),
            column("kind", |of| Field::text(of.kind)),
        ]
    }
}

impl From<&Summary> for ScaleOf {
    fn from(summary: &Summary) -> Self {
        let kind = if summary.scale_is_found { "found" } else { "given" };
        Self { scale: summary.scale.map(|scale| scale.to_string()), kind }
    }
}

impl Scale {
    pub(crate) async fn run(self, shared: &Shared, out: &mut Output<'_>) -> Result<()> {
        let store = database::open(&shared.db()).await?;
        let before = store.summary().await?;
        let summary = match self.scale {
            None => before.clone(),
            Some(Choice(scale)) => store.set_scale(scale).await?,
        };
        store.close().await;
        note_scale_change(before.scale, summary.scale);
        out.one(&ScaleOf::from(&summary))
    }
}
