package fcvm.cli;

import fcvm.container.ContainerException;
import fcvm.container.VmFiles;
import fcvm.container.VmRecord;
import fcvm.container.life.LogReader;
import fcvm.container.life.LogRecord;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm logs`.
final class LogsCommand extends VmsCommand {
  private static final int PAUSE_MILLIS = 100;

  LogsCommand() {
    super("logs");
  }

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage().customSynopsis("fcvm logs [OPTIONS] VM...");
    spec.addOption(Option.flag("Go on until the VM ends.", "-f", "--follow"))
        .addOption(
            Option.value("TIME", "Begin at this time, or so long ago, as in 10m.", "--since"))
        .addOption(Option.value("TIME", "End at this time, or so long ago.", "--until"))
        .addOption(Option.value("N", "Only the last lines.", "-n", "--tail"))
        .addOption(Option.flag("Show when each line was written.", "-t", "--timestamps"));
    describeNames(spec, "The logs of all that run.");
  }

  @Override
  void check(ParseResult parsed) throws UsageException {
    tail(parsed);
    point(parsed, "--since", Instant.MIN);
    point(parsed, "--until", Instant.MAX);
  }

  private static long tail(ParseResult parsed) throws UsageException {
    String text = Option.get(parsed, "--tail", "all");
    if (text.equals("all") || text.equals("-1")) {
      return -1;
    }
    if (!text.matches("\\d{1,9}")) {
      throw new UsageException("--tail: a number of lines, not '" + Raw.text(text) + "'");
    }
    return Long.parseLong(text);
  }

  private static Instant point(ParseResult parsed, String option, Instant otherwise)
      throws UsageException {
    Optional<String> given = Option.find(parsed, option);
    return given.isEmpty() ? otherwise : Span.point(option, given.get(), Instant.now());
  }

  @Override
  int local(VmRecord vm, ParseResult parsed, Invocation invocation) throws Exception {
    if (!vm.life().terms().detached()) {
      throw new ContainerException(
          "VM " + vm.name() + " keeps no log: it writes to the terminal that it runs in");
    }
    Output output = new Output(invocation.streams(), Option.get(parsed, "--timestamps", false));
    Instant since = point(parsed, "--since", Instant.MIN);
    Instant until = point(parsed, "--until", Instant.MAX);
    Predicate<LogRecord> isWanted =
        record -> !record.time().isBefore(since) && !record.time().isAfter(until);
    Path file = VmFiles.log(invocation.store().directory(vm));
    boolean follow = Option.get(parsed, "--follow", false);
    long tail = tail(parsed);
    return Interruptible.run(() -> {
      try (LogReader log = new LogReader(file)) {
        output.print(log.rest(tail, isWanted));
        while (follow && Instant.now().isBefore(until) && isLiving(vm, invocation)) {
          output.print(log.rest(-1, isWanted));
          Thread.sleep(PAUSE_MILLIS);
        }
        output.print(follow ? log.rest(-1, isWanted) : List.of());
      }
      return 0;
    });
  }

  private static boolean isLiving(VmRecord vm, Invocation invocation) throws IOException {
    return invocation.store().all().stream()
        .anyMatch(other -> other.id().equals(vm.id()) && other.isLiving());
  }

  /// Where the lines go.
  static final class Output {
    private final Streams streams;
    private final boolean timestamps;
    private boolean isInLine;

    Output(Streams streams, boolean timestamps) {
      this.streams = streams;
      this.timestamps = timestamps;
    }

    void print(List<LogRecord> records) throws IOException {
      for (LogRecord record : records) {
        print(record);
      }
    }

    private void print(LogRecord record) throws IOException {
      OutputStream out = record.stream() == LogRecord.Stream.STDOUT ? streams.out() : streams.err();
      if (timestamps && !isInLine) {
        out.write((record.time() + " ").getBytes(StandardCharsets.US_ASCII));
      }
      if (record.stream() == LogRecord.Stream.FCVM) {
        out.write("fcvm: ".getBytes(StandardCharsets.US_ASCII));
      }
      out.write(record.bytes());
      out.flush();
      isInLine = !record.isWhole();
    }
  }
}
