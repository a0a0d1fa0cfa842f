package fcvm.fuse;

import fcvm.linux.Statx;

/// What the protocol says of a file: `struct fuse_attr`.
///
/// @param ino inode number, for people and programs that compare files
/// @param size bytes
/// @param blocks units of 512 bytes
/// @param atime seconds since 1970, nanoseconds beside it; the same for `mtime` and `ctime`
/// @param mode type and permissions
/// @param uid owner as the guest shall see it; `gid` likewise
/// @param rdev the device that it is, `new_encode_dev`
/// @param blksize preferred size of transfers
public record Attr(
    long ino,
    long size,
    long blocks,
    long atime,
    long mtime,
    long ctime,
    int atimeNanos,
    int mtimeNanos,
    int ctimeNanos,
    int mode,
    int nlink,
    int uid,
    int gid,
    int rdev,
    int blksize) {

  static Attr of(Statx statx, Ownership ownership) {
    return new Attr(
        statx.ino(),
        statx.size(),
        statx.blocks(),
        statx.atime(),
        statx.mtime(),
        statx.ctime(),
        statx.atimeNanos(),
        statx.mtimeNanos(),
        statx.ctimeNanos(),
        statx.mode(),
        statx.nlink(),
        ownership.guestUid(statx.uid()),
        ownership.guestGid(statx.gid()),
        statx.rdev(),
        statx.blksize());
  }
}
