package fcvm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DispatchTest {
  @TempDir Path dir;
  private final Cli cli = new Cli();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "exce | unknown command 'fcvm exce'; did you mean 'exec'?",
        "machine strat | unknown command 'fcvm machine strat'; did you mean 'start'?",
        "xyzzy | unknown command 'fcvm xyzzy'",
        "podman run --nmae x i | unknown option '--nmae'; did you mean '--name'?",
        "podman run --nmae=x i | unknown option '--nmae'; did you mean '--name'?",
        "podman run | missing required parameter: 'IMAGE'",
        "podman run --name | parameter for option '--name'",
        "podman run --cpus 0 i | --cpus: 1 to 32, not '0'",
        "podman run --cpus 33 i | --cpus: 1 to 32, not '33'",
        "podman run --cpus two i | --cpus: 1 to 32, not 'two'",
        "podman run --mem 1 i | --mem: a memory of 1 is too little: the minimum is 256 MiB",
        "podman run --mem 1x i | --mem: '1x' is no amount of memory",
        "podman run --cmd a i b | exclude each other",
        "podman run --cmd 'a i | a ' without its pair",
        "podman run --timings /no/such i | --timings: /no/such: no such file",
        "doctor x | unexpected argument 'x'",
        "podman run --kernel /no/such i | there is no kernel /no/such",
        "podman run --name a/b i | invalid name 'a/b'",
        "podman run --env =x i | '=x' has no name",
        "--progress loud ls | unknown progress 'loud'",
        "--arch vax ls | unknown architecture 'vax'",
        "stop --time soon x | --time: seconds, not 'soon'",
        "stop | which VM?",
        "exec x | missing required parameter: 'COMMAND'",
        "vmm --config-file x | --config-file FILE and --no-api are needed",
        "vmm --config-file /no/such --no-api | /no/such: no such file",
        "completions bahs | no completions for 'bahs'",
      })
  void saysWhatIsWrong(String line, String message) throws Exception {
    assertThat(cli.run(line.split(" "))).isEqualTo(125);
    assertThat(cli.out()).isEmpty();
    assertThat(cli.err()).startsWith("Error: ").contains(message).doesNotContain("\tat ");
  }

  @Test
  void withDebugThereIsAStackTrace() throws Exception {
    assertThat(cli.run("--debug", "stop")).isEqualTo(125);
    assertThat(cli.err()).contains("\tat fcvm.cli");
  }

  @Test
  void nothingShowsTheHelpAsAnError() throws Exception {
    assertThat(cli.run()).isEqualTo(125);
    assertThat(cli.err()).contains("Usage: fcvm").contains("podman run");
    assertThat(cli.out()).isEmpty();
  }

  @Test
  void versionIsACommandAndAnOption() throws Exception {
    assertThat(cli.run("version")).isZero();
    Cli option = new Cli();
    assertThat(option.run("--version")).isZero();
    assertThat(option.out()).isEqualTo(cli.out()).startsWith("fcvm ");
  }

  @Test
  void notAsciiIsShownAsItIs() throws Exception {
    assertThat(cli.run("käse")).isEqualTo(125);
    assertThat(cli.err()).contains("'fcvm käse'");
  }

  @Test
  void aBadEnvironmentIsSaid() throws Exception {
    assertThat(cli.with("FCVM_MACHINE_ARCH", "vax").run("ls")).isEqualTo(125);
    assertThat(cli.err()).contains("unknown architecture 'vax'");
  }
}
