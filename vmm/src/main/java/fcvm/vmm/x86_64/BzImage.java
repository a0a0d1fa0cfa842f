package fcvm.vmm.x86_64;

import fcvm.virtio.GuestMemory;
import fcvm.vmm.BootException;
import fcvm.vmm.BootFile;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// A compressed kernel, `vmlinuz`: boot sector, real-mode code, and the protected-mode kernel,
/// which alone is loaded. Source: `Documentation/arch/x86/boot.rst`.
final class BzImage {
  private static final int SECTOR = 512;
  private static final int HEADER_END = 0x290;

  private static final int SETUP_SECTS = 0x1f1;
  private static final int HEADER_JUMP = 0x201;
  private static final int HEADER_MAGIC = 0x202;
  private static final int VERSION = 0x206;
  private static final int INITRD_ADDR_MAX = 0x22c;
  private static final int XLOADFLAGS = 0x236;
  private static final int CMDLINE_SIZE = 0x238;
  private static final int PREF_ADDRESS = 0x258;
  private static final int INIT_SIZE = 0x260;

  private static final int MAGIC = 0x53726448; // "HdrS"
  private static final int VERSION_WITH_XLOADFLAGS = 0x20c;
  private static final int XLF_KERNEL_64 = 1;

  /// Where the 64-bit entry point is, from the start of the protected-mode kernel.
  private static final int ENTRY_64 = 0x200;

  /// `setup_sects` of kernels that leave it zero.
  private static final int DEFAULT_SETUP_SECTS = 4;

  private BzImage() {}

  /// Whether a file starts as a bzImage does.
  static boolean matches(byte[] head) {
    return head.length >= HEADER_MAGIC + 4 && buffer(head).getInt(HEADER_MAGIC) == MAGIC;
  }

  /// Puts the kernel into memory, at the address that it prefers.
  static Loaded load(BootFile file, GuestMemory memory) throws BootException {
    byte[] head = file.head(HEADER_END);
    ByteBuffer header = buffer(head);
    check(file, head, header);
    int setupSects = Byte.toUnsignedInt(header.get(SETUP_SECTS));
    long start = (setupSects == 0 ? DEFAULT_SETUP_SECTS : setupSects) * (long) SECTOR + SECTOR;
    if (start + ENTRY_64 >= file.size()) {
      throw file.invalid(
          "ends at byte %d, before its protected-mode kernel at %d".formatted(file.size(), start));
    }
    long address = header.getLong(PREF_ADDRESS);
    long size = file.size() - start;
    long initSize = Integer.toUnsignedLong(header.getInt(INIT_SIZE));
    long room = Math.max(size, initSize);
    if (address < MemoryMap.HIGH_MEMORY || address > MemoryMap.HOLE) {
      throw file.invalid("wants to be loaded at %#x (pref_address at 0x258)".formatted(address));
    }
    if (memory.slice(address, room) == null) {
      throw Vmlinux.doesNotFit(file, address + room, memory);
    }
    MemorySegment target = memory.slice(address, size);
    if (target == null) {
      throw Vmlinux.doesNotFit(file, address + size, memory);
    }
    file.read(start, target);
    return new Loaded(
        new Linux64Entry(address + ENTRY_64, new ZeroPage(setupHeader(file, head))),
        address + room,
        Integer.toUnsignedLong(header.getInt(INITRD_ADDR_MAX)) + 1,
        (int) Math.min(Integer.toUnsignedLong(header.getInt(CMDLINE_SIZE)), Integer.MAX_VALUE));
  }

  private static void check(BootFile file, byte[] head, ByteBuffer header) throws BootException {
    if (head.length < HEADER_END) {
      throw file.invalid("ends at byte " + head.length + ", inside its setup header");
    }
    int version = Short.toUnsignedInt(header.getShort(VERSION));
    if (version < VERSION_WITH_XLOADFLAGS) {
      throw file.invalid(
          "has boot protocol %d.%02d: 2.12 or newer is needed"
              .formatted(version >> 8, version & 0xff));
    }
    if ((header.getShort(XLOADFLAGS) & XLF_KERNEL_64) == 0) {
      throw file.invalid("has no 64-bit entry point (xloadflags at 0x236): it is a 32-bit kernel");
    }
  }

  /// The header ends where the jump over it leads.
  private static byte[] setupHeader(BootFile file, byte[] head) throws BootException {
    int end = HEADER_MAGIC + Byte.toUnsignedInt(head[HEADER_JUMP]);
    if (end > HEADER_END) {
      throw file.invalid("has a setup header that ends at %#x, beyond 0x290".formatted(end));
    }
    return Arrays.copyOfRange(head, SETUP_SECTS, end);
  }

  private static ByteBuffer buffer(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
