package fcvm.linux;

import java.io.IOException;

/// A system call failed: which call, on what, and the error number.
public final class LinuxException extends IOException {
  private static final long serialVersionUID = 1;

  private final Errno errno;

  /// @param call the call and its object, such as `open("/dev/kvm")`
  /// @param result the negative result of the call, `-errno`
  public LinuxException(String call, long result) {
    this(call, Errno.of((int) -result));
  }

  public LinuxException(String call, Errno errno) {
    super(call + ": " + errno + " (" + errno.text() + ")");
    this.errno = errno;
  }

  public Errno errno() {
    return errno;
  }

  /// Passes a result of zero or more through, throws for a negative one.
  public static int check(String call, int result) throws LinuxException {
    if (result < 0) {
      throw new LinuxException(call, result);
    }
    return result;
  }

  /// The same of a result that counts bytes.
  public static long check(String call, long result) throws LinuxException {
    if (result < 0) {
      throw new LinuxException(call, result);
    }
    return result;
  }
}
