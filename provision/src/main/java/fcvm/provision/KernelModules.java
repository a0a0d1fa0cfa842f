package fcvm.provision;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tukaani.xz.XZInputStream;

/// The modules of one kernel, found by name and followed along their dependencies.
///
/// What a module depends on stands in its own `.modinfo` section (`depends=` and `softdep=pre:`),
/// so no module index is needed.
final class KernelModules {
  private static final int E_SHOFF = 0x28;
  private static final int E_SHENTSIZE = 0x3a;
  private static final int SH_OFFSET = 0x18;
  private static final int SH_SIZE = 0x20;

  private final Path tree;
  private final Map<String, Path> byName = new HashMap<>();

  /// @param tree the directory `lib/modules/VERSION` of a kernel's package
  KernelModules(Path tree) throws IOException {
    this.tree = tree;
    for (Path file : Trees.sorted(tree)) {
      String fileName = file.getFileName().toString();
      int end = fileName.indexOf(".ko");
      if (end > 0) {
        byName.put(normalized(fileName.substring(0, end)), file);
      }
    }
  }

  /// Copies modules and what they depend on under the same relative names. Names that this kernel
  /// has no module for are passed over: it has them built in, or not at all.
  ///
  /// @param plain modules to decompress
  /// @param packed modules to leave as they are
  void copy(List<String> plain, List<String> packed, Path target) throws IOException {
    Map<String, byte[]> modules = new LinkedHashMap<>();
    for (String name : plain) {
      collect(name, modules);
    }
    Set<String> decompressed = Set.copyOf(modules.keySet());
    for (String name : packed) {
      collect(name, modules);
    }
    for (Map.Entry<String, byte[]> module : modules.entrySet()) {
      Path source = file(module.getKey());
      String relative = tree.relativize(source).toString();
      if (decompressed.contains(module.getKey())) {
        write(target.resolve(relative.replaceFirst("\\.xz$", "")), module.getValue());
      } else {
        write(target.resolve(relative), Files.readAllBytes(source));
      }
    }
    for (String index : List.of("modules.order", "modules.builtin", "modules.builtin.modinfo")) {
      if (Files.exists(tree.resolve(index))) {
        Files.copy(tree.resolve(index), target.resolve(index));
      }
    }
  }

  private static void write(Path file, byte[] content) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, content);
  }

  private void collect(String name, Map<String, byte[]> modules) throws IOException {
    String normalized = normalized(name);
    if (modules.containsKey(normalized) || !byName.containsKey(normalized)) {
      return;
    }
    byte[] module = read(file(normalized));
    modules.put(normalized, module);
    for (String dependency : dependencies(module)) {
      collect(dependency, modules);
    }
  }

  private Path file(String name) {
    Path file = byName.get(name);
    if (file == null) {
      throw new AssertionError("module " + name + " was there before");
    }
    return file;
  }

  private static byte[] read(Path file) throws IOException {
    String name = file.toString();
    try (InputStream in = Files.newInputStream(file)) {
      if (name.endsWith(".ko")) {
        return in.readAllBytes();
      }
      if (name.endsWith(".ko.xz")) {
        return new XZInputStream(in).readAllBytes();
      }
    }
    throw new ProvisionException("kernel module " + file + " is compressed in an unknown way");
  }

  /// Names that a module's `.modinfo` section says must be loaded first.
  static List<String> dependencies(byte[] module) {
    List<String> names = new ArrayList<>();
    for (String field : words(new String(modinfo(module), StandardCharsets.UTF_8), "\0")) {
      if (field.startsWith("depends=")) {
        names.addAll(words(field.substring("depends=".length()), ","));
      } else if (field.startsWith("softdep=pre:")) {
        String pre = field.substring("softdep=pre:".length()).replaceFirst("post:.*", "");
        names.addAll(words(pre, "\\s+"));
      }
    }
    return names;
  }

  private static List<String> words(String text, String separator) {
    return Arrays.stream(text.strip().split(separator)).filter(word -> !word.isEmpty()).toList();
  }

  /// The section's bytes, from an ELF file of 64 bits and little endian; empty if there is none.
  private static byte[] modinfo(byte[] module) {
    ByteBuffer elf = ByteBuffer.wrap(module).order(ByteOrder.LITTLE_ENDIAN);
    int table = (int) elf.getLong(E_SHOFF);
    int entrySize = elf.getShort(E_SHENTSIZE);
    int count = elf.getShort(E_SHENTSIZE + 2);
    int namesHeader = table + elf.getShort(E_SHENTSIZE + 4) * entrySize;
    int names = (int) elf.getLong(namesHeader + SH_OFFSET);
    byte[] wanted = ".modinfo\0".getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < count; i++) {
      int header = table + i * entrySize;
      int name = names + elf.getInt(header);
      if (name + wanted.length <= module.length
          && Arrays.equals(module, name, name + wanted.length, wanted, 0, wanted.length)) {
        int offset = (int) elf.getLong(header + SH_OFFSET);
        return Arrays.copyOfRange(module, offset, offset + (int) elf.getLong(header + SH_SIZE));
      }
    }
    return new byte[0];
  }

  private static String normalized(String name) {
    return name.replace('-', '_');
  }

  /// The module names in a list with comments.
  static List<String> parse(String text) {
    List<String> names = new ArrayList<>();
    for (String line : text.lines().toList()) {
      names.addAll(words(line.replaceFirst("#.*", ""), "\\s+"));
    }
    return names;
  }
}
