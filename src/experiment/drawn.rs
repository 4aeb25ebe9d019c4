//! Drawn points in a link: three bytes each, both coordinates in hundredths and the class, as base64 for URLs.

use crate::data::{FARTHEST, MOST_CLASSES, MOST_POINTS};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

/// Valid points as text.
pub(super) fn encode(points: &[[f64; 3]]) -> String {
    let byte = |x: f64| ((x * 100.0).round() as i8).cast_unsigned();
    let bytes: Vec<u8> = points.iter().flat_map(|&[x1, x2, class]| [byte(x1), byte(x2), class as u8]).collect();
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// Points from text, or what would have been accepted.
pub(super) fn decode(text: &str) -> Result<Vec<[f64; 3]>, String> {
    let accepted = || format!("up to {MOST_POINTS} points of three bytes each, as base64 for URLs");
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| accepted())?;
    if !bytes.len().is_multiple_of(3) || bytes.len() > 3 * MOST_POINTS {
        return Err(accepted());
    }
    let coordinate = |byte: u8| f64::from(byte.cast_signed()) / 100.0;
    let points: Vec<[f64; 3]> =
        bytes.chunks_exact(3).map(|p| [coordinate(p[0]), coordinate(p[1]), f64::from(p[2])]).collect();
    let fits =
        |&[x1, x2, class]: &[f64; 3]| x1.abs() <= FARTHEST && x2.abs() <= FARTHEST && class < MOST_CLASSES as f64;
    if !points.iter().all(fits) {
        return Err(format!("points within ±{FARTHEST} of classes below {MOST_CLASSES}"));
    }
    Ok(points)
}
