package fcvm.fuse;

import static fcvm.fuse.FuseOpcode.*;

import fcvm.linux.Errno;
import java.util.Set;

/// Serves a [FileSystem] to one guest, in the protocol of `include/uapi/linux/fuse.h`: decodes
/// requests, calls the file system, encodes answers. Where requests come from is not its business.
///
/// Version 7.31 and later, up to 7.41: both sides use the older one. What it does not know is
/// ENOSYS, which a guest's kernel remembers and asks for no more.
///
/// Any number of platform threads may call [#serve] at a time; a request holds its thread until it
/// is answered, except for one that waits for a lock.
public final class FuseServer implements AutoCloseable {
  /// The largest data of one FUSE_READ or FUSE_WRITE, in bytes.
  public static final int MAX_WRITE = 1 << 20;

  static final int FUSE_KERNEL_VERSION = 7;
  static final int FUSE_KERNEL_MINOR_VERSION = 41;

  /// The version that virtio-fs came with; all structures have had their size since.
  private static final int OLDEST_MINOR = 31;

  private static final int MAX_PAGES = MAX_WRITE / 4096;
  private static final int MAX_BACKGROUND = 64;

  /// What takes as long as the disk does. Not among them is what may only do so at times, and that
  /// not for long; FUSE_READ finds out.
  private static final Set<Integer> WAITING =
      Set.of(FUSE_FSYNC, FUSE_FSYNCDIR, FUSE_SYNCFS, FUSE_FALLOCATE, FUSE_COPY_FILE_RANGE);

  private final FileSystem fileSystem;
  private final FuseOptions options;
  private final NameRequests names;
  private final FileRequests files;
  private final DirectoryRequests directories;
  private final AttributeRequests attributes;
  private final LockRequests locks;
  private final LockQueue lockQueue = new LockQueue();
  private final ThreadLocal<Exchange> exchanges = ThreadLocal.withInitial(Exchange::new);

  /// What was agreed on; 0 before FUSE_INIT.
  private volatile long agreed;

  /// @param fileSystem the server's from now on
  public FuseServer(FileSystem fileSystem, FuseOptions options) {
    this.fileSystem = options.isReadOnly() ? new ReadOnly(fileSystem) : fileSystem;
    this.options = options;
    this.names = new NameRequests(this.fileSystem.names(), options);
    this.files = new FileRequests(this.fileSystem.files(), options);
    this.directories = new DirectoryRequests(this.fileSystem.directories(), options);
    this.attributes = new AttributeRequests(this.fileSystem.attributes(), options);
    this.locks = new LockRequests(this.fileSystem.locks(), lockQueue);
  }

  /// Serves one request. Whatever its bytes are, the answer is an answer, an error or none.
  public void serve(FuseMessage message) {
    Exchange exchange = exchanges.get();
    Request request = exchange.request;
    Reply reply = exchange.reply;
    if (!request.read(message.request())) {
      message.done(0);
      return;
    }
    long unique = request.unique();
    reply.start(message.reply());
    long written;
    try {
      request.demandConsistent();
      dispatch(exchange, message);
      if (reply.isLater()) {
        return;
      }
      written = reply.send(unique);
    } catch (FuseException e) {
      written = reply.fail(unique, e.errno());
    }
    message.done(written);
  }

  /// Serves a request that never waits: FUSE_FORGET, FUSE_BATCH_FORGET, FUSE_INTERRUPT. Any other
  /// one is refused.
  public void serveUrgent(FuseMessage message) {
    Exchange exchange = exchanges.get();
    Request request = exchange.request;
    if (!request.read(message.request())) {
      message.done(0);
      return;
    }
    switch (request.opcode()) {
      case FUSE_FORGET, FUSE_BATCH_FORGET, FUSE_INTERRUPT -> serve(message);
      default -> {
        exchange.reply.start(message.reply());
        message.done(exchange.reply.fail(request.unique(), Errno.EINVAL.number()));
      }
    }
  }

  private void dispatch(Exchange exchange, FuseMessage message) throws FuseException {
    Request request = exchange.request;
    Reply reply = exchange.reply;
    int opcode = request.opcode();
    if (agreed == 0 && opcode != FUSE_INIT) {
      throw new FuseException(Errno.EIO);
    }
    if (WAITING.contains(opcode)) {
      message.aboutToWait();
    }
    switch (opcode) {
      case FUSE_INIT -> init(request, reply);
      case FUSE_DESTROY -> reset();
      case FUSE_INTERRUPT -> interrupt(request, reply);
      case FUSE_LOOKUP -> names.lookup(request, reply);
      case FUSE_FORGET -> names.forget(request, reply);
      case FUSE_BATCH_FORGET -> names.batchForget(request, reply);
      case FUSE_READLINK -> names.readlink(request, reply);
      case FUSE_SYMLINK -> names.symlink(request, reply);
      case FUSE_MKNOD -> names.mknod(request, reply);
      case FUSE_MKDIR -> names.mkdir(request, reply);
      case FUSE_UNLINK -> names.unlink(request);
      case FUSE_RMDIR -> names.rmdir(request);
      case FUSE_RENAME -> names.rename(request);
      case FUSE_RENAME2 -> names.rename2(request);
      case FUSE_LINK -> names.link(request, reply);
      case FUSE_CREATE -> names.create(request, reply);
      case FUSE_TMPFILE -> names.tmpfile(request, reply);
      case FUSE_OPEN -> files.open(request, reply);
      case FUSE_READ -> files.read(request, reply, exchange.vector, message::aboutToWait);
      case FUSE_WRITE -> files.write(request, reply, exchange.vector);
      case FUSE_FLUSH -> files.flush(request);
      case FUSE_RELEASE -> files.release(request);
      case FUSE_FSYNC -> files.fsync(request);
      case FUSE_FALLOCATE -> files.fallocate(request);
      case FUSE_LSEEK -> files.lseek(request, reply);
      case FUSE_COPY_FILE_RANGE -> files.copyFileRange(request, reply);
      case FUSE_OPENDIR -> directories.opendir(request, reply);
      case FUSE_READDIR -> directories.readdir(request, reply);
      case FUSE_READDIRPLUS -> directories.readdirplus(request, reply);
      case FUSE_RELEASEDIR -> directories.releasedir(request);
      case FUSE_FSYNCDIR -> directories.fsyncdir(request);
      case FUSE_GETATTR -> attributes.getattr(request, reply);
      case FUSE_STATX -> attributes.statx(request, reply);
      case FUSE_SETATTR -> attributes.setattr(request, reply);
      case FUSE_ACCESS -> attributes.access(request);
      case FUSE_STATFS -> attributes.statfs(request, reply);
      case FUSE_SYNCFS -> attributes.syncfs(request);
      case FUSE_SETXATTR -> attributes.setxattr(request, has(InitFlags.FUSE_SETXATTR_EXT));
      case FUSE_GETXATTR -> attributes.getxattr(request, reply);
      case FUSE_LISTXATTR -> attributes.listxattr(request, reply);
      case FUSE_REMOVEXATTR -> attributes.removexattr(request);
      case FUSE_GETLK -> locks.getlk(request, reply);
      case FUSE_SETLK -> locks.setlk(request);
      case FUSE_SETLKW -> locks.setlkw(request, reply, message);
      default -> throw new FuseException(Errno.ENOSYS);
    }
    if (opcode == FUSE_FLUSH || opcode == FUSE_RELEASE) {
      lockQueue.wake();
    }
  }

  private boolean has(long flag) {
    return (agreed & flag) != 0;
  }

  /// `struct fuse_init_in { u32 major, minor, max_readahead, flags, flags2, unused[11]; }`,
  /// answered by `struct fuse_init_out { u32 major, minor, max_readahead, flags; u16
  /// max_background, congestion_threshold; u32 max_write, time_gran; u16 max_pages, map_alignment;
  /// u32 flags2, unused[7]; }`.
  private void init(Request request, Reply reply) throws FuseException {
    int major = request.u32(0);
    int minor = request.u32(4);
    if (major > FUSE_KERNEL_VERSION) {
      // It asks again in our version.
      reply.u32(FUSE_KERNEL_VERSION).u32(FUSE_KERNEL_MINOR_VERSION).zeros(56);
      return;
    }
    if (major < FUSE_KERNEL_VERSION || Integer.compareUnsigned(minor, OLDEST_MINOR) < 0) {
      throw new FuseException(Errno.EPROTO);
    }
    long offered = Integer.toUnsignedLong(request.u32(12));
    if ((offered & InitFlags.FUSE_INIT_EXT) != 0) {
      offered |= (long) request.u32(16) << 32;
    }
    long cache = options.hasWritebackCache() ? InitFlags.FUSE_WRITEBACK_CACHE : 0;
    long flags = offered & (InitFlags.WANTED | cache);
    lockQueue.reset();
    fileSystem.reset((flags & InitFlags.FUSE_WRITEBACK_CACHE) != 0);
    reply.u32(FUSE_KERNEL_VERSION).u32(Math.min(minor, FUSE_KERNEL_MINOR_VERSION));
    reply.u32(request.u32(8)).u32((int) flags);
    reply.u16(MAX_BACKGROUND).u16(MAX_BACKGROUND * 3 / 4).u32(MAX_WRITE).u32(1);
    reply.u16(MAX_PAGES).u16(0).u32((int) (flags >>> 32)).zeros(28);
    // Never 0, whatever was offered.
    agreed = flags | InitFlags.FUSE_INIT_EXT;
  }

  private void interrupt(Request request, Reply reply) throws FuseException {
    reply.none();
    lockQueue.interrupt(request.u64(0));
  }

  /// The guest has ended, unmounted or died: its files, handles and locks are given up. Requests
  /// that wait for a lock get no answer any more, and their memory is not touched; those inside
  /// [#serve] are the caller's to wait for.
  public void reset() {
    agreed = 0;
    lockQueue.reset();
    fileSystem.reset(false);
  }

  /// Ends serving, and closes the file system.
  @Override
  public void close() {
    reset();
    fileSystem.close();
  }
}
