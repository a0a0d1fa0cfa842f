package fcvm.container;

import fcvm.linux.Children;
import fcvm.linux.Errno;
import fcvm.linux.LinuxException;
import fcvm.linux.PidFd;
import java.io.IOException;
import java.time.Duration;

/// Ends a VM from another process: its monitor is asked with SIGTERM, whereupon the container is
/// told to stop; with SIGINT, which ends the VM; and killed if that does not help.
public final class Stop {
  private static final int SIGINT = 2;
  private static final int SIGKILL = 9;
  private static final Duration AFTER_SECOND = Duration.ofSeconds(5);
  private static final Duration AFTER_KILL = Duration.ofSeconds(10);

  private final VmStore store;

  public Stop(VmStore store) {
    this.store = store;
  }

  /// Ends one VM and waits until it is gone, with all its files or to what stays of it.
  ///
  /// @param patience how long it may take before it is killed
  /// @throws IOException if it may not be signalled
  public void stop(VmRecord vm, Duration patience) throws IOException, ContainerException {
    try (PidFd process = PidFd.open(vm.process().pid())) {
      // Only now: the number is held, so if the start time is right too, it is that process.
      if (vm.process().isAlive()
          && process.signal(Children.SIGTERM)
          && !process.awaitEnd(patience)
          // A supervisor ends its VM then, and remembers how; others, too.
          && process.signal(SIGINT)
          && !process.awaitEnd(AFTER_SECOND)
          && process.signal(SIGKILL)
          && !process.awaitEnd(AFTER_KILL)) {
        throw new ContainerException(
            "VM " + vm.name() + " (process " + vm.process().pid() + ") does not end");
      }
    } catch (LinuxException e) {
      if (e.errno() != Errno.ESRCH) {
        throw e;
      }
    }
    store.sweep();
  }
}
