package fcvm.vmm.x86_64.acpi;

import fcvm.vmm.AddressRange;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// ACPI machine language: each method encodes one construct of ASL (ACPI 6.5, chapter 20), or one
/// resource descriptor (6.4).
final class Aml {
  private static final int ZERO_OP = 0x00;
  private static final int ONE_OP = 0x01;
  private static final int NAME_OP = 0x08;
  private static final int BYTE_PREFIX = 0x0a;
  private static final int WORD_PREFIX = 0x0b;
  private static final int DWORD_PREFIX = 0x0c;
  private static final int STRING_PREFIX = 0x0d;
  private static final int SCOPE_OP = 0x10;
  private static final int BUFFER_OP = 0x11;
  private static final int PACKAGE_OP = 0x12;
  private static final int EXT_OP_PREFIX = 0x5b;
  private static final int DEVICE_OP = 0x82;

  private static final int SMALL_IO = 0x47;
  private static final int SMALL_END = 0x79;
  private static final int LARGE_MEMORY32_FIXED = 0x86;
  private static final int LARGE_DWORD_SPACE = 0x87;
  private static final int LARGE_WORD_SPACE = 0x88;
  private static final int LARGE_EXTENDED_INTERRUPT = 0x89;

  // Kinds of address spaces, and that both ends are fixed.
  private static final int MEMORY = 0;
  private static final int PORTS = 1;
  private static final int BUS_NUMBERS = 2;
  private static final int FIXED = 0x0c;

  private Aml() {}

  /// The parts, one after another.
  static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  /// The low `size` bytes of a number, lowest first.
  private static byte[] little(long value, int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (value >> (8 * i));
    }
    return bytes;
  }

  /// `PkgLength`, which counts itself: 1 byte up to 63, else 4 bits and up to 3 bytes more.
  private static byte[] packaged(byte[] opcode, byte[] body) {
    int length = body.length + 1;
    if (length <= 0x3f) {
      return concat(opcode, bytes(length), body);
    }
    int more = 1;
    while (body.length + 1 + more >= 1 << (4 + 8 * more)) {
      more++;
    }
    length = body.length + 1 + more;
    byte[] encoded = new byte[1 + more];
    encoded[0] = (byte) (more << 6 | (length & 0xf));
    for (int i = 1; i <= more; i++) {
      encoded[i] = (byte) (length >> (8 * i - 4));
    }
    return concat(opcode, encoded, body);
  }

  /// A path of one name: four characters, the root's prefixed by a backslash.
  private static byte[] path(String path) {
    int start = path.startsWith("\\") ? 1 : 0;
    boolean valid = path.length() == start + 4 && !Character.isDigit(path.charAt(start));
    for (int i = start; i < path.length(); i++) {
      char c = path.charAt(i);
      valid &= c == '_' || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
    if (!valid) {
      throw new IllegalArgumentException("not an ACPI name: " + path);
    }
    return path.getBytes(StandardCharsets.US_ASCII);
  }

  /// `Scope (path) {...}`.
  static byte[] scope(String path, byte[]... terms) {
    return packaged(bytes(SCOPE_OP), concat(path(path), concat(terms)));
  }

  /// `Device (name) {...}`.
  static byte[] device(String name, byte[]... terms) {
    return packaged(bytes(EXT_OP_PREFIX, DEVICE_OP), concat(path(name), concat(terms)));
  }

  /// `Name (name, value)`.
  static byte[] name(String name, byte[] value) {
    return concat(bytes(NAME_OP), path(name), value);
  }

  /// An integer of up to 32 bits, unsigned, as short as it can be.
  static byte[] integer(int value) {
    if (value == 0 || value == 1) {
      return bytes(value == 0 ? ZERO_OP : ONE_OP);
    }
    if (value >>> 8 == 0) {
      return bytes(BYTE_PREFIX, value);
    }
    if (value >>> 16 == 0) {
      return bytes(WORD_PREFIX, value, value >> 8);
    }
    return concat(bytes(DWORD_PREFIX), little(value, 4));
  }

  /// A string of ASCII.
  static byte[] string(String value) {
    return concat(bytes(STRING_PREFIX), value.getBytes(StandardCharsets.US_ASCII), bytes(0));
  }

  /// `EisaId ("PNP0501")`: three letters of 5 bits, four hexadecimal digits, big-endian.
  static byte[] eisaId(String id) {
    int value = 0;
    for (int i = 0; i < 3; i++) {
      value = value << 5 | (id.charAt(i) - '@');
    }
    value = value << 16 | Integer.parseInt(id, 3, 7, 16);
    return integer(Integer.reverseBytes(value));
  }

  /// `Package () {...}`.
  static byte[] packageOf(byte[]... elements) {
    return packaged(bytes(PACKAGE_OP), concat(bytes(elements.length), concat(elements)));
  }

  /// `ResourceTemplate () {...}`, with its end tag.
  static byte[] resourceTemplate(byte[]... descriptors) {
    byte[] template = concat(concat(descriptors), bytes(SMALL_END, 0));
    return packaged(bytes(BUFFER_OP), concat(integer(template.length), template));
  }

  /// `Memory32Fixed (ReadWrite, base, length)`.
  static byte[] memory32Fixed(long base, long length) {
    return concat(
        bytes(LARGE_MEMORY32_FIXED), little(9, 2), bytes(1), little(base, 4), little(length, 4));
  }

  /// `Interrupt (ResourceConsumer, Edge, ActiveHigh, Exclusive) {gsi}`.
  static byte[] edgeInterrupt(int gsi) {
    int consumer = 1;
    int edge = 1 << 1;
    return concat(
        bytes(LARGE_EXTENDED_INTERRUPT), little(6, 2), bytes(consumer | edge, 1), little(gsi, 4));
  }

  /// `IO (Decode16, port, port, 1, length)`.
  static byte[] io(int port, int length) {
    return concat(bytes(SMALL_IO, 1), little(port, 2), little(port, 2), bytes(1, length));
  }

  /// `WordBusNumber (ResourceProducer, MinFixed, MaxFixed, PosDecode, 0, first, last, 0, length)`.
  static byte[] busNumbers(int first, int last) {
    return window(LARGE_WORD_SPACE, BUS_NUMBERS, 0, first, last, Short.BYTES);
  }

  /// `WordIO (ResourceProducer, MinFixed, MaxFixed, PosDecode, EntireRange, ...)`.
  static byte[] portWindow(AddressRange ports) {
    return window(LARGE_WORD_SPACE, PORTS, 3, ports.gpa(), ports.end() - 1, Short.BYTES);
  }

  /// `DWordMemory (ResourceProducer, PosDecode, MinFixed, MaxFixed, NonCacheable, ReadWrite, ...)`.
  static byte[] memoryWindow(AddressRange memory) {
    return window(LARGE_DWORD_SPACE, MEMORY, 1, memory.gpa(), memory.end() - 1, Integer.BYTES);
  }

  // Granularity, first, last, translation, length (6.4.3.5).
  private static byte[] window(int tag, int type, int flags, long first, long last, int size) {
    byte[] none = little(0, size);
    return concat(
        bytes(tag),
        little(3 + 5 * size, 2),
        bytes(type, FIXED, flags),
        none,
        little(first, size),
        little(last, size),
        none,
        little(last - first + 1, size));
  }
}
