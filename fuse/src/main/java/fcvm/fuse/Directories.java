package fcvm.fuse;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Open directories. A handle is what [#opendir] gave, until [#releasedir].
public interface Directories {
  /// @return a handle
  long opendir(Caller caller, long node) throws FuseException;

  /// Lists entries, as many as there is room for.
  ///
  /// @param offset 0 for the first entry, else where an entry said that the next one begins
  void readdir(long node, long handle, long offset, Listing into) throws FuseException;

  /// Lists entries and looks them up, except for `.` and `..`.
  void readdirplus(long node, long handle, long offset, Listing into) throws FuseException;

  void releasedir(long node, long handle);

  /// The names in it survive a power failure.
  void fsyncdir(long node, long handle, boolean isDataOnly) throws FuseException;

  /// Takes entries.
  interface Listing {
    /// Whether another entry fits.
    ///
    /// @param nameSize bytes of its name
    boolean hasRoom(long nameSize);

    /// Adds an entry; call it only if there is room.
    ///
    /// @param name bytes
    /// @param type a file type, shifted right by 12; 0 if unknown
    /// @param offset where the next entry begins
    /// @param entry the file itself, for [#readdirplus], if it was looked up
    void add(MemorySegment name, long ino, int type, long offset, @Nullable Entry entry);
  }
}
