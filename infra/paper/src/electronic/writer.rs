//! Writes XML elements with their texts escaped.

/// XML so far.
pub(super) struct Writer {
    out: String,
}

impl Writer {
    pub(super) fn new() -> Self {
        Self { out: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned() }
    }

    /// An element with children. `start` is its name, with its attributes if it has some.
    pub(super) fn element(&mut self, start: &str, children: impl FnOnce(&mut Self)) {
        self.out.push_str(&format!("<{start}>"));
        children(self);
        let name = start.split(' ').next().unwrap_or(start);
        self.out.push_str(&format!("</{name}>"));
    }

    /// An element with a text.
    pub(super) fn text(&mut self, start: &str, text: &str) {
        self.element(start, |writer| writer.out.push_str(&escaped(text)));
    }

    /// An element with a text, if there is a text.
    pub(super) fn text_if_any(&mut self, start: &str, text: &str) {
        if !text.is_empty() {
            self.text(start, text);
        }
    }

    pub(super) fn finish(self) -> String {
        self.out
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_elements_are_closed_by_their_names() {
        let mut writer = Writer::new();
        writer.element("a", |writer| writer.text("b x=\"1\"", "<&>"));
        assert!(writer.finish().ends_with("<a><b x=\"1\">&lt;&amp;&gt;</b></a>"));
    }
}
