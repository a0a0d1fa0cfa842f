package fcvm.kvm.x86_64;

import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.sequenceLayout;
import static java.lang.foreign.MemoryLayout.structLayout;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import fcvm.kvm.Ioctl;
import fcvm.kvm.Struct;
import fcvm.kvm.VcpuFd;
import fcvm.linux.LinuxException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.util.Locale;

/// System registers: `struct kvm_sregs` of `arch/x86/include/uapi/asm/kvm.h`.
public final class Sregs {
  /// The segment registers, by their place in the structure.
  public enum Selector {
    CS(0),
    DS(1),
    ES(2),
    FS(3),
    GS(4),
    SS(5),
    TR(6),
    LDT(7);

    private final int index;

    Selector(int index) {
      this.index = index;
    }

    long offset() {
      return index * Segment.LAYOUT.byteSize();
    }
  }

  /// Protected mode.
  public static final long CR0_PE = 1;

  /// Extension type: always one on a processor with an FPU.
  public static final long CR0_ET = 1L << 4;

  /// Paging.
  public static final long CR0_PG = 1L << 31;

  /// Physical address extension: the page tables of long mode.
  public static final long CR4_PAE = 1L << 5;

  /// FXSAVE and SSE, which every x86_64 processor has.
  public static final long CR4_OSFXSR = 1L << 9;

  /// Long mode enabled.
  public static final long EFER_LME = 1L << 8;

  /// Long mode active.
  public static final long EFER_LMA = 1L << 10;

  static final StructLayout DTABLE =
      structLayout(JAVA_LONG.withName("base"), JAVA_SHORT.withName("limit"), paddingLayout(6));

  static final StructLayout LAYOUT =
      structLayout(
          sequenceLayout(Selector.values().length, Segment.LAYOUT).withName("segments"),
          DTABLE.withName("gdt"),
          DTABLE.withName("idt"),
          JAVA_LONG.withName("cr0"),
          JAVA_LONG.withName("cr2"),
          JAVA_LONG.withName("cr3"),
          JAVA_LONG.withName("cr4"),
          JAVA_LONG.withName("cr8"),
          JAVA_LONG.withName("efer"),
          JAVA_LONG.withName("apic_base"),
          sequenceLayout(4, JAVA_LONG).withName("interrupt_bitmap"));

  private static final Ioctl KVM_GET_SREGS = Ioctl.read("KVM_GET_SREGS", 0x83, LAYOUT.byteSize());
  private static final Ioctl KVM_SET_SREGS = Ioctl.write("KVM_SET_SREGS", 0x84, LAYOUT.byteSize());

  /// Registers that are one number each.
  public enum Control {
    CR0,
    CR2,
    CR3,
    CR4,
    CR8,
    EFER,
    APIC_BASE;

    private final String field = name().toLowerCase(Locale.ROOT);
  }

  private final Struct struct = Struct.allocate(LAYOUT, Arena.ofAuto());

  private Sregs() {}

  /// KVM_GET_SREGS. To change some, read all, set those, and store all.
  public static Sregs of(VcpuFd vcpu) throws LinuxException {
    Sregs sregs = new Sregs();
    vcpu.ioctl(KVM_GET_SREGS, sregs.struct);
    return sregs;
  }

  /// KVM_SET_SREGS.
  public void setOn(VcpuFd vcpu) throws LinuxException {
    vcpu.ioctl(KVM_SET_SREGS, struct);
  }

  public long get(Control register) {
    return struct.get(register.field);
  }

  public Sregs set(Control register, long value) {
    struct.set(register.field, value);
    return this;
  }

  public Segment get(Selector register) {
    return Segment.decode(slice(register));
  }

  public Sregs set(Selector register, Segment segment) {
    segment.encode(slice(register));
    return this;
  }

  private MemorySegment slice(Selector register) {
    return struct.slice("segments").asSlice(register.offset(), Segment.LAYOUT.byteSize());
  }

  /// The global descriptor table.
  ///
  /// @param limit its last byte
  public Sregs gdt(long base, int limit) {
    return table("gdt", base, limit);
  }

  /// The interrupt descriptor table.
  ///
  /// @param limit its last byte
  public Sregs idt(long base, int limit) {
    return table("idt", base, limit);
  }

  private Sregs table(String name, long base, int limit) {
    Struct.at(DTABLE, struct.slice(name)).set("base", base).set("limit", limit);
    return this;
  }
}
