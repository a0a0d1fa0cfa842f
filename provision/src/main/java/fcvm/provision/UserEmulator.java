package fcvm.provision;

import fcvm.linux.Arch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/// Runs another architecture's programs on this computer: QEMU's user mode, with the libraries that
/// a Java runtime needs of that architecture.
///
/// @param root its directory
/// @param arch the programs' architecture
record UserEmulator(Path root, Arch arch) {
  /// The package with the emulators, of this computer's architecture. They are static programs.
  static final String EMULATORS = "qemu-user";

  /// Packages of the other architecture.
  static final List<String> LIBRARIES = List.of("libc6", "libstdc++6", "zlib1g");

  static ContentKey key() {
    return new ContentKey().add(Apt.SUITE).add(EMULATORS).add(LIBRARIES).add("1");
  }

  /// What to put before a program and its arguments.
  List<String> command() {
    return List.of(program().toString(), "-L", root.toString());
  }

  private Path program() {
    return root.resolve("qemu-" + arch.kernelName());
  }

  /// Unpacks the emulator: one program of a package that has one for every architecture there is.
  void buildEmulator(Path emulators) throws IOException {
    Path unpacked = Files.createDirectories(root.resolve("unpacked"));
    new Deb(emulators).unpack(unpacked);
    Path program = unpacked.resolve("usr/bin").resolve(program().getFileName());
    Files.move(program, program(), StandardCopyOption.ATOMIC_MOVE);
    Trees.delete(unpacked);
  }

  /// Unpacks the libraries.
  void buildLibraries(List<Path> packages) throws IOException {
    for (String dir : List.of("lib", "lib64")) {
      Files.createDirectories(root.resolve("usr").resolve(dir));
      Files.createSymbolicLink(root.resolve(dir), Path.of("usr", dir));
    }
    for (Path file : packages) {
      new Deb(file).unpack(root);
    }
    Trees.delete(root.resolve("usr/share"));
  }
}
