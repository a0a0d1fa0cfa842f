package fcvm.vmm;

/// How a microVM ended.
public sealed interface VmExit {
  /// In a few words, for people.
  default String text() {
    return switch (this) {
      case PowerOff _ -> "it powered itself off";
      case Reboot _ -> "its kernel panicked, or something reset it";
      case Stopped _ -> "it was stopped";
      case Crash crash -> "it crashed: " + crash.reason();
    };
  }

  /// The guest turned its machine off.
  record PowerOff() implements VmExit {}

  /// The guest reset its machine.
  record Reboot() implements VmExit {}

  /// It was told to stop by the host.
  record Stopped() implements VmExit {}

  /// It cannot go on: a triple fault, an instruction that KVM cannot run, a failure of KVM itself.
  ///
  /// @param reason one line: what happened, on which vCPU, where
  record Crash(String reason) implements VmExit {}
}
