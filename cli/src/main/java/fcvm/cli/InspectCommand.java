package fcvm.cli;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm inspect`.
final class InspectCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage().customSynopsis("fcvm inspect [OPTIONS] VM...");
    spec.addOption(
            Option.value(
                "FORMAT", "json, or a template of fields, as in {{.Status}}.", "-f", "--format"))
        .addPositional(Option.trailing(0, "1..*", "VM", "Names of VMs, or how their ids begin."));
  }

  @Override
  public int run(ParseResult parsed, Invocation invocation) throws Exception {
    List<Vms.Located> all = Vms.all(invocation, true);
    List<Vms.Located> meant = new ArrayList<>();
    for (String name : Option.get(parsed, 0, List.<String>of())) {
      meant.add(Vms.one(all, Raw.text(name)));
    }
    String format = Raw.text(Option.get(parsed, "--format", "json"));
    invocation
        .streams()
        .print(
            format.equals("json")
                ? ListCommand.json(meant)
                : ListCommand.lines(new Template(format), meant, Instant.now()));
    return 0;
  }
}
