package fcvm.agent.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Rows in some places. The places take turns in each round, so that what else the computer does
/// meanwhile meets all of them. Before the first round of the first row, every row is worked on in
/// each place for some time that is not told: what one makes a server compile serves the others, so
/// the order of rows would decide otherwise.
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
    List<Row> warm = new ArrayList<>();
    for (Row row : rows) {
      if (isDone(row, this::warmUp)) {
        warm.add(row);
      }
    }
    for (Row row : warm) {
      isDone(row, this::count);
    }
    lines.accept(Measurement.DONE);
  }

  /// Work on a row.
  @FunctionalInterface
  private interface Work {
    void on(Row row) throws IOException, InterruptedException;
  }

  private boolean isDone(Row row, Work work) throws InterruptedException {
    try {
      work.on(row);
      return true;
    } catch (IOException e) {
      lines.accept(Measurement.FAILED + row.key() + ": " + e);
      return false;
    }
  }

  private void warmUp(Row row) throws IOException, InterruptedException {
    for (Map.Entry<Place, Fixture> place : places.entrySet()) {
      WarmUp warmUp = new WarmUp(warmUpNanos);
      long began = System.nanoTime();
      Measurement done;
      do {
        done = measure(place, row, Measurement.WARM_UP);
      } while (warmUp.goesOn((double) done.count() / done.nanos(), System.nanoTime() - began));
      lines.accept(done.line());
    }
  }

  // After the work of other rows, this one's files are not what was last used: one round for that.
  private void count(Row row) throws IOException, InterruptedException {
    for (int round = Measurement.WARM_UP; round <= rounds; round++) {
      for (Map.Entry<Place, Fixture> place : places.entrySet()) {
        Measurement done = measure(place, row, round);
        if (!done.isWarmUp()) {
          lines.accept(done.line());
        }
      }
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
