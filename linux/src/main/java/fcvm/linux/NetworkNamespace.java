package fcvm.linux;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// A network of its own: interfaces, routes, ports; `network_namespaces(7)`.
///
/// A namespace belongs to a thread, and a descriptor to the namespace in which it was opened. So
/// [#call] opens what is needed on a thread that ends with it, and the result may be used anywhere.
///
/// @param fd keeps it alive
public record NetworkNamespace(Fd fd) implements AutoCloseable {
  private static final int CLONE_NEWNET = 0x40000000;
  private static final String OURS = "/proc/thread-self/ns/net";

  private static final MemorySegment SETNS = Libc.function("setns");
  private static final MemorySegment UNSHARE = Libc.function("unshare");

  /// The one whose file, such as `/run/netns/NAME`, this is.
  public static NetworkNamespace open(Path file) throws LinuxException {
    return new NetworkNamespace(Fd.open(file.toString(), Fd.O_RDONLY));
  }

  /// A new one, which nothing but this object keeps alive.
  ///
  /// @throws LinuxException EPERM for others than root
  public static NetworkNamespace make() throws IOException {
    return onThread(() -> {
      LinuxException.check("unshare(CLONE_NEWNET)", Libc.callInt(UNSHARE, CLONE_NEWNET));
      return open(Path.of(OURS));
    });
  }

  /// Does something with this network around it.
  ///
  /// @throws IOException what it threw, or EPERM for others than root
  public <T> T call(Task<T> task) throws IOException {
    return onThread(() -> {
      LinuxException.check("setns of " + fd, Libc.callInt(SETNS, fd.number(), CLONE_NEWNET));
      return task.call();
    });
  }

  /// Something to do in a namespace.
  @FunctionalInterface
  public interface Task<T> extends Callable<T> {
    @Override
    T call() throws IOException;
  }

  private static <T> T onThread(Task<T> task) throws IOException {
    FutureTask<T> future = new FutureTask<>(task);
    Join.uninterruptibly(Thread.ofPlatform().name("network namespace").start(future));
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      throw new AssertionError("the task is done", e);
    }
  }

  @Override
  public void close() {
    fd.close();
  }
}
