#![no_main]

use libfuzzer_sys::fuzz_target;
use likemind_fuzz::partial;

fuzz_target!(|bytes: &[u8]| partial::merge(bytes));
