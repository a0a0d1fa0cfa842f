package fcvm.cli;

import fcvm.agent.protocol.ExecRequest;
import fcvm.agent.protocol.WindowSize;
import fcvm.container.ContainerException;
import fcvm.container.ExecClient;
import fcvm.container.Interruption;
import fcvm.container.VmRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;

/// A command of ours in a VM's own system, such as one of Podman's.
final class GuestCommand {
  private static final String CONTAINER = "$(cat /var/lib/fcvm-agent/container-id)";

  private final VmRecord vm;
  private final List<String> argv;

  /// @param argv raw
  private GuestCommand(VmRecord vm, List<String> argv) {
    this.vm = vm;
    this.argv = argv;
  }

  /// A line of shell, in which `$1` and so on are the arguments and `$c` is the container.
  ///
  /// @param arguments raw; they are never part of the line
  static GuestCommand shell(VmRecord vm, String line, List<String> arguments) {
    List<String> argv = new java.util.ArrayList<>();
    argv.addAll(List.of("sh", "-c", "c=" + CONTAINER + "; " + line, "sh"));
    argv.addAll(arguments);
    return new GuestCommand(vm, argv);
  }

  /// Runs it; a signal ends it.
  ///
  /// @param interactive whether it reads `in`
  int run(boolean interactive, InputStream in, OutputStream out, OutputStream err)
      throws IOException, ContainerException {
    try (Interruption interruption = new Interruption(1, Duration.ofSeconds(5));
        ExecClient client = new ExecClient(vm, in, out, err);
        Signals _ = Signals.take(Signals.ending(), interruption::signal)) {
      interruption.stopWith(() -> close(client));
      interruption.forwardTo(client::signal);
      try {
        return client.run(request(interactive));
      } catch (IOException e) {
        if (interruption.first() != 0) {
          return interruption.exitCode();
        }
        throw e;
      }
    }
  }

  private static void close(ExecClient client) {
    try {
      client.close();
    } catch (IOException e) {
      return; // as good as closed
    }
  }

  private ExecRequest request(boolean interactive) {
    return new ExecRequest(
        ExecRequest.Target.SYSTEM,
        Raw.bytes(argv),
        List.of(),
        new byte[0],
        "",
        interactive,
        false,
        WindowSize.UNKNOWN);
  }
}
