package fcvm.container.net;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import fcvm.agent.protocol.GuestNetwork;
import fcvm.linux.Fd;
import fcvm.linux.Join;
import fcvm.linux.NetDevice;
import fcvm.linux.NetworkNamespace;
import fcvm.linux.Tap;
import fcvm.linux.UnixSocket;
import fcvm.vmm.DeviceSpec;
import fcvm.vmm.DeviceSpec.Network.Link;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.nio.ByteOrder;
import java.util.concurrent.locks.LockSupport;

/// A guest without a VM: a network stack of Linux in a namespace, set up as a guest's agent would,
/// and a thread for each direction of the cable between its card and the host's end.
final class GuestHost implements AutoCloseable {
  private static final int HEADER = Tap.HEADER_SIZE;
  private static final int LARGEST = 65562 + 14;
  private static final ValueLayout.OfInt LENGTH =
      JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  final NetworkNamespace namespace;
  private final Tap card;
  private final Thread out;
  private final Thread in;
  private volatile boolean isClosed;

  /// Plugs a card in and sets it up.
  GuestHost(DeviceSpec.Network spec, GuestNetwork network) throws IOException {
    this.namespace = NetworkNamespace.make();
    this.card = namespace.call(() -> card(spec.mtu(), network));
    switch (spec.link()) {
      case Link.OpenTap(Tap tap) -> {
        card.setOffloads(Tap.TUN_F_CSUM | Tap.TUN_F_TSO4 | Tap.TUN_F_TSO6);
        tap.setOffloads(Tap.TUN_F_CSUM | Tap.TUN_F_TSO4 | Tap.TUN_F_TSO6);
        out = start(() -> copy(card.fd(), tap.fd()));
        in = start(() -> copy(tap.fd(), card.fd()));
      }
      case Link.Stream(UnixSocket socket) -> {
        out = start(() -> send(card.fd(), socket));
        in = start(() -> receive(socket, card.fd()));
      }
      case Link.HostDevice(String name) -> throw new IllegalArgumentException(name);
    }
  }

  private static Tap card(int mtu, GuestNetwork network) throws IOException {
    Tap tap = Tap.open("eth0");
    NetDevice.LOOPBACK.up();
    NetDevice device = new NetDevice("eth0");
    device.setMtu(mtu);
    device.setAddress(Inet4Address.ofLiteral(network.address()), network.prefix());
    device.up();
    NetDevice.addDefaultRoute(Inet4Address.ofLiteral(network.gateway()));
    return tap;
  }

  private static Thread start(Runnable run) {
    return Thread.ofPlatform().daemon().start(run);
  }

  private void copy(Fd from, Fd to) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(LARGEST);
      while (!isClosed) {
        long size = from.readResult(memory);
        if (size > 0) {
          to.writeResult(memory.asSlice(0, size));
        } else {
          LockSupport.parkNanos(20_000);
        }
      }
    }
  }

  private void send(Fd from, UnixSocket to) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(LARGEST);
      while (!isClosed) {
        long size = from.readResult(memory);
        if (size <= 0) {
          LockSupport.parkNanos(20_000);
          continue;
        }
        // The length goes over the end of the header, right before the frame.
        memory.set(LENGTH, HEADER - 4, (int) size - HEADER);
        MemorySegment left = memory.asSlice(HEADER - 4, size - HEADER + 4);
        while (left.byteSize() > 0 && !isClosed) {
          long written = to.writeResult(left);
          left = written > 0 ? left.asSlice(written) : left;
        }
      }
    }
  }

  private void receive(UnixSocket from, Fd to) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(LARGEST);
      while (!isClosed) {
        if (read(from, memory.asSlice(HEADER - 4, 4))) {
          int size = memory.get(LENGTH, HEADER - 4);
          if (read(from, memory.asSlice(HEADER, size))) {
            memory.asSlice(0, HEADER).fill((byte) 0);
            to.writeResult(memory.asSlice(0, HEADER + size));
          }
        }
      }
    }
  }

  private boolean read(UnixSocket from, MemorySegment all) {
    long done = 0;
    while (done < all.byteSize() && !isClosed) {
      long count = from.readResult(all.asSlice(done));
      if (count > 0) {
        done += count;
      } else {
        LockSupport.parkNanos(20_000);
      }
    }
    return done == all.byteSize();
  }

  @Override
  public void close() {
    isClosed = true;
    Join.uninterruptibly(out);
    Join.uninterruptibly(in);
    card.close();
    namespace.close();
  }
}
