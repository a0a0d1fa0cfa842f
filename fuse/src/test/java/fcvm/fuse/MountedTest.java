package fcvm.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The same programs on a directory and on the same kind of directory through the server and this
/// computer's kernel: what they see must be the same, line by line.
class MountedTest {
  @TempDir Path directory;
  private Path plain;
  private Path shared;
  private Path mounted;

  @BeforeEach
  void makeDirectories() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/perl")), "there is no perl");
    plain = Files.createDirectory(directory.resolve("plain"));
    shared = Files.createDirectory(directory.resolve("shared"));
    mounted = Files.createDirectory(directory.resolve("mounted"));
    // Other users walk through it.
    Files.setAttribute(directory, "unix:mode", 0755);
  }

  private DevFuse mount(FuseOptions options, Limits limits) throws IOException {
    return DevFuse.mount(new FuseServer(new Passthrough(shared, limits), options), mounted);
  }

  /// What a perl program of ours prints in a directory.
  private List<String> run(String script, Path where) throws IOException, InterruptedException {
    Path program = directory.resolve(script);
    try (InputStream calls = MountedTest.class.getResourceAsStream("calls.pl");
        InputStream in = MountedTest.class.getResourceAsStream(script);
        OutputStream out = Files.newOutputStream(program)) {
      calls.transferTo(out);
      in.transferTo(out);
    }
    Process process =
        new ProcessBuilder("/usr/bin/perl", program.toString())
            .directory(where.toFile())
            .redirectErrorStream(true)
            .start();
    List<String> lines =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .toList();
    assertThat(process.waitFor()).as(String.join("\n", lines)).isZero();
    return lines;
  }

  @Test
  void posixIsTheSame() throws Exception {
    assertThat(differences("posix.pl", FuseOptions.DEFAULT, Limits.of(1))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"names.pl", "attributes.pl", "content.pl", "random.pl"})
  void everyCallIsTheSame(String script) throws Exception {
    assertThat(differences(script, FuseOptions.DEFAULT, Limits.of(1))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"names.pl", "attributes.pl"})
  void everyCallIsTheSameWithFewDescriptorsAndNoTimeouts(String script) throws Exception {
    FuseOptions options = new FuseOptions(false, Duration.ZERO, Duration.ZERO, false);
    assertThat(differences(script, options, new Limits(10_000, 2, 64))).isEmpty();
  }

  @Test
  void posixIsTheSameWithFewDescriptors() throws Exception {
    assertThat(differences("posix.pl", FuseOptions.DEFAULT, new Limits(10_000, 2, 64))).isEmpty();
  }

  @Test
  void posixIsTheSameWithoutTimeouts() throws Exception {
    FuseOptions options = new FuseOptions(false, Duration.ZERO, Duration.ZERO, false);
    assertThat(differences("posix.pl", options, Limits.of(1))).isEmpty();
  }

  @Test
  void posixIsTheSameWithTheWritebackCache() throws Exception {
    Duration timeout = FuseOptions.DEFAULT_TIMEOUT;
    FuseOptions options = new FuseOptions(false, timeout, timeout, true);
    List<String> differences = differences("posix.pl", options, Limits.of(1));
    // The times are the guest's, and its kernel does not move them for this.
    differences.removeIf(line -> line.contains("truncate same"));
    assertThat(differences).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"names.pl", "attributes.pl", "content.pl", "random.pl"})
  void everyCallIsTheSameWithTheWritebackCache(String script) throws Exception {
    Duration timeout = FuseOptions.DEFAULT_TIMEOUT;
    FuseOptions options = new FuseOptions(false, timeout, timeout, true);
    List<String> differences = differences(script, options, Limits.of(1));
    // What the guest's kernel decides by itself: times, errors that come late, no holes.
    differences.removeIf(
        line -> line.matches("\\d+ (truncate to the same|too far|hole|data|punched|seek) .*"));
    assertThat(differences).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 1000})
  void whoIsInADirectoryThatMovesFindsItsFiles(int paths) throws Exception {
    Limits limits = new Limits(10_000, paths, 64);
    assertThat(differences("together.pl", FuseOptions.DEFAULT, limits)).isEmpty();
  }

  private List<String> differences(String script, FuseOptions options, Limits limits)
      throws Exception {
    List<String> expected = run(script, plain);
    assertThat(expected).isNotEmpty();
    try (DevFuse mount = mount(options, limits)) {
      assertThat(mount).isNotNull();
      return differences(run(script, mounted), expected);
    }
  }

  private static List<String> differences(List<String> actual, List<String> expected) {
    List<String> differences = new ArrayList<>();
    for (int i = 0; i < Math.max(actual.size(), expected.size()); i++) {
      String mine = i < actual.size() ? actual.get(i) : "nothing";
      String right = i < expected.size() ? expected.get(i) : "nothing";
      if (!mine.equals(right)) {
        differences.add(mine + " | expected " + right);
      }
    }
    return differences;
  }
}
