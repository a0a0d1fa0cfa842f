package fcvm.linux;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.nio.file.Path;
import java.util.List;

/// A stream socket of `unix(7)`, non-blocking: one that listens, or one end of a connection.
public final class UnixSocket implements AutoCloseable {
  /// Most bytes of a path: `sun_path` less the terminating zero.
  public static final int MAX_PATH = 107;

  private static final int AF_UNIX = 1;
  private static final int SOCK_STREAM = 1;
  private static final int SOCK_NONBLOCK = Fd.O_NONBLOCK;
  private static final int SOCK_CLOEXEC = Fd.O_CLOEXEC;
  private static final int FLAGS = SOCK_NONBLOCK | SOCK_CLOEXEC;
  private static final int SHUT_RD = 0;
  private static final int SHUT_WR = 1;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int SOL_SOCKET = 1;
  private static final int SO_SNDBUF = 7;
  private static final int OWNER_ONLY = 0600;
  private static final int SUN_PATH = 2;
  private static final int SOCKADDR_SIZE = 110;

  private static final MemorySegment SOCKET = Libc.function("socket");
  private static final MemorySegment SOCKETPAIR = Libc.function("socketpair");
  private static final MemorySegment FCHMOD = Libc.function("fchmod");
  private static final MemorySegment BIND = Libc.function("bind");
  private static final MemorySegment LISTEN = Libc.function("listen");
  private static final MemorySegment ACCEPT4 = Libc.function("accept4");
  private static final MemorySegment CONNECT = Libc.function("connect");
  private static final MemorySegment SHUTDOWN = Libc.function("shutdown");
  private static final MemorySegment SEND = Libc.function("send");
  private static final MemorySegment SETSOCKOPT = Libc.function("setsockopt");
  private static final MemorySegment UNLINK = Libc.function("unlink");

  private final Fd fd;
  private final String boundPath;

  private UnixSocket(Fd fd, String boundPath) {
    this.fd = fd;
    this.boundPath = boundPath;
  }

  private static UnixSocket make(String boundPath, String name) throws LinuxException {
    int number =
        LinuxException.check(
            "socket(AF_UNIX)", Libc.callInt(SOCKET, AF_UNIX, SOCK_STREAM | FLAGS, 0));
    return new UnixSocket(Fd.of(number, name), boundPath);
  }

  /// Two sockets that are connected to each other, without a name in any file system.
  public static List<UnixSocket> pair() throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pair = arena.allocate(ValueLayout.JAVA_INT, 2);
      LinuxException.check(
          "socketpair", Libc.callInt(SOCKETPAIR, AF_UNIX, SOCK_STREAM | FLAGS, 0, pair.address()));
      return List.of(
          new UnixSocket(Fd.of(pair.getAtIndex(ValueLayout.JAVA_INT, 0), "socket pair"), ""),
          new UnixSocket(Fd.of(pair.getAtIndex(ValueLayout.JAVA_INT, 1), "socket pair"), ""));
    }
  }

  /// Makes a socket file that only its owner can connect to, and listens there. [#close] removes
  /// the file.
  ///
  /// @throws LinuxException if the path is too long, or exists (EADDRINUSE)
  public static UnixSocket listen(Path path, int backlog) throws LinuxException {
    String name = path.toString();
    UnixSocket socket = make(name, name);
    boolean done = false;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = address(arena, name);
      int fd = socket.fd.number();
      // Before bind, which gives the file the mode of the socket: it is never open to others.
      LinuxException.check("fchmod of a socket", Libc.callInt(FCHMOD, fd, OWNER_ONLY));
      LinuxException.check(
          "bind to \"" + name + "\"", Libc.callInt(BIND, fd, address.address(), SOCKADDR_SIZE));
      done = Libc.callInt(LISTEN, fd, backlog) == 0;
      if (!done) {
        throw new LinuxException("listen on \"" + name + "\"", Errno.EINVAL);
      }
      return socket;
    } finally {
      if (!done) {
        // The file, if there is one, may be somebody else's.
        socket.fd.close();
      }
    }
  }

  /// Connects to a socket file. Does not wait: a listener whose backlog is full is EAGAIN.
  public static UnixSocket connect(Path path) throws LinuxException {
    String name = path.toString();
    UnixSocket socket = make("", "connection to " + name);
    int result;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = address(arena, name);
      do {
        result = Libc.callInt(CONNECT, socket.fd.number(), address.address(), SOCKADDR_SIZE);
      } while (result == -Errno.EINTR.number());
      LinuxException.check("connect to \"" + name + "\"", result);
      return socket;
    } catch (LinuxException e) {
      socket.close();
      throw e;
    }
  }

  private static MemorySegment address(Arena arena, String path) throws LinuxException {
    byte[] bytes = path.getBytes(UTF_8);
    if (bytes.length > MAX_PATH) {
      throw new LinuxException(
          "socket path of %d bytes, at most %d are possible; choose a shorter directory: \"%s\""
              .formatted(bytes.length, MAX_PATH, path),
          Errno.ENAMETOOLONG);
    }
    MemorySegment address = arena.allocate(SOCKADDR_SIZE, 2);
    address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
    MemorySegment.copy(bytes, 0, address, ValueLayout.JAVA_BYTE, SUN_PATH, bytes.length);
    return address;
  }

  /// Takes a connection from the backlog of a listening socket.
  ///
  /// @throws LinuxException also if none is waiting (EAGAIN)
  public UnixSocket accept() throws LinuxException {
    int result;
    do {
      result = Libc.callInt(ACCEPT4, fd.number(), 0, 0, FLAGS);
    } while (result == -Errno.EINTR.number());
    return new UnixSocket(Fd.of(LinuxException.check("accept on " + fd, result), "connection"), "");
  }

  /// The descriptor, to wait for.
  public Fd fd() {
    return fd;
  }

  /// Reads into native memory: bytes read, 0 at the end of the stream, or `-errno` (EAGAIN: nothing
  /// there yet).
  public long readResult(MemorySegment into) {
    return fd.readResult(into);
  }

  /// Writes from native memory: bytes written, or `-errno` (EAGAIN: no room; EPIPE: the peer does
  /// not read any more, and no signal is raised).
  public long writeResult(MemorySegment from) {
    try {
      long result;
      do {
        result = Libc.callLong(SEND, fd.number(), from.address(), from.byteSize(), MSG_NOSIGNAL);
      } while (result == -Errno.EINTR.number());
      return result;
    } finally {
      Reference.reachabilityFence(from);
    }
  }

  /// Lets as many bytes as the kernel allows (`net.core.wmem_max`) wait to be read by the peer.
  public void useLargestBuffer() throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment most = arena.allocateFrom(ValueLayout.JAVA_INT, Integer.MAX_VALUE / 2);
      LinuxException.check(
          "SO_SNDBUF on " + fd,
          Libc.callInt(
              SETSOCKOPT, fd.number(), SOL_SOCKET, SO_SNDBUF, most.address(), most.byteSize(), 0));
    }
  }

  /// Tells the peer that nothing more will be written; reading goes on.
  public void shutdownWrite() {
    Libc.callInt(SHUTDOWN, fd.number(), SHUT_WR);
  }

  /// Tells the peer, by EPIPE, that nothing more will be read; writing goes on.
  public void shutdownRead() {
    Libc.callInt(SHUTDOWN, fd.number(), SHUT_RD);
  }

  /// Closes, and removes the file of a listening socket. Closing twice does nothing.
  @Override
  public void close() {
    boolean isOpen = fd.number() >= 0;
    fd.close();
    if (isOpen && !boundPath.isEmpty()) {
      try (Arena arena = Arena.ofConfined()) {
        Libc.callInt(UNLINK, arena.allocateFrom(boundPath).address());
      }
    }
  }
}
