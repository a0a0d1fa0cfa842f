package fcvm.container;

import fcvm.linux.Arch;
import fcvm.vmm.Nesting;

/// A guest kernel's command line.
public final class KernelArguments {
  private KernelArguments() {}

  /// For a guest whose agent has a role.
  ///
  /// @param nesting whether the guest can be a hypervisor
  public static String of(Arch arch, String role, Nesting nesting) {
    String reboot =
        switch (arch) {
          // Through the keyboard controller: the only way on x86 without ACPI reset registers.
          case AMD64 -> " reboot=k";
          case ARM64 -> "";
        };
    // Each character on the serial port is an exit, so only what matters is printed.
    return "console=ttyS0 quiet loglevel=4 panic=1"
        + reboot
        + nested(nesting)
        + " fcvm.role="
        + role;
  }

  // A microVM is one node, and what an EL2 without VHE is for is said, because a kernel with VHE
  // would look for it first.
  private static String nested(Nesting nesting) {
    return switch (nesting) {
      case OFF -> "";
      case VHE -> " numa=off";
      case NVHE -> " numa=off kvm-arm.mode=nvhe";
    };
  }
}
