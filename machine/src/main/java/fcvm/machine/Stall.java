package fcvm.machine;

import fcvm.linux.Arch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/// A machine whose QEMU runs and whose agent does not answer: what can be seen of it from outside,
/// kept for whoever wants to know why.
record Stall(Arch arch, MachinePaths paths) {
  private static final int EXCERPT_LINES = 15;

  /// @param late says how long it was waited for
  MachineException describe(IOException late) {
    return new MachineException(
        "%s: %s; %s; end it (fcvm machine stop --arch %s) and try again"
            .formatted(
                late.getMessage(),
                new ConsoleLog(paths.console()).excerpt(EXCERPT_LINES),
                processors(),
                arch),
        late);
  }

  // On x86 also what the interrupt controllers wait for: a processor may sleep through it.
  private List<String> questions() {
    List<String> common = List.of("info status", "info registers -a");
    return arch == Arch.ARM64
        ? common
        : Stream.concat(common.stream(), Stream.of("info lapic 0", "info lapic 1", "info pic"))
            .toList();
  }

  private String processors() {
    try (Qmp qmp = Qmp.connect(paths.qmp())) {
      StringBuilder state = new StringBuilder();
      for (String question : questions()) {
        state.append(qmp.monitor(question));
      }
      Path next = paths.processors().resolveSibling("processors.new");
      Files.deleteIfExists(next);
      Files.createFile(
          next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(next, state);
      Files.move(next, paths.processors(), StandardCopyOption.REPLACE_EXISTING);
      return "where its processors are is in " + paths.processors();
    } catch (IOException e) {
      return "where its processors are is not known: " + e.getMessage();
    }
  }
}
