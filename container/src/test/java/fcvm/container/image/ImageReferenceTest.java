package fcvm.container.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fcvm.container.ContainerException;
import java.nio.file.Path;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceTest {
  private static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);

  @ParameterizedTest
  @CsvSource({
    "alpine, docker.io/library/alpine:latest",
    "alpine:3.20, docker.io/library/alpine:3.20",
    "me/app, docker.io/me/app:latest",
    "docker.io/alpine, docker.io/library/alpine:latest",
    "docker://quay.io/a/b, quay.io/a/b:latest",
    "index.docker.io/a/b:1, docker.io/a/b:1",
    "Registry.Example:5000/x, registry.example:5000/x:latest",
    "127.0.0.1:5000/x:y, 127.0.0.1:5000/x:y",
    "[::1]:5000/x, [::1]:5000/x:latest",
    "localhost/busybox, localhost/busybox:latest",
  })
  void aNameIsWrittenInFull(String text, String full) throws ContainerException {
    assertThat(ImageReference.name(text.replace("docker://", "")).candidates().getLast())
        .hasToString(full);
    assertThat(ImageReference.parse(text)).isInstanceOf(ImageReference.Named.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"quay.io/a/b", "quay.io/a/b:1"})
  void aDigestStays(String name) throws ContainerException {
    ImageReference.Named named = ImageReference.name(name + "@" + DIGEST);
    assertThat(named).hasToString(name + "@" + DIGEST);
    assertThat(named.digest()).hasValueSatisfying(d -> assertThat(d).hasToString(DIGEST));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Alpine",
        "a b",
        "a//b",
        "/a",
        "a/",
        "a:",
        "a@sha256:12",
        "a@md5:0123",
        "-a",
        "a\nb",
        "--root",
        "a.b/../c",
        "https://example.org/a",
        "oci:",
        "docker-archive:",
        "docker-archive::x",
      })
  void whatIsNoImageIsToldSo(String text) {
    assertThatThrownBy(() -> ImageReference.parse(text))
        .isInstanceOf(ContainerException.class)
        .hasMessageContaining("'" + text + "'");
  }

  @ParameterizedTest
  @CsvSource({
    "oci:/d, oci, /d, ''",
    "oci-archive:/a/b.tar:x, oci-archive, /a/b.tar, x",
    "docker-archive:/b.tar:a/b:1, docker-archive, /b.tar, a/b:1",
  })
  void anArchiveHasAPath(String text, String transport, Path path, String inner)
      throws ContainerException {
    assertThat(ImageReference.parse(text))
        .isEqualTo(new ImageReference.Archived(transport, path, inner))
        .hasToString(text);
  }

  @ParameterizedTest
  @CsvSource({
    "busybox, true",
    "localhost/busybox, true",
    "localhost/busybox:latest, true",
    "localhost/busybox:1, false",
    "docker.io/busybox, false",
    "oci:busybox, false",
  })
  void theBuiltInImageIsKnown(String text, boolean isBuiltIn) throws ContainerException {
    assertThat(ImageReference.isBuiltIn(text)).isEqualTo(isBuiltIn);
  }

  /// Nothing that is taken for a name can be taken for an option, a path or another transport.
  @Property
  void aNameIsHarmlessOnACommandLine(@ForAll String text) {
    try {
      if (ImageReference.parse(text) instanceof ImageReference.Named name) {
        assertThat(name.toString()).matches("[A-Za-z0-9\\[][A-Za-z0-9._:/@\\[\\]-]*");
      }
    } catch (ContainerException e) {
      assertThat(e.getMessage()).isNotEmpty();
    }
  }
}
