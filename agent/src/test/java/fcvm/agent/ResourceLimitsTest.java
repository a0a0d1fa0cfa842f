package fcvm.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ResourceLimitsTest {
  @Test
  void allAreForPrlimit() {
    String configuration =
        """
        {"process":{"env":["A=\\"rlimits\\":[{\\"type\\":\\"RLIMIT_AS\\",\\"hard\\":1,\\"soft\\":1}]"],\
        "rlimits":[{"type":"RLIMIT_NOFILE","hard":444,"soft":333},\
        {"type":"RLIMIT_NPROC","hard":18446744073709551615,"soft":7}]}}\
        """;
    assertThat(ResourceLimits.prefix(configuration))
        .containsExactly("prlimit", "--nofile=333:444", "--nproc=7:18446744073709551615");
  }

  @Test
  void withoutAnyTheCommandIsAsItWas() {
    assertThat(ResourceLimits.prefix("{\"process\":{}}")).isEmpty();
    assertThat(ResourceLimits.prefix("{\"process\":{\"rlimits\":[]}}")).isEmpty();
  }
}
