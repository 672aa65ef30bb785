//! Live neighbours equal those of a job, bit for bit.

use likemind::live::LiveError;
use likemind::{
    AllPairs, Centring, DenseIdx, ItemIdx, Live, Measure, Model, ModelOptions, ModelParameters,
    Neighbour, NeighbourIndex, NeighbourView, Neighbours, PredictionOptions, Profile, RatingMatrix,
    RatingTable, RowIdx, Side, Similarities, SimilarityOptions, TopN, Unobserved, UserIdx,
    Weighting,
};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Neighbour lists with similarities as bits.
type Lists = Vec<Vec<(RowIdx, u32, u64)>>;

/// A user, an item, and the level to set; 0 removes the rating.
type Change = (u32, u32, u32);

const SCALES: [&str; 6] = ["1:5:1", "0.5:5:0.5", "0:10:1", "1:100:1", "1:1000:1", "0:20"];

/// Returns the measures that can be kept exact.
fn measures() -> Vec<Measure> {
    Measure::all().filter(|measure| !measure.is_global()).collect()
}

const WEIGHTINGS: [Weighting; 4] = [
    Weighting::None,
    Weighting::Shrink(5.0),
    Weighting::ShrinkLessOne(3.0),
    Weighting::Herlocker(4.0),
];

/// Generates changes among a few users and items, some of which have many ratings.
fn changes(count: usize) -> impl Strategy<Value = Vec<Change>> {
    let index = |end: u32| prop_oneof![0..end, 0..end / 3];
    prop::collection::vec((index(16), index(14), prop_oneof![Just(0), 1..6u32, 1..6u32]), count)
}

fn similarities() -> impl Strategy<Value = SimilarityOptions> {
    (0..measures().len(), 0..WEIGHTINGS.len(), 1..4u32).prop_map(|(measure, weighting, least)| {
        SimilarityOptions::default()
            .with_measure(measures()[measure])
            .with_weighting(WEIGHTINGS[weighting])
            .with_min_overlap(least)
    })
}

fn models() -> impl Strategy<Value = ModelOptions> {
    let k = prop_oneof![1..4usize, Just(30)];
    (similarities(), k, prop_oneof![Just(0.0), Just(-1.0), Just(0.3)]).prop_map(
        |(similarity, k, min_similarity)| {
            ModelOptions::new(Side::Users)
                .with_similarity(similarity)
                .with_k(k)
                .with_min_similarity(min_similarity)
        },
    )
}

fn both(options: ModelOptions) -> [ModelParameters; 2] {
    [Side::Users, Side::Items].map(|side| options.with_side(side).check().unwrap())
}

fn job(matrix: &RatingMatrix, parameters: ModelParameters) -> NeighbourIndex {
    AllPairs::new(matrix, parameters).run(&Unobserved).unwrap()
}

fn empty(scale: &str) -> RatingMatrix {
    RatingMatrix::from_table(&RatingTable::new(), scale.parse().unwrap()).unwrap()
}

/// Applies a change, adding the users and items that it needs.
fn apply(live: &mut Live, &(user, item, level): &Change) {
    while live.matrix().users() <= user as usize {
        live.add_user();
    }
    while live.matrix().items() <= item as usize {
        live.add_item();
    }
    let (user, item) = (UserIdx(user), ItemIdx(item));
    let before = live.matrix().rating(user, item);
    let previous = match level {
        0 => live.remove(user, item),
        level => {
            let rating = live.matrix().scale().rating_of(level);
            // On the real scale, use values that differ between users.
            let real = live.matrix().scale().step().is_none();
            let rating = rating + if real { f64::from(user.0) * 0.013 } else { 0.0 };
            live.set(user, item, rating).unwrap()
        }
    };
    assert_eq!(previous, before);
}

fn bits(list: &[Neighbour]) -> Vec<(RowIdx, u32, u64)> {
    list.iter().map(|n| (n.index, n.overlap, n.similarity.to_bits())).collect()
}

/// Checks the lists of both sides against those of a job, and the reported changes against the
/// actual ones.
fn check(live: &mut Live, models: [ModelParameters; 2], known: &mut [Lists; 2]) {
    for (model, known) in models.into_iter().zip(known) {
        let expected = job(live.matrix(), model);
        let index = live.index(model.side()).unwrap();
        assert_eq!((index.rows(), index.side()), (expected.rows(), expected.side()));
        let now: Vec<_> = RowIdx::first(index.rows()).map(|row| bits(index.list(row))).collect();
        for (row, list) in RowIdx::first(now.len()).zip(&now) {
            assert_eq!(list, &bits(expected.list(row)), "{row:?} of {:?}", model.options());
        }
        assert_eq!(index.lists().digest(), expected.digest());
        known.resize(now.len(), Vec::new());
        let differing: Vec<_> = RowIdx::first(now.len())
            .zip(now.iter().zip(&*known))
            .filter(|(_, (a, b))| a != b)
            .collect();
        let differing: BTreeSet<RowIdx> = differing.into_iter().map(|(row, _)| row).collect();
        let reported = live.take_changed(model.side());
        assert!(reported.is_sorted());
        let reported: BTreeSet<RowIdx> = reported.into_iter().collect();
        // A list that changed and changed back may be reported too.
        assert!(reported.is_superset(&differing), "{reported:?} {differing:?}");
        *known = now;
    }
}

fn first_of(index: &NeighbourIndex, k: usize) -> Lists {
    index.lists().map(|list| bits(&list[..list.len().min(k)])).collect()
}

/// Stores the lists that each batch has changed, as a service does, and attaches them again.
fn check_stored_again<'a>(
    initial: &[Change],
    batches: impl Iterator<Item = &'a [Change]>,
    scale: &str,
    options: ModelOptions,
) {
    let mut live = Live::new(empty(scale));
    initial.iter().for_each(|change| apply(&mut live, change));
    let models = both(options);
    let mut stored = models.map(|model| {
        let index = job(live.matrix(), model.with_spare());
        live.attach(model, index.clone()).unwrap();
        index.lists().map(<[_]>::to_vec).collect::<Vec<_>>()
    });
    for batch in batches {
        batch.iter().for_each(|change| apply(&mut live, change));
        for (model, stored) in models.into_iter().zip(&mut stored) {
            let changed = live.take_changed(model.side());
            let lists = live.index(model.side()).unwrap().lists();
            let now = lists.to_index_with_spare();
            assert_eq!(now.first(model.k()), lists.to_index());
            assert_eq!(now.digest_of_first(model.k()), lists.to_index().digest());
            stored.resize(now.rows(), Vec::new());
            for row in changed {
                stored[row.at()] = now.list(row).to_vec();
            }
            let index = NeighbourIndex::from_lists(model.side(), &*stored).unwrap();
            assert_eq!(index.first(model.k()), job(live.matrix(), model));
            live.attach(model, index).unwrap();
        }
    }
}

/// The longest list is shorter than a list with all spare neighbours, and then another one becomes longer.
#[test]
fn list_with_few_spare_neighbours_is_complete_whatever_the_longest_one_is() {
    let initial = [
        (2, 9, 1),
        (0, 8, 1),
        (2, 7, 1),
        (2, 2, 1),
        (2, 4, 1),
        (0, 4, 1),
        (0, 7, 1),
        (0, 2, 1),
        (2, 1, 1),
        (0, 1, 1),
    ];
    let later = [(2, 8, 1), (0, 9, 1), (0, 1, 0), (2, 2, 0)];
    let similarity = SimilarityOptions::default()
        .with_measure(Measure::Overlap)
        .with_weighting(Weighting::Shrink(5.0))
        .with_min_overlap(1);
    let options = ModelOptions::new(Side::Users).with_k(2).with_similarity(similarity);
    check_stored_again(&initial, later.chunks(1), "1:100:1", options.with_min_similarity(0.3));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn changed_lists_equal_those_of_a_job(
        initial in changes(90),
        later in changes(40),
        batch_size in 1..4usize,
        spare in any::<bool>(),
        scale in 0..SCALES.len(),
        options in models(),
    ) {
        let mut start = Live::new(empty(SCALES[scale]));
        initial.iter().for_each(|change| apply(&mut start, change));
        let models = both(options);
        let mut live = Live::new(start.matrix().clone());
        let mut known = [Vec::new(), Vec::new()];
        for (model, known) in models.into_iter().zip(&mut known) {
            let made_with = if spare { model.with_spare() } else { model };
            let index = job(live.matrix(), made_with);
            *known = first_of(&index, model.k());
            live.attach(model, index).unwrap();
        }
        for batch in later.chunks(batch_size) {
            batch.iter().for_each(|change| apply(&mut live, change));
            check(&mut live, models, &mut known);
        }
    }

    #[test]
    fn stored_lists_with_spare_neighbours_stay_exact_when_attached_again(
        initial in changes(90),
        later in changes(60),
        batch_size in 1..6usize,
        scale in 0..SCALES.len(),
        options in models(),
    ) {
        check_stored_again(&initial, later.chunks(batch_size), SCALES[scale], options);
    }

    #[test]
    fn lists_built_from_scratch_equal_those_of_a_job(later in changes(120), options in models()) {
        let models = both(options);
        let mut live = Live::new(empty("1:5:1"));
        for model in models {
            live.attach(model, job(live.matrix(), model)).unwrap();
        }
        let mut known = [Vec::new(), Vec::new()];
        for batch in later.chunks(8) {
            batch.iter().for_each(|change| apply(&mut live, change));
            check(&mut live, models, &mut known);
        }
    }

    #[test]
    fn stale_index_is_brought_up_to_date(
        initial in changes(90),
        missed in prop_oneof![changes(3), changes(30)],
        later in changes(8),
        scale in 0..SCALES.len(),
        spare in any::<bool>(),
        options in models(),
    ) {
        let mut live = Live::new(empty(SCALES[scale]));
        initial.iter().for_each(|change| apply(&mut live, change));
        let models = both(options);
        let made_with = |model: ModelParameters| if spare { model.with_spare() } else { model };
        let before = models.map(|model| job(live.matrix(), made_with(model)));
        missed.iter().for_each(|change| apply(&mut live, change));
        let touched = [Side::Users, Side::Items].map(|side| -> Vec<RowIdx> {
            let row = |&(user, item, _): &Change| {
                RowIdx(if side == Side::Users { user } else { item })
            };
            missed.iter().map(row).collect()
        });
        let mut known = [Vec::new(), Vec::new()];
        for (place, (model, index)) in models.into_iter().zip(before).enumerate() {
            known[place] = first_of(&index, model.k());
            live.attach_outdated(model, index, &touched[place]).unwrap();
        }
        check(&mut live, models, &mut known);
        for change in &later {
            apply(&mut live, change);
            check(&mut live, models, &mut known);
        }
    }
}

#[test]
fn rejects_global_similarities_and_mismatched_indexes() {
    let mut live = Live::new(empty("1:5:1"));
    apply(&mut live, &(2, 1, 3));
    let options = ModelOptions::new(Side::Users);
    let model = |similarity| options.with_similarity(similarity).check().unwrap();
    let default = SimilarityOptions::default();
    for similarity in
        [default.with_measure(Measure::BaselinePearson), default.with_weighting(Weighting::Mahout)]
    {
        let index = job(live.matrix(), model(similarity));
        let error = live.attach(model(similarity), index).unwrap_err();
        assert!(matches!(error, LiveError::Global { .. }));
        assert!(error.to_string().ends_with("a job refreshes it"), "{error}");
    }
    let index = job(live.matrix(), model(default));
    let items = ModelOptions::new(Side::Items).check().unwrap();
    assert!(matches!(live.attach(items, index.clone()), Err(LiveError::Rows { .. })));
    apply(&mut live, &(2, 2, 3));
    assert!(matches!(live.attach(items, index.clone()), Err(LiveError::Side { .. })));
    let unknown = live.attach_outdated(model(default), index.clone(), &[RowIdx(0), RowIdx(3)]);
    assert_eq!(unknown, Err(LiveError::UnknownRow { rows: 3, found: RowIdx(3) }));
    assert!(live.index(Side::Items).is_none());
    assert!(live.take_changed(Side::Items).is_empty());
}

#[test]
fn predictions_and_rankings_reflect_changes_immediately() {
    let mut live = Live::new(empty("1:5:1"));
    for side in [Side::Users, Side::Items] {
        let model = ModelOptions::new(side).check().unwrap();
        live.attach(model, job(live.matrix(), model)).unwrap();
    }
    for (user, ratings) in (0..).zip([[1, 2, 5, 0], [2, 3, 5, 4], [5, 4, 1, 1], [1, 2, 4, 5]]) {
        for (item, level) in (0..).zip(ratings) {
            apply(&mut live, &(user, item, level));
        }
    }
    for side in [Side::Users, Side::Items] {
        let index = live.index(side).unwrap();
        let stored_index = index.lists().to_index();
        let (user, item) = (UserIdx(0), ItemIdx(3));
        let person = Profile::from_user(live.matrix(), user);
        let centring = Centring::fit(live.matrix(), PredictionOptions::default()).unwrap();
        let view = |lists| NeighbourView::new(live.matrix(), *index.parameters(), lists, &centring);
        let (live_view, stored_view) =
            (view(Neighbours::from(index)), view(Neighbours::from(&stored_index)));
        let [live_session, stored_session] =
            [&live_view, &stored_view].map(|view| view.session(&person).unwrap());
        let (predicted, expected) = (live_session.predict(item), stored_session.predict(item));
        assert!(!predicted.terms.is_empty(), "{side:?} {}", item.get());
        assert_eq!(predicted.score.to_bits(), expected.score.to_bits());
        let [ranked, expected] =
            [live_session, stored_session].map(|session| session.rank(TopN::new(9)));
        assert_eq!(ranked.len(), 1);
        assert_eq!(format!("{ranked:?}"), format!("{expected:?}"));
    }
}

#[test]
fn rejects_lists_that_are_longer_than_those_with_spare_neighbours() {
    let mut live = Live::new(empty("1:5:1"));
    (0..9).for_each(|user| apply(&mut live, &(user, 0, 3)));
    let overlap = SimilarityOptions::default().with_measure(Measure::Overlap).with_min_overlap(1);
    let model =
        |k| ModelOptions::new(Side::Users).with_similarity(overlap).with_k(k).check().unwrap();
    let index = job(live.matrix(), model(6));
    let error = live.attach(model(1), index.clone()).unwrap_err();
    assert_eq!(error, LiveError::Longest { expected: 5, found: 6 });
    live.attach(model(1), index.first(5)).unwrap();
}

#[test]
fn rejects_neighbours_with_a_different_number_of_rows() {
    let mut live = Live::new(empty("1:5:1"));
    for change in [(0, 0, 3), (0, 1, 5), (1, 0, 2), (1, 1, 4)] {
        apply(&mut live, &change);
    }
    let [parameters, _] = both(ModelOptions::new(Side::Users));
    let index = job(live.matrix(), parameters);
    let early = live.updated_index(parameters, index.clone(), &[]).unwrap();
    live.add_user();
    assert_eq!(live.put(early), Err(LiveError::Rows { expected: 3, found: 2 }));
    assert!(live.index(Side::Users).is_none());
    let whole = live.updated_index(parameters, index, &[]).unwrap();
    live.put(whole).unwrap();
    assert_eq!(live.index(Side::Users).unwrap().rows(), 3);
}

/// The sums of longer rows use wider integers. With 31 levels, the most for which there are two
/// widths, the shortest rows are too long.
#[test]
fn rows_that_outgrow_packed_sums_stay_exact() {
    const LIMIT: u32 = 8_729;
    let mut live = Live::new(empty("1:31:1"));
    let level = |user: u32, item: u32| 1 + (user * 5 + item * 7 + item / 31 * (user + 3)) % 31;
    for item in 0..LIMIT + 6 {
        let own = if item + 6 < LIMIT { Some((0, item, level(0, item))) } else { None };
        let all = [1, 2].map(|user| (user, item, level(user, item)));
        all.into_iter().chain(own).for_each(|change| apply(&mut live, &change));
    }
    let options = ModelOptions::new(Side::Users).with_min_similarity(-1.0);
    let parameters = options.check().unwrap();
    live.attach(parameters, job(live.matrix(), parameters)).unwrap();
    let added = (LIMIT - 6..LIMIT + 6).map(|item| (0, item, level(0, item)));
    let removed = (LIMIT - 6..LIMIT + 6).map(|item| (0, item, 0));
    for change in added.chain(removed) {
        apply(&mut live, &change);
        let similarities = Similarities::new(live.matrix(), Side::Users, parameters.similarity());
        let index = live.index(Side::Users).unwrap();
        for (row, other) in [(0, 1), (0, 2), (1, 0), (2, 0)].map(|(a, b)| (RowIdx(a), RowIdx(b))) {
            let listed = index.list(row).iter().find(|n| n.index == other).unwrap();
            let pair = similarities.pair(row, other);
            assert_eq!(Some(listed.similarity), pair.similarity, "{change:?}");
            assert_eq!(listed.overlap, pair.overlap);
        }
        assert_eq!(index.lists().digest(), job(live.matrix(), parameters).digest());
    }
}
