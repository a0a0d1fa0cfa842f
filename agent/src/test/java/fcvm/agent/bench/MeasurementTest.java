package fcvm.agent.bench;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MeasurementTest {
  private static final long MOST = 999_999_999_999_999L;

  @Property
  void isReadAsItWasWritten(
      @ForAll Place place,
      @ForAll Row row,
      @ForAll @IntRange(max = 9999) int round,
      @ForAll @LongRange(min = 1, max = MOST) long count,
      @ForAll @LongRange(min = 1, max = MOST) long nanos) {
    Measurement written = new Measurement(place, row, round, count, nanos);
    assertThat(Measurement.parse(written.line())).contains(written);
  }

  @Property
  void anyLineIsReadOrPassedOver(@ForAll String line) {
    assertThat(Measurement.parse(line)).isEmpty();
    assertThat(Measurement.parse(Measurement.PREFIX + line)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "fcvm-bench: done",
        "fcvm-bench: moon random-read round=1 count=1 nanos=1",
        "fcvm-bench: disk juggling round=1 count=1 nanos=1",
        "fcvm-bench: disk random-read round=1 count=0 nanos=1",
        "fcvm-bench: disk random-read round=1 count=1 nanos=0",
        "fcvm-bench: disk random-read round=1 count=-1 nanos=1",
        "fcvm-bench: disk random-read round=1 count=1 nanos=9999999999999999",
        "fcvm-bench: disk random-read round=1 count=1 nanos=1 and more",
        "[  1.0] fcvm-bench: disk random-read round=1 count=1 nanos=1"
      })
  void whatIsNoMeasurementIsPassedOver(String line) {
    assertThat(Measurement.parse(line)).isEmpty();
  }

  @Test
  void isARate() {
    assertThat(new Measurement(Place.DISK, Row.READDIR, 1, 50, 100_000_000).rate()).isEqualTo(500);
  }

  @Test
  void everyRowIsFoundByItsKey() {
    for (Row row : Row.values()) {
      assertThat(Row.of(row.key())).contains(row);
    }
  }
}
