//! Declares the XML inside a PDF in its metadata, as Factur-X asks for.
//!
//! The writer of PDF has no place for other metadata, so an incremental update (ISO 32000, 7.5.6) is appended:
//! the metadata stream again with the declaration, its line of the cross-reference table, and a
//! trailer that names the table before. The writer leaves metadata and table uncompressed.
//!
//! Invariant: the bytes before the update stay as they are.

/// The list of extension schemas, which may be there once, and the end of all descriptions.
const END_OF_SCHEMAS: &str = "</rdf:Bag></pdfaExtension:schemas>";
const END_OF_DESCRIPTIONS: &str = "</rdf:RDF>";

const NAMESPACE: &str = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#";

/// The schema of the properties, which PDF/A demands.
fn schema() -> String {
    let property = |name: &str, meaning: &str| {
        format!(
            "<rdf:li rdf:parseType=\"Resource\"><pdfaProperty:category>external</pdfaProperty:category>\
             <pdfaProperty:description>{meaning}</pdfaProperty:description>\
             <pdfaProperty:name>{name}</pdfaProperty:name>\
             <pdfaProperty:valueType>Text</pdfaProperty:valueType></rdf:li>"
        )
    };
    let properties = [
        property("DocumentFileName", "The name of the embedded XML document"),
        property("DocumentType", "The type of the hybrid document"),
        property("Version", "The version of the standard of the embedded XML data"),
        property("ConformanceLevel", "The profile of the embedded XML data"),
    ];
    let properties = properties.concat();
    format!(
        "<rdf:li rdf:parseType=\"Resource\">\
         <pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>\
         <pdfaSchema:namespaceURI>{NAMESPACE}</pdfaSchema:namespaceURI>\
         <pdfaSchema:prefix>fx</pdfaSchema:prefix>\
         <pdfaSchema:property><rdf:Seq>{properties}</rdf:Seq></pdfaSchema:property></rdf:li>"
    )
}

fn description(file: &str) -> String {
    format!(
        "<rdf:Description rdf:about=\"\" xmlns:fx=\"{NAMESPACE}\">\
         <fx:DocumentType>INVOICE</fx:DocumentType><fx:DocumentFileName>{file}</fx:DocumentFileName>\
         <fx:Version>1.0</fx:Version><fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>\
         </rdf:Description>"
    )
}

/// The metadata with the schema in its list and the properties at its end.
fn declared(packet: &str, file: &str) -> Option<String> {
    let (schemas, rest) = packet.split_once(END_OF_SCHEMAS)?;
    let (descriptions, end) = rest.split_once(END_OF_DESCRIPTIONS)?;
    let (schema, description) = (schema(), description(file));
    Some(format!(
        "{schemas}{schema}{END_OF_SCHEMAS}{descriptions}{description}{END_OF_DESCRIPTIONS}{end}"
    ))
}

/// The PDF with the declaration behind it. `None` if the bytes are not laid out as the writer lays
/// them out.
pub(crate) fn declare_invoice(mut pdf: Vec<u8>, file: &str) -> Option<Vec<u8>> {
    let table = number_behind(&pdf, last(&pdf, b"startxref")?)?;
    let trailer_at = last(&pdf, b"trailer")?;
    let trailer = dictionary(pdf.get(trailer_at..)?)?;
    let catalog = object(&pdf, table, reference(&trailer, "/Root ")?)?;
    let number = reference(&dictionary(catalog)?, "/Metadata ")?;
    let metadata = object(&pdf, table, number)?;
    let packet = between(metadata, b"stream\n", b"\nendstream")?;
    let packet = declared(std::str::from_utf8(packet).ok()?, file)?;

    if pdf.last() != Some(&b'\n') {
        pdf.push(b'\n');
    }
    let at = pdf.len();
    let length = packet.len();
    let object = format!(
        "{number} 0 obj\n<<\n  /Length {length}\n  /Type /Metadata\n  /Subtype /XML\n>>\nstream\n{packet}\nendstream\nendobj\n\n"
    );
    pdf.extend(object.into_bytes());
    let table_at = pdf.len();
    let entries = trailer.strip_suffix(">>")?.trim_end();
    let update = format!(
        "xref\n{number} 1\n{at:010} 00000 n \ntrailer\n{entries}\n  /Prev {table}\n>>\nstartxref\n{table_at}\n%%EOF\n"
    );
    pdf.extend(update.into_bytes());
    Some(pdf)
}

fn first(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).position(|window| window == word)
}

fn last(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).rposition(|window| window == word)
}

/// The number in the words behind the word at `at`.
fn number_behind(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = std::str::from_utf8(bytes.get(at..)?).ok()?;
    rest.split_ascii_whitespace().nth(1)?.parse().ok()
}

/// The first dictionary of some bytes, with its marks, if it is text.
fn dictionary(bytes: &[u8]) -> Option<String> {
    let mut depth = 0_usize;
    let begin = first(bytes, b"<<")?;
    let mut at = begin;
    while let Some(mark) = bytes.get(at..at.checked_add(2)?) {
        match mark {
            b"<<" => depth = depth.checked_add(1)?,
            b">>" => depth = depth.checked_sub(1)?,
            _ => {
                at = at.checked_add(1)?;
                continue;
            }
        }
        at = at.checked_add(2)?;
        if depth == 0 {
            return Some(String::from_utf8_lossy(bytes.get(begin..at)?).into_owned());
        }
    }
    None
}

/// The number of the object that a dictionary names under a key.
fn reference(dictionary: &str, key: &str) -> Option<usize> {
    dictionary.split_once(key)?.1.split_ascii_whitespace().next()?.parse().ok()
}

/// The bytes from the beginning of an object on, by the cross-reference table.
fn object(pdf: &[u8], table: usize, number: usize) -> Option<&[u8]> {
    // The table is one section from object 0 on, in lines of 20 bytes behind its head of two lines.
    let lines = pdf.get(table..)?;
    let head = first(lines, b"0000000000 65535")?;
    let at = number.checked_mul(20)?.checked_add(head)?;
    let line = std::str::from_utf8(lines.get(at..at.checked_add(10)?)?).ok()?;
    let object = pdf.get(line.parse::<usize>().ok()?..)?;
    object.starts_with(format!("{number} 0 obj").as_bytes()).then_some(object)
}

fn between<'a>(bytes: &'a [u8], begin: &[u8], end: &[u8]) -> Option<&'a [u8]> {
    let rest = bytes.get(first(bytes, begin)?.checked_add(begin.len())?..)?;
    rest.get(..first(rest, end)?)
}
