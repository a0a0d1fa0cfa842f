package fcvm.vmm.x86_64;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HypervisorTest {
  @Test
  void namesWhatIsMissing() {
    assertThat(Hypervisor.judge(true, "")).isEmpty();
    assertThat(Hypervisor.judge(false, "").orElseThrow().cause()).contains("neither kvm_intel nor");
    assertThat(Hypervisor.judge(false, "kvm_amd").orElseThrow().toString())
        .contains("kvm_amd was loaded without nested=1")
        .endsWith("modprobe -r kvm_amd && modprobe kvm_amd nested=1");
  }
}
