#![no_main]

use libfuzzer_sys::fuzz_target;
use likemind_fuzz::item_model;

fuzz_target!(|bytes: &[u8]| item_model::unpack(bytes));
