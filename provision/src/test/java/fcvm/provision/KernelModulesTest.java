package fcvm.provision;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class KernelModulesTest {
  @TempDir Path dir;

  @Test
  void followsDependenciesWithEitherSpelling() throws Exception {
    Path tree = Files.createDirectory(dir.resolve("source"));
    put(tree, "kernel/fs/overlay", "license=GPL\0depends=\0");
    put(tree, "kernel/net/vsock-transport", "depends=vsock_common,vsock\0");
    put(tree, "kernel/net/vsock_common", "depends=vsock\0softdep=pre: crc32c post: later\0");
    put(tree, "kernel/net/vsock", "depends=\0");
    put(tree, "kernel/lib/crc32c", "depends=\0");
    put(tree, "kernel/net/tun", "depends=vsock\0");
    put(tree, "kernel/net/unwanted", "depends=\0");
    Files.writeString(tree.resolve("modules.builtin"), "kernel/x.ko\n");

    Path target = Files.createDirectory(dir.resolve("target"));
    new KernelModules(tree)
        .copy(List.of("vsock_transport", "overlay", "builtin_one"), List.of("tun"), target);

    assertThat(target).isDirectoryRecursivelyContaining("glob:**/vsock-transport.ko");
    try (var files = Files.walk(target)) {
      assertThat(files.filter(Files::isRegularFile).map(file -> target.relativize(file).toString()))
          .containsExactlyInAnyOrder(
              "kernel/fs/overlay.ko",
              "kernel/net/vsock-transport.ko",
              "kernel/net/vsock_common.ko",
              "kernel/net/vsock.ko",
              "kernel/lib/crc32c.ko",
              "kernel/net/tun.ko.xz",
              "modules.builtin");
    }
    assertThat(target.resolve("kernel/fs/overlay.ko"))
        .hasBinaryContent(module("license=GPL\0depends=\0"));
  }

  @Test
  void listsMayHaveComments() {
    assertThat(KernelModules.parse("# why\na b # c\n\n  d\n")).containsExactly("a", "b", "d");
  }

  private static void put(Path tree, String name, String modinfo) throws IOException {
    Path file = tree.resolve(name + ".ko.xz");
    Files.createDirectories(file.getParent());
    try (OutputStream out = new XZOutputStream(Files.newOutputStream(file), new LZMA2Options(0))) {
      out.write(module(modinfo));
    }
  }

  /// An ELF file with three sections: none, `.modinfo`, and the section names.
  private static byte[] module(String modinfo) throws IOException {
    byte[] info = modinfo.getBytes(StandardCharsets.US_ASCII);
    byte[] names = "\0.modinfo\0.shstrtab\0".getBytes(StandardCharsets.US_ASCII);
    int sections = 64 + info.length + names.length;
    ByteBuffer header = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(0x464c457f).putLong(0x28, sections);
    header.putShort(0x3a, (short) 64).putShort(0x3c, (short) 3).putShort(0x3e, (short) 2);
    ByteBuffer table = ByteBuffer.allocate(3 * 64).order(ByteOrder.LITTLE_ENDIAN);
    table.putInt(64, 1).putLong(64 + 0x18, 64).putLong(64 + 0x20, info.length);
    table.putInt(128, 10).putLong(128 + 0x18, 64 + info.length).putLong(128 + 0x20, names.length);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : new byte[][] {header.array(), info, names, table.array()}) {
      out.write(part);
    }
    return out.toByteArray();
  }
}
