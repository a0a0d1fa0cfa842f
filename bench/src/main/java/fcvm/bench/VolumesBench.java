package fcvm.bench;

import fcvm.agent.bench.Fixture;
import fcvm.agent.bench.Row;
import fcvm.bench.Subject.Runner;
import fcvm.container.GuestFiles;
import fcvm.container.KernelArguments;
import fcvm.linux.Arch;
import fcvm.linux.IoReason;
import fcvm.linux.Reboot;
import fcvm.provision.Dirs;
import fcvm.provision.Progress;
import fcvm.provision.SparseFile;
import fcvm.provision.ToolTree;
import fcvm.vmm.Nesting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// The same work on three file systems of guests: see [Subject]. Guests run one after the other,
/// ours and the peer's in turn, so that neither has to share the computer with the other.
///
/// [#run] is called once, on a thread that may be interrupted.
public final class VolumesBench {
  /// How long a guest may take for its next line: an emulated, busy computer's boot, or a row's
  /// warm-up.
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(5);

  /// KVM in an emulated machine fails at times, whoever uses it.
  private static final int ATTEMPTS = 3;

  private static final Duration NAP = Duration.ofMillis(100);

  private final BenchOptions options;
  private final Versions versions;
  private final GuestFiles files;
  private final ToolTree tools;
  private final Dirs dirs;
  private final Progress progress;
  private final Consumer<String> warnings;
  private final Consumer<String> lines;
  private final Results results;

  /// @param versions of all that takes part
  /// @param files kernel and file systems of all guests
  /// @param tools QEMU and virtiofsd
  /// @param dirs whose state directory is on the file system that is measured
  /// @param warnings told of what could not be measured, and why
  /// @param lines takes what the guests print on their consoles
  public VolumesBench(
      BenchOptions options,
      Versions versions,
      GuestFiles files,
      ToolTree tools,
      Dirs dirs,
      Progress progress,
      Consumer<String> warnings,
      Consumer<String> lines) {
    this.options = options;
    this.versions = versions;
    this.files = files;
    this.tools = tools;
    this.dirs = dirs;
    this.progress = progress;
    this.warnings = warnings;
    this.lines = lines;
    this.results = new Results(options.rounds(), options.rows());
  }

  /// Measures. What fails is left out of the report.
  ///
  /// @throws IOException if there is no room for it, or another bench is running
  public Report run() throws IOException, InterruptedException {
    try (BenchDirectory directory = new BenchDirectory(dirs.state().resolve("bench"))) {
      for (int pass = 1; pass <= options.passes(); pass++) {
        for (Runner runner : Runner.values()) {
          for (int attempt = 1; attempt <= ATTEMPTS && isMissing(pass, runner); attempt++) {
            directory.clear();
            measure(pass, runner, directory.path());
          }
        }
      }
    }
    return new Report(options, versions, results);
  }

  private boolean isMissing(int pass, Runner runner) {
    return !results.missing(pass, Subject.of(runner)).isEmpty();
  }

  private void measure(int pass, Runner runner, Path directory)
      throws IOException, InterruptedException {
    List<Subject> subjects = Subject.of(runner);
    List<Row> rows = results.missing(pass, subjects);
    GuestSpec spec = spec(subjects, rows, directory);
    String what =
        "measuring with %s, pass %d of %d".formatted(runner.title(), pass, options.passes());
    try (Progress.Step step = progress.begin(what)) {
      Listener listener =
          new Listener(pass, subjects, rows.size() * (options.rounds() + 1), results, step);
      Console console = new Console(listener.andThen(lines));
      String end;
      try (BenchGuest guest = boot(runner, spec, directory, console)) {
        end = await(guest, listener);
      } catch (IOException e) {
        end = IoReason.of(e);
      }
      listener.failures().forEach(failure -> warnings.accept(runner.title() + ": " + failure));
      if (listener.isDone()) {
        step.done();
      } else {
        warnings.accept(
            "%s: the guest did not do all its work: %s; its last words: '%s'"
                .formatted(runner.title(), end, console.lastWords()));
      }
    }
  }

  private GuestSpec spec(List<Subject> subjects, List<Row> rows, Path directory)
      throws IOException {
    Path disk = directory.resolve("disk.ext4");
    SparseFile.copy(files.blankDisk(), disk);
    Path shared = Files.createDirectory(directory.resolve("shared"));
    new Fixture(shared).make();
    // What the last guest left to be written must not slow this one down.
    Reboot.sync();
    String commandLine =
        KernelArguments.of(Arch.current(), "bench", Nesting.OFF)
            + " fcvm.bench=%s fcvm.bench.rows=%s fcvm.bench.warmup=%d fcvm.bench.rounds=%d"
                .formatted(
                    subjects.stream().map(s -> s.place().key()).collect(Collectors.joining(",")),
                    rows.stream().map(Row::key).collect(Collectors.joining(",")),
                    options.warmUp(),
                    options.rounds());
    return new GuestSpec(files, disk, shared, options.cpus(), options.memoryMib(), commandLine);
  }

  private BenchGuest boot(Runner runner, GuestSpec spec, Path directory, Console console)
      throws IOException, InterruptedException {
    return switch (runner) {
      case MONITOR -> MonitorGuest.boot(spec, console);
      case PEER -> {
        // In the runtime directory, since a socket's path is short.
        Path socket = dirs.runtime().resolve("bench-virtiofsd.sock");
        PeerCommand command = new PeerCommand(Arch.current(), spec, socket);
        yield PeerGuest.boot(command, tools, directory.resolve("virtiofsd.log"), console);
      }
    };
  }

  private static String await(BenchGuest guest, Listener listener) throws InterruptedException {
    while (listener.silentNanos() < PATIENCE_NANOS && !guest.end().isDone()) {
      Thread.sleep(NAP);
    }
    return guest
        .end()
        .getNow(
            "nothing new in %d minutes".formatted(TimeUnit.NANOSECONDS.toMinutes(PATIENCE_NANOS)));
  }
}
