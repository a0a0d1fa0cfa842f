package fcvm.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProcessIdentityTest {
  private static final int OURSELVES = (int) ProcessHandle.current().pid();

  @Test
  void aProcessIsItself() {
    assertThat(ProcessIdentity.of(OURSELVES).orElseThrow().isAlive()).isTrue();
  }

  @Test
  void anotherProcessWithItsPidIsNot() {
    long startTime = ProcessIdentity.of(OURSELVES).orElseThrow().startTime();
    assertThat(new ProcessIdentity(OURSELVES, startTime - 1).isAlive()).isFalse();
  }

  @Test
  void killEndsTheProcessButNotItsSuccessor() throws Exception {
    Process sleep = new ProcessBuilder("sleep", "1000").start();
    ProcessIdentity identity = ProcessIdentity.of((int) sleep.pid()).orElseThrow();
    new ProcessIdentity(identity.pid(), identity.startTime() + 1).kill();
    assertThat(identity.isAlive()).as("a stranger with the same pid").isTrue();
    identity.kill();
    assertThat(sleep.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(identity.isAlive()).isFalse();
    assertThat(ProcessIdentity.of(identity.pid())).isEmpty();
  }
}
