package fcvm.virtio.vsock;

import static fcvm.virtio.vsock.VsockHeader.VIRTIO_VSOCK_OP_REQUEST;
import static fcvm.virtio.vsock.VsockHeader.VIRTIO_VSOCK_OP_RST;
import static fcvm.virtio.vsock.VsockHeader.VIRTIO_VSOCK_TYPE_STREAM;

import fcvm.linux.Errno;
import fcvm.linux.EventLoop;
import fcvm.linux.LinuxException;
import fcvm.linux.UnixSocket;
import fcvm.virtio.Activation;
import fcvm.virtio.ActiveDevice;
import fcvm.virtio.Buffers;
import fcvm.virtio.DescriptorChain;
import fcvm.virtio.DeviceFault;
import fcvm.virtio.DeviceFault.Cause;
import fcvm.virtio.Virtqueue;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Moves packets between the queues of the guest and the connections, in both directions and in
/// batches: one interrupt for all packets that one event of the loop gave rise to.
///
/// After each thing that happens to a connection, [#settle] finds out what it wants now: to be
/// forgotten, a place among those with packets for the guest, other events of its socket, a timer.
final class ActiveVsock implements ActiveDevice {
  /// VMADDR_CID_HOST.
  static final long HOST_CID = 2;

  private static final int RX = 0;
  private static final int TX = 1;

  /// Packets per event of the loop and direction: other devices get their turn.
  private static final int BATCH = 256;

  /// RSTs that wait for room in the guest; with more, the guest's packets have to wait as well.
  private static final int MAX_RESETS = 256;

  private static final int FIRST_HOST_PORT = 1 << 30;
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final Duration ACCEPT_PAUSE = Duration.ofMillis(100);

  /// The two ports of a connection, by which packets find it.
  private record Ports(int host, int guest) {}

  private final long guestCid;
  private final Path path;
  private final UnixSocket listener;
  private final Activation activation;
  private final EventLoop loop;
  private final Virtqueue rx;
  private final Virtqueue tx;

  private final RingPool rings = new RingPool();
  private final Set<VsockConnection> connections = new HashSet<>();
  private final Map<Ports, VsockConnection> byPorts = new HashMap<>();
  private final LinkedHashSet<VsockConnection> ready = new LinkedHashSet<>();
  private final Deque<Ports> resets = new ArrayDeque<>();
  private final MemorySegment header = Arena.ofAuto().allocate(VsockHeader.SIZE, 8);
  private int nextHostPort = FIRST_HOST_PORT;
  private boolean isTxHeld;

  ActiveVsock(long guestCid, Path path, UnixSocket listener, Activation activation)
      throws LinuxException {
    this.guestCid = guestCid;
    this.path = path;
    this.listener = listener;
    this.activation = activation;
    this.loop = activation.loop();
    this.rx = activation.queues().get(RX);
    this.tx = activation.queues().get(TX);
    loop.add(listener.fd(), EventLoop.EPOLLIN, _ -> activation.run(this::accept));
  }

  @Override
  public void notified(int queue) {
    // The event queue only holds buffers for events that we do not send.
    if (queue == TX) {
      takePackets();
    }
    if (queue == RX || queue == TX) {
      givePackets();
    }
  }

  // ---- from the guest

  private void takePackets() {
    isTxHeld = false;
    int taken = 0;
    while (taken < BATCH && !isTxHeld) {
      isTxHeld = resets.size() >= MAX_RESETS;
      DescriptorChain chain = isTxHeld ? null : tx.next();
      if (chain == null) {
        break;
      }
      if (!take(chain.readable())) {
        return;
      }
      tx.used(chain, 0);
      taken++;
    }
    activation.interrupt(tx);
    if (taken == BATCH) {
      later(() -> notified(TX));
    }
  }

  /// Handles one packet; false after a fault.
  private boolean take(Buffers packet) {
    if (packet.byteSize() < VsockHeader.SIZE) {
      activation.fault(new DeviceFault(Cause.REQUEST, packet.byteSize()));
      return false;
    }
    packet.copyTo(header);
    VsockHeader head = VsockHeader.read(header);
    long length = Integer.toUnsignedLong(head.length());
    if (length > packet.byteSize() - VsockHeader.SIZE) {
      activation.fault(new DeviceFault(Cause.REQUEST, length));
      return false;
    }
    if (head.srcCid() != guestCid || head.dstCid() != HOST_CID) {
      // Nobody is there who could answer.
      return true;
    }
    Ports ports = new Ports(head.dstPort(), head.srcPort());
    VsockConnection connection = byPorts.get(ports);
    if (head.type() != VIRTIO_VSOCK_TYPE_STREAM) {
      refuse(ports, head.op());
    } else if (connection != null) {
      connection.receive(head, packet.slice(VsockHeader.SIZE, length));
      settle(connection);
    } else if (head.op() == VIRTIO_VSOCK_OP_REQUEST) {
      connect(ports, head);
    } else {
      refuse(ports, head.op());
    }
    return true;
  }

  private void refuse(Ports ports, int op) {
    if (op != VIRTIO_VSOCK_OP_RST) {
      resets.add(ports);
    }
  }

  private void connect(Ports ports, VsockHeader request) {
    if (connections.size() >= Vsock.MAX_CONNECTIONS) {
      resets.add(ports);
      return;
    }
    // Plainly concatenated: linking a call site of `+` takes long in a cold process, and this is on
    // the way of a container's start.
    String port = Integer.toUnsignedString(ports.host());
    Path target = Path.of(path.toString().concat("_").concat(port));
    try {
      VsockConnection connection =
          VsockConnection.ofGuest(UnixSocket.connect(target), rings, request);
      byPorts.put(ports, connection);
      add(connection);
    } catch (LinuxException e) {
      // Nobody listens, or not fast enough: for the guest, connection refused.
      resets.add(ports);
    }
  }

  // ---- from clients of the host

  private void accept() {
    for (int accepted = 0; accepted < BATCH; accepted++) {
      try {
        UnixSocket socket = listener.accept();
        if (connections.size() < Vsock.MAX_CONNECTIONS) {
          add(VsockConnection.ofClient(socket, rings));
        } else {
          socket.close();
        }
      } catch (LinuxException e) {
        if (e.errno() != Errno.EAGAIN && e.errno() != Errno.ECONNABORTED) {
          pauseAccepting();
        }
        return;
      }
    }
  }

  /// Out of descriptors or memory: the waiting client would wake the loop again at once.
  private void pauseAccepting() {
    listen(0);
    loop.schedule(ACCEPT_PAUSE, () -> activation.run(() -> listen(EventLoop.EPOLLIN)));
  }

  private void listen(int events) {
    try {
      loop.modify(listener.fd(), events);
    } catch (LinuxException e) {
      activation.fault(new DeviceFault(Cause.HOST, e.errno().number()));
    }
  }

  private void add(VsockConnection connection) {
    connections.add(connection);
    try {
      loop.add(
          connection.socket().fd(),
          connection.takeInterest(),
          events -> activation.run(() -> socketReady(connection, events)));
    } catch (LinuxException e) {
      connection.reset();
    }
    settle(connection);
  }

  private void socketReady(VsockConnection connection, int events) {
    if (connection.state() == VsockConnection.State.HANDSHAKE) {
      if (connection.readCommand(header.asSlice(0, 1))
          instanceof ConnectCommand.Progress.Port(int guestPort)) {
        Ports ports = new Ports(freeHostPort(guestPort), guestPort);
        connection.request(ports.host(), guestPort);
        byPorts.put(ports, connection);
      }
    } else {
      connection.socketReady(events);
    }
    if (connection.hasPacket()) {
      // First see what the guest takes: that decides which events are worth waiting for.
      ready.add(connection);
      givePackets();
    }
    settle(connection);
  }

  /// There are fewer connections than ports, so one is free.
  private int freeHostPort(int guestPort) {
    int port;
    do {
      port = nextHostPort;
      nextHostPort = port == Integer.MAX_VALUE ? FIRST_HOST_PORT : port + 1;
    } while (byPorts.containsKey(new Ports(port, guestPort)));
    return port;
  }

  // ---- to the guest

  private void givePackets() {
    int given = 0;
    while (given < BATCH && (!resets.isEmpty() || !ready.isEmpty())) {
      DescriptorChain chain = rx.next();
      if (chain == null) {
        break;
      }
      Buffers room = chain.writable();
      if (room.byteSize() <= VsockHeader.SIZE) {
        activation.fault(new DeviceFault(Cause.REQUEST, room.byteSize()));
        return;
      }
      VsockHeader head =
          nextPacket(room.slice(VsockHeader.SIZE, room.byteSize() - VsockHeader.SIZE));
      if (head == null) {
        rx.putBack();
        break;
      }
      head.write(header);
      room.copyFrom(header);
      rx.used(chain, VsockHeader.SIZE + Integer.toUnsignedLong(head.length()));
      given++;
    }
    activation.interrupt(rx);
    if (given == BATCH) {
      later(this::givePackets);
    }
    if (isTxHeld && resets.size() < MAX_RESETS) {
      isTxHeld = false;
      later(() -> notified(TX));
    }
  }

  private @Nullable VsockHeader nextPacket(Buffers payload) {
    while (resets.isEmpty() && !ready.isEmpty()) {
      VsockConnection connection = ready.removeFirst();
      VsockHeader head = connection.nextPacket(guestCid, payload);
      settle(connection);
      if (head != null) {
        return head;
      }
    }
    Ports ports = resets.poll();
    return ports == null
        ? null
        : new Credit().header(guestCid, ports.host(), ports.guest(), VIRTIO_VSOCK_OP_RST, 0, 0);
  }

  // ---- what a connection wants

  private void settle(VsockConnection connection) {
    VsockConnection.State state = connection.state();
    if (state == VsockConnection.State.LINGERING || state == VsockConnection.State.CLOSED) {
      Ports ports = new Ports(connection.hostPort(), connection.guestPort());
      byPorts.remove(ports, connection);
      if (connection.takeReset()) {
        resets.add(ports);
      }
    }
    if (state == VsockConnection.State.CLOSED) {
      forget(connection);
      return;
    }
    if (connection.hasPacket()) {
      ready.add(connection);
    }
    watch(connection);
    if (connection.takeTimer()) {
      loop.schedule(TIMEOUT, () -> activation.run(() -> expire(connection, state)));
    }
  }

  private void watch(VsockConnection connection) {
    if (connection.isHungUp()) {
      loop.remove(connection.socket().fd());
    } else if (connection.hasNewInterest()) {
      try {
        loop.modify(connection.socket().fd(), connection.takeInterest());
      } catch (LinuxException e) {
        activation.fault(new DeviceFault(Cause.HOST, e.errno().number()));
      }
    }
  }

  private void expire(VsockConnection connection, VsockConnection.State timed) {
    connection.expire(timed);
    settle(connection);
    givePackets();
  }

  private void forget(VsockConnection connection) {
    connections.remove(connection);
    ready.remove(connection);
    loop.remove(connection.socket().fd());
    connection.socket().close();
  }

  private void later(Runnable task) {
    loop.execute(() -> activation.run(task));
  }

  @Override
  public void close() {
    loop.remove(listener.fd());
    List.copyOf(connections).forEach(this::forget);
    byPorts.clear();
  }
}
