package fcvm.agent.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What is measured of a network, seen from the guest: iperf3's throughput, and how long a byte
/// takes there and back.
public enum NetworkRow {
  SEND_1("send-1", "send, 1 stream", 1, false),
  SEND_8("send-8", "send, 8 streams", 8, false),
  RECEIVE_1("receive-1", "receive, 1 stream", 1, true),
  RECEIVE_8("receive-8", "receive, 8 streams", 8, true),
  ROUND_TRIP("round-trip", "there and back", 1, false);

  private final String key;
  private final String title;
  private final int streams;
  private final boolean isReverse;

  NetworkRow(String key, String title, int streams, boolean isReverse) {
    this.key = key;
    this.title = title;
    this.streams = streams;
    this.isReverse = isReverse;
  }

  /// The row with this key.
  public static Optional<NetworkRow> of(String key) {
    return Arrays.stream(values()).filter(row -> row.key.equals(key)).findFirst();
  }

  /// Its name in lines and JSON.
  public String key() {
    return key;
  }

  /// Its name for people.
  public String title() {
    return title;
  }

  /// What is counted. More is better, except of round trips.
  public String unit() {
    return this == ROUND_TRIP ? "us" : "Mbit/s";
  }

  /// iperf3's options for it.
  List<String> options() {
    String parallel = Integer.toString(streams);
    return isReverse ? List.of("-P", parallel, "-R") : List.of("-P", parallel);
  }
}
