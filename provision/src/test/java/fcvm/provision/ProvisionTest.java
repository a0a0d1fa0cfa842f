package fcvm.provision;

import static org.assertj.core.api.Assertions.assertThat;

import fcvm.linux.Arch;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProvisionTest {
  // Or three other sets would remove the passt that a machine runs with.
  @Test
  void setsOfPackagesReplaceOnlyTheirOwnKind() {
    Artifact passt = artifact("passt/trixie-backports");
    assertThat(passt.kind()).isEqualTo("packages-passt-amd64").isEqualTo(artifact("passt").kind());
    assertThat(passt.key()).isNotEqualTo(artifact("passt").key());
    assertThat(artifact("iperf3").kind()).isNotEqualTo(passt.kind());
  }

  private static Artifact artifact(String... packages) {
    return Provision.packagesArtifact(Arch.AMD64, List.of(packages), "", 1);
  }
}
