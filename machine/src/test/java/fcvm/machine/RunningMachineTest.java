package fcvm.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fcvm.linux.ProcessIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunningMachineTest {
  private static final ProcessIdentity OURSELVES =
      ProcessIdentity.of((int) ProcessHandle.current().pid()).orElseThrow();

  @TempDir Path directory;

  @Test
  void theNextProcessReadsWhatThisOneWrote() throws Exception {
    Path file = directory.resolve("running.json");
    assertThat(RunningMachine.read(file)).isEmpty();
    RunningMachine starting =
        RunningMachine.starting(directory)
            .withShare(new ProcessIdentity(11, 1L << 40, OURSELVES.boot()))
            .withShare(new ProcessIdentity(12, 5, OURSELVES.boot()));
    starting.write(file);
    assertThat(RunningMachine.read(file)).contains(starting);
    RunningMachine started = starting.withQemu(OURSELVES);
    started.write(file);
    assertThat(RunningMachine.read(file)).contains(started);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (var files = Files.list(directory)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void livesAsLongAsItsQemuInThisBoot() throws Exception {
    RunningMachine starting = RunningMachine.starting(directory);
    assertThat(starting.isAlive()).as("QEMU is not there yet").isFalse();
    RunningMachine started = starting.withQemu(OURSELVES);
    assertThat(started.isAlive()).isTrue();
    RunningMachine before =
        starting.withQemu(new ProcessIdentity(OURSELVES.pid(), OURSELVES.start(), "another-boot"));
    assertThat(before.isOfThisBoot()).isFalse();
    assertThat(before.isAlive()).as("before the computer was restarted").isFalse();
    before.kill();
    assertThat(OURSELVES.isAlive()).as("whoever has these pids now").isTrue();
  }

  @Test
  void aDirectoryThatWasReplacedIsAnother() throws Exception {
    Path dist = Files.createDirectory(directory.resolve("dist"));
    String before = RunningMachine.identity(dist);
    assertThat(RunningMachine.identity(dist)).isEqualTo(before);
    Path next = Files.createDirectory(directory.resolve("next"));
    Files.delete(dist);
    Files.move(next, dist);
    assertThat(RunningMachine.identity(dist)).isNotEqualTo(before);
  }

  @Test
  void aBrokenRecordIsSaidToBe() throws Exception {
    Path file = directory.resolve("running.json");
    for (String broken :
        new String[] {"", "[]", "{", "{\"distribution\": 7}", "{\"sinceMillis\": 1}"}) {
      Files.writeString(file, broken);
      assertThatThrownBy(() -> RunningMachine.read(file))
          .as(broken)
          .isInstanceOf(MachineException.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining("remove it");
    }
  }
}
