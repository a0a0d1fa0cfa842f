package fcvm.agent.protocol;

import java.io.IOException;
import java.util.List;

/// The container that a microVM exists for.
///
/// @param name the container's name
/// @param hostTimeNanos the host's clock when it sent the plan, nanoseconds since 1970 UTC; the
///   guest sets its own from it
/// @param hostname the guest's host name; empty to leave it
/// @param interactive whether standard input is forwarded; otherwise it is empty
/// @param tty whether the container gets a terminal
/// @param size the terminal's first size
/// @param sharedDirectories what of the host is mounted in the guest
/// @param network what its network card is set up with
/// @param systemEnvironment what commands in the guest's system get besides the environment of a
///   login, `NAME=value` each
/// @param image the image reference, for Podman as it is
/// @param podmanArguments options between `podman run` and the image, already validated by the host
/// @param command the container's command; empty for the image's own
/// @param again whether the container was made in an earlier run of the same disk: it is started as
///   it is, and image, options and command have no meaning
/// @param kept whether the disk outlives this run: what the container is made of is on it before
///   the host hears that the container runs, lest a guest that is killed leave half of it
public record RunPlan(
    String name,
    long hostTimeNanos,
    String hostname,
    boolean interactive,
    boolean tty,
    WindowSize size,
    List<SharedDirectory> sharedDirectories,
    GuestNetwork network,
    List<byte[]> systemEnvironment,
    String image,
    List<byte[]> podmanArguments,
    List<byte[]> command,
    boolean again,
    boolean kept) {

  /// @throws IllegalArgumentException for what no exec could take: no image, or a NUL
  public RunPlan {
    if (image.isEmpty()) {
      throw new IllegalArgumentException("no image");
    }
    Strings.checkNoNul(name, "the name");
    Strings.checkNoNul(hostname, "the host name");
    Strings.checkNoNul(systemEnvironment, "a variable");
    Strings.checkNoNul(image, "the image");
    Strings.checkNoNul(podmanArguments, "an option");
    Strings.checkNoNul(command, "an argument");
    sharedDirectories = List.copyOf(sharedDirectories);
    systemEnvironment = List.copyOf(systemEnvironment);
    podmanArguments = List.copyOf(podmanArguments);
    command = List.copyOf(command);
  }

  byte[] encoded() throws ProtocolException {
    FieldWriter out =
        new FieldWriter()
            .text(name)
            .number(hostTimeNanos)
            .text(hostname)
            .flag(interactive)
            .flag(tty)
            .size(size);
    SharedDirectory.write(sharedDirectories, out);
    network.write(out);
    return out.list(systemEnvironment)
        .text(image)
        .list(podmanArguments)
        .list(command)
        .flag(again)
        .flag(kept)
        .end();
  }

  /// Reads a plan, whose first RUN frame has been read.
  ///
  /// @throws ProtocolException if it does not decode or is over 1 MiB
  public static RunPlan read(Frame first, FrameReader frames) throws IOException {
    return decode(frames.request(first));
  }

  static RunPlan decode(byte[] encoded) throws ProtocolException {
    return FieldReader.decode(
        encoded,
        in ->
            new RunPlan(
                in.text(),
                in.longNumber(),
                in.text(),
                in.flag(),
                in.flag(),
                in.size(),
                SharedDirectory.read(in),
                GuestNetwork.read(in),
                in.list(),
                in.text(),
                in.list(),
                in.list(),
                in.flag(),
                in.flag()));
  }
}
