//! Base62 with a fixed width: alphabet `0-9A-Za-z`, big-endian, left-padded with `0`.

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const NONE: u8 = 0xff;
const VALUES: [u8; 256] = values();
/// 62^10, the largest power that fits a limb of 64 bits, so that products fit in 128 bits.
const CHUNK: u64 = 839_299_365_868_340_224;
const CHUNK_DIGITS: usize = 10;

#[expect(clippy::cast_possible_truncation, reason = "an alphabet of 62 fits in a byte")]
const fn values() -> [u8; 256] {
    let mut table = [NONE; 256];
    let mut i = 0;
    while i < 62 {
        table[ALPHABET[i] as usize] = i as u8;
        i += 1;
    }
    table
}

/// Encodes `bytes` (at most 32, as a big-endian number) as exactly `width` characters.
///
/// The caller must pass a width that fits every value of that many bytes: 22 for 16, 43 for 32, 6 for 4.
pub(crate) fn encode(bytes: &[u8], width: usize, out: &mut String) {
    let mut limbs = limbs(bytes);
    let mut digits = [b'0'; 50];
    let mut end = digits.len();
    let start = digits.len() - width;
    while end > start {
        let mut rest = divide(&mut limbs, CHUNK);
        let chunk_start = end.saturating_sub(CHUNK_DIGITS).max(start);
        for digit in digits[chunk_start..end].iter_mut().rev() {
            *digit = ALPHABET[(rest % 62) as usize];
            rest /= 62;
        }
        end = chunk_start;
    }
    out.extend(digits[start..].iter().map(|digit| char::from(*digit)));
}

/// Decodes `text` as a number of `N` bytes. `None` for an invalid character or a value that overflows.
pub(crate) fn decode<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    let mut limbs = [0u64; 4];
    for digits in text.chunks(CHUNK_DIGITS) {
        let (mut value, mut scale) = (0u64, 1u64);
        for digit in digits {
            let digit = VALUES[usize::from(*digit)];
            if digit == NONE {
                return None;
            }
            value = value * 62 + u64::from(digit);
            scale *= 62;
        }
        multiply_add(&mut limbs, scale, value)?;
    }
    let mut all = [0u8; 32];
    for (bytes, limb) in all.chunks_exact_mut(8).zip(limbs) {
        bytes.copy_from_slice(&limb.to_be_bytes());
    }
    let (high, low) = all.split_at(32 - N);
    if high.iter().any(|byte| *byte != 0) {
        return None;
    }
    low.try_into().ok()
}

fn limbs(bytes: &[u8]) -> [u64; 4] {
    let mut all = [0u8; 32];
    all[32 - bytes.len()..].copy_from_slice(bytes);
    let mut limbs = [0u64; 4];
    for (limb, bytes) in limbs.iter_mut().zip(all.chunks_exact(8)) {
        *limb = bytes.iter().fold(0, |n, byte| n << 8 | u64::from(*byte));
    }
    limbs
}

/// Divides the number in place and returns the remainder.
fn divide(limbs: &mut [u64; 4], divisor: u64) -> u64 {
    let mut rest = 0u128;
    for limb in limbs {
        let value = rest << 64 | u128::from(*limb);
        *limb = low(value / u128::from(divisor));
        rest = value % u128::from(divisor);
    }
    low(rest)
}

fn multiply_add(limbs: &mut [u64; 4], factor: u64, addend: u64) -> Option<()> {
    let mut carry = u128::from(addend);
    for limb in limbs.iter_mut().rev() {
        let value = u128::from(*limb) * u128::from(factor) + carry;
        *limb = low(value);
        carry = value >> 64;
    }
    (carry == 0).then_some(())
}

#[expect(clippy::cast_possible_truncation, reason = "the low 64 bits are what is wanted")]
const fn low(value: u128) -> u64 {
    value as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(bytes: &[u8], width: usize) -> String {
        let mut out = String::new();
        encode(bytes, width, &mut out);
        out
    }

    #[test]
    fn known_values_have_the_known_spelling() {
        assert_eq!(encoded(&[0; 16], 22), "0".repeat(22));
        assert_eq!(encoded(&61u32.to_be_bytes(), 6), "00000z");
        assert_eq!(encoded(&62u32.to_be_bytes(), 6), "000010");
        assert_eq!(encoded(&[0xff; 16], 22), "7n42DGM5Tflk9n8mt7Fhc7");
        assert_eq!(encoded(&u32::MAX.to_be_bytes(), 6), "4gfFC3");
    }

    #[test]
    fn every_value_comes_back() {
        for seed in 0..=255u8 {
            let mut bytes = [0u8; 32];
            for (i, byte) in bytes.iter_mut().enumerate() {
                *byte = seed.wrapping_mul(31).wrapping_add(u8::try_from(i).unwrap().wrapping_mul(seed));
            }
            assert_eq!(decode::<32>(encoded(&bytes, 43).as_bytes()), Some(bytes));
            let short: [u8; 16] = bytes[..16].try_into().unwrap();
            assert_eq!(decode::<16>(encoded(&short, 22).as_bytes()), Some(short));
        }
        assert_eq!(decode::<32>(encoded(&[0xff; 32], 43).as_bytes()), Some([0xff; 32]));
    }

    #[test]
    fn overflow_and_foreign_characters_are_refused() {
        assert_eq!(decode::<16>(b"7n42DGM5Tflk9n8mt7Fhc8"), None);
        assert_eq!(decode::<32>("z".repeat(43).as_bytes()), None);
        assert_eq!(decode::<4>(b"4gfFC4"), None);
        assert_eq!(decode::<4>(b"00-000"), None);
        assert_eq!(decode::<4>("0000é".as_bytes()), None);
    }
}
