package fcvm.container;

import fcvm.agent.protocol.FrameType;
import fcvm.agent.protocol.WindowSize;
import fcvm.container.VmRecord.Status;
import fcvm.container.life.Life;
import fcvm.container.life.LogRecord;
import fcvm.container.life.LogWriter;
import fcvm.container.life.RestartPolicy;
import fcvm.container.net.Passt;
import fcvm.linux.Children;
import fcvm.linux.IoReason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The process that a detached container lives and dies with: it runs the VM, keeps its log, lets
/// people attach, and starts it again if that was asked for.
///
/// Threads: [#run] is called once; [#signal] from any other.
public final class Supervisor {
  private static final int KILLED = 137;
  // Those who stop it have less, and then send another signal.
  private static final Duration PATIENCE = Duration.ofHours(1);
  private static final Duration SETTLED = Duration.ofSeconds(10);

  private final RunOptions options;
  private final GuestFiles guestFiles;
  private final Optional<InnerFiles> inner;
  private final Passt passt;
  private final VmStore store;
  private final Origin origin;
  private final Report report;
  private final Guest.Boot boot;
  private final FirstWords complaint = new FirstWords();
  private @Nullable ContainerRun current;
  private int signals;
  private boolean begun;
  private volatile WindowSize window = WindowSize.UNKNOWN;

  /// Where the VM comes from.
  public sealed interface Origin {
    /// A new one.
    ///
    /// @param recipe what it is to be started again with, see [Recipe]
    record New(Recipe recipe) implements Origin {}

    /// One that has exited.
    record Exited(String id) implements Origin {}
  }

  /// Told how the start went, once.
  public interface Report {
    /// The container runs.
    void started(VmRecord vm);

    /// It does not, and nothing of a new one is left.
    void failed(int code, String message);
  }

  public Supervisor(
      RunOptions options,
      GuestFiles guestFiles,
      Optional<InnerFiles> inner,
      Passt passt,
      VmStore store,
      Origin origin,
      Report report) {
    this(options, guestFiles, inner, passt, store, origin, report, Guest.Boot.ON_KVM);
  }

  Supervisor(
      RunOptions options,
      GuestFiles guestFiles,
      Optional<InnerFiles> inner,
      Passt passt,
      VmStore store,
      Origin origin,
      Report report,
      Guest.Boot boot) {
    this.options = options;
    this.guestFiles = guestFiles;
    this.inner = inner;
    this.passt = passt;
    this.store = store;
    this.origin = origin;
    this.report = report;
    this.boot = boot;
  }

  /// Supervises the container until it has ended for good.
  ///
  /// @return its exit code
  public int run() {
    try (VmFiles files = files();
        LogWriter log = log(files);
        AttachServer attach =
            new AttachServer(VmFiles.attachSocket(files.record()), new Attached())) {
      int code = supervise(files, log, attach);
      attach.end(code);
      return code;
    } catch (IOException e) {
      return failed(ContainerException.OURS, IoReason.of(e));
    } catch (ContainerException e) {
      return failed(e.exitCode(), String.valueOf(e.getMessage()));
    }
  }

  private VmFiles files() throws IOException, ContainerException {
    return switch (origin) {
      case Origin.Exited(String id) -> store.revive(id);
      case Origin.New(Recipe recipe) -> {
        VmFiles files =
            store.create(
                options.name(),
                options.image(),
                options.cpus(),
                options.memoryMib(),
                options.life().terms());
        recipe.write(files.recipe());
        yield files;
      }
    };
  }

  private LogWriter log(VmFiles files) throws IOException {
    return new LogWriter(files.log(), options.life().logBytes(), Clock.systemUTC());
  }

  private int failed(int code, String message) {
    if (!begun) {
      report.failed(code, message);
    }
    return code;
  }

  private int supervise(VmFiles files, LogWriter log, AttachServer attach) {
    boolean again = origin instanceof Origin.Exited;
    int failures = 0;
    int restarts = 0;
    while (true) {
      Instant start = now();
      int code = once(files, log, attach, again);
      if (!begun) {
        return failed(code, complaint.text());
      }
      boolean goesOn =
          !isStopping() && files.record().life().terms().restart().applies(code, restarts);
      if (!goesOn) {
        return code;
      }
      boolean settled = Duration.between(start, now()).compareTo(SETTLED) > 0;
      failures = settled ? 0 : failures + 1;
      files.status(Status.RESTARTING);
      if (!pause(RestartPolicy.pause(failures))) {
        return code;
      }
      restarts++;
      int times = restarts;
      files.status(Status.STARTING, life -> life.restarted(times));
      again = true;
    }
  }

  // One life of the VM.
  private int once(VmFiles files, LogWriter log, AttachServer attach, boolean again) {
    OutputStream out =
        new Tee(log.stream(LogRecord.Stream.STDOUT), attach.stream(FrameType.STDOUT));
    OutputStream err =
        new Tee(
            complaint,
            new Tee(log.stream(LogRecord.Stream.STDERR), attach.stream(FrameType.STDERR)));
    Begin begin = new Begin(files);
    InputStream in = attach.input().forOneLife();
    ContainerRun run =
        new ContainerRun(
            options,
            window,
            guestFiles,
            inner,
            passt,
            RunScope.amongMany(files, again, PATIENCE, begin::seen),
            new RunStreams(in, out, err, OutputStream.nullOutputStream(), () -> {}),
            new Timings(0, "supervised"),
            boot);
    if (!became(run)) {
      return KILLED; // told to stop before it could begin
    }
    int code;
    String why = "";
    try {
      code = run.run();
      if (!begin.isDone() && !isPodmans(code)) {
        begin.now(); // too short for anybody to see
      }
    } catch (ContainerException e) {
      code = e.exitCode();
      why = String.valueOf(e.getMessage());
      complaint.say(why);
      say(log, why);
    } finally {
      became(null);
      begin.close();
      end(in);
    }
    if (signalsSoFar() > 1) {
      code = KILLED;
      why = "it did not stop in time, and was killed";
    }
    Optional<Integer> ended = Optional.of(code);
    String reason = why;
    files.status(Status.STOPPING, life -> life.ended(now(), ended, reason));
    return code;
  }

  private static void end(InputStream in) {
    try {
      in.close();
    } catch (IOException e) {
      throw new AssertionError("a stream in memory", e);
    }
  }

  private static boolean isPodmans(int code) {
    return code >= ContainerException.OURS && code <= ContainerException.OURS + 2;
  }

  private static void say(LogWriter log, String text) {
    try {
      log.stream(LogRecord.Stream.FCVM).write((text + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new AssertionError("a log that cannot be written loses lines", e);
    }
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }

  private synchronized boolean became(@Nullable ContainerRun run) {
    current = run;
    return run == null || signals == 0;
  }

  private synchronized boolean isStopping() {
    return signals > 0;
  }

  private synchronized int signalsSoFar() {
    return signals;
  }

  // False if it was told to stop meanwhile.
  private synchronized boolean pause(Duration length) {
    long end = System.nanoTime() + length.toNanos();
    try {
      long left = length.toMillis();
      while (signals == 0 && left > 0) {
        wait(left);
        left = (end - System.nanoTime()) / 1_000_000;
      }
    } catch (InterruptedException e) {
      return false;
    }
    return signals == 0;
  }

  /// Stops the container, and does not start it again. Another SIGTERM changes nothing: several may
  /// ask, each with its own patience. Any other signal after the first ends the VM.
  public synchronized void signal(int number) {
    if (signals > 0 && number == Children.SIGTERM) {
      return;
    }
    signals++;
    notifyAll();
    ContainerRun run = current;
    if (run != null) {
      run.signal(number);
    }
  }

  /// The beginning of one run of the container.
  private final class Begin {
    private final VmFiles files;
    private boolean done;
    private @Nullable HealthMonitor health;

    Begin(VmFiles files) {
      this.files = files;
    }

    boolean isDone() {
      return done;
    }

    void now() {
      done = true;
      UnaryOperator<Life> change = life -> life.begun(Supervisor.now());
      files.status(Status.RUNNING, change);
      if (!begun) {
        begun = true;
        report.started(files.record());
      }
    }

    // Seen by the guest, so there is something to check.
    void seen() {
      now();
      health =
          new HealthMonitor(
              files.record(), options.life().health(), is -> files.life(life -> life.with(is)));
    }

    void close() {
      HealthMonitor monitor = health;
      if (monitor != null) {
        monitor.close();
      }
    }
  }

  private final class Attached implements AttachServer.Taker {
    @Override
    public void signal(int number) {
      ContainerRun run;
      synchronized (Supervisor.this) {
        run = current;
      }
      if (run != null) {
        run.forward(number);
      }
    }

    @Override
    public void resize(WindowSize size) {
      window = size;
      ContainerRun run;
      synchronized (Supervisor.this) {
        run = current;
      }
      if (run != null) {
        run.resize(size);
      }
    }
  }
}
