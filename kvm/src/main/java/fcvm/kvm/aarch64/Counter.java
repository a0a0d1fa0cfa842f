package fcvm.kvm.aarch64;

import static java.lang.foreign.MemoryLayout.structLayout;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import fcvm.kvm.Ioctl;
import fcvm.kvm.Struct;
import fcvm.kvm.VmFd;
import fcvm.linux.LinuxException;
import java.lang.foreign.Arena;
import java.lang.foreign.StructLayout;

/// The counters of a machine, virtual and physical: `struct kvm_arm_counter_offset`.
public final class Counter {
  static final StructLayout LAYOUT =
      structLayout(JAVA_LONG.withName("counter_offset"), JAVA_LONG.withName("reserved"));

  private static final Ioctl KVM_ARM_SET_COUNTER_OFFSET =
      Ioctl.write("KVM_ARM_SET_COUNTER_OFFSET", 0xb5, LAYOUT.byteSize());

  private Counter() {}

  /// KVM_ARM_SET_COUNTER_OFFSET, where KVM has [fcvm.kvm.Cap#COUNTER_OFFSET].
  ///
  /// @param offset what the guest's counters lag behind the host's, in ticks
  public static void setOffset(VmFd vm, long offset) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      vm.ioctl(
          KVM_ARM_SET_COUNTER_OFFSET, Struct.allocate(LAYOUT, arena).set("counter_offset", offset));
    }
  }
}
