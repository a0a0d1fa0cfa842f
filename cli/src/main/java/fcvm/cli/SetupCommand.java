package fcvm.cli;

import fcvm.linux.Arch;
import fcvm.provision.Provision;
import fcvm.provision.Setup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm setup`.
final class SetupCommand implements Command {
  private static final long MIB = 1 << 20;

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .customSynopsis("fcvm setup [OPTIONS]")
        .footer(
            "",
            "A run does the same when something is missing. With --arch, everything for the"
                + " emulated machine of that architecture is prepared.");
  }

  @Override
  public int run(ParseResult parsed, Invocation invocation) throws Exception {
    return Interruptible.run(() -> setup(invocation));
  }

  private static int setup(Invocation invocation) throws IOException {
    Provision provision = new Provision(invocation.dirs(), invocation.progress());
    Placement placement = Placement.of(invocation);
    Arch arch = placement instanceof Placement.Emulated where ? where.arch() : Arch.current();
    Map<String, Long> sizes = new Setup(provision).run(arch);
    if (placement instanceof Placement.Emulated) {
      provision.distribution(arch);
    }
    List<List<String>> rows = new ArrayList<>();
    sizes.forEach((what, bytes) -> rows.add(List.of(what, (bytes + MIB - 1) / MIB + " MiB")));
    invocation.streams().print(Table.of(rows));
    return 0;
  }
}
