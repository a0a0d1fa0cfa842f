package fcvm.container.net;

import fcvm.container.ContainerException;
import fcvm.linux.Children;
import fcvm.linux.Fd;
import fcvm.linux.FdInputStream;
import fcvm.linux.LinuxException;
import fcvm.linux.Pipe;
import fcvm.linux.Spawn;
import fcvm.linux.UnixSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// [passt](https://passt.top), which turns a guest's frames into sockets of its user's and back. It
/// needs no rights: it confines itself to an empty namespace first.
///
/// @param command the program, and what comes before its own arguments
public record Passt(List<String> command) {
  private static final String NAME = "passt";
  private static final List<Path> USUAL = List.of(Path.of("/usr/bin"), Path.of("/usr/local/bin"));

  /// The computer's own, if it has one.
  ///
  /// @param path the value of `PATH`
  public static Optional<Passt> find(String path) {
    return Stream.concat(
            Stream.of(path.split(":", -1)).filter(p -> p.startsWith("/")).map(Path::of),
            USUAL.stream())
        .map(directory -> directory.resolve(NAME))
        .filter(Files::isExecutable)
        .findFirst()
        .map(file -> new Passt(List.of(file.toString())));
  }

  /// One that is not there: it says so when it is needed.
  public static Passt missing() {
    return new Passt(List.of());
  }

  /// What it is told for a rootless network without published ports, besides where its other end
  /// is.
  public static List<String> options() {
    return RootlessNetwork.arguments(NetworkOptions.of(NetworkMode.ROOTLESS), ResolvConf.ofHost());
  }

  /// Starts it. It goes into the background as soon as it listens at all ports, and ends when the
  /// other end of the socket is closed, be it because our process was killed.
  ///
  /// @param options its arguments
  /// @param socket its end of a pair
  /// @throws ContainerException if it cannot do what it is told; the message is its own
  void start(List<String> options, UnixSocket socket) throws IOException, ContainerException {
    if (command.isEmpty()) {
      throw new ContainerException(
          "the program passt, which a rootless network needs, is not on this computer; install it"
              + " with: apt-get install passt, or run without a network: --network none");
    }
    // It counts on waiting for the rest of a frame of which only a part was taken.
    socket.fd().setBlocking();
    List<String> arguments = new ArrayList<>(command);
    arguments.addAll(List.of("--fd", Integer.toString(Spawn.FIRST_AFTER_STDIO)));
    arguments.addAll(options);
    String said;
    int pid;
    try (Fd nothing = Fd.open("/dev/null", Fd.O_RDWR);
        Pipe errors = Pipe.open()) {
      pid = spawn(arguments, nothing, errors.writer(), socket);
      errors.writer().close();
      said = new String(new FdInputStream(errors.reader()).readAllBytes(), StandardCharsets.UTF_8);
    }
    int code = Children.await(pid);
    if (code != 0) {
      throw new ContainerException(
          "passt, which makes the rootless network, ended with code " + code + ": " + reason(said));
    }
  }

  private static int spawn(List<String> arguments, Fd nothing, Fd errors, UnixSocket socket)
      throws LinuxException {
    int pid =
        new Spawn(
                bytes(arguments.getFirst()),
                arguments.stream().map(Passt::bytes).toList(),
                List.of(bytes("PATH=/usr/sbin:/usr/bin:/sbin:/bin")),
                bytes("/"),
                new Spawn.Stdio.AndOneMore(
                    new Spawn.Stdio.Descriptors(nothing, nothing, errors), socket.fd()))
            .startResult();
    if (pid < 0) {
      throw new LinuxException("start of " + arguments.getFirst(), pid);
    }
    return pid;
  }

  private static String reason(String said) {
    String lines =
        said.lines().map(String::strip).filter(l -> !l.isEmpty()).collect(Collectors.joining("; "));
    return lines.isEmpty() ? "it said nothing" : lines;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
