package fcvm.container;

/// A container's virtual machine could not do what was asked: what failed, on what, what to do.
///
/// The code is Podman's: 125 for a failure of ours, 126 for a command that cannot be invoked, 127
/// for one that is not found.
public final class ContainerException extends Exception {
  private static final long serialVersionUID = 1;

  /// Our own failure, as Podman counts it.
  public static final int OURS = 125;

  private final int exitCode;

  public ContainerException(String message) {
    this(message, OURS, null);
  }

  public ContainerException(String message, Throwable cause) {
    this(message, OURS, cause);
  }

  public ContainerException(
      String message, int exitCode, @org.jspecify.annotations.Nullable Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /// What the process ends with.
  public int exitCode() {
    return exitCode;
  }
}
