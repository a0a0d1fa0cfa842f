package fcvm.cli;

import fcvm.agent.bench.Row;
import fcvm.bench.BenchOptions;
import fcvm.bench.Report;
import fcvm.bench.Versions;
import fcvm.bench.VolumesBench;
import fcvm.container.GuestFiles;
import fcvm.container.RunOptions;
import fcvm.linux.Arch;
import fcvm.provision.Dirs;
import fcvm.provision.Provision;
import fcvm.provision.ToolTree;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm bench volumes`.
final class BenchVolumes implements Command {
  /// Tells a bench in the machine where QEMU and virtiofsd are.
  static final String TOOLS = "FCVM_BENCH_TOOLS";

  /// Tells it which QEMU emulates the machine.
  private static final String EMULATOR = "FCVM_BENCH_EMULATOR";

  private static final int WARM_UP = 10;
  private static final int ROUNDS = 3;
  private static final int PASSES = 1;

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .customSynopsis("fcvm bench volumes [OPTIONS]")
        .footer(
            "",
            "The same work on a guest's own disk, on a directory of the host by fcvm's virtio-fs, and"
                + " on one by virtiofsd in a guest of QEMU's. Takes some minutes. Exit code: 1 if"
                + " something could not be measured.");
    spec.addOption(
            Option.value(
                "SECONDS",
                "Each row's work on each file system before it is measured, at least: it goes on"
                    + " while it gets faster (default: "
                    + WARM_UP
                    + ").",
                "--warmup"))
        .addOption(Option.value("N", "Rounds of each row (default: " + ROUNDS + ").", "--rounds"))
        .addOption(
            Option.value("N", "How often each guest boots (default: " + PASSES + ").", "--passes"))
        .addOption(
            Option.value("ROW,...", "Only these rows: " + keys(Row.values()) + ".", "--rows"))
        .addOption(Option.flag("As one JSON object.", "--json"));
  }

  @Override
  public int run(ParseResult parsed, Invocation invocation) throws Exception {
    BenchOptions options =
        new BenchOptions(
            RunOptions.CPUS,
            RunOptions.MEMORY_MIB,
            number(parsed, "--warmup", WARM_UP, 0),
            number(parsed, "--rounds", ROUNDS, 1),
            number(parsed, "--passes", PASSES, 1),
            rows(parsed));
    boolean json = Option.get(parsed, "--json", false);
    return switch (Placement.of(invocation)) {
      case Placement.Local _ -> Interruptible.run(() -> local(options, json, invocation));
      case Placement.Emulated where -> emulated(where, options, json, invocation);
    };
  }

  private static int number(ParseResult parsed, String option, int otherwise, int least)
      throws UsageException {
    String text = Option.get(parsed, option, Integer.toString(otherwise));
    int number = text.matches("\\d{1,4}") ? Integer.parseInt(text) : -1;
    if (number < least || number > BenchOptions.MOST) {
      throw new UsageException(
          "%s: %d to %d, not '%s'".formatted(option, least, BenchOptions.MOST, Raw.text(text)));
    }
    return number;
  }

  private static List<Row> rows(ParseResult parsed) throws UsageException {
    Optional<String> keys = Option.find(parsed, "--rows");
    if (keys.isEmpty()) {
      return List.of(Row.values());
    }
    List<Row> rows = new ArrayList<>();
    for (String key : keys.get().split(",", -1)) {
      rows.add(
          Row.of(key)
              .orElseThrow(() ->
                  new UsageException(
                      "--rows: there is no row '"
                          + Raw.text(key)
                          + "', but "
                          + keys(Row.values()))));
    }
    return rows;
  }

  private static String keys(Row... rows) {
    return Arrays.stream(rows).map(Row::key).collect(Collectors.joining(", "));
  }

  private static int local(BenchOptions options, boolean json, Invocation invocation)
      throws Exception {
    Dirs dirs = invocation.dirs();
    Provision provision = new Provision(dirs, invocation.progress());
    Optional<String> files = invocation.variable(GuestFiles.VARIABLE);
    Optional<String> root = invocation.variable(TOOLS);
    ToolTree tools =
        root.isPresent() ? new ToolTree(Path.of(root.get()), Arch.current()) : provision.tools();
    Report report =
        new VolumesBench(
                options,
                Versions.here(Version.number(), invocation.variable(EMULATOR), tools),
                files.isPresent()
                    ? GuestFiles.parse(files.get())
                    : GuestFiles.of(provision, Arch.current(), Optional.empty()),
                tools,
                dirs,
                invocation.progress(),
                invocation.warnings(),
                line -> {
                  if (invocation.globals().debug()) {
                    invocation.streams().say(line);
                  }
                })
            .run();
    invocation
        .streams()
        .print(
            json
                ? Json.of(report::write)
                : Table.of(report.head()) + "\n" + Table.of(report.table()));
    return report.isComplete() ? 0 : 1;
  }

  private static int emulated(
      Placement.Emulated where, BenchOptions options, boolean json, Invocation invocation)
      throws Exception {
    EmulatedWork work = new EmulatedWork(where, invocation);
    Provision provision = work.provision();
    Arch arch = work.arch();
    return work.run(
        List.of("bench", "volumes"),
        arguments(options, json),
        () ->
            Map.of(
                GuestFiles.VARIABLE,
                work.there(GuestFiles.of(provision, arch, Optional.empty())),
                EMULATOR,
                Raw.of(provision.tools().version("qemu-system-" + arch.kernelName())),
                TOOLS,
                work.there(provision.tools(arch).root())));
  }

  private static List<String> arguments(BenchOptions options, boolean json) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--warmup",
                Integer.toString(options.warmUp()),
                "--rounds",
                Integer.toString(options.rounds()),
                "--passes",
                Integer.toString(options.passes()),
                "--rows",
                options.rows().stream().map(Row::key).collect(Collectors.joining(","))));
    if (json) {
      arguments.add("--json");
    }
    return arguments;
  }
}
