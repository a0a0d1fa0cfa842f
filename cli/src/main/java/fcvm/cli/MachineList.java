package fcvm.cli;

import fcvm.linux.Arch;
import fcvm.machine.Machine;
import fcvm.machine.MachineConfig;
import fcvm.machine.MachineStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm machine list`.
final class MachineList implements Command {
  private static final List<String> HEADER =
      List.of("NAME", "STATUS", "CPUS", "MEM", "UP", "PID", "NOTE");

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage().customSynopsis("fcvm machine list [--json]");
    spec.addOption(Option.flag("As a JSON array.", "--json"));
  }

  @Override
  public int run(ParseResult parsed, Invocation invocation) throws Exception {
    List<List<String>> rows = new ArrayList<>(List.of(HEADER));
    for (Arch arch : Arch.values()) {
      Machine machine = new Machines(invocation).of(arch);
      switch (machine.status()) {
        case MachineStatus.Absent _ -> {}
        case MachineStatus.Stopped(MachineConfig config) ->
            rows.add(row(arch, "stopped", config, "-", "-", ""));
        case MachineStatus.Running(MachineConfig config, int pid, Instant since) -> {
          String up = VmFields.age(Duration.between(since, Instant.now()));
          rows.add(row(arch, "running", config, up, Integer.toString(pid), ""));
        }
        case MachineStatus.Crashed(MachineConfig config, String reason) ->
            rows.add(row(arch, "crashed", config, "-", "-", reason));
      }
    }
    invocation
        .streams()
        .print(Option.get(parsed, "--json", false) ? Table.json(rows) : Table.of(rows));
    return 0;
  }

  private static List<String> row(
      Arch arch, String status, MachineConfig config, String up, String pid, String note) {
    return List.of(
        arch.debianName(),
        status,
        Integer.toString(config.cpus()),
        config.memoryMib() + "M",
        up,
        pid,
        note);
  }
}
