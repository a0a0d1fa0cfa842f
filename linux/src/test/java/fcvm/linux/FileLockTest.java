package fcvm.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileLockTest {
  @TempDir Path directory;
  private String file;

  @BeforeEach
  void name() {
    file = directory.resolve("lock").toString();
  }

  @Test
  void excludesOtherHoldersInThisProcessToo() throws Exception {
    try (FileLock _ = FileLock.exclusive(file)) {
      assertThat(FileLock.tryExclusive(file)).isNull();
      assertThat(FileLock.tryShared(file)).isNull();
    }
    try (FileLock one = FileLock.tryShared(file);
        FileLock two = FileLock.tryShared(file)) {
      assertThat(one).isNotNull();
      assertThat(two).isNotNull();
      assertThat(FileLock.tryExclusive(file)).isNull();
    }
  }

  @Test
  void theLastOfThoseWhoShareItCanHaveItAlone() throws Exception {
    FileLock one = FileLock.exclusive(file);
    assertThat(one.makeShared()).isTrue();
    FileLock two = FileLock.tryShared(file);
    assertThat(two).isNotNull();
    assertThat(one.makeExclusive()).isFalse();
    assertThat(two.makeExclusive()).as("the first has lost what it had").isTrue();
    assertThat(one.makeShared()).isFalse();
    assertThat(two.makeExclusive()).as("is so already").isTrue();
    assertThat(two.makeShared()).isTrue();
    assertThat(one.makeShared()).isTrue();
    two.close();
    assertThat(one.makeExclusive()).isTrue();
    one.close();
  }

  @Test
  void aRemovedFileIsNotTheOneThatOthersLock() throws Exception {
    try (FileLock lock = FileLock.exclusive(file)) {
      assertThat(lock.isOfRemovedFile()).isFalse();
      Files.delete(Path.of(file));
      assertThat(lock.isOfRemovedFile()).isTrue();
      try (FileLock other = FileLock.exclusive(file)) {
        assertThat(lock.isOfRemovedFile()).isTrue();
        assertThat(other.isOfRemovedFile()).isFalse();
      }
    }
  }
}
