package fcvm.agent.protocol;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Where `fcvm` is in a guest that runs microVMs itself: the emulated machine, and a microVM whose
/// guest is a hypervisor. Its program and data come from outside, read-only; what is written stays
/// on the guest's own disk. The root file system has a link to the program on everybody's PATH.
public final class InnerFcvm {
  /// The data directory, or as much of it as the guest needs.
  public static final String DATA_DIR = "/mnt/fcvm/data";

  /// The distribution for the guest's architecture.
  public static final String DIST_DIR = "/mnt/fcvm/dist";

  /// The program.
  public static final String PROGRAM = DIST_DIR + "/bin/fcvm";

  /// What belongs to microVMs of the guest.
  public static final String STATE_DIR = "/var/lib/fcvm";

  private InnerFcvm() {}

  /// What commands get in an emulated machine: the program's launcher is told.
  public static List<byte[]> environmentOfMachine() {
    return environment("FCVM_EMULATED=1");
  }

  /// What commands get besides the environment of a login, `NAME=value` each.
  ///
  /// @param more entries
  public static List<byte[]> environment(String... more) {
    List<String> all = new ArrayList<>();
    all.add("FCVM_DATA_DIR=" + DATA_DIR);
    all.add("FCVM_STATE_DIR=" + STATE_DIR);
    all.add("FCVM_IN_MACHINE=1");
    all.addAll(List.of(more));
    return all.stream().map(entry -> entry.getBytes(StandardCharsets.UTF_8)).toList();
  }
}
