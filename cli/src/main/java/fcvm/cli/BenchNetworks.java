package fcvm.cli;

import fcvm.bench.NetworkPrograms;
import fcvm.bench.NetworkReport;
import fcvm.bench.NetworkTimes;
import fcvm.bench.NetworksBench;
import fcvm.container.GuestFiles;
import fcvm.container.net.NetworkMode;
import fcvm.container.net.NetworkOptions;
import fcvm.linux.Arch;
import fcvm.provision.Provision;
import fcvm.provision.ToolTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

  private static final int WARM_UP = 10;
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
            Option.value(
                "N",
                "Seconds of each row's work that do not count, since what is compiled while it runs"
                    + " is slow at first (default: "
                    + WARM_UP
                    + ").",
                "--warmup"))
        .addOption(
            Option.value("N", "How often each guest boots (default: " + PASSES + ").", "--passes"))
        .addOption(Option.flag("As one JSON object.", "--json"));
  }

  @Override
  public int run(ParseResult parsed, Invocation invocation) throws Exception {
    NetworkTimes times =
        new NetworkTimes(
            number(parsed, "--warmup", WARM_UP, 0),
            number(parsed, "--seconds", SECONDS, 1),
            number(parsed, "--passes", PASSES, 1));
    boolean json = Option.get(parsed, "--json", false);
    return switch (Placement.of(invocation)) {
      case Placement.Local _ -> Interruptible.run(() -> local(times, json, invocation));
      case Placement.Emulated where -> emulated(where, times, json, invocation);
    };
  }

  private static int number(ParseResult parsed, String option, int otherwise, int least)
      throws UsageException {
    String text = Option.get(parsed, option, Integer.toString(otherwise));
    int number = text.matches("\\d{1,4}") ? Integer.parseInt(text) : -1;
    if (number < least || number > MOST) {
      throw new UsageException(
          "%s: %d to %d, not '%s'".formatted(option, least, MOST, Raw.text(text)));
    }
    return number;
  }

  private static int local(NetworkTimes times, boolean json, Invocation invocation)
      throws Exception {
    NetworkReport report =
        new NetworksBench(
                times,
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
    NetworkOptions rootless = NetworkOptions.of(NetworkMode.ROOTLESS);
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
      Placement.Emulated where, NetworkTimes times, boolean json, Invocation invocation)
      throws Exception {
    EmulatedWork work = new EmulatedWork(where, invocation);
    Provision provision = work.provision();
    Arch arch = work.arch();
    return work.run(
        List.of("bench", "net"),
        arguments(times, json),
        () ->
            Map.of(
                GuestFiles.VARIABLE,
                work.there(GuestFiles.of(provision, arch, Optional.empty())),
                BenchVolumes.TOOLS,
                work.there(provision.tools(arch).root()),
                IPERF_TREE,
                work.there(provision.packages(arch, IPERF)),
                IPERF_IMAGE,
                work.there(provision.packagesImage(arch, IPERF))));
  }

  private static List<String> arguments(NetworkTimes times, boolean json) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--warmup",
                Integer.toString(times.warmUp()),
                "--seconds",
                Integer.toString(times.seconds()),
                "--passes",
                Integer.toString(times.passes())));
    if (json) {
      arguments.add("--json");
    }
    return arguments;
  }
}
