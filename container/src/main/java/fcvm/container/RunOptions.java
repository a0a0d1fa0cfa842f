package fcvm.container;

import fcvm.container.net.NetworkOptions;
import fcvm.vmm.Nesting;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What `fcvm podman run` was asked for. What goes into the container is bytes, because Linux's
/// arguments are.
///
/// @param image the image reference, for Podman as it is
/// @param command what to run in it; empty for the image's own
/// @param name the VM's name, or empty for one that is free
/// @param cpus virtual CPUs
/// @param memoryMib guest memory
/// @param environment `NAME=value` each
/// @param workingDirectory empty for the image's own
/// @param user empty for the image's own
/// @param entrypoint replaces the image's own
/// @param pid whose PID namespace the container is in
/// @param hostname the container's and the guest's host name; empty for the VM's name
/// @param interactive whether standard input goes to the container
/// @param tty whether the container gets a terminal
/// @param volumes directories and files of the host in the container
/// @param network how it reaches the rest of the world
/// @param kernel what to boot
/// @param nesting whether and how the guest can be a hypervisor, with fcvm in its system
/// @param privileged whether the container may do all that the guest's root may, with every device
/// @param passed options that mean to Podman in the guest what they mean to Podman anywhere
/// @param life how the run lives
public record RunOptions(
    String image,
    List<byte[]> command,
    Optional<String> name,
    int cpus,
    int memoryMib,
    List<byte[]> environment,
    Optional<byte[]> workingDirectory,
    Optional<String> user,
    Optional<byte[]> entrypoint,
    PidMode pid,
    String hostname,
    boolean interactive,
    boolean tty,
    List<Volume> volumes,
    NetworkOptions network,
    KernelChoice kernel,
    Nesting nesting,
    boolean privileged,
    List<byte[]> passed,
    LifeOptions life) {
  /// A run in the foreground with nothing passed on.
  public RunOptions(
      String image,
      List<byte[]> command,
      Optional<String> name,
      int cpus,
      int memoryMib,
      List<byte[]> environment,
      Optional<byte[]> workingDirectory,
      Optional<String> user,
      Optional<byte[]> entrypoint,
      PidMode pid,
      String hostname,
      boolean interactive,
      boolean tty,
      List<Volume> volumes,
      NetworkOptions network,
      KernelChoice kernel,
      Nesting nesting,
      boolean privileged) {
    this(
        image,
        command,
        name,
        cpus,
        memoryMib,
        environment,
        workingDirectory,
        user,
        entrypoint,
        pid,
        hostname,
        interactive,
        tty,
        volumes,
        network,
        kernel,
        nesting,
        privileged,
        List.of(),
        LifeOptions.FOREGROUND);
  }

  /// The default number of CPUs.
  public static final int CPUS = 2;

  /// The default amount of memory, in MiB.
  public static final int MEMORY_MIB = 1024;

  /// The options for Podman, between `podman run` and the image.
  List<byte[]> podmanArguments() {
    List<byte[]> arguments = new ArrayList<>();
    arguments.add(ascii("--pid=" + pid));
    arguments.add(ascii("--pull=never")); // what is missing was fetched on the host
    if (privileged) {
      arguments.add(ascii("--privileged"));
    }
    for (byte[] variable : environment) {
      option(arguments, "--env", variable);
    }
    workingDirectory.ifPresent(value -> option(arguments, "--workdir", value));
    user.ifPresent(value -> option(arguments, "--user", ascii(value)));
    entrypoint.ifPresent(value -> option(arguments, "--entrypoint", value));
    for (VolumeMount mount : VolumeMount.all(volumes)) {
      option(arguments, "--volume", ascii(mount.podmanVolume()));
    }
    life.terms()
        .labels()
        .forEach((name, value) -> option(arguments, "--label", ascii(name + "=" + value)));
    arguments.addAll(passed);
    return arguments;
  }

  private static void option(List<byte[]> arguments, String name, byte[] value) {
    arguments.add(ascii(name));
    arguments.add(value);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
