package fcvm.vmm.x86_64;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import fcvm.linux.Arch;
import fcvm.vmm.KvmProbe;
import fcvm.vmm.KvmVerdict;

/// Whether guests of a few x86 instructions run here, be it on a software KVM.
final class TinyGuests {
  private TinyGuests() {}

  /// Skips the test where they do not.
  static void assumeTheyRun() {
    assumeTrue(Arch.current() == Arch.AMD64, "x86 code");
    KvmVerdict verdict = KvmProbe.probe();
    assumeTrue(
        verdict instanceof KvmVerdict.Native || verdict instanceof KvmVerdict.TinyGuestsOnly,
        "no KVM here: " + verdict);
  }
}
