package fcvm.kvm.aarch64;

import static java.lang.foreign.MemoryLayout.sequenceLayout;
import static java.lang.foreign.MemoryLayout.structLayout;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import fcvm.kvm.Ioctl;
import fcvm.kvm.Struct;
import fcvm.kvm.VcpuFd;
import fcvm.kvm.VmFd;
import fcvm.linux.LinuxException;
import java.lang.foreign.Arena;
import java.lang.foreign.StructLayout;
import java.util.EnumSet;
import java.util.Set;

/// What kind of processor a vCPU is: `struct kvm_vcpu_init` of `arch/arm64/include/uapi/asm/kvm.h`.
///
/// @param target KVM_ARM_TARGET_*, the host's own kind from [#preferred]
/// @param features equal for all vCPUs of a machine, but POWER_OFF
public record VcpuInit(int target, Set<Feature> features) {
  /// KVM_ARM_VCPU_*.
  public enum Feature {
    /// Starts stopped, until PSCI CPU_ON.
    POWER_OFF(0),
    /// A 32-bit EL1.
    EL1_32BIT(1),
    /// PSCI 0.2 or newer.
    PSCI_0_2(2),
    PMU_V3(3),
    SVE(4),
    PTRAUTH_ADDRESS(5),
    PTRAUTH_GENERIC(6),
    /// A virtual EL2: the guest can be a hypervisor.
    HAS_EL2(7),
    /// The virtual EL2 has no VHE; with HAS_EL2 only.
    HAS_EL2_E2H0(8);

    private final int bit;

    Feature(int bit) {
      this.bit = bit;
    }
  }

  static final StructLayout LAYOUT =
      structLayout(JAVA_INT.withName("target"), sequenceLayout(7, JAVA_INT).withName("features"));

  private static final Ioctl KVM_ARM_VCPU_INIT =
      Ioctl.write("KVM_ARM_VCPU_INIT", 0xae, LAYOUT.byteSize());
  private static final Ioctl KVM_ARM_PREFERRED_TARGET =
      Ioctl.read("KVM_ARM_PREFERRED_TARGET", 0xaf, LAYOUT.byteSize());
  private static final Ioctl KVM_ARM_VCPU_FINALIZE =
      Ioctl.write("KVM_ARM_VCPU_FINALIZE", 0xc2, JAVA_INT.byteSize());

  public VcpuInit {
    features = Set.copyOf(features);
  }

  /// KVM_ARM_PREFERRED_TARGET: the host's kind, without features.
  public static VcpuInit preferred(VmFd vm) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      Struct init = Struct.allocate(LAYOUT, arena);
      vm.ioctl(KVM_ARM_PREFERRED_TARGET, init);
      return new VcpuInit((int) init.get("target"), Set.of());
    }
  }

  /// The same with a feature more.
  public VcpuInit with(Feature feature) {
    Set<Feature> more = EnumSet.of(feature);
    more.addAll(features);
    return new VcpuInit(target, more);
  }

  /// KVM_ARM_VCPU_INIT. After all vCPUs of the machine are created, where they have an EL2.
  public void init(VcpuFd vcpu) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      Struct init = Struct.allocate(LAYOUT, arena).set("target", target);
      init.slice("features").set(JAVA_INT, 0, bits());
      vcpu.ioctl(KVM_ARM_VCPU_INIT, init);
    }
  }

  /// KVM_ARM_VCPU_FINALIZE: needed before the first run with [Feature#SVE].
  public static void finalize(VcpuFd vcpu, Feature feature) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      vcpu.ioctl(KVM_ARM_VCPU_FINALIZE, arena.allocateFrom(JAVA_INT, feature.bit));
    }
  }

  int bits() {
    int bits = 0;
    for (Feature feature : features) {
      bits |= 1 << feature.bit;
    }
    return bits;
  }
}
