package fcvm.container.copy;

import static fcvm.container.copy.RawName.shown;

import fcvm.linux.DirectoryEntry;
import fcvm.linux.Errno;
import fcvm.linux.Fd;
import fcvm.linux.FdOutputStream;
import fcvm.linux.FileAttributes;
import fcvm.linux.LinuxException;
import fcvm.linux.Statx;
import fcvm.provision.tar.TarEntry;
import fcvm.provision.tar.TarReader;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Consumer;

/// An archive of a guest's becomes files of the host, below one directory and nowhere else: no
/// symbolic link is ever followed, be it the archive's or one that is there, and no set-user-ID
/// file, device or socket is made. Everything belongs to who copies.
public final class Unpacking {
  private static final int PERMISSIONS = 0777;
  private static final int PRIVATE_DIRECTORY = 0700;
  private static final int PRIVATE_FILE = 0600;
  private static final int MOST_DIRECTORIES = 1_000_000;

  private final Fd root;
  private final CopyTarget target;
  private final Consumer<String> warnings;
  private final SequencedMap<String, TarEntry> directories = new LinkedHashMap<>();
  private String first = "";

  /// @param root the target's directory, open
  /// @param target where the archive's first entry goes; all others are in that
  /// @param warnings told what was left out
  public Unpacking(Fd root, CopyTarget target, Consumer<String> warnings) {
    this.root = root;
    this.target = target;
    this.warnings = warnings;
  }

  /// Unpacks until the archive's end.
  ///
  /// @return whether there was anything
  /// @throws IOException if something cannot be made, or the archive is not what it should be; what
  ///   was made stays
  public boolean unpack(InputStream archive) throws IOException {
    TarReader reader = new TarReader(archive, StandardCharsets.ISO_8859_1);
    TarEntry entry = reader.next();
    boolean any = entry != null;
    while (entry != null) {
      String path = path(entry.path());
      if (!path.isEmpty()) {
        make(entry, path, reader);
      } else if (entry.type() != TarEntry.DIRECTORY) {
        throw new IOException("the archive is a file, not the contents of a directory");
      }
      entry = reader.next();
    }
    finishDirectories();
    return any;
  }

  /// Where an entry goes below the root; empty for the root itself.
  private String path(String raw) throws IOException {
    List<String> names = new ArrayList<>();
    if (raw.indexOf('\0') >= 0) {
      throw new IOException("the archive has a path with a NUL");
    }
    for (String name : raw.split("/", -1)) {
      if (name.equals("..")) {
        throw new IOException(
            "the archive has the path \"" + shown(raw) + "\", which leads out of it");
      }
      if (!name.isEmpty() && !name.equals(".")) {
        names.add(name);
      }
    }
    if (names.isEmpty()) {
      throw new IOException("the archive has the path \"" + shown(raw) + "\"");
    }
    if (first.isEmpty()) {
      first = names.getFirst();
    }
    if (!names.getFirst().equals(first)) {
      throw new IOException(
          "the archive has \"" + shown(raw) + "\" beside \"" + shown(first) + "\"");
    }
    if (target.name().equals(CopyTarget.CONTENTS)) {
      names.removeFirst();
    } else {
      names.set(0, target.name());
    }
    return String.join("/", names);
  }

  private void make(TarEntry entry, String path, TarReader reader) throws IOException {
    int slash = path.lastIndexOf('/');
    String name = path.substring(slash + 1);
    try (Arena arena = Arena.ofConfined();
        Fd parent = slash < 0 ? null : openDirectory(path.substring(0, slash))) {
      Place place =
          new Place(
              parent == null ? root : parent,
              arena.allocateFrom(name, StandardCharsets.ISO_8859_1),
              path);
      switch (entry.type()) {
        case TarEntry.DIRECTORY -> makeDirectory(place, entry);
        case TarEntry.FILE -> makeFile(place, entry, reader);
        case TarEntry.SYMBOLIC_LINK -> {
          place.clear();
          // Up to a NUL, as the kernel would read it.
          MemorySegment to = arena.allocateFrom(entry.target(), StandardCharsets.ISO_8859_1);
          place.check("symlink", DirectoryEntry.makeSymlink(to, place.directory(), place.name()));
        }
        case TarEntry.HARD_LINK -> makeHardLink(place, entry);
        default ->
            warnings.accept(shown(path) + " is neither file nor directory nor link: left out");
      }
    }
  }

  /// A name in an open directory.
  private record Place(Fd directory, MemorySegment name, String path) {
    int check(String call, int result) throws LinuxException {
      return LinuxException.check(call + " of " + shown(path), result);
    }

    /// Removes what is in the way, unless that is a directory.
    void clear() throws LinuxException {
      int result = DirectoryEntry.unlink(directory, name);
      if (result != -Errno.ENOENT.number()) {
        check("replacement", result);
      }
    }

    Fd open(int flags, int mode) throws LinuxException {
      return Fd.of(check("open", DirectoryEntry.open(directory, name, flags, mode)), path);
    }
  }

  // The kernel refuses links on the way.
  private Fd openDirectory(String path) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom(path, StandardCharsets.ISO_8859_1);
      return new Place(root, name, path).open(Fd.O_PATH | Fd.O_DIRECTORY, 0);
    }
  }

  // Open for us until all of it is there.
  private void makeDirectory(Place place, TarEntry entry) throws IOException {
    int result = DirectoryEntry.makeDirectory(place.directory(), place.name(), PRIVATE_DIRECTORY);
    if (result == -Errno.EEXIST.number()) {
      place.open(Fd.O_PATH | Fd.O_DIRECTORY, 0).close(); // or says why not
      return;
    }
    place.check("mkdir", result);
    if (directories.size() == MOST_DIRECTORIES) {
      throw new IOException("the archive has more than " + MOST_DIRECTORIES + " directories");
    }
    directories.put(place.path(), entry);
  }

  private static void makeFile(Place place, TarEntry entry, TarReader reader) throws IOException {
    place.clear();
    try (Fd file = place.open(Fd.O_WRONLY | Fd.O_CREAT | Fd.O_EXCL, PRIVATE_FILE)) {
      reader.content(new FdOutputStream(file));
      finish(file, place, entry);
    }
  }

  private void makeHardLink(Place place, TarEntry entry) throws IOException {
    String to = path(entry.target());
    try (Arena arena = Arena.ofConfined();
        Fd file =
            new Place(root, arena.allocateFrom(to, StandardCharsets.ISO_8859_1), to)
                .open(Fd.O_PATH, 0)) {
      Statx statx = new Statx();
      place.check("stat", statx.read(file));
      if (statx.type() != Statx.S_IFREG) {
        throw new IOException("the archive has a hard link to " + shown(to) + ", which is no file");
      }
      place.clear();
      place.check("link", DirectoryEntry.link(file, place.directory(), place.name()));
    }
  }

  // The last first: what is made in a directory changes its time.
  private void finishDirectories() throws IOException {
    for (Map.Entry<String, TarEntry> made : directories.sequencedEntrySet().reversed()) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment name = arena.allocateFrom(made.getKey(), StandardCharsets.ISO_8859_1);
        Place place = new Place(root, name, made.getKey());
        try (Fd directory = place.open(Fd.O_RDONLY | Fd.O_DIRECTORY, 0)) {
          finish(directory, place, made.getValue());
        }
      }
    }
  }

  private static void finish(Fd file, Place place, TarEntry entry) throws LinuxException {
    place.check("chmod", FileAttributes.chmod(file, entry.mode() & PERMISSIONS));
    long now = FileAttributes.UTIME_OMIT;
    place.check("utimens", FileAttributes.setTimes(file, 0, now, entry.modified(), 0));
  }
}
