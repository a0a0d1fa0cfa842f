package fcvm.vmm.aarch64;

import fcvm.kvm.Cap;
import fcvm.kvm.Kvm;
import fcvm.kvm.VcpuFd;
import fcvm.kvm.aarch64.OneReg;
import fcvm.kvm.aarch64.VcpuInit;
import fcvm.kvm.aarch64.VcpuInit.Feature;
import fcvm.linux.LinuxException;
import fcvm.vmm.HostKernel;
import fcvm.vmm.Nesting;
import fcvm.vmm.Obstacle;
import java.util.Optional;

/// A vCPU's own EL2, which lets its guest be a hypervisor: FEAT_NV2 (Arm ARM, D8.11), through KVM's
/// `KVM_ARM_VCPU_HAS_EL2`.
final class VirtualEl2 {
  /// HCR_EL2: EL1 is AArch64.
  private static final long HCR_RW = 1L << 31;

  /// HCR_EL2: EL2 is a host (VHE).
  private static final long HCR_E2H = 1L << 34;

  // CNTHCTL_EL2: EL1 and EL0 may use the physical counter and timer. The bits are elsewhere under
  // VHE.
  private static final long CNTHCTL_NVHE = 1 | 1 << 1;
  private static final long CNTHCTL_VHE = 1 << 10 | 1 << 11;

  private VirtualEl2() {}

  /// What keeps vCPUs from having one here.
  static Optional<Obstacle> obstacle(Kvm kvm, Nesting nesting) throws LinuxException {
    boolean hasEl2 = kvm.checkExtension(Cap.ARM_EL2) > 0;
    boolean hasE2h0 = kvm.checkExtension(Cap.ARM_EL2_E2H0) > 0;
    return judge(nesting, hasEl2, hasE2h0, HostKernel.current());
  }

  static Optional<Obstacle> judge(
      Nesting nesting, boolean hasEl2, boolean hasE2h0, HostKernel kernel) {
    if (hasEl2 && (nesting != Nesting.NVHE || hasE2h0)) {
      return Optional.empty();
    }
    if (hasEl2) {
      return Optional.of(
          new Obstacle(
              "guests cannot be nVHE hypervisors: KVM_CAP_ARM_EL2_E2H0 is 0, because the processor"
                  + " has no HCR_EL2.NV1, or because this is a guest itself",
              "use the mode vhe"));
    }
    String lacking = "guests cannot be hypervisors: KVM_CAP_ARM_EL2 is 0, because ";
    if (kernel.isOlderThan(6, 16)) {
      return Optional.of(
          new Obstacle(
              lacking + "Linux " + kernel.release() + " has no nested virtualization for arm64",
              "boot Linux 6.16 or newer with kvm-arm.mode=nested"));
    }
    if (!kernel.arguments().contains("kvm-arm.mode=nested")) {
      return Optional.of(
          new Obstacle(
              lacking + "the kernel was booted without kvm-arm.mode=nested",
              "add kvm-arm.mode=nested to the kernel's command line and reboot"));
    }
    return Optional.of(
        new Obstacle(
            lacking + "the processor has no FEAT_NV2, or this is a guest without an EL2 with VHE",
            "use a processor with FEAT_NV2 (Neoverse V1, that is Graviton3, and newer), or the"
                + " emulated machine"));
  }

  /// The features that give a vCPU an EL2, or none.
  static VcpuInit features(VcpuInit init, Nesting nesting) {
    return switch (nesting) {
      case OFF -> init;
      case VHE -> init.with(Feature.HAS_EL2);
      case NVHE -> init.with(Feature.HAS_EL2).with(Feature.HAS_EL2_E2H0);
    };
  }

  /// Gives the EL2 of an initialised vCPU the state that a kernel may expect of firmware. KVM has
  /// put the vCPU at EL2h; what these registers have after that, the architecture leaves open.
  static void reset(VcpuFd vcpu, Nesting nesting) throws LinuxException {
    boolean vhe = nesting == Nesting.VHE;
    OneReg.set(vcpu, OneReg.HCR_EL2, vhe ? HCR_RW | HCR_E2H : HCR_RW);
    OneReg.set(vcpu, OneReg.CNTHCTL_EL2, vhe ? CNTHCTL_VHE : CNTHCTL_NVHE);
    // What EL1 reads as its own identity.
    OneReg.set(vcpu, OneReg.VPIDR_EL2, OneReg.get(vcpu, OneReg.MIDR_EL1));
    OneReg.set(vcpu, OneReg.VMPIDR_EL2, OneReg.get(vcpu, OneReg.MPIDR_EL1));
  }
}
