//! Log lines: the operation that a line belongs to, and how a deployed function writes lines to
//! standard output.
//!
//! Invariant: every line has time and level, in the form that Lambda reads; every line of a request
//! has Lambda's request id and, once it is known, the operation. All are in spans: whoever logs has
//! to name neither.
//!
//! Absent on purpose: filters by span and by field, which the runtime's own set-up has. They need an
//! engine of regular expressions, which is large and which most functions have no other use for.

use std::fmt::Display;

use tracing::Span;
use tracing::field::{Empty, display};

#[cfg(feature = "aws")]
pub use lines::begin;

/// The span of a request. Its operation is noted by [`operation`].
#[must_use]
pub fn request() -> Span {
    // An error's span, so that no level of logging leaves it out.
    tracing::error_span!("request", op = Empty)
}

/// Notes the operation of the request that is being answered.
pub fn operation(op: &impl Display) {
    Span::current().record("op", display(op));
}

#[cfg(feature = "aws")]
mod lines {
    use lambda_runtime::tracing::Subscriber;
    use lambda_runtime::tracing::subscriber::filter::{LevelFilter, Targets};
    use lambda_runtime::tracing::subscriber::fmt::MakeWriter;
    use lambda_runtime::tracing::subscriber::layer::{Layer, SubscriberExt};
    use lambda_runtime::tracing::subscriber::util::SubscriberInitExt;
    use lambda_runtime::tracing::subscriber::{fmt, registry};

    use crate::environment::{Environment, read};

    /// Where the runtime makes the span that has the request id.
    const REQUEST_ID: &str = "lambda_runtime::layers::trace";

    /// Logs from here on. Called once.
    pub fn begin() {
        // Both settings are optional: there is always a configuration.
        if let Ok(logging) = read(|environment| Logging::read(environment)) {
            subscriber(&logging, std::io::stdout).init();
        }
    }

    /// Which lines are written, and in which form.
    #[derive(Debug, Clone, PartialEq, Eq)]
    struct Logging {
        /// A level, or levels by target.
        levels: String,
        /// One JSON object a line, instead of text.
        json: bool,
    }

    impl Logging {
        /// As Lambda's logging controls say; `RUST_LOG` wins over their level.
        fn read(environment: &Environment<'_>) -> Self {
            let levels = environment.optional("RUST_LOG");
            let levels = levels.or_else(|| environment.optional("AWS_LAMBDA_LOG_LEVEL"));
            let format = environment.optional("AWS_LAMBDA_LOG_FORMAT").unwrap_or_default();
            Self {
                levels: levels.unwrap_or_else(|| "info".to_owned()),
                json: format.eq_ignore_ascii_case("json"),
            }
        }
    }

    fn subscriber<W>(logging: &Logging, writer: W) -> impl Subscriber + Send + Sync + use<W>
    where
        W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
    {
        let lines = fmt::layer().with_target(false).with_ansi(false).with_writer(writer);
        let lines = if logging.json {
            // Time and level where Lambda looks for them: `timestamp` and `level`.
            lines.json().flatten_event(true).with_current_span(false).boxed()
        } else {
            lines.boxed()
        };
        registry().with(targets(&logging.levels)).with(lines)
    }

    /// The lines that are wanted. A text that is no list of levels counts as "info".
    fn targets(levels: &str) -> Targets {
        let targets = levels.parse::<Targets>();
        let targets = targets.unwrap_or_else(|_| Targets::new().with_default(LevelFilter::INFO));
        targets.with_target(REQUEST_ID, LevelFilter::INFO)
    }

    #[cfg(test)]
    mod tests {
        use std::io;
        use std::sync::{Arc, Mutex};

        use lambda_runtime::tracing::Level;
        use serde_json::Value;

        use super::*;
        use crate::environment::read_from;
        use crate::log::{operation, request};

        #[derive(Clone, Default)]
        struct Written(Arc<Mutex<Vec<u8>>>);

        impl io::Write for Written {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                self.0.lock().unwrap().extend_from_slice(bytes);
                Ok(bytes.len())
            }

            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }

        /// Two subscribers that come and go at once share what is known about the spans.
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

        /// The line of a warning within a request, whose operation is noted if there is one.
        fn line(levels: &str, json: bool, op: Option<&str>) -> String {
            let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let written = Written::default();
            let writer = written.clone();
            let logging = Logging { levels: levels.to_owned(), json };
            let subscriber = subscriber(&logging, move || writer.clone());
            tracing::subscriber::with_default(subscriber, || {
                // As the runtime does it, at the level of information.
                let invoked = tracing::info_span!(target: REQUEST_ID, "invoked", requestId = "r-1");
                let _entered = (invoked.entered(), request().entered());
                if let Some(op) = op {
                    operation(&op);
                }
                tracing::warn!(repeat = 2, "a read is repeated");
            });
            let bytes = written.0.lock().unwrap().clone();
            String::from_utf8(bytes).unwrap()
        }

        #[test]
        fn json_line_has_time_level_request_id_and_operation() {
            for levels in ["info", "warn"] {
                let line: Value = serde_json::from_str(&line(levels, true, Some("op_7"))).unwrap();

                let time = line["timestamp"].as_str().unwrap();
                assert!(time.ends_with('Z') && time.parse::<jiff::Timestamp>().is_ok(), "{time}");
                assert_eq!(line["level"], "WARN");
                assert_eq!(line["message"], "a read is repeated");
                assert_eq!(line["repeat"], 2);
                assert_eq!(line["spans"][0]["requestId"], "r-1", "{levels}: {line}");
                assert_eq!(line["spans"][1]["op"], "op_7", "{levels}: {line}");
            }
        }

        #[test]
        fn text_line_has_time_level_request_id_and_operation() {
            let line = line("warn", false, Some("op_7"));
            let (time, rest) = line.split_once(' ').unwrap();
            assert!(time.parse::<jiff::Timestamp>().is_ok(), "{line}");
            assert!(rest.trim_start().starts_with("WARN"), "{line}");
            for part in ["requestId=\"r-1\"", "op=op_7", "a read is repeated repeat=2"] {
                assert!(line.contains(part), "{part}: {line}");
            }
        }

        #[test]
        fn line_before_the_operation_is_known_has_the_request_id_alone() {
            let line: Value = serde_json::from_str(&line("info", true, None)).unwrap();
            assert_eq!(line["spans"][0]["requestId"], "r-1");
            assert_eq!(line["spans"][1].get("op"), None);
        }

        #[test]
        fn logging_without_settings_is_information_as_text() {
            let read = |set: &'static [(&str, &str)]| {
                let variable = |name: &str| {
                    set.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned())
                };
                let logging = read_from(&variable, |environment| Logging::read(environment));
                logging.map(|Logging { levels, json }| (levels, json)).unwrap()
            };
            assert_eq!(read(&[]), ("info".into(), false));
            assert_eq!(read(&[("RUST_LOG", " ")]), ("info".into(), false));
            let set: &[_] = &[("AWS_LAMBDA_LOG_LEVEL", "DEBUG"), ("AWS_LAMBDA_LOG_FORMAT", "JSON")];
            assert_eq!(read(set), ("DEBUG".into(), true));
            let set: &[_] =
                &[("AWS_LAMBDA_LOG_LEVEL", "DEBUG"), ("RUST_LOG", "warn,functions=trace")];
            assert_eq!(read(set), ("warn,functions=trace".into(), false));
        }

        #[test]
        fn levels_hold_by_target_and_nonsense_is_information() {
            for (levels, functions, rest) in [
                ("info", Level::INFO, Some(Level::INFO)),
                ("DEBUG", Level::DEBUG, Some(Level::DEBUG)),
                ("warn,functions=debug", Level::DEBUG, Some(Level::WARN)),
                ("functions=trace", Level::TRACE, None),
                ("functions=loud", Level::INFO, Some(Level::INFO)),
            ] {
                let targets = targets(levels);
                for level in [Level::ERROR, Level::WARN, Level::INFO, Level::DEBUG, Level::TRACE] {
                    let enabled = targets.would_enable("functions::desk", &level);
                    assert_eq!(enabled, level <= functions, "{levels}: {level} of functions");
                    let enabled = targets.would_enable("hyper", &level);
                    let expected = rest.is_some_and(|most| level <= most);
                    assert_eq!(enabled, expected, "{levels}: {level}");
                }
            }
        }
    }
}
