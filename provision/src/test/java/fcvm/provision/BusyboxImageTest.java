package fcvm.provision;

import static org.assertj.core.api.Assertions.assertThat;

import fcvm.linux.Arch;
import fcvm.provision.tar.TarEntry;
import fcvm.provision.tar.TarReader;
import fcvm.provision.tar.TarWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The store's files refer to each other by digest: each reference must fit what it refers to.
class BusyboxImageTest {
  private final Map<String, String> files = store();

  @Test
  void theImagesNameIsItsConfigurationsDigest() {
    String id = find("\"id\":\"([0-9a-f]{64})\"", images());
    String config = bigData(id, "sha256:" + id);
    assertThat(Sha256.of(bytes(config))).isEqualTo(id);
    assertThat(config).contains("\"architecture\":\"arm64\"").contains("\"Cmd\":[\"sh\"]");
    assertThat(images())
        .contains("\"names\":[\"localhost/busybox:latest\"]")
        .contains("\"sha256:" + id + "\":" + config.length());
  }

  @Test
  void theManifestFitsConfigurationAndLayer() {
    String id = find("\"id\":\"([0-9a-f]{64})\"", images());
    String digest = find("\"digest\":\"sha256:([0-9a-f]{64})\"", images());
    String manifest = file("overlay-images/" + id + "/manifest");
    assertThat(Sha256.of(bytes(manifest))).isEqualTo(digest);
    assertThat(bigData(id, "manifest-sha256:" + digest)).isEqualTo(manifest);
    assertThat(bigData(id, "signature-" + digest)).isEmpty();
    String layer = find("\"layer\":\"([0-9a-f]{64})\"", images());
    assertThat(manifest).contains(id).contains("image.layer.v1.tar\",\"digest\":\"sha256:" + layer);
    assertThat(bigData(id, "sha256:" + id)).contains("\"diff_ids\":[\"sha256:" + layer + "\"]");
  }

  @Test
  void theLayerHasItsFilesAndItsShortName() {
    String layer = find("\"layer\":\"([0-9a-f]{64})\"", images());
    assertThat(file("overlay-layers/layers.json")).contains("\"id\":\"" + layer + "\"");
    String link = file("overlay/" + layer + "/link");
    assertThat(link).hasSize(26);
    assertThat(file("overlay/l/" + link)).isEqualTo("-> ../" + layer + "/diff");
    String diff = "overlay/" + layer + "/diff/";
    assertThat(file(diff + "bin/busybox")).isEqualTo("program");
    assertThat(file(diff + "bin/sh")).isEqualTo("-> busybox");
    assertThat(files).containsKeys("s/" + diff + "tmp/", "s/" + diff + "etc/passwd");
    assertThat(files).containsKeys("s/overlay-layers/layers.lock", "s/overlay-images/images.lock");
  }

  private String bigData(String id, String name) {
    String encoded = Base64.getEncoder().encodeToString(name.getBytes(StandardCharsets.UTF_8));
    return file("overlay-images/" + id + "/=" + encoded);
  }

  private String images() {
    return file("overlay-images/images.json");
  }

  private String file(String name) {
    assertThat(files).containsKey("s/" + name);
    return files.get("s/" + name);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String find(String pattern, String text) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    assertThat(matcher.find()).as(pattern + " in " + text).isTrue();
    return matcher.group(1);
  }

  private static Map<String, String> store() {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (TarWriter tar = new TarWriter(out)) {
        new BusyboxImage(Arch.ARM64, bytes("program"), List.of("busybox", "sh", "ls"))
            .write(new TreeWriter(tar), "s");
      }
      Map<String, String> files = new TreeMap<>();
      TarReader reader = new TarReader(new ByteArrayInputStream(out.toByteArray()));
      for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        reader.content(content);
        String target = entry.target().isEmpty() ? "" : "-> " + entry.target();
        files.put(entry.path(), target + content.toString(StandardCharsets.UTF_8));
      }
      return files;
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }
}
