package fcvm.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventLoopTest {
  @Test
  void runsHandlersTimersAndTasksOnItsThread() throws Exception {
    List<String> seen = new ArrayList<>();
    try (EventLoop loop = new EventLoop();
        EventFd event = new EventFd()) {
      loop.add(
          event.fd(),
          EventLoop.EPOLLIN,
          _ -> {
            seen.add("event " + event.drain());
            loop.schedule(Duration.ofMillis(20), loop::stop);
            loop.schedule(Duration.ofMillis(1), () -> seen.add("timer"));
          });
      loop.execute(() -> {
        seen.add("task");
        event.signal();
        event.signal();
      });
      loop.run();
    }
    assertThat(seen).containsExactly("task", "event 2", "timer");
  }
}
