package fcvm.container;

import fcvm.container.VmRecord.Status;
import fcvm.container.life.Health;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// Waits for what happens to a VM. Its record tells, looked at now and then: no process has to know
/// who waits. Only the exit code of one whose record goes with it comes from its supervisor.
public final class Waiting {
  private static final int PAUSE_MILLIS = 100;

  private final VmStore store;
  private final String id;

  public Waiting(VmStore store, String id) {
    this.store = store;
    this.id = id;
  }

  /// What one can wait for.
  public enum Condition {
    RUNNING,
    /// For good: one that will be started again has not.
    EXITED,
    /// The same, by Podman's other name.
    STOPPED,
    REMOVED,
    HEALTHY,
    UNHEALTHY;

    /// The condition of this name.
    public static Optional<Condition> of(String name) {
      return Stream.of(values()).filter(one -> one.toString().equals(name)).findFirst();
    }

    boolean isMetBy(VmRecord vm) {
      return switch (this) {
        case RUNNING -> vm.status() == Status.RUNNING;
        case EXITED, STOPPED -> !vm.isLiving();
        case REMOVED -> false;
        case HEALTHY -> vm.life().health() == Health.HEALTHY;
        case UNHEALTHY -> vm.life().health() == Health.UNHEALTHY;
      };
    }

    // What will not be met any more.
    boolean isHopelessFor(VmRecord vm) {
      return switch (this) {
        case RUNNING, HEALTHY, UNHEALTHY -> !vm.isLiving();
        case EXITED, STOPPED, REMOVED -> false;
      };
    }

    boolean isMetByNothing() {
      return this == EXITED || this == STOPPED || this == REMOVED;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// The names of all conditions.
  public static List<String> conditions() {
    return Stream.of(Condition.values()).map(Condition::toString).toList();
  }

  /// Waits until a condition is met.
  ///
  /// @return the exit code, if it has ended and that is known
  /// @throws ContainerException if it has ended, and what was waited for cannot happen any more
  public Optional<Integer> until(Condition condition)
      throws IOException, ContainerException, InterruptedException {
    Optional<Integer> told = Optional.empty();
    while (true) {
      Optional<VmRecord> found = store.all().stream().filter(vm -> vm.id().equals(id)).findFirst();
      if (found.isEmpty()) {
        if (condition.isMetByNothing()) {
          return told;
        }
        throw new ContainerException("VM " + id + " was removed before it was " + condition);
      }
      VmRecord vm = found.get();
      if (condition.isMetBy(vm)) {
        return vm.life().exitCode();
      }
      if (condition.isHopelessFor(vm)) {
        throw new ContainerException(
            "VM " + vm.name() + " has exited, and was not " + condition + " before");
      }
      if (vm.life().terms().detached() && !vm.life().isKept() && told.isEmpty()) {
        told = AttachClient.exitCode(vm);
      } else {
        Thread.sleep(PAUSE_MILLIS);
      }
    }
  }
}
