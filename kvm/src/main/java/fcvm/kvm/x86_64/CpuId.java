package fcvm.kvm.x86_64;

import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.structLayout;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import fcvm.kvm.Ioctl;
import fcvm.kvm.Kvm;
import fcvm.kvm.Struct;
import fcvm.kvm.VcpuFd;
import fcvm.linux.Errno;
import fcvm.linux.LinuxException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.util.ArrayList;
import java.util.List;

/// What CPUID answers: `struct kvm_cpuid2`.
///
/// @param entries one per leaf, or per leaf and subleaf
public record CpuId(List<Entry> entries) {
  /// `struct kvm_cpuid_entry2`.
  ///
  /// @param function the leaf, EAX of the instruction
  /// @param index the subleaf, ECX of the instruction, if `flags` has [#SIGNIFICANT_INDEX]
  public record Entry(int function, int index, int flags, int eax, int ebx, int ecx, int edx) {
    /// KVM_CPUID_FLAG_SIGNIFCANT_INDEX: the leaf has subleaves.
    public static final int SIGNIFICANT_INDEX = 1;

    /// The same leaf with another answer.
    public Entry with(int a, int b, int c, int d) {
      return new Entry(function, index, flags, a, b, c, d);
    }

    // The fields are the structure's first seven words, in its order.
    private static Entry decode(MemorySegment entry) {
      return new Entry(
          entry.getAtIndex(JAVA_INT, 0),
          entry.getAtIndex(JAVA_INT, 1),
          entry.getAtIndex(JAVA_INT, 2),
          entry.getAtIndex(JAVA_INT, 3),
          entry.getAtIndex(JAVA_INT, 4),
          entry.getAtIndex(JAVA_INT, 5),
          entry.getAtIndex(JAVA_INT, 6));
    }

    private void encode(MemorySegment entry) {
      entry.setAtIndex(JAVA_INT, 0, function);
      entry.setAtIndex(JAVA_INT, 1, index);
      entry.setAtIndex(JAVA_INT, 2, flags);
      entry.setAtIndex(JAVA_INT, 3, eax);
      entry.setAtIndex(JAVA_INT, 4, ebx);
      entry.setAtIndex(JAVA_INT, 5, ecx);
      entry.setAtIndex(JAVA_INT, 6, edx);
    }
  }

  /// `struct kvm_cpuid2`, without its entries.
  static final StructLayout HEADER = structLayout(JAVA_INT.withName("nent"), paddingLayout(4));

  static final StructLayout ENTRY =
      structLayout(
          JAVA_INT.withName("function"),
          JAVA_INT.withName("index"),
          JAVA_INT.withName("flags"),
          JAVA_INT.withName("eax"),
          JAVA_INT.withName("ebx"),
          JAVA_INT.withName("ecx"),
          JAVA_INT.withName("edx"),
          paddingLayout(12));

  private static final Ioctl KVM_GET_SUPPORTED_CPUID =
      Ioctl.readWrite("KVM_GET_SUPPORTED_CPUID", 0x05, HEADER.byteSize());
  private static final Ioctl KVM_SET_CPUID2 =
      Ioctl.write("KVM_SET_CPUID2", 0x90, HEADER.byteSize());
  private static final Ioctl KVM_GET_CPUID2 =
      Ioctl.readWrite("KVM_GET_CPUID2", 0x91, HEADER.byteSize());

  /// KVM_MAX_CPUID_ENTRIES of today; a kernel that has more answers E2BIG.
  private static final int ENTRIES = 256;

  private static final int ENTRIES_MAX = 1 << 12;

  public CpuId {
    entries = List.copyOf(entries);
  }

  /// A request that fills a table.
  @FunctionalInterface
  private interface Fill {
    void into(MemorySegment table) throws LinuxException;
  }

  /// KVM_GET_SUPPORTED_CPUID: what this host's processor and KVM can offer to guests.
  public static CpuId supported(Kvm kvm) throws LinuxException {
    return read(table -> kvm.ioctl(KVM_GET_SUPPORTED_CPUID, table));
  }

  /// KVM_GET_CPUID2: what a vCPU's guest sees.
  public static CpuId of(VcpuFd vcpu) throws LinuxException {
    return read(table -> vcpu.ioctl(KVM_GET_CPUID2, table));
  }

  private static CpuId read(Fill fill) throws LinuxException {
    for (int room = ENTRIES; ; room *= 2) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment table = allocate(room, arena);
        fill.into(table);
        return decode(table);
      } catch (LinuxException e) {
        if (e.errno() != Errno.E2BIG || room >= ENTRIES_MAX) {
          throw e;
        }
      }
    }
  }

  /// KVM_SET_CPUID2. Before the vCPU runs, and before its MSRs are set.
  public void setOn(VcpuFd vcpu) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment table = allocate(entries.size(), arena);
      for (int i = 0; i < entries.size(); i++) {
        entries.get(i).encode(entry(table, i));
      }
      vcpu.ioctl(KVM_SET_CPUID2, table);
    }
  }

  private static CpuId decode(MemorySegment table) {
    List<Entry> entries = new ArrayList<>();
    int count = (int) Struct.at(HEADER, table).get("nent");
    for (int i = 0; i < count; i++) {
      entries.add(Entry.decode(entry(table, i)));
    }
    return new CpuId(entries);
  }

  private static MemorySegment allocate(int entries, Arena arena) {
    MemorySegment table =
        arena.allocate(HEADER.byteSize() + ENTRY.byteSize() * entries, Long.BYTES);
    Struct.at(HEADER, table).set("nent", entries);
    return table;
  }

  private static MemorySegment entry(MemorySegment table, int index) {
    return table.asSlice(HEADER.byteSize() + ENTRY.byteSize() * index, ENTRY.byteSize());
  }
}
