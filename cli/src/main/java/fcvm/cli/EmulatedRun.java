package fcvm.cli;

import fcvm.agent.protocol.InnerFcvm;
import fcvm.container.ContainerException;
import fcvm.container.GuestFiles;
import fcvm.container.KernelFile;
import fcvm.container.RunOptions;
import fcvm.container.Timings;
import fcvm.container.image.GuestImage;
import fcvm.container.image.PullOptions;
import fcvm.linux.Arch;
import fcvm.machine.Machine;
import fcvm.provision.Dirs;
import fcvm.provision.Provision;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// `podman run` in the emulated machine: everything that takes long is prepared here, where there
/// are a network and a terminal for it, then the same command runs there.
final class EmulatedRun {
  private final RunOptions options;
  private final PullOptions pull;
  private final Invocation invocation;
  private final Timings timings;
  private final boolean timed;
  private final String innerReport =
      "/run/fcvm-timings-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());

  /// @param timed whether the phases in the machine are asked for
  EmulatedRun(
      RunOptions options, PullOptions pull, Invocation invocation, Timings timings, boolean timed) {
    this.options = options;
    this.pull = pull;
    this.invocation = invocation;
    this.timings = timings;
    this.timed = timed;
  }

  int run(Placement.Emulated where) throws Exception {
    where.tell(invocation);
    Dirs dirs = invocation.dirs();
    Provision provision = new Provision(dirs, invocation.progress());
    Machine machine = new Machine(where.arch(), provision, dirs);
    Duration time = options.life().terms().stopTimeout().orElse(Duration.ZERO);
    Forward forward = new Forward(invocation, options.interactive(), options.tty(), time);
    int code;
    // Before the terminal becomes raw, because the first time there is progress to show on it.
    try (GuestImage image = image(where.arch());
        PluggedVolumes volumes = new PluggedVolumes(options.volumes());
        ForwardedPorts ports = new ForwardedPorts(options.network())) {
      code =
          forward.run(
              () -> {
                timings.phase("artifacts");
                variables(where.arch(), image).forEach(forward::variable);
                timings.phase("machine_start");
                machine.start(invocation.progress());
                timings.phase("volumes");
                volumes.plug(machine);
                ports.forward(machine);
                timings.phase("machine_run");
                return machine;
              },
              () -> Forward.fcvm(invocation, arguments(volumes, ports)));
      timings.phase("volumes_end");
    }
    timings.phase("end");
    if (timed) {
      merge(machine);
    }
    return code;
  }

  /// The image, in the store and held there until it is closed.
  GuestImage image(Arch arch) throws IOException, ContainerException {
    return ImageFlags.store(invocation).resolve(options.image(), arch, pull);
  }

  /// The environment of the command there.
  Map<String, String> variables(Arch arch, GuestImage image)
      throws IOException, ContainerException {
    Map<String, String> variables = new LinkedHashMap<>();
    NetworkFlags.proxies(invocation).forEach((name, value) -> variables.put(name, Raw.of(value)));
    variables.put(GuestFiles.VARIABLE, files(arch, image));
    return variables;
  }

  /// What the VM boots, prepared here, so that nothing has to be looked for in the machine.
  String files(Arch arch, GuestImage image) throws IOException, ContainerException {
    Dirs dirs = invocation.dirs();
    Optional<Path> kernel = RunCommand.kernel(options.kernel(), invocation, arch);
    if (kernel.isPresent()) {
      kernel = Optional.of(KernelFile.share(kernel.get(), dirs.data()));
    }
    return Raw.of(
        GuestFiles.of(new Provision(dirs, invocation.progress()), arch, kernel)
            .with(image)
            .line(dirs.data(), Path.of(InnerFcvm.DATA_DIR)));
  }

  /// The options as arguments again; what means something on this side is translated.
  List<String> arguments(PluggedVolumes volumes, ForwardedPorts ports) {
    List<String> arguments = new ArrayList<>(List.of("podman", "run"));
    options.name().ifPresent(name -> option(arguments, "--name", Raw.of(name)));
    option(arguments, "--cpus", Integer.toString(options.cpus()));
    option(arguments, "--mem", Integer.toString(options.memoryMib()));
    for (byte[] variable : options.environment()) {
      option(arguments, "--env", raw(variable));
    }
    options.workingDirectory().ifPresent(dir -> option(arguments, "--workdir", raw(dir)));
    options.user().ifPresent(user -> option(arguments, "--user", Raw.of(user)));
    options.entrypoint().ifPresent(entry -> option(arguments, "--entrypoint", raw(entry)));
    option(arguments, "--pid", options.pid().toString());
    if (!options.hostname().isEmpty()) {
      option(arguments, "--hostname", Raw.of(options.hostname()));
    }
    if (!options.kernel().arguments().isEmpty()) {
      option(arguments, "--kernel-args", Raw.of(options.kernel().arguments()));
    }
    arguments.addAll(NetworkFlags.arguments(ports.there()));
    flag(arguments, "--interactive", options.interactive());
    flag(arguments, "--tty", options.tty());
    flag(arguments, "--nested=" + options.nesting(), options.nesting().isOn());
    flag(arguments, "--privileged", options.privileged());
    arguments.addAll(LifeFlags.arguments(options.life()));
    options.passed().forEach(passed -> arguments.add(raw(passed)));
    volumes.arguments().forEach(volume -> option(arguments, "--volume", Raw.of(volume)));
    if (timed) {
      option(arguments, "--timings", innerReport);
    }
    arguments.add("--");
    arguments.add(Raw.of(options.image()));
    options.command().forEach(argument -> arguments.add(raw(argument)));
    return arguments;
  }

  private static void option(List<String> arguments, String name, String value) {
    arguments.add(name);
    arguments.add(value);
  }

  private static void flag(List<String> arguments, String name, boolean isOn) {
    if (isOn) {
      arguments.add(name);
    }
  }

  private static String raw(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  // The phases there, beside those here that they explain.
  private void merge(Machine machine) {
    try {
      String json = Machines.output(machine, List.of("cat", innerReport));
      Machines.exec(
          machine,
          List.of("rm", "-f", innerReport),
          OutputStream.nullOutputStream(),
          OutputStream.nullOutputStream());
      read(json);
    } catch (IOException | JacksonException e) {
      invocation.warnings().accept("no timings from the machine: " + e.getMessage());
    }
  }

  private void read(String json) {
    try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), json)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        timings.add("machine." + name, parser.getDoubleValue());
      }
    }
  }
}
