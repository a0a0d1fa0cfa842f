package fcvm.virtio.fs;

import static fcvm.virtio.MockQueue.Buffer.readable;
import static fcvm.virtio.MockQueue.Buffer.writable;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fcvm.fuse.FuseOptions;
import fcvm.fuse.FuseServer;
import fcvm.fuse.Limits;
import fcvm.fuse.Passthrough;
import fcvm.virtio.MockDriver;
import fcvm.virtio.MockQueue;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FsTest {
  private static final int NEEDS_RESET = 64;
  private static final int HIPRIO = 0;
  private static final int REQUESTS = 1;

  private static final int FUSE_LOOKUP = 1;
  private static final int FUSE_FORGET = 2;
  private static final int FUSE_GETATTR = 3;
  private static final int FUSE_OPEN = 14;
  private static final int FUSE_READ = 15;
  private static final int FUSE_WRITE = 16;
  private static final int FUSE_INIT = 26;
  private static final int FUSE_OPENDIR = 27;
  private static final int FUSE_READDIR = 28;
  private static final int FUSE_SETLK = 32;
  private static final int FUSE_SETLKW = 33;
  private static final int FUSE_INTERRUPT = 36;

  private static final int HEADER = 40;
  private static final int OUT_HEADER = 16;
  private static final int ROOM = 4096;

  @TempDir Path directory;
  private long unique = 100;

  private Fs device() throws IOException {
    Passthrough shared = new Passthrough(directory, Limits.of(1));
    return new Fs("shared", new FuseServer(shared, FuseOptions.DEFAULT), 2);
  }

  private MockDriver mounted() throws IOException {
    MockDriver driver = MockDriver.ready(device(), -1);
    mount(driver);
    return driver;
  }

  private void mount(MockDriver driver) {
    byte[] init = new byte[64];
    ByteBuffer.wrap(init).order(ByteOrder.LITTLE_ENDIAN).putInt(7).putInt(41).putInt(0).putInt(-1);
    assertThat(driver.memory.getInt(call(driver, REQUESTS, FUSE_INIT, 0, init) + 4)).isZero();
  }

  private long request(MockDriver driver, int opcode, long node, byte[] body) {
    long gpa = driver.allocate(HEADER + body.length);
    driver.memory.setInt(gpa, HEADER + body.length);
    driver.memory.setInt(gpa + 4, opcode);
    driver.memory.setLong(gpa + 8, unique++);
    driver.memory.setLong(gpa + 16, node);
    driver.memory.setBytes(gpa + 24, new byte[16]);
    driver.memory.setBytes(gpa + HEADER, body);
    return gpa;
  }

  /// Sends a request and waits; the gpa of the reply.
  private long call(MockDriver driver, int queue, int opcode, long node, byte[] body) {
    long gpa = request(driver, opcode, node, body);
    long reply = driver.allocate(ROOM);
    int written =
        driver.request(
            driver.queues.get(queue),
            readable(gpa, 25),
            readable(gpa + 25, HEADER + body.length - 25),
            writable(reply, OUT_HEADER),
            writable(reply + OUT_HEADER, ROOM - OUT_HEADER));
    assertThat(written).as("len").isEqualTo(driver.memory.getInt(reply));
    assertThat(driver.memory.getLong(reply + 8)).as("unique").isEqualTo(unique - 1);
    return reply;
  }

  private static byte[] little(Number... values) {
    ByteBuffer buffer = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);
    for (Number value : values) {
      if (value instanceof Integer i) {
        buffer.putInt(i);
      } else {
        buffer.putLong(value.longValue());
      }
    }
    byte[] bytes = new byte[buffer.position()];
    buffer.flip().get(bytes);
    return bytes;
  }

  private long open(MockDriver driver, long node, int flags) {
    long reply = call(driver, REQUESTS, FUSE_OPEN, node, little(flags, 0));
    assertThat(driver.memory.getInt(reply + 4)).isZero();
    return driver.memory.getLong(reply + OUT_HEADER);
  }

  private long lookup(MockDriver driver, String name) {
    long reply = call(driver, REQUESTS, FUSE_LOOKUP, 1, (name + "\0").getBytes(UTF_8));
    assertThat(driver.memory.getInt(reply + 4)).isZero();
    return driver.memory.getLong(reply + OUT_HEADER);
  }

  @Test
  void tellsItsTagAndQueues() throws IOException {
    try (Fs device = device()) {
      MemorySegment config = MemorySegment.ofArray(new byte[64]);
      device.readConfig(0, config);
      assertThat(config.getString(0)).isEqualTo("shared");
      assertThat(config.get(java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED, 36)).isEqualTo(2);
      assertThat(device.queueSizes()).hasSize(3);
      device.readConfig(38, MemorySegment.ofArray(new byte[8]));
      device.readConfig(1000, MemorySegment.ofArray(new byte[8]));
    }
    FuseServer server =
        new FuseServer(new Passthrough(directory, Limits.of(1)), FuseOptions.DEFAULT);
    assertThatThrownBy(() -> new Fs("x".repeat(37), server, 1))
        .hasMessageContaining("1 to 36 bytes, not 37");
    server.close();
  }

  @Test
  void findsReadsAndLists() throws IOException {
    Files.writeString(directory.resolve("hello"), "world");
    try (MockDriver driver = mounted()) {
      long node = lookup(driver, "hello");
      long reply = call(driver, REQUESTS + 1, FUSE_GETATTR, node, little(0, 0, 0L));
      assertThat(driver.memory.getLong(reply + OUT_HEADER + 24)).as("size").isEqualTo(5);
      long handle = open(driver, node, 0);
      reply = call(driver, REQUESTS, FUSE_READ, node, little(handle, 1L, 100, 0, 0L, 0, 0));
      assertThat(driver.memory.getInt(reply)).isEqualTo(OUT_HEADER + 4);
      assertThat(driver.memory.getBytes(reply + OUT_HEADER, 4)).isEqualTo("orld".getBytes(UTF_8));
      reply = call(driver, REQUESTS, FUSE_OPENDIR, 1, little(0, 0));
      long listing = driver.memory.getLong(reply + OUT_HEADER);
      byte[] where = little(listing, 0L, 1000, 0, 0L, 0, 0);
      reply = call(driver, REQUESTS, FUSE_READDIR, 1, where);
      assertThat(driver.memory.getInt(reply)).isEqualTo(OUT_HEADER + 3 * 32);
    }
  }

  @Test
  void writesWhatLiesInManyPieces() throws IOException {
    Path file = Files.createFile(directory.resolve("f"));
    try (MockDriver driver = mounted()) {
      long node = lookup(driver, "f");
      long handle = open(driver, node, 2);
      byte[] body = little(handle, 0L, 6, 0, 0L, 0, 0);
      long gpa = request(driver, FUSE_WRITE, node, body);
      driver.memory.setInt(gpa, HEADER + body.length + 6);
      long data = driver.allocate(6);
      driver.memory.setBytes(data, "abcdef".getBytes(UTF_8));
      long reply = driver.allocate(24);
      driver.request(
          driver.queues.get(REQUESTS),
          readable(gpa, HEADER + body.length),
          readable(data, 1),
          readable(data + 1, 3),
          readable(data + 4, 2),
          writable(reply, 24));
      assertThat(driver.memory.getInt(reply + OUT_HEADER)).isEqualTo(6);
      assertThat(file).hasContent("abcdef");
    }
  }

  @Test
  void urgentRequestsHaveAQueueOfTheirOwn() throws IOException {
    Files.createFile(directory.resolve("f"));
    try (MockDriver driver = mounted()) {
      long node = lookup(driver, "f");
      long forget = request(driver, FUSE_FORGET, node, little(1L));
      MockQueue hiprio = driver.queues.get(HIPRIO);
      assertThat(driver.request(hiprio, readable(forget, HEADER + 8))).isZero();
      long reply = call(driver, REQUESTS, FUSE_GETATTR, node, little(0, 0, 0L));
      assertThat(driver.memory.getInt(reply + 4)).as("forgotten").isNegative();
      reply = call(driver, HIPRIO, FUSE_GETATTR, 1, little(0, 0, 0L));
      assertThat(driver.memory.getInt(reply + 4)).as("not urgent").isEqualTo(-22);
    }
  }

  private static byte[] lock(long handle, long owner, int type) {
    return little(handle, owner, 0L, 9L, type, 1, 0, 0);
  }

  @Test
  void whoWaitsForALockHoldsNobodyUpAndEndsWithTheDevice() throws IOException {
    Files.createFile(directory.resolve("f"));
    try (MockDriver driver = mounted()) {
      long node = lookup(driver, "f");
      long handle = open(driver, node, 2);
      call(driver, REQUESTS, FUSE_SETLK, node, lock(handle, 1, 1));
      MockQueue waiting = driver.queues.get(REQUESTS);
      long reply = driver.allocate(OUT_HEADER);
      long first = unique;
      byte[] body = lock(handle, 2, 1);
      long gpa = request(driver, FUSE_SETLKW, node, body);
      waiting.add(readable(gpa, HEADER + body.length), writable(reply, OUT_HEADER));
      driver.notify(waiting);
      for (int i = 0; i < 20; i++) {
        call(driver, REQUESTS + 1, FUSE_GETATTR, node, little(0, 0, 0L));
      }
      long interrupt = request(driver, FUSE_INTERRUPT, 0, little(first));
      driver.request(driver.queues.get(HIPRIO), readable(interrupt, HEADER + 8));
      assertThat(driver.await(waiting).written()).isEqualTo(OUT_HEADER);
      assertThat(driver.memory.getInt(reply + 4)).as("EINTR").isEqualTo(-4);
      gpa = request(driver, FUSE_SETLKW, node, body);
      waiting.add(readable(gpa, HEADER + body.length), writable(reply, OUT_HEADER));
      driver.notify(waiting);
      // A reset comes while it waits; the next driver finds nothing of the old one.
      driver.start(-1);
      mount(driver);
      node = lookup(driver, "f");
      handle = open(driver, node, 2);
      long granted = call(driver, REQUESTS, FUSE_SETLK, node, lock(handle, 2, 1));
      assertThat(driver.memory.getInt(granted + 4)).isZero();
    }
  }

  @Test
  void aRequestWithoutAHeaderIsAFault() throws IOException {
    try (MockDriver driver = MockDriver.ready(device(), -1)) {
      MockQueue queue = driver.queues.get(REQUESTS);
      queue.add(readable(driver.allocate(39), 39), writable(driver.allocate(16), 16));
      driver.notify(queue);
      assertThat(driver.awaitStatus(NEEDS_RESET) & NEEDS_RESET).isEqualTo(NEEDS_RESET);
      driver.start(-1);
      mount(driver);
    }
  }

  @Test
  void noRoomForAnAnswerIsNoAnswer() throws IOException {
    try (MockDriver driver = mounted()) {
      long gpa = request(driver, FUSE_GETATTR, 1, little(0, 0, 0L));
      MockQueue queue = driver.queues.get(REQUESTS);
      assertThat(driver.request(queue, readable(gpa, HEADER + 16))).isZero();
      assertThat(
              driver.request(queue, readable(gpa, HEADER + 16), writable(driver.allocate(15), 15)))
          .isZero();
    }
  }
}
