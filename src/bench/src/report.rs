//! Computes the report from samples.

use std::time::Duration;

use crate::load::Measured;

#[derive(Clone, Copy)]
pub(crate) struct Sample {
    /// The server's CPU time per request, in microseconds.
    pub(crate) cpu: f64,
    /// Requests per second.
    pub(crate) rate: f64,
    /// The median latency in microseconds.
    p50: f64,
    /// The 99th percentile of the latency in microseconds.
    p99: f64,
}

pub(crate) struct Series {
    pub(crate) name: &'static str,
    pub(crate) samples: Vec<Sample>,
}

impl Sample {
    /// Combines the client's measurements with the server's CPU time.
    pub(crate) fn new(measured: &Measured, cpu: Duration) -> Self {
        let count = f64::from(u32::try_from(measured.latencies.len()).unwrap_or(u32::MAX));
        let at = |percent: usize| {
            let index = (measured.latencies.len() * percent / 100).min(measured.latencies.len().saturating_sub(1));
            measured.latencies.get(index).map_or(0.0, |latency| microseconds(*latency))
        };
        Self { cpu: microseconds(cpu) / count, rate: count / measured.time.as_secs_f64(), p50: at(50), p99: at(99) }
    }
}

impl Series {
    pub(crate) fn new(name: &'static str) -> Self {
        Self { name, samples: Vec::new() }
    }

    /// Prints the medians, and the medians of the ratios to the baseline's sample of the same round.
    pub(crate) fn print(&self, base: &Series) {
        let column = |value: fn(&Sample) -> f64| {
            let ratios = self.samples.iter().zip(&base.samples).map(|(own, base)| value(own) / value(base));
            (median(self.samples.iter().map(value)), median(ratios))
        };
        let (cpu, rate) = (column(|sample| sample.cpu), column(|sample| sample.rate));
        let (p50, p99) = (column(|sample| sample.p50), column(|sample| sample.p99));
        println!(
            "{:28} {:>8.1} {:>6.2} {:>9.0} {:>6.2} {:>8.0} {:>6.2} {:>8.0} {:>6.2}",
            self.name, cpu.0, cpu.1, rate.0, rate.1, p50.0, p50.1, p99.0, p99.1
        );
    }
}

/// Prints the table's heading.
pub(crate) fn print_head() {
    println!(
        "{:28} {:>8} {:>6} {:>9} {:>6} {:>8} {:>6} {:>8} {:>6}",
        "", "CPU µs", "ratio", "rate /s", "ratio", "p50 µs", "ratio", "p99 µs", "ratio"
    );
}

/// The median.
pub(crate) fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn microseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_one_in_the_middle() {
        assert!((median([5.0, 1.0, 3.0].into_iter()) - 3.0).abs() < f64::EPSILON);
        assert!(median(std::iter::empty()).is_nan());
    }
}
