package fcvm.bench;

import fcvm.agent.bench.Measurement;
import fcvm.agent.bench.Row;
import fcvm.bench.Subject.Runner;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/// What was measured. Each round of each pass counts once, whatever guests say: so there is never
/// more than was asked for. Any thread.
final class Results {
  private record Key(int pass, Subject subject, Row row, int round) {}

  private final int rounds;
  private final List<Row> rows;
  private final Set<Key> known = new HashSet<>();
  private final Set<String> kernels = new TreeSet<>();
  private final Map<Subject, Map<Row, List<Double>>> rates = new EnumMap<>(Subject.class);

  /// @param rounds that a guest was asked for
  /// @param rows the same
  Results(int rounds, List<Row> rows) {
    this.rounds = rounds;
    this.rows = rows;
  }

  /// Takes a measurement that counts.
  ///
  /// @return false if nobody asked for it
  synchronized boolean add(int pass, Subject subject, Measurement measurement) {
    Key key = new Key(pass, subject, measurement.row(), measurement.round());
    if (measurement.round() > rounds || !known.add(key)) {
      return false;
    }
    rates
        .computeIfAbsent(subject, _ -> new EnumMap<>(Row.class))
        .computeIfAbsent(measurement.row(), _ -> new ArrayList<>())
        .add(measurement.rate());
    return true;
  }

  /// Takes the version of a guest's kernel. All guests boot one file: more than a few are lies.
  synchronized void kernel(String version) {
    if (kernels.size() < Runner.values().length) {
      kernels.add(version);
    }
  }

  /// What the guests say their kernel is, if any said it.
  synchronized Optional<String> kernel() {
    return kernels.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", kernels));
  }

  /// Rows of which a pass lacks a round in one of these.
  synchronized List<Row> missing(int pass, List<Subject> subjects) {
    return rows.stream()
        .filter(row -> !subjects.stream().allMatch(subject -> hasAll(pass, subject, row)))
        .toList();
  }

  private boolean hasAll(int pass, Subject subject, Row row) {
    return IntStream.rangeClosed(1, rounds)
        .allMatch(round -> known.contains(new Key(pass, subject, row, round)));
  }

  /// How fast it was in each round, in the order of the rounds.
  synchronized List<Double> rates(Subject subject, Row row) {
    return List.copyOf(rates.getOrDefault(subject, Map.of()).getOrDefault(row, List.of()));
  }

  /// The middle one; that of two, the mean of both.
  OptionalDouble median(Subject subject, Row row) {
    List<Double> sorted = rates(subject, row).stream().sorted().toList();
    int middle = sorted.size() / 2;
    if (sorted.isEmpty()) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(
        sorted.size() % 2 == 1
            ? sorted.get(middle)
            : (sorted.get(middle - 1) + sorted.get(middle)) / 2);
  }
}
