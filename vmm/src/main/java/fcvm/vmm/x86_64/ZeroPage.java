package fcvm.vmm.x86_64;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/// Linux's `struct boot_params`, "the zero page". Offsets are those of
/// `Documentation/arch/x86/zero-page.rst` and `boot.rst`.
final class ZeroPage {
  static final int SIZE = 4096;

  /// Where the setup header is, in the zero page as in a bzImage.
  static final int SETUP_HEADER = 0x1f1;

  private static final int ACPI_RSDP_ADDR = 0x070;
  private static final int E820_ENTRIES = 0x1e8;
  private static final int BOOT_FLAG = 0x1fe;
  private static final int HEADER = 0x202;
  private static final int VERSION = 0x206;
  private static final int TYPE_OF_LOADER = 0x210;
  private static final int RAMDISK_IMAGE = 0x218;
  private static final int RAMDISK_SIZE = 0x21c;
  private static final int CMD_LINE_PTR = 0x228;
  private static final int KERNEL_ALIGNMENT = 0x230;
  private static final int E820_TABLE = 0x2d0;
  private static final int E820_MAX = 128;

  private static final short BOOT_FLAG_MAGIC = (short) 0xaa55;
  private static final int HEADER_MAGIC = 0x53726448; // "HdrS"
  private static final short PROTOCOL = 0x20f;
  private static final byte LOADER_UNDEFINED = (byte) 0xff;

  private final ByteBuffer page = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);

  /// For a kernel without a setup header of its own.
  ZeroPage() {
    page.putShort(BOOT_FLAG, BOOT_FLAG_MAGIC);
    page.putInt(HEADER, HEADER_MAGIC);
    page.putShort(VERSION, PROTOCOL);
    page.putInt(KERNEL_ALIGNMENT, 0x100_0000);
    page.put(TYPE_OF_LOADER, LOADER_UNDEFINED);
  }

  /// For a kernel that came with a setup header.
  ///
  /// @param header the bytes from [#SETUP_HEADER] on
  ZeroPage(byte[] header) {
    page.put(SETUP_HEADER, header);
    page.put(TYPE_OF_LOADER, LOADER_UNDEFINED);
  }

  /// Tells the kernel about the machine. Addresses below 4 GiB; an initrd of size 0 is none.
  byte[] describe(long cmdline, long initrd, long initrdSize, long rsdp, List<E820> map) {
    page.putLong(ACPI_RSDP_ADDR, rsdp);
    page.putInt(CMD_LINE_PTR, (int) cmdline);
    page.putInt(RAMDISK_IMAGE, (int) initrd);
    page.putInt(RAMDISK_SIZE, (int) initrdSize);
    if (map.size() > E820_MAX) {
      throw new IllegalArgumentException(map.size() + " e820 entries: the zero page has 128");
    }
    page.put(E820_ENTRIES, (byte) map.size());
    page.position(E820_TABLE);
    for (E820 entry : map) {
      page.putLong(entry.range().gpa()).putLong(entry.range().size()).putInt(entry.type());
    }
    return page.array();
  }
}
