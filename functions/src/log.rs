//! How a deployed function logs: to standard output, as Lambda's logging controls say.
//!
//! What is absent on purpose: filters by span and by field, which the runtime's own set-up has. They
//! need an engine of regular expressions, which is large and which most functions have no other use
//! for.

use lambda_runtime::tracing::subscriber::filter::{LevelFilter, Targets};
use lambda_runtime::tracing::subscriber::layer::SubscriberExt;
use lambda_runtime::tracing::subscriber::util::SubscriberInitExt;
use lambda_runtime::tracing::subscriber::{fmt, registry};

use crate::config::Logging;

/// Logs from here on. Called once.
pub fn begin(logging: &Logging) {
    let lines = fmt::layer().with_target(false).without_time();
    let wanted = registry().with(targets(&logging.levels));
    if logging.json {
        wanted.with(lines.json()).init();
    } else {
        wanted.with(lines).init();
    }
}

/// What is not understood is no reason to be silent.
fn targets(levels: &str) -> Targets {
    levels.parse().unwrap_or_else(|_| Targets::new().with_default(LevelFilter::INFO))
}

#[cfg(test)]
mod tests {
    use lambda_runtime::tracing::Level;

    use super::*;

    #[test]
    fn levels_hold_by_target_and_nonsense_is_info() {
        for (levels, functions, others) in [
            ("info", Level::INFO, Some(Level::INFO)),
            ("DEBUG", Level::DEBUG, Some(Level::DEBUG)),
            ("warn,functions=debug", Level::DEBUG, Some(Level::WARN)),
            ("functions=trace", Level::TRACE, None),
            ("functions=loud", Level::INFO, Some(Level::INFO)),
        ] {
            let targets = targets(levels);
            for level in [Level::ERROR, Level::WARN, Level::INFO, Level::DEBUG, Level::TRACE] {
                let said = targets.would_enable("functions::desk", &level);
                assert_eq!(said, level <= functions, "{levels}: {level} of functions");
                let said = targets.would_enable("hyper", &level);
                assert_eq!(said, others.is_some_and(|most| level <= most), "{levels}: {level}");
            }
        }
    }
}
