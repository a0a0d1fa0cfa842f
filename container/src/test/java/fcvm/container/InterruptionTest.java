package fcvm.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class InterruptionTest {
  @Test
  void theSignalThatEndsTheCommandIsNoError() throws Exception {
    Interruption interruption = new Interruption(1, Duration.ofMinutes(1));
    List<Integer> taken = new ArrayList<>();
    List<Thread> closing = new ArrayList<>();
    interruption.forwardTo(number -> {
      taken.add(number);
      Thread end = Thread.ofPlatform().start(interruption::close);
      closing.add(end);
      try {
        end.join(Duration.ofMillis(50));
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    });
    interruption.signal(15);
    closing.getFirst().join();
    interruption.signal(15);
    assertThat(taken).containsExactly(15);
    assertThat(interruption.first()).isEqualTo(15);
  }
}
