package fcvm.cli;

import fcvm.container.ContainerException;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm port`.
final class PortCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage().customSynopsis("fcvm port VM [PORT[/tcp|udp]]");
    spec.addPositional(Option.argument(0, "VM", "Name of the VM, or how its id begins."))
        .addPositional(
            Option.trailing(1, "0..1", "PORT", "Only where this port of the container's is."));
  }

  @Override
  public int run(ParseResult parsed, Invocation invocation) throws Exception {
    String name = Raw.text(Option.get(parsed, 0, ""));
    List<String> wanted = Option.get(parsed, 1, List.of());
    String ports = Vms.find(invocation, name).vm().life().terms().ports();
    List<String> lines = all(ports);
    if (!wanted.isEmpty()) {
      String port = port(Raw.text(wanted.getFirst()));
      lines = places(ports, port);
      if (lines.isEmpty()) {
        throw new ContainerException("VM " + name + " has no published port " + port);
      }
    }
    for (String line : lines) {
      invocation.streams().print(line + "\n");
    }
    return 0;
  }

  /// @return with its protocol
  static String port(String text) throws UsageException {
    if (!text.matches("\\d{1,5}(/(tcp|udp))?")) {
      throw new UsageException("a port is PORT[/tcp|udp], not '" + text + "'");
    }
    return text.contains("/") ? text : text + "/tcp";
  }

  /// Each as Podman has it: `80/tcp -> 127.0.0.1:8080`.
  ///
  /// @param ports as [fcvm.container.life.Terms#ports] has them
  static List<String> all(String ports) {
    return pairs(ports).stream().map(pair -> pair[1] + " -> " + pair[0]).toList();
  }

  /// Where on the host one of the container's is.
  static List<String> places(String ports, String port) {
    return pairs(ports).stream().filter(pair -> pair[1].equals(port)).map(pair -> pair[0]).toList();
  }

  private static List<String[]> pairs(String ports) {
    return ports.isEmpty()
        ? List.of()
        : Stream.of(ports.split(", ", -1)).map(port -> port.split("->", 2)).toList();
  }
}
