package fcvm.cli;

/// The program: arguments in, exit code out.
public final class Main {
  private Main() {}

  /// Runs one command and ends the process with its exit code.
  public static void main(String[] arguments) {
    int code = new Dispatch(Streams.ofProcess(), System.getenv()).run(Raw.arguments(arguments));
    // Threads that wait for input for ever do not keep the process.
    System.exit(code);
  }
}
