package fcvm.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CommandTest {
  @TempDir Path dir;

  @Test
  void whatAProgramSaysWhenItFailsIsInTheMessage() {
    assertThatThrownBy(() -> new Command("sh", "-c", "echo out; echo why >&2; exit 3").output())
        .isInstanceOf(ProvisionException.class)
        .hasMessageContaining("exit code 3")
        .hasMessageContaining("why");
  }

  @Test
  void anInterruptionEndsTheProgramAndItsChildren() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    Path pids = dir.resolve("pids");
    String script = "sleep 1000 & echo $! $$ > '%s'; echo started; wait".formatted(pids);
    FutureTask<Void> task =
        new FutureTask<>(() -> {
          new Command("sh", "-c", script).run(line -> started.countDown());
          return null;
        });
    Thread runner = Thread.ofPlatform().start(task);
    started.await();
    runner.interrupt();
    assertThatThrownBy(task::get).hasCauseInstanceOf(InterruptedIOException.class);
    for (String pid : Files.readString(pids).strip().split(" ", -1)) {
      ProcessHandle.of(Long.parseLong(pid)).ifPresent(left -> left.onExit().join());
    }
  }

  @Test
  void anInterruptionEndsAGroupWhoseMembersHaveLostTheirParents() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    Path pids = dir.resolve("pids");
    // The inner shell ends at once, and its child is an orphan.
    String script =
        "sh -c 'sleep 1000 & echo $! > \"%1$s\"'; echo $$ >> '%1$s'; echo started; sleep 1000"
            .formatted(pids);
    FutureTask<Void> task =
        new FutureTask<>(() -> {
          new Command("sh", "-c", script).asGroup().run(line -> started.countDown());
          return null;
        });
    Thread runner = Thread.ofPlatform().start(task);
    started.await();
    runner.interrupt();
    assertThatThrownBy(task::get).hasCauseInstanceOf(InterruptedIOException.class);
    for (String pid : Files.readString(pids).strip().lines().toList()) {
      ProcessHandle.of(Long.parseLong(pid)).ifPresent(left -> left.onExit().join());
    }
  }

  @Test
  void aCleanProgramHasOnlyTheVariablesItIsGiven() throws Exception {
    assertThat(new Command("/usr/bin/env").clean().with("A", "1").output().lines())
        .containsExactlyInAnyOrder("A=1", "LC_ALL=C.UTF-8");
  }
}
