package fcvm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fcvm.container.LifeOptions;
import fcvm.container.PidMode;
import fcvm.container.RunOptions;
import fcvm.container.Volume;
import fcvm.provision.KernelProfile;
import fcvm.vmm.Nesting;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class RunCommandTest {
  @TempDir Path dir;

  static RunOptions parse(String... arguments) throws Exception {
    return parse(Map.of(), arguments);
  }

  static RunOptions parse(Map<String, String> environment, String... arguments) throws Exception {
    CommandSpec spec = Commands.find("podman run").orElseThrow().spec();
    Streams streams =
        new Streams(
            InputStream.nullInputStream(),
            OutputStream.nullOutputStream(),
            OutputStream.nullOutputStream());
    return RunCommand.options(
        new CommandLine(spec).parseArgs(arguments),
        new Invocation(streams, environment, Globals.of(environment)));
  }

  static List<String> texts(List<byte[]> raw) {
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
    assertThat(options.kernel().path()).contains(kernel);
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
  void aGuestIsAHypervisorIfTheCommandLineOrTheEnvironmentSaysSo() throws Exception {
    assertThat(parse("img").nesting()).isEqualTo(Nesting.OFF);
    RunOptions plain = parse("--nested", "img", "command");
    assertThat(plain.nesting()).isEqualTo(Nesting.VHE);
    assertThat(plain.image()).isEqualTo("img");
    assertThat(parse("--nested=nvhe", "--privileged", "img").nesting()).isEqualTo(Nesting.NVHE);
    assertThat(parse(Map.of("FCVM_NV2", "1"), "img").nesting()).isEqualTo(Nesting.VHE);
    assertThat(parse(Map.of("FCVM_NV2", "nvhe"), "img").nesting()).isEqualTo(Nesting.NVHE);
    assertThat(parse(Map.of("FCVM_NV2", "0"), "img").nesting()).isEqualTo(Nesting.OFF);
    assertThat(parse(Map.of("FCVM_NV2", "1"), "--nested=nvhe", "img").nesting())
        .isEqualTo(Nesting.NVHE);
    assertThatThrownBy(() -> parse("--nested=el3", "img"))
        .isInstanceOf(UsageException.class)
        .hasMessage("--nested: vhe or nvhe, not 'el3'");
    assertThatThrownBy(() -> parse(Map.of("FCVM_NV2", "yes"), "img"))
        .isInstanceOf(UsageException.class)
        .hasMessage("FCVM_NV2: vhe or nvhe, not 'yes'");
  }

  @Test
  void anotherPidNamespaceIsRefused() {
    assertThatThrownBy(() -> parse("--pid", "container:x", "img"))
        .isInstanceOf(UsageException.class)
        .hasMessage("--pid: host or private, not 'container:x'");
  }

  @Test
  void aKernelIsNamedByFileOrByProfile() throws Exception {
    assertThat(parse("--kernel-profile", "nested", "img").kernel().profile())
        .contains(KernelProfile.NESTED);
    assertThat(parse("img").kernel().profile()).isEmpty();
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

  @Test
  void howARunLivesIsInItsOptions() throws Exception {
    RunOptions options =
        parse(
            "-d",
            "--restart",
            "on-failure:2",
            "-l",
            "app=shop",
            "--label=plain",
            "--log-opt",
            "max-size=1m",
            "--health-interval",
            "1m30s",
            "img");
    assertThat(options.life().detach()).isTrue();
    assertThat(options.life().terms().restart()).hasToString("on-failure:2");
    assertThat(options.life().terms().labels())
        .containsEntry("app", "shop")
        .containsEntry("plain", "");
    assertThat(options.life().logBytes()).isEqualTo(1 << 20);
    assertThat(options.life().health().interval()).contains(Duration.ofSeconds(90));
    assertThat(texts(options.passed())).containsExactly("--health-interval=1m30s");
    assertThat(parse("img").life())
        .satisfies(life -> {
          assertThat(life.detach()).isFalse();
          assertThat(life.terms().labels()).isEmpty();
        });
  }

  @Test
  void livesThatCannotBeAreRefused() {
    assertRefused("--restart needs --detach", "--restart", "always", "img");
    assertRefused("exclude each other", "-d", "--rm", "--restart", "always", "img");
    assertRefused("--restart: no, on-failure", "-d", "--restart", "sometimes", "img");
    assertRefused("--log-opt", "-d", "--log-opt", "max-file=3", "img");
    assertRefused("--log-opt", "-d", "--log-opt", "max-size=1", "img");
    assertRefused("--label", "--label", "=x", "img");
    assertRefused("--health-interval", "--health-interval", "soon", "img");
    assertRefused("--env-file", "--env-file", "/no/such/file", "img");
  }

  @Test
  void theRecordTellsPortsAndTheTimeToStop() throws Exception {
    Path labels = Files.writeString(dir.resolve("labels"), "# none\na=1\nb=2\n");
    String[] given = {
      "-p", "8080:80", "-p", "[::1]:53:53/udp", "--stop-timeout", "60", "--label", "b=3",
    };
    List<String> arguments = new ArrayList<>(List.of(given));
    arguments.addAll(List.of("--label-file", labels.toString(), "img"));
    LifeOptions life = parse(arguments.toArray(String[]::new)).life();
    assertThat(life.terms().stopTimeout()).contains(Duration.ofMinutes(1));
    assertThat(life.terms().ports())
        .isEqualTo("127.0.0.1:8080->80/tcp, [0:0:0:0:0:0:0:1]:53->53/udp");
    assertThat(life.terms().labels()).containsExactly(Map.entry("a", "1"), Map.entry("b", "3"));

    List<String> again = new ArrayList<>(LifeFlags.arguments(life));
    again.addAll(List.of("-p", "192.0.2.1:8080:80", "img"));
    assertThat(parse(again.toArray(String[]::new)).life()).isEqualTo(life);
    assertRefused("--stop-timeout: seconds", "--stop-timeout", "soon", "img");
    assertRefused("--label-file", "--label-file", "/no/such/file", "img");
  }

  @Test
  void anInitHasAPidNamespaceOfItsOwn() throws Exception {
    assertThat(parse("--init", "img").pid()).isEqualTo(PidMode.PRIVATE);
    assertThat(parse("--init", "--pid", "private", "img").pid()).isEqualTo(PidMode.PRIVATE);
    assertThat(parse("img").pid()).isEqualTo(PidMode.HOST);
    assertRefused("--init needs", "--init", "--pid", "host", "img");
  }

  @Test
  void mountsOfTheHostAreVolumesAndOthersPodmans() throws Exception {
    String bind = "type=bind,src=%s,dst=/data,readonly,attr_timeout=2".formatted(dir);
    RunOptions options =
        parse(
            "--mount",
            bind,
            "-v",
            dir + ":/more",
            "--mount=type=tmpfs,target=/t,tmpfs-size=1m",
            "img");
    assertThat(options.volumes())
        .containsExactlyInAnyOrderElementsOf(
            Volume.parse(List.of(dir + ":/more", dir + ":/data:ro,attr_timeout=2")));
    assertThat(texts(options.passed()))
        .containsExactly("--mount=type=tmpfs,target=/t,tmpfs-size=1m");
    assertThat(parse("--mount", "type=bind,source=/tmp,target=/t,ro=false", "img").volumes())
        .isEqualTo(Volume.parse(List.of("/tmp:/t")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "source=v,target=/t                   | no named volumes",
        "type=image,source=i,target=/t        | type=bind, tmpfs",
        "type=bind,target=/t                  | needs a source",
        "type=bind,source=/tmp                | and a target",
        "type=bind,source=/tmp,target=/t,ro=x | true or false",
        "type=bind,source=/tmp,target=/t,wet  | no option 'wet'",
        "type=bind,source=/tmp,target=/a:b    | no colon",
      })
  void mountsThatCannotBeAreRefused(String mount, String said) {
    assertRefused(said, "--mount", mount, "img");
  }

  private static void assertRefused(String said, String... arguments) {
    assertThatThrownBy(() -> parse(arguments))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(said);
  }

  @Test
  void podmansOptionsGoToPodman() throws Exception {
    RunOptions options =
        parse(
            "--read-only",
            "--tmpfs",
            "/tmp:size=1m",
            "--tmpfs=/run",
            "--cap-drop",
            "all",
            "--shm-size",
            "64m",
            "img",
            "--init");
    assertThat(texts(options.passed()))
        .containsExactly(
            "--tmpfs=/tmp:size=1m",
            "--tmpfs=/run",
            "--read-only",
            "--cap-drop=all",
            "--shm-size=64m");
  }

  @Test
  void aFileOfVariablesIsReadAsPodmanReadsIt() throws Exception {
    Path file =
        Files.writeString(dir.resolve("env"), "# none\n\n  A=1\nB=\"x y\"\nPATH\nFCVM_NOT_SET\n");
    assertThat(texts(parse("--env-file", file.toString(), "-e", "A=2", "img").environment()))
        .containsExactly("A=1", "B=\"x y\"", "PATH=" + System.getenv("PATH"), "A=2");
  }
}
