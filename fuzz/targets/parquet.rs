#![no_main]

use libfuzzer_sys::fuzz_target;
use likemind_fuzz::ratings;
use std::panic;

fuzz_target!(
    init: {
        // The library panics at some damaged files, which is caught. The fuzzer's own hook would end
        // the process there; what nobody catches still does.
        panic::set_hook(Box::new(|_| ()));
    },
    |bytes: &[u8]| ratings::stream(bytes, "ratings.parquet")
);
