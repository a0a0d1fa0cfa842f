package fcvm.cli;

import fcvm.agent.protocol.InnerFcvm;
import fcvm.bench.NetworkPrograms;
import fcvm.bench.NetworkReport;
import fcvm.bench.NetworksBench;
import fcvm.container.GuestFiles;
import fcvm.container.net.NetworkMode;
import fcvm.container.net.NetworkOptions;
import fcvm.linux.Arch;
import fcvm.machine.Machine;
import fcvm.provision.Dirs;
import fcvm.provision.Provision;
import fcvm.provision.ToolTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm bench net`.
final class BenchNetworks implements Command {
  private static final List<String> IPERF = List.of("iperf3");

  /// Tell a bench in the machine where iperf3 and its image are; QEMU's place is
  /// [BenchVolumes#TOOLS].
  private static final String IPERF_TREE = "FCVM_BENCH_IPERF";

  private static final String IPERF_IMAGE = "FCVM_BENCH_IPERF_IMAGE";

  private static final int SECONDS = 5;
  private static final int PASSES = 1;
  private static final int MOST = 99;

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .customSynopsis("fcvm bench net [OPTIONS]")
        .footer(
            "",
            "iperf3 in a guest of fcvm's and in one of QEMU's, with passt and with a tap, against the"
                + " host. Takes some minutes, and root. Exit code: 1 if something could not be"
                + " measured.");
    spec.addOption(
            Option.value(
                "N", "Seconds of each throughput (default: " + SECONDS + ").", "--seconds"))
        .addOption(
            Option.value("N", "How often each guest boots (default: " + PASSES + ").", "--passes"))
        .addOption(Option.flag("As one JSON object.", "--json"));
  }

  @Override
  public int run(ParseResult parsed, Invocation invocation) throws Exception {
    int seconds = number(parsed, "--seconds", SECONDS);
    int passes = number(parsed, "--passes", PASSES);
    boolean json = Option.get(parsed, "--json", false);
    return switch (Placement.of(invocation)) {
      case Placement.Local _ -> Interruptible.run(() -> local(seconds, passes, json, invocation));
      case Placement.Emulated where -> emulated(where, seconds, passes, json, invocation);
    };
  }

  private static int number(ParseResult parsed, String option, int otherwise)
      throws UsageException {
    String text = Option.get(parsed, option, Integer.toString(otherwise));
    int number = text.matches("\\d{1,4}") ? Integer.parseInt(text) : 0;
    if (number < 1 || number > MOST) {
      throw new UsageException("%s: 1 to %d, not '%s'".formatted(option, MOST, Raw.text(text)));
    }
    return number;
  }

  private static int local(int seconds, int passes, boolean json, Invocation invocation)
      throws Exception {
    NetworkReport report =
        new NetworksBench(
                seconds,
                passes,
                programs(invocation),
                invocation.dirs(),
                invocation.progress(),
                invocation.warnings(),
                line -> {
                  if (invocation.globals().debug()) {
                    invocation.streams().say(line);
                  }
                })
            .run();
    invocation.streams().print(json ? Json.of(report::write) : Table.of(report.table()));
    return report.isComplete() ? 0 : 1;
  }

  private static NetworkPrograms programs(Invocation invocation) throws Exception {
    Arch arch = Arch.current();
    Optional<String> files = invocation.variable(GuestFiles.VARIABLE);
    NetworkOptions rootless =
        new NetworkOptions(NetworkMode.ROOTLESS, List.of(), List.of(), Optional.empty(), List.of());
    if (files.isPresent()) {
      return new NetworkPrograms(
          GuestFiles.parse(files.get()),
          new ToolTree(given(invocation, BenchVolumes.TOOLS), arch),
          new ToolTree(given(invocation, IPERF_TREE), arch),
          given(invocation, IPERF_IMAGE),
          NetworkFlags.passt(rootless, invocation));
    }
    Provision provision = new Provision(invocation.dirs(), invocation.progress());
    return new NetworkPrograms(
        GuestFiles.of(provision, arch, Optional.empty()),
        provision.tools(),
        new ToolTree(provision.packages(arch, IPERF), arch),
        provision.packagesImage(arch, IPERF),
        NetworkFlags.passt(rootless, invocation));
  }

  private static Path given(Invocation invocation, String variable) throws IOException {
    return Path.of(
        invocation
            .variable(variable)
            .orElseThrow(() -> new IOException("the variable " + variable + " is not set")));
  }

  private static int emulated(
      Placement.Emulated where, int seconds, int passes, boolean json, Invocation invocation)
      throws Exception {
    where.tell(invocation);
    Dirs dirs = invocation.dirs();
    Provision provision = new Provision(dirs, invocation.progress());
    Machine machine = new Machine(where.arch(), provision, dirs);
    Forward forward = new Forward(invocation, false, false);
    Globals.Mode progress = invocation.globals().progress();
    Globals.Mode shown = progress == Globals.Mode.AUTO ? Globals.Mode.PLAIN : progress;
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "bench",
                "net",
                "--progress",
                shown.name().toLowerCase(Locale.ROOT),
                "--seconds",
                Integer.toString(seconds),
                "--passes",
                Integer.toString(passes)));
    if (json) {
      arguments.add("--json");
    }
    return forward.run(
        () -> {
          Arch arch = where.arch();
          Path there = Path.of(InnerFcvm.DATA_DIR);
          GuestFiles files = GuestFiles.of(provision, arch, Optional.empty());
          forward.variable(GuestFiles.VARIABLE, Raw.of(files.line(dirs.data(), there)));
          give(forward, BenchVolumes.TOOLS, dirs, provision.tools(arch).root());
          give(forward, IPERF_TREE, dirs, provision.packages(arch, IPERF));
          give(forward, IPERF_IMAGE, dirs, provision.packagesImage(arch, IPERF));
          machine.start(invocation.progress());
          return machine;
        },
        Forward.fcvm(invocation, arguments));
  }

  /// Tells the machine where it has something of the data directory.
  private static void give(Forward forward, String variable, Dirs dirs, Path here) {
    Path there = Path.of(InnerFcvm.DATA_DIR).resolve(dirs.data().relativize(here));
    forward.variable(variable, Raw.of(there.toString()));
  }
}
