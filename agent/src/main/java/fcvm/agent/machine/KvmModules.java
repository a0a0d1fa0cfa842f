package fcvm.agent.machine;

import fcvm.linux.KernelModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// KVM on x86_64, where it is a module; on arm64 it is part of the kernel.
final class KvmModules {
  private static final Path RELEASE = Path.of("/proc/sys/kernel/osrelease");

  private KvmModules() {}

  /// Loads KVM for the processor that QEMU emulates, an AMD one, with nested virtualization.
  static void load() throws IOException {
    String release = Files.readString(RELEASE).strip();
    Path modules = Path.of("/lib/modules", release, "kernel/arch/x86/kvm");
    KernelModule.load(modules.resolve("kvm.ko.xz"), "");
    KernelModule.load(modules.resolve("kvm-amd.ko.xz"), "nested=1");
  }
}
