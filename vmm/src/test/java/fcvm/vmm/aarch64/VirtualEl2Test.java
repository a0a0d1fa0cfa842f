package fcvm.vmm.aarch64;

import static org.assertj.core.api.Assertions.assertThat;

import fcvm.vmm.HostKernel;
import fcvm.vmm.Nesting;
import fcvm.vmm.Obstacle;
import java.util.List;
import org.junit.jupiter.api.Test;

class VirtualEl2Test {
  private static final HostKernel READY =
      new HostKernel("6.18.15-arm64", List.of("quiet", "kvm-arm.mode=nested"));

  @Test
  void isThereWhereKvmSaysSo() {
    HostKernel old = new HostKernel("6.1.0", List.of());
    assertThat(VirtualEl2.judge(Nesting.VHE, true, false, old)).isEmpty();
    assertThat(VirtualEl2.judge(Nesting.NVHE, true, true, old)).isEmpty();
  }

  @Test
  void namesWhatIsMissing() {
    assertThat(obstacle(Nesting.VHE, false, new HostKernel("6.12.1", List.of())).toString())
        .contains("KVM_CAP_ARM_EL2", "Linux 6.12.1")
        .endsWith("boot Linux 6.16 or newer with kvm-arm.mode=nested");
    assertThat(obstacle(Nesting.VHE, false, new HostKernel("6.16.0", List.of("quiet"))).toString())
        .contains("without kvm-arm.mode=nested")
        .endsWith("and reboot");
    assertThat(obstacle(Nesting.VHE, false, READY).toString()).contains("FEAT_NV2");
    assertThat(obstacle(Nesting.NVHE, true, READY).toString())
        .contains("KVM_CAP_ARM_EL2_E2H0")
        .endsWith("use the mode vhe");
  }

  private static Obstacle obstacle(Nesting nesting, boolean hasEl2, HostKernel kernel) {
    return VirtualEl2.judge(nesting, hasEl2, false, kernel).orElseThrow();
  }
}
