package fcvm.vmm.x86_64;

import fcvm.virtio.GuestMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/// Xen's `struct hvm_start_info`, version 1, with its module list and memory map: what a kernel
/// that is entered by PVH learns of the machine. Source:
/// `xen/include/public/arch-x86/hvm/start_info.h`.
final class StartInfo {
  private static final int MAGIC = 0x336ec578;
  private static final int VERSION = 1;
  private static final int SIZE = 56;
  private static final int MODULE_SIZE = 32;
  private static final int ENTRY_SIZE = 24;

  private StartInfo() {}

  /// Puts it into memory at [MemoryMap#START_INFO]. An initrd of size 0 is none.
  static void write(
      GuestMemory memory, long cmdline, long initrd, long initrdSize, long rsdp, List<E820> map) {
    memory.setBytes(MemoryMap.START_INFO, info(cmdline, initrdSize > 0, rsdp, map.size()));
    memory.setBytes(MemoryMap.MODULE_LIST, module(initrd, initrdSize));
    memory.setBytes(MemoryMap.PVH_MEMORY_MAP, memoryMap(map));
  }

  private static byte[] info(long cmdline, boolean hasInitrd, long rsdp, int entries) {
    byte[] bytes = new byte[SIZE];
    ByteBuffer info = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    info.putInt(MAGIC).putInt(VERSION).putInt(0).putInt(hasInitrd ? 1 : 0);
    info.putLong(hasInitrd ? MemoryMap.MODULE_LIST : 0).putLong(cmdline).putLong(rsdp);
    info.putLong(MemoryMap.PVH_MEMORY_MAP).putInt(entries);
    return bytes;
  }

  private static byte[] module(long initrd, long size) {
    byte[] bytes = new byte[MODULE_SIZE];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(initrd).putLong(size);
    return bytes;
  }

  private static byte[] memoryMap(List<E820> map) {
    byte[] bytes = new byte[ENTRY_SIZE * map.size()];
    ByteBuffer entries = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (E820 entry : map) {
      entries.putLong(entry.range().gpa()).putLong(entry.range().size());
      entries.putInt(entry.type()).putInt(0);
    }
    return bytes;
  }
}
