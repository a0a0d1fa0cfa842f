package fcvm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fcvm.container.PidMode;
import fcvm.container.RunOptions;
import fcvm.provision.KernelProfile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class RunCommandTest {
  @TempDir Path dir;

  private static RunOptions parse(String... arguments) throws Exception {
    CommandSpec spec = Commands.find("podman run").orElseThrow().spec();
    return RunCommand.options(new CommandLine(spec).parseArgs(arguments));
  }

  private static List<String> texts(List<byte[]> raw) {
    return raw.stream().map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1)).toList();
  }

  @Test
  void whatFollowsTheImageIsTheContainers() throws Exception {
    RunOptions options = parse("-i", "busybox", "sh", "-c", "exit 7", "--name", "x", "-i", "--");
    assertThat(options.image()).isEqualTo("busybox");
    assertThat(texts(options.command()))
        .containsExactly("sh", "-c", "exit 7", "--name", "x", "-i", "--");
    assertThat(options.name()).isEmpty();
    assertThat(options.interactive()).isTrue();
    assertThat(options.tty()).isFalse();
  }

  @Test
  void twoDashesEndTheOptions() throws Exception {
    RunOptions options = parse("--", "busybox", "--help");
    assertThat(options.image()).isEqualTo("busybox");
    assertThat(texts(options.command())).containsExactly("--help");
  }

  @Test
  void everyOptionHasItsPlace() throws Exception {
    Path kernel = Files.createFile(dir.resolve("kernel"));
    RunOptions options =
        parse(
            "--name=web",
            "--cpu",
            "4",
            "-m",
            "2g",
            "-e",
            "A=1",
            "--env=B=x=y",
            "-w",
            "/srv",
            "-u",
            "1:2",
            "--entrypoint",
            "/e",
            "--pid",
            "private",
            "-h",
            "host",
            "-it",
            "--rm",
            "--kernel",
            kernel.toString(),
            "--cmd",
            "a 'b c'",
            "img");
    assertThat(options.name()).contains("web");
    assertThat(options.cpus()).isEqualTo(4);
    assertThat(options.memoryMib()).isEqualTo(2048);
    assertThat(texts(options.environment())).containsExactly("A=1", "B=x=y");
    assertThat(options.workingDirectory().orElseThrow())
        .isEqualTo("/srv".getBytes(StandardCharsets.UTF_8));
    assertThat(options.user()).contains("1:2");
    assertThat(options.pid()).isEqualTo(PidMode.PRIVATE);
    assertThat(options.hostname()).isEqualTo("host");
    assertThat(options.interactive() && options.tty()).isTrue();
    assertThat(options.kernel()).contains(kernel);
    assertThat(texts(options.command())).containsExactly("a", "b c");
  }

  @Test
  void withoutOptionsThereAreDefaults() throws Exception {
    RunOptions options = parse("img");
    assertThat(options.cpus()).isEqualTo(RunOptions.CPUS);
    assertThat(options.memoryMib()).isEqualTo(RunOptions.MEMORY_MIB);
    assertThat(options.command()).isEmpty();
    assertThat(options.environment()).isEmpty();
    assertThat(options.entrypoint()).isEmpty();
    assertThat(options.pid()).isEqualTo(PidMode.HOST);
  }

  @Test
  void anotherPidNamespaceIsRefused() {
    assertThatThrownBy(() -> parse("--pid", "container:x", "img"))
        .isInstanceOf(UsageException.class)
        .hasMessage("--pid: host or private, not 'container:x'");
  }

  @Test
  void aKernelIsNamedByFileOrByProfile() throws Exception {
    assertThat(parse("--kernel-profile", "nested", "img").kernelProfile())
        .contains(KernelProfile.NESTED);
    assertThat(parse("img").kernelProfile()).isEmpty();
    Path kernel = Files.createFile(dir.resolve("kernel"));
    assertThatThrownBy(
            () -> parse("--kernel", kernel.toString(), "--kernel-profile", "nested", "img"))
        .isInstanceOf(UsageException.class)
        .hasMessage("--kernel and --kernel-profile exclude each other");
    assertThatThrownBy(() -> parse("--kernel-profile", "tiny", "img"))
        .isInstanceOf(UsageException.class)
        .hasMessage("--kernel-profile: nested, not 'tiny'");
  }

  @Test
  void aVariableWithoutAValueIsTakenFromHere() throws Exception {
    assertThat(texts(parse("-e", "PATH", "-e", "FCVM_NOT_SET_ANYWHERE", "img").environment()))
        .containsExactly("PATH=" + System.getenv("PATH"));
  }

  @Test
  void bytesThatAreNoTextStayWhatTheyAre() throws Exception {
    String raw = "\u00ff\u0080a";
    RunOptions options = parse("-e", "X=" + raw, "img", raw);
    assertThat(options.command()).containsExactly(new byte[] {(byte) 0xff, (byte) 0x80, 'a'});
    assertThat(texts(options.environment())).containsExactly("X=" + raw);
  }
}
