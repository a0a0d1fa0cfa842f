package fcvm.provision;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fcvm.linux.Arch;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelTest {
  @TempDir Path dir;

  @Test
  void takesEachArchitecturesFormats() throws Exception {
    assertThatCode(() -> Kernel.check(kernel(0, "\u007fELF"), Arch.AMD64))
        .doesNotThrowAnyException();
    assertThatCode(() -> Kernel.check(kernel(0x202, "HdrS"), Arch.AMD64))
        .doesNotThrowAnyException();
    assertThatCode(() -> Kernel.check(kernel(0x38, "ARMd"), Arch.ARM64)).doesNotThrowAnyException();
  }

  @Test
  void refusesAnotherArchitecturesKernelAndSaysWhatFits() throws Exception {
    assertThatThrownBy(() -> Kernel.check(kernel(0x38, "ARMd"), Arch.AMD64))
        .isInstanceOf(ProvisionException.class)
        .hasMessageContaining("bzImage");
    assertThatThrownBy(() -> Kernel.check(kernel(0x202, "HdrS"), Arch.ARM64))
        .isInstanceOf(ProvisionException.class)
        .hasMessageContaining("Image for arm64");
  }

  @Test
  void saysWhyAFileCannotBeRead() throws Exception {
    assertThatThrownBy(() -> Kernel.check(dir.resolve("none"), Arch.AMD64))
        .hasMessageContaining("there is no such file");
    assertThatThrownBy(() -> Kernel.check(dir, Arch.AMD64)).hasMessageContaining("a directory");
    Path empty = Files.createFile(dir.resolve("empty"));
    assertThatThrownBy(() -> Kernel.check(empty, Arch.ARM64)).hasMessageContaining("is not");
  }

  private Path kernel(int offset, String magic) throws Exception {
    byte[] bytes = new byte[4096];
    byte[] text = magic.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(text, 0, bytes, offset, text.length);
    return Files.write(dir.resolve("kernel"), bytes);
  }
}
