package fcvm.kvm.x86_64;

import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.sequenceLayout;
import static java.lang.foreign.MemoryLayout.structLayout;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import fcvm.kvm.Ioctl;
import fcvm.kvm.Struct;
import fcvm.kvm.VcpuFd;
import fcvm.linux.LinuxException;
import java.lang.foreign.Arena;
import java.lang.foreign.StructLayout;

/// The floating-point unit: `struct kvm_fpu`.
public final class Fpu {
  static final StructLayout LAYOUT =
      structLayout(
          sequenceLayout(128, JAVA_BYTE).withName("fpr"),
          JAVA_SHORT.withName("fcw"),
          JAVA_SHORT.withName("fsw"),
          JAVA_BYTE.withName("ftwx"),
          paddingLayout(1),
          JAVA_SHORT.withName("last_opcode"),
          JAVA_LONG.withName("last_ip"),
          JAVA_LONG.withName("last_dp"),
          sequenceLayout(256, JAVA_BYTE).withName("xmm"),
          JAVA_INT.withName("mxcsr"),
          paddingLayout(4));

  private static final Ioctl KVM_SET_FPU = Ioctl.write("KVM_SET_FPU", 0x8d, LAYOUT.byteSize());

  private static final int FCW_DEFAULT = 0x37f;
  private static final int MXCSR_DEFAULT = 0x1f80;

  private Fpu() {}

  /// KVM_SET_FPU to what FNINIT and a reset leave: all exceptions masked, registers empty.
  public static void reset(VcpuFd vcpu) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      vcpu.ioctl(
          KVM_SET_FPU,
          Struct.allocate(LAYOUT, arena).set("fcw", FCW_DEFAULT).set("mxcsr", MXCSR_DEFAULT));
    }
  }
}
