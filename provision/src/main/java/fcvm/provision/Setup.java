package fcvm.provision;

import fcvm.linux.Arch;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Everything for one architecture: what `fcvm setup` does.
public final class Setup {
  private final Provision provision;

  public Setup(Provision provision) {
    this.provision = provision;
  }

  /// Fetches and builds what is missing, side by side where one thing does not need the other: some
  /// wait for the network while others unpack.
  ///
  /// @return what there is now, by name, with its size in bytes
  public Map<String, Long> run(Arch arch) throws IOException {
    atOnce(
        List.of(
            provision::tools,
            () -> provision.rootfsBase(arch),
            () -> provision.agentRuntime(arch),
            () -> provision.kernel(arch)));
    Map<String, Long> sizes = new LinkedHashMap<>();
    sizes.put("host tools", provision.tools().size());
    Kernel kernel = provision.kernel(arch);
    sizes.put("kernel " + kernel.version(), Files.size(kernel.image()));
    sizes.put("initrd", Files.size(kernel.initrd()));
    provision.plainInitrd(arch);
    sizes.put("root file system", Files.size(provision.rootfs(arch)));
    sizes.put("template of writable disks", Files.size(provision.blankDisk()));
    return sizes;
  }

  /// Runs all to their end or until one fails; then the others are interrupted.
  private static void atOnce(List<Callable<?>> tasks) throws IOException {
    try (ExecutorService threads = Executors.newFixedThreadPool(tasks.size())) {
      List<Future<?>> running = new ArrayList<>();
      tasks.forEach(task -> running.add(threads.submit(task)));
      try {
        for (Future<?> task : running) {
          task.get();
        }
      } catch (ExecutionException e) {
        threads.shutdownNow();
        throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
      } catch (InterruptedException e) {
        threads.shutdownNow();
        Thread.currentThread().interrupt();
        throw (IOException) new InterruptedIOException("setup was interrupted").initCause(e);
      }
    }
  }
}
