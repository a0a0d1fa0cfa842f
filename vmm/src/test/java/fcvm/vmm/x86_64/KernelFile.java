package fcvm.vmm.x86_64;

import fcvm.virtio.GuestMemory;
import fcvm.vmm.AddressRange;
import fcvm.vmm.BootPlan;
import fcvm.vmm.Nesting;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// Small files with the shape of kernels.
final class KernelFile {
  static final int PROGRAM_HEADERS = 64;
  static final int NOTES = 0x100;
  private static final int PVH_ENTRY = 36;
  static final int CODE = 0x1000;
  static final int CODE_SIZE = 64;
  static final long LOAD = 0x20_0000;

  private KernelFile() {}

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /// An ELF file with this code at both of its entry points, and perhaps a note for Xen.
  static byte[] vmlinux(boolean pvh, byte[] code) {
    byte[] kernel = vmlinux(pvh);
    ByteBuffer file = little(kernel);
    System.arraycopy(code, 0, kernel, CODE, code.length);
    file.putLong(24, LOAD);
    file.putInt(NOTES + PVH_ENTRY, (int) LOAD);
    return kernel;
  }

  /// An ELF file with one segment of numbered bytes, and perhaps a note for Xen.
  static byte[] vmlinux(boolean pvh) {
    byte[] bytes = new byte[CODE + CODE_SIZE];
    ByteBuffer file = little(bytes);
    file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1});
    file.putShort(16, (short) 2).putShort(18, (short) 62);
    file.putLong(24, LOAD + 4).putLong(32, PROGRAM_HEADERS);
    file.putShort(54, (short) 56).putShort(56, (short) 2);
    segment(file, PROGRAM_HEADERS, 1, CODE, LOAD, CODE_SIZE, 0x2000);
    segment(file, PROGRAM_HEADERS + 56, pvh ? 4 : 0, NOTES, 0, 40, 40);
    file.position(NOTES);
    // Another note first, whose descriptor needs padding.
    file.putInt(4).putInt(1).putInt(6).put(name("GNU\0")).putInt(9);
    file.putInt(4).putInt(4).putInt(18).put(name("Xen\0")).putInt((int) LOAD + 8);
    for (int i = 0; i < CODE_SIZE; i++) {
      file.put(CODE + i, (byte) (i + 1));
    }
    return bytes;
  }

  private static byte[] name(String name) {
    return name.getBytes(StandardCharsets.US_ASCII);
  }

  private static void segment(
      ByteBuffer file, int at, int type, long offset, long address, long size, long memory) {
    file.putInt(at, type).putLong(at + 8, offset).putLong(at + 24, address);
    file.putLong(at + 32, size).putLong(at + 40, memory);
  }

  /// A bzImage of boot protocol 2.15 with two setup sectors.
  static byte[] bzImage() {
    byte[] bytes = new byte[3 * 512 + 0x400];
    ByteBuffer file = little(bytes);
    file.put(0x1f1, (byte) 2).putShort(0x1fe, (short) 0xaa55);
    file.put(0x201, (byte) 0x6a).putInt(0x202, 0x53726448).putShort(0x206, (short) 0x20f);
    file.putInt(0x22c, 0x7fff_ffff).putShort(0x236, (short) 1).putInt(0x238, 2047);
    file.putLong(0x258, LOAD).putInt(0x260, 0x4000);
    Arrays.fill(bytes, 3 * 512, bytes.length, (byte) 0x90);
    return bytes;
  }

  /// Guest memory of so many MiB, all of it below the hole.
  static GuestMemory memory(int mib) {
    return GuestMemory.of(Arena.ofAuto().allocate((long) mib << 20, 4096));
  }

  /// A plan that boots a file with these bytes.
  static BootPlan plan(Path dir, byte[] kernel, int mib) throws IOException {
    return plan(dir, kernel, mib, null, "console=ttyS0");
  }

  static BootPlan plan(Path dir, byte[] kernel, int mib, byte[] initrd, String cmdline)
      throws IOException {
    Path file = Files.write(dir.resolve("kernel"), kernel);
    Path ramdisk = initrd == null ? null : Files.write(dir.resolve("initrd"), initrd);
    return new BootPlan(
        file,
        ramdisk,
        cmdline,
        List.of(new AddressRange(0, (long) mib << 20)),
        2,
        Nesting.OFF,
        3,
        false);
  }
}
