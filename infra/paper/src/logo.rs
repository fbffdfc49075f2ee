//! The image of a logo.
//!
//! Invariant: what is decoded has at most 4 million pixels, whatever the file claims or unpacks to.

use krilla::Data;
use krilla::error::KrillaError;
use krilla::image::Image;

use crate::undrawn::Undrawn;

/// The most pixels of a logo.
const PIXELS_MAX: u64 = 4_000_000;

/// Reads a logo by the first bytes of its file. PDF/A forbids interpolation.
pub(crate) fn read(file: &[u8]) -> Result<Image, Undrawn> {
    let data = Data::from(file.to_vec());
    let image = match file {
        [0x89, b'P', b'N', b'G', ..] if has_too_many_pixels(png_size(file)) => Err(too_large()),
        [0x89, b'P', b'N', b'G', ..] => Image::from_png(data, false),
        [0xFF, 0xD8, 0xFF, ..] => Image::from_jpeg(data, false),
        _ => Err("it is neither a PNG nor a JPEG image".to_owned()),
    };
    let image = image.map_err(Undrawn::Logo)?;
    if has_too_many_pixels(Some(image.size())) {
        Err(Undrawn::Logo(too_large()))
    } else {
        Ok(image)
    }
}

/// The fault of the logo behind an error of the writer, if it is the logo's: its data are damaged, or
/// its colours are those of a printing press, which PDF/A takes only with their profile.
pub(crate) fn fault_of(error: &KrillaError) -> Option<Undrawn> {
    match error {
        KrillaError::Image(_, _, reason) => Some(Undrawn::Logo(reason.clone())),
        KrillaError::Validation(errors) => {
            let is_cmyk = errors
                .iter()
                .any(|(error, _)| *error == krilla::configure::ValidationError::MissingCMYKProfile);
            is_cmyk.then(|| Undrawn::Logo("its colours are CMYK; save it as RGB".to_owned()))
        }
        _ => None,
    }
}

fn too_large() -> String {
    "it has more than 4 million pixels".to_owned()
}

/// The width and height that the head of a PNG states.
fn png_size(file: &[u8]) -> Option<(u32, u32)> {
    let number =
        |at: std::ops::Range<usize>| Some(u32::from_be_bytes(file.get(at)?.try_into().ok()?));
    Some((number(16..20)?, number(20..24)?))
}

fn has_too_many_pixels(size: Option<(u32, u32)>) -> bool {
    size.is_some_and(|(width, height)| u64::from(width).saturating_mul(height.into()) > PIXELS_MAX)
}

#[cfg(test)]
mod tests {
    const LOGO: &[u8] = include_bytes!("tests/logo.png");

    fn refusal(file: &[u8]) -> String {
        let document = crate::tests::samples::plain();
        let logo = Some(file.to_vec());
        crate::draw(&crate::document::Document { logo, ..document }).unwrap_err().to_string()
    }

    #[test]
    fn file_that_is_no_image_is_refused() {
        let sentence = "The logo cannot be drawn: it is neither a PNG nor a JPEG image.";
        assert_eq!(refusal(b"GIF89a"), sentence);
        assert_eq!(refusal(b""), sentence);
    }

    #[test]
    fn damaged_image_is_refused() {
        for length in [8, 24, 40, LOGO.len() / 2] {
            let refusal = refusal(&LOGO[..length]);
            assert!(refusal.starts_with("The logo cannot be drawn: "), "{length}: {refusal}");
        }
    }

    #[test]
    fn image_that_claims_too_many_pixels_is_refused_before_it_is_decoded() {
        let mut file = LOGO.to_vec();
        file[16..24].copy_from_slice(&[0, 0, 0xFF, 0xFF, 0, 0, 0xFF, 0xFF]);
        assert_eq!(refusal(&file), "The logo cannot be drawn: it has more than 4 million pixels.");
    }

    #[test]
    fn image_in_cmyk_is_refused_and_in_rgb_drawn() {
        let cmyk = include_bytes!("tests/cmyk.jpg");
        assert_eq!(
            refusal(cmyk),
            "The logo cannot be drawn: its colours are CMYK; save it as RGB."
        );
        let rgb = include_bytes!("tests/rgb.jpg").to_vec();
        let document = crate::tests::samples::plain();
        assert!(crate::draw(&crate::document::Document { logo: Some(rgb), ..document }).is_ok());
    }
}
