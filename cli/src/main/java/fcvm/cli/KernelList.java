package fcvm.cli;

import fcvm.provision.BuiltKernel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm kernel list`.
final class KernelList implements Command {
  private static final long KIB = 1 << 10;

  private static final List<String> HEADER =
      List.of("NAME", "PROFILE", "VERSION", "ARCH", "SIZE", "AGE", "CURRENT");

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .customSynopsis("fcvm kernel list [--json]")
        .footer(
            "",
            "A kernel is current if it has the profile's options as this fcvm has them; runs use the"
                + " newest of those.");
    spec.addOption(Option.flag("As a JSON array.", "--json"));
  }

  @Override
  public int run(ParseResult parsed, Invocation invocation) throws Exception {
    List<List<String>> rows = new ArrayList<>(List.of(HEADER));
    for (BuiltKernel kernel : KernelOptions.kernels(invocation).list()) {
      rows.add(
          List.of(
              kernel.name(),
              kernel.profile(),
              kernel.version(),
              kernel.arch().toString(),
              (kernel.size() + KIB - 1) / KIB + "K",
              VmFields.age(Duration.between(kernel.built(), Instant.now())),
              kernel.isCurrent() ? "yes" : "no"));
    }
    invocation
        .streams()
        .print(Option.get(parsed, "--json", false) ? Table.json(rows) : Table.of(rows));
    return 0;
  }
}
