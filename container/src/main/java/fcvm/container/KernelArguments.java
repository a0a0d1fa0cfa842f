package fcvm.container;

import fcvm.linux.Arch;

/// A guest kernel's command line.
public final class KernelArguments {
  private KernelArguments() {}

  /// For a guest whose agent has a role.
  public static String of(Arch arch, String role) {
    String reboot =
        switch (arch) {
          // Through the keyboard controller: the only way on x86 without ACPI reset registers.
          case AMD64 -> " reboot=k";
          case ARM64 -> "";
        };
    // Each character on the serial port is an exit, so only what matters is printed.
    return "console=ttyS0 quiet loglevel=4 panic=1" + reboot + " fcvm.role=" + role;
  }
}
