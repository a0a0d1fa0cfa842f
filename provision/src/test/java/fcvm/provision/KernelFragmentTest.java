package fcvm.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fcvm.linux.Arch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KernelFragmentTest {
  private static final KernelFragment FRAGMENT =
      KernelFragment.parse(
          """
          # For networks.
          CONFIG_TUN=y
          CONFIG_VETH=y

          CONFIG_NR_CPUS=64
          CONFIG_LOCALVERSION="-a b"
          CONFIG_VHE=y # where known
          # CONFIG_DEBUG is not set
          """);

  private static final String CONFIG =
      """
      # Automatically generated file; DO NOT EDIT.
      CONFIG_CC_VERSION_TEXT="gcc \\"12\\" x"
      CONFIG_TUN=y
      CONFIG_VETH=y
      CONFIG_NR_CPUS=64
      CONFIG_LOCALVERSION="-a b"
      # CONFIG_DEBUG is not set
      # CONFIG_OTHER is not set
      """;

  @Test
  void aConfigurationThatHasAllIsGood() {
    assertThat(FRAGMENT.unmet(CONFIG)).isEmpty();
    assertThat(FRAGMENT.unmet(CONFIG + "CONFIG_VHE=y\n")).isEmpty();
    assertThat(FRAGMENT.unmet(CONFIG.replace("# CONFIG_DEBUG is not set\n", ""))).isEmpty();
  }

  @Test
  void whatIsMissingOrDifferentIsNamed() {
    String config =
        CONFIG
            .replace("CONFIG_TUN=y\n", "")
            .replace("CONFIG_VETH=y", "CONFIG_VETH=m")
            .replace("=64", "=2")
            .replace("-a b", "-a")
            .replace("# CONFIG_DEBUG is not set", "CONFIG_DEBUG=y");
    assertThat(FRAGMENT.unmet(config + "# CONFIG_VHE is not set\n"))
        .containsExactly(
            "CONFIG_TUN=y is missing: this kernel does not know the option, or what it depends on"
                + " is off",
            "CONFIG_VETH=y became m",
            "CONFIG_NR_CPUS=64 became 2",
            "CONFIG_LOCALVERSION=\"-a b\" became \"-a\"",
            "CONFIG_VHE=y became n",
            "CONFIG_DEBUG=n became y");
  }

  @Test
  void whatComesOnTopCounts() {
    KernelFragment merged =
        FRAGMENT.with(KernelFragment.parse("CONFIG_NR_CPUS=8\n# CONFIG_TUN is not set\n"));
    assertThat(merged.text())
        .isEqualTo(
            """
            # CONFIG_TUN is not set
            CONFIG_VETH=y
            CONFIG_NR_CPUS=8
            CONFIG_LOCALVERSION="-a b"
            CONFIG_VHE=y
            # CONFIG_DEBUG is not set
            """);
  }

  @Test
  void aLineThatIsNoOptionIsRefused() {
    assertThatThrownBy(() -> KernelFragment.parse("CONFIG_TUN=y\nTUN=y\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("TUN=y");
  }

  @ParameterizedTest
  @EnumSource
  void theNestedProfileAsksForGuestsAndTheirNetworks(Arch arch) throws Exception {
    assertThat(KernelProfile.NESTED.fragment(arch).text().lines())
        .contains("CONFIG_KVM=y", "CONFIG_TUN=y", "CONFIG_VETH=y", "CONFIG_NFT_MASQ=y")
        .noneMatch(line -> line.endsWith("=m"));
  }
}
