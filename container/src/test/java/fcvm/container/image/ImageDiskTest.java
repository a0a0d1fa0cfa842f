package fcvm.container.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fcvm.linux.Arch;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.jr.ob.JSON;

class ImageDiskTest {
  private static final BlobStream STREAMS =
      new BlobStream((file, reader) -> {
        throw new IOException("no zstd here: " + file);
      });

  @TempDir Path blobs;

  private final byte[] lower = new TarBytes().directory("etc", 0750).file("etc/a", "one").bytes();
  private final byte[] upper = new TarBytes().file("etc/.wh.a", "").file("b", "two").bytes();

  private ImageDisk disk() throws IOException {
    byte[] compressed = gzip(lower);
    String config =
        """
        {"architecture":"amd64","created":"2024-05-06T07:08:09.5Z","config":{"Cmd":["sh"]},\
        "rootfs":{"type":"layers","diff_ids":["%s","%s"]}}\
        """
            .formatted(Digest.of(lower), Digest.of(upper));
    Files.write(blobs.resolve(Digest.of(compressed).hex()), compressed);
    Files.write(blobs.resolve(Digest.of(upper).hex()), upper);
    byte[] bytes = config.getBytes(StandardCharsets.UTF_8);
    String manifest =
        """
        {"schemaVersion":2,"config":{"digest":"%s","size":%d},\
        "layers":[{"digest":"%s","size":%d},{"digest":"%s","size":%d}]}\
        """
            .formatted(
                Digest.of(bytes),
                bytes.length,
                Digest.of(compressed),
                compressed.length,
                Digest.of(upper),
                upper.length);
    return ImageDisk.of(
        Manifest.parse(manifest.getBytes(StandardCharsets.UTF_8)), ImageConfig.parse(bytes));
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  private Map<String, String> files(ImageDisk disk) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    disk.write(out, blobs, STREAMS);
    LayerReader reader = new LayerReader(new ByteArrayInputStream(out.toByteArray()));
    Map<String, String> files = new LinkedHashMap<>();
    for (LayerEntry entry = reader.next(); entry != null; entry = reader.next()) {
      ByteArrayOutputStream content = new ByteArrayOutputStream();
      reader.content(content);
      files.put(entry.path(), entry.target() + content.toString(StandardCharsets.UTF_8));
    }
    return files;
  }

  @Test
  void theStoreHasTheLayersAndSaysSo() throws IOException {
    ImageDisk disk = disk();
    Map<String, String> files = files(disk);
    String first = Digest.of(lower).hex();
    String second =
        Digest.of(("sha256:" + first + " " + Digest.of(upper)).getBytes(StandardCharsets.UTF_8))
            .hex();
    assertThat(files)
        .containsEntry("overlay/" + first + "/diff/etc/a", "one")
        .containsEntry("overlay/" + second + "/diff/b", "two")
        .containsKey("overlay/" + second + "/diff/etc/.wh.a")
        .containsEntry(
            "overlay/" + first + "/link", files.get("overlay/" + second + "/lower").substring(2))
        .doesNotContainKey("overlay/" + first + "/lower")
        .containsEntry(
            "overlay/l/" + files.get("overlay/" + second + "/link"), "../" + second + "/diff");
    Map<?, ?> top = (Map<?, ?>) JSON.std.listFrom(files.get("overlay-layers/layers.json")).get(1);
    assertThat(top.get("id")).isEqualTo(second);
    assertThat(top.get("parent")).isEqualTo(first);
    assertThat(top.get("diff-digest")).isEqualTo(Digest.of(upper).toString());
    assertThat(top.get("diff-size")).isEqualTo(3);
  }

  @Test
  void theStoreHasTheImageByteForByte() throws IOException {
    ImageDisk disk = disk();
    Map<String, String> files = files(disk);
    Map<?, ?> image =
        (Map<?, ?>) JSON.std.listFrom(files.get("overlay-images/images.json")).getFirst();
    String id = disk.manifest().config().hex();
    assertThat(image.get("id")).isEqualTo(id);
    assertThat(image.get("digest")).isEqualTo(Digest.of(disk.manifest().bytes()).toString());
    assertThat(files.get("overlay-images/" + id + "/manifest"))
        .isEqualTo(new String(disk.manifest().bytes(), StandardCharsets.UTF_8));
    assertThat(image.get("created")).isEqualTo("2024-05-06T07:08:09.500Z");
    assertThat((Map<?, ?>) image.get("big-data-sizes")).hasSize(4);
  }

  @Test
  void aLayerThatIsNotWhatItSaysIsRefused() throws IOException {
    ImageDisk disk = disk();
    byte[] other = new TarBytes().file("b", "evil").bytes();
    Files.write(blobs.resolve(Digest.of(upper).hex()), other);
    assertThatThrownBy(() -> files(disk))
        .hasMessage("a layer has the digest %s, not %s", Digest.of(other), Digest.of(upper));
  }

  @Test
  void aLayerCutShortIsRefused() throws IOException {
    ImageDisk disk = disk();
    Path blob = blobs.resolve(disk.manifest().layers().getFirst().digest().hex());
    byte[] bytes = Files.readAllBytes(blob);
    Files.write(blob, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    assertThatThrownBy(() -> files(disk)).isInstanceOf(java.io.EOFException.class);
  }

  @Test
  void aFilesNameTellsItsImage() throws IOException {
    Digest image = disk().manifest().config();
    assertThat(GuestImage.id(Path.of("/x", ImageDisk.fileName(image)))).isEqualTo(image.hex());
  }

  @Test
  void aManifestAndAConfigurationMustFit() throws IOException {
    Manifest manifest = disk().manifest();
    ImageConfig config = ImageConfig.parse("{}".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> ImageDisk.of(manifest, config)).hasMessageContaining("do not fit");
  }

  @Test
  void ofAListTheRightOneIsChosen() throws IOException {
    String digest = "sha256:" + "ab".repeat(32);
    byte[] list =
        """
        {"manifests":[{"digest":"sha256:%s","platform":{"os":"linux","architecture":"arm64"}},\
        {"digest":"%s","platform":{"os":"linux","architecture":"amd64"}}]}\
        """
            .formatted("cd".repeat(32), digest)
            .getBytes(StandardCharsets.UTF_8);
    assertThat(Manifest.choose(list, Arch.AMD64).map(Digest::toString)).contains(digest);
    byte[] only =
        new String(list, StandardCharsets.UTF_8)
            .replace("amd64", "s390x")
            .getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> Manifest.choose(only, Arch.AMD64))
        .hasMessage("the image is not for linux/amd64, only for 'linux/arm64', 'linux/s390x'");
    assertThat(Manifest.choose(disk().manifest().bytes(), Arch.AMD64)).isEmpty();
  }

  @Test
  void strangeManifestsAreRefused() {
    for (String text :
        new String[] {
          "[]",
          "{",
          "{}",
          "{\"config\":3}",
          "{\"config\":{\"digest\":\"sha256:../../x\"}}",
          "{\"schemaVersion\":1}",
          "{\"config\":{\"digest\":\"sha256:" + "a".repeat(64) + "\"},\"layers\":[1]}",
        }) {
      assertThatThrownBy(() -> Manifest.parse(text.getBytes(StandardCharsets.UTF_8)))
          .as(text)
          .isInstanceOf(fcvm.provision.ProvisionException.class);
    }
  }
}
