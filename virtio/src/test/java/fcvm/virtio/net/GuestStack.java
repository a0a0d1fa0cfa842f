package fcvm.virtio.net;

import fcvm.linux.Errno;
import fcvm.linux.IoVector;
import fcvm.linux.NetDevice;
import fcvm.linux.NetworkNamespace;
import fcvm.linux.Tap;
import fcvm.virtio.MockDriver;
import fcvm.virtio.MockQueue;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.locks.LockSupport;

/// A guest without a VM: Linux's own network stack, in a namespace, whose interface is wired to a
/// card by a driver in Java. Sockets that are opened in [#namespace] are the guest's programs.
///
/// The wire is a tap, whose packets have the same header as virtio-net's: what the guest's kernel
/// leaves to the card, checksums and segments, arrives there as it would from a driver.
final class GuestStack implements AutoCloseable {
  private static final int RECEIVE_BUFFERS = 200;
  private static final int RECEIVE_SIZE = 4096;
  static final int SEND_BUFFERS = 24;
  private static final int SEND_SIZE = 65600;
  private static final int OFFLOADS = Tap.TUN_F_CSUM | Tap.TUN_F_TSO4 | Tap.TUN_F_TSO6;

  final NetworkNamespace namespace;
  final MockDriver driver;
  private final Tap wire;
  private final Thread pump;
  private final Deque<Long> toSend = new ConcurrentLinkedDeque<>();
  private final Map<Integer, Long> buffers = new HashMap<>();
  private final IoVector vector = new IoVector(64);
  private volatile boolean isStopped;

  /// @param address of the guest's `eth0`, in a network of 256
  GuestStack(Net card, Inet4Address address, int mtu) throws IOException {
    this.driver = MockDriver.ready(card, -1);
    this.namespace = NetworkNamespace.make();
    this.wire = namespace.call(() -> interfaceOf(address, mtu));
    boolean hasOffloads = (driver.offered() & Net.VIRTIO_NET_F_HOST_TSO4) != 0;
    wire.setOffloads(hasOffloads ? OFFLOADS : 0);
    for (int i = 0; i < RECEIVE_BUFFERS; i++) {
      makeRoom(driver.allocate(RECEIVE_SIZE));
    }
    driver.notify(receiving());
    for (int i = 0; i < SEND_BUFFERS; i++) {
      toSend.add(driver.allocate(SEND_SIZE));
    }
    this.pump = Thread.ofPlatform().name("pump").start(this::run);
  }

  /// An interface `eth0` of the calling thread's namespace.
  static Tap interfaceOf(Inet4Address address, int mtu) throws IOException {
    Tap tap = Tap.open("eth0");
    NetDevice.LOOPBACK.up();
    NetDevice device = new NetDevice("eth0");
    device.setMtu(mtu);
    device.setAddress(address, 24);
    device.up();
    return tap;
  }

  private MockQueue receiving() {
    return driver.queues.get(0);
  }

  private MockQueue sending() {
    return driver.queues.get(1);
  }

  /// Buffers that hold no packet on its way.
  int freeBuffers() {
    return toSend.size();
  }

  private void makeRoom(long gpa) {
    buffers.put(receiving().add(MockQueue.Buffer.writable(gpa, RECEIVE_SIZE)), gpa);
  }

  private void run() {
    while (!isStopped) {
      // Both, always: the one must not starve the other.
      boolean sent = send();
      boolean received = receive();
      if (!sent && !received) {
        LockSupport.parkNanos(20_000);
      }
    }
  }

  private boolean send() {
    for (MockQueue.Used used = sending().poll(); used != null; used = sending().poll()) {
      toSend.add(buffers.remove(used.head() + (1 << 16)));
    }
    boolean any = false;
    while (!toSend.isEmpty()) {
      long gpa = toSend.getFirst();
      MemorySegment memory = driver.memory.slice(gpa, SEND_SIZE);
      long size = wire.fd().readResult(memory);
      if (size < 0) {
        break;
      }
      toSend.removeFirst();
      int head = sending().add(MockQueue.Buffer.readable(gpa, (int) size));
      buffers.put(head + (1 << 16), gpa);
      any = true;
    }
    if (any && sending().wantsNotification()) {
      driver.notify(sending());
    }
    return any;
  }

  private boolean receive() {
    boolean any = false;
    MockQueue.Used used = receiving().poll();
    while (used != null) {
      any = true;
      List<Long> filled = new ArrayList<>(List.of(buffers.remove(used.head())));
      List<MemorySegment> pieces = new ArrayList<>();
      pieces.add(driver.memory.slice(filled.getFirst(), used.written()));
      int count = Short.toUnsignedInt(driver.memory.getShort(filled.getFirst() + 10));
      for (int i = 1; i < count; i++) {
        MockQueue.Used next = receiving().poll(); // all of a packet come at once
        filled.add(buffers.remove(next.head()));
        pieces.add(driver.memory.slice(filled.getLast(), next.written()));
      }
      vector.set(pieces);
      long result = vector.writeResult(wire.fd());
      if (result < 0 && result != -Errno.EIO.number() && result != -Errno.EBADFD.number()) {
        throw new AssertionError("the guest's kernel refuses a packet: " + result);
      }
      filled.forEach(this::makeRoom);
      used = receiving().poll();
    }
    if (any && receiving().wantsNotification()) {
      driver.notify(receiving());
    }
    return any;
  }

  @Override
  public void close() {
    isStopped = true;
    fcvm.linux.Join.uninterruptibly(pump);
    driver.close();
    wire.close();
    namespace.close();
  }
}
