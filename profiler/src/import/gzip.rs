//! Bounded decompression.

use std::io::Read as _;

use flate2::bufread::MultiGzDecoder;

use super::{MAX_FILE, MAX_INFLATED, MAX_LARGE_RATIO, MAX_RATIO, Problem};

/// Small files may inflate to this much whatever the ratio: short profiles repeat a lot.
const ALWAYS: u64 = 1 << 20;
const CHUNK: u64 = 1 << 16;

/// Inflates all members of `bytes` as far as [`limit`] allows. The ratio is that of what has been read so far, so that
/// a bomb is refused when it begins, whatever follows it.
pub(super) fn inflate(bytes: &[u8]) -> Result<Vec<u8>, Problem> {
    let mut decoder = MultiGzDecoder::new(bytes);
    let mut inflated = Vec::new();
    loop {
        let added = (&mut decoder)
            .take(CHUNK)
            .read_to_end(&mut inflated)
            .map_err(Problem::Gzip)?;
        if added == 0 {
            return Ok(inflated);
        }
        let consumed = bytes.len() - decoder.get_ref().len();
        if inflated.len() as u64 > limit(consumed as u64) {
            return Err(Problem::Bomb);
        }
    }
}

/// How much `consumed` compressed bytes may inflate to. Text with many similar stacks shrinks to a fiftieth or a
/// hundredth where it is short, and to a twentieth where it is long: what is large must be so honestly.
fn limit(consumed: u64) -> u64 {
    let small = consumed
        .saturating_mul(MAX_RATIO)
        .clamp(ALWAYS, MAX_INFLATED);
    let large = consumed.saturating_mul(MAX_LARGE_RATIO).min(MAX_FILE);
    small.max(large)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn gzip(chunk: &[u8], times: usize) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        for _ in 0..times {
            encoder.write_all(chunk).unwrap();
        }
        encoder.finish().unwrap()
    }

    #[test]
    fn a_bomb_is_refused_before_it_is_decoded() {
        let bomb = gzip(&vec![0; 1 << 20], 80);
        assert!(bomb.len() < 100_000);
        assert!(matches!(inflate(&bomb), Err(Problem::Bomb)));
    }

    #[test]
    fn what_follows_a_bomb_does_not_hide_it() {
        let mut bytes = gzip(&vec![0; 1 << 20], 8);
        bytes.extend(vec![0x55; 1 << 20]);
        assert!(matches!(inflate(&bytes), Err(Problem::Bomb)));
    }

    #[test]
    fn the_limit_grows_with_the_file() {
        assert_eq!(limit(100), 1 << 20);
        assert_eq!(limit(100_000), 20_000_000);
        assert_eq!(limit(1 << 20), 64 << 20);
        assert_eq!(limit(3 << 20), 150 << 20);
        assert_eq!(limit(1 << 30), MAX_FILE);
    }
}
