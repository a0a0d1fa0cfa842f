package fcvm.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerExecTest {
  @TempDir Path dir;

  @ParameterizedTest
  @CsvSource({
    "executable file `x` not found in $PATH: No such file or directory, 127",
    "chdir: No such file or directory, 127",
    "open executable: Permission denied, 126",
    "exec format error, 126"
  })
  void whatCrunSaysTellsWhichCodeItIs(String reason, int code) throws Exception {
    ContainerExec exec = exec();
    Files.writeString(exec.log(), "{\"msg\":\"" + reason + "\",\"level\":\"error\"}\n");
    assertThat(exec.outcome(255)).isEqualTo(code);
    assertThat(exec.log()).doesNotExist();
  }

  @Test
  void onATerminalTheReasonIsSaid() throws Exception {
    ContainerExec exec = new ContainerExec(dir.resolve("pid"), dir.resolve("log"), true);
    Files.writeString(exec.log(), "{\"msg\":\"x not found in $PATH\",\"level\":\"error\"}");
    assertThatThrownBy(() -> exec.outcome(255))
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.code()).isEqualTo(CommandException.NOT_FOUND))
        .hasMessage("x not found in $PATH");
  }

  @Test
  void aCommandMayEndWithCrunsOwnCode() throws Exception {
    assertThat(exec().outcome(255)).isEqualTo(255);
    assertThat(exec().outcome(127)).isEqualTo(127);
  }

  private ContainerExec exec() {
    return new ContainerExec(dir.resolve("pid"), dir.resolve("log"), false);
  }
}
