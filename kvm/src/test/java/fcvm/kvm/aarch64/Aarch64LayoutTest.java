package fcvm.kvm.aarch64;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static org.assertj.core.api.Assertions.assertThat;

import fcvm.kvm.aarch64.VcpuInit.Feature;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Sizes, offsets and ids, as a C compiler finds them in arm64's headers.
class Aarch64LayoutTest {
  @Test
  void vcpuInit() {
    assertThat(VcpuInit.LAYOUT.byteSize()).isEqualTo(32);
    assertThat(VcpuInit.LAYOUT.byteOffset(groupElement("features"))).isEqualTo(4);
    VcpuInit init =
        new VcpuInit(5, Set.of())
            .with(Feature.PSCI_0_2)
            .with(Feature.HAS_EL2)
            .with(Feature.HAS_EL2);
    assertThat(init.bits()).isEqualTo(1 << 2 | 1 << 7);
  }

  @Test
  void registerIds() {
    assertThat(OneReg.LAYOUT.byteSize()).isEqualTo(16);
    assertThat(OneReg.x(0)).isEqualTo(0x6030_0000_0010_0000L);
    assertThat(OneReg.x(30)).isEqualTo(0x6030_0000_0010_003cL);
    assertThat(OneReg.PC).isEqualTo(0x6030_0000_0010_0040L);
    assertThat(OneReg.PSTATE).isEqualTo(0x6030_0000_0010_0042L);
    assertThat(OneReg.TIMER_CNT).isEqualTo(0x6030_0000_0013_df1aL);
    assertThat(OneReg.PTIMER_CNT).isEqualTo(0x6030_0000_0013_df01L);
    assertThat(OneReg.MPIDR_EL1).isEqualTo(0x6030_0000_0013_c005L);
  }

  @Test
  void interruptLines() {
    assertThat(IrqLine.spi(1)).isEqualTo(0x0100_0021);
    assertThat(IrqLine.ppi(3, 27)).isEqualTo(0x0203_001b);
  }
}
