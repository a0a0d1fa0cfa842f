package fcvm.fuse;

import fcvm.linux.RecordLock;
import java.util.Set;

/// Locks that guest, host and other guests see alike. None of these methods waits.
public interface Locks {
  /// The first lock that would be in the way of `lock`; of type F_UNLCK if there is none.
  RecordLock getlk(long node, long handle, long owner, RecordLock lock) throws FuseException;

  /// Sets or removes a lock on a range of bytes.
  ///
  /// @param owner whose lock it is: a process of the guest
  /// @throws FuseException EAGAIN if another lock is in the way
  void setlk(long node, long handle, long owner, RecordLock lock) throws FuseException;

  /// Owners whose locks are in this one's way, as far as they are processes of this guest.
  Set<Long> inTheWay(long node, long handle, long owner, RecordLock lock) throws FuseException;

  /// Sets or removes the lock of a whole open file, `flock(2)`.
  ///
  /// @param type F_RDLCK for a shared lock, F_WRLCK for an exclusive one, or F_UNLCK
  /// @throws FuseException EAGAIN if another lock is in the way
  void flock(long node, long handle, int type) throws FuseException;
}
