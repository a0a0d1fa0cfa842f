package fcvm.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a command must not leave behind: processes on this computer and in the machine, directories
/// of VMs, mounts of its mount namespace.
///
/// @param processes command lines of fcvm's own programs
/// @param mounts as the kernel lists them
record Leftovers(Set<String> processes, List<String> mounts) {
  private static final Path MOUNTS = Path.of("/proc/self/mounts");

  /// In the machine: the agent's own directory of state and what runs from the distribution.
  private static final String IN_MACHINE =
      "ls -A /var/lib/fcvm /run/fcvm 2>/dev/null | grep -v ':$' | grep -v '^$';"
          + " ps -o args | grep -v grep | grep fcvm.cli.Main; true";

  static Leftovers now() throws Exception {
    return new Leftovers(running(), Files.readAllLines(MOUNTS));
  }

  private static Set<String> running() {
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      return all.flatMap(process -> process.info().commandLine().stream())
          .filter(line -> line.contains(Fcvm.program().getParent().getParent().toString()))
          .filter(line -> line.contains("fcvm.cli.Main"))
          .collect(Collectors.toSet());
    }
  }

  /// Checks that nothing has come since.
  ///
  /// @param fcvm with a running machine
  void check(Fcvm fcvm) throws Exception {
    assertThat(fcvm.run("ls", "--json").out().replaceAll("\\s", "")).isEqualTo("[]");
    assertThat(running()).isSubsetOf(processes);
    assertThat(Files.readAllLines(MOUNTS)).isEqualTo(mounts);
    Fcvm.Result machine = fcvm.run("machine", "exec", "--", "sh", "-c", IN_MACHINE);
    assertThat(machine.out().lines().filter(line -> !line.endsWith(".lock")))
        .as("files and processes in the machine")
        .noneMatch(line -> line.contains("fcvm.cli.Main") || line.matches("vm-.*|[0-9a-f]{8,}.*"));
  }
}
