package fcvm.bench;

/// How long networks are measured.
///
/// @param warmUp seconds of each row's work that do not count, so that what is compiled while it
///   runs is measured at its speed
/// @param seconds of each throughput
/// @param passes how often each guest boots
public record NetworkTimes(int warmUp, int seconds, int passes) {}
