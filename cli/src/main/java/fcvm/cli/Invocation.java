package fcvm.cli;

import fcvm.container.VmStore;
import fcvm.linux.Terminal;
import fcvm.provision.Dirs;
import fcvm.provision.Progress;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// One use of a command: its streams, environment and global options, and what commands need made
/// from them.
record Invocation(Streams streams, Map<String, String> environment, Globals globals) {
  /// Where this process's files are.
  Dirs dirs() throws IOException {
    return Dirs.ofProcess();
  }

  /// The VMs of this computer, or of the emulated machine that this runs in.
  VmStore store() throws IOException {
    return VmStore.of(dirs(), warnings());
  }

  /// Takes warnings.
  Consumer<String> warnings() {
    return text -> streams.say("Warning: " + text);
  }

  /// A variable that is set and not empty.
  Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
  }

  /// Whether this runs in an emulated machine or in a microVM: there is real KVM, nothing can be
  /// fetched, and commands are not sent on.
  boolean isInMachine() {
    return variable("FCVM_IN_MACHINE").isPresent();
  }

  /// Shows long work in the way that was asked for.
  Progress progress() {
    return switch (globals.progress()) {
      case NONE -> Progress.SILENT;
      case PLAIN -> new PlainProgress(streams);
      case JSON -> new JsonProgress(streams.err());
      case AUTO ->
          // https://no-color.org: set and not empty means no escape sequences.
          Terminal.isTerminal(Terminal.STDERR)
                  && variable("NO_COLOR").isEmpty()
                  && !"dumb".equals(environment.get("TERM"))
              ? new BarProgress(streams.err(), Terminal.size(Terminal.STDERR).columns())
              : new PlainProgress(streams);
    };
  }
}
