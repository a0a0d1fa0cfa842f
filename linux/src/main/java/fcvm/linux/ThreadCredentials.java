package fcvm.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// On whose behalf one thread uses file systems, `credentials(7)`, and its umask. Everything here
/// is about the calling thread alone: the others of the process keep what they have. So it is for
/// platform threads, and what another identity does is kept short: one system call. A thread that
/// is started meanwhile inherits it for good.
///
/// Only a process whose effective user is root can change identities; for any other all methods but
/// [#umask] do nothing.
public final class ThreadCredentials {
  private static final int CLONE_FS = 0x200;
  private static final int NONE = -1;

  private static final int LINUX_CAPABILITY_VERSION_3 = 0x2008_0522;
  private static final int CAP_DAC_OVERRIDE = 1;
  private static final int CAP_DAC_READ_SEARCH = 2;
  private static final int CAP_FSETID = 4;
  private static final int CAP_MKNOD = 27;

  private static final MemorySegment UNSHARE = Libc.function("unshare");
  private static final MemorySegment UMASK = Libc.function("umask");
  private static final MemorySegment GETEUID = Libc.function("geteuid");
  private static final MemorySegment GETEGID = Libc.function("getegid");
  private static final MemorySegment GETGROUPS = Libc.function("getgroups");
  private static final MemorySegment SETFSUID = Libc.function("setfsuid");
  private static final MemorySegment SETFSGID = Libc.function("setfsgid");
  private static final MemorySegment CAPGET = Libc.function("capget");
  private static final MemorySegment CAPSET = Libc.function("capset");

  // libc's setgroups() changes all threads.
  private static final MemorySegment SYSCALL = Libc.function("syscall");

  private final boolean isRoot;
  private final int ownGid;
  private final MemorySegment ownGroups;
  private final int ownGroupCount;
  private final MemorySegment groups = Arena.ofAuto().allocate(JAVA_INT, 2);
  // struct __user_cap_header_struct { u32 version; int pid; }
  private final MemorySegment capHeader = Arena.ofAuto().allocate(JAVA_INT, 2);
  // struct __user_cap_data_struct { u32 effective, permitted, inheritable; } [2]
  private final MemorySegment capData = Arena.ofAuto().allocate(JAVA_INT, 6);
  private final int effective;
  private boolean isSomebodyElse;

  /// Gives the calling thread a umask of its own; the object is for this thread.
  ///
  /// @throws LinuxException if the kernel refuses that, which seccomp filters can make it do
  public ThreadCredentials() throws LinuxException {
    LinuxException.check("unshare(CLONE_FS)", Libc.callInt(UNSHARE, CLONE_FS));
    this.isRoot = Libc.callInt(GETEUID, 0) == 0;
    this.ownGid = Libc.callInt(GETEGID, 0);
    int count = Libc.callInt(GETGROUPS, 0, 0);
    this.ownGroups = Arena.ofAuto().allocate(JAVA_INT, Math.max(1, count));
    Libc.callInt(GETGROUPS, count, ownGroups.address());
    this.ownGroupCount = count;
    capHeader.set(JAVA_INT, 0, LINUX_CAPABILITY_VERSION_3);
    LinuxException.check("capget", Libc.callInt(CAPGET, capHeader.address(), capData.address()));
    this.effective = capData.get(JAVA_INT, 0);
  }

  /// Whether this process can act on behalf of others.
  public static boolean isRoot() {
    return Libc.callInt(GETEUID, 0) == 0;
  }

  /// The effective user of this process.
  public static int effectiveUid() {
    return Libc.callInt(GETEUID, 0);
  }

  /// The effective group of this process.
  public static int effectiveGid() {
    return Libc.callInt(GETEGID, 0);
  }

  /// Permissions that files and directories which this thread makes do not get.
  public void umask(int mask) {
    Libc.callInt(UMASK, mask);
  }

  /// From now on this thread is this user and group for file systems, and owns what it makes as
  /// them. [#restore] ends it.
  ///
  /// @param supplementary one more group that the user is in, or -1
  /// @param reachesAll whether it may all the same reach all files as root does, and make device
  ///   nodes: because whether the user may was decided before
  /// @return 0, or -EINVAL if there cannot be such a user or group here; call [#restore] even then
  public int become(int uid, int gid, int supplementary, boolean reachesAll) {
    if (!isRoot || (uid == 0 && gid == ownGid)) {
      return 0;
    }
    isSomebodyElse = true;
    groups.set(JAVA_INT, 0, supplementary);
    setgroups(supplementary == NONE ? 0 : 1, groups);
    Libc.callInt(SETFSGID, gid);
    boolean isGroup = Libc.callInt(SETFSGID, NONE) == gid;
    boolean isUser = uid == 0;
    if (isGroup && !isUser) {
      Libc.callInt(SETFSUID, uid);
      isUser = Libc.callInt(SETFSUID, NONE) == uid && uid != NONE;
      // The kernel has taken the capabilities that concern files away.
      if (reachesAll) {
        int files = 1 << CAP_DAC_OVERRIDE | 1 << CAP_DAC_READ_SEARCH | 1 << CAP_MKNOD;
        setEffective((effective & ~fileCapabilities()) | (effective & files));
      }
    }
    return isUser && isGroup && gid != NONE ? 0 : -Errno.EINVAL.number();
  }

  /// This thread is itself again.
  public void restore() {
    if (!isSomebodyElse) {
      return;
    }
    isSomebodyElse = false;
    Libc.callInt(SETFSUID, 0);
    setEffective(effective);
    Libc.callInt(SETFSGID, ownGid);
    setgroups(ownGroupCount, ownGroups);
  }

  /// From now on what this thread changes loses its set-ID bits, as if an ordinary user in this
  /// group did it. [#allowSetId] ends it.
  public void loseSetId(int gid) {
    if (isRoot) {
      Libc.callInt(SETFSGID, gid);
      setEffective(effective & ~(1 << CAP_FSETID));
    }
  }

  /// Ends [#loseSetId].
  public void allowSetId() {
    if (isRoot) {
      setEffective(effective);
      Libc.callInt(SETFSGID, ownGid);
    }
  }

  /// CAP_FS_SET of `include/linux/capability.h`, its lower half: CHOWN, DAC_OVERRIDE,
  /// DAC_READ_SEARCH, FOWNER, FSETID, LINUX_IMMUTABLE, MKNOD.
  private static int fileCapabilities() {
    return 0b11111 | 1 << 9 | 1 << CAP_MKNOD;
  }

  private void setEffective(int capabilities) {
    capData.set(JAVA_INT, 0, capabilities);
    Libc.callInt(CAPSET, capHeader.address(), capData.address());
  }

  private static void setgroups(int count, MemorySegment list) {
    Libc.callInt(SYSCALL, Arch.current().setgroupsNumber(), count, list.address());
  }
}
