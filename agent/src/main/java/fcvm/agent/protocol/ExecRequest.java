package fcvm.agent.protocol;

import java.io.IOException;
import java.util.List;

/// A command to run, byte-exact: Linux arguments are bytes, not text.
///
/// @param target where it runs
/// @param argv the program and its arguments; at least one, none with a NUL
/// @param environment `NAME=value` each, added to the target's own environment
/// @param workingDirectory empty for the target's own
/// @param user as Podman's `--user`; empty for the target's own
/// @param interactive whether standard input is forwarded; otherwise it is empty
/// @param tty whether the command gets a terminal, which merges stdout and stderr
/// @param size the terminal's first size
@SuppressWarnings("ArrayRecordComponent") // argument bytes; requests are sent, never compared
public record ExecRequest(
    Target target,
    List<byte[]> argv,
    List<byte[]> environment,
    byte[] workingDirectory,
    String user,
    boolean interactive,
    boolean tty,
    WindowSize size) {

  /// Where a command runs.
  public enum Target {
    /// In the guest's own system.
    SYSTEM,
    /// In the guest's container.
    CONTAINER
  }

  /// @throws IllegalArgumentException for what no exec could take: no program, or a NUL
  public ExecRequest {
    Strings.checkCommand(argv, environment);
    Strings.checkNoNul(workingDirectory, "the working directory");
    Strings.checkNoNul(user, "the user");
    argv = List.copyOf(argv);
    environment = List.copyOf(environment);
  }

  byte[] encoded() throws ProtocolException {
    return new FieldWriter()
        .flag(target == Target.CONTAINER)
        .list(argv)
        .list(environment)
        .bytes(workingDirectory)
        .text(user)
        .flag(interactive)
        .flag(tty)
        .size(size)
        .end();
  }

  /// Reads a request, whose first EXEC frame has been read.
  ///
  /// @throws ProtocolException if it does not decode or is over 1 MiB
  public static ExecRequest read(Frame first, FrameReader frames) throws IOException {
    return decode(frames.request(first));
  }

  static ExecRequest decode(byte[] encoded) throws ProtocolException {
    return FieldReader.decode(
        encoded,
        in ->
            new ExecRequest(
                in.flag() ? Target.CONTAINER : Target.SYSTEM,
                in.list(),
                in.list(),
                in.bytes(),
                in.text(),
                in.flag(),
                in.flag(),
                in.size()));
  }
}
