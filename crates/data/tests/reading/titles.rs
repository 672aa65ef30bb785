//! Titles from a separate file.

use crate::common::{error, text_with};
use likemind_data::ReadOptions;
use std::fs;

#[test]
fn reads_titles_from_a_separate_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("films.csv");
    fs::write(&path, "item,title,genres\nx,\"Heat, again (1995)\",Crime|Drama\nz,Unseen,\n")
        .unwrap();
    let options = ReadOptions::default().with_items(path.clone());
    let set = text_with("a,x,3\nb,x,4\nb,y,2\n", &options).unwrap();
    let info = |id| set.catalogue.get(set.ratings.items().get(id).unwrap()).clone();
    assert_eq!(info("x").title.as_deref(), Some("Heat, again"));
    assert_eq!((info("x").year, info("x").genres.len()), (Some(1995), 2));
    assert_eq!((info("y").title, info("z").title.as_deref()), (None, Some("Unseen")));
    assert_eq!(set.ratings.rated_items(), 2);

    fs::write(&path, "item,colour\nx,red\n").unwrap();
    let untitled = error(text_with("a,x,3\n", &options));
    assert!(untitled.contains("films.csv") && untitled.contains("called title"), "{untitled}");
    fs::write(&path, "item,title\nx,Heat\ny\n").unwrap();
    let short = error(text_with("a,x,3\n", &options));
    assert!(short.starts_with("films.csv:3: expected 2 fields"), "{short}");
    let nowhere = ReadOptions::default().with_items(folder.path().join("no.csv"));
    assert!(error(text_with("a,x,3\n", &nowhere)).contains("no.csv"));
}
