//! The baseline of signing an access token: ES256 on a message of the same length, in a loop on all cores.

use std::{
    hint::black_box,
    num::NonZero,
    thread,
    time::{Duration, Instant},
};

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};

use crate::Outcome;

/// The approximate length of an access token's header and claims in base64.
const MESSAGE: [u8; 600] = [b'x'; 600];

/// Signatures per second on all cores.
pub(crate) fn rate(time: Duration) -> Outcome<f64> {
    let loops: Vec<_> = (0..cores()).map(|_| thread::spawn(move || sign_for(time))).collect();
    let mut rate = 0.0;
    for one in loops {
        rate += one.join().map_err(|_| "a signing thread panicked")??;
    }
    Ok(rate)
}

/// The CPU time of one signature at this rate, in microseconds.
pub(crate) fn cpu(rate: f64) -> f64 {
    f64::from(u32::try_from(cores()).unwrap_or(u32::MAX)) * 1e6 / rate
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

fn sign_for(time: Duration) -> Outcome<f64> {
    let random = SystemRandom::new();
    let failed = |_| "a key could not be made".to_owned();
    let private = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).map_err(failed)?;
    let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, private.as_ref())
        .map_err(|_| "a key could not be read")?;
    let start = Instant::now();
    let mut count = 0.0;
    while start.elapsed() < time {
        black_box(key.sign(&random, &MESSAGE).map_err(|_| "signing failed")?);
        count += 1.0;
    }
    Ok(count / start.elapsed().as_secs_f64())
}
