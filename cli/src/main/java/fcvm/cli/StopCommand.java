package fcvm.cli;

import fcvm.container.ContainerException;
import fcvm.container.Stop;
import fcvm.container.VmRecord;
import fcvm.machine.Machine;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm stop`.
final class StopCommand implements Command {
  // The monitor itself gives the container ten seconds.
  private static final int PATIENCE_SECONDS = 15;

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage().customSynopsis("fcvm stop [OPTIONS] VM...");
    spec.addOption(
            Option.value(
                "SECONDS",
                "How long before it is killed (default: " + PATIENCE_SECONDS + ").",
                "-t",
                "--time"))
        .addOption(Option.flag("Stop all of them.", "-a", "--all"))
        .addPositional(Option.trailing(0, "0..*", "VM", "Names of VMs, or how their ids begin."));
  }

  @Override
  public int run(ParseResult parsed, Invocation invocation) throws Exception {
    String time = Option.get(parsed, "--time", Integer.toString(PATIENCE_SECONDS));
    if (!time.matches("\\d{1,6}")) {
      throw new UsageException("--time: seconds, not '" + Raw.text(time) + "'");
    }
    List<String> names = Option.get(parsed, 0, List.<String>of()).stream().map(Raw::text).toList();
    if (Option.get(parsed, "--all", false)) {
      names = Vms.all(invocation).stream().map(located -> located.vm().id()).toList();
    } else if (names.isEmpty()) {
      throw new UsageException("which VM? Give its name, or --all");
    }
    int code = 0;
    for (String name : names) {
      code = Math.max(code, stop(name, time, invocation));
    }
    return code;
  }

  private static int stop(String name, String time, Invocation invocation) throws Exception {
    Optional<VmRecord> local = Vms.local(invocation, name);
    if (local.isPresent()) {
      new Stop(invocation.store()).stop(local.get(), Duration.ofSeconds(Long.parseLong(time)));
      invocation.streams().print(local.get().name() + "\n");
      return 0;
    }
    Optional<Machine> machine = Vms.machineOf(invocation, name);
    if (machine.isEmpty()) {
      throw new ContainerException("no VM with name or id \"" + name + "\" runs");
    }
    return new Forward(invocation, false, false)
        .run(machine::get, Forward.fcvm(invocation, List.of("stop", "--time", time, Raw.of(name))));
  }
}
