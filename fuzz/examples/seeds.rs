//! Regenerates the binary seeds of `cargo fuzz` in `seeds/`.
//!
//! Run in this folder: `RUSTFLAGS="--cfg fuzzing" cargo run --example seeds`.

use flate2::Compression;
use flate2::write::GzEncoder;
use likemind::{Neighbour, RatingMatrix, RatingTable, RowIdx};
use likemind_data::{Column, TableFormat, Values, write_table};
use likemind_fuzz::{checkpoint, item_model, partial};
use likemind_store::fuzzing::{PackedNeighbours, pack_ratings, with_checksum};
use std::error::Error;
use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const RATINGS: &str =
    "userId,movieId,rating,timestamp\n1,31,2.5,1260759144\n1,1029,3.0,1260759179\n2,31,4,\n";
const MOVIES: &str = "movieId,title,genres\n31,Dangerous Minds (1995),Drama\n";

fn main() -> Result<(), Box<dyn Error>> {
    fs::write(seed("gzip", "movielens"), gzip(RATINGS)?)?;
    fs::write(seed("gzip", "two_members"), [gzip(RATINGS)?, gzip("3,31,1,\n")?].concat())?;
    fs::write(seed("zip", "deflated"), zip(CompressionMethod::Deflated)?)?;
    fs::write(seed("zip", "stored"), zip(CompressionMethod::Stored)?)?;
    parquet()?;
    for (name, scale) in [("levels", "1:5:1"), ("wide_levels", "1:1000:1"), ("reals", "0:1000")] {
        let packed = pack_ratings(&matrix(scale)?);
        // The target adds the checksum.
        let checksum = with_checksum(&[]).len();
        fs::write(seed("packed_ratings", name), &packed[..packed.len() - checksum])?;
    }
    fs::write(seed("neighbour_list", "three"), list()?)?;
    for (name, bytes) in ["begun", "finished"].into_iter().zip(checkpoint::seeds()) {
        fs::write(seed("checkpoint", name), bytes)?;
    }
    fs::write(seed("partial", "computed"), partial::seed())?;
    for (name, bytes) in ["kriging", "ridge"].into_iter().zip(item_model::seeds()) {
        fs::write(seed("item_model", name), bytes)?;
    }
    Ok(())
}

fn seed(target: &str, name: &str) -> PathBuf {
    Path::new("seeds").join(target).join(name)
}

fn gzip(text: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes())?;
    Ok(encoder.finish()?)
}

fn zip(method: CompressionMethod) -> Result<Vec<u8>, Box<dyn Error>> {
    let options = SimpleFileOptions::default().compression_method(method);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [("ml/ratings.csv", RATINGS), ("ml/movies.csv", MOVIES)] {
        archive.start_file(name, options)?;
        archive.write_all(text.as_bytes())?;
    }
    Ok(archive.finish()?.into_inner())
}

fn parquet() -> Result<(), Box<dyn Error>> {
    let column = |name, values| Column { name, values };
    let (users, items) = (vec!["ada", "ada", "bob"], vec!["Heat", "Alien", "Heat"]);
    let text = [
        column("user", Values::Text(users)),
        column("item", Values::Text(items)),
        column("rating", Values::Reals(vec![4.5, 3.0, 2.0])),
        column("timestamp", Values::OptionalIntegers(vec![Some(7), None, Some(9)])),
    ];
    let numbers = [
        column("userId", Values::Integers(vec![1, 1, 2])),
        column("movieId", Values::Integers(vec![31, 1029, 31])),
        column("rating", Values::Integers(vec![5, 3, 4])),
    ];
    // The format is explicit, because the names of seeds have no extension.
    for (name, columns) in [("text", &text[..]), ("numbers", &numbers[..])] {
        write_table(&seed("parquet", name), TableFormat::Parquet, 3, |_| columns.to_vec())?;
    }
    Ok(())
}

fn matrix(scale: &str) -> Result<RatingMatrix, Box<dyn Error>> {
    let mut table = RatingTable::new();
    for (place, rating) in [5.0, 1.0, 2.0, 4.0, 3.0].into_iter().enumerate() {
        table.push(&(place % 3).to_string(), &(place % 4).to_string(), rating, None)?;
    }
    Ok(RatingMatrix::from_table(&table, scale.parse()?)?)
}

fn list() -> Result<Vec<u8>, Box<dyn Error>> {
    let list = [(1, 3, 0.5), (0, 2, 0.25), (2, 1, -1.0)].map(|(index, overlap, similarity)| {
        Neighbour { index: RowIdx(index), overlap, similarity }
    });
    let packed = PackedNeighbours::pack(&list);
    let lengths = [packed.indices.len(), packed.overlaps.len()].map(u8::try_from);
    let [first, second] = lengths;
    Ok([&[first?, second?], &packed.indices[..], &packed.overlaps, &packed.similarities].concat())
}
