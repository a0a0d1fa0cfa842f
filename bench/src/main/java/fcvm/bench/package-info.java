/// The host side of benchmarks: guests that measure, one after the other, and what came out.
///
/// Start with [fcvm.bench.VolumesBench]: it boots a `MonitorGuest`, which is ours, and a
/// `PeerGuest`, which is QEMU with virtiofsd; a `Console` finds the measurements in what they
/// print, `Results` keeps them by [fcvm.bench.Subject], and a [fcvm.bench.Report] compares.
package fcvm.bench;
