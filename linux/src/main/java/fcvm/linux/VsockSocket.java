package fcvm.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A stream socket between a host and its guests, `vsock(7)`. Calls block in the kernel: for
/// platform threads.
public final class VsockSocket implements AutoCloseable {
  /// As a context id to listen on: any.
  public static final int VMADDR_CID_ANY = -1;

  private static final int AF_VSOCK = 40;
  private static final int SOCK_STREAM = 1;
  private static final int SOCK_CLOEXEC = Fd.O_CLOEXEC;
  private static final int SHUT_RDWR = 2;

  // struct sockaddr_vm: u16 svm_family, u16 reserved, u32 svm_port, u32 svm_cid, 4 bytes of zero.
  private static final int SOCKADDR_SIZE = 16;
  private static final int SVM_PORT = 4;
  private static final int SVM_CID = 8;

  private static final MemorySegment SOCKET = Libc.function("socket");
  private static final MemorySegment BIND = Libc.function("bind");
  private static final MemorySegment LISTEN = Libc.function("listen");
  private static final MemorySegment ACCEPT4 = Libc.function("accept4");
  private static final MemorySegment CONNECT = Libc.function("connect");
  private static final MemorySegment SHUTDOWN = Libc.function("shutdown");

  private final Fd fd;

  private VsockSocket(Fd fd) {
    this.fd = fd;
  }

  /// Connects to a port.
  ///
  /// @param cid the other side's context id; the host's is 2
  public static VsockSocket connect(int cid, int port) throws LinuxException {
    return open(CONNECT, "connect", cid, port);
  }

  /// Listens on a port.
  ///
  /// @param backlog connections that wait to be accepted
  public static VsockSocket listen(int port, int backlog) throws LinuxException {
    VsockSocket socket = open(BIND, "bind", VMADDR_CID_ANY, port);
    int result = Libc.callInt(LISTEN, socket.fd.number(), backlog);
    if (result < 0) {
      socket.close();
      throw new LinuxException("listen on vsock port " + port, result);
    }
    return socket;
  }

  private static VsockSocket open(MemorySegment function, String call, int cid, int port)
      throws LinuxException {
    int number =
        LinuxException.check(
            "socket(AF_VSOCK)", Libc.callInt(SOCKET, AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC, 0));
    Fd fd = Fd.of(number, "vsock " + cid + ":" + port);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(SOCKADDR_SIZE, Integer.BYTES);
      address.set(JAVA_SHORT, 0, (short) AF_VSOCK);
      address.set(JAVA_INT, SVM_PORT, port);
      address.set(JAVA_INT, SVM_CID, cid);
      int result = Libc.callInt(function, number, address.address(), SOCKADDR_SIZE);
      if (result < 0) {
        fd.close();
        throw new LinuxException(call + " to vsock " + cid + ":" + port, result);
      }
    }
    return new VsockSocket(fd);
  }

  /// Waits for a connection.
  public VsockSocket accept() throws LinuxException {
    int result;
    do {
      result = Libc.callInt(ACCEPT4, fd.number(), 0, 0, SOCK_CLOEXEC);
    } while (result == -Errno.EINTR.number());
    return new VsockSocket(Fd.of(LinuxException.check("accept", result), "vsock connection"));
  }

  /// The connection's descriptor, for [FdInputStream] and [FdOutputStream].
  public Fd fd() {
    return fd;
  }

  /// Ends both directions: threads that read or write wake up. The descriptor stays open until
  /// [#close], so that it cannot become another's under their hands.
  public void shutdown() {
    Libc.callInt(SHUTDOWN, fd.number(), SHUT_RDWR);
  }

  @Override
  public void close() {
    fd.close();
  }
}
