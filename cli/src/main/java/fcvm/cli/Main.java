package fcvm.cli;

import java.io.IOException;

/// The program: arguments in, exit code out.
public final class Main {
  private Main() {}

  /// Runs one command and ends the process with its exit code.
  ///
  /// @param arguments the command and its arguments; `--train` alone walks through commands, to
  ///   record them for the AOT cache
  public static void main(String[] arguments) throws IOException {
    if (arguments.length == 1 && arguments[0].equals("--train")) {
      Training.run();
      return;
    }
    // What the monitor logs is for the same people as our own warnings.
    System.setProperty("java.util.logging.SimpleFormatter.format", "Warning: %5$s%6$s%n");
    int code = new Dispatch(Streams.ofProcess(), System.getenv()).run(Raw.arguments(arguments));
    // Threads that wait for input for ever do not keep the process.
    System.exit(code);
  }
}
