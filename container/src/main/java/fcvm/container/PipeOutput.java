package fcvm.container;

import fcvm.linux.Errno;
import fcvm.linux.LinuxException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/// An output of this process that remembers how it failed: what looks like a broken session was a
/// reader that went away, as in `fcvm podman run … | head -1`, or a full disk.
public final class PipeOutput extends FilterOutputStream {
  private static final int SIGPIPE = 13;

  private volatile @Nullable IOException failure;

  public PipeOutput(OutputStream out) {
    super(out);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }

  /// Whether a write failed.
  public boolean isBroken() {
    return failure != null;
  }

  /// What a command ends with that could not write: when its reader went away, with what ends other
  /// programs then, 128 and the number of SIGPIPE.
  ///
  /// @throws ContainerException if it was something else, such as a full disk
  public int exitCode() throws ContainerException {
    if (failure instanceof LinuxException e && e.errno() != Errno.EPIPE) {
      throw new ContainerException("the output is lost: " + e.getMessage(), e);
    }
    return 128 + SIGPIPE;
  }
}
