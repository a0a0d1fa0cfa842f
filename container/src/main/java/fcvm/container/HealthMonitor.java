package fcvm.container;

import fcvm.agent.protocol.ExecRequest;
import fcvm.agent.protocol.ExecRequest.Target;
import fcvm.agent.protocol.WindowSize;
import fcvm.container.life.Health;
import fcvm.container.life.HealthCheck;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Checks the health of a container that runs, until closed: with the command that it was made
/// with, in it, or by fetching a URL in its VM. There is no systemd in the guest to do that.
///
/// A thread of its own, not a virtual one, because it waits in reads; and one that ends checks that
/// take too long.
final class HealthMonitor implements AutoCloseable {
  private static final String INSPECT =
      "exec podman inspect --format '{{json .Config.Healthcheck}}'"
          + " \"$(cat /var/lib/fcvm-agent/container-id)\"";
  private static final String FETCH =
      "exec /usr/lib/fcvm/runtime/bin/java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx32m"
          + " -m fcvm.agent/fcvm.agent.HttpCheck \"$1\"";

  /// Bytes of a health check's description.
  private static final int LONGEST_ANSWER = 1 << 20;

  private final VmRecord vm;
  private final HealthOptions options;
  private final Listener listener;
  private final Thread thread;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> Thread.ofPlatform().daemon().name("health-timeout").unstarted(task));

  /// Told of the container's health.
  @FunctionalInterface
  interface Listener {
    void is(Health health);
  }

  HealthMonitor(VmRecord vm, HealthOptions options, Listener listener) {
    this.vm = vm;
    this.options = options;
    this.listener = listener;
    this.thread = Thread.ofPlatform().daemon().name("health").start(this::run);
  }

  private void run() {
    long start = System.nanoTime();
    try {
      HealthCheck check = check();
      if (!options.isOn() || (options.url().isEmpty() && !check.hasCommand())) {
        return;
      }
      HealthCheck.Course course = check.new Course();
      Health told = Health.NONE;
      while (!Thread.currentThread().isInterrupted()) {
        if (course.health() != told) {
          told = course.health();
          listener.is(told);
        }
        Thread.sleep(check.interval());
        boolean succeeded = succeeds(check);
        course.checked(succeeded, Duration.ofNanos(System.nanoTime() - start));
      }
    } catch (InterruptedException e) {
      return; // closed
    }
  }

  private HealthCheck check() throws InterruptedException {
    HealthCheck image = HealthCheck.NONE;
    if (options.isOn() && options.url().isEmpty()) {
      BoundedOutput out = new BoundedOutput(LONGEST_ANSWER);
      exec(Target.SYSTEM, shell(INSPECT), out, Duration.ofMinutes(2));
      try {
        image = HealthCheck.parse(out.text());
      } catch (IOException e) {
        return image; // the VM ends already
      }
    }
    return new HealthCheck(
        image.test(),
        options.interval().filter(Duration::isPositive).orElse(image.interval()),
        options.timeout().filter(Duration::isPositive).orElse(image.timeout()),
        options.startPeriod().orElse(image.startPeriod()),
        options.retries().orElse(image.retries()));
  }

  private boolean succeeds(HealthCheck check) throws InterruptedException {
    OutputStream nowhere = OutputStream.nullOutputStream();
    int code =
        options.url().isPresent()
            ? exec(Target.SYSTEM, shell(FETCH, options.url().get()), nowhere, check.timeout())
            : exec(Target.CONTAINER, check.argv(), nowhere, check.timeout());
    return code == 0;
  }

  private static List<byte[]> shell(String line, String... arguments) {
    List<byte[]> argv = new ArrayList<>();
    for (String word : List.of("sh", "-c", line, "sh")) {
      argv.add(word.getBytes(StandardCharsets.UTF_8));
    }
    for (String argument : arguments) {
      argv.add(argument.getBytes(StandardCharsets.UTF_8));
    }
    return argv;
  }

  // What it ends with; 125 if it could not be run, or took too long.
  private int exec(Target target, List<byte[]> argv, OutputStream out, Duration limit)
      throws InterruptedException {
    InputStream nothing = InputStream.nullInputStream();
    try (ExecClient client = new ExecClient(vm, nothing, out, OutputStream.nullOutputStream())) {
      Future<?> late = timer.schedule(() -> close(client), limit.toMillis(), TimeUnit.MILLISECONDS);
      try {
        return client.run(
            new ExecRequest(
                target, argv, List.of(), new byte[0], "", false, false, WindowSize.UNKNOWN));
      } finally {
        late.cancel(false);
      }
    } catch (IOException | ContainerException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      return ContainerException.OURS;
    }
  }

  private static void close(ExecClient client) {
    try {
      client.close();
    } catch (IOException e) {
      return; // as good as closed
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    boolean wasInterrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        wasInterrupted = true;
      }
    }
    timer.shutdownNow();
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
