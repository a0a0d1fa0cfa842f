package fcvm.bench;

import fcvm.agent.bench.Measurement;
import fcvm.agent.bench.Row;
import fcvm.provision.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Finds one guest's measurements in the lines of its console. On the threads that read those.
final class Listener implements Consumer<String> {
  private final int pass;
  private final List<Subject> subjects;
  private final Results results;
  private final long expected;
  private final Progress.Step step;
  private final List<String> failures = new ArrayList<>();
  private long count;
  private long heard = System.nanoTime();
  private boolean done;

  /// @param subjects what the guest was asked for
  /// @param rounds in each of them, of all rows together
  Listener(int pass, List<Subject> subjects, int rounds, Results results, Progress.Step step) {
    this.pass = pass;
    this.subjects = subjects;
    this.results = results;
    this.expected = (long) subjects.size() * rounds;
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
      if (subject.place() == measurement.place() && results.add(pass, subject, measurement)) {
        heard = System.nanoTime();
        step.progress(++count, expected);
      }
    }
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
