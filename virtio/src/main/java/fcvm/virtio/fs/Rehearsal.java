package fcvm.virtio.fs;

import static fcvm.fuse.FuseOpcode.*;

import fcvm.fuse.FuseOptions;
import fcvm.fuse.FuseServer;
import fcvm.fuse.Limits;
import fcvm.fuse.Passthrough;
import fcvm.linux.LinuxException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// What guests do in a directory, over and over, without a guest: so that a training run knows how
/// requests are served.
///
/// Requests go the whole way, from a virtqueue through a server to the host's files and back. They
/// are the same each time.
public final class Rehearsal implements AutoCloseable {
  private static final long ROOT = 1;
  private static final int FILES = 16;

  /// So that an entry of a listing comes as often as a request.
  private static final int LISTINGS = 4;

  private static final int ENTRY = 128;
  private static final int ATTRIBUTES = 104;
  private static final int STATX = 288;
  private static final int OPENED = 16;
  private static final int SMALL = 4096;
  private static final int LISTING = 4096;
  private static final int MODE = 0100644;
  private static final int O_RDWR = 2;
  private static final int VERSION = 7;
  private static final int MINOR = 41;

  private final RehearsalDriver driver;

  /// @param directory empty, and so again afterwards
  public Rehearsal(Path directory) throws LinuxException {
    FuseServer server =
        new FuseServer(new Passthrough(directory, Limits.of(1)), FuseOptions.DEFAULT);
    this.driver = new RehearsalDriver(new Fs("rehearsal", server, 1));
    ByteBuffer init = driver.arguments().putInt(VERSION).putInt(MINOR).putInt(1 << 20).putInt(-1);
    driver.call(FUSE_INIT, 0, init.putInt(-1).put(new byte[44]), 0, 64);
  }

  /// Makes some files, uses them, lists them, and removes them: some 200 requests.
  ///
  /// @throws LinuxException if one of them fails
  public void play() throws LinuxException {
    for (int i = 0; i < FILES; i++) {
      make("file" + i);
    }
    for (int i = 0; i < LISTINGS; i++) {
      list();
    }
    for (int i = 0; i < FILES; i++) {
      use("file" + i);
    }
    for (int i = 0; i < FILES; i++) {
      driver.call(FUSE_UNLINK, ROOT, name("file" + i), 0, 0);
    }
  }

  private ByteBuffer name(String name) {
    return driver.arguments().put(RehearsalDriver.name(name));
  }

  private void make(String name) throws LinuxException {
    // Linux looks first; that there is nothing is an answer too.
    lookup(name);
    ByteBuffer create = driver.arguments().putInt(O_RDWR).putInt(MODE).putInt(022).putInt(0);
    ByteBuffer made =
        driver.call(FUSE_CREATE, ROOT, create.put(RehearsalDriver.name(name)), 0, ENTRY + OPENED);
    long node = made.getLong(made.position());
    long handle = made.getLong(made.position() + ENTRY);
    ByteBuffer write = driver.arguments().putLong(handle).putLong(0).putInt(SMALL).putInt(0);
    driver.call(FUSE_WRITE, node, write.putLong(0).putLong(O_RDWR), SMALL, 8);
    release(node, handle);
    driver.forget(node, 1);
  }

  private void use(String name) throws LinuxException {
    long node = lookup(name);
    attributes(node);
    ByteBuffer open = driver.arguments().putInt(O_RDWR).putInt(0);
    ByteBuffer opened = driver.call(FUSE_OPEN, node, open, 0, OPENED);
    long handle = opened.getLong(opened.position());
    driver.call(FUSE_READ, node, read(handle, 0, SMALL), 0, SMALL);
    release(node, handle);
    driver.forget(node, 1 + LISTINGS);
  }

  private long lookup(String name) throws LinuxException {
    ByteBuffer entry = driver.call(FUSE_LOOKUP, ROOT, name(name), 0, ENTRY);
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

  private void list() throws LinuxException {
    ByteBuffer open = driver.arguments().putLong(0);
    ByteBuffer opened = driver.call(FUSE_OPENDIR, ROOT, open, 0, OPENED);
    long handle = opened.getLong(opened.position());
    driver.call(FUSE_READDIRPLUS, ROOT, read(handle, 0, LISTING), 0, LISTING);
    driver.call(FUSE_READDIR, ROOT, read(handle, 0, LISTING), 0, LISTING);
    ByteBuffer release = driver.arguments().putLong(handle).putLong(0).putLong(0);
    driver.call(FUSE_RELEASEDIR, ROOT, release, 0, 0);
  }

  private ByteBuffer read(long handle, long offset, int size) {
    ByteBuffer read = driver.arguments().putLong(handle).putLong(offset).putInt(size).putInt(0);
    return read.putLong(0).putLong(O_RDWR);
  }

  @Override
  public void close() {
    driver.close();
  }
}
