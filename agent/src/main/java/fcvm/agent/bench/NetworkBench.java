package fcvm.agent.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Measures a guest's network against a server outside.
///
/// @param server the address of both servers
/// @param iperf the command that runs iperf3
/// @param iperfPort where its server listens
/// @param echoPort where every byte comes back
/// @param warmUp seconds of each row's work that do not count
/// @param seconds of each throughput
public record NetworkBench(
    InetAddress server, List<String> iperf, int iperfPort, int echoPort, int warmUp, int seconds) {
  private static final int ROUND_TRIPS = 2000;
  private static final Pattern RECEIVED =
      Pattern.compile("\"sum_received\"[^}]*\"bits_per_second\":\\s*([0-9.eE+]+)");

  /// Measures all rows; one that fails is told of, and the next has its turn.
  public void run(Consumer<String> lines) {
    for (NetworkRow row : NetworkRow.values()) {
      try {
        double value = row == NetworkRow.ROUND_TRIP ? roundTrip() : throughput(row);
        lines.accept(new NetworkMeasurement(row, value).line());
      } catch (IOException e) {
        lines.accept(Measurement.FAILED + row.key() + ": " + e.getMessage());
      }
    }
    lines.accept(Measurement.DONE);
  }

  /// In Mbit/s, as whoever received it counted.
  private double throughput(NetworkRow row) throws IOException {
    List<String> command = new ArrayList<>(iperf);
    command.addAll(List.of("-c", server.getHostAddress(), "-p", Integer.toString(iperfPort)));
    command.addAll(List.of("-t", Integer.toString(seconds), "-J"));
    command.addAll(List.of("-O", Integer.toString(warmUp)));
    command.addAll(row.options());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said;
    try (InputStream out = process.getInputStream()) {
      said = new String(out.readAllBytes(), StandardCharsets.UTF_8);
    }
    return received(said) / 1e6;
  }

  static double received(String json) throws IOException {
    Matcher matcher = RECEIVED.matcher(json);
    if (!matcher.find()) {
      throw new IOException("iperf3: " + json.strip().replaceAll("\\s+", " "));
    }
    return Double.parseDouble(matcher.group(1));
  }

  /// In microseconds, the middle one of many.
  private double roundTrip() throws IOException {
    try (Socket socket = new Socket(server, echoPort)) {
      socket.setTcpNoDelay(true);
      InputStream in = socket.getInputStream();
      OutputStream out = socket.getOutputStream();
      long counts = System.nanoTime() + TimeUnit.SECONDS.toNanos(warmUp);
      long[] nanos = new long[ROUND_TRIPS];
      for (int i = 0; i < ROUND_TRIPS; ) {
        long start = System.nanoTime();
        out.write(1);
        if (in.read() < 0) {
          throw new IOException("the server hung up");
        }
        if (start >= counts) {
          nanos[i++] = System.nanoTime() - start;
        }
      }
      Arrays.sort(nanos);
      return nanos[ROUND_TRIPS / 2] / 1e3;
    }
  }
}
