#![no_main]

use libfuzzer_sys::fuzz_target;
use likemind_fuzz::checkpoint;

fuzz_target!(|bytes: &[u8]| checkpoint::resume(bytes));
