package fcvm.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CpioWriterTest {
  @Test
  void writesTheKernelsFormat() throws Exception {
    String archive = new String(archive(), StandardCharsets.ISO_8859_1);
    // buffer-format.rst: magic, 13 fields of 8 hexadecimal digits, the name padded to 4 bytes.
    assertThat(archive)
        .startsWith(
            "070701" + "00000001" + "000041ed" + "00000000".repeat(2) + "00000001" + "00000000")
        .contains("dir/file\0\0hello\0\0\0" + "070701")
        .contains("TRAILER!!!\0");
    assertThat(archive.substring(94, 110)).isEqualTo("0000000400000000");
    assertThat(archive.length() % 4).isZero();
  }

  @Test
  void cpioReadsIt() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/cpio")), "cpio is not installed");
    Process cpio = new ProcessBuilder("cpio", "-itv").redirectErrorStream(true).start();
    cpio.getOutputStream().write(archive());
    cpio.getOutputStream().close();
    String listing = new String(cpio.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(cpio.waitFor()).isZero();
    assertThat(listing)
        .containsPattern("drwxr-xr-x +\\d+ root +root .* dir\n")
        .containsPattern("-rwxr-x--- +\\d+ root +root +5 .* dir/file\n")
        .contains("link -> dir/file");
  }

  private static byte[] archive() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (CpioWriter cpio = new CpioWriter(out)) {
      cpio.directory("dir");
      cpio.file("dir/file", 0750, "hello".getBytes(StandardCharsets.UTF_8));
      cpio.link("link", "dir/file");
    }
    return out.toByteArray();
  }
}
