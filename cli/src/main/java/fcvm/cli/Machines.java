package fcvm.cli;

import fcvm.agent.protocol.ExecRequest;
import fcvm.agent.protocol.WindowSize;
import fcvm.linux.Arch;
import fcvm.machine.Machine;
import fcvm.machine.MachineStatus;
import fcvm.provision.Dirs;
import fcvm.provision.Provision;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/// The emulated machines of this computer, and `fcvm` in them.
final class Machines {
  private final Invocation invocation;

  Machines(Invocation invocation) {
    this.invocation = invocation;
  }

  /// The machine of an architecture.
  Machine of(Arch arch) throws IOException {
    Dirs dirs = invocation.dirs();
    return new Machine(arch, new Provision(dirs, invocation.progress()), dirs);
  }

  /// The one that a command without further choice means.
  Machine chosen() throws IOException {
    return of(invocation.globals().machine().orElse(Arch.current()));
  }

  /// Those that are up; none where this process is in one itself, or is told to stay local.
  List<Machine> running() throws IOException {
    List<Machine> running = new ArrayList<>();
    if (!Placement.isForcedLocal(invocation)) {
      for (Arch arch : Arch.values()) {
        if (invocation.globals().machine().orElse(arch) == arch
            && of(arch).status() instanceof MachineStatus.Running) {
          running.add(of(arch));
        }
      }
    }
    return running;
  }

  /// A request for a command in a machine.
  ///
  /// @param environment `NAME=value` each, besides the machine's own
  static ExecRequest request(
      List<String> command,
      List<String> environment,
      boolean interactive,
      boolean tty,
      WindowSize window) {
    return new ExecRequest(
        ExecRequest.Target.SYSTEM,
        Raw.bytes(command),
        Raw.bytes(environment),
        new byte[0],
        "",
        interactive,
        tty,
        window);
  }

  /// What a command in a machine prints.
  ///
  /// @throws IOException if it fails, with what it said
  static String output(Machine machine, List<String> command) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code = exec(machine, command, out, err);
    if (code != 0) {
      throw new IOException(
          "'%s' in the %s machine failed (exit code %d): %s"
              .formatted(
                  String.join(" ", command),
                  machine.arch(),
                  code,
                  err.toString(java.nio.charset.StandardCharsets.UTF_8).strip()));
    }
    return out.toString(java.nio.charset.StandardCharsets.UTF_8);
  }

  /// Runs a short command without input in a machine.
  static int exec(Machine machine, List<String> command, OutputStream out, OutputStream err)
      throws IOException {
    return machine.exec(
        request(command, List.of(), false, false, WindowSize.UNKNOWN),
        InputStream.nullInputStream(),
        out,
        err);
  }
}
