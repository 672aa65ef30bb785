//! One file a command.

pub(crate) mod backup;
pub(crate) mod completions;
pub(crate) mod demo;
pub(crate) mod download;
pub(crate) mod evaluate;
pub(crate) mod export;
pub(crate) mod facts;
pub(crate) mod fit;
pub(crate) mod generate;
pub(crate) mod health;
pub(crate) mod import;
pub(crate) mod items;
pub(crate) mod jobs;
pub(crate) mod models;
pub(crate) mod neighbours;
pub(crate) mod predict;
pub(crate) mod rate;
pub(crate) mod recommend;
pub(crate) mod scale;
pub(crate) mod serve;
pub(crate) mod similarity;
pub(crate) mod verify;
