package fcvm.cli;

import fcvm.container.Stop;
import fcvm.container.VmRecord;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm stop`.
final class StopCommand extends VmsCommand {
  /// The option of `podman run` that says how long.
  static final String TIMEOUT = "--stop-timeout";

  private static final String TIME = "--time";
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  StopCommand() {
    super("stop");
  }

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage().customSynopsis("fcvm stop [OPTIONS] VM...");
    describeTime(spec);
    describeNames(spec, "Stop all of them.");
  }

  static void describeTime(CommandSpec spec) {
    spec.addOption(
        Option.value(
            "SECONDS",
            "How long before it is killed (default: what %s said, else %d)."
                .formatted(TIMEOUT, PATIENCE.toSeconds()),
            "-t",
            TIME));
  }

  /// How long a container has to end by itself.
  static Duration patience(VmRecord vm, ParseResult parsed) throws UsageException {
    return seconds(parsed, TIME).or(vm.life().terms()::stopTimeout).orElse(PATIENCE);
  }

  /// Refuses a time that is none before anything is done.
  static void checkTime(ParseResult parsed) throws UsageException {
    seconds(parsed, TIME);
  }

  /// An option's time.
  static Optional<Duration> seconds(ParseResult parsed, String option) throws UsageException {
    Optional<String> time = Option.find(parsed, option);
    if (time.isPresent() && !time.get().matches("\\d{1,6}")) {
      throw new UsageException(option + ": seconds, not '" + Raw.text(time.get()) + "'");
    }
    return time.map(Long::valueOf).map(Duration::ofSeconds);
  }

  @Override
  void check(ParseResult parsed) throws UsageException {
    checkTime(parsed);
  }

  @Override
  int local(VmRecord vm, ParseResult parsed, Invocation invocation) throws Exception {
    if (vm.isLiving()) {
      new Stop(invocation.store()).stop(vm, patience(vm, parsed));
    }
    invocation.streams().print(vm.name() + "\n");
    return 0;
  }
}
