package fcvm.cli;

/// The arguments are wrong: told with a hint where to read on, exit code 125.
final class UsageException extends Exception {
  private static final long serialVersionUID = 1;

  UsageException(String message) {
    super(message);
  }
}
