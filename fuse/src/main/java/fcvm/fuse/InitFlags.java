package fcvm.fuse;

/// Features that both sides must agree on: `FUSE_INIT` flags of `include/uapi/linux/fuse.h`.
///
/// What a kernel may offer and we never take: EXPORT_SUPPORT (it would look up `.` and `..`),
/// NO_OPEN_SUPPORT and NO_OPENDIR_SUPPORT (we have handles), HANDLE_KILLPRIV (version 2 says who
/// asks), SECURITY_CTX (the guest's security labels are not the host's), MAP_ALIGNMENT and
/// HAS_INODE_DAX (there is no shared memory window), SUBMOUNTS, EXPLICIT_INVAL_DATA and the
/// notifications (virtio-fs carries none), ALLOW_IDMAP and PASSTHROUGH.
final class InitFlags {
  static final long FUSE_ASYNC_READ = 1L << 0;
  static final long FUSE_POSIX_LOCKS = 1L << 1;

  /// O_TRUNC comes with FUSE_OPEN, not as a FUSE_SETATTR of its own.
  static final long FUSE_ATOMIC_O_TRUNC = 1L << 3;

  static final long FUSE_BIG_WRITES = 1L << 5;

  /// The umask comes with the request: the host's file system knows whether it or a default ACL
  /// counts.
  static final long FUSE_DONT_MASK = 1L << 6;

  static final long FUSE_FLOCK_LOCKS = 1L << 10;

  /// Cached data goes when the file's size or time of modification is seen to have changed.
  static final long FUSE_AUTO_INVAL_DATA = 1L << 12;

  static final long FUSE_DO_READDIRPLUS = 1L << 13;
  static final long FUSE_READDIRPLUS_AUTO = 1L << 14;
  static final long FUSE_ASYNC_DIO = 1L << 15;
  static final long FUSE_WRITEBACK_CACHE = 1L << 16;
  static final long FUSE_PARALLEL_DIROPS = 1L << 18;
  static final long FUSE_POSIX_ACL = 1L << 20;
  static final long FUSE_MAX_PAGES = 1L << 22;

  /// A symbolic link never changes: another target is another inode.
  static final long FUSE_CACHE_SYMLINKS = 1L << 23;

  static final long FUSE_HANDLE_KILLPRIV_V2 = 1L << 28;
  static final long FUSE_SETXATTR_EXT = 1L << 29;

  /// `flags2` has bits 32 to 63.
  static final long FUSE_INIT_EXT = 1L << 30;

  /// A request that makes something says whether the caller is in the directory's group.
  static final long FUSE_CREATE_SUPP_GROUP = 1L << 34;

  /// What we take wherever it is offered.
  static final long WANTED =
      FUSE_ASYNC_READ
          | FUSE_POSIX_LOCKS
          | FUSE_ATOMIC_O_TRUNC
          | FUSE_BIG_WRITES
          | FUSE_DONT_MASK
          | FUSE_FLOCK_LOCKS
          | FUSE_AUTO_INVAL_DATA
          | FUSE_DO_READDIRPLUS
          | FUSE_READDIRPLUS_AUTO
          | FUSE_ASYNC_DIO
          | FUSE_PARALLEL_DIROPS
          | FUSE_POSIX_ACL
          | FUSE_MAX_PAGES
          | FUSE_CACHE_SYMLINKS
          | FUSE_HANDLE_KILLPRIV_V2
          | FUSE_SETXATTR_EXT
          | FUSE_INIT_EXT
          | FUSE_CREATE_SUPP_GROUP;

  private InitFlags() {}
}
