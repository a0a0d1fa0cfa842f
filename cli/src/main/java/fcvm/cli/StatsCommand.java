package fcvm.cli;

import fcvm.container.VmRecord;
import fcvm.container.VmUsage;
import fcvm.linux.Arch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm stats`.
final class StatsCommand implements Command {
  private static final List<String> HEADER =
      List.of("ID", "NAME", "CPU", "MEM", "LIMIT", "MEM%", "THREADS", "TIME");

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .customSynopsis("fcvm stats [OPTIONS] [VM...]")
        .footer("", "What each VM uses of the computer that it runs on; CPU is of one processor.");
    spec.addOption(Option.flag("Once, instead of again and again.", "--no-stream"))
        .addOption(Option.value("SECONDS", "Time between two looks (default: 2).", "--interval"))
        .addOption(Option.choice("How to show it.", List.of("table", "json"), "--format"))
        .addPositional(Option.trailing(0, "0..*", "VM", "Names of VMs, or how their ids begin."));
  }

  @Override
  public int run(ParseResult parsed, Invocation invocation) throws Exception {
    String interval = Option.get(parsed, "--interval", "2");
    if (!interval.matches("[1-9]\\d{0,4}")) {
      throw new UsageException("--interval: seconds, not '" + Raw.text(interval) + "'");
    }
    List<Vms.Located> all = Vms.all(invocation);
    List<Vms.Located> meant = new ArrayList<>();
    for (String name : Option.get(parsed, 0, List.<String>of())) {
      meant.add(Vms.one(all, Raw.text(name)));
    }
    meant = meant.isEmpty() ? all : meant;
    Optional<Vms.Located> elsewhere =
        meant.stream().filter(located -> located.machine().isPresent()).findFirst();
    if (elsewhere.isPresent()) {
      return forward(elsewhere.get(), meant, parsed, invocation);
    }
    List<VmRecord> vms = meant.stream().map(Vms.Located::vm).toList();
    boolean stream = !Option.get(parsed, "--no-stream", false);
    boolean json = Option.get(parsed, "--format", "table").equals("json");
    return Interruptible.run(() -> {
      do {
        List<List<String>> rows = rows(vms, Long.parseLong(interval) * 1000);
        invocation.streams().print(json ? Table.json(rows) : Table.of(rows));
        if (rows.size() == 1) {
          return 0; // none is left
        }
      } while (stream);
      return 0;
    });
  }

  private static int forward(
      Vms.Located one, List<Vms.Located> meant, ParseResult parsed, Invocation invocation)
      throws Exception {
    List<String> command = new ArrayList<>(List.of("stats"));
    command.addAll(Arguments.options(parsed, Set.of()));
    command.add("--");
    Arch arch = one.machine().orElseThrow().arch();
    List<String> there =
        meant.stream()
            .filter(located -> located.machine().filter(m -> m.arch() == arch).isPresent())
            .map(located -> located.vm().id())
            .toList();
    command.addAll(there);
    if (there.size() < meant.size()) {
      invocation
          .streams()
          .say(
              "Only VMs of the emulated %s machine are shown; the others are elsewhere: fcvm ps"
                  .formatted(arch.debianName()));
    }
    return new Forward(invocation, false, false)
        .run(one.machine()::orElseThrow, Forward.fcvm(invocation, command));
  }

  private static List<List<String>> rows(List<VmRecord> vms, long millis)
      throws InterruptedException {
    long start = System.nanoTime();
    Map<VmRecord, VmUsage> before = look(vms);
    Thread.sleep(millis);
    long nanos = System.nanoTime() - start;
    List<List<String>> rows = new ArrayList<>(List.of(HEADER));
    look(vms)
        .forEach((vm, now) -> {
          VmUsage then = before.get(vm);
          if (then != null) {
            rows.add(row(vm, then, now, nanos));
          }
        });
    return rows;
  }

  private static List<String> row(VmRecord vm, VmUsage then, VmUsage now, long nanos) {
    long limit = (long) vm.memoryMib() << 20;
    return List.of(
        vm.id(),
        vm.name(),
        String.format(Locale.ROOT, "%.1f%%", now.percentSince(then, nanos)),
        ByteSize.text(now.memoryBytes()),
        ByteSize.text(limit),
        String.format(Locale.ROOT, "%.1f%%", 100.0 * now.memoryBytes() / limit),
        Integer.toString(now.threads()),
        String.format(Locale.ROOT, "%.1fs", now.cpuMillis() / 1000.0));
  }

  // Without those that have ended.
  private static Map<VmRecord, VmUsage> look(List<VmRecord> vms) {
    Map<VmRecord, VmUsage> usage = new LinkedHashMap<>();
    for (VmRecord vm : vms) {
      look(vm).ifPresent(its -> usage.put(vm, its));
    }
    return usage;
  }

  private static Optional<VmUsage> look(VmRecord vm) {
    try {
      return Optional.of(VmUsage.of(vm));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
