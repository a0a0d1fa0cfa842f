package fcvm.cli;

import fcvm.provision.Progress;

/// Long work as lines: one when a step begins, one when it took long enough to wonder.
final class PlainProgress implements Progress {
  private static final long LONG_NANOS = 2_000_000_000L;

  private final Streams streams;

  PlainProgress(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Step begin(String what) {
    streams.say("fcvm: " + what);
    long began = System.nanoTime();
    return () -> {
      long nanos = System.nanoTime() - began;
      if (nanos >= LONG_NANOS) {
        streams.say("fcvm: %s: took %.1f s".formatted(what, nanos / 1e9));
      }
    };
  }
}
