package fcvm.cli;

import fcvm.linux.Arch;
import fcvm.vmm.KvmProbe;
import fcvm.vmm.KvmVerdict;
import fcvm.vmm.Nesting;

/// Where microVMs run.
sealed interface Placement {
  /// On this computer's own KVM.
  record Local() implements Placement {}

  /// In the emulated machine.
  ///
  /// @param why why not on this computer's KVM; empty if the machine was asked for
  record Emulated(Arch arch, String why) implements Placement {
    /// Says that it is there, unless that is what was asked for.
    void tell(Invocation invocation) {
      if (!why.isEmpty() && invocation.globals().progress() != Globals.Mode.NONE) {
        invocation.streams().say("fcvm: " + why + "; using the emulated " + arch + " machine");
      }
    }
  }

  /// Decides: an emulated machine if one is asked for, this computer's KVM if a kernel boots on it,
  /// else the machine of this computer's own architecture.
  static Placement of(Invocation invocation) {
    return of(invocation, Nesting.OFF);
  }

  /// The same for a guest that may have to be a hypervisor: where this computer's KVM cannot do
  /// that, the machine's can.
  static Placement of(Invocation invocation, Nesting nesting) {
    if (isForcedLocal(invocation)) {
      return new Local();
    }
    if (invocation.globals().machine().isPresent()) {
      return new Emulated(invocation.globals().machine().get(), "");
    }
    KvmVerdict verdict = KvmProbe.probe();
    return switch (verdict) {
      case KvmVerdict.Native kvm ->
          kvm.obstacle(nesting)
              .<Placement>map(obstacle -> new Emulated(Arch.current(), obstacle.cause()))
              .orElseGet(Local::new);
      default -> new Emulated(Arch.current(), verdict.cause());
    };
  }

  /// Whether there is no choice: in the machine, or told so by FCVM_LOCAL.
  static boolean isForcedLocal(Invocation invocation) {
    return invocation.isInMachine() || invocation.variable("FCVM_LOCAL").isPresent();
  }
}
