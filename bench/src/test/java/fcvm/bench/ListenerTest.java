package fcvm.bench;

import static org.assertj.core.api.Assertions.assertThat;

import fcvm.agent.bench.Measurement;
import fcvm.agent.bench.Place;
import fcvm.agent.bench.Row;
import fcvm.bench.Subject.Runner;
import fcvm.provision.Progress;
import java.util.List;
import org.junit.jupiter.api.Test;

class ListenerTest {
  private static final int ROUNDS = 2;

  private final Results results = new Results(ROUNDS, List.of(Row.values()));
  private final Listener peer =
      new Listener(1, Subject.of(Runner.PEER), ROUNDS, results, Progress.Step.SILENT);

  private static String line(Place place, int round, long count) {
    return new Measurement(place, Row.READDIR, round, count, 1_000_000_000).line();
  }

  @Test
  void takesWhatWasAskedForOnce() {
    peer.accept(line(Place.VIRTIOFS, 1, 10));
    peer.accept(line(Place.VIRTIOFS, 1, 99));
    peer.accept(line(Place.VIRTIOFS, 2, 20));
    peer.accept(line(Place.VIRTIOFS, 3, 99));
    peer.accept(line(Place.DISK, 1, 99));
    assertThat(results.rates(Subject.VIRTIOFSD, Row.READDIR)).containsExactly(10.0, 20.0);
    assertThat(results.rates(Subject.VIRTIOFS, Row.READDIR)).isEmpty();
    assertThat(results.rates(Subject.DISK, Row.READDIR)).isEmpty();
  }

  @Test
  void whatIsWarmIsNewOnceAndCountsNowhere() throws Exception {
    peer.accept(line(Place.VIRTIOFS, 0, 99));
    long first = peer.silentNanos();
    Thread.sleep(20);
    peer.accept(line(Place.VIRTIOFS, 0, 99));
    assertThat(peer.silentNanos()).isGreaterThan(first);
    assertThat(results.rates(Subject.VIRTIOFSD, Row.READDIR)).isEmpty();
  }

  @Test
  void anotherPassCountsAgain() {
    Listener second =
        new Listener(2, Subject.of(Runner.PEER), ROUNDS, results, Progress.Step.SILENT);
    peer.accept(line(Place.VIRTIOFS, 1, 10));
    second.accept(line(Place.VIRTIOFS, 1, 30));
    assertThat(results.median(Subject.VIRTIOFSD, Row.READDIR)).hasValue(20);
  }

  @Test
  void noticesTheGuestsKernelAndNotManyOthers() {
    assertThat(results.kernel()).isEmpty();
    peer.accept(Measurement.kernelLine("6.18.15"));
    peer.accept(Measurement.kernelLine("6.18.15"));
    assertThat(results.kernel()).hasValue("6.18.15");
    for (int i = 7; i < 1000; i++) {
      peer.accept(Measurement.kernelLine(i + ".0"));
    }
    assertThat(results.kernel()).hasValue("6.18.15, 7.0");
  }

  @Test
  void keepsAFewFailures() {
    for (int i = 0; i < 1000; i++) {
      peer.accept(Measurement.FAILED + i);
    }
    assertThat(peer.failures()).hasSize(Row.values().length).startsWith("0", "1");
  }

  @Test
  void isDoneWhenTheGuestSaysSo() {
    assertThat(peer.isDone()).isFalse();
    peer.accept("[ 1.2] random: crng init done");
    assertThat(peer.isDone()).isFalse();
    peer.accept(Measurement.DONE);
    assertThat(peer.isDone()).isTrue();
  }
}
