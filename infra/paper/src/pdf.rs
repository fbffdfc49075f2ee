//! Writes sheets as PDF/A-3b.
//!
//! Invariant: all that is written depends on the document alone, so the same document gives the same
//! bytes. The dates inside are the date of issue.
//!
//! This is the only file that draws, and the only one with floating-point numbers.

use std::ops::Range;

use krilla::color::rgb;
use krilla::configure::{Archival, ConfigurationBuilder};
use krilla::embed::{AssociationKind, EmbeddedFile, MimeType};
use krilla::geom::{Path, PathBuilder, Point, Rect, Size, Transform};
use krilla::image::Image;
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule};
use krilla::surface::{Location, Surface};
use krilla::text::{Font, Glyph, GlyphId};
use krilla::{Data, SerializeSettings};

use crate::document::Document;
use crate::epc::{self, Modules};
use crate::font::{BOLD, Cut, EM, Fonts, Ink, LaidGlyph, Lettering, REGULAR};
use crate::layout::grid::SHEET;
use crate::length::{Area, Length};
use crate::sheet::{Item, Sheet};
use crate::undrawn::Undrawn;
use crate::{electronic, logo, xmp};

/// The name of the XML inside, which Factur-X prescribes.
const XML_NAME: &str = "factur-x.xml";

pub(crate) fn write(
    document: &Document,
    sheets: &[Sheet],
    fonts: &Fonts,
) -> Result<Vec<u8>, Undrawn> {
    let configuration =
        ConfigurationBuilder::new().with_archival_validator(Archival::A3_B).finish();
    let configuration = configuration.map_err(|error| fault(&format!("{error:?}")))?;
    let settings =
        SerializeSettings { configuration, enable_tagging: false, ..SerializeSettings::default() };
    let mut pdf = krilla::Document::new_with(settings);
    let drawing = Drawing {
        fonts,
        regular: font(REGULAR)?,
        bold: font(BOLD)?,
        logo: document.logo.as_deref().map(logo::read).transpose()?,
        code: epc::payload(document).as_deref().and_then(epc::modules),
    };
    let (width, height) = (points(SHEET.width), points(SHEET.height));
    for sheet in sheets {
        let settings = PageSettings::from_wh(width, height).ok_or_else(|| fault("no sheet"))?;
        let mut page = pdf.start_page_with(settings);
        let mut surface = page.surface();
        for item in &sheet.items {
            drawing.draw(&mut surface, item);
        }
        surface.finish();
        page.finish();
    }
    pdf.set_metadata(metadata(document));
    let has_xml = electronic::lacking(document).is_empty();
    if has_xml {
        let embedded = pdf.embed_file(xml_file(document)?);
        embedded.ok_or_else(|| fault("the XML is inside already"))?;
    }
    let bytes = pdf
        .finish()
        .map_err(|error| logo::fault_of(&error).unwrap_or_else(|| fault(&format!("{error:?}"))))?;
    if has_xml {
        xmp::declare_invoice(bytes, XML_NAME).ok_or_else(|| fault("no metadata"))
    } else {
        Ok(bytes)
    }
}

fn fault(reason: &str) -> Undrawn {
    Undrawn::Drawing(reason.to_owned())
}

fn font(file: &'static [u8]) -> Result<Font, Undrawn> {
    Font::new(Data::from(file), 0).ok_or_else(|| fault("the font cannot be read"))
}

fn metadata(document: &Document) -> Metadata {
    Metadata::new()
        .title(document.heading())
        .authors(vec![document.seller.name.clone()])
        .language("en".to_owned())
        .creator("creditdesk".to_owned())
        .document_id(format!("{} {}", document.seller.name, document.heading()))
        .creation_date(issued(document))
}

/// The date of issue, at midnight of UTC.
fn issued(document: &Document) -> DateTime {
    let date = document.issued;
    let [month, day] = [date.month(), date.day()].map(|number| u8::try_from(number).unwrap_or(1));
    let midnight = DateTime::new(u16::try_from(date.year()).unwrap_or(0)).month(month).day(day);
    midnight.hour(0).minute(0).second(0).utc_offset_hour(0).utc_offset_minute(0)
}

fn xml_file(document: &Document) -> Result<EmbeddedFile, Undrawn> {
    let mime_type = MimeType::new("text/xml").ok_or_else(|| fault("no type of the XML"))?;
    Ok(EmbeddedFile {
        path: XML_NAME.to_owned(),
        mime_type: Some(mime_type),
        description: Some("The invoice as data (Factur-X, EN 16931)".to_owned()),
        association_kind: AssociationKind::Alternative,
        data: Data::from(electronic::xml(document).into_bytes()),
        modification_date: Some(issued(document)),
        compress: Some(true),
        location: None,
    })
}

/// What the items of all sheets are drawn with.
struct Drawing<'a> {
    fonts: &'a Fonts,
    regular: Font,
    bold: Font,
    logo: Option<Image>,
    code: Option<Modules>,
}

impl Drawing<'_> {
    fn draw(&self, surface: &mut Surface<'_>, item: &Item) {
        match item {
            Item::Text { area, text, lettering } => self.text(surface, *area, text, *lettering),
            Item::Rule { area, ink } => {
                let mut path = PathBuilder::new();
                rectangle(*area).into_iter().for_each(|rectangle| path.push_rect(rectangle));
                fill(surface, *ink, path.finish());
            }
            Item::Logo(area) => {
                if let Some(logo) = &self.logo {
                    place_logo(surface, *area, logo);
                }
            }
            Item::Code(area) => {
                if let Some(code) = &self.code {
                    fill(surface, Ink::Dark, code_path(*area, code));
                }
            }
        }
    }

    fn text(&self, surface: &mut Surface<'_>, area: Area, text: &str, lettering: Lettering) {
        let font = match lettering.cut {
            Cut::Regular => &self.regular,
            Cut::Bold => &self.bold,
        };
        let glyphs = self.fonts.glyphs(text, lettering.cut);
        let baseline = area.y + lettering.ascent();
        let start = Point::from_xy(points(area.x), points(baseline));
        surface.set_fill(Some(shade(lettering.ink)));
        surface.draw_glyphs(start, &glyphs, font.clone(), text, points(lettering.size), false);
    }
}

fn fill(surface: &mut Surface<'_>, ink: Ink, path: Option<Path>) {
    surface.set_fill(Some(shade(ink)));
    if let Some(path) = path {
        surface.draw_path(&path);
    }
}

fn shade(ink: Ink) -> Fill {
    let colour = match ink {
        Ink::Dark => rgb::Color::new(0x1A, 0x1C, 0x20),
        Ink::Grey => rgb::Color::new(0x6A, 0x6E, 0x76),
        Ink::Light => rgb::Color::new(0xD4, 0xD7, 0xDC),
    };
    Fill { paint: colour.into(), opacity: NormalizedF32::ONE, rule: FillRule::NonZero }
}

/// The dark modules as one path. The layout leaves the quiet zone around the area.
fn code_path(area: Area, code: &Modules) -> Option<Path> {
    let at = |module: i32| area.width.share(module.into(), code.size.into());
    let mut path = PathBuilder::new();
    for (column, row, length) in &code.runs {
        let (left, right) = (at(*column), at(column.saturating_add(*length)));
        let (top, bottom) = (at(*row), at(row.saturating_add(1)));
        let (x, y) = (area.x + left, area.y + top);
        path.push_rect(rectangle(Area { x, y, width: right - left, height: bottom - top })?);
    }
    path.finish()
}

/// The logo as large as the area allows, at its upper left.
fn place_logo(surface: &mut Surface<'_>, area: Area, logo: &Image) {
    let (width, height) = logo.size();
    let (width, height) = (i64::from(width.max(1)), i64::from(height.max(1)));
    let by_height = area.height.share(width, height);
    let (width, height) = if by_height <= area.width {
        (by_height, area.height)
    } else {
        (area.width, area.width.share(height, width))
    };
    let Some(size) = Size::from_wh(points(width), points(height)) else { return };
    surface.push_transform(&Transform::from_translate(points(area.x), points(area.y)));
    surface.draw_image(logo.clone(), size);
    surface.pop();
}

fn rectangle(area: Area) -> Option<Rect> {
    Rect::from_xywh(points(area.x), points(area.y), points(area.width), points(area.height))
}

/// A part of the size of a text, counted in units of an em.
fn share_of(size: f32, units: i32) -> f32 {
    #[expect(clippy::float_arithmetic, reason = "the writer of PDF asks for f32")]
    #[expect(clippy::cast_precision_loss, reason = "an advance has few digits")]
    {
        size * units as f32 / EM as f32
    }
}

impl Glyph for LaidGlyph {
    fn glyph_id(&self) -> GlyphId {
        GlyphId::new(self.id.into())
    }

    fn text_range(&self) -> Range<usize> {
        self.bytes.clone()
    }

    fn x_advance(&self, size: f32) -> f32 {
        share_of(size, self.advance())
    }

    fn x_offset(&self, _size: f32) -> f32 {
        0.0
    }

    fn y_offset(&self, _size: f32) -> f32 {
        0.0
    }

    fn y_advance(&self, _size: f32) -> f32 {
        0.0
    }

    fn location(&self) -> Option<Location> {
        None
    }
}

fn points(length: Length) -> f32 {
    #[expect(clippy::float_arithmetic, reason = "the writer of PDF takes points as f32")]
    #[expect(
        clippy::cast_precision_loss,
        reason = "a sheet has fewer thousandths than f32 has digits"
    )]
    {
        length.in_thousandths() as f32 / 1_000.0
    }
}
