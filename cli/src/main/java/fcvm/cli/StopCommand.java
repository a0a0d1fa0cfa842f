package fcvm.cli;

import fcvm.container.Stop;
import fcvm.container.VmRecord;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm stop`.
final class StopCommand extends VmsCommand {
  static final int PATIENCE_SECONDS = 15;

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
            "How long before it is killed (default: " + PATIENCE_SECONDS + ").",
            "-t",
            "--time"));
  }

  /// How long a container has to end by itself.
  static Duration patience(ParseResult parsed) throws UsageException {
    String time = Option.get(parsed, "--time", Integer.toString(PATIENCE_SECONDS));
    if (!time.matches("\\d{1,6}")) {
      throw new UsageException("--time: seconds, not '" + Raw.text(time) + "'");
    }
    return Duration.ofSeconds(Long.parseLong(time));
  }

  @Override
  void check(ParseResult parsed) throws UsageException {
    patience(parsed);
  }

  @Override
  int local(VmRecord vm, ParseResult parsed, Invocation invocation) throws Exception {
    if (vm.isLiving()) {
      new Stop(invocation.store()).stop(vm, patience(parsed));
    }
    invocation.streams().print(vm.name() + "\n");
    return 0;
  }
}
