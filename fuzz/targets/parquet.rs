#![no_main]

use libfuzzer_sys::fuzz_target;
use likemind_fuzz::ratings;

fuzz_target!(|bytes: &[u8]| ratings::stream(bytes, "ratings.parquet"));
