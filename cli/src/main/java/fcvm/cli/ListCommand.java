package fcvm.cli;

import fcvm.container.VmRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm ls`, and `fcvm ps`, which is the same.
final class ListCommand implements Command {
  private static final List<String> HEADER =
      List.of("NAME", "ID", "STATUS", "IMAGE", "CPUS", "MEM", "UP", "MACHINE", "PID", "PORTS");

  private final String name;

  ListCommand(String name) {
    this.name = name;
  }

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .customSynopsis("fcvm " + name + " [OPTIONS]")
        .footer(
            "",
            "Example: fcvm "
                + name
                + " --all --filter label=app=web --format '{{.Names}}\\t{{.Status}}'");
    spec.addOption(Option.flag("Show those that have exited, too.", "-a", "--all"))
        .addOption(
            Option.values(
                "KEY=VALUE",
                "Only these; keys: " + String.join(", ", VmFilter.KEYS) + ".",
                "-f",
                "--filter"))
        .addOption(
            Option.value(
                "FORMAT",
                "table, json, or a template of fields, as in {{.ID}} {{.Names}}.",
                "--format"))
        .addOption(Option.flag("As a JSON array.", "--json"))
        .addOption(Option.flag("Only their ids.", "-q", "--quiet"));
  }

  @Override
  public int run(ParseResult parsed, Invocation invocation) throws Exception {
    Predicate<VmRecord> filter = VmFilter.of(Option.get(parsed, "--filter", List.of()));
    String format = Raw.text(Option.get(parsed, "--format", "table"));
    // A filter of what has exited would be in vain otherwise, as in Podman.
    boolean all =
        Option.get(parsed, "--all", false)
            || Option.get(parsed, "--filter", List.<String>of()).stream()
                .anyMatch(one -> one.startsWith("status=") || one.startsWith("exited="));
    List<Vms.Located> vms =
        Vms.all(invocation, all).stream().filter(located -> filter.test(located.vm())).toList();
    invocation.streams().print(text(parsed, format, vms));
    return 0;
  }

  private static String text(ParseResult parsed, String format, List<Vms.Located> vms)
      throws UsageException {
    if (Option.get(parsed, "--quiet", false)) {
      StringBuilder ids = new StringBuilder();
      vms.forEach(located -> ids.append(located.vm().id()).append('\n'));
      return ids.toString();
    }
    if (Option.get(parsed, "--json", false) || format.equals("json")) {
      return json(vms);
    }
    return format.equals("table")
        ? table(vms, Instant.now())
        : lines(new Template(format), vms, Instant.now());
  }

  static String json(List<Vms.Located> vms) {
    return Json.of(json -> {
      json.writeStartArray();
      for (Vms.Located located : vms) {
        String machine = located.machine().map(m -> m.arch().debianName()).orElse("");
        located.vm().write(json, machine);
      }
      json.writeEndArray();
    });
  }

  static String lines(Template template, List<Vms.Located> vms, Instant now) throws UsageException {
    List<List<String>> rows = new ArrayList<>();
    if (template.isTable()) {
      rows.add(List.of(template.header().split("\t", -1)));
    }
    StringBuilder lines = new StringBuilder();
    for (Vms.Located located : vms) {
      String line = template.line(VmFields.of(located, now));
      rows.add(List.of(line.split("\t", -1)));
      lines.append(line).append('\n');
    }
    return template.isTable() ? Table.of(rows) : lines.toString();
  }

  private static String table(List<Vms.Located> vms, Instant now) {
    List<List<String>> rows = new ArrayList<>(List.of(HEADER));
    for (Vms.Located located : vms) {
      VmRecord vm = located.vm();
      rows.add(
          List.of(
              vm.name(),
              vm.id(),
              VmFields.state(vm),
              vm.image(),
              Integer.toString(vm.cpus()),
              vm.memoryMib() + "M",
              vm.isLiving() ? up(vm, now) : "-",
              located.machine().map(m -> m.arch().debianName()).orElse("-"),
              vm.isLiving() ? Long.toString(vm.process().pid()) : "-",
              vm.isLiving() ? vm.life().terms().ports() : ""));
    }
    return Table.of(rows);
  }

  private static String up(VmRecord vm, Instant now) {
    return VmFields.age(Duration.between(vm.life().started().orElse(vm.created()), now));
  }
}
