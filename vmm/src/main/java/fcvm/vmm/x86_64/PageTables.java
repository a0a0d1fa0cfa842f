package fcvm.vmm.x86_64;

import fcvm.virtio.GuestMemory;

/// The page tables that a 64-bit kernel starts with: the first GiB, mapped onto itself by pages of
/// 2 MiB.
final class PageTables {
  private static final long PRESENT_WRITABLE = 0x3;
  private static final long LARGE = 0x80;
  private static final long LARGE_PAGE = 2 << 20;
  private static final int ENTRIES = 512;

  private PageTables() {}

  static void write(GuestMemory memory) {
    memory.setLong(MemoryMap.PML4, MemoryMap.PDPT | PRESENT_WRITABLE);
    memory.setLong(MemoryMap.PDPT, MemoryMap.PAGE_DIRECTORY | PRESENT_WRITABLE);
    for (int i = 0; i < ENTRIES; i++) {
      memory.setLong(
          MemoryMap.PAGE_DIRECTORY + i * (long) Long.BYTES,
          i * LARGE_PAGE | PRESENT_WRITABLE | LARGE);
    }
  }
}
