package fcvm.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class PollSetTest {
  @Test
  void saysWhichDescriptorIsReady() throws Exception {
    try (Arena arena = Arena.ofConfined();
        Pipe one = Pipe.open();
        Pipe two = Pipe.open()) {
      PollSet poll = new PollSet(2);
      poll.set(0, one.reader(), PollSet.POLLIN);
      poll.set(1, two.reader(), PollSet.POLLIN);
      assertThat(poll.await(0)).isFalse();
      two.writer().write(arena.allocateFrom("abc"));
      assertThat(poll.await(PollSet.FOREVER)).isTrue();
      assertThat(poll.ready(0)).isZero();
      assertThat(poll.ready(1)).isEqualTo(PollSet.POLLIN);
      assertThat(two.reader().available()).isEqualTo(4);
      poll.remove(1);
      assertThat(poll.await(0)).isFalse();
      one.writer().close();
      assertThat(poll.await(PollSet.FOREVER)).isTrue();
      assertThat(poll.ready(0)).isEqualTo(PollSet.POLLHUP);
    }
  }

  @Test
  void aNonBlockingDescriptorAnswersEagain() throws Exception {
    try (Arena arena = Arena.ofConfined();
        Pipe pipe = Pipe.open()) {
      pipe.reader().setNonBlocking();
      MemorySegment buffer = arena.allocate(1);
      assertThat(pipe.reader().readResult(buffer)).isEqualTo(-Errno.EAGAIN.number());
    }
  }
}
