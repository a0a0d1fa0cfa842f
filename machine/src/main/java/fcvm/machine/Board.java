package fcvm.machine;

import fcvm.linux.Arch;
import java.util.List;

/// What QEMU emulates for an architecture: a computer whose kernel can run microVMs, and microVMs
/// in microVMs.
///
/// @param program QEMU's program
/// @param machine `-machine`, without its memory
/// @param cpu `-cpu`
/// @param kernelCpus how many processors, the first ones, are the kernel's alone: no program runs
///   there
/// @param commandLine the kernel's arguments that belong to this board
record Board(String program, String machine, String cpu, int kernelCpus, String commandLine) {
  private static final Board AMD64 =
      new Board(
          "qemu-system-x86_64",
          "q35,smm=off,vmport=off,sata=off,smbus=off,i8042=off",
          // SVM; TCG has no VMX.
          "EPYC-v4",
          // QEMU's first processor must not run guests (docs/machine.md#qemus-fault).
          1,
          // A timer that the device itself winds up: when the kernel does, and QEMU loses one of
          // its interrupts, the processor's timers stand still for good.
          "console=ttyS0 no_timer_check tsc=reliable nohz=off highres=off");

  private static final Board ARM64 =
      new Board(
          "qemu-system-aarch64",
          "virt,virtualization=on,gic-version=3",
          // FEAT_NV2. Real pointer authentication is slow to emulate, and with LPA2 a guest
          // hypervisor with E2H0 hangs in its KVM's start.
          "max,pauth-impdef=on,sve=off,sme=off,lpa2=off",
          0,
          "console=ttyAMA0 kvm-arm.mode=nested");

  static Board of(Arch arch) {
    return switch (arch) {
      case AMD64 -> AMD64;
      case ARM64 -> ARM64;
    };
  }

  /// The number of processors.
  ///
  /// @param cpus those for programs
  int cpus(int cpus) {
    return kernelCpus + cpus;
  }

  /// The kernel's whole command line. A panic ends the machine, because QEMU does not reboot it.
  String commandLine(MachineConfig config) {
    int last = cpus(config.cpus()) - 1;
    List<String> common =
        List.of(
            "fcvm.role=machine",
            "fcvm.cpus=" + kernelCpus + "-" + last,
            "fcvm.idle=" + config.idleSeconds(),
            "quiet",
            "panic=1",
            // Nothing is speculated here, and nobody but its owner is in the machine.
            "mitigations=off",
            "nokaslr",
            "audit=0",
            "cryptomgr.notests");
    return commandLine + " " + String.join(" ", common);
  }
}
