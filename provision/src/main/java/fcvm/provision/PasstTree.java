package fcvm.provision;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// passt, unpacked from Debian: networks of guests without rights.
///
/// @param tree where it is, with the libraries that it needs
public record PasstTree(ToolTree tree) {
  /// From the backports: Debian 13's own, of May 2025, ends with a segmentation fault when a guest
  /// that is busy in both directions does not keep up with it.
  static final String PACKAGE = "passt/" + Apt.SUITE + "-backports";

  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

  /// The command that runs it.
  public List<String> command(List<String> arguments) throws IOException {
    return tree.command(hasAvx2() ? "passt.avx2" : "passt", arguments);
  }

  // It chooses itself where it is installed, and asks for that as the file next to the program that
  // runs: here that is the tree's loader.
  private static boolean hasAvx2() throws IOException {
    try (var lines = Files.lines(PROCESSORS)) {
      return lines
          .filter(line -> line.startsWith("flags"))
          .findFirst()
          .filter(line -> List.of(line.split("\\s+")).contains("avx2"))
          .isPresent();
    }
  }
}
