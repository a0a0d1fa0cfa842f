package fcvm.cli;

import fcvm.container.VmRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm ls`.
final class ListCommand implements Command {
  private static final List<String> HEADER =
      List.of("NAME", "ID", "STATUS", "IMAGE", "CPUS", "MEM", "UP", "MACHINE", "PID");

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage().customSynopsis("fcvm ls [--json]");
    spec.addOption(Option.flag("As a JSON array.", "--json"));
  }

  @Override
  public int run(ParseResult parsed, Invocation invocation) throws Exception {
    List<Vms.Located> vms = Vms.all(invocation);
    invocation
        .streams()
        .print(Option.get(parsed, "--json", false) ? json(vms) : table(vms, Instant.now()));
    return 0;
  }

  private static String json(List<Vms.Located> vms) {
    return Json.of(json -> {
      json.writeStartArray();
      for (Vms.Located located : vms) {
        String machine = located.machine().map(m -> m.arch().debianName()).orElse("");
        located.vm().write(json, machine);
      }
      json.writeEndArray();
    });
  }

  private static String table(List<Vms.Located> vms, Instant now) {
    List<List<String>> rows = new ArrayList<>(List.of(HEADER));
    for (Vms.Located located : vms) {
      VmRecord vm = located.vm();
      rows.add(
          List.of(
              vm.name(),
              vm.id(),
              vm.status().toString(),
              vm.image(),
              Integer.toString(vm.cpus()),
              vm.memoryMib() + "M",
              age(Duration.between(vm.created(), now)),
              located.machine().map(m -> m.arch().debianName()).orElse("-"),
              Long.toString(vm.process().pid())));
    }
    return Table.of(rows);
  }

  static String age(Duration age) {
    long seconds = Math.max(0, age.toSeconds());
    if (seconds < 120) {
      return seconds + "s";
    }
    return seconds < 7200 ? seconds / 60 + "m" : seconds / 3600 + "h";
  }
}
