package fcvm.agent;

import fcvm.agent.protocol.RunPlan;
import fcvm.linux.Children;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The microVM's container, as the `podman run` that runs it.
///
/// The container's standard streams are podman's own (`--log-driver=passthrough`): no byte passes
/// through podman, conmon or a log file on its way. On a terminal podman itself moves the bytes,
/// between ours and the container's.
final class PodmanRun implements Command.Kind {
  /// Where the agent keeps small files of its own.
  static final Path DIRECTORY = Path.of("/run/fcvm");

  /// Where podman writes the container's id once it is created: on the disk, as the container.
  static final Path CONTAINER_ID = Path.of("/var/lib/fcvm-agent/container-id");

  /// Where podman writes it for whoever stops a container.
  private static final String STOP_SIGNAL = "org.opencontainers.image.stopSignal";

  private PodmanRun() {}

  /// The id of the container of this disk, which may have others.
  private static String made() throws IOException {
    String id = Files.exists(CONTAINER_ID) ? Files.readString(CONTAINER_ID).trim() : "";
    if (id.isEmpty()) {
      throw new IOException(
          "its container was never made, because the VM was ended before: remove it, and run anew");
    }
    return id;
  }

  /// @param environment what a program of the system gets
  /// @throws IOException if it is to be started again and was never made
  static Command command(RunPlan plan, List<byte[]> environment) throws IOException {
    List<byte[]> argv = new ArrayList<>();
    // Nobody reads events; and there is no systemd to make cgroups.
    add(argv, "podman", "--cgroup-manager=cgroupfs", "--events-backend=none");
    if (plan.again()) {
      return start(plan, environment, argv, made());
    }
    // No --rm: the whole disk goes with the guest, and removing takes time.
    add(argv, "run", "--network=host", "--cidfile=" + CONTAINER_ID);
    add(argv, plan.tty() ? "--log-driver=none" : "--log-driver=passthrough");
    if (!plan.name().isEmpty()) {
      add(argv, "--name=" + plan.name());
    }
    if (plan.interactive()) {
      add(argv, "--interactive");
    }
    if (plan.tty()) {
      add(argv, "--tty");
    }
    argv.addAll(plan.podmanArguments());
    add(argv, "--", plan.image());
    argv.addAll(plan.command());
    return command(plan, environment, argv);
  }

  // It keeps its own name, which may not be the VM's any more.
  private static Command start(
      RunPlan plan, List<byte[]> environment, List<byte[]> argv, String container) {
    add(argv, "start", "--attach");
    if (plan.interactive()) {
      add(argv, "--interactive");
    }
    add(argv, container);
    return command(plan, environment, argv);
  }

  private static Command command(RunPlan plan, List<byte[]> environment, List<byte[]> argv) {
    Environment entries = new Environment().putAll(environment);
    if (plan.tty()) {
      entries.put("TERM=xterm");
    }
    // There is no systemd to run health checks: the host asks for each.
    entries.put("DISABLE_HC_SYSTEMD=true");
    return new Command(
        argv,
        entries.entries(),
        new byte[] {'/'},
        plan.interactive(),
        plan.tty(),
        plan.size(),
        new PodmanRun());
  }

  private static void add(List<byte[]> argv, String... arguments) {
    for (String argument : arguments) {
      argv.add(argument.getBytes(StandardCharsets.UTF_8));
    }
  }

  /// Podman passes signals on to the container (`--sig-proxy`).
  @Override
  public void signal(Child child, Streams streams, int number) {
    child.signal(number);
  }

  /// The image's, or what `--stop-signal` said.
  @Override
  public int stopSignal() {
    try {
      String id = ContainerTarget.started();
      if (id != null) {
        return stopSignal(ContainerTarget.configuration(id));
      }
    } catch (IOException e) {
      System.err.println("looking for the container's stop signal: " + e);
    }
    return Children.SIGTERM;
  }

  static int stopSignal(String configuration) {
    String number = new JsonStrings(configuration).value(STOP_SIGNAL);
    return number.matches("[1-9][0-9]?") ? Integer.parseInt(number) : Children.SIGTERM;
  }

  // The container does not end with podman, but nobody kills podman without ending the guest.
  @Override
  public void kill(Child child, Streams streams) {
    child.signal(Children.SIGKILL);
  }

  @Override
  public int outcome(int code) {
    return code;
  }
}
