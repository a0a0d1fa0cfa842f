package fcvm.vmm;

import fcvm.kvm.Kvm;
import fcvm.linux.Arch;
import fcvm.linux.LinuxException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Finds out in a few milliseconds whether an ordinary kernel boots on this computer's KVM: that
/// `/dev/kvm` opens does not mean so. A tiny guest decides, see [Architecture#trial].
public final class KvmProbe {
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");

  private KvmProbe() {}

  /// What KVM can do here.
  public static KvmVerdict probe() {
    try (Kvm kvm = Kvm.open()) {
      int version = kvm.apiVersion();
      if (version != Kvm.API_VERSION) {
        return new KvmVerdict.Broken("its API version is " + version + ", not 12");
      }
      Architecture architecture = Architecture.of(Arch.current());
      Optional<String> failure = architecture.trial(kvm);
      return failure.isEmpty()
          ? new KvmVerdict.Native(architecture.nesting(kvm))
          : broken(failure.get());
    } catch (LinuxException e) {
      return verdict(e);
    }
  }

  /// The guest decided that KVM cannot run kernels; the processor tells why.
  private static KvmVerdict broken(String failure) {
    return Arch.current() == Arch.AMD64 && !hasHardwareVirtualization(CPUINFO)
        ? new KvmVerdict.TinyGuestsOnly(failure)
        : new KvmVerdict.Broken(failure);
  }

  /// What it means that `/dev/kvm` does not open.
  static KvmVerdict verdict(LinuxException e) {
    return switch (e.errno()) {
      case ENOENT, ENODEV, ENXIO -> new KvmVerdict.Absent();
      case EACCES, EPERM -> new KvmVerdict.NotPermitted();
      default -> new KvmVerdict.Broken(String.valueOf(e.getMessage()));
    };
  }

  /// Whether the processor says so. A hardware KVM of x86 cannot be without it, a software KVM
  /// always is.
  static boolean hasHardwareVirtualization(Path cpuinfo) {
    try (BufferedReader lines = Files.newBufferedReader(cpuinfo)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("flags")) { // the first processor's; the others have the same
          List<String> flags = List.of(line.split("\\s+"));
          return flags.contains("vmx") || flags.contains("svm");
        }
      }
    } catch (IOException _) {
      return true; // no /proc: then that is not known to be the reason
    }
    return false;
  }
}
