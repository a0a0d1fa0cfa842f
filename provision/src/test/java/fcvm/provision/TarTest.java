package fcvm.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import fcvm.provision.tar.TarEntry;
import fcvm.provision.tar.TarReader;
import fcvm.provision.tar.TarWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TarTest {
  @TempDir Path dir;

  @Test
  void readsBackWhatItWrote() throws Exception {
    String longPath = "d/" + "long-".repeat(40) + "ü";
    String longTarget = "../" + "t".repeat(150);
    byte[] archive =
        write(tree ->
            tree.directory("d", 0700)
                .file("d/empty", "")
                .file(longPath, 04755, "content".getBytes(StandardCharsets.UTF_8))
                .link("d/link", longTarget));
    assertThat(read(archive))
        .containsExactly(
            "d/ 5 700  ",
            "d/empty 0 644  ",
            longPath + " 0 4755  content",
            "d/link 2 777 " + longTarget + " ");
  }

  @Test
  void makesMissingParentsAndKeepsTheFirstOfEachPath() throws Exception {
    byte[] archive = write(tree -> tree.file("a/b/c", "first").file("a/b/c", "second"));
    assertThat(read(archive)).containsExactly("a/ 5 755  ", "a/b/ 5 755  ", "a/b/c 0 644  first");
  }

  @Test
  void movesPackagesFilesUnderUsrAndTheirHardLinksToo() throws Exception {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (TarWriter tar = new TarWriter(packed)) {
      tar.entry(TarEntry.directory(".", 0755), new byte[0]);
      tar.entry(TarEntry.link("./bin", "usr/bin"), new byte[0]);
      tar.entry(TarEntry.file("./sbin/tool", 0755, 1), new byte[] {'x'});
      tar.entry(
          new TarEntry("./sbin/same", TarEntry.HARD_LINK, 0755, 0, 0, 0, 0, "./sbin/tool"),
          new byte[0]);
      tar.entry(TarEntry.file("./usr/share/doc/x", 0644, 0), new byte[0]);
    }
    byte[] archive =
        write(tree ->
            tree.archive(
                new ByteArrayInputStream(packed.toByteArray()),
                path -> !path.startsWith("usr/share/doc/")));
    assertThat(read(archive))
        .containsExactly(
            "usr/ 5 755  ",
            "usr/sbin/ 5 755  ",
            "usr/sbin/tool 0 755  x",
            "usr/sbin/same 1 755 usr/sbin/tool ");
  }

  @Test
  void gnuTarReadsItAndIsRead() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/tar")), "tar is not installed");
    String longPath = "x".repeat(90) + "/" + "y".repeat(90);
    Path mine = dir.resolve("mine.tar");
    Files.write(mine, write(tree -> tree.file(longPath, "text").link("link", "z".repeat(120))));
    Path unpacked = Files.createDirectory(dir.resolve("unpacked"));
    new Command("tar", "-xf", mine.toString(), "-C", unpacked.toString()).run(line -> {});
    assertThat(unpacked.resolve(longPath)).hasContent("text");
    assertThat(Files.readSymbolicLink(unpacked.resolve("link"))).hasToString("z".repeat(120));

    Path theirs = dir.resolve("theirs.tar");
    new Command("tar", "--format=gnu", "-cf", theirs.toString(), "-C", unpacked.toString(), ".")
        .run(line -> {});
    assertThat(read(Files.readAllBytes(theirs)))
        .anyMatch(entry -> entry.startsWith("./" + longPath + " 0 ") && entry.endsWith(" text"))
        .anyMatch(entry -> entry.startsWith("./link 2 "));
  }

  @Test
  void paxHeadersHoldWhatTheySay() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/tar")), "tar is not installed");
    Path tree = Files.createDirectory(dir.resolve("tree"));
    String longPath = "p".repeat(200);
    Path file = Files.writeString(tree.resolve(longPath), "text");
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_234_567_890_500L));
    Files.createSymbolicLink(tree.resolve("link"), Path.of("t".repeat(200)));
    Path archive = dir.resolve("pax.tar");
    new Command("tar", "--format=pax", "-cf", archive.toString(), "-C", tree.toString(), ".")
        .run(line -> {});
    assertThat(read(Files.readAllBytes(archive)))
        .anyMatch(entry -> entry.startsWith("./" + longPath + " 0 ") && entry.endsWith(" text"))
        .anyMatch(entry -> entry.startsWith("./link 2 777 " + "t".repeat(200)));
    TarReader reader = new TarReader(new ByteArrayInputStream(Files.readAllBytes(archive)));
    List<Long> times = new ArrayList<>();
    for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
      times.add(entry.modified());
    }
    assertThat(times).contains(1_234_567_890L);
  }

  @Test
  void largeNumbersAndOddNamesComeBack() throws Exception {
    TarEntry entry =
        new TarEntry("\u00ff\u0080", TarEntry.FILE, 0600, 3_000_000, -2, 1L << 40, -5, "");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TarWriter tar = new TarWriter(out, StandardCharsets.ISO_8859_1);
    tar.entry(entry, sink -> sink.write('x')); // the rest is missing
    tar.close();
    TarReader reader =
        new TarReader(new ByteArrayInputStream(out.toByteArray()), StandardCharsets.ISO_8859_1);
    assertThat(reader.next()).isEqualTo(entry);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "99 path=x\n",
        "8 path=x",
        "x path=x\n",
        "11 size=abc\n",
        "9 size=-1\n",
        "22 GNU.sparse.major=1\n"
      })
  void aBrokenPaxHeaderIsRefused(String record) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TarWriter tar = new TarWriter(out)) {
      byte[] bytes = record.getBytes(StandardCharsets.UTF_8);
      tar.entry(new TarEntry("x", 'x', 0644, 0, 0, bytes.length, 0, ""), bytes);
      tar.entry(TarEntry.file("f", 0644, 0), new byte[0]);
    }
    assertThatThrownBy(() -> read(out.toByteArray())).isInstanceOf(IOException.class);
  }

  @Property(tries = 100)
  void anyBytesAreReadOrRefused(@ForAll @Size(max = 1100) byte[] bytes) {
    try {
      read(bytes);
    } catch (IOException e) {
      assertThat(e).isNotNull();
    }
  }

  @Test
  void anArchiveCutOffWithinAFileIsRefused() throws Exception {
    byte[] archive = write(tree -> tree.file("f", "x".repeat(5000)));
    byte[] cut = java.util.Arrays.copyOf(archive, 1024);
    assertThatThrownBy(() -> read(cut)).isInstanceOf(IOException.class);
  }

  @FunctionalInterface
  private interface Filling {
    void fill(TreeWriter tree) throws IOException;
  }

  private static byte[] write(Filling filling) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TarWriter tar = new TarWriter(out)) {
      filling.fill(new TreeWriter(tar));
    }
    assertThat(out.size() % TarEntry.BLOCK).isZero();
    return out.toByteArray();
  }

  private static List<String> read(byte[] archive) throws IOException {
    List<String> entries = new ArrayList<>();
    TarReader reader = new TarReader(new ByteArrayInputStream(archive));
    for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
      ByteArrayOutputStream content = new ByteArrayOutputStream();
      reader.content(content);
      entries.add(
          "%s %s %o %s %s"
              .formatted(
                  entry.path(),
                  entry.type(),
                  entry.mode(),
                  entry.target(),
                  content.toString(StandardCharsets.UTF_8)));
    }
    return entries;
  }
}
