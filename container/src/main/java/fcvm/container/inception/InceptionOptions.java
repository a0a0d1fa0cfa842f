package fcvm.container.inception;

import fcvm.vmm.Nesting;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// What `fcvm inception` was asked for.
///
/// @param level the number of the level that the process is in; 0 outside of all microVMs of the
///   run
/// @param depth how many levels of microVMs are below it, 1 or more
/// @param mode how guests are hypervisors
/// @param cpus virtual CPUs of guests that are hypervisors
/// @param innerCpus virtual CPUs of the innermost guest
/// @param innerMemoryMib memory of the innermost guest; those around it have more
/// @param image what the innermost container is made of
/// @param command what it runs; never empty
public record InceptionOptions(
    int level,
    int depth,
    Nesting mode,
    int cpus,
    int innerCpus,
    int innerMemoryMib,
    String image,
    List<byte[]> command) {
  /// How deep it may go: nobody has seen more, and each level wants memory.
  public static final int MAX_DEPTH = 4;

  /// What a guest that is a hypervisor has beyond the memory of its own guest, in MiB: kernel, two
  /// Java runtimes, Podman, and the files of its guest in the page cache.
  public static final int MEMORY_STEP_MIB = 1024;

  /// The options as arguments of the command, those of the level's own included.
  public List<byte[]> arguments() {
    List<byte[]> all = new ArrayList<>();
    option(all, "--level", level);
    option(all, "--depth", depth);
    option(all, "--mode", mode);
    option(all, "--cpus", cpus);
    option(all, "--inner-cpus", innerCpus);
    option(all, "--mem", innerMemoryMib);
    all.add(bytes("--"));
    all.add(bytes(image));
    all.addAll(command);
    return all;
  }

  private static void option(List<byte[]> all, String name, Object value) {
    all.add(bytes(name));
    all.add(bytes(value.toString()));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// What the process of the next level is asked for.
  InceptionOptions next() {
    return new InceptionOptions(
        level + 1, depth - 1, mode, cpus, innerCpus, innerMemoryMib, image, command);
  }

  /// Whether, and how, the next level's guest is a hypervisor.
  public Nesting nextNesting() {
    return isLast() ? Nesting.OFF : mode;
  }

  /// Whether the next level is the last.
  boolean isLast() {
    return depth == 1;
  }

  /// Memory of the next level's guest.
  int memoryMib() {
    return innerMemoryMib + (depth - 1) * MEMORY_STEP_MIB;
  }

  /// What the next level's kernel must be told beyond the usual: on aarch64 KVM makes guests with
  /// an EL2 only where it was asked to.
  String kernelArguments() {
    return mode == Nesting.VHE && depth > 2 ? "kvm-arm.mode=nested" : "";
  }
}
