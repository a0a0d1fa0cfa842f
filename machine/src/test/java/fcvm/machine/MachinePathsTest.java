package fcvm.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fcvm.linux.Arch;
import fcvm.provision.Dirs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachinePathsTest {
  @TempDir Path directory;

  @Test
  void areTheOwnersAloneAndApartPerArchitecture() throws Exception {
    Dirs dirs = new Dirs(directory.resolve("d"), directory.resolve("v"), directory.resolve("r"));
    MachinePaths paths = MachinePaths.of(dirs, Arch.ARM64);
    paths.make();
    for (Path made : new Path[] {paths.directory(), paths.run()}) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
          .isEqualTo("rwx------");
    }
    assertThat(MachinePaths.of(dirs, Arch.AMD64).directory()).isNotEqualTo(paths.directory());
  }

  @Test
  void aSocketPathThatTheKernelRefusesIsSaidBefore() {
    Path deep = directory.resolve("x".repeat(100));
    assertThatThrownBy(() -> new MachinePaths(deep).make())
        .isInstanceOf(MachineException.class)
        .hasMessageContaining("FCVM_DATA_DIR");
  }
}
