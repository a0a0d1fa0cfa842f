package fcvm.virtio.rng;

import static fcvm.virtio.MockQueue.Buffer.readable;
import static fcvm.virtio.MockQueue.Buffer.writable;
import static org.assertj.core.api.Assertions.assertThat;

import fcvm.virtio.MockDriver;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class RngTest {
  @Test
  void fillsBuffersWithBytesThatDiffer() throws IOException {
    try (MockDriver driver = MockDriver.ready(new Rng(), -1)) {
      long first = driver.allocate(64);
      long second = driver.allocate(64);
      assertThat(
              driver.request(
                  driver.queues.getFirst(), writable(first, 40), writable(first + 40, 24)))
          .isEqualTo(64);
      driver.request(driver.queues.getFirst(), writable(second, 64));
      byte[] bytes = driver.memory.getBytes(first, 64);
      assertThat(bytes).isNotEqualTo(new byte[64]);
      assertThat(driver.memory.getBytes(second, 64)).isNotEqualTo(bytes);
    }
  }

  @Test
  void givesAtMost64KibPerRequest() throws IOException {
    try (MockDriver driver = MockDriver.ready(new Rng(), -1)) {
      long buffer = driver.allocate(100_000);
      assertThat(
              driver.request(
                  driver.queues.getFirst(),
                  writable(buffer, 50_000),
                  writable(buffer + 50_000, 50_000)))
          .isEqualTo(65_536);
      assertThat(driver.memory.getBytes(buffer + 65_536, 30_000)).containsOnly(0);
    }
  }

  @Test
  void needsAResetAfterARequestWithoutRoom() throws IOException {
    try (MockDriver driver = MockDriver.ready(new Rng(), -1)) {
      driver.queues.getFirst().add(readable(driver.allocate(16), 16));
      driver.notify(driver.queues.getFirst());
      assertThat(driver.awaitStatus(64) & 64).isEqualTo(64);
    }
  }
}
