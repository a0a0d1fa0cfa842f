package fcvm.virtio.net;

import fcvm.linux.NetworkNamespace;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Random;

/// What programs at both ends of a network say to each other, and whether it arrives.
final class Traffic {
  private static final int CHUNK = 64 * 1024;

  private Traffic() {}

  /// Something to do with a connection.
  interface Conversation {
    void hold(Socket socket) throws IOException;
  }

  /// Serves every connection on a thread of its own, until the socket is closed.
  static ServerSocket serve(NetworkNamespace where, InetAddress address, Conversation conversation)
      throws IOException {
    ServerSocket server = where.call(() -> new ServerSocket(0, 128, address));
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          while (!server.isClosed()) {
            try {
              Socket socket = server.accept();
              Thread.ofPlatform().daemon().start(() -> hold(socket, conversation));
            } catch (IOException e) {
              return; // closed
            }
          }
        });
    return server;
  }

  private static void hold(Socket socket, Conversation conversation) {
    try (socket) {
      conversation.hold(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Socket connect(NetworkNamespace from, ServerSocket to) throws IOException {
    return from.call(() -> {
      Socket socket = new Socket(to.getInetAddress(), to.getLocalPort());
      socket.setSoTimeout(60_000);
      return socket;
    });
  }

  /// Writes bytes that follow from a seed; what they are, in short.
  static byte[] send(Socket socket, long seed, long size) throws IOException {
    MessageDigest digest = sha256();
    Random random = new Random(seed);
    byte[] chunk = new byte[CHUNK];
    OutputStream out = socket.getOutputStream();
    for (long left = size; left > 0; left -= CHUNK) {
      random.nextBytes(chunk);
      int length = (int) Math.min(CHUNK, left);
      digest.update(chunk, 0, length);
      out.write(chunk, 0, length);
    }
    socket.shutdownOutput();
    return digest.digest();
  }

  /// Reads to the end; what it was, in short.
  static byte[] receive(Socket socket) throws IOException {
    MessageDigest digest = sha256();
    InputStream in = socket.getInputStream();
    byte[] chunk = new byte[CHUNK];
    for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
      digest.update(chunk, 0, count);
    }
    return digest.digest();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /// Answers datagrams with what `answer` makes of them.
  static DatagramSocket answer(
      NetworkNamespace where,
      InetAddress address,
      int port,
      java.util.function.UnaryOperator<byte[]> answer)
      throws IOException {
    DatagramSocket socket = where.call(() -> new DatagramSocket(port, address));
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          byte[] buffer = new byte[65535];
          while (!socket.isClosed()) {
            try {
              DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
              socket.receive(packet);
              byte[] reply =
                  answer.apply(java.util.Arrays.copyOf(packet.getData(), packet.getLength()));
              socket.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
            } catch (IOException e) {
              return; // closed
            }
          }
        });
    return socket;
  }

  /// Asks by datagram. Datagrams may be lost: it asks again, a few times.
  static byte[] ask(DatagramSocket from, DatagramSocket whom, byte[] question) throws IOException {
    from.setSoTimeout(2_000);
    byte[] buffer = new byte[65535];
    for (int tries = 1; ; tries++) {
      from.send(new DatagramPacket(question, question.length, whom.getLocalSocketAddress()));
      try {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        from.receive(packet);
        return java.util.Arrays.copyOf(packet.getData(), packet.getLength());
      } catch (java.net.SocketTimeoutException e) {
        if (tries == 5) {
          throw e;
        }
      }
    }
  }
}
