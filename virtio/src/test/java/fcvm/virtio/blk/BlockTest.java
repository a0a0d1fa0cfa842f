package fcvm.virtio.blk;

import static fcvm.virtio.MockQueue.Buffer.readable;
import static fcvm.virtio.MockQueue.Buffer.writable;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fcvm.linux.LinuxException;
import fcvm.virtio.MockDriver;
import fcvm.virtio.MockQueue;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockTest {
  private static final int DISK_SIZE = 1 << 20;
  private static final int NEEDS_RESET = 64;

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void makeDisk() throws IOException {
    file = directory.resolve("disk");
    byte[] content = new byte[DISK_SIZE];
    new Random(1).nextBytes(content);
    Files.write(file, content);
  }

  private MockDriver driver(boolean isReadOnly) throws IOException {
    return MockDriver.ready(new Block(file, isReadOnly, "root"), -1);
  }

  private static long header(MockDriver driver, int type, long sector) {
    long gpa = driver.allocate(16);
    driver.memory.setInt(gpa, type);
    driver.memory.setLong(gpa + 8, sector);
    return gpa;
  }

  /// One request whose data lies in one buffer; the status.
  private static int request(MockDriver driver, int type, long sector, long data, int length) {
    long status = driver.allocate(1);
    driver.memory.setByte(status, (byte) 0x55);
    MockQueue.Buffer head = readable(header(driver, type, sector), 16);
    MockQueue.Buffer tail = writable(status, 1);
    MockQueue queue = driver.queues.getFirst();
    if (length == 0) {
      driver.request(queue, head, tail);
    } else {
      driver.request(queue, head, new MockQueue.Buffer(data, length, type != 1), tail);
    }
    return driver.memory.getByte(status);
  }

  @Test
  void readsAcrossFinelyCutBuffers() throws IOException {
    byte[] content = Files.readAllBytes(file);
    try (MockDriver driver = driver(true)) {
      long header = header(driver, 0, 3);
      long data = driver.allocate(4096);
      int written =
          driver.request(
              driver.queues.getFirst(),
              readable(header, 7),
              readable(header + 7, 9),
              writable(data, 100),
              writable(data + 100, 412),
              writable(data + 512, 512 + 1));
      assertThat(written).isEqualTo(1025);
      assertThat(driver.memory.getBytes(data, 1024))
          .isEqualTo(Arrays.copyOfRange(content, 3 * 512, 5 * 512));
      assertThat(driver.memory.getByte(data + 1024)).isZero();
    }
  }

  @Test
  void readsThroughAnIndirectTable() throws IOException {
    byte[] content = Files.readAllBytes(file);
    try (MockDriver driver = driver(true)) {
      MockQueue queue = driver.queues.getFirst();
      long data = driver.allocate(8192);
      long table = driver.allocate(16 * 3);
      queue.addIndirect(
          table,
          readable(header(driver, 0, 0), 16),
          writable(data, 4096),
          writable(data + 4096, 1));
      driver.notify(queue);
      assertThat(driver.await(queue).written()).isEqualTo(4097);
      assertThat(driver.memory.getBytes(data, 4096)).isEqualTo(Arrays.copyOf(content, 4096));
    }
  }

  @Test
  void writesReachTheFileAndAFlushSucceeds() throws IOException {
    byte[] text = "written by the guest".getBytes(StandardCharsets.US_ASCII);
    try (MockDriver driver = driver(false)) {
      long data = driver.allocate(512);
      driver.memory.setBytes(data, text);
      assertThat(request(driver, 1, 2047, data, 512)).isZero();
      assertThat(request(driver, 4, 0, 0, 0)).isZero();
      byte[] content = Files.readAllBytes(file);
      assertThat(Arrays.copyOfRange(content, 2047 * 512, 2047 * 512 + text.length)).isEqualTo(text);
    }
  }

  @Test
  void tellsItsCapacityAndItsId() throws IOException {
    try (MockDriver driver = driver(false)) {
      assertThat(driver.read(0x100)).isEqualTo(DISK_SIZE / 512);
      assertThat(driver.read(0x104)).isZero();
      assertThat(driver.read(0x100 + 20)).isEqualTo(512);
      assertThat(driver.read(0x100 + 4000)).isZero();
      long data = driver.allocate(20);
      assertThat(request(driver, 8, 0, data, 20)).isZero();
      assertThat(driver.memory.getBytes(data, 5)).containsExactly('r', 'o', 'o', 't', 0);
    }
  }

  @Test
  void answersWhatItCannotDoWithAStatus() throws IOException {
    try (MockDriver driver = driver(false)) {
      long data = driver.allocate(4096);
      assertThat(request(driver, 0, 2048, data, 512)).as("past the end").isEqualTo(1);
      assertThat(request(driver, 0, 2047, data, 1024)).as("over the end").isEqualTo(1);
      assertThat(request(driver, 0, -1, data, 512)).as("sector 2^64-1").isEqualTo(1);
      assertThat(request(driver, 0, 1L << 55, data, 512)).as("byte 2^64").isEqualTo(1);
      assertThat(request(driver, 1, Long.MAX_VALUE, data, 512)).as("overflow").isEqualTo(1);
      assertThat(request(driver, 0, 0, data, 513)).as("half a sector").isEqualTo(1);
      assertThat(request(driver, 77, 0, data, 512)).as("unknown").isEqualTo(2);
      assertThat(request(driver, 0, 0, data, 512)).as("and lives on").isZero();
    }
  }

  @Test
  void refusesToWriteToAReadOnlyDisk() throws IOException {
    byte[] before = Files.readAllBytes(file);
    try (MockDriver driver = driver(true)) {
      assertThat(driver.offered() & Block.VIRTIO_BLK_F_RO).isNotZero();
      assertThat(request(driver, 1, 0, driver.allocate(512), 512)).isEqualTo(1);
      assertThat(request(driver, 4, 0, 0, 0)).isZero();
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void reportsAFileThatBecameShorterAsAnError() throws IOException {
    try (MockDriver driver = driver(true)) {
      try (RandomAccessFile shorter = new RandomAccessFile(file.toFile(), "rw")) {
        shorter.setLength(1024);
      }
      long data = driver.allocate(4096);
      assertThat(request(driver, 0, 0, data, 4096)).isEqualTo(1);
      assertThat(request(driver, 0, 0, data, 1024)).isZero();
    }
  }

  @Test
  void needsAResetWhenARequestHasNoPlaceForItsStatus() throws Exception {
    try (MockDriver driver = driver(true)) {
      MockQueue queue = driver.queues.getFirst();
      queue.add(readable(header(driver, 0, 0), 16));
      driver.notify(queue);
      assertThat(driver.awaitStatus(NEEDS_RESET) & NEEDS_RESET).isNotZero();
      driver.awaitInterrupt();
      assertThat(driver.read(0x060)).as("configuration interrupt").isEqualTo(2);
      driver.start(-1);
      assertThat(request(driver, 0, 0, driver.allocate(512), 512)).as("after reset").isZero();
    }
  }

  @Test
  void aDiskHasOneWriterOrManyReaders() throws IOException {
    try (Block first = new Block(file, true, "a");
        Block second = new Block(file, true, "b")) {
      assertThat(first.features()).isEqualTo(second.features());
      assertThatThrownBy(() -> new Block(file, false, "c").close())
          .isInstanceOf(LinuxException.class)
          .hasMessageContaining("in use");
    }
    try (Block writer = new Block(file, false, "d")) {
      assertThat(writer.features() & Block.VIRTIO_BLK_F_RO).isZero();
      assertThatThrownBy(() -> new Block(file, true, "e").close())
          .hasMessageContaining("another VM writes it");
    }
    new Block(file, false, "f").close();
  }

  @Test
  void aResetWhileRequestsAreUnderWayLeavesMemoryAlone() throws IOException {
    try (MockDriver driver = driver(true)) {
      MockQueue queue = driver.queues.getFirst();
      long data = driver.allocate(64 * 4096 + 1);
      for (int round = 0; round < 50; round++) {
        for (int i = 0; i < 64; i++) {
          queue.add(
              readable(header(driver, 0, i * 8L), 16),
              writable(data + i * 4096L, 4096),
              writable(data + 64 * 4096, 1));
        }
        driver.notify(queue);
        driver.write(0x070, 0);
        assertThat(driver.status()).isZero();
        byte[] mark = new byte[64 * 4096];
        Arrays.fill(mark, (byte) round);
        driver.memory.setBytes(data, mark);
        driver.start(-1);
        queue = driver.queues.getFirst();
        assertThat(driver.memory.getBytes(data, mark.length)).isEqualTo(mark);
      }
    }
  }
}
