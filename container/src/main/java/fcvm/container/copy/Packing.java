package fcvm.container.copy;

import static fcvm.container.copy.RawName.shown;

import fcvm.linux.DirectoryEntry;
import fcvm.linux.DirectoryListing;
import fcvm.linux.Fd;
import fcvm.linux.FdInputStream;
import fcvm.linux.LinuxException;
import fcvm.linux.Statx;
import fcvm.provision.tar.TarEntry;
import fcvm.provision.tar.TarWriter;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// A file or directory of the host becomes an archive. Names are bytes, one per character; links
/// stay links, and what is neither file nor directory nor link is left out, with a warning.
public final class Packing {
  private static final int LISTING = 1 << 15;
  private static final int LONGEST_LINK = 4096;
  private static final int BUFFER = 1 << 16;
  private static final int PERMISSIONS = 07777;

  private final TarWriter tar;
  private final Consumer<String> warnings;
  private final Statx statx = new Statx();

  private Packing(TarWriter tar, Consumer<String> warnings) {
    this.tar = tar;
    this.warnings = warnings;
  }

  /// Writes the archive, and closes it.
  ///
  /// @param source open, O_RDONLY
  /// @param name what it is called in the archive
  /// @param warnings told what was left out
  public static void pack(Fd source, String name, OutputStream out, Consumer<String> warnings)
      throws IOException {
    try (TarWriter tar = new TarWriter(out, StandardCharsets.ISO_8859_1)) {
      Packing packing = new Packing(tar, warnings);
      packing.stat(source, name);
      if (packing.statx.type() == Statx.S_IFDIR) {
        packing.directory(source, name);
      } else {
        packing.file(source, name);
      }
    }
  }

  private void stat(Fd file, String path) throws LinuxException {
    LinuxException.check("stat of " + shown(path), statx.read(file));
  }

  // Of what was read last.
  private TarEntry entry(String path, char type, long size, String target) {
    return new TarEntry(
        path,
        type,
        statx.mode() & PERMISSIONS,
        statx.uid(),
        statx.gid(),
        size,
        statx.mtime(),
        target);
  }

  private void directory(Fd directory, String path) throws IOException {
    tar.entry(entry(path, TarEntry.DIRECTORY, 0, ""), new byte[0]);
    for (String name : names(directory, path)) {
      child(directory, name, path.equals(CopyTarget.CONTENTS) ? name : path + "/" + name);
    }
  }

  private static List<String> names(Fd directory, String path) throws LinuxException {
    List<String> names = new ArrayList<>();
    DirectoryListing listing = new DirectoryListing(LISTING);
    long offset = 0;
    while (LinuxException.check("listing of " + shown(path), listing.read(directory, offset)) > 0) {
      while (listing.next()) {
        offset = listing.offset();
        byte[] bytes = listing.name().toArray(ValueLayout.JAVA_BYTE);
        String name = new String(bytes, StandardCharsets.ISO_8859_1);
        if (!name.equals(".") && !name.equals("..")) {
          names.add(name);
        }
      }
    }
    return names;
  }

  private void child(Fd directory, String name, String path) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocateFrom(name, StandardCharsets.ISO_8859_1);
      try (Fd child = open(directory, text, Fd.O_PATH, path)) {
        stat(child, path);
        switch (statx.type()) {
          case Statx.S_IFDIR -> {
            try (Fd open = open(directory, text, Fd.O_RDONLY | Fd.O_DIRECTORY, path)) {
              directory(open, path);
            }
          }
          case Statx.S_IFREG -> {
            try (Fd open = open(directory, text, Fd.O_RDONLY | Fd.O_NONBLOCK, path)) {
              stat(open, path);
              file(open, path);
            }
          }
          case Statx.S_IFLNK ->
              tar.entry(entry(path, TarEntry.SYMBOLIC_LINK, 0, target(child, path)), new byte[0]);
          default ->
              warnings.accept(shown(path) + " is neither file nor directory nor link: left out");
        }
      }
    }
  }

  private static Fd open(Fd directory, MemorySegment name, int flags, String path)
      throws LinuxException {
    int number = DirectoryEntry.open(directory, name, flags, 0);
    return Fd.of(LinuxException.check("open of " + shown(path), number), path);
  }

  private static String target(Fd link, String path) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment into = arena.allocate(LONGEST_LINK);
      int length =
          LinuxException.check("readlink of " + shown(path), DirectoryEntry.readLink(link, into));
      byte[] bytes = into.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
  }

  // As long as its header says, whatever somebody else does to it meanwhile.
  private void file(Fd file, String path) throws IOException {
    if (statx.type() != Statx.S_IFREG) {
      throw new IOException(shown(path) + " is neither file nor directory");
    }
    long size = statx.size();
    InputStream in = new FdInputStream(file);
    tar.entry(entry(path, TarEntry.FILE, size, ""), out -> copy(in, out, size, path));
  }

  private static void copy(InputStream in, OutputStream out, long size, String path)
      throws IOException {
    byte[] buffer = new byte[BUFFER];
    long left = size;
    while (left > 0) {
      int n = in.read(buffer, 0, (int) Math.min(left, BUFFER));
      if (n < 0) {
        throw new EOFException(shown(path) + " became shorter while it was copied");
      }
      out.write(buffer, 0, n);
      left -= n;
    }
  }
}
