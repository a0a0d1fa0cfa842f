package fcvm.cli;

import fcvm.container.GuestFiles;
import fcvm.container.InnerFiles;
import fcvm.container.KernelChoice;
import fcvm.container.KernelFile;
import fcvm.container.MemorySize;
import fcvm.container.RunOptions;
import fcvm.container.inception.Inception;
import fcvm.container.inception.InceptionOptions;
import fcvm.container.inception.InceptionReport;
import fcvm.linux.Arch;
import fcvm.provision.Dirs;
import fcvm.provision.KernelProfile;
import fcvm.provision.Provision;
import fcvm.vmm.Nesting;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm inception`.
final class InceptionCommand implements Command {
  private static final int DEPTH = 2;
  private static final int INNER_CPUS = 1;
  private static final int INNER_MEMORY_MIB = 512;
  private static final String IMAGE = "localhost/busybox";

  /// What the innermost container says where nothing else was asked for.
  private static final String GREETING =
      "echo \"Hello from a container in $1 microVMs: Linux $(uname -r) $(uname -m)\"";

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .customSynopsis("fcvm inception [OPTIONS] [IMAGE [COMMAND [ARG...]]]")
        .footer(
            "",
            "A microVM, in whose guest this same program runs the next one, and so on; the innermost"
                + " runs the container. Prints what each level is, then the container's output. Exit"
                + " code: the container's.");
    spec.addOption(Option.value("N", "How many microVMs (default: " + DEPTH + ").", "--depth"))
        .addOption(
            Option.choice(
                "What hypervisors the guests are: vhe, the default, or nvhe (arm64 only).",
                Nesting.modes(),
                "--mode"))
        .addOption(
            Option.value(
                "N",
                "Virtual CPUs of all guests but the innermost (default: " + RunOptions.CPUS + ").",
                "--cpus"))
        .addOption(
            Option.value(
                "N",
                "Virtual CPUs of the innermost guest (default: " + INNER_CPUS + ").",
                "--inner-cpus"))
        .addOption(
            Option.value(
                "SIZE",
                "Memory of the innermost guest (default: " + INNER_MEMORY_MIB + "m).",
                "--mem"))
        .addOption(Option.value("PATH", "Boot this kernel at all levels.", "--kernel"))
        .addOption(
            Option.flag(
                "Boot Debian's kernel at all levels: nothing to build, but slower.",
                "--debian-kernel"))
        .addOption(Option.flag("As one JSON object.", "--json"))
        .addOption(Option.hidden("N", "--level"))
        .addPositional(Option.trailing(0, "0..*", "IMAGE", "Image, command and arguments."));
    Option.stopAtFirstArgument(spec);
  }

  @Override
  public int run(ParseResult parsed, Invocation invocation) throws Exception {
    InceptionOptions options = options(parsed);
    boolean json = Option.get(parsed, "--json", false);
    return switch (Placement.of(invocation, options.nextNesting())) {
      case Placement.Local _ -> Interruptible.run(() -> local(options, json, parsed, invocation));
      case Placement.Emulated where -> emulated(where, options, json, parsed, invocation);
    };
  }

  private static InceptionOptions options(ParseResult parsed) throws Exception {
    int depth = number(parsed, "--depth", DEPTH, 1, InceptionOptions.MAX_DEPTH);
    List<String> words = Option.get(parsed, 0, List.of());
    String image = words.isEmpty() ? IMAGE : Raw.text(words.getFirst());
    List<String> command = words.size() > 1 ? words.subList(1, words.size()) : List.of();
    int level = number(parsed, "--level", 0, 0, InceptionOptions.MAX_DEPTH);
    if (words.isEmpty()) {
      command = List.of("sh", "-c", GREETING, "sh", Integer.toString(level + depth));
    }
    Nesting mode = NestedOption.mode("--mode", Option.get(parsed, "--mode", "vhe"));
    if (mode == Nesting.NVHE && depth > 2) {
      throw new UsageException("--mode nvhe: such a guest's guests cannot have guests: --depth 2");
    }
    int most = fcvm.vmm.VmConfig.Machine.MAX_VCPUS;
    return new InceptionOptions(
        level,
        depth,
        mode,
        number(parsed, "--cpus", RunOptions.CPUS, 1, most),
        number(parsed, "--inner-cpus", INNER_CPUS, 1, most),
        MemorySize.parseMib(Raw.text(Option.get(parsed, "--mem", INNER_MEMORY_MIB + "m"))),
        image,
        Raw.bytes(command));
  }

  private static int number(ParseResult parsed, String option, int otherwise, int least, int most)
      throws UsageException {
    Optional<String> text = Option.find(parsed, option);
    if (text.isEmpty()) {
      return otherwise;
    }
    int number = text.get().matches("\\d{1,4}") ? Integer.parseInt(text.get()) : -1;
    if (number < least || number > most) {
      throw new UsageException(
          "%s: %d to %d, not '%s'".formatted(option, least, most, Raw.text(text.get())));
    }
    return number;
  }

  private static KernelChoice kernel(ParseResult parsed) throws Exception {
    Optional<Path> path = Option.find(parsed, "--kernel").map(file -> Path.of(Raw.text(file)));
    boolean debian = Option.get(parsed, "--debian-kernel", false);
    if (path.isPresent() && debian) {
      throw new UsageException("--kernel and --debian-kernel exclude each other");
    }
    return path.isPresent()
        ? new KernelChoice(Optional.of(KernelFile.check(path.get())), Optional.empty(), "")
        : debian
            ? KernelChoice.USUAL
            : new KernelChoice(Optional.empty(), Optional.of(KernelProfile.NESTED), "");
  }

  private static GuestFiles files(Arch arch, ParseResult parsed, Invocation invocation)
      throws Exception {
    Dirs dirs = invocation.dirs();
    Optional<Path> kernel = RunCommand.kernel(kernel(parsed), invocation, arch);
    if (kernel.isPresent()) {
      kernel = Optional.of(KernelFile.share(kernel.get(), dirs.data()));
    }
    return GuestFiles.of(new Provision(dirs, invocation.progress()), arch, kernel);
  }

  private static int local(
      InceptionOptions options, boolean json, ParseResult parsed, Invocation invocation)
      throws Exception {
    Dirs dirs = invocation.dirs();
    Provision provision = new Provision(dirs, invocation.progress());
    Optional<String> given = invocation.variable(GuestFiles.VARIABLE);
    GuestFiles files =
        given.isPresent()
            ? GuestFiles.parse(given.get())
            : files(Arch.current(), parsed, invocation);
    InceptionReport report =
        new Inception(
                options,
                files,
                new InnerFiles(provision.distribution(Arch.current()), files, dirs.data()),
                invocation.store(),
                invocation.progress(),
                invocation.streams().err(),
                invocation.globals().debug()
                    ? invocation.streams().err()
                    : OutputStream.nullOutputStream())
            .run();
    invocation
        .streams()
        .print(json ? Json.of(report::write) : Table.of(report.table()) + "\n" + report.output());
    return report.exitCode();
  }

  private static int emulated(
      Placement.Emulated where,
      InceptionOptions options,
      boolean json,
      ParseResult parsed,
      Invocation invocation)
      throws Exception {
    EmulatedWork work = new EmulatedWork(where, invocation);
    return work.run(
        List.of("inception"),
        arguments(options, json),
        () -> {
          GuestFiles files = files(work.arch(), parsed, invocation);
          return Map.of(GuestFiles.VARIABLE, work.there(files));
        });
  }

  private static List<String> arguments(InceptionOptions options, boolean json) {
    List<String> arguments = new ArrayList<>();
    if (json) {
      arguments.add("--json");
    }
    options.arguments().forEach(argument -> arguments.add(raw(argument)));
    return arguments;
  }

  private static String raw(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
