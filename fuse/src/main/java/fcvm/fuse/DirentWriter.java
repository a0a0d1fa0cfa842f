package fcvm.fuse;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Writes directory entries into a reply: `struct fuse_dirent`, or `struct fuse_direntplus`, which
/// has the file itself in front.
///
/// ```
/// struct fuse_dirent { u64 ino, off; u32 namelen, type; char name[]; };
/// ```
final class DirentWriter implements Directories.Listing {
  private final Reply reply;
  private final FuseOptions options;
  private final boolean isPlus;
  private final long limit;

  /// @param limit bytes that the guest has room for
  DirentWriter(Reply reply, FuseOptions options, boolean isPlus, long limit) {
    this.reply = reply;
    this.options = options;
    this.isPlus = isPlus;
    this.limit = limit;
  }

  private long size(long nameSize) {
    int fixed = Layouts.DIRENT_SIZE + (isPlus ? Layouts.ENTRY_OUT_SIZE : 0);
    return Layouts.recAlign(fixed + nameSize);
  }

  @Override
  public boolean hasRoom(long nameSize) {
    return size(nameSize) <= limit - reply.size();
  }

  @Override
  public void add(MemorySegment name, long ino, int type, long offset, @Nullable Entry entry) {
    long start = reply.size();
    if (isPlus && entry != null) {
      reply.entry(entry, options);
    } else if (isPlus) {
      // Node 0: listed, not looked up.
      reply.zeros(Layouts.ENTRY_OUT_SIZE);
    }
    reply.u64(ino).u64(offset).u32((int) name.byteSize()).u32(type);
    reply.space(name.byteSize()).copyFrom(name);
    reply.used(name.byteSize());
    reply.zeros(start + size(name.byteSize()) - reply.size());
  }
}
