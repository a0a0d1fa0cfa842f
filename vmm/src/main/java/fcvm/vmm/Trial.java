package fcvm.vmm;

import fcvm.kvm.VcpuExit;
import fcvm.kvm.VcpuFd;
import fcvm.linux.Join;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/// Entering a guest that should leave again at once, without trusting that it does.
public final class Trial {
  /// Much more than a guest of a few instructions takes on the busiest computer. Ten seconds were
  /// too few for one three levels deep in an emulator.
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private Trial() {}

  /// Runs it until its first exit.
  ///
  /// @return INTERRUPTED if it had to be stopped
  public static VcpuExit run(VcpuFd vcpu) {
    return run(vcpu, PATIENCE);
  }

  static VcpuExit run(VcpuFd vcpu, Duration patience) {
    AtomicReference<VcpuExit> exit = new AtomicReference<>(VcpuExit.Bare.INTERRUPTED);
    Thread thread = Thread.ofPlatform().name("trial").daemon().start(() -> exit.set(vcpu.run()));
    try {
      if (!thread.join(patience)) {
        vcpu.kick();
      }
    } catch (InterruptedException _) {
      vcpu.kick();
      Thread.currentThread().interrupt();
    }
    Join.uninterruptibly(thread);
    return exit.get();
  }

  /// That the exit was not the expected one, for a person.
  public static String failure(VcpuExit exit) {
    return "a guest of a few instructions failed: " + what(exit);
  }

  // No switch over types: the first one costs a start more than the guest does.
  private static String what(VcpuExit exit) {
    if (exit instanceof VcpuExit.KvmInternalError error) {
      return error.reason();
    }
    if (exit == VcpuExit.Bare.INTERRUPTED) {
      return "it had to be stopped";
    }
    return exit == VcpuExit.Bare.SHUTDOWN ? "a triple fault" : exit.toString();
  }
}
