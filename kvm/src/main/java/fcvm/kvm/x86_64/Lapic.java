package fcvm.kvm.x86_64;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import fcvm.kvm.Ioctl;
import fcvm.kvm.VcpuFd;
import fcvm.linux.LinuxException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A local APIC inside the kernel: `struct kvm_lapic_state`, its register page.
public final class Lapic {
  /// Local vector table, LINT0 pin.
  public static final int LVT_LINT0 = 0x350;

  /// Local vector table, LINT1 pin.
  public static final int LVT_LINT1 = 0x360;

  /// Delivery mode of a local vector: non-maskable interrupt.
  public static final int MODE_NMI = 4;

  /// Delivery mode of a local vector: from the 8259.
  public static final int MODE_EXTINT = 7;

  static final long SIZE = 1024;

  private static final Ioctl KVM_GET_LAPIC = Ioctl.read("KVM_GET_LAPIC", 0x8e, SIZE);
  private static final Ioctl KVM_SET_LAPIC = Ioctl.write("KVM_SET_LAPIC", 0x8f, SIZE);

  private final MemorySegment memory = Arena.ofAuto().allocate(SIZE, Long.BYTES);

  private Lapic() {}

  /// KVM_GET_LAPIC.
  public static Lapic of(VcpuFd vcpu) throws LinuxException {
    Lapic lapic = new Lapic();
    vcpu.ioctl(KVM_GET_LAPIC, lapic.memory);
    return lapic;
  }

  /// KVM_SET_LAPIC.
  public void setOn(VcpuFd vcpu) throws LinuxException {
    vcpu.ioctl(KVM_SET_LAPIC, memory);
  }

  /// A register by its offset in the page.
  public int get(int register) {
    return memory.get(JAVA_INT, register);
  }

  public Lapic set(int register, int value) {
    memory.set(JAVA_INT, register, value);
    return this;
  }

  /// Sets the delivery mode of a local vector, and leaves its other bits.
  public Lapic deliveryMode(int vector, int mode) {
    return set(vector, (get(vector) & ~0x700) | mode << 8);
  }
}
