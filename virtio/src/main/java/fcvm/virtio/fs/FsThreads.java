package fcvm.virtio.fs;

import fcvm.linux.Join;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The threads of a file system device, a bounded number. Platform threads, since the host's
/// credentials belong to those.
final class FsThreads implements AutoCloseable {
  /// Slow requests (fsync, a disk that spins up) hardly ever need more.
  private static final int MAX_HELPERS = 32;

  private final String name;
  private final Set<Thread> leaders = ConcurrentHashMap.newKeySet();
  private final Set<Thread> helpers = ConcurrentHashMap.newKeySet();

  FsThreads(String tag) {
    this.name = "fs " + tag;
  }

  /// Starts the first thread of a queue.
  void startLeader(Runnable work) {
    start(leaders, work);
  }

  /// Starts one more, unless there are enough.
  void startHelper(Runnable work) {
    if (helpers.size() < MAX_HELPERS) {
      start(helpers, work);
    }
  }

  private void start(Set<Thread> threads, Runnable work) {
    Runnable counted =
        () -> {
          try {
            work.run();
          } finally {
            threads.remove(Thread.currentThread());
          }
        };
    Thread thread = Thread.ofPlatform().daemon().name(name).unstarted(counted);
    threads.add(thread);
    thread.start();
  }

  /// Waits for all of them, which end soon after the reset.
  @Override
  public void close() {
    leaders.forEach(Join::uninterruptibly);
    helpers.forEach(Join::uninterruptibly);
  }
}
