//! Recommendations to many people.

use super::Recommend;
use crate::args::Shared;
use crate::files::table_format;
use crate::interrupt::Stoppable;
use crate::messages::note;
use crate::output::{Format, Output};
use crate::progress::Steps;
use crate::recommending::{
    Ranker, RecommendOptions, Recommended, fitted_centring, print_reasons, recommended_columns,
};
use crate::record::{Field, Record, RecordColumn, column};
use crate::text::{grouped, printable};
use crate::wording::Wording;
use anyhow::Result;
use likemind::ItemIdx;
use likemind_engine::{
    Answerer, ModelChoice, Names, Recommendations, export_recommendations, recommend_each,
};
use likemind_store::Store;
use serde::Serialize;
use std::borrow::Borrow;

/// A person's list.
type List<'a> = (&'a str, Recommendations);

/// A recommendation to one of many people.
#[derive(Serialize)]
struct Listed {
    user: String,
    rank: u64,
    #[serde(flatten)]
    recommended: Recommended,
}

impl Borrow<Recommended> for Listed {
    fn borrow(&self) -> &Recommended {
        &self.recommended
    }
}

impl Record for Listed {
    fn columns() -> Vec<RecordColumn<Self>> {
        let own = vec![
            column("user", |listed: &Self| Field::text(&listed.user)),
            column("rank", |listed| Field::Count(listed.rank)),
        ];
        [own, recommended_columns()].into_iter().flatten().collect()
    }
}

/// What has been written to a file.
#[derive(Serialize)]
struct Written {
    path: String,
    people: u64,
    rows: u64,
}

impl Record for Written {
    fn columns() -> Vec<RecordColumn<Self>> {
        vec![
            column("path", |written| Field::text(&written.path)),
            column("people", |written| Field::Count(written.people)),
            column("rows", |written| Field::Count(written.rows)),
        ]
    }
}

impl Recommend {
    /// Recommends to all people at once, in their order.
    pub(super) async fn to_many(
        &self,
        store: &Store,
        choice: ModelChoice,
        options: &RecommendOptions<'_>,
        shared: &Shared,
        out: &mut Output<'_>,
    ) -> Result<()> {
        let dataset = self.people.read_guests(&self.ratings)?;
        let answerer = Answerer::to_recommend(store, choice, |_| None).await?;
        let wording = Wording::of(&store.summary().await?);
        let (names, view) = (Names::of(store).await?, answerer.view());
        let centring = fitted_centring(&view, options.prediction)?;
        let ranking = view.ranking(centring.as_ref())?;
        let predicting = view.predicting(centring.as_ref())?;
        let people = self.people.find(dataset.as_ref(), view.matrix(), &names)?;

        let steps = Steps::new(shared.progress);
        let report = |progress| steps.show(progress);
        let allows = |item: ItemIdx| options.allowed.contain(item);
        let request = options.request(&allows);
        let mut tally = Tally::default();
        let stoppable = Stoppable::listen()?;
        let lists = recommend_each(&ranking, &predicting, people, &request, &report).map(|lists| {
            let lists = stoppable.check(lists)?;
            tally.add(&lists, options);
            Ok(lists)
        });
        match &self.out {
            Some(file) => {
                let rows =
                    export_recommendations(lists, &names, file, table_format(self.kind, file))?;
                steps.end();
                tally.note(options);
                let path = file.display().to_string();
                out.one(&Written { path, people: tally.people, rows: rows as u64 })
            }
            None => {
                let listed = listed(lists, &names, self.explain)?;
                steps.end();
                tally.note(options);
                out.many(&listed)?;
                if self.explain && out.format() == Format::Table {
                    print_all_reasons(&listed, Ranker::new(&ranking, wording), out)?;
                }
                Ok(())
            }
        }
    }
}

/// The records of all lists.
fn listed<'a>(
    lists: impl Iterator<Item = Result<Vec<List<'a>>>>,
    names: &Names,
    explain: bool,
) -> Result<Vec<Listed>> {
    let mut all = Vec::new();
    for lists in lists {
        for (user, list) in lists? {
            all.extend((1..).zip(list.named(names)).map(|(rank, one)| Listed {
                user: user.to_owned(),
                rank,
                recommended: Recommended::new(&one, explain),
            }));
        }
    }
    Ok(all)
}

fn print_all_reasons(listed: &[Listed], ranker: Ranker, out: &mut Output<'_>) -> Result<()> {
    for list in listed.chunk_by(|a, b| a.user == b.user) {
        out.line(&format!("\nFor {}:", printable(&list[0].user)))?;
        print_reasons(list.iter().map(|one| &one.recommended), ranker, out)?;
    }
    Ok(())
}

/// Numbers of lists.
#[derive(Default)]
struct Tally {
    people: u64,
    /// Those with fewer items than requested.
    short: u64,
    /// Those filled up with items that are predicted below the person's mean.
    filled: u64,
}

impl Tally {
    fn add(&mut self, lists: &[List<'_>], options: &RecommendOptions<'_>) {
        for (_, list) in lists {
            let lowest = list.list.iter().map(|one| one.prediction.rating).reduce(f64::min);
            let is_filled =
                lowest.zip(list.least_prediction).is_some_and(|(low, least)| low < least);
            self.people += 1;
            self.short += u64::from(list.list.len() < options.n);
            self.filled += u64::from(is_filled);
        }
    }

    fn note(&self, options: &RecommendOptions<'_>) {
        let people = grouped(self.people);
        if self.short > 0 {
            let (short, n) = (grouped(self.short), options.n);
            note(format_args!("{short} of {people} lists have fewer than {n} items"));
        }
        if self.filled > 0 {
            let filled = grouped(self.filled);
            note(format_args!(
                "{filled} of {people} lists are filled up with items that are predicted below the user's mean"
            ));
        }
    }
}
