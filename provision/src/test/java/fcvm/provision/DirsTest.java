package fcvm.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirsTest {
  @TempDir Path dir;

  @Test
  void withoutWishesTheXdgDefaults() {
    assertThat(Dirs.of(Map.of("HOME", "/home/u"), 1000))
        .isEqualTo(
            new Dirs(
                Path.of("/home/u/.local/share/fcvm"),
                Path.of("/home/u/.local/share/fcvm/vms"),
                Path.of("/tmp/fcvm-1000")));
    assertThat(Dirs.of(Map.of("HOME", "/root"), 0).runtime()).isEqualTo(Path.of("/run/fcvm"));
  }

  @Test
  void theEnvironmentDecides() {
    Map<String, String> environment =
        Map.of(
            "FCVM_DATA_DIR", "/data",
            "FCVM_STATE_DIR", "/state",
            "XDG_DATA_HOME", "/ignored",
            "XDG_RUNTIME_DIR", "/run/user/1000");
    assertThat(Dirs.of(environment, 1000))
        .isEqualTo(new Dirs(Path.of("/data"), Path.of("/state"), Path.of("/run/user/1000/fcvm")));
    assertThat(Dirs.of(Map.of("XDG_DATA_HOME", "/xdg"), 1000).data())
        .isEqualTo(Path.of("/xdg/fcvm"));
  }

  @Test
  void anEmptyVariableIsNotSet() {
    Map<String, String> environment = Map.of("FCVM_DATA_DIR", "", "FCVM_STATE_DIR", "");
    assertThat(Dirs.of(environment, 0)).isEqualTo(Dirs.of(Map.of(), 0));
  }

  @Test
  void aRelativeXdgDirectoryIsIgnored() {
    assertThat(Dirs.of(Map.of("XDG_DATA_HOME", "x", "HOME", "/h"), 1).data())
        .isEqualTo(Path.of("/h/.local/share/fcvm"));
  }

  /// `/tmp/fcvm-1000` may have been made by anybody, before its user came.
  @Test
  void whereSocketsAreIsForItsUserAlone() throws Exception {
    int uid = (Integer) Files.getAttribute(dir, "unix:uid");
    Dirs.demandOwn(dir, uid);
    assertThatThrownBy(() -> Dirs.demandOwn(dir, uid + 1))
        .isInstanceOf(ProvisionException.class)
        .hasMessageContaining("not yours alone");
    Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwxrwx---"));
    assertThatThrownBy(() -> Dirs.demandOwn(dir, uid)).hasMessageContaining("XDG_RUNTIME_DIR");
  }

  @Test
  void makesThemForTheirOwnerAlone() throws Exception {
    Dirs dirs = new Dirs(dir.resolve("a/data"), dir.resolve("a/data/vms"), dir.resolve("run"));
    dirs.make();
    dirs.make();
    for (Path made : new Path[] {dirs.data(), dirs.state(), dirs.runtime()}) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
          .isEqualTo("rwx------");
    }
  }

  @Test
  void oneThatCannotBeMadeIsNamed() throws Exception {
    Path file = Files.writeString(dir.resolve("file"), "");
    Dirs dirs = new Dirs(file.resolve("data"), dir.resolve("s"), dir.resolve("r"));
    assertThatThrownBy(dirs::make)
        .isInstanceOf(ProvisionException.class)
        .hasMessageContaining(file.resolve("data").toString())
        .hasMessageContaining("FCVM_DATA_DIR");
    Dirs taken = new Dirs(dir.resolve("d"), file, dir.resolve("r"));
    assertThatThrownBy(taken::make)
        .hasMessage(file + " is not a directory: set FCVM_STATE_DIR to one");
    Dirs below = new Dirs(dir.resolve("d"), dir.resolve("s"), file.resolve("run"));
    assertThatThrownBy(below::make).hasMessageContaining("XDG_RUNTIME_DIR");
  }
}
