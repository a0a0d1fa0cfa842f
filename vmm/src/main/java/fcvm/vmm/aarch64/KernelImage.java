package fcvm.vmm.aarch64;

import fcvm.vmm.BootException;
import fcvm.vmm.BootFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The header of Linux's arm64 `Image` (Documentation/arch/arm64/booting.rst, section 4).
///
/// @param textOffset where the image goes, from a 2 MiB aligned address
/// @param imageSize bytes from there on that belong to the kernel, its zeroed data included; at
///   least the file's size
record KernelImage(long textOffset, long imageSize) {
  private static final int HEADER_SIZE = 64;
  private static final int TEXT_OFFSET = 8;
  private static final int IMAGE_SIZE = 16;
  private static final int FLAGS = 24;
  private static final int MAGIC = 56;
  private static final int ARM64 = 0x644d5241; // "ARM\x64"
  private static final int ZIMG = 0x676d697a;
  private static final int BIG_ENDIAN = 1;

  private static final long ALIGNMENT = 2 << 20;

  /// Reads and checks the header of `file`.
  static KernelImage of(BootFile file) throws BootException {
    byte[] head = file.head(HEADER_SIZE);
    if (head.length < HEADER_SIZE) {
      throw file.invalid("is too short (" + file.size() + " bytes) for an arm64 Image");
    }
    ByteBuffer header = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
    if (head[0] == 0x1f && head[1] == (byte) 0x8b) {
      throw file.invalid("is compressed with gzip: unpack it with gunzip");
    }
    if (header.getInt(Integer.BYTES) == ZIMG) {
      throw file.invalid("is a compressed EFI kernel (zboot): use the uncompressed Image");
    }
    if (header.getInt(MAGIC) != ARM64) {
      String magic = new String(Arrays.copyOf(head, 4), StandardCharsets.US_ASCII);
      throw file.invalid(
          "is not an arm64 Image (no magic ARM\\x64 at byte 56)"
              + (magic.endsWith("ELF") ? ", it is an ELF file: use arch/arm64/boot/Image" : ""));
    }
    if ((header.getLong(FLAGS) & BIG_ENDIAN) != 0) {
      throw file.invalid("is a big-endian kernel: a little-endian one is needed");
    }
    long textOffset = header.getLong(TEXT_OFFSET);
    long imageSize = header.getLong(IMAGE_SIZE);
    if (imageSize == 0) {
      throw file.invalid(
          "has no image size in its header: a kernel of version 3.17 or newer is needed");
    }
    if (textOffset < 0 || textOffset >= ALIGNMENT || imageSize < file.size()) {
      throw file.invalid(
          "has a corrupt header: text offset 0x%x, image size 0x%x, file size 0x%x"
              .formatted(textOffset, imageSize, file.size()));
    }
    return new KernelImage(textOffset, imageSize);
  }
}
