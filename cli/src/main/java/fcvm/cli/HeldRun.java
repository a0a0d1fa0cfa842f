package fcvm.cli;

import fcvm.agent.protocol.WindowSize;
import fcvm.container.ContainerException;
import fcvm.container.RunOptions;
import fcvm.container.image.GuestImage;
import fcvm.linux.IoReason;
import fcvm.machine.Machine;
import fcvm.provision.Provision;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A detached run in the emulated machine that has something of this computer, volumes or published
/// ports: a process of its own holds them until the VM is removed or the machine stops.
final class HeldRun {
  /// The option that makes a run the process that holds.
  static final String OPTION = "--held";

  private final RunOptions options;
  private final Invocation invocation;
  private final EmulatedRun run;
  private final Machine machine;

  HeldRun(RunOptions options, Invocation invocation, EmulatedRun run, Placement.Emulated where)
      throws IOException {
    this.options = options;
    this.invocation = invocation;
    this.run = run;
    this.machine =
        new Machine(
            where.arch(),
            new Provision(invocation.dirs(), invocation.progress()),
            invocation.dirs());
  }

  /// Whether a run has anything to be held.
  static boolean isNeeded(RunOptions options) {
    return options.life().detach()
        && !(options.volumes().isEmpty() && options.network().published().isEmpty());
  }

  /// Starts the process that holds, after what takes long was done here, where progress is seen.
  ///
  /// @param arguments of `podman run`, raw
  /// @return the VM's id
  String start(List<String> arguments) throws IOException, ContainerException {
    try (GuestImage image = run.image(machine.arch())) {
      run.files(machine.arch(), image);
    }
    machine.start(invocation.progress());
    List<String> all = new ArrayList<>(List.of("--arch", machine.arch().debianName()));
    all.addAll(List.of("--progress", "none", "podman", "run", OPTION));
    all.addAll(arguments);
    return new Detached(invocation).spawn(all, Raw.environment(), "");
  }

  /// Is that process.
  int hold() throws IOException {
    ToParent parent = new ToParent(invocation.streams());
    try (GuestImage image = run.image(machine.arch());
        PluggedVolumes volumes = new PluggedVolumes(options.volumes());
        ForwardedPorts ports = new ForwardedPorts(options.network())) {
      volumes.plug(machine);
      ports.forward(machine);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ByteArrayOutputStream err = new ByteArrayOutputStream();
      Map<String, String> variables = run.variables(machine.arch(), image);
      int code = exec(run.arguments(volumes, ports), variables, out, err);
      if (code != 0) {
        parent.failed(code, text(err).replaceFirst("^Error: ", ""));
        return code;
      }
      String id = text(out);
      parent.started(id);
      OutputStream nobody = OutputStream.nullOutputStream();
      List<String> wait = List.of("wait", "--condition", "removed", id);
      return exec(wait, variables, nobody, nobody);
    } catch (ContainerException e) {
      parent.failed(e.exitCode(), String.valueOf(e.getMessage()));
      return e.exitCode();
    } catch (IOException e) {
      // Nobody hears it if the VM was started: then the machine was stopped.
      parent.failed(ContainerException.OURS, IoReason.of(e));
      return ContainerException.OURS;
    }
  }

  private int exec(
      List<String> arguments, Map<String, String> variables, OutputStream out, OutputStream err)
      throws IOException {
    return machine.exec(
        Machines.request(
            Forward.fcvm(invocation, arguments),
            variables.entrySet().stream()
                .map(variable -> variable.getKey() + "=" + variable.getValue())
                .toList(),
            false,
            false,
            WindowSize.UNKNOWN),
        InputStream.nullInputStream(),
        out,
        err);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8).strip();
  }
}
