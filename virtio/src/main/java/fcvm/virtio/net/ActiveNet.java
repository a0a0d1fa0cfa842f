package fcvm.virtio.net;

import static fcvm.virtio.net.NetBackend.GONE;

import fcvm.linux.EventLoop;
import fcvm.linux.LinuxException;
import fcvm.virtio.Activation;
import fcvm.virtio.ActiveDevice;
import fcvm.virtio.DeviceFault;
import fcvm.virtio.DeviceFault.Cause;

/// A card whose driver is ready: moves packets while both sides can, and finds out what to wait for
/// when one cannot.
///
/// To the guest the backend holds what there is no room for, and from the guest the queue holds
/// what the backend does not take: nothing is kept in between. Frames that came while the link was
/// down, or that are no frames, are dropped, as a card does.
final class ActiveNet implements ActiveDevice {
  private static final int RX = 0;
  private static final int TX = 1;

  /// Packets per event of the loop and direction: the other one gets its turn.
  private static final int BATCH = 256;

  private final NetBackend backend;
  private final Activation activation;
  private final EventLoop loop;
  private final Runnable unplugged;
  private final ReceiveRoom room;
  private final Transmission transmission;

  private boolean isUp;
  private int interest;

  /// @param isUp whether the backend is still there
  /// @param unplugged called when it is not any more
  ActiveNet(NetBackend backend, Activation activation, boolean isUp, Runnable unplugged)
      throws LinuxException {
    this.backend = backend;
    this.activation = activation;
    this.loop = activation.loop();
    this.unplugged = unplugged;
    this.isUp = isUp;
    boolean isMergeable = (activation.features() & Net.VIRTIO_NET_F_MRG_RXBUF) != 0;
    this.room = new ReceiveRoom(activation.queues().get(RX), isMergeable);
    this.transmission = new Transmission(activation.queues().get(TX), backend);
    if (isUp) {
      interest = EventLoop.EPOLLIN;
      loop.add(backend.fd(), interest, events -> activation.run(() -> ready(events)));
    }
  }

  @Override
  public void notified(int queue) {
    if (queue == TX) {
      transmit();
    } else {
      receive();
    }
    settle();
  }

  private void ready(int events) {
    if ((events & EventLoop.EPOLLOUT) != 0) {
      transmit();
    }
    if ((events & EventLoop.EPOLLIN) != 0) {
      receive();
    }
    if ((events & (EventLoop.EPOLLHUP | EventLoop.EPOLLERR)) != 0
        && (events & EventLoop.EPOLLIN) == 0) {
      unplug();
    }
    settle();
  }

  private void transmit() {
    switch (transmission.run(isUp, BATCH)) {
      case Transmission.Outcome.Gone _ -> unplug();
      case Transmission.Outcome.Fault(DeviceFault fault) -> activation.fault(fault);
      case Transmission.Outcome.Unfinished _ ->
          loop.execute(() -> activation.run(() -> notified(TX)));
      case Transmission.Outcome.Idle _ -> {}
    }
    activation.interrupt(transmission.queue());
  }

  private void receive() {
    int received = 0;
    while (isUp && received < BATCH && prepare()) {
      long size = backend.receive();
      if (size < 0) {
        if (size == GONE) {
          unplug();
        }
        break;
      }
      room.deliver(size);
      received++;
    }
    activation.interrupt(room.queue());
    // With a full batch there may be more; the loop comes back, since the descriptor says so.
  }

  /// Whether the backend knows where the next packet goes.
  private boolean prepare() {
    if (room.isTaken()) {
      return true;
    }
    long size = backend.nextSize();
    if (size < 0) {
      if (size == GONE) {
        unplug();
      }
      return false;
    }
    if (!room.take(size)) {
      if (room.isBroken()) {
        activation.fault(new DeviceFault(Cause.REQUEST, size));
      }
      return false;
    }
    backend.prepare(room);
    return true;
  }

  private void unplug() {
    if (isUp) {
      isUp = false;
      loop.remove(backend.fd());
      unplugged.run();
      activation.configurationChanged();
      // What waits to be sent will never be.
      transmission.abandon();
      transmit();
    }
  }

  private void settle() {
    if (!isUp) {
      return;
    }
    int wanted =
        (room.isStarving() ? 0 : EventLoop.EPOLLIN)
            | (transmission.isHeld() ? EventLoop.EPOLLOUT : 0);
    if (wanted != interest) {
      interest = wanted;
      try {
        loop.modify(backend.fd(), wanted);
      } catch (LinuxException e) {
        activation.fault(new DeviceFault(Cause.HOST, e.errno().number()));
      }
    }
  }

  @Override
  public void close() {
    if (isUp) {
      loop.remove(backend.fd());
    }
    room.giveBack();
    backend.stop();
  }
}
