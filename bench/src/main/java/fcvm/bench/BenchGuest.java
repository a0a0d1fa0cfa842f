package fcvm.bench;

import java.util.concurrent.CompletableFuture;

/// A guest that runs.
interface BenchGuest extends AutoCloseable {
  /// Completed when it has ended: with how, in a few words.
  CompletableFuture<String> end();

  /// Ends it if it still runs. When this returns, its console has said all, and nothing of it is
  /// left.
  @Override
  void close();
}
