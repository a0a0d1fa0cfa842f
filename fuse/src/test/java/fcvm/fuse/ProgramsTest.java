package fcvm.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What people do in a volume: archives, repositories, databases, through the server and this
/// computer's kernel.
class ProgramsTest {
  /// Files of the source tree; `-Dfcvm.test.files=50000` for a large one.
  private static final int FILES = Integer.getInteger("fcvm.test.files", 5000);

  private static final int FILES_IN_DIRECTORY = 100;

  @TempDir Path directory;
  private Path shared;
  private Path mounted;
  private DevFuse fuse;

  @BeforeEach
  void mount() throws IOException {
    shared = Files.createDirectory(directory.resolve("shared"));
    mounted = Files.createDirectory(directory.resolve("mounted"));
    Passthrough passthrough = new Passthrough(shared, Limits.of(1));
    fuse = DevFuse.mount(new FuseServer(passthrough, FuseOptions.DEFAULT), mounted);
  }

  @AfterEach
  void unmount() {
    if (fuse != null) {
      fuse.close();
    }
  }

  private static void demand(String program) {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin", program)), "there is no " + program);
  }

  private static Process start(Path where, List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(where.toFile());
    builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
    return builder.redirectErrorStream(true).start();
  }

  private static String run(Path where, String... command) throws Exception {
    return finish(start(where, List.of(command)));
  }

  private static String finish(Process process) throws Exception {
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
    return out.strip();
  }

  /// A tree of small files with all kinds of names, permissions, owners and times.
  private static void makeTree(Path root, int files) throws IOException {
    Random random = new Random(1);
    for (int i = 0; i < files; i++) {
      Path parent = Files.createDirectories(root.resolve("d" + i / FILES_IN_DIRECTORY + "/ö"));
      Path file = parent.resolve("file " + i);
      byte[] content = new byte[random.nextInt(3000)];
      random.nextBytes(content);
      Files.write(file, content);
      if (i % 10 == 0) {
        Files.createSymbolicLink(parent.resolve("link" + i), file.getFileName());
        Files.createLink(parent.resolve("hard" + i), file);
        Files.setAttribute(file, "unix:uid", 1000 + i % 7);
      }
      Files.setAttribute(file, "unix:mode", new int[] {0644, 0755, 0600, 04711}[i % 4]);
      Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(1_000_000_000L + i)));
    }
  }

  /// The checksum of a tree with all that tar keeps.
  private String checksum(Path root) throws Exception {
    Path archive = directory.resolve("check.tar");
    run(root, "tar", "--sort=name", "--numeric-owner", "-cf", archive.toString(), ".");
    String sum = run(directory, "sha256sum", archive.toString());
    Files.delete(archive);
    return sum;
  }

  @Test
  void aTreeGoesInAndOutUnchanged() throws Exception {
    demand("tar");
    Path source = directory.resolve("source");
    makeTree(source, FILES);
    String sum = checksum(source);
    Path archive = directory.resolve("tree.tar");
    run(source, "tar", "--sort=name", "--numeric-owner", "-cf", archive.toString(), ".");
    Path in = Files.createDirectory(mounted.resolve("in"));
    run(in, "tar", "--numeric-owner", "-xpf", archive.toString());
    assertThat(checksum(in)).as("read through the volume").isEqualTo(sum);
    assertThat(checksum(shared.resolve("in"))).as("on the host").isEqualTo(sum);
    run(mounted, "cp", "-a", "in", "copy");
    assertThat(checksum(shared.resolve("copy"))).as("copied in the volume").isEqualTo(sum);
    run(mounted, "rm", "-r", "in", "copy");
    assertThat(shared).isEmptyDirectory();
  }

  @Test
  void aRepositoryIsSound() throws Exception {
    demand("git");
    Path work = Files.createDirectory(mounted.resolve("work"));
    run(work, "git", "init", "-q", "-b", "main");
    run(work, "git", "config", "user.name", "t");
    run(work, "git", "config", "user.email", "t@localhost");
    for (int commit = 0; commit < 5; commit++) {
      makeTree(work.resolve("part" + commit), 400);
      run(work, "git", "add", "-A");
      run(work, "git", "commit", "-q", "-m", "part " + commit);
    }
    run(work, "git", "mv", "part0", "moved");
    run(work, "git", "commit", "-q", "-a", "-m", "moved");
    run(work, "git", "gc", "-q");
    run(work, "git", "fsck", "--full", "--strict");
    assertThat(run(work, "git", "status", "--porcelain")).isEmpty();
    Path clone = directory.resolve("clone");
    run(directory, "git", "clone", "-q", shared.resolve("work").toString(), clone.toString());
    assertThat(run(clone, "git", "rev-list", "--count", "HEAD")).isEqualTo("6");
    assertThat(run(clone, "git", "rev-parse", "HEAD^{tree}"))
        .isEqualTo(run(work, "git", "rev-parse", "HEAD^{tree}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"delete", "wal"})
  void aDatabaseSurvivesWritersAtTheSameTime(String journal) throws Exception {
    demand("sqlite3");
    String timeout = ".timeout 60000";
    run(mounted, "sqlite3", "db", "PRAGMA journal_mode=" + journal);
    run(mounted, "sqlite3", "db", "CREATE TABLE t (writer INT, i INT, filler TEXT)");
    List<Process> writers = new ArrayList<>();
    int rows = 50;
    for (int writer = 0; writer < 4; writer++) {
      List<String> command = new ArrayList<>(List.of("sqlite3", "-cmd", timeout, "db"));
      StringBuilder script = new StringBuilder();
      for (int i = 0; i < rows; i++) {
        script.append("INSERT INTO t VALUES (%d, %d, hex(randomblob(900)));".formatted(writer, i));
      }
      command.add(script.toString());
      writers.add(start(mounted, command));
    }
    for (Process writer : writers) {
      finish(writer);
    }
    assertThat(run(mounted, "sqlite3", "db", "PRAGMA integrity_check")).isEqualTo("ok");
    assertThat(run(mounted, "sqlite3", "db", "SELECT count(DISTINCT writer * 1000 + i) FROM t"))
        .isEqualTo(Integer.toString(4 * rows));
    fuse.close();
    assertThat(run(shared, "sqlite3", "db", "PRAGMA integrity_check")).isEqualTo("ok");
  }

  @Test
  void randomWritesAreWhereTheyBelong() throws IOException {
    int size = 8 << 20;
    byte[] expected = new byte[size];
    Random random = new Random(7);
    Path file = mounted.resolve("f");
    for (int open = 0; open < 4; open++) {
      try (FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        for (int i = 0; i < 1000; i++) {
          byte[] bytes = new byte[1 + random.nextInt(i % 50 == 0 ? 2 << 20 : 20_000)];
          random.nextBytes(bytes);
          int at = random.nextInt(size - bytes.length);
          System.arraycopy(bytes, 0, expected, at, bytes.length);
          channel.write(ByteBuffer.wrap(bytes), at);
          if (i % 100 == 0) {
            channel.force(false);
          }
        }
      }
      assertThat(Files.mismatch(file, Files.write(directory.resolve("e"), trimmed(expected, file))))
          .as("read through the volume")
          .isEqualTo(-1);
      assertThat(Files.mismatch(shared.resolve("f"), directory.resolve("e")))
          .as("on the host")
          .isEqualTo(-1);
    }
  }

  /// As long as the file is: nobody has written beyond.
  private static byte[] trimmed(byte[] expected, Path file) throws IOException {
    return Arrays.copyOf(expected, (int) Files.size(file));
  }
}
