package fcvm.container.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LayerReaderTest {
  private static List<LayerEntry> read(byte[] tar) throws IOException {
    LayerReader reader = new LayerReader(new ByteArrayInputStream(tar));
    List<LayerEntry> entries = new ArrayList<>();
    for (LayerEntry entry = reader.next(); entry != null; entry = reader.next()) {
      entries.add(entry);
    }
    return entries;
  }

  private static List<String> paths(byte[] tar) throws IOException {
    return read(tar).stream().map(LayerEntry::path).toList();
  }

  @ParameterizedTest
  @CsvSource({"./usr//lib/, usr/lib", "/etc/passwd, etc/passwd", "./, ''", "..a/...b, ..a/...b"})
  void aNameIsBelowTheRoot(String name, String path) throws IOException {
    assertThat(paths(new TarBytes().directory(name, 0755).bytes())).containsExactly(path);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "a/../../x", "a/..", "/.."})
  void aNameThatLeadsOutIsRefused(String name) {
    assertThatThrownBy(() -> read(new TarBytes().file(name, "").bytes()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("leads out of the image");
    assertThatThrownBy(() -> read(new TarBytes().entry("a", '1', 0644, "", name).bytes()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("leads out of the image");
  }

  @Test
  void aTerminalTakesNoOrdersFromANameInAMessage() {
    assertThatThrownBy(() -> read(new TarBytes().file("../\u001b[2J\u009bx", "").bytes()))
        .hasMessage("the name '../?[2J?x', which leads out of the image");
  }

  @Test
  void longNamesOfGnuAndOfPaxAreRead() throws IOException {
    String name = "d/" + "n".repeat(200);
    assertThat(paths(new TarBytes().gnuName('L', name).file("short", "x").bytes()))
        .containsExactly(name);
    assertThat(paths(new TarBytes().pax('x', "path=" + name).file("short", "x").bytes()))
        .containsExactly(name);
    LayerEntry link =
        read(new TarBytes().gnuName('K', name).entry("l", '2', 0777, "", "short").bytes())
            .getFirst();
    assertThat(link.target()).isEqualTo(name);
  }

  @Test
  void aNamesBytesStayAsTheyAre() throws IOException {
    assertThat(paths(new TarBytes().file("caf\u00e9", "").file("\u00ff\u0080", "").bytes()))
        .containsExactly("caf\u00e9", "\u00ff\u0080");
  }

  @Test
  void aGlobalHeaderCountsForAllAndTheNearerOneMore() throws IOException {
    byte[] tar =
        new TarBytes()
            .pax('g', "uid=7", "comment=c")
            .pax('x', "uid=8")
            .file("a", "")
            .file("b", "")
            .bytes();
    assertThat(read(tar).stream().map(entry -> entry.pax().get("uid"))).containsExactly("8", "7");
  }

  @Test
  void aSizeOfPaxCounts() throws IOException {
    byte[] tar =
        new TarBytes()
            .pax('x', "size=3")
            .entry("a", '0', 0644, "00000000000", "abc", "")
            .file("b", "")
            .bytes();
    assertThat(read(tar).getFirst().size()).isEqualTo(3);
    assertThat(paths(tar)).containsExactly("a", "b");
  }

  @Test
  void onlyFilesHaveContent() throws IOException {
    byte[] tar =
        new TarBytes().entry("a", '2', 0777, "00000001000", "", "t").file("b", "x").bytes();
    assertThat(paths(tar)).containsExactly("a", "b");
  }

  @ParameterizedTest
  @CsvSource({
    "GNU.sparse.major=1, a sparse file",
    "size=-1, a file of size",
    "size=-0, a file of size",
    "size=1.5, a file of size",
    "size=99999999999999999999, a file of size",
  })
  void paxThatCannotBeIsRefused(String record, String message) {
    assertThatThrownBy(() -> read(new TarBytes().pax('x', record).file("a", "").bytes()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(message);
  }

  @Test
  void recordsThatDoNotFitAreRefused() {
    for (String records : List.of("x", "5 a=b", "99 a=b\n", "-3 a\n", "6 ab\n7", " =\n")) {
      assertThatThrownBy(
              () -> read(new TarBytes().entry("p", 'x', 0, records, "").file("a", "").bytes()))
          .as(records)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("a pax record");
    }
  }

  @Test
  void ordersForOverlayfsAreNotForAnArchiveToGive() throws IOException {
    byte[] tar =
        new TarBytes()
            .pax(
                'x',
                "SCHILY.xattr.trusted.overlay.redirect=/etc",
                "SCHILY.xattr.user.overlay.opaque=y",
                "SCHILY.xattr.security.capability=\u0001")
            .file("a", "")
            .bytes();
    assertThat(new String(read(tar).getFirst().pax().encoded(), StandardCharsets.ISO_8859_1))
        .isEqualTo("38 SCHILY.xattr.security.capability=\u0001\n");
  }

  @Test
  void hugeAndNegativeSizesAreRefused() {
    String negative = "\u00ff".repeat(12);
    String huge = "\u0080" + "\u00ff".repeat(11);
    for (String size : List.of(negative, huge, "12x4")) {
      assertThatThrownBy(() -> read(new TarBytes().entry("a", '0', 0, size, "", "").bytes()))
          .as(size)
          .isInstanceOf(IOException.class);
    }
    assertThatThrownBy(() -> read(new TarBytes().entry("a", '0', 0, "77777777777", "", "").bytes()))
        .hasMessage("the archive ends within a file");
    assertThatThrownBy(() -> read(new TarBytes().entry("a", 'L', 0, "77777777777", "", "").bytes()))
        .hasMessageContaining("a header of");
  }

  @Test
  void typesThatLinuxDoesNotHaveAreRefused() {
    for (char type : new char[] {'S', 'D', 'M', 'V', '8', 'Z'}) {
      assertThatThrownBy(() -> read(new TarBytes().entry("a", type, 0, "", "").bytes()))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void noTarIsToldFromATar() {
    assertThatThrownBy(() -> read("x".repeat(1024).getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> read(new byte[100])).hasMessageContaining("ends within a header");
  }

  /// Whatever happens to a tar, entries are below the root or there is an [IOException].
  @Property(tries = 500)
  void damagedTarsDoNoHarm(@ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int changes)
      throws IOException {
    byte[] tar =
        new TarBytes()
            .pax('g', "mtime=1.5")
            .directory("d", 0755)
            .pax('x', "path=d/file", "size=600")
            .entry("f", '0', 0644, "00000000000", "c".repeat(600), "")
            .gnuName('L', "d/" + "n".repeat(150))
            .file("n", "content")
            .entry("d/l", '1', 0644, "", "d/file")
            .entry("d/s", '2', 0777, "", "../../etc/shadow")
            .bytes();
    Random random = new Random(seed);
    for (int i = 0; i < changes; i++) {
      int at = random.nextInt(tar.length);
      tar[at] = (byte) random.nextInt(256);
      if (random.nextBoolean()) {
        mend(tar, at / 512 * 512);
      }
    }
    LayerReader reader = new LayerReader(new ByteArrayInputStream(tar));
    try {
      for (LayerEntry entry = reader.next(); entry != null; entry = reader.next()) {
        assertThat(entry.path().split("/")).doesNotContain("..", ".");
        assertThat(entry.path()).doesNotStartWith("/").doesNotContain("\0");
        assertThat(entry.size()).isNotNegative();
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        if (entry.size() < tar.length) {
          reader.content(content);
          assertThat(content.size()).isEqualTo((int) entry.size());
        }
      }
    } catch (IOException e) {
      assertThat(e.getMessage()).isNotEmpty();
    }
  }

  // Makes a header's checksum right again, so that the change is read.
  private static void mend(byte[] tar, int at) {
    for (int i = 148; i < 156; i++) {
      tar[at + i] = ' ';
    }
    int sum = 0;
    for (int i = 0; i < 512; i++) {
      sum += tar[at + i] & 0xff;
    }
    byte[] text =
        String.format(java.util.Locale.ROOT, "%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(text, 0, tar, at + 148, text.length);
  }
}
