package fcvm.agent.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// The microVMs of this system, whoever runs them: processes that hold a VM of KVM open.
final class MicroVms {
  private static final Path PROC = Path.of("/proc");
  private static final String KVM_VM = "anon_inode:kvm-vm";

  private MicroVms() {}

  /// Whether there is one. Looks at every descriptor of every process: for now and then.
  static boolean anyRuns() {
    try (Stream<Path> entries = Files.list(PROC)) {
      return entries.filter(MicroVms::isProcess).anyMatch(MicroVms::holdsVm);
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isProcess(Path entry) {
    return entry.getFileName().toString().chars().allMatch(Character::isDigit);
  }

  private static boolean holdsVm(Path process) {
    try (Stream<Path> descriptors = Files.list(process.resolve("fd"))) {
      return descriptors.anyMatch(MicroVms::isVm);
    } catch (IOException e) {
      return false; // it has ended
    }
  }

  private static boolean isVm(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().equals(KVM_VM);
    } catch (IOException e) {
      return false; // it was closed
    }
  }
}
