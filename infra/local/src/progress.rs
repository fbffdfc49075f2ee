//! The progress of a walk over all clients, for people who wait.

use std::io::{self, IsTerminal};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::config::Config;

/// A bar on standard error, if that is a terminal and nothing hides it.
pub fn progress(config: &Config, is_hidden: bool) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if is_hidden || !io::stderr().is_terminal() || !config.has_colour() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos} of {len} clients") {
        bar.set_style(style);
    }
    bar
}
