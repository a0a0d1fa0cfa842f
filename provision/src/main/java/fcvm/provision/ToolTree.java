package fcvm.provision;

import fcvm.linux.Arch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Host programs of a known version, unpacked from Debian into a directory of their own: nothing is
/// installed on the computer. They run through the tree's own loader and libraries, so an older
/// computer runs them too.
///
/// Where the computer has all of them itself, new enough, the tree is the computer's own root.
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
          "qemu-system-arm",
          "qemu-system-x86",
          "seabios",
          "virtiofsd");

  private static final List<String> QEMUS = List.of("qemu-system-aarch64", "qemu-system-x86_64");

  /// What is run of the packages.
  private static final List<String> PROGRAMS =
      List.of(
          "busybox",
          "depmod",
          "mke2fs",
          "mkfs.erofs",
          "qemu-system-aarch64",
          "qemu-system-x86_64",
          "virtiofsd");

  /// QEMU emulates nested virtualization on arm64 since 9.0, well enough since 9.2.
  private static final int LEAST_MAJOR = 9;

  private static final int LEAST_MINOR = 2;
  private static final Pattern QEMU_VERSION =
      Pattern.compile("version ([0-9]{1,4})\\.([0-9]{1,4})");

  /// The number and the rest of the line.
  private static final Pattern VERSION = Pattern.compile("[0-9]+(?:\\.[0-9]+)+.*");

  private static final List<String> PROGRAM_DIRS =
      List.of("usr/bin", "usr/sbin", "usr/libexec", "usr/lib/qemu");

  /// The command that runs one of the tree's programs.
  ///
  /// @param program its name, such as `qemu-system-aarch64`
  /// @throws ProvisionException if the tree has no such program
  public List<String> command(String program, List<String> arguments) throws ProvisionException {
    if (isSystem()) {
      List<String> command = new ArrayList<>(List.of(program(program).toString()));
      command.addAll(arguments);
      return command;
    }
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
    if (isSystem()) {
      return List.of();
    }
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
    return isSystem() ? Map.of() : Map.of("QEMU_MODULE_DIR", library().resolve("qemu").toString());
  }

  /// True if these are the computer's own programs.
  private boolean isSystem() {
    return root.equals(Path.of("/"));
  }

  /// Bytes that the tree takes, 0 for the computer's own programs.
  long size() throws IOException {
    return isSystem() ? 0 : Trees.size(root);
  }

  /// The computer's own programs, if all are there and QEMU is new enough.
  static Optional<ToolTree> system(Arch arch) throws IOException {
    ToolTree system = new ToolTree(Path.of("/"), arch);
    for (String program : PROGRAMS) {
      if (system.find(program).isEmpty()) {
        return Optional.empty();
      }
    }
    for (String qemu : QEMUS) {
      if (!isNewEnough(new Command(system.program(qemu).toString(), "--version").output())) {
        return Optional.empty();
      }
    }
    return Optional.of(system);
  }

  /// The version of one of the tree's programs as it says itself, such as `10.0.13 (Debian …)`.
  ///
  /// @throws ProvisionException if it does not run, or says something else
  public String version(String program) throws IOException {
    String said = new Command(command(program, List.of("--version"))).with(environment()).output();
    // A copyright of some year is no version.
    Matcher version = VERSION.matcher(said.lines().findFirst().orElse(""));
    if (!version.find()) {
      throw new ProvisionException(program + " --version says no version: " + said.strip());
    }
    return version.group();
  }

  /// Reads `QEMU emulator version 10.0.13 (…)`.
  static boolean isNewEnough(String said) {
    Matcher version = QEMU_VERSION.matcher(said);
    if (!version.find()) {
      return false;
    }
    int major = Integer.parseInt(version.group(1));
    int minor = Integer.parseInt(version.group(2));
    return major > LEAST_MAJOR || (major == LEAST_MAJOR && minor >= LEAST_MINOR);
  }

  /// Path of one of the tree's programs.
  Path program(String name) throws ProvisionException {
    return find(name)
        .orElseThrow(
            () -> new ProvisionException("the tool tree " + root + " has no program " + name));
  }

  private Optional<Path> find(String name) {
    return PROGRAM_DIRS.stream()
        .map(dir -> root.resolve(dir).resolve(name))
        .filter(Files::isExecutable)
        .findFirst();
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
