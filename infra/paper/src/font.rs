//! The two cuts of the font, and the measure of text in them.
//!
//! Noto Sans (SIL OFL 1.1, `fonts/OFL.txt`), cut down to Latin, Greek, Cyrillic and Vietnamese letters,
//! figures, punctuation and signs of currencies; CONTRIBUTING has the command. A text is measured with the
//! same glyphs and kerning with which it is drawn, so what is measured to fit does fit.
//!
//! Absent on purpose: ligatures, marks that combine (the texts are composed), and text from right to
//! left. [`crate::script`] refuses the characters that the font lacks.

use std::ops::Range;

use ttf_parser::gpos::{PairAdjustment, PositioningSubtable};
use ttf_parser::{Face, GlyphId, Tag};

use crate::length::Length;
use crate::undrawn::Undrawn;

/// The files of the cuts.
pub(crate) const REGULAR: &[u8] = include_bytes!("../fonts/NotoSans-Regular.ttf");
pub(crate) const BOLD: &[u8] = include_bytes!("../fonts/NotoSans-Bold.ttf");

/// Units of an em, in which both cuts are drawn.
pub(crate) const EM: i64 = 1_000;

/// The height above and the depth below the baseline that no letter exceeds, in units.
const ASCENT: i64 = 1_069;
const DESCENT: i64 = 293;

/// The distance of two baselines, in hundredths of the size. It is more than ascent and descent, so
/// lines never touch.
const LEADING: i64 = 140;

/// A cut of the font.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    Regular,
    Bold,
}

/// The shades in which a document is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// Text.
    Dark,
    /// Labels.
    Grey,
    /// Rules.
    Light,
}

/// The look of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lettering {
    pub cut: Cut,
    pub size: Length,
    pub ink: Ink,
}

impl Lettering {
    #[must_use]
    pub const fn new(cut: Cut, size_in_thousandths: i32, ink: Ink) -> Self {
        Self { cut, size: Length::thousandths(size_in_thousandths), ink }
    }

    /// The height of a line with the space to the next.
    #[must_use]
    pub fn leading(&self) -> Length {
        self.size.share(LEADING, 100)
    }

    /// From the top of a line to its baseline.
    #[must_use]
    pub fn ascent(&self) -> Length {
        self.size.share(ASCENT, EM)
    }

    /// The height of a line alone.
    #[must_use]
    pub fn height(&self) -> Length {
        self.size.share(ASCENT.saturating_add(DESCENT), EM)
    }
}

/// A glyph of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LaidGlyph {
    pub id: u16,
    /// The bytes of the text that it draws.
    pub bytes: Range<usize>,
    /// The width of the glyph, in units.
    pub width: i32,
    /// How much closer (negative) or wider the next glyph stands.
    pub kern: i32,
}

impl LaidGlyph {
    /// The distance to the next glyph.
    pub(crate) fn advance(&self) -> i32 {
        self.width.saturating_add(self.kern)
    }
}

/// One cut, ready to measure.
struct Typeface {
    face: Face<'static>,
    kerning: Vec<PairAdjustment<'static>>,
}

impl Typeface {
    fn parse(file: &'static [u8]) -> Result<Self, Undrawn> {
        let face = Face::parse(file, 0)
            .map_err(|error| Undrawn::Drawing(format!("the font cannot be read: {error}")))?;
        let kerning = kerning_of(&face);
        Ok(Self { face, kerning })
    }

    fn glyphs(&self, text: &str) -> Vec<LaidGlyph> {
        let ids = text.chars().map(|c| self.face.glyph_index(c).unwrap_or(GlyphId(0)));
        let ids: Vec<GlyphId> = ids.collect();
        let next = ids.iter().skip(1).copied().map(Some).chain([None]);
        let laid = text.char_indices().zip(ids.iter().copied().zip(next));
        laid.map(|((at, character), (id, next))| {
            let width = self.face.glyph_hor_advance(id).map_or(0, i32::from);
            let kern = next.map_or(0, |next| self.kern(id, next));
            let bytes = at..at.saturating_add(character.len_utf8());
            LaidGlyph { id: id.0, bytes, width, kern }
        })
        .collect()
    }

    /// How much closer (negative) or wider two glyphs stand. The first table that covers the first
    /// glyph and knows the pair decides.
    fn kern(&self, first: GlyphId, second: GlyphId) -> i32 {
        for pairs in &self.kerning {
            let Some(index) = pairs.coverage().get(first) else { continue };
            let values = match pairs {
                PairAdjustment::Format1 { sets, .. } => {
                    match sets.get(index).and_then(|set| set.get(second)) {
                        Some(values) => Some(values),
                        None => continue,
                    }
                }
                PairAdjustment::Format2 { classes, matrix, .. } => {
                    matrix.get((classes.0.get(first), classes.1.get(second)))
                }
            };
            return values.map_or(0, |(value, _)| i32::from(value.x_advance));
        }
        0
    }
}

/// The tables of the feature `kern`.
fn kerning_of(face: &Face<'static>) -> Vec<PairAdjustment<'static>> {
    let Some(gpos) = face.tables().gpos else { return Vec::new() };
    let Some(kern) = gpos.features.find(Tag::from_bytes(b"kern")) else { return Vec::new() };
    let lookups = kern.lookup_indices.into_iter().filter_map(|index| gpos.lookups.get(index));
    let tables = lookups.flat_map(|lookup| lookup.subtables.into_iter::<PositioningSubtable>());
    tables
        .filter_map(|table| match table {
            PositioningSubtable::Pair(pairs) => Some(pairs),
            _ => None,
        })
        .collect()
}

/// Both cuts.
pub(crate) struct Fonts {
    regular: Typeface,
    bold: Typeface,
}

impl Fonts {
    pub(crate) fn load() -> Result<Self, Undrawn> {
        Ok(Self { regular: Typeface::parse(REGULAR)?, bold: Typeface::parse(BOLD)? })
    }

    fn of(&self, cut: Cut) -> &Typeface {
        match cut {
            Cut::Regular => &self.regular,
            Cut::Bold => &self.bold,
        }
    }

    /// Whether both cuts draw a character.
    pub(crate) fn have(&self, character: char) -> bool {
        // Glyph 0 is the box of a character without a glyph.
        let has_glyph = |typeface: &Typeface| {
            typeface.face.glyph_index(character).is_some_and(|id| id != GlyphId(0))
        };
        has_glyph(&self.regular) && has_glyph(&self.bold)
    }

    pub(crate) fn glyphs(&self, text: &str, cut: Cut) -> Vec<LaidGlyph> {
        self.of(cut).glyphs(text)
    }

    pub(crate) fn width(&self, text: &str, lettering: &Lettering) -> Length {
        lettering.size.share(units(&self.glyphs(text, lettering.cut)), EM)
    }

    /// The text as lines that are not wider than `width`. Lines break at line breaks, behind spaces,
    /// and between a hyphen or slash and a letter. Only a longer word breaks inside.
    pub(crate) fn lines(&self, text: &str, lettering: &Lettering, width: Length) -> Vec<String> {
        let lines = text.lines().flat_map(|paragraph| {
            let glyphs = self.glyphs(paragraph, lettering.cut);
            broken(paragraph, &glyphs, |units| lettering.size.share(units, EM) <= width)
        });
        lines.filter(|line| !line.is_empty()).collect()
    }

    /// The text on one line, with an ellipsis where it is cut.
    pub(crate) fn cut_to(&self, text: &str, lettering: &Lettering, width: Length) -> String {
        if self.width(text, lettering) <= width {
            return text.to_owned();
        }
        let mut kept = String::new();
        for character in text.chars() {
            if self.width(&format!("{kept}{character}…"), lettering) > width {
                break;
            }
            kept.push(character);
        }
        format!("{}…", kept.trim_end())
    }
}

/// The width of glyphs in units. Behind the last one there is nothing to kern with.
fn units(glyphs: &[LaidGlyph]) -> i64 {
    let last = glyphs.last().map_or(0, |glyph| glyph.kern);
    let advances = glyphs.iter().map(|glyph| i64::from(glyph.advance()));
    advances.fold(0_i64, i64::saturating_add).saturating_sub(last.into())
}

/// Breaks a paragraph greedily into lines whose units fit.
fn broken(paragraph: &str, glyphs: &[LaidGlyph], fits: impl Fn(i64) -> bool) -> Vec<String> {
    let text_of = |glyphs: &[LaidGlyph]| match (glyphs.first(), glyphs.last()) {
        (Some(first), Some(last)) => {
            paragraph.get(first.bytes.start..last.bytes.end).unwrap_or_default()
        }
        _ => "",
    };
    let mut lines = Vec::new();
    let mut rest = glyphs;
    while !rest.is_empty() {
        // The glyphs of the line, and of its beginning up to the last place where it may break.
        let (mut count, mut breaking) = (0_usize, 0_usize);
        let mut advance = 0_i64;
        for (glyph, next) in rest.iter().zip(rest.iter().skip(1).map(Some).chain([None])) {
            let text = text_of(std::slice::from_ref(glyph));
            // A space may hang over the end of the line.
            let end = advance.saturating_add(glyph.width.into());
            if text != " " && count > 0 && !fits(end) {
                break;
            }
            count = count.saturating_add(1);
            advance = advance.saturating_add(glyph.advance().into());
            let before = next.map_or("", |next| text_of(std::slice::from_ref(next)));
            // `2006/112` and `INV-12-0007` stay whole.
            let is_before_letter = before.chars().all(char::is_alphabetic);
            if text == " " || (matches!(text, "-" | "/" | "–" | "—") && is_before_letter) {
                breaking = count;
            }
        }
        let count = if count == rest.len() || breaking == 0 { count } else { breaking };
        let (line, behind) = rest.split_at_checked(count).unwrap_or((rest, &[]));
        lines.push(text_of(line).trim().to_owned());
        rest = behind;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: Lettering = Lettering::new(Cut::Regular, 9_000, Ink::Dark);

    /// Every letter of the font.
    fn letters(fonts: &Fonts) -> impl Iterator<Item = char> {
        ('!'..='\u{ffff}').filter(|character| fonts.have(*character))
    }

    fn fonts() -> Fonts {
        Fonts::load().unwrap()
    }

    #[test]
    fn both_cuts_have_the_units_and_heights_that_lines_are_spaced_by() {
        let fonts = fonts();
        for typeface in [&fonts.regular, &fonts.bold] {
            assert_eq!(i64::from(typeface.face.units_per_em()), EM);
            assert_eq!(i64::from(typeface.face.ascender()), ASCENT);
            assert_eq!(i64::from(typeface.face.descender()), -DESCENT);
        }
        assert!(TEXT.leading() > TEXT.height());
    }

    #[test]
    fn fonts_have_the_scripts_and_signs_that_are_promised() {
        let fonts = fonts();
        let text =
            "AZaz09 ßøłđ ÀÉÎÕÜ ąčęėįšųū Ελληνική ᾳῶ Київ Ђћ Nguyễn Thị Ưở £€₹₫₴₺¥ –—“”’…№ ×½";
        assert_eq!(text.chars().filter(|c| !fonts.have(*c)).collect::<String>(), "");
        assert!(!fonts.have('\u{ffff}'));
        assert!(!fonts.have('東') && !fonts.have('א') && !fonts.have('\u{202e}'));
    }

    #[test]
    fn no_letter_is_higher_or_deeper_than_its_line_and_none_hangs_over_a_gap() {
        let fonts = fonts();
        for typeface in [&fonts.regular, &fonts.bold] {
            for character in letters(&fonts) {
                let id = typeface.face.glyph_index(character).unwrap();
                let width = i64::from(typeface.face.glyph_hor_advance(id).unwrap());
                let Some(ink) = typeface.face.glyph_bounding_box(id) else { continue };
                let [left, right] = [ink.x_min, ink.x_max].map(i64::from);
                assert!(i64::from(ink.y_max) <= ASCENT && i64::from(ink.y_min) >= -DESCENT);
                assert!(left >= -200 && right <= width + 200, "{character}");
            }
        }
    }

    #[test]
    fn kerning_brings_letters_closer_and_leaves_figures_alone() {
        let fonts = fonts();
        let alone = fonts.width("A", &TEXT) + fonts.width("V", &TEXT);
        assert!(fonts.width("AV", &TEXT) < alone);
        assert_eq!(fonts.width("1111111", &TEXT), fonts.width("4747474", &TEXT));
    }

    #[test]
    fn lines_fit_their_width_and_lose_no_letter() {
        let fonts = fonts();
        let text = "A Donaudampfschifffahrtsgesellschaftskapitän-and/or a short one\nnew";
        for points in [12, 30, 60, 200] {
            let lines = fonts.lines(text, &TEXT, Length::points(points));
            assert!(lines.iter().all(|line| fonts.width(line, &TEXT) <= Length::points(points)));
            let letters = |text: &str| text.replace(char::is_whitespace, "");
            assert_eq!(letters(&lines.concat()), letters(text));
        }
        assert_eq!(fonts.lines("a b\n\nc", &TEXT, Length::points(100)), ["a b", "c"]);
    }

    #[test]
    fn text_that_is_cut_ends_with_an_ellipsis_and_fits() {
        let fonts = fonts();
        let cut = fonts.cut_to("A very long name", &TEXT, Length::points(40));
        assert!(cut.ends_with('…') && fonts.width(&cut, &TEXT) <= Length::points(40), "{cut}");
    }
}
