package fcvm.cli;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;

/// The table of all commands.
final class Commands {
  /// One command: the words that name it, what it does in a few words, and its class, which is
  /// loaded only when the command is used.
  record Entry(String name, String summary, Supplier<Command> command) {
    /// Its description for picocli, global options included.
    CommandSpec spec() {
      return spec(command.get());
    }

    CommandSpec spec(Command command) {
      CommandSpec spec = CommandSpec.create().name("fcvm " + name);
      spec.usageMessage().description(summary + ".").sortOptions(false).width(HELP_WIDTH);
      command.describe(spec);
      Globals.describe(spec);
      return spec;
    }
  }

  static final int HELP_WIDTH = 96;

  static final List<Entry> TABLE =
      List.of(
          new Entry("podman run", "Run a container in a microVM of its own", RunCommand::new),
          new Entry("exec", "Run a command in a running container or its VM", ExecCommand::new),
          new Entry("ps", "List the running VMs, or all", () -> new ListCommand("ps")),
          new Entry("ls", "List the running VMs, or all", () -> new ListCommand("ls")),
          new Entry("logs", "Show what a detached container wrote", LogsCommand::new),
          new Entry("attach", "Go to the terminal of a detached container", AttachCommand::new),
          new Entry("stop", "Stop VMs", StopCommand::new),
          new Entry("kill", "Send a signal to containers", KillCommand::new),
          new Entry("start", "Start VMs that have exited", () -> new StartCommand(false)),
          new Entry("restart", "Stop and start VMs", () -> new StartCommand(true)),
          new Entry("wait", "Wait for VMs to end", WaitCommand::new),
          new Entry("rm", "Remove VMs that have exited", RemoveCommand::new),
          new Entry("cp", "Copy files into or out of a container", CopyCommand::new),
          new Entry("rename", "Give a VM another name", RenameCommand::new),
          new Entry("inspect", "Show all that is known of VMs", InspectCommand::new),
          new Entry("port", "Show where a container's ports are published", PortCommand::new),
          new Entry("top", "Show the processes of a container", TopCommand::new),
          new Entry("stats", "Show what VMs use of the computer", StatsCommand::new),
          new Entry("events", "Show what happens to VMs", EventsCommand::new),
          new Entry("pull", "Fetch images into the store of this computer", PullCommand::new),
          new Entry("images", "List the images of the store", ImagesCommand::new),
          new Entry("rmi", "Remove images from the store", ImageRemoveCommand::new),
          new Entry("save", "Write an image of the store into an archive", SaveCommand::new),
          new Entry("load", "Put an archive's images into the store", LoadCommand::new),
          new Entry("inception", "Run a container in microVMs in microVMs", InceptionCommand::new),
          new Entry("setup", "Fetch and build all that a run needs", SetupCommand::new),
          new Entry("doctor", "Check what this computer can run, and how", DoctorCommand::new),
          new Entry("machine init", "Prepare the emulated machine", MachineInit::new),
          new Entry("machine start", "Start the emulated machine", MachineStart::new),
          new Entry("machine stop", "Stop the emulated machine", MachineStop::new),
          new Entry("machine list", "List the emulated machines", MachineList::new),
          new Entry("machine exec", "Run a command in the emulated machine", MachineExec::new),
          new Entry("machine shell", "Open a shell in the emulated machine", MachineShell::new),
          new Entry("machine rm", "Stop the emulated machine and delete it", MachineRemove::new),
          new Entry(
              "kernel build", "Build a kernel for guests from source", KernelBuildCommand::new),
          new Entry("kernel list", "List the kernels that were built", KernelList::new),
          new Entry("kernel path", "Print where a kernel is", KernelPath::new),
          new Entry("kernel rm", "Delete kernels", KernelRemove::new),
          new Entry("vmm", "Run one microVM from a Firecracker-style file", VmmCommand::new),
          new Entry("bench net", "Measure networks beside QEMU's", BenchNetworks::new),
          new Entry("bench volumes", "Measure volumes beside QEMU's virtiofsd", BenchVolumes::new),
          new Entry("archive", "Pack fcvm for other computers", ArchiveCommand::new),
          new Entry("version", "Show the version", VersionCommand::new),
          new Entry("man", "Print or write manual pages", ManCommand::new),
          new Entry("completions", "Print a shell's completions", CompletionsCommand::new));

  private Commands() {}

  /// The command of this name.
  static Optional<Entry> find(String name) {
    return TABLE.stream().filter(entry -> entry.name().equals(name)).findFirst();
  }

  /// The commands below a group's name, such as `machine`; all for an empty one.
  static List<Entry> below(String group) {
    String prefix = group.isEmpty() ? "" : group + " ";
    return TABLE.stream().filter(entry -> entry.name().startsWith(prefix)).toList();
  }

  /// The words that may follow a group's name.
  static List<String> words(String group) {
    int skip = group.isEmpty() ? 0 : group.length() + 1;
    return below(group).stream()
        .map(entry -> entry.name().substring(skip).split(" ", 2)[0])
        .distinct()
        .toList();
  }
}
