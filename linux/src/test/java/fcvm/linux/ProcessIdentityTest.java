package fcvm.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProcessIdentityTest {
  @Test
  void aProcessIsItself() throws Exception {
    ProcessIdentity ourselves = ProcessIdentity.current();
    assertThat(ourselves.pid()).isEqualTo((int) ProcessHandle.current().pid());
    assertThat(ProcessIdentity.of(ourselves.pid())).contains(ourselves);
    assertThat(ourselves.isAlive()).isTrue();
    assertThat(ourselves.awaitEnd(Duration.ZERO)).isFalse();
  }

  @Test
  void anotherProcessWithItsNumberIsNot() throws Exception {
    ProcessIdentity self = ProcessIdentity.current();
    assertThat(new ProcessIdentity(self.pid(), self.start() - 1, self.boot()).isAlive()).isFalse();
    assertThat(new ProcessIdentity(self.pid(), self.start(), "another-boot").isAlive()).isFalse();
    assertThat(ProcessIdentity.of(Integer.MAX_VALUE)).isEmpty();
  }

  @Test
  void killEndsTheProcessButNotItsSuccessor() throws Exception {
    Process sleep = new ProcessBuilder("sleep", "1000").start();
    ProcessIdentity identity = ProcessIdentity.of((int) sleep.pid()).orElseThrow();
    new ProcessIdentity(identity.pid(), identity.start() + 1, identity.boot()).kill();
    assertThat(identity.isAlive()).as("a stranger with the same number").isTrue();
    identity.kill();
    assertThat(sleep.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(identity.isAlive()).isFalse();
    assertThat(identity.awaitEnd(Duration.ZERO)).isTrue();
    identity.kill(); // once more is no error
  }
}
