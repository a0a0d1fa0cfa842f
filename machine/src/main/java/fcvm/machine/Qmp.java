package fcvm.machine;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.jr.ob.JSON;

/// A conversation in QEMU's monitor protocol, a line of JSON for each command, answer and event.
/// QEMU talks to one client at a time; others wait until it is closed.
///
/// Used by one thread.
final class Qmp implements AutoCloseable {
  private static final int LONGEST_LINE = 1 << 20;

  // For an answer, and for others who talk to QEMU at the time. A QEMU that hangs gives none.
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final SocketChannel channel;
  private final InputStream input;
  private final OutputStream output;

  private Qmp(SocketChannel channel) {
    this.channel = channel;
    this.input = new BufferedInputStream(Channels.newInputStream(channel));
    this.output = Channels.newOutputStream(channel);
  }

  static Qmp connect(Path socket) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
      Qmp qmp = new Qmp(channel);
      qmp.line(); // the greeting
      qmp.execute("qmp_capabilities", Map.of());
      return qmp;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /// Tells QEMU to end at once, with its disks written. Does not wait for it.
  static void quit(Path socket) throws IOException {
    try (Qmp qmp = connect(socket)) {
      qmp.execute("quit", Map.of());
    }
  }

  /// Does a command.
  ///
  /// @return its result
  /// @throws MachineException if QEMU refuses it, with its reason
  @Nullable Object execute(String command, Map<String, ?> arguments) throws IOException {
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("execute", command);
    request.put("arguments", arguments);
    output.write((JSON.std.asString(request) + "\n").getBytes(StandardCharsets.UTF_8));
    output.flush();
    while (true) {
      Map<String, Object> answer = line();
      if (answer.get("error") instanceof Map<?, ?> error) {
        throw new MachineException("QEMU refused " + command + ": " + error.get("desc"));
      }
      if (answer.containsKey("return")) {
        return answer.get("return");
      }
    }
  }

  /// Whether QEMU has a character device.
  boolean hasChardev(String id) throws IOException {
    return execute("query-chardev", Map.of()) instanceof List<?> all
        && all.stream()
            .anyMatch(one -> one instanceof Map<?, ?> map && id.equals(map.get("label")));
  }

  /// Does a command of QEMU's monitor for people.
  ///
  /// @return what it prints
  String monitor(String command) throws IOException {
    return execute("human-monitor-command", Map.of("command-line", command))
            instanceof String answer
        ? answer
        : "";
  }

  private Map<String, Object> line() throws IOException {
    try (Patience _ = Patience.with(channel, PATIENCE)) {
      return JSON.std.mapFrom(text());
    } catch (ClosedChannelException e) {
      throw new IOException(
          "QEMU's monitor did not answer within " + PATIENCE.toSeconds() + " s", e);
    }
  }

  private String text() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = input.read(); next != '\n'; next = input.read()) {
      if (next < 0) {
        throw new IOException("QEMU has closed its monitor");
      }
      if (line.size() == LONGEST_LINE) {
        throw new IOException("QEMU's monitor sent a line of more than " + LONGEST_LINE + " bytes");
      }
      line.write(next);
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
