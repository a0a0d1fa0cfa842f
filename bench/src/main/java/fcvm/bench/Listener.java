package fcvm.bench;

import fcvm.agent.bench.Measurement;
import fcvm.agent.bench.Row;
import fcvm.provision.Progress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// Finds one guest's measurements in the lines of its console. On the threads that read those.
final class Listener implements Consumer<String> {
  private record Warm(Subject subject, Row row) {}

  private final int pass;
  private final List<Subject> subjects;
  private final Results results;
  private final long expected;
  private final Progress.Step step;
  private final List<String> failures = new ArrayList<>();
  private final Set<Warm> warm = new HashSet<>();
  private long count;
  private long heard = System.nanoTime();
  private boolean done;

  /// @param subjects what the guest was asked for
  /// @param lines in each of them: rounds of all rows, and that each is warmed up
  Listener(int pass, List<Subject> subjects, int lines, Results results, Progress.Step step) {
    this.pass = pass;
    this.subjects = subjects;
    this.results = results;
    this.expected = (long) subjects.size() * lines;
    this.step = step;
  }

  @Override
  public synchronized void accept(String line) {
    Measurement.parse(line).ifPresent(this::take);
    if (line.startsWith(Measurement.FAILED) && failures.size() < Row.values().length) {
      failures.add(line.substring(Measurement.FAILED.length()));
    }
    Measurement.kernel(line).ifPresent(results::kernel);
    done |= line.equals(Measurement.DONE);
  }

  private void take(Measurement measurement) {
    for (Subject subject : subjects) {
      if (subject.place() == measurement.place() && isNew(subject, measurement)) {
        heard = System.nanoTime();
        step.progress(++count, expected);
      }
    }
  }

  private boolean isNew(Subject subject, Measurement measurement) {
    return measurement.isWarmUp()
        ? warm.add(new Warm(subject, measurement.row()))
        : results.add(pass, subject, measurement);
  }

  /// What the guest could not do, a row each.
  synchronized List<String> failures() {
    return List.copyOf(failures);
  }

  /// Whether it has done all that it could.
  synchronized boolean isDone() {
    return done;
  }

  /// How long ago it began, or last told something new.
  synchronized long silentNanos() {
    return System.nanoTime() - heard;
  }
}
