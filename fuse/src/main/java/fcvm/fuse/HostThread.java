package fcvm.fuse;

import fcvm.linux.DirectoryListing;
import fcvm.linux.LinuxException;
import fcvm.linux.Statx;
import fcvm.linux.ThreadCredentials;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/// What one thread needs to make system calls for guests: on whose behalf it makes them, and memory
/// that it fills again and again.
final class HostThread {
  private static final int LISTING_SIZE = 32 * 1024;
  private static final int ALL_PERMISSIONS = 0777;

  final Statx statx = new Statx();
  final DirectoryListing listing = new DirectoryListing(LISTING_SIZE);
  private final ThreadCredentials credentials;

  HostThread() {
    try {
      this.credentials = new ThreadCredentials();
    } catch (LinuxException e) {
      throw new IllegalStateException("this thread cannot serve files", e);
    }
  }

  /// Makes something that belongs to the caller.
  ///
  /// @param call the one system call that makes it
  /// @return what the call returns, zero or more
  int make(Caller caller, int umask, IntSupplier call) throws FuseException {
    credentials.umask(umask & ALL_PERMISSIONS);
    return as(caller, true, call);
  }

  /// Asks as the caller, who may do no more than it may.
  ///
  /// @return what the call returns, zero or more
  int ask(Caller caller, IntSupplier call) throws FuseException {
    return as(caller, false, call);
  }

  private int as(Caller caller, boolean reachesAll, IntSupplier call) throws FuseException {
    int result;
    try {
      result = credentials.become(caller.uid(), caller.gid(), caller.group(), reachesAll);
      if (result == 0) {
        result = call.getAsInt();
      }
    } finally {
      credentials.restore();
    }
    return FuseException.check(result);
  }

  /// Changes something, which may cost it its set-ID bits; that depends on the caller's group.
  ///
  /// @return what the call returns, `-errno` included
  long change(Caller caller, boolean losesSetId, LongSupplier call) {
    if (!losesSetId) {
      return call.getAsLong();
    }
    credentials.loseSetId(caller.gid());
    try {
      return call.getAsLong();
    } finally {
      credentials.allowSetId();
    }
  }
}
