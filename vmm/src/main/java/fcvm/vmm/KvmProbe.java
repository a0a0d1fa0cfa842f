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
  /// KVM_CAP_ARM_EL2: guests may have EL2.
  private static final int KVM_CAP_ARM_EL2 = 240;

  private static final Path CPUINFO = Path.of("/proc/cpuinfo");
  private static final Path MODULES = Path.of("/sys/module");

  private KvmProbe() {}

  /// What KVM can do here.
  public static KvmVerdict probe() {
    try (Kvm kvm = Kvm.open()) {
      int version = kvm.apiVersion();
      if (version != Kvm.API_VERSION) {
        return new KvmVerdict.Broken("its API version is " + version + ", not 12");
      }
      Optional<String> failure = Architecture.of(Arch.current()).trial(kvm);
      return failure.isEmpty() ? new KvmVerdict.Native(isNested(kvm)) : broken(failure.get());
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

  private static boolean isNested(Kvm kvm) throws LinuxException {
    return switch (Arch.current()) {
      case ARM64 -> kvm.checkExtension(KVM_CAP_ARM_EL2) > 0;
      case AMD64 -> isParameterOn("kvm_intel") || isParameterOn("kvm_amd");
    };
  }

  private static boolean isParameterOn(String module) {
    try {
      String value = Files.readString(MODULES.resolve(module).resolve("parameters/nested")).strip();
      return value.equals("Y") || value.equals("1");
    } catch (IOException _) {
      return false; // the module is not loaded
    }
  }
}
