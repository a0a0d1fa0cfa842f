package fcvm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BenchVolumesTest {
  @ParameterizedTest
  @ValueSource(strings = {"0", "100", "-1", "many", ""})
  void aBenchHasAnEndAndABeginning(String rounds) throws Exception {
    Cli cli = new Cli();
    assertThat(cli.run("bench", "volumes", "--rounds", rounds)).isEqualTo(125);
    assertThat(cli.err()).contains("--rounds: 1 to 99, not '" + rounds + "'");
  }
}
