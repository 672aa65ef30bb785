//! One file a command.

pub(crate) mod backup;
pub(crate) mod completions;
pub(crate) mod demo;
pub(crate) mod download;
pub(crate) mod evaluate;
pub(crate) mod export;
pub(crate) mod facts;
pub(crate) mod fit;
pub(crate) mod generate;
pub(crate) mod health;
pub(crate) mod import;
pub(crate) mod items;
pub(crate) mod jobs;
pub(crate) mod models;
pub(crate) mod neighbours;
pub(crate) mod predict;
pub(crate) mod rate;
pub(crate) mod recommend;
pub(crate) mod scale;
pub(crate) mod serve;
pub(crate) mod similarity;
pub(crate) mod verify;

use crate::args::{Cli, Command};
use anyhow::Result;

pub(crate) async fn run(cli: Cli) -> Result<()> {
    let Cli { shared, command } = cli;
    match command {
        Command::Demo(demo) => demo.run(&shared).await,
        Command::Import(import) => import.run(&shared).await,
        Command::Download(download) => download.run(&shared),
        Command::Generate(generate) => generate.run(&shared),
        Command::Fit(fit) => fit.run(&shared).await,
        Command::Neighbours(neighbours) => neighbours.run(&shared).await,
        Command::Similarity(similarity) => similarity.run(&shared).await,
        Command::Items(items) => items.run(&shared).await,
        Command::Recommend(recommend) => recommend.run(&shared).await,
        Command::Predict(predict) => predict.run(&shared).await,
        Command::Facts(facts) => facts.run(&shared).await,
        Command::Evaluate(evaluate) => evaluate.run(&shared).await,
        Command::Export(export) => export.run(&shared).await,
        Command::Backup(backup) => backup.run(&shared).await,
        Command::Verify(verify) => verify.run(&shared).await,
        Command::Models(models) => models.run(&shared).await,
        Command::Jobs(jobs) => jobs.run(&shared).await,
        Command::Rate(rate) => rate.run(&shared).await,
        Command::Forget(forget) => forget.run(&shared).await,
        Command::Scale(scale) => scale.run(&shared).await,
        Command::Serve(serve) => serve.run(&shared).await,
        Command::Health(health) => health.run(),
        Command::Completions(completions) => completions.run(),
    }
}
