package fcvm.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import fcvm.linux.Arch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A tree with Linux's targets, of which nothing needs a compiler.
@Timeout(60)
class KernelMakeTest {
  private static final String MAKEFILE =
      """
      VERSION = 7
      PATCHLEVEL = 3
      SUBLEVEL = 4
      EXTRAVERSION =
      mrproper:
      \trm -f .config
      allnoconfig:
      \tgrep -v CONFIG_DROPPED $(KCONFIG_ALLCONFIG) > .config
      olddefconfig:
      \techo CONFIG_MORE=y >> .config
      Image:
      \t@echo '  CC      kernel/fork.o'
      \t@echo '  LD      vmlinux'
      \tmkdir -p arch/arm64/boot
      \tenv > arch/arm64/boot/Image
      \tcat code >> arch/arm64/boot/Image
      """;

  private static final String PATCH =
      """
      --- a/code
      +++ b/code
      @@ -1 +1 @@
      -one
      +two
      """;

  @TempDir Path dir;
  private Path tree;
  private Path log;
  private Path result;

  @BeforeEach
  void makeTree() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/make")), "no make on this computer");
    tree = Files.createDirectory(dir.resolve("linux"));
    Files.writeString(tree.resolve("Makefile"), MAKEFILE);
    Files.writeString(tree.resolve("Kconfig"), "");
    Files.writeString(tree.resolve("code"), "one\n");
    log = dir.resolve("log");
    result = dir.resolve("result");
  }

  private String build(String fragment, Path... patches) throws Exception {
    return new KernelMake(
            new KernelTools(Arch.ARM64),
            KernelFragment.parse(fragment),
            KernelSource.of(tree),
            List.of(patches))
        .build(dir.resolve("scratch"), result, log, Progress.Step.SILENT);
  }

  @Test
  void theKernelIsMadeOfTheSourceInAnEnvironmentOfItsOwn() throws Exception {
    assertThat(build("CONFIG_A=y")).isEqualTo("CONFIG_A=y\nCONFIG_MORE=y\n");
    assertThat(result)
        .content()
        .contains("KBUILD_BUILD_USER=fcvm\n", "one\n")
        .doesNotContain("HOME=", "USER=r");
    assertThat(log).content().contains("  CC      kernel/fork.o\n");
  }

  @Test
  void optionsThatWereDroppedAreNamed() {
    assertThatThrownBy(() -> build("CONFIG_A=y\nCONFIG_DROPPED_TUN=y\nCONFIG_DROPPED_VETH=y\n"))
        .isInstanceOf(ProvisionException.class)
        .hasMessageContaining("Linux 7.3.4 is not what was asked for")
        .hasMessageContaining("\n  CONFIG_DROPPED_TUN=y is missing")
        .hasMessageContaining("\n  CONFIG_DROPPED_VETH=y is missing");
    assertThat(result).doesNotExist();
  }

  @Test
  void aBuildThatFailsNamesItsLogAndShowsItsEnd() throws Exception {
    Files.delete(tree.resolve("code"));
    assertThatThrownBy(() -> build("CONFIG_A=y"))
        .isInstanceOf(ProvisionException.class)
        .hasMessageContaining("Linux 7.3.4 did not build; all that was said is in " + log)
        .hasMessageContaining("cat: code: No such file or directory");
    assertThat(log).content().contains("cat: code: No such file or directory");
    assertThat(result).doesNotExist();
  }

  @Test
  void aPatchIsApplied() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/patch")), "no patch on this computer");
    Path patch = Files.writeString(dir.resolve("two.patch"), PATCH);
    build("CONFIG_A=y", patch);
    assertThat(result).content().endsWith("two\n");
    assertThat(tree.resolve("code")).hasContent("one");
  }

  @Test
  void aPatchThatDoesNotApplyIsNamed() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/patch")), "no patch on this computer");
    Path patch = Files.writeString(dir.resolve("two.patch"), PATCH);
    assertThatThrownBy(() -> build("CONFIG_A=y", patch, patch))
        .isInstanceOf(ProvisionException.class)
        .hasMessageContaining("the patch " + patch + " does not apply to Linux 7.3.4");
  }

  @Test
  void aDirectoryWhereLinuxCannotBeBuiltIsRefused() throws Exception {
    KernelMake make =
        new KernelMake(
            new KernelTools(Arch.ARM64),
            KernelFragment.parse(""),
            KernelSource.of(tree),
            List.of());
    assertThatThrownBy(() -> make.build(dir.resolve("a b"), result, log, Progress.Step.SILENT))
        .isInstanceOf(ProvisionException.class)
        .hasMessageContaining("set FCVM_DATA_DIR");
  }
}
