//! Lines of a text by the position of a byte.

/// Counts lines up to a position that only grows.
pub struct LineCounter<'a> {
    text: &'a str,
    position: usize,
    line: usize,
}

impl<'a> LineCounter<'a> {
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        Self { text, position: 0, line: 1 }
    }

    /// The line of a position, from 1.
    pub fn line_at(&mut self, position: u64) -> usize {
        let position = usize::try_from(position).unwrap_or(self.position);
        let passed = self.text.as_bytes().get(self.position..position).unwrap_or_default();
        let breaks = passed.iter().filter(|byte| **byte == b'\n').count();
        self.position = position.max(self.position);
        self.line = self.line.saturating_add(breaks);
        self.line
    }

    /// The line of the first character behind a position that is no line break.
    pub fn line_behind(&mut self, position: u64) -> usize {
        let from = usize::try_from(position).unwrap_or(self.position);
        let rest = self.text.as_bytes().get(from..).unwrap_or_default();
        let breaks = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        self.line_at(position.saturating_add(u64::try_from(breaks).unwrap_or(0)))
    }
}
