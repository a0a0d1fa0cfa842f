package fcvm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelCommandsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "build --profile tiny     | --profile: nested, not 'tiny'",
        "path --profile tiny      | --profile: nested, not 'tiny'",
        "build --arch mips        | unknown architecture 'mips': there are amd64 (x86_64) and arm64 (aarch64)",
        "rm                       | which kernel? Give its name, or --all",
        "rm --all vmlinux-nested  | --all and names of kernels exclude each other",
      })
  void whatCannotBeMeantIsRefused(String arguments, String message) throws Exception {
    Cli cli = new Cli();
    assertThat(cli.run(("kernel " + arguments).split(" "))).isEqualTo(125);
    assertThat(cli.err()).isEqualTo("Error: " + message + "\n");
    assertThat(cli.out()).isEmpty();
  }
}
