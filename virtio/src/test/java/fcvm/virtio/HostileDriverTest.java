package fcvm.virtio;

import static org.assertj.core.api.Assertions.assertThat;

import fcvm.fuse.FuseOptions;
import fcvm.fuse.FuseServer;
import fcvm.fuse.Limits;
import fcvm.fuse.Passthrough;
import fcvm.linux.EventFd;
import fcvm.linux.EventLoop;
import fcvm.linux.MacAddress;
import fcvm.linux.UnixSocket;
import fcvm.virtio.blk.Block;
import fcvm.virtio.fs.Fs;
import fcvm.virtio.net.Net;
import fcvm.virtio.net.StreamBackend;
import fcvm.virtio.rng.Rng;
import fcvm.virtio.vsock.Vsock;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;

/// Whatever a driver writes into rings, descriptors, tables, requests and registers: nothing is
/// thrown, nothing outside guest memory changes, and the device answers or needs a reset.
///
/// The bytes come from a seed, which is what jqwik reports and replays.
class HostileDriverTest {
  private static final int QUEUE_SIZE = 16;
  private static final int RINGS = 0x1000;

  private Path directory;
  private Path disk;

  @BeforeProperty
  void makeFiles() throws IOException {
    directory = Files.createTempDirectory("hostile");
    disk = directory.resolve("disk");
    Files.write(disk, new byte[64 * 1024]);
  }

  @AfterProperty
  void removeFiles() throws IOException {
    Files.deleteIfExists(disk);
    Files.deleteIfExists(directory);
  }

  @Property(tries = 200, shrinking = ShrinkingMode.OFF)
  void blockSurvivesAnyRings(@ForAll long seed) throws IOException {
    anyRings(new Block(disk, (seed & 1) == 0, "d"), seed, List.of(0));
  }

  @Property(tries = 200, shrinking = ShrinkingMode.OFF)
  void rngSurvivesAnyRings(@ForAll long seed) throws IOException {
    anyRings(new Rng(), seed, List.of(0));
  }

  @Property(tries = 200, shrinking = ShrinkingMode.OFF)
  void vsockSurvivesAnyRings(@ForAll long seed) throws IOException {
    Path socket = directory.resolve("v");
    // Some of the packets find somebody to talk to.
    try (UnixSocket listener = UnixSocket.listen(directory.resolve("v_1"), 16)) {
      assertThat(listener.fd().number()).isPositive();
      anyRings(new Vsock(3, socket), seed, List.of(1));
    }
  }

  @Property(tries = 200, shrinking = ShrinkingMode.OFF)
  void netSurvivesAnyRings(@ForAll long seed) throws IOException {
    List<UnixSocket> pair = UnixSocket.pair();
    boolean isUnplugged = (seed & 1) == 0;
    if (isUnplugged) {
      pair.get(1).close();
    } else {
      sendNoise(pair.get(1), seed);
    }
    // What nobody reads stays in the queue; what has no link comes back.
    anyRings(net(pair.get(0)), seed, isUnplugged ? List.of(1) : List.of());
    pair.get(1).close();
  }

  @Property(tries = 50, shrinking = ShrinkingMode.OFF)
  void netSurvivesAnyRegisterAccesses(@ForAll long seed) throws IOException {
    List<UnixSocket> pair = UnixSocket.pair();
    try (UnixSocket peer = pair.get(1)) {
      sendNoise(peer, seed);
      anyRegisterAccesses(net(pair.get(0)), seed);
    }
  }

  private static Net net(UnixSocket socket) throws IOException {
    MacAddress mac = MacAddress.parse("02:00:00:00:00:01").orElseThrow();
    return new Net(new StreamBackend(socket, 1500), mac, 1500);
  }

  /// Some frames, then anything.
  private static void sendNoise(UnixSocket peer, long seed) {
    Random random = new Random(~seed);
    byte[] noise = new byte[8192];
    random.nextBytes(noise);
    ByteBuffer bytes = ByteBuffer.wrap(noise);
    for (int i = random.nextInt(20); i > 0; i--) {
      int length = random.nextInt(400);
      bytes.putInt(length).position(bytes.position() + length);
    }
    try (Arena arena = Arena.ofConfined()) {
      peer.writeResult(arena.allocateFrom(ValueLayout.JAVA_BYTE, noise));
    }
  }

  /// Its threads may answer later than is looked at here, so that they answer is not asked.
  @Property(tries = 100, shrinking = ShrinkingMode.OFF)
  void fsSurvivesAnyRings(@ForAll long seed) throws IOException {
    anyRings(fs(), seed, List.of());
  }

  @Property(tries = 30, shrinking = ShrinkingMode.OFF)
  void fsSurvivesAnyRegisterAccesses(@ForAll long seed) throws IOException {
    anyRegisterAccesses(fs(), seed);
  }

  private Fs fs() throws IOException {
    Passthrough shared = new Passthrough(directory, Limits.of(1));
    return new Fs("hostile", new FuseServer(shared, FuseOptions.DEFAULT.readOnly()), 2);
  }

  private static HostileQueue hostileQueue(
      GuardedMemory guarded, VirtioDevice device, int queue, int errors, Random random) {
    boolean isVsock = device.type() == DeviceType.VSOCK;
    boolean isReceiving = (isVsock || device.type() == DeviceType.NET) && queue == 0;
    boolean isForDevice = device.type() == DeviceType.RNG || isReceiving;
    long base = (long) RINGS * queue;
    return new HostileQueue(guarded.memory, base, QUEUE_SIZE, isForDevice, isVsock, errors, random);
  }

  /// @param answering queues whose chains all come back, unless RSTs wait for room
  private void anyRings(VirtioDevice device, long seed, List<Integer> answering)
      throws IOException {
    Random random = new Random(seed);
    int errors = HostileQueue.errorPercent(random);
    GuardedMemory guarded = new GuardedMemory();
    List<QueueState> states = new ArrayList<>();
    guarded.fill(random);
    for (int i = 0; i < device.queueSizes().size(); i++) {
      states.add(hostileQueue(guarded, device, i, errors, random).state());
    }
    long features = random.nextInt(4) == 0 ? random.nextLong() : Features.COMMON;
    ReentrantLock lock = new ReentrantLock();
    List<DeviceFault> faults = new CopyOnWriteArrayList<>();
    List<EventFd> events = new ArrayList<>();
    for (int i = 0; device.waitsItself() && i < states.size(); i++) {
      events.add(EventFd.blocking());
    }
    try (device;
        EventLoop shared = new EventLoop()) {
      RegisterPage registers = new RegisterPage(device.type(), MockDriver.registers());
      Session session =
          new Session(
              device,
              guarded.memory,
              features,
              events,
              device.loop(shared),
              lock,
              new MmioInterrupt(() -> {}, registers, device),
              faults::add);
      lock.lock();
      try {
        session.start(states);
        for (int round = 0; round < 3; round++) {
          for (int queue = 0; queue < states.size(); queue++) {
            session.notified(queue);
          }
        }
        if (device.waitsItself()) {
          awaitTaken(session, states, guarded.memory, faults, lock);
        }
        List<QueueState> after = session.states(states);
        for (int queue : answering) {
          if (faults.isEmpty()) {
            long ring = states.get(queue).availableRing();
            int available = Short.toUnsignedInt(guarded.memory.getShort(ring + 2));
            assertThat(after.get(queue).nextAvailable()).as("taken").isEqualTo(available);
            assertThat(after.get(queue).nextUsed()).as("given back").isEqualTo(available);
          }
        }
        session.close();
      } finally {
        lock.unlock();
      }
      guarded.assertGuards();
    } finally {
      events.forEach(EventFd::close);
    }
  }

  /// Lets the device's threads work until all chains are taken, or there is a fault.
  private static void awaitTaken(
      Session session,
      List<QueueState> states,
      GuestMemory memory,
      List<DeviceFault> faults,
      ReentrantLock lock) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (faults.isEmpty() && !areTaken(session.states(states), memory)) {
      assertThat(System.nanoTime()).as("chains are taken in time").isLessThan(deadline);
      lock.unlock();
      LockSupport.parkNanos(20_000);
      lock.lock();
    }
  }

  private static boolean areTaken(List<QueueState> states, GuestMemory memory) {
    return states.stream()
        .allMatch(
            s -> s.nextAvailable() == Short.toUnsignedInt(memory.getShort(s.availableRing() + 2)));
  }

  @Property(tries = 50, shrinking = ShrinkingMode.OFF)
  void blockSurvivesAnyRegisterAccesses(@ForAll long seed) throws IOException {
    anyRegisterAccesses(new Block(disk, false, "d"), seed);
  }

  @Property(tries = 50, shrinking = ShrinkingMode.OFF)
  void rngSurvivesAnyRegisterAccesses(@ForAll long seed) throws IOException {
    anyRegisterAccesses(new Rng(), seed);
  }

  @Property(tries = 50, shrinking = ShrinkingMode.OFF)
  void vsockSurvivesAnyRegisterAccesses(@ForAll long seed) throws IOException {
    anyRegisterAccesses(new Vsock(3, directory.resolve("v")), seed);
  }

  @Property(tries = 50, shrinking = ShrinkingMode.OFF)
  void blockSurvivesAnyAccessesOnPci(@ForAll long seed) throws IOException {
    anyAccessesOnPci(new Block(disk, false, "d"), seed);
  }

  @Property(tries = 30, shrinking = ShrinkingMode.OFF)
  void fsSurvivesAnyAccessesOnPci(@ForAll long seed) throws IOException {
    anyAccessesOnPci(fs(), seed);
  }

  private static void anyAccessesOnPci(VirtioDevice device, long seed) throws IOException {
    Random random = new Random(seed);
    GuardedMemory guarded = new GuardedMemory();
    for (int i = 0; i < 3; i++) {
      hostileQueue(guarded, device, i, HostileQueue.errorPercent(random), random);
    }
    try (PciDriver driver = new PciDriver(device, guarded.memory, 3)) {
      PciStorm storm = new PciStorm(driver, random);
      for (int i = 0; i < 300; i++) {
        storm.access();
      }
      driver.runLoop();
      driver.setStatus(0);
      assertThat(driver.status()).isZero();
      assertThat(driver.sent).allMatch(vector -> vector < 3);
      guarded.assertGuards();
    }
  }

  private static void anyRegisterAccesses(VirtioDevice device, long seed) throws IOException {
    Random random = new Random(seed);
    int errors = HostileQueue.errorPercent(random);
    GuardedMemory guarded = new GuardedMemory();
    for (int i = 0; i < 3; i++) {
      hostileQueue(guarded, device, i, errors, random);
    }
    try (EventLoop loop = new EventLoop();
        MmioTransport transport =
            new MmioTransport(device, guarded.memory, () -> {}, loop, MockDriver.registers())) {
      MmioStorm storm = new MmioStorm(transport, random);
      for (int i = 0; i < 300; i++) {
        storm.access();
      }
      // The loop serves what was notified, then ends.
      loop.execute(loop::stop);
      loop.run();
      MemorySegment register = MemorySegment.ofArray(new byte[4]);
      transport.write(MmioRegisters.STATUS, register);
      register.fill((byte) -1);
      transport.read(MmioRegisters.STATUS, register);
      assertThat(register.get(ValueLayout.JAVA_INT_UNALIGNED, 0)).as("status").isZero();
      guarded.assertGuards();
    }
  }
}
