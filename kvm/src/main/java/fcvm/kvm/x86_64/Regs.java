package fcvm.kvm.x86_64;

import static java.lang.foreign.MemoryLayout.sequenceLayout;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import fcvm.kvm.Ioctl;
import fcvm.kvm.VcpuFd;
import fcvm.linux.LinuxException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SequenceLayout;

/// General-purpose registers: `struct kvm_regs` of `arch/x86/include/uapi/asm/kvm.h`.
public final class Regs {
  /// The registers, by their place in the structure.
  public enum Register {
    RAX(0),
    RBX(1),
    RCX(2),
    RDX(3),
    RSI(4),
    RDI(5),
    RSP(6),
    RBP(7),
    R8(8),
    R9(9),
    R10(10),
    R11(11),
    R12(12),
    R13(13),
    R14(14),
    R15(15),
    RIP(16),
    RFLAGS(17);

    private final int index;

    Register(int index) {
      this.index = index;
    }

    long offset() {
      return index * JAVA_LONG.byteSize();
    }
  }

  /// RFLAGS with everything off: bit 1 is always one.
  public static final long RFLAGS_RESERVED = 2;

  static final SequenceLayout LAYOUT = sequenceLayout(Register.values().length, JAVA_LONG);

  private static final Ioctl KVM_GET_REGS = Ioctl.read("KVM_GET_REGS", 0x81, LAYOUT.byteSize());
  private static final Ioctl KVM_SET_REGS = Ioctl.write("KVM_SET_REGS", 0x82, LAYOUT.byteSize());

  private final MemorySegment memory = Arena.ofAuto().allocate(LAYOUT);

  /// All zero but the reserved flag.
  public Regs() {
    set(Register.RFLAGS, RFLAGS_RESERVED);
  }

  /// KVM_GET_REGS.
  public static Regs of(VcpuFd vcpu) throws LinuxException {
    Regs regs = new Regs();
    vcpu.ioctl(KVM_GET_REGS, regs.memory);
    return regs;
  }

  /// KVM_SET_REGS.
  public void setOn(VcpuFd vcpu) throws LinuxException {
    vcpu.ioctl(KVM_SET_REGS, memory);
  }

  public long get(Register register) {
    return memory.get(JAVA_LONG, register.offset());
  }

  public Regs set(Register register, long value) {
    memory.set(JAVA_LONG, register.offset(), value);
    return this;
  }
}
