package fcvm.kvm.x86_64;

import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.structLayout;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import fcvm.kvm.Ioctl;
import fcvm.kvm.Struct;
import fcvm.kvm.VmFd;
import fcvm.linux.LinuxException;
import java.lang.foreign.Arena;
import java.lang.foreign.StructLayout;

/// Ioctls of a [VmFd] that make it a PC. All come before the first vCPU.
public final class Pc {
  /// KVM_PIT_SPEAKER_DUMMY: port 0x61 is the kernel's too.
  private static final int PIT_SPEAKER_DUMMY = 1;

  /// `struct kvm_pit_config`.
  static final StructLayout PIT_CONFIG =
      structLayout(JAVA_INT.withName("flags"), paddingLayout(60));

  private static final Ioctl KVM_SET_TSS_ADDR = Ioctl.plain("KVM_SET_TSS_ADDR", 0x47);
  private static final Ioctl KVM_SET_IDENTITY_MAP_ADDR =
      Ioctl.write("KVM_SET_IDENTITY_MAP_ADDR", 0x48, JAVA_LONG.byteSize());
  private static final Ioctl KVM_CREATE_PIT2 =
      Ioctl.write("KVM_CREATE_PIT2", 0x77, PIT_CONFIG.byteSize());

  private Pc() {}

  /// KVM_SET_TSS_ADDR: three pages below 4 GiB that no memory slot covers, for Intel processors
  /// that cannot run real mode by themselves.
  public static void setTssAddress(VmFd vm, long gpa) throws LinuxException {
    vm.ioctl(KVM_SET_TSS_ADDR, gpa);
  }

  /// KVM_SET_IDENTITY_MAP_ADDR: one page below 4 GiB, for the same purpose.
  public static void setIdentityMapAddress(VmFd vm, long gpa) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      vm.ioctl(KVM_SET_IDENTITY_MAP_ADDR, arena.allocateFrom(JAVA_LONG, gpa));
    }
  }

  /// KVM_CREATE_PIT2: an 8254 timer inside the kernel, after the irqchip.
  public static void createPit2(VmFd vm) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      vm.ioctl(KVM_CREATE_PIT2, Struct.allocate(PIT_CONFIG, arena).set("flags", PIT_SPEAKER_DUMMY));
    }
  }
}
