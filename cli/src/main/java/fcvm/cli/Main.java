package fcvm.cli;

/// The program: arguments in, exit code out.
public final class Main {
  private Main() {}

  /// Runs one command and ends the process with its exit code.
  public static void main(String[] arguments) {
    // What the monitor logs is for the same people as our own warnings.
    System.setProperty("java.util.logging.SimpleFormatter.format", "Warning: %5$s%6$s%n");
    int code = new Dispatch(Streams.ofProcess(), System.getenv()).run(Raw.arguments(arguments));
    // Threads that wait for input for ever do not keep the process.
    System.exit(code);
  }
}
