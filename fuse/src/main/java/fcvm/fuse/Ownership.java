package fcvm.fuse;

import fcvm.linux.Errno;
import fcvm.linux.ThreadCredentials;

/// How users and groups of the host and of the guest correspond.
///
/// As root they are the same numbers. Any other user can own files only as itself: what belongs to
/// it appears as the guest's root's, everything else as nobody's, and all that the guest makes
/// belongs to it.
///
/// @param isRoot whether numbers are passed on
/// @param uid this user, if not
/// @param gid its group
record Ownership(boolean isRoot, int uid, int gid) {
  private static final int GUEST_ROOT = 0;
  private static final int NOBODY = 65534;
  private static final int SAME = -1;

  static Ownership ofThisProcess() {
    return new Ownership(
        ThreadCredentials.isRoot(),
        ThreadCredentials.effectiveUid(),
        ThreadCredentials.effectiveGid());
  }

  int guestUid(int host) {
    return isRoot ? host : host == uid ? GUEST_ROOT : NOBODY;
  }

  int guestGid(int host) {
    return isRoot ? host : host == gid ? GUEST_ROOT : NOBODY;
  }

  /// The user to set on the host; -1 sets none.
  int hostUid(int guest) throws FuseException {
    return host(guest, uid);
  }

  int hostGid(int guest) throws FuseException {
    return host(guest, gid);
  }

  private int host(int guest, int mine) throws FuseException {
    if (guest == SAME || isRoot) {
      return guest;
    }
    if (guest != GUEST_ROOT) {
      throw new FuseException(Errno.EPERM);
    }
    return mine;
  }
}
