package fcvm.cli;

import fcvm.agent.protocol.InnerFcvm;
import fcvm.container.GuestFiles;
import fcvm.linux.Arch;
import fcvm.machine.Machine;
import fcvm.provision.Dirs;
import fcvm.provision.Provision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A command that works for long in the emulated machine: what it needs is prepared here, and how
/// far it is is shown from there.
final class EmulatedWork {
  private final Placement.Emulated where;
  private final Invocation invocation;
  private final Dirs dirs;
  private final Provision provision;

  EmulatedWork(Placement.Emulated where, Invocation invocation) throws IOException {
    this.where = where;
    this.invocation = invocation;
    this.dirs = invocation.dirs();
    this.provision = new Provision(dirs, invocation.progress());
  }

  /// Prepares what the command needs.
  @FunctionalInterface
  interface Preparation {
    /// The command's environment there.
    Map<String, String> variables() throws Exception;
  }

  Arch arch() {
    return where.arch();
  }

  Provision provision() {
    return provision;
  }

  /// Where the machine has something of the data directory, raw.
  String there(Path here) {
    return Raw.of(Path.of(InnerFcvm.DATA_DIR).resolve(dirs.data().relativize(here)).toString());
  }

  /// The same of all that guests boot from.
  String there(GuestFiles files) {
    return Raw.of(files.line(dirs.data(), Path.of(InnerFcvm.DATA_DIR)));
  }

  /// Runs the command there.
  ///
  /// @param command its words
  /// @param options all but how progress is shown
  /// @return its exit code
  int run(List<String> command, List<String> options, Preparation preparation) throws Exception {
    where.tell(invocation);
    Machine machine = new Machine(where.arch(), provision, dirs);
    Forward forward = new Forward(invocation, false, false);
    // Without a terminal, bars are lines.
    Globals.Mode wanted = invocation.globals().progress();
    Globals.Mode shown = wanted == Globals.Mode.AUTO ? Globals.Mode.PLAIN : wanted;
    List<String> arguments = new ArrayList<>(command);
    arguments.addAll(List.of("--progress", shown.name().toLowerCase(Locale.ROOT)));
    arguments.addAll(options);
    return forward.run(
        () -> {
          preparation.variables().forEach(forward::variable);
          machine.start(invocation.progress());
          return machine;
        },
        Forward.fcvm(invocation, arguments));
  }
}
