//! Bounded decompression.

use std::io::Read as _;

use super::{MAX_INFLATED, MAX_RATIO, Problem};

/// Small files may inflate to this much whatever the ratio: short profiles repeat a lot.
const ALWAYS: u64 = 1 << 20;

/// Inflates all members of `bytes` up to [`MAX_INFLATED`] bytes and [`MAX_RATIO`] times its size.
pub(super) fn inflate(bytes: &[u8]) -> Result<Vec<u8>, Problem> {
    let limit = MAX_INFLATED.min((bytes.len() as u64).saturating_mul(MAX_RATIO).max(ALWAYS));
    let mut inflated = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes)
        .take(limit + 1)
        .read_to_end(&mut inflated)
        .map_err(Problem::Gzip)?;
    if inflated.len() as u64 > limit {
        Err(Problem::Bomb)
    } else {
        Ok(inflated)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn a_bomb_is_refused_before_it_is_decoded() {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        for _ in 0..80 {
            encoder.write_all(&vec![0; 1 << 20]).unwrap();
        }
        let bomb = encoder.finish().unwrap();
        assert!(bomb.len() < 100_000);
        assert!(matches!(inflate(&bomb), Err(Problem::Bomb)));
    }
}
