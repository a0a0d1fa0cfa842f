package fcvm.container.image;

import static org.assertj.core.api.Assertions.assertThat;

import fcvm.linux.Arch;
import fcvm.linux.FileLock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreFilesTest {
  @TempDir Path dir;

  private StoreFiles files;
  private Path scratch;

  @BeforeEach
  void make() throws IOException {
    files = new StoreFiles(dir.resolve("images"));
    files.make();
    scratch = Files.createDirectory(dir.resolve("scratch"));
  }

  /// An image of one layer, with all its files.
  private StoredImage image(String name, String content) throws IOException {
    Digest layer = put("layer of " + content);
    Digest config = put("configuration of " + content);
    Digest manifest =
        put(
            "{\"config\":{\"digest\":\"%s\"},\"layers\":[{\"digest\":\"%s\",\"size\":3}]}"
                .formatted(config, layer));
    Files.writeString(files.disk(config), "disk");
    StoredImage image =
        new StoredImage(
            name, Arch.AMD64, manifest, manifest, config, 3, Instant.EPOCH, Instant.EPOCH);
    files.record(image, scratch);
    return image;
  }

  private Digest put(String content) throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    Digest digest = Digest.of(bytes);
    files.put(bytes, files.blob(digest), scratch);
    return digest;
  }

  private long count(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.count();
    }
  }

  @Test
  void aRecordIsReadAsItWasWritten() throws IOException {
    StoredImage image = image("localhost/a:1", "a");
    assertThat(files.records()).containsExactly(image);
    assertThat(files.find("localhost/a:1", Arch.AMD64)).containsExactly(image);
    assertThat(files.find("localhost/a:1", Arch.ARM64)).isEmpty();
    assertThat(files.find(image.image().hex().substring(0, 6), Arch.AMD64)).containsExactly(image);
    assertThat(files.find("", Arch.AMD64)).isEmpty();
  }

  @Test
  void aDamagedRecordCountsAsNone() throws IOException {
    StoredImage image = image("localhost/a:1", "a");
    for (String damage : new String[] {"", "{", "{}", "[1]", "{\"name\":\"x\",\"arch\":\"z80\"}"}) {
      Files.writeString(files.names().resolve(image.fileName()), damage);
      assertThat(files.records()).as(damage).isEmpty();
    }
  }

  @Test
  void anImageGoesWithItsLastName() throws IOException {
    StoredImage one = image("localhost/a:1", "a");
    StoredImage two = image("localhost/a:2", "a");
    image("localhost/b:1", "b");
    files.forget(one);
    files.sweep();
    assertThat(files.disk(one.image())).exists();
    assertThat(count(files.blobs())).isEqualTo(6);
    files.forget(two);
    files.sweep();
    assertThat(files.disk(one.image())).doesNotExist();
    assertThat(count(files.blobs())).isEqualTo(3);
  }

  @Test
  void whatIsInUseStays() throws IOException {
    StoredImage image = image("localhost/a:1", "a");
    try (FileLock used = files.using(image.image())) {
      assertThat(used).isNotNull();
      files.forget(image);
      files.sweep();
      assertThat(files.disk(image.image())).exists();
    }
    files.sweep();
    assertThat(files.disk(image.image())).doesNotExist();
  }

  @Test
  void nothingIsSweptWhileSomebodyFetches() throws IOException {
    Path half = files.scratch();
    put("a layer without an image yet");
    try (FileLock making = files.making()) {
      assertThat(making).isNotNull();
      files.sweep();
      files.sweepStaging();
      assertThat(half).exists();
      assertThat(count(files.blobs())).isEqualTo(1);
    }
    files.sweepStaging();
    assertThat(half).doesNotExist();
    assertThat(count(files.blobs())).isEqualTo(1);
    files.sweep();
    assertThat(count(files.blobs())).isZero();
  }
}
