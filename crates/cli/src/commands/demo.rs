//! `likemind demo`

use crate::args::{PredictionArgs, Shared};
use crate::fitting::{fit, plain_options};
use crate::output::{Format, Output};
use crate::progress::Steps;
use crate::recommending::{FilterArgs, RecommendOptions, print_reasons, recommend};
use crate::serving::{ServiceArgs, serve};
use crate::text::{grouped, printable};
use crate::values;
use anyhow::{Result, bail};
use clap::Args;
use likemind::{KrigingOptions, ModelOptions, RidgeOptions, Side, UserIdx};
use likemind_data::sample;
use likemind_engine::{
    Answerer, FewNames, ModelChoice, NamedNeighbour, find_user, import, neighbours_of,
};
use likemind_store::{ImportMode, Keep, ModelSpec, Store};
use std::path::Path;

/// Name of the data set of the demo.
const SAMPLE: &str = "sample";
/// Number of shown neighbours.
const LIKE_MINDS: usize = 3;

/// Runs everything from scratch: sample data, all pairs, recommendations with reasons
///
/// The people and their ratings are invented; the films are real.
///
/// Writes likemind-demo.db, or the file of --db if it is new or from an earlier demo.
#[derive(Args)]
pub(crate) struct Demo {
    /// The person to recommend to: Ada loves science fiction and animation, Bruno crime films
    #[arg(long, default_value = "Ada")]
    user: String,
    /// Number of recommendations
    #[arg(short, long, default_value_t = 5, value_parser = values::count())]
    n: usize,
    /// Random seed of the people's tastes
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Then serves the database of the demo, with the web page, until it is stopped
    #[arg(long)]
    serve: bool,
    #[command(flatten)]
    service: ServiceArgs,
}

impl Demo {
    /// Whether it starts a service.
    pub(crate) fn serves(&self) -> bool {
        self.serve
    }

    pub(crate) async fn run(self, shared: &Shared, out: &mut Output<'_>) -> Result<()> {
        let path = shared.db.clone().unwrap_or_else(|| Path::new("likemind-demo.db").into());
        let store = Store::create_or_open(&path).await?;
        let before = store.summary().await?;
        if before.ratings > 0 && before.name.as_deref() != Some(SAMPLE) {
            bail!("{path}: expected a new database for the demo, found ratings in it");
        }
        self.import_sample(&store, shared, out).await?;
        let person = find_user(&store, &self.user).await?;
        self.compare(&store, person, shared, out).await?;
        out.line(
            "3. Learning how films go together: ridge regression ranks, item kriging predicts.",
        )?;
        let specs: [ModelSpec; 2] =
            [KrigingOptions::default().into(), RidgeOptions::default().into()];
        for spec in specs {
            fit(&store, plain_options(spec)?, shared.progress).await?;
        }
        self.recommend(&store, person, out).await?;
        if self.serve {
            return serve(store, self.service, None).await;
        }
        store.close().await;
        out.line(&format!(
            "\nThese ratings are invented. Continue with real ones:\n  \
             likemind download ml-latest-small     100,000 ratings of real people (or your own CSV file)\n  \
             likemind import ml-latest-small.zip\n  \
             likemind fit --model all\n  \
             likemind recommend --user 1 --explain\n\
             or explore the sample: likemind --db {path} items --query star"
        ))
    }

    async fn import_sample(
        &self,
        store: &Store,
        shared: &Shared,
        out: &mut Output<'_>,
    ) -> Result<()> {
        let data = sample(self.seed);
        let (users, ratings) = (data.ratings.users().len(), data.ratings.len() as u64);
        out.line(&format!(
            "1. Sample data in {}: {users} invented people gave {} ratings to {} real films.",
            store.location(),
            grouped(ratings),
            data.ratings.items().len()
        ))?;
        let steps = Steps::new(shared.progress);
        let mut report = |progress| steps.show(progress);
        import(store, &data, ImportMode::Replace, Keep::Newest, &mut report).await?;
        steps.end();
        Ok(())
    }

    /// Fits the neighbours of all people, and says who is most like one of them.
    async fn compare(
        &self,
        store: &Store,
        person: UserIdx,
        shared: &Shared,
        out: &mut Output<'_>,
    ) -> Result<()> {
        out.line("2. Comparing all pairs of people by their co-rated films (PCS).")?;
        let parameters = ModelOptions::new(Side::Users).check()?;
        let fitted = fit(store, plain_options(parameters)?, shared.progress).await?;
        out.line(&format!("   {}", fitted.summary()))?;
        let like_minds = like_minds(store, person).await?.join(", ");
        out.line(&format!("   Most like {}: {like_minds}.", printable(&self.user)))
    }

    async fn recommend(&self, store: &Store, person: UserIdx, out: &mut Output<'_>) -> Result<()> {
        out.line(&format!("4. What {} might like, and why:\n", printable(&self.user)))?;
        let lists = |_| Some(vec![person.into()]);
        let answerer = Answerer::to_recommend(store, ModelChoice::default(), lists).await?;
        let prediction = PredictionArgs::default();
        let allowed = FilterArgs::default().find(store).await?;
        let options = RecommendOptions {
            n: self.n,
            explain: true,
            least_prediction: None,
            allowed: &allowed,
            with_rated: false,
            prediction: &prediction,
        };
        let list = recommend(store, &answerer, person, &options).await?;
        out.many(&list.items)?;
        if out.format() == Format::Table {
            print_reasons(&list.items, list.ranker, out)?;
        }
        Ok(())
    }
}

/// The nearest neighbours of a person, in words.
async fn like_minds(store: &Store, person: UserIdx) -> Result<Vec<String>> {
    let mut near = neighbours_of(store, Side::Users, person.into()).await?.list;
    near.truncate(LIKE_MINDS);
    let names = FewNames::read(store, near.iter().map(|one| (Side::Users, one.index))).await?;
    let in_words = |one| {
        let NamedNeighbour { id, similarity, overlap, .. } =
            NamedNeighbour::named(one, Side::Users, &names);
        format!("{} (similarity {similarity:.2} over {overlap} films)", printable(id))
    };
    Ok(near.iter().map(in_words).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::ProgressMode;
    use clap::Parser;

    #[derive(Parser)]
    struct TestCli {
        #[command(flatten)]
        demo: Demo,
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_demo_writes_recommendations_to_its_output() {
        let folder = tempfile::tempdir().unwrap();
        let db = Some(folder.path().join("demo.db").into());
        let shared = Shared { db, format: Format::Csv, progress: ProgressMode::None };
        let TestCli { demo } = TestCli::parse_from(["demo", "--user", "Bruno", "-n", "3"]);
        let mut written = Vec::new();
        demo.run(&shared, &mut Output::new(Format::Csv, &mut written)).await.unwrap();
        let written = String::from_utf8(written).unwrap();
        let (_, list) = written.split_once("What Bruno might like, and why:\n\n").unwrap();
        let mut lines = list.lines();
        assert_eq!(
            lines.next(),
            Some("item,title,prediction,low,high,below_mean,score,source,base")
        );
        assert_eq!(lines.take_while(|line| !line.is_empty()).count(), 3, "{written}");
    }
}
