package fcvm.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fcvm.provision.AptSources.Entry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AptSourcesTest {
  @TempDir Path etc;

  @Test
  void readsOneLineEntriesWithOptionsAndComments() {
    String list =
        """
        # deb http://commented.example/debian bookworm main
        deb [arch=amd64 signed-by=/k.gpg] http://a.example/debian bookworm main contrib # why
        deb-src http://a.example/debian bookworm main

        deb\thttp://b.example/debian/  trixie-updates\tmain
        deb http://flat.example/repo ./
        """;
    assertThat(AptSources.oneLine(list))
        .containsExactly(
            new Entry("http://a.example/debian", List.of("bookworm"), List.of("main", "contrib")),
            new Entry("http://b.example/debian/", List.of("trixie-updates"), List.of("main")),
            new Entry("http://flat.example/repo", List.of("./"), List.of()));
  }

  @Test
  void readsStanzasWithSeveralUrisContinuationsAndComments() {
    String sources =
        """
        Types: deb deb-src
        # a comment inside
        URIs: http://a.example/debian
          http://b.example/debian
        Suites: trixie trixie-updates
        Components: main
        Signed-By:
         -----BEGIN PGP PUBLIC KEY BLOCK-----
         .
         abc: def

        Enabled: no
        Types: deb
        URIs: http://off.example/debian
        Suites: trixie
        Components: main

        Types: deb-src
        URIs: http://source.example/debian
        Suites: trixie
        Components: main
        """;
    assertThat(AptSources.deb822(sources))
        .extracting(Entry::uri)
        .containsExactly("http://a.example/debian", "http://b.example/debian");
    assertThat(AptSources.deb822(sources).getFirst().suites())
        .containsExactly("trixie", "trixie-updates");
  }

  @Test
  void choosesDebiansArchiveAmongOthers() throws Exception {
    Files.createDirectories(etc.resolve("sources.list.d"));
    Files.writeString(
        etc.resolve("sources.list.d/a-vendor.list"),
        "deb https://vendor.example/apt stable main\n");
    Files.writeString(
        etc.resolve("sources.list.d/b-node.sources"),
        "Types: deb\nURIs: https://node.example/debian\nSuites: nodistro\nComponents: main\n");
    Files.writeString(
        etc.resolve("sources.list.d/debian.sources"),
        """
        Types: deb
        URIs: http://mirror.example/debian
        Suites: bookworm bookworm-updates
        Components: main

        Types: deb
        URIs: http://mirror.example/debian-security
        Suites: bookworm-security
        Components: main
        """);
    assertThat(AptSources.mirror(Map.of(), etc))
        .isEqualTo(
            new DebianMirror(
                "http://mirror.example/debian",
                Optional.of("http://mirror.example/debian-security")));
  }

  @Test
  void theEnvironmentComesFirst() throws Exception {
    Files.writeString(etc.resolve("sources.list"), "deb http://a.example/debian bookworm main\n");
    assertThat(
            AptSources.mirror(Map.of("FCVM_DEBIAN_MIRROR", "http://b.example/debian"), etc)
                .archive())
        .isEqualTo("http://b.example/debian");
  }

  @Test
  void anotherDistributionIsToldHowToNameAMirror() throws Exception {
    Files.writeString(
        etc.resolve("sources.list"), "deb http://archive.example/ubuntu noble main universe\n");
    assertThatThrownBy(() -> AptSources.mirror(Map.of(), etc))
        .isInstanceOf(ProvisionException.class)
        .hasMessageContaining("FCVM_DEBIAN_MIRROR")
        .hasMessageContaining(etc.toString());
  }

  @Test
  void noAptAtAllIsTheSame() {
    assertThatThrownBy(() -> AptSources.mirror(Map.of(), etc.resolve("nothing")))
        .isInstanceOf(ProvisionException.class)
        .hasMessageContaining("FCVM_DEBIAN_MIRROR");
  }

  @Property(tries = 300)
  void anyTextIsRead(@ForAll String text) {
    assertThat(AptSources.oneLine(text)).isNotNull();
    assertThat(AptSources.deb822(text)).isNotNull();
  }
}
