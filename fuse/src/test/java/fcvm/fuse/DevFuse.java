package fcvm.fuse;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import fcvm.linux.Errno;
import fcvm.linux.Fd;
import fcvm.linux.LinuxException;
import fcvm.linux.Mount;
import fcvm.linux.ThreadCredentials;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// A server behind this computer's own kernel, `/dev/fuse`: what virtio-fs is to a guest.
final class DevFuse implements AutoCloseable {
  private static final int BUFFER = FuseServer.MAX_WRITE + 4096;
  private static final int THREADS = 4;

  private final FuseServer server;
  private final Path target;
  private final Fd device;
  private final List<Thread> threads = new ArrayList<>();

  /// Mounts a server, or skips the test where that is not possible.
  static DevFuse mount(FuseServer server, Path target) throws LinuxException {
    assumeTrue(ThreadCredentials.isRoot(), "only root may mount");
    assumeTrue(Files.isWritable(Path.of("/dev/fuse")), "there is no /dev/fuse");
    try {
      return new DevFuse(server, target);
    } catch (LinuxException e) {
      Set<Errno> missing = Set.of(Errno.EPERM, Errno.EACCES, Errno.ENOENT, Errno.ENODEV);
      assumeTrue(
          !missing.contains(e.errno()), "this computer does not let us mount: " + e.getMessage());
      throw e;
    }
  }

  private DevFuse(FuseServer server, Path target) throws LinuxException {
    this.server = server;
    this.target = target;
    this.device = Fd.open("/dev/fuse", Fd.O_RDWR);
    String options =
        "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other,default_permissions"
            .formatted(device.number());
    try {
      TestMount.mount(target, "fuse", options);
    } catch (LinuxException e) {
      device.close();
      throw e;
    }
    for (int i = 0; i < THREADS; i++) {
      threads.add(Thread.ofPlatform().daemon().start(this::serve));
    }
  }

  private final class Message implements FuseMessage {
    private final MemorySegment request = Arena.ofAuto().allocate(BUFFER, 8);
    private final MemorySegment reply = Arena.ofAuto().allocate(BUFFER, 8);
    private long size;
    private volatile boolean isDone;

    @Override
    public List<MemorySegment> request() {
      return List.of(request.asSlice(0, size));
    }

    @Override
    public List<MemorySegment> reply() {
      return List.of(reply);
    }

    @Override
    public void aboutToWait() {}

    @Override
    public void done(long written) {
      if (written > 0) {
        // ENOENT: the request was interrupted or its kernel has gone.
        device.writeResult(reply.asSlice(0, written));
      }
      isDone = true;
    }
  }

  private void serve() {
    Message message = new Message();
    while (true) {
      long size = device.readResult(message.request);
      if (size == -Errno.ENOENT.number()) {
        continue;
      }
      if (size <= 0) {
        return;
      }
      message.size = size;
      message.isDone = false;
      server.serve(message);
      if (!message.isDone) {
        message = new Message();
      }
    }
  }

  @Override
  public void close() {
    Mount.detachResult(target.toString());
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    device.close();
    server.close();
  }
}
