package fcvm.fuse;

import fcvm.linux.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// A directory that lists one name, whatever else is in it.
final class SingleFileDirectories implements Directories {
  private static final Caller NOBODY = new Caller(0, 0, 0, Caller.NO_GROUP);
  private static final int DT_DIR = 4;

  /// Offsets of this listing's own.
  private static final long FIRST = 0;

  private static final long ALL = 3;

  private final Directories directories;
  private final Names names;
  private final byte[] name;

  SingleFileDirectories(Directories directories, Names names, byte[] name) {
    this.directories = directories;
    this.names = names;
    this.name = name;
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
    for (long at = Math.max(offset, FIRST); at < ALL; at++) {
      byte[] listed = at == 0 ? new byte[] {'.'} : at == 1 ? new byte[] {'.', '.'} : name;
      if (!into.hasRoom(listed.length)) {
        return;
      }
      Entry entry = at < 2 ? null : entry();
      if (at < 2) {
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

  /// The file, if it is there.
  private @Nullable Entry entry() throws FuseException {
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
