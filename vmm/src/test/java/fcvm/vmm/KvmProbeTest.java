package fcvm.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import fcvm.linux.Arch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KvmProbeTest {
  @TempDir Path dir;

  @ParameterizedTest
  @CsvSource({
    "'flags\t\t: fpu vmx sse', true",
    "'flags\t\t: fpu sse svm', true",
    "'flags\t\t: fpu svm_lock sse', false",
    "'flags\t\t: fpu hypervisor', false",
    "'model name\t: vmx', false",
  })
  void theProcessorsFlagsTell(String line, boolean expected) throws IOException {
    Path cpuinfo = Files.writeString(dir.resolve("cpuinfo"), "processor\t: 0\n" + line + "\n\n");
    assertThat(KvmProbe.hasHardwareVirtualization(cpuinfo)).isEqualTo(expected);
  }

  @Test
  void everyVerdictHasACauseAndTheBadOnesARemedy() {
    assertThat(new KvmVerdict.Native(List.of()).remedy()).isEmpty();
    for (KvmVerdict bad :
        new KvmVerdict[] {
          new KvmVerdict.TinyGuestsOnly("x failed"),
          new KvmVerdict.Absent(),
          new KvmVerdict.NotPermitted(),
          new KvmVerdict.Broken("x")
        }) {
      assertThat(bad.cause()).isNotBlank();
      assertThat(bad.remedy()).isNotBlank();
    }
  }

  @Test
  void agreesWithThisComputer() throws IOException {
    KvmVerdict verdict = KvmProbe.probe();
    if (!Files.exists(Path.of("/dev/kvm"))) {
      assertThat(verdict).isInstanceOf(KvmVerdict.Absent.class);
      return;
    }
    Assumptions.assumeTrue(Files.isWritable(Path.of("/dev/kvm")), "/dev/kvm is not for this user");
    Assumptions.assumeTrue(Arch.current() == Arch.AMD64, "only x86_64 can have a software KVM");
    String cpuinfo = Files.readString(Path.of("/proc/cpuinfo"));
    boolean hardware = cpuinfo.contains(" vmx ") || cpuinfo.contains(" svm ");
    assertThat(verdict)
        .isInstanceOf(hardware ? KvmVerdict.Native.class : KvmVerdict.TinyGuestsOnly.class);
  }
}
