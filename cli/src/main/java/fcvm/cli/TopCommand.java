package fcvm.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm top`.
final class TopCommand implements Command {
  // The container shares the VM's PID namespace, of which Podman would show everything: only lines
  // whose first column is a process of the container's are let through, and the header.
  private static final String TOP =
      "p=\" PID $(echo $(crun ps \"$c\")) \"; [ $# -gt 0 ] || set -- user ppid pcpu etime tty time"
          + " args; podman top \"$c\" pid \"$@\" | while IFS= read -r line; do case \"$p\" in"
          + " *\" ${line%% *} \"*) printf '%s\\n' \"$line\";; esac; done";

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage().customSynopsis("fcvm top VM [COLUMN...]");
    spec.addPositional(Option.argument(0, "VM", "Name of the VM, or how its id begins."))
        .addPositional(Option.trailing(1, "0..*", "COLUMN", "Podman's names of columns."));
  }

  @Override
  public int run(ParseResult parsed, Invocation invocation) throws Exception {
    String name = Raw.text(Option.get(parsed, 0, ""));
    List<String> columns = Option.get(parsed, 1, List.of());
    return switch (Vms.place(invocation, name)) {
      case Vms.Here here -> {
        Streams streams = invocation.streams();
        yield GuestCommand.shell(here.running(), TOP, columns)
            .run(false, streams.in(), streams.out(), streams.err());
      }
      case Vms.There there -> {
        List<String> command = new ArrayList<>(List.of("top"));
        command.addAll(Arguments.options(parsed, Set.of()));
        command.addAll(List.of("--", there.vm()));
        command.addAll(columns);
        yield new Forward(invocation, false, false)
            .run(there::machine, Forward.fcvm(invocation, command));
      }
    };
  }
}
