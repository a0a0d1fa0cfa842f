package fcvm.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import fcvm.kvm.VcpuExit;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RetriesTest {
  /// Flags, exit code (CPUID), two words of details, event, error code.
  private static final VcpuExit CPUID_THAT_KVM_CANNOT_READ =
      new VcpuExit.KvmInternalError(1, List.of(0L, 0x72L, 0L, 0L, 0L, 0L));

  private static final VcpuExit DURING_AN_EVENT =
      new VcpuExit.KvmInternalError(3, List.of(0xd000_0000L, 0x400L, 6L, 0xd000_0000L, 0L));

  private final Retries retries = new Retries();

  static List<VcpuExit> passing() {
    return List.of(CPUID_THAT_KVM_CANNOT_READ, DURING_AN_EVENT);
  }

  static List<VcpuExit> staying() {
    return List.of(
        // flags: the instruction's bytes follow
        new VcpuExit.KvmInternalError(1, List.of(1L, 0xc4e2_700fL, 0L)),
        new VcpuExit.KvmInternalError(1, List.of()),
        new VcpuExit.KvmInternalError(2, List.of(0L)),
        new VcpuExit.KvmInternalError(4, List.of(0L)),
        VcpuExit.Bare.SHUTDOWN,
        VcpuExit.Bare.INTERRUPTED);
  }

  @ParameterizedTest
  @MethodSource("passing")
  void aFailureThatPassesIsTriedAgainButNotForEver(VcpuExit exit) {
    for (int i = 1; i < Retries.MOST; i++) {
      assertThat(retries.isWorthOne(exit)).isTrue();
    }
    assertThat(retries.isWorthOne(exit)).isFalse();
  }

  @ParameterizedTest
  @MethodSource("staying")
  void whatStaysIsNotTriedAgain(VcpuExit exit) {
    assertThat(retries.isWorthOne(exit)).isFalse();
  }

  @Test
  void anExitInBetweenIsProgress() {
    for (int i = 0; i < 2 * Retries.MOST; i++) {
      assertThat(retries.isWorthOne(DURING_AN_EVENT)).isTrue();
      if (i % 100 == 0) {
        assertThat(retries.isWorthOne(VcpuExit.Bare.INTERRUPTED)).isFalse();
      }
    }
  }
}
