package fcvm.provision;

import fcvm.linux.Arch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Host programs of a known version, unpacked from Debian into a directory of their own: nothing is
/// installed on the computer. They run through the tree's own loader and libraries, so an older
/// computer runs them too.
///
/// @param root the tree's root
/// @param arch the computer's architecture
public record ToolTree(Path root, Arch arch) {
  static final List<String> PACKAGES =
      List.of(
          "busybox-static",
          "e2fsprogs",
          "erofs-utils",
          "ipxe-qemu",
          "kmod",
          "passt",
          "qemu-system-arm",
          "qemu-system-x86",
          "seabios",
          "virtiofsd");

  private static final List<String> PROGRAM_DIRS =
      List.of("usr/bin", "usr/sbin", "usr/libexec", "usr/lib/qemu");

  /// The command that runs one of the tree's programs.
  ///
  /// @param program its name, such as `qemu-system-aarch64`
  /// @throws ProvisionException if the tree has no such program
  public List<String> command(String program, List<String> arguments) throws ProvisionException {
    List<String> command = new ArrayList<>(loaderCommand());
    command.addAll(List.of("--argv0", program));
    command.add(program(program).toString());
    if (program.startsWith("qemu-system-")) {
      command.addAll(List.of("-L", root.resolve("usr/share/qemu").toString()));
      command.addAll(List.of("-L", root.resolve("usr/share/seabios").toString()));
      command.addAll(List.of("-L", root.resolve("usr/lib/ipxe/qemu").toString()));
    }
    command.addAll(arguments);
    return command;
  }

  /// The tree's loader with the tree's libraries, to put before a program.
  ///
  /// @param libraries more directories of libraries, searched first
  List<String> loaderCommand(Path... libraries) {
    List<String> path = new ArrayList<>();
    for (Path directory : libraries) {
      path.add(directory.toString());
    }
    path.add(library().toString());
    path.add(library().resolve("pulseaudio").toString());
    return List.of(loader().toString(), "--library-path", String.join(":", path));
  }

  /// What the programs need in their environment.
  public Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("QEMU_MODULE_DIR", library().resolve("qemu").toString());
    return environment;
  }

  /// Path of one of the tree's programs.
  Path program(String name) throws ProvisionException {
    for (String dir : PROGRAM_DIRS) {
      Path program = root.resolve(dir).resolve(name);
      if (Files.isExecutable(program)) {
        return program;
      }
    }
    throw new ProvisionException("the tool tree " + root + " has no program " + name);
  }

  private Path loader() {
    return switch (arch) {
      case AMD64 -> library().resolve("ld-linux-x86-64.so.2");
      case ARM64 -> library().resolve("ld-linux-aarch64.so.1");
    };
  }

  private Path library() {
    return root.resolve("usr/lib/" + arch.kernelName() + "-linux-gnu");
  }

  static ContentKey key() {
    return new ContentKey().add(Apt.SUITE).add(PACKAGES).add("1");
  }

  /// Unpacks the packages into a new tree.
  static void build(Path root, List<Path> packages, Progress.Step step) throws IOException {
    Files.createDirectories(root);
    int done = 0;
    for (Path file : packages) {
      new Deb(file).unpack(root);
      step.progress(++done, packages.size());
    }
  }
}
