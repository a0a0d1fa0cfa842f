package fcvm.cli;

import fcvm.container.MemorySize;
import fcvm.machine.MachineConfig;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm machine init`.
final class MachineInit implements Command {
  private static final int IDLE_SECONDS = 900;
  private static final int MEMORY_MIB = 6144;

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .customSynopsis("fcvm machine init [OPTIONS]")
        .footer("", "Only needed to choose how it is made: starting it makes it.");
    spec.addOption(
            Option.value("N", "Virtual CPUs (default: those of this computer, up to 8).", "--cpus"))
        .addOption(
            Option.value(
                "SIZE", "Memory in MiB, or as in 6g (default: half, up to 6g).", "-m", "--mem"))
        .addOption(
            Option.value(
                "SECONDS",
                "Stop by itself after this long with nothing to do, 0 for never (default: "
                    + IDLE_SECONDS
                    + ").",
                "--idle"));
  }

  @Override
  public int run(ParseResult parsed, Invocation invocation) throws Exception {
    Runtime computer = Runtime.getRuntime();
    MachineConfig usual =
        MachineConfig.forComputer(computer.availableProcessors(), 2L * MEMORY_MIB);
    String memory = Option.get(parsed, "--mem", "");
    try {
      MachineConfig config =
          new MachineConfig(
              number(parsed, "--cpus", usual.cpus()),
              memory.isEmpty() ? usual.memoryMib() : MemorySize.parseMib(memory),
              number(parsed, "--idle", usual.idleSeconds()));
      new Machines(invocation).chosen().init(config);
      return 0;
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private static int number(ParseResult parsed, String option, int usual) throws UsageException {
    String text = Option.get(parsed, option, Integer.toString(usual));
    if (!text.matches("\\d{1,9}")) {
      throw new UsageException(option + ": a number, not '" + Raw.text(text) + "'");
    }
    return Integer.parseInt(text);
  }
}
