package fcvm.agent;

import fcvm.agent.protocol.ExecRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Commands in the microVM's container.
///
/// They are given to the OCI runtime itself, which takes environment, user and capabilities from
/// the container's configuration as Podman made it. `podman exec` would add three processes, most
/// of a second on slow computers, and no signals: those end with podman, not with the command. Only
/// user names need Podman, which looks them up in the container.
final class ContainerTarget implements Targets {
  private static final Path RUNTIME_STATE = Path.of("/run/crun");
  private static final long PATIENCE_NANOS = 60_000_000_000L;
  private static final int PAUSE_MILLIS = 20;

  private final List<byte[]> environment;
  private final AtomicLong made = new AtomicLong();

  /// @param environment what a program of the system gets
  ContainerTarget(List<byte[]> environment) {
    this.environment = environment;
  }

  @Override
  public Command command(ExecRequest request) throws CommandException {
    String container = awaitContainer();
    long number = made.getAndIncrement();
    ContainerExec exec =
        new ContainerExec(
            PodmanRun.DIRECTORY.resolve("exec-" + number + ".pid"),
            PodmanRun.DIRECTORY.resolve("exec-" + number + ".log"),
            request.tty());
    List<byte[]> argv = new ArrayList<>();
    boolean named = !isNumeric(request.user());
    // crun takes either the container's own variables or what it is given.
    List<byte[]> inherited = new ArrayList<>();
    if (named) {
      add(argv, "podman", "exec");
      addFlag(argv, request.interactive(), "--interactive");
      addOption(argv, "--workdir", request.workingDirectory());
    } else {
      String configuration = configured(container);
      add(inherited, new JsonStrings(configuration).array("env"));
      add(argv, ResourceLimits.prefix(configuration));
      add(argv, "crun", "--log=" + exec.log(), "--log-format=json", "exec");
      add(argv, "--pid-file=" + exec.pidFile());
      addOption(argv, "--cwd", request.workingDirectory());
    }
    addFlag(argv, request.tty(), "--tty");
    addOption(argv, "--user", request.user().getBytes(StandardCharsets.UTF_8));
    for (byte[] entry : variables(request, inherited)) {
      addOption(argv, "--env", entry);
    }
    add(argv, container);
    argv.addAll(request.argv());
    return new Command(
        argv,
        environment(request),
        new byte[] {'/'},
        request.interactive(),
        request.tty(),
        request.size(),
        named ? new SystemTarget.Group() : exec);
  }

  // A container that is being made is worth waiting for: its start is what the guest is there for.
  private static String awaitContainer() throws CommandException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    try {
      while (System.nanoTime() - deadline < 0) {
        String id = started();
        if (id != null) {
          return id;
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (IOException e) {
      throw new CommandException(CommandException.FAILED, "looking for the container: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new CommandException(CommandException.FAILED, "the container is not running");
  }

  /// The id of the container if it has been started and is not gone yet, or null.
  static @Nullable String started() throws IOException {
    if (!Files.exists(PodmanRun.CONTAINER_ID)) {
      return null;
    }
    String id = Files.readString(PodmanRun.CONTAINER_ID).trim();
    Path state = RUNTIME_STATE.resolve(id);
    // The fifo is what a created container waits at to be started.
    boolean runs =
        !id.isEmpty()
            && Files.exists(state.resolve("status"))
            && !Files.exists(state.resolve("exec.fifo"));
    return runs ? id : null;
  }

  /// The configuration of one that runs, as Podman made it for the OCI runtime.
  static String configuration(String container) throws IOException {
    return Files.readString(RUNTIME_STATE.resolve(container).resolve("config.json"));
  }

  private static String configured(String container) throws CommandException {
    try {
      return configuration(container);
    } catch (IOException e) {
      throw new CommandException(
          CommandException.FAILED, "reading the container's configuration: " + e);
    }
  }

  private static List<byte[]> variables(ExecRequest request, List<byte[]> inherited) {
    Environment entries = new Environment().putAll(inherited);
    if (request.tty()) {
      entries.put("TERM=xterm");
    }
    return entries.putAll(request.environment()).entries();
  }

  private List<byte[]> environment(ExecRequest request) {
    Environment entries = new Environment().putAll(environment);
    return request.tty() ? entries.put("TERM=xterm").entries() : entries.entries();
  }

  private static boolean isNumeric(String user) {
    for (int i = 0; i < user.length(); i++) {
      char c = user.charAt(i);
      if ((c < '0' || c > '9') && c != ':') {
        return false;
      }
    }
    return true;
  }

  private static void add(List<byte[]> argv, String... arguments) {
    add(argv, List.of(arguments));
  }

  private static void add(List<byte[]> argv, List<String> arguments) {
    for (String argument : arguments) {
      argv.add(argument.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void addFlag(List<byte[]> argv, boolean wanted, String flag) {
    if (wanted) {
      add(argv, flag);
    }
  }

  private static void addOption(List<byte[]> argv, String name, byte[] value) {
    if (value.length > 0) {
      add(argv, name);
      argv.add(value);
    }
  }
}
