package fcvm.provision;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The initial RAM file system: busybox, our `/init`, and the kernel's modules that a guest needs.
/// Not compressed: the host copies it into guest memory once, while unpacking would cost every
/// boot.
final class Initrd {
  private static final int EXECUTABLE = 0755;

  /// Names that `/init` uses.
  private static final List<String> APPLETS =
      List.of(
          "sh",
          "cat",
          "chroot",
          "echo",
          "grep",
          "ln",
          "ls",
          "mkdir",
          "modprobe",
          "mount",
          "poweroff",
          "reboot",
          "sed",
          "sleep",
          "sync",
          "tail",
          "taskset",
          "umount",
          "uname");

  private Initrd() {}

  static ContentKey key() throws IOException {
    return new ContentKey().add(APPLETS).addResource("initrd-init.sh");
  }

  /// Writes an initrd.
  ///
  /// @param busybox a static busybox of the guest's architecture
  /// @param modules a directory with `lib/modules/VERSION`, if the kernel has modules
  static void write(Path file, Path busybox, Optional<Path> modules) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        CpioWriter cpio = new CpioWriter(out)) {
      for (String dir :
          List.of("bin", "dev", "lib", "lib/modules", "proc", "run", "sys", "sysroot")) {
        cpio.directory(dir);
      }
      cpio.file("init", EXECUTABLE, ContentKey.resource("initrd-init.sh"));
      cpio.file("bin/busybox", EXECUTABLE, Files.readAllBytes(busybox));
      for (String applet : APPLETS) {
        cpio.link("bin/" + applet, "busybox");
      }
      // The kernel's own way to load a module by itself: /proc/sys/kernel/modprobe.
      cpio.link("sbin", "bin");
      if (modules.isPresent()) {
        tree(cpio, modules.get().resolve("lib/modules"));
      }
    }
  }

  private static void tree(CpioWriter cpio, Path modules) throws IOException {
    for (Path file : Trees.sorted(modules)) {
      String name = "lib/modules/" + modules.relativize(file);
      if (file.equals(modules) || Files.isSymbolicLink(file)) {
        continue;
      }
      if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
        cpio.directory(name);
      } else {
        cpio.file(name, 0644, Files.readAllBytes(file));
      }
    }
  }
}
