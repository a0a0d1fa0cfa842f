package fcvm.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineConfigTest {
  @TempDir Path directory;

  @Test
  void suitsTheComputer() {
    assertThat(MachineConfig.forComputer(2, 4000)).isEqualTo(new MachineConfig(2, 2000, 900));
    assertThat(MachineConfig.forComputer(64, 500_000)).isEqualTo(new MachineConfig(8, 6144, 900));
    assertThat(MachineConfig.forComputer(1, 512)).isEqualTo(new MachineConfig(1, 1024, 900));
  }

  @Test
  void refusesWhatNoMachineCanHave() {
    assertThatThrownBy(() -> new MachineConfig(0, 2048, 0)).hasMessageContaining("CPUs, not 0");
    assertThatThrownBy(() -> new MachineConfig(65, 2048, 0)).hasMessageContaining("not 65");
    assertThatThrownBy(() -> new MachineConfig(1, 1, 0)).hasMessageContaining("1024 MiB");
    assertThatThrownBy(() -> new MachineConfig(1, 2048, -1)).hasMessageContaining("idle");
  }

  @Test
  void isTheSameFromItsFile() throws Exception {
    MachineConfig config = new MachineConfig(3, 3000, 60);
    Path file = directory.resolve("machine.json");
    JsonObject.write(file, config.toJson());
    assertThat(MachineConfig.of(JsonObject.read(file))).isEqualTo(config);
  }
}
