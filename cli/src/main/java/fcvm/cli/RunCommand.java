package fcvm.cli;

import fcvm.container.ContainerException;
import fcvm.container.ContainerRun;
import fcvm.container.GuestFiles;
import fcvm.container.InnerFiles;
import fcvm.container.KernelChoice;
import fcvm.container.KernelFile;
import fcvm.container.MemorySize;
import fcvm.container.PidMode;
import fcvm.container.RunOptions;
import fcvm.container.RunStreams;
import fcvm.container.ShellWords;
import fcvm.container.Timings;
import fcvm.container.VmName;
import fcvm.container.Volume;
import fcvm.container.image.GuestImage;
import fcvm.container.image.PullOptions;
import fcvm.container.net.NetworkOptions;
import fcvm.linux.Arch;
import fcvm.linux.IoReason;
import fcvm.provision.Dirs;
import fcvm.provision.KernelProfile;
import fcvm.provision.Provision;
import fcvm.vmm.VmConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm podman run`.
final class RunCommand implements Command {
  private static final String KERNEL_PROFILE = "--kernel-profile";

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .customSynopsis("fcvm podman run [OPTIONS] IMAGE [COMMAND [ARG...]]")
        .footer(
            "",
            "Exit code: the container's own; 125 if fcvm or Podman failed, 126 if the command"
                + " cannot be invoked, 127 if it was not found, 128+n after signal n.",
            "",
            "Example: fcvm podman run --rm localhost/busybox echo \"Hello from a microVM\"");
    spec.addOption(
            Option.value(
                "NAME", "Name of the VM (default: one made up, such as quick_otter).", "--name"))
        .addOption(
            Option.value(
                "N", "Virtual CPUs (default: " + RunOptions.CPUS + ").", "--cpus", "--cpu"))
        .addOption(
            Option.value(
                "SIZE",
                "Memory in MiB, or with a unit as in 512m or 2g (default: "
                    + RunOptions.MEMORY_MIB
                    + ", minimum: "
                    + MemorySize.MINIMUM_MIB
                    + ").",
                "-m",
                "--memory",
                "--mem"))
        .addOption(
            Option.values(
                "NAME[=VALUE]",
                "Set a variable in the container; without a value, to what it is here.",
                "-e",
                "--env"))
        .addOption(
            Option.values(
                "HOST:CONTAINER[:OPTIONS]",
                "Give the container a directory or file of the host. Options: ro, writeback,"
                    + " attr_timeout=SECONDS, entry_timeout=SECONDS.",
                "-v",
                "--volume",
                "--map"))
        .addOption(Option.value("DIR", "Working directory in the container.", "-w", "--workdir"))
        .addOption(
            Option.value("USER[:GROUP]", "User, and group, in the container.", "-u", "--user"))
        .addOption(Option.value("COMMAND", "Replace the image's entrypoint.", "--entrypoint"))
        .addOption(
            Option.value("COMMAND", "The command as one string, split as a shell does.", "--cmd"))
        .addOption(
            Option.choice(
                "PID namespace: the VM's (default), or one of the container's own, for images whose"
                    + " command must be process 1.",
                PidMode.names(),
                "--pid"))
        .addOption(Option.value("NAME", "Host name (default: the VM's name).", "-h", "--hostname"));
    NetworkFlags.describe(spec);
    ImageFlags.describe(spec);
    spec.addOption(Option.flag("Pass standard input to the container.", "-i", "--interactive"))
        .addOption(Option.flag("Give the container a terminal.", "-t", "--tty"))
        .addOption(Option.value("PATH", "Boot this kernel.", "--kernel"))
        .addOption(
            Option.choice(
                "Boot the kernel of this profile, which is built if it is missing.",
                KernelProfile.names(),
                KERNEL_PROFILE))
        .addOption(Option.value("ARGS", "More arguments for the kernel.", "--kernel-args"))
        .addOption(NestedOption.describe("--nested"))
        .addOption(
            Option.flag(
                "Let the container do all that the VM's root may, with every device of the VM.",
                "--privileged"))
        .addOption(
            Option.value("FILE", "Write the milliseconds of each phase as JSON.", "--timings"))
        .addOption(Option.hidden("ID", Supervised.OPTION))
        .addOption(Option.hiddenFlag(HeldRun.OPTION));
    LifeFlags.describe(spec);
    Mounts.describe(spec);
    PassedOptions.describe(spec);
    spec.addPositional(Option.argument(0, "IMAGE", "Image to run."))
        .addPositional(
            Option.trailing(1, "0..*", "COMMAND", "Command and arguments, for the container."));
    Option.stopAtFirstArgument(spec);
  }

  @Override
  public int run(ParseResult parsed, Invocation invocation) throws Exception {
    double jvmStart = ProcessStart.millisAgo();
    Timings timings = new Timings(jvmStart, "parse");
    RunOptions options = options(parsed, invocation);
    PullOptions pull = ImageFlags.of(parsed);
    if (parsed.hasMatchedOption(Supervised.OPTION)) {
      return new Supervised(parsed, invocation).run(options);
    }
    Optional<Path> report = Option.find(parsed, "--timings").map(file -> Path.of(Raw.text(file)));
    if (report.isPresent()) {
      checkWritable(report.get());
    }
    timings.phase("preflight");
    Placement placement = Placement.of(invocation, options.nesting());
    try {
      return switch (placement) {
        case Placement.Local _ when options.life().detach() ->
            Interruptible.run(() -> detached(options, pull, parsed, invocation));
        case Placement.Local _ ->
            Interruptible.run(() -> local(options, pull, invocation, timings));
        case Placement.Emulated emulated ->
            emulated(
                new EmulatedRun(options, pull, invocation, timings, report.isPresent()),
                options,
                parsed,
                emulated,
                invocation);
      };
    } finally {
      if (report.isPresent()) {
        Files.writeString(report.get(), timings.json());
      }
    }
  }

  // Before the run, whose exit code a failure after it would hide.
  private static void checkWritable(Path report) throws UsageException {
    try {
      Files.writeString(report, "");
    } catch (IOException e) {
      throw new UsageException("--timings: " + IoReason.of(e));
    }
  }

  private static int local(
      RunOptions options, PullOptions pull, Invocation invocation, Timings timings)
      throws Exception {
    Foreground.checkTty(options.tty(), invocation);
    // Before the terminal becomes raw, because the first time there is progress to show on it.
    timings.phase("artifacts");
    GuestFiles files = files(options, invocation);
    try (GuestImage image = ImageFlags.resolve(options.image(), pull, files, invocation)) {
      return local(options, files.with(image), invocation, timings);
    }
  }

  private static int local(
      RunOptions options, GuestFiles files, Invocation invocation, Timings timings)
      throws Exception {
    Streams streams = invocation.streams();
    Foreground foreground = new Foreground(options.interactive(), options.tty());
    ContainerRun run =
        new ContainerRun(
            options,
            Foreground.window(),
            files,
            inner(options, files, invocation),
            NetworkFlags.passt(options.network(), invocation),
            invocation.store(),
            new RunStreams(
                streams.in(),
                streams.out(),
                streams.err(),
                invocation.globals().debug() ? streams.err() : OutputStream.nullOutputStream(),
                foreground::attach),
            timings);
    return foreground.run(run::signal, run::resize, run::run);
  }

  private static int detached(
      RunOptions options, PullOptions pull, ParseResult parsed, Invocation invocation)
      throws Exception {
    GuestFiles files = files(options, invocation);
    List<String> arguments =
        new ArrayList<>(
            NetworkFlags.passtArguments(NetworkFlags.passt(options.network(), invocation)));
    arguments.addAll(parsed.originalArgs());
    try (GuestImage image = ImageFlags.resolve(options.image(), pull, files, invocation)) {
      String line = files.with(image).line();
      invocation.streams().print(new Detached(invocation).start(arguments, "", "new", line) + "\n");
    }
    return 0;
  }

  private static int emulated(
      EmulatedRun run,
      RunOptions options,
      ParseResult parsed,
      Placement.Emulated where,
      Invocation invocation)
      throws Exception {
    if (!HeldRun.isNeeded(options)) {
      return run.run(where);
    }
    HeldRun held = new HeldRun(options, invocation, run, where);
    if (Option.get(parsed, HeldRun.OPTION, false)) {
      return held.hold();
    }
    where.tell(invocation);
    return Interruptible.run(() -> {
      invocation.streams().print(held.start(parsed.originalArgs()) + "\n");
      return 0;
    });
  }

  static Optional<InnerFiles> inner(RunOptions options, GuestFiles files, Invocation invocation)
      throws IOException {
    if (!options.nesting().isOn()) {
      return Optional.empty();
    }
    Dirs dirs = invocation.dirs();
    Provision provision = new Provision(dirs, invocation.progress());
    return Optional.of(new InnerFiles(provision.distribution(Arch.current()), files, dirs.data()));
  }

  static GuestFiles files(RunOptions options, Invocation invocation)
      throws IOException, ContainerException {
    Optional<String> given = invocation.variable(GuestFiles.VARIABLE);
    if (given.isPresent()) {
      return GuestFiles.parse(given.get());
    }
    Dirs dirs = invocation.dirs();
    Optional<Path> kernel = kernel(options.kernel(), invocation, Arch.current());
    if (kernel.isPresent() && options.nesting().isOn()) {
      // The guest's guests boot it, too, from the data directory.
      kernel = Optional.of(KernelFile.share(kernel.get(), dirs.data()));
    }
    return GuestFiles.of(new Provision(dirs, invocation.progress()), Arch.current(), kernel);
  }

  /// The kernel that was chosen, if one was.
  static Optional<Path> kernel(KernelChoice choice, Invocation invocation, Arch arch)
      throws IOException {
    return choice.profile().isPresent()
        ? Optional.of(KernelOptions.kernels(invocation).get(choice.profile().get(), arch))
        : choice.path();
  }

  static RunOptions options(ParseResult parsed, Invocation invocation)
      throws UsageException, ContainerException {
    List<String> command = Option.get(parsed, 1, List.of());
    Optional<String> cmd = Option.find(parsed, "--cmd");
    if (cmd.isPresent()) {
      command = cmd(cmd.get(), command);
    }
    Optional<String> name = text(parsed, "--name");
    if (name.isPresent()) {
      VmName.check(name.get());
    }
    Optional<Path> kernel = text(parsed, "--kernel").map(Path::of);
    Optional<KernelProfile> profile = KernelOptions.profile(parsed, KERNEL_PROFILE);
    if (kernel.isPresent() && profile.isPresent()) {
      throw new UsageException("--kernel and --kernel-profile exclude each other");
    }
    if (kernel.isPresent()) {
      KernelFile.check(kernel.get());
    }
    NetworkOptions network = NetworkFlags.of(parsed, invocation);
    return new RunOptions(
        image(Raw.text(Option.get(parsed, 0, ""))),
        Raw.bytes(command),
        name,
        cpus(Option.get(parsed, "--cpus", "")),
        memory(Option.get(parsed, "--mem", "")),
        Raw.bytes(PassedOptions.environment(parsed)),
        Option.find(parsed, "--workdir").map(Raw::bytes),
        text(parsed, "--user"),
        Option.find(parsed, "--entrypoint").map(Raw::bytes),
        pid(Option.get(parsed, "--pid", ""), Option.get(parsed, PassedOptions.INIT, false)),
        text(parsed, "--hostname").orElse(""),
        Option.get(parsed, "--interactive", false),
        Option.get(parsed, "--tty", false),
        volumes(parsed),
        network,
        new KernelChoice(kernel, profile, text(parsed, "--kernel-args").orElse("")),
        NestedOption.of(parsed, invocation),
        Option.get(parsed, "--privileged", false),
        Raw.bytes(PassedOptions.of(parsed)),
        LifeFlags.of(parsed, network.published()));
  }

  private static List<Volume> volumes(ParseResult parsed)
      throws UsageException, ContainerException {
    List<String> raw = new ArrayList<>(Option.get(parsed, "--volume", List.<String>of()));
    raw.addAll(Mounts.volumes(parsed));
    return Volume.parse(raw.stream().map(Raw::text).toList());
  }

  private static Optional<String> text(ParseResult parsed, String option) {
    return Option.find(parsed, option).map(Raw::text);
  }

  private static String image(String image) throws UsageException {
    if (image.isEmpty()) {
      throw new UsageException("the image's name is empty");
    }
    return image;
  }

  private static List<String> cmd(String cmd, List<String> trailing) throws UsageException {
    if (!trailing.isEmpty()) {
      throw new UsageException("--cmd and a command after the image exclude each other");
    }
    try {
      return ShellWords.split(cmd);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--cmd: " + Raw.text(String.valueOf(e.getMessage())));
    }
  }

  private static int cpus(String text) throws UsageException {
    int most = VmConfig.Machine.MAX_VCPUS;
    if (text.isEmpty()) {
      return RunOptions.CPUS;
    }
    if (!text.matches("\\d{1,4}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > most) {
      throw new UsageException("--cpus: 1 to " + most + ", not '" + Raw.text(text) + "'");
    }
    return Integer.parseInt(text);
  }

  // An init is process 1, and of the VM's processes that is the agent.
  private static PidMode pid(String text, boolean hasInit) throws UsageException {
    if (text.isEmpty()) {
      return hasInit ? PidMode.PRIVATE : PidMode.HOST;
    }
    Optional<PidMode> mode = PidMode.of(text);
    if (mode.isEmpty()) {
      throw new UsageException("--pid: host or private, not '" + Raw.text(text) + "'");
    }
    if (hasInit && mode.get() != PidMode.PRIVATE) {
      throw new UsageException(
          PassedOptions.INIT + " needs a PID namespace of the container's own: --pid private");
    }
    return mode.get();
  }

  private static int memory(String text) throws UsageException, ContainerException {
    return text.isEmpty() ? RunOptions.MEMORY_MIB : MemorySize.parseMib(Raw.text(text));
  }
}
