package fcvm.container.net;

import fcvm.container.ContainerException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A program of the host's that changes its network: a list of arguments, never a shell.
final class HostCommand {
  private static final List<Path> DIRECTORIES =
      List.of(Path.of("/usr/sbin"), Path.of("/usr/bin"), Path.of("/sbin"), Path.of("/bin"));

  /// What a program ended with.
  ///
  /// @param code its exit code
  /// @param output what it printed, errors included
  record Outcome(int code, String output) {}

  private final Path program;

  private HostCommand(Path program) {
    this.program = program;
  }

  /// Finds a program.
  ///
  /// @param debianPackage has it
  /// @throws ContainerException if it is not there
  static HostCommand find(String name, String debianPackage) throws ContainerException {
    return DIRECTORIES.stream()
        .map(directory -> directory.resolve(name))
        .filter(Files::isExecutable)
        .findFirst()
        .map(HostCommand::new)
        .orElseThrow(() ->
            new ContainerException(
                "the program "
                    + name
                    + ", which a bridged network needs, is not on this computer; install it with:"
                    + " apt-get install "
                    + debianPackage));
  }

  /// Runs it to its end.
  ///
  /// @param input for its standard input
  Outcome outcome(String input, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // It ended before it had read all; its exit code says why.
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(code(process), output.strip());
  }

  private static int code(Process process) {
    boolean interrupted = false;
    while (true) {
      try {
        int code = process.waitFor();
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
        return code;
      } catch (InterruptedException _) {
        interrupted = true; // the program is short, and what it does must be known
      }
    }
  }

  /// Runs it, and its failure is ours.
  String run(String input, String... arguments) throws IOException, ContainerException {
    Outcome outcome = outcome(input, arguments);
    if (outcome.code() != 0) {
      throw new ContainerException(
          program.getFileName()
              + " "
              + String.join(" ", arguments)
              + " failed: "
              + (outcome.output().isEmpty() ? "code " + outcome.code() : outcome.output()));
    }
    return outcome.output();
  }
}
