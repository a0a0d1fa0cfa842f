package fcvm.container;

import static org.assertj.core.api.Assertions.assertThat;

import fcvm.linux.ProcessIdentity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StopTest {
  @TempDir Path dir;

  private VmRecord ownedBy(VmStore store, Process process) throws Exception {
    VmRecord mine = store.create(Optional.of("web"), "img", 1, 512).record();
    VmRecord its =
        new VmRecord(
            mine.id(),
            mine.name(),
            mine.image(),
            ProcessIdentity.of((int) process.pid()).orElseThrow(),
            mine.created(),
            mine.status(),
            mine.cpus(),
            mine.memoryMib(),
            mine.vsock(),
            mine.life());
    store.update(its, vm -> vm);
    return its;
  }

  @Test
  void asksAndSweeps() throws Exception {
    VmStore store = new VmStore(dir.resolve("state"), dir.resolve("run"), _ -> {});
    Process process = new ProcessBuilder("sleep", "600").start();
    try {
      new Stop(store).stop(ownedBy(store, process), Duration.ofSeconds(60));
      assertThat(process.waitFor()).isEqualTo(128 + 15);
      assertThat(store.list()).isEmpty();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void killsWhatDoesNotListen() throws Exception {
    VmStore store = new VmStore(dir.resolve("state"), dir.resolve("run"), _ -> {});
    Process process =
        new ProcessBuilder("sh", "-c", "trap '' TERM INT; echo ready; while :; do sleep 1; done")
            .start();
    try {
      assertThat(process.inputReader().readLine()).isEqualTo("ready");
      new Stop(store).stop(ownedBy(store, process), Duration.ofMillis(100));
      assertThat(process.waitFor()).isEqualTo(128 + 9);
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void anotherProcessWithTheSameNumberIsLeftAlone() throws Exception {
    VmStore store = new VmStore(dir.resolve("state"), dir.resolve("run"), _ -> {});
    Process process = new ProcessBuilder("sleep", "600").start();
    try {
      VmRecord its = ownedBy(store, process);
      VmRecord former =
          new VmRecord(
              its.id(),
              its.name(),
              its.image(),
              new ProcessIdentity(
                  its.process().pid(), its.process().start() - 1, its.process().boot()),
              its.created(),
              its.status(),
              its.cpus(),
              its.memoryMib(),
              its.vsock(),
              its.life());
      new Stop(store).stop(former, Duration.ofSeconds(1));
      assertThat(process.isAlive()).isTrue();
    } finally {
      process.destroyForcibly();
    }
  }
}
