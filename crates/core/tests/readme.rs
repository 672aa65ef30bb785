//! The code in the README is that of an example, so it compiles.

#[test]
fn readme_quotes_the_example() {
    let example = include_str!("../examples/recommend.rs").replace("\r\n", "\n");
    let readme = include_str!("../README.md").replace("\r\n", "\n");
    let (_, code) = example.split_once("\n\n").expect("a doc line, an empty line, then the code");
    assert!(
        readme.contains(&format!("```rust\n{code}```")),
        "README.md differs from examples/recommend.rs"
    );
}
