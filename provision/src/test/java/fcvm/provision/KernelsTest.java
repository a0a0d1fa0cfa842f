package fcvm.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fcvm.linux.Arch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelsTest {
  private static final String NAME = "vmlinux-nested-7.3.4-arm64-0123456789ab";

  @TempDir Path data;
  private Path directory;
  private Kernels kernels;

  @BeforeEach
  void prepare() throws Exception {
    directory = Files.createDirectory(data.resolve("kernels"));
    Dirs dirs = new Dirs(data, data, data);
    kernels = new Kernels(dirs, new Provision(dirs, Progress.SILENT), Progress.SILENT);
  }

  private Path put(String name, String firstLine, int built) throws Exception {
    Path kernel = Files.writeString(directory.resolve(name), "kernel");
    Files.writeString(directory.resolve(name + ".config"), firstLine + "\nCONFIG_64BIT=y\n");
    Files.writeString(directory.resolve(name + ".log"), "said");
    Files.setLastModifiedTime(kernel, FileTime.from(Instant.ofEpochSecond(built)));
    return kernel;
  }

  private static String current() throws Exception {
    return Kernels.recipeLine(KernelProfile.NESTED, Arch.ARM64);
  }

  @Test
  void aNameSaysWhatItIs() {
    assertThat(KernelName.parse(NAME))
        .contains(new KernelName("nested", "7.3.4", Arch.ARM64, "0123456789ab"));
    KernelName name = new KernelName("nested", "7.4.0-rc2", Arch.AMD64, "ba9876543210");
    assertThat(name).hasToString("vmlinux-nested-7.4.0-rc2-amd64-ba9876543210");
    assertThat(KernelName.parse(name.toString())).contains(name);
  }

  @Test
  void otherFilesAreNotListed() throws Exception {
    put(NAME, "", 1);
    Files.writeString(directory.resolve("custom-0123456789ab"), "");
    Files.createDirectory(directory.resolve(".tmp-" + NAME + "~"));
    assertThat(kernels.list()).extracting(BuiltKernel::name).containsExactly(NAME);
    assertThat(kernels.list().getFirst().isCurrent()).isFalse();
  }

  @Test
  void theNewestOfTheCurrentOptionsIsFound() throws Exception {
    put(NAME, current(), 1);
    Path newer = put(NAME.replace("01", "02"), current(), 2);
    put(NAME.replace("01", "03"), "# fcvm recipe: ffffffffffff", 3);
    put(NAME.replace("arm64", "amd64"), current(), 4);
    assertThat(kernels.find(KernelProfile.NESTED, Arch.ARM64).map(BuiltKernel::path))
        .contains(newer);
    assertThat(kernels.get(KernelProfile.NESTED, Arch.ARM64)).isEqualTo(newer);
  }

  @Test
  void withoutAKernelNoneIsFound() throws Exception {
    assertThat(kernels.find(KernelProfile.NESTED, Arch.ARM64)).isEmpty();
    Files.delete(directory);
    assertThat(kernels.list()).isEmpty();
  }

  @Test
  void aKernelGoesWithWhatIsAboutIt() throws Exception {
    put(NAME, current(), 1);
    Path other = put(NAME.replace("01", "02"), current(), 2);
    kernels.remove(kernels.list().getFirst());
    assertThat(kernels.list()).extracting(BuiltKernel::path).containsExactly(other);
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).hasSize(3);
    }
  }

  @Test
  void allAreRemovedWithTheirSource() throws Exception {
    put(NAME, current(), 1);
    Files.writeString(directory.resolve("vmlinux-nested-7.3.4-amd64-0123456789ab.log"), "failed");
    Path custom = Files.writeString(directory.resolve("custom-0123456789ab"), "");
    Files.createDirectories(data.resolve("linux-source-0123456789ab"));
    kernels.removeAll();
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).containsExactly(custom);
    }
    assertThat(data.resolve("linux-source-0123456789ab")).doesNotExist();
  }

  @Test
  void aPatchThatIsNotThereIsNamed() {
    Path patch = data.resolve("absent.patch");
    assertThatThrownBy(
            () -> kernels.build(KernelProfile.NESTED, Arch.ARM64, Optional.empty(), List.of(patch)))
        .isInstanceOf(ProvisionException.class)
        .hasMessage("the patch " + patch + " is not a file that can be read");
  }
}
