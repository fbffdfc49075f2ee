//! A small tree of an XML document: names without prefixes, texts, and the lines of the file.
//!
//! Invariant: the whole document is read or none. Entities of its own are refused, so a small file
//! cannot grow; so is nesting deeper than any statement has.

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::payments::statement::position::LineCounter;
use crate::payments::statement::types::StatementError;

const DEPTH_MAX: usize = 40;

/// An element with its children in order.
#[derive(Debug, Default)]
pub struct XmlElement {
    pub name: String,
    pub line: usize,
    pub text: String,
    pub attributes: Vec<(String, String)>,
    pub children: Vec<XmlElement>,
}

impl XmlElement {
    /// The first child of a name.
    #[must_use]
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// All children of a name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first descendant along a path of names.
    #[must_use]
    pub fn at(&self, path: &str) -> Option<&Self> {
        path.split('/').try_fold(self, |element, name| element.child(name))
    }

    /// The text along a path; empty where there is none.
    #[must_use]
    pub fn text_at(&self, path: &str) -> &str {
        self.at(path).map_or("", |element| element.text.trim())
    }

    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// The root element of a document.
///
/// # Errors
/// The line and the reason.
pub fn parse(text: &str) -> Result<XmlElement, StatementError> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut lines = LineCounter::new(text);
    let mut open: Vec<XmlElement> = vec![XmlElement::default()];
    loop {
        let event = reader.read_event();
        let line = lines.line_at(reader.buffer_position());
        let fault =
            |reason: &str| StatementError::at(line, format!("the XML is broken: {reason}."));
        match event.map_err(|error| fault(&error.to_string()))? {
            Event::Start(start) => {
                if open.len() > DEPTH_MAX {
                    return Err(fault("it is nested too deeply"));
                }
                open.push(element(&start, line).ok_or_else(|| fault("an attribute is malformed"))?);
            }
            Event::End(_) => {
                let closed = open.pop().ok_or_else(|| fault("an element is closed twice"))?;
                let parent = open.last_mut().ok_or_else(|| fault("an element is closed twice"))?;
                parent.children.push(closed);
            }
            Event::Text(text) => {
                let text = text.decode().map_err(|error| fault(&error.to_string()))?;
                append(&mut open, &text);
            }
            Event::CData(text) => {
                let text = text.decode().map_err(|error| fault(&error.to_string()))?;
                append(&mut open, &text);
            }
            Event::GeneralRef(reference) => {
                let c = character(&reference).ok_or_else(|| fault("it has an unknown entity"))?;
                append(&mut open, c.encode_utf8(&mut [0; 4]));
            }
            Event::DocType(_) => return Err(fault("it declares entities of its own")),
            Event::Eof => break,
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
    let whole = (open.len() == 1).then(|| open.pop()).flatten();
    let root = whole.and_then(|mut document| document.children.pop());
    root.ok_or_else(|| StatementError::File("The XML file ends in the middle.".to_owned()))
}

fn element(start: &BytesStart<'_>, line: usize) -> Option<XmlElement> {
    let name = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut element =
        XmlElement { name: name(start.local_name().as_ref()), line, ..XmlElement::default() };
    for attribute in start.attributes() {
        let attribute = attribute.ok()?;
        let value = name(&attribute.value);
        element.attributes.push((name(attribute.key.local_name().as_ref()), value));
    }
    Some(element)
}

fn append(open: &mut [XmlElement], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

fn character(reference: &BytesRef<'_>) -> Option<char> {
    if let Some(c) = reference.resolve_char_ref().ok()? {
        return Some(c);
    }
    match reference.decode().ok()?.as_ref() {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}
