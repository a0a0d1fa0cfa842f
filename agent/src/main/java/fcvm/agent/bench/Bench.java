package fcvm.agent.bench;

import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Rows in some places. The places take turns in each round, so that what else the computer does
/// meanwhile meets all of them. Before the first, each place is worked on for some time that is not
/// told.
public final class Bench {
  private final Map<Place, Fixture> places;
  private final List<Row> rows;
  private final int rounds;
  private final long warmUpNanos;
  private final long roundNanos;
  private final Caches caches;
  private final Consumer<String> lines;

  /// The guest's caches of files and names.
  @FunctionalInterface
  public interface Caches {
    /// Writes all that is unwritten and forgets all.
    void drop() throws IOException;
  }

  /// @param places whose files are there
  /// @param rounds that are told, 1 or more
  /// @param warmUpNanos how long a row's work goes on at least in each place before the first
  ///   round, see [WarmUp]
  /// @param roundNanos how long a round's work goes on at least, where it can be repeated
  /// @param lines takes what the host is to read
  public Bench(
      Map<Place, Fixture> places,
      List<Row> rows,
      int rounds,
      long warmUpNanos,
      long roundNanos,
      Caches caches,
      Consumer<String> lines) {
    this.places = new EnumMap<>(places);
    this.rows = List.copyOf(rows);
    this.rounds = rounds;
    this.warmUpNanos = warmUpNanos;
    this.roundNanos = roundNanos;
    this.caches = caches;
    this.lines = lines;
  }

  /// Does everything; what fails is told, and the rest done.
  public void run() throws InterruptedException {
    for (Row row : rows) {
      try {
        warmUp(row);
        for (int round = 1; round <= rounds; round++) {
          run(row, round);
        }
      } catch (IOException e) {
        lines.accept(Measurement.FAILED + row.key() + ": " + e);
      }
    }
    lines.accept(Measurement.DONE);
  }

  private void warmUp(Row row) throws IOException, InterruptedException {
    for (Map.Entry<Place, Fixture> place : places.entrySet()) {
      WarmUp warmUp = new WarmUp(warmUpNanos);
      long began = System.nanoTime();
      Measurement done;
      do {
        done = measure(place, row, 1);
      } while (warmUp.goesOn((double) done.count() / done.nanos(), System.nanoTime() - began));
    }
  }

  private void run(Row row, int round) throws IOException, InterruptedException {
    for (Map.Entry<Place, Fixture> place : places.entrySet()) {
      lines.accept(measure(place, row, round).line());
    }
  }

  private Measurement measure(Map.Entry<Place, Fixture> place, Row row, int round)
      throws IOException, InterruptedException {
    try (Workload workload = Workloads.of(row, place.getValue())) {
      return measure(place.getKey(), row, round, workload);
    }
  }

  private Measurement measure(Place place, Row row, int round, Workload workload)
      throws IOException, InterruptedException {
    if (workload.isCold()) {
      caches.drop();
    }
    long began = System.nanoTime();
    long count = 0;
    long nanos;
    do {
      count += workload.work();
      nanos = System.nanoTime() - began;
    } while (!workload.isCold() && nanos < roundNanos);
    return new Measurement(place, row, round, count, Math.max(1, nanos));
  }
}
