package fcvm.agent.bench;

import java.io.IOException;

/// The work of a row in one directory.
interface Workload extends AutoCloseable {
  /// Whether it is done once in a round, after the guest's caches were dropped; if not, again and
  /// again for some time.
  default boolean isCold() {
    return false;
  }

  /// Works a little, and leaves things as they were.
  ///
  /// @return how much was done, in what the row's unit counts
  long work() throws IOException, InterruptedException;

  @Override
  default void close() throws IOException {}
}
