package fcvm.provision;

import fcvm.linux.Arch;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.spi.ToolProvider;

/// Debian's JDK 25 of one architecture, unpacked: its jmods link a runtime for that architecture on
/// any computer.
///
/// @param root the tree
/// @param arch its architecture
record Jdk(Path root, Arch arch) {
  /// The package with the jmods.
  static final String JMODS = "openjdk-25-jdk-headless";

  /// The package with the rest of what runs on a computer without a display.
  static final String JRE = "openjdk-25-jre-headless";

  private static final List<String> OPTIONS =
      List.of(
          "--strip-java-debug-attributes",
          "--no-header-files",
          "--no-man-pages",
          "--compress",
          "zip-0",
          "--vm",
          "server");

  Path home() {
    return root.resolve("usr/lib/jvm/java-25-openjdk-" + arch.debianName());
  }

  /// True if the running Java can link others; a runtime that was itself linked cannot.
  static boolean isLinkerHere() {
    return ToolProvider.findFirst("jlink").isPresent();
  }

  static ContentKey key() {
    return new ContentKey().add(JMODS).add(OPTIONS).add("4");
  }

  /// Links a runtime with some modules and what they need.
  ///
  /// @param linker a JDK of this computer's architecture, if the running Java cannot link
  /// @param modules jars or directories of our own modules
  /// @param names modules to link
  /// @param javaOptions options that the runtime always starts with, may be empty
  void link(
      Optional<List<String>> linker,
      List<Path> modules,
      List<String> names,
      String javaOptions,
      Path runtime)
      throws IOException {
    List<String> path = new ArrayList<>(List.of(home().resolve("jmods").toString()));
    modules.forEach(module -> path.add(module.toString()));
    List<String> arguments = new ArrayList<>(OPTIONS);
    arguments.addAll(List.of("--module-path", String.join(":", path)));
    arguments.addAll(List.of("--add-modules", String.join(",", names)));
    if (!javaOptions.isBlank()) {
      arguments.add("--add-options=" + javaOptions);
    }
    arguments.addAll(List.of("--output", runtime.toString()));
    if (linker.isPresent()) {
      List<String> command = new ArrayList<>(linker.get());
      command.addAll(arguments);
      new Command(command).run(line -> {});
    } else {
      linkHere(arguments);
    }
  }

  private static void linkHere(List<String> arguments) throws IOException {
    ToolProvider jlink = ToolProvider.findFirst("jlink").orElseThrow();
    StringWriter said = new StringWriter();
    PrintWriter out = new PrintWriter(said);
    if (jlink.run(out, out, arguments.toArray(String[]::new)) != 0) {
      throw new ProvisionException("jlink " + String.join(" ", arguments) + ": " + said);
    }
  }

  /// The command that runs this JDK's jlink through the tool tree's loader and libraries.
  List<String> linkerCommand(ToolTree tools) {
    List<String> command = new ArrayList<>(tools.loaderCommand(home().resolve("lib")));
    command.add(home().resolve("bin/java").toString());
    command.addAll(List.of("-m", "jdk.jlink/jdk.tools.jlink.internal.Main"));
    return command;
  }

  /// Unpacks the JDK's packages.
  static void build(Path root, List<Path> packages) throws IOException {
    Files.createDirectories(root);
    for (Path file : packages) {
      new Deb(file).unpack(root);
    }
    Trees.delete(root.resolve("usr/share"));
    for (Path file : Trees.sorted(root)) {
      if (Files.isSymbolicLink(file)) {
        keepInside(root, file);
      }
    }
  }

  /// Debian's JDK has its settings in the computer's `/etc`; here they are in the tree's.
  private static void keepInside(Path root, Path link) throws IOException {
    Path target = Files.readSymbolicLink(link);
    if (target.isAbsolute()) {
      Path inside = root.resolve(Path.of("/").relativize(target));
      Files.delete(link);
      Files.createSymbolicLink(link, link.resolveSibling("").relativize(inside));
    }
  }
}
