#![no_main]

use libfuzzer_sys::fuzz_target;
use likemind_fuzz::options;

fuzz_target!(|text: &str| options::parse(text));
