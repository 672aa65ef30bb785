use likemind::*;
use likemind_store::*;
use std::time::Instant;
#[tokio::test(flavor = "multi_thread")]
#[ignore]
async fn speed() {
    let n: usize = std::env::var("N").map_or(1_000_000, |n| n.parse().unwrap());
    let dir = tempfile::tempdir().unwrap();
    let users = n / 153;
    let mut table = RatingTable::new();
    let mut x: u64 = 88172645463325252;
    let mut seen = std::collections::HashSet::new();
    for u in 0..users {
        let name = format!("{}", u + 1);
        seen.clear();
        while seen.len() < 153 {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            let f = (x >> 11) as f64 / (1u64 << 53) as f64;
            let item = (f * f * f * 10000.0) as u32;
            if seen.insert(item) {
                table
                    .push(
                        &name,
                        &format!("{item}"),
                        ((x >> 3) % 10 + 1) as f64 * 0.5,
                        Some(1_000_000_000 + (x % 1000000) as i64),
                    )
                    .unwrap();
            }
        }
    }
    for round in 0..3 {
        let path = dir.path().join(format!("s{round}.db"));
        let store = Store::create_or_open(&path).await.unwrap();
        let catalogue = Catalogue::new();
        let batch = ImportBatch {
            name: None,
            table: &table,
            catalogue: &catalogue,
            scale: RatingScale::HALF_STARS,
            scale_choice: ScaleChoice::Fixed,
            mode: ImportMode::Add,
        };
        let start = Instant::now();
        let mut marks = Vec::new();
        store
            .import(batch, &mut |p| {
                if p.done == p.total || marks.is_empty() {
                    marks.push((p.step, start.elapsed().as_secs_f64()));
                }
            })
            .await
            .unwrap();
        let secs = start.elapsed().as_secs_f64();
        let start = Instant::now();
        let m = store.matrix().await.unwrap();
        let ms = start.elapsed().as_secs_f64() * 1e3;
        let start = Instant::now();
        store.import(batch, &mut |_| ()).await.unwrap();
        let again = start.elapsed().as_secs_f64();
        let start = Instant::now();
        store.ratings().await.unwrap();
        let rows = start.elapsed().as_secs_f64();
        println!(
            "{} ratings import {secs:.3}s = {:.0}/s; matrix {ms:.1} ms; again {again:.3}s; ratings() {rows:.3}s; {marks:?}; size {}",
            m.ratings(),
            m.ratings() as f64 / secs,
            std::fs::metadata(&path).unwrap().len()
        );
        store.close().await;
    }
}
