package fcvm.cli;

import java.io.IOException;
import java.util.List;

/// The program: arguments in, exit code out.
public final class Main {
  /// An argument that stands alone: the arguments come on standard input, each with a NUL behind
  /// it. There they may be secret, while a list of arguments is for all users to see.
  static final String ARGUMENTS_FOLLOW = "--arguments-follow";

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
    List<String> raw = Raw.arguments(arguments);
    if (raw.equals(List.of(ARGUMENTS_FOLLOW))) {
      raw = Raw.entries(System.in);
    }
    int code = new Dispatch(Streams.ofProcess(), System.getenv()).run(raw);
    // Threads that wait for input for ever do not keep the process.
    System.exit(code);
  }
}
