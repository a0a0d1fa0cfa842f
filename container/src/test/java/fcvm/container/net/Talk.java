package fcvm.container.net;

import fcvm.linux.NetworkNamespace;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Random;

/// Servers that say again what they are told, and clients that check it.
final class Talk {
  private static final int CHUNK = 64 * 1024;

  private Talk() {}

  static ServerSocket echo(NetworkNamespace where, InetAddress address, int port)
      throws IOException {
    ServerSocket server = where.call(() -> new ServerSocket(port, 128, address));
    start(() -> {
      while (!server.isClosed()) {
        Socket socket = server.accept();
        start(() -> {
          try (socket;
              InputStream in = socket.getInputStream()) {
            in.transferTo(socket.getOutputStream());
          }
        });
      }
    });
    return server;
  }

  static DatagramSocket echoDatagrams(NetworkNamespace where, InetAddress address, int port)
      throws IOException {
    DatagramSocket socket = where.call(() -> new DatagramSocket(port, address));
    start(() -> {
      DatagramPacket packet = new DatagramPacket(new byte[CHUNK], CHUNK);
      while (!socket.isClosed()) {
        packet.setLength(CHUNK);
        socket.receive(packet);
        socket.send(packet);
      }
    });
    return socket;
  }

  private interface Job {
    void run() throws IOException;
  }

  private static void start(Job job) {
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            job.run();
          } catch (IOException e) {
            return; // its socket was closed
          }
        });
  }

  static Socket connect(NetworkNamespace from, InetAddress address, int port) throws IOException {
    return from.call(() -> {
      Socket socket = new Socket();
      socket.connect(new InetSocketAddress(address, port), 5_000);
      socket.setSoTimeout(30_000);
      return socket;
    });
  }

  /// Sends bytes that follow from a seed, and reads as many.
  ///
  /// @return whether they are the same
  static boolean isEchoed(Socket socket, long seed, long size) throws Exception {
    MessageDigest sent = sha256();
    MessageDigest received = sha256();
    Thread reader =
        Thread.ofPlatform()
            .start(() -> {
              byte[] chunk = new byte[CHUNK];
              try {
                long left = size;
                while (left > 0) {
                  int count = socket.getInputStream().read(chunk, 0, (int) Math.min(CHUNK, left));
                  if (count < 0) {
                    return;
                  }
                  received.update(chunk, 0, count);
                  left -= count;
                }
              } catch (IOException e) {
                return; // the sums differ
              }
            });
    Random random = new Random(seed);
    byte[] chunk = new byte[CHUNK];
    for (long left = size; left > 0; left -= CHUNK) {
      random.nextBytes(chunk);
      int length = (int) Math.min(CHUNK, left);
      sent.update(chunk, 0, length);
      socket.getOutputStream().write(chunk, 0, length);
    }
    reader.join();
    return Arrays.equals(sent.digest(), received.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /// Asks by datagram, a few times if need be.
  static byte[] ask(NetworkNamespace from, InetAddress address, int port, byte[] question)
      throws IOException {
    try (DatagramSocket socket = from.call(() -> new DatagramSocket())) {
      socket.setSoTimeout(2_000);
      DatagramPacket answer = new DatagramPacket(new byte[CHUNK], CHUNK);
      for (int tries = 1; ; tries++) {
        socket.send(new DatagramPacket(question, question.length, address, port));
        try {
          socket.receive(answer);
          return Arrays.copyOf(answer.getData(), answer.getLength());
        } catch (SocketTimeoutException e) {
          if (tries == 5) {
            throw e;
          }
        }
      }
    }
  }

  /// A port that nobody has, of an address.
  static int freePort(NetworkNamespace where, InetAddress address) throws IOException {
    return where.call(() -> {
      try (ServerSocket socket = new ServerSocket(0, 1, address)) {
        return socket.getLocalPort();
      }
    });
  }
}
