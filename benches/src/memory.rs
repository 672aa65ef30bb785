//! Peak memory of the process.

use std::fs;

/// The peak resident memory of this process so far, in MiB; `None` on systems other than Linux.
pub fn peak_rss_mib() -> Option<u64> {
    peak_kib(&fs::read_to_string("/proc/self/status").ok()?).map(|kib| kib / 1024)
}

fn peak_kib(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peak_is_read_from_its_line() {
        let status = "Name:\tx\nVmPeak:\t  9 kB\nVmHWM:\t  204800 kB\nVmRSS:\t  3 kB\n";
        assert_eq!(peak_kib(status), Some(204_800));
        assert_eq!(peak_kib("VmRSS:\t 3 kB\n"), None);
        assert_eq!(peak_kib("VmHWM:\t much\n"), None);
    }
}
