package fcvm.kvm.x86_64;

import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.structLayout;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import fcvm.kvm.Ioctl;
import fcvm.kvm.Struct;
import fcvm.kvm.VcpuFd;
import fcvm.linux.Errno;
import fcvm.linux.LinuxException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.util.LinkedHashMap;
import java.util.Map;

/// Model-specific registers: `struct kvm_msrs`.
public final class Msrs {
  public static final int TSC = 0x10;
  public static final int APIC_BASE = 0x1b;
  public static final int SYSENTER_CS = 0x174;
  public static final int SYSENTER_ESP = 0x175;
  public static final int SYSENTER_EIP = 0x176;
  public static final int MISC_ENABLE = 0x1a0;
  public static final int MTRR_DEF_TYPE = 0x2ff;
  public static final int STAR = 0xc0000081;
  public static final int LSTAR = 0xc0000082;
  public static final int CSTAR = 0xc0000083;
  public static final int SYSCALL_MASK = 0xc0000084;
  public static final int KERNEL_GS_BASE = 0xc0000102;

  /// `struct kvm_msrs`, without its entries.
  static final StructLayout HEADER = structLayout(JAVA_INT.withName("nmsrs"), paddingLayout(4));

  /// `struct kvm_msr_entry`.
  static final StructLayout ENTRY =
      structLayout(JAVA_INT.withName("index"), paddingLayout(4), JAVA_LONG.withName("data"));

  private static final Ioctl KVM_GET_MSRS =
      Ioctl.readWrite("KVM_GET_MSRS", 0x88, HEADER.byteSize());
  private static final Ioctl KVM_SET_MSRS = Ioctl.write("KVM_SET_MSRS", 0x89, HEADER.byteSize());

  private Msrs() {}

  /// KVM_GET_MSRS, of one register.
  public static long get(VcpuFd vcpu, int index) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment msrs = encode(Map.of(index, 0L), arena);
      check("KVM_GET_MSRS", index, vcpu.ioctl(KVM_GET_MSRS, msrs));
      return entry(msrs, 0).get("data");
    }
  }

  /// KVM_SET_MSRS, in the map's order.
  ///
  /// @throws LinuxException if KVM refuses one; the message names it
  public static void set(VcpuFd vcpu, Map<Integer, Long> values) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      Map<Integer, Long> ordered = new LinkedHashMap<>(values);
      MemorySegment msrs = encode(ordered, arena);
      int done = vcpu.ioctl(KVM_SET_MSRS, msrs);
      if (done < ordered.size()) {
        check("KVM_SET_MSRS", (int) entry(msrs, done).get("index"), 0);
      }
    }
  }

  /// KVM answers how many it did, and stops at the first that it cannot.
  private static void check(String call, int index, int done) throws LinuxException {
    if (done == 0) {
      throw new LinuxException("%s of MSR %#x".formatted(call, index), Errno.EINVAL);
    }
  }

  private static MemorySegment encode(Map<Integer, Long> values, Arena arena) {
    MemorySegment msrs =
        arena.allocate(HEADER.byteSize() + ENTRY.byteSize() * values.size(), Long.BYTES);
    Struct.at(HEADER, msrs).set("nmsrs", values.size());
    int at = 0;
    for (Map.Entry<Integer, Long> value : values.entrySet()) {
      entry(msrs, at++).set("index", value.getKey()).set("data", value.getValue());
    }
    return msrs;
  }

  private static Struct entry(MemorySegment msrs, int index) {
    return Struct.at(ENTRY, msrs.asSlice(HEADER.byteSize() + ENTRY.byteSize() * index));
  }
}
