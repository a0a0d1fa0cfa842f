package fcvm.container.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerCopyTest {
  /// A copied layer, as `TYPE MODE PATH` or `TYPE MODE PATH -> TARGET` each.
  private static List<String> copy(byte[]... layers) throws IOException {
    List<String> found = new ArrayList<>();
    LayerReader reader = new LayerReader(new ByteArrayInputStream(tar(layers)));
    for (LayerEntry entry = reader.next(); entry != null; entry = reader.next()) {
      String mode = new String(entry.header(), 103, 4, StandardCharsets.US_ASCII);
      String target = entry.target().isEmpty() ? "" : " -> " + entry.target();
      found.add(entry.type() + " " + mode + " " + entry.path() + target);
    }
    return found;
  }

  private static byte[] tar(byte[]... layers) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (StoreTar tar = new StoreTar(out)) {
      LayerCopy copy = new LayerCopy(tar);
      for (int i = 0; i < layers.length; i++) {
        copy.copy("L" + i, new LayerReader(new ByteArrayInputStream(layers[i])));
      }
    }
    return out.toByteArray();
  }

  private static TarBytes tar() {
    return new TarBytes();
  }

  @Test
  void entriesMoveBelowTheirLayer() throws IOException {
    assertThat(
            copy(
                tar()
                    .directory("./", 0700)
                    .directory("bin/", 0711)
                    .file("bin/a", "x")
                    .entry("bin/b", '1', 0644, "", "./bin/a")
                    .entry("c", '2', 0777, "", "/bin/a")
                    .entry("p", '6', 0600, "", "")
                    .bytes()))
        .containsExactly(
            "5 0755 L0",
            "5 0700 L0",
            "5 0711 L0/bin",
            "0 0644 L0/bin/a",
            "1 0644 L0/bin/b -> L0/bin/a",
            "2 0777 L0/c -> /bin/a",
            "6 0600 L0/p");
  }

  @Test
  void aDirectoryWithoutAnEntryIsAsTheLayersBelowHaveIt() throws IOException {
    byte[] lower =
        tar().directory("", 0750).directory("etc", 0700).directory("etc/deep", 0711).bytes();
    byte[] upper = tar().file("etc/deep/.wh.x", "").file("new/file", "").bytes();
    assertThat(copy(lower, upper))
        .containsSubsequence(
            "5 0755 L1",
            "5 0750 L1",
            "5 0700 L1/etc",
            "5 0711 L1/etc/deep",
            "0 0000 L1/etc/deep/.wh.x",
            "5 0755 L1/new",
            "0 0644 L1/new/file");
  }

  @Test
  void whatALayerRemovedIsNotRemembered() throws IOException {
    byte[] lower = tar().directory("a", 0700).directory("a/b", 0711).directory("c", 0700).bytes();
    byte[] middle = tar().file(".wh.a", "").file("c/.wh..wh..opq", "").bytes();
    byte[] upper = tar().file("a/b/file", "").file("c/file", "").bytes();
    assertThat(copy(lower, middle, upper))
        .contains("5 0755 L2/a", "5 0755 L2/a/b", "5 0700 L2/c", "0 0000 L1/c/.wh..wh..opq");
  }

  @Test
  void aLinkInALowerLayerIsNotFollowed() throws IOException {
    byte[] lower = tar().entry("bin", '2', 0777, "", "usr/bin").bytes();
    assertThat(copy(lower, tar().file("bin/sh", "").bytes()))
        .contains("5 0755 L1/bin", "0 0644 L1/bin/sh");
  }

  @Test
  void aLinkOfTheSameLayerIsNotFollowedEither() {
    byte[] layer = tar().entry("d", '2', 0777, "", "/etc").file("d/passwd", "").bytes();
    assertThatThrownBy(() -> copy(layer)).hasMessageContaining("'d' as a directory");
  }

  @Test
  void aDirectoryDoesNotBecomeAFile() {
    byte[] layer = tar().directory("d", 0755).file("d", "").bytes();
    assertThatThrownBy(() -> copy(layer)).hasMessageContaining("'d' as a directory");
  }

  @Test
  void aHardLinkStaysInItsLayer() {
    byte[] lower = tar().file("secret", "x").bytes();
    for (String target : List.of("secret", "nothing", "d")) {
      byte[] upper = tar().directory("d", 0755).entry("l", '1', 0644, "", target).bytes();
      assertThatThrownBy(() -> copy(lower, upper))
          .hasMessageContaining("which is no file of its layer");
    }
  }

  @Test
  void whiteoutsOfNothingAreRefusedAndAufsOwnLeftOut() throws IOException {
    for (String name : List.of(".wh.", ".wh..", ".wh...", "d/.wh...")) {
      assertThatThrownBy(() -> copy(tar().file(name, "").bytes()))
          .as(name)
          .hasMessageContaining("hides nothing");
    }
    assertThat(copy(tar().file(".wh..wh.plnk", "").bytes()))
        .containsExactly("5 0755 L0", "5 0755 L0");
  }

  @Test
  void anEmptyLayerIsADirectory() throws IOException {
    assertThat(copy(tar().bytes())).containsExactly("5 0755 L0", "5 0755 L0");
  }

  /// GNU tar reads what we write as we meant it.
  @Test
  void gnuTarReadsIt(@TempDir Path dir) throws Exception {
    String name = "d/" + "long".repeat(50);
    byte[] layer =
        tar()
            .directory("d", 0750)
            .pax('x', "path=" + name, "mtime=1700000000.5", "uid=1234")
            .file("x", "content")
            .entry("dev", '3', 0600, "", "")
            .pax('x', "linkpath=" + name)
            .entry("l", '1', 0644, "", "short")
            .bytes();
    Path file = dir.resolve("layer.tar");
    Files.write(file, tar(layer));
    Process process =
        new ProcessBuilder("tar", "--numeric-owner", "--utc", "-tvf", file.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    assertThat(said)
        .contains("drwxr-x---", "-rw-r--r-- 1234/4", "2023-11-14", "L0/" + name)
        .contains("crw-------", "L0/l link to L0/" + name);
  }
}
