package fcvm.vmm.aarch64;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/// Writes a flattened device tree (Devicetree Specification 0.4, chapter 5), node by node: every
/// [#begin] has its [#end], properties come before child nodes.
final class Fdt {
  private static final int MAGIC = 0xd00dfeed;
  private static final int VERSION = 17;
  private static final int LAST_COMPATIBLE_VERSION = 16;
  private static final int HEADER_SIZE = 40;
  private static final int RESERVATIONS_SIZE = 16; // the terminating entry alone

  private static final int FDT_BEGIN_NODE = 1;
  private static final int FDT_END_NODE = 2;
  private static final int FDT_PROP = 3;
  private static final int FDT_END = 9;

  private final ByteArrayOutputStream structure = new ByteArrayOutputStream();
  private final ByteArrayOutputStream strings = new ByteArrayOutputStream();
  private final Map<String, Integer> stringOffsets = new LinkedHashMap<>();
  private int depth;

  /// Opens a node; the root's name is empty.
  Fdt begin(String name) {
    depth++;
    cell(structure, FDT_BEGIN_NODE);
    string(structure, name);
    pad();
    return this;
  }

  /// Closes the node that was opened last.
  Fdt end() {
    depth--;
    cell(structure, FDT_END_NODE);
    return this;
  }

  /// A property of bytes.
  Fdt property(String name, byte[] value) {
    cell(structure, FDT_PROP);
    cell(structure, value.length);
    cell(structure, stringOffsets.computeIfAbsent(name, this::addString));
    structure.writeBytes(value);
    pad();
    return this;
  }

  /// A property that says something by being there.
  Fdt flag(String name) {
    return property(name, new byte[0]);
  }

  /// A property of strings.
  Fdt strings(String name, String... values) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String value : values) {
      string(bytes, value);
    }
    return property(name, bytes.toByteArray());
  }

  /// A property of 32-bit cells.
  Fdt cells(String name, int... values) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int value : values) {
      cell(bytes, value);
    }
    return property(name, bytes.toByteArray());
  }

  /// A property of 64-bit numbers, two cells each.
  Fdt longs(String name, long... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES);
    for (long value : values) {
      bytes.putLong(value);
    }
    return property(name, bytes.array());
  }

  /// The finished tree.
  byte[] toBytes() {
    if (depth != 0) {
      throw new IllegalStateException(depth + " nodes are open");
    }
    int structureOffset = HEADER_SIZE + RESERVATIONS_SIZE;
    int structureSize = structure.size() + Integer.BYTES;
    int stringsOffset = structureOffset + structureSize;
    ByteBuffer tree = ByteBuffer.allocate(stringsOffset + strings.size());
    tree.putInt(MAGIC).putInt(tree.capacity());
    tree.putInt(structureOffset).putInt(stringsOffset).putInt(HEADER_SIZE);
    tree.putInt(VERSION).putInt(LAST_COMPATIBLE_VERSION);
    tree.putInt(0); // boot_cpuid_phys
    tree.putInt(strings.size()).putInt(structureSize);
    tree.putLong(0).putLong(0); // the memory reservation block's terminating entry
    tree.put(structure.toByteArray()).putInt(FDT_END).put(strings.toByteArray());
    return tree.array();
  }

  private int addString(String name) {
    int offset = strings.size();
    string(strings, name);
    return offset;
  }

  private static void string(ByteArrayOutputStream to, String value) {
    to.writeBytes(value.getBytes(StandardCharsets.UTF_8));
    to.write(0);
  }

  private static void cell(ByteArrayOutputStream to, int value) {
    to.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
  }

  private void pad() {
    while (structure.size() % Integer.BYTES != 0) {
      structure.write(0);
    }
  }
}
