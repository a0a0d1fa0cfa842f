package fcvm.container.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fcvm.container.ContainerException;
import fcvm.container.copy.CopyTarget.Kind;
import fcvm.linux.Fd;
import fcvm.provision.tar.TarEntry;
import fcvm.provision.tar.TarWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CopyTest {
  @TempDir Path dir;

  private Path out;
  private Path secret;
  private final List<String> warnings = new ArrayList<>();

  @BeforeEach
  void make() throws IOException {
    out = Files.createDirectory(dir.resolve("out"));
    secret = Files.writeString(dir.resolve("secret"), "untouched");
  }

  @ParameterizedTest
  @CsvSource({
    "f, false, /d, DIRECTORY, /d, f",
    "a/f, false, /d/g, ABSENT, /d, g",
    "a/f, false, g, ABSENT, ., g",
    "a/f, false, /g, FILE, /, g",
    "a/b, true, /d, DIRECTORY, /d, b",
    "a/b/, true, /d/, DIRECTORY, /d/, b",
    "a/b/., true, /d, DIRECTORY, /d, .",
    ". , true, /d, DIRECTORY, /d, .",
    "a/b, true, /d/c, ABSENT, /d, c",
    "a/b/., true, /d/c/, ABSENT, /d, c",
    "a/b/., true, /d/c/., ABSENT, /d, c",
  })
  void goesWherePodmanPutsIt(
      String from, boolean isDirectory, String to, Kind kind, String directory, String name)
      throws ContainerException {
    assertThat(CopyTarget.of(from, isDirectory, to, kind))
        .isEqualTo(new CopyTarget(directory, name));
  }

  @ParameterizedTest
  @CsvSource({
    "a/b, true, /f, FILE, which is a file",
    "a/f, false, /d/, ABSENT, there is no directory /d/",
    "/, true, /d, DIRECTORY, does not say",
    "a/.., true, /d, DIRECTORY, does not say",
  })
  void saysWhatCannotBe(String from, boolean isDirectory, String to, Kind kind, String message) {
    assertThatThrownBy(() -> CopyTarget.of(from, isDirectory, to, kind))
        .hasMessageContaining(message);
  }

  @Test
  void aTreeComesBackAsItWas() throws Exception {
    Path tree = Files.createDirectory(dir.resolve("tree"));
    Path file = Files.writeString(tree.resolve("ö ü"), "text");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-x---"));
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000_000_000L));
    Files.createSymbolicLink(tree.resolve("link"), Path.of("/etc/shadow"));
    Path deep = Files.createDirectories(tree.resolve("a/".repeat(50) + "n".repeat(200)));
    Files.write(deep.resolve("bytes"), new byte[] {0, -1});
    Path closed = Files.createDirectory(tree.resolve("closed"));
    Files.writeString(closed.resolve("x"), "x");
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));
    Files.setLastModifiedTime(closed, FileTime.fromMillis(2_000_000_000_000L));

    unpack(pack(tree, "tree"), "copy");
    Path copy = out.resolve("copy");
    assertThat(copy.resolve("ö ü")).hasContent("text");
    assertThat(Files.getPosixFilePermissions(copy.resolve("ö ü"))).hasSize(5);
    assertThat(Files.getLastModifiedTime(copy.resolve("ö ü")).toMillis())
        .isEqualTo(1_000_000_000_000L);
    assertThat(Files.readSymbolicLink(copy.resolve("link"))).hasToString("/etc/shadow");
    assertThat(copy.resolve(tree.relativize(deep)).resolve("bytes"))
        .hasBinaryContent(new byte[] {0, -1});
    assertThat(Files.getPosixFilePermissions(copy.resolve("closed"))).hasSize(6);
    assertThat(Files.getLastModifiedTime(copy.resolve("closed")).toMillis())
        .isEqualTo(2_000_000_000_000L);
    assertThat(warnings).isEmpty();
  }

  @Test
  void theContentsOfADirectoryJoinThoseThatAreThere() throws Exception {
    Path tree = Files.createDirectory(dir.resolve("tree"));
    Files.writeString(tree.resolve("new"), "new");
    Files.writeString(tree.resolve("both"), "theirs");
    Files.writeString(out.resolve("both"), "mine");
    Files.writeString(out.resolve("old"), "old");
    unpack(pack(tree, "tree"), CopyTarget.CONTENTS);
    assertThat(out.resolve("new")).hasContent("new");
    assertThat(out.resolve("both")).hasContent("theirs");
    assertThat(out.resolve("old")).hasContent("old");
  }

  @Test
  void whatIsNoFileIsLeftOut() throws Exception {
    Path tree = Files.createDirectory(dir.resolve("tree"));
    new ProcessBuilder("mkfifo", tree.resolve("fifo").toString()).start().waitFor();
    unpack(pack(tree, "tree"), "copy");
    assertThat(out.resolve("copy")).isEmptyDirectory();
    assertThat(warnings).singleElement().asString().contains("tree/fifo");
  }

  @ParameterizedTest
  @CsvSource({
    "d/../../\u009bsecret, /../../?secret",
    "d/../../secret, leads out of it",
    "../secret, leads out of it",
    "/, has the path"
  })
  void aPathThatLeadsOutIsRefused(String path, String message) throws Exception {
    byte[] archive =
        archive(tar -> {
          tar.entry(TarEntry.directory("d", 0755), new byte[0]);
          tar.entry(TarEntry.file(path, 0644, 4), bytes("evil"));
        });
    assertThatThrownBy(() -> unpack(archive, "copy")).hasMessageContaining(message);
    nothingElseWasTouched();
  }

  @Test
  void linksAreNeverFollowed() throws Exception {
    // One that the archive brings.
    byte[] archive =
        archive(tar -> {
          tar.entry(TarEntry.directory("d", 0755), new byte[0]);
          tar.entry(TarEntry.link("d/up", ".."), new byte[0]);
          tar.entry(TarEntry.link("d/abs", dir.toString()), new byte[0]);
          tar.entry(TarEntry.file("d/abs/secret", 0644, 4), bytes("evil"));
        });
    assertThatThrownBy(() -> unpack(archive, "copy"))
        .hasMessageContaining("d/abs".replace("d/", "copy/"));
    // One that is there.
    Files.createSymbolicLink(out.resolve("there"), dir);
    byte[] second =
        archive(tar -> {
          tar.entry(TarEntry.directory("d", 0755), new byte[0]);
          tar.entry(TarEntry.directory("d/there", 0755), new byte[0]);
          tar.entry(TarEntry.file("d/there/secret", 0644, 4), bytes("evil"));
        });
    assertThatThrownBy(() -> unpack(second, CopyTarget.CONTENTS)).hasMessageContaining("there");
    // A file replaces a link, and not what it leads to.
    Files.createSymbolicLink(out.resolve("file"), secret);
    unpack(archive(tar -> tar.entry(TarEntry.file("file", 04755, 4), bytes("mine"))), "file");
    assertThat(Files.isSymbolicLink(out.resolve("file"))).isFalse();
    assertThat(Files.getAttribute(out.resolve("file"), "unix:mode", LinkOption.NOFOLLOW_LINKS))
        .as("no set-user-ID")
        .isEqualTo(0100755);
    nothingElseWasTouched();
  }

  @Test
  void hardLinksStayInside() throws Exception {
    byte[] archive =
        archive(tar -> {
          tar.entry(TarEntry.directory("d", 0755), new byte[0]);
          tar.entry(TarEntry.file("d/one", 0644, 3), bytes("one"));
          tar.entry(hardLink("d/two", "d/one"), new byte[0]);
        });
    unpack(archive, "copy");
    assertThat(Files.isSameFile(out.resolve("copy/one"), out.resolve("copy/two"))).isTrue();
    for (String to : List.of("../secret", "secret", "d/link")) {
      byte[] evil =
          archive(tar -> {
            tar.entry(TarEntry.directory("d", 0755), new byte[0]);
            tar.entry(TarEntry.link("d/link", secret.toString()), new byte[0]);
            tar.entry(hardLink("d/two", to), new byte[0]);
          });
      assertThatThrownBy(() -> unpack(evil, "evil")).isInstanceOf(IOException.class);
    }
    nothingElseWasTouched();
  }

  @Property(tries = 200)
  void anyBytesAreUnpackedOrRefused(@ForAll @Size(max = 2048) byte[] bytes) throws Exception {
    Path root = Files.createTempDirectory("copy");
    try (Fd fd = Fd.open(root.toString(), Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      new Unpacking(fd, new CopyTarget(root.toString(), "x"), _ -> {})
          .unpack(new ByteArrayInputStream(bytes));
    } catch (IOException e) {
      assertThat(e.getMessage()).isNotEmpty();
    } finally {
      try (Stream<Path> made = Files.walk(root)) {
        for (Path path : made.sorted(java.util.Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private static TarEntry hardLink(String path, String target) {
    return new TarEntry(path, TarEntry.HARD_LINK, 0644, 0, 0, 0, 0, target);
  }

  private void nothingElseWasTouched() {
    assertThat(secret).hasContent("untouched");
  }

  private byte[] pack(Path source, String name) throws IOException {
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    try (Fd fd = Fd.open(source.toString(), Fd.O_RDONLY)) {
      Packing.pack(fd, name, archive, warnings::add);
    }
    return archive.toByteArray();
  }

  private void unpack(byte[] archive, String name) throws IOException {
    try (Fd root = Fd.open(out.toString(), Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      new Unpacking(root, new CopyTarget(out.toString(), name), warnings::add)
          .unpack(new ByteArrayInputStream(archive));
    }
  }

  @FunctionalInterface
  private interface Filling {
    void fill(TarWriter tar) throws IOException;
  }

  private static byte[] archive(Filling filling) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TarWriter tar = new TarWriter((OutputStream) out)) {
      filling.fill(tar);
    }
    return out.toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
