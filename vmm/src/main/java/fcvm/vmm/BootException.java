package fcvm.vmm;

/// A microVM cannot start: a file is missing or is not what it should be, or something does not
/// fit. The message says what, and what to do.
public final class BootException extends Exception {
  private static final long serialVersionUID = 1;

  public BootException(String message) {
    super(message);
  }

  public BootException(String message, Throwable cause) {
    super(message, cause);
  }
}
