package fcvm.vmm.x86_64;

import fcvm.kvm.Kvm;
import fcvm.kvm.x86_64.CpuId;
import fcvm.linux.LinuxException;
import fcvm.vmm.HostKernel;
import fcvm.vmm.Obstacle;
import java.util.Optional;

/// What lets a guest be a hypervisor: SVM (AMD's APM volume 2, chapter 15) or VMX (Intel's SDM
/// volume 3, chapter 25), in what CPUID answers.
final class Hypervisor {
  /// Leaf 1, ECX.
  static final int ECX_VMX = 1 << 5;

  /// Leaf 0x80000001, ECX.
  static final int AMD_ECX_SVM = 1 << 2;

  /// AMD's leaf about SVM.
  static final int SVM_LEAF = 0x8000000a;

  private Hypervisor() {}

  /// What keeps guests from being hypervisors here.
  static Optional<Obstacle> obstacle(Kvm kvm) throws LinuxException {
    return judge(
        isIn(CpuId.supported(kvm)),
        loaded("kvm_intel") ? "kvm_intel" : loaded("kvm_amd") ? "kvm_amd" : "");
  }

  private static boolean loaded(String module) {
    return !HostKernel.parameter(module, "nested").isEmpty();
  }

  /// @param offered whether KVM offers SVM or VMX to guests
  /// @param module of KVM that is loaded; empty if none
  static Optional<Obstacle> judge(boolean offered, String module) {
    if (offered) {
      return Optional.empty();
    }
    String lacking = "guests cannot be hypervisors: KVM offers them neither SVM nor VMX, because ";
    return Optional.of(
        module.isEmpty()
            ? new Obstacle(
                lacking + "neither kvm_intel nor kvm_amd is loaded",
                "use a computer with hardware virtualization, or the emulated machine")
            : new Obstacle(
                lacking + module + " was loaded without nested=1",
                "modprobe -r %s && modprobe %s nested=1".formatted(module, module)));
  }

  private static boolean isIn(CpuId supported) {
    for (CpuId.Entry entry : supported.entries()) {
      if ((entry.function() == 1 && (entry.ecx() & ECX_VMX) != 0)
          || (entry.function() == 0x80000001 && (entry.ecx() & AMD_ECX_SVM) != 0)) {
        return true;
      }
    }
    return false;
  }
}
