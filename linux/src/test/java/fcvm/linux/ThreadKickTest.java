package fcvm.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ThreadKickTest {
  @Test
  void kickingNobodyDoesNothing() throws Exception {
    ThreadKick kick = new ThreadKick();
    kick.kick();
    assertThat(kick.retire()).isTrue();
    kick.kick();
    assertThat(kick.retire()).isTrue();
  }

  @Test
  void nobodyEntersTwiceNorAfterRetirement() throws Exception {
    ThreadKick kick = new ThreadKick();
    int me = ThreadKick.threadId();
    kick.enter(me);
    assertThat(kick.retire()).isFalse();
    assertThatThrownBy(() -> kick.enter(me)).hasMessage("another thread is inside the call");
    kick.leave(me);
    kick.retire();
    assertThatThrownBy(() -> kick.enter(me)).hasMessage("closed");
  }

  @Test
  void aStormOfKicksHarmsNeitherSide() throws Exception {
    ThreadKick kick = new ThreadKick();
    CompletableFuture<Integer> rounds =
        CompletableFuture.supplyAsync(() -> {
          int me = ThreadKick.threadId();
          int count = 0;
          for (; count < 20_000; count++) {
            kick.enter(me);
            kick.leave(me);
          }
          return count;
        });
    while (!rounds.isDone()) {
      kick.kick();
    }
    assertThat(rounds.get()).isEqualTo(20_000);
    assertThat(kick.retire()).isTrue();
  }
}
