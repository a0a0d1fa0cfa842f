package fcvm.vmm.x86_64;

import fcvm.kvm.x86_64.Segment;
import fcvm.kvm.x86_64.Sregs;
import fcvm.kvm.x86_64.Sregs.Selector;
import fcvm.virtio.GuestMemory;

/// The segments that a kernel starts with: flat code and data at the selectors that Linux's boot
/// protocol names, and a task state that is never used.
final class Gdt {
  private static final int CODE_SELECTOR = 0x10; // __BOOT_CS
  private static final int DATA_SELECTOR = 0x18; // __BOOT_DS
  private static final int TASK_SELECTOR = 0x20;
  private static final int ENTRIES = 6; // a task descriptor takes two

  private static final int EXECUTE_READ_ACCESSED = 11;
  private static final int READ_WRITE_ACCESSED = 3;
  private static final int BUSY_TASK = 11;
  private static final int WHOLE = 0xffff_ffff;
  private static final int TASK_LIMIT = 0x67;

  /// Code of 32-bit protected mode.
  static final Segment CODE_32 =
      new Segment(0, WHOLE, CODE_SELECTOR, EXECUTE_READ_ACCESSED, true, 0, true, true, false, true);

  /// Code of 64-bit mode.
  static final Segment CODE_64 =
      new Segment(0, WHOLE, CODE_SELECTOR, EXECUTE_READ_ACCESSED, true, 0, false, true, true, true);

  private static final Segment DATA =
      new Segment(0, WHOLE, DATA_SELECTOR, READ_WRITE_ACCESSED, true, 0, true, true, false, true);

  private static final Segment TASK =
      new Segment(0, TASK_LIMIT, TASK_SELECTOR, BUSY_TASK, true, 0, false, false, false, false);

  private Gdt() {}

  /// Puts the table into memory, with an empty interrupt table beside it.
  static void write(GuestMemory memory, Segment code) {
    memory.setLong(MemoryMap.GDT + CODE_SELECTOR, descriptor(code));
    memory.setLong(MemoryMap.GDT + DATA_SELECTOR, descriptor(DATA));
    memory.setLong(MemoryMap.GDT + TASK_SELECTOR, descriptor(TASK));
    memory.setLong(MemoryMap.IDT, 0);
  }

  /// Loads every segment register from it.
  static Sregs load(Sregs sregs, Segment code) {
    return sregs
        .gdt(MemoryMap.GDT, ENTRIES * Long.BYTES - 1)
        .idt(MemoryMap.IDT, Long.BYTES - 1)
        .set(Selector.CS, code)
        .set(Selector.DS, DATA)
        .set(Selector.ES, DATA)
        .set(Selector.FS, DATA)
        .set(Selector.GS, DATA)
        .set(Selector.SS, DATA)
        .set(Selector.TR, TASK);
  }

  /// A descriptor in memory (Intel SDM volume 3, 3.4.5): base 0 throughout.
  static long descriptor(Segment segment) {
    long limit = Integer.toUnsignedLong(segment.limit()) >> (segment.granular() ? 12 : 0);
    long access =
        segment.type()
            | (segment.s() ? 1 << 4 : 0)
            | segment.dpl() << 5
            | (segment.present() ? 1 << 7 : 0);
    long flags =
        (segment.l() ? 1 << 1 : 0)
            | (segment.db() ? 1 << 2 : 0)
            | (segment.granular() ? 1 << 3 : 0);
    return (limit & 0xffff) | access << 40 | (limit >> 16 & 0xf) << 48 | flags << 52;
  }
}
