package fcvm.container;

import java.io.IOException;
import java.time.Duration;

/// A run among the runs of one VM: a foreground run is the only one, a supervisor makes many.
///
/// @param files where the VM's files come from
/// @param isAgain whether the container exists on the VM's disk and only has to be started
/// @param patience how long after the first signal the VM is stopped
/// @param signalsStop whether a signal only says that the container is to stop, so that it gets its
///   own stop signal; otherwise it gets what was sent
/// @param started told when the container itself runs
record RunScope(
    Opening files, boolean isAgain, Duration patience, boolean signalsStop, Runnable started) {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /// The only run of a VM: its files are made for it and go with it.
  static RunScope once(RunOptions options, VmStore store) {
    return new RunScope(
        () -> {
          VmFiles files =
              store.create(
                  options.name(),
                  options.image(),
                  options.cpus(),
                  options.memoryMib(),
                  options.life().terms());
          return new Lease(files, files);
        },
        false,
        options.life().terms().stopTimeout().orElse(PATIENCE),
        false,
        () -> {});
  }

  /// One of many runs, whose files stay when it ends.
  ///
  /// @param patience longer than anybody's who asks the VM to stop
  static RunScope amongMany(VmFiles files, boolean again, Duration patience, Runnable started) {
    return new RunScope(() -> new Lease(files, () -> {}), again, patience, true, started);
  }

  /// Where a VM's files come from.
  @FunctionalInterface
  interface Opening {
    Lease open() throws IOException, ContainerException;
  }

  /// A VM's files, for a run.
  ///
  /// @param end what is done with them when the run ends
  record Lease(VmFiles files, End end) implements AutoCloseable {
    /// As [AutoCloseable], with what can go wrong.
    @FunctionalInterface
    interface End extends AutoCloseable {
      @Override
      void close() throws IOException;
    }

    @Override
    public void close() throws IOException {
      end.close();
    }
  }
}
