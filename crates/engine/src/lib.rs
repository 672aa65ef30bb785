//! likemind at work.

mod fit;
mod live;

pub use fit::{
    FitEnd, FitEvent, FitOptions, FitStart, FitStop, Fitted, StartOver, fit, go_on_with,
};
pub use live::{LiveModel, LiveStore, LiveView, Names};
