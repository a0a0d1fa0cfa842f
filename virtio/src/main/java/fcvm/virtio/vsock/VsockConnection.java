package fcvm.virtio.vsock;

import static fcvm.virtio.vsock.VsockHeader.SHUTDOWN_BOTH;
import static fcvm.virtio.vsock.VsockHeader.VIRTIO_VSOCK_OP_CREDIT_REQUEST;
import static fcvm.virtio.vsock.VsockHeader.VIRTIO_VSOCK_OP_CREDIT_UPDATE;
import static fcvm.virtio.vsock.VsockHeader.VIRTIO_VSOCK_OP_REQUEST;
import static fcvm.virtio.vsock.VsockHeader.VIRTIO_VSOCK_OP_RESPONSE;
import static fcvm.virtio.vsock.VsockHeader.VIRTIO_VSOCK_OP_RST;
import static fcvm.virtio.vsock.VsockHeader.VIRTIO_VSOCK_OP_RW;
import static fcvm.virtio.vsock.VsockHeader.VIRTIO_VSOCK_OP_SHUTDOWN;
import static fcvm.virtio.vsock.VsockHeader.VIRTIO_VSOCK_SHUTDOWN_RCV;
import static fcvm.virtio.vsock.VsockHeader.VIRTIO_VSOCK_SHUTDOWN_SEND;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.US_ASCII;

import fcvm.linux.Errno;
import fcvm.linux.EventLoop;
import fcvm.linux.UnixSocket;
import fcvm.virtio.Buffers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// One connection: a Unix socket of the host, and what the guest knows of it. It never touches the
/// queues or the loop: [ActiveVsock] asks it what it wants after each thing that happened to it.
///
/// The two directions end independently. End of file on the socket is SHUTDOWN(SEND) to the guest;
/// SHUTDOWN(SEND) from the guest is end of file on the socket, after what is still buffered.
final class VsockConnection {
  /// How far a connection has come; it only moves forward.
  enum State {
    /// A client of the host is connected and has not said yet where it wants to go.
    HANDSHAKE(true),
    /// The guest is asked to accept.
    REQUESTED(true),
    CONNECTED(false),
    /// We told the guest that both directions have ended, and wait for its RST.
    SHUT_DOWN(true),
    /// The guest is done with it; the socket still has to take what the guest sent.
    LINGERING(false),
    CLOSED(false);

    private final boolean isTimed;

    State(boolean isTimed) {
      this.isTimed = isTimed;
    }

    /// Whether the connection fails if it stays in this state for long.
    boolean isTimed() {
      return isTimed;
    }
  }

  private static final long EAGAIN = -Errno.EAGAIN.number();

  private final UnixSocket socket;
  private final ConnectCommand command = new ConnectCommand();
  private final Credit credit = new Credit();
  private final SocketWriter toHost;
  private State state;
  private int hostPort;
  private int guestPort;

  private boolean mayBeReadable;
  private boolean isHungUp;
  private boolean hasReadAll;
  private int guestShutdown;
  private int toldShutdown;

  private boolean owesRequest;
  private boolean owesResponse;
  private boolean owesReset;
  private boolean isKnownToGuest;
  private int takenInterest;
  private @Nullable State takenTimer;

  private VsockConnection(UnixSocket socket, RingPool rings, State state) {
    this.socket = socket;
    this.toHost = new SocketWriter(socket, credit, rings);
    this.state = state;
  }

  /// A client of the host that has connected to the device's socket file.
  static VsockConnection ofClient(UnixSocket socket, RingPool rings) {
    return new VsockConnection(socket, rings, State.HANDSHAKE);
  }

  /// A connection that the guest asked for and a listener of the host has in its backlog.
  static VsockConnection ofGuest(UnixSocket socket, RingPool rings, VsockHeader request) {
    VsockConnection connection = new VsockConnection(socket, rings, State.CONNECTED);
    connection.hostPort = request.dstPort();
    connection.guestPort = request.srcPort();
    connection.credit.heard(request);
    connection.owesResponse = true;
    connection.isKnownToGuest = true;
    connection.mayBeReadable = true;
    return connection;
  }

  State state() {
    return state;
  }

  UnixSocket socket() {
    return socket;
  }

  int hostPort() {
    return hostPort;
  }

  int guestPort() {
    return guestPort;
  }

  /// Asks the guest to accept this client.
  void request(int fromHostPort, int toGuestPort) {
    hostPort = fromHostPort;
    guestPort = toGuestPort;
    owesRequest = true;
    state = State.REQUESTED;
  }

  /// What the client's command says so far. Ends the connection if that is nothing sensible.
  ///
  /// @param scratch a byte of native memory
  ConnectCommand.Progress readCommand(MemorySegment scratch) {
    ConnectCommand.Progress progress = command.read(socket, scratch);
    if (progress instanceof ConnectCommand.Progress.Refused) {
      close();
    }
    return progress;
  }

  /// Whether to wait for other events of the socket than those that were taken last.
  boolean hasNewInterest() {
    return interest() != takenInterest;
  }

  /// Events of the socket to wait for.
  int takeInterest() {
    takenInterest = interest();
    return takenInterest;
  }

  /// Whether a timer for the present state has to be started; once for each timed state.
  boolean takeTimer() {
    boolean isNew = state.isTimed() && state != takenTimer;
    takenTimer = state;
    return isNew;
  }

  private int interest() {
    int reading =
        state == State.HANDSHAKE || (isConnected() && !mayBeReadable && !hasReadAll)
            ? EventLoop.EPOLLIN
            : 0;
    return reading | (toHost.isWaiting() ? EventLoop.EPOLLOUT : 0);
  }

  /// A hang-up is reported for ever, so the loop has to forget the socket.
  boolean isHungUp() {
    return isHungUp;
  }

  private boolean isConnected() {
    return state == State.CONNECTED || state == State.SHUT_DOWN;
  }

  /// The socket is ready for something; not for a client in its handshake.
  void socketReady(int events) {
    if ((events & EventLoop.EPOLLOUT) != 0) {
      drain();
    }
    if ((events & EventLoop.EPOLLIN) != 0) {
      mayBeReadable = true;
    }
    if ((events & (EventLoop.EPOLLHUP | EventLoop.EPOLLERR)) != 0) {
      isHungUp = true;
      mayBeReadable = true;
      toHost.stop();
      if (state == State.REQUESTED) {
        reset();
      } else if (state == State.LINGERING) {
        close();
      }
    }
  }

  /// A packet of the guest for this connection.
  void receive(VsockHeader header, Buffers payload) {
    credit.heard(header);
    switch (header.op()) {
      case VIRTIO_VSOCK_OP_RESPONSE -> accepted();
      case VIRTIO_VSOCK_OP_RW -> received(payload);
      case VIRTIO_VSOCK_OP_SHUTDOWN -> shutDown(header.flags());
      case VIRTIO_VSOCK_OP_RST -> linger();
      case VIRTIO_VSOCK_OP_CREDIT_UPDATE -> {}
      case VIRTIO_VSOCK_OP_CREDIT_REQUEST -> credit.oweUpdate();
      default -> reset();
    }
  }

  private void accepted() {
    if (state != State.REQUESTED || owesRequest) {
      reset();
      return;
    }
    byte[] answer =
        "OK ".concat(Integer.toUnsignedString(hostPort)).concat("\n").getBytes(US_ASCII);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocateFrom(JAVA_BYTE, answer);
      if (socket.writeResult(bytes) != answer.length) {
        reset();
        return;
      }
    }
    state = State.CONNECTED;
    mayBeReadable = true;
  }

  private void received(Buffers payload) {
    boolean isAllowed = isConnected() && (guestShutdown & VIRTIO_VSOCK_SHUTDOWN_SEND) == 0;
    if (!isAllowed || !credit.received(payload.byteSize())) {
      reset();
      return;
    }
    toHost.write(payload);
  }

  private void drain() {
    toHost.drain();
    if (!toHost.isWaiting()) {
      drained();
    }
  }

  private void drained() {
    if (state == State.LINGERING) {
      close();
    } else if ((guestShutdown & VIRTIO_VSOCK_SHUTDOWN_SEND) != 0) {
      socket.shutdownWrite();
    }
  }

  private void shutDown(int flags) {
    if (!isConnected()) {
      reset();
      return;
    }
    guestShutdown |= flags & SHUTDOWN_BOTH;
    if (guestShutdown == SHUTDOWN_BOTH) {
      // The guest has closed; its RST is the receipt for all it sent, which we hold.
      owesReset = true;
      linger();
      return;
    }
    if ((guestShutdown & VIRTIO_VSOCK_SHUTDOWN_SEND) != 0 && !toHost.isWaiting()) {
      socket.shutdownWrite();
    }
    if ((guestShutdown & VIRTIO_VSOCK_SHUTDOWN_RCV) != 0) {
      socket.shutdownRead();
      hasReadAll = true;
    }
  }

  /// Whether there is a packet for the guest, as far as can be known without reading the socket.
  boolean hasPacket() {
    return (owesRequest && state == State.REQUESTED)
        || (isConnected()
            && (owesResponse
                || mayRead()
                || credit.owesUpdate()
                || shutdownFlags() != toldShutdown));
  }

  private boolean mayRead() {
    return mayBeReadable && !hasReadAll && (credit.available() > 0 || credit.mayAsk());
  }

  private int shutdownFlags() {
    return (hasReadAll ? VIRTIO_VSOCK_SHUTDOWN_SEND : 0)
        | (toHost.isBroken() ? VIRTIO_VSOCK_SHUTDOWN_RCV : 0);
  }

  /// Makes the next packet for the guest: payload into `payload`, header returned.
  ///
  /// @return the header, or null if there turned out to be nothing to say
  @Nullable VsockHeader nextPacket(long guestCid, Buffers payload) {
    if (owesRequest && state == State.REQUESTED) {
      owesRequest = false;
      isKnownToGuest = true;
      return header(guestCid, VIRTIO_VSOCK_OP_REQUEST, 0, 0);
    }
    if (!isConnected()) {
      return null;
    }
    if (owesResponse) {
      owesResponse = false;
      return header(guestCid, VIRTIO_VSOCK_OP_RESPONSE, 0, 0);
    }
    int length = mayRead() ? read(payload) : 0;
    if (length > 0) {
      return header(guestCid, VIRTIO_VSOCK_OP_RW, 0, length);
    }
    if (!isConnected()) {
      return null;
    }
    int flags = shutdownFlags();
    if (flags != toldShutdown) {
      toldShutdown = flags;
      state = flags == SHUTDOWN_BOTH ? State.SHUT_DOWN : state;
      return header(guestCid, VIRTIO_VSOCK_OP_SHUTDOWN, flags, 0);
    }
    if (mayRead() && credit.available() == 0) {
      credit.asked();
      return header(guestCid, VIRTIO_VSOCK_OP_CREDIT_REQUEST, 0, 0);
    }
    return credit.owesUpdate() ? header(guestCid, VIRTIO_VSOCK_OP_CREDIT_UPDATE, 0, 0) : null;
  }

  private int read(Buffers payload) {
    if (payload.byteSize() == 0 || credit.available() == 0) {
      return 0;
    }
    // Into the first piece only: one system call, and drivers give their payload in one piece.
    MemorySegment piece = payload.segments().getFirst();
    long wanted = Math.min(piece.byteSize(), credit.available());
    long result = socket.readResult(piece.asSlice(0, wanted));
    if (result > 0) {
      credit.sent(result);
      return (int) result;
    }
    if (result == 0) {
      hasReadAll = true;
    } else if (result != EAGAIN) {
      reset();
    } else {
      mayBeReadable = false;
      // Nothing will come after a hang-up.
      hasReadAll = isHungUp;
    }
    return 0;
  }

  private VsockHeader header(long guestCid, int op, int flags, int length) {
    return credit.header(guestCid, hostPort, guestPort, op, flags, length);
  }

  /// It took too long to leave `timed`.
  void expire(State timed) {
    if (state == timed) {
      reset();
    }
  }

  /// Ends the connection, telling the guest by RST if it knows of it.
  void reset() {
    owesReset = isKnownToGuest;
    close();
  }

  private void linger() {
    state = State.LINGERING;
    if (!toHost.isWaiting()) {
      close();
    }
  }

  private void close() {
    state = State.CLOSED;
    toHost.release();
  }

  /// Whether the guest has to be sent an RST; asks only once.
  boolean takeReset() {
    boolean owed = owesReset;
    owesReset = false;
    return owed;
  }
}
