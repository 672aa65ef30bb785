#![no_main]

use libfuzzer_sys::fuzz_target;
use likemind_fuzz::layouts;

fuzz_target!(|bytes: &[u8]| layouts::titles(bytes));
