//! The README shows code that compiles.

#[test]
fn the_readme_quotes_the_example() {
    let example = include_str!("../examples/recommend.rs").replace("\r\n", "\n");
    let readme = include_str!("../README.md").replace("\r\n", "\n");
    let (_, code) = example.split_once("\n\n").expect("a doc line, an empty line, the code");
    assert!(readme.contains(&format!("```rust\n{code}```")), "README.md shows other code");
}
