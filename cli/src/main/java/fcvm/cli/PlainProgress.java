package fcvm.cli;

import fcvm.provision.Progress;
import java.util.function.LongSupplier;

/// Long work as lines: one when a step begins, one when it took long enough to wonder, and whether
/// it was given up.
final class PlainProgress implements Progress {
  private static final long LONG_NANOS = 2_000_000_000L;

  private final Streams streams;
  private final LongSupplier nanos;

  PlainProgress(Streams streams) {
    this(streams, System::nanoTime);
  }

  /// @param nanos a clock
  PlainProgress(Streams streams, LongSupplier nanos) {
    this.streams = streams;
    this.nanos = nanos;
  }

  @Override
  public Step begin(String what) {
    streams.say("fcvm: " + what);
    long began = nanos.getAsLong();
    return new Step() {
      private volatile boolean isDone;

      @Override
      public void done() {
        isDone = true;
      }

      @Override
      public void end() {
        long took = nanos.getAsLong() - began;
        if (took >= LONG_NANOS) {
          String how = isDone ? "took" : "given up after";
          streams.say("fcvm: %s: %s %.1f s".formatted(what, how, took / 1e9));
        }
      }
    };
  }
}
