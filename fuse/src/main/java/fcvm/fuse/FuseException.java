package fcvm.fuse;

import fcvm.linux.Errno;

/// A request cannot be fulfilled; the error number is the answer. Cheap, since most of them are
/// ordinary: a name that is not there.
public final class FuseException extends Exception {
  private static final long serialVersionUID = 1;

  private final int errno;

  /// @param errno a positive error number
  public FuseException(int errno) {
    super("errno " + errno, null, false, false);
    this.errno = errno;
  }

  public FuseException(Errno errno) {
    this(errno.number());
  }

  /// The positive error number.
  public int errno() {
    return errno;
  }

  /// Passes a result of zero or more through; a negative one is `-errno`.
  static int check(int result) throws FuseException {
    if (result < 0) {
      throw new FuseException(-result);
    }
    return result;
  }

  static long check(long result) throws FuseException {
    if (result < 0) {
      throw new FuseException((int) -result);
    }
    return result;
  }
}
