package fcvm.fuse;

import fcvm.linux.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A directory that lists some names, whatever else is in it.
final class SelectionDirectories implements Directories {
  private static final Caller NOBODY = new Caller(0, 0, 0, Caller.NO_GROUP);
  private static final int DT_DIR = 4;

  /// "." and ".." come first; then a name's offset is two more than its index.
  private static final int DOTS = 2;

  private final Directories directories;
  private final Names names;
  private final List<byte[]> chosen;

  SelectionDirectories(Directories directories, Names names, List<byte[]> chosen) {
    this.directories = directories;
    this.names = names;
    this.chosen = chosen;
  }

  @Override
  public long opendir(Caller caller, long node) throws FuseException {
    return directories.opendir(caller, node);
  }

  @Override
  public void readdir(long node, long handle, long offset, Listing into) throws FuseException {
    if (node == FileSystem.ROOT) {
      list(offset, into, false);
    } else {
      directories.readdir(node, handle, offset, into);
    }
  }

  @Override
  public void readdirplus(long node, long handle, long offset, Listing into) throws FuseException {
    if (node == FileSystem.ROOT) {
      list(offset, into, true);
    } else {
      directories.readdirplus(node, handle, offset, into);
    }
  }

  private void list(long offset, Listing into, boolean looksUp) throws FuseException {
    for (long at = Math.max(offset, 0); at < DOTS + chosen.size(); at++) {
      byte[] listed = listed((int) at);
      if (!into.hasRoom(listed.length)) {
        return;
      }
      Entry entry = at < DOTS ? null : entry(listed);
      if (at < DOTS) {
        into.add(MemorySegment.ofArray(listed), FileSystem.ROOT, DT_DIR, at + 1, null);
      } else if (entry != null) {
        int type = entry.attr().mode() >> 12;
        Entry known = looksUp ? entry : null;
        into.add(MemorySegment.ofArray(listed), entry.attr().ino(), type, at + 1, known);
        if (!looksUp) {
          names.forget(entry.nodeId(), 1);
        }
      }
    }
  }

  private byte[] listed(int at) {
    return at < DOTS
        ? ".".repeat(at + 1).getBytes(StandardCharsets.US_ASCII)
        : chosen.get(at - DOTS);
  }

  /// What a name stands for, if it is there.
  private @Nullable Entry entry(byte[] name) throws FuseException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment string = arena.allocate(name.length + 1L);
      MemorySegment.copy(name, 0, string, ValueLayout.JAVA_BYTE, 0, name.length);
      return names.lookup(NOBODY, FileSystem.ROOT, string);
    } catch (FuseException e) {
      if (e.errno() == Errno.ENOENT.number()) {
        return null;
      }
      throw e;
    }
  }

  @Override
  public void releasedir(long node, long handle) {
    directories.releasedir(node, handle);
  }

  @Override
  public void fsyncdir(long node, long handle, boolean isDataOnly) throws FuseException {
    directories.fsyncdir(node, handle, isDataOnly);
  }
}
