package fcvm.container.life;

import static org.assertj.core.api.Assertions.assertThat;

import fcvm.container.life.RestartPolicy.Kind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LifeTest {
  @ParameterizedTest
  @ValueSource(strings = {"no", "always", "on-failure", "on-failure:3"})
  void aPolicyIsItsText(String text) {
    assertThat(RestartPolicy.parse(text).orElseThrow()).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "never", "on-failure:", "on-failure:-1", "always:3", "on-failure:x"})
  void anotherTextIsNoPolicy(String text) {
    assertThat(RestartPolicy.parse(text)).isEmpty();
  }

  @Test
  void aPolicyAppliesToEndsOfItsKind() {
    assertThat(RestartPolicy.NO.applies(1, 0)).isFalse();
    RestartPolicy always = new RestartPolicy(Kind.ALWAYS, 0);
    assertThat(always.applies(0, 99)).isTrue();
    RestartPolicy twice = new RestartPolicy(Kind.ON_FAILURE, 2);
    assertThat(twice.applies(0, 0)).isFalse();
    assertThat(twice.applies(1, 1)).isTrue();
    assertThat(twice.applies(1, 2)).isFalse();
    assertThat(new RestartPolicy(Kind.ON_FAILURE, 0).applies(1, 1000)).isTrue();
  }

  @Test
  void thePauseGrowsUpToAMinute() {
    assertThat(RestartPolicy.pause(0)).isEqualTo(Duration.ofMillis(100));
    assertThat(RestartPolicy.pause(1)).isEqualTo(Duration.ofMillis(200));
    assertThat(RestartPolicy.pause(1000)).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void podmansHealthCheckIsUnderstood() throws Exception {
    HealthCheck check =
        HealthCheck.parse(
            "{\"Test\":[\"CMD-SHELL\",\"test -e /ok\"],\"StartPeriod\":2000000000,"
                + "\"Interval\":500000000,\"Timeout\":30000000000,\"Retries\":2,\"New\":{\"a\":1}}");
    assertThat(check.interval()).isEqualTo(Duration.ofMillis(500));
    assertThat(check.startPeriod()).isEqualTo(Duration.ofSeconds(2));
    assertThat(check.retries()).isEqualTo(2);
    assertThat(check.argv().stream().map(String::new))
        .containsExactly("/bin/sh", "-c", "test -e /ok");
    assertThat(HealthCheck.parse("null\n").hasCommand()).isFalse();
    assertThat(HealthCheck.parse("{\"Test\":[\"NONE\"]}").hasCommand()).isFalse();
    assertThat(HealthCheck.parse("{\"Test\":[\"CMD\",\"a\",\"b c\"]}").argv()).hasSize(2);
  }

  @Test
  void failuresInARowMakeUnhealthyAndOneSuccessHealthy() {
    HealthCheck check =
        new HealthCheck(
            List.of("CMD", "x"),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(10),
            2);
    HealthCheck.Course course = check.new Course();
    Duration young = Duration.ofSeconds(5);
    Duration old = Duration.ofSeconds(20);
    assertThat(course.health()).isEqualTo(Health.STARTING);
    for (int i = 0; i < 5; i++) {
      assertThat(course.checked(false, young)).isEqualTo(Health.STARTING);
    }
    assertThat(course.checked(false, old)).isEqualTo(Health.STARTING);
    assertThat(course.checked(false, old)).isEqualTo(Health.UNHEALTHY);
    assertThat(course.checked(true, old)).isEqualTo(Health.HEALTHY);
    assertThat(course.checked(false, young)).isEqualTo(Health.HEALTHY);
    assertThat(course.checked(false, old)).isEqualTo(Health.UNHEALTHY);
  }
}
