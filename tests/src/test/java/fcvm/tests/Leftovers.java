package fcvm.tests;

import static org.assertj.core.api.Assertions.assertThat;

import fcvm.provision.Dirs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a command must not leave behind: processes on this computer and in the machine, directories
/// of VMs, mounts of its mount namespace. What was there before, somebody else's, may stay.
///
/// @param processes command lines of fcvm's own programs
/// @param mounts as the kernel lists them
/// @param inMachine records and directories of VMs, mounts of volumes, and command lines
record Leftovers(Set<String> processes, List<String> mounts, List<String> inMachine) {
  private static final Path MOUNTS = Path.of("/proc/self/mounts");

  /// In the machine: directories of VMs, mounts of volumes, and what runs from the distribution.
  /// The pattern does not match the command that looks for it.
  private static final String IN_MACHINE =
      "ls -A /var/lib/fcvm /run/fcvm/volumes 2>/dev/null;"
          + " for p in /proc/[0-9]*; do tr '\\0' ' ' < $p/cmdline 2>/dev/null |"
          + " grep '[f]cvm.cli.Main'; done; true";

  /// @param fcvm with a running machine
  static Leftovers now(Fcvm fcvm) throws Exception {
    return new Leftovers(running(), Files.readAllLines(MOUNTS), inMachine(fcvm));
  }

  private static List<String> inMachine(Fcvm fcvm) throws Exception {
    Fcvm.Result machine = fcvm.run("machine", "exec", "--", "sh", "-c", IN_MACHINE);
    assertThat(machine.exitCode()).as(machine.err()).isZero();
    return machine
        .out()
        .lines()
        .filter(line -> line.contains("fcvm.cli.Main") || line.matches("[0-9a-f]{8,}.*|\\d+"))
        .toList();
  }

  /// Command lines of fcvm's own programs on this computer.
  static Set<String> running() throws IOException {
    String data = Dirs.ofProcess().data().toString();
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      return all.flatMap(process -> process.info().commandLine().stream())
          .filter(line -> isOurs(line, data))
          .collect(Collectors.toSet());
    }
  }

  // fcvm itself, and what serves a machine.
  private static boolean isOurs(String line, String data) {
    String distribution = Fcvm.program().getParent().getParent().toString();
    return (line.contains(distribution) && line.contains("fcvm.cli.Main"))
        || line.contains("--socket-path=" + data);
  }

  /// Checks that nothing has come since.
  ///
  /// @param fcvm with a running machine
  void check(Fcvm fcvm) throws Exception {
    assertThat(fcvm.run("ls", "--json").out().replaceAll("\\s", "")).isEqualTo("[]");
    assertThat(running()).isSubsetOf(processes);
    assertThat(Files.readAllLines(MOUNTS)).isEqualTo(mounts);
    assertThat(inMachine(fcvm)).as("files and processes in the machine").isSubsetOf(inMachine);
  }
}
