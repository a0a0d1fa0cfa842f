package fcvm.kvm.aarch64;

import static java.lang.foreign.MemoryLayout.structLayout;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import fcvm.kvm.Ioctl;
import fcvm.kvm.Struct;
import fcvm.kvm.VcpuFd;
import fcvm.linux.LinuxException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/// A register of 64 bits by its id: `struct kvm_one_reg`.
public final class OneReg {
  private static final long ARM64_U64 = 0x6030_0000_0000_0000L;
  private static final long CORE = ARM64_U64 | 0x0010_0000L;
  private static final long SYSREG = ARM64_U64 | 0x0013_0000L;

  /// Program counter.
  public static final long PC = CORE | 0x40;

  /// Processor state.
  public static final long PSTATE = CORE | 0x42;

  /// What kind of processor a vCPU is.
  public static final long MIDR_EL1 = sysreg(3, 0, 0, 0, 0);

  /// Memory management's features, as KVM shows them to guests.
  public static final long ID_AA64MMFR2_EL1 = sysreg(3, 0, 0, 7, 2);

  /// Multiprocessor affinity of a vCPU.
  public static final long MPIDR_EL1 = sysreg(3, 0, 0, 0, 5);

  /// What EL1 reads as MIDR_EL1; of vCPUs with an EL2, as the following.
  public static final long VPIDR_EL2 = sysreg(3, 4, 0, 0, 0);

  /// What EL1 reads as MPIDR_EL1.
  public static final long VMPIDR_EL2 = sysreg(3, 4, 0, 0, 5);

  /// What EL2 makes of EL1 and EL0.
  public static final long HCR_EL2 = sysreg(3, 4, 1, 1, 0);

  /// Whether EL1 and EL0 may use the physical counter and timer.
  public static final long CNTHCTL_EL2 = sysreg(3, 4, 14, 1, 0);

  /// Virtual counter. KVM's ABI has its id and CNTV_CVAL's swapped; this is the id that works.
  public static final long TIMER_CNT = sysreg(3, 3, 14, 3, 2);

  /// Physical counter.
  public static final long PTIMER_CNT = sysreg(3, 3, 14, 0, 1);

  static final StructLayout LAYOUT =
      structLayout(JAVA_LONG.withName("id"), JAVA_LONG.withName("addr"));

  private static final Ioctl KVM_GET_ONE_REG =
      Ioctl.write("KVM_GET_ONE_REG", 0xab, LAYOUT.byteSize());
  private static final Ioctl KVM_SET_ONE_REG =
      Ioctl.write("KVM_SET_ONE_REG", 0xac, LAYOUT.byteSize());

  private OneReg() {}

  /// General-purpose register, 0 to 30.
  public static long x(int number) {
    return CORE | number * 2L;
  }

  /// A system register by its encoding.
  public static long sysreg(int op0, int op1, int crn, int crm, int op2) {
    return SYSREG | (long) op0 << 14 | (long) op1 << 11 | (long) crn << 7 | (long) crm << 3 | op2;
  }

  /// KVM_GET_ONE_REG.
  public static long get(VcpuFd vcpu, long id) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(JAVA_LONG);
      vcpu.ioctl(KVM_GET_ONE_REG, encode(id, value, arena));
      return value.get(JAVA_LONG, 0);
    }
  }

  /// KVM_SET_ONE_REG.
  public static void set(VcpuFd vcpu, long id, long value) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      vcpu.ioctl(KVM_SET_ONE_REG, encode(id, arena.allocateFrom(JAVA_LONG, value), arena));
    }
  }

  private static Struct encode(long id, MemorySegment value, Arena arena) {
    return Struct.allocate(LAYOUT, arena).set("id", id).set("addr", value.address());
  }
}
