package fcvm.virtio.fs;

import static fcvm.fuse.FuseOpcode.*;

import fcvm.fuse.FuseOptions;
import fcvm.fuse.FuseServer;
import fcvm.fuse.Limits;
import fcvm.fuse.Passthrough;
import fcvm.linux.LinuxException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What guests do in a directory, over and over, without a guest: so that a training run knows how
/// requests are served.
///
/// Requests go the whole way, from a virtqueue through a server to the host's files and back. They
/// are the same each time.
public final class Rehearsal implements AutoCloseable {
  private static final long ROOT = 1;
  private static final int FILES = 16;

  /// So that an entry of a listing comes as often as a request.
  private static final int WALKS = 4;

  private static final int ENTRY = 128;
  private static final int ATTRIBUTES = 104;
  private static final int STATX = 288;
  private static final int OPENED = 16;
  private static final int SMALL = 4096;
  private static final int LISTING = 4096;
  private static final int FILE_MODE = 0100644;
  private static final int DIRECTORY_MODE = 0755;
  private static final int UMASK = 022;
  private static final int O_RDWR = 2;
  private static final int VERSION = 7;
  private static final int MINOR = 41;

  // `struct fuse_direntplus` behind its entry: u64 ino, off; u32 namelen, type; char name[].
  private static final int NAME_LENGTH = ENTRY + 16;
  private static final int NAME = ENTRY + 24;

  private final RehearsalDriver driver;

  /// @param directory empty, and so again afterwards
  public Rehearsal(Path directory) throws LinuxException {
    FuseServer server =
        new FuseServer(new Passthrough(directory, Limits.of(1)), FuseOptions.DEFAULT);
    this.driver = new RehearsalDriver(new Fs("rehearsal", server, 1));
    ByteBuffer init = driver.arguments().putInt(VERSION).putInt(MINOR).putInt(1 << 20).putInt(-1);
    driver.call(FUSE_INIT, 0, init.putInt(-1).put(new byte[44]), 0, 64);
  }

  /// Makes some files in a directory, walks through it, uses them by name, and removes all: some
  /// 500 requests.
  ///
  /// @throws LinuxException if one of them fails
  public void play() throws LinuxException {
    long directory = makeDirectory();
    for (int i = 0; i < FILES; i++) {
      make(directory, "file" + i);
    }
    driver.forget(directory, 1);
    for (int i = 0; i < WALKS; i++) {
      walk();
    }
    directory = lookup(ROOT, "directory");
    for (int i = 0; i < FILES; i++) {
      use(directory, "file" + i);
    }
    for (int i = 0; i < FILES; i++) {
      driver.call(FUSE_UNLINK, directory, name("file" + i), 0, 0);
    }
    driver.call(FUSE_RMDIR, ROOT, name("directory"), 0, 0);
    driver.forget(directory, 1);
  }

  private ByteBuffer name(String name) {
    return driver.arguments().put(RehearsalDriver.name(name));
  }

  private long makeDirectory() throws LinuxException {
    ByteBuffer mkdir = driver.arguments().putInt(DIRECTORY_MODE).putInt(UMASK);
    mkdir.put(RehearsalDriver.name("directory"));
    ByteBuffer made = driver.call(FUSE_MKDIR, ROOT, mkdir, 0, ENTRY);
    return made.getLong(made.position());
  }

  private void make(long directory, String name) throws LinuxException {
    // Linux looks first; that there is nothing is an answer too.
    lookup(directory, name);
    ByteBuffer create = driver.arguments().putInt(O_RDWR).putInt(FILE_MODE).putInt(UMASK).putInt(0);
    create.put(RehearsalDriver.name(name));
    ByteBuffer made = driver.call(FUSE_CREATE, directory, create, 0, ENTRY + OPENED);
    long node = made.getLong(made.position());
    long handle = made.getLong(made.position() + ENTRY);
    ByteBuffer write = driver.arguments().putLong(handle).putLong(0).putInt(SMALL).putInt(0);
    driver.call(FUSE_WRITE, node, write.putLong(0).putLong(O_RDWR), SMALL, 8);
    release(node, handle);
    driver.forget(node, 1);
  }

  private void use(long directory, String name) throws LinuxException {
    long node = lookup(directory, name);
    attributes(node);
    read(node);
    driver.forget(node, 1);
  }

  /// What was listed is opened without having been looked up.
  private void walk() throws LinuxException {
    for (long directory : list(ROOT)) {
      for (long file : list(directory)) {
        read(file);
        driver.forget(file, 1);
      }
      driver.forget(directory, 1);
    }
  }

  private void read(long node) throws LinuxException {
    ByteBuffer open = driver.arguments().putInt(O_RDWR).putInt(0);
    ByteBuffer opened = driver.call(FUSE_OPEN, node, open, 0, OPENED);
    long handle = opened.getLong(opened.position());
    driver.call(FUSE_READ, node, piece(handle, 0, SMALL), 0, SMALL);
    release(node, handle);
  }

  private long lookup(long directory, String name) throws LinuxException {
    ByteBuffer entry = driver.call(FUSE_LOOKUP, directory, name(name), 0, ENTRY);
    return entry.getLong(entry.position());
  }

  private void attributes(long node) throws LinuxException {
    driver.call(FUSE_GETATTR, node, driver.arguments().putLong(0).putLong(0), 0, ATTRIBUTES);
    ByteBuffer statx = driver.arguments().putLong(0).putLong(0).putInt(0).putInt(0xfff);
    driver.call(FUSE_STATX, node, statx, 0, STATX);
  }

  private void release(long node, long handle) throws LinuxException {
    ByteBuffer flush = driver.arguments().putLong(handle).putLong(0).putLong(1);
    driver.call(FUSE_FLUSH, node, flush, 0, 0);
    ByteBuffer release = driver.arguments().putLong(handle).putLong(O_RDWR).putLong(1);
    driver.call(FUSE_RELEASE, node, release, 0, 0);
  }

  /// The nodes in a directory, each known once more.
  private List<Long> list(long directory) throws LinuxException {
    ByteBuffer opened =
        driver.call(FUSE_OPENDIR, directory, driver.arguments().putLong(0), 0, OPENED);
    long handle = opened.getLong(opened.position());
    driver.call(FUSE_READDIR, directory, piece(handle, 0, LISTING), 0, LISTING);
    List<Long> nodes =
        nodes(driver.call(FUSE_READDIRPLUS, directory, piece(handle, 0, LISTING), 0, LISTING));
    ByteBuffer release = driver.arguments().putLong(handle).putLong(0).putLong(0);
    driver.call(FUSE_RELEASEDIR, directory, release, 0, 0);
    return nodes;
  }

  private static List<Long> nodes(ByteBuffer listing) {
    List<Long> nodes = new ArrayList<>();
    while (listing.hasRemaining()) {
      int entry = listing.position();
      long node = listing.getLong(entry);
      if (node != 0) { // not `.` or `..`
        nodes.add(node);
      }
      int length = NAME + listing.getInt(entry + NAME_LENGTH);
      listing.position(entry + (length + Long.BYTES - 1) / Long.BYTES * Long.BYTES);
    }
    return nodes;
  }

  /// `struct fuse_read_in`, of files and directories.
  private ByteBuffer piece(long handle, long offset, int size) {
    ByteBuffer read = driver.arguments().putLong(handle).putLong(offset).putInt(size).putInt(0);
    return read.putLong(0).putLong(O_RDWR);
  }

  @Override
  public void close() {
    driver.close();
  }
}
