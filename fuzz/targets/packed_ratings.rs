#![no_main]

use libfuzzer_sys::fuzz_target;
use likemind_fuzz::packed;

fuzz_target!(|bytes: &[u8]| packed::ratings(bytes));
